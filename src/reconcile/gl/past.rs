//! Documents that the register no longer holds, because they settled each other before the period: their applications
//! still tell that the subledger had them, and for how much. One that the ledger posts otherwise is then known by name.

use super::sides::line_amounts;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::table::NO_MONEY;
use crate::reconcile::Inputs;
use crate::reconcile::applications::Settlement;
use crate::reconcile::control::{Controls, NO_REC};
use crate::reconcile::subledger::Subledger;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// What applications tell of documents that the register no longer holds.
#[derive(Debug, Default)]
pub struct Past {
    /// The amount of each, by the number of its key: all those of a group add up to the discounts between them.
    pub documents: BTreeMap<u32, (u16, i64)>,
    /// The discounts and write-offs between them.
    pub settlements: Vec<Settlement>,
}

impl Past {
    /// Whether a document of the ledger is one of them.
    pub fn has(&self, rec: u16, key: u32) -> bool {
        self.documents.get(&key).is_some_and(|(own, _)| *own == rec)
    }
}

/// A document of the ledger that the register does not hold.
#[derive(Clone, Copy, Default)]
struct Unheld {
    rec: u16,
    /// What the ledger posts on it.
    gl: i64,
    /// What was applied of it, and what was taken off with it.
    net: i64,
    taken: i64,
    /// Whether something says that it is more than applications tell.
    is_odd: bool,
    /// The number of its group.
    group: u32,
}

/// Finds them. A group of documents that were applied to each other counts only where nothing else was applied of any
/// of them, and where the ledger bears out at least half of it: receipts that the ledger posts under the numbers of
/// their invoices would else be missing.
pub fn find(
    inputs: &Inputs,
    controls: &Controls,
    subledger: &Subledger,
    keys: &KeyIndex,
    (line_rec, line_keys): (&[u16], &[u32]),
    start: i32,
) -> Past {
    let mut unheld = unheld(inputs, subledger, keys, (line_rec, line_keys), start);
    let table = inputs.applications.as_ref();
    if unheld.is_empty() || table.is_empty() {
        return Past::default();
    }
    let (from, to) = (table.text("from_item_id"), table.text("to_item_id"));
    let hashes: HashSet<u64> = unheld.keys().map(|key| keys.hash(keys.text(*key))).collect();
    let touches = |row: &usize| [from, to].iter().any(|ids| hashes.contains(&keys.hash(ids.get(*row))));
    let rows: Vec<usize> = (0..table.len()).into_par_iter().filter(touches).collect();
    let (dates, amounts, entities) = (table.dates("applied_date"), table.money("amount"), table.text("entity"));
    let (discounts, write_offs) = (table.money("discount"), table.money("write_off"));
    let known = |units: i64| if units == NO_MONEY { 0 } else { units };
    let mut settlements: Vec<Settlement> = Vec::new();
    for row in rows {
        let ends = [from, to].map(|ids| keys.find(ids.get(row)).filter(|key| unheld.contains_key(key)));
        let of_entity = |key: &u32| {
            let control = &controls.list[unheld[key].rec as usize];
            entities.get(row).is_empty() || entities.get(row) == control.entity
        };
        if !ends.iter().flatten().all(of_entity) {
            continue;
        }
        let pair = match ends {
            [Some(from), Some(to)] if from != to && unheld[&from].rec == unheld[&to].rec => Some([from, to]),
            _ => None,
        };
        let Some([from_key, to_key]) = pair.filter(|_| dates[row] < start) else {
            ends.into_iter().flatten().for_each(|key| unheld.entry(key).or_default().is_odd = true);
            continue;
        };
        let (amount, write_off) = (amounts[row], known(write_offs[row]));
        let taken = known(discounts[row]) + write_off;
        for (key, moved) in [(from_key, -amount), (to_key, amount + taken)] {
            let document = unheld.entry(key).or_default();
            (document.net, document.taken) = (document.net + moved, document.taken - taken);
        }
        join(&mut unheld, from_key, to_key);
        if taken != 0 {
            let rec = unheld[&from_key].rec;
            let date = dates[row];
            let part = Settlement { rec, from_key, to_key, date, amount: -taken, write_off, is_exchange: false };
            settlements.push(part);
        }
    }
    borne_out(&unheld, settlements)
}

/// The groups that the ledger bears out.
fn borne_out(unheld: &HashMap<u32, Unheld>, mut settlements: Vec<Settlement>) -> Past {
    let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for key in unheld.keys().filter(|key| unheld[*key].net != 0) {
        groups.entry(root(unheld, *key)).or_default().push(*key);
    }
    let agrees = |key: &&u32| {
        let document = unheld[*key];
        document.gl == document.net || document.gl == document.net + document.taken
    };
    groups.retain(|_, keys| {
        let agreed = keys.iter().filter(agrees).count();
        keys.len() > 1 && agreed * 2 >= keys.len() && !keys.iter().any(|key| unheld[key].is_odd)
    });
    let documents: BTreeMap<u32, (u16, i64)> =
        groups.values().flatten().map(|key| (*key, (unheld[key].rec, unheld[key].net))).collect();
    settlements.retain(|part| documents.contains_key(&part.from_key));
    Past { documents, settlements }
}

/// The documents of the ledger from before the period that the register does not hold; none where they are not of both
/// signs, since nothing can have settled itself then.
fn unheld(
    inputs: &Inputs,
    subledger: &Subledger,
    keys: &KeyIndex,
    (line_rec, line_keys): (&[u16], &[u32]),
    start: i32,
) -> HashMap<u32, Unheld> {
    let mut held = vec![false; keys.len()];
    subledger.key.iter().filter(|key| **key != NO_KEY).for_each(|key| held[*key as usize] = true);
    let later = inputs.later_items.text("item_id");
    (0..inputs.later_items.len()).filter_map(|row| keys.find(later.get(row))).for_each(|key| held[key as usize] = true);
    let (dates, amount_of) = (inputs.gl_lines.dates("posting_date"), line_amounts(&inputs.gl_lines));
    let mut signs = [false; 2];
    let mut early: HashSet<u32> = HashSet::new();
    let on_control = |(row, key): &(usize, &u32)| line_rec[*row] != NO_REC && **key != NO_KEY && !held[**key as usize];
    for (row, key) in line_keys.iter().enumerate().filter(on_control).filter(|(row, _)| dates[*row] < start) {
        early.insert(*key);
        signs[usize::from(amount_of(row) < 0)] = true;
    }
    let mut found: HashMap<u32, Unheld> = HashMap::new();
    if signs != [true, true] {
        return found;
    }
    for (row, key) in line_keys.iter().enumerate().filter(on_control).filter(|(_, key)| early.contains(*key)) {
        let new = Unheld { rec: line_rec[row], group: *key, ..Unheld::default() };
        let document = found.entry(*key).or_insert(new);
        document.is_odd |= document.rec != line_rec[row];
        document.gl += amount_of(row);
    }
    found
}

/// The document that stands for a group.
fn root(unheld: &HashMap<u32, Unheld>, key: u32) -> u32 {
    let mut at = key;
    while unheld[&at].group != at {
        at = unheld[&at].group;
    }
    at
}

fn join(unheld: &mut HashMap<u32, Unheld>, first: u32, second: u32) {
    let roots = [first, second].map(|key| root(unheld, key));
    let lowest = roots[0].min(roots[1]);
    for key in [first, second].into_iter().chain(roots) {
        if let Some(document) = unheld.get_mut(&key) {
            document.group = lowest;
        }
    }
}
