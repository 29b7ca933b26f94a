//! What a profile or a `[[source]]` says about reading a table: headings, formats, signs, rows to leave out.

use super::amount::Mark;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Formats of a source (`options = { … }`). Every one that is given is law.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Options {
    /// strftime format of every date column, e.g. `%d/%m/%Y`.
    pub date_format: Option<String>,
    /// The decimal mark: `.` or `,`.
    pub decimal: Option<DecimalMark>,
    /// The character between thousands.
    pub thousands: Option<char>,
    /// The text's encoding, e.g. `windows-1252`, `utf-16le`.
    pub encoding: Option<String>,
    /// The field delimiter of delimited text.
    pub delimiter: Option<char>,
    /// The row that holds the headings, counted from 1.
    pub header_row: Option<u32>,
    /// How many rows at the end are no data.
    #[serde(default)]
    pub skip_footer: u32,
    /// Texts that mean zero in an amount column, e.g. `-`.
    #[serde(default)]
    pub zero: Vec<String>,
    /// Texts that mean "no date", e.g. `00/00/0000`.
    #[serde(default)]
    pub no_date: Vec<String>,
    /// Canonical columns whose blank cells take the value above them.
    #[serde(default)]
    pub fill_down: Vec<String>,
    /// Canonical columns whose all-digit codes are padded with zeros to a width.
    #[serde(default)]
    pub width: BTreeMap<String, usize>,
    /// Round amounts to the decimals of their currency instead of refusing them.
    #[serde(default)]
    pub round: bool,
    /// For DATEV: the account of the general ledger that debtors' own accounts add up to.
    pub receivables_account: Option<String>,
}

/// A decimal mark as the configuration writes it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum DecimalMark {
    /// `1,234.56`
    #[serde(rename = ".")]
    Dot,
    /// `1.234,56`
    #[serde(rename = ",")]
    Comma,
}

impl From<DecimalMark> for Mark {
    fn from(mark: DecimalMark) -> Mark {
        match mark {
            DecimalMark::Dot => Mark::Dot,
            DecimalMark::Comma => Mark::Comma,
        }
    }
}

/// How the sign of amounts is carried.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum SignRule {
    /// By the amount itself.
    #[default]
    AsWritten,
    /// Amounts are unsigned; credit memos, receipts, write-offs and deposits are negative.
    ByType,
    /// By a value in another column (`S`/`H`, `Debit`/`Credit`).
    Flag,
    /// Written the other way round: credits positive.
    Reversed,
    /// `CR` and `DR` in the cell itself.
    SideWord,
}

/// The sign rule with what it needs.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Signs {
    /// Which rule.
    #[serde(default)]
    pub rule: SignRule,
    /// The flag's heading.
    pub column: Option<String>,
    /// The flag's values that make an amount negative.
    #[serde(default)]
    pub negative: Vec<String>,
}

/// Grouped reports: a row with text in its first cell alone starts a section whose text fills a column.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Sections {
    /// The canonical column that the section's text fills.
    pub column: String,
    /// Which part of the text: `{value} - *` keeps what stands before the first ` - `.
    pub pattern: Option<String>,
}

impl Sections {
    /// The part of a section's text that the column is filled with.
    pub fn value<'a>(&self, text: &'a str) -> &'a str {
        let Some((before, after)) = self.pattern.as_deref().and_then(|pattern| pattern.split_once("{value}")) else {
            return text.trim();
        };
        let rest = match before.strip_suffix('*').unwrap_or(before) {
            "" => text,
            lead => text.split_once(lead).map_or(text, |(_, rest)| rest),
        };
        let value = match after.strip_suffix('*').unwrap_or(after) {
            "" => rest,
            tail => rest.split_once(tail).map_or(rest, |(value, _)| value),
        };
        value.trim()
    }
}

/// Rows that are no data, told by the text they start with.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct RowWords {
    /// Opening balance rows.
    #[serde(default)]
    pub opening: Vec<String>,
    /// Closing balance rows.
    #[serde(default)]
    pub closing: Vec<String>,
    /// Total rows.
    #[serde(default)]
    pub total: Vec<String>,
}

/// How a trial balance shows its balances.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Balances {
    /// The debit and credit columns are the ending balance itself.
    DebitCredit,
}

/// Trial balance habits.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct TrialBalanceRules {
    /// Whether debit and credit are balances instead of movements.
    pub balances: Option<Balances>,
}

/// Headings that a file must have to be taken for this profile's.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Required {
    /// The headings.
    #[serde(default)]
    pub headings: Vec<String>,
}

/// Everything a profile says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// `netsuite/ar_items`: filled in from the file's place.
    #[serde(skip)]
    pub name: String,
    /// The canonical table.
    #[serde(default)]
    pub table: String,
    /// The system it comes from.
    #[serde(default)]
    pub system: String,
    /// What people call the export.
    #[serde(default)]
    pub title: String,
    /// Canonical column to the system's headings, best first.
    #[serde(default)]
    pub columns: BTreeMap<String, Vec<String>>,
    /// Headings that must be there.
    #[serde(default)]
    pub required: Required,
    /// Formats.
    #[serde(default)]
    pub options: Options,
    /// Value maps by canonical column.
    #[serde(default)]
    pub types: BTreeMap<String, BTreeMap<String, String>>,
    /// Signs.
    #[serde(default)]
    pub signs: Signs,
    /// Rows left out by value: heading to values.
    #[serde(default)]
    pub exclude: BTreeMap<String, Vec<String>>,
    /// Canonical column to the value it has where the export has no such column.
    #[serde(default)]
    pub defaults: BTreeMap<String, String>,
    /// Canonical column to the value it always has.
    #[serde(default)]
    pub constants: BTreeMap<String, String>,
    /// Grouped reports.
    pub sections: Option<Sections>,
    /// Row words.
    #[serde(default)]
    pub rows: RowWords,
    /// Trial balance habits.
    #[serde(default)]
    pub trial_balance: TrialBalanceRules,
}

/// Control totals from the source system (`expect = { … }`).
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Expect {
    /// How many data rows the source system counted.
    pub rows: Option<u64>,
    /// What its amounts add up to.
    pub total: Option<String>,
    /// Which canonical column the total is of; by default the table's own amount columns are tried.
    pub column: Option<String>,
}
