//! Reports as text: title lines, page heads, totals, headings.

use crate::support::books::{AR, register_with, small_with, with_register};
use crate::support::refused;

#[test]
fn n20_title_lines_above_the_headings_are_passed_over() {
    let titles = "Open items\nAccount: 1200,Receivables\nPeriod,\"1 to 31 October 2026\"\n\n";
    let close = small_with(format!("{titles}{AR}"), "");
    close.ties();
    assert_eq!(close.result("open_items")[0]["source_row"], "6");
    // Also where the heading row is declared, counted in lines of the file.
    small_with(format!("{titles}{AR}"), "options = { header_row = 5 }").ties();
}

#[test]
fn n21_footer_lines_are_left_out_and_a_count_in_them_is_checked() {
    let close = small_with(format!("{AR}\nRecord count: 3\nEnd of report\n"), "");
    close.ties();
    let left: Vec<String> = close.result("left_out").into_iter().map(|row| row["kind"].clone()).collect();
    assert_eq!(left, ["footer", "footer"]);
    let check = close.result("checks").into_iter().find(|check| check["check"].contains("footer"));
    assert_eq!(check.expect("a check of the count")["outcome"], "pass");

    let short = small_with(format!("{AR}Record count: 4\n"), "");
    short.done().says(&["row count in the footer"]);
    let check = short.result("checks").into_iter().find(|check| check["check"].contains("footer"));
    let check = check.expect("a check of the count");
    assert_eq!((check["outcome"].as_str(), check["difference"].as_str()), ("fail", "1"));
}

#[test]
fn n22_page_heads_inside_the_data_are_left_out() {
    let headings = AR.lines().next().expect("headings");
    let lines: Vec<&str> = AR.lines().skip(1).collect();
    let ruler = ["-----"; 11].join(",");
    let text =
        format!("{headings}\n{ruler}\n{}\nPage 1 of 2\n{headings}\n{ruler}\n{}\n", lines[0], lines[1..].join("\n"));
    let close = small_with(text, "");
    close.ties();
    let left = close.result("left_out");
    assert!(left.iter().all(|row| row["kind"] == "page_head"), "{left:?}");
    assert_eq!(left.len(), 4);
}

#[test]
fn n23_a_heading_that_stands_there_twice_is_refused_unless_a_position_says_which() {
    let text = AR.replace("open_amount", "amount");
    refused(
        |close| {
            close.write("ar.csv", &text);
        },
        &["error[T2003]", "\"amount\" stands there twice, in columns 10 and 11", "ar.csv, line 1", "amount = \"#10\""],
    );
    small_with(&text, "columns = { amount = \"#10\", open_amount = \"#11\" }").ties();
}

#[test]
fn n24_blank_and_two_line_headings_are_read() {
    let blank = AR.replace("customer_name", "");
    small_with(blank, "").ties();
    let (first, second): (Vec<&str>, Vec<&str>) = AR
        .lines()
        .next()
        .expect("headings")
        .split(',')
        .map(|heading| heading.split_once('_').unwrap_or((heading, "")))
        .unzip();
    let body: String = AR.lines().skip(1).map(|line| format!("{line}\n")).collect();
    let close = small_with(format!("{}\n{}\n{body}", first.join(","), second.join(",")), "");
    close.ties();
    assert_eq!(close.result("sources")[0]["rows_read"], "3");
}

#[test]
fn n24_a_missing_heading_names_what_was_seen_and_the_nearest() {
    refused(
        |close| {
            close.write("ar.csv", AR.replace("item_id", "itm_idd"));
        },
        &[
            "error[T2002]",
            "item_id (nearest heading: \"itm_idd\")",
            "entity | itm_idd | item_type",
            " --> ar.csv, line 1",
            "columns = { item_id = \"…\" }",
        ],
    );
    small_with(AR.replace("item_id", "itm_idd"), "columns = { item_id = \"itm_idd\" }").ties();
}

#[test]
fn n40_codes_and_amounts_in_e_notation_are_refused() {
    let close = small_with(AR.replace("INV-2", "1.23457E+11").replace("250.25", "2.5025E+2"), "");
    close.done().says(&["error[T2202]", "ar.csv, line 3, column \"item_id\"", "ar.csv, line 4, column \"amount\""]);
    let rejects: Vec<_> = close.rejected().into_iter().map(|(row, column, _, code)| (row, column, code)).collect();
    let expected = [("3", "item_id"), ("4", "amount"), ("4", "open_amount")];
    assert_eq!(rejects, expected.map(|(row, column)| (row.into(), column.into(), "T2202".into())));
}

#[test]
fn n41_lost_zeros_come_back_to_a_declared_width_and_collisions_are_refused() {
    let options = "options = { width = { customer_id = 4 } }";
    let close = small_with(register_with("customer_id", ["10", "20", "20"]), options);
    close.ties().says(&["warning[T2204]", "3 codes were padded"]);
    let customers: Vec<String> = close.result("open_items").into_iter().map(|row| row["customer_id"].clone()).collect();
    assert_eq!(customers, ["0010", "0020", "0020"]);

    let both = small_with(register_with("customer_id", ["10", "0010", "20"]), options);
    both.done().says(&["error[T2204]", "becomes 0010", "ar.csv, line 2"]);
    assert_eq!(both.rejected(), [("2".into(), "customer_id".into(), "10".into(), "T2204".into())]);
    // Without a width nothing is guessed.
    let plain = small_with(register_with("customer_id", ["10", "0010", "20"]), "");
    plain.ties();
}

#[test]
fn n48_total_rows_are_left_out_and_checked() {
    let close = small_with(format!("{AR}Total,,,,,,,,,1984.81,1984.81\n"), "");
    close.ties();
    assert_eq!(close.result("left_out")[0]["kind"], "total");
    let check = close.result("checks").into_iter().find(|check| check["check"].contains("printed total"));
    assert_eq!(check.expect("a check of the total")["outcome"], "pass");

    let wrong = small_with(format!("{AR}Total,,,,,,,,,1985.81,1985.81\n"), "");
    wrong.done().says(&["warning[T2402]", "1,985.81", "1,984.81", "ar.csv, line 5"]);
    let check = wrong.result("checks").into_iter().find(|check| check["check"].contains("printed total"));
    assert_eq!(check.expect("a check of the total")["outcome"], "fail");
    // A customer called Total is none.
    let close = small_with(AR.replace("C2,Acme", "C2,Total Wine"), "");
    close.ties();
    assert_eq!(close.result("left_out").len(), 0);
}

#[test]
fn n25_headings_in_another_order_are_the_same() {
    let turned: String = AR
        .lines()
        .map(|line| {
            let mut fields: Vec<&str> = line.split(',').collect();
            fields.reverse();
            fields.join(",") + "\n"
        })
        .collect();
    let close = small_with(turned, "");
    close.ties();
    // A further column rides along and breaks nothing.
    let more: String =
        AR.lines().enumerate().map(|(at, line)| format!("{line},{}\n", if at == 0 { "Remark" } else { "x" })).collect();
    close.write("ar.csv", more).write("close.toml", with_register("ar.csv", ""));
    close.ties();
}
