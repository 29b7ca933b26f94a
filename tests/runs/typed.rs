//! What people type into the workbook survives the next run.

use crate::support::Close;
use crate::support::books::{AR, small_with};
use crate::support::files::{packed, parts};
use calamine::{Data, Range, Reader, Xlsx};
use std::io::Cursor;

const WORKPAPER: &str = "out/2026-10/workpaper.xlsx";

fn sheet_of(close: &Close, path: &str, sheet: &str) -> (usize, Range<Data>) {
    let bytes = std::fs::read(close.at(path)).expect("a workpaper");
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let number = book.sheet_names().iter().position(|name| name == sheet).expect("the sheet") + 1;
    (number, book.worksheet_range(sheet).expect("its cells"))
}

/// Where a text stands on the items sheet: row and column, counted from 1.
fn place(cells: &Range<Data>, wanted: &str) -> (u32, u32) {
    let (top, left) = cells.start().expect("cells");
    let found = cells.used_cells().find(|(_, _, cell)| **cell == *wanted);
    let (row, column, _) = found.unwrap_or_else(|| panic!("{wanted} is not on the sheet"));
    (row as u32 + top + 1, column as u32 + left + 1)
}

/// Types texts behind an item, as a person would: only these cells of the file change.
pub fn type_into(close: &Close, path: &str, sheet: &str, item: &str, texts: &[(&str, &str)]) {
    let (number, cells) = sheet_of(close, path, sheet);
    let row = place(&cells, item).0;
    let mut all = parts(&std::fs::read(close.at(path)).expect("a workpaper"));
    let name = format!("xl/worksheets/sheet{number}.xml");
    let (_, bytes) = all.iter_mut().find(|(part, _)| *part == name).expect("the sheet");
    let mut xml = String::from_utf8(bytes.clone()).expect("XML");
    for (heading, text) in texts {
        let column = char::from(b'A' + u8::try_from(place(&cells, heading).1 - 1).expect("a column up to Z"));
        let start = xml.find(&format!("<c r=\"{column}{row}\"")).expect("the cell");
        let end = start + xml[start..].find("/>").expect("it is blank") + 2;
        assert!(!xml[start..end - 2].contains('>'), "the cell is blank");
        let typed = format!("<c r=\"{column}{row}\" t=\"inlineStr\"><is><t>{text}</t></is></c>");
        xml.replace_range(start..end, &typed);
    }
    *bytes = xml.into_bytes();
    close.write(path, packed(&all));
}

fn shown(close: &Close, path: &str, item: &str) -> Vec<String> {
    let (_, cells) = sheet_of(close, path, "Items");
    let row = place(&cells, item).0;
    ["Annotation", "Owner", "Disposition"]
        .map(|heading| {
            cells.get_value((row - 1, place(&cells, heading).1 - 1)).map_or(String::new(), ToString::to_string)
        })
        .to_vec()
}

fn told(close: &Close, item: &str) -> Vec<String> {
    let row = close.result("reconciling_items").into_iter().find(|row| row["item_key"] == item).expect("the item");
    ["annotation", "owner", "disposition"].map(|column| row[column].clone()).to_vec()
}

#[test]
fn what_is_typed_is_read_back_shown_again_and_said_once_it_is_cleared() {
    // INV-3 is a duplicate in the register, INV-9 is not in the ledger.
    let again = AR.lines().nth(3).expect("a row");
    let more = "US01,INV-9,invoice,C1,Muller Tools,2026-10-20,2026-10-20,2026-11-19,USD,77.00,77.00";
    let close = small_with(format!("{AR}{again}\n{more}\n"), "");
    close.done();
    let key = |document: &str| {
        let rows = close.result("reconciling_items");
        rows.into_iter().find(|row| row["document_id"] == document).expect("the item")["item_key"].clone()
    };
    let (double, missing) = (key("INV-3"), key("INV-9"));
    let texts = [("Annotation", "=post it &amp; \"soon\", said J. Doe"), ("Owner", "jdoe"), ("Disposition", "")];
    let wanted = ["=post it & \"soon\", said J. Doe", "jdoe", ""].map(str::to_owned).to_vec();
    type_into(&close, WORKPAPER, "Items", &missing, &texts[..2]);
    // The next run, and the one after it: a formula sign is text in the workbook, and guarded in the CSV file.
    for _ in 0..2 {
        close.done();
        assert_eq!(shown(&close, WORKPAPER, &missing), wanted);
        let mut guarded = wanted.clone();
        guarded[0].insert(0, '\'');
        assert_eq!(told(&close, &missing), guarded);
        assert_eq!(told(&close, &double), ["", "", ""].map(str::to_owned).to_vec());
    }
    // A run that fails leaves them where they are.
    close.write("ar.csv", "");
    close.close().with(2);
    assert_eq!(shown(&close, WORKPAPER, &missing), wanted);
    // The duplicate goes away, the other item keeps its text: its key does not depend on its neighbours.
    close.write("ar.csv", format!("{more}\n").replace("US01", &format!("{AR}US01")));
    close.done();
    assert_eq!(shown(&close, WORKPAPER, &missing), wanted);
    // Once the item is cleared, what was typed is said, so that it is not lost without a word.
    close.write("ar.csv", AR);
    close.ties().says(&["note[T3201]", &missing, "post it & \"soon\"", "owner \"jdoe\""]);
    assert!(close.result("findings").iter().any(|row| row["code"] == "T3201"));
}

#[test]
fn a_workbook_that_cannot_be_read_back_stops_the_run() {
    let close = small_with(AR, "");
    close.done();
    close.write(WORKPAPER, "not a workbook");
    let before = close.files("out");
    close.close().with(2).says(&["error[T5007]", "cannot be read back", "workpaper.xlsx", "help: "]);
    assert!(close.files("out") == before);
}
