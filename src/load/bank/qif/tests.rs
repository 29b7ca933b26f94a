//! QIF: records, accounts, and what has no end.

use crate::load::bank::tests::{lines, refusal};
use crate::load::kind::FileKind::Qif;

#[test]
fn records_become_lines_as_they_are_written() {
    let text = "!Account\nNChecking\nTBank\n^\n!Type:Bank\nD10/ 1'26\nU5,000.00\nT5,000.00\n\
        POpening Balance\nL[Checking]\n^\nD10/31'26\nT-1,234.50\nN319\nPACME Inc\nMINV 7\nLRent\n\
        AStreet\n^\nD10/30'26\nT20.00\nZodd\n^\n!Type:Cat\nNRent\n^\n";
    let read = lines(Qif, text);
    assert_eq!(read.column("bank_account"), ["Checking"; 2]);
    assert_eq!(read.column("booking_date"), ["10/31/2026", "10/30/2026"]);
    assert_eq!(read.column("amount"), ["-1,234.50", "20.00"]);
    assert_eq!(read.column("reference"), ["319", ""]);
    assert_eq!(read.column("counterparty_name"), ["ACME Inc", ""]);
    assert_eq!(read.column("description"), ["INV 7 L:Rent A:Street", "Z:odd"]);
    assert_eq!(read.places[1..], [12, 20]);
    let codes: Vec<&str> = read.codes().into_iter().map(|(code, _)| code).collect();
    assert_eq!(codes, ["T1408", "T1409", "T1409"]);
}

#[test]
fn a_file_without_an_account_has_no_such_column() {
    let read = lines(Qif, "!Type:CCard\nD2026-10-30\nT1\n^\n");
    assert_eq!(read.rows[0][0], "line_id");
    assert_eq!(read.rows[1].len(), read.rows[0].len());
    assert_eq!(read.column("amount"), ["1"]);
}

#[test]
fn what_is_not_whole_is_refused() {
    assert_eq!(refusal(Qif, "!Type:Bank\nD10/30'26\nT1\n").0, "T1402");
    assert_eq!(refusal(Qif, "!Type:Bank\nD10/30'26\nT1\n!Type:Cat\n").0, "T1402");
    assert_eq!((refusal(Qif, "!Type:Bank\nT1\n^\n").0, refusal(Qif, "!Type:Bank\nT1\n^\n").1), ("T1401", 2));
    assert_eq!(refusal(Qif, "!Type:Bank\nD10/30'26\n^\n").0, "T1401");
    assert_eq!(refusal(Qif, "!Type:Bank\n").0, "T1010");
    assert_eq!(refusal(Qif, "!Type:Invst\nD10/30'26\nT1\n^\n").0, "T1010");
}
