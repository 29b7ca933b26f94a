//! `close.toml`: strict keys, "did you mean", line numbers.

mod check;
mod credit;
mod credit_check;
mod letters;
mod problem;
mod values;

use crate::diag::{Place, Problem, Result};
use crate::load::raw::Limits;
use crate::model::{Currency, Date};
use crate::normalise::plan::Setting;
use crate::normalise::profiles::Overrides;
use crate::normalise::rules::{Expect, Options, Part, Sections, Signs};
pub use check::holds_no_secret;
pub use credit::{Allowance, Delegation, Disputes, Evaluated, OfEntity, Prior, Rate, WriteOff};
pub use letters::{Letters, Page, Sender};
pub use problem::nearest;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
pub use values::{Day, Days, Exact};

/// The file's name in every close folder.
pub const FILE_NAME: &str = "close.toml";

/// A close as its folder describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The close itself.
    pub close: Close,
    /// What fills the tables.
    #[serde(default)]
    pub source: Vec<Source>,
    /// Entities and their functional currencies.
    #[serde(default)]
    pub entity: Vec<Entity>,
    /// The accounts that subledgers must agree to.
    #[serde(default)]
    pub control_account: Vec<ControlAccount>,
    /// Bank accounts and their cash accounts.
    #[serde(default)]
    pub bank: Vec<Bank>,
    /// Buckets of the aging.
    #[serde(default)]
    pub aging: Aging,
    /// Choices of the KPIs.
    #[serde(default)]
    pub kpi: Kpi,
    /// Tolerances of matching.
    #[serde(default, rename = "match")]
    pub matching: Matching,
    /// Limits to raise for a big close.
    #[serde(default)]
    pub limits: LimitsConfig,
    /// The workpaper.
    #[serde(default)]
    pub workpaper: Workpaper,
    /// The charts.
    #[serde(default)]
    pub charts: Charts,
    /// The handling of disputes.
    #[serde(default)]
    pub disputes: Disputes,
    /// Delegation of authority, and what is worth a write-off.
    #[serde(default)]
    pub write_off: WriteOff,
    /// Expected credit losses.
    #[serde(default)]
    pub allowance: Allowance,
    /// Statements and dunning letters.
    #[serde(default)]
    pub letters: Letters,
    /// The drivers of databases.
    #[serde(default)]
    pub drivers: Drivers,
    /// The folder that relative paths start from.
    #[serde(skip)]
    pub folder: PathBuf,
    /// The file's text, for its hash.
    #[serde(skip)]
    pub text: String,
}

/// `[close]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Close {
    /// The group's name.
    #[serde(default)]
    pub name: String,
    /// The last day of the period.
    pub period_end: Day,
    /// The first day; by default the first of the month of the last.
    pub period_start: Option<Day>,
    /// The functional currency of entities that name none.
    pub currency: String,
    /// Where the run goes; `{period}` is 2026-10.
    #[serde(default = "default_out")]
    pub out: String,
    /// The run of an earlier period to carry items from.
    pub prior: Option<String>,
    /// Tolerance on a reconciliation.
    #[serde(default)]
    pub materiality: Materiality,
}

fn default_out() -> String {
    "out/{period}".to_owned()
}

/// `materiality = { amount = "500.00", percent = "0.05" }`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Materiality {
    /// An amount.
    pub amount: Option<Exact>,
    /// A percentage of the GL balance: "0.05" is 0.05 percent.
    pub percent: Option<Exact>,
}

/// `[[source]]`
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The canonical table.
    pub table: String,
    /// A path or glob, relative to close.toml; empty for a query.
    #[serde(default)]
    pub path: String,
    /// Where a query is asked: `env:ERP_DSN`, or `sqlite:erp.db`.
    pub connection: Option<String>,
    /// The query itself.
    pub sql: Option<String>,
    /// The file that holds the query, relative to close.toml.
    pub sql_file: Option<String>,
    /// The profile, e.g. `netsuite/ar_items`.
    pub profile: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// Fixed values.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Canonical column to heading, over the profile.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Formats.
    #[serde(default)]
    pub options: Options,
    /// Rows left out by value.
    #[serde(default)]
    pub exclude: BTreeMap<String, Vec<String>>,
    /// Control totals.
    #[serde(default)]
    pub expect: Expect,
    /// Value maps by column.
    #[serde(default)]
    pub types: BTreeMap<String, BTreeMap<String, String>>,
    /// Signs.
    pub signs: Option<Signs>,
    /// Grouped reports.
    pub sections: Option<Sections>,
    /// Rows kept by value: heading to values.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// The part of a cell that a column is read from.
    #[serde(default)]
    pub parts: BTreeMap<String, Part>,
    /// What takes the place of a blank cell, by column: templates, the first that is complete.
    #[serde(default)]
    pub blank: BTreeMap<String, Vec<String>>,
    /// What an item type becomes where its amount is negative.
    #[serde(default)]
    pub negative_types: BTreeMap<String, String>,
}

impl Source {
    /// The source as messages name it.
    pub fn named(&self) -> &str {
        match &self.connection {
            Some(_) => self.sql_file.as_deref().unwrap_or(&self.table),
            None => &self.path,
        }
    }

    /// What it says over its profile.
    pub fn overrides(&self) -> Overrides {
        Overrides {
            profile: self.profile.clone(),
            columns: self.columns.clone(),
            constants: self.constants.clone(),
            options: self.options.clone(),
            exclude: self.exclude.clone(),
            types: self.types.clone(),
            signs: self.signs.clone(),
            sections: self.sections.clone(),
            only: self.only.clone(),
            parts: self.parts.clone(),
            blank: self.blank.clone(),
            negative_types: self.negative_types.clone(),
        }
    }
}

/// `[[entity]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entity {
    /// Its id, as the data write it.
    pub id: String,
    /// Its functional currency.
    pub currency: Option<String>,
    /// Its name.
    pub name: Option<String>,
}

/// `[[control_account]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ControlAccount {
    /// The entity.
    pub entity: String,
    /// The account.
    pub account: String,
    /// The subledger that must agree to it.
    #[serde(default = "default_subledger")]
    pub subledger: String,
}

fn default_subledger() -> String {
    "ar".to_owned()
}

/// `[[bank]]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bank {
    /// The account's number at the bank.
    pub bank_account: String,
    /// The entity that owns it.
    pub entity: String,
    /// Its cash account in the GL.
    pub account: String,
}

/// `[aging]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Aging {
    /// Upper bounds of the buckets in days past due, 0 first.
    pub buckets: Vec<i32>,
    /// The date that age is counted from.
    pub basis: Basis,
}

impl Default for Aging {
    fn default() -> Self {
        Aging { buckets: vec![0, 30, 60, 90, 120], basis: Basis::DueDate }
    }
}

/// The date that age is counted from.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The due date.
    DueDate,
    /// The document date.
    DocumentDate,
    /// The posting date.
    PostingDate,
}

/// `[kpi]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Kpi {
    /// Which DSO leads.
    pub dso_method: DsoMethod,
    /// Days of a month in a DSO.
    pub days: Days,
    /// Days within which a dispute is to be resolved.
    pub dispute_sla_days: i32,
    /// What KPIs should come to, by their names.
    pub targets: BTreeMap<String, TargetConfig>,
    /// What reason codes mean: code to class.
    pub reasons: BTreeMap<String, String>,
}

impl Default for Kpi {
    fn default() -> Self {
        Kpi {
            dso_method: DsoMethod::default(),
            days: Days::default(),
            dispute_sla_days: 30,
            targets: BTreeMap::new(),
            reasons: BTreeMap::new(),
        }
    }
}

/// The variants of DSO that can lead.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum DsoMethod {
    /// Closing balance over the month's sales.
    #[default]
    Simple,
    /// Average balance.
    Average,
    /// Over three months' sales.
    ThreeMonth,
    /// Counting back.
    Countback,
    /// Invoice-weighted.
    True,
}

impl DsoMethod {
    /// The KPI of its name.
    pub fn kpi(self) -> &'static str {
        match self {
            DsoMethod::Simple => "dso_simple",
            DsoMethod::Average => "dso_average",
            DsoMethod::ThreeMonth => "dso_three_month",
            DsoMethod::Countback => "dso_countback",
            DsoMethod::True => "dso_true",
        }
    }
}

/// A target: `"45"`, or `{ target = "45", amber = "50" }`.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(untagged)]
pub enum TargetConfig {
    /// The target alone: a tenth beyond it is still amber.
    Plain(Exact),
    /// The target, and how far amber goes.
    Both(TargetBounds),
}

/// `{ target = "45", amber = "50" }`
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TargetBounds {
    /// At the target or better is green.
    pub target: Exact,
    /// As good as this is amber; worse is red.
    pub amber: Exact,
}

/// `[match]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Matching {
    /// What a document may differ by and still be rounding.
    pub rounding_tolerance: Exact,
    /// Business days between the two sides of a match that no reference decides.
    pub date_window_days: Option<i32>,
    /// Fees that banks take from payments.
    pub fees: Vec<Exact>,
    /// How many days a cash discount may be late.
    pub discount_grace_days: i32,
    /// Weekdays on which banks are closed.
    pub holidays: Vec<Day>,
}

/// What banks usually take from a payment, in whole units.
const USUAL_FEES: [i64; 8] = [15, 20, 25, 30, 35, 40, 45, 50];

impl Default for Matching {
    fn default() -> Self {
        Matching {
            rounding_tolerance: Exact::cents(2),
            date_window_days: None,
            fees: USUAL_FEES.iter().map(|fee| Exact::cents(fee * 100)).collect(),
            discount_grace_days: 0,
            holidays: Vec::new(),
        }
    }
}

impl Matching {
    /// Business days between the two sides of a match that no reference decides: a week, unless it is said otherwise.
    pub fn window(&self) -> i32 {
        self.date_window_days.unwrap_or(5)
    }
}

/// `[limits]`: every one may only be given to raise or lower the default.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsConfig {
    /// Bytes of a delimited file.
    pub text_bytes: Option<u64>,
    /// Bytes of a streamed workbook.
    pub workbook_bytes: Option<u64>,
    /// Bytes of an xls or ods workbook.
    pub whole_workbook_bytes: Option<u64>,
    /// Inflated bytes of a workbook.
    pub inflated_bytes: Option<u64>,
    /// Inflated over packed size.
    pub inflate_ratio: Option<u64>,
    /// Entries of a workbook's archive.
    pub zip_entries: Option<usize>,
    /// Sheets of a workbook.
    pub sheets: Option<usize>,
    /// Rows of a source.
    pub rows: Option<u64>,
    /// Columns of a source.
    pub columns: Option<usize>,
    /// Cells of a workbook.
    pub cells: Option<u64>,
    /// Cells of the rectangles of a workbook that is read whole.
    pub grid_cells: Option<u64>,
    /// Characters of its cells.
    pub grid_text: Option<u64>,
    /// Bytes of a cell.
    pub cell_bytes: Option<usize>,
    /// Shared texts of a workbook.
    pub shared_strings: Option<u64>,
    /// Elements of a workbook's styles.
    pub styles: Option<u64>,
    /// Merged ranges of a sheet.
    pub merged: Option<usize>,
    /// Rows searched for the headings.
    pub header_rows: Option<usize>,
}

/// `[drivers]`: shared libraries, by their full paths.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Drivers {
    /// The ADBC driver for PostgreSQL.
    pub postgresql: Option<PathBuf>,
    /// The ADBC driver for SQLite.
    pub sqlite: Option<PathBuf>,
}

/// `[workpaper]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Workpaper {
    /// Rows that a detail sheet holds at the most.
    pub detail_rows: usize,
}

impl Default for Workpaper {
    fn default() -> Self {
        Workpaper { detail_rows: 100_000 }
    }
}

/// `[charts]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Charts {
    /// Whether they are drawn.
    pub enabled: bool,
}

impl Default for Charts {
    fn default() -> Self {
        Charts { enabled: true }
    }
}

impl Config {
    /// Reads the close of a folder, or of a close.toml given by its own path.
    ///
    /// # Errors
    /// When there is none, or it says something that cannot be meant.
    pub fn read(at: &Path) -> Result<Config> {
        let path = if at.is_dir() { at.join(FILE_NAME) } else { at.to_owned() };
        let text = std::fs::read_to_string(&path).map_err(|error| no_config(&path, &error))?;
        let folder = path.parent().map(Path::to_owned).unwrap_or_default();
        Config::parse(&text, &folder)
    }

    /// Reads the text of a close.toml that lies in `folder`.
    ///
    /// # Errors
    /// When it says something that cannot be meant.
    pub fn parse(text: &str, folder: &Path) -> Result<Config> {
        let mut config: Config = toml::from_str(text).map_err(|error| check::toml_problem(text, &error))?;
        text.clone_into(&mut config.text);
        folder.clone_into(&mut config.folder);
        check::check(&config, text)?;
        Ok(config)
    }

    /// The last day of the period.
    pub fn period_end(&self) -> Date {
        self.close.period_end.0
    }

    /// The first day of the period.
    pub fn period_start(&self) -> Date {
        self.close.period_start.map_or_else(|| self.period_end().period().start(), |day| day.0)
    }

    /// What every source needs to know of the close.
    pub fn setting(&self) -> Setting {
        // `check` has read every code once; a close without a valid currency does not get here.
        let fallback = Currency::parse(&self.close.currency).or_else(|| Currency::parse("USD"));
        let entity_currency = self
            .entity
            .iter()
            .filter_map(|entity| Some((entity.id.clone(), Currency::parse(entity.currency.as_deref()?)?)))
            .collect();
        match fallback {
            Some(currency) => Setting { period_end: self.period_end(), currency, entity_currency },
            None => unreachable!("USD is a currency"),
        }
    }

    /// The folder that a run writes.
    pub fn out_folder(&self) -> PathBuf {
        self.folder.join(self.close.out.replace("{period}", &self.period_end().period().to_string()))
    }

    /// The limits with what `[limits]` changes.
    pub fn limits(&self) -> Limits {
        let (own, base) = (&self.limits, Limits::default());
        Limits {
            text_bytes: own.text_bytes.unwrap_or(base.text_bytes),
            workbook_bytes: own.workbook_bytes.unwrap_or(base.workbook_bytes),
            whole_workbook_bytes: own.whole_workbook_bytes.unwrap_or(base.whole_workbook_bytes),
            inflated_bytes: own.inflated_bytes.unwrap_or(base.inflated_bytes),
            inflate_ratio: own.inflate_ratio.unwrap_or(base.inflate_ratio),
            zip_entries: own.zip_entries.unwrap_or(base.zip_entries),
            sheets: own.sheets.unwrap_or(base.sheets),
            rows: own.rows.unwrap_or(base.rows),
            columns: own.columns.unwrap_or(base.columns),
            cells: own.cells.unwrap_or(base.cells),
            grid_cells: own.grid_cells.unwrap_or(base.grid_cells),
            grid_text: own.grid_text.unwrap_or(base.grid_text),
            cell_bytes: own.cell_bytes.unwrap_or(base.cell_bytes),
            shared_strings: own.shared_strings.unwrap_or(base.shared_strings),
            styles: own.styles.unwrap_or(base.styles),
            merged: own.merged.unwrap_or(base.merged),
            header_rows: own.header_rows.unwrap_or(base.header_rows),
        }
    }
}

fn no_config(path: &Path, error: &std::io::Error) -> Problem {
    Problem::input(
        "T9101",
        Place::file(path.display().to_string()),
        format!("there is no close to read: {error}"),
        "give the folder that holds a close.toml, or make one with `tieout init DIR`",
    )
}
