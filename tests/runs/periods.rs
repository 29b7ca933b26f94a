//! One period after the other: items are carried, and keep the period in which they were first seen.

use super::typed::type_into;
use crate::support::books::configuration;
use crate::support::{Close, Row, rows_of};

const AR: &str = "\
entity,item_id,item_type,customer_id,document_date,posting_date,due_date,amount,open_amount
US01,INV-1,invoice,C1,2026-09-05,2026-09-05,2026-10-05,1000.00,1000.00
US01,INV-2,invoice,C1,2026-09-20,2026-09-20,2026-10-20,300.00,300.00
";
const OCTOBER: &str = "US01,INV-3,invoice,C1,2026-10-10,2026-10-10,2026-11-09,50.00,50.00\n\
                       US01,INV-4,invoice,C1,2026-10-12,2026-10-12,2026-11-11,20.00,20.00\n";
const GL: &str = "entity,account,journal_id,posting_date,document_id,source,amount\n";
const SEPTEMBER_LINE: &str = "US01,1200,J1,2026-09-05,INV-1,AR,1000.00\n";
const OCTOBER_LINE: &str = "US01,1200,J3,2026-10-10,INV-3,AR,50.00\n";

/// A close whose register has INV-2 since September and INV-4 since October, both missing in the ledger.
fn two_periods(october_ledger: &str, opening: &str) -> Close {
    let close = Close::empty();
    let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    let toml = configuration(&sources);
    close.write("close.toml", toml.replace("2026-10-31", "2026-09-30"));
    close.write("ar.csv", AR).write("gl.csv", format!("{GL}{SEPTEMBER_LINE}"));
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,1000.00\n");
    close.close().with(0);
    let september = items(&close, "2026-09");
    assert_eq!(september.len(), 1);
    assert_eq!((september[0]["document_id"].as_str(), september[0]["first_seen"].as_str()), ("INV-2", "2026-09"));
    type_into(&close, "out/2026-09/workpaper.xlsx", "Items", &september[0]["item_key"], &[("Owner", "jdoe")]);
    close.write("close.toml", toml).write("ar.csv", format!("{AR}{OCTOBER}"));
    close.write("gl.csv", format!("{GL}{october_ledger}{OCTOBER_LINE}"));
    close.write("tb.csv", format!("entity,account,opening_balance,ending_balance\nUS01,1200,{opening},1050.00\n"));
    close
}

fn items(close: &Close, period: &str) -> Vec<Row> {
    rows_of(&close.at(&format!("out/{period}/data/reconciling_items.csv")))
}

fn told(rows: &[Row]) -> Vec<(String, String, String, String, String)> {
    let cell = |row: &Row, column: &str| row[column].clone();
    let columns = ["cause_code", "document_id", "amount", "first_seen", "owner"];
    rows.iter()
        .map(|row| {
            let [a, b, c, d, e] = columns.map(|column| cell(row, column));
            (a, b, c, d, e)
        })
        .collect()
}

fn expected(rows: &[[&str; 5]]) -> Vec<(String, String, String, String, String)> {
    rows.iter().map(|[a, b, c, d, e]| ((*a).into(), (*b).into(), (*c).into(), (*d).into(), (*e).into())).collect()
}

#[test]
fn an_item_of_an_earlier_period_keeps_its_first_period_and_its_owner() {
    let close = two_periods(SEPTEMBER_LINE, "1000.00");
    close.done();
    let wanted = [["V07", "INV-2", "-300.00", "2026-09", "jdoe"], ["V07", "INV-4", "-20.00", "2026-10", ""]];
    assert_eq!(told(&items(&close, "2026-10")), expected(&wanted));
    let sources = close.result("sources");
    let prior = sources.iter().find(|row| row["profile"] == "prior run").expect("the prior run is a source");
    assert_eq!(
        (prior["source"].as_str(), prior["rows_read"].as_str()),
        ("out/2026-09/data/reconciling_items.csv", "1")
    );
    assert_eq!(prior["sha256"].len(), 64);
}

#[test]
fn a_ledger_of_the_period_alone_carries_the_item_through_the_opening_balances() {
    let close = two_periods("", "1000.00");
    close.done();
    assert_eq!(close.figure("unexplained"), "0.00");
    let wanted = [["V02", "INV-2", "-300.00", "2026-09", "jdoe"], ["V07", "INV-4", "-20.00", "2026-10", ""]];
    assert_eq!(told(&items(&close, "2026-10")), expected(&wanted));
}

#[test]
fn what_the_other_side_posts_in_the_period_clears_the_item() {
    // The GL posts in October what the subledger had in September: INV-2 is gone, INV-4 is new.
    let late = format!("US01,1200,J2,2026-10-02,INV-2,AR,300.00\n{OCTOBER_LINE}");
    let close = two_periods("", "1000.00");
    close.write("gl.csv", format!("{GL}{late}"));
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,1000.00,1350.00\n");
    close.done();
    assert_eq!(told(&items(&close, "2026-10")), expected(&[["V07", "INV-4", "-20.00", "2026-10", ""]]));
    // The same without the run of September: the opening difference is just this document.
    std::fs::rename(close.at("out/2026-09"), close.at("elsewhere")).expect("moved");
    close.done();
    assert_eq!(told(&items(&close, "2026-10")), expected(&[["V07", "INV-4", "-20.00", "2026-10", ""]]));
    assert_eq!(close.figure("unexplained"), "0.00");
}

#[test]
fn what_the_subledger_posts_in_the_period_clears_an_item_of_the_ledger_alone() {
    let close = Close::empty();
    let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    let toml = configuration(&sources);
    let late = "US01,INV-9,invoice,C1,2026-09-30,2026-10-01,2026-10-30,77.00,77.00\n";
    let still = "US01,1200,J9,2026-09-30,INV-9,AR,77.00\nUS01,1200,J8,2026-09-12,INV-8,AR,41.00\n";
    close.write("close.toml", toml.replace("2026-10-31", "2026-09-30"));
    close
        .write("ar.csv", AR)
        .write("gl.csv", format!("{GL}{SEPTEMBER_LINE}US01,1200,J2,2026-09-20,INV-2,AR,300.00\n{still}"));
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,0.00,1418.00\n");
    close.close().with(0);
    assert_eq!(items(&close, "2026-09").len(), 2);
    // INV-9 reaches the subledger in October, INV-8 does not.
    close.write("close.toml", toml).write("ar.csv", format!("{AR}{late}{OCTOBER}"));
    close.write("gl.csv", format!("{GL}{OCTOBER_LINE}US01,1200,J4,2026-10-12,INV-4,AR,20.00\n"));
    close.write("tb.csv", "entity,account,opening_balance,ending_balance\nUS01,1200,1418.00,1488.00\n");
    close.done();
    let found = items(&close, "2026-10");
    let shown: Vec<[&str; 3]> =
        found.iter().map(|row| ["document_id", "amount", "first_seen"].map(|column| row[column].as_str())).collect();
    assert_eq!(shown, [["INV-8", "41.00", "2026-09"]]);
    assert_eq!(close.figure("unexplained"), "0.00");
}

#[test]
fn the_prior_run_can_be_named_and_must_be_one() {
    let close = two_periods(SEPTEMBER_LINE, "1000.00");
    std::fs::rename(close.at("out/2026-09"), close.at("september")).expect("moved");
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    let named =
        |prior: &str| toml.replace("currency = \"USD\"\n", &format!("currency = \"USD\"\nprior = \"{prior}\"\n"));
    close.write("close.toml", named("september"));
    close.done();
    assert_eq!(items(&close, "2026-10")[0]["owner"], "jdoe");
    close.write("close.toml", named("august"));
    close.close().with(2).says(&["error[T9107]", "august", "nothing was written"]);
}

#[test]
fn headings_that_changed_since_last_period_are_named() {
    let close = two_periods(OCTOBER_LINE, "0.00");
    let ar = std::fs::read_to_string(close.at("ar.csv")).expect("the register");
    // due_date is gone under its name, and a new heading stands in its place.
    close.write("ar.csv", ar.replace("due_date", "Payable By"));
    close.close().says(&["warning[T2004]", "\"due_date\" of 2026-09", "new headings: Payable By"]);
    // A required column under a strange name: the refusal tells what it was called.
    close.write("ar.csv", ar.replace("posting_date,due_date,amount", "posting_date,due_date,Wert"));
    close.close().with(2).says(&["error[T2002]", "needs amount", "2026-09 read amount from \"amount\""]);
    // Another known name is taken, and it is said.
    close.write("ar.csv", ar.replace("due_date", "Due Date"));
    close.close();
    let findings = close.result("findings");
    let said = findings.iter().find(|row| row["code"] == "T2005").expect("the change of heading is noted");
    assert!(said["message"].contains("due_date is now read from \"Due Date\""), "{}", said["message"]);
}
