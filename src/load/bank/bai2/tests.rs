//! BAI2: continuations, funds types, sides, control totals.

use crate::load::bank::tests::{balances, lines, proof, refusal};
use crate::load::kind::FileKind::Bai2;

/// Two accounts in one group; every funds type; a text with commas and slashes; totals that agree.
const GOOD: &str = "\
01,BANK,CUST,261031,0600,1,,,2/
02,CUST,BANK,1,261030,2359,USD,2/
03,000123,,010,100000,,,015,+97550,,,100,5550,4/
88,S,1000,4550,0,400,8000,2,V,261031,,072/
88,99,,D,2,0,50,1,49/
16,195,2500,V,261102,1200,WIRE1,CUST1,FROM ACME, INC 08/18/26 INV 7
88,PART TWO, WITH A COMMA
16,142,1000,S,100,900,0,,,/
16,175,2000,D,2,0,500,1,1500,DEP1/
88,,CHECKS 1/
16,115,50,0,,,/
16,475,7000,Z,CHK,0042,/
16,698,1000,,,,FEE
16,890,,,,,NOTICE ONLY/
49,224749,13/
03,JPY9,JPY,010,5000,,,015,4000,,/
16,455,1000,,,,RENT/
49,10000,3/
98,234749,2,18/
99,234749,1,20/
";

#[test]
fn records_become_lines_to_the_cent() {
    let read = lines(Bai2, GOOD);
    assert_eq!(read.failed(), [""; 0], "{:?}", read.tail.controls);
    assert_eq!(
        read.proofs(),
        [proof("1000.00", "-24.50", "975.50", Some(true)), proof("5000.00", "-1000.00", "4000.00", Some(true))]
    );
    assert_eq!(read.column("amount"), ["25.00", "10.00", "20.00", "0.50", "-70.00", "-10.00", "-1000.00"]);
    assert_eq!(read.column("bank_account")[5..], ["000123", "JPY9"]);
    assert_eq!(read.column("currency")[5..], ["USD", "JPY"]);
    assert_eq!(read.column("booking_date")[0], "2026-10-30");
    assert_eq!(read.column("value_date"), ["2026-11-02", "", "", "", "", "", ""]);
    assert_eq!(read.column("type_code")[..2], ["195", "142"]);
    assert_eq!(read.column("description")[0], "FROM ACME, INC 08/18/26 INV 7 PART TWO, WITH A COMMA");
    assert_eq!(read.column("description")[2], "CHECKS 1");
    assert_eq!(read.column("line_id"), ["WIRE1", "", "DEP1", "", "CHK", "", ""]);
    assert_eq!(read.column("reference"), ["CUST1", "", "", "", "0042", "", ""]);
    assert_eq!(read.places[1..], [6, 8, 9, 11, 12, 13, 17]);
    assert_eq!(read.codes(), [("T1408", 14)]);
}

#[test]
fn its_successor_is_read_like_it() {
    // ASC X9.121 calls itself version 3; the originator may be blank.
    let text = GOOD.replacen(",2/", ",3/", 1).replacen("02,CUST,BANK", "02,,BANK", 1);
    assert_eq!(lines(Bai2, &text).rows, lines(Bai2, GOOD).rows);
    assert!(
        super::is_start("01,bank,cust,261031,0600,1,,,3/\n") && !super::is_start("01,bank,cust,261031,0600,1,,,4/\n")
    );
}

#[test]
fn balances_are_of_the_groups_day() {
    let read = balances(Bai2, GOOD);
    assert_eq!(read.rows[1], ["000123", "2026-10-30", "1000.00", "975.50", "USD", ""]);
    assert_eq!(read.rows[2], ["JPY9", "2026-10-30", "5000.00", "4000.00", "JPY", ""]);
}

#[test]
fn each_wrong_count_and_total_is_told_where_it_stands() {
    let wrong = |from: &str, to: &str| lines(Bai2, &GOOD.replace(from, to));
    for (from, to, expected) in [
        ("49,224749,13/", "49,224749,12/", "000123, 2026-10-30: account trailer (49): records"),
        ("98,234749,2,18/", "98,234749,3,18/", "group trailer (98), line 19: members"),
        ("99,234749,1,20/", "99,234749,1,21/", "file trailer (99): records"),
        ("99,234749,1,20/", "99,234740,1,20/", "file trailer (99): control total"),
        ("100,5550,4/", "100,5550,5/", "000123, 2026-10-30: number of credits in the summary = lines"),
    ] {
        assert_eq!(wrong(from, to).failed(), [expected], "{to}");
    }
    // An account's own total that is wrong is told once, not in each level above it.
    let read = wrong("49,10000,3/", "49,10001,3/");
    assert_eq!(
        read.failed(),
        ["JPY9, 2026-10-30: account trailer (49): control total", "group trailer (98), line 19: control total"]
    );
    // A line that is missing: the statement does not tie, nor does any count.
    let read = wrong("16,115,50,0,,,/\n", "");
    assert_eq!(read.proofs()[0].3, Some(false));
    assert_eq!(read.codes()[0], ("T1405", 3));
    assert_eq!(read.failed().len(), 6, "{:?}", read.failed());
}

#[test]
fn a_summary_without_its_lines_does_not_pass() {
    let text = "01,B,C,261031,0600,1,,,2/\n02,C,B,1,261030,,USD,2/\n\
        03,1,,010,100,,,015,300,,,100,200,1,/\n49,600,2/\n98,600,1,4/\n99,600,1,6/\n";
    let read = lines(Bai2, text);
    assert_eq!(read.rows.len(), 1);
    assert_eq!(read.proofs(), [proof("1.00", "0.00", "3.00", Some(false))]);
    assert_eq!(read.failed().len(), 2);
}

#[test]
fn records_in_one_line_and_lines_broken_in_two_are_put_right() {
    let text = "01,B,C,261031,0600,1,,,2/   02,C,B,1,261030,,USD,2/\n\
        03,1,,010,100,,,015,350,,/ 16,142,250,Z,,,ACH PAYMENT  16,000 UNITS   \n  OF 3/ 88,MORE/ 49,700,4/\n\
        98,700,1,6/\n99,700,1,8/\n";
    let read = lines(Bai2, text);
    assert_eq!(read.column("description"), ["ACH PAYMENT 16,000 UNITS OF 3 MORE"]);
    assert_eq!(read.proofs(), [proof("1.00", "2.50", "3.50", Some(true))]);
    assert_eq!(read.failed(), [""; 0]);
    assert_eq!(read.codes(), [("T1413", 1)]);
}

#[test]
fn labels_on_continuations_name_the_other_side() {
    let text = GOOD.replace("88,PART TWO, WITH A COMMA", "88,EREF: E2E-7\n88,DBNM: ACME, INC.\n88,CRNM: US");
    let read = lines(Bai2, &text);
    assert_eq!(read.column("end_to_end_id")[0], "E2E-7");
    assert_eq!(read.column("counterparty_name")[0], "ACME, INC.");
}

#[test]
fn what_cannot_be_read_safely_is_refused_with_its_line() {
    let refused = |from: &str, to: &str| {
        let (code, line, _) = refusal(Bai2, GOOD.replacen(from, to, 1));
        (code, line)
    };
    assert_eq!(refused("49,224749,13/\n", ""), ("T1401", 15), "an account inside of an account");
    assert_eq!(refused("03,000123,", "16,195,1,,,,X/\n03,000123,"), ("T1401", 3), "no account yet");
    assert_eq!(refused("01,BANK", "00,BANK"), ("T1401", 1));
    assert_eq!(refused("16,475,7000", "16,475,70.00"), ("T1403", 12), "no point in an amount");
    assert_eq!(refused("16,475,7000", "16,475,--7000"), ("T1403", 12));
    assert_eq!(refused("16,475,7000", "16,475,"), ("T1403", 12));
    assert_eq!(refused("16,475,7000", "16,721,7000"), ("T1403", 12), "a loan has no side");
    assert_eq!(refused("16,475,7000,Z", "16,475,7000,Q"), ("T1401", 12));
    assert_eq!(refused("16,475,7000,Z", "16,475,7000,D,9999"), ("T1401", 12));
    assert_eq!(refused("1,261030,2359", "1,261330,2359"), ("T1403", 2));
    assert_eq!(refused("V,261102,1200", "V,261131,1200"), ("T1403", 6));
    assert_eq!(refused("99,234749,1,20/\n", ""), ("T1402", 19));
    assert_eq!(refused("99,234749,1,20/\n", "99,234749,1"), ("T1402", 20));
    assert_eq!(refused("16,475,7000", "16,475,1234567890123456789"), ("T1403", 12));
    assert_eq!(refused("03,000123,", "03,,"), ("T1401", 3));
}

#[test]
fn fifteen_digits_and_thousands_of_continuations_are_exact() {
    let more = "88,X\n".repeat(5_000);
    let text = format!(
        "01,B,C,261031,0600,1,,,2/\n02,C,B,1,261030,,USD,2/\n03,1,,010,-999999999999999,,,015,0,,/\n\
            16,195,999999999999999,,,,T\n{more}49,0,5003/\n98,0,1,5005/\n99,0,1,5007/\n"
    );
    let read = lines(Bai2, &text);
    assert_eq!(read.column("amount"), ["9999999999999.99"]);
    assert_eq!(read.column("description")[0].len(), 1 + 2 * 5_000);
    assert_eq!(read.proofs(), [proof("-9999999999999.99", "9999999999999.99", "0.00", Some(true))]);
    assert_eq!(read.failed(), [""; 0]);
}

#[test]
fn a_second_file_may_follow_in_the_same_one() {
    let read = lines(Bai2, &format!("{GOOD}{}", GOOD.replace("261030", "261031")));
    assert_eq!(read.tail.statements.len(), 4);
    assert_eq!(read.failed(), [""; 0]);
    // The same file twice in one: its statements are told to be twins.
    let twice = lines(Bai2, &format!("{GOOD}{GOOD}"));
    assert_eq!(twice.codes().iter().filter(|(code, _)| *code == "T1410").count(), 2);
}
