//! Who pays: the customer on the receipt, the owner of the account, an alias that a person accepted, somebody whose
//! account paid for a customer before, or a name.

use super::book::Items;
use super::memory::Memory;
use crate::matching::references::compact;
use crate::model::Table;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeSet;

/// How the payer is known, from sure to unsure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Known {
    /// The receipt is booked under the customer.
    Booked,
    /// The customer's own account, as the master data has it.
    Account,
    /// An alias that a person accepted.
    Alias,
    /// Earlier receipts of customers came from this account: a parent, a factor, a payment service.
    Seen,
    /// The name is that of one customer.
    Name,
    /// Nothing is known.
    Unknown,
}

/// The payer of one payment.
#[derive(Clone, Debug)]
pub struct Payer<'a> {
    /// How it is known.
    pub known: Known,
    /// The customers that it pays for; several only where earlier receipts say so.
    pub customers: Vec<&'a str>,
}

impl<'a> Payer<'a> {
    /// The one customer.
    pub fn customer(&self) -> Option<&'a str> {
        match self.customers[..] {
            [one] => Some(one),
            _ => None,
        }
    }

    /// Whether it pays for a customer of its own.
    pub fn pays_for(&self, customer: &str) -> bool {
        self.customers.contains(&customer)
    }
}

/// What is known of payers.
#[derive(Default)]
pub struct Payers<'a> {
    master: HashMap<String, BTreeSet<&'a str>>,
    aliases: HashMap<String, BTreeSet<&'a str>>,
    seen: HashMap<String, BTreeSet<&'a str>>,
    names: HashMap<String, BTreeSet<&'a str>>,
}

impl<'a> Payers<'a> {
    /// Learns from master data, memory, and the receipts that came from some accounts before.
    pub fn new(items: &Items<'a>, customers: &'a Table, memory: &'a Memory, wanted: &HashSet<String>) -> Payers<'a> {
        let mut payers = Payers::default();
        let (ids, names) = (customers.text("customer_id"), customers.text("customer_name"));
        let accounts = customers.text("payer_account");
        for row in 0..customers.len() {
            learn(&mut payers.master, compact(accounts.get(row)), ids.get(row));
            learn(&mut payers.names, folded_name(names.get(row)), ids.get(row));
        }
        for alias in &memory.aliases {
            learn(&mut payers.aliases, alias.key(), &alias.customer);
        }
        if !wanted.is_empty() {
            for row in (0..items.count()).filter(|row| items.is_receipt(*row) && items.open[*row] == 0) {
                let account = items.payer_account.get(row);
                if !account.is_empty() {
                    let key = compact(account);
                    if wanted.contains(&key) {
                        learn(&mut payers.seen, key, items.customer.get(row));
                    }
                }
            }
        }
        payers
    }

    /// Who pays from an account, under a name, for a customer that the receipt may be booked under.
    pub fn of(&self, booked: &'a str, account: &str, name: &str) -> Payer<'a> {
        if !booked.is_empty() {
            return Payer { known: Known::Booked, customers: vec![booked] };
        }
        let account = compact(account);
        let name = folded_name(name);
        let one = |map: &HashMap<String, BTreeSet<&'a str>>, key: &str| {
            map.get(key).filter(|of| of.len() == 1 && !key.is_empty()).map(|of| of.iter().copied().collect::<Vec<_>>())
        };
        let alias = || one(&self.aliases, &account).or_else(|| one(&self.aliases, &name));
        let seen = || self.seen.get(&account).map(|of| of.iter().copied().collect::<Vec<_>>());
        let steps: [(Known, Option<Vec<&'a str>>); 4] = [
            (Known::Account, one(&self.master, &account)),
            (Known::Alias, alias()),
            (Known::Seen, seen()),
            (Known::Name, one(&self.names, &name)),
        ];
        let found = steps.into_iter().find_map(|(known, customers)| Some(Payer { known, customers: customers? }));
        found.unwrap_or(Payer { known: Known::Unknown, customers: Vec::new() })
    }
}

fn learn<'a>(map: &mut HashMap<String, BTreeSet<&'a str>>, key: String, customer: &'a str) {
    if !key.is_empty() && !customer.is_empty() {
        map.entry(key).or_default().insert(customer);
    }
}

/// A name without case, punctuation and legal form.
pub fn folded_name(name: &str) -> String {
    const FORMS: [&str; 17] = [
        "inc",
        "llc",
        "ltd",
        "gmbh",
        "ag",
        "corp",
        "corporation",
        "co",
        "company",
        "limited",
        "sa",
        "sarl",
        "bv",
        "plc",
        "kg",
        "the",
        "and",
    ];
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !FORMS.contains(&word.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_punctuation_and_legal_form() {
        assert_eq!(folded_name("The Falcon-Bay Packaging Co., Inc."), folded_name("FALCON BAY PACKAGING"));
        assert_eq!(folded_name("Company"), "");
    }

    #[test]
    fn the_surest_knowledge_decides() {
        let mut payers = Payers::default();
        learn(&mut payers.master, "123".to_owned(), "C1");
        learn(&mut payers.seen, "123".to_owned(), "C2");
        learn(&mut payers.seen, "88".to_owned(), "C2");
        learn(&mut payers.seen, "88".to_owned(), "C3");
        learn(&mut payers.names, "acme".to_owned(), "C4");
        assert_eq!(payers.of("C9", "123", "").known, Known::Booked);
        assert_eq!(payers.of("", "12-3", "").customer(), Some("C1"));
        let factor = payers.of("", "88", "Acme");
        assert_eq!((factor.known, factor.customers.len(), factor.customer()), (Known::Seen, 2, None));
        assert_eq!(payers.of("", "", "ACME Ltd").known, Known::Name);
        assert_eq!(payers.of("", "", "").known, Known::Unknown);
    }
}
