//! SAF-T files, good and bad, row by row.

use crate::diag::{Finding, Result};
use crate::load::control::Control;
use crate::load::kind::FileKind;
use crate::load::part::{PartOptions, Tail};
use crate::load::parts;

const PORTUGAL: &str = include_str!("../../../tests/audit_files/saft_pt.xml");
const NORWAY: &str = include_str!("../../../tests/audit_files/saft_no.xml");

fn read(text: &[u8], table: &str) -> Result<(Vec<String>, Tail)> {
    let options = PartOptions { table: table.to_owned(), encoding: Some("utf-8".into()), ..PartOptions::default() };
    parts::rows_of(FileKind::Saft, text, &options)
}

fn rows(text: &str, table: &str) -> Vec<String> {
    read(text.as_bytes(), table).expect("a file").0
}

fn differing(tail: &Tail) -> Vec<&Control> {
    tail.controls.iter().filter(|control| control.declared != control.counted).collect()
}

/// A file with one section of source documents.
fn file(section: &str) -> String {
    format!(
        "<AuditFile><Header><CompanyID>E</CompanyID></Header><SourceDocuments>{section}</SourceDocuments></AuditFile>"
    )
}

#[test]
fn balances_are_debit_less_credit() {
    let found = rows(PORTUGAL, "trial_balance");
    assert_eq!(found[2], "18 500100200|211|Clientes c/c|EUR|0.00|492.00|GM||");
    assert_eq!(found[4], "20 500100200|71|Vendas|EUR|0.00|-1450.00|GM||");
    let found = rows(NORWAY, "trial_balance");
    assert_eq!(found[1], "12 911222333|1920|Bank|NOK|-800.00|0.00|||GL");
    let tail = read(NORWAY.as_bytes(), "trial_balance").expect("a file").1;
    assert_eq!(tail.balances_at.map(|day| day.to_string()).as_deref(), Some("2026-10-31"));
}

#[test]
fn lines_of_both_countries_become_the_same_columns() {
    let found = rows(PORTUGAL, "gl_lines");
    assert_eq!(found.len(), 14);
    assert_eq!(
        found[0],
        "40 500100200|VND|2026-10-05 VND 1|1|211|2026-10-05|2026-10-05|FT A/1|C1|Fatura|EUR|1230.00||ana||VND|||"
    );
    let found = rows(NORWAY, "gl_lines");
    assert_eq!(
        found[2],
        "38 911222333|AR|A1|3|1500|2026-10-10|2026-10-09|F-2|15001|Salg|NOK|1250.00||EMP1|7|1||EUR|108.70"
    );
}

#[test]
fn customers_carry_their_balances() {
    assert_eq!(
        rows(NORWAY, "customers"),
        ["17 911222333|15001|Butikk Bjørn AS|922333444|NOK|14|post@butikk.example|NO|Kirkegata 7, 8006 Bodø|1500|\
             800.00|1250.00"]
    );
    let other = NORWAY.replace(
        "1250.00</n1:ClosingDebitBalance></n1:BalanceAccount>",
        "1249.99</n1:ClosingDebitBalance></n1:BalanceAccount>",
    );
    let tail = read(other.as_bytes(), "customers").expect("a file").1;
    let figures: Vec<(i128, i128)> =
        differing(&tail).iter().map(|control| (control.declared, control.counted)).collect();
    assert_eq!(figures, [(12_500_000, 12_499_900)]);
}

#[test]
fn documents_and_what_receipts_settle() {
    let found = rows(PORTUGAL, "ar_items");
    assert_eq!(found[0], "87 500100200|FT A/1|FT|N|C1||2026-10-05|||EUR|1230.00|230.00||0||ana||");
    assert_eq!(found[5], "129 500100200|RG P/1|RG|N|C1||2026-10-25|||EUR|1230.00|230.00|||TB|rui|2026-10-25 BNC 1|");
    // The line is without tax; with 23 percent it makes up the receipt.
    assert_eq!(rows(PORTUGAL, "ar_applications"), ["135 500100200|RG P/1|FT A/1|2026-10-25|1230.00||N"]);
    let found = rows(PORTUGAL, "invoice_lines");
    assert_eq!(found[3], "106 NC N/1|1|P1||1|100.00||-100.00|NOR|23||2026-10-20|C2|N");
    for table in super::TABLES {
        assert_eq!(differing(&read(PORTUGAL.as_bytes(), table).expect("a file").1), Vec::<&Control>::new(), "{table}");
    }
}

#[test]
fn numbers_that_are_missing_in_a_series_are_told() {
    let with = |numbers: &[u64]| {
        let invoices: String =
            numbers.iter().map(|number| format!("<Invoice><InvoiceNo>FT A/{number}</InvoiceNo></Invoice>")).collect();
        let text = file(&format!("<SalesInvoices>{invoices}</SalesInvoices>"));
        let notes = read(text.as_bytes(), "ar_items").expect("a file").1.notes;
        notes.into_iter().map(|note| format!("{} {}", note.code, note.message)).collect::<Vec<_>>()
    };
    let told = "T1313 2 numbers between FT A/1 and FT A/5 are missing, the first is FT A/2";
    assert_eq!(with(&[1, 4, 5]), [told]);
    assert_eq!(with(&[3, 2, 4]), Vec::<String>::new());
    assert_eq!(with(&[7, u64::MAX]).len(), 1);
}

#[test]
fn a_credit_note_in_a_receipt_goes_to_the_receipt() {
    let text = file(
        "<Payments><Payment><PaymentRefNo>R1</PaymentRefNo><TransactionDate>2026-10-02</TransactionDate>\
         <Line><SourceDocumentID><OriginatingON>F1</OriginatingON></SourceDocumentID><SettlementAmount>5</SettlementAmount>\
         <CreditAmount>100</CreditAmount></Line><Line><SourceDocumentID><OriginatingON>N1</OriginatingON>\
         </SourceDocumentID><DebitAmount>20</DebitAmount></Line>\
         <DocumentTotals><GrossTotal>80</GrossTotal></DocumentTotals></Payment></Payments>",
    );
    let (found, tail) = read(text.as_bytes(), "ar_applications").expect("a file");
    assert_eq!(found, ["1 E|R1|F1|2026-10-02|100.00|5.00|", "1 E|N1|R1|2026-10-02|20.00||"]);
    assert_eq!(tail.notes, Vec::<Finding>::new());
    let other = text.replace("<GrossTotal>80<", "<GrossTotal>81<");
    assert_eq!(read(other.as_bytes(), "ar_applications").expect("a file").1.notes[0].code, "T1310");
}

#[test]
fn the_core_of_the_oecd_says_the_side_in_a_word() {
    let text = file(
        "<SalesInvoices><NumberOfEntries>1</NumberOfEntries><TotalDebit>10</TotalDebit><TotalCredit>110</TotalCredit>\
         <Invoice><InvoiceNo>I1</InvoiceNo><CustomerInfo><CustomerID>C</CustomerID></CustomerInfo>\
         <Line><LineNumber>1</LineNumber><InvoiceLineAmount><Amount>110</Amount></InvoiceLineAmount>\
         <DebitCreditIndicator>C</DebitCreditIndicator></Line>\
         <Line><LineNumber>2</LineNumber><InvoiceLineAmount><Amount>10</Amount></InvoiceLineAmount>\
         <DebitCreditIndicator>D</DebitCreditIndicator></Line></Invoice></SalesInvoices>",
    );
    let (found, tail) = read(text.as_bytes(), "invoice_lines").expect("a file");
    assert_eq!(found, ["1 I1|1||||||110.00|||||C|", "1 I1|2||||||-10.00|||||C|"]);
    assert_eq!(differing(&tail), Vec::<&Control>::new());
}

#[test]
fn what_is_not_taken_is_counted() {
    let tail = read(PORTUGAL.as_bytes(), "customers").expect("a file").1;
    assert_eq!(tail.notes[0].message, "elements that no table takes were passed over: Product 1");
    // However many names a file makes up, few are kept.
    let many: String = (0..5000).map(|number| format!("<x{number}/>")).collect();
    let tail = read(file(&many).as_bytes(), "ar_items").expect("a file").1;
    assert!(tail.notes[0].message.contains("others 4950"), "{}", tail.notes[0].message);
}

#[test]
fn files_that_are_something_else_are_refused() {
    let code = |text: &str| read(text.as_bytes(), "ar_items").map(|_| ()).map_err(|problem| problem.findings[0].code);
    assert_eq!(code("<Document/>"), Err("T1303"));
    assert_eq!(code("<AuditFile/>"), Err("T1303"));
    let late =
        file("<SalesInvoices><Invoice/></SalesInvoices>").replace("<Header><CompanyID>E</CompanyID></Header>", "");
    assert_eq!(code(&late), Err("T1303"));
    assert_eq!(code(&file("<SalesInvoices>")), Err("T1302"));
    assert_eq!(read(PORTUGAL.as_bytes(), "disputes").map(|_| ()).map_err(|p| p.findings[0].code), Err("T1303"));
}

/// Any bytes give rows or a problem: every cut and many damaged bytes of a good file.
#[test]
fn no_bytes_make_the_reader_panic() {
    let bytes = PORTUGAL.as_bytes();
    for table in super::TABLES {
        for cut in (0..bytes.len()).step_by(97) {
            assert!(read(&bytes[..cut], table).is_err(), "{cut}");
        }
    }
    for at in (0..bytes.len()).step_by(61) {
        for byte in [b'<', b'>', b'&', 0, 0xff, b'"'] {
            let mut damaged = bytes.to_vec();
            damaged[at] = byte;
            let _ = read(&damaged, super::TABLES[at % super::TABLES.len()]);
        }
    }
}
