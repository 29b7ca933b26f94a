//! DATEV files, good and bad, row by row.

use crate::diag::Result;
use crate::load::kind::FileKind;
use crate::load::part::{PartOptions, Tail};
use crate::load::parts;

const POSTINGS: &str = include_str!("../../../tests/audit_files/EXTF_Buchungsstapel.csv");
const PARTNERS: &str = include_str!("../../../tests/audit_files/EXTF_Stammdaten.csv");

fn read(text: &[u8], table: &str, collective: Option<&str>) -> Result<(Vec<String>, Tail)> {
    let receivables_account = collective.map(str::to_owned);
    let options = PartOptions { table: table.to_owned(), encoding: None, receivables_account };
    parts::rows_of(FileKind::Datev, text, &options)
}

#[test]
fn a_posting_is_two_rows_of_one_amount() {
    let (rows, tail) = read(POSTINGS.as_bytes(), "gl_lines", None).expect("a file");
    assert_eq!(rows.len(), 12);
    assert_eq!(rows[0], "3 1001-456|10000|8400|2026-10-05|RE-1||10000|Stühle für Köln|EUR|119.00||3||119,00|");
    assert_eq!(rows[1], "3 1001-456|8400|10000|2026-10-05|RE-1||10000|Stühle für Köln|EUR||119.00|3||119,00|");
    // H: the account is credited, the contra account debited.
    assert_eq!(rows[4], "5 1001-456|10000|1200|2026-10-20|ZE-1||10000|Zahlung|EUR||119.00|||119,00|");
    assert_eq!(rows[5], "5 1001-456|1200|10000|2026-10-20|ZE-1||10000|Zahlung|EUR|119.00||||119,00|");
    // A foreign amount counts in the currency of the books; a general reversal is negative on the same side.
    assert_eq!(rows[6], "6 1001-456|10001|8400|2026-10-21|RE-3||10001|Export|EUR|80.00||||100,00|USD");
    assert_eq!(rows[10], "8 1001-456|10001|8400|2026-10-23|RE-4||10001|Storno|EUR|-50.00||||50,00|");
    let codes: Vec<&str> = tail.notes.iter().map(|note| note.code).collect();
    assert_eq!(codes, ["T1311", "T1312"]);
    let (rows, tail) = read(POSTINGS.as_bytes(), "gl_lines", Some("1400")).expect("a file");
    assert!(rows[0].starts_with("3 1001-456|1400|8400|") && rows[1].starts_with("3 1001-456|8400|10000|"), "{rows:?}");
    assert_eq!(tail.notes.len(), 1);
}

#[test]
fn days_fall_into_the_fiscal_year() {
    let day = |start: &str, text: &str| {
        let file = POSTINGS.replacen("20260101;4", &format!("{start};4"), 1).replacen(";510;", &format!(";{text};"), 1);
        let (rows, _) = read(file.as_bytes(), "gl_lines", None).expect("a file");
        rows[0].split('|').nth(3).map(str::to_owned)
    };
    assert_eq!(day("20260701", "0107").as_deref(), Some("2026-07-01"));
    assert_eq!(day("20260701", "3006").as_deref(), Some("2027-06-30"));
    assert_eq!(day("20270701", "2902").as_deref(), Some("2028-02-29"));
    // What is no day stays as it is, so that the row is refused with it.
    for text in ["2902", "3213", "10", "", "51000", "x"] {
        assert_eq!(day("20260101", text).as_deref(), Some(text));
    }
}

#[test]
fn amounts_without_a_side_or_a_base_are_no_numbers() {
    let cell = |from: &str, to: &str, row: usize, at: usize| {
        let file = POSTINGS.replacen(from, to, 1);
        let (rows, _) = read(file.as_bytes(), "gl_lines", None).expect("a file");
        rows[row].split('|').nth(at).map(str::to_owned)
    };
    assert_eq!(cell("119,00;\"S\"", "119,00;\"X\"", 0, 9).as_deref(), Some("\"X\""));
    assert_eq!(cell("1,25;80,00", "1,25;", 6, 9).as_deref(), Some("100,00 USD without Basisumsatz"));
    assert_eq!(cell("119,00;\"S\"", "1.119,00;\"S\"", 0, 9).as_deref(), Some("1.119,00"));
}

#[test]
fn debtors_are_customers_and_creditors_are_counted() {
    let (rows, tail) = read(PARTNERS.as_bytes(), "customers", None).expect("a file");
    assert_eq!(
        rows,
        [
            "3 1001-456|10000|Sabine Muster||DE|Am Markt 14, 50999 Köln|s@muster.example|DE00|||",
            "4 1001-456|10001|Meyer GmbH|DE123456789|DE||||||MEYER"
        ]
    );
    assert_eq!(tail.notes[0].message, "1 creditors were passed over: the table is of customers");
}

#[test]
fn names_of_accounts_say_what_kind_they_are() {
    let head = PARTNERS.lines().next().expect("a line").replacen("700;16", "700;20", 1);
    let text =
        format!("{head}\nKonto;Kontenbeschriftung;Sprach-ID\n1400;\"Forderungen\";\"de-DE\"\n70001;\"X\";\"\"\n");
    let (rows, _) = read(text.as_bytes(), "accounts", None).expect("a file");
    assert_eq!(rows, ["3 1400|Forderungen|Sachkonto|de-DE", "4 70001|X|Kreditor|"]);
}

#[test]
fn files_that_are_something_else_are_refused() {
    let code = |text: &str| read(text.as_bytes(), "gl_lines", None).map(|_| ()).map_err(|p| p.findings[0].code);
    assert_eq!(code(""), Err("T1303"));
    assert_eq!(code(POSTINGS.lines().next().expect("a line")), Err("T1303"));
    assert_eq!(code(&POSTINGS.replacen("700;21", "700;65", 1)), Err("T1303"));
    assert_eq!(code(&POSTINGS.replacen("20260101", "2026", 1)), Err("T1303"));
    assert_eq!(code(&POSTINGS.replacen("20260101;4", "20260101;40", 1)), Err("T1303"));
    assert_eq!(code(&POSTINGS.replacen("Belegdatum", "Datum", 1)), Err("T1303"));
    assert_eq!(read(PARTNERS.as_bytes(), "gl_lines", None).expect("a file").0, Vec::<String>::new());
}

#[test]
fn no_bytes_make_the_reader_panic() {
    for (text, table) in [(POSTINGS, "gl_lines"), (PARTNERS, "customers")] {
        let bytes = text.as_bytes();
        for at in 0..bytes.len() {
            let _ = read(&bytes[..at], table, None);
            for byte in [b';', b'"', b'\n', 0, 0xff, b'9'] {
                let mut damaged = bytes.to_vec();
                damaged[at] = byte;
                let _ = read(&damaged, table, None);
            }
        }
    }
}
