//! The binary workbook is written by hand: no writer for it exists.

use super::tests::{code, merged_away, read};
use crate::load::raw::{Limits, RawKind};
use std::fs::File;
use std::io::Write as _;
use std::path::PathBuf;
use tempfile::TempDir;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = if kind < 128 { vec![kind as u8] } else { vec![(kind & 0x7F) as u8 | 0x80, (kind >> 7) as u8] };
    // One byte of length is enough for every record here.
    bytes.push(u8::try_from(data.len()).ok().filter(|length| *length < 128).unwrap());
    bytes.extend_from_slice(data);
    bytes
}

fn wide(text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&(text.len() as u32).to_le_bytes()[..], &units].concat()
}

fn at(column: u32, rest: &[&[u8]]) -> Vec<u8> {
    [&column.to_le_bytes()[..], &[0; 4], &rest.concat()].concat()
}

fn save(cells: &[Vec<u8>]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hand.xlsb");
    let sheet = record(0x9C, &[&[0; 4][..], &1_u32.to_le_bytes(), &wide("r1"), &wide("Data")].concat());
    let book =
        [record(0x83, &[]), record(0x8F, &[]), sheet, record(0x90, &[]), record(0x9D, &[0; 4]), record(0x84, &[])];
    let head = [record(0x81, &[]), record(0x94, &[0; 16]), record(0x91, &[])];
    let sheet = [head.concat(), cells.concat(), record(0x92, &[]), record(0x82, &[])].concat();
    let relations =
        r#"<Relationships><Relationship Id="r1" Type="worksheet" Target="worksheets/sheet1.bin"/></Relationships>"#;
    let mut zip = zip::ZipWriter::new(File::create(&path).unwrap());
    for (name, part) in [
        ("xl/workbook.bin", book.concat()),
        ("xl/_rels/workbook.bin.rels", relations.as_bytes().to_vec()),
        ("xl/worksheets/sheet1.bin", sheet),
    ] {
        zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(&part).unwrap();
    }
    zip.finish().unwrap();
    (folder, path)
}

fn row(number: u32) -> Vec<u8> {
    record(0x00, &[&number.to_le_bytes()[..], &[0; 8]].concat())
}

fn real(column: u32, number: f64) -> Vec<u8> {
    record(0x05, &at(column, &[&number.to_le_bytes()]))
}

/// The formula 1, which is the token 1E and a 16-bit number.
const FORMULA: [u8; 11] = [3, 0, 0, 0, 0x1E, 1, 0, 0, 0, 0, 0];

#[test]
fn n42_error_formulas_of_xlsb_are_not_blank() {
    let number = record(0x09, &at(1, &[&2.5_f64.to_le_bytes(), &[0; 2], &FORMULA]));
    let error = record(0x0B, &at(2, &[&[0x17], &[0; 2], &FORMULA]));
    let plain_error = record(0x03, &at(3, &[&[0x2A]]));
    let (_folder, path) = save(&[row(0), real(0, 1.0), number, error, plain_error, row(1), real(0, 2.0)]);
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.texts(0), ["1", "2.5", "#ERROR!", "#N/A"]);
    assert_eq!(found.rows[0].1[2].1, RawKind::Error);
    assert_eq!((found.rows[1].0, found.texts(1)), (2, vec!["2"]));
    assert_eq!((found.facts.format, found.facts.notes.len()), ("xlsb", 0));
}

#[test]
fn n31_n32_wrong_places_in_xlsb() {
    let far = save(&[row(0), real(0, 1.0), real(u32::MAX, 1.0)]);
    assert_eq!(code(read(&far.1, None, &Limits::default())).0, "T1111");
    let shared = save(&[row(0), record(0x07, &at(0, &[&7_u32.to_le_bytes()]))]);
    assert_eq!(code(read(&shared.1, None, &Limits::default())).0, "T1109");
}

#[test]
fn n46_merged_cells_of_xlsb() {
    let merged = record(0xB0, &[0_u32, 2, 1, 1].map(u32::to_le_bytes).concat());
    let (_folder, path) = save(&[row(0), real(0, 1.0), row(1), real(0, 2.0), row(2), real(1, 3.0), merged]);
    assert_eq!(merged_away(&path), [(2, 1, '^'), (3, 1, '^')]);
}

#[test]
fn formulas_that_cannot_be_taken_apart_are_said() {
    let strange = [3, 0, 0, 0, 0x00, 1, 0, 0, 0, 0, 0];
    let number = record(0x09, &at(1, &[&2.5_f64.to_le_bytes(), &[0; 2], &strange]));
    let (_folder, path) = save(&[row(0), real(0, 1.0), number]);
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!(found.texts(0), ["1", "2.5"]);
    assert_eq!(found.facts.notes[0].code, "T1109");
}
