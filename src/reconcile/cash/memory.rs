//! What people decided earlier: payers that pay for a customer, and answers that were accepted or refused.

use super::payers::folded_name;
use crate::matching::references::compact;
use crate::model::DocKey;

/// A payer that pays for a customer, as a person accepted it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Alias {
    /// The payer's account; blank where the name says it.
    pub payer_account: String,
    /// The payer's name; used where there is no account.
    pub payer_name: String,
    /// The customer that it pays for.
    pub customer: String,
}

impl Alias {
    /// What it is looked up by.
    pub fn key(&self) -> String {
        match self.payer_account.is_empty() {
            false => compact(&self.payer_account),
            true => folded_name(&self.payer_name),
        }
    }
}

/// A decision about what a receipt is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Decision {
    /// The receipt's entity; blank where its number says enough.
    pub entity: String,
    /// The receipt.
    pub receipt: String,
    /// The documents, by number.
    pub invoices: Vec<String>,
    /// Whether the answer was accepted; otherwise it was refused.
    pub accepted: bool,
}

impl Decision {
    /// Whether it is about a receipt.
    pub fn is_about(&self, entity: &str, receipt: &str) -> bool {
        let same = |one: &str, other: &str| match (DocKey::new(one), DocKey::new(other)) {
            (Some(one), Some(other)) => one == other,
            _ => false,
        };
        same(&self.receipt, receipt) && (self.entity.is_empty() || self.entity == entity)
    }

    /// Whether it names just these documents.
    pub fn is_of(&self, documents: &[&str]) -> bool {
        let mut own: Vec<Option<DocKey<'_>>> = self.invoices.iter().map(|number| DocKey::new(number)).collect();
        let mut others: Vec<Option<DocKey<'_>>> = documents.iter().map(|number| DocKey::new(number)).collect();
        own.sort();
        others.sort();
        own == others
    }
}

/// Everything that people decided.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    /// Payers that pay for a customer.
    pub aliases: Vec<Alias>,
    /// Decisions about receipts.
    pub decisions: Vec<Decision>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_is_about_a_receipt_and_a_set_of_documents() {
        let decision = Decision {
            receipt: "rc-1".to_owned(),
            invoices: vec!["INV-2".to_owned(), "inv-1 ".to_owned()],
            ..Decision::default()
        };
        assert!(decision.is_about("US01", "RC-1") && !decision.is_about("US01", "RC-2"));
        assert!(decision.is_of(&["INV-1", "INV-2"]) && !decision.is_of(&["INV-1"]));
        let blank = Decision::default();
        assert!(!blank.is_about("US01", ""), "a blank never matches a blank");
    }
}
