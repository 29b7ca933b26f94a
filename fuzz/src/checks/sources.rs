//! A whole source, from bytes to a typed table: every row that is read is loaded, left out or rejected, at its place.
//! The first character of the input says which table is filled.

use super::files::{SHOWN, check_finding, check_problem, limits, lines, with_file};
use std::collections::BTreeMap;
use std::path::Path;
use tieout::diag::Result;
use tieout::load::Origin;
use tieout::model::{Currency, Date, TableDef};
use tieout::normalise::evidence::Evidence;
use tieout::normalise::plan::Setting;
use tieout::normalise::profiles;
use tieout::normalise::rules::Expect;
use tieout::normalise::source::{self, Loaded, Request};
use tieout::normalise::tables;

const TABLES: [&str; 8] = [
    "ar_items",
    "gl_lines",
    "trial_balance",
    "customers",
    "ar_applications",
    "invoice_lines",
    "bank_lines",
    "bank_balances",
];

/// The table that the first character of an input stands for, and the rest of it.
pub fn table_of(text: &str) -> (&'static TableDef, &str) {
    let digit = text.bytes().next().filter(u8::is_ascii_digit);
    let name = TABLES[usize::from(digit.unwrap_or(b'0') - b'0') % TABLES.len()];
    (tables::find(name).expect("a table"), if digit.is_some() { &text[1..] } else { text })
}

/// Tries one file.
pub fn check(bytes: &[u8]) {
    let first = std::str::from_utf8(&bytes[..bytes.len().min(1)]).unwrap_or_default();
    let (def, rest) = table_of(first);
    let bytes = &bytes[first.len() - rest.len()..];
    let last = lines(bytes);
    let (one, two) = with_file(bytes, |path| (load(path, def, 1), load(path, def, 2)));
    match (one, two) {
        (Ok(one), Ok(two)) => {
            conserved(&one, last);
            assert_eq!((&one.rejects, &one.left_out), (&two.rejects, &two.left_out));
            assert_eq!((&one.table.places, one.rows_read), (&two.table.places, two.rows_read));
        }
        (Err(one), Err(two)) => {
            check_problem(&one, last);
            assert_eq!(one.findings, two.findings);
        }
        (Ok(_), Err(problem)) | (Err(problem), Ok(_)) => panic!("refused by one and two threads alone: {problem}"),
    }
}

/// Loads a file into a table, under any profile that fits.
pub fn load(path: &Path, def: &'static TableDef, threads: usize) -> Result<Loaded> {
    let request = Request {
        origin: Origin::File(path.to_owned()),
        shown: SHOWN.to_owned(),
        number: 0,
        def,
        candidates: profiles::of_table(def.name)?,
        sheet: None,
        expect: Expect::default(),
    };
    let setting = Setting {
        period_end: Date::from_ymd(2026, 10, 31).expect("a day"),
        currency: Currency::parse("USD").expect("a currency"),
        entity_currency: BTreeMap::new(),
    };
    source::load(&request, &Evidence::default(), &setting, &limits(), threads)
}

/// Every row that was read is in one place.
pub fn conserved(loaded: &Loaded, last: u64) {
    let in_table = loaded.table.len() as u64;
    let placed = in_table + loaded.left_out.len() as u64 + loaded.rejected_rows;
    assert_eq!(loaded.rows_read, placed, "rows read = loaded + left out + rejected");
    assert_eq!(loaded.table.places.len() as u64, in_table);
    let rejected: std::collections::BTreeSet<u32> = loaded.rejects.iter().map(|reject| reject.row).collect();
    let own = loaded.table.places.iter().chain(&loaded.later.places).map(|place| place.row);
    let rows = own.chain(rejected).chain(loaded.left_out.iter().map(|left| left.row));
    rows.for_each(|row| assert!((1..=last).contains(&u64::from(row)), "row {row} of {last}"));
    assert!(loaded.rejects.iter().all(|reject| !reject.reason.is_empty()));
    loaded.findings.iter().filter(|finding| !finding.place.file.is_empty()).for_each(|f| check_finding(f, last));
}
