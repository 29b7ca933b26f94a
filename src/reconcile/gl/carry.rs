//! The items of the prior run meet the period: a carried difference and what both sides posted on the same document
//! since are, together, what the document differs by now. Nothing is left: it is cleared. Else it is one item.
//!
//! Only where the ledger's detail is of the period alone; with all history each document is compared anew.

use super::exceptions::{Exception, Journal};
use super::opening::{Entry, earlier_causes, oldest};
use super::reversals::{link, words};
use super::sides::{Doc, Sides};
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::matching::pairs::leftovers;
use crate::model::Table;
use crate::reconcile::causes::Cause;
use crate::reconcile::subledger::Subledger;
use hashbrown::{HashMap, HashSet};

/// What an exception brings along from the prior run.
#[derive(Clone, Debug, Default)]
pub struct Carried {
    /// The prior run's period.
    pub from: String,
    /// The key that the item had there, and keeps.
    pub key: String,
    /// What it differed by there.
    pub amount: i64,
    /// Its causes there.
    pub causes: Vec<Cause>,
    /// Its customer.
    pub customer: String,
    /// Its posting date, in days.
    pub posting: Option<i32>,
}

/// What the meeting looks at.
pub struct Ground<'a> {
    /// The keys.
    pub keys: &'a KeyIndex,
    /// The subledger.
    pub subledger: &'a Subledger,
    /// `gl_lines`.
    pub lines: &'a Table,
    /// The documents.
    pub sides: &'a Sides,
    /// Whether the ledger's postings on a document of a register of open items are what is open of it.
    pub agrees_by_open: &'a dyn Fn(&Doc) -> bool,
    /// Whether the register holds open items alone: what it does not hold is then unknown, not missing.
    pub of_open_items: bool,
}

/// The exceptions of a reconciliation by what a carried item can find them by.
struct Found<'a> {
    by_key: HashMap<u32, Vec<usize>>,
    linked: HashMap<&'a str, Vec<usize>>,
    named: HashMap<&'a str, Vec<usize>>,
}

fn total(entries: &[Entry<'_>]) -> i128 {
    entries.iter().map(|entry| i128::from(entry.amount)).sum()
}

/// Lets every carried entry of a reconciliation meet its postings. `opening` is lessened by what was carried of those
/// that are cleared or became one item with them; their entries are left with nothing.
pub fn meet(
    rec: u16,
    from: &str,
    entries: &mut [Entry<'_>],
    exceptions: &mut Vec<Exception>,
    opening: &mut i128,
    ground: &Ground<'_>,
) {
    if *opening == 0 && total(entries) != 0 && !ground.of_open_items {
        // The balances do not bear the register out.
        return;
    }
    let mut gone: HashSet<usize> = HashSet::new();
    let mut wholes: Vec<(usize, Exception)> = Vec::new();
    let found = Found::new(rec, exceptions, ground.lines);
    for entry in entries.iter_mut() {
        entry.amount += ground.of_agreed_by_open(rec, entry);
        let numbers: Vec<usize> = found.of_entry(entry, exceptions, ground).into_iter().collect();
        let free: Vec<usize> = numbers.into_iter().filter(|number| !gone.contains(number)).collect();
        if entry.amount == 0 || free.is_empty() {
            continue;
        }
        let posted = |number: &usize| exceptions[*number].gl() - exceptions[*number].subledger;
        if free.iter().map(posted).sum::<i64>() == -entry.amount {
            gone.extend(free);
        } else if let Some(alone) = free.iter().find(|number| posted(number) == -entry.amount) {
            gone.insert(*alone);
        } else {
            let Some((first, others)) = ground.as_one(entry, &free, exceptions) else { continue };
            let more: Vec<&Exception> = others.iter().map(|number| &exceptions[*number]).collect();
            wholes.push((first, ground.whole(from, entry, &exceptions[first], &more)));
            gone.extend(others);
            // Claimed, so that no other entry meets it again.
            gone.insert(first);
        }
        *opening -= i128::from(std::mem::take(&mut entry.amount));
    }
    let kept: HashSet<usize> = wholes.iter().map(|(number, _)| *number).collect();
    for (number, whole) in wholes {
        exceptions[number] = whole;
    }
    let mut number = 0..;
    exceptions.retain(|_| number.next().is_none_or(|number| kept.contains(&number) || !gone.contains(&number)));
}

/// Without a prior item to tell of it: journals on documents that the subledger posted before the period are the other
/// half of the opening difference, where they are just that: all of them together, or one alone. Where `is_told` says
/// that no run of the period before tells what the opening difference is made of, one that would lessen it may be the
/// other half of a part of it: nothing tells it from a second posting.
pub fn clear_by_balance(
    rec: u16,
    entries: &[Entry<'_>],
    exceptions: &mut Vec<Exception>,
    opening: &mut i128,
    is_told: bool,
) {
    let half = |exception: &Exception| -> Option<i64> {
        let doc = exception.doc.filter(|_| exception.rec == rec && exception.carried.is_none())?;
        let gl_posts = doc.subledger_rows == 0 && doc.earlier_rows > 0;
        (gl_posts && exception.gl() == doc.earlier && doc.earlier != 0).then_some(doc.earlier)
    };
    let halves: i128 = exceptions.iter().filter_map(half).map(i128::from).sum();
    // A register that the balances do not bear out takes no part.
    let carried = if *opening == 0 { 0 } else { total(entries) };
    let rest = *opening - carried;
    if halves != 0 && rest == -halves {
        exceptions.retain(|exception| half(exception).is_none());
        *opening += halves;
        return;
    }
    if is_told || rest == 0 {
        return;
    }
    let is_other_half = |exception: &Exception| half(exception).is_some_and(|half| rest == -i128::from(half));
    if exceptions.iter().filter(|exception| is_other_half(exception)).count() == 1 {
        exceptions.retain(|exception| !is_other_half(exception));
        *opening -= rest;
        return;
    }
    for exception in exceptions.iter_mut() {
        exception.maybe_late = half(exception).is_some_and(|half| (rest + i128::from(half)).abs() < rest.abs());
    }
}

impl<'a> Found<'a> {
    fn new(rec: u16, exceptions: &[Exception], lines: &'a Table) -> Found<'a> {
        let mut found = Found { by_key: HashMap::new(), linked: HashMap::new(), named: HashMap::new() };
        for (number, exception) in exceptions.iter().enumerate().filter(|(_, exception)| exception.rec == rec) {
            if exception.key != NO_KEY {
                found.by_key.entry(exception.key).or_default().push(number);
            }
            if let ([journal], 0) = (exception.journals.as_slice(), exception.subledger) {
                match link(lines, journal) {
                    Some(id) => found.linked.entry(id).or_default().push(number),
                    None if exception.key == NO_KEY => {
                        words(lines, journal)
                            .into_iter()
                            .for_each(|id| found.named.entry(id).or_default().push(number));
                    }
                    None => {}
                }
            }
        }
        found
    }

    /// The exceptions that speak of an entry: those of its document, and journals that take back one of its own. What
    /// is not linked must name the journal in words, and take back its whole amount.
    fn of_entry(
        &self,
        entry: &Entry<'_>,
        exceptions: &[Exception],
        ground: &Ground<'_>,
    ) -> std::collections::BTreeSet<usize> {
        let key = ground.keys.find(entry.document).filter(|_| !entry.document.is_empty());
        let of_key = key.and_then(|key| self.by_key.get(&key)).into_iter().flatten().copied();
        let takes_back = |number: &usize| {
            let amount = exceptions[*number].gl();
            let whole = entry.amount == -amount || entry.items.iter().any(|item| item.gl == Some(-amount));
            let is_free = exceptions[*number].key == NO_KEY;
            // A part that is taken back of a journal without a document leaves the rest of it.
            whole || (is_free && entry.document.is_empty())
        };
        let ids: Vec<&str> = entry.journals().collect();
        let linked = ids.iter().filter_map(|id| self.linked.get(*id)).flatten().copied().filter(takes_back);
        let named = ids.iter().filter_map(|id| self.named.get(*id)).flatten().copied();
        let named = named.filter(|number| exceptions[*number].gl() == -entry.amount);
        of_key.chain(linked).chain(named).collect()
    }
}

impl Ground<'_> {
    /// What a document of a register of open items moved by, where what is open and what the ledger posted agree: the
    /// comparison in total has then left it out.
    fn of_agreed_by_open(&self, rec: u16, entry: &Entry<'_>) -> i64 {
        if !self.of_open_items || entry.document.is_empty() {
            return 0;
        }
        let key = self.keys.find(entry.document);
        let doc = key.and_then(|key| self.sides.find(rec, key)).map(|doc| &self.sides.docs[doc as usize]);
        doc.filter(|doc| (self.agrees_by_open)(doc)).map_or(0, |doc| doc.gl - doc.subledger)
    }

    /// The exception that an entry becomes one item with, and the others that are part of it: those of its own
    /// document, and journals without one.
    fn as_one(&self, entry: &Entry<'_>, numbers: &[usize], exceptions: &[Exception]) -> Option<(usize, Vec<usize>)> {
        let is_part = |number: &usize| {
            let exception = &exceptions[*number];
            let is_held = exception.doc.is_some_and(|doc| doc.subledger_rows + doc.earlier_rows > 0);
            let has_rows = !exception.journals.is_empty() || exception.subledger != 0;
            let known = exception.doc.is_some() && (is_held || !self.of_open_items);
            has_rows
                && if entry.document.is_empty() { exception.key == NO_KEY } else { known || exception.key == NO_KEY }
        };
        let mut parts: Vec<usize> = numbers.iter().copied().filter(is_part).collect();
        let first = parts.iter().position(|number| exceptions[*number].key != NO_KEY || entry.document.is_empty())?;
        Some((parts.remove(first), parts))
    }

    /// An entry and the period's postings as one document: its rows of all periods, the ledger's earlier postings as
    /// far as the prior run tells of them, and what is left once equal amounts are set against each other.
    fn whole(&self, from: &str, entry: &Entry<'_>, own: &Exception, more: &[&Exception]) -> Exception {
        let earlier = own.earlier_items.iter().map(|row| (self.subledger.amount[*row as usize], *row));
        let mut left: Vec<(i64, u32)> = earlier.collect();
        let mut before: i64 = left.iter().map(|(amount, _)| amount).sum();
        if left.is_empty() {
            // What the register no longer holds.
            before = entry.items.iter().filter_map(|item| item.subledger).sum();
            left.extend((before != 0).then_some((before, NO_ROW)));
        }
        left.extend(own.items.iter().map(|row| (self.subledger.amount[*row as usize], *row)));
        let settled = before + own.subledger - left.iter().map(|(amount, _)| amount).sum::<i64>();
        left.extend((settled != 0).then_some((settled, NO_ROW)));
        let earlier_journals = earlier_journals(entry, before);
        let mut journals = earlier_journals.clone();
        journals.extend(own.journals.iter().chain(more.iter().flat_map(|other| &other.journals)).cloned());
        take_back(&mut journals);
        let right: Vec<(i64, u32)> = journals.iter().map(|journal| journal.amount).zip(0..).collect();
        let (left, mut right) = leftovers(&left, &right);
        right.sort_unstable_by_key(|(_, index)| *index);
        let mut all_journals = earlier_journals;
        all_journals.extend(own.all_journals.iter().chain(more.iter().flat_map(|other| &other.all_journals)).cloned());
        let mut all_items = own.earlier_items.clone();
        all_items.extend(&own.all_items);
        let oldest = oldest(&entry.items);
        let carried = Carried {
            from: from.to_owned(),
            key: oldest.map_or_else(String::new, |item| item.item_key.clone()),
            amount: entry.amount,
            causes: earlier_causes(&entry.items),
            customer: oldest.map_or_else(String::new, |item| item.customer.clone()),
            posting: entry.items.iter().filter_map(|item| item.posting).min(),
        };
        Exception {
            subledger: left.iter().map(|(amount, _)| amount).sum(),
            items: left.into_iter().map(|(_, row)| row).filter(|row| *row != NO_ROW).collect(),
            journals: right.into_iter().map(|(_, index)| journals[index as usize].clone()).collect(),
            all_items,
            earlier_items: Vec::new(),
            all_journals,
            carried: Some(carried),
            ..own.clone()
        }
    }
}

/// Stands for what no row of the register holds.
const NO_ROW: u32 = u32::MAX;

/// What the ledger had posted before the period, as the prior run tells it: the journals of its items, and what agreed
/// there with the subledger.
fn earlier_journals(entry: &Entry<'_>, subledger: i64) -> Vec<Journal> {
    let of_items = entry.items.iter().filter_map(|item| {
        let amount = item.gl.or((entry.document.is_empty()).then_some(item.amount)).filter(|amount| *amount != 0)?;
        let is_of_journal = |cause: &Cause| cause.is_of_journal();
        let known = item.causes.iter().copied().filter(is_of_journal).collect();
        Some(Journal { id: item.journal.clone(), amount, lines: Vec::new(), known })
    });
    let mut journals: Vec<Journal> = of_items.collect();
    let rest = entry.amount + subledger - journals.iter().map(|journal| journal.amount).sum::<i64>();
    if rest != 0 {
        journals.insert(0, Journal { id: String::new(), amount: rest, lines: Vec::new(), known: Vec::new() });
    }
    journals
}

/// Takes out journals of one document that take each other back.
fn take_back(journals: &mut Vec<Journal>) {
    let mut at = 0;
    while at < journals.len() {
        let amount = journals[at].amount;
        match journals[at + 1..].iter().position(|other| other.amount == -amount) {
            Some(other) => {
                journals.remove(at + 1 + other);
                journals.remove(at);
            }
            None => at += 1,
        }
    }
}
