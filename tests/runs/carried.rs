//! What a run carries into the next one, where the ledger's detail is of the period alone, and what the period posted
//! of the same documents since.

use crate::support::books::configuration;
use crate::support::{Close, Row, rows_of};

const REGISTER: &str = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n";
const LEDGER: &str = "entity,account,journal_id,posting_date,document_id,source,description,reversal_of,amount\n";
const BALANCE: &str = "entity,account,opening_balance,ending_balance\n";
/// INV-3 is paid, so that the register is not one of open items alone.
const DOCUMENTS: &str = "US01,INV-1,invoice,C1,2026-08-20,2026-09-20,1000.00,1000.00\n\
                         US01,INV-2,invoice,C2,2026-08-21,2026-09-21,500.00,500.00\n\
                         US01,INV-3,invoice,C1,2026-07-21,2026-08-21,70.00,0.00\n\
                         US01,RC-3,receipt,C1,2026-08-22,,-70.00,0.00\n";
/// August posts INV-1 with 1,600.00 and INV-2 not at all.
const AUGUST: &str = "J1,2026-08-20,INV-1,AR,,,1600.00\nJ3,2026-08-22,RC-3,AR,,,-70.00\n";

/// The closes of several months in one folder, each with its own extracts.
struct Months {
    close: Close,
}

impl Months {
    fn new() -> Months {
        Months { close: Close::empty() }
    }

    /// Closes a month: register rows, ledger lines (without entity and account), opening and ending balance.
    fn month(&self, month: &str, register: &str, lines: &str, balances: (&str, &str)) -> &Months {
        let days = if month == "2026-09" { 30 } else { 31 };
        let sources = [("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
        let toml = configuration(&sources).replace("2026-10-31", &format!("{month}-{days}"));
        let lines: String = lines.lines().map(|line| format!("US01,1200,{line}\n")).collect();
        self.close.write("close.toml", toml).write("ar.csv", format!("{REGISTER}{register}"));
        // A ledger without a single line would be refused.
        let rent = format!("US01,6100,J0,{month}-05,,GL,Rent,,10.00\n");
        self.close.write("gl.csv", format!("{LEDGER}{rent}{lines}"));
        self.close.write("tb.csv", format!("{BALANCE}US01,1200,{},{}\n", balances.0, balances.1));
        self.close.close().with(0);
        self
    }

    fn rows(&self, month: &str, table: &str) -> Vec<Row> {
        rows_of(&self.close.at(&format!("out/{month}/data/{table}.csv")))
    }

    /// Asserts the items of a month (cause, document, journal, amount, first period), and that nothing else is left.
    #[track_caller]
    fn leaves(&self, month: &str, wanted: &[[&str; 5]]) -> &Months {
        let columns = ["cause_code", "document_id", "journal_id", "amount", "first_seen"];
        let items = self.rows(month, "reconciling_items");
        let found: Vec<[&str; 5]> = items.iter().map(|row| columns.map(|column| row[column].as_str())).collect();
        assert_eq!(found, wanted, "{month}");
        assert_eq!(self.rows(month, "reconciliations")[0]["unexplained"], "0.00", "{month}");
        let checks = self.rows(month, "checks");
        let failed: Vec<&Row> = checks.iter().filter(|row| row["outcome"] == "fail").collect();
        assert!(failed.is_empty(), "{month}: {failed:?}");
        self
    }
}

const INV_2: [&str; 5] = ["V02", "INV-2", "", "-500.00", "2026-08"];

fn after_august() -> Months {
    let months = Months::new();
    months.month("2026-08", DOCUMENTS, AUGUST, ("70.00", "1600.00"));
    let wanted = [["V07", "INV-2", "", "-500.00", "2026-08"], ["V15", "INV-1", "J1", "600.00", "2026-08"]];
    months.leaves("2026-08", &wanted);
    months
}

#[test]
fn a_correction_in_a_later_month_clears_the_item() {
    let new = "US01,INV-4,invoice,C1,2026-09-10,2026-10-10,300.00,300.00\n";
    let corrections = [
        // Reversed and posted again; the difference alone; both without a link.
        "J5,2026-09-12,INV-1,AR,,J1,-1600.00\nJ6,2026-09-12,INV-1,AR,,,1000.00\n",
        "J5,2026-09-12,INV-1,AR,,,-600.00\n",
        "J5,2026-09-12,INV-1,AR,,,-1600.00\nJ6,2026-09-12,INV-1,AR,,,1000.00\n",
        // The reversal does not say which document it is of, but which journal.
        "J5,2026-09-12,,AR,,J1,-1600.00\nJ6,2026-09-12,INV-1,AR,,,1000.00\n",
    ];
    for correction in corrections {
        let months = after_august();
        let september = format!("J4,2026-09-10,INV-4,AR,,,300.00\n{correction}");
        months.month("2026-09", &format!("{DOCUMENTS}{new}"), &september, ("1600.00", "1300.00"));
        months.leaves("2026-09", &[INV_2]);
        months.month(
            "2026-10",
            &format!("{DOCUMENTS}{new}"),
            "J7,2026-10-12,INV-2,AR,,,500.00\n",
            ("1300.00", "1800.00"),
        );
        months.leaves("2026-10", &[]);
    }
}

#[test]
fn a_correction_that_leaves_a_rest_is_one_item_with_the_cause_of_the_whole() {
    let rest = [
        // 1,600 less 1,600 and 100,000: the decimal mark slipped. 1,600 less 1,600: nothing is left of it in the GL.
        (
            "J5,2026-09-12,INV-1,AR,,J1,-1600.00\nJ6,2026-09-12,INV-1,AR,,,100000.00\n",
            "V13",
            "J6",
            "99000.00",
            "100010.00",
        ),
        ("J5,2026-09-12,INV-1,AR,,J1,-1600.00\n", "V27", "", "-1000.00", "10.00"),
        // 1,600 less 100 is 1,500, one digit beside 1,000; 1,600 less 150 is nothing that could have been meant.
        ("J5,2026-09-12,INV-1,AR,,,-100.00\n", "V15", "J1; J5", "500.00", "1510.00"),
        ("J5,2026-09-12,INV-1,AR,,,-150.00\n", "V28", "J1; J5", "450.00", "1460.00"),
    ];
    for (lines, cause, journal, amount, balance) in rest {
        let months = after_august();
        let register = format!("{DOCUMENTS}US01,INV-5,invoice,C1,2026-09-10,2026-10-10,10.00,10.00\n");
        let lines = format!("J4,2026-09-10,INV-5,AR,,,10.00\n{lines}");
        months.month("2026-09", &register, &lines, ("1600.00", balance));
        months.leaves("2026-09", &[INV_2, [cause, "INV-1", journal, amount, "2026-08"]]);
        let before = months.rows("2026-08", "reconciling_items").remove(1);
        let item = months.rows("2026-09", "reconciling_items").remove(1);
        assert_eq!((&item["item_key"], &item["posting_date"]), (&before["item_key"], &before["posting_date"]));
        let cents = |amount: &str| amount.replace('.', "").parse::<i64>().expect("an amount");
        assert_eq!(cents(&item["gl_amount"]) - cents(&item["subledger_amount"]), cents(amount), "{item:?}");
        assert!(item["explanation"].contains("600.00 of the difference is carried from 2026-08"), "{item:?}");
        // Untouched, it goes on as what it was found to be.
        months.month("2026-10", &register, "", (balance, balance));
        months.leaves("2026-10", &[["V02", "INV-1", journal, amount, "2026-08"], INV_2]);
        let item = months.rows("2026-10", "reconciling_items").remove(0);
        assert!(item["also_fits"].starts_with(cause), "{item:?}");
    }
}

#[test]
fn a_second_posting_that_is_taken_back_later_leaves_nothing() {
    for link in ["J2", ""] {
        let months = Months::new();
        let twice = "J1,2026-08-20,INV-1,AR,,,1000.00\nJ2,2026-08-21,INV-1,AR,,,1000.00\n";
        let more = "J4,2026-08-21,INV-2,AR,,,500.00\nJ3,2026-08-22,RC-3,AR,,,-70.00\n";
        months.month("2026-08", DOCUMENTS, &format!("{twice}{more}"), ("70.00", "2500.00"));
        months.leaves("2026-08", &[["V10", "INV-1", "J2", "1000.00", "2026-08"]]);
        let back = format!("J5,2026-09-02,INV-1,AR,,{link},-1000.00\n");
        months.month("2026-09", DOCUMENTS, &back, ("2500.00", "1500.00"));
        months.leaves("2026-09", &[]);
    }
}

#[test]
fn a_manual_journal_of_an_earlier_month_is_cleared_by_what_names_it_alone() {
    let manual = "J9,2026-08-25,,Manual,Accrual,,45.00\n";
    let cases: [(&str, &str, &[[&str; 5]]); 4] = [
        ("J8,2026-09-02,,Manual,,J9,-45.00\n", "1000.00", &[INV_2]),
        ("J8,2026-09-02,,Manual,Reversal of J9,,-45.00\n", "1000.00", &[INV_2]),
        // A part of it: what is left goes on under the same key.
        ("J8,2026-09-02,,Manual,,J9,-40.00\n", "1005.00", &[INV_2, ["V03", "", "J9; J8", "5.00", "2026-08"]]),
        // An equal amount proves nothing.
        (
            "J8,2026-09-02,,Manual,Accrual,,-45.00\n",
            "1000.00",
            &[["V02", "", "J9", "45.00", "2026-08"], INV_2, ["V03", "", "J8", "-45.00", "2026-09"]],
        ),
    ];
    for (lines, balance, wanted) in cases {
        let months = Months::new();
        let august = format!("J1,2026-08-20,INV-1,AR,,,1000.00\nJ3,2026-08-22,RC-3,AR,,,-70.00\n{manual}");
        months.month("2026-08", DOCUMENTS, &august, ("70.00", "1045.00"));
        months.month("2026-09", DOCUMENTS, lines, ("1045.00", balance));
        months.leaves("2026-09", wanted);
    }
}

#[test]
fn a_carried_item_keeps_what_was_known_of_it() {
    let months = after_august();
    months.month("2026-09", DOCUMENTS, "", ("1600.00", "1600.00"));
    months.month("2026-10", DOCUMENTS, "", ("1600.00", "1600.00"));
    for (month, age) in [("2026-09", "41"), ("2026-10", "72")] {
        let item = months.rows(month, "reconciling_items").remove(0);
        let columns = ["document_id", "customer_id", "posting_date", "gl_amount", "subledger_amount", "also_fits"];
        let found = columns.map(|column| item[column].as_str());
        assert_eq!(found, ["INV-1", "C1", "2026-08-20", "1600.00", "1000.00", "V15"]);
        assert_eq!((item["cause_code"].as_str(), item["age_days"].as_str()), ("V02", age));
        assert!(item["explanation"].contains("(digit_error)"), "{item:?}");
        assert!(item["explanation"].contains("1,600.00 in the GL and 1,000.00 in the subledger"), "{item:?}");
    }
}

#[test]
fn a_register_of_open_items_carries_the_items_of_the_prior_run() {
    let open = "US01,INV-1,invoice,C1,2026-08-20,2026-09-20,1000.00,1000.00\n";
    let second = "US01,INV-2,invoice,C2,2026-08-21,2026-09-21,500.00,500.00\n";
    let new = "US01,INV-4,invoice,C1,2026-09-10,2026-10-10,300.00,250.00\n";
    let september = "J4,2026-09-10,INV-4,AR,,,300.00\nJ8,2026-09-20,RC-4,AR,,,-50.00\n";
    let inv_1 = ["V02", "INV-1", "J1", "600.00", "2026-08"];
    // Nothing is corrected; INV-2 reaches the GL; it does and is paid; INV-1 is corrected.
    let cases: [(String, &str, &str, &[[&str; 5]]); 4] = [
        (format!("{open}{second}{new}"), "", "1850.00", &[inv_1, INV_2]),
        (format!("{open}{second}{new}"), "J9,2026-09-21,INV-2,AR,,,500.00\n", "2350.00", &[inv_1]),
        (
            format!("{open}{new}"),
            "J9,2026-09-21,INV-2,AR,,,500.00\nJ10,2026-09-22,RC-5,AR,,,-500.00\n",
            "1850.00",
            &[inv_1],
        ),
        (
            format!("{open}{second}{new}"),
            "J9,2026-09-21,INV-1,AR,,J1,-1600.00\nJ10,2026-09-21,INV-1,AR,,,1000.00\n",
            "1250.00",
            &[INV_2],
        ),
    ];
    for (register, lines, ending, wanted) in cases {
        let months = Months::new();
        months.month("2026-08", &format!("{open}{second}"), AUGUST, ("70.00", "1600.00"));
        months.month("2026-09", &register, &format!("{september}{lines}"), ("1600.00", ending));
        months.leaves("2026-09", wanted);
    }
}

#[test]
fn a_journal_and_its_reversal_are_a_match_and_no_item() {
    let other = "J1,2026-08-20,INV-1,AR,,,1000.00\nJ2,2026-08-21,INV-2,AR,,,500.00\nJ3,2026-08-22,RC-3,AR,,,-70.00\n";
    let first = "J0,2026-07-21,INV-3,AR,,,70.00\n";
    let manual = "J8,2026-08-10,,Manual,,,45.00\n";
    let months = Months::new();
    let lines = format!("{first}{other}{manual}J9,2026-08-12,,Manual,,J8,-45.00\n");
    months.month("2026-08", DOCUMENTS, &lines, ("70.00", "1500.00"));
    months.leaves("2026-08", &[]);
    let matches = months.rows("2026-08", "matches");
    let columns = ["rule", "left_ids", "right_ids", "left_amount", "right_amount", "difference"];
    let found: Vec<[&str; 6]> = matches.iter().map(|row| columns.map(|column| row[column].as_str())).collect();
    assert_eq!(found, [["journal and its reversal", "J8; J9", "", "0.00", "0.00", "0.00"]]);
    // Every line of the account is told.
    let documents = months.rows("2026-08", "documents");
    let reversed: Vec<&str> =
        documents.iter().filter(|row| row["outcome"] == "reversed").map(|row| row["document_id"].as_str()).collect();
    assert_eq!(reversed, ["J8", "J9"]);
    // Without a link, or for another amount, they stay two.
    let apart = [("", "-45.00", "1500.00", "V03"), ("J8", "-44.00", "1501.00", "V27")];
    for (link, amount, ending, cause) in apart {
        let months = Months::new();
        let lines = format!("{first}{other}{manual}J9,2026-08-12,,Manual,,{link},{amount}\n");
        months.month("2026-08", DOCUMENTS, &lines, ("70.00", ending));
        let wanted = [["V03", "", "J8", "45.00", "2026-08"], [cause, "", "J9", amount, "2026-08"]];
        months.leaves("2026-08", &wanted);
        assert!(months.rows("2026-08", "matches").is_empty());
    }
}
