//! The workpaper and the KPI workbook: result tables and templates become one workbook that an auditor can re-foot.
//!
//! First every register is planned (which rows, which columns, which sheets, where its totals stand), because the
//! formulas of one sheet point at the cells of others. Then the sheets are laid out in their order.

mod bank;
mod cover;
mod currencies;
mod dashboard;
mod form;
mod formula;
mod legend;
mod names;
mod pivot;
mod plan;
mod reconciliation;
mod register;
mod rollforward;
mod signing;

use super::query::{Library, Tables};
use super::template::{SheetKind, Template, Templates};
use super::workbook::{SHEET_ROWS, Sheet, Workbook};
use crate::diag::{Finding, Place, Result};
use crate::model::{Cell, Currency, Date, Table};
use crate::reconcile::results::{CHECKS, FINDINGS, RECONCILIATIONS, RECONCILING_ITEMS, ROLLFORWARD, SOURCES};
use currencies::Currencies;
use names::Names;
use plan::Planned;
use std::collections::BTreeMap;
use std::sync::Arc;

pub use signing::{ROLES, SignOff};

/// What a workpaper says about its run, besides the tables.
#[derive(Clone, Debug)]
pub struct RunFacts {
    /// The name of the close: the group or company.
    pub close_name: String,
    /// The first day of the period.
    pub period_start: Date,
    /// The last day of the period. It is also the date that the file carries as its creation.
    pub period_end: Date,
    /// The group's currency.
    pub currency: Currency,
    /// The program's version.
    pub tool_version: String,
    /// SHA-256 of the configuration.
    pub configuration_sha256: String,
    /// The buckets of the aging in their order, as the `aging` table names them.
    pub buckets: Vec<String>,
    /// How many rows a detail sheet holds.
    pub detail_rows: usize,
    /// The prior run whose items were carried into this one, in words.
    pub prior: Option<String>,
    /// What was signed in the earlier run of this period.
    pub signed: Vec<SignOff>,
    /// How many rows a sheet has: [`SHEET_ROWS`], or fewer to try what happens beyond it.
    pub sheet_rows: u32,
}

impl RunFacts {
    /// The facts of a close with the usual limits: 100,000 detail rows, Excel's own number of rows.
    pub fn new(close_name: &str, period_start: Date, period_end: Date, currency: Currency) -> RunFacts {
        RunFacts {
            close_name: close_name.to_owned(),
            period_start,
            period_end,
            currency,
            tool_version: env!("CARGO_PKG_VERSION").to_owned(),
            configuration_sha256: String::new(),
            buckets: Vec::new(),
            detail_rows: 100_000,
            prior: None,
            signed: Vec::new(),
            sheet_rows: SHEET_ROWS,
        }
    }
}

/// Everything that the sheets of one workbook know of each other.
struct Layout<'a> {
    facts: &'a RunFacts,
    currencies: Currencies,
    /// The registers, by the names of their templates.
    plans: BTreeMap<String, Planned<'a>>,
    /// The templates that have no register: formulas may name them in vain, so their names are known.
    known: Vec<&'a str>,
    /// The registers without rows that have no sheet for it: what is added up of them is nothing.
    absent: Vec<&'a str>,
    /// The sheet of each reconciliation.
    rec_sheets: Arc<BTreeMap<String, String>>,
    /// Name, template and title of each sheet, in their order.
    contents: Vec<(String, String)>,
    reconciliations: Arc<Table>,
    items: Arc<Table>,
    rollforward: Arc<Table>,
    checks: Arc<Table>,
    sources: Arc<Table>,
}

/// Builds the workbook of the templates. Nothing is written.
///
/// # Errors
/// T4012 and T4013 where a template asks for a column or sheet that is not there; T4003 to T4006 where a query of a
/// template fails.
pub fn build(facts: &RunFacts, tables: &dyn Tables, queries: &Library, templates: &Templates) -> Result<Workbook> {
    let table = |def| tables.table(name_of(def)).unwrap_or_else(|| Arc::new(Table::new(def)));
    let ordered = templates.in_order();
    let reconciliations = table(&RECONCILIATIONS);
    let currencies = Currencies::new(facts, &reconciliations);
    let mut names = Names::default();
    let mut findings = Vec::new();
    let mut layout = Layout {
        facts,
        currencies,
        plans: BTreeMap::new(),
        known: ordered.iter().map(|template| template.name.as_str()).collect(),
        absent: Vec::new(),
        rec_sheets: Arc::default(),
        contents: Vec::new(),
        reconciliations,
        items: table(&RECONCILING_ITEMS),
        rollforward: table(&ROLLFORWARD),
        checks: table(&CHECKS),
        sources: table(&SOURCES),
    };
    let mut owners: Vec<(usize, String)> = Vec::new();
    for (index, template) in ordered.iter().enumerate() {
        let taken = plan_sheets(template, &mut layout, tables, queries, &mut names)?;
        layout.contents.extend(taken.iter().map(|name| (name.clone(), template.title.clone())));
        owners.extend(taken.into_iter().map(|name| (index, name)));
    }
    findings.extend(names.findings());
    findings.extend(layout.plans.values().flat_map(Planned::findings));
    findings.iter_mut().for_each(|finding: &mut Finding| finding.place.file = templates.book.file().to_owned());
    add_findings(&findings, &mut layout, tables, queries)?;
    let mut sheets = Vec::new();
    for (index, template) in ordered.iter().enumerate() {
        let own: Vec<&str> =
            owners.iter().filter(|(owner, _)| *owner == index).map(|(_, name)| name.as_str()).collect();
        sheets.extend(lay_out(template, &layout, &own)?);
    }
    Ok(Workbook {
        file: templates.book.file().to_owned(),
        title: format!("{} – {} {}", facts.close_name, templates.book.title(), facts.period_end.period()),
        company: facts.close_name.clone(),
        created: facts.period_end,
        sheets,
        findings,
    })
}

fn name_of(def: &'static crate::model::TableDef) -> &'static str {
    def.name
}

/// Plans the sheets of a template and takes their names.
fn plan_sheets<'a>(
    template: &'a Template,
    layout: &mut Layout<'a>,
    tables: &dyn Tables,
    queries: &Library,
    names: &mut Names,
) -> Result<Vec<String>> {
    Ok(match template.kind {
        SheetKind::Register => {
            let mut planned = plan::plan(template, layout, tables, queries)?;
            if template.optional && planned.rows.is_empty() {
                layout.absent.push(&template.name);
                return Ok(Vec::new());
            }
            let taken: Vec<String> =
                (0..planned.parts.len()).map(|part| names.take_part(&template.sheet, part)).collect();
            for (part, name) in planned.parts.iter_mut().zip(&taken) {
                part.sheet.clone_from(name);
            }
            layout.plans.insert(template.name.clone(), planned);
            taken
        }
        SheetKind::Reconciliation | SheetKind::Bank => {
            let mut sheets = (*layout.rec_sheets).clone();
            let mut taken = Vec::new();
            let of_bank = template.kind == SheetKind::Bank;
            let rows = reconciliation::order(&layout.reconciliations).into_iter();
            for row in rows.filter(|row| reconciliation::is_of_bank(&layout.reconciliations, *row) == of_bank) {
                let text = |column: &str| layout.reconciliations.text(column).get(row);
                let name = template
                    .sheet
                    .replace("{entity}", text("entity"))
                    .replace("{account}", text("account"))
                    .replace("{currency}", text("currency"));
                let name = names.take(&name);
                sheets.insert(text("rec_id").to_owned(), name.clone());
                taken.push(name);
            }
            layout.rec_sheets = Arc::new(sheets);
            taken
        }
        SheetKind::Cover | SheetKind::Rollforward | SheetKind::Legend | SheetKind::Dashboard => {
            vec![names.take(&template.sheet)]
        }
    })
}

/// Lays out the sheets of a template, under the names that were taken for them.
fn lay_out(template: &Template, layout: &Layout<'_>, names: &[&str]) -> Result<Vec<Sheet>> {
    let single = names.first().copied().unwrap_or_default();
    Ok(match template.kind {
        SheetKind::Register => register::lay_out(template, layout)?,
        SheetKind::Cover => vec![cover::lay_out(template, layout, single)],
        SheetKind::Reconciliation => reconciliation::lay_out(template, layout, names, false),
        SheetKind::Bank => reconciliation::lay_out(template, layout, names, true),
        SheetKind::Rollforward => vec![rollforward::lay_out(template, layout, single)],
        SheetKind::Legend => vec![legend::lay_out(template, layout, single)],
        SheetKind::Dashboard => vec![dashboard::lay_out(template, layout, single)],
    })
}

impl Layout<'_> {
    /// The line below each title: whose workpaper, of which period.
    fn caption(&self) -> String {
        format!("{}  ·  period ended {}", self.facts.close_name, self.facts.period_end)
    }

    /// The cell of a column in a register's row (counted in the order shown), as a formula writes it.
    /// `None` where the register does not show it, or as text.
    fn cell_of(&self, register: &str, column: &str, row: usize) -> Option<String> {
        self.plans.get(register)?.cell_reference(column, row)
    }

    /// The cells of a column in all parts of a register, as formulas write them. `None` where it does not show all.
    fn ranges_of(&self, register: &str, column: &str) -> Option<Vec<String>> {
        self.plans.get(register)?.ranges(column)
    }
}

/// What was noticed about the workbook itself stands on its findings sheet as well: that sheet is planned again.
fn add_findings(findings: &[Finding], layout: &mut Layout<'_>, tables: &dyn Tables, queries: &Library) -> Result<()> {
    let Some(planned) = layout.plans.values().find(|planned| planned.template.table == FINDINGS.name) else {
        return Ok(());
    };
    let (template, parts) = (planned.template, planned.parts.clone());
    let mut table = tables.table(FINDINGS.name).map_or_else(|| Table::new(&FINDINGS), |table| (*table).clone());
    for finding in findings {
        let place = finding.place.to_string();
        table.push(&[
            Cell::Text(finding.code),
            Cell::Text(finding.severity.name()),
            Cell::text(&place),
            Cell::text(&finding.message),
            Cell::text(&finding.remedy),
        ]);
    }
    let with_findings = WithFindings { tables, findings: Arc::new(table) };
    let mut planned = plan::plan(template, layout, &with_findings, queries)?;
    // A few lines more do not fill another sheet; should they, the last lines stay in data/findings.csv.
    planned.parts.truncate(parts.len());
    for (part, known) in planned.parts.iter_mut().zip(parts) {
        part.sheet = known.sheet;
    }
    layout.plans.insert(template.name.clone(), planned);
    Ok(())
}

/// The tables of a run, with more findings.
struct WithFindings<'a> {
    tables: &'a dyn Tables,
    findings: Arc<Table>,
}

impl Tables for WithFindings<'_> {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        if name == FINDINGS.name { Some(self.findings.clone()) } else { self.tables.table(name) }
    }
    fn names(&self) -> Vec<&'static str> {
        self.tables.names()
    }
    fn sources(&self) -> &[String] {
        self.tables.sources()
    }
}

/// A finding about the workbook itself; the workbook's file is named when it is known.
fn about_sheet(code: &'static str, sheet: &str, message: String) -> Finding {
    let place = Place { sheet: sheet.to_owned(), ..Place::default() };
    Finding::note(code, place, message)
}
