//! Registers that were run after the period end, with nothing that tells what was applied since.

use crate::diag::{Finding, Place};
use crate::model::Date;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::normalise::source::Check;
use crate::reconcile::Inputs;
use crate::reconcile::subledger::posting_dates;
use std::collections::{BTreeMap, BTreeSet};

/// The check that such a register breaks.
const BALANCE: &str = "subledger balance = opening + postings";

/// One finding for each such register; a check that it breaks is told by it.
pub(super) fn findings(inputs: &Inputs, period_end: Date, checks: &mut [Check]) -> Vec<Finding> {
    if !inputs.applications.is_empty() {
        return Vec::new();
    }
    let later = &inputs.later_items;
    let mut last: BTreeMap<u32, i32> = BTreeMap::new();
    for (day, place) in posting_dates(later).into_iter().zip(&later.places) {
        let known = last.entry(place.source).or_insert(day);
        *known = day.max(*known);
    }
    let items = &inputs.ar_items;
    let (opens, cleared) = (items.money("open_amount"), items.dates("cleared_date"));
    let (mut with_open, mut with_cleared): (BTreeSet<u32>, BTreeSet<u32>) = Default::default();
    for (row, place) in items.places.iter().enumerate().filter(|(_, place)| last.contains_key(&place.source)) {
        if opens[row] != NO_MONEY {
            with_open.insert(place.source);
        }
        if cleared[row] != NO_DATE {
            with_cleared.insert(place.source);
        }
    }
    let untold = last.into_iter().filter(|(source, _)| with_open.contains(source) && !with_cleared.contains(source));
    let findings: Vec<Finding> = untold
        .map(|(source, day)| {
            let name = inputs.source_names.get(source as usize).cloned().unwrap_or_default();
            let day = Date::from_days(day);
            let message = format!(
                "the register holds documents up to {day}, so its open amounts are of {day}, not of {period_end}, and \
                 nothing says what was applied in between"
            );
            let remedy = "add the applications (ar_applications) or the day each document was cleared (cleared_date), \
                          or run the register as of the period end";
            Finding::warning("T3020", Place::file(name), message, remedy)
        })
        .collect();
    if !findings.is_empty() {
        checks.iter_mut().filter(|check| check.name.ends_with(BALANCE)).for_each(|check| check.is_told = true);
    }
    findings
}
