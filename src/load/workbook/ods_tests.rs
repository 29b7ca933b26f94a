//! OpenDocument workbooks, written by hand: no writer for them is among the dependencies.

use super::tests::{code, merged_away, read};
use crate::load::raw::{Limits, RawKind};
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use tempfile::TempDir;

fn save(rows: &str) -> (TempDir, PathBuf) {
    let content = format!(
        r#"<?xml version="1.0"?><office:document-content><office:body><office:spreadsheet><table:table table:name="Data">{rows}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hand.ods");
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    for (name, part) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", content.as_str()),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(part.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
    (folder, path)
}

fn text(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

fn number(number: &str) -> String {
    format!(r#"<table:table-cell office:value-type="float" office:value="{number}"/>"#)
}

fn row(cells: &[String]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.concat())
}

#[test]
fn an_open_document_is_read_with_its_repeats() {
    let day = r#"<table:table-cell office:value-type="date" office:date-value="2026-10-31"/>"#;
    let twice = r#"<table:table-cell table:number-columns-repeated="2" office:value-type="float" office:value="7.5"/>"#;
    let blank = r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="1024"/></table:table-row>"#;
    let rows = [row(&[text("0010"), number("1234.56"), day.to_owned()]), blank.to_owned(), row(&[twice.to_owned()])];
    let (_folder, path) = save(&rows.concat());
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.texts(0), ["0010", "1234.56", "2026-10-31"]);
    assert_eq!(
        found.rows[0].1.iter().map(|cell| cell.1).collect::<Vec<_>>(),
        [RawKind::Text, RawKind::Number, RawKind::Date]
    );
    assert_eq!((found.rows[1].0, found.texts(1)), (5, vec!["7.5", "7.5"]));
    assert_eq!((found.facts.format, found.facts.notes.len()), ("ods", 0));
}

#[test]
fn n46_merged_cells_of_ods() {
    let wide = r#"<table:table-cell table:number-columns-spanned="2" office:value-type="string"><text:p>A</text:p></table:table-cell><table:covered-table-cell/>"#;
    let high = r#"<table:table-cell table:number-rows-spanned="2" office:value-type="string"><text:p>C1</text:p></table:table-cell>"#;
    let rows = [
        row(&[wide.to_owned(), text("B")]),
        row(&[high.to_owned(), number("1"), number("2")]),
        row(&["<table:covered-table-cell/>".to_owned(), number("3"), number("4")]),
    ];
    let (_folder, path) = save(&rows.concat());
    assert_eq!(merged_away(&path), [(1, 1, '<'), (3, 0, '^')]);
}

#[test]
fn n45_hidden_rows_of_ods() {
    let hidden = row(&[number("2")]).replace("<table:table-row>", r#"<table:table-row table:visibility="collapse">"#);
    let (_folder, path) = save(&[row(&[number("1")]), hidden].concat());
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.rows.len(), 2);
    assert!(found.facts.notes[0].message.contains("1 hidden row;"), "{}", found.facts.notes[0].message);
}

#[test]
fn n27_repeats_are_refused_before_they_are_written_out() {
    let many = row(&[number("1").replace("/>", r#" table:number-columns-repeated="16384"/>"#)])
        .replace("<table:table-row>", r#"<table:table-row table:number-rows-repeated="6200">"#);
    let (_folder, path) = save(&many);
    let (found, message) = code(read(&path, None, &Limits::default()));
    assert_eq!(found, "T1101");
    assert!(message.contains("101580800 is over the limit of 10000000"), "{message}");
    let limits = Limits { grid_cells: 200_000_000, cells: 5, ..Limits::default() };
    let small = row(&[number("1").replace("/>", r#" table:number-columns-repeated="6"/>"#)]);
    assert_eq!(code(read(&save(&small).1, None, &limits)).0, "T1101");
}

#[test]
fn a_table_without_an_end_is_refused() {
    let (_folder, path) = save("<table:table-row></table:table></office:spreadsheet><office:spreadsheet><table:table>");
    let (found, message) = code(read(&path, None, &Limits::default()));
    assert_eq!(found, "T1109");
    assert!(message.contains("content.xml has an end of <table:table> where something else is open"), "{message}");
}
