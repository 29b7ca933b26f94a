//! camt: balances, entries, batches, summaries, and what hostile XML gets.

use crate::load::bank::tests::{balances, lines, proof, refusal};
use crate::load::kind::FileKind::Camt;

fn balance(kind: &str, amount: &str, side: &str, date: &str) -> String {
    format!(
        "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>{date}</Dt></Dt></Bal>\n"
    )
}

fn entry(amount: &str, side: &str, inside: &str) -> String {
    format!(
        "<Ntry><Amt Ccy=\"EUR\">{amount}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>2026-10-30</Dt></BookgDt><ValDt><Dt>2026-10-31</Dt></ValDt>{inside}</Ntry>\n"
    )
}

fn statement(balances: &str, entries: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.08\">\n<BkToCstmrStmt><GrpHdr><MsgId>M</MsgId></GrpHdr>\n<Stmt><Id>S1</Id><Acct><Id><IBAN>DE14 7406</IBAN></Id><Ccy>EUR</Ccy></Acct>\n{balances}{entries}</Stmt></BkToCstmrStmt></Document>"
    )
}

fn good(entries: &str, closing: &str) -> String {
    let ends = balance("OPBD", "100.00", "CRDT", "2026-10-30") + &balance("CLBD", closing, "CRDT", "2026-10-30");
    statement(&ends, entries)
}

#[test]
fn entries_become_lines() {
    let details = "<AcctSvcrRef>B1</AcctSvcrRef><BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>E2E-1</EndToEndId></Refs><RltdPties><Dbtr><Pty><Nm>M\u{fc}ller &amp; Co</Nm></Pty></Dbtr><DbtrAcct><Id><IBAN>DE99 1234</IBAN></Id></DbtrAcct><Cdtr><Nm>US</Nm></Cdtr></RltdPties><RmtInf><Ustrd>INV 4711</Ustrd><Ustrd>and 4712</Ustrd></RmtInf></TxDtls></NtryDtls><AddtlNtryInf>Credit</AddtlNtryInf>";
    let out = "<NtryRef>R2</NtryRef><BkTxCd><Prtry><Cd>NMSC+201</Cd></Prtry></BkTxCd><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>US</Nm></Dbtr><Cdtr><Nm>Landlord</Nm></Cdtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf></TxDtls></NtryDtls>";
    let text = good(&(entry("50.25", "CRDT", details) + &entry("25", "DBIT", out)), "125.25");
    let read = lines(Camt, &text);
    assert_eq!(read.proofs(), [proof("100.00", "25.25", "125.25", Some(true))]);
    assert_eq!(read.column("bank_account"), ["DE147406"; 2]);
    assert_eq!(read.column("amount"), ["50.25", "-25.00"]);
    assert_eq!(read.column("booking_date"), ["2026-10-30"; 2]);
    assert_eq!(read.column("value_date"), ["2026-10-31"; 2]);
    assert_eq!(read.column("type_code"), ["PMNT-RCDT-ESCT", "NMSC+201"]);
    assert_eq!(read.column("line_id"), ["B1", "R2"]);
    assert_eq!(read.column("end_to_end_id"), ["E2E-1", ""]);
    assert_eq!(read.column("reference"), ["", "RF18"]);
    assert_eq!(read.column("counterparty_name"), ["M\u{fc}ller & Co", "Landlord"]);
    assert_eq!(read.column("counterparty_account"), ["DE991234", ""]);
    assert_eq!(read.column("description"), ["Credit INV 4711 and 4712", "RF18"]);
    assert_eq!(read.places[1..], [7, 8]);
    assert_eq!(balances(Camt, &text).rows[1], ["DE147406", "2026-10-30", "100.00", "125.25", "EUR", "S1"]);
}

#[test]
fn a_batch_is_as_many_lines_as_payments_that_add_up() {
    let payment = |amount: &str, id: &str| {
        format!(
            "<TxDtls><Refs><EndToEndId>{id}</EndToEndId></Refs><AmtDtls><TxAmt><Amt Ccy=\"EUR\">{amount}</Amt></TxAmt></AmtDtls><RmtInf><Ustrd>T{id}</Ustrd></RmtInf></TxDtls>"
        )
    };
    let batch = |count: u32, first: &str| {
        let details = payment(first, "1") + &payment("40.00", "2");
        let inside = format!(
            "<AcctSvcrRef>B9</AcctSvcrRef><NtryDtls><Btch><NbOfTxs>{count}</NbOfTxs></Btch>{details}</NtryDtls>"
        );
        good(&entry("100.00", "DBIT", &inside), "0.00")
    };
    let read = lines(Camt, &batch(2, "60.00"));
    assert_eq!(read.column("amount"), ["-60.00", "-40.00"]);
    assert_eq!(read.column("line_id"), ["B9", "B9"], "the payments of a booking keep its number");
    assert_eq!(read.column("end_to_end_id"), ["1", "2"]);
    assert_eq!((read.failed(), read.codes()), (vec![], vec![]));
    assert_eq!(read.proofs()[0].3, Some(true));
    // Payments that do not add up stay one line, and are told; so is a wrong number of payments.
    let read = lines(Camt, &batch(3, "59.99"));
    assert_eq!(read.column("amount"), ["-100.00"]);
    assert_eq!(read.column("description"), ["T1 T2"]);
    assert_eq!(read.codes(), [("T1414", 7)]);
    assert_eq!(read.failed(), ["batch in line 7: NbOfTxs = details"]);
    // Payments in another currency have no amount of their own here.
    let foreign = batch(2, "60.00").replace("<TxAmt><Amt Ccy=\"EUR\">", "<TxAmt><Amt Ccy=\"USD\">");
    assert_eq!(lines(Camt, &foreign).column("amount"), ["-100.00"]);
}

#[test]
fn a_reversal_keeps_its_side_and_swaps_the_parties() {
    let parties = "<RvslInd>true</RvslInd><NtryDtls><TxDtls><RltdPties><Dbtr><Nm>US</Nm></Dbtr><Cdtr><Nm>Supplier</Nm></Cdtr></RltdPties><RtrInf><Rsn><Cd>AC01</Cd></Rsn></RtrInf></TxDtls></NtryDtls>";
    let read = lines(Camt, &good(&entry("5.00", "CRDT", parties), "105.00"));
    assert_eq!(read.column("amount"), ["5.00"]);
    assert_eq!(read.column("counterparty_name"), ["Supplier"]);
    assert_eq!(read.column("description"), ["REVERSAL RETURN AC01"]);
}

#[test]
fn entries_that_are_not_booked_are_left_out_and_the_summary_may_count_them() {
    let pending = entry("7.00", "CRDT", "").replace("<Sts>BOOK</Sts>", "<Sts><Cd>PDNG</Cd></Sts>");
    let entries = entry("10.00", "CRDT", "") + &entry("4.00", "DBIT", "") + &pending;
    let summary = |number: u32, sum: &str| {
        format!(
            "<TxsSummry><TtlNtries><NbOfNtries>{number}</NbOfNtries><Sum>{sum}</Sum></TtlNtries><TtlCdtNtries><NbOfNtries>1</NbOfNtries><Sum>10</Sum></TtlCdtNtries><TtlDbtNtries><NbOfNtries>1</NbOfNtries><Sum>-4.00</Sum></TtlDbtNtries></TxsSummry>"
        )
    };
    let ends = balance("PRCD", "100.00", "CRDT", "2026-10-29") + &balance("CLBD", "106.00", "CRDT", "2026-10-30");
    for (number, sum) in [(2, "14.00"), (3, "21.00"), (2, "6.00")] {
        let read = lines(Camt, &statement(&(ends.clone() + &summary(number, sum)), &entries));
        assert_eq!(read.failed(), [""; 0], "{number} {sum}");
        assert_eq!(read.codes(), [("T1408", 9)]);
        assert_eq!(read.proofs(), [proof("100.00", "6.00", "106.00", Some(true))]);
    }
    let read = lines(Camt, &statement(&(ends + &summary(4, "14.01")), &entries));
    assert_eq!(read.failed(), ["DE147406, statement S1: TtlNtries number", "DE147406, statement S1: TtlNtries sum"]);
}

#[test]
fn balances_that_are_not_of_bookings_prove_nothing() {
    let ends = balance("OPBD", "30.00", "DBIT", "2026-10-30")
        + &balance("OPAV", "1.00", "CRDT", "2026-10-30")
        + &balance("CLAV", "99.00", "CRDT", "2026-10-30")
        + &balance("FWAV", "98.00", "CRDT", "2026-11-01");
    let read = lines(Camt, &statement(&ends, &entry("10.00", "CRDT", "")));
    assert_eq!(read.proofs(), [proof("-30.00", "10.00", "-", None)]);
    let wrong = lines(Camt, &good(&entry("10.00", "CRDT", ""), "111.00"));
    assert_eq!(wrong.codes(), [("T1405", 6)]);
    assert_eq!(wrong.proofs()[0].3, Some(false));
}

#[test]
fn every_version_and_message_is_read() {
    let entries = entry("10.00", "CRDT", "");
    let whole = good(&entries, "110.00");
    for version in ["001.02", "001.04", "001.06", "001.12"] {
        assert_eq!(lines(Camt, &whole.replace("001.08", version)).rows.len(), 2);
    }
    let prefixed =
        whole.replace("<", "<c:").replace("<c:/", "</c:").replace("<c:?", "<?").replace("xmlns=", "xmlns:c=");
    assert_eq!(lines(Camt, &prefixed).rows, lines(Camt, &whole).rows);
    let report = whole.replace("BkToCstmrStmt", "BkToCstmrAcctRpt").replace("Stmt>", "Rpt>");
    assert_eq!(lines(Camt, &report).codes(), [("T1412", 4)]);
    let none = statement("", &entries).replace("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn").replace("Stmt>", "Ntfctn>");
    assert_eq!(lines(Camt, &none).proofs(), [proof("-", "10.00", "-", None)]);
    // Day and time with a zone: the bank's own day.
    let timed = whole.replace("<BookgDt><Dt>2026-10-30</Dt>", "<BookgDt><DtTm>2026-10-30T23:59:59+02:00</DtTm>");
    assert_eq!(lines(Camt, &timed).column("booking_date"), ["2026-10-30"]);
}

#[test]
fn pages_are_one_statement() {
    let intermediate =
        |text: String| text.replace("</CdOrPrtry></Tp>", "</CdOrPrtry><SubTp><Cd>INTM</Cd></SubTp></Tp>");
    let first = balance("OPBD", "1", "CRDT", "2026-10-30") + &intermediate(balance("CLBD", "3", "CRDT", "2026-10-30"));
    let last = intermediate(balance("OPBD", "3", "CRDT", "2026-10-30")) + &balance("CLBD", "6", "CRDT", "2026-10-30");
    let pages = statement(&first, &entry("2", "CRDT", ""));
    let second = format!("{last}{}", entry("3", "CRDT", ""));
    let text = pages.replace(
        "</Stmt>",
        &format!("</Stmt><Stmt><Id>S1</Id><Acct><Id><IBAN>DE147406</IBAN></Id></Acct>{second}</Stmt>"),
    );
    let read = lines(Camt, &text);
    assert_eq!(read.proofs(), [proof("1.00", "5.00", "6.00", Some(true))]);
    assert_eq!((read.codes(), read.column("amount")), (vec![], vec!["2.00", "3.00"]));
}

#[test]
fn what_cannot_be_read_safely_is_refused_with_its_line() {
    let whole = good(&entry("10.00", "CRDT", ""), "110.00");
    let refused = |from: &str, to: &str| {
        let (code, line, _) = refusal(Camt, whole.replacen(from, to, 1));
        (code, line)
    };
    assert_eq!(refused("<Ntry><Amt Ccy=\"EUR\">", "<Ntry><Amt Ccy=\"USD\">"), ("T1401", 7));
    assert_eq!(refused(">10.00<", ">10,00<"), ("T1403", 7));
    assert_eq!(refused(">10.00<", ">-10.00<"), ("T1403", 7));
    assert_eq!(refused(">10.00<", "><"), ("T1403", 7));
    assert_eq!(refused("CRDT</CdtDbtInd><Sts>", "PLUS</CdtDbtInd><Sts>"), ("T1403", 7));
    assert_eq!(refused("<Sts>BOOK", "<Sts>DONE"), ("T1403", 7));
    assert_eq!(refused("<IBAN>DE14 7406</IBAN>", ""), ("T1401", 4));
    assert_eq!(refused("</Stmt>", ""), ("T1302", 8));
    assert_eq!(refused("<Document", "<!DOCTYPE x [<!ENTITY a \"b\">]><Document"), ("T1301", 2));
    assert_eq!(refused("S1", "&boom;"), ("T1301", 4));
    let dates = "<BookgDt><Dt>2026-10-30</Dt></BookgDt><ValDt><Dt>2026-10-31</Dt></ValDt>";
    assert_eq!(refused(dates, ""), ("T1401", 7));
    let deep = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
    assert_eq!(refused("<GrpHdr>", &format!("<GrpHdr>{deep}")).0, "T1304");
    assert_eq!(
        refusal(Camt, "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"></Document>").0,
        "T1010"
    );
}
