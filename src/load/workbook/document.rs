//! Looks at the content of an ods workbook (OpenDocument 1.2, part 1, section 9) while it is inflated for the first
//! time: repeated cells and rows, which the library writes out one by one, merged cells, and what is hidden.

use super::scan::Hidden;
use crate::diag::Result;
use crate::load::raw::{Limits, Merged};
use std::collections::BTreeMap;

/// The columns and rows up to which the library writes repeated cells out.
const COLUMNS: u64 = 16_384;
const ROWS: u64 = 1_048_576;
/// The longest tag that is followed; the guard of the part has refused what is longer by then.
const LONGEST_TAG: usize = 64 * 1024 * 1024;

/// How deep elements may stand within each other; spreadsheet programs need about a dozen.
const DEEPEST: usize = 256;

/// Attributes that become texts.
const TEXTS: [&str; 4] = ["office:string-value", "office:date-value", "office:time-value", "table:formula"];

/// Reads the tags of the content, which arrives in pieces.
pub(super) struct DocumentScan<'a> {
    name_shown: &'a str,
    limits: &'a Limits,
    state: State,
    tag: Vec<u8>,
    /// Bytes of text since the last tag.
    text: u64,
    nesting: Nesting,
    table: Table,
    asked: Asked,
    pub(super) hidden: BTreeMap<String, Hidden>,
    pub(super) merged: BTreeMap<String, Vec<Merged>>,
}

/// Where in the XML a piece ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    /// Within a value, between two of these quotes.
    Value(u8),
    /// Within a comment, a section or an instruction, which ends with these bytes before `>`.
    Passed(&'static [u8]),
}

/// What all tables together ask of the library.
#[derive(Default)]
struct Asked {
    grid: u64,
    text: u64,
    merged: u64,
}

/// The table that is being read.
#[derive(Default)]
struct Table {
    name: String,
    /// Rows before the one that is being read, the repeated ones counted.
    rows: u64,
    /// How often the row stands there, and how many columns it has so far.
    repeated: u64,
    column: u64,
    /// Where the last cell of the row ends that is not blank; and the cells that wait to be known as such.
    filled: u64,
    open: Option<OpenCell>,
    /// Whether the row is hidden.
    is_hidden: bool,
    /// The last row and column with something in them, and how many cells all rows have, each row once.
    last_row: u64,
    width: u64,
    cells: u64,
    hidden: Hidden,
    merged: Vec<Merged>,
}

/// A cell whose end has not come yet.
struct OpenCell {
    from: u64,
    repeated: u64,
    is_filled: bool,
    text: u64,
}

impl<'a> DocumentScan<'a> {
    pub(super) fn new(name_shown: &'a str, limits: &'a Limits) -> DocumentScan<'a> {
        DocumentScan {
            name_shown,
            limits,
            state: State::Text,
            tag: Vec::new(),
            text: 0,
            nesting: Nesting::default(),
            table: Table::default(),
            asked: Asked::default(),
            hidden: BTreeMap::new(),
            merged: BTreeMap::new(),
        }
    }

    /// Takes the next piece.
    ///
    /// # Errors
    /// T1101 over a limit, T1109 for XML that no spreadsheet program writes.
    pub(super) fn feed(&mut self, bytes: &[u8]) -> Result<()> {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = match self.state {
                State::Text => self.text(rest),
                _ => self.tag(rest)?,
            };
        }
        Ok(())
    }

    /// The content has ended.
    ///
    /// # Errors
    /// T1109 where something is still open: the library would look for its end for ever.
    pub(super) fn finish(&self) -> Result<()> {
        if self.state != State::Text {
            return Err(self.broke("has a tag without an end"));
        }
        match self.nesting.innermost() {
            Some(name) => Err(self.broke(&format!("has no end of <{name}>"))),
            None => Ok(()),
        }
    }

    fn text<'b>(&mut self, bytes: &'b [u8]) -> &'b [u8] {
        let end = memchr::memchr(b'<', bytes);
        self.text += end.unwrap_or(bytes.len()) as u64;
        match end {
            Some(end) => {
                self.state = State::Tag;
                &bytes[end + 1..]
            }
            None => &[],
        }
    }

    fn tag<'b>(&mut self, bytes: &'b [u8]) -> Result<&'b [u8]> {
        for (at, byte) in bytes.iter().enumerate() {
            match (self.state, byte) {
                (State::Value(quote), _) if *byte == quote => self.state = State::Tag,
                (State::Tag, b'"' | b'\'') => self.state = State::Value(*byte),
                (State::Tag, b'>') => {
                    self.tag_ended()?;
                    return Ok(&bytes[at + 1..]);
                }
                (State::Passed(end), b'>') if self.tag.ends_with(end) => {
                    self.tag.clear();
                    self.state = State::Text;
                    return Ok(&bytes[at + 1..]);
                }
                _ => {}
            }
            self.tag.push(*byte);
            if self.state == State::Tag {
                self.state = self.after_start()?;
            }
            if self.tag.len() > LONGEST_TAG {
                return Err(self.broke("has a tag without an end"));
            }
        }
        Ok(&[])
    }

    /// What begins with `<`: most of it is a tag.
    fn after_start(&self) -> Result<State> {
        match self.tag.as_slice() {
            b"!--" => Ok(State::Passed(b"--")),
            b"![CDATA[" => Ok(State::Passed(b"]]")),
            b"?" => Ok(State::Passed(b"?")),
            [b'!', rest @ ..] if !b"--".starts_with(rest) && !b"[CDATA[".starts_with(rest) => {
                Err(self.broke("has a document type"))
            }
            _ => Ok(State::Tag),
        }
    }

    fn broke(&self, how: &str) -> crate::diag::Problem {
        super::broke(self.name_shown, &format!("its part content.xml {how}"))
    }

    fn tag_ended(&mut self) -> Result<()> {
        self.state = State::Text;
        let whole = std::mem::take(&mut self.tag);
        let text = std::mem::take(&mut self.text);
        if let Some(cell) = &mut self.table.open {
            cell.text += text;
            cell.is_filled |= text > 0;
        }
        let tag = Tag::new(&whole);
        self.nest(&tag)?;
        match (tag.name, tag.is_end) {
            ("table:table", false) if !tag.is_empty => {
                self.table = Table { name: tag.value("table:name").unwrap_or_default(), ..Table::default() };
            }
            ("table:table", true) => self.table_ended()?,
            ("table:table-column", false) if tag.is_hidden() => self.table.hidden.columns += 1,
            ("table:table-row", false) => self.table.row(&tag),
            ("table:table-cell" | "table:covered-table-cell", false) => self.table.cell(&tag),
            (_, false) => self.table.inside(),
            _ => {}
        }
        if matches!(tag.name, "table:table-cell" | "table:covered-table-cell") && (tag.is_end || tag.is_empty) {
            let written = self.table.cell_ended();
            self.asked.text = self.asked.text.saturating_add(written);
        }
        if tag.name == "table:table-row" && (tag.is_end || tag.is_empty) {
            self.table.row_ended();
        }
        self.tag = whole;
        self.tag.clear();
        self.within()
    }

    fn nest(&mut self, tag: &Tag<'_>) -> Result<()> {
        if tag.is_end {
            return match self.nesting.leave(tag.name) {
                true => Ok(()),
                false => Err(self.broke(&format!("has an end of <{}> where something else is open", tag.name))),
            };
        }
        if !tag.is_empty {
            self.nesting.enter(tag.name);
        }
        match self.nesting.depth() > DEEPEST {
            true => Err(self.broke(&format!("has more than {DEEPEST} elements within each other"))),
            false => Ok(()),
        }
    }

    fn table_ended(&mut self) -> Result<()> {
        let table = std::mem::take(&mut self.table);
        self.asked.grid = self.asked.grid.saturating_add(table.size());
        self.asked.merged += table.merged.len() as u64;
        if table.hidden != Hidden::default() {
            self.hidden.insert(table.name.clone(), table.hidden);
        }
        if !table.merged.is_empty() {
            self.merged.insert(table.name, table.merged);
        }
        Ok(())
    }

    fn within(&self) -> Result<()> {
        let limits = self.limits;
        let grid = self.asked.grid.saturating_add(self.table.size());
        let merged = self.asked.merged + self.table.merged.len() as u64;
        let figures = [
            ("cells of the tables, the repeated ones counted", grid, limits.grid_cells, "grid_cells"),
            ("characters of the tables' texts", self.asked.text, limits.grid_text, "grid_text"),
            ("merged ranges", merged, limits.merged as u64, "merged"),
        ];
        super::all_within(self.name_shown, figures)
    }
}

/// The elements that are open, outermost first: their names behind each other, and where each starts.
#[derive(Default)]
struct Nesting {
    names: String,
    starts: Vec<usize>,
}

impl Nesting {
    fn depth(&self) -> usize {
        self.starts.len()
    }

    fn innermost(&self) -> Option<&str> {
        self.starts.last().map(|start| &self.names[*start..])
    }

    fn enter(&mut self, name: &str) {
        self.starts.push(self.names.len());
        self.names.push_str(name);
    }

    /// Whether this was the innermost one.
    fn leave(&mut self, name: &str) -> bool {
        if self.innermost() != Some(name) {
            return false;
        }
        self.names.truncate(self.starts.pop().unwrap_or_default());
        true
    }
}

impl Table {
    /// What the library makes room for: the rectangle up to the last cell, and each row as it stands in the file.
    fn size(&self) -> u64 {
        self.last_row.saturating_mul(self.width).max(self.cells)
    }

    fn row(&mut self, tag: &Tag<'_>) {
        (self.column, self.filled) = (0, 0);
        self.repeated = tag.count("table:number-rows-repeated").min(ROWS);
        self.is_hidden = tag.is_hidden();
    }

    fn row_ended(&mut self) {
        let is_filled = self.filled > 0;
        if is_filled {
            self.last_row = self.rows.saturating_add(self.repeated);
            self.width = self.width.max(self.filled);
            self.cells = self.cells.saturating_add(self.filled);
            self.hidden.rows += if self.is_hidden { self.repeated } else { 0 };
        }
        self.rows = self.rows.saturating_add(self.repeated);
        (self.column, self.filled) = (0, 0);
    }

    fn cell(&mut self, tag: &Tag<'_>) {
        let repeated = tag.count("table:number-columns-repeated");
        let is_filled = tag.attributes().any(|(name, _)| name.starts_with("office:") || name == "table:formula");
        let texts = tag.attributes().filter(|(name, _)| TEXTS.contains(name));
        let text = texts.map(|(_, value)| value.len() as u64).sum();
        self.span(tag);
        self.open = Some(OpenCell { from: self.column, repeated, is_filled, text });
    }

    fn span(&mut self, tag: &Tag<'_>) {
        let (columns, rows) = (tag.count("table:number-columns-spanned"), tag.count("table:number-rows-spanned"));
        if columns <= 1 && rows <= 1 {
            return;
        }
        let last = |first: u64, count: u64| u32::try_from(first.saturating_add(count) - 1).unwrap_or(u32::MAX);
        let (first_row, first_column) = (last(self.rows, 2), last(self.column, 1));
        self.merged.push(Merged {
            rows: (first_row, last(self.rows.saturating_add(1), rows.max(1))),
            columns: (first_column, last(self.column, columns.max(1))),
        });
    }

    /// Something stands inside the cell that is open.
    fn inside(&mut self) {
        if let Some(cell) = &mut self.open {
            cell.is_filled = true;
        }
    }

    /// Ends the cell that is open, and says how many characters the library will write out for it.
    fn cell_ended(&mut self) -> u64 {
        let Some(cell) = self.open.take() else { return 0 };
        self.column = cell.from.saturating_add(cell.repeated).min(COLUMNS);
        if !cell.is_filled {
            return 0;
        }
        self.filled = self.column;
        cell.text.saturating_mul(self.column.saturating_sub(cell.from)).saturating_mul(self.repeated.max(1))
    }
}

/// A tag, from behind `<` to before `>`.
struct Tag<'a> {
    name: &'a str,
    is_end: bool,
    is_empty: bool,
    rest: &'a str,
}

impl<'a> Tag<'a> {
    fn new(bytes: &'a [u8]) -> Tag<'a> {
        // What is no UTF-8 the library refuses.
        let text = std::str::from_utf8(bytes).unwrap_or_default();
        let (is_end, text) = text.strip_prefix('/').map_or((false, text), |text| (true, text));
        let (is_empty, text) = text.strip_suffix('/').map_or((false, text), |text| (true, text));
        let (name, rest) = text.split_once(|c: char| c.is_ascii_whitespace()).unwrap_or((text, ""));
        Tag { name, is_end, is_empty, rest }
    }

    /// Names and values as they are written.
    fn attributes(&self) -> impl Iterator<Item = (&'a str, &'a str)> + use<'a> {
        let mut rest = self.rest;
        std::iter::from_fn(move || {
            let (name, behind) = rest.split_once('=')?;
            let behind = behind.trim_start();
            let quote = behind.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            let (value, next) = behind[1..].split_once(quote)?;
            rest = next;
            Some((name.trim(), value))
        })
    }

    fn value(&self, name: &str) -> Option<String> {
        let found = self.attributes().find(|(known, _)| *known == name);
        found.map(|(_, value)| super::archive::unescape(value))
    }

    /// A count; one where there is none. One that is no number the library refuses.
    fn count(&self, name: &str) -> u64 {
        let found = self.attributes().filter(|(known, _)| *known == name);
        found.map(|(_, value)| value.trim().parse().unwrap_or(0)).max().unwrap_or(1)
    }

    fn is_hidden(&self) -> bool {
        self.attributes().any(|(name, value)| name == "table:visibility" && matches!(value, "collapse" | "filter"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scan<'a>(xml: &str, piece: usize, limits: &'a Limits) -> Result<DocumentScan<'a>> {
        let mut scan = DocumentScan::new("a.ods", limits);
        for bytes in xml.as_bytes().chunks(piece) {
            scan.feed(bytes)?;
        }
        scan.finish()?;
        Ok(scan)
    }

    fn edge(xml: &str, key: &str, needed: u64, set: impl Fn(u64) -> Limits) {
        for piece in [1, 7, 4096] {
            assert!(scan(xml, piece, &set(needed)).is_ok(), "{key} = {needed}");
            let problem = scan(xml, piece, &set(needed - 1)).err().expect("a refusal");
            assert_eq!(problem.findings[0].code, "T1101");
            assert!(problem.to_string().contains(&format!("`{key}`")), "{problem}");
        }
    }

    fn table(rows: &str) -> String {
        format!(
            r#"<?xml version="1.0"?><office:spreadsheet><table:table table:name="A &amp; B">{rows}</table:table></office:spreadsheet>"#
        )
    }

    const ONE: &str = r#"<table:table-cell office:value-type="float" office:value="1"/>"#;

    #[test]
    fn n27_repeated_cells_and_rows_are_counted_in_any_pieces() {
        let cells = |grid_cells| Limits { grid_cells, ..Limits::default() };
        let wide = r#"<table:table-row><table:table-cell table:number-columns-repeated='300' office:value="1"/></table:table-row>"#;
        edge(&table(wide), "grid_cells", 300, cells);
        let long = format!(r#"<table:table-row table:number-rows-repeated="5000">{ONE}{ONE}</table:table-row>"#);
        edge(&table(&long), "grid_cells", 10_000, cells);
        // Rows of their own are written out one by one, however narrow the others are; empty ones up to the last.
        let gap = format!(
            r#"<table:table-row>{ONE}</table:table-row><table:table-row table:number-rows-repeated="98"><table:table-cell table:number-columns-repeated="1024"/></table:table-row><table:table-row>{ONE}</table:table-row>"#
        );
        edge(&table(&gap), "grid_cells", 100, cells);
        // What is blank to the end of the sheet costs nothing, and a repeat is taken for what the library makes of it.
        let blank = r#"<table:table-row table:number-rows-repeated="1048576"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#;
        assert!(scan(&table(blank), 4096, &cells(0)).is_ok());
        let most = r#"<table:table-row><table:table-cell table:number-columns-repeated="100000000"><text:p>x</text:p></table:table-cell></table:table-row>"#;
        edge(&table(most), "grid_cells", 16_384, cells);
    }

    #[test]
    fn repeats_cannot_be_hidden_from_the_count() {
        let cells = |grid_cells| Limits { grid_cells, ..Limits::default() };
        for cell in [
            // In another value, behind a sign that ends no tag, behind a comment with a quote, given twice.
            r#"<table:table-cell table:formula=" table:number-columns-repeated='1' " table:number-columns-repeated="9"/>"#,
            r#"<table:table-cell table:formula="a>b" table:number-columns-repeated="9"/>"#,
            r#"<!-- " > ' --><table:table-cell table:formula="a" table:number-columns-repeated="9"/>"#,
            r#"<![CDATA[ " ]] > ' ]]><table:table-cell table:number-columns-repeated="9" office:value="2"/>"#,
            r#"<table:table-cell table:formula="a" table:number-columns-repeated="1" table:number-columns-repeated="9"/>"#,
            "<table:table-cell\ntable:number-columns-repeated\n=\n'9'\n><text:p>1</text:p></table:table-cell>",
        ] {
            edge(&table(&format!("<table:table-row>{cell}</table:table-row>")), "grid_cells", 9, cells);
        }
        let problem = scan("<!DOCTYPE x [<!ENTITY a 'b'>]>", 3, &Limits::default()).err().unwrap();
        assert_eq!(problem.findings[0].code, "T1109");
    }

    #[test]
    fn what_is_open_at_the_end_is_refused() {
        let open = |xml: &str| scan(xml, 3, &Limits::default()).err().expect("a refusal").to_string();
        let one = table(&format!("<table:table-row>{ONE}</table:table-row>"));
        for (gone, told) in [
            ("</table:table>", "an end of <office:spreadsheet> where something else is open"),
            ("</table:table-row>", "an end of <table:table> where something else is open"),
            ("</office:spreadsheet>", "no end of <office:spreadsheet>"),
            ("<table:table-row>", "an end of <table:table-row> where something else is open"),
            ("spreadsheet>", "a tag without an end"),
        ] {
            let at = one.rfind(gone).unwrap();
            let problem = open(&format!("{}{}", &one[..at], &one[at + gone.len()..]));
            assert!(problem.contains("T1109") && problem.contains(told), "{gone}: {problem}");
        }
        let deep = |depth: usize| format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(scan(&deep(DEEPEST), 4096, &Limits::default()).is_ok());
        assert!(open(&deep(DEEPEST + 1)).contains("256 elements within each other"));
    }

    #[test]
    fn texts_are_counted_as_often_as_they_are_written_out() {
        let text = r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="4"><text:p>abcde</text:p></table:table-cell></table:table-row>"#;
        let texts = |grid_text| Limits { grid_text, ..Limits::default() };
        edge(&table(text), "grid_text", 5 * 12, texts);
        let formula = r#"<table:table-row><table:table-cell table:number-columns-repeated="3" table:formula="=A1" office:value="1"/></table:table-row>"#;
        edge(&table(formula), "grid_text", 3 * 3, texts);
    }

    #[test]
    fn n46_n45_merged_and_hidden_of_ods() {
        let rows = format!(
            r#"<table:table-column table:visibility="collapse"/><table:table-row>{ONE}<table:table-cell table:number-columns-spanned="2" table:number-rows-spanned="1" office:value="1"/><table:covered-table-cell/></table:table-row><table:table-row table:visibility="filter" table:number-rows-repeated="2">{ONE}</table:table-row><table:table-row><table:table-cell table:number-columns-spanned="1" table:number-rows-spanned="3" office:value="1"/></table:table-row>"#
        );
        let limits = Limits::default();
        let found = scan(&table(&rows), 5, &limits).unwrap();
        let expected = [Merged { rows: (1, 1), columns: (1, 2) }, Merged { rows: (4, 6), columns: (0, 0) }];
        assert_eq!(found.merged["A & B"], expected);
        assert_eq!(found.hidden["A & B"], Hidden { rows: 2, columns: 1 });
        edge(&table(&rows), "merged", 2, |merged| Limits { merged: merged as usize, ..Limits::default() });
    }
}
