//! The payments to be explained: open receipts of the register and deposits that nobody booked, with everything that
//! the payer sent along: texts of register and statement, and the remittance advice.

use super::book::{Items, or_zero};
use crate::matching::references::{compact, rows_of};
use crate::model::TextColumn;
use crate::model::cells::Cells;
use crate::reconcile::Inputs;
use crate::reconcile::bank::ReceiptLine;
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
    /// Whether who paid is known from a line of the bank alone that was found by amount and day.
    pub is_payer_of_found_line: bool,
    /// The day on which the bank took it back.
    pub returned: Option<i32>,
}

impl Payment<'_> {
    /// What payments are ordered by, whatever order their rows came in; payments of one order say the same.
    pub fn order(&self) -> impl Ord + '_ {
        let who = (self.customer, self.payer_name, self.payer_account);
        let what = (self.amount, self.whole, self.currency, self.reference, self.texts.clone());
        (self.entity, self.day, self.id, what, who, self.origin)
    }

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
        let mut of_payment: HashMap<String, Vec<u32>> = HashMap::new();
        for (key, row) in rows_of(table.text("payment_reference"), wanted, |_| true) {
            of_payment.entry(key.to_owned()).or_default().push(row);
        }
        let (reference, reason) = (table.text("invoice_reference"), table.text("reason_code"));
        let (amount, discount) = (table.money("amount"), table.money("discount"));
        for lines in of_payment.values_mut() {
            lines.sort_by_key(|line| {
                let at = *line as usize;
                (reference.get(at), amount[at], discount[at], reason.get(at), *line)
            });
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
    /// Names by which a remittance advice may call the payment of a line.
    names: [&'a TextColumn; 2],
    /// Lines that the reconciliation of the bank found behind receipts.
    found: HashMap<u32, ReceiptLine>,
    /// Days on which money went out, by amount and every reference that its line has.
    returns: HashMap<(i64, String), i32>,
    days: &'a Cells<i32>,
}

impl<'a> Lines<'a> {
    fn new(inputs: &'a Inputs, wanted: &HashSet<String>, found: HashMap<u32, ReceiptLine>) -> Lines<'a> {
        let table = &inputs.bank_lines;
        let (reference, end_to_end) = (table.text("reference"), table.text("end_to_end_id"));
        let amount = table.money("amount");
        let mut by_reference: HashMap<String, Vec<u32>> = HashMap::new();
        for (key, row) in [reference, end_to_end].iter().flat_map(|names| rows_of(names, wanted, |row| amount[row] > 0))
        {
            by_reference.entry(key.to_owned()).or_default().push(row);
        }
        let (name, account) = (table.text("counterparty_name"), table.text("counterparty_account"));
        let description = table.text("description");
        for lines in by_reference.values_mut() {
            let says = |line: usize| (description.get(line), name.get(line), account.get(line));
            lines.sort_by_key(|line| (says(*line as usize), *line));
        }
        let mut returns: HashMap<(i64, String), i32> = HashMap::new();
        let days = table.dates("booking_date");
        for row in (0..table.len()).filter(|row| amount[*row] < 0 && !wanted.is_empty()) {
            let words = description.get(row).split(|c: char| c.is_whitespace() || ",;:()/".contains(c));
            for key in words.chain([reference.get(row), end_to_end.get(row)]).map(compact) {
                if wanted.contains(&key) && key.bytes().any(|byte| byte.is_ascii_digit()) {
                    let day = returns.entry((amount[row].saturating_neg(), key)).or_insert(days[row]);
                    *day = days[row].max(*day);
                }
            }
        }
        Lines { by_reference, amount, description, name, account, names: [reference, end_to_end], found, returns, days }
    }

    /// The day on which the bank took back a payment of an amount that came in with some references on a day.
    fn returned(&self, references: &[&str], amount: i64, since: i32) -> Option<i32> {
        let of = |reference: &&str| self.returns.get(&(amount, compact(reference))).copied();
        let returned = references.iter().filter_map(of).filter(|day| *day >= since).max()?;
        // Presented again, it came in after all.
        let lines = references.iter().filter_map(|reference| self.by_reference.get(&compact(reference))).flatten();
        let mut again = lines.map(|line| *line as usize).filter(|line| self.amount[*line] == amount);
        (!again.any(|line| self.days[line] > returned)).then_some(returned)
    }

    /// The line behind a receipt, and whether it tells who paid on the strength of amount and day alone. Where a
    /// customer is on the receipt, such a line tells what the payment is for; where nobody is, also who paid.
    fn behind(&self, items: &Items<'_>, row: usize) -> Option<(usize, bool)> {
        if let Some(line) = self.of(items.reference.get(row), -items.amount[row]) {
            return Some((line, false));
        }
        let found = self.found.get(&(row as u32))?;
        let is_known = !items.customer.get(row).is_empty();
        let is_named = !items.payer_name.get(row).is_empty() || !items.payer_account.get(row).is_empty();
        let may_tell = found.is_sure || is_known || !is_named;
        may_tell.then_some((found.line as usize, !found.is_sure && !is_known))
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
    lines: &[ReceiptLine],
) -> (Vec<Payment<'a>>, Advices<'a>) {
    let rows: Vec<usize> = (0..items.count()).filter(|row| items.is_receipt(*row) && items.open[*row] < 0).collect();
    payments_of(inputs, items, &rows, deposits, lines)
}

/// The payments of some receipts and deposits.
pub fn payments_of<'a>(
    inputs: &'a Inputs,
    items: &Items<'a>,
    rows: &[usize],
    deposits: &[(u32, &'a str)],
    lines: &[ReceiptLine],
) -> (Vec<Payment<'a>>, Advices<'a>) {
    let found = found_behind(rows, lines);
    let bank = &inputs.bank_lines;
    let names = |row: &usize| [items.id.get(*row), items.reference.get(*row), items.po_number.get(*row)];
    let of_deposit = |row: &(u32, &str)| {
        let row = row.0 as usize;
        [bank.text("line_id").get(row), bank.text("reference").get(row), bank.text("end_to_end_id").get(row)]
    };
    let of_line = |found: &ReceiptLine| {
        let row = found.line as usize;
        [bank.text("reference").get(row), bank.text("end_to_end_id").get(row)]
    };
    let wanted = rows.iter().flat_map(names).chain(deposits.iter().flat_map(of_deposit));
    let wanted = wanted.chain(found.values().flat_map(of_line));
    let wanted: HashSet<String> = wanted.map(compact).filter(|key| !key.is_empty()).collect();
    let (advices, lines) = (Advices::new(inputs, &wanted), Lines::new(inputs, &wanted, found));
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
            is_payer_of_found_line: false,
            returned: lines.returned(&[reference, end_to_end], amount, bank.dates("booking_date")[row]),
        }
    }));
    payments.sort_by(|one, other| one.order().cmp(&other.order()));
    (payments, advices)
}

/// The lines that were found behind some receipts.
fn found_behind(rows: &[usize], lines: &[ReceiptLine]) -> HashMap<u32, ReceiptLine> {
    let of = |row: &usize| {
        let at = lines.binary_search_by_key(&(*row as u32), |line| line.receipt).ok()?;
        Some((lines[at].receipt, lines[at]))
    };
    rows.iter().filter_map(of).collect()
}

fn of_receipt<'a>(items: &Items<'a>, lines: &Lines<'a>, advices: &Advices<'a>, row: usize) -> Payment<'a> {
    let (reference, whole) = (items.reference.get(row), -items.amount[row]);
    let behind = lines.behind(items, row);
    let of_line = |column: &'a TextColumn| behind.map_or("", |(line, _)| column.get(line));
    let or = |own: &'a str, other: &'a str| if own.is_empty() { other } else { own };
    let mut texts = vec![items.original.get(row), reference, items.memo.get(row), items.po_number.get(row)];
    texts.push(of_line(lines.description));
    let of_bank = of_line(lines.names[0]);
    if compact(of_bank) != compact(reference) {
        texts.push(of_bank);
    }
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
        advice: advices.of(&[
            items.id.get(row),
            reference,
            items.po_number.get(row),
            of_line(lines.names[0]),
            of_line(lines.names[1]),
        ]),
        is_payer_of_found_line: behind.is_some_and(|(_, is_payer)| is_payer),
        returned: lines.returned(
            &[reference, items.id.get(row), of_line(lines.names[0]), of_line(lines.names[1])],
            whole,
            behind.map_or(i32::MIN, |(line, _)| lines.days[line]),
        ),
    }
}
