//! What people type into the workbook survives the next run.

use crate::support::Close;
use crate::support::books::{AR, small_with};
use crate::support::files::{edited, packed, parts};
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
        let tag = start + xml[start..].find('>').expect("a tag") + 1;
        let is_blank = xml[start..tag].ends_with("/>");
        let end = if is_blank { tag } else { start + xml[start..].find("</c>").expect("its end") + 4 };
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

/// A close with one item, INV-9, on which somebody wrote.
fn with_a_note() -> (Close, String) {
    let more = "US01,INV-9,invoice,C1,Muller Tools,2026-10-20,2026-10-20,2026-11-19,USD,77.00,77.00";
    let close = small_with(format!("{AR}{more}\n"), "");
    close.done();
    let item = close.result("reconciling_items")[0]["item_key"].clone();
    type_into(&close, WORKPAPER, "Items", &item, &[("Annotation", "ask J. Doe")]);
    (close, item)
}

fn edit(close: &Close, part: &str, edit: impl Fn(String) -> String) {
    let bytes = std::fs::read(close.at(WORKPAPER)).expect("a workpaper");
    close.write(WORKPAPER, edited(&bytes, part, edit));
}

/// Replaces what stands in a cell of the items sheet.
fn replace_cell(close: &Close, at: (u32, u32), with: &str) {
    let (number, _) = sheet_of(close, WORKPAPER, "Items");
    let name = format!("{}{}", char::from(b'A' + u8::try_from(at.1 - 1).expect("a column up to Z")), at.0);
    edit(close, &format!("xl/worksheets/sheet{number}.xml"), |xml| {
        let start = xml.find(&format!("<c r=\"{name}\"")).expect("the cell");
        let tag = start + xml[start..].find('>').expect("its tag") + 1;
        let is_blank = xml[start..tag].ends_with("/>");
        let end = if is_blank { tag } else { start + xml[start..].find("</c>").expect("its end") + 4 };
        let cell = format!("<c r=\"{name}\" t=\"inlineStr\"><is><t>{with}</t></is></c>");
        format!("{}{cell}{}", &xml[..start], &xml[end..])
    });
}

#[test]
fn texts_that_belong_to_no_item_stop_the_run() {
    let (close, item) = with_a_note();
    let (_, cells) = sheet_of(&close, WORKPAPER, "Items");
    let at = place(&cells, &item);
    replace_cell(&close, at, "");
    let before = close.files("out");
    close.close().with(2).says(&["error[T5007]", "says \"ask J. Doe\" beside no item", "column Item"]);
    assert!(close.files("out") == before);
    // Put back, it goes on.
    replace_cell(&close, at, &item);
    close.done();
    assert_eq!(told(&close, &item)[0], "ask J. Doe");
}

#[test]
fn two_texts_for_one_item_stop_the_run() {
    let more = "US01,INV-9,invoice,C1,Muller Tools,2026-10-20,2026-10-20,2026-11-19,USD,77.00,77.00\n\
                US01,INV-8,invoice,C1,Muller Tools,2026-10-20,2026-10-20,2026-11-19,USD,78.00,78.00";
    let close = small_with(format!("{AR}{more}\n"), "");
    close.done();
    let keys: Vec<String> = close.result("reconciling_items").into_iter().map(|row| row["item_key"].clone()).collect();
    for key in &keys {
        type_into(&close, WORKPAPER, "Items", key, &[("Annotation", &format!("on {key}"))]);
    }
    let (_, cells) = sheet_of(&close, WORKPAPER, "Items");
    replace_cell(&close, place(&cells, &keys[0]), &keys[1]);
    close.close().with(2).says(&["error[T5007]", "says something else of item", &keys[1]]);
}

#[test]
fn a_renamed_sheet_is_known_by_its_rows() {
    let (close, item) = with_a_note();
    edit(&close, "xl/workbook.xml", |xml| xml.replace("name=\"Items\"", "name=\"Our items\""));
    close.done();
    assert_eq!(told(&close, &item)[0], "ask J. Doe");
}

#[test]
fn a_renamed_heading_stops_the_run() {
    for heading in ["Annotation", "Item"] {
        let (close, _) = with_a_note();
        let renamed = |xml: String| xml.replace(&format!(">{heading}<"), ">Comment<");
        edit(&close, "xl/sharedStrings.xml", renamed);
        let before = close.files("out");
        close.close().with(2).says(&["error[T5007]", heading, "nothing was written"]);
        assert!(close.files("out") == before);
    }
}

#[test]
fn a_formula_that_nobody_calculated_is_not_lost() {
    let (close, _) = with_a_note();
    let number = sheet_of(&close, WORKPAPER, "Items").0;
    let typed = "t=\"inlineStr\"><is><t>ask J. Doe</t></is></c>";
    edit(&close, &format!("xl/worksheets/sheet{number}.xml"), |xml| xml.replace(typed, "><f>1+1</f></c>"));
    close.close().with(2).says(&["error[T5007]", "formula that was never calculated"]);
}

#[test]
fn a_deleted_row_is_said_and_a_deleted_register_stops_the_run() {
    let (close, item) = with_a_note();
    let number = sheet_of(&close, WORKPAPER, "Items").0;
    let strings = |xml: String| xml.replace(&item, "0");
    edit(&close, "xl/sharedStrings.xml", strings);
    close.close().with(2).says(&["error[T5007]", "beside no item"]);
    assert!(number > 1);
}

#[test]
fn a_signature_stays_with_its_period() {
    let close = small_with(AR, "");
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    let source = |table: &str, path: &str| format!("\n[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n");
    let bank = "\n[[bank]]\nbank_account = \"77\"\nentity = \"US01\"\naccount = \"1010\"\n";
    let sources = source("bank_lines", "bank.csv") + &source("bank_balances", "balances.csv");
    close.write("close.toml", toml + &sources + bank);
    close.write("bank.csv", "bank_account,line_id,booking_date,amount\n77,B1,2026-10-05,10.00\n");
    close.write("balances.csv", "bank_account,date,opening_balance,closing_balance\n77,2026-10-31,0.00,10.00\n");
    close.close().with(0);
    let cover = |close: &Close, sheet: &str| -> Vec<Vec<String>> {
        let bytes = std::fs::read(close.at(WORKPAPER)).expect("a workpaper");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range(sheet).expect("the sheet");
        let role = |row: &&[Data]| row[0] == "Prepared by";
        range.rows().filter(role).map(|row| row.iter().map(ToString::to_string).collect()).collect()
    };
    // The row of the first role, and its cells of name, date and remarks, as a person fills them in.
    let type_at = |name: &str, columns: &[(&str, &str)]| {
        let bytes = std::fs::read(close.at(WORKPAPER)).expect("a workpaper");
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.clone())).expect("a workbook");
        let sheet = book.sheet_names().iter().position(|known| known == name).expect("the sheet") + 1;
        let row = place(&book.worksheet_range(name).expect("the sheet"), "Prepared by").0;
        let part = format!("xl/worksheets/sheet{sheet}.xml");
        let typed = |mut xml: String| {
            for (column, cell) in columns {
                let start = xml.find(&format!("<c r=\"{column}{row}\"")).expect("the cell");
                let end = start + xml[start..].find("/>").expect("it is blank") + 2;
                xml.replace_range(start..end, &format!("<c r=\"{column}{row}\" {cell}</c>"));
            }
            xml
        };
        close.write(WORKPAPER, edited(&bytes, &part, typed));
    };
    let name = "t=\"inlineStr\"><is><t>J. Doe</t></is>";
    type_at("Cover", &[("C", name), ("D", "t=\"inlineStr\"><is><t>2026-11-04</t></is>")]);
    type_at("Rec US01 1200", &[("C", name)]);
    type_at("Bank US01 1010", &[("C", name)]);
    for _ in 0..2 {
        close.close().with(0).says(&["warning[T3203]", "Prepared by J. Doe, 2026-11-04"]);
        let row = &cover(&close, "Cover")[0];
        // The date is a date now: 2026-11-04 is day 46330 of a spreadsheet.
        assert_eq!((row[2].as_str(), row[3].as_str()), ("J. Doe", "46330"));
        assert_eq!(cover(&close, "Rec US01 1200")[0][2], "J. Doe");
        assert_eq!(cover(&close, "Bank US01 1010")[0][2], "J. Doe");
    }
    // Another period into the same folder is not signed.
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    close.write("close.toml", toml.replace("period_end = 2026-10-31", "period_end = 2026-10-30"));
    close.close().with(0);
    assert_eq!(cover(&close, "Cover")[0].get(2).map_or("", String::as_str), "");
}
