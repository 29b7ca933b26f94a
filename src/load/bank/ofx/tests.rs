//! OFX: SGML and XML, their mixtures, and what stands in place of a statement.

use crate::load::bank::tests::{balances, lines, proof, refusal};
use crate::load::kind::FileKind::Ofx;

const SGML: &str = "\
OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>
<STMTRS><CURDEF>USD<BANKACCTFROM><BANKID>1<ACCTID>0012 3<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261001<DTEND>20261031
<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20261030120000.000[-5:EST]<TRNAMT>1,234.50<FITID>F1<NAME>AT&T & CO<MEMO>INV 7 &lt;8&gt; a < b</STMTTRN>
<STMTTRN><TRNTYPE>CHECK
<DTPOSTED>20261031
<DTAVAIL>20261102
<TRNAMT>-34,51
<FITID>F2
<CHECKNUM>319
<EMPTY>
<BANKACCTTO><BANKID>9<ACCTID>777<ACCTTYPE>SAVINGS</BANKACCTTO>
</STMTTRN>
</BANKTRANLIST><LEDGERBAL><BALAMT>100.99<DTASOF>20261031</LEDGERBAL>
<AVAILBAL><BALAMT>75.99<DTASOF>20261031</AVAILBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
";

#[test]
fn sgml_is_read_without_closing_tags() {
    let text = SGML.replace("1,234.50", "1234.50");
    let read = lines(Ofx, &text);
    assert_eq!(read.column("amount"), ["1234.50", "-34.51"]);
    assert_eq!(read.column("booking_date"), ["2026-10-30", "2026-10-31"]);
    assert_eq!(read.column("value_date"), ["", "2026-11-02"]);
    assert_eq!(read.column("counterparty_name"), ["AT&T & CO", ""]);
    assert_eq!(read.column("description"), ["INV 7 <8> a < b", ""]);
    assert_eq!(read.column("line_id"), ["F1", "F2"]);
    assert_eq!(read.column("reference"), ["", "319"]);
    assert_eq!(read.column("counterparty_account"), ["", "777"]);
    assert_eq!(read.column("bank_account"), ["0012 3"; 2]);
    assert_eq!(read.proofs(), [proof("-", "1199.99", "100.99", None)]);
    assert_eq!(read.tail.encoding, "windows-1252");
    assert_eq!(balances(Ofx, &text).rows[1], ["0012 3", "2026-10-31", "", "100.99", "USD", ""]);
}

#[test]
fn a_list_of_bookings_without_an_end_ends_at_the_balance() {
    let whole = SGML.replace("1,234.50", "1234.50");
    let text = whole.replace("</BANKTRANLIST>", "");
    let read = lines(Ofx, &text);
    assert_eq!(read.rows, lines(Ofx, &whole).rows);
    assert_eq!(read.proofs(), [proof("-", "1199.99", "100.99", None)]);
    assert_eq!(read.codes(), [("T1760", 21)]);
    // Without a balance the end of the statement ends it; what was cut off has neither.
    let start = text.find("<LEDGERBAL>").unwrap_or(0);
    let end = text.find("</STMTRS>").unwrap_or(0);
    let bare = format!("{}{}", &text[..start], &text[end..]);
    assert_eq!(lines(Ofx, &bare).column("amount"), ["1234.50", "-34.51"]);
    assert_eq!(refusal(Ofx, &text[..start]).0, "T1402");
}

#[test]
fn xml_gives_the_same_rows_also_with_one_forms_header_and_the_others_body() {
    let sgml = lines(Ofx, &SGML.replace("1,234.50", "1234.50"));
    let body = SGML.replace("1,234.50", "1234.50");
    let body = &body[body.find("<OFX>").unwrap_or(0)..];
    let header = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<?OFX OFXHEADER=\"200\" VERSION=\"203\"?>\n";
    assert_eq!(lines(Ofx, &format!("{header}{body}")).rows, sgml.rows);
    let xml = format!(
        "{header}<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD</CURDEF><BANKACCTFROM><ACCTID>0012 3</ACCTID></BANKACCTFROM><BANKTRANLIST><STMTTRN><TRNTYPE>CREDIT</TRNTYPE><DTPOSTED>20261030</DTPOSTED><TRNAMT>1234.50</TRNAMT><FITID>F1</FITID><!-- > a note --><NAME><![CDATA[AT&T > & CO]]></NAME><MEMO/></STMTTRN></BANKTRANLIST></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>"
    );
    let read = lines(Ofx, &xml);
    assert_eq!(read.column("counterparty_name"), ["AT&T > & CO"]);
    assert_eq!(read.column("amount"), ["1234.50"]);
}

#[test]
fn windows_1252_is_read_as_its_header_says() {
    let text = SGML.replace("1,234.50", "1234.50").replace("AT&T & CO", "M\u{fc}ller");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let read = crate::load::bank::tests::try_table(Ofx, "bank_lines", &latin, &Default::default());
    assert_eq!(read.unwrap_or_else(|problem| panic!("{problem}")).column("counterparty_name")[0], "M\u{fc}ller");
    // A file that is UTF-8 in spite of its header.
    assert_eq!(lines(Ofx, &text).column("counterparty_name")[0], "M\u{fc}ller");
}

#[test]
fn what_is_no_statement_is_refused() {
    let good = SGML.replace("1,234.50", "1234.50");
    let refused = |from: &str, to: &str| {
        let (code, line, _) = refusal(Ofx, good.replacen(from, to, 1));
        (code, line)
    };
    assert_eq!(refusal(Ofx, SGML).0, "T1403", "a comma and a point in one amount");
    let error = "<STMTTRNRS><TRNUID>1<STATUS><CODE>2000<SEVERITY>ERROR<MESSAGE>General error</STATUS>";
    let (code, line, message) =
        refusal(Ofx, good.replacen("<STMTTRNRS><TRNUID>1<STATUS><CODE>0<SEVERITY>INFO</STATUS>", error, 1));
    assert_eq!((code, line), ("T1404", 8));
    assert!(message.ends_with("2000 General error"), "{message}");
    assert_eq!(refused("<ACCTID>0012 3", "").0, "T1401");
    assert_eq!(refused("<DTPOSTED>20261031", "<DTPOSTED>20261131").0, "T1403");
    assert_eq!(refused("<TRNAMT>-34,51", "<TRNAMT>").0, "T1403");
    assert_eq!(refused("a < b</STMTTRN>", "a").0, "T1401", "a booking that is not closed");
    assert_eq!(refused("</OFX>", "").0, "T1402");
    assert_eq!(refused("</OFX>", "</OFX").0, "T1402");
    assert_eq!(refused("<OFX>", "<!DOCTYPE x><OFX>").0, "T1301");
    assert_eq!(refusal(Ofx, "OFXHEADER:100\n\n<OFX></OFX>").0, "T1010");
    assert_eq!(refused("<STMTRS>", &format!("<STMTRS>{}", "<BAL>".repeat(100))).0, "T1401");
}

#[test]
fn signs_that_do_not_fit_their_type_are_told() {
    let read = lines(Ofx, &SGML.replace("1,234.50", "1234.50").replace("-34,51", "34,51"));
    assert_eq!(read.codes(), [("T1415", 20)]);
    assert_eq!(read.column("amount")[1], "34.51");
}

#[test]
fn two_accounts_and_an_empty_one_are_statements() {
    let good = SGML.replace("1,234.50", "1234.50");
    let start = good.find("<STMTTRNRS>").unwrap_or(0);
    let end = good.find("</BANKMSGSRSV1>").unwrap_or(0);
    let other = "<STMTTRNRS><STMTRS><CURDEF>EUR<BANKACCTFROM><ACCTID>9</BANKACCTFROM><LEDGERBAL><BALAMT>222<DTASOF>20261031</LEDGERBAL></STMTRS></STMTTRNRS>";
    let text = format!("{}{}{other}{}", &good[..start], &good[start..end], &good[end..]);
    let read = balances(Ofx, &text);
    assert_eq!(read.column("bank_account"), ["0012 3", "9"]);
    assert_eq!(read.column("closing_balance"), ["100.99", "222.00"]);
    assert_eq!(lines(Ofx, &text).rows.len(), 3);
}
