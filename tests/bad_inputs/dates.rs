//! Dates.

use crate::support::books::{AR, register_with, small_with, with_register};
use crate::support::{Close, refused};

#[test]
fn n67_day_and_month_that_may_change_places_are_refused_unless_declared() {
    let register = register_with("due_date", ["03/04/2026", "05/06/2026", "07/07/2026"]);
    let close = small_with(&register, "");
    close.done().says(&[
        "error[T2301]",
        "\"03/04/2026\" is ambiguous",
        "ar.csv, line 2, column \"due_date\"",
        "date_format",
    ]);
    let rejects: Vec<_> = close.rejected().into_iter().map(|(row, column, _, code)| (row, column, code)).collect();
    assert_eq!(rejects, ["2", "3"].map(|row| (row.into(), "due_date".into(), "T2301".into())));

    let dates = |close: &Close| -> Vec<String> {
        close.result("open_items").into_iter().map(|row| row["due_date"].clone()).collect()
    };
    // Another value of the column decides; a declared format is law for every date column.
    let decided = small_with(register_with("due_date", ["03/04/2026", "05/06/2026", "31/10/2026"]), "");
    decided.ties();
    assert_eq!(dates(&decided), ["2026-04-03", "2026-06-05", "2026-10-31"]);
    let us = small_with(register_with("due_date", ["03/04/2026", "10/31/2026", "05/06/2026"]), "");
    us.ties();
    assert_eq!(dates(&us), ["2026-03-04", "2026-10-31", "2026-05-06"]);
}

#[test]
fn n67_a_column_is_read_as_the_other_dates_of_its_export_prove() {
    // Every day of due_date is below 13; document_date and posting_date may prove the order for it.
    let close = |document: &str, posting: &str| {
        let register = format!(
            "entity,item_id,item_type,customer_id,document_date,posting_date,due_date,amount\n\
             M,A1,invoice,C1,{document},{posting},11/02/2026,10.00\n\
             M,A2,invoice,C1,2026-10-01,2026-10-01,2026-11-01,20.00\n"
        );
        let close = Close::empty();
        close.write("ar.csv", register).write("tb.csv", "entity,account,ending_balance\nM,1200,30.00\n");
        let source = |table: &str, path: &str| format!("[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n\n");
        let toml = "[close]\nname = \"T\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n\n".to_owned()
            + &source("ar_items", "ar.csv")
            + &source("trial_balance", "tb.csv")
            + "[[control_account]]\nentity = \"M\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
        close.write("close.toml", toml);
        close.done();
        let rows = close.result("open_items");
        let due = rows.iter().find(|row| row["item_id"] == "A1").map(|row| row["due_date"].clone());
        (due, close.rejected().len())
    };
    assert_eq!(close("10/25/2026", "10/25/2026"), (Some("2026-11-02".to_owned()), 0));
    assert_eq!(close("25/10/2026", "2026-10-25"), (Some("2026-02-11".to_owned()), 0));
    // No witness, or two that contradict each other.
    assert_eq!(close("2026-10-25", "2026-10-25"), (None, 1));
    assert_eq!(close("25/10/2026", "10/25/2026"), (None, 1));
}

#[test]
fn n67_a_declared_format_is_law() {
    let slashes = |text: &str| {
        let headings = text.lines().next().expect("headings").to_owned();
        let body: Vec<String> = text
            .lines()
            .skip(1)
            .map(|line| {
                let turned = line.split(',').map(|field| match field.split('-').collect::<Vec<_>>().as_slice() {
                    [year, month, day] if year.len() == 4 => format!("{day}/{month}/{year}"),
                    _ => field.to_owned(),
                });
                turned.collect::<Vec<_>>().join(",")
            })
            .collect();
        format!("{headings}\n{}\n", body.join("\n"))
    };
    let register = slashes(AR);
    small_with(&register, "options = { date_format = \"%d/%m/%Y\" }").ties();
    let ended = small_with(&register, "options = { date_format = \"%Y-%m-%d\" }");
    ended.close().with(2).says(&["error[T2303]", "declared format %Y-%m-%d", "none could be loaded"]);
}

#[test]
fn n68_two_orders_in_one_column_name_both_rows() {
    refused(
        |close| {
            close.write("ar.csv", register_with("due_date", ["13/04/2026", "04/05/2026", "04/13/2026"]));
            close.write("close.toml", with_register("ar.csv", ""));
        },
        &[
            "error[T2302]",
            "\"13/04/2026\" in row 2",
            "\"04/13/2026\" in row 4",
            " --> ar.csv, line 2, column \"due_date\"",
            "date_format",
        ],
    );
}

/// The rejects of a register with these due dates: (row, code).
fn refused_dates(cells: [&str; 3], more: &str) -> Vec<(String, String)> {
    let close = small_with(register_with("due_date", cells), more);
    close.done();
    close.rejected().into_iter().map(|(row, _, _, code)| (row, code)).collect()
}

fn rows(rows: &[&str]) -> Vec<(String, String)> {
    rows.iter().map(|row| ((*row).to_owned(), "T2303".to_owned())).collect()
}

#[test]
fn n69_forms_that_say_too_little_or_too_much_are_refused_unless_declared() {
    assert_eq!(refused_dates(["25/10/26", "1-Jan", "2026-10-31"], ""), rows(&["2", "3"]));
    assert_eq!(refused_dates(["2026-02-29", "00000000", "2026-10-31"], ""), rows(&["2", "3"]));
    assert_eq!(refused_dates(["9999-12-31", "2026-10-31", "2026-10-31"], ""), rows(&["2"]));
    assert_eq!(refused_dates(["20/11/2026 TUE", "2026-10-31", "2026-10-31"], ""), rows(&["2"]));
    let none = "options = { no_date = [\"00000000\", \"9999-12-31\", \"n/a\"] }";
    assert_eq!(refused_dates(["00000000", "9999-12-31", "n/a"], none), []);
}

#[test]
fn n70_months_of_another_language_are_refused() {
    assert_eq!(refused_dates(["31 Oktober 2026", "31 octobre 2026", "31 October 2026"], ""), rows(&["2", "3"]));
}

#[test]
fn n71_a_time_in_utc_is_said_and_another_zone_is_refused() {
    let close =
        small_with(register_with("due_date", ["2026-10-31T23:30:00Z", "2026-10-31T08:00:00", "2026-10-31"]), "");
    close.ties().says(&["note[T2307]: 1 dates have a time in UTC", "ar.csv, line 2, column \"due_date\""]);
    assert!(close.result("open_items").iter().all(|row| row["due_date"] == "2026-10-31"));
    assert_eq!(refused_dates(["2026-10-31T23:30:00+02:00", "2026-10-31", "2026-10-31"], ""), rows(&["2"]));
}

#[test]
fn n72_n74_rows_of_another_period_are_kept_apart_and_most_of_them_are_a_warning() {
    let later = AR.replace("2026-10-30,2026-10-30", "2026-11-02,2026-11-02");
    let close = small_with(&later, "");
    let ended = close.done();
    assert!(!ended.stderr.contains("T2305"), "one of three is a cut-off, no wrong file");
    assert_eq!(close.result("left_out")[0]["kind"], "after_period");
    assert_eq!(close.figure("subledger_balance"), "1734.56");
    let items = close.result("reconciling_items");
    assert_eq!(items.iter().map(|item| item["cause_code"].as_str()).collect::<Vec<_>>(), ["V08"]);
    let most = later.replace("2026-10-13,2026-10-13", "2026-11-13,2026-11-13");
    small_with(most, "").done().says(&["warning[T2305]", "2 of 3 rows are posted after the period end", "ar.csv"]);
}

#[test]
fn n73_a_period_of_four_or_five_weeks_starts_where_it_says() {
    let close = small_with(AR.replace("2026-10-05,2026-10-05", "2026-09-28,2026-09-28"), "");
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("text");
    close.write("gl.csv", crate::support::books::GL.replace("2026-10-05", "2026-09-28"));
    close.write("close.toml", toml.replacen("period_end", "period_start = 2026-09-27\nperiod_end", 1));
    close.ties();
    close.write("close.toml", toml.replacen("period_end", "period_start = 2026-11-27\nperiod_end", 1));
    close.close().with(2).says(&["error[T9103]", "the period starts after its end"]);
}

#[test]
fn n67_no_ambiguous_date_is_proof_of_a_cutoff() {
    // A guess would put 05/04 and 07/04 of the ledger into May and July, and 03/04 into March.
    let close = Close::empty();
    close.write(
        "ar.csv",
        "Invoice No,Type,Date,Due,Customer,Amount,Balance\nA1,Invoice,03/04/2026,25/04/2026,C1,10.00,10.00\n\
         A2,Invoice,05/04/2026,26/04/2026,C1,20.00,20.00\n",
    );
    close.write(
        "gl.csv",
        "Account,Date,Doc No,Debit,Credit\n1200,03/04/2026,A1,10.00,\n1200,05/04/2026,A2,20.00,\n\
         1200,07/04/2026,A3,\"1,234\",\n1200,2026-04-30,A4,5.00,\n",
    );
    close.write("tb.csv", "account,ending_balance\n1200,40.00\n");
    let source = |table: &str, path: &str| format!("[[source]]\ntable = \"{table}\"\npath = \"{path}\"\n\n");
    let toml = "[close]\nname = \"T\"\nperiod_end = 2026-04-30\ncurrency = \"USD\"\nout = \"out/2026-10\"\n\n"
        .to_owned()
        + &source("ar_items", "ar.csv")
        + &source("gl_lines", "gl.csv")
        + &source("trial_balance", "tb.csv")
        + "[[control_account]]\nentity = \"M\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
    close.write("close.toml", toml);
    let ended = close.done().says(&["3 rows of the GL detail were rejected", "No conclusion on M 1200"]);
    let rows: Vec<_> = close.rejected().into_iter().map(|(row, _, _, code)| (row, code)).collect();
    assert_eq!(rows, ["2", "3", "4"].map(|row| (row.to_owned(), "T2301".to_owned())), "{}", ended.stderr);
    assert_eq!(close.result("left_out").len(), 0);
    assert!(close.result("reconciling_items").iter().all(|item| item["cause_code"] != "V08"));
    assert_eq!(close.figure("status"), "open");
}
