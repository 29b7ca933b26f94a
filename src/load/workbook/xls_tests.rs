//! The 97-2003 workbook is written by hand: no writer for it exists.

use super::tests::{code, read};
use crate::load::raw::{Limits, RawKind};
use std::path::PathBuf;
use tempfile::TempDir;

const END: u32 = 0xFFFF_FFFE;
const FREE: u32 = 0xFFFF_FFFF;

fn put(bytes: &mut [u8], at: usize, value: &[u8]) {
    bytes[at..at + value.len()].copy_from_slice(value);
}

fn entry(name: &str, kind: u8, child: u32, start: u32, size: u32) -> [u8; 128] {
    let mut entry = [0_u8; 128];
    let wide: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).collect();
    put(&mut entry, 0, &wide);
    put(&mut entry, 64, &(wide.len() as u16 + 2).to_le_bytes());
    put(&mut entry, 66, &[kind, 1]);
    put(&mut entry, 68, &[FREE.to_le_bytes(), FREE.to_le_bytes(), child.to_le_bytes()].concat());
    put(&mut entry, 116, &[start.to_le_bytes(), size.to_le_bytes()].concat());
    entry
}

/// A compound file whose only stream is eight sectors long: the shortest that needs no second allocation table.
fn compound(stream: &[u8]) -> Vec<u8> {
    let mut head = vec![0_u8; 512];
    put(&mut head, 0, &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]);
    put(&mut head, 24, &[0x3E, 0, 3, 0, 0xFE, 0xFF, 9, 0, 6, 0]);
    put(&mut head, 44, &[1_u32, 1, 0, 4096, END, 0, END, 0, 0].map(u32::to_le_bytes).concat());
    head[80..].fill(0xFF);
    let mut table = vec![0xFF_u8; 512];
    let chain = [0xFFFF_FFFD, END, 3, 4, 5, 6, 7, 8, 9, END];
    put(&mut table, 0, &chain.map(u32::to_le_bytes).concat());
    let directory =
        [entry("Root Entry", 5, 1, END, 0), entry("Workbook", 2, FREE, 2, 4096), [0; 128], [0; 128]].concat();
    let mut padded = stream.to_vec();
    padded.resize(4096, 0);
    [head, table, directory, padded].concat()
}

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    [&kind.to_le_bytes()[..], &(data.len() as u16).to_le_bytes(), data].concat()
}

fn start(kind: u8) -> Vec<u8> {
    record(0x0809, &[0, 6, kind, 0, 0, 0, 0xCC, 7, 0, 0, 0, 0, 6, 0, 0, 0])
}

fn cell(kind: u16, row: u16, column: u16, rest: &[u8]) -> Vec<u8> {
    let place = [row, column, 0].map(u16::to_le_bytes).concat();
    record(kind, &[&place[..], rest].concat())
}

fn save(in_1904_system: bool, cells: &[Vec<u8>]) -> (TempDir, PathBuf) {
    let format = record(0x00E0, &[0, 0, 14, 0].iter().copied().chain([0; 16]).collect::<Vec<u8>>());
    let front = [start(5), record(0x0022, &[u8::from(in_1904_system), 0]), format].concat();
    let sheet_at = (front.len() + 4 + 12 + 4) as u32;
    let name = record(0x0085, &[&sheet_at.to_le_bytes()[..], &[0, 0, 4, 0], b"Data"].concat());
    let stream = [front, name, record(0x0A, &[]), start(0x10), cells.concat(), record(0x0A, &[])].concat();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hand.xls");
    std::fs::write(&path, compound(&stream)).unwrap();
    (folder, path)
}

#[test]
fn an_old_workbook_is_read_whole() {
    let label = cell(0x0204, 1, 1, &[4, 0, 0, b'0', b'0', b'1', b'0']);
    let date = cell(0x0203, 1, 2, &46_326_f64.to_le_bytes());
    let error = cell(0x0205, 3, 1, &[0x17, 1]);
    let (_folder, path) = save(false, &[label, date, error]);
    let found = read(&path, None, &Limits::default()).unwrap();
    assert_eq!((found.rows[0].0, found.texts(0)), (2, vec!["", "0010", "2026-10-31"]));
    assert_eq!((found.rows[1].0, found.texts(1)), (4, vec!["", "#REF!"]));
    assert_eq!(found.rows[1].1[1].1, RawKind::Error);
    assert_eq!(found.facts.format, "xls");
    let limits = Limits { whole_workbook_bytes: 1_000, ..Limits::default() };
    assert_eq!(code(read(&path, None, &limits)).0, "T1101");
}

#[test]
fn n33_1904_in_xls() {
    let (_folder, path) = save(true, &[cell(0x0203, 0, 0, &44_864_f64.to_le_bytes())]);
    assert_eq!(read(&path, None, &Limits::default()).unwrap().texts(0), ["2026-10-31"]);
}

#[test]
fn n50_protected_xls() {
    // FILEPASS is the record of an encrypted workbook; its type 0 is the old one that only garbles the cells.
    let (_folder, path) = save(false, &[]);
    let mut bytes = std::fs::read(&path).unwrap();
    let at = 512 * 3 + start(5).len();
    put(&mut bytes, at, &0x002F_u16.to_le_bytes());
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(code(read(&path, None, &Limits::default())).0, "T1104");
}

#[test]
fn n27_an_old_workbook_that_asks_for_endless_room_is_refused() {
    let number = |row: u16, column: u16| cell(0x0203, row, column, &1_f64.to_le_bytes());
    let refused = |cells: &[Vec<u8>], limits: &Limits| code(read(&save(false, cells).1, None, limits));
    let (_folder, path) = save(false, &[number(0, 0), number(9, 9)]);
    let limits = Limits { cells: 100, ..Limits::default() };
    assert_eq!(read(&path, None, &limits).unwrap().rows.len(), 2);
    let (kind, message) = refused(&[number(0, 0), number(9, 10)], &limits);
    assert!(kind == "T1101" && message.contains("110 is over the limit of 100"), "{message}");
    // Several cells in one record: the last column stands at its end.
    let many = cell(0x00BD, 0, 0, &[&[0; 12][..], &101_u16.to_le_bytes()].concat());
    assert_eq!(refused(&[many], &limits).0, "T1101");
    // What a sheet says of its size is enough to be asked for.
    let told = [0_u32, u32::MAX].map(u32::to_le_bytes).concat();
    let told = record(0x0200, &[&told[..], &[0, 0, 0xFF, 0xFF, 0, 0]].concat());
    assert_eq!(refused(&[told, number(0, 0)], &Limits::default()).0, "T1101");
    assert_eq!(refused(&[number(0, 0), number(u16::MAX, u16::MAX)], &Limits::default()).0, "T1101");
}

#[test]
fn sectors_in_a_circle_are_refused_and_not_followed() {
    let (_folder, path) = save(false, &[cell(0x0203, 0, 0, &1_f64.to_le_bytes())]);
    let whole = std::fs::read(&path).unwrap();
    let with = |changes: &[(usize, u32)]| {
        let mut bytes = whole.clone();
        changes.iter().for_each(|(at, value)| put(&mut bytes, *at, &value.to_le_bytes()));
        std::fs::write(&path, bytes).unwrap();
        code(read(&path, None, &Limits::default()))
    };
    let (table, directory) = (512, 1024);
    let ways: [&[(usize, u32)]; 3] = [
        // The directory follows itself.
        &[(table + 4, 1)],
        // So does the list of tables.
        &[(68, 0), (table + 508, 0)],
        // A stream says that it is longer than the file.
        &[(directory + 128 + 120, u32::MAX), (table + 4 * 9, 2)],
    ];
    for changes in ways {
        let (kind, message) = with(changes);
        assert!(kind == "T1109" && message.contains("in a circle"), "{message}");
    }
}

#[test]
fn damaged_old_workbooks_are_findings() {
    let (_folder, path) = save(false, &[cell(0x0203, 1, 2, &1_f64.to_le_bytes())]);
    let whole = std::fs::read(&path).unwrap();
    for at in (512..whole.len().min(1_800)).step_by(7) {
        let mut flipped = whole.clone();
        flipped[at] ^= 0xFF;
        std::fs::write(&path, &flipped).unwrap();
        // Whatever comes, it comes as a result.
        let _ = read(&path, None, &Limits::default());
    }
}
