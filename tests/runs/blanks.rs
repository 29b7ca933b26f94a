//! Blank cells where a figure belongs: they are refused, or what else is known fills them; nothing is guessed.

use crate::support::books::configuration;
use crate::support::{Close, Row};

const REGISTER: &str = "entity,item_id,item_type,customer_id,document_date,due_date,cleared_date,amount,open_amount\n";
const LEDGER: &str = "entity,account,journal_id,posting_date,document_id,source,amount\n";
const BALANCE: &str = "entity,account,opening_balance,ending_balance\n";

/// A close of these files; the applications only where there are some.
fn close(register: &str, applications: &str, ledger: &str, balance: &str) -> Close {
    let close = Close::empty();
    let mut sources = vec![("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    if !applications.is_empty() {
        sources.push(("ar_applications", "app.csv", ""));
        let headings = "entity,from_item_id,to_item_id,applied_date,amount\n";
        close.write("app.csv", format!("{headings}{applications}"));
    }
    close.write("close.toml", configuration(&sources));
    close.write("ar.csv", format!("{REGISTER}{register}"));
    close.write("gl.csv", format!("{LEDGER}{ledger}"));
    close.write("tb.csv", format!("{BALANCE}{balance}"));
    close
}

fn only(close: &Close) -> Row {
    close.done();
    close.result("reconciliations").remove(0)
}

fn refused(close: &Close, code: &str, column: &str) {
    let row = only(close);
    assert_eq!(row["status"], "open", "{row:?}");
    assert!(row["limitation"].contains("1 row of the"), "{row:?}");
    let rejects = close.result("rejects");
    assert_eq!(rejects.len(), 1);
    assert_eq!((rejects[0]["code"].as_str(), rejects[0]["column"].as_str()), (code, column));
}

/// The aged buckets that are not empty.
fn aged(close: &Close) -> Vec<(String, String)> {
    let rows = close.result("aging");
    rows.into_iter().map(|mut row| (row.remove("bucket").unwrap(), row.remove("open_amount").unwrap())).collect()
}

const TWO: &str = "US01,INV-1,invoice,C1,2026-10-02,2026-11-01,,100.00,100.00\n\
                   US01,INV-2,invoice,C1,2026-10-02,2026-11-01,,70.00,70.00\n";
const POSTED: &str = "US01,1200,J1,2026-10-02,INV-1,AR,100.00\nUS01,1200,J2,2026-10-02,INV-2,AR,70.00\n";

#[test]
fn n64_a_blank_ending_balance_is_no_zero() {
    for balance in ["US01,1200,,\nUS01,4000,0.00,-170.00\n", "US01,1200,0.00,\nUS01,4000,0.00,-170.00\n"] {
        refused(&close(TWO, "", POSTED, balance), "T2110", "ending_balance");
    }
}

#[test]
fn n64_a_blank_posting_is_no_zero() {
    for blank in ["", "\u{b}"] {
        let ledger = POSTED.replace("70.00", blank);
        refused(&close(TWO, "", &ledger, "US01,1200,0.00,170.00\n"), "T2110", "amount");
    }
}

#[test]
fn a_blank_open_amount_is_told_by_what_else_is_known() {
    let posted = "US01,1200,J1,2026-09-02,INV-1,AR,100.00\nUS01,1200,J3,2026-10-03,RC-1,AR,-100.00\n\
                  US01,1200,J2,2026-10-02,INV-2,AR,70.00\n";
    let with = |cleared: &str| {
        format!(
            "US01,INV-1,invoice,C1,2026-09-02,2026-09-12,{cleared},100.00,\n\
             US01,RC-1,receipt,C1,2026-10-03,,{cleared},-100.00,\n\
             US01,INV-2,invoice,C1,2026-10-02,2026-11-01,,70.00,70.00\n"
        )
    };
    let balance = "US01,1200,100.00,70.00\n";
    let current = vec![("current".to_owned(), "70.00".to_owned())];
    let applied = "US01,RC-1,INV-1,2026-10-03,100.00\n";
    for (cleared, applications) in [("2026-10-03", ""), ("", applied), ("2026-10-03", applied)] {
        let close = close(&with(cleared), applications, posted, balance);
        assert_eq!(only(&close)["status"], "reconciled");
        assert_eq!(aged(&close), current, "cleared {cleared}, applied {applications}");
    }
    // Nothing tells: neither of the two is taken for open or for settled, unless the close says what a blank means.
    let untold = close(&with(""), "", posted, balance);
    assert_eq!(only(&untold)["status"], "open");
    let rejects = untold.result("rejects");
    assert_eq!(rejects.iter().filter(|row| row["code"] == "T3109").count(), 2);
    let blank_is_settled = ("ar_items", "ar.csv", "constants = { open_amount = \"0.00\" }");
    untold.write(
        "close.toml",
        configuration(&[blank_is_settled, ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")]),
    );
    assert_eq!(only(&untold)["status"], "reconciled");
    assert_eq!(aged(&untold), current);
}

#[test]
fn applications_of_the_period_alone_do_not_reopen_what_was_cleared_before() {
    let register = "US01,I0,invoice,C1,2026-08-02,2026-08-30,2026-08-20,100.00,\n\
                    US01,R0,receipt,C1,2026-08-20,,2026-08-20,-100.00,\n\
                    US01,I1,invoice,C1,2026-10-02,2026-10-30,2026-10-20,50.00,\n\
                    US01,R1,receipt,C1,2026-10-20,,2026-10-20,-50.00,\n\
                    US01,I2,invoice,C1,2026-10-04,2026-11-01,,7.00,\n";
    let ledger = "US01,1200,J1,2026-08-02,I0,AR,100.00\nUS01,1200,J2,2026-08-20,R0,AR,-100.00\n\
                  US01,1200,J3,2026-10-02,I1,AR,50.00\nUS01,1200,J4,2026-10-20,R1,AR,-50.00\n\
                  US01,1200,J5,2026-10-04,I2,AR,7.00\n";
    let close = close(register, "US01,R1,I1,2026-10-20,50.00\n", ledger, "US01,1200,0.00,7.00\n");
    assert_eq!(only(&close)["status"], "reconciled");
    assert_eq!(aged(&close), [("current".to_owned(), "7.00".to_owned())]);
}

#[test]
fn a_whole_document_is_none_of_the_totals_whatever_it_is_called() {
    let register = TWO.replace("INV-2,invoice,C1", "INV-2,invoice,Total");
    let one = close(&register, "", POSTED, "US01,1200,0.00,170.00\n");
    assert_eq!(only(&one)["status"], "reconciled");
    assert_eq!(one.result("left_out").len(), 0);
    // A printed total has no date.
    let total = format!("{TWO}Total,,,,,,,170.00,170.00\n");
    let one = close(&total, "", POSTED, "US01,1200,0.00,170.00\n");
    assert_eq!(only(&one)["status"], "reconciled");
    assert_eq!(one.result("left_out").len(), 1);
}
