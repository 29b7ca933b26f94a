//! What the readers of payment files write into: rows with their places, the proofs of the file, and what was not used.

use super::proofs::Proofs;
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::control::{Control, Exact};
use crate::load::part::Rows;
use crate::load::raw::RawKind;
use crate::model::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Where a record stands: its line or segment, counted from 1, and how many bytes stand in front of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct At {
    /// The line of a file with fixed columns, the segment of an EDI file.
    pub row: u64,
    /// How many bytes stand in front of it.
    pub byte: u64,
    /// Whether the row is a segment: many EDI files have one line in all.
    pub is_segment: bool,
}

impl std::fmt::Display for At {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let unit = if self.is_segment { "segment" } else { "line" };
        write!(f, "{unit} {}, byte {}", self.row, self.byte)
    }
}

/// The headings of each table that payment files fill. `byte` and whatever the table has no column for ride along.
pub(super) fn headings(table: &str) -> &'static [&'static str] {
    match table {
        "remittances" => &[
            "payment_reference",
            "payer_name",
            "remittance_date",
            "invoice_reference",
            "amount",
            "discount",
            "reason_code",
            "currency",
            "invoice_amount",
            "adjustments",
            "byte",
        ],
        "bank_lines" => &[
            "bank_account",
            "line_id",
            "booking_date",
            "value_date",
            "currency",
            "amount",
            "type_code",
            "description",
            "reference",
            "end_to_end_id",
            "counterparty_name",
            "counterparty_account",
            "byte",
        ],
        "ar_items" => &[
            "item_id",
            "item_type",
            "customer_id",
            "customer_name",
            "document_date",
            "due_date",
            "currency",
            "amount",
            "po_number",
            "original_item_id",
            "terms",
            "tax_amount",
            "byte",
        ],
        "invoice_lines" => &[
            "invoice_id",
            "line_no",
            "item_code",
            "description",
            "quantity",
            "unit_price",
            "net_amount",
            "tax_rate",
            "tax_amount",
            "byte",
        ],
        "disputes" => &["case_id", "item_id", "opened_date", "amount", "reason_code", "purchase_order", "byte"],
        _ => &[],
    }
}

/// One row that is being filled.
#[derive(Clone, Debug)]
pub(super) struct Row {
    /// Where its record stands.
    pub(super) at: At,
    cells: Vec<(&'static str, String, RawKind)>,
}

impl Row {
    /// A row of a record.
    pub(super) fn new(at: At) -> Row {
        Row { at, cells: vec![("byte", at.byte.to_string(), RawKind::Text)] }
    }

    /// A text; a later one replaces an earlier one.
    pub(super) fn text(&mut self, heading: &'static str, text: &str) -> &mut Row {
        self.put(heading, text.trim().to_owned(), RawKind::Text)
    }

    /// A number that was read exactly.
    pub(super) fn number(&mut self, heading: &'static str, number: Exact) -> &mut Row {
        self.put(heading, number.to_string(), RawKind::Number)
    }

    /// A number as the file writes it; what is none is left to the grammar to refuse, with its place.
    pub(super) fn figure(&mut self, heading: &'static str, text: &str, number: Option<Exact>) -> &mut Row {
        match number {
            Some(number) => self.number(heading, number),
            None => self.text(heading, text),
        }
    }

    /// A day as the formats write it; what is none is left to the grammar to refuse.
    pub(super) fn day(&mut self, heading: &'static str, text: &str) -> &mut Row {
        match day(text) {
            Some(date) => self.put(heading, date.to_string(), RawKind::Date),
            None => self.text(heading, text),
        }
    }

    /// The text of a cell; blank where there is none.
    pub(super) fn get(&self, heading: &str) -> &str {
        self.cells.iter().find(|(name, ..)| *name == heading).map_or("", |(_, text, _)| text)
    }

    /// The number of a cell.
    pub(super) fn exact(&self, heading: &str) -> Option<Exact> {
        Exact::parse(self.get(heading))
    }

    fn put(&mut self, heading: &'static str, text: String, kind: RawKind) -> &mut Row {
        match self.cells.iter_mut().find(|(name, ..)| *name == heading) {
            Some(cell) => *cell = (heading, text, kind),
            None => self.cells.push((heading, text, kind)),
        }
        self
    }
}

/// A day as `YYYYMMDD` or `YYMMDD`; two digits up to 69 are years of this century (ANSI X3.30).
pub(super) fn day(text: &str) -> Option<Date> {
    let text = text.trim();
    if !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match text.len() {
        8 => (text[..4].parse::<i32>().ok()?, &text[4..]),
        6 => {
            let year: i32 = text[..2].parse().ok()?;
            (if year < 70 { 2000 + year } else { 1900 + year }, &text[2..])
        }
        _ => return None,
    };
    Date::from_ymd(year, rest[..2].parse().ok()?, rest[2..].parse().ok()?)
}

/// A number whose last digits are decimals that the format implies: `0000123456` with two is 1234.56.
pub(super) fn implied(text: &str, decimals: usize) -> Option<Exact> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, fraction) = padded.split_at(padded.len() - decimals);
    Exact::parse(&format!("{sign}{whole}.{fraction}"))
}

/// How many kinds of unused parts are named; more of them are counted together.
const NAMED: usize = 60;

/// Where the rows of a file go.
pub(super) struct Sink<'a, 'r> {
    /// The file's name in messages.
    pub(super) shown: String,
    /// The table that is filled.
    pub(super) table: &'static str,
    /// What the file says of itself beside what it holds.
    pub(super) proofs: Proofs,
    /// What is worth knowing.
    pub(super) notes: Vec<Finding>,
    /// The sum of the amounts of all rows so far.
    pub(super) amounts: Exact,
    headings: Vec<&'static str>,
    rows: &'a mut Rows<'r>,
    count: u64,
    unused: BTreeMap<String, u64>,
    passed_over: BTreeMap<String, u64>,
    /// The interchanges and files within the file.
    seen: BTreeSet<String>,
}

impl<'a, 'r> Sink<'a, 'r> {
    /// An empty one, with the headings of its table but for those that the format never has anything for.
    ///
    /// # Errors
    /// When nobody wants the rows.
    pub(super) fn new(
        shown: &str,
        table: &'static str,
        without: &[&str],
        rows: &'a mut Rows<'r>,
    ) -> Result<Sink<'a, 'r>> {
        let headings: Vec<&'static str> =
            headings(table).iter().copied().filter(|heading| !without.contains(heading)).collect();
        // The headings are nowhere in the file; its first record never is a row.
        rows.headings(&headings, 1)?;
        Ok(Sink {
            shown: shown.to_owned(),
            table,
            proofs: Proofs::default(),
            notes: Vec::new(),
            amounts: Exact::ZERO,
            headings,
            rows,
            count: 0,
            unused: BTreeMap::new(),
            passed_over: BTreeMap::new(),
            seen: BTreeSet::new(),
        })
    }

    /// Adds a row.
    ///
    /// # Errors
    /// Over the limit of rows.
    pub(super) fn push(&mut self, row: &Row) -> Result<()> {
        self.count += 1;
        for heading in &self.headings {
            let cell = row.cells.iter().find(|(name, ..)| name == heading);
            let (text, kind) = cell.map_or(("", RawKind::Text), |(_, text, kind)| (text.as_str(), *kind));
            self.rows.cell(text, kind);
        }
        let amount = if self.table == "invoice_lines" { "net_amount" } else { "amount" };
        self.amounts += row.exact(amount).unwrap_or(Exact::ZERO);
        self.rows.end(row.at.row)
    }

    /// How many rows there are so far.
    pub(super) fn rows(&self) -> u64 {
        self.count
    }

    /// Notes a record or segment whose content is not used.
    pub(super) fn unused(&mut self, tag: &str) {
        add(&mut self.unused, tag.to_owned());
    }

    /// Notes a whole message or batch that this table has nothing from.
    pub(super) fn pass_over(&mut self, what: String) {
        add(&mut self.passed_over, what);
    }

    /// Notes an interchange or a file within the file; one that comes again is said: its sender gives each its number.
    pub(super) fn once(&mut self, key: String, at: At) {
        if self.seen.contains(&key) {
            let message = format!("{key} stands in the file twice ({at}): what it holds is loaded twice");
            let remedy = "ask the sender whether it was sent again; if so, take one of them out of the file";
            self.notes.push(Finding::warning("T1704", self.place(at), message, remedy));
        }
        self.seen.insert(key);
    }

    /// A place in the file.
    pub(super) fn place(&self, at: At) -> Place {
        Place::file(&self.shown).row(at.row)
    }

    /// The file's own figures, and what is worth knowing: also what was not used and passed over.
    pub(super) fn finish(mut self) -> (Vec<Control>, Vec<Finding>) {
        let list = |counts: &BTreeMap<String, u64>| -> String {
            counts.iter().map(|(what, count)| format!("{what} ({count})")).collect::<Vec<_>>().join(", ")
        };
        let place = Place::file(&self.shown);
        if !self.passed_over.is_empty() {
            let message = format!("nothing for {} was taken from: {}", self.table, list(&self.passed_over));
            self.notes.push(Finding::note("T1306", place.clone(), message));
        }
        if !self.unused.is_empty() {
            let message = format!("these were read and not used: {}", list(&self.unused));
            self.notes.push(Finding::note("T1306", place, message));
        }
        (self.proofs.finish(), self.notes)
    }
}

/// Counts one of a kind; a hostile file cannot make the list of kinds long.
fn add(counts: &mut BTreeMap<String, u64>, what: String) {
    let what = if counts.len() < NAMED || counts.contains_key(&what) { what } else { "others".to_owned() };
    *counts.entry(what).or_default() += 1;
}

/// The problem of a file whose structure cannot be read safely.
pub(super) fn refused(shown: &str, at: At, message: impl Into<String>, remedy: &str) -> Problem {
    let message = format!("{} ({at})", message.into());
    Problem::input("T1701", Place::file(shown).row(at.row), message, remedy)
}

/// What to do about a file that breaks off or was changed on its way.
pub(super) const SEND_AGAIN: &str = "the file is not complete or was changed on its way: ask the sender for it again";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn implied_decimals_are_exact_and_signed() {
        let shown = |text: &str| implied(text, 2).map(|number| number.to_string());
        for (text, expected) in [
            ("0000123456", "1234.56"),
            ("5", "0.05"),
            ("-255438", "-2554.38"),
            ("999999999999999999", "9999999999999999.99"),
        ] {
            assert_eq!(shown(text).as_deref(), Some(expected));
        }
        for text in ["", "-", "12.5", "1 2", "ABC", "--5"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_six_and_eight_digits() {
        let shown = |text: &str| day(text).map(|date| date.to_string());
        assert_eq!(shown("20261031").as_deref(), Some("2026-10-31"));
        assert_eq!(shown("261031").as_deref(), Some("2026-10-31"));
        assert_eq!(shown("700101").as_deref(), Some("1970-01-01"));
        for text in ["", "000000", "261301", "20260230", "2026-10-31", "26103", "ü1031"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
