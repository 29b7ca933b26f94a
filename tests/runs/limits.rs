//! What has no conclusion says so: a side that is missing, rows that were rejected.

use crate::support::books::{AR, GL, TB, configuration, small, small_with, with_ledger};
use crate::support::{Close, Row};

/// A small close of some of its files.
fn of(sources: &[(&str, &str, &str)]) -> Close {
    let close = small();
    close.write("close.toml", configuration(sources));
    close
}

fn only(close: &Close) -> Row {
    let mut rows = close.result("reconciliations");
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

#[track_caller]
fn has_no_conclusion(close: &Close, why: &str) {
    let ended = close.done().says(&["No conclusion on US01 1200", why]);
    let rec = only(close);
    assert_eq!((rec["status"].as_str(), rec["items"].as_str()), ("open", "0"), "{}", ended.stderr);
    assert!(rec["limitation"].contains(why), "{rec:?}");
    assert_eq!(close.result("reconciling_items").len(), 0);
    close.run(&["close", "--fail-on", "open"]).with(1);
}

#[test]
fn nothing_loaded_is_not_reconciled() {
    let banks = of(&[("bank_lines", "bank.csv", "")]);
    banks.write("bank.csv", "bank_account,booking_date,amount\nB1,2026-10-05,10.00\n");
    has_no_conclusion(&banks, "no AR register");
    has_no_conclusion(&banks, "no general ledger");
    banks.close().says(&["warning[T3014]"]);
}

#[test]
fn a_side_that_is_missing_as_a_whole_explains_nothing() {
    has_no_conclusion(&of(&[("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")]), "no AR register");
    has_no_conclusion(&of(&[("ar_items", "ar.csv", "")]), "no general ledger");
    // Without openings the whole balance would be one opening difference.
    let register = of(&[("trial_balance", "tb.csv", "")]);
    has_no_conclusion(&register, "no AR register");
    // The register and the ledger are of another entity, or the account is written in another way.
    let other = small_with(AR.replace("US01,INV", "US02,INV"), "");
    has_no_conclusion(&other, "the AR register has no document of US01");
    let unknown = small();
    unknown.write("gl.csv", GL.replace("US01,1200", "US01,001200"));
    unknown.write("tb.csv", TB.replace("US01,1200", "US01,001200"));
    has_no_conclusion(&unknown, "neither in the trial balance nor in the GL detail");
}

#[test]
fn a_zero_that_both_sides_say_is_reconciled() {
    let close = small();
    // Another entity has the documents; this account is 0.00 in the trial balance.
    let toml =
        configuration(&[("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")]);
    let more = "\n[[control_account]]\nentity = \"US02\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
    close.write("close.toml", format!("{toml}{more}"));
    close.write("tb.csv", format!("{TB}US02,1200,Trade receivables,0.00,0.00,0.00,0.00\n"));
    close.ties();
    assert_eq!(close.result("reconciliations").len(), 2);
}

#[test]
fn balances_without_detail_agree_or_stay_open() {
    let sources = [("ar_items", "ar.csv", ""), ("trial_balance", "tb.csv", "")];
    let close = of(&sources);
    close.ties().says(&["warning[T3012]"]);
    close.write("tb.csv", TB.replace("1984.81,0.00,1984.81", "2000.00,0.00,2000.00"));
    has_no_conclusion(&close, "only the balances could be compared");
}

#[test]
fn rejected_rows_keep_their_account_open() {
    // Two mistakes that hide each other: the refused row is missing on one side, and everything else agrees.
    let close = small_with(AR.replace("2026-10-13,2026-11-12", "soon,2026-11-12"), "");
    close.done().says(&["No conclusion on US01 1200: 1 row of the AR register was rejected", "warning[T3013]"]);
    assert_eq!(only(&close)["status"], "open");
    // Explained to the cent, and open all the same.
    assert_eq!(only(&close)["unexplained"], "0.00");
    // A line of another account changes nothing of this one; a line whose account cannot be read may.
    let elsewhere = small();
    elsewhere.write("gl.csv", GL.replace("US01,4000,J1,2,2026-10-05", "US01,4000,J1,2,soon"));
    elsewhere.done();
    assert_eq!(only(&elsewhere)["status"], "reconciled");
    let unknown = small();
    unknown.write("gl.csv", GL.replace("US01,4000,J1,2,2026-10-05", "US01,4E5,J1,2,2026-10-05"));
    unknown.write("close.toml", with_ledger(""));
    unknown.done().says(&["1 row of the GL detail was rejected"]);
    assert_eq!(only(&unknown)["status"], "open");
}

#[test]
fn an_account_without_documents_has_no_opening_difference() {
    // The register has US01's other account alone; nobody knows that 1210 differed before.
    let close = small();
    let toml = configuration(&[
        ("ar_items", "ar.csv", "constants = { account = \"1200\" }"),
        ("gl_lines", "gl.csv", ""),
        ("trial_balance", "tb.csv", ""),
    ]);
    let more = "\n[[control_account]]\nentity = \"US01\"\naccount = \"1210\"\nsubledger = \"ar\"\n";
    close.write("close.toml", format!("{toml}{more}"));
    close.write("tb.csv", format!("{TB}US01,1210,Other receivables,700.00,0.00,0.00,700.00\n"));
    close.done();
    let rows = close.result("reconciliations");
    let other = rows.iter().find(|row| row["account"] == "1210").expect("the account");
    assert_eq!((other["status"].as_str(), other["unexplained"].as_str()), ("open", "700.00"));
}
