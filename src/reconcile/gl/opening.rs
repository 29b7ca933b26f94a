//! What the opening balances already differed by, and which items of the prior run explain it (cause V02).

use super::item::Item;
use crate::model::Date;
use crate::model::money::Total;
use crate::reconcile::causes::Cause;
use std::collections::BTreeMap;

/// An item of the prior run's register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PriorItem {
    /// Its key.
    pub item_key: String,
    /// Its reconciliation.
    pub rec_id: String,
    /// What it was found to be, when its documents could be tested: the cause, and what else fitted.
    pub causes: Vec<Cause>,
    /// Its document.
    pub document: String,
    /// Its journal.
    pub journal: String,
    /// Its customer.
    pub customer: String,
    /// Its posting date, in days.
    pub posting: Option<i32>,
    /// Its amount, ten-thousandths.
    pub amount: i64,
    /// What the control account held.
    pub gl: Option<i64>,
    /// What the subledger held.
    pub subledger: Option<i64>,
    /// Its cause's code.
    pub cause_code: String,
    /// Its sentence.
    pub explanation: String,
    /// The period in which it was first seen.
    pub first_seen: String,
    /// What people typed.
    pub typed: Typed,
}

/// What people type into the items register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// `annotation`
    pub annotation: String,
    /// `owner`
    pub owner: String,
    /// `disposition`
    pub disposition: String,
}

/// The prior run, as far as this one needs it.
#[derive(Clone, Debug, Default)]
pub struct Prior {
    /// Its period, such as `2026-09`.
    pub period: String,
    /// Its items.
    pub items: Vec<PriorItem>,
    /// Its last day, where it is known.
    pub end: Option<Date>,
    /// The closing balances of GL and subledger, by reconciliation.
    pub balances: BTreeMap<String, (i128, i128)>,
}

impl Prior {
    /// The balances that a reconciliation closed with on the day before `start`; a run that ends earlier tells nothing
    /// of that day.
    pub fn closing(&self, rec_id: &str, start: Date) -> Option<(i128, i128)> {
        let adjoins = self.end.is_some_and(|end| end.days() + 1 == start.days());
        self.balances.get(rec_id).copied().filter(|_| adjoins)
    }
}

/// What the prior run left of one document, or of one journal without a document.
#[derive(Clone, Debug, Default)]
pub struct Entry<'a> {
    /// The document; blank for a journal without one.
    pub document: &'a str,
    /// Its items.
    pub items: Vec<&'a PriorItem>,
    /// What is still carried of it.
    pub amount: i64,
}

impl<'a> Entry<'a> {
    /// The entries of one reconciliation, in the order of their names.
    pub fn all(prior: Option<&'a Prior>, rec_id: &str) -> Vec<Entry<'a>> {
        let mut entries: BTreeMap<(&str, &str), Entry<'a>> = BTreeMap::new();
        for item in prior.into_iter().flat_map(|prior| &prior.items).filter(|item| item.rec_id == rec_id) {
            let journal = if item.document.is_empty() { item.journal.as_str() } else { "" };
            let entry = entries.entry((&item.document, journal)).or_default();
            entry.document = &item.document;
            entry.items.push(item);
            entry.amount += item.amount;
        }
        entries.into_values().filter(|entry| entry.amount != 0).collect()
    }

    /// The journals that its items name.
    pub fn journals(&self) -> impl Iterator<Item = &'a str> {
        let items = self.items.clone().into_iter();
        items.flat_map(|item| item.journal.split("; ")).filter(|journal| !journal.is_empty())
    }
}

/// Several items become one under the key of the oldest, whatever their order was.
pub fn oldest<'a>(items: &[&'a PriorItem]) -> Option<&'a PriorItem> {
    items.iter().copied().min_by_key(|item| (&item.first_seen, &item.item_key))
}

/// The causes that an earlier run found, oldest item first.
pub fn earlier_causes(items: &[&PriorItem]) -> Vec<Cause> {
    let mut causes: Vec<Cause> = oldest(items).into_iter().flat_map(|item| item.causes.iter().copied()).collect();
    for cause in items.iter().flat_map(|item| &item.causes) {
        if !causes.contains(cause) {
            causes.push(*cause);
        }
    }
    causes
}

/// The items that explain an opening difference: those of the prior run that are still open, and the rest as one where
/// `with_rest` says that there is no other home for it.
///
/// A prior register is believed only as far as the opening balances bear it out.
pub fn items(rec: u16, opening: i128, prior: Option<&Prior>, entries: &[Entry<'_>], with_rest: bool) -> Vec<Item> {
    let carried: i128 = entries.iter().map(|entry| i128::from(entry.amount)).sum();
    let period = prior.map_or("", |prior| &prior.period);
    let mut items = Vec::new();
    let mut rest = opening;
    if opening != 0 || carried == 0 {
        rest -= carried;
        for entry in entries.iter().filter(|entry| entry.amount != 0) {
            items.extend(of_entry(rec, entry, period));
        }
    }
    if with_rest && rest != 0 {
        items.push(Item::opening(rec, Total(rest).or_beyond().units(), &[], period));
    }
    items
}

/// What the openings differ by and no document or journal tells of, by reconciliation: it is listed, and it explains
/// nothing.
pub fn unproved(items: &[Item], recs: usize) -> Vec<i128> {
    let mut sums = vec![0; recs];
    let is_bare =
        |item: &&Item| item.cause() == Cause::OpeningDifference && item.document.is_empty() && item.journal.is_empty();
    items.iter().filter(is_bare).for_each(|item| sums[item.rec as usize] += i128::from(item.amount));
    sums
}

/// An entry as items: one a journal, as they were; one alone where its amount is no longer theirs.
fn of_entry(rec: u16, entry: &Entry<'_>, period: &str) -> Vec<Item> {
    let sum = |items: &[&PriorItem]| items.iter().map(|item| item.amount).sum::<i64>();
    if sum(&entry.items) != entry.amount {
        return vec![Item::opening(rec, entry.amount, &entry.items, period)];
    }
    let mut by_journal: BTreeMap<&str, Vec<&PriorItem>> = BTreeMap::new();
    for item in &entry.items {
        by_journal.entry(&item.journal).or_default().push(item);
    }
    let of_journals = by_journal.into_values().map(|items| (sum(&items), items)).filter(|(amount, _)| *amount != 0);
    of_journals.map(|(amount, items)| Item::opening(rec, amount, &items, period)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(document: &str, journal: &str, amount: i64) -> PriorItem {
        PriorItem {
            rec_id: "gl-US-1200".to_owned(),
            document: document.to_owned(),
            journal: journal.to_owned(),
            amount,
            first_seen: "2026-09".to_owned(),
            ..PriorItem::default()
        }
    }

    fn shown(prior: &[PriorItem], opening: i128, with_rest: bool) -> Vec<(String, i64)> {
        let prior = Prior { period: "2026-09".to_owned(), items: prior.to_vec(), ..Prior::default() };
        let entries = Entry::all(Some(&prior), "gl-US-1200");
        let found = items(0, opening, Some(&prior), &entries, with_rest);
        found.iter().map(|item| (item.document.clone(), item.amount)).collect()
    }

    fn pairs(pairs: &[(&str, i64)]) -> Vec<(String, i64)> {
        pairs.iter().map(|(document, amount)| ((*document).to_owned(), *amount)).collect()
    }

    #[test]
    fn a_register_is_believed_as_far_as_the_balances_bear_it_out() {
        let two = [carried("INV-2", "", -250), carried("INV-4", "", -41)];
        assert_eq!(shown(&two, -291, true), pairs(&[("INV-2", -250), ("INV-4", -41)]));
        assert_eq!(shown(&two, -290, true), pairs(&[("INV-2", -250), ("INV-4", -41), ("", 1)]));
        assert_eq!(shown(&two, -290, false), pairs(&[("INV-2", -250), ("INV-4", -41)]));
        assert_eq!(shown(&two, 0, true), pairs(&[]));
        // Two that cancel each other are no reason to forget them.
        let even = [carried("INV-2", "", -250), carried("INV-4", "", 250)];
        assert_eq!(shown(&even, 0, true), pairs(&[("INV-2", -250), ("INV-4", 250)]));
    }

    #[test]
    fn what_several_items_of_a_document_take_back_is_carried_no_more() {
        let gone = [carried("INV-1", "J1", 600), carried("INV-1", "J5", -1600), carried("INV-1", "J6", 1000)];
        let left = [carried("INV-2", "", -500)];
        assert_eq!(shown(&[&gone[..], &left].concat(), -500, true), pairs(&[("INV-2", -500)]));
        assert_eq!(shown(&gone[..2], -1000, true), pairs(&[("INV-1", 600), ("INV-1", -1600)]));
    }
}
