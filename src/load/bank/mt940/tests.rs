//! MT940 and MT942: lines, pages, details, and what is refused.

use crate::load::bank::tests::{balances, lines, proof, refusal};
use crate::load::kind::FileKind::Mt940;

/// A statement around the lines that are tested.
fn around(opening: &str, body: &str, closing: &str) -> String {
    format!(":20:START\n:25:10020030/4711\n:28C:17/1\n:60F:{opening}\n{body}\n:62F:{closing}\n-\n")
}

#[test]
fn lines_have_their_dates_sides_and_references() {
    let body = "\
:61:2612301231CR1000,50NTRFREF-1//BANK-1
Supplementary
:61:2701020101DR0,5FMSCNONREF
:61:261231RC20,NTRFNONREF//B3
:61:261231RDR10,00NTRF
:61:261231C7,00S051
:61:2612310102D1,N192NONREF";
    let read = lines(Mt940, &around("C261230EUR100,", body, "C270102EUR1096,00"));
    assert_eq!(read.column("amount"), ["1000.50", "-0.50", "-20.00", "10.00", "7.00", "-1.00"]);
    assert_eq!(read.proofs(), [proof("100.00", "996.00", "1096.00", Some(true))]);
    // The entry date has no year: the one nearest to the value date, also around New Year; without it the value date.
    let booked = ["2026-12-31", "2027-01-01", "2026-12-31", "2026-12-31", "2026-12-31", "2027-01-02"];
    assert_eq!(read.column("booking_date"), booked);
    assert_eq!(read.column("value_date")[..2], ["2026-12-30", "2027-01-02"]);
    assert_eq!(read.column("type_code"), ["NTRF", "FMSC", "NTRF", "NTRF", "S051", "N192"]);
    assert_eq!(read.column("reference"), ["REF-1", "", "", "", "", ""]);
    assert_eq!(read.column("line_id"), ["BANK-1", "", "B3", "", "", ""]);
    assert_eq!(read.column("description")[..4], ["Supplementary", "", "REVERSAL", "REVERSAL"]);
    assert_eq!(read.places[1..], [5, 7, 8, 9, 10, 11]);
    assert_eq!(read.codes(), []);
}

#[test]
fn german_details_go_where_they_belong() {
    // The second subfield of the purpose is full (27 characters) and goes on in the third.
    let body = "\
:61:2610301030CR119,00NTRFKREF+//B1
:86:166?00GUTSCHRIFT?109251?20EREF+RG-2026-0815?21SVWZ+RECHNUNG 700230-34 VOM?22 30.10.2026?30DRESDEFFXXX?31DE1450
8800500194785000?32MUELLER & SOEHNE GMBH UND C?33O KG?34000";
    let read = lines(Mt940, &around("C261030EUR0,", body, "C261030EUR119,00"));
    assert_eq!(read.column("end_to_end_id"), ["RG-2026-0815"]);
    assert_eq!(read.column("counterparty_name"), ["MUELLER & SOEHNE GMBH UND CO KG"]);
    assert_eq!(read.column("counterparty_account"), ["DE14508800500194785000"]);
    assert_eq!(read.column("type_code"), ["NTRF+166"]);
    let text = "GUTSCHRIFT EREF+RG-2026-0815 SVWZ+RECHNUNG 700230-34 VOM 30.10.2026 ?34 000";
    assert_eq!(read.column("description"), [text]);
    // Another mark in front of the subfields; an old account number keeps its bank.
    let old = body.replace('?', ">").replace("DE1450\n8800500194785000", "0084756").replace("DRESDEFFXXX", "50060400");
    let read = lines(Mt940, &around("C261030EUR0,", &old, "C261030EUR119,00"));
    assert_eq!(read.column("counterparty_account"), ["50060400/0084756"]);
    assert_eq!(read.column("end_to_end_id"), ["RG-2026-0815"]);
}

#[test]
fn a_number_that_is_cut_between_subfields_stays_whole() {
    let first = "RECHNUNGEN 2026-100 2026-10";
    assert_eq!(first.chars().count(), 27);
    let body = format!(":61:261030C1,NTRF\n:86:051?20{first}?211 2026-102?22SKONTO");
    let read = lines(Mt940, &around("C261030EUR0,", &body, "C261030EUR1,"));
    assert_eq!(read.column("description"), ["RECHNUNGEN 2026-100 2026-101 2026-102 SKONTO"]);
}

#[test]
fn details_in_slashes_and_plain_text_are_read() {
    let body = "\
:61:261030C1,NTRF
:86:/EREF/E2E 4711/BENM//NAME/JANSEN BV/REMI/INV 42/2026/ISDT/2026-10-30
:61:261030C1,NTRF
:86:/CNTP/NL71RABO0123456789/RABONL2U/PIETERSEN///REMI/USTD//HUUR OKT/
:61:261030C1,NTRF
:86:Plain text of a bank
that wraps
:86:and goes on in a second tag
:61:261030C1,NTRF";
    let read = lines(Mt940, &around("C261030EUR0,", body, "C261030EUR4,"));
    assert_eq!(read.column("end_to_end_id"), ["E2E 4711", "", "", ""]);
    assert_eq!(read.column("counterparty_name"), ["JANSEN BV", "PIETERSEN", "", ""]);
    assert_eq!(read.column("counterparty_account")[1], "NL71RABO0123456789");
    assert!(read.column("description")[0].contains("REMI/INV 42/2026"));
    assert_eq!(read.column("description")[2], "Plain text of a bank that wraps and goes on in a second tag");
}

#[test]
fn pages_become_one_statement() {
    let page = |number: &str, open: &str, line: &str, close: &str| {
        format!(":20:S\n:25:4711\n:28C:5/{number}\n:60{open}\n{line}\n:62{close}\n-\n")
    };
    let first = page("1", "F:C261030EUR10,", ":61:261030C5,NTRF", "M:C261030EUR15,");
    let second = page("2", "M:C261030EUR15,", ":61:261030D1,NTRF", "M:C261030EUR14,");
    let last = page("3", "M:C261030EUR14,", ":61:261030C6,NTRF", "F:C261030EUR20,");
    let whole = format!("{first}{second}{last}");
    let read = balances(Mt940, &whole);
    assert_eq!(read.rows[1..], [["4711", "2026-10-30", "10.00", "20.00", "EUR", "5"].map(str::to_owned)]);
    assert_eq!(read.proofs(), [proof("10.00", "10.00", "20.00", Some(true))]);
    assert_eq!(read.codes(), []);
    assert_eq!(lines(Mt940, &whole).column("amount"), ["5.00", "-1.00", "6.00"]);
    // A page in the middle, at the start and at the end that is missing.
    assert_eq!(lines(Mt940, &format!("{first}{last}")).codes(), [("T1407", 11), ("T1405", 13)]);
    assert_eq!(lines(Mt940, &format!("{second}{last}")).codes(), [("T1407", 1)]);
    assert_eq!(lines(Mt940, &format!("{first}{second}")).codes()[0].0, "T1407");
    // A page that does not tie by itself is told by its own line.
    let wrong = whole.replace("D1,NTRF", "D2,NTRF").replace("C6,NTRF", "C7,NTRF");
    assert_eq!(lines(Mt940, &wrong).codes(), [("T1405", 13)]);
    assert_eq!(lines(Mt940, &wrong).proofs()[0].3, Some(true));
}

#[test]
fn a_statement_that_does_not_tie_is_told_with_the_difference() {
    let text = around("C261030EUR100,00", ":61:261030C4500,00NTRF", "C261031EUR4500,00");
    let read = lines(Mt940, &text);
    assert_eq!(read.codes(), [("T1405", 6)]);
    let message = &read.tail.notes[0].message;
    assert!(message.contains("10020030/4711, statement 17, 2026-10-31"), "{message}");
    assert!(message.ends_with("give 4600.00, the closing balance is 4500.00: a difference of -100.00"), "{message}");
}

#[test]
fn statements_that_do_not_follow_each_other_are_told() {
    let first = around("C261030EUR0,", ":61:261030C5,NTRF", "C261030EUR5,");
    let next = first.replace("17/1", "19/1").replace("60F:C261030EUR0,", "60F:C261101EUR6,").replace("EUR5,", "EUR11,");
    assert_eq!(lines(Mt940, &format!("{first}{next}")).codes(), [("T1407", 11)]);
    // The same statement twice doubles its lines. Two like lines in one statement are two lines.
    let codes = lines(Mt940, &format!("{first}{first}")).codes();
    assert_eq!(codes, [("T1407", 11), ("T1410", 8)]);
    let like = around("C261030EUR0,", ":61:261030C5,NTRF\n:61:261030C5,NTRF", "C261030EUR10,");
    assert_eq!((lines(Mt940, &like).rows.len(), lines(Mt940, &like).codes()), (3, vec![]));
}

#[test]
fn interim_reports_have_lines_and_sums_and_no_balances() {
    let text = ":20:R\n:25:4711\n:28C:1/1\n:34F:EUR0,\n:13D:2610301400+0100\n\
        :61:2610301030D2,30NTRF\n:61:261030C5,NTRF\n:61:261030EC9,NTRF\n:86:expected\n\
        :90D:1EUR2,30\n:90C:1EUR5,\n-\n";
    let read = lines(Mt940, text);
    assert_eq!(read.column("amount"), ["-2.30", "5.00"]);
    assert_eq!(read.column("currency"), ["EUR", "EUR"]);
    assert_eq!(read.proofs(), [proof("-", "2.70", "-", None)]);
    assert_eq!(read.codes(), [("T1412", 1), ("T1408", 8)]);
    let wrong = text.replace(":61:261030EC9,NTRF\n:86:expected\n", "").replace(":90D:1EUR2,30", ":90D:2EUR2,40");
    let failed = lines(Mt940, &wrong).failed();
    assert_eq!(failed, ["4711, statement 1: number of debits (:90D:)", "4711, statement 1: sum of debits (:90D:)"]);
    let options = crate::load::part::PartOptions { table: "bank_balances".to_owned(), ..Default::default() };
    let bytes = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
    let none = crate::load::parts::read(Mt940, bytes, "x", &options, &Default::default(), &mut |_| true);
    assert_eq!(none.expect_err("a refusal").findings[0].code, "T1411");
}

#[test]
fn envelopes_and_lines_around_a_message_are_no_part_of_it() {
    let body = around("C261030EUR0,", ":61:261030C5,NTRF\n:86:a\n-\nb", "C261030EUR5,");
    let plain = lines(Mt940, &body);
    assert_eq!(plain.column("description"), ["a - b"], "a dash inside of a text is text");
    let swift = format!("{{1:F01BANKDEFFXXXX0000000000}}{{2:I940X}}{{4:\n{}}}{{5:}}\n", body.trim_end());
    assert_eq!(lines(Mt940, &swift).rows[1..], plain.rows[1..]);
    let joined = format!("{{1:F01BANKDEFFXXXX0000000000}}{{2:I940X}}{{4:{}", body);
    assert_eq!(lines(Mt940, &joined).rows[1..], plain.rows[1..]);
    let dutch = format!("ABNANL2A\n940\nABNANL2A\n{body}ABNANL2A\n940\n");
    assert_eq!(lines(Mt940, &dutch).rows[1..], plain.rows[1..]);
    // A tag that nobody knows stays with its line.
    let odd = body.replace("\n:62F", "\n:12:11 x\n:62F");
    assert_eq!(lines(Mt940, &odd).column("description"), ["a - b :12: 11 x"]);
    assert_eq!(lines(Mt940, &odd).codes(), [("T1409", 9)]);
}

#[test]
fn what_cannot_be_read_safely_is_refused_with_its_line() {
    let refused = |line: &str| {
        let (code, at, message) = refusal(Mt940, around("C261030EUR0,", line, "C261030EUR5,"));
        (code, at, message.split(" of the line").next().unwrap_or_default().to_owned())
    };
    assert_eq!(refused(":61:260230C5,NTRF"), ("T1403", 5, "position 1".to_owned()), "30 February");
    assert_eq!(refused(":61:2610301332C5,NTRF"), ("T1403", 5, "position 7".to_owned()));
    assert_eq!(refused(":61:261030X5,NTRF"), ("T1403", 5, "position 7".to_owned()));
    assert_eq!(refused(":61:261030C500NTRF"), ("T1403", 5, "position 8".to_owned()), "no decimal comma");
    assert_eq!(refused(":61:261030C5.00NTRF").0, "T1403");
    assert_eq!(refused(":61:261030C5,00").0, "T1403");
    assert_eq!(refused(":61:").0, "T1403");
    assert_eq!(refused(":61:261030\u{e9}\u{e9}5,").0, "T1403");
    assert_eq!((refused(":25:999").0, refused(":25:999").1), ("T1401", 5), "another account in the middle");
    assert_eq!(refused(":60F:C261030EUR0,").0, "T1401");
    let whole = around("C261030EUR0,", ":61:261030C5,NTRF", "C261030EUR5,");
    let without = |line: &str| refusal(Mt940, whole.replace(line, "")).0;
    assert_eq!(without(":25:10020030/4711\n"), "T1401");
    assert_eq!(without(":60F:C261030EUR0,\n"), "T1401");
    assert_eq!(without(":62F:C261030EUR5,\n"), "T1402");
    assert_eq!(refusal(Mt940, whole.replace("62F:C261030EUR", "62F:C261030USD")).0, "T1401");
    assert_eq!(refusal(Mt940, whole.replace("60F:C", "60F:X")).0, "T1403");
}

#[test]
fn other_encodings_are_asked_for_and_never_guessed_inside() {
    let text = around("C261030EUR0,", ":61:261030C5,NTRF\n:86:M\u{fc}ller", "C261030EUR5,");
    let latin: Vec<u8> = text.chars().map(|c| c as u8).collect();
    let (code, line, _) = refusal(Mt940, latin);
    assert_eq!((code, line), ("T1003", 6));
    assert_eq!(lines(Mt940, &text).column("description"), ["M\u{fc}ller"]);
}

#[test]
fn an_account_without_bookings_is_a_statement() {
    let text = ":20:S\n:25:1\n:28C:1\n:60F:C990228EUR1,\n:62F:C000229EUR1,\n";
    let read = lines(Mt940, text);
    assert_eq!((read.rows.len(), read.proofs()), (1, vec![proof("1.00", "0.00", "1.00", Some(true))]));
    assert_eq!(balances(Mt940, text).column("date"), ["2000-02-29"]);
}
