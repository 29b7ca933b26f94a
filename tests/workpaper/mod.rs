//! The workpaper: every formula recalculated by two engines, limits, mistakes in templates.

mod close;
mod kpi_book;

use calamine::{Data, Reader, Xlsx};
use close::{Close, cents, close, documents, facts, reconciliations_after, text};
use ironcalc::base::Model;
use ironcalc::base::cell::CellValue;
use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use tieout::model::{Cell, Table};
use tieout::reconcile::results;
use tieout::report::query::Library;
use tieout::report::template::{Book, Template, Templates};
use tieout::report::workbook::{Block, Workbook};
use tieout::report::workpaper::{RunFacts, build};
use tieout::write::xlsx;

fn workpaper(close: &Close, facts: &RunFacts, templates: &Templates) -> Workbook {
    let queries = Library::built_in().expect("sound queries");
    build(facts, close, &queries, templates).unwrap_or_else(|problem| panic!("{problem}"))
}

fn bytes_of(close: &Close, facts: &RunFacts) -> Vec<u8> {
    let workbook = workpaper(close, facts, &Templates::built_in(Book::Workpaper).expect("sound templates"));
    xlsx::write(&workbook).unwrap_or_else(|problem| panic!("{problem}")).bytes
}

/// Sheet, row, column (from 1) to formula and cached value.
type Formulas = BTreeMap<(String, u32, u32), (String, Data)>;

fn formulas(bytes: &[u8]) -> Formulas {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let mut found = BTreeMap::new();
    for name in book.sheet_names() {
        let values = book.worksheet_range(&name).expect("values");
        let formulas = book.worksheet_formula(&name).expect("formulas");
        let (top, left) = formulas.start().unwrap_or_default();
        for (row, column, formula) in formulas.used_cells() {
            let (row, column) = (row as u32 + top, column as u32 + left);
            let value = values.get_value((row, column)).cloned().unwrap_or(Data::Empty);
            found.insert((name.clone(), row + 1, column + 1), (formula.clone(), value));
        }
    }
    found
}

/// Recalculates every formula and compares it with its cached result. Gives how many there were.
fn recalculated(bytes: &[u8]) -> usize {
    let cached = formulas(bytes);
    let workbook = ironcalc::import::load_from_xlsx_bytes(bytes, "workpaper", "en", "UTC").expect("it loads");
    let mut model = Model::from_workbook(workbook, "en").expect("a model");
    model.evaluate();
    let sheets = model.workbook.get_worksheet_names();
    for ((sheet, row, column), (formula, value)) in &cached {
        let index = sheets.iter().position(|name| name == sheet).expect("the sheet") as u32;
        let again = model.get_cell_value_by_index(index, *row as i32, *column as i32).expect("a value");
        let equal = match (value, &again) {
            (Data::Float(left), CellValue::Number(right)) => (left - right).abs() < 0.000_05,
            (Data::Int(left), CellValue::Number(right)) => (*left as f64 - right).abs() < 0.000_05,
            (Data::String(left), CellValue::String(right)) => left == right,
            _ => false,
        };
        assert!(equal, "{sheet} row {row} column {column}: ={formula} cached {value:?}, recalculated {again:?}");
    }
    cached.len()
}

#[test]
fn every_formula_recalculates_to_its_cached_result() {
    let bytes = bytes_of(&close(), &facts());
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("workpaper.xlsx");
    std::fs::write(path, &bytes).expect("a file to look at");
    let count = recalculated(&bytes);
    assert!(count > 200, "{count}");
}

#[test]
fn the_same_close_gives_the_same_bytes() {
    assert!(bytes_of(&close(), &facts()) == bytes_of(&close(), &facts()));
}

/// The close with another table in the place of the one of its name.
fn close_with(table: Table) -> Close {
    let mut close = close();
    close.tables.retain(|known| known.def.name != table.def.name);
    close.tables.push(Arc::new(table));
    close
}

/// The text of every cell of a sheet, row by row.
fn sheet(bytes: &[u8], name: &str) -> Vec<Vec<String>> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).expect("a workbook");
    let range = book.worksheet_range(name).unwrap_or_else(|error| panic!("{name}: {error}"));
    range.rows().map(|row| row.iter().map(ToString::to_string).collect()).collect()
}

fn names(bytes: &[u8]) -> Vec<String> {
    Xlsx::new(Cursor::new(bytes)).expect("a workbook").sheet_names()
}

fn template(text: &str) -> Templates {
    let mut templates = Templates::built_in(Book::Workpaper).expect("sound templates");
    templates.add(Template::parse(text, "mine", "mine.toml").expect("a template"));
    templates
}

fn mistake(text: &str) -> (&'static str, String) {
    let queries = Library::built_in().expect("sound queries");
    let problem = build(&facts(), &close(), &queries, &template(text)).expect_err(text);
    (problem.findings[0].code, problem.findings[0].remedy.clone())
}

#[test]
fn every_sheet_of_an_audit_file_is_there() {
    let bytes = bytes_of(&close(), &facts());
    let expected = [
        "Cover",
        "Lead",
        "Rec UK02 1200",
        "Rec JP01 1200",
        "Rec US01 1200",
        "Items",
        "Roll-forward",
        "Aging",
        "Open items",
        "Documents",
        "Matches",
        "Divergence",
        "Rejects",
        "Left out",
        "Sources",
        "Checks",
        "Findings",
        "Legend",
    ];
    assert_eq!(names(&bytes), expected);
    let cover = sheet(&bytes, "Cover").concat().join("\n");
    assert!(
        cover.contains("1 of 3 reconciliations: open. Unexplained beyond tolerance: JP01 1200 JPY 700."),
        "{cover}"
    );
    assert!(cover.contains("Checks: 2 passed, 1 failed, 1 not testable"));
    // What looks like a formula stays text.
    assert!(sheet(&bytes, "Items").concat().contains(&"=cmd|' /C calc'!A0".to_owned()));
}

#[test]
fn the_lead_sheet_compares_with_the_prior_run_where_there_is_one() {
    let headings = |bytes: &[u8]| -> Vec<String> {
        let rows = sheet(bytes, "Lead");
        rows.into_iter().find(|row| row.iter().any(|cell| cell == "Account")).expect("headings")
    };
    let alone = headings(&bytes_of(&close(), &facts()));
    assert!(!alone.iter().any(|heading| heading.contains("Prior") || heading.contains("Change")), "{alone:?}");
    // One account is new this period.
    let closed = [("gl:UK02:1200", 900_000, 900_100), ("gl:JP01:1200", 80_000_000, 80_000_000)];
    let bytes = bytes_of(&close_with(reconciliations_after("2026-09", &closed)), &facts());
    recalculated(&bytes);
    let shown = headings(&bytes);
    let at = |heading: &str| shown.iter().position(|known| known == heading).unwrap_or_else(|| panic!("{shown:?}"));
    let rows = sheet(&bytes, "Lead");
    let of = |entity: &str| rows.iter().find(|row| row.iter().any(|cell| cell == entity)).expect("a row").clone();
    let columns = ["Prior balance per GL  [PY]", "Change per GL", "Change per subledger"].map(at);
    let figures = |entity: &str| columns.map(|column| of(entity)[column].clone());
    assert_eq!(figures("UK02"), ["9000", "172.63", "171.63"]);
    assert_eq!(figures("US01"), ["", "", ""]);
    let is_change = |(name, _, column): &(String, u32, u32)| name == "Lead" && *column as usize == columns[1] + 1;
    assert!(formulas(&bytes).keys().any(is_change), "the change is no live formula");
}

#[test]
fn a_detail_sheet_that_is_cut_says_so_and_carries_the_totals_of_all_rows() {
    let close = close_with(documents(500));
    let mut facts = facts();
    facts.detail_rows = 100;
    let workbook = workpaper(&close, &facts, &Templates::built_in(Book::Workpaper).expect("sound templates"));
    assert!(workbook.findings.iter().any(|finding| finding.code == "T4022"));
    let bytes = xlsx::write(&workbook).expect("bytes").bytes;
    recalculated(&bytes);
    let rows = sheet(&bytes, "Documents");
    assert!(sheet(&bytes, "Findings").concat().contains(&"T4022".to_owned()));
    assert!(rows[3][0].contains("the first 100 of 507 rows") && rows[3][0].contains("data/documents.csv"));
    let total: i64 = (0..500).map(|index| 10_000 + index).sum::<i64>() + 125_000 + 154_200 + 88_001;
    let all = rows.iter().find(|row| row[0] == "USD, all rows").expect("the totals of all rows");
    assert_eq!(all[6], format!("{}", total as f64 / 100.0));
    // Documents that differ come first.
    assert!(rows.iter().any(|row| row[1] == "INV-10391"));
}

#[test]
fn a_register_beyond_the_rows_of_a_sheet_goes_on_with_its_totals_once() {
    let mut items = close::reconciling_items();
    let extra = close::reconciling_items();
    for round in 0..30 {
        let mut more = Table::new(&results::RECONCILING_ITEMS);
        for row in 0..2 {
            let key = format!("k{round}-{row}");
            let cells: Vec<Cell<'_>> = results::RECONCILING_ITEMS
                .columns
                .iter()
                .zip(&extra.columns)
                .map(|(def, column)| match def.name {
                    "item_key" => text(&key),
                    // One up, one down: the totals stay what the reconciliation says.
                    "amount" => cents(if row == 0 { 700 } else { -700 }),
                    _ => column.cell(0),
                })
                .collect();
            more.push(&cells);
        }
        items.append(&more);
    }
    let mut reconciliations = close::reconciliations();
    let all = items.text("rec_id");
    let counts: Vec<i64> = (0..reconciliations.len())
        .map(|row| {
            (0..items.len()).filter(|item| all.get(*item) == reconciliations.text("rec_id").get(row)).count() as i64
        })
        .collect();
    let position = results::RECONCILIATIONS.position("items").expect("it is there");
    reconciliations.columns[position] = tieout::model::Column::Int(counts.into());
    let mut close = close_with(items);
    close.tables.retain(|table| table.def.name != "reconciliations");
    close.tables.push(Arc::new(reconciliations));
    let mut facts = facts();
    facts.sheet_rows = 70;
    let bytes = bytes_of(&close, &facts);
    assert!(recalculated(&bytes) > 200);
    let names = names(&bytes);
    assert!(
        ["Items", "Items (2)", "Items (3)"].iter().all(|name| names.iter().any(|known| known == name)),
        "{names:?}"
    );
    let totals = |name: &str| sheet(&bytes, name).iter().filter(|row| row[0] == "USD" || row[0] == "JPY").count();
    assert_eq!((totals("Items"), totals("Items (2)")), (2, 0));
}

#[test]
fn amounts_that_excel_would_change_stand_as_text() {
    let mut reconciliations = close::reconciliations();
    let position = |name: &str| results::RECONCILIATIONS.position(name).expect("it is there");
    for column in ["gl_balance", "subledger_balance"] {
        if let tieout::model::Column::Money(cells) = &mut reconciliations.columns[position(column)] {
            let mut changed: Vec<i64> = cells.iter().copied().collect();
            changed[0] += 10_i64.pow(17);
            *cells = changed.into();
        }
    }
    let workbook = workpaper(
        &close_with(reconciliations),
        &facts(),
        &Templates::built_in(Book::Workpaper).expect("sound templates"),
    );
    assert!(workbook.findings.iter().any(|finding| finding.code == "T4021"));
    let bytes = xlsx::write(&workbook).expect("bytes").bytes;
    recalculated(&bytes);
    assert!(sheet(&bytes, "Lead").concat().contains(&"10,000,048,112,345.67".to_owned()));
}

#[test]
fn a_text_longer_than_a_cell_is_cut_with_a_mark_and_a_finding() {
    let mut rejects = Table::new(&results::REJECTS);
    let long = "x".repeat(40_000);
    rejects.push(&[text("a.csv"), Cell::Null, Cell::Int(1), text("b"), text(&long), text("T2101"), text("too long")]);
    let workbook =
        workpaper(&close_with(rejects), &facts(), &Templates::built_in(Book::Workpaper).expect("sound templates"));
    let file = xlsx::write(&workbook).expect("bytes");
    assert_eq!(file.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["T5006"]);
}

#[test]
fn an_empty_close_still_has_a_workpaper() {
    let bytes = bytes_of(&Close::default(), &facts());
    recalculated(&bytes);
    assert!(sheet(&bytes, "Cover").concat().join(" ").contains("No account was reconciled"));
    assert!(sheet(&bytes, "Rejects").concat().join(" ").contains("No rejects"));
}

#[test]
fn mistakes_in_templates_stop_before_anything_is_written() {
    let column = |name: &str, formula: &str| {
        format!(
            "sheet = \"Mine\"\ntable = \"aging\"\n[[column]]\nname = \"open_amount\"\n[[column]]\nname = \"{name}\"\n\
             formula = \"{formula}\"\n"
        )
    };
    assert_eq!(mistake(&column("open_amnt", "")), ("T4012", "did you mean \"open_amount\"?".to_owned()));
    assert_eq!(mistake(&column("items", "{open_amnt}")).0, "T4012");
    assert_eq!(mistake(&column("items", "{sum(item.amount)}")), ("T4013", "did you mean \"items\"?".to_owned()));
    assert_eq!(mistake(&column("items", "{sum(items.amnt)}")).0, "T4012");
    assert_eq!(mistake(&column("items", "{average(items.amount)}")).0, "T4011");
    assert_eq!(mistake("sheet = \"Mine\"\ntable = \"agin\"\n[[column]]\nname = \"x\"\n").0, "T4004");
    assert_eq!(mistake("sheet = \"Mine\"\nquery = \"aging/by_x\"\n[[column]]\nname = \"x\"\n").0, "T4004");
}

#[test]
fn a_project_adds_a_sheet_with_a_query_and_a_template() {
    let text = "sheet = \"Lead\"\norder = 55\ntitle = \"By bucket\"\nquery = \"aging/by_bucket\"\n\
                currency_from = \"currency\"\ntotals = \"top\"\n\
                [[column]]\nname = \"currency\"\n[[column]]\nname = \"bucket\"\n\
                [[column]]\nname = \"open_amount\"\nformat = \"money\"\ntotal = true\n";
    let workbook = workpaper(&close(), &facts(), &template(text));
    let bytes = xlsx::write(&workbook).expect("bytes").bytes;
    recalculated(&bytes);
    assert!(names(&bytes).contains(&"Lead_2".to_owned()), "the name is taken already");
    assert!(workbook.findings.iter().any(|finding| finding.code == "T4023"));
    assert_eq!(sheet(&bytes, "Lead_2")[4][..3], ["GBP", "", "9172.63"]);
}

/// LibreOffice is made to recalculate for real: by default it shows the cached values of a foreign file.
#[test]
fn libreoffice_agrees() {
    libreoffice_agrees_on(&bytes_of(&close(), &facts()));
}

/// A close with bank accounts, as the program writes its workpaper.
fn bank_close() -> Vec<u8> {
    let close = crate::support::Close::empty();
    tieout::demo::write(&tieout::demo::Options::new(300, 11), close.path()).expect("a demo");
    close.run(&["close", "-q"]).with(0);
    std::fs::read(close.at("out/2026-10/workpaper.xlsx")).expect("a workpaper")
}

#[test]
fn the_sheets_of_the_bank_meet_and_recalculate() {
    let bytes = bank_close();
    assert!(recalculated(&bytes) > 200);
    libreoffice_agrees_on(&bytes);
    let all = names(&bytes);
    assert_eq!(
        all[..7],
        ["Cover", "Lead", "Lead bank", "Rec US01 1200", "Rec US02 1200", "Bank US01 1010", "Bank US02 1010"]
    );
    let rows = sheet(&bytes, "Bank US01 1010");
    let figure = |caption: &str| -> f64 {
        let row = rows.iter().find(|row| row[0] == caption).unwrap_or_else(|| panic!("{caption}: {rows:?}"));
        row[5].parse().expect("a figure")
    };
    assert_eq!(figure("Adjusted bank balance"), figure("Adjusted book balance"));
    assert_ne!(figure("Balance per bank statement"), figure("Balance per books"));
    assert_eq!(figure("Unexplained difference (adjusted books less adjusted bank)"), 0.0);
    let cover = sheet(&bytes, "Cover").concat().join("\n");
    assert!(
        cover.contains("Balance per books") && cover.contains("Balance per bank") && cover.contains("cash to the bank")
    );
}

#[test]
fn the_sheets_of_disputes_write_offs_and_allowance_recalculate() {
    let close = crate::credit::close();
    close.run(&["close", "-q"]).with(0);
    let bytes = std::fs::read(close.at("out/2026-10/workpaper.xlsx")).expect("a workpaper");
    assert!(recalculated(&bytes) > 200);
    libreoffice_agrees_on(&bytes);
    let all = names(&bytes);
    for name in
        ["Dispute log", "Write-offs", "Write-off candidates", "Allowance", "Allowance roll-forward", "Allowance test"]
    {
        assert!(all.iter().any(|known| known == name), "{name}: {all:?}");
    }
    let formulas = formulas(&bytes);
    let of = |sheet: &str| formulas.iter().filter(|((name, ..), _)| name == sheet).count();
    // Rate and allowance of each row, totals and checks are live.
    assert!(of("Allowance") > 12 && of("Allowance roll-forward") > 8, "{}", of("Allowance"));
}

fn libreoffice_agrees_on(bytes: &[u8]) {
    if Command::new("soffice").arg("--version").output().is_err() {
        crate::support::skipped("soffice is not installed, LibreOffice's opinion was not asked");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    let profile = folder.path().join("profile");
    std::fs::create_dir_all(profile.join("user")).expect("a folder");
    let settings = r#"<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load"><prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"#;
    std::fs::write(profile.join("user/registrymodifications.xcu"), settings).expect("a file");
    let input = folder.path().join("in.xlsx");
    std::fs::write(&input, bytes).expect("a file");
    let output = folder.path().join("out");
    let status = Command::new("soffice")
        .arg(format!("-env:UserInstallation=file://{}", profile.display()))
        .args(["--headless", "--convert-to", "xlsx", "--outdir"])
        .args([&output, &input])
        .output()
        .expect("soffice runs");
    assert!(status.status.success());
    let again = std::fs::read(output.join("in.xlsx")).expect("a recalculated workbook");
    let (cached, recalculated) = (formulas(bytes), formulas(&again));
    for (place, (formula, value)) in &cached {
        let other = &recalculated.get(place).unwrap_or_else(|| panic!("{place:?} is gone")).1;
        let number = |data: &Data| match data {
            Data::Float(number) => Some(*number),
            Data::Int(number) => Some(*number as f64),
            _ => None,
        };
        let equal = match (number(value), number(other)) {
            (Some(left), Some(right)) => (left - right).abs() < 0.000_05,
            _ => value.to_string() == other.to_string(),
        };
        assert!(equal, "{place:?}: ={formula} cached {value:?}, LibreOffice {other:?}");
    }
}

#[test]
fn a_large_detail_sheet_streams() {
    // 20,000 rows here; the limit of 100,000 takes five times as long and no more memory.
    let bytes = bytes_of(&close_with(documents(20_000)), &facts());
    let rows = sheet(&bytes, "Documents");
    assert_eq!(rows.len(), 20_007 + 7);
    let last = rows.last().expect("a row");
    assert_eq!((last[1].as_str(), last[6].as_str()), ("INV-39999", "299.99"));
}

#[test]
fn currencies_keep_their_decimals() {
    let mut reconciliations = close::reconciliations();
    let currency = results::RECONCILIATIONS.position("currency").expect("it is there");
    let mut codes = tieout::model::TextColumn::interned();
    ["KWD", "GBP", "JPY"].iter().for_each(|code| codes.push(code));
    reconciliations.columns[currency] = tieout::model::Column::Text(codes);
    let workbook = workpaper(
        &close_with(reconciliations),
        &facts(),
        &Templates::built_in(Book::Workpaper).expect("sound templates"),
    );
    let lead = workbook.sheets.iter().find(|sheet| sheet.name == "Lead").expect("the lead sheet");
    let register = lead.blocks.iter().find_map(|block| match block {
        Block::Register(register) => Some(register),
        Block::Rows(_) => None,
    });
    let register = register.expect("a register");
    let decimals: Vec<(String, u8)> = register
        .rows
        .iter()
        .map(|row| (register.grid.text(*row as usize, 3).to_owned(), register.decimals_of(*row as usize)))
        .collect();
    assert_eq!(decimals, [("GBP".to_owned(), 2), ("JPY".to_owned(), 0), ("KWD".to_owned(), 3)]);
    recalculated(&xlsx::write(&workbook).expect("bytes").bytes);
}
