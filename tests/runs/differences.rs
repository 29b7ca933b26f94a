//! One document differs, and nothing else may be said to: discounts, rates, payments and reversals beside a difference.

use crate::support::books::configuration;
use crate::support::{Close, Row};

const AR: &str = "entity,item_id,item_type,customer_id,document_date,due_date,amount,open_amount\n";
const GL: &str = "entity,account,journal_id,posting_date,document_id,source,description,amount\n";
const APPLIED: &str = "entity,from_item_id,to_item_id,applied_date,amount,discount\n";

/// A close with applications: the trial balance opens with 0.00.
fn books(ar: &str, applied: &str, gl: &str, ending: &str) -> Close {
    let close = Close::empty();
    let mut sources = vec![("ar_items", "ar.csv", ""), ("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")];
    if !applied.is_empty() {
        sources.push(("ar_applications", "applied.csv", ""));
        close.write("applied.csv", format!("{APPLIED}{applied}"));
    }
    close.write("close.toml", configuration(&sources));
    let headed =
        |head: &str, rows: &str| if rows.starts_with("entity,") { rows.to_owned() } else { format!("{head}{rows}") };
    close.write("ar.csv", headed(AR, ar)).write("gl.csv", headed(GL, gl));
    close.write("tb.csv", format!("entity,account,opening_balance,ending_balance\nUS01,1200,0.00,{ending}\n"));
    close
}

/// Cause, document or journal, amount.
fn items(close: &Close) -> Vec<[String; 3]> {
    let name =
        |row: &Row| if row["document_id"].is_empty() { row["journal_id"].clone() } else { row["document_id"].clone() };
    let rows = close.result("reconciling_items");
    rows.iter().map(|row| [row["cause_code"].clone(), name(row), row["amount"].clone()]).collect()
}

fn failed(close: &Close) -> Vec<String> {
    let checks = close.result("checks").into_iter().filter(|row| row["outcome"] == "fail");
    checks.map(|row| row["check"].clone()).collect()
}

/// An invoice of 500.00, paid with 490.00 and a discount of 10.00, and one that is open. `receipt` and `discount` are
/// what the ledger has, and under which number it has the discount.
fn discounted(receipt: &str, discount: (&str, &str), ending: &str) -> Close {
    let ar = "US01,A1,invoice,C1,2026-10-03,2026-11-02,500.00,0.00\nUS01,P1,receipt,C1,2026-10-12,,-490.00,0.00\n\
              US01,A2,invoice,C1,2026-10-04,2026-11-03,60.00,60.00\n";
    let (under, amount) = discount;
    let gl = format!(
        "US01,1200,J1,2026-10-03,A1,AR,,500.00\nUS01,1200,J2,2026-10-12,P1,AR,,{receipt}\n\
         US01,1200,J3,2026-10-12,{under},AR,,{amount}\nUS01,1200,J4,2026-10-04,A2,AR,,60.00\n"
    );
    books(ar, "US01,P1,A1,2026-10-12,490.00,10.00\n", &gl, ending)
}

#[test]
fn a_discount_stands_under_the_document_that_the_ledger_posts_it_under() {
    for under in ["A1", "P1"] {
        discounted("-490.00", (under, "-10.00"), "60.00").ties();
        // The receipt alone is damaged: two digits changed places, a sign, a cent.
        let damages = [
            ("-409.00", "V14", "141.00", "81.00"),
            ("490.00", "V12", "1040.00", "980.00"),
            ("-489.99", "V21", "60.01", "0.01"),
        ];
        for (receipt, cause, ending, amount) in damages {
            let close = discounted(receipt, (under, "-10.00"), ending);
            close.done();
            assert_eq!(items(&close), [[cause, "P1", amount]], "{under} {receipt}");
            assert_eq!(close.figure("unexplained"), "0.00");
        }
    }
    // The discount alone is.
    let close = discounted("-490.00", ("A1", "-1.00"), "69.00");
    close.done();
    assert_eq!(items(&close).len(), 1);
    assert_eq!(items(&close)[0][1..], ["A1", "9.00"]);
}

/// A receipt in GBP at another rate than its invoice; `gl` is what the ledger has of the two.
fn exchanged(gl: &str, ending: &str) -> Close {
    let ar = "entity,item_id,item_type,customer_id,document_date,due_date,currency,amount,open_amount,\
              functional_amount\n\
              US01,A1,invoice,C1,2026-10-03,2026-11-02,GBP,200.00,0.00,260.00\n\
              US01,P1,receipt,C1,2026-10-12,,GBP,-200.00,0.00,-252.00\n\
              US01,A2,invoice,C1,2026-10-04,2026-11-03,USD,60.00,60.00,60.00\n";
    let gl = format!("US01,1200,J4,2026-10-04,A2,AR,,60.00\nUS01,1200,J1,2026-10-03,A1,AR,,260.00\n{gl}");
    books(ar, "US01,P1,A1,2026-10-12,200.00,\n", &gl, ending)
}

#[test]
fn a_realised_difference_of_rates_is_a_posting_of_the_subledger() {
    let loss = "US01,1200,J3,2026-10-12,P1,AR,Realised loss,-8.00\n";
    let receipt = "US01,1200,J2,2026-10-12,P1,AR,,-252.00\n";
    // Beside the receipt, under the invoice, or in one line with the receipt.
    let close = exchanged(&format!("{receipt}{loss}"), "60.00");
    close.ties();
    let line =
        close.result("rollforward").into_iter().find(|row| row["line"] == "exchange_differences").expect("a line");
    assert_eq!((line["subledger_amount"].as_str(), line["gl_amount"].as_str()), ("-8.00", "-8.00"));
    exchanged(&format!("{receipt}{}", loss.replace(",P1,", ",A1,")), "60.00").ties();
    exchanged("US01,1200,J2,2026-10-12,P1,AR,,-260.00\n", "60.00").ties();
    // The ledger has it nowhere.
    let close = exchanged(receipt, "68.00");
    close.done();
    assert_eq!(items(&close), [["V20", "P1", "8.00"]]);
    let explanation = close.result("reconciling_items")[0]["explanation"].clone();
    assert!(
        explanation
            .contains("is -252.00 in the GL and -260.00 in the subledger, with -8.00 that its applications leave"),
        "{explanation}"
    );
    assert_eq!((close.figure("status").as_str(), failed(&close).len()), ("explained", 0));
}

#[test]
fn parts_that_are_each_rounded_leave_a_cent_that_is_named() {
    let ar = "entity,item_id,item_type,customer_id,document_date,due_date,currency,exchange_rate,amount,open_amount\n\
              US01,A1,invoice,C1,2026-10-02,2026-10-30,GBP,1.2345,100.01,66.68\n\
              US01,P1,receipt,C1,2026-10-20,,GBP,1.2345,-33.33,0.00\n";
    let gl = "US01,1200,J1,2026-10-02,A1,AR,,123.46\nUS01,1200,J2,2026-10-20,P1,AR,,-41.15\n";
    let close = books(ar, "US01,P1,A1,2026-10-20,33.33,\n", gl, "82.31");
    close.done();
    assert_eq!(items(&close), [["V21", "P1", "-0.01"]]);
    assert_eq!((close.figure("status").as_str(), failed(&close)), ("explained", vec![]));
    // An open amount that the applications do not lead to is no rounding.
    close.write("ar.csv", ar.replace("66.68", "60.68"));
    close.done();
    assert_eq!(close.figure("status"), "open");
    assert!(failed(&close).iter().any(|check| check.contains("opening + postings")), "{:?}", failed(&close));
}

#[test]
fn discounts_in_foreign_currency_are_converted() {
    let ar = "entity,item_id,item_type,customer_id,document_date,due_date,currency,exchange_rate,amount,open_amount\n\
              US01,A1,invoice,C1,2026-10-02,2026-10-30,GBP,1.25,100.00,0.00\n\
              US01,P1,receipt,C1,2026-10-20,,GBP,1.25,-98.00,0.00\n";
    let gl = "US01,1200,J1,2026-10-02,A1,AR,,125.00\nUS01,1200,J2,2026-10-20,P1,AR,,-122.50\n\
              US01,1200,J3,2026-10-20,A1,AR,,-2.50\n";
    books(ar, "US01,P1,A1,2026-10-20,98.00,2.00\n", gl, "0.00").ties();
}

/// A register of open items: the ledger posts a payment under the number of its invoice and another under its own, and
/// the register holds a receipt that is not yet applied in full.
fn open_items(second: &str, ending: &str) -> Close {
    let ar =
        "US01,0101,invoice,C1,2026-09-03,2026-10-03,1000.00,150.00\nUS01,R-9,receipt,C2,2026-10-05,,-300.00,-40.00\n";
    let gl = format!(
        "US01,1200,J1,2026-09-03,0101,AR,,1000.00\nUS01,1200,J2,2026-10-06,0101,AR,,-600.00\n\
         US01,1200,J3,2026-10-07,R-7,AR,,-250.00\nUS01,1200,J4,2026-09-04,0102,AR,,260.00\n\
         US01,1200,J5,2026-10-05,R-9,AR,,-300.00\n{second}"
    );
    books(ar, "", &gl, ending)
}

#[test]
fn payments_under_the_number_of_an_open_document_are_compared_in_total() {
    let close = open_items("", "110.00");
    close.done();
    assert_eq!(items(&close), Vec::<[String; 3]>::new());
    let rec = close.result("reconciliations").remove(0);
    assert_eq!((rec["status"].as_str(), rec["unexplained"].as_str()), ("reconciled", "0.00"), "{rec:?}");
    // One that the subledger has not is a difference of the document, which the balances prove.
    let ar =
        "US01,0101,invoice,C1,2026-09-03,2026-10-03,1000.00,750.00\nUS01,R-9,receipt,C2,2026-10-05,,-300.00,-40.00\n";
    let close = open_items("", "110.00");
    close.write("ar.csv", format!("{AR}{ar}"));
    close.done();
    assert_eq!(close.figure("variance"), "-600.00");
    assert_eq!((items(&close).len(), close.figure("unexplained").as_str()), (1, "0.00"));
    assert_eq!(items(&close)[0][1..], ["0101", "-600.00"]);
    // Where neither reading leads to the balances, nothing is explained.
    let close = open_items("US01,1200,J9,2026-10-09,R-8,AR,,-7.00\n", "103.00");
    close.done();
    assert_eq!(
        (items(&close).len(), close.figure("unexplained").as_str(), close.figure("status").as_str()),
        (0, "-7.00", "open")
    );
}

/// September's close: of August the register holds what is open, the ledger all, the applications what was settled.
fn settled(extra: &str, ending: &str, applied: &str) -> Close {
    let ar = "US01,B5,invoice,C1,2026-09-20,2026-10-20,80.00,80.00\n\
              US01,O1,invoice,C1,2026-10-04,2026-11-04,30.00,0.00\n\
              US01,Q1,receipt,C1,2026-10-20,,-30.00,0.00\n";
    let mut gl = "US01,1200,J5,2026-09-20,B5,AR,,80.00\nUS01,1200,J6,2026-10-04,O1,AR,,30.00\n\
                  US01,1200,J7,2026-10-20,Q1,AR,,-30.00\n"
        .to_owned();
    for (at, amount) in ["410.00", "255.00", "73.20"].into_iter().enumerate() {
        gl += &format!("US01,1200,K{at},2026-08-0{},B{at},AR,,{amount}\n", at + 1);
        gl += &format!("US01,1200,L{at},2026-08-2{at},P{at},AR,,-{amount}\n");
    }
    books(ar, &format!("{applied}US01,Q1,O1,2026-10-20,30.00,\n"), &format!("{gl}{extra}"), ending)
}

const SETTLED: &str = "US01,P0,B0,2026-08-20,410.00,\nUS01,P1,B1,2026-08-21,255.00,\nUS01,P2,B2,2026-08-22,73.20,\n";

#[test]
fn a_settled_document_that_the_register_no_longer_holds_is_known_by_its_applications() {
    settled("", "80.00", SETTLED).ties();
    // One of them is posted twice: it alone is listed.
    let close = settled("US01,1200,M1,2026-08-21,P1,AR,,-255.00\n", "-175.00", SETTLED);
    close.done();
    assert_eq!(items(&close), [["V10", "P1", "-255.00"]]);
    let documents = close.result("documents");
    let of = |name: &str| documents.iter().find(|row| row["document_id"] == name).expect("a document");
    assert_eq!((of("B1")["outcome"].as_str(), of("B1")["subledger_amount"].as_str()), ("settled", "255.00"));
    assert_eq!(of("P1")["outcome"], "duplicate_in_gl");
    // Another amount than was applied.
    let close = settled("US01,1200,L1,2026-08-21,P1,AR,,30.00\n", "110.00", SETTLED);
    close.done();
    assert_eq!(items(&close).len(), 1);
    assert_eq!(items(&close)[0][1..], ["P1", "30.00"]);
    assert!(close.result("reconciling_items")[0]["explanation"].contains("in the subledger by its applications"));
    // Receipts that the ledger posts under the numbers of their invoices are not missing.
    let close = settled("", "80.00", SETTLED);
    let gl = std::fs::read_to_string(close.at("gl.csv")).expect("a ledger");
    close.write("gl.csv", (0..3).fold(gl, |gl, at| gl.replace(&format!(",P{at},"), &format!(",B{at},"))));
    close.ties();
}

#[test]
fn a_journal_is_named_by_a_whole_word_and_after_it_was_there() {
    let with = |lines: &str| {
        let close = books(
            "US01,A1,invoice,C1,2026-10-02,2026-11-01,90.00,90.00\n",
            "",
            &format!("US01,1200,J1,2026-10-02,A1,AR,,90.00\n{lines}"),
            "90.00",
        );
        close.done();
        (items(&close).len(), close.result("matches").len())
    };
    let line = |id: &str, day: &str, text: &str, amount: &str| {
        format!("US01,1200,{id},2026-10-{day},,MANUAL,{text},{amount}\n")
    };
    let first = line("J7", "05", "Bonus", "60.00");
    assert_eq!(with(&format!("{first}{}", line("J8", "20", "Takes back J7.", "-60.00"))), (0, 1));
    // J7.2 and J71 are other journals, and an earlier one cannot take back a later one.
    assert_eq!(with(&format!("{first}{}", line("J8", "20", "Share of J7.2", "-60.00"))), (2, 0));
    assert_eq!(with(&format!("{first}{}", line("J8", "20", "See J71", "-60.00"))), (2, 0));
    assert_eq!(
        with(&format!("{}{}", line("J7", "05", "Bonus J8", "60.00"), line("J8", "20", "Other", "-60.00"))),
        (2, 0)
    );
}

#[test]
fn documents_of_one_number_are_listed_apart_where_the_ledger_tells_them_apart() {
    let ar = "US01,77,invoice,C1,2026-10-02,2026-11-01,100.00,100.00\n\
              US01,77,invoice,C2,2026-10-09,2026-11-08,50.00,50.00\n\
              US01,78,invoice,C1,2026-10-03,2026-11-02,20.00,20.00\n";
    let gl = "US01,1200,J1,2026-10-02,77,AR,,100.00\nUS01,1200,J2,2026-10-09,77,AR,,57.00\n\
              US01,1200,J3,2026-10-03,78,AR,,20.00\n";
    let close = books(ar, "", gl, "177.00");
    close.done();
    assert_eq!(items(&close).len(), 1);
    let documents = close.result("documents");
    let of = |name: &str| -> Vec<[String; 4]> {
        let columns = ["customer_id", "gl_amount", "subledger_amount", "outcome"];
        let own = documents.iter().filter(|row| row["document_id"] == name);
        own.map(|row| columns.map(|column| row[column].clone())).collect()
    };
    let cause = close.result("reconciling_items")[0]["cause"].clone();
    assert_eq!(of("77"), [["C1", "100.00", "100.00", "agreed"], ["C2", "57.00", "50.00", cause.as_str()]]);
    let count = |column: &str| documents.iter().map(|row| row[column].parse::<u32>().expect("a count")).sum::<u32>();
    assert_eq!((count("gl_lines"), count("subledger_rows")), (3, 3));
    // One line for both: nothing tells them apart, and the row says that it holds two.
    let close =
        books(ar, "", "US01,1200,J1,2026-10-02,77,AR,,157.00\nUS01,1200,J3,2026-10-03,78,AR,,20.00\n", "177.00");
    close.done();
    let documents = close.result("documents");
    let own: Vec<_> = documents.iter().filter(|row| row["document_id"] == "77").collect();
    assert_eq!((own.len(), own[0]["subledger_rows"].as_str(), own[0]["difference"].as_str()), (1, "2", "7.00"));
}
