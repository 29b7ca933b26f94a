//! An item between books and bank: one explained piece of the variance, with its rows and a sentence.

use super::causes::BankCause;
use crate::model::SourceRow;

/// One item before it becomes a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The reconciliation.
    pub rec: u16,
    /// The first cause that fits, and all others that do.
    pub causes: Vec<BankCause>,
    /// Its effect on books less bank.
    pub amount: i64,
    /// Which side it stands on: `books`, `bank` or `both`.
    pub side: &'static str,
    /// The document, or by what else it is known.
    pub document: String,
    /// The journals in the books.
    pub journal: String,
    /// The customer.
    pub customer: String,
    /// Its day.
    pub posting: Option<i32>,
    /// What the books hold.
    pub book: Option<i64>,
    /// What the bank holds.
    pub bank: Option<i64>,
    /// Rows of the books.
    pub book_places: Vec<SourceRow>,
    /// Rows of the bank.
    pub bank_places: Vec<SourceRow>,
    /// The sentence that explains it.
    pub explanation: String,
    /// The earlier run that it comes from.
    pub carried_from: String,
    /// The key that it had there, and keeps.
    pub carried_key: String,
}

impl Item {
    /// An item with its cause and effect, and nothing else yet.
    pub fn new(rec: u16, side: &'static str, causes: Vec<BankCause>, amount: i64) -> Item {
        Item {
            rec,
            causes,
            amount,
            side,
            document: String::new(),
            journal: String::new(),
            customer: String::new(),
            posting: None,
            book: None,
            bank: None,
            book_places: Vec::new(),
            bank_places: Vec::new(),
            explanation: String::new(),
            carried_from: String::new(),
            carried_key: String::new(),
        }
    }

    /// The cause that it is listed under.
    pub fn cause(&self) -> BankCause {
        self.causes[0]
    }

    /// What the order of the items is by: nothing that depends on the order of the rows.
    pub fn order(&self) -> (u16, [&str; 3], i64, Option<i32>, [&[SourceRow]; 2]) {
        let names = [self.cause().code(), &self.document, &self.journal];
        (self.rec, names, self.amount, self.posting, [&self.book_places, &self.bank_places])
    }
}
