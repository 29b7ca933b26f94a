//! Duplicates, lookups and the ledger against itself.

use crate::support::books::{AR, GL, TB, configuration, small, small_with};
use crate::support::{Row, refused};

#[test]
fn n75_identical_rows_are_two_rows_and_are_reported() {
    let line = AR.lines().nth(2).expect("a row");
    let close = small_with(format!("{AR}{line}\n"), "");
    close.done();
    assert_eq!(close.result("sources")[0]["rows_loaded"], "4");
    let items: Vec<(String, String, String)> = close
        .result("reconciling_items")
        .into_iter()
        .map(|row| (row["cause_code"].clone(), row["document_id"].clone(), row["amount"].clone()))
        .collect();
    assert_eq!(items, [("V11".into(), "INV-2".into(), "-500.00".into())]);
    assert_eq!(close.figure("unexplained"), "0.00");
}

#[test]
fn n75_identical_bank_lines_are_two_rows() {
    let close = small();
    let line = "0012345678,2026-10-05,USD,-25.00,Fee\n";
    close.write("bank.csv", format!("bank_account,booking_date,currency,amount,description\n{line}{line}"));
    let sources = [
        ("ar_items", "ar.csv", ""),
        ("gl_lines", "gl.csv", ""),
        ("trial_balance", "tb.csv", ""),
        ("bank_lines", "bank.csv", ""),
    ];
    close.write("close.toml", configuration(&sources));
    close.ties();
    assert_eq!(close.result("sources")[3]["control_total"], "-50.00");
    let sql = "select count(*) as lines, sum(amount) as amount from bank_lines order by lines";
    let rows = close.run(&["query", "-e", sql, "--format", "csv"]).with(0);
    assert_eq!(rows.stdout, "lines,amount\n2,-50.00\n");
}

#[test]
fn n80_a_key_that_stands_twice_in_a_lookup_is_refused() {
    let rates = "currency,date,rate\nEUR,2026-10-31,1.08\nEUR,2026-10-31,1.09\n";
    let accounts = "account,account_name,account_class\n1200,Receivables,receivable\n1200,Debtors,receivable\n";
    let customers = "entity,customer_id,customer_name\nUS01,C1,Muller\nUS01,C1,Mueller\n";
    for (table, text) in [("exchange_rates", rates), ("accounts", accounts), ("customers", customers)] {
        refused(
            |close| {
                let sources = [
                    ("ar_items", "ar.csv", ""),
                    ("gl_lines", "gl.csv", ""),
                    ("trial_balance", "tb.csv", ""),
                    (table, "lookup.csv", ""),
                ];
                close.write("lookup.csv", text).write("close.toml", configuration(&sources));
            },
            &["error[T2502]", &format!("{table} has "), "twice, also in row 2", " --> lookup.csv, line 3", "help: "],
        );
    }
}

fn failed(rows: Vec<Row>) -> Vec<String> {
    rows.into_iter().filter(|row| row["outcome"] == "fail").map(|row| row["check"].clone()).collect()
}

#[test]
fn n86_a_trial_balance_that_is_not_zero_is_a_finding_and_a_failed_check() {
    let close = small();
    let more = "US01,1010,Bank,0.00,0.00,0.00,0.00\nUS01,3000,Equity,0.00,0.00,0.00,0.00\n\
                US01,2000,Payables,0.00,0.00,3.50,-3.50\n";
    close.write("tb.csv", format!("{TB}{more}"));
    close.done().says(&["[T3102]", "trial balance of US01 does not sum to zero but to -3.50"]);
    assert_eq!(failed(close.result("checks")), ["US01: trial balance sums to zero"]);
    // A balance of some accounts need not be zero, and says so.
    close.write("tb.csv", TB.lines().take(2).collect::<Vec<_>>().join("\n"));
    close.done();
    assert!(
        close
            .result("checks")
            .iter()
            .any(|row| row["check"] == "US01: trial balance sums to zero" && row["outcome"] == "not testable")
    );
}

#[test]
fn n86_detail_that_differs_from_the_trial_balance_names_account_and_difference() {
    let close = small();
    close.write("tb.csv", TB.replace("1984.81,-1984.81", "1985.81,-1985.81"));
    close.done().says(&["[T3103]", "US01 4000 (-1.00)"]);
    assert_eq!(failed(close.result("checks")), ["accounts whose detail agrees to the trial balance"]);
}

#[test]
fn n86_accounts_that_are_missing_are_named() {
    let close = small();
    close.write("tb.csv", TB.lines().take(2).collect::<Vec<_>>().join("\n"));
    close.done().says(&["[T3104]", "US01 4000"]);
    // Also those that the chart of accounts does not have.
    let sources = [
        ("ar_items", "ar.csv", ""),
        ("gl_lines", "gl.csv", ""),
        ("trial_balance", "tb.csv", ""),
        ("accounts", "chart.csv", ""),
    ];
    close.write("tb.csv", TB).write("gl.csv", GL).write("close.toml", configuration(&sources));
    close.write("chart.csv", "account,account_name,account_class\n1200,Receivables,receivable\n");
    close.done().says(&["[T3104]", "4000", "chart of accounts"]);
}
