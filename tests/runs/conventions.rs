//! Two exports of one account that do not speak of the same: signs the other way round, other opening balances.

use crate::support::Close;
use crate::support::books::{AR, GL, TB, configuration, small};

/// The small close with sources of its own, each with further keys.
fn with(register: &str, ledger: &str, balance: &str) -> String {
    configuration(&[
        ("ar_items", "ar.csv", register),
        ("gl_lines", "gl.csv", ledger),
        ("trial_balance", "tb.csv", balance),
    ])
}

const TURN: &str = "signs = { rule = \"reversed\" }";

/// A text of comma-separated rows with two columns rewritten; the headings stay.
fn rewritten(text: &str, columns: [usize; 2], rewrite: impl Fn(&str, &str) -> [String; 2]) -> String {
    let row = |(at, line): (usize, &str)| {
        let mut cells: Vec<String> = line.split(',').map(str::to_owned).collect();
        if at > 0 {
            let both = rewrite(&cells[columns[0]], &cells[columns[1]]);
            columns.into_iter().zip(both).for_each(|(column, cell)| cells[column] = cell);
        }
        cells.join(",") + "\n"
    };
    text.lines().enumerate().map(row).collect()
}

#[test]
fn a_ledger_with_its_signs_the_other_way_round_is_told_and_not_turned() {
    let gl = rewritten(GL, [9, 10], |debit, credit| [credit.to_owned(), debit.to_owned()]);
    let close = small();
    close.write("gl.csv", &gl);
    // The trial balance is that of the same system: -1,984.81.
    let credits = "US01,1200,Trade receivables,0.00,0.00,1984.81,-1984.81\nUS01,4000,Sales,0.00,1984.81,0.00,1984.81\n";
    let head = TB.lines().next().expect("headings");
    close.write("tb.csv", format!("{head}\n{credits}"));
    close.done().says(&["error[T3040]", "3 of 3 documents that met have the other sign", "gl_lines", TURN]);
    let rec = close.result("reconciliations").remove(0);
    assert_eq!((rec["status"].as_str(), rec["items"].as_str()), ("open", "3"));
    assert!(rec["limitation"].contains("3 of 3 documents that met"), "{rec:?}");
    // What the finding says makes it tie.
    close.write("close.toml", with("", TURN, TURN));
    let ended = close.done();
    assert_eq!(close.figure("status"), "reconciled", "{}", ended.stderr);
    // The trial balance alone.
    let close = small();
    close.write("tb.csv", format!("{head}\n{credits}"));
    close.done().says(&["error[T3041]", "the trial balance has -1,984.81, and the detail leads to 1,984.81"]);
    assert_eq!(close.figure("status"), "open");
    close.write("close.toml", with("", "", TURN));
    close.done();
    assert_eq!(close.figure("status"), "reconciled");
}

#[test]
fn a_register_with_its_signs_the_other_way_round_is_told() {
    let close = small();
    let ar = rewritten(AR, [9, 10], |amount, open| [format!("-{amount}"), format!("-{open}")]);
    close.write("ar.csv", ar);
    close.done().says(&["error[T3040]", "the register has its invoices negative", "T2116"]);
    assert_eq!(close.figure("status"), "open");
    close.write("close.toml", with(TURN, "", ""));
    close.ties();
}

#[test]
fn one_document_with_the_wrong_sign_is_an_item() {
    let close = small();
    let gl = GL.replace(
        "US01,1200,J2,1,2026-10-13,INV-2,C2,AR,Invoice,500.00,",
        "US01,1200,J2,1,2026-10-13,INV-2,C2,AR,Invoice,,500.00",
    );
    assert_ne!(gl, GL);
    close.write("gl.csv", gl).write("tb.csv", TB.replace("1984.81,0.00,1984.81", "1484.81,500.00,984.81"));
    close.done();
    assert_eq!(close.result("reconciling_items")[0]["cause_code"], "V12");
    assert_eq!(close.figure("status"), "explained");
    assert!(!close.result("findings").iter().any(|row| ["T3040", "T3041"].contains(&row["code"].as_str())));
}

/// A ledger that prints the balance of each account above its lines, beside a trial balance of balances alone.
fn printed(beginning: &str, ending: &str) -> Close {
    let close = Close::empty();
    let gl = format!(
        ",Date,Transaction type,Num,Name,Memo/Description,Debit,Credit,Balance\nTrade receivables,,,,,,,,\n\
         {beginning},10/05/2026,Invoice,601,Birch,,300.00,,1000.00\n,10/21/2026,Payment,602,Birch,,,100.00,900.00\n\
         Total for Trade receivables,,,,,,$300.00,$100.00,\n"
    );
    let gl = gl.replace(&format!("{beginning},10/05"), &format!("{beginning}\n,10/05"));
    let ar = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n\
              US01,590,invoice,Birch,2026-09-05,2026-10-05,700.00,600.00\n\
              US01,601,invoice,Birch,2026-10-05,2026-11-05,300.00,300.00\n\
              US01,602,receipt,Birch,2026-10-21,,-100.00,0.00\n";
    let entity = "constants = { entity = \"US01\" }";
    let quickbooks = |part: &str| format!("profile = \"quickbooks/{part}\"\n{entity}");
    let (lines, balances) = (quickbooks("gl_lines"), quickbooks("trial_balance"));
    let toml = configuration(&[
        ("ar_items", "ar.csv", ""),
        ("gl_lines", "gl.csv", &lines),
        ("trial_balance", "tb.csv", &balances),
    ]);
    close.write("close.toml", toml.replace("account = \"1200\"", "account = \"Trade receivables\""));
    close.write("gl.csv", gl).write("ar.csv", ar);
    close.write(
        "tb.csv",
        format!(",Debit,Credit\nTrade receivables,{ending},\nSales,,{ending}\nTOTAL,{ending},{ending}\n"),
    );
    close
}

#[test]
fn a_balance_that_the_detail_prints_is_the_opening_where_the_trial_balance_has_none() {
    let outcome = |close: &Close, name: &str| {
        let checks = close.result("checks");
        checks.iter().find(|row| row["check"].contains(name)).expect("the check")["outcome"].clone()
    };
    let check = "GL balance = opening + detail";
    let opening = |close: &Close| close.result("rollforward")[0]["gl_amount"].clone();
    let close = printed(",Beginning Balance,,,,,,,700.00", "900.00");
    close.done();
    assert_eq!((outcome(&close, check).as_str(), opening(&close).as_str()), ("pass", "700.00"));
    assert_eq!(close.figure("status"), "reconciled");
    // It contradicts the balance.
    let close = printed(",Beginning Balance,,,,,,,640.00", "900.00");
    let gl = std::fs::read_to_string(close.at("gl.csv")).expect("the report");
    close.write("gl.csv", gl.replace("1000.00\n", "940.00\n").replace("900.00\n", "840.00\n"));
    close.done().says(&["T3103", "60.00"]);
    assert_eq!((outcome(&close, check).as_str(), opening(&close).as_str()), ("fail", "640.00"));
    assert_eq!(close.figure("status"), "open");
    // It is not printed.
    let close = printed(",,,,,,,,", "900.00");
    close.done();
    assert_eq!((outcome(&close, check).as_str(), opening(&close).as_str()), ("not testable", ""));
}
