//! The run of the period before: which one it is, and its items register.

pub(super) mod continuity;

use super::loading::Loading;
use crate::config::Config;
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::raw::SourceFacts;
use crate::model::money::grouped;
use crate::model::{Date, Period, Table};
use crate::normalise::amount::{self, Mark};
use crate::normalise::source::Loaded;
use crate::reconcile::causes::Cause;
use crate::reconcile::gl::opening::{Prior, PriorItem, Typed};
use crate::reconcile::results::RECONCILING_ITEMS;
use crate::report::template::Book;
use crate::write::manifest::Manifest;
use crate::write::staging::MANIFEST;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The items register of a run.
const REGISTER: &str = "data/reconciling_items.csv";
/// The allowances of a run.
const ALLOWANCES: &str = "data/allowance_rollforward.csv";
/// The workbook that people type into.
pub(super) const WORKPAPER: &str = Book::Workpaper.file();

/// Reads the run of the period before.
///
/// # Errors
/// When a register cannot be read.
pub(crate) fn read(config: &Config, found: Option<&Run>, loading: &mut Loading<'_>) -> Result<Option<Prior>> {
    let Some(Run { period, folder }) = found else { return Ok(None) };
    let mut items = register(folder, period, config, loading)?;
    let typed = super::typed::read(folder, None, &config.limits())?;
    for item in &mut items {
        if let Some(typed) = typed.by_key.get(&item.item_key) {
            item.typed = typed.clone();
        }
    }
    let (end, balances) = (last_day(period, folder), balances(folder));
    Ok(Some(Prior { period: period.clone(), items, end, balances }))
}

/// The run of an earlier period.
pub(crate) struct Run {
    /// Its period, by the name of its folder.
    pub(crate) period: String,
    /// Where it is.
    pub(crate) folder: PathBuf,
}

/// Finds the run of the period before: the one that `close.prior` names, else the newest earlier one beside `out`.
///
/// # Errors
/// When the run that is named is not there.
pub(crate) fn find(config: &Config, out: &Path) -> Result<Option<Run>> {
    let start = config.period_start();
    let found = match &config.close.prior {
        Some(named) => {
            let folder = config.folder.join(named);
            if !folder.join(REGISTER).is_file() {
                return Err(Problem::input(
                    "T9107",
                    Place::file(crate::config::FILE_NAME),
                    format!("prior = \"{named}\" is no earlier run: it has no {REGISTER}"),
                    "name the folder of an earlier run, such as out/2026-09",
                ));
            }
            let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if let Some(end) = last_day(&name, &folder).filter(|end| *end >= start) {
                return Err(Problem::input(
                    "T9107",
                    Place::file(crate::config::FILE_NAME),
                    format!("prior = \"{named}\" ends on {end}, and this period starts on {start}"),
                    "name a run of a period that ends before this one starts",
                ));
            }
            Some((name, folder))
        }
        None => newest_before(out, start),
    };
    Ok(found.map(|(period, folder)| Run { period, folder }))
}

/// The last day of the period of a run, by its run.json, else by the name of its folder.
fn last_day(name: &str, folder: &Path) -> Option<Date> {
    let told = Manifest::read(&folder.join(MANIFEST)).and_then(|manifest| Date::parse_iso(&manifest.period_end));
    told.or_else(|| Period::parse(name).map(Period::end))
}

/// The newest run beside this one whose period ends before this one starts: what began later is not carried into it.
fn newest_before(out: &Path, start: Date) -> Option<(String, PathBuf)> {
    let beside = std::fs::read_dir(out.parent()?).ok()?;
    beside
        .filter_map(std::result::Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, path)| path != out && Period::parse(name).is_some() && path.join(REGISTER).is_file())
        .filter(|(name, path)| last_day(name, path).is_some_and(|end| end < start))
        .max()
}

/// The closing balances of a run, GL and subledger, by reconciliation; none where it has no list that can be read.
fn balances(folder: &Path) -> BTreeMap<String, (i128, i128)> {
    let Ok(mut reader) = csv::Reader::from_path(folder.join("data/reconciliations.csv")) else {
        return BTreeMap::new();
    };
    let headings = reader.headers().cloned().unwrap_or_default();
    let at = |name: &str| headings.iter().position(|heading| heading == name);
    let of = |record: &csv::StringRecord| {
        let text = |name: &str| Some(unguarded(record.get(at(name)?)?));
        let units = |name: &str| {
            let parsed = amount::parse(&text(name)?, Mark::Dot).ok()?;
            Some(i128::from(parsed.units))
        };
        Some((text("rec_id")?, (units("gl_balance")?, units("subledger_balance")?)))
    };
    reader.records().filter_map(std::result::Result::ok).filter_map(|record| of(&record)).collect()
}

/// The keys of the items of the run in a folder; none where it has no register that can be read.
pub(super) fn item_keys(folder: &Path) -> Vec<String> {
    let Ok(mut reader) = csv::Reader::from_path(folder.join(REGISTER)) else { return Vec::new() };
    let at = reader.headers().ok().and_then(|row| row.iter().position(|heading| heading == "item_key"));
    let records = reader.records().filter_map(std::result::Result::ok);
    records.filter_map(|record| record.get(at?).map(str::to_owned)).collect()
}

/// The closing allowances of the run in a folder, by entity; none where it has none that can be read.
pub(super) fn allowances(folder: &Path) -> BTreeMap<String, i64> {
    let Ok(mut reader) = csv::Reader::from_path(folder.join(ALLOWANCES)) else { return BTreeMap::new() };
    let headings = reader.headers().cloned().unwrap_or_default();
    let at = |name: &str| headings.iter().position(|heading| heading == name);
    let (Some(entity), Some(closing)) = (at("entity"), at("closing")) else { return BTreeMap::new() };
    let records = reader.records().filter_map(std::result::Result::ok);
    let read = |record: csv::StringRecord| {
        let amount = amount::parse(record.get(closing)?, Mark::Dot).ok()?;
        Some((unguarded(record.get(entity)?), amount.units))
    };
    records.filter_map(read).collect()
}

/// The items of the prior run that are no more, each with what was typed to it: an auditor wants to see what cleared.
/// Of an account without a conclusion nobody knows what cleared.
pub(crate) fn cleared(prior: &Prior, items: &Table, recs: &Table) -> Vec<Finding> {
    let keys: BTreeSet<&str> = (0..items.len()).map(|row| items.text("item_key").get(row)).collect();
    let told = (0..recs.len()).filter(|row| recs.text("limitation").get(*row).is_empty());
    let told: BTreeSet<&str> = told.map(|row| recs.text("rec_id").get(row)).collect();
    let is_cleared = |item: &&PriorItem| told.contains(item.rec_id.as_str()) && !keys.contains(item.item_key.as_str());
    let say = |item: &PriorItem| {
        let document = if item.document.is_empty() { &item.journal } else { &item.document };
        let amount = grouped(i128::from(item.amount), 2);
        let Typed { annotation, owner, disposition } = &item.typed;
        let typed: Vec<&str> =
            [annotation, owner, disposition].into_iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        let typed = if typed.is_empty() { String::new() } else { format!("; typed to it: {}", typed.join(" | ")) };
        let message = format!(
            "{}: cleared since {}: {} {document} over {amount}, first seen {}{typed}",
            item.rec_id, prior.period, item.cause_code, item.first_seen
        );
        Finding::note("T3204", Place::default(), message)
    };
    prior.items.iter().filter(is_cleared).map(say).collect()
}

fn register(folder: &Path, period: &str, config: &Config, loading: &mut Loading<'_>) -> Result<Vec<PriorItem>> {
    let path = folder.join(REGISTER);
    let relative = path.strip_prefix(&config.folder).unwrap_or(&path);
    let shown = relative.to_string_lossy().replace('\\', "/");
    let bytes = std::fs::read(&path).map_err(|error| Problem::machine("T5004", shown.clone(), &error))?;
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let unreadable = |error: csv::Error| {
        Problem::input(
            "T9107",
            Place::file(shown.clone()),
            format!("the register of the prior run cannot be read: {error}"),
            "run that period again, or name another prior run",
        )
    };
    let headings = reader.headers().map_err(unreadable)?.clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name);
    let mut items = Vec::new();
    for record in reader.records() {
        let record = record.map_err(unreadable)?;
        let cell = |name: &str| at(name).and_then(|at| record.get(at)).map(unguarded).unwrap_or_default();
        let amount = amount::parse(&cell("amount"), Mark::Dot).map_or(0, |parsed| parsed.units);
        let first_seen = cell("first_seen");
        let known = |name: &str| amount::parse(&cell(name), Mark::Dot).ok().map(|parsed| parsed.units);
        // What is carried once more keeps the causes that it was found under.
        let codes = [cell("cause_code"), cell("also_fits")].join(", ");
        let causes = codes.split(", ").filter_map(Cause::from_code).filter(|cause| *cause != Cause::OpeningDifference);
        items.push(PriorItem {
            item_key: cell("item_key"),
            rec_id: cell("rec_id"),
            causes: causes.collect(),
            document: cell("document_id"),
            journal: cell("journal_id"),
            customer: cell("customer_id"),
            posting: Date::parse_iso(&cell("posting_date")).map(Date::days),
            amount,
            gl: known("gl_amount"),
            subledger: known("subledger_amount"),
            cause_code: cell("cause_code"),
            explanation: cell("explanation"),
            first_seen: if first_seen.is_empty() { period.to_owned() } else { first_seen },
            typed: Typed { annotation: cell("annotation"), owner: cell("owner"), disposition: cell("disposition") },
        });
    }
    loading.prior_source = Some(Loaded {
        facts: SourceFacts {
            file: shown.clone(),
            format: "csv",
            encoding: "utf-8".to_owned(),
            bytes: bytes.len() as u64,
            sha256: crate::write::sha256(&bytes),
            ..SourceFacts::default()
        },
        number: u32::MAX,
        profile: "prior run".to_owned(),
        taken: Vec::new(),
        headings: Vec::new(),
        table: Table::new(&RECONCILING_ITEMS),
        later: Table::new(&RECONCILING_ITEMS),
        rejects: Vec::new(),
        rejected_rows: 0,
        left_out: Vec::new(),
        rows_read: items.len() as u64,
        checks: Vec::new(),
        findings: Vec::new(),
        expect: crate::normalise::rules::Expect::default(),
        counted: crate::normalise::proof::Counted::default(),
        openings: Vec::new(),
        balances: Table::new(&crate::normalise::tables::BANK_BALANCES),
        titled: None,
        evidence: crate::normalise::evidence::Evidence::default(),
    });
    Ok(items)
}

/// A text cell without the guard that keeps spreadsheets from taking it for a formula.
fn unguarded(text: &str) -> String {
    match text.strip_prefix('\'') {
        Some(rest) if rest.starts_with(['=', '+', '-', '@', '\t', '\r']) => rest.to_owned(),
        _ => text.to_owned(),
    }
}
