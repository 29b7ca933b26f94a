//! Under which document the ledger posts what applications carry beside their amount: discounts, write-offs and the
//! difference of two rates. The ledger itself tells it, by the documents that agree with the one or the other.

use super::figures::Scope;
use super::sides::{Sides, line_amounts};
use crate::matching::keys::NO_KEY;
use crate::model::Table;
use crate::reconcile::applications::Settlement;
use crate::reconcile::control::NO_REC;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// The two ends of an application: the document that was applied, and the one that it was applied to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    From,
    To,
}

/// What one document that was applied carries, and what its own lines say of it.
struct Carrier<'a> {
    parts: Vec<&'a Settlement>,
    /// Where its discounts are, and its differences of rates; `None` where its own lines do not tell.
    homes: [Option<Home>; 2],
}

impl Carrier<'_> {
    fn sum(&self, of_exchange: bool) -> i64 {
        self.parts.iter().filter(|part| part.is_exchange == of_exchange).map(|part| part.amount).sum()
    }

    /// What the lines of the document itself say, where it holds `gl` in the ledger and `subledger` without its parts.
    fn ask(&mut self, gl: i64, subledger: i64) {
        let (taken, exchanged) = (self.sum(false), self.sum(true));
        let (from, to) = (Some(Home::From), Some(Home::To));
        self.homes = match gl - subledger {
            all if all == taken + exchanged && all != 0 => [from, from],
            left if left == taken && exchanged != 0 && taken != 0 => [from, None],
            left if left == exchanged && exchanged != 0 && taken != 0 => [to, from],
            // A discount is in the ledger somewhere; a difference of rates may be nowhere.
            0 => [to, None],
            _ => [None, None],
        };
    }
}

/// Puts every settlement of the scopes to the document that the ledger posts it under.
pub fn place(sides: &mut Sides, settlements: &[&Settlement], scopes: &[Scope], lines: &Table) {
    let in_scope = |part: &&&Settlement| part.rec != NO_REC && part.date >= scopes[part.rec as usize].start;
    let mut by_carrier: BTreeMap<(u16, u32), Carrier<'_>> = BTreeMap::new();
    for part in settlements.iter().filter(in_scope).copied() {
        let new = || Carrier { parts: Vec::new(), homes: [None, None] };
        by_carrier.entry((part.rec, part.from_key)).or_insert_with(new).parts.push(part);
    }
    let (mut with, mut without) = (0_usize, 0_usize);
    for ((rec, key), carrier) in &mut by_carrier {
        let Some(doc) = sides.posted(*rec, *key) else { continue };
        carrier.ask(doc.gl, doc.subledger);
        with += usize::from(carrier.homes[0] == Some(Home::From) && carrier.sum(false) != 0);
        without += usize::from(carrier.homes[0] == Some(Home::To) && carrier.sum(false) != 0);
    }
    let mut untold: Vec<&Settlement> = Vec::new();
    for carrier in by_carrier.values() {
        for part in &carrier.parts {
            match carrier.homes[usize::from(part.is_exchange)] {
                Some(home) => put(sides, part, home),
                None => untold.push(part),
            }
        }
    }
    if untold.is_empty() {
        return;
    }
    // A document whose own lines do not tell is asked for at the other end, and then follows the ledger's habit.
    let habit = if with >= without { Home::From } else { Home::To };
    let homes = of_other_end(sides, &untold, lines);
    for (part, home) in untold.into_iter().zip(homes) {
        let usual = if part.is_exchange { Home::From } else { habit };
        put(sides, part, home.unwrap_or(usual));
    }
}

/// What the document that something was applied to says: it agrees with all that was taken off it, or without it. Where
/// it does neither, a journal of just the amount on one of the two documents tells.
fn of_other_end(sides: &Sides, parts: &[&Settlement], lines: &Table) -> Vec<Option<Home>> {
    let mut taken: HashMap<(u16, u32), i64> = HashMap::new();
    for part in parts {
        *taken.entry((part.rec, part.to_key)).or_default() += part.amount;
    }
    let journals = Journals::new(sides, parts, lines);
    let home = |part: &&Settlement| {
        let of_document = sides.posted(part.rec, part.to_key).and_then(|doc| match doc.gl - doc.subledger {
            // A receipt that neither side has may be that of another entity.
            0 => sides.find(part.rec, part.from_key).map(|_| Home::From),
            left if left == taken[&(part.rec, part.to_key)] => Some(Home::To),
            _ => None,
        });
        of_document.or_else(|| {
            let ends = [part.from_key, part.to_key].map(|key| journals.has(sides, part.rec, key, part.amount));
            match ends {
                [true, false] => Some(Home::From),
                [false, true] => Some(Home::To),
                _ => None,
            }
        })
    };
    parts.iter().map(home).collect()
}

/// What the journals of some documents post on them.
struct Journals {
    amounts: HashSet<(u32, i64)>,
}

impl Journals {
    fn new(sides: &Sides, parts: &[&Settlement], lines: &Table) -> Journals {
        let keys = parts.iter().flat_map(|part| [(part.rec, part.from_key), (part.rec, part.to_key)]);
        let wanted: HashSet<u32> = keys.filter_map(|(rec, key)| sides.find(rec, key)).collect();
        let (ids, amount_of) = (lines.text("journal_id"), line_amounts(lines));
        let mut sums: HashMap<(u32, &str), i64> = HashMap::new();
        for (row, doc) in sides.doc_of_line.iter().enumerate().filter(|(_, doc)| wanted.contains(*doc)) {
            *sums.entry((*doc, ids.get(row))).or_default() += amount_of(row);
        }
        Journals { amounts: sums.into_iter().map(|((doc, _), amount)| (doc, amount)).collect() }
    }

    fn has(&self, sides: &Sides, rec: u16, key: u32, amount: i64) -> bool {
        sides.find(rec, key).is_some_and(|doc| self.amounts.contains(&(doc, amount)))
    }
}

fn put(sides: &mut Sides, part: &Settlement, home: Home) {
    let is_from = (home == Home::From && part.from_key != NO_KEY) || part.to_key == NO_KEY;
    let key = if is_from { part.from_key } else { part.to_key };
    if key != NO_KEY {
        sides.settle(part.rec, key, part);
    }
}
