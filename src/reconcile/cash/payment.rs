//! The payments to be explained: open receipts of the register, and what the payer sent along.

use super::book::{Book, Items};
use crate::matching::references::compact;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use hashbrown::HashMap;

/// One open receipt.
#[derive(Clone, Debug)]
pub struct Payment<'a> {
    /// Its row in `ar_items`.
    pub row: u32,
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
    /// The day it came in.
    pub day: i32,
    /// What it says: reference, memo, order, original document.
    pub texts: Vec<&'a str>,
    /// The remittance advice, as rows of `remittances`.
    pub advice: Vec<u32>,
}

/// What a remittance advice lists.
pub struct Advices<'a> {
    of_payment: HashMap<String, Vec<u32>>,
    /// The number that the payer gives.
    pub reference: &'a crate::model::TextColumn,
    /// Amount paid on it.
    pub amount: &'a [i64],
    /// Discount taken.
    pub discount: &'a [i64],
    /// Reason for a deduction.
    pub reason: &'a crate::model::TextColumn,
}

impl<'a> Advices<'a> {
    /// The advices by the payment they name.
    pub fn new(table: &'a Table) -> Advices<'a> {
        let payments = table.text("payment_reference");
        let mut of_payment: HashMap<String, Vec<u32>> = HashMap::new();
        for row in 0..table.len() {
            let key = compact(payments.get(row));
            if !key.is_empty() {
                of_payment.entry(key).or_default().push(row as u32);
            }
        }
        Advices {
            of_payment,
            reference: table.text("invoice_reference"),
            amount: table.money("amount"),
            discount: table.money("discount"),
            reason: table.text("reason_code"),
        }
    }

    fn of(&self, items: &Items<'_>, row: usize) -> Vec<u32> {
        let names = [items.id.get(row), items.reference.get(row), items.po_number.get(row)];
        let found = names.iter().find_map(|name| self.of_payment.get(&compact(name)).filter(|_| !name.is_empty()));
        found.cloned().unwrap_or_default()
    }

    /// The discount of a line; nothing where none is given.
    pub fn discount_of(&self, line: u32) -> i64 {
        let units = self.discount[line as usize];
        if units == NO_MONEY { 0 } else { units }
    }
}

/// Every open receipt, in the order of entity, day and number.
pub fn open_receipts<'a>(book: &Book<'a>, advices: &Advices<'_>) -> Vec<Payment<'a>> {
    let items = &book.items;
    let open = (0..items.amount.len()).filter(|row| items.is_receipt(*row) && items.open[*row] < 0);
    let mut payments: Vec<Payment<'a>> = open
        .map(|row| {
            let texts = [items.original.get(row), items.reference.get(row), items.memo.get(row), items.po_number.get(row)];
            Payment {
                row: row as u32,
                id: items.id.get(row),
                entity: items.entity.get(row),
                customer: items.customer.get(row),
                currency: items.currency.get(row),
                amount: -items.open[row],
                day: items.day(row),
                texts: texts.into_iter().filter(|text| !text.is_empty()).collect(),
                advice: advices.of(items, row),
            }
        })
        .collect();
    payments.sort_by_key(|payment| (payment.entity, payment.day, payment.id, payment.amount, payment.row));
    payments
}
