//! Which documents of the GL the register knows: it decides what can be compared with what.

use super::figures::Coverage;
use super::past::Past;
use super::sides::line_amounts;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::reconcile::Inputs;
use crate::reconcile::control::{Controls, NO_REC};
use crate::reconcile::subledger::Subledger;
use hashbrown::HashSet;

/// For each reconciliation, which documents of the GL the register knows: before the period, and in it.
pub fn of_all(
    controls: &Controls,
    subledger: &Subledger,
    inputs: &Inputs,
    (line_rec, line_keys): (&[u16], &[u32]),
    keys: &KeyIndex,
    past: &Past,
    start: i32,
) -> Vec<(Coverage, Coverage)> {
    let key_count = keys.len();
    // A number that an invoice and a receipt bear is known for the one that the register holds, by its sign; one that
    // several entities use, for those that hold it. Few numbers are of more than one reconciliation.
    let mut holder = vec![[NO_REC; 2]; key_count];
    let mut more: HashSet<(u32, usize, u16)> = HashSet::new();
    for (row, key) in subledger.key.iter().enumerate().filter(|(_, key)| **key != NO_KEY) {
        let (rec, side) = (subledger.rec[row], usize::from(subledger.amount[row] < 0));
        let first = &mut holder[*key as usize][side];
        if *first == NO_REC {
            *first = rec;
        } else if *first != rec {
            more.insert((*key, side, rec));
        }
    }
    let later = held_later(controls, inputs, keys);
    let (dates, amount_of) = (inputs.gl_lines.dates("posting_date"), line_amounts(&inputs.gl_lines));
    // A number that the GL has with the wrong sign alone is that document, posted the wrong way round.
    let mut signs = vec![[false; 2]; key_count];
    for (row, key) in line_keys.iter().enumerate().filter(|(row, key)| **key != NO_KEY && line_rec[*row] != NO_REC) {
        signs[*key as usize][usize::from(amount_of(row) < 0)] = true;
    }
    let mut all = vec![(Coverage::default(), Coverage::default()); controls.list.len()];
    for (row, rec) in line_rec.iter().enumerate().filter(|(_, rec)| **rec != NO_REC) {
        if line_keys[row] != NO_KEY {
            let (of_rec, amount) = (&mut all[*rec as usize], amount_of(row));
            let part = if dates[row] < start { &mut of_rec.0 } else { &mut of_rec.1 };
            let (key, side) = (line_keys[row], usize::from(amount < 0));
            let holds = |side: usize| holder[key as usize][side] == *rec || more.contains(&(key, side, *rec));
            let is_flipped = !signs[key as usize][1 - side] && holds(1 - side);
            let is_known = holds(side) || is_flipped || later.contains(&(key, *rec)) || past.has(*rec, key);
            part.past += u64::from(past.has(*rec, key));
            part.add(is_known, amount);
        }
    }
    all
}

/// The documents that the register holds after the period end, and their reconciliations: it does not leave them out.
fn held_later(controls: &Controls, inputs: &Inputs, keys: &KeyIndex) -> HashSet<(u32, u16)> {
    let items = inputs.later_items.as_ref();
    let recs = controls.of_items(items, &inputs.source_names).map(|(recs, _)| recs).unwrap_or_default();
    let ids = items.text("item_id");
    recs.iter().enumerate().filter_map(|(row, rec)| Some((keys.find(ids.get(row))?, *rec))).collect()
}
