//! What people typed into the workbook of an earlier run, read back before a run replaces it: texts behind items, and
//! the sign-off of the same period.
//!
//! Sheets are known by what stands on them, because people rename them. What cannot be found again is never replaced in
//! silence: the run is refused, or it says what is missing.

use super::prior::{self, WORKPAPER};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::raw::{Limits, RawKind, RawRow};
use crate::load::workbook;
use crate::model::{Date, Table};
use crate::reconcile::gl::opening::Typed;
use crate::report::workpaper::{ROLES, SignOff};
use crate::write::manifest::Manifest;
use crate::write::staging::MANIFEST;
use hashbrown::HashMap;
use std::collections::BTreeSet;
use std::path::Path;

/// The columns that are read back: the key of the item, and the three that are typed into.
const HEADINGS: [&[&str]; 4] = [&["Item", "item_key"], &["Annotation"], &["Owner"], &["Disposition"]];
/// How many characters an item key has.
const KEY_LENGTH: usize = 16;

/// What people typed.
#[derive(Default)]
pub(crate) struct TypedItems {
    /// By item key.
    pub(crate) by_key: HashMap<String, Typed>,
    /// Who signed what, and when.
    pub(crate) signed: Vec<SignOff>,
    /// The items that the workbook shows.
    shown: BTreeSet<String>,
    /// Items of the earlier run whose rows are gone from it.
    gone: usize,
}

impl TypedItems {
    /// What was typed to items that are no more is said, so that it is not lost without a word.
    pub(crate) fn without_item(&self, items: &Table) -> Vec<Finding> {
        let keys = items.text("item_key");
        let current: BTreeSet<&str> = (0..items.len()).map(|row| keys.get(row)).collect();
        let mut gone: Vec<(&String, &Typed)> =
            self.by_key.iter().filter(|(key, _)| !current.contains(key.as_str())).collect();
        gone.sort_by_key(|(key, _)| *key);
        let cleared = gone.into_iter().map(|(key, typed)| {
            let Typed { annotation, owner, disposition } = typed;
            let message = format!(
                "item {key} is cleared; what was typed to it: annotation \"{annotation}\", owner \"{owner}\", \
                 disposition \"{disposition}\""
            );
            Finding::note("T3201", Place::file(WORKPAPER), message)
        });
        cleared.chain(self.rows_gone()).chain(self.signatures()).collect()
    }

    fn rows_gone(&self) -> Option<Finding> {
        let message = format!("{} items of the earlier run have no row in its workbook any more", self.gone);
        let remedy = "what was typed to them cannot be carried over: take the workbook from a backup if it is needed";
        (self.gone > 0).then(|| Finding::warning("T3202", Place::file(WORKPAPER), message, remedy))
    }

    /// A signature is kept, and the figures below it may be others now.
    fn signatures(&self) -> Option<Finding> {
        let names: Vec<String> = self.signed.iter().map(SignOff::shown).collect();
        let message = format!("what was signed in the earlier run is kept: {}", names.join("; "));
        let remedy = "sign again if this run's figures are not those that were signed";
        (!names.is_empty()).then(|| Finding::warning("T3203", Place::file(WORKPAPER), message, remedy))
    }
}

/// Reads what people typed into the workbook of the run in a folder; of `period_end`, also who signed it.
///
/// # Errors
/// When the workbook is there and what was typed cannot be found in it: replacing it would destroy that.
pub(crate) fn read(out: &Path, period_end: Option<Date>, limits: &Limits) -> Result<TypedItems> {
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
            "close it in Excel, put sheets and headings back as they were, or move it away if what was typed into it \
             is not needed",
        )
    };
    let keys = prior::item_keys(out);
    let is_same_period = period_end.is_some_and(|day| {
        Manifest::read(&out.join(MANIFEST)).is_some_and(|manifest| manifest.period_end == day.to_string())
    });
    let sheets = workbook::sheets(&path, WORKPAPER, limits).map_err(refused)?;
    // Copies of the sheet are read too: somebody may have typed into the copy.
    let is_usual = |name: &str| {
        let folded = name.to_lowercase();
        (folded.contains("items") && !folded.starts_with("open items"))
            || (is_same_period && (name == "Cover" || name.starts_with("Rec ") || name.starts_with("Bank ")))
    };
    let (usual, others): (Vec<_>, Vec<_>) =
        sheets.iter().filter(|sheet| sheet.has_cells).partition(|s| is_usual(&s.name));
    for sheet in usual {
        read_sheet(&path, &sheet.name, limits, &mut found).map_err(refused)?;
    }
    // A sheet was renamed: it is known by its rows.
    if keys.iter().any(|key| !found.shown.contains(key)) {
        for sheet in others {
            read_sheet(&path, &sheet.name, limits, &mut found).map_err(refused)?;
        }
    }
    found.gone = keys.iter().filter(|key| !found.shown.contains(*key)).count();
    if found.gone > 0 && found.shown.is_empty() {
        return Err(refused(Problem::internal(format!(
            "no sheet has the columns Item, Annotation, Owner and Disposition with its {} items",
            found.gone
        ))));
    }
    if !is_same_period {
        found.signed.clear();
    }
    Ok(found)
}

/// Whether a text is the key of an item.
fn is_key(text: &str) -> bool {
    text.len() == KEY_LENGTH && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn read_sheet(path: &Path, sheet: &str, limits: &Limits, found: &mut TypedItems) -> Result<()> {
    let mut source = workbook::open(path, WORKPAPER, Some(sheet), limits)?;
    let mut columns: Option<[usize; 4]> = None;
    let mut title: Option<String> = None;
    while let Some(work) = source.next_block()? {
        let block = work()?;
        for row in block.rows() {
            let first = row.cells().map(|cell| cell.text.trim()).find(|text| !text.is_empty()).unwrap_or_default();
            title.get_or_insert_with(|| first.to_owned());
            match columns {
                None if ROLES.contains(&first) => found.signed.extend(signature(&row, title.as_deref())),
                None => columns = register_columns(&row, sheet)?,
                Some(columns) => take(&row, columns, sheet, found)?,
            }
        }
    }
    Ok(())
}

/// The columns of the items register, where a row holds its headings.
fn register_columns(row: &RawRow<'_>, sheet: &str) -> Result<Option<[usize; 4]>> {
    let at = |names: &[&str]| row.cells().position(|cell| names.contains(&cell.text.trim()));
    let places = HEADINGS.map(at);
    if places[1..].iter().flatten().count() < 2 {
        return Ok(None);
    }
    let missing: Vec<&str> =
        HEADINGS.iter().zip(&places).filter(|(_, place)| place.is_none()).map(|(names, _)| names[0]).collect();
    if !missing.is_empty() {
        let message = format!("the sheet \"{sheet}\" has no heading {} any more", missing.join(", "));
        return Err(Problem::internal(message));
    }
    Ok(places.into_iter().collect::<Option<Vec<usize>>>().and_then(|all| all.try_into().ok()))
}

/// Takes what was typed to the item of a row.
fn take(row: &RawRow<'_>, columns: [usize; 4], sheet: &str, found: &mut TypedItems) -> Result<()> {
    let [key, annotation, owner, disposition] = columns;
    let key = row.cell(key).text.trim();
    let text = |column: usize| {
        let cell = row.cell(column);
        if cell.kind == RawKind::Error && cell.text == workbook::NOT_CALCULATED {
            let message = format!(
                "on the sheet \"{sheet}\", row {} holds a formula that was never calculated; open the workbook in a \
                 spreadsheet program and save it",
                row.place
            );
            return Err(Problem::internal(message));
        }
        Ok(cell.text.trim().to_owned())
    };
    let typed = Typed { annotation: text(annotation)?, owner: text(owner)?, disposition: text(disposition)? };
    let is_blank = typed == Typed::default();
    let texts = || [&typed.annotation, &typed.owner, &typed.disposition].map(String::as_str);
    if !is_key(key) {
        let is_heading = texts().iter().zip(&HEADINGS[1..]).all(|(text, names)| names.contains(text));
        if is_blank || is_heading {
            return Ok(());
        }
        let first = texts().into_iter().find(|text| !text.is_empty()).unwrap_or_default();
        let message = format!(
            "on the sheet \"{sheet}\", row {} says \"{first}\" beside no item: the cell of its key, in the column \
             Item, is blank or was changed",
            row.place
        );
        return Err(Problem::internal(message));
    }
    found.shown.insert(key.to_owned());
    if is_blank {
        return Ok(());
    }
    match found.by_key.insert(key.to_owned(), typed) {
        Some(other) if other != found.by_key[key] => {
            let message = format!("on the sheet \"{sheet}\", row {} says something else of item {key}", row.place);
            Err(Problem::internal(message + " than another row: keep one of the two"))
        }
        _ => Ok(()),
    }
}

/// The cells behind the role of somebody who signs.
fn signature(row: &RawRow<'_>, title: Option<&str>) -> Option<SignOff> {
    let mut filled = row.cells().enumerate().filter(|(_, cell)| !cell.text.trim().is_empty());
    let (_, role) = filled.next()?;
    // On the sheet of a reconciliation the word Date stands before the cell of the date.
    let cells: Vec<(usize, String)> = filled
        .filter(|(_, cell)| cell.text.trim() != SignOff::DATE)
        .map(|(column, cell)| (column, cell.text.trim().to_owned()))
        .collect();
    let sheet = title.unwrap_or_default().to_owned();
    (!cells.is_empty()).then(|| SignOff { sheet, role: role.text.trim().to_owned(), cells })
}
