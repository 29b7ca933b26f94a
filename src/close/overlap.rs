//! Rows that stand in two files of one table: two extracts whose periods overlap count them twice (bad-inputs 76).

use crate::diag::{Finding, Place};
use crate::model::{Cell, Table};
use crate::normalise::source::Loaded;
use foldhash::fast::FixedState;
use hashbrown::HashMap;
use std::collections::BTreeMap;
use std::hash::{BuildHasher, Hash, Hasher};

/// What makes a row the same as one of another file: all of these, and the amount.
const KEYS: [(&str, &[&str]); 4] = [
    ("ar_items", &["entity", "item_id", "item_type", "customer_id", "document_date", "amount"]),
    ("ar_applications", &["entity", "from_item_id", "to_item_id", "applied_date", "amount"]),
    ("gl_lines", &["entity", "account", "journal_id", "line_no", "posting_date", "document_id", "amount"]),
    ("bank_lines", &["bank_account", "booking_date", "currency", "amount", "description", "reference"]),
];
/// Fewer rows than one in so many of the second file are no overlap.
const SHARE: u64 = 50;
/// A seed of its own, so that the order of nothing depends on the run.
const HASHER: FixedState = FixedState::with_seed(76);

/// A warning for each pair of files of a table that share rows. Rows of one file are compared as they are counted: two
/// identical rows of a file meet two of another.
pub(super) fn overlaps(tables: &BTreeMap<&'static str, Table>, loaded: &[Loaded]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (name, keys) in KEYS {
        let sources = loaded.iter().filter(|known| known.table.def.name == name).count();
        let Some(table) = tables.get(name).filter(|_| sources > 1) else { continue };
        let mut sizes: BTreeMap<u32, u64> = BTreeMap::new();
        table.places.iter().for_each(|place| *sizes.entry(place.source).or_default() += 1);
        // Single rows are duplicates, which the reconciliation lists one by one; an overlap is a part of the file.
        let is_part = |source: u32, rows: u64| rows * SHARE >= sizes.get(&source).copied().unwrap_or(0);
        for ((first, second), (rows, row)) in
            shared(table, keys).into_iter().filter(|(pair, found)| is_part(pair.1, found.0))
        {
            let name_of =
                |number: u32| loaded.iter().find(|known| known.number == number).map(Loaded::shown).unwrap_or_default();
            findings.push(Finding::warning(
                "T2503",
                Place::file(name_of(second)).row(row.into()),
                format!("{rows} rows of this file stand in {} too; all of them count", name_of(first)),
                "if the two extracts overlap, export them again without the days they share; nothing is removed",
            ));
        }
    }
    findings
}

/// How many rows each two sources share, and the first of them in the second.
fn shared(table: &Table, keys: &[&str]) -> BTreeMap<(u32, u32), (u64, u32)> {
    let mut seen: HashMap<u64, Vec<(u32, u32)>, FixedState> = HashMap::with_hasher(HASHER);
    let columns: Vec<_> = keys.iter().map(|key| table.column(key)).collect();
    let mut found = BTreeMap::new();
    for row in 0..table.len() {
        let mut hasher = HASHER.build_hasher();
        for column in &columns {
            hash_cell(&column.cell(row), &mut hasher);
        }
        let place = table.places[row];
        let counts = seen.entry(hasher.finish()).or_default();
        // How many of the same this source has had: the next one meets the next of another source.
        let own = match counts.iter_mut().find(|(source, _)| *source == place.source) {
            Some((_, count)) => {
                *count += 1;
                *count
            }
            None => {
                counts.push((place.source, 1));
                1
            }
        };
        let twin = counts.iter().find(|(source, count)| *source != place.source && *count >= own);
        if let Some((source, _)) = twin {
            found.entry((*source, place.source)).or_insert((0, place.row)).0 += 1;
        }
    }
    found
}

fn hash_cell(cell: &Cell<'_>, hasher: &mut impl Hasher) {
    match cell {
        Cell::Text(text) => text.hash(hasher),
        Cell::Date(date) => date.days().hash(hasher),
        Cell::Money(money) => money.units().hash(hasher),
        Cell::Int(number) => number.hash(hasher),
        other => other.plain().hash(hasher),
    }
}
