//! The payments to be explained: open receipts of the register and deposits that nobody booked, with everything that
//! the payer sent along: texts of register and statement, and the remittance advice.

use super::book::{Items, or_zero};
use crate::matching::references::compact;
use crate::model::TextColumn;
use crate::model::cells::Cells;
use crate::reconcile::Inputs;
use hashbrown::{HashMap, HashSet};

/// Where a payment was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Origin {
    /// A row of `ar_items`.
    Receipt(u32),
    /// A row of `bank_lines` that no book line and no receipt has.
    Deposit(u32),
}

/// One payment.
#[derive(Clone, Debug)]
pub struct Payment<'a> {
    /// Where it was found.
    pub origin: Origin,
    /// Its number.
    pub id: &'a str,
    /// Whose money it is.
    pub entity: &'a str,
    /// The customer it was booked under; blank where nobody knew.
    pub customer: &'a str,
    /// Its currency.
    pub currency: &'a str,
    /// What is open of it, positive.
    pub amount: i64,
    /// What it came to at first, positive.
    pub whole: i64,
    /// The day it came in.
    pub day: i32,
    /// The reference that the bank gave it.
    pub reference: &'a str,
    /// Who paid, by name.
    pub payer_name: &'a str,
    /// From which account.
    pub payer_account: &'a str,
    /// What it says: reference, memo, order, original document, the text of the statement.
    pub texts: Vec<&'a str>,
    /// The remittance advice, as rows of `remittances`.
    pub advice: Vec<u32>,
}

impl Payment<'_> {
    /// The row of the receipt.
    pub fn receipt(&self) -> Option<u32> {
        match self.origin {
            Origin::Receipt(row) => Some(row),
            Origin::Deposit(_) => None,
        }
    }
}

/// The lines of remittance advices, by the payment they name.
pub struct Advices<'a> {
    of_payment: HashMap<String, Vec<u32>>,
    /// The number that the payer gives.
    pub reference: &'a TextColumn,
    amount: &'a Cells<i64>,
    discount: &'a Cells<i64>,
    /// Reason for a deduction.
    pub reason: &'a TextColumn,
}

impl<'a> Advices<'a> {
    fn new(inputs: &'a Inputs, wanted: &HashSet<String>) -> Advices<'a> {
        let table = &inputs.remittances;
        let payments = table.text("payment_reference");
        let mut of_payment: HashMap<String, Vec<u32>> = HashMap::new();
        for row in 0..table.len() {
            let key = compact(payments.get(row));
            if wanted.contains(&key) {
                of_payment.entry(key).or_default().push(row as u32);
            }
        }
        let (reference, reason) = (table.text("invoice_reference"), table.text("reason_code"));
        let (amount, discount) = (table.money("amount"), table.money("discount"));
        for lines in of_payment.values_mut() {
            lines.sort_by_key(|line| (reference.get(*line as usize), amount[*line as usize], *line));
        }
        Advices { of_payment, reference, amount, discount, reason }
    }

    fn of(&self, names: &[&str]) -> Vec<u32> {
        let found = names.iter().find_map(|name| self.of_payment.get(&compact(name)));
        found.cloned().unwrap_or_default()
    }

    /// What a line pays.
    pub fn amount_of(&self, line: u32) -> i64 {
        self.amount[line as usize]
    }

    /// The discount of a line; zero where none is given.
    pub fn discount_of(&self, line: u32) -> i64 {
        or_zero(self.discount[line as usize])
    }
}

/// The statement lines behind receipts, by the bank's reference.
struct Lines<'a> {
    by_reference: HashMap<String, Vec<u32>>,
    amount: &'a Cells<i64>,
    description: &'a TextColumn,
    name: &'a TextColumn,
    account: &'a TextColumn,
}

impl<'a> Lines<'a> {
    fn new(inputs: &'a Inputs, wanted: &HashSet<String>) -> Lines<'a> {
        let table = &inputs.bank_lines;
        let (reference, end_to_end) = (table.text("reference"), table.text("end_to_end_id"));
        let amount = table.money("amount");
        let mut by_reference: HashMap<String, Vec<u32>> = HashMap::new();
        for row in (0..table.len()).filter(|row| amount[*row] > 0) {
            for name in [reference.get(row), end_to_end.get(row)].into_iter().filter(|name| !name.is_empty()) {
                let key = compact(name);
                if wanted.contains(&key) {
                    by_reference.entry(key).or_default().push(row as u32);
                }
            }
        }
        Lines {
            by_reference,
            amount,
            description: table.text("description"),
            name: table.text("counterparty_name"),
            account: table.text("counterparty_account"),
        }
    }

    /// The line of a receipt: of its own reference and amount; a deposit of several speaks for none of them.
    fn of(&self, reference: &str, amount: i64) -> Option<usize> {
        let lines = self.by_reference.get(&compact(reference)).filter(|_| !reference.is_empty())?;
        let mut of_amount = lines.iter().filter(|line| self.amount[**line as usize] == amount);
        // The same deposit entered twice has two lines that say the same.
        let first = *of_amount.next()? as usize;
        let same = of_amount.all(|line| self.description.get(*line as usize) == self.description.get(first));
        same.then_some(first)
    }
}

/// Every open receipt and unbooked deposit, in the order of entity, day and number, with the advices they name.
pub fn payments<'a>(
    inputs: &'a Inputs,
    items: &Items<'a>,
    deposits: &[(u32, &'a str)],
) -> (Vec<Payment<'a>>, Advices<'a>) {
    let rows: Vec<usize> = (0..items.count()).filter(|row| items.is_receipt(*row) && items.open[*row] < 0).collect();
    payments_of(inputs, items, &rows, deposits)
}

/// The payments of some receipts and deposits.
pub fn payments_of<'a>(
    inputs: &'a Inputs,
    items: &Items<'a>,
    rows: &[usize],
    deposits: &[(u32, &'a str)],
) -> (Vec<Payment<'a>>, Advices<'a>) {
    let bank = &inputs.bank_lines;
    let names = |row: &usize| [items.id.get(*row), items.reference.get(*row), items.po_number.get(*row)];
    let of_deposit = |row: &(u32, &str)| {
        let row = row.0 as usize;
        [bank.text("line_id").get(row), bank.text("reference").get(row), bank.text("end_to_end_id").get(row)]
    };
    let wanted = rows.iter().flat_map(names).chain(deposits.iter().flat_map(of_deposit));
    let wanted: HashSet<String> = wanted.map(compact).filter(|key| !key.is_empty()).collect();
    let (advices, lines) = (Advices::new(inputs, &wanted), Lines::new(inputs, &wanted));
    let mut payments: Vec<Payment<'a>> = rows.iter().map(|row| of_receipt(items, &lines, &advices, *row)).collect();
    payments.extend(deposits.iter().map(|deposit| {
        let row = deposit.0 as usize;
        let [id, reference, end_to_end] = of_deposit(deposit);
        let own = |column: &str| bank.text(column).get(row);
        let currency = if own("currency").is_empty() { items.own_currency(deposit.1) } else { own("currency") };
        let amount = bank.money("amount")[row];
        let texts = [own("description"), reference, end_to_end];
        Payment {
            origin: Origin::Deposit(deposit.0),
            id: if id.is_empty() { reference } else { id },
            entity: deposit.1,
            customer: "",
            currency,
            amount,
            whole: amount,
            day: bank.dates("booking_date")[row],
            reference,
            payer_name: own("counterparty_name"),
            payer_account: own("counterparty_account"),
            texts: texts.into_iter().filter(|text| !text.is_empty()).collect(),
            advice: advices.of(&[reference, end_to_end]),
        }
    }));
    payments.sort_by_key(|payment| (payment.entity, payment.day, payment.id, payment.amount, payment.origin));
    (payments, advices)
}

fn of_receipt<'a>(items: &Items<'a>, lines: &Lines<'a>, advices: &Advices<'a>, row: usize) -> Payment<'a> {
    let (reference, whole) = (items.reference.get(row), -items.amount[row]);
    let line = lines.of(reference, whole);
    let of_line = |column: &'a TextColumn| line.map_or("", |line| column.get(line));
    let or = |own: &'a str, other: &'a str| if own.is_empty() { other } else { own };
    let mut texts = vec![items.original.get(row), reference, items.memo.get(row), items.po_number.get(row)];
    texts.push(of_line(lines.description));
    texts.retain(|text| !text.is_empty());
    texts.dedup();
    Payment {
        origin: Origin::Receipt(row as u32),
        id: items.id.get(row),
        entity: items.entity.get(row),
        customer: items.customer.get(row),
        currency: items.currency(row as u32),
        amount: -items.open[row],
        whole,
        day: items.day(row as u32),
        reference,
        payer_name: or(items.payer_name.get(row), of_line(lines.name)),
        payer_account: or(items.payer_account.get(row), of_line(lines.account)),
        texts,
        advice: advices.of(&[items.id.get(row), reference, items.po_number.get(row)]),
    }
}
