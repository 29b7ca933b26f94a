//! IIF files, good and bad, row by row.

use crate::diag::Result;
use crate::load::kind::FileKind;
use crate::load::part::{PartOptions, Tail};
use crate::load::parts;

const BOOKS: &str = include_str!("../../../tests/audit_files/quickbooks.iif");

fn read(text: &[u8], table: &str) -> Result<(Vec<String>, Tail)> {
    let options = PartOptions { table: table.to_owned(), ..PartOptions::default() };
    parts::rows_of(FileKind::Iif, text, &options)
}

fn rows(table: &str) -> Vec<String> {
    read(BOOKS.as_bytes(), table).expect("a file").0
}

#[test]
fn transactions_become_lines() {
    let found = rows("gl_lines");
    assert_eq!(found.len(), 6, "the estimate posts nothing");
    assert_eq!(found[0], "15 1|INVOICE|10/05/2026|Accounts Receivable|Acme|1500.00|1001|Roof||");
    assert_eq!(found[1], "16 1|INVOICE|10/05/2026|Sales|Acme|-1500.00|1001|Roof||2");
    // Without a number of its own a transaction is named by its type and document.
    assert_eq!(found[3], "19 PAYMENT CHK77|PAYMENT|10/20/2026|Accounts Receivable|Acme|-1200.00|CHK77|||");
}

#[test]
fn documents_are_the_lines_on_receivables() {
    assert_eq!(
        rows("ar_items"),
        [
            "15 1001|INVOICE|10/05/2026|11/04/2026|Accounts Receivable|Acme|1500.00|1001||Net 30||Roof|1",
            "19 CHK77|PAYMENT|10/20/2026||Accounts Receivable|Acme|-1200.00|CHK77|||||",
            "21 CM-5|CREDIT MEMO|10/9/2026||Accounts Receivable|Acme|-50.00|CM-5|||||3",
        ]
    );
    let tail = read(BOOKS.as_bytes(), "ar_items").expect("a file").1;
    assert!(tail.controls.iter().all(|control| control.declared == control.counted), "{:?}", tail.controls);
    // A deposit on the receivable account before anything says that it is one: the check tells.
    let early = "!TRNS\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!SPL\tACCNT\tAMOUNT\nTRNS\tDEPOSIT\t10/01/2026\tBank\t5.00\n\
                 SPL\tDebtors\t-5.00\nENDTRNS\nTRNS\tINVOICE\t10/02/2026\tDebtors\t7.00\nSPL\tSales\t-7.00\nENDTRNS\n";
    let tail = read(early.as_bytes(), "ar_items").expect("a file").1;
    let differs = tail.controls.iter().find(|control| control.declared != control.counted).expect("a difference");
    assert_eq!((differs.declared, differs.counted), (20_000, 70_000));
}

#[test]
fn lists_become_tables() {
    assert_eq!(rows("accounts")[0], "4 Accounts Receivable|Trade receivables|AR|1200");
    assert_eq!(
        rows("customers"),
        [
            "8 Acme|Acme Incorporated||Net 30|10000.00|ap@acme.example|Acme Inc, 1 Main St, Suite 2|",
            "9 Acme:Roof|Acme:Roof|Acme|Net 30||||"
        ]
    );
    let tail = read(BOOKS.as_bytes(), "customers").expect("a file").1;
    let note = "lines that no table takes were passed over: VEND 1, non-posting transaction lines 2";
    assert_eq!(tail.notes[0].message, note);
}

#[test]
fn transactions_that_do_not_balance_are_named() {
    let text = BOOKS.replacen("Sales\t\t50.00", "Sales\t\t45.00", 1);
    let tail = read(text.as_bytes(), "gl_lines").expect("a file").1;
    assert_eq!((tail.notes[0].code, tail.notes[0].place.row), ("T1308", 21));
    let figures: Vec<(i128, i128)> = tail.controls.iter().map(|control| (control.declared, control.counted)).collect();
    assert_eq!(figures, [(4, 3)]);
}

#[test]
fn lines_that_stand_where_they_cannot_are_refused() {
    let refusal = |text: &str| {
        let problem = read(text.as_bytes(), "gl_lines").map(|_| ()).expect_err("a refusal");
        (problem.findings[0].code, problem.findings[0].place.row)
    };
    let head = "!TRNS\tTRNSTYPE\tDATE\tACCNT\tAMOUNT\n!SPL\tACCNT\tAMOUNT\n";
    assert_eq!(refusal(&format!("{head}SPL\tSales\t1")), ("T1307", 3));
    assert_eq!(refusal(&format!("{head}ENDTRNS")), ("T1307", 3));
    assert_eq!(refusal(&format!("{head}TRNS\tINVOICE\t10/01/2026\tAR\t1\nSPL\tSales\t-1")), ("T1307", 3));
    assert_eq!(refusal(&format!("{head}TRNS\tX\tx\tA\t1\nTRNS\tX\tx\tA\t1")), ("T1307", 4));
    assert_eq!(refusal("TRNS\tINVOICE\t10/01/2026\tAR\t1"), ("T1307", 1));
}

#[test]
fn no_bytes_make_the_reader_panic() {
    let bytes = BOOKS.as_bytes();
    for at in 0..bytes.len() {
        let table = super::TABLES[at % super::TABLES.len()];
        let _ = read(&bytes[..at], table);
        for byte in [b'\t', b'"', b'\n', 0, 0xff, b'!'] {
            let mut damaged = bytes.to_vec();
            damaged[at] = byte;
            let _ = read(&damaged, table);
        }
    }
}
