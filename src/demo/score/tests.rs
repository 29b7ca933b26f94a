//! The score of a run that is made by hand: perfect, with one thing wrong, with one thing missing.

use super::*;
use std::fs;

const RUN: [(&str, &str); 4] = [
    (
        "allocations",
        "receipt_id,invoice_id,amount,discount,short_pay,short_pay_code,rule,confidence,alternatives,status\n\
         R1,I1,100.0000,,,,exact,1,0,confirmed\n\
         R2,I2,90.00,,10.00,S01,discount,0.9,0,suggested\n\
         R0,I0,5.00,,,,posted,1,0,posted\n",
    ),
    ("unapplied", "receipt_id,cause_code\nR1,C00\nR2,C13\nR3,C01\n"),
    ("reconciliations", "rec_id,kind,entity\nbank-1,bank,US01\ngl-1,gl,US01\n"),
    (
        "reconciling_items",
        "rec_id,cause_code,amount,document_id\n\
         bank-1,B01,50.00,R9\nbank-1,B03,7.00,\nbank-1,B04,7.00,BL-1\ngl-1,V03,3.00,J1\n",
    ),
];

fn folders(change: impl Fn(&str) -> String) -> (tempfile::TempDir, tempfile::TempDir) {
    let (demo, run) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fs::create_dir(demo.path().join("truth")).unwrap();
    fs::create_dir(run.path().join("data")).unwrap();
    let truth = [
        ("receipts", "receipt_id,cause,short_pay_code,short_amount\nR1,C00,,\nR2,C13,S01,10.00\nR3,C01,,\n"),
        ("allocations", "receipt_id,invoice_id,amount\nR0,I0,5.00\nR1,I1,100.00\nR2,I2,90.00\n"),
        (
            "breaks",
            "kind,entity,cause,document_id,journal_id,amount\ngl,US01,V03,,J1,3.00\nbank,US01,B01,R9,,50.00\n\
             bank,US01,B04,BL-1,,7.00\nbank,US01,B03,BL-2,,7.00\n",
        ),
    ];
    for (name, text) in truth {
        fs::write(demo.path().join(format!("truth/{name}.csv")), text).unwrap();
    }
    for (name, text) in RUN {
        fs::write(run.path().join(format!("data/{name}.csv")), change(text)).unwrap();
    }
    (demo, run)
}

fn scored(change: impl Fn(&str) -> String) -> BTreeMap<String, (Option<u64>, u64, u64)> {
    let (demo, run) = folders(change);
    let lines = score(demo.path(), run.path()).unwrap();
    lines
        .into_iter()
        .map(|line| (format!("{} {}", line.what, line.name), (line.planted, line.found, line.right)))
        .collect()
}

#[test]
fn a_perfect_run_has_everything() {
    let lines = scored(str::to_owned);
    assert_eq!(lines["allocation all"], (Some(2), 2, 2));
    assert_eq!(lines["allocation confirmed"], (Some(2), 1, 1));
    assert_eq!(lines["rule discount"], (None, 1, 1));
    assert_eq!(lines["receipt all"], (Some(2), 2, 2));
    assert_eq!(lines["cause all"], (Some(3), 3, 3));
    assert_eq!(lines["short_pay S01"], (Some(1), 1, 1));
    assert_eq!(lines["bank all"], (Some(3), 3, 3));
    assert_eq!(lines["bank B03"], (Some(1), 1, 1));
    assert_eq!(lines["gl V03"], (Some(1), 1, 1));
}

#[test]
fn one_wrong_thing_costs_precision_and_recall() {
    let lines = scored(|text| {
        text.replace("R1,I1,100.0000", "R1,I7,100.0000").replace("R3,C01", "R3,C17").replace("10.00,S01", "10.01,S01")
    });
    assert_eq!(lines["allocation all"], (Some(2), 2, 1));
    assert_eq!(lines["allocation confirmed"], (Some(2), 1, 0));
    assert_eq!(lines["receipt all"], (Some(2), 2, 1));
    assert_eq!((lines["cause C01"], lines["cause C17"]), ((Some(1), 0, 0), (Some(0), 1, 0)));
    assert_eq!(lines["short_pay S01"], (Some(1), 1, 0));
    let wrong = scored(|text| text.replace("bank-1,B01,50.00", "bank-1,B02,50.00"));
    assert_eq!((wrong["bank B01"], wrong["bank B02"]), ((Some(1), 0, 0), (Some(0), 1, 0)));
}

#[test]
fn one_missing_thing_costs_recall_alone() {
    let lines = scored(|text| {
        let gone = ["R2,I2", "R2,C13", "bank-1,B01"];
        text.lines()
            .filter(|line| !gone.iter().any(|start| line.starts_with(start)))
            .map(|line| format!("{line}\n"))
            .collect()
    });
    assert_eq!(lines["allocation all"], (Some(2), 1, 1));
    assert_eq!(lines["receipt all"], (Some(2), 1, 1));
    assert_eq!(lines["cause all"], (Some(3), 2, 2));
    assert_eq!(lines["bank all"], (Some(3), 2, 2));
    let line = Line { what: "x", name: String::new(), planted: Some(3), found: 2, right: 2 };
    assert_eq!(
        (line.precision().map(percent), line.recall().map(percent)),
        (Some("100.00".into()), Some("66.66".into()))
    );
    assert_eq!(Line { found: 0, planted: None, ..line.clone() }.precision(), None);
}

#[test]
fn a_misapplied_receipt_counts_where_a_correction_is_proposed() {
    let (demo, run) = folders(str::to_owned);
    let truth = |name: &str, line: &str| {
        let path = demo.path().join(format!("truth/{name}.csv"));
        fs::write(&path, fs::read_to_string(&path).unwrap() + line).unwrap();
    };
    truth("receipts", "R4,C16,,\n");
    truth("allocations", "R4,I4,9.00\n");
    let all = |lines: Vec<Line>| lines.into_iter().find(|line| line.what == "receipt").unwrap();
    assert_eq!(all(score(demo.path(), run.path()).unwrap()).planted, Some(2));
    let path = run.path().join("data/allocations.csv");
    fs::write(&path, fs::read_to_string(&path).unwrap() + "R4,I4,9.00,,,,exact,0.5,0,suggested\n").unwrap();
    let line = all(score(demo.path(), run.path()).unwrap());
    assert_eq!((line.planted, line.found, line.right), (Some(3), 3, 3));
}

#[test]
fn a_run_without_a_table_is_refused() {
    let (demo, run) = folders(str::to_owned);
    // A close without cash application has no unapplied cash; every close has items.
    fs::remove_file(run.path().join("data/unapplied.csv")).unwrap();
    assert!(score(demo.path(), run.path()).unwrap().iter().all(|line| line.what != "cause" || line.found == 0));
    fs::remove_file(run.path().join("data/reconciling_items.csv")).unwrap();
    assert_eq!(score(demo.path(), run.path()).unwrap_err().findings[0].code, "T1503");
}
