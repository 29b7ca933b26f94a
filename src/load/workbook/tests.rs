//! Workbooks, good and bad.

use super::*;
use crate::load::raw::RawKind;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};
use std::io::Write as _;
use std::path::PathBuf;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

const TYPES: &str = r#"<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const ROOT: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r0" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/></cellXfs></styleSheet>"#;
const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// A workbook of one sheet, written by hand: `data` is what stands inside `sheetData`.
struct Hand {
    data: String,
    properties: &'static str,
    strings: Option<&'static str>,
    head: &'static str,
    behind: String,
    more: Vec<(&'static str, Vec<u8>)>,
}

fn hand(data: &str) -> Hand {
    Hand { data: data.to_owned(), properties: "", strings: None, head: "", behind: String::new(), more: Vec::new() }
}

impl Hand {
    fn save(&self, folder: &TempDir) -> PathBuf {
        let path = folder.path().join("hand.xlsx");
        let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
        let mut part = |name: &str, content: &[u8]| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content).unwrap();
        };
        let book = format!(
            r#"<workbook xmlns="{MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">{}<sheets><sheet name="Data" sheetId="1" r:id="r1"/></sheets></workbook>"#,
            self.properties
        );
        let sheet = format!(
            r#"{}<worksheet xmlns="{MAIN}"><sheetData>{}</sheetData>{}</worksheet>"#,
            self.head, self.data, self.behind
        );
        part("[Content_Types].xml", TYPES.as_bytes());
        part("_rels/.rels", ROOT.as_bytes());
        part("xl/workbook.xml", book.as_bytes());
        part("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes());
        part("xl/styles.xml", STYLES.as_bytes());
        part("xl/worksheets/sheet1.xml", sheet.as_bytes());
        if let Some(strings) = self.strings {
            part("xl/sharedStrings.xml", format!(r#"<sst xmlns="{MAIN}">{strings}</sst>"#).as_bytes());
        }
        for (name, content) in &self.more {
            part(name, content);
        }
        zip.finish().unwrap();
        path
    }

    fn read(&self) -> Result<Found> {
        self.read_with(&Limits::default())
    }

    fn read_with(&self, limits: &Limits) -> Result<Found> {
        let folder = tempfile::tempdir().unwrap();
        read(&self.save(&folder), None, limits)
    }
}

/// A workbook of one sheet: what stands inside `sheetData`, and behind it.
pub(super) fn saved_sheet(data: &str, behind: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Hand { behind: behind.to_owned(), ..hand(data) }.save(&folder);
    (folder, path)
}

#[derive(Debug)]
pub(super) struct Found {
    pub(super) rows: Vec<(u32, Vec<(String, RawKind)>)>,
    pub(super) facts: SourceFacts,
}

impl Found {
    pub(super) fn texts(&self, row: usize) -> Vec<&str> {
        self.rows[row].1.iter().map(|cell| cell.0.as_str()).collect()
    }
}

pub(super) fn read(path: &Path, sheet: Option<&str>, limits: &Limits) -> Result<Found> {
    let mut source = open(path, "hand.xlsx", sheet, limits)?;
    let mut rows = Vec::new();
    while let Some(work) = source.next_block()? {
        let block = work()?;
        rows.extend(
            block.rows().map(|row| (row.place, row.cells().map(|cell| (cell.text.to_owned(), cell.kind)).collect())),
        );
    }
    Ok(Found { rows, facts: source.facts() })
}

/// The cells that are merged with one above (`^`) or to the left (`<`), by the number of their row and column.
pub(super) fn merged_away(path: &Path) -> Vec<(u32, usize, char)> {
    let mut source = open(path, "hand.xlsx", None, &Limits::default()).unwrap();
    let mut found = Vec::new();
    while let Some(work) = source.next_block().unwrap() {
        for row in work().unwrap().rows() {
            for column in 0..10 {
                found.extend(row.merged_from_above(column).map(|_| (row.place, column, '^')));
                found.extend(row.merged_from_left(column).map(|_| (row.place, column, '<')));
            }
        }
    }
    found
}

pub(super) fn code(result: Result<Found>) -> (&'static str, String) {
    let problem = result.unwrap_err();
    (problem.findings[0].code, problem.to_string())
}

fn saved(workbook: &mut Workbook) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("book.xlsx");
    workbook.save(&path).unwrap();
    (folder, path)
}

#[test]
fn an_ordinary_workbook() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.set_name("Items").unwrap();
    sheet.write(0, 0, "Item").unwrap().write(0, 1, "Amount").unwrap().write(0, 2, "Date").unwrap();
    sheet.write(1, 0, "0010").unwrap().write(1, 1, 1234.56).unwrap();
    let date = ExcelDateTime::from_ymd(2026, 10, 31).unwrap();
    sheet.write_with_format(1, 2, &date, &Format::new().set_num_format("yyyy-mm-dd")).unwrap();
    sheet.write(3, 1, -7).unwrap().write(3, 3, true).unwrap();
    sheet.write_with_format(3, 4, 30.25, &Format::new().set_num_format("[h]:mm")).unwrap();
    let (_folder, path) = saved(&mut workbook);
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.texts(0), ["Item", "Amount", "Date"]);
    assert_eq!(found.texts(1), ["0010", "1234.56", "2026-10-31"]);
    let kinds: Vec<RawKind> = found.rows[1].1.iter().map(|cell| cell.1).collect();
    assert_eq!(kinds, [RawKind::Text, RawKind::Number, RawKind::Date]);
    // The empty row is not there, and the one below keeps its number.
    assert_eq!((found.rows[2].0, found.texts(2)), (4, vec!["", "-7", "", "true", "30.25"]));
    assert_eq!((found.facts.format, found.facts.sheet.as_str()), ("xlsx", "Items"));
    assert_eq!(found.facts.sha256.len(), 64);
    assert_eq!(found.facts.notes, []);
}

#[test]
fn a_long_sheet_comes_in_blocks() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let text = "x".repeat(1000);
    for row in 0..3_000 {
        sheet.write(row, 0, &text).unwrap().write(row, 1, row).unwrap();
    }
    let (_folder, path) = saved(&mut workbook);
    let mut source = open(&path, "a.xlsx", None, &Limits::default()).unwrap();
    let (mut blocks, mut rows) = (0, 0);
    while let Some(work) = source.next_block().unwrap() {
        let block = work().unwrap();
        blocks += 1;
        rows += block.len();
        assert!(block.bytes() < 2 * 1024 * 1024);
    }
    assert!(blocks > 2);
    assert_eq!(rows, 3_000);
}

#[test]
fn a_source_that_is_dropped_early_ends_its_thread() {
    let data: String = (1..=20_000).map(|row| format!(r#"<row r="{row}"><c r="A{row}"><v>1</v></c></row>"#)).collect();
    let folder = tempfile::tempdir().unwrap();
    let source = open(&hand(&data).save(&folder), "a.xlsx", None, &Limits::default()).unwrap();
    drop(source);
}

#[test]
fn n27_far_cell_costs_nothing() {
    let data = r#"<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>"#;
    let found = hand(data).read().unwrap();
    assert_eq!((found.rows[0].0, found.texts(0)), (1, vec!["1"]));
    assert_eq!(found.rows[1].0, 1_048_576);
    assert_eq!(found.rows[1].1.len(), Limits::default().columns + 1);
    assert_eq!(found.rows[1].1.last().unwrap().0, "2");
}

/// Mebibytes of XML with hardly anything in them.
fn sparse_xml(mebibytes: usize) -> Vec<u8> {
    format!("<a/>{}", " ".repeat(4092)).repeat(mebibytes * 256).into_bytes()
}

#[test]
fn n28_zip_bomb() {
    let mut bomb = hand("");
    bomb.more.push(("xl/theme/bomb.xml", sparse_xml(12)));
    let (found, message) = code(bomb.read());
    assert_eq!(found, "T1101");
    assert!(message.contains("inflate_ratio"), "{message}");
    let generous = Limits { inflate_ratio: 2_000, ..Limits::default() };
    assert!(bomb.read_with(&generous).is_ok());
    let (found, message) = code(bomb.read_with(&Limits { inflated_bytes: 1024 * 1024, ..generous.clone() }));
    assert_eq!(found, "T1101");
    assert!(message.contains("inflated_bytes"), "{message}");
    let (found, message) = code(bomb.read_with(&Limits { zip_entries: 5, ..generous }));
    assert_eq!(found, "T1101");
    assert!(message.contains("zip_entries"), "{message}");
}

#[test]
fn n28_declared_sizes_that_lie() {
    let folder = tempfile::tempdir().unwrap();
    let mut bomb = hand("");
    bomb.more.push(("xl/theme/bomb.xml", sparse_xml(12)));
    let path = bomb.save(&folder);
    let mut bytes = std::fs::read(&path).unwrap();
    // The declared size in the central directory and in the local head becomes 16 bytes.
    let declared = (12_u32 * 1024 * 1024).to_le_bytes();
    let places: Vec<usize> = memchr::memmem::find_iter(&bytes, &declared).collect();
    for at in &places {
        bytes[*at..*at + 4].copy_from_slice(&16_u32.to_le_bytes());
    }
    assert!(!places.is_empty());
    std::fs::write(&path, bytes).unwrap();
    let (found, message) = code(read(&path, None, &Limits::default()));
    assert!(["T1101", "T1109"].contains(&found), "{message}");
}

#[test]
fn n29_entities_are_not_followed() {
    let mut workbook = hand(r#"<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>"#);
    workbook.head = r#"<!DOCTYPE worksheet [<!ENTITY y "yyyyyyyyyy"><!ENTITY x "&y;&y;&y;&y;">]>"#;
    assert_eq!(code(workbook.read()).0, "T1109");
    workbook.head = r#"<!DOCTYPE worksheet [<!ENTITY x SYSTEM "file:///etc/passwd">]>"#;
    assert_eq!(code(workbook.read()).0, "T1109");
}

#[test]
fn n30_many_attributes_and_deep_nesting_end_in_time() {
    let attributes: String = (0..200_000).map(|n| format!(" a{n}=\"\"")).collect();
    let started = std::time::Instant::now();
    let _ = hand(&format!(r#"<row r="1"><c r="A1"{attributes}><v>1</v></c></row>"#)).read();
    let _ = hand(&"<x>".repeat(300_000)).read();
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
}

#[test]
fn n31_shared_strings() {
    let mut workbook =
        hand(r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v/></c><c r="C1" t="s"><v>1</v></c></row>"#);
    workbook.strings = Some("<si><t>zero</t></si><si><t>one</t></si>");
    // An empty reference is blank, not text number 0.
    assert_eq!(workbook.read().unwrap().texts(0), ["zero", "", "one"]);
    workbook.data = r#"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>7</v></c></row>"#.to_owned();
    let (found, message) = code(workbook.read());
    assert_eq!(found, "T1109");
    assert!(message.contains("after cell A1"), "{message}");
    workbook.data = r#"<row r="1"><c r="A1" t="s"><v>-1</v></c></row>"#.to_owned();
    let (found, message) = code(workbook.read());
    assert_eq!(found, "T1109");
    assert!(message.contains("\"-1\""), "{message}");
}

#[test]
fn n32_positions_beyond_the_grid() {
    assert_eq!(code(hand(r#"<row r="1"><c r="XFE1"><v>1</v></c></row>"#).read()).0, "T1111");
    assert_eq!(code(hand(r#"<row r="1048577"><c r="A1048577"><v>1</v></c></row>"#).read()).0, "T1111");
    let overflowing = hand(r#"<row r="1"><c r="AAAAAAAAA1"><v>1</v></c></row>"#).read();
    assert!(["T1109", "T1111"].contains(&code(overflowing).0));
    let backwards = r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#;
    assert_eq!(code(hand(backwards).read()).0, "T1111");
}

#[test]
fn n33_1904() {
    let cell = |serial: u32| format!(r#"<row r="1"><c r="A1" s="1"><v>{serial}</v></c></row>"#);
    assert_eq!(hand(&cell(46_326)).read().unwrap().texts(0), ["2026-10-31"]);
    let mut workbook = hand(&cell(46_326 - 1_462));
    workbook.properties = r#"<workbookPr date1904="1"/>"#;
    assert_eq!(workbook.read().unwrap().texts(0), ["2026-10-31"]);
}

#[test]
fn n34_dates_that_never_were() {
    let data = r#"<row r="1"><c r="A1" s="1"><v>60</v></c><c r="B1" s="1"><v>0</v></c><c r="C1" s="1"><v>-5</v></c><c r="D1" s="2"><v>46326.5</v></c></row>"#;
    let found = hand(data).read().unwrap();
    assert_eq!(found.texts(0), ["#BAD-DATE", "#BAD-DATE", "#BAD-DATE", "2026-10-31 12:00:00"]);
    assert_eq!(found.rows[0].1[0].1, RawKind::Error);
}

#[test]
fn n37_n39_numbers() {
    let data = r#"<row r="1"><c r="A1"><v>0.30000000000000004</v></c><c r="B1"><v>1E21</v></c><c r="C1"><v>4111111111111111</v></c><c r="D1"><v>1.23457E+11</v></c></row>"#;
    let found = hand(data).read().unwrap();
    assert_eq!(found.texts(0), ["0.3", "1000000000000000000000", "4111111111111111", "123457000000"]);
}

#[test]
fn n42_error_cells() {
    let cells: String = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]
        .iter()
        .zip('A'..)
        .map(|(error, column)| format!(r#"<c r="{column}1" t="e"><v>{error}</v></c>"#))
        .collect();
    let found = hand(&format!(r#"<row r="1">{cells}</row>"#)).read().unwrap();
    assert_eq!(found.texts(0), ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"]);
    assert!(found.rows[0].1.iter().all(|cell| cell.1 == RawKind::Error));
}

#[test]
fn n43_not_calculated() {
    let data = r#"<row r="1"><c r="A1"><f>1+1</f></c><c r="B1"><f>1+1</f><v></v></c><c r="C1"><f>1+1</f><v/></c><c r="D1"><f>1+1</f><v>2</v></c><c r="E1" t="str"><f>""</f><v></v></c><c r="F1"/></row>"#;
    let found = hand(data).read().unwrap();
    // E1 was calculated: its value is an empty text.
    assert_eq!(found.texts(0), ["#NOT-CALCULATED", "#NOT-CALCULATED", "#NOT-CALCULATED", "2"]);
    assert_eq!(found.rows[0].1[0].1, RawKind::Error);
    assert_eq!(found.facts.notes[0].code, "T1107");
    assert!(found.facts.notes[0].message.starts_with("3 formula cells"));
}

#[test]
fn n44_links_to_other_workbooks() {
    let mut workbook = hand(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#);
    workbook.more.push(("xl/externalLinks/externalLink1.xml", b"<externalLink/>".to_vec()));
    assert_eq!(workbook.read().unwrap().facts.notes[0].code, "T1112");
}

#[test]
fn n45_hidden_rows_are_read_and_said() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write(0, 0, "Amount").unwrap().write(1, 0, 1).unwrap().write(2, 0, 2).unwrap();
    sheet.set_row_hidden(1).unwrap();
    sheet.set_column_hidden(5).unwrap();
    let (_folder, path) = saved(&mut workbook);
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.rows.len(), 3);
    assert_eq!(found.facts.notes[0].code, "T1108");
    assert!(found.facts.notes[0].message.contains("1 hidden row and 1 group"), "{}", found.facts.notes[0].message);
}

#[test]
fn n45_hidden_sheets_only_when_named() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Old").unwrap().set_hidden(true);
    workbook.add_worksheet().set_name("Lists").unwrap().set_very_hidden(true);
    let sheet = workbook.add_worksheet().set_name("New").unwrap();
    sheet.write(0, 0, "new").unwrap();
    sheet.set_active(true);
    let (_folder, path) = saved(&mut workbook);
    let listed = sheets(&path, "a.xlsx", &Limits::default()).unwrap();
    let seen: Vec<Visibility> = listed.iter().map(|sheet| sheet.visibility).collect();
    assert_eq!(seen, [Visibility::Hidden, Visibility::VeryHidden, Visibility::Visible]);
    assert_eq!(read(&path, None, &Limits::default()).unwrap().texts(0), ["new"]);
    let old = read(&path, Some("old"), &Limits::default()).unwrap();
    assert_eq!((old.rows.len(), old.facts.notes[0].code), (0, "T1108"));
}

#[test]
fn n51_sheet_missing() {
    let mut workbook = Workbook::new();
    workbook.add_worksheet().set_name("Transactions 10-2026").unwrap();
    workbook.add_worksheet().set_name("Notes").unwrap();
    let (_folder, path) = saved(&mut workbook);
    for wanted in [Some("Transactions"), None] {
        let (found, message) = code(read(&path, wanted, &Limits::default()));
        assert_eq!(found, "T1105");
        assert!(message.contains("\"Transactions 10-2026\", \"Notes\""), "{message}");
    }
    assert!(read(&path, Some("notes"), &Limits::default()).is_ok());
    let (found, _) = code(read(&path, None, &Limits { sheets: 1, ..Limits::default() }));
    assert_eq!(found, "T1101");
}

#[test]
fn sizes_are_limited() {
    let limits = Limits { workbook_bytes: 100, ..Limits::default() };
    let (found, message) = code(hand("").read_with(&limits));
    assert_eq!(found, "T1101");
    assert!(message.contains("workbook_bytes"));
}

#[test]
fn damaged_files_are_findings() {
    assert_eq!(code(hand("<row r=\"1\"><c r=\"A1\"><v>1</v></row>").read()).0, "T1109");
    assert_eq!(code(hand("<row r=\"one\"/><c r=\"1A\"><v>1</v></c>").read()).0, "T1109");
    let folder = tempfile::tempdir().unwrap();
    let path = hand(r#"<row r="1"><c r="A1"><v>1</v></c></row>"#).save(&folder);
    let whole = std::fs::read(&path).unwrap();
    for length in (0..whole.len()).step_by(37) {
        std::fs::write(&path, &whole[..length]).unwrap();
        assert!(read(&path, None, &Limits::default()).is_err(), "cut after {length}");
    }
}

#[test]
fn formulas_as_written_by_the_writer() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    sheet.write_formula(0, 0, Formula::new("=1+1").set_result("2")).unwrap();
    let (_folder, path) = saved(&mut workbook);
    assert_eq!(read(&path, None, &Limits::default()).unwrap().texts(0), ["2"]);
}

#[test]
fn ods_is_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.ods");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    let manifest = r#"<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>"#;
    let content = r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="Data"><table:table-row><table:table-cell office:value-type="string"><text:p>Amount</text:p></table:table-cell><table:table-cell office:value-type="date" office:date-value="2026-10-31"><text:p>31/10</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell office:value-type="float" office:value="12.5"><text:p>12.50</text:p></table:table-cell></table:table-row></table:table></office:spreadsheet></office:body></office:document-content>"#;
    for (name, part) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", manifest),
        ("content.xml", content),
    ] {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    let found = read(&path, Some("Data"), &Limits::default()).unwrap();
    assert_eq!(found.texts(0), ["Amount", "2026-10-31"]);
    assert_eq!(found.texts(1), ["12.5"]);
    let (found, message) = code(read(&path, None, &Limits { whole_workbook_bytes: 10, ..Limits::default() }));
    assert_eq!(found, "T1101", "{message}");
}
