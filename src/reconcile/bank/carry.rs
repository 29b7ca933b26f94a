//! What was open before the first day that is compared, and which rows of this period clear it.

use super::book::{NO_RECEIPT, place};
use super::causes::BankCause;
use super::item::Item;
use super::references::{NO_REFERENCE, reference, references_in};
use super::side::Rows;
use crate::model::{DocKey, SourceRow, Table};
use crate::reconcile::gl::opening::{Prior, PriorItem};
use hashbrown::HashMap;

/// Items that the run of an earlier period left open.
pub struct Carried<'a> {
    /// The items.
    pub items: Vec<&'a PriorItem>,
    register: &'a Table,
    receipts: Vec<u32>,
}

impl<'a> Carried<'a> {
    /// The items of a reconciliation, each with its receipt.
    pub fn new(prior: Option<&'a Prior>, rec_id: &str, register: &'a Table) -> Carried<'a> {
        let of_rec = prior.into_iter().flat_map(|prior| &prior.items);
        let items: Vec<&PriorItem> = of_rec.filter(|item| item.rec_id == rec_id && item.amount != 0).collect();
        let mut wanted: HashMap<String, u32> = HashMap::new();
        for key in items.iter().filter_map(|item| DocKey::new(&item.document)) {
            wanted.insert(key.as_str().to_owned(), NO_RECEIPT);
        }
        let ids = register.text("item_id");
        let references = register.text("reference");
        let searched = if wanted.is_empty() { 0 } else { register.len() as u32 };
        for row in 0..searched {
            if let Some(known) = DocKey::new(ids.get(row as usize)).and_then(|key| wanted.get_mut(key.as_str())) {
                let says = |row: u32| (references.get(row as usize), place(register, row));
                if *known == NO_RECEIPT || says(row) > says(*known) {
                    *known = row;
                }
            }
        }
        let receipt = |item: &&PriorItem| DocKey::new(&item.document).and_then(|key| wanted.get(key.as_str())).copied();
        let receipts = items.iter().map(|item| receipt(item).unwrap_or(NO_RECEIPT)).collect();
        Carried { items, register, receipts }
    }

    fn reference(&self, row: u32) -> &str {
        match self.receipts[row as usize] {
            NO_RECEIPT => "",
            receipt => self.register.text("reference").get(receipt as usize),
        }
    }

    /// An item that is still open.
    pub fn item(&self, rec: u16, row: u32, from: &str) -> Item {
        let known = self.items[row as usize];
        let cause = BankCause::from_code(&known.cause_code).unwrap_or(BankCause::AmountDifference);
        let is_of_books =
            matches!(cause, BankCause::DepositInTransit | BankCause::OutstandingPayment | BankCause::DuplicateInBooks);
        let mut item = Item::new(rec, if is_of_books { "books" } else { "bank" }, vec![cause], known.amount);
        item.document.clone_from(&known.document);
        item.journal.clone_from(&known.journal);
        item.customer.clone_from(&known.customer);
        item.posting = known.posting;
        match is_of_books {
            true => item.book = Some(known.amount),
            false => item.bank = known.amount.checked_neg(),
        }
        from.clone_into(&mut item.carried_from);
        item.carried_key.clone_from(&known.item_key);
        let name = if known.document.is_empty() { &known.journal } else { &known.document };
        item.explanation = format!("Carried from {from}: {name} is still open ({})", cause.name().replace('_', " "));
        item
    }
}

impl Rows for Carried<'_> {
    fn key(&self, row: u32, field: usize) -> u64 {
        match field {
            0 => reference(self.reference(row)),
            1 => reference(&self.items[row as usize].document),
            _ => NO_REFERENCE,
        }
    }

    fn references(&self, row: u32, found: &mut Vec<u64>) {
        let item = self.items[row as usize];
        [self.reference(row), &item.document].into_iter().for_each(|text| references_in(text, found));
        // The sentence of the earlier run quotes what the row said.
        let quoted = item.explanation.split('"').skip(1).step_by(2);
        quoted.for_each(|text| references_in(text, found));
    }

    fn order(&self, row: u32) -> ([&str; 3], SourceRow) {
        let item = self.items[row as usize];
        ([&item.document, &item.journal, &item.item_key], SourceRow { source: u32::MAX, row: 0 })
    }

    fn is_same(&self, _: u32, _: u32) -> bool {
        false
    }
}

/// Receipts of the register from before the detail of the ledger begins.
pub struct Earlier<'a> {
    /// The register.
    pub items: &'a Table,
}

impl Rows for Earlier<'_> {
    fn key(&self, row: u32, field: usize) -> u64 {
        match field {
            0 | 1 => reference(self.items.text(["reference", "item_id"][field]).get(row as usize)),
            _ => NO_REFERENCE,
        }
    }

    fn references(&self, row: u32, found: &mut Vec<u64>) {
        references_in(self.items.text("memo").get(row as usize), found);
    }

    fn order(&self, row: u32) -> ([&str; 3], SourceRow) {
        let text = |column: &str| self.items.text(column).get(row as usize);
        ([text("item_id"), text("reference"), text("customer_id")], place(self.items, row))
    }

    fn is_same(&self, _: u32, _: u32) -> bool {
        false
    }
}
