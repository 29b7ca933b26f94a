//! Large sheets, which are checked on one core while another reads them.

use super::tests::{code, merged_away, read, saved_sheet};
use crate::load::raw::{Limits, RawKind};

const ROWS: u64 = 90_000;

/// A sheet of noise that does not pack well, two cells and a blank one a row; `odd` may replace a row's last cell.
fn long(odd: impl Fn(u64) -> Option<String>) -> String {
    let mut state = 7_u64;
    let mut noise = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        state >> 20
    };
    let row = |row: u64| {
        let last = odd(row).unwrap_or_else(|| format!(r#"<c r="C{row}"><v>{}</v></c>"#, noise()));
        format!(r#"<row r="{row}"><c r="A{row}"><v>{}</v></c><c r="B{row}" s="1"/>{last}</row>"#, noise())
    };
    (1..=ROWS).map(row).collect()
}

#[test]
fn formulas_and_merged_cells_of_long_sheets_are_seen() {
    for at in [1, 7, ROWS / 2, ROWS] {
        let odd = |row: u64| (row == at).then(|| format!(r#"<c r="C{row}"><f>A1</f></c>"#));
        let (_folder, path) = saved_sheet(&long(odd), r#"<mergeCells><mergeCell ref="A1:B1"/></mergeCells>"#);
        assert!(std::fs::metadata(&path).unwrap().len() > 1024 * 1024, "large enough to be checked beside");
        let found = read(&path, None, &Limits::default()).unwrap();
        assert_eq!(found.rows.len() as u64, ROWS);
        let errors: Vec<u32> = found
            .rows
            .iter()
            .filter(|(_, cells)| cells.iter().any(|cell| cell.1 == RawKind::Error))
            .map(|row| row.0)
            .collect();
        assert_eq!(errors, [at as u32]);
        assert_eq!(found.rows[at as usize - 1].1[2].0, "#NOT-CALCULATED");
        assert!(found.rows.iter().all(|(_, cells)| cells.len() == 3));
        assert_eq!(merged_away(&path), [(1, 1, '<')]);
    }
}

#[test]
fn what_the_check_finds_at_the_end_refuses_the_whole() {
    let odd = |row: u64| (row == ROWS).then(|| format!(r#"<c r="C{row}" t="s"><v>x</v></c>"#));
    let (_folder, path) = saved_sheet(&long(odd), "");
    let (found, message) = code(read(&path, None, &Limits::default()));
    assert!(found == "T1109" && message.contains("which is no number"), "{message}");
    let (_folder, path) = saved_sheet(&long(|_| None), "");
    let sheet = Limits { inflated_bytes: 4 * 1024 * 1024, ..Limits::default() };
    assert_eq!(code(read(&path, None, &sheet)).0, "T1101");
    // A packed byte in the middle of the sheet is another: the sum of the part tells.
    let mut bytes = std::fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(&path, bytes).unwrap();
    assert_eq!(code(read(&path, None, &Limits::default())).0, "T1109");
}

#[test]
fn a_long_sheet_that_nobody_reads_on_ends_its_threads() {
    let (_folder, path) = saved_sheet(&long(|_| None), "");
    let mut source = super::open(&path, "a.xlsx", None, &Limits::default()).unwrap();
    assert!(source.next_block().unwrap().is_some());
    drop(source);
    drop(super::open(&path, "a.xlsx", None, &Limits::default()).unwrap());
    assert_eq!(super::sheets(&path, "a.xlsx", &Limits::default()).unwrap().len(), 1);
}
