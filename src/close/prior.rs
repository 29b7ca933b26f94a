//! What earlier runs left: the items register of the period before, and what people typed into this period's workbook.

use super::loading::Loading;
use crate::config::Config;
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::raw::{Limits, SourceFacts};
use crate::load::workbook;
use crate::model::{Date, Period, Table};
use crate::normalise::amount::{self, Mark};
use crate::normalise::source::Loaded;
use crate::reconcile::gl::opening::{Prior, PriorItem, Typed};
use crate::reconcile::results::RECONCILING_ITEMS;
use hashbrown::HashMap;
use std::path::{Path, PathBuf};

/// The items register of a run.
const REGISTER: &str = "data/reconciling_items.csv";
/// The workbook that people type into.
pub(super) const WORKPAPER: &str = "workpaper.xlsx";

/// Reads the run of the period before.
///
/// # Errors
/// When a register cannot be read.
pub(crate) fn read(config: &Config, found: Option<&Run>, loading: &mut Loading<'_>) -> Result<Option<Prior>> {
    let Some(Run { period, folder }) = found else { return Ok(None) };
    let mut items = register(folder, period, config, loading)?;
    let typed = typed(folder, &config.limits())?;
    for item in &mut items {
        if let Some(typed) = typed.by_key.get(&item.item_key) {
            item.typed = typed.clone();
        }
    }
    Ok(Some(Prior { period: period.clone(), items }))
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
    let this = config.period_end().period();
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
            Some((name, folder))
        }
        None => newest_before(out, this),
    };
    Ok(found.map(|(period, folder)| Run { period, folder }))
}

/// The newest run of an earlier period beside this one.
fn newest_before(out: &Path, this: Period) -> Option<(String, PathBuf)> {
    let beside = std::fs::read_dir(out.parent()?).ok()?;
    beside
        .filter_map(std::result::Result::ok)
        .map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path()))
        .filter(|(name, path)| Period::parse(name).is_some_and(|p| p < this) && path.join(REGISTER).is_file())
        .max()
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
        items.push(PriorItem {
            item_key: cell("item_key"),
            rec_id: cell("rec_id"),
            document: cell("document_id"),
            journal: cell("journal_id"),
            amount,
            cause_code: cell("cause_code"),
            customer: cell("customer_id"),
            posting: Date::parse_iso(&cell("posting_date")).map(Date::days),
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

/// What people typed, by item.
#[derive(Default)]
pub(crate) struct TypedItems {
    /// By item key.
    pub(crate) by_key: HashMap<String, Typed>,
}

impl TypedItems {
    /// What was typed to items that are no more is said, so that it is not lost without a word.
    pub(crate) fn without_item(&self, items: &Table) -> Vec<Finding> {
        let keys = items.text("item_key");
        let current: std::collections::BTreeSet<&str> = (0..items.len()).map(|row| keys.get(row)).collect();
        let mut gone: Vec<(&String, &Typed)> =
            self.by_key.iter().filter(|(key, _)| !current.contains(key.as_str())).collect();
        gone.sort_by_key(|(key, _)| *key);
        gone.into_iter()
            .map(|(key, typed)| {
                let Typed { annotation, owner, disposition } = typed;
                let message = format!(
                    "item {key} is cleared; what was typed to it: annotation \"{annotation}\", owner \"{owner}\", \
                     disposition \"{disposition}\""
                );
                Finding::note("T3201", Place::file(WORKPAPER), message)
            })
            .collect()
    }
}

/// Reads what people typed into the items register of an existing workbook, before the run replaces it.
///
/// # Errors
/// When the workbook is there and cannot be read: replacing it would destroy what was typed.
pub(crate) fn typed(out: &Path, limits: &Limits) -> Result<TypedItems> {
    let path = out.join(WORKPAPER);
    let mut found = TypedItems::default();
    if !path.is_file() {
        return Ok(found);
    }
    let refused = |problem: Problem| {
        let reason = problem.findings.first().map_or(String::new(), |finding| finding.message.clone());
        Problem::input(
            "T5007",
            Place::file(path.display().to_string()),
            format!("the workbook of the earlier run cannot be read back: {reason}"),
            "close it in Excel, or move it away if what was typed into it is not needed",
        )
    };
    let sheets = workbook::sheets(&path, WORKPAPER, limits).map_err(refused)?;
    for sheet in sheets.iter().filter(|sheet| sheet.name == "Items" || sheet.name.starts_with("Items (")) {
        read_sheet(&path, &sheet.name, limits, &mut found.by_key).map_err(refused)?;
    }
    Ok(found)
}

fn read_sheet(path: &Path, sheet: &str, limits: &Limits, found: &mut HashMap<String, Typed>) -> Result<()> {
    let mut source = workbook::open(path, WORKPAPER, Some(sheet), limits)?;
    let mut columns: Option<[usize; 4]> = None;
    while let Some(work) = source.next_block()? {
        let block = work()?;
        for row in block.rows() {
            match columns {
                None => {
                    let at = |names: &[&str]| row.cells().position(|cell| names.contains(&cell.text.trim()));
                    let places = [&["Item", "item_key"][..], &["Annotation"], &["Owner"], &["Disposition"]];
                    let all: Option<Vec<usize>> = places.into_iter().map(at).collect();
                    columns = all.and_then(|all| all.try_into().ok());
                }
                Some([key, annotation, owner, disposition]) => {
                    let text = |column: usize| row.cell(column).text.trim().to_owned();
                    let typed =
                        Typed { annotation: text(annotation), owner: text(owner), disposition: text(disposition) };
                    let is_key = text(key).len() == 16 && text(key).bytes().all(|byte| byte.is_ascii_hexdigit());
                    if is_key && typed != Typed::default() {
                        found.insert(text(key), typed);
                    }
                }
            }
        }
    }
    Ok(())
}
