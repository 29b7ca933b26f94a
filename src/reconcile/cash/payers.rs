//! Who pays: the customer on the receipt, the owner of the account, an alias that a person accepted, somebody whose
//! account paid for a customer before, or a name.

use super::book::Items;
use super::memory::Memory;
use crate::matching::names::{are_alike, words};
use crate::matching::references::{compact, rows_of};
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
    /// The name is like that of one customer, and nothing else is known: a hint for a person.
    Alike,
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
    /// The customers whose names have a word that starts so, with the words of their names.
    by_start: HashMap<String, Vec<usize>>,
    worded: Vec<(&'a str, Vec<String>)>,
}

/// So many first letters of a word lead to the names that have it.
const START: usize = 4;
/// Where more names have a word in common, it says nothing.
const COMMON: usize = 500;

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
        let is_applied = |row: usize| items.is_receipt(row) && items.open[row] == 0;
        for (key, row) in rows_of(items.payer_account, wanted, is_applied) {
            learn(&mut payers.seen, key.to_owned(), items.customer.get(row as usize));
        }
        payers
    }

    /// Takes in the names of all customers, for names that are like them.
    pub fn learn_likeness(&mut self, customers: &'a Table) {
        let (ids, names) = (customers.text("customer_id"), customers.text("customer_name"));
        for row in 0..customers.len() {
            let words = words(names.get(row));
            for start in starts(&words) {
                self.by_start.entry(start).or_default().push(self.worded.len());
            }
            self.worded.push((ids.get(row), words));
        }
    }

    /// The one customer whose name is like a payer's; nobody where several are.
    pub fn alike(&self, name: &str) -> Option<Payer<'a>> {
        let wanted = words(name);
        let named = starts(&wanted).into_iter().filter_map(|start| self.by_start.get(&start));
        let near = named.filter(|near| near.len() <= COMMON).flatten();
        let alike = near.filter(|at| are_alike(&wanted, &self.worded[**at].1)).map(|at| self.worded[*at].0);
        let mut found: Vec<&str> = alike.filter(|id| !id.is_empty()).collect();
        found.sort_unstable();
        found.dedup();
        (found.len() == 1).then_some(Payer { known: Known::Alike, customers: found })
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

/// How the words of a name start, each once.
fn starts(words: &[String]) -> Vec<String> {
    let mut starts: Vec<String> = words.iter().map(|word| word.chars().take(START).collect()).collect();
    starts.sort_unstable();
    starts.dedup();
    starts
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
    fn a_name_that_is_like_several_customers_is_nobodys() {
        let customers: [(&str, &str); 4] =
            [("C1", "Acme Tools Inc."), ("C2", "Acme Pumps"), ("C3", "Bay Marine East"), ("C4", "Bay Marine West")];
        let mut payers = Payers::default();
        for (id, name) in customers {
            let words = words(name);
            starts(&words)
                .into_iter()
                .for_each(|start| payers.by_start.entry(start).or_default().push(payers.worded.len()));
            payers.worded.push((id, words));
        }
        let alike = |name: &str| payers.alike(name).and_then(|payer| payer.customer());
        assert_eq!(alike("TOOLS ACME LTD"), Some("C1"));
        assert_eq!(alike("Bay Marine"), None);
        assert_eq!(alike("Somebody Else"), None);
        assert_eq!(alike(""), None);
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
