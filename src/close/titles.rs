//! Reports whose titles name another day than the one that the period ends on.

use crate::diag::{Finding, Place};
use crate::model::Date;
use crate::normalise::source::Loaded;
use crate::normalise::title;

/// A warning for each of them.
pub(super) fn other_days(loaded: &[Loaded], end: Date) -> Vec<Finding> {
    let sure = |loaded: &Loaded| loaded.titled.clone().filter(|named| named.is_sure);
    let mut findings = Vec::new();
    for (at, one) in loaded.iter().enumerate() {
        let Some(named) = sure(one) else { continue };
        let table = one.table.def.name;
        let others = loaded.iter().enumerate().filter(|(other, known)| *other != at && known.table.def.name == table);
        let days: Vec<Date> = others.filter_map(|(_, known)| Some(sure(known)?.day)).collect();
        if title::is_of_another_day(table, named.day, end, &days) {
            let place = Place { file: one.facts.file.clone(), sheet: one.facts.sheet.clone(), ..Place::default() };
            findings.push(title::other_day(place, &named, end));
        }
    }
    findings
}
