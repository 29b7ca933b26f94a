//! What reports hold: limits of sheets, cells and names.

use crate::support::books::{AR, small, small_with};
use crate::support::{Close, rows_of};
use calamine::{Reader, Xlsx};
use std::collections::BTreeSet;
use std::io::Cursor;

fn workpaper(close: &Close) -> Xlsx<Cursor<Vec<u8>>> {
    let bytes = std::fs::read(close.at("out/2026-10/workpaper.xlsx")).expect("a workpaper");
    Xlsx::new(Cursor::new(bytes)).expect("a workbook")
}

fn texts(book: &mut Xlsx<Cursor<Vec<u8>>>, sheet: &str) -> String {
    let range = book.worksheet_range(sheet).unwrap_or_else(|error| panic!("{sheet}: {error}"));
    range.used_cells().map(|(_, _, cell)| format!("{cell}\n")).collect()
}

#[test]
fn n91_a_detail_sheet_beyond_its_rows_says_so_and_names_the_file_with_all() {
    let close = small();
    let text = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    close.write("close.toml", format!("{text}\n[workpaper]\ndetail_rows = 2\n"));
    close.ties().says(&["[T4022]"]);
    let mut book = workpaper(&close);
    let sheet = texts(&mut book, "Documents");
    assert!(sheet.contains("the first 2 of 3 rows") && sheet.contains("data/documents.csv"), "{sheet}");
    assert_eq!(close.result("documents").len(), 3);
    assert!(close.result("findings").iter().any(|row| row["code"] == "T4022"));
}

#[test]
fn n92_a_text_longer_than_a_cell_is_cut_in_the_workbook_and_whole_in_the_data() {
    let long = "x".repeat(40_000);
    let close = small_with(AR.replace("Acme,2026-10-13,2026-10-13", &format!("Acme,{long},2026-10-13")), "");
    close.done().says(&["warning[T5006]", "workpaper.xlsx, sheet \"Rejects\""]);
    assert_eq!(close.result("rejects")[0]["value"].len(), 40_000);
    assert!(close.result("findings").iter().any(|row| row["code"] == "T5006"));
    let sheet = texts(&mut workpaper(&close), "Rejects");
    assert!(sheet.lines().all(|line| line.chars().count() <= 32_767));
}

#[test]
fn n93_names_that_no_sheet_may_have_are_made_safe_and_different() {
    let names = [
        "History",
        "US[01]: north/south \\ *?",
        "A very long entity name of the group, east",
        "A very long entity name of the group, west",
    ];
    let close = Close::empty();
    let headings = AR.lines().next().expect("headings");
    let (mut register, mut ledger, mut balance) = (
        headings.to_owned(),
        "entity,account,journal_id,posting_date,document_id,amount".to_owned(),
        "entity,account,ending_balance".to_owned(),
    );
    let mut toml = "[close]\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n".to_owned();
    for (table, path) in [("ar_items", "ar.csv"), ("gl_lines", "gl.csv"), ("trial_balance", "tb.csv")] {
        toml.push_str(&format!("[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n"));
    }
    for (number, name) in names.iter().enumerate() {
        register.push_str(&format!(
            "\n\"{name}\",INV-{number},invoice,C1,Acme,2026-10-05,2026-10-05,2026-11-04,USD,10.00,10.00"
        ));
        ledger.push_str(&format!("\n\"{name}\",1200,J{number},2026-10-05,INV-{number},10.00"));
        balance.push_str(&format!("\n\"{name}\",1200,10.00"));
        toml.push_str(&format!("[[control_account]]\nentity = '{name}'\naccount = \"1200\"\n"));
    }
    close.write("ar.csv", register).write("gl.csv", ledger).write("tb.csv", balance).write("close.toml", toml);
    close.ties();
    let mut book = workpaper(&close);
    let sheets = book.sheet_names();
    let different: BTreeSet<String> = sheets.iter().map(|name| name.to_lowercase()).collect();
    assert_eq!(different.len(), sheets.len(), "{sheets:?}");
    for name in &sheets {
        assert!(name.chars().count() <= 31 && !name.contains(['[', ']', ':', '*', '?', '/', '\\']), "{name}");
        assert!(!name.eq_ignore_ascii_case("history") && !name.starts_with('\'') && !name.ends_with('\''), "{name}");
    }
    assert_eq!(sheets.iter().filter(|name| name.starts_with("Rec ")).count(), names.len());
    // Which sheet is whose is said on the sheets themselves.
    for name in names {
        let shown = sheets
            .clone()
            .into_iter()
            .any(|sheet| sheet.starts_with("Rec ") && texts(&mut book, &sheet).contains(name));
        assert!(shown, "{name}");
    }
    assert_eq!(rows_of(&close.at("out/2026-10/data/reconciliations.csv")).len(), names.len());
}
