//! Sets of X12 and messages of EDIFACT to the cent, what does not tie, and arbitrary bytes.

use super::*;
use crate::diag::Finding;
use crate::load::control::Control;
use crate::load::parts;
use crate::load::raw::{RawBlock, RawKind};
use proptest::prelude::*;
use std::io::Cursor;

/// What the bytes of a payment file hold for one table.
#[derive(Debug)]
pub(super) struct Content {
    /// The rows, headings first.
    pub(super) blocks: Vec<RawBlock>,
    /// What the file says of itself beside what it holds.
    pub(super) controls: Vec<Control>,
    /// What is worth knowing.
    pub(super) notes: Vec<Finding>,
}

impl Content {
    /// How many rows there are below the headings.
    pub(super) fn rows(&self) -> usize {
        self.blocks.iter().map(RawBlock::len).sum::<usize>().saturating_sub(1)
    }

    /// The cells of a column of the first block.
    pub(super) fn column(&self, heading: &str) -> Vec<String> {
        let at = self.blocks[0].row(0).cells().position(|cell| cell.text == heading).expect(heading);
        self.blocks[0].rows().skip(1).map(|row| row.cell(at).text.to_owned()).collect()
    }

    /// The figures that do not tie; each says how.
    pub(super) fn failed(&self) -> Vec<&str> {
        let failed = self.controls.iter().filter(|control| control.declared != control.counted);
        failed.inspect(|control| assert!(!control.said.is_empty())).map(|control| control.name.as_str()).collect()
    }

    /// How the first figure that does not tie differs.
    pub(super) fn said(&self) -> &str {
        self.controls.iter().find(|control| !control.said.is_empty()).map_or("", |control| control.said.as_str())
    }
}

/// Reads one table from bytes, as every source is read.
pub(super) fn read(kind: FileKind, bytes: &[u8], table: &str, limits: &Limits) -> Result<Content> {
    let mut blocks = Vec::new();
    let options = PartOptions { table: table.to_owned(), ..PartOptions::default() };
    let input = Box::new(Cursor::new(bytes.to_vec()));
    let tail = parts::read(kind, input, "a.file", &options, limits, &mut |block| {
        blocks.push(block);
        true
    })?;
    Ok(Content { blocks, controls: tail.controls, notes: tail.notes })
}

/// Reads one table of a file that can be read.
pub(super) fn content(kind: FileKind, text: &str, table: &str) -> Content {
    read(kind, text.as_bytes(), table, &Limits::default()).expect("a file that can be read")
}

/// What is said of a file whose structure is refused.
pub(super) fn message(kind: FileKind, text: &str, table: &str) -> String {
    let problem = read(kind, text.as_bytes(), table, &Limits::default()).unwrap_err();
    assert_eq!(problem.findings[0].code, "T1701");
    problem.findings[0].message.clone()
}

/// An interchange of one group around sets, whose segments end with a tilde and a line each.
fn x12(sets: &[&str]) -> String {
    let mut text = String::from(
        "ISA*00*          *00*          *ZZ*BUYER          *ZZ*HARBOR         *261026*1200*U*00401*000000007*0*P*>~\n\
         GS*RA*BUYER*HARBOR*20261026*1200*7*X*004010~\n",
    );
    for (number, set) in (1..).zip(sets) {
        let segments: Vec<&str> = set.split('|').collect();
        let (code, body) = segments.split_first().expect("a set");
        text.push_str(&format!("ST*{code}*{number:04}~\n"));
        body.iter().for_each(|segment| text.push_str(&format!("{segment}~\n")));
        text.push_str(&format!("SE*{}*{number:04}~\n", body.len() + 2));
    }
    text + &format!("GE*{}*7~\nIEA*1*000000007~\n", sets.len())
}

/// An interchange around one message of EDIFACT.
fn edifact(kind: &str, body: &str) -> String {
    let count = body.split('|').count() + 2;
    let body = body.replace('|', "'\n");
    format!(
        "UNA:+.? '\nUNB+UNOC:3+BUYER+HARBOR+261026:1200+77'\nUNH+1+{kind}:D:96A:UN'\n{body}'\nUNT+{count}+1'\n\
            UNZ+1+77'\n"
    )
}

fn load(kind: FileKind, text: &str, table: &str) -> Content {
    content(kind, text, table)
}

fn refused(kind: FileKind, text: &str) -> String {
    message(kind, text, "remittances")
}

const PAYMENT: &str =
    "BPR*C*1430.5*C*ACH*CTX*01*1*DA*1*1**01*1*DA*1*20261028|TRN*1*PAY-9|CUR*PR*USD|N1*PR*ACME CORP|N3*STREET|ENT*1";

#[test]
fn an_820_has_a_row_a_document_and_a_row_an_adjustment_of_its_own() {
    let set = format!(
        "820|{PAYMENT}|ADX*-69.50*24*IV*INV-0900|RMR*IV*INV-1001**1000*1020*20|RMR*IV*INV-1002**500*530**01*-30|\
            RMR*CM*CM-7**-.00"
    );
    let content = load(FileKind::X12, &x12(&[&set]), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV-0900", "INV-1001", "INV-1002", "CM-7"]);
    assert_eq!(content.column("amount"), ["-69.50", "1000.00", "500.00", "0.00"]);
    assert_eq!(content.column("discount"), ["", "20.00", "", ""]);
    assert_eq!(content.column("reason_code"), ["24", "", "01", ""]);
    assert_eq!(content.column("adjustments"), ["", "", "01:-30", ""]);
    assert_eq!(content.column("payment_reference"), vec!["PAY-9"; 4]);
    assert_eq!(content.column("payer_name"), vec!["ACME CORP"; 4]);
    assert_eq!(content.column("remittance_date"), vec!["2026-10-28"; 4]);
    assert_eq!(content.failed(), [""; 0]);
    assert_eq!(content.blocks[0].row(1).place, 10);
    assert_eq!(content.blocks[0].row(2).cell(4).kind, RawKind::Number);
    assert!(content.notes[0].message.ends_with("not used: N3 (1)"), "{}", content.notes[0].message);
}

#[test]
fn adjustments_behind_a_document_are_netted_or_add_as_the_total_of_the_payment_decides() {
    let set = |total: &str| {
        let head = PAYMENT.replace("1430.5", total);
        format!("820|{head}|RMR*IV*INV-1**1000|ADX*-100*04|ADX*-5.25*06*IV*INV-X|RMR*IV*INV-2**500")
    };
    // Netted: the amount paid holds them already, and every reason is kept.
    let content = load(FileKind::X12, &x12(&[&set("1500")]), "remittances");
    assert_eq!(content.column("amount"), ["1000.00", "500.00"]);
    assert_eq!(content.column("reason_code"), ["04", ""]);
    assert_eq!(content.column("adjustments"), ["04:-100.00 06:-5.25", ""]);
    assert_eq!(content.failed(), [""; 0]);
    // Added: rows of their own, on the document in front of them where they name none.
    let content = load(FileKind::X12, &x12(&[&set("1394.75")]), "remittances");
    assert_eq!(content.column("amount"), ["1000.00", "-100.00", "-5.25", "500.00"]);
    assert_eq!(content.column("invoice_reference"), ["INV-1", "INV-1", "INV-X", "INV-2"]);
    assert_eq!(content.column("reason_code"), ["", "04", "06", ""]);
    assert_eq!(content.failed(), [""; 0]);
    // Neither: the standard holds, and the difference is said.
    let content = load(FileKind::X12, &x12(&[&set("1450")]), "remittances");
    assert_eq!(content.column("amount"), ["1000.00", "500.00"]);
    assert_eq!(content.failed(), ["total BPR02 of payment PAY-9"]);
    let said = content.said();
    assert!(said.contains("says 1450.00, its records come to 1500.00, difference -50.00 (segment 4"), "{said}");
}

#[test]
fn references_behind_documents_and_adjustments_name_them_and_a_debit_turns_the_signs() {
    let head = PAYMENT.replace("*C*ACH", "*D*ACH").replace("1430.5", "30");
    let set = format!("820|{head}|ADX*-20*52|REF*CM*CM-1|ENT*2|RMR***50*50**|REF*IV*INV-8|ENT*3|ADX*0*01");
    let set = set.replace("RMR***50*50**", "RMR*IV***50*50*1");
    let content = load(FileKind::X12, &x12(&[&set]), "remittances");
    assert_eq!(content.column("invoice_reference"), ["CM-1", "PAY-9", "INV-8"]);
    assert_eq!(content.column("amount"), ["20.00", "0.00", "-50.00"]);
    assert_eq!(content.column("discount"), ["", "", "-1.00"]);
    assert_eq!(content.failed(), [""; 0]);
}

#[test]
fn eighteen_digits_and_what_is_no_amount() {
    let head = PAYMENT.replace("1430.5", "999999999999999999");
    let set = format!("820|{head}|RMR*IV*A**999999999999999999|RMR*IV*B**1,000|RMR*IV*C");
    let content = load(FileKind::X12, &x12(&[&set]), "remittances");
    assert_eq!(content.column("amount"), ["999999999999999999.00", "1,000", ""]);
    assert_eq!(content.blocks[0].row(2).cell(4).kind, RawKind::Text);
    assert_eq!(content.failed(), [""; 0]);
    let head = PAYMENT.replace("1430.5", "abc");
    let content = load(FileKind::X12, &x12(&[&format!("820|{head}|RMR*IV*A**0")]), "remittances");
    assert!(content.said().contains("says \"abc\", which is no amount"), "{}", content.said());
    assert_eq!(content.failed(), ["total BPR02 of payment PAY-9"]);
}

#[test]
fn an_835_has_a_row_a_claim_and_a_row_a_provider_adjustment() {
    let head = PAYMENT.replace("1430.5", "170").replace("|ENT*1", "");
    let set = format!(
        "835|{head}|CLP*CLAIM-1*1*200*150**MC*X|CAS*CO*45*30**253*5|SVC*HC>1*200*150|CAS*PR*1*15|\
            CLP*CLAIM-2*1*40*30|CAS*CO*45*10|PLB*99*20261231*WO>REF-3*10"
    );
    let content = load(FileKind::X12, &x12(&[&set]), "remittances");
    assert_eq!(content.column("invoice_reference"), ["CLAIM-1", "CLAIM-2", "REF-3"]);
    assert_eq!(content.column("amount"), ["150.00", "30.00", "-10.00"]);
    assert_eq!(content.column("reason_code"), ["CO-45", "CO-45", "PLB-WO"]);
    assert_eq!(content.column("adjustments"), ["CO-45:30 CO-253:5 PR-1:15", "CO-45:10", ""]);
    assert_eq!(content.failed(), [""; 0]);
    let content = load(FileKind::X12, &x12(&[&set.replace("CAS*PR*1*15", "CAS*PR*1*16")]), "remittances");
    assert_eq!(content.failed(), ["charge CLP03 less CAS of claim CLAIM-1"]);
}

#[test]
fn an_812_has_a_dispute_a_reason() {
    let set =
        "812|BCD*20261020*CD-5*M*12500*D**INV-77*V1**PO-3|CDD*01*D**10000|CDD*06*D**4000|N9*IV*INV-78|CDD*52*C**1500";
    let content = load(FileKind::X12, &x12(&[set]), "disputes");
    assert_eq!(content.column("case_id"), ["CD-5-1", "CD-5-2", "CD-5-3"]);
    assert_eq!(content.column("item_id"), ["INV-77", "INV-78", "INV-77"]);
    assert_eq!(content.column("amount"), ["100.00", "40.00", "-15.00"]);
    assert_eq!(content.column("reason_code"), ["01", "06", "52"]);
    assert_eq!((content.failed(), content.column("opened_date")[0].as_str()), (vec![], "2026-10-20"));
    let content = load(FileKind::X12, &x12(&[&set.replace("12500", "12501")]), "disputes");
    assert_eq!(content.failed(), ["net BCD04 of adjustment CD-5"]);
}

const INVOICE: &str = "810|BIG*20261005*INV-1**PO-9***DI|CUR*SE*USD|N1*BY*ACME STORE*92*S-1|N1*BT*ACME CORP*92*C-1|\
            ITD*01*3*2**10**30|\
IT1*1*10*EA*12.345*PE*VN*SKU-1|PID*F****WIDGET|IT1*2*250*EA*40*HP*VN*SKU-2|TDS*23345|TXI*ST*15|SAC*A*C310***1500|\
            SAC*C*D240***1000|CTT*2";

#[test]
fn an_810_has_a_document_and_its_lines() {
    // 123.45 and 100.00, tax 15.00, allowance 15.00, charge 10.00.
    let content = load(FileKind::X12, &x12(&[INVOICE]), "ar_items");
    assert_eq!(content.column("item_id"), ["INV-1"]);
    assert_eq!(
        (content.column("amount"), content.column("tax_amount")),
        (vec!["233.45".to_owned()], vec!["15.00".to_owned()])
    );
    assert_eq!(
        (content.column("customer_id"), content.column("due_date")),
        (vec!["C-1".to_owned()], vec!["2026-11-04".to_owned()])
    );
    assert_eq!((content.column("item_type"), content.failed()), (vec!["invoice".to_owned()], vec![]));
    let content = load(FileKind::X12, &x12(&[INVOICE]), "invoice_lines");
    assert_eq!(content.column("net_amount"), ["123.45", "100.00"]);
    assert_eq!(
        (content.column("description"), content.column("line_no")),
        (vec!["WIDGET".to_owned(), String::new()], vec!["1".to_owned(), "2".to_owned()])
    );
    // A credit memo is negative, whichever sign it is written with.
    let credit = INVOICE.replace("***DI", "***CR");
    assert_eq!(load(FileKind::X12, &x12(&[&credit]), "ar_items").column("amount"), ["-233.45"]);
    assert_eq!(load(FileKind::X12, &x12(&[&credit]), "invoice_lines").column("net_amount"), ["-123.45", "-100.00"]);
    // A tax that is in the lines already, or told for information, adds nothing.
    for told in ["I", "O"] {
        let included = INVOICE.replace("TXI*ST*15", &format!("TXI*ST*15*****{told}")).replace("TDS*23345", "TDS*21845");
        let content = load(FileKind::X12, &x12(&[&included]), "ar_items");
        assert_eq!((content.column("tax_amount"), content.failed()), (vec!["15.00".to_owned()], vec![]));
    }
    let wrong = INVOICE.replace("TDS*23345", "TDS*23346").replace("CTT*2", "CTT*3");
    let content = load(FileKind::X12, &x12(&[&wrong]), "ar_items");
    assert_eq!(content.failed(), ["lines that CTT counts of invoice INV-1", "total TDS01 of invoice INV-1"]);
}

const ADVICE: &str = "BGM+481+ADV-1+9|DTM+137:20261026:102|DTM+138:20261028:102|RFF+PQ:PAY-3|\
            NAD+PR+4000001++ACME ?+ SONS|CUX+2:EUR:11|\
DOC+380+INV-1|MOA+9:1000|MOA+12:950,00|MOA+52:20|AJT+3|MOA+5:30|DOC+381+CM-1|MOA+12:100|UNS+S|MOA+12:850";

#[test]
fn a_remadv_has_a_row_a_document() {
    let content = load(FileKind::Edifact, &edifact("REMADV", ADVICE), "remittances");
    assert_eq!(content.column("invoice_reference"), ["INV-1", "CM-1"]);
    assert_eq!(content.column("amount"), ["950.00", "-100.00"]);
    assert_eq!(content.column("discount"), ["20.00", ""]);
    assert_eq!(content.column("reason_code"), ["AJT-3", ""]);
    assert_eq!(content.column("adjustments"), ["AJT-3:30", ""]);
    assert_eq!(
        (content.column("payer_name")[0].as_str(), content.column("payment_reference")[0].as_str()),
        ("ACME + SONS", "PAY-3")
    );
    assert_eq!((content.column("remittance_date")[0].as_str(), content.failed()), ("2026-10-28", vec![]));
    // Written with its sign the credit note is taken as it stands.
    let signed = ADVICE.replace("MOA+12:100|", "MOA+12:-100|");
    let content = load(FileKind::Edifact, &edifact("REMADV", &signed), "remittances");
    assert_eq!((content.column("amount")[1].as_str(), content.failed()), ("-100.00", vec![]));
    // The total in front of the documents, and none behind.
    let front = ADVICE.replace("|UNS+S|MOA+12:850", "").replace("|DOC+380", "|MOA+12:850|DOC+380");
    let content = load(FileKind::Edifact, &edifact("REMADV", &front), "remittances");
    assert_eq!((content.column("amount")[1].as_str(), content.failed()), ("-100.00", vec![]));
    for (from, to) in [("UNS+S|MOA+12:850", "UNS+S|MOA+12:851"), ("|UNS+S|MOA+12:850", "|UNS+S")] {
        let content = load(FileKind::Edifact, &edifact("REMADV", &ADVICE.replace(from, to)), "remittances");
        assert_eq!(content.failed(), ["total MOA+12 of advice ADV-1"]);
    }
}

#[test]
fn an_invoic_has_a_document_and_its_lines() {
    let body = "BGM+381+CN-1+9|DTM+137:20261005:102|DTM+13:20261104:102|RFF+IV:INV-1|NAD+IV+C-1++ACME CORP|\
            CUX+2:EUR:4|\
                ALC+A|MOA+23:5|LIN+1++SKU-1:IN|IMD+F++:::WIDGET|QTY+47:10|MOA+203:100|\
                PRI+AAA:10|LIN+2++SKU-2:IN|QTY+47:3|PRI+AAA:0,335|\
                UNS+S|MOA+79:101.01|MOA+77:115.21|MOA+124:19.20|TAX+7+VAT+++:::19|MOA+124:19.20";
    let content = load(FileKind::Edifact, &edifact("INVOIC", body), "ar_items");
    assert_eq!(content.column("item_type"), ["credit_memo"]);
    assert_eq!(
        (content.column("amount"), content.column("tax_amount")),
        (vec!["-115.21".to_owned()], vec!["-19.20".to_owned()])
    );
    assert_eq!((content.column("original_item_id"), content.failed()), (vec!["INV-1".to_owned()], vec![]));
    assert_eq!(
        (content.column("due_date"), content.column("currency")),
        (vec!["2026-11-04".to_owned()], vec!["EUR".to_owned()])
    );
    let content = load(FileKind::Edifact, &edifact("INVOIC", body), "invoice_lines");
    assert_eq!(content.column("net_amount"), ["-100.00", "-1.01"]);
    assert_eq!(content.column("quantity"), ["-10.00", "-3.00"]);
    // A price for 100 units.
    let priced = body.replace("PRI+AAA:0,335|", "PRI+AAA:33,5:::100|");
    let content = load(FileKind::Edifact, &edifact("INVOIC", &priced), "invoice_lines");
    assert_eq!((content.column("net_amount")[1].as_str(), content.failed()), ("-1.01", vec![]));
    let content = load(FileKind::Edifact, &edifact("INVOIC", &body.replace("79:101.01", "79:101")), "ar_items");
    assert_eq!(content.failed(), ["total of the lines MOA+79 of invoice CN-1"]);
}

#[test]
fn every_count_and_reference_of_the_envelope_is_proved() {
    let set = format!("820|{PAYMENT}|RMR*IV*A**1430.50");
    let text = x12(&[&set, "850|BEG*00*NE*PO-1"]);
    let content = load(FileKind::X12, &text, "remittances");
    assert_eq!((content.rows(), content.failed()), (1, vec![]));
    assert!(content.notes[0].message.contains("set 850 (1)"));
    for (from, to, name) in [
        ("SE*9*0001", "SE*8*0001", "segments that SE counts of set 0001"),
        ("SE*9*0001", "SE*9*0002", "control numbers of SE of set 0001"),
        ("SE*9*0001", "SE**0001", "segments that SE counts of set 0001"),
        ("GE*2*7", "GE*1*7", "sets that GE counts of group 7"),
        ("GE*2*7", "GE*2*8", "control numbers of GE of group 7"),
        ("IEA*1*000000007", "IEA*2*000000007", "groups that IEA counts of interchange 000000007"),
        ("IEA*1*000000007", "IEA*1*8", "control numbers of IEA of interchange 000000007"),
    ] {
        assert_eq!(load(FileKind::X12, &text.replace(from, to), "remittances").failed(), [name]);
    }
    let text = edifact("REMADV", ADVICE);
    for (from, to, name) in [
        ("UNT+18+1", "UNT+17+1", "segments that UNT counts of message 1"),
        ("UNT+18+1", "UNT+18+2", "references of UNT of message 1"),
        ("UNZ+1+77", "UNZ+2+77", "messages or groups that UNZ counts of interchange 77"),
        ("UNZ+1+77", "UNZ+1+78", "references of UNZ of interchange 77"),
    ] {
        assert_eq!(load(FileKind::Edifact, &text.replace(from, to), "remittances").failed(), [name]);
    }
}

#[test]
fn several_interchanges_each_with_its_own_delimiters() {
    let one = x12(&[&format!("820|{PAYMENT}|RMR*IV*A**1430.50")]);
    let other = one.replace('*', "^").replace("~\n", "\r\n").replace('>', ":");
    let content = load(FileKind::X12, &(one.clone() + &other + &one), "remittances");
    assert_eq!((content.rows(), content.failed()), (3, vec![]));
    let default = edifact("REMADV", ADVICE);
    let other = default
        .replace("UNA:+.? '", "UNA=*.! ~")
        .replace('+', "*")
        .replace(':', "=")
        .replace("'\n", "~")
        .replace("?*", "!*");
    let content = load(FileKind::Edifact, &(default + &other), "remittances");
    assert_eq!((content.rows(), content.failed()), (4, vec![]));
}

#[test]
fn n76_an_interchange_that_comes_again_is_said() {
    let one = x12(&[&format!("820|{PAYMENT}|RMR*IV*A**1430.50")]);
    let content = load(FileKind::X12, &(one.clone() + &one), "remittances");
    let note = content.notes.iter().find(|note| note.code == "T1704").expect("the finding");
    assert!(
        note.message.starts_with("the interchange 000000007 of BUYER stands in the file twice"),
        "{}",
        note.message
    );
    let other = one.replace("000000007", "000000008");
    let content = load(FileKind::X12, &(one + &other), "remittances");
    assert!(content.notes.iter().all(|note| note.code != "T1704") && content.rows() == 2);
}

#[test]
fn a_structure_with_a_hole_is_refused_with_its_place() {
    let text = x12(&[&format!("820|{PAYMENT}|RMR*IV*A**1430.50")]);
    let lines: Vec<&str> = text.lines().collect();
    let without = |start: &str| -> String {
        lines.iter().filter(|line| !line.starts_with(start)).map(|line| format!("{line}\n")).collect()
    };
    let x12 = |text: &str| refused(FileKind::X12, text);
    assert_eq!(x12(""), "the file has no interchange (segment 1, byte 0)");
    assert!(x12(&without("ISA")).starts_with("the X12 file has no envelope: it starts with \"GS*\""));
    assert!(x12(&without("GS")).starts_with("ST stands outside of any group (segment 2, byte 107)"));
    assert!(x12(&without("ST")).starts_with("the segment BPR stands outside of any set"));
    assert!(x12(&without("SE")).starts_with("GE closes while a set is open: SE is missing"));
    assert!(x12(&without("GE")).starts_with("IEA closes while a group is open: GE is missing"));
    assert!(
        x12(&without("IEA")).starts_with("the file ends within the interchange 000000007: its trailer IEA is missing")
    );
    assert!(x12(&text[..text.len() - 40]).contains("breaks off within the segment"));
    assert!(x12(&text.replace("SE*9*0001~\n", "ST*820*0002~\n")).starts_with("ST starts while a set is open"));
    assert!(x12(&text.replace("GE*1*7~\n", "GE*1*7~\nGE*1*7~\n")).starts_with("GE closes a group that was not opened"));
    let text = edifact("REMADV", ADVICE);
    assert!(
        refused(FileKind::Edifact, &text.replace("UNB", "UNX")).contains("no envelope")
            || refused(FileKind::Edifact, &text.replace("UNB", "UNX")).contains("outside")
    );
    assert!(refused(FileKind::Edifact, &text.replace("UNZ+1+77'\n", "")).contains("its trailer UNZ is missing"));
}

#[test]
fn a_kind_has_only_its_own_tables() {
    let problem = read(FileKind::X12, b"", "gl_lines", &Limits::default()).unwrap_err();
    assert_eq!(problem.findings[0].code, "T1303");
    assert!(problem.findings[0].remedy.contains("remittances, disputes, ar_items, invoice_lines"));
    for kind in [FileKind::X12, FileKind::Edifact, FileKind::Ach, FileKind::Lockbox] {
        for table in possible(kind) {
            assert!(rows::headings(table).len() > 2, "{table}");
        }
    }
}

#[test]
fn blocks_are_cut_and_lose_no_row() {
    let rmr = "|RMR*IV*A**1".repeat(70_000);
    let head = PAYMENT.replace("1430.5", "70000");
    let content = load(FileKind::X12, &x12(&[&format!("820|{head}{rmr}"), "850|BEG*00"]), "remittances");
    assert_eq!((content.rows(), content.failed()), (70_000, vec![]));
    let limits = Limits { rows: 69_999, ..Limits::default() };
    let text = x12(&[&format!("820|{head}{rmr}")]);
    let problem = read(FileKind::X12, text.as_bytes(), "remittances", &limits).unwrap_err();
    assert_eq!(problem.findings[0].code, "T1101");
}

/// Whole files of each kind, to be damaged.
fn whole(kind: FileKind) -> String {
    match kind {
        FileKind::X12 => x12(&[&format!("820|{PAYMENT}|ADX*1*01|RMR*IV*A**1429.50|ADX*0*02|REF*IV*B"), INVOICE]),
        FileKind::Edifact => edifact("REMADV", ADVICE),
        FileKind::Ach => "101 076401251 0764012510610261200A094101FIRST BANK\n5200ACME CORP\n\
                          6220764012550012345678       0000150000\n\
                          705RMR*IV*A**1500\\\n82000000020007640125\n9000001\n"
            .to_owned(),
        _ => "100FIRSTBANK HARBOR    2610271200\n2X\n50010007654321261026\n\
              60010010000150000\n40010016019INV\n7001000\n8\n9\n"
            .to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn arbitrary_bytes_never_break_a_reader(
        bytes in proptest::collection::vec(any::<u8>(), 0..400), width in 1_usize..300
    ) {
        let limits = Limits { cell_bytes: width, ..Limits::default() };
        for kind in [FileKind::X12, FileKind::Edifact, FileKind::Ach, FileKind::Lockbox] {
            for table in possible(kind) {
                let _ = read(kind, &bytes, table, &limits);
            }
        }
    }

    #[test]
    fn damaged_files_never_break_a_reader(
        kind in 0_usize..4, at in 0_usize..2_000, gone in 0_usize..40,
        put in proptest::collection::vec(any::<u8>(), 0..12)
    ) {
        let kind = [FileKind::X12, FileKind::Edifact, FileKind::Ach, FileKind::Lockbox][kind];
        let mut bytes = whole(kind).into_bytes();
        let at = at % bytes.len();
        let end = (at + gone).min(bytes.len());
        bytes.splice(at..end, put);
        for table in possible(kind) {
            let _ = read(kind, &bytes, table, &Limits::default());
        }
    }
}
