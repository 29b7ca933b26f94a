//! What kind of row a row is: data, or a total, a page head, a footer, a section, a balance, an exclusion.

use super::rules::RowWords;
use crate::load::raw::{RawKind, RawRow};

/// A row that is no data (contract, `left_out.kind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RowKind {
    /// A total or subtotal that the report printed.
    Total,
    /// Headings, rulers and page numbers repeated inside the data.
    PageHead,
    /// Text behind or between the data.
    Footer,
    /// The head of a group in a grouped report.
    Section,
    /// An opening balance row.
    Opening,
    /// A closing balance row.
    Closing,
    /// Left out by value.
    Excluded,
    /// Posted after the period end.
    AfterPeriod,
    /// A row of another table that stands below this one.
    OtherTable,
}

impl RowKind {
    /// The word of the contract.
    pub const fn name(self) -> &'static str {
        match self {
            RowKind::Total => "total",
            RowKind::PageHead => "page_head",
            RowKind::Footer => "footer",
            RowKind::Section => "section",
            RowKind::Opening => "opening",
            RowKind::Closing => "closing",
            RowKind::Excluded => "excluded",
            RowKind::AfterPeriod => "after_period",
            RowKind::OtherTable => "other_table",
        }
    }
}

const TOTAL_WORDS: [&str; 9] =
    ["total", "totals", "grand total", "sub total", "subtotal", "sub-total", "report total", "summe", "gesamt"];
const OPENING_WORDS: [&str; 22] = [
    "opening balance",
    "beginning balance",
    "balance brought forward",
    "balance forward",
    "starting balance",
    "balance at start",
    "balance at beginning",
    "anfangssaldo",
    "anfangsbestand",
    "saldovortrag",
    "alter saldo",
    "alter kontostand",
    "solde initial",
    "solde précédent",
    "solde en début",
    "solde au début",
    "ancien solde",
    "saldo inicial",
    "saldo anterior",
    "saldo iniziale",
    "saldo precedente",
    "beginsaldo",
];
const CLOSING_WORDS: [&str; 17] = [
    "closing balance",
    "ending balance",
    "balance carried forward",
    "balance at end",
    "net movement",
    "endsaldo",
    "endbestand",
    "schlusssaldo",
    "neuer saldo",
    "neuer kontostand",
    "solde final",
    "solde en fin",
    "solde à la fin",
    "nouveau solde",
    "saldo final",
    "saldo finale",
    "eindsaldo",
];
const FOOTER_WORDS: [&str; 17] = [
    "end of",
    "records",
    "record count",
    "rows",
    "row count",
    "number of",
    "page ",
    "printed",
    "report ",
    "generated",
    "run date",
    "run by",
    "filter",
    "source:",
    "created",
    "count",
    "accrual basis",
];

/// Tells row kinds apart for one source.
pub struct RowKinds {
    headings: Vec<String>,
    required: Vec<usize>,
    keys: Vec<usize>,
    dates: Vec<usize>,
    amounts: Vec<usize>,
    words: RowWords,
    /// The columns that are read of a grouped report; none of any other.
    read: Vec<usize>,
    /// Whether a total word can start with a byte: nearly every cell is told at its first one.
    starts_total: [bool; 256],
}

impl RowKinds {
    /// `headings` as written, the columns without which a row is no data, those whose text names the row, and those
    /// that hold dates.
    pub fn new(
        headings: Vec<String>,
        required: Vec<usize>,
        keys: Vec<usize>,
        dates: Vec<usize>,
        words: RowWords,
    ) -> RowKinds {
        let mut starts_total = [false; 256];
        let own = words.total.iter().map(String::as_str);
        for byte in TOTAL_WORDS.into_iter().chain(own).filter_map(|word| word.bytes().next()) {
            starts_total[usize::from(byte.to_ascii_lowercase())] = true;
            starts_total[usize::from(byte.to_ascii_uppercase())] = true;
        }
        RowKinds { headings, required, keys, dates, amounts: Vec::new(), words, read: Vec::new(), starts_total }
    }

    /// The same for a grouped report, of which these columns are read.
    pub fn grouped(self, read: Vec<usize>) -> RowKinds {
        RowKinds { read, ..self }
    }

    /// The same with the columns that hold amounts.
    pub fn with_amounts(mut self, amounts: Vec<usize>) -> RowKinds {
        self.amounts = amounts;
        self
    }

    /// Whether a row that is no data of this table reads like the headings of another: words in several cells, also
    /// where this table has dates, amounts and numbers.
    pub fn is_foreign_heading(&self, row: &RawRow<'_>) -> bool {
        const CELLS: usize = 3;
        let filled: Vec<&str> = row.cells().map(|cell| cell.text.trim()).filter(|text| !text.is_empty()).collect();
        let is_word = |text: &str| text.chars().any(char::is_alphabetic) && !text.bytes().any(|b| b.is_ascii_digit());
        let at = |columns: &[usize]| columns.iter().any(|column| is_word(row.cell(*column).text));
        filled.len() >= CELLS
            && filled.iter().all(|text| is_word(text))
            && row.cells().all(|cell| cell.kind == RawKind::Text)
            && (at(&self.dates) || at(&self.amounts))
    }

    fn has_amount(&self, row: &RawRow<'_>) -> bool {
        self.amounts.iter().any(|column| has_digit(row.cell(*column).text))
    }

    /// A row with amounts and nothing else: the total of a report that has no word for it.
    fn is_bare_total(&self, row: &RawRow<'_>) -> bool {
        let mut filled = (0..row.len()).filter(|column| !row.cell(*column).text.trim().is_empty()).peekable();
        let blank = |columns: &[usize]| columns.iter().all(|column| row.cell(*column).text.trim().is_empty());
        filled.peek().is_some()
            && filled.all(|column| self.amounts.contains(&column) && has_digit(row.cell(column).text))
            && self.required.iter().any(|column| !self.amounts.contains(column))
            && blank(&self.keys)
            && blank(&self.dates)
    }

    /// The kind of a row that is no data; `None` for a data row.
    pub fn kind(&self, row: &RawRow<'_>) -> Option<RowKind> {
        let mut filled = row.cells().enumerate().filter(|(_, cell)| !cell.trimmed().is_empty());
        let (lead_column, first) = filled.next()?;
        let lead = first.trimmed();
        let alone = filled.next().is_none() && self.headings.len() > 2;
        if self.is_heading(row) || is_ruler(row) {
            return Some(RowKind::PageHead);
        }
        // Nearly every row starts with its entity or number: leave it at once where no word can match.
        let key_word = self.keys.iter().map(|key| row.cell(*key).trimmed()).find(|text| self.is_total(text));
        // Words where a date belongs, or nothing but one text: no row of data, whatever else is filled.
        let out_of_place = alone || (self.dates.contains(&lead_column) && self.is_balance_or_total(lead));
        let incomplete = out_of_place || self.required.iter().any(|column| row.cell(*column).trimmed().is_empty());
        // A document with everything that a row needs is one, also that of a customer who is called Total.
        let dated = self.dates.iter().any(|column| has_digit(row.cell(*column).text));
        let named = key_word.is_some() && (incomplete || !dated);
        if named || (incomplete && first.kind == RawKind::Text && self.is_total(lead)) {
            return Some(RowKind::Total);
        }
        if incomplete && (self.is_bare_total(row) || (has_total_behind(lead) && self.has_amount(row))) {
            return Some(RowKind::Total);
        }
        if !incomplete && row.len() >= self.headings.len() {
            return None;
        }
        self.incomplete_kind(row, lead)
    }

    fn incomplete_kind(&self, row: &RawRow<'_>, lead: &str) -> Option<RowKind> {
        if starts_with_any(lead, &OPENING_WORDS) || starts_with_words(lead, &self.words.opening) {
            return Some(RowKind::Opening);
        }
        if starts_with_any(lead, &CLOSING_WORDS) || starts_with_words(lead, &self.words.closing) {
            return Some(RowKind::Closing);
        }
        let filled = row.cells().filter(|cell| !cell.trimmed().is_empty()).count();
        let is_footer = starts_with_any(lead, &FOOTER_WORDS) || is_stamp(lead);
        if is_footer && filled <= 3 {
            let page = lead.to_ascii_lowercase().starts_with("page ");
            return Some(if page { RowKind::PageHead } else { RowKind::Footer });
        }
        let has_letters = lead.chars().any(char::is_alphabetic);
        // The head of a group may show the balance that the group starts with, in a column that nobody reads.
        let beside =
            filled <= 2 && !self.read.is_empty() && self.read.iter().all(|at| row.cell(*at).text.trim().is_empty());
        ((filled == 1 || beside) && has_letters && self.headings.len() > 1).then_some(RowKind::Section)
    }

    fn is_heading(&self, row: &RawRow<'_>) -> bool {
        if self.headings.len() < 2 || row.cell(0).trimmed() != self.headings[0] {
            return false;
        }
        let same = self.headings.iter().enumerate().filter(|(i, heading)| row.cell(*i).trimmed() == **heading);
        same.count() == self.headings.len()
    }

    fn is_balance_or_total(&self, text: &str) -> bool {
        let words = [&self.words.opening, &self.words.closing];
        self.is_total(text)
            || starts_with_any(text, &OPENING_WORDS)
            || starts_with_any(text, &CLOSING_WORDS)
            || words.into_iter().any(|words| starts_with_words(text, words))
    }

    fn is_total(&self, text: &str) -> bool {
        if !text.bytes().next().is_some_and(|byte| self.starts_total[usize::from(byte)]) {
            return false;
        }
        starts_with_any(text, &TOTAL_WORDS) || starts_with_words(text, &self.words.total)
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

/// When a report was made, and on which basis, as QuickBooks writes below its reports:
/// `Thursday, November 05, 2026 08:15 AM GMT-05:00 - Accrual Basis`.
fn is_stamp(text: &str) -> bool {
    const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
    let lower = text.to_lowercase();
    let has_time = [" am", " pm", " gmt"].iter().any(|word| lower.contains(word)) && lower.contains(':');
    let is_day = DAYS.iter().any(|day| lower.strip_prefix(day).is_some_and(|rest| rest.starts_with(',')));
    (is_day && has_time && has_digit(text)) || lower.starts_with("cash basis")
}

/// `Acme Total`, as spreadsheets write subtotals, or the stars of an SAP list.
fn has_total_behind(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    lower.ends_with(" total") || lower.ends_with(" subtotal") || (text.bytes().all(|byte| byte == b'*'))
}

/// The group whose total a row prints: `Total for Acme`, `Total Acme`, `Acme Total`; `None` where it names none.
pub fn totalled_group(label: &str) -> Option<&str> {
    const BEFORE: [&str; 5] = ["total for ", "total - ", "total: ", "total ", "subtotal "];
    const BEHIND: [&str; 2] = [" subtotal", " total"];
    let lower = label.to_ascii_lowercase();
    // Lower case of ASCII alone keeps every byte in its place.
    let before = BEFORE.iter().find(|word| lower.starts_with(**word)).map(|word| &label[word.len()..]);
    let behind = || BEHIND.iter().find(|word| lower.ends_with(**word)).map(|word| &label[..label.len() - word.len()]);
    before.or_else(behind).map(str::trim).filter(|name| !name.is_empty())
}

/// A row of `-----` or `=====` only.
fn is_ruler(row: &RawRow<'_>) -> bool {
    let is_rule = |text: &str| text.len() >= 3 && text.bytes().all(|byte| matches!(byte, b'-' | b'=' | b'_' | b'*'));
    matches!(row.cell(0).text.as_bytes(), [b'-' | b'=' | b'_' | b'*' | b' ', ..])
        && row.cells().all(|cell| cell.trimmed().is_empty() || is_rule(cell.trimmed()))
}

fn starts_with_words(text: &str, words: &[String]) -> bool {
    words.iter().any(|word| starts_with_word(text, word))
}

fn starts_with_any(text: &str, words: &[&str]) -> bool {
    words.iter().any(|word| starts_with_word(text, word))
}

/// Whether a text is a word or starts with it, followed by something that is not part of a name.
fn starts_with_word(text: &str, word: &str) -> bool {
    let (text_bytes, word_bytes) = (text.as_bytes(), word.as_bytes());
    if text_bytes.len() < word_bytes.len() || !text_bytes[..word_bytes.len()].eq_ignore_ascii_case(word_bytes) {
        return false;
    }
    word.ends_with([' ', ':']) || matches!(text_bytes.get(word_bytes.len()), None | Some(b' ' | b':' | b'.' | b','))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::raw::RawBlock;

    fn kind_of(cells: &[&str]) -> Option<RowKind> {
        let mut block = RawBlock::default();
        cells.iter().for_each(|cell| block.push_cell(cell, RawKind::Text));
        block.end_row(1);
        let headings = ["Number", "Customer", "Amount"].map(str::to_owned).to_vec();
        RowKinds::new(headings, vec![0, 2], vec![0], vec![], RowWords::default()).kind(&block.row(0))
    }

    #[test]
    fn n48_totals_are_told_from_customers_called_total() {
        assert_eq!(kind_of(&["Total", "", "12.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["", "Total 4000", "12.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["INV-1", "Total Wine LLC", "12.00"]), None);
        assert_eq!(kind_of(&["TOTAL-1", "Acme", "12.00"]), None);
    }

    #[test]
    fn the_head_of_a_group_may_show_its_opening_balance() {
        let kind_of = |cells: &[&str]| {
            let mut block = RawBlock::default();
            cells.iter().for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(1);
            let headings = ["", "Date", "Debit", "Balance"].map(str::to_owned).to_vec();
            let kinds = RowKinds::new(headings, vec![1], vec![], vec![1], RowWords::default());
            kinds.grouped(vec![1, 2]).kind(&block.row(0))
        };
        assert_eq!(kind_of(&["1200 · Accounts Receivable", "", "", "500.00"]), Some(RowKind::Section));
        assert_eq!(kind_of(&["1200 · Accounts Receivable", "", "12.00", "500.00"]), None, "an amount is no balance");
        assert_eq!(kind_of(&["", "10/05/2026", "12.00", "512.00"]), None);
    }

    #[test]
    fn n48_totals_without_a_word_in_front() {
        let kind_of = |cells: &[&str]| {
            let mut block = RawBlock::default();
            cells.iter().for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(1);
            let headings = ["Number", "Customer", "Amount"].map(str::to_owned).to_vec();
            let kinds = RowKinds::new(headings, vec![0, 2], vec![0], vec![], RowWords::default());
            kinds.with_amounts(vec![2]).kind(&block.row(0))
        };
        assert_eq!(kind_of(&["", "", "12.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["", "Acme Total", "12.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["", "**", "12.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["", "Acme", "12.00"]), None);
        assert_eq!(kind_of(&["INV-1", "Acme Total", "12.00"]), None);
        assert_eq!(kind_of(&["", "", "n/a"]), Some(RowKind::Section));
    }

    #[test]
    fn n48_a_total_names_its_group() {
        for label in ["Total Acme", "total for Acme", "Acme Total", "Total - Acme", "Acme  subtotal"] {
            assert_eq!(totalled_group(label), Some("Acme"), "{label}");
        }
        for label in ["Total", "Total ", "TOTAL", "**", "Totally"] {
            assert_eq!(totalled_group(label), None, "{label}");
        }
    }

    #[test]
    fn words_where_a_date_belongs_are_no_data() {
        let kind_of = |cells: &[&str]| {
            let mut block = RawBlock::default();
            cells.iter().for_each(|cell| block.push_cell(cell, RawKind::Text));
            block.end_row(1);
            let headings = ["Date", "Contact", "Debit"].map(str::to_owned).to_vec();
            RowKinds::new(headings, vec![0], vec![], vec![0], RowWords::default()).kind(&block.row(0))
        };
        assert_eq!(kind_of(&["120 - Accounts Receivable", "", ""]), Some(RowKind::Section));
        assert_eq!(kind_of(&["Opening Balance", "", "500.00"]), Some(RowKind::Opening));
        assert_eq!(kind_of(&["Total 120", "", "500.00"]), Some(RowKind::Total));
        assert_eq!(kind_of(&["Closing Balance", "", "500.00"]), Some(RowKind::Closing));
        assert_eq!(kind_of(&["27 Jun 2025", "Opening Balance Ltd", "500.00"]), None);
        for (text, kind) in [
            ("Solde en début de période", RowKind::Opening),
            ("Solde en fin de période", RowKind::Closing),
            ("Anfangssaldo", RowKind::Opening),
            ("Eindsaldo", RowKind::Closing),
        ] {
            assert_eq!(kind_of(&[text, "", "500.00"]), Some(kind), "{text}");
        }
    }

    #[test]
    fn n21_n22_page_heads_and_footers() {
        assert_eq!(kind_of(&["Number", "Customer", "Amount"]), Some(RowKind::PageHead));
        assert_eq!(kind_of(&["-----", "-----", "-----"]), Some(RowKind::PageHead));
        assert_eq!(kind_of(&["Page 2 of 7"]), Some(RowKind::PageHead));
        assert_eq!(kind_of(&["End of report"]), Some(RowKind::Footer));
        assert_eq!(kind_of(&["Record count", "1204"]), Some(RowKind::Footer));
        let stamp = "Friday, November 06, 2026 09:14 AM GMT-05:00 - Accrual Basis";
        assert_eq!(kind_of(&[stamp]), Some(RowKind::Footer));
        assert_eq!(kind_of(&["Friday, Sons & Co", "", ""]), Some(RowKind::Section));
        assert_eq!(kind_of(&["Acme Ltd", "", ""]), Some(RowKind::Section));
        assert_eq!(kind_of(&["Opening Balance", "", "500.00"]), None);
        assert_eq!(kind_of(&["", "Opening Balance", "500.00"]), Some(RowKind::Opening));
        assert_eq!(kind_of(&["INV-2", "Acme"]), None);
    }
}
