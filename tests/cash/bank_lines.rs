//! The line of the bank behind a receipt, where no reference leads to it.

use super::{close_of, expect, invoice, receipt};
use crate::support::Close;

const GL: &str = "entity,account,journal_id,posting_date,document_id,description,amount\n";
const BANK: &str = "bank_account,line_id,booking_date,currency,amount,description,reference,counterparty_name,\
                    counterparty_account\n";

/// A close of a register, the cash account's lines (journal, day, document, amount) and the bank's (number, day,
/// amount, text, name, account).
fn close_with(items: &str, gl: &[&str], bank: &[&str], more: &[(&str, &str)]) -> Close {
    let gl: String = gl.iter().map(|line| line.split(',').collect::<Vec<_>>()).fold(GL.to_owned(), |text, line| {
        text + &format!("US01,1010,{},{},{},,{}\n", line[0], line[1], line[2], line[3])
    });
    let bank: String =
        bank.iter().map(|line| line.split(',').collect::<Vec<_>>()).fold(BANK.to_owned(), |text, line| {
            text + &format!("77,{},{},USD,{},{},,{},{}\n", line[0], line[1], line[2], line[3], line[4], line[5])
        });
    let mut tables = vec![("gl_lines", gl.as_str()), ("bank_lines", bank.as_str())];
    tables.extend(more);
    let close = close_of(items, &tables);
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("the configuration");
    let bank = "\n[[bank]]\nbank_account = \"7 7\"\nentity = \"US01\"\naccount = \"1010\"\n";
    close.write("close.toml", toml + bank);
    close
}

#[test]
fn what_the_bank_says_speaks_for_a_receipt_that_says_nothing() {
    let mut items: String =
        (1..=6).map(|n| invoice(&format!("INV-{n}0420"), "C1", "2026-09-01", &format!("{n}00.1{n}"))).collect();
    items += &receipt("R1", "C1", "100.11", "");
    // Nobody booked it under a customer, and the bank knows the payer's account: amount and day alone tie the two.
    items += &receipt("R2", "", "200.12", "");
    // A deposit slip of two.
    items += &receipt("R3", "C1", "300.13", "");
    items += &receipt("R4", "C1", "400.14", "");
    // The advice of the payment that the bank names.
    items += &receipt("R5", "C1", "1100.31", "");
    // Two receipts of one amount and day against one line: nothing says whose it is.
    items += &receipt("R7", "C2", "70.70", "");
    items += &receipt("R8", "C1", "70.70", "");
    let gl = [
        "J1,2026-10-20,R1,100.11",
        "J2,2026-10-20,R2,200.12",
        "J3,2026-10-20,R3,300.13",
        "J3,2026-10-20,R4,400.14",
        "J5,2026-10-20,R5,1100.31",
        "J7,2026-10-20,R7,70.70",
        "J8,2026-10-20,R8,70.70",
    ];
    let bank = [
        "B1,2026-10-20,100.11,INV-10420,MULLER,ACC-1",
        "B2,2026-10-21,200.12,INV-20420,MULLER,ACC-1",
        "B3,2026-10-20,700.27,DEPOSIT INV-30420 INV-40420,,",
        "B5,2026-10-20,1100.31,ADVICE 5551,MULLER,ACC-1",
        "B7,2026-10-20,70.70,THANKS,MULLER,ACC-1",
    ];
    let advice = "payment_reference,invoice_reference,amount\nADV5551,INV-50420,500.15\nADV5551,INV-60420,600.16\n";
    let close = close_with(&items, &gl, &bank, &[("remittances", advice)]);
    // The bank's reference of the payment is the advice's.
    let lines = std::fs::read_to_string(close.at("bank_lines.csv")).expect("the lines");
    close.write("bank_lines.csv", lines.replace("ADVICE 5551,,", "THANK YOU,ADV5551,"));
    close.close().with(0);
    expect(
        &close,
        &[
            ("R1", "C00", "confirmed", "INV-10420"),
            ("R2", "C00", "suggested", "INV-20420"),
            ("R3", "C03", "suggested", "INV-30420"),
            ("R4", "C03", "suggested", "INV-40420"),
            ("R5", "C06", "confirmed", "INV-50420; INV-60420"),
            ("R7", "C10", "open", ""),
            ("R8", "C03", "open", ""),
        ],
    );
    let answers: Vec<String> = close
        .result("matches")
        .iter()
        .filter(|row| row["match_id"].starts_with('C'))
        .map(|row| {
            ["rule", "left_ids", "right_ids", "left_amount", "right_amount"].map(|name| &row[name][..]).join(" ")
        })
        .collect();
    assert_eq!(
        answers,
        [
            "reference_exact R1 INV-10420 100.11 100.11",
            "reference_exact R2 INV-20420 200.12 200.12",
            "amount_single R3 INV-30420 300.13 300.13",
            "amount_single R4 INV-40420 400.14 400.14",
            "remittance_listed R5 INV-50420; INV-60420 1100.31 1100.31",
        ]
    );
}

#[test]
fn a_deposit_that_the_register_has_is_not_researched_twice() {
    let mut items = invoice("INV-10420", "C1", "2026-09-01", "100.11")
        + &invoice("INV-20420", "C1", "2026-09-01", "50.00")
        + &invoice("INV-30420", "C1", "2026-09-01", "60.00");
    // In the register, and never posted to the ledger.
    items += &receipt("R1", "C1", "100.11", "");
    // Two of one amount: the one line could be either's.
    items += &receipt("R2", "C1", "50.00", "");
    items += &receipt("R3", "C1", "50.00", "");
    // Of the amount, but a month before the line.
    items += &receipt("R4", "C1", "60.00", "").replace("2026-10-20", "2026-09-10");
    // Of the amount and the day, but another's.
    items += &receipt("R5", "C2", "80.00", "");
    let bank = [
        "B1,2026-10-21,100.11,INV-10420,MULLER,ACC-1",
        "B2,2026-10-20,50.00,INV-20420,MULLER,ACC-1",
        "B4,2026-10-20,60.00,INV-30420,MULLER,ACC-1",
        "B5,2026-10-20,80.00,THANKS,MULLER,ACC-1",
    ];
    let close = close_with(&items, &["J9,2026-10-01,,1.00"], &bank, &[]);
    close.close().with(0);
    let mut listed: Vec<String> = close.result("unapplied").iter().map(|row| row["receipt_id"].clone()).collect();
    listed.sort();
    assert_eq!(listed, ["B2", "B4", "B5", "R1", "R2", "R3", "R4", "R5"]);
    expect(&close, &[("R1", "C00", "confirmed", "INV-10420"), ("B4", "C00", "confirmed", "INV-30420")]);
    let open = close.result("reconciling_items").iter().filter(|row| row["cause_code"] == "B12").count();
    assert_eq!(open, 4, "the books lack them all the same");
}

#[test]
fn what_a_line_says_proves_nothing_where_another_receipt_could_have_brought_it() {
    // C9 pays for C2 too: with the texts exchanged both would be confirmed for the wrong document.
    let invoices =
        invoice("INV-700101", "C9", "2026-09-01", "500.00") + &invoice("INV-700102", "C9", "2026-09-01", "500.00");
    let of =
        |id: &str, day: &str, payer: &str| format!("US01,{id},receipt,C9,{day},,USD,-500.00,-500.00,,,{payer},,,,,\n");
    for (days, gl, lines) in [
        (["2026-10-20", "2026-10-20"], ["2026-10-20", "2026-10-20"], ["2026-10-20", "2026-10-20"]),
        (["2026-10-19", "2026-10-20"], ["2026-10-19", "2026-10-20"], ["2026-10-21", "2026-10-22"]),
    ] {
        let gl = [format!("J1,{},R1,500.00", gl[0]), format!("J2,{},R2,500.00", gl[1])];
        let gl: Vec<&str> = gl.iter().map(String::as_str).collect();
        let bank = |names: [&str; 2]| {
            [
                format!("B1,{},500.00,PAY INV-700102,{},", lines[0], names[0]),
                format!("B2,{},500.00,PAY INV-700101,{},", lines[1], names[1]),
            ]
        };
        let closed = |payers: [&str; 2], names: [&str; 2]| {
            let items = invoices.clone() + &of("R1", days[0], payers[0]) + &of("R2", days[1], payers[1]);
            let bank = bank(names);
            let close = close_with(&items, &gl, &[&bank[0], &bank[1]], &[]);
            close.close().with(0);
            close
        };
        let close = closed(["", ""], ["", ""]);
        for receipt in ["R1", "R2"] {
            assert_ne!(super::said(&close, receipt)[1], "confirmed", "{receipt} {days:?}");
        }
        let matched: Vec<[String; 3]> = close
            .result("matches")
            .iter()
            .filter(|row| row["match_id"].starts_with('B'))
            .map(|row| ["left_ids", "right_ids", "difference"].map(|name| row[name].clone()))
            .collect();
        assert_eq!(matched, [["R1; R2", "B1; B2", "0.00"]], "nothing is missing, and nothing says which is which");
        // A name that one row of each side has decides, whatever the order.
        let close = closed(["ZETA PUMPS", "OMEGA"], ["OMEGA", "ZETA PUMPS"]);
        expect(&close, &[("R1", "C00", "confirmed", "INV-700101"), ("R2", "C00", "confirmed", "INV-700102")]);
    }
}
