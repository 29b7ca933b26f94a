//! Checks, invoices, totals and what is refused, on files that are written here.

use crate::load::kind::FileKind;
use crate::load::payment::tests::{Content, content, message};

/// A check of an item: amount in cents, its number in ten columns, and what the bank adds.
fn check(item: &str, cents: u64, number: &str, rest: &str) -> String {
    format!("6001{item}{cents:010}0764012550012345678{number:0>10}{rest}")
}

/// An invoice of BAI2: what is paid and deducted in cents, the reason.
fn invoice(sequence: &str, number: &str, paid: u64, deducted: u64, reason: &str) -> String {
    format!("40010016{sequence}{number:<16}{paid:010}{deducted:010}{reason:<3}")
}

/// A file of one batch with these records between its headers and totals.
fn file(records: &[String], checks: u64, cents: u64) -> String {
    let mut lines = vec![
        "100FIRSTBANK HARBOR    2610271200".to_owned(),
        "2FIRSTBANK HARBOR    0000000000400080800".to_owned(),
        "50010007654321261026HARBOR    FIRSTBANK ".to_owned(),
    ];
    lines.extend(records.iter().cloned());
    lines.push(format!("70010007654321261026{checks:03}{cents:010}"));
    lines.push(format!("80000007654321261026{checks:04}{cents:010}"));
    lines.push(format!("9{:06}", lines.len() + 1));
    lines.iter().map(|line| format!("{line:<80}\r\n")).collect()
}

/// Two checks, one with two invoices and a deduction, one without any.
fn records() -> Vec<String> {
    vec![
        check("001", 150_000, "4711", "ACME CORPORATION"),
        invoice("010", "INV-1001", 100_000, 0, ""),
        invoice("029", "INV-1002", 50_000, 2_000, "024"),
        check("002", 25_000, "4712", ""),
    ]
}

fn good() -> String {
    file(&records(), 2, 175_000)
}

fn load(text: &str, table: &str) -> Content {
    content(FileKind::Lockbox, text, table)
}

fn refused(text: &str) -> String {
    message(FileKind::Lockbox, text, "remittances")
}

#[test]
fn each_invoice_of_a_check_is_a_remittance() {
    let content = load(&good(), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV-1001", "INV-1002"]);
    assert_eq!(content.column("amount"), ["1000.00", "500.00"]);
    assert_eq!(content.column("discount"), ["", "20.00"]);
    assert_eq!(content.column("reason_code"), ["", "024"]);
    assert_eq!(content.column("payment_reference"), ["0000004711", "0000004711"]);
    assert_eq!(content.column("payer_name"), ["ACME CORPORATION", "ACME CORPORATION"]);
    assert_eq!(content.column("remittance_date"), ["2026-10-26", "2026-10-26"]);
    assert_eq!(content.failed(), [""; 0]);
    // The check without invoices is said, and in the deposit.
    assert_eq!(content.notes.len(), 1);
    assert!(content.notes[0].message.starts_with("1 checks of 250.00 together"), "{}", content.notes[0].message);
}

#[test]
fn each_batch_is_a_deposit() {
    let content = load(&good(), "bank_lines");
    assert_eq!(content.column("amount"), ["1750.00"]);
    assert_eq!(content.column("booking_date"), ["2026-10-26"]);
    assert_eq!(content.column("line_id"), ["7654321-261026-001"]);
    assert_eq!(content.column("reference"), ["7654321"]);
    assert_eq!((content.failed(), content.notes.len()), (vec![], 0));
    // Without batch totals a batch ends with its number.
    let second = check("001", 100, "5", "").replacen("6001", "6002", 1);
    let text = file(&[check("001", 200, "4", ""), second], 2, 300);
    let text: String = text.lines().filter(|line| !line.starts_with('7')).map(|line| format!("{line}\n")).collect();
    let content = load(&text.replace("9000008", "9000007"), "bank_lines");
    assert_eq!((content.column("amount"), content.failed()), (vec!["2.00".to_owned(), "1.00".to_owned()], vec![]));
}

#[test]
fn numbers_of_documents_without_amounts_share_that_of_their_check() {
    let list = format!("40010014019{:<10}{:<10}{:<10}", "INV0001001", "INV0001002", "");
    let content = load(&file(&[check("001", 150_000, "4711", ""), list], 1, 150_000), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV0001001 INV0001002"]);
    assert_eq!((content.column("amount"), content.failed()), (vec!["1500.00".to_owned()], vec![]));
    let within = check("001", 150_000, "4711", "00010010010001001002");
    let content = load(&file(&[within], 1, 150_000), "remittances");
    assert_eq!(content.column("invoice_reference"), ["0001001001 0001001002"]);
    let full = format!("40010014019{}", "0001001001".repeat(6));
    let content = load(&file(&[check("001", 150_000, "4711", ""), full], 1, 150_000), "remittances");
    assert_eq!(content.column("invoice_reference")[0].split(' ').count(), 6);
}

#[test]
fn a_check_number_has_nine_columns_or_ten() {
    let number = |text: &str| {
        let records = [format!("60010010000150000076401255001234567{text}"), invoice("019", "INV-1", 150_000, 0, "")];
        let records = [records[0].replacen("001234567", "0012345678", 1), records[1].clone()];
        let content = load(&file(&records, 1, 150_000), "remittances");
        (content.column("payment_reference").remove(0), content.column("payer_name").remove(0))
    };
    let pair = |number: &str, payer: &str| (number.to_owned(), payer.to_owned());
    assert_eq!(number("000000221"), pair("000000221", ""));
    assert_eq!(number("000000221261018ACME CORP"), pair("000000221", "ACME CORP"));
    assert_eq!(number("0000004711"), pair("0000004711", ""));
    assert_eq!(number("0000004711261018ACME CORP"), pair("0000004711", "ACME CORP"));
}

#[test]
fn every_total_that_does_not_tie_is_named() {
    for (from, to, name) in [
        ("70010007654321261026002", "70010007654321261026003", "lockbox batch: checks of batch 001 of lockbox 7654321"),
        ("2610260020000175000", "2610260020000175001", "lockbox batch: amounts of batch 001 of lockbox 7654321"),
        ("800000076543212610260002", "800000076543212610260003", "lockbox: checks of lockbox 7654321 of 261026"),
        ("00020000175000", "0002000017500X", "lockbox: amounts of lockbox 7654321 of 261026"),
        ("9000010", "9000011", "lockbox file: records of the file"),
        (
            "INV-1002        0000050000",
            "INV-1002        0000050001",
            "lockbox check and its invoices of check 0000004711",
        ),
    ] {
        let text = good();
        let at = text.rfind(from).expect(from);
        let spoilt = format!("{}{to}{}", &text[..at], &text[at + from.len()..]);
        let content = load(&spoilt, "remittances");
        assert_eq!((content.failed(), content.rows()), (vec![name], 2));
    }
}

#[test]
fn a_structure_with_a_hole_is_refused_with_its_place() {
    let text = good();
    let lines: Vec<&str> = text.lines().collect();
    let without = |gone: &[usize]| -> String {
        lines.iter().enumerate().filter(|(n, _)| !gone.contains(n)).map(|(_, line)| format!("{line}\n")).collect()
    };
    assert_eq!(refused(""), "the file has no file header 1 (line 1, byte 0)");
    assert!(refused(&without(&[0])).starts_with("a record 2 stands outside of any file"));
    assert!(refused(&without(&[2])).starts_with("a check stands outside of any lockbox"));
    assert!(refused(&without(&[3])).starts_with("an overflow record 4 stands behind no check"));
    assert!(refused(&without(&[3, 4, 5, 6])).starts_with("a batch total 7 stands behind no check"));
    assert!(refused(&without(&[9])).starts_with("the file ends without its trailer 9 (line 10, byte 729)"));
    assert!(refused(&text.replace("\n2FIRST", "\n3FIRST")).starts_with("there is no record type \"3\""));
    assert!(refused(&text.replace("ACME CORPORATION", &"A".repeat(50))).contains("columns where the format has 80"));
}
