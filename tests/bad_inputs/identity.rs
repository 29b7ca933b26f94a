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
fn n86_a_balance_without_openings_beside_the_period_alone_decides_nothing() {
    let close = small();
    // The account had a balance before the period, which neither file shows.
    let balance = "entity,account,ending_balance\nUS01,1200,2084.81\nUS01,4000,-2084.81\n";
    close.write("tb.csv", balance);
    let said = close.done();
    assert!(!said.stderr.contains("T3103"), "{}", said.stderr);
    let checks = close.result("checks");
    let outcome = |what: &str| {
        checks.iter().find(|row| row["check"].contains(what)).map(|row| row["outcome"].clone()).unwrap_or_default()
    };
    assert_eq!(outcome("2 accounts whose detail agrees to the trial balance"), "not testable");
    // With lines before the period the detail is history, and the difference is one.
    close.write("gl.csv", GL.replacen("2026-10-", "2026-09-", 2));
    close.done().says(&["[T3103]"]);
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

/// Cause and document of every item, in their order.
fn items(close: &crate::support::Close) -> Vec<(String, String)> {
    let of = |row: Row| (row["cause_code"].clone(), row["document_id"].clone());
    let mut items: Vec<_> = close.result("reconciling_items").into_iter().map(of).collect();
    items.sort();
    items
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(cause, document)| ((*cause).to_owned(), (*document).to_owned())).collect()
}

#[test]
fn n76_the_same_file_twice_is_refused_and_an_overlap_is_said() {
    let twice = |close: &crate::support::Close, second: &str| {
        let sources = [
            ("ar_items", "ar.csv", ""),
            ("ar_items", "more.csv", ""),
            ("gl_lines", "gl.csv", ""),
            ("trial_balance", "tb.csv", ""),
        ];
        close.write("more.csv", second).write("close.toml", configuration(&sources));
    };
    refused(|close| twice(close, AR), &["error[T2501]", "the same content as ar.csv", " --> more.csv"]);
    // Two of its rows stand in the other file: both count, nothing is removed.
    let close = small();
    let overlap: String =
        AR.lines().enumerate().filter(|(at, _)| *at != 1).map(|(_, line)| format!("{line}\n")).collect();
    twice(&close, &overlap);
    close.done().says(&["warning[T2503]: 2 rows of this file stand in ar.csv too", " --> more.csv, line 2"]);
    assert_eq!(close.figure("subledger_balance"), "2735.06");
    // Identical rows of one file are no overlap.
    let other = "US01,INV-4,invoice,C2,Acme,2026-10-30,2026-10-30,2026-11-29,USD,1.00,1.00\n".repeat(2);
    twice(&close, &format!("{}\n{other}", AR.lines().next().expect("headings")));
    assert!(!close.done().stderr.contains("T2503"));
}

#[test]
fn n77_one_number_of_two_customers_is_two_documents() {
    let register = AR.replace("INV-3,invoice,C2", "INV-1,invoice,C2");
    let close = small_with(&register, "");
    close.write("gl.csv", GL.replace("INV-3", "INV-1"));
    close.ties();
    // One of the two is missing: it is that one.
    close.write("gl.csv", GL.replace("INV-3", "INV-1").replace("INV-1,C1", "INV-9,C1"));
    close.done();
    assert_eq!(items(&close), pairs(&[("V07", "INV-1"), ("V09", "INV-9")]));
    let lost = close.result("reconciling_items").into_iter().find(|row| row["cause_code"] == "V07").expect("the item");
    assert_eq!((lost["customer_id"].as_str(), lost["amount"].as_str()), ("C1", "-1234.56"));
}

#[test]
fn n78_numbers_that_are_only_alike_never_tie() {
    let close = small();
    close.write("gl.csv", GL.replace("INV-2", "0002/2026").replace("INV-3", " inv 3"));
    close.done();
    let found = items(&close);
    assert!(found.iter().any(|(_, document)| document == "INV-2"), "{found:?}");
    assert!(found.iter().any(|(_, document)| document == "0002/2026"), "shown as written: {found:?}");
    assert_eq!(close.figure("unexplained"), "0.00");
    assert_eq!(close.figure("variance"), "0.00");
}

#[test]
fn n79_a_blank_key_never_matches() {
    let close = small_with(AR.replace("INV-2", ""), "");
    close.done().says(&["error[T2001]", "item_id is blank", "ar.csv, line 3"]);
    assert_eq!(items(&close), pairs(&[("V09", "INV-2")]));
    let close = small();
    close.write("gl.csv", GL.replace("INV-2", ""));
    close.done();
    assert!(items(&close).iter().any(|(_, document)| document == "INV-2"), "{:?}", items(&close));
    assert_eq!(close.figure("unexplained"), "0.00");
}

#[test]
fn n82_of_two_equal_candidates_none_is_taken() {
    // Two postings without a document and of one amount: neither is said to be the invoice's.
    let close = small();
    let line = "US01,1200,J7,1,2026-10-13,,,AR,Invoice,500.00,\nUS01,4000,J7,2,2026-10-13,,,AR,Invoice,,500.00\n";
    close.write("gl.csv", GL.replace("INV-2", "") + line);
    close.done();
    let postings = close.result("reconciling_items").into_iter().filter(|row| row["document_id"].is_empty()).count();
    assert_eq!(postings, 2, "both are listed: {:?}", items(&close));
}

#[test]
fn n83_very_many_equal_amounts_end_in_time() {
    let (mut register, mut ledger) =
        (AR.lines().next().expect("headings").to_owned(), GL.lines().next().expect("headings").to_owned());
    for number in 0..20_000 {
        register.push_str(&format!("\nUS01,A-{number},invoice,C1,Big,2026-10-05,2026-10-05,2026-11-04,USD,5.00,5.00"));
        // Under other numbers: nothing has a key in common, everything has the amount and the day.
        ledger.push_str(&format!("\nUS01,1200,J{number},1,2026-10-05,B-{number},C1,AR,Invoice,5.00,"));
    }
    let close = small_with(register, "");
    close.write("gl.csv", ledger).write("tb.csv", "entity,account,ending_balance\nUS01,1200,100000.00\n");
    let started = std::time::Instant::now();
    close.done();
    assert!(started.elapsed().as_secs() < 120, "{:?}", started.elapsed());
    assert_eq!((close.figure("variance"), close.figure("unexplained")), ("0.00".to_owned(), "0.00".to_owned()));
}

#[test]
fn n84_signs_turned_and_reversals_are_labelled() {
    let close = small();
    close.write("gl.csv", GL.replace("INV-2,C2,AR,Invoice,500.00,", "INV-2,C2,AR,Invoice,,500.00"));
    close.done();
    assert_eq!(items(&close), pairs(&[("V12", "INV-2")]));
    // A posting and its reversal of one document leave nothing to explain.
    let both =
        "US01,1200,J8,1,2026-10-30,INV-3,C2,AR,Reversal,,250.25\nUS01,1200,J9,1,2026-10-30,INV-3,C2,AR,Again,250.25,\n";
    close.write("gl.csv", format!("{GL}{both}"));
    close.ties();
}

#[test]
fn n85_a_balance_that_contradicts_its_own_movements_is_said() {
    let close = small();
    close.write(
        "tb.csv",
        TB.replace("0.00,1984.81,0.00,1984.81", "100.00,1984.81,0.00,1984.81")
            .replace("0.00,0.00,1984.81", "10.00,0.00,1994.81"),
    );
    close.done().says(&[
        "warning[T3105]: 1 rows of the trial balance do not add up",
        "US01 1200: 100.00 + 1984.81 is not 1984.81",
        " --> tb.csv, line 2",
    ]);
    let check = |close: &crate::support::Close| -> Vec<String> {
        let checks = close.result("checks").into_iter();
        checks
            .filter(|check| check["check"].contains("opening + debit - credit"))
            .map(|c| c["outcome"].clone())
            .collect()
    };
    assert_eq!(check(&close), vec!["fail".to_owned()]);
    // Balances in two columns move nothing, so there is nothing to test.
    close.write(
        "tb.csv",
        "entity,account,debit,credit,ending_balance\nUS01,1200,1984.81,,1984.81\nUS01,4000,,1984.81,-1984.81\n",
    );
    close.ties();
    assert_eq!(check(&close), Vec::<String>::new());
}

#[test]
fn n85_bank_balances_in_a_table_of_their_own_are_proved() {
    let close = small();
    let more = [("bank_lines", "lines.csv", ""), ("bank_balances", "balances.csv", "")];
    let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    close.write("close.toml", configuration(&[&sources[..], &more].concat()));
    close.write(
        "lines.csv",
        "bank_account,booking_date,amount,currency\n9001,2026-10-02,100.00,USD\n9001,2026-10-15,-30.50,USD\n\
         9001,2026-10-30,5.00,USD\n9001,2026-11-02,1000.00,USD\n",
    );
    let head = "bank_account,date,opening_balance,closing_balance,currency\n";
    let first = "9001,2026-10-15,10.00,79.50,USD\n";
    close.write("balances.csv", format!("{head}{first}9001,2026-10-31,,84.50,USD\n7,2026-10-31,1.00,2.00,USD\n"));
    close.ties();
    let proofs = |close: &crate::support::Close| -> Vec<(String, String)> {
        let checks = close.result("checks").into_iter();
        let of_balances = checks.filter(|check| check["check"].contains("opening balance + lines"));
        of_balances.map(|check| (check["check"].clone(), check["outcome"].clone())).collect()
    };
    let of = |day: &str| format!("balances.csv: 9001 of {day}: opening balance + lines = closing balance");
    assert_eq!(proofs(&close), [(of("2026-10-15"), "pass".into()), (of("2026-10-31"), "pass".into())]);
    close.write("balances.csv", format!("{head}{first}9001,2026-10-31,,80.00,USD\n"));
    close.done().says(&["error[T1405]", "9001 of 2026-10-31: 79.50 + 5.00 is not 80.00", " --> balances.csv, line 3"]);
    assert_eq!(proofs(&close), [(of("2026-10-15"), "pass".into()), (of("2026-10-31"), "fail".into())]);
}

#[test]
fn n88_small_differences_are_listed_and_their_total_is_shown() {
    let (mut register, mut ledger) =
        (AR.lines().next().expect("headings").to_owned(), GL.lines().next().expect("headings").to_owned());
    for number in 0..300 {
        register.push_str(&format!("\nUS01,A-{number},invoice,C1,Big,2026-10-05,2026-10-05,2026-11-04,USD,5.00,5.00"));
        ledger.push_str(&format!("\nUS01,1200,J{number},1,2026-10-05,A-{number},C1,AR,Invoice,5.01,"));
    }
    let close = small_with(register, "");
    close.write("gl.csv", ledger).write("tb.csv", "entity,account,ending_balance\nUS01,1200,1503.00\n");
    close.done();
    let found = items(&close);
    assert_eq!((found.len(), found.iter().all(|(cause, _)| cause == "V21")), (300, true));
    // Each is within the tolerance of a document; together they are a variance like any other.
    let rec = &close.result("reconciliations")[0];
    assert_eq!((rec["variance"].as_str(), rec["status"].as_str()), ("3.00", "explained"));
}
