//! Where a period opens: what tells it, what is left between opening and closing, and that it is where the last one
//! closed.

use crate::support::books::{AR, GL, TB, configuration, small};
use crate::support::{Close, Row, rows_of};

const SOURCES: [(&str, &str, &str); 3] =
    [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
const REGISTER: &str = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n";
/// Two of August, one of the last day of September, one of October, and one that is paid.
const DOCUMENTS: &str = "US01,A1,invoice,C1,2026-08-10,2026-09-10,500.00,500.00\n\
                         US01,A2,invoice,C1,2026-08-12,2026-09-12,300.00,0.00\n\
                         US01,R2,receipt,C1,2026-08-30,,-300.00,0.00\n\
                         US01,S1,invoice,C2,2026-09-30,2026-10-30,70.00,70.00\n\
                         US01,O1,invoice,C2,2026-10-05,2026-11-05,20.00,20.00\n";
const LINES: &str = "entity,account,journal_id,posting_date,document_id,source,amount\n";
const OCTOBER: &str = "US01,1200,J5,2026-10-05,O1,AR,20.00\n";
const BALANCE: &str = "entity,account,opening_balance,ending_balance\n";

/// October with a ledger of the period alone: its lines, and the trial balance's opening and ending.
fn october(lines: &str, opening: &str, ending: &str) -> Close {
    let close = Close::empty();
    close.write("close.toml", configuration(&SOURCES));
    close.write("ar.csv", format!("{REGISTER}{DOCUMENTS}")).write("gl.csv", format!("{LINES}{OCTOBER}{lines}"));
    close.write("tb.csv", format!("{BALANCE}US01,1200,{opening},{ending}\n"));
    close
}

/// September, closed: S1 is not in the ledger.
fn after_september() -> Close {
    let close = october("", "500.00", "520.00");
    let september = "US01,1200,J1,2026-08-10,A1,AR,500.00\nUS01,1200,J2,2026-08-12,A2,AR,300.00\n\
                     US01,1200,J3,2026-08-30,R2,AR,-300.00\n";
    close.write("close.toml", configuration(&SOURCES).replace("2026-10-31", "2026-09-30"));
    close.write("gl.csv", format!("{LINES}{september}")).write("tb.csv", format!("{BALANCE}US01,1200,500.00,500.00\n"));
    close.close().with(0);
    close.write("close.toml", configuration(&SOURCES));
    close.write("gl.csv", format!("{LINES}{OCTOBER}")).write("tb.csv", format!("{BALANCE}US01,1200,500.00,520.00\n"));
    close
}

fn line(close: &Close, name: &str) -> Option<Row> {
    close.result("rollforward").into_iter().find(|row| row["line"] == name)
}

fn outcome(close: &Close, check: &str) -> String {
    let checks = close.result("checks");
    let found = checks.iter().find(|row| row["check"].contains(check));
    found.unwrap_or_else(|| panic!("no check {check}: {checks:?}"))["outcome"].clone()
}

fn items(close: &Close) -> Vec<[String; 4]> {
    let columns = ["cause_code", "document_id", "amount", "also_fits"];
    close.result("reconciling_items").iter().map(|row| columns.map(|column| row[column].clone())).collect()
}

#[test]
fn the_opening_is_told_and_not_what_is_left() {
    let close = small();
    close.ties();
    assert_eq!(outcome(&close, "roll-forward of the GL"), "pass");
    assert_eq!(line(&close, "unaccounted"), None);
    // A line of the detail is missing: the trial balance opens with 0.00 all the same.
    let lines: Vec<&str> = GL.lines().filter(|line| !line.contains(",J2,")).collect();
    close.write("gl.csv", lines.join("\n") + "\n");
    close.done();
    let of = |name: &str| line(&close, name).map(|row| (row["subledger_amount"].clone(), row["gl_amount"].clone()));
    assert_eq!(of("opening"), Some(("0.00".into(), "0.00".into())));
    assert_eq!(of("unaccounted"), Some(("0.00".into(), "500.00".into())));
    assert_eq!(outcome(&close, "roll-forward of the GL"), "fail");
    assert_eq!(outcome(&close, "roll-forward of the subledger"), "pass");
    // The subledger's own: an open amount that its postings do not lead to.
    let close = small();
    let receipt = "US01,RC-1,receipt,C2,Acme,2026-10-20,2026-10-20,,USD,-10.00,-10.00\n";
    close.write("ar.csv", AR.replace("500.00,500.00", "500.00,0.00") + receipt);
    close.write("gl.csv", format!("{GL}US01,1200,J4,1,2026-10-20,RC-1,C2,AR,Receipt,,10.00\n"));
    close.write("tb.csv", TB.replace("1984.81,0.00,1984.81", "1984.81,10.00,1974.81"));
    close.done();
    assert_eq!(outcome(&close, "roll-forward of the subledger"), "fail");
    assert_eq!(line(&close, "unaccounted").expect("a line")["subledger_amount"], "-500.00");
    assert_eq!(line(&close, "opening").expect("a line")["subledger_amount"], "0.00");
}

#[test]
fn a_trial_balance_that_opens_the_year_gives_way_to_a_detail_of_all_history() {
    let close = small();
    let earlier = "US01,INV-0,invoice,C1,Muller Tools,2026-03-05,2026-03-05,2026-04-04,USD,10.00,10.00\n";
    close.write("ar.csv", format!("{AR}{earlier}"));
    close.write("gl.csv", format!("{GL}US01,1200,J0,1,2026-03-05,INV-0,C1,AR,Invoice,10.00,\n"));
    close.write("tb.csv", TB.replace("0.00,1984.81,0.00,1984.81", "0.00,1994.81,0.00,1994.81"));
    close.done();
    assert_eq!(line(&close, "opening").expect("a line")["gl_amount"], "10.00");
    assert_eq!(outcome(&close, "roll-forward of the GL"), "pass");
}

#[test]
fn an_opening_difference_without_a_document_explains_nothing() {
    // The trial balance opens 50.00 too low, and nobody knows why.
    let close = october("", "520.00", "540.00");
    close.done().says(&["No conclusion on US01 1200: the opening balances differ by -50.00"]);
    assert_eq!(items(&close), [["V02", "", "-50.00", ""]]);
    assert_eq!(close.figure("status"), "open");
    // Within the tolerance it needs no proof.
    let toml = configuration(&SOURCES)
        .replace("currency = \"USD\"\n", "currency = \"USD\"\nmateriality = { amount = \"60.00\" }\n");
    close.write("close.toml", toml);
    close.done();
    assert_eq!(close.figure("status"), "explained");
}

#[test]
fn an_opening_that_nothing_tells_is_no_item() {
    let close = october("", "", "540.00");
    close.done();
    assert_eq!(items(&close), Vec::<[String; 4]>::new());
    let rec = close.result("reconciliations").remove(0);
    assert_eq!((rec["unexplained"].as_str(), rec["status"].as_str()), ("-50.00", "open"));
    assert_eq!(line(&close, "opening").expect("a line")["gl_amount"], "");
    assert_eq!(line(&close, "not_available").expect("a line")["gl_amount"], "520.00");
    assert_eq!(outcome(&close, "roll-forward of the GL"), "not testable");
}

#[test]
fn what_the_prior_run_does_not_carry_is_unexplained() {
    let close = after_september();
    close.done();
    assert_eq!(items(&close), [["V02", "S1", "-70.00", "V07"]]);
    assert_eq!((close.figure("status").as_str(), close.figure("unexplained").as_str()), ("explained", "0.00"));
    assert_eq!(outcome(&close, "GL opening = closing of the prior run 2026-09"), "pass");
    assert_eq!(outcome(&close, "subledger opening = closing of the prior run"), "pass");
    assert_eq!(line(&close, "opening").expect("a line")["mark"], "PY");
    // The ledger lost 99.00 between the two closes, with an opening balance and without one.
    for opening in ["401.00", ""] {
        close.write("tb.csv", format!("{BALANCE}US01,1200,{opening},421.00\n"));
        close.done();
        assert_eq!(items(&close), [["V02", "S1", "-70.00", "V07"]]);
        assert_eq!((close.figure("status").as_str(), close.figure("unexplained").as_str()), ("open", "-99.00"));
        let (gl, rolled) = match opening {
            "" => ("not testable", "fail"),
            _ => ("fail", "pass"),
        };
        assert_eq!(outcome(&close, "GL opening = closing of the prior run"), gl);
        assert_eq!(outcome(&close, "roll-forward of the GL"), rolled);
    }
}

#[test]
fn a_document_that_is_posted_into_the_closed_past_is_named() {
    let close = after_september();
    let late = "US01,A9,invoice,C1,2026-08-20,2026-09-20,45.00,45.00\n";
    close.write("ar.csv", format!("{REGISTER}{DOCUMENTS}{late}"));
    close.done().says(&["error[T3018]", "the past was changed by 45.00, by A9 45.00"]);
    assert_eq!(outcome(&close, "subledger opening = closing of the prior run"), "fail");
    assert_eq!(line(&close, "opening").expect("a line")["mark"], "");
    // A run of August does not tell how October opens.
    let from = close.at("out/2026-09");
    let toml = std::fs::read_to_string(from.join("run.json")).expect("a manifest");
    std::fs::write(from.join("run.json"), toml.replace("2026-09-30", "2026-08-31")).expect("a manifest");
    close.done();
    assert!(!close.result("checks").iter().any(|row| row["check"].contains("closing of the prior run")));
}

#[test]
fn an_opening_that_no_item_tells_of_keeps_the_account_open() {
    // A9 is posted into August on both sides: they agree on it, and not with what was closed.
    let close = after_september();
    let late = "US01,A9,invoice,C1,2026-08-20,2026-09-20,45.00,45.00\n";
    close.write("ar.csv", format!("{REGISTER}{DOCUMENTS}{late}"));
    close.write("tb.csv", format!("{BALANCE}US01,1200,545.00,565.00\n"));
    close.done();
    assert_eq!(items(&close), [["V02", "S1", "-70.00", "V07"]]);
    let rec = close.result("reconciliations").remove(0);
    assert_eq!((rec["status"].as_str(), rec["unexplained"].as_str()), ("open", "0.00"));
    let said = "the subledger opens with 615.00, and the run of 2026-09 closed with 570.00: no item tells why";
    assert!(rec["limitation"].contains(said), "{rec:?}");
    // Within the tolerance it is no matter.
    let toml = configuration(&SOURCES);
    let tolerant = toml.replace("currency = \"USD\"\n", "currency = \"USD\"\nmateriality = { amount = \"45.00\" }\n");
    close.write("close.toml", tolerant);
    close.done();
    assert_eq!(close.figure("limitation"), "");
    // S1 reaches the ledger in the closed September: it was an item, and is told.
    let close = after_september();
    let all = "US01,1200,J1,2026-08-10,A1,AR,500.00\nUS01,1200,J2,2026-08-12,A2,AR,300.00\n\
               US01,1200,J3,2026-08-30,R2,AR,-300.00\nUS01,1200,J4,2026-09-30,S1,AR,70.00\n";
    close
        .write("gl.csv", format!("{LINES}{all}{OCTOBER}"))
        .write("tb.csv", format!("{BALANCE}US01,1200,570.00,590.00\n"));
    close.done().says(&["error[T3018]", "S1 70.00"]);
    assert_eq!((close.figure("status").as_str(), close.figure("limitation").as_str()), ("reconciled", ""));
}

#[test]
fn the_balances_of_the_prior_run_stand_beside_those_of_this_one() {
    let close = after_september();
    close.done();
    let rec = close.result("reconciliations").remove(0);
    let prior = ["prior_period", "prior_gl_balance", "prior_subledger_balance"].map(|column| rec[column].as_str());
    assert_eq!(prior, ["2026-09", "500.00", "570.00"]);
    let first = small();
    first.done();
    assert_eq!(first.figure("prior_gl_balance"), "");
}

#[test]
fn a_late_posting_is_never_a_duplicate_to_be_reversed() {
    // S1 reaches the ledger in October. All that the openings differ by is its other half: nothing is left.
    let late = "US01,1200,J4,2026-10-02,S1,AR,70.00\n";
    let close = october(late, "500.00", "590.00");
    close.ties();
    // They differ by something else too: it cannot be told from a second posting, and both are said.
    let close = october(late, "480.00", "570.00");
    close.done();
    assert_eq!(items(&close), [["V02", "", "-90.00", ""], ["V08", "S1", "70.00", "V10"]]);
    let explanation = close.result("reconciling_items")[1]["explanation"].clone();
    assert!(explanation.contains("late") && explanation.contains("second one (V10)"), "{explanation}");
    assert_eq!(close.figure("status"), "open");
    // The openings agree: it was there before.
    let close = october(late, "570.00", "660.00");
    close.done();
    assert_eq!(items(&close), [["V10", "S1", "70.00", ""]]);
    assert_eq!(close.figure("status"), "explained");
}

#[test]
fn the_items_of_the_prior_run_are_no_rows_of_this_period() {
    let close = after_september();
    close.done().says(&["7 rows read from 3 sources"]);
    let prior = rows_of(&close.at("out/2026-09/data/reconciling_items.csv"));
    assert_eq!(prior.len(), 1);
}
