//! A file loaded as the close would load it, to see whether it can be and what its rows are.

use super::seen::Seen;
use crate::diag::{Finding, Problem, Result, Severity};
use crate::load::Origin;
use crate::load::raw::Limits;
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Currency, Date, Table};
use crate::normalise::evidence::Evidence;
use crate::normalise::guess::Guess;
use crate::normalise::plan::Setting;
use crate::normalise::profiles::{self, Overrides};
use crate::normalise::rules::Expect;
use crate::normalise::source::{self, Request};
use crate::normalise::tables;
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

/// The entity that rows without one get while nothing else is known.
pub(super) const NO_ENTITY: &str = "";

/// What tells the rows of a table apart.
const KEYS: [(&str, &[&str]); 14] = [
    ("ar_items", &["entity", "item_id", "item_type"]),
    ("ar_applications", &["from_item_id", "to_item_id", "applied_date", "amount"]),
    ("gl_lines", &["entity", "account", "journal_id", "posting_date", "document_id", "amount", "debit", "credit"]),
    ("trial_balance", &["entity", "account", "currency"]),
    ("bank_lines", &["bank_account", "booking_date", "currency", "amount", "description", "reference"]),
    ("bank_balances", &["bank_account", "date"]),
    ("customers", &["entity", "customer_id"]),
    ("accounts", &["account"]),
    ("exchange_rates", &["currency", "date"]),
    ("invoice_lines", &["invoice_id", "line_no", "net_amount"]),
    ("disputes", &["case_id"]),
    ("promises", &["customer_id", "made_date", "promised_date", "amount"]),
    ("remittances", &["payment_reference", "invoice_reference", "amount"]),
    ("prices", &["customer_id", "item_code", "valid_from"]),
];

/// What became of a file that was loaded to see how it goes.
pub(super) struct Tried {
    /// Its rows, of any day.
    pub(super) table: Table,
    /// Rows that were refused, with the first reason.
    pub(super) rejected: u64,
    pub(super) first_reject: String,
    /// Why nothing could be loaded.
    pub(super) refused: Option<Finding>,
    /// How often each key stands there.
    pub(super) keys: BTreeMap<u64, u32>,
    /// How many columns hold something.
    pub(super) columns: usize,
}

impl Tried {
    /// Loads a file; `None` where it is not known what it is, or more than the types of its rows is missing.
    ///
    /// # Errors
    /// When a compiled-in profile cannot be read: a defect.
    pub(super) fn load(seen: &Seen, limits: &Limits, threads: usize) -> Result<Option<Tried>> {
        let is_known = |guess: &&Guess| guess.missing.is_empty() || guess.missing == ["item_type"];
        let Some(guess) = seen.guess.as_ref().filter(is_known) else { return Ok(None) };
        let Some(def) = tables::find(guess.table) else { return Ok(None) };
        let over = Overrides { profile: Some(guess.profile.clone()), ..Overrides::default() };
        let mut candidates = profiles::candidates(guess.table, &over)?;
        for profile in &mut candidates {
            profile.defaults.entry("entity".to_owned()).or_insert_with(|| NO_ENTITY.to_owned());
            if !guess.missing.is_empty() {
                // What its rows are is for a person to say: which documents they are can be seen all the same.
                profile.constants.insert("item_type".to_owned(), "invoice".to_owned());
            }
        }
        let request = Request {
            origin: Origin::File(seen.path.clone()),
            shown: seen.shown.clone(),
            number: 0,
            def,
            candidates,
            sheet: seen.sheet.clone(),
            expect: Expect::default(),
        };
        let Some(setting) = setting() else { return Ok(None) };
        let mut tried = Tried {
            table: Table::new(def),
            rejected: 0,
            first_reject: String::new(),
            refused: None,
            keys: BTreeMap::new(),
            columns: 0,
        };
        match source::load(&request, &Evidence::default(), &setting, limits, threads) {
            Err(problem) => tried.refused = why(problem),
            Ok(loaded) => {
                tried.rejected = loaded.rejected_rows;
                tried.first_reject = loaded.rejects.first().map_or(String::new(), |reject| {
                    format!("row {}, \"{}\": {}", reject.row, reject.column, reject.message())
                });
                tried.keys = keys(&loaded.table);
                tried.columns = (0..def.columns.len()).filter(|at| is_filled(&loaded.table, *at)).count();
                tried.table = loaded.table;
            }
        }
        Ok(Some(tried))
    }

    /// Whether every row was loaded.
    pub(super) fn is_whole(&self) -> bool {
        self.refused.is_none() && self.rejected == 0
    }

    /// Whether another reading of the same file comes to the same: rows, keys and amounts.
    pub(super) fn reads_like(&self, other: &Tried) -> bool {
        let rows = |tried: &Tried| -> Vec<Vec<String>> {
            (0..tried.table.len())
                .map(|row| tried.table.columns.iter().map(|column| column.cell(row).plain()).collect())
                .collect()
        };
        self.table.def.name == other.table.def.name && self.is_whole() && other.is_whole() && rows(self) == rows(other)
    }

    /// How many of the rows of the smaller of two files stand in both, and how many the smaller has.
    pub(super) fn shared(&self, other: &Tried) -> (usize, usize) {
        let both: u32 =
            self.keys.iter().map(|(key, count)| (*count).min(other.keys.get(key).copied().unwrap_or(0))).sum();
        let rows = |tried: &Tried| tried.keys.values().map(|count| *count as usize).sum::<usize>();
        (both as usize, rows(self).min(rows(other)))
    }

    /// The texts of a column, each with its row.
    pub(super) fn texts<'a>(&'a self, column: &'a str) -> impl Iterator<Item = (usize, &'a str)> {
        let cells = self.table.text(column);
        (0..self.table.len()).map(move |row| (row, cells.get(row)))
    }

    /// The amount of a row in ten-thousandths.
    pub(super) fn amount(&self, row: usize) -> Option<i64> {
        self.table.money("amount").get(row).copied().filter(|units| *units != NO_MONEY)
    }
}

/// What a reader should be told of a problem: that no row could be loaded says less than why the first could not.
fn why(problem: Problem) -> Option<Finding> {
    let mut findings = problem.findings;
    let reason = findings.iter().skip(1).position(|finding| finding.severity == Severity::Error);
    let at = reason.map_or(0, |at| at + 1);
    (at < findings.len()).then(|| findings.swap_remove(at))
}

/// Every day counts: which ones are of the period is not known yet.
fn setting() -> Option<Setting> {
    let (period_end, currency) = (Date::from_ymd(2199, 12, 31)?, Currency::parse("USD")?);
    Some(Setting { period_end, currency, entity_currency: BTreeMap::new() })
}

fn is_filled(table: &Table, column: usize) -> bool {
    (0..table.len()).any(|row| !matches!(table.columns[column].cell(row), Cell::Null | Cell::Text("")))
}

fn keys(table: &Table) -> BTreeMap<u64, u32> {
    let mut found = BTreeMap::new();
    let Some((_, columns)) = KEYS.iter().find(|(name, _)| *name == table.def.name) else { return found };
    for row in 0..table.len() {
        let mut hasher = DefaultHasher::new();
        columns.iter().for_each(|name| table.column(name).cell(row).plain().hash(&mut hasher));
        *found.entry(hasher.finish()).or_default() += 1;
    }
    found
}
