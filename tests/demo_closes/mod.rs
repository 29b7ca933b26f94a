//! Synthetic closes: every planted break is found under its cause, nothing else is, whatever the files look like.

mod cash;
mod restyled;
mod same_bytes;

use crate::support::{Close, Row, rows_of};
use std::collections::BTreeMap;
use std::path::Path;
use tieout::close::{Options, Run, work_out};
use tieout::config::Config;
use tieout::demo::{self, Gl};
use tieout::diag::Finding;
use tieout::report::query::Tables;

/// How many invoices a close has here: enough for two breaks of each cause.
const INVOICES: u64 = 400;

/// A demo close in a folder of its own.
fn demo_close(seed: u64, gl: Gl) -> Close {
    let close = Close::empty();
    demo::write(&demo::Options { gl, ..demo::Options::new(INVOICES, seed) }, close.path()).expect("a demo");
    close
}

fn worked_out(folder: &Path) -> Run {
    let config = Config::read(folder).unwrap_or_else(|problem| panic!("{problem}"));
    let options =
        Options { threads: 2, out: None, as_of: None, every_column: false, progress: &|_| {}, environment: &|_| None };
    work_out(config, &options).unwrap_or_else(|problem| panic!("{problem}"))
}

/// A result table as rows of text.
pub fn rows(run: &Run, name: &str) -> Vec<Row> {
    let table = run.table(name).unwrap_or_else(|| panic!("there is no table {name}"));
    let row = |row: usize| {
        let cells = table.def.columns.iter().zip(&table.columns);
        cells.map(|(def, column)| (def.name.to_owned(), column.cell(row).plain())).collect()
    };
    (0..table.len()).map(row).collect()
}

/// What was planted or found: entity, cause, document or journal, amount in cents.
type Break = (String, String, String, i64);

fn cents(text: &str) -> i64 {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    assert!(fraction.trim_end_matches('0').len() <= 2, "{text}");
    let digits: String = format!("{whole}{:0<2}", &fraction[..fraction.len().min(2)]);
    digits.parse().unwrap_or_else(|_| panic!("\"{text}\" is no amount"))
}

fn planted(folder: &Path) -> Vec<Break> {
    let label = |row: Row| {
        let name = if row["document_id"].is_empty() { &row["journal_id"] } else { &row["document_id"] };
        (row["entity"].clone(), row["cause"].clone(), name.clone(), cents(&row["amount"]))
    };
    let mut labels: Vec<Break> =
        rows_of(&folder.join("truth/breaks.csv")).into_iter().filter(|row| row["kind"] == "gl").map(label).collect();
    labels.sort();
    labels
}

fn found(run: &Run) -> Vec<Break> {
    let item = |row: Row| {
        let name = if row["document_id"].is_empty() { &row["journal_id"] } else { &row["document_id"] };
        let entity = row["rec_id"].split('-').nth(1).expect("gl-entity-account");
        (entity.to_owned(), row["cause_code"].clone(), name.clone(), cents(&row["amount"]))
    };
    let mut items: Vec<Break> =
        rows(run, "reconciling_items").into_iter().filter(|row| row["rec_id"].starts_with("gl-")).map(item).collect();
    items.sort();
    items
}

/// The same of the bank: entity, cause, amount in cents, and by what it may be known.
type BankBreak = (String, String, i64, Vec<String>);

fn bank_breaks(rows: impl Iterator<Item = Row>, entity: impl Fn(&Row) -> String, cause: &str) -> Vec<BankBreak> {
    let of = |row: Row| {
        let names = ["document_id", "journal_id"].map(|name| row[name].clone()).into_iter();
        let names = names.filter(|name| !name.is_empty()).collect();
        (entity(&row), row[cause].clone(), cents(&row["amount"]), names)
    };
    let mut breaks: Vec<BankBreak> = rows.map(of).collect();
    breaks.sort();
    breaks
}

/// Every planted difference of the bank is an item under its cause and by its name, and nothing else is.
#[track_caller]
fn assert_bank_explained(run: &Run, folder: &Path, what: &str) {
    let labels = rows_of(&folder.join("truth/breaks.csv")).into_iter().filter(|row| row["kind"] == "bank");
    let planted = bank_breaks(labels, |row| row["entity"].clone(), "cause");
    let items = rows(run, "reconciling_items").into_iter().filter(|row| row["rec_id"].starts_with("bank-"));
    let entity = |row: &Row| row["rec_id"].split('-').nth(1).expect("bank-entity-account").to_owned();
    let found = bank_breaks(items, entity, "cause_code");
    let bare = |breaks: &[BankBreak]| -> Vec<(String, String, i64)> {
        breaks.iter().map(|(entity, cause, amount, _)| (entity.clone(), cause.clone(), *amount)).collect()
    };
    assert_eq!(bare(&found), bare(&planted), "{what}");
    for ((_, cause, _, names), (.., shown)) in planted.iter().zip(&found) {
        // Of two bookings of one payment either may be the second one.
        let either = ["B08", "B09"].contains(&cause.as_str());
        assert!(either || names.iter().any(|name| shown.contains(name)), "{what}: {cause} {names:?} {shown:?}");
    }
}

/// Every label is an item and every item a label; each variance is explained to the cent; no check fails.
#[track_caller]
fn assert_explained(run: &Run, folder: &Path, what: &str) {
    assert_eq!(found(run), planted(folder), "{what}");
    assert_bank_explained(run, folder, what);
    let items = rows(run, "reconciling_items");
    for rec in rows(run, "reconciliations") {
        assert_eq!(cents(&rec["unexplained"]), 0, "{what}: {rec:?}");
        assert_ne!(rec["status"], "open", "{what}");
        let of_rec = items.iter().filter(|item| item["rec_id"] == rec["rec_id"]);
        assert_eq!(of_rec.map(|item| cents(&item["amount"])).sum::<i64>(), cents(&rec["variance"]), "{what}");
    }
    let bad: Vec<&String> =
        run.checks.iter().filter(|check| check.outcome() != "pass").map(|check| &check.name).collect();
    assert_eq!(bad, Vec::<&String>::new(), "{what}");
    // A deposit that the bank booked twice may stand in both parts of a file that was split.
    let is_twice = |finding: &Finding| finding.code == "T2503" && finding.place.file.starts_with("data/bank_lines_");
    let is_note = |finding: &Finding| ["T3001", "T3401"].contains(&finding.code) || is_twice(finding);
    assert!(run.findings.iter().all(is_note), "{what}: {:?}", run.findings);
    cash::assert_researched(run, folder, what);
}

/// What a reader learns of a run, apart from where its rows stand in the files.
fn report(run: &Run) -> BTreeMap<&'static str, Vec<Row>> {
    let tables = [
        "reconciliations",
        "reconciling_items",
        "documents",
        "matches",
        "aging",
        "open_items",
        "rollforward",
        "divergence",
        "allocations",
        "unapplied",
        "cash_candidates",
        "match_rates",
        "dispute_log",
        "call_list",
        "write_offs",
    ];
    let without_places = |mut row: Row| {
        row.retain(|name, _| !name.contains("source"));
        row
    };
    tables.into_iter().map(|name| (name, rows(run, name).into_iter().map(without_places).collect())).collect()
}

#[track_caller]
fn assert_same_report(left: &Run, right: &Run, what: &str) {
    let (left, right) = (report(left), report(right));
    for (name, rows) in &left {
        let differing = rows.iter().zip(&right[name]).find(|(a, b)| a != b);
        assert!(rows.len() == right[name].len() && differing.is_none(), "{what}: {name} differs: {differing:?}");
    }
}

/// Puts the lines of a text below its heading into another order, always the same one for a seed.
fn shuffled(text: &str, seed: u64) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    for at in (2..lines.len()).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        lines.swap(at, 1 + (state >> 33) as usize % at);
    }
    lines.join("\n") + "\n"
}

const DATA: [&str; 6] = ["ar_items", "ar_applications", "gl_lines", "trial_balance", "customers", "accounts"];

/// The tables that cash adds.
const CASH_DATA: [&str; 7] =
    ["bank_lines", "bank_balances", "remittances", "disputes", "invoice_lines", "prices", "exchange_rates"];

fn shuffle_all(close: &Close, seed: u64) {
    for name in DATA.iter().chain(&CASH_DATA) {
        let path = format!("data/{name}.csv");
        let text = std::fs::read_to_string(close.at(&path)).expect("a file");
        close.write(&path, shuffled(&text, seed));
    }
}

fn split_in_two(close: &Close) {
    let mut toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    for name in ["ar_items", "gl_lines", "bank_lines"] {
        let path = format!("data/{name}.csv");
        let text = std::fs::read_to_string(close.at(&path)).expect("a file");
        let (headings, body) = text.split_once('\n').expect("headings");
        let lines: Vec<&str> = body.lines().collect();
        let (first, second) = lines.split_at(lines.len() / 3);
        for (number, part) in [first, second].into_iter().enumerate() {
            close.write(&format!("data/{name}_{number}.csv"), format!("{headings}\n{}\n", part.join("\n")));
        }
        std::fs::remove_file(close.at(&path)).expect("gone");
        toml = toml.replace(&path, &format!("data/{name}_?.csv"));
    }
    close.write("close.toml", toml);
}

fn assert_seed(seed: u64, gl: Gl) {
    let close = demo_close(seed, gl);
    let run = worked_out(close.path());
    assert_explained(&run, close.path(), &format!("seed {seed}, {gl:?}"));
    shuffle_all(&close, seed);
    let again = worked_out(close.path());
    assert_explained(&again, close.path(), &format!("seed {seed}, {gl:?}, shuffled"));
    assert_same_report(&run, &again, &format!("seed {seed}, {gl:?}, shuffled"));
    split_in_two(&close);
    let again = worked_out(close.path());
    assert_explained(&again, close.path(), &format!("seed {seed}, {gl:?}, split"));
    assert_same_report(&run, &again, &format!("seed {seed}, {gl:?}, split"));
}

#[test]
fn every_break_of_ten_seeds_is_found() {
    (1..=10).for_each(|seed| assert_seed(seed, Gl::All));
}

#[test]
fn every_break_of_ten_more_seeds_is_found() {
    (11..=20).for_each(|seed| assert_seed(seed, Gl::All));
}

#[test]
fn a_detail_of_the_period_alone_gives_the_same_answers() {
    (1..=10).for_each(|seed| assert_seed(seed, Gl::Period));
}

#[test]
fn other_shapes_of_a_close_are_explained_too() {
    for (entities, history_months, gl) in [(1, 1, Gl::All), (5, 3, Gl::Period), (3, 24, Gl::All)] {
        let close = Close::empty();
        let options = demo::Options { entities, history_months, gl, ..demo::Options::new(600, 77) };
        demo::write(&options, close.path()).expect("a demo");
        let what = format!("{entities} entities, {history_months} months, {gl:?}");
        assert_explained(&worked_out(close.path()), close.path(), &what);
    }
}
