//! Workbooks that no proper program writes, and some that one does.

use crate::support::books::{small, with_register};
use crate::support::files::{Hand, register_rows, register_workbook, sheet_rows, workbook};
use crate::support::{Close, refused};

/// The small close with its register as a workbook.
pub(super) fn small_book(bytes: &[u8], more: &str) -> Close {
    let close = small();
    close.write("ar.xlsx", bytes).write("close.toml", with_register("ar.xlsx", more));
    close
}

#[test]
fn a_register_as_a_workbook_ties() {
    small_book(&register_workbook(&|_, _| None), "").ties();
}

#[test]
#[cfg(unix)]
fn n27_a_far_cell_takes_no_memory() {
    let rows = format!(
        "{}<row r=\"1048576\"><c r=\"XFD1048576\"><v>1</v></c></row>",
        sheet_rows(&register_rows(&|_, _| None))
    );
    let bytes = workbook("", &rows);
    // Half a terabyte would be asked for by a reader that fills the grid: 3 GiB of addresses are enough here.
    let close = small_book(&bytes, "");
    let program = env!("CARGO_BIN_EXE_tieout");
    let limited = format!("ulimit -v 3145728 && exec \"{program}\" close --threads 1");
    let output = std::process::Command::new("sh").args(["-c", &limited]).current_dir(close.path()).output();
    let output = output.expect("sh starts");
    assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
    close.conserved();
    assert!(close.rejected().iter().all(|(row, ..)| row == "1048576"));
    assert_eq!(close.figure("variance"), "0.00");
    // The same of a far row with something in it: a row without what a row needs.
    let far = format!(
        "{}<row r=\"1048576\"><c r=\"B1048576\" t=\"inlineStr\"><is><t>INV-9</t></is></c></row>",
        sheet_rows(&register_rows(&|_, _| None))
    );
    let close = small_book(&workbook("", &far), "");
    close.done();
    assert!(close.result("rejects").iter().chain(&close.result("left_out")).all(|row| row["row"] == "1048576"));
}

#[test]
fn n33_both_date_systems_give_the_same_day() {
    // 31 October 2026 is day 46326 since 1900 and day 44864 since 1904.
    let due = |serial: u32| move |_: usize, heading: &str| (heading == "due_date").then_some(Hand::Day(serial));
    let since_1900 = small_book(&register_workbook(&due(46_326)), "");
    let rows = sheet_rows(&register_rows(&due(44_864)));
    let since_1904 = small_book(&workbook("<workbookPr date1904=\"1\"/>", &rows), "");
    for close in [since_1900, since_1904] {
        close.ties();
        assert!(close.result("open_items").iter().all(|row| row["due_date"] == "2026-10-31"));
    }
}

#[test]
fn n36_numbers_stored_as_text_are_read_by_the_grammar_of_texts() {
    let bytes = register_workbook(&|row, heading| {
        let text = ["'1,234.56", " 500.00 ", "250.25"][row - 1];
        matches!(heading, "amount" | "open_amount").then_some(Hand::Text(text))
    });
    small_book(&bytes, "").ties();
}

#[test]
fn n39_a_number_of_more_than_fifteen_digits_is_no_code() {
    let bytes = register_workbook(&|row, heading| {
        (row == 2 && heading == "item_id").then_some(Hand::Number("4111111111111111"))
    });
    let close = small_book(&bytes, "");
    close.done().says(&["error[T2203]", "already lost in Excel", "ar.xlsx, sheet \"Data\", row 3, column \"item_id\""]);
    assert_eq!(close.rejected(), [("3".into(), "item_id".into(), "4111111111111111".into(), "T2203".into())]);
    // As text, nothing is lost.
    let text = register_workbook(&|row, heading| {
        (row == 2 && heading == "customer_id").then_some(Hand::Text("4111111111111111"))
    });
    small_book(&text, "").ties();
}

#[test]
fn n42_error_values_are_never_blank_or_zero() {
    let errors = ["#REF!", "#N/A", "#VALUE!"];
    let bytes = register_workbook(&|row, heading| (heading == "open_amount").then_some(Hand::Error(errors[row - 1])));
    refused(
        |close| {
            close.write("ar.xlsx", &bytes).write("close.toml", with_register("ar.xlsx", ""));
        },
        &["error[T2206]", "#REF!", "#N/A", "#VALUE!", "column \"open_amount\"", "none could be loaded"],
    );
    // Also in a column that a row could do without, and in text files.
    let bytes =
        register_workbook(&|row, heading| (row == 3 && heading == "customer_name").then_some(Hand::Error("#DIV/0!")));
    let close = small_book(&bytes, "");
    close.done();
    assert_eq!(close.rejected(), [("4".into(), "customer_name".into(), "#DIV/0!".into(), "T2206".into())]);
    let close = small();
    close.write("ar.csv", crate::support::books::AR.replace("C1,", "#N/A,").replace("250.25,", "#REF!,"));
    close.done();
    let rejects: Vec<_> = close.rejected().into_iter().map(|(row, column, _, code)| (row, column, code)).collect();
    let expected = [("2", "customer_id"), ("4", "amount")];
    assert_eq!(rejects, expected.map(|(row, column)| (row.into(), column.into(), "T2206".into())));
}

#[test]
fn n43_a_formula_without_a_value_is_refused() {
    let bytes = register_workbook(&|row, heading| {
        (row == 1 && heading == "open_amount").then_some(Hand::Formula("SUM(J2:J2)"))
    });
    let close = small_book(&bytes, "");
    close.done().says(&["error[T1107]", "open the file in Excel", "row 2, column \"open_amount\""]);
    assert_eq!(close.rejected()[0].3, "T1107");
    assert_eq!(close.figure("subledger_balance"), "750.25");
}

#[test]
fn n48_a_total_row_of_a_workbook_is_left_out_and_checked() {
    let mut rows = register_rows(&|_, _| None);
    let mut total = vec![Hand::Text(""); 11];
    (total[0], total[9], total[10]) = (Hand::Text("Total"), Hand::Number("1984.81"), Hand::Number("1984.81"));
    rows.push(total);
    let close = small_book(&workbook("", &sheet_rows(&rows)), "");
    close.ties();
    assert_eq!((close.result("left_out")[0]["kind"].as_str(), close.result("left_out").len()), ("total", 1));
}

#[test]
fn n51_a_sheet_that_is_not_there_lists_those_that_are() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for name in ["Register 10", "Notes"] {
        book.add_worksheet().set_name(name).expect("a name").write(0, 0, "x").expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("a workbook");
    for more in ["sheet = \"Register\"", ""] {
        refused(
            |close| {
                close.write("ar.xlsx", &bytes).write("close.toml", with_register("ar.xlsx", more));
            },
            &["error[T1105]", " --> ar.xlsx", "\"Register 10\", \"Notes\""],
        );
    }
}
