//! Cash application on closes so small that each receipt can be read at a glance.

mod bank_lines;
mod confirmed;
mod decisions;

use crate::support::books::configuration;
use crate::support::{Close, Row};

const ITEMS: &str = "entity,item_id,item_type,customer_id,document_date,due_date,currency,amount,open_amount,reference,\
                     memo,payer_name,payer_account,terms,tax_amount,freight_amount,original_item_id\n";
const CUSTOMERS: &str = "\
customer_id,customer_name,parent_customer_id,payer_account
C1,Muller Tools,,ACC-1
C2,Acme,C9,ACC-2
C9,Acme Holding,,ACC-9
";

/// An open invoice.
fn invoice(id: &str, customer: &str, date: &str, amount: &str) -> String {
    format!("US01,{id},invoice,{customer},{date},2026-12-01,USD,{amount},{amount},,,,,,,,\n")
}

/// An open receipt with a memo.
fn receipt(id: &str, customer: &str, amount: &str, memo: &str) -> String {
    format!("US01,{id},receipt,{customer},2026-10-20,,USD,-{amount},-{amount},,{memo},,,,,,\n")
}

/// A close of a register and further files: (table, text).
fn close_of(items: &str, more: &[(&str, &str)]) -> Close {
    let close = Close::empty();
    close.write("ar_items.csv", format!("{ITEMS}{items}")).write("customers.csv", CUSTOMERS);
    let mut sources = vec![("ar_items", "ar_items.csv"), ("customers", "customers.csv")];
    let paths: Vec<(&str, String)> = more.iter().map(|(table, _)| (*table, format!("{table}.csv"))).collect();
    for ((table, text), (_, path)) in more.iter().zip(&paths) {
        close.write(path, text);
        sources.push((table, path));
    }
    let sources: Vec<(&str, &str, &str)> = sources.into_iter().map(|(table, path)| (table, path, "")).collect();
    close.write("close.toml", configuration(&sources));
    close
}

/// What a run says of a receipt: cause, status and documents.
#[track_caller]
fn said(close: &Close, receipt: &str) -> [String; 3] {
    let row = close.result("unapplied").into_iter().find(|row| row["receipt_id"] == receipt).expect("the receipt");
    ["cause_code", "status", "proposed_invoice_ids"].map(|column| row[column].clone())
}

#[track_caller]
fn expect(close: &Close, expected: &[(&str, &str, &str, &str)]) {
    for (receipt, cause, status, documents) in expected {
        assert_eq!(said(close, receipt), [*cause, *status, *documents], "{receipt}");
    }
}

#[test]
fn numbers_are_found_however_they_are_written_and_confirmed_where_two_witnesses_agree() {
    let mut items: String =
        (1..=9).map(|n| invoice(&format!("INV-{n}0420"), "C1", "2026-09-01", &format!("{n}00.1{n}"))).collect();
    items += &receipt("R1", "C1", "100.11", "pays INV-10420");
    items += &receipt("R2", "C1", "200.12", "INV 2O42O");
    items += &receipt("R3", "C1", "300.13", "your no. 30420");
    items += &receipt("R4", "C1", "400.14", "INV-40402");
    items += &receipt("R5", "C1", "1,100.30", "INV-50420 INV-60420").replace("1,100.30", "1100.31");
    items += &receipt("R7", "", "700.17", "INV-70420");
    items += &receipt("R8", "C1", "888.88", "INV-80420");
    items += &receipt("R9", "C1", "900.19", "thank you");
    let close = close_of(&items, &[]);
    close.close().with(0);
    expect(
        &close,
        &[
            ("R1", "C00", "confirmed", "INV-10420"),
            ("R2", "C04", "confirmed", "INV-20420"),
            ("R3", "C04", "confirmed", "INV-30420"),
            ("R4", "C04", "confirmed", "INV-40420"),
            ("R5", "C06", "confirmed", "INV-50420; INV-60420"),
            // Nobody knows the payer: the reference alone is one witness.
            ("R7", "C01", "suggested", "INV-70420"),
            ("R8", "C12", "suggested", "INV-80420"),
            // An amount is no witness at all.
            ("R9", "C03", "suggested", "INV-90420"),
        ],
    );
}

#[test]
fn who_paid_is_told_by_receipt_account_parent_and_earlier_receipts() {
    let mut items =
        invoice("INV-1001", "C2", "2026-09-01", "10.01") + &invoice("INV-1002", "C2", "2026-09-01", "20.02");
    items += &invoice("INV-1003", "C1", "2026-09-01", "30.03");
    items += &invoice("INV-1004", "C1", "2026-09-01", "40.04");
    // A parent pays for its child; an account is that of the master data; a stranger's account paid for C1 before.
    items += &receipt("R1", "C9", "10.01", "INV-1001");
    items += "US01,R2,receipt,,2026-10-20,,USD,-20.02,-20.02,,INV-1002,,ACC-2,,,,\n";
    items += "US01,R0,receipt,C1,2026-08-20,,USD,-5.00,0.00,,,FACTOR,ACC-77,,,,\n";
    items += "US01,R3,receipt,,2026-10-20,,USD,-30.03,-30.03,,INV-1003,FACTOR,ACC-77,,,,\n";
    // Booked under one customer, and names the other's.
    items += &receipt("R4", "C2", "40.04", "INV-1004");
    let close = close_of(&items, &[]);
    close.close().with(0);
    expect(
        &close,
        &[
            ("R1", "C02", "confirmed", "INV-1001"),
            ("R2", "C00", "confirmed", "INV-1002"),
            ("R3", "C02", "suggested", "INV-1003"),
            ("R4", "C16", "open", ""),
        ],
    );
}

#[test]
fn what_several_want_is_settled_between_them_whatever_their_order() {
    let mut items =
        invoice("INV-2001", "C1", "2026-09-01", "50.00") + &invoice("INV-2002", "C1", "2026-09-01", "90.00");
    items += &receipt("R1", "C1", "50.00", "INV-2001");
    items += &receipt("R2", "C1", "50.00", "INV-2001");
    items += &receipt("R3", "C1", "40.00", "INV-2002 1 of 2");
    items += &receipt("R4", "C1", "50.00", "INV-2002 2 of 2");
    let close = close_of(&items, &[]);
    close.close().with(0);
    let expected = [
        ("R1", "C00", "suggested", "INV-2001"),
        ("R2", "C08", "open", ""),
        ("R3", "C07", "confirmed", "INV-2002"),
        ("R4", "C07", "confirmed", "INV-2002"),
    ];
    expect(&close, &expected);
    let reversed: Vec<&str> = items.lines().rev().collect();
    let other = close_of(&(reversed.join("\n") + "\n"), &[]);
    other.close().with(0);
    expect(&other, &expected);
    let allocations = |close: &Close| -> Vec<Row> { close.result("allocations") };
    assert_eq!(allocations(&close), allocations(&other));
}

#[test]
fn a_statement_and_an_advice_say_what_the_register_does_not() {
    let mut items =
        invoice("INV-3001", "C1", "2026-09-01", "70.00") + &invoice("INV-3002", "C1", "2026-09-01", "30.00");
    items += &invoice("INV-3003", "C1", "2026-09-01", "60.00");
    items += "US01,R1,receipt,C1,2026-10-20,,USD,-70.00,-70.00,K-77,,,,,,,\n";
    items += "US01,R2,receipt,C1,2026-10-20,,USD,-85.00,-85.00,K-78,,,,,,,\n";
    let lines = "bank_account,booking_date,amount,description,reference,counterparty_account\n\
                 1,2026-10-20,70.00,RE INV-3001,K-77,ACC-1\n";
    let advice = "payment_reference,invoice_reference,amount,discount,reason_code\n\
                  K-78,INV-3002,30.00,,\nK-78,INV-3003,55.00,5.00,54\n";
    let close = close_of(&items, &[("bank_lines", lines), ("remittances", advice)]);
    close.close().with(0);
    expect(&close, &[("R1", "C00", "confirmed", "INV-3001"), ("R2", "C13", "suggested", "INV-3002; INV-3003")]);
    let rows = close.result("allocations");
    let short = rows.iter().find(|row| row["invoice_id"] == "INV-3003").expect("the allocation");
    // The payer says freight; nothing else fits.
    assert_eq!(
        (short["amount"].as_str(), short["short_pay"].as_str(), short["short_pay_code"].as_str()),
        ("55.00", "5.00", "S04")
    );
}

#[test]
fn recon_cash_prints_the_receipts_and_writes_nothing() {
    let close =
        close_of(&(invoice("INV-4001", "C1", "2026-09-01", "70.00") + &receipt("R1", "C1", "70.00", "INV-4001")), &[]);
    let ended = close.run(&["recon", "cash"]).with(0).says(&["1 with a confirmed answer"]);
    assert!(ended.stdout.contains("R1") && ended.stdout.contains("Reference and amount agree"), "{}", ended.stdout);
    let csv = close.run(&["recon", "cash", "--format", "csv"]).with(0).stdout;
    assert!(csv.starts_with("receipt_id,entity") && csv.lines().count() == 2, "{csv}");
    assert!(!close.at("out").exists());
}

#[test]
fn thousands_of_equal_amounts_are_paired_and_none_is_confirmed() {
    let number = 3_000;
    let mut items: String = (0..number).map(|n| invoice(&format!("INV-{n:06}"), "C1", "2026-09-01", "10.00")).collect();
    (0..number).for_each(|n| items += &receipt(&format!("R{n:06}"), "C1", "10.00", "thank you"));
    let close = close_of(&items, &[]);
    close.close().with(0);
    let rows = close.result("allocations");
    assert_eq!(rows.len(), number);
    assert!(rows.iter().all(|row| row["status"] == "suggested" && row["alternatives"] == "2999"));
    let invoices: std::collections::BTreeSet<&String> = rows.iter().map(|row| &row["invoice_id"]).collect();
    assert_eq!(invoices.len(), number, "each document is proposed once");
}

#[test]
fn what_was_cleared_after_the_period_end_is_a_backlog() {
    let heading = "entity,item_id,item_type,customer_id,document_date,posting_date,cleared_date,currency,amount,memo\n";
    let row = |id: &str, kind: &str, customer: &str, cleared: &str, amount: &str| {
        format!("US01,{id},{kind},{customer},2026-10-05,2026-10-05,{cleared},USD,{amount},\n")
    };
    let mut items = row("INV-71001", "invoice", "C1", "2026-11-04", "80.00");
    items += &row("INV-71002", "invoice", "C1", "2026-11-04", "20.00");
    items += &row("INV-71003", "invoice", "C1", "", "500.00");
    // One receipt and what was cleared with it; another with the same day beside a rest; one that is still open.
    items += "US01,R1,receipt,C1,2026-10-20,2026-10-20,2026-11-04,USD,-100.00,INV-71001 INV-71002\n";
    items += &row("INV-72001", "invoice", "C2", "2026-11-05", "60.00");
    items += "US01,R2,receipt,C2,2026-10-20,2026-10-20,2026-11-05,USD,-30.00,INV-72999\n";
    items += "US01,R3,receipt,C2,2026-10-20,2026-10-20,2026-11-05,USD,-25.00,INV-72998\n";
    items += "US01,R4,receipt,C1,2026-10-20,2026-10-20,,USD,-500.00,INV-71003\n";
    let close = close_of(&items, &[]);
    close.write("ar_items.csv", format!("{heading}{items}"));
    close.close().with(0);
    // Two invoices of one payment: what it names goes before when it was applied (causes.md, order of the tests).
    expect(&close, &[("R1", "C06", "posted", "INV-71001; INV-71002"), ("R4", "C00", "confirmed", "INV-71003")]);
    for (receipt, day) in [("R2", "2026-11-05"), ("R3", "2026-11-05")] {
        assert_eq!(said(&close, receipt)[0], "C15", "{receipt}");
        let row = close.result("unapplied").into_iter().find(|row| row["receipt_id"] == receipt).expect("the receipt");
        assert!(row["explanation"].contains(day), "{row:?}");
    }
    let posted = close.result("allocations").into_iter().filter(|row| row["receipt_id"] == "R1");
    let posted: Vec<String> = posted.map(|row| row["invoice_id"].clone() + " " + &row["status"]).collect();
    assert_eq!(posted, ["INV-71001 posted", "INV-71002 posted"]);
}

#[test]
fn tax_is_withheld_at_the_rate_of_the_payer_s_country() {
    let mut items = invoice("INV-81001", "C1", "2026-09-01", "1180.00");
    items = items.replace(",,,,,,,,\n", ",,,,,,180.00,,\n");
    items += &invoice("INV-81002", "C2", "2026-09-01", "1000.00");
    items += &invoice("INV-81003", "C1", "2026-06-01", "417.00");
    // Ten percent of 1,000.00 before tax; the same of a country without such a tax; of an amount before the rate held.
    items += &receipt("R1", "C1", "1080.00", "INV-81001");
    items += &receipt("R2", "C2", "893.00", "INV-81002");
    items += &receipt("R3", "C1", "375.30", "INV-81003");
    let rates = "tax_code,jurisdiction,valid_from,valid_to,rate\nWHT-10,IN,2026-07-01,,10\nVAT,IN,2020-01-01,,0.18\n\
                 WHT-OLD,IN,2020-01-01,2026-06-30,15\nWHT-BR,BR,2020-01-01,,0.107\n";
    let close = close_of(&items, &[("tax_rates", rates)]);
    close.write("customers.csv", "customer_id,customer_name,country\nC1,Muller Tools,IN\nC2,Acme,US\n");
    close.close().with(0);
    let code = |receipt: &str| {
        let row = close.result("allocations").into_iter().find(|row| row["receipt_id"] == receipt).expect("a row");
        row["short_pay_code"].clone()
    };
    assert_eq!([code("R1"), code("R2"), code("R3")], ["S05", "S99", "S05"]);
}
