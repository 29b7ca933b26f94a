//! How well a run did on a demo: its results against the labels, as precision and recall per rule and cause.

use crate::diag::{Place, Problem, Result};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One line of the score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What is compared: allocation, receipt, cause, short_pay, bank, gl.
    pub what: &'static str,
    /// The status, the rule or the cause; `all` for the sum.
    pub name: String,
    /// How many there are in truth; `None` where truth cannot say (which rule finds what).
    pub planted: Option<u64>,
    /// How many the run has.
    pub found: u64,
    /// How many of these are right.
    pub right: u64,
}

impl Line {
    /// Right ones among those found, in hundredths of a percent; `None` where none was found.
    pub fn precision(&self) -> Option<u64> {
        share(self.right, self.found)
    }

    /// Right ones among those planted, in hundredths of a percent.
    pub fn recall(&self) -> Option<u64> {
        share(self.right, self.planted?)
    }
}

fn share(part: u64, whole: u64) -> Option<u64> {
    (part * 10_000).checked_div(whole)
}

/// `97.50` of 9750; cut off, never rounded up: what prints as 100.00 is all of them.
pub fn percent(hundredths: u64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

type Row = BTreeMap<String, String>;
/// A receipt, what it settles, and how much.
type Allocation = (String, String, String);
/// Where a difference stands, its amount, and what it is known by.
type Names = (String, String, Vec<String>, String);

/// Compares a run's folder with the demo that it is a run of.
pub fn score(demo: &Path, run: &Path) -> Result<Vec<Line>> {
    let labels = rows(demo, "truth/receipts.csv", &["receipt_id", "cause", "short_pay_code", "short_amount"])?;
    let answers = rows(demo, "truth/allocations.csv", &["receipt_id", "invoice_id", "amount"])?;
    let breaks = rows(demo, "truth/breaks.csv", &["kind", "entity", "cause", "document_id", "journal_id", "amount"])?;
    let columns = ["receipt_id", "invoice_id", "amount", "short_pay", "short_pay_code", "rule", "status"];
    // A run of a close without cash application has neither.
    let allocations = rows_if_there(run, "data/allocations.csv", &columns)?;
    let unapplied = rows_if_there(run, "data/unapplied.csv", &["receipt_id", "cause_code"])?;
    let items = ["rec_id", "cause_code", "amount", "document_id"];
    let items = rows(run, "data/reconciling_items.csv", &items)?;
    let reconciliations = rows(run, "data/reconciliations.csv", &["rec_id", "kind", "entity"])?;

    let mut lines = allocated(&labels, &answers, &allocations);
    let planted = labels.iter().map(|row| (get(row, "receipt_id"), get(row, "cause")));
    let found = unapplied.iter().map(|row| (get(row, "receipt_id"), get(row, "cause_code")));
    lines.extend(per_code("cause", planted, found));
    let planted = labels.iter().map(|row| deduction(row, "short_amount"));
    let found = allocations.iter().filter(|row| get(row, "status") != "posted").map(|row| deduction(row, "short_pay"));
    lines.extend(per_code("short_pay", planted.filter(coded), found.filter(coded)));
    for kind in ["bank", "gl"] {
        let of_kind = breaks.iter().filter(|row| get(row, "kind") == kind);
        let planted: Vec<Names> = of_kind.map(planted_break).collect();
        let found: Vec<Names> = items.iter().filter_map(|row| found_item(row, kind, &reconciliations)).collect();
        lines.extend(differences(kind, &planted, &found));
    }
    Ok(lines)
}

/// A receipt with its amount and code of deduction.
fn deduction(row: &Row, amount: &str) -> (String, String) {
    (format!("{} {}", get(row, "receipt_id"), money(&get(row, amount))), get(row, "short_pay_code"))
}

fn coded((_, code): &(String, String)) -> bool {
    !code.is_empty()
}

/// The allocations of the receipts with a label: rows by status and by rule, and receipts that are settled exactly.
fn allocated(labels: &[Row], answers: &[Row], allocations: &[Row]) -> Vec<Line> {
    let allocation = |row: &Row| (get(row, "receipt_id"), get(row, "invoice_id"), money(&get(row, "amount")));
    let posted: BTreeSet<Allocation> =
        allocations.iter().filter(|row| get(row, "status") == "posted").map(allocation).collect();
    let proposes = |receipt: &str| {
        allocations.iter().any(|row| get(row, "status") != "posted" && get(row, "receipt_id") == receipt)
    };
    // A misapplied receipt is not open: what it should have settled counts where the run proposes a correction.
    let is_asked = |row: &&Row| get(row, "cause") != "C16" || proposes(&get(row, "receipt_id"));
    let open: BTreeSet<String> = labels.iter().filter(is_asked).map(|row| get(row, "receipt_id")).collect();
    let truth: BTreeSet<Allocation> = answers.iter().map(allocation).collect();
    // What the system posted already was not the run's to find.
    let asked: BTreeSet<&Allocation> =
        truth.iter().filter(|row| open.contains(&row.0) && !posted.contains(row)).collect();
    let mut lines = Vec::new();
    let mut line = |what, name: &str, planted: Option<u64>, rows: &[&Row]| {
        let right = rows.iter().map(|row| allocation(row)).filter(|row| truth.contains(row)).collect::<BTreeSet<_>>();
        let (found, right) = (rows.len() as u64, right.len() as u64);
        lines.push(Line { what, name: name.to_owned(), planted, found, right });
    };
    let proposed: Vec<&Row> = allocations.iter().filter(|row| get(row, "status") != "posted").collect();
    let of = |column: &str, value: &str| -> Vec<&Row> {
        proposed.iter().copied().filter(|row| get(row, column) == value).collect()
    };
    let planted = Some(asked.len() as u64);
    line("allocation", "all", planted, &proposed);
    for status in ["confirmed", "suggested"] {
        line("allocation", status, planted, &of("status", status));
    }
    let rules: BTreeSet<String> = proposed.iter().map(|row| get(row, "rule")).collect();
    for rule in &rules {
        line("rule", rule, None, &of("rule", rule));
    }
    for (name, rows) in [("all", proposed.clone()), ("confirmed", of("status", "confirmed"))] {
        lines.push(receipts(name, &asked, &rows.into_iter().map(allocation).collect::<Vec<_>>()));
    }
    lines
}

/// Receipts whose every allocation is right, and none is missing.
fn receipts(name: &str, asked: &BTreeSet<&Allocation>, found: &[Allocation]) -> Line {
    fn by_receipt<'a>(rows: impl Iterator<Item = &'a Allocation>) -> BTreeMap<&'a str, Vec<(&'a str, &'a str)>> {
        let mut receipts: BTreeMap<&str, Vec<(&str, &str)>> = BTreeMap::new();
        for (receipt, invoice, amount) in rows {
            receipts.entry(receipt).or_default().push((invoice, amount));
        }
        receipts.values_mut().for_each(|rows| rows.sort_unstable());
        receipts
    }
    let (asked, found) = (by_receipt(asked.iter().copied()), by_receipt(found.iter()));
    let right = found.iter().filter(|(receipt, rows)| asked.get(*receipt) == Some(rows)).count();
    Line {
        what: "receipt",
        name: name.to_owned(),
        planted: Some(asked.len() as u64),
        found: found.len() as u64,
        right: right as u64,
    }
}

/// Planted and found codes of things with names, code by code and in all. A thing is planted or found once.
fn per_code(
    what: &'static str,
    planted: impl Iterator<Item = (String, String)>,
    found: impl Iterator<Item = (String, String)>,
) -> Vec<Line> {
    let (planted, found): (BTreeSet<_>, BTreeSet<_>) = (planted.collect(), found.collect());
    let right: Vec<&(String, String)> = planted.intersection(&found).collect();
    let count = |code: &str| {
        let of = |rows: &mut dyn Iterator<Item = &(String, String)>| rows.filter(|(_, own)| own == code).count() as u64;
        (of(&mut planted.iter()), of(&mut found.iter()), of(&mut right.iter().copied()))
    };
    let codes: BTreeSet<&String> = planted.iter().chain(&found).map(|(_, code)| code).collect();
    summed(what, codes.into_iter().map(|code| (code.clone(), count(code))).collect())
}

/// A line for each code, after one for all of them.
fn summed(what: &'static str, counts: Vec<(String, (u64, u64, u64))>) -> Vec<Line> {
    let line = |name: String, (planted, found, right)| Line { what, name, planted: Some(planted), found, right };
    let all = counts.iter().fold((0, 0, 0), |sum, (_, own)| (sum.0 + own.0, sum.1 + own.1, sum.2 + own.2));
    std::iter::once(line("all".to_owned(), all)).chain(counts.into_iter().map(|(code, own)| line(code, own))).collect()
}

fn planted_break(row: &Row) -> Names {
    let names = [get(row, "document_id"), get(row, "journal_id")].into_iter().filter(|name| !name.is_empty());
    (get(row, "entity"), money(&get(row, "amount")), names.collect(), get(row, "cause"))
}

/// An item of a reconciliation of a kind, by everything that could name it.
fn found_item(row: &Row, kind: &str, reconciliations: &[Row]) -> Option<Names> {
    let rec_id = get(row, "rec_id");
    let rec = reconciliations.iter().find(|rec| get(rec, "rec_id") == rec_id && get(rec, "kind") == kind)?;
    let names = row.iter().filter(|(column, value)| column.ends_with("_id") && !value.is_empty());
    let names = names.map(|(_, value)| value.clone()).collect();
    Some((get(rec, "entity"), money(&get(row, "amount")), names, get(row, "cause_code")))
}

/// Differences are paired by entity and amount, first those that share a name, then in the order of their codes, so
/// that equal amounts are told apart as well as they can be; an unpaired one is found for nothing, or missed.
fn differences(what: &'static str, planted: &[Names], found: &[Names]) -> Vec<Line> {
    let mut free: Vec<bool> = vec![true; found.len()];
    let mut at: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (number, (entity, amount, ..)) in found.iter().enumerate() {
        at.entry((entity, amount)).or_default().push(number);
    }
    let mut paired: Vec<Option<usize>> = vec![None; planted.len()];
    for by_name in [true, false] {
        for (pair, (entity, amount, names, cause)) in paired.iter_mut().zip(planted).filter(|(pair, _)| pair.is_none())
        {
            let places = at.get(&(entity.as_str(), amount.as_str())).map(Vec::as_slice).unwrap_or_default();
            let shares = |number: &usize| names.iter().any(|name| found[*number].2.contains(name));
            let able = || places.iter().copied().filter(|number| free[*number] && (!by_name || shares(number)));
            *pair = able().find(|number| found[*number].3 == *cause).or_else(|| able().next());
            if let Some(number) = *pair {
                free[number] = false;
            }
        }
    }
    let mut counts: BTreeMap<String, (u64, u64, u64)> = BTreeMap::new();
    for (.., cause) in found {
        counts.entry(cause.clone()).or_default().1 += 1;
    }
    for ((.., cause), pair) in planted.iter().zip(&paired) {
        let own = counts.entry(cause.clone()).or_default();
        own.0 += 1;
        own.2 += u64::from(pair.is_some_and(|number| found[number].3 == *cause));
    }
    summed(what, counts.into_iter().collect())
}

fn get(row: &Row, column: &str) -> String {
    row.get(column).cloned().unwrap_or_default()
}

/// An amount without the zeros that say nothing: 12.50, 12.5 and 12.500 are one.
fn money(text: &str) -> String {
    let plain = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => text,
    };
    match plain {
        "" | "-" | "-0" => "0".to_owned(),
        plain => plain.to_owned(),
    }
}

/// The rows of a file that a run may lack.
fn rows_if_there(folder: &Path, name: &str, columns: &[&str]) -> Result<Vec<Row>> {
    if folder.join(name).exists() { rows(folder, name, columns) } else { Ok(Vec::new()) }
}

/// The rows of a file that must have some columns.
fn rows(folder: &Path, name: &str, columns: &[&str]) -> Result<Vec<Row>> {
    let path = folder.join(name);
    let place = || Place::file(path.display().to_string());
    let remedy = "give the folder of a demo, and with --score the folder of a finished run of it, such as out/2026-10";
    let refused = |message: String| Problem::input("T1503", place(), message, remedy);
    let mut reader = csv::Reader::from_path(&path).map_err(|error| refused(format!("cannot be read: {error}")))?;
    let headings = reader.headers().map_err(|error| refused(error.to_string()))?.clone();
    if let Some(missing) = columns.iter().find(|column| !headings.iter().any(|heading| heading == **column)) {
        return Err(refused(format!("has no column {missing}")));
    }
    let row = |record: csv::StringRecord| {
        headings.iter().zip(&record).map(|(heading, cell)| (heading.to_owned(), cell.to_owned())).collect()
    };
    let records = reader.records().map(|record| record.map(row).map_err(|error| refused(error.to_string())));
    records.collect()
}

#[cfg(test)]
mod tests;
