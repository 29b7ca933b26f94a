//! Entries, addenda, returns, totals and what is refused, on files that are written here.

use crate::load::kind::FileKind;
use crate::load::payment::tests::{Content, content, message};

const HEADER: &str = "101 076401251 0764012510610261200A094101FIRST BANK             HARBOR SUPPLY                  ";
/// An 820 that spends more than 80 columns, so that it needs several addenda.
const REMITTANCE: &str = "ST*820*0001\\BPR*C*1500*C*ACH*CTX*01*999*DA*1*1**01*999*DA*1*261026\\TRN*1*PAY-77\\\
    N1*PR*ACME CORP\\RMR*IV*INV-1001**1000**\\RMR*IV*INV-1002**500*520**01*-20\\SE*7*0001\\";

fn entry(code: &str, cents: u64, addenda: bool, trace: u64) -> String {
    let flag = u8::from(addenda);
    format!("6{code}076401255{:<17}{cents:010}{:<15}{:<22}  {flag}{trace:015}", "0012345678", "CUST-9", "HARBOR SUPPLY")
}

fn addenda(kind: &str, text: &str) -> String {
    match kind {
        "05" => format!("705{text:<80}00010000001"),
        _ => format!("7{kind}{text:<76}000000000000001"),
    }
}

/// A file of one batch; counts, hash and totals are those of its entries.
fn file(class: &str, records: &[String], debit: u64, credit: u64) -> String {
    let entries = records.iter().filter(|record| record.starts_with('6')).count() as u64;
    let (count, hash) = (records.len(), entries * 7_640_125);
    let mut lines = vec![HEADER.to_owned()];
    lines.push(format!(
        "5200{:<16}{:<20}{:<10}{class}{:<10}{:<6}261026   1076401250000001",
        "ACME CORP", "", "1234567890", "INVOICE", "OCT"
    ));
    lines.extend(records.iter().cloned());
    lines.push(format!(
        "8200{count:06}{hash:010}{debit:012}{credit:012}{:<10}{:<19}{:<6}076401250000001",
        "1234567890", "", ""
    ));
    let blocks = (lines.len() + 1).div_ceil(10);
    lines.push(format!("9000001{blocks:06}{count:08}{hash:010}{debit:012}{credit:012}{:<39}", ""));
    while lines.len() % 10 != 0 {
        lines.push("9".repeat(94));
    }
    lines.join("\n") + "\n"
}

fn load(text: &str, table: &str) -> Content {
    content(FileKind::Ach, text, table)
}

fn refused(text: &str) -> String {
    message(FileKind::Ach, text, "bank_lines")
}

fn ctx() -> Vec<String> {
    let mut records = vec![entry("22", 150_000, true, 1)];
    for cut in REMITTANCE.as_bytes().chunks(80) {
        records.push(addenda("05", std::str::from_utf8(cut).expect("plain text")));
    }
    records.push(entry("27", 2_500, false, 2));
    records
}

#[test]
fn entries_are_bank_lines_with_credits_positive_and_debits_negative() {
    let content = load(&file("CTX", &ctx(), 2_500, 150_000), "bank_lines");
    assert_eq!(content.column("amount"), ["1500.00", "-25.00"]);
    assert_eq!(content.column("booking_date"), ["2026-10-26", "2026-10-26"]);
    assert_eq!(content.column("bank_account"), ["0012345678", "0012345678"]);
    assert_eq!(content.column("end_to_end_id"), ["PAY-77", ""]);
    assert_eq!(content.column("type_code"), ["CTX 22", "CTX 27"]);
    assert_eq!(content.column("counterparty_name"), ["ACME CORP", "ACME CORP"]);
    assert_eq!((content.failed(), content.notes.len()), (vec![], 0));
    assert_eq!(content.blocks[0].row(1).place, 3);
}

#[test]
fn addenda_that_run_on_are_one_remittance_and_come_to_their_entry() {
    let content = load(&file("CTX", &ctx(), 2_500, 150_000), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV-1001", "INV-1002"]);
    assert_eq!(content.column("amount"), ["1000.00", "500.00"]);
    assert_eq!(content.column("reason_code"), ["", "01"]);
    assert_eq!(content.column("payment_reference"), ["PAY-77", "PAY-77"]);
    assert_eq!(content.column("payer_name"), ["ACME CORP", "ACME CORP"]);
    assert_eq!(content.failed(), [""; 0]);
    assert!(
        content.controls.iter().any(|c| c.name == "ACH entry and its remittance (1 tie)" && c.declared == 15_000_000)
    );
    // A cent less in the entry than in its remittance.
    let mut records = ctx();
    records[0] = entry("22", 149_999, true, 1);
    let content = load(&file("CTX", &records, 2_500, 149_999), "remittances");
    assert_eq!(content.failed(), ["ACH entry and its remittance of entry 000000000000001"]);
    assert!(content.said().contains("difference -0.01 (line 3, byte 190)"), "{}", content.said());
}

#[test]
fn bare_segments_take_payer_and_reference_from_their_entry() {
    let records = [entry("22", 99_999, true, 7), addenda("05", "RMR*IV*0123**999.99\\")];
    let content = load(&file("CCD", &records, 0, 99_999), "remittances");
    assert_eq!(content.column("invoice_reference"), ["0123"]);
    assert_eq!(content.column("payment_reference"), ["000000000000007"]);
    assert_eq!(content.column("payer_name"), ["ACME CORP"]);
    assert_eq!(content.failed(), [""; 0]);
    // Words are no remittance, and a piece of an interchange is said.
    let words = [entry("22", 100, true, 8), addenda("05", "thank you")];
    let content = load(&file("PPD", &words, 0, 100), "remittances");
    assert!(content.notes[0].message.contains("addenda without remittance segments (1)"));
    let piece = [entry("22", 100, true, 8), addenda("05", "ISA*00*cut")];
    let content = load(&file("CTX", &piece, 0, 100), "remittances");
    assert_eq!((content.notes[0].code, content.rows()), ("T1702", 0));
}

#[test]
fn returns_turn_back_and_changes_move_no_money() {
    let back = addenda("99", &format!("R01{:<15}{:6}07640125", "076401250000042", ""));
    let change = addenda("98", &format!("C01{:<15}{:6}07640125{}", "076401250000043", "", "1918171614"));
    let records = [entry("26", 2_500, true, 1), back, entry("21", 0, true, 2), change];
    let content = load(&file("PPD", &records, 2_500, 0), "bank_lines");
    assert_eq!(content.column("amount"), ["-25.00"]);
    assert_eq!(content.column("description"), ["return R01 of 076401250000042"]);
    assert_eq!(
        (content.column("bank_account"), content.column("type_code")),
        (vec![String::new()], vec!["PPD 26 R01".to_owned()])
    );
    assert_eq!(content.column("counterparty_account"), ["0012345678"]);
    assert_eq!(content.notes[0].code, "T1703");
    assert!(content.notes[0].message.starts_with("1 entries move no money"), "{}", content.notes[0].message);
}

#[test]
fn every_total_that_does_not_tie_is_named() {
    let good = file("CTX", &ctx(), 2_500, 150_000);
    let (batch, all) = (good.lines().nth(7).unwrap().to_owned(), good.lines().nth(8).unwrap().to_owned());
    let spoil = |line: &str, from: usize, text: &str| {
        let mut spoilt = line.to_owned();
        spoilt.replace_range(from..from + text.len(), text);
        good.replace(line, &spoilt)
    };
    for (line, from, text, name) in [
        (&batch, 4, "000006", "ACH batch: entries and addenda of batch 0000001"),
        (&batch, 10, "0000000001", "ACH batch: entry hash of batch 0000001"),
        (&batch, 20, "000000002501", "ACH batch: debits of batch 0000001"),
        (&batch, 32, "00000015000X", "ACH batch: credits of batch 0000001"),
        (&batch, 87, "0000002", "ACH batch: numbers of batch 0000001"),
        (&all, 1, "000002", "ACH file: batches of the file"),
        (&all, 7, "000002", "ACH file: blocks of ten records of the file"),
        (&all, 13, "00000006", "ACH file: entries and addenda of the file"),
        (&all, 21, "0000000001", "ACH file: entry hash of the file"),
        (&all, 31, "000000002501", "ACH file: debits of the file"),
        (&all, 43, "000000150001", "ACH file: credits of the file"),
    ] {
        let content = load(&spoil(line, from, text), "bank_lines");
        assert_eq!((content.failed(), content.rows()), (vec![name], 2));
        assert!(content.said().contains("byte "), "{}", content.said());
    }
}

#[test]
fn an_amount_that_is_none_goes_to_the_grammar_as_it_stands() {
    let records = [entry("22", 100, false, 1).replace("0000000100", "00000001OO")];
    let content = load(&file("PPD", &records, 0, 100), "bank_lines");
    assert_eq!(content.column("amount"), ["00000001OO"]);
    assert_eq!(content.failed().len(), 2);
}

#[test]
fn several_files_in_one_and_files_without_line_ends() {
    let one = file("CTX", &ctx(), 2_500, 150_000);
    let content = load(&(one.clone() + &one), "bank_lines");
    assert_eq!((content.rows(), content.failed()), (4, vec![]));
    let content = load(&one.replace('\n', ""), "bank_lines");
    assert_eq!((content.rows(), content.failed()), (2, vec![]));
    assert_eq!(content.blocks[0].row(1).place, 3);
}

#[test]
fn a_structure_with_a_hole_is_refused_with_its_place() {
    let good = file("CTX", &ctx(), 2_500, 150_000);
    let lines: Vec<&str> = good.lines().collect();
    let without = |at: usize| -> String {
        lines.iter().enumerate().filter(|(n, _)| *n != at).map(|(_, l)| format!("{l}\n")).collect()
    };
    assert_eq!(refused(""), "the file has no file header record 1 (line 1, byte 0)");
    assert!(refused(&without(0)).starts_with("a batch stands outside of any file"));
    assert!(refused(&without(1)).starts_with("an entry stands outside of any batch"));
    assert!(refused(&without(2)).starts_with("an addenda record stands behind no entry"));
    assert!(refused(&without(7)).starts_with("the file closes while a batch is open"));
    assert!(refused(&lines[..8].join("\n")).starts_with("the file ends without its file control record 9"));
    assert!(refused(&lines[..4].join("\n")).starts_with("the file ends within a batch"));
    assert!(refused(&good.replace("\n627", "\n427")).starts_with("there is no record type \"4\""));
    assert!(
        refused(&good.replace("\n627", "\n 627")).contains("95 columns where the format has 94 (line 7, byte 570)")
    );
}

/// An international batch: who sends in addenda 11, what for in two addenda 17.
fn iat() -> String {
    let entry = format!(
        "6220764012550003{:<13}{:010}{:<35}{:<4}1{:015}",
        "", 100_000, "0012345678901234567890123456789012", "", 1
    );
    let mut records = vec![entry, format!("711{:<80}0000001", "BRAGANCA LDA")];
    records.extend(["RMR*IV*INV-77**1000\\", ""].map(|text| format!("717{text:<80}00010000001")));
    let text = file("PPD", &records, 0, 100_000);
    let header =
        format!("5200{:<16}{:<20}{:<10}IAT{:<10}EURUSD261026   1076401250000001", "", "FF3", "1234567890", "TRADE");
    let old = text.lines().nth(1).expect("a batch header").to_owned();
    text.replace(&old, &header)
}

#[test]
fn international_entries_are_dollars_of_the_account_and_may_carry_a_remittance() {
    let content = load(&iat(), "bank_lines");
    assert_eq!((content.column("amount"), content.column("currency")), (vec!["1000.00".into()], vec!["USD".into()]));
    assert_eq!(content.column("bank_account"), ["0012345678901234567890123456789012"]);
    assert_eq!(content.column("counterparty_name"), ["BRAGANCA LDA"]);
    assert_eq!(content.column("reference"), ["RMR*IV*INV-77**1000\\"]);
    assert_eq!(content.failed(), [""; 0]);
    let content = load(&iat(), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV-77"]);
    assert_eq!((content.column("payer_name"), content.failed()), (vec!["BRAGANCA LDA".to_owned()], vec![]));
    // Both addenda 17 are the reference.
    let words = iat().replace("RMR*IV*INV-77**1000\\", &format!("{:<20}", "INVOICES 77"));
    let at = words.rfind("\n717").expect("the second one");
    let words = format!("{}\n717AND 78{}", &words[..at], &words[at + 10..]);
    assert_eq!(load(&words, "bank_lines").column("reference"), ["INVOICES 77 AND 78"]);
}

#[test]
fn a_change_with_an_amount_is_no_lost_row() {
    let change = addenda("98", &format!("C01{:<15}{:6}07640125{}", "076401250000043", "", "1918171614"));
    let content = load(&file("PPD", &[entry("21", 700, true, 2), change], 0, 700), "bank_lines");
    assert_eq!((content.column("amount"), content.notes.len()), (vec!["7.00".to_owned()], 0));
    assert_eq!(content.column("type_code"), ["PPD 21 C01"]);
}

#[test]
fn an_entry_has_the_addenda_that_it_counts() {
    let numbered = |count: &str| {
        let mut records = ctx();
        records[0].replace_range(54..58, count);
        load(&file("CTX", &records, 2_500, 150_000), "bank_lines")
    };
    assert_eq!(numbered("0003").failed(), [""; 0]);
    assert!(
        numbered("0003").controls.iter().any(|control| control.name == "ACH entry: addenda that it counts (1 tie)")
    );
    assert_eq!(numbered("0004").failed(), ["ACH entry: addenda that it counts of 000000000000001"]);
}

#[test]
fn n76_a_file_within_the_file_that_comes_again_is_said() {
    let one = file("CTX", &ctx(), 2_500, 150_000);
    let content = load(&(one.clone() + &one), "bank_lines");
    assert_eq!((content.notes.len(), content.notes[0].code, content.notes[0].place.row), (1, "T1704", 11));
    let other = one.replacen("1200A094101", "1200B094101", 1);
    assert_eq!(load(&(one + &other), "bank_lines").notes.len(), 0);
}
