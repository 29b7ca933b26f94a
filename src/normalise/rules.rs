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
    /// Canonical columns whose all-digit codes are shown without the zeros that the system stores in front of them.
    #[serde(default)]
    pub strip_zeros: Vec<String>,
    /// Canonical columns whose whole-number codes may carry a `.0` that a data frame put behind them.
    #[serde(default)]
    pub float_codes: Vec<String>,
    /// Amount columns that hold whole minor units, and how many decimals those have: `{ amount = 2 }` for cents.
    #[serde(default)]
    pub minor_units: BTreeMap<String, u32>,
    /// Round amounts to the decimals of their currency instead of refusing them.
    #[serde(default)]
    pub round: bool,
    /// Amounts are whole numbers of the currency's smallest unit (cents).
    #[serde(default)]
    pub currency_minor_units: bool,
    /// What one unit of the amounts stands for: 1,000 where a report is in thousands.
    pub scale: Option<i64>,
    /// For DATEV: the account of the general ledger that debtors' own accounts add up to.
    pub receivables_account: Option<String>,
}

impl Options {
    /// The decimal mark that is law: the declared one, or the one that the declared thousands leave.
    pub fn mark(&self) -> Option<Mark> {
        let left = match self.thousands {
            Some(',') => Some(Mark::Dot),
            Some('.') => Some(Mark::Comma),
            _ => None,
        };
        self.decimal.map(Mark::from).or(left)
    }
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
    /// The flag's heading, or its position (`#8`). Columns of debits and of credits carry their side themselves and are
    /// not turned.
    pub column: Option<String>,
    /// The flag of single canonical columns, where amounts have each their own.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
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

/// The part of a cell's text that a column is read from (`1200 · Accounts Receivable`, `Parent:Child`).
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// What stands before the first of this separator.
    pub before: Option<String>,
    /// What stands after the first of this separator.
    pub after: Option<String>,
    /// What stands before the last of this separator.
    pub before_last: Option<String>,
    /// What stands after the last of this separator.
    pub after_last: Option<String>,
    /// A text without the separator: nothing, instead of the whole text.
    #[serde(default)]
    pub or_blank: bool,
    /// Of a number with a name behind it, the number alone, whatever stands between them (`1100 Accounts Receivable`).
    #[serde(default)]
    pub number: bool,
}

/// The number in front of a name: three digits at least, with dots and hyphens inside.
fn leading_number(text: &str) -> Option<&str> {
    const DIGITS: usize = 3;
    let (number, name) = text.trim().split_once(char::is_whitespace)?;
    let is_digit = |c: char| c.is_ascii_digit();
    let is_number = number.starts_with(is_digit)
        && number.ends_with(is_digit)
        && number.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | '-'))
        && number.chars().filter(char::is_ascii_digit).count() >= DIGITS;
    (is_number && name.chars().any(char::is_alphabetic)).then_some(number)
}

impl Part {
    /// Whether a text holds one of the separators.
    pub fn is_in(&self, text: &str) -> bool {
        let separators = [&self.before, &self.after, &self.before_last, &self.after_last];
        let has_separator = separators.into_iter().flatten().any(|separator| text.contains(separator.as_str()));
        has_separator || (self.number && leading_number(text).is_some())
    }

    /// The part of a text.
    pub fn of<'a>(&self, text: &'a str) -> &'a str {
        let mut rest = text;
        let mut cut = |separator: &Option<String>, last: bool, keep_front: bool| {
            let Some(separator) = separator else { return true };
            let halves = if last { rest.rsplit_once(separator.as_str()) } else { rest.split_once(separator.as_str()) };
            let Some((front, back)) = halves else { return false };
            rest = if keep_front { front } else { back };
            true
        };
        // What stands after one separator and before another: the front is cut off first.
        let found = cut(&self.after, false, false)
            & cut(&self.after_last, true, false)
            & cut(&self.before, false, true)
            & cut(&self.before_last, true, true);
        match found {
            false if self.or_blank => "",
            _ if self.number => leading_number(rest).unwrap_or(rest.trim()),
            _ => rest.trim(),
        }
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
    /// Headings of the running balance, in whose column an opening row, or the head of a group, shows its balance.
    #[serde(default)]
    pub balance: Vec<String>,
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
    /// The headings, all of them.
    #[serde(default)]
    pub headings: Vec<String>,
    /// Groups of headings of which one at least must be there: the same column in several languages or versions.
    #[serde(default)]
    pub one_of: Vec<Vec<String>>,
    /// Headings that must not be there: they tell another export that has all of these too.
    #[serde(default)]
    pub without: Vec<String>,
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
    /// Headings by which the source itself leaves rows out or keeps them: without them it is refused.
    #[serde(skip)]
    pub promised: Vec<String>,
    /// Headings that seem to be what the file lacks and must not be read for it, with why and what to do.
    #[serde(default)]
    pub unread: BTreeMap<String, String>,
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
    /// Rows kept by value: heading to values; every other row is left out.
    #[serde(default)]
    pub only: BTreeMap<String, Vec<String>>,
    /// Canonical column to the part of the cell that it is read from.
    #[serde(default)]
    pub parts: BTreeMap<String, Part>,
    /// Canonical column to what takes the place of a blank cell: templates such as `{Voucher}`, the first that is
    /// complete. A name in braces is a canonical column or a heading, and stands for the text in the file.
    #[serde(default)]
    pub blank: BTreeMap<String, Vec<String>>,
    /// What an item type becomes where its amount is negative.
    #[serde(default)]
    pub negative_types: BTreeMap<String, String>,
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
    /// Whether the system leaves the currency blank where it is the entity's own, so that one that is named is foreign.
    #[serde(default)]
    pub own_currency_is_blank: bool,
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

#[cfg(test)]
mod tests {
    use super::*;

    fn part(text: &str) -> Part {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn parts_stand_before_and_after_separators() {
        let number = part("before = ' · '");
        assert_eq!(number.of("1200 · Accounts Receivable"), "1200");
        assert_eq!(number.of("Accounts Receivable"), "Accounts Receivable");
        assert_eq!(part("after = ' · '").of("1200 · Cash · Main"), "Cash · Main");
        let in_front = part("after_last = ' : '\nbefore = ' - '\nnumber = true");
        for text in ["1100 Accounts Receivable", "1100 - Accounts Receivable", "1000 Assets : 1100 Trade", "1100"] {
            assert_eq!(in_front.of(text), "1100", "{text}");
        }
        assert_eq!(in_front.of("1100-20 Trade, West"), "1100-20");
        for text in ["Accounts Receivable", "3 Rivers Bank", "401k plan payable", "2026"] {
            assert_eq!(in_front.of(text), text, "no number of an account");
        }
        let parent = part("before_last = ':'\nor_blank = true");
        assert_eq!(parent.of("Acme:West:Pier 3"), "Acme:West");
        assert_eq!(parent.of("Acme"), "");
        let both = part("after_last = ' : '\nbefore = ' - '");
        assert_eq!(both.of("1000 - Assets : 1100 - Receivables"), "1100");
        assert_eq!(both.of("1100 - Receivables"), "1100", "each separator counts for itself");
    }
}
