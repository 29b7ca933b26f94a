//! What is confirmed can be posted without looking: cases in which something contradicts, or something else would fit.

use super::{close_of, expect, invoice, receipt, said};
use crate::support::Close;

/// Invoices of C1, all of one amount, and one receipt of it.
fn equal(numbers: &[&str], memo: &str) -> String {
    let items: String = numbers.iter().map(|number| invoice(number, "C1", "2026-09-01", "500.00")).collect();
    items + &receipt("R1", "C1", "500.00", memo)
}

#[track_caller]
fn closed(items: &str, more: &[(&str, &str)]) -> Close {
    let close = close_of(items, more);
    close.close().with(0);
    close
}

/// Cause and explanation of a receipt.
#[track_caller]
fn told(close: &Close, receipt: &str) -> [String; 2] {
    let row = close.result("unapplied").into_iter().find(|row| row["receipt_id"] == receipt).expect("the receipt");
    ["cause_code", "explanation"].map(|column| row[column].clone())
}

#[test]
fn a_number_that_is_written_out_goes_before_one_that_is_joined() {
    for (numbers, memo) in [
        (["INV-70010", "INV-700105"], "INV-70010 5 Oct"),
        (["INV-70010", "INV-700102"], "\"INV-70010, 2 items\""),
        (["1001", "100115"], "Inv 1001 15 Oct"),
    ] {
        let close = closed(&equal(&numbers, memo), &[]);
        assert_eq!(said(&close, "R1")[1..], ["suggested", numbers[0]], "{memo}");
        // Where the joined number has another amount, nothing else fits.
        let other = equal(&numbers, memo).replacen("500.00,500.00", "501.00,501.00", 2).replacen(
            "501.00,501.00",
            "500.00,500.00",
            1,
        );
        assert_eq!(said(&closed(&other, &[]), "R1")[1..], ["confirmed", numbers[0]], "{memo}");
    }
    let open = equal(&["INV-70010", "INV-700105"], "INV-70010 5 Oct");
    let items = open.replacen("500.00,500.00", "500.00,0.00", 1);
    assert_eq!(said(&closed(&items, &[]), "R1")[1], "suggested", "what is written out is closed");
}

#[test]
fn what_something_settled_after_the_period_end_is_not_confirmed() {
    let open = invoice("INV-70010", "C1", "2026-09-01", "500.00").replace("500.00,500.00", "500.00,0.00");
    let paid = receipt("R1", "C1", "500.00", "INV-70010");
    let later = receipt("R2", "C1", "500.00", "")
        .replace("2026-10-20", "2026-11-03")
        .replace("-500.00,-500.00", "-500.00,0.00");
    let credit = "US01,CM-9,credit_memo,C1,2026-09-10,,USD,-500.00,0.00,,,,,,,,\n";
    let applied = |from: &str| {
        format!("entity,from_item_id,to_item_id,applied_date,amount\nUS01,{from},INV-70010,2026-11-03,500.00\n")
    };
    let close = closed(&(open.clone() + &paid + &later), &[("ar_applications", &applied("R2"))]);
    assert_eq!(said(&close, "R1")[..2], ["C08", "suggested"]);
    assert_eq!(told(&close, "R1")[1], "Pays INV-70010, but R2 settled INV-70010 on 2026-11-03");
    let close = closed(&(open + &paid + credit), &[("ar_applications", &applied("CM-9"))]);
    assert_eq!(said(&close, "R1")[..2], ["C99", "suggested"]);
    // The register alone knows that it was cleared.
    let items = "US01,INV-70010,invoice,C1,2026-09-01,2026-12-01,USD,500.00,0.00,,,,,,,,\n".to_owned() + &paid;
    let close = close_of(&items, &[]);
    let register = std::fs::read_to_string(close.at("ar_items.csv")).expect("the register");
    let dated: Vec<String> = register
        .lines()
        .enumerate()
        .map(|(at, line)| format!("{line},{}", ["cleared_date", "2026-11-03", ""][at.min(2)]))
        .collect();
    close.write("ar_items.csv", dated.join("\n") + "\n");
    close.close().with(0);
    assert_eq!(said(&close, "R1")[1..], ["suggested", "INV-70010"]);
}

#[test]
fn a_payment_that_was_taken_back_pays_nothing() {
    let items = equal(&["INV-70010"], "INV-70010");
    let reversal = "US01,R1R,receipt,C1,2026-10-25,,USD,500.00,500.00,,NSF R1,,,,,,\n";
    let close = closed(&(items.clone() + reversal), &[]);
    assert_eq!(said(&close, "R1"), ["C99", "open", ""]);
    assert_eq!(told(&close, "R1")[1], "R1R of 2026-10-25 takes it back: nothing is left to apply");
    let named = reversal.replace("NSF R1,,,,,,", ",,,,,,R1");
    assert_eq!(said(&closed(&(items.clone() + &named), &[]), "R1"), ["C99", "open", ""]);
    // The next payment takes the place of the first.
    let next = receipt("R2", "C1", "500.00", "INV-70010").replace("2026-10-20", "2026-10-28");
    let close = closed(&(items.clone() + reversal + &next), &[]);
    assert_eq!(said(&close, "R2")[1..], ["confirmed", "INV-70010"]);
    let bank = "bank_account,booking_date,amount,description,reference\n\
                1,2026-10-20,500.00,deposit,PAY7788\n1,2026-10-23,-500.00,RETURNED ITEM NSF,PAY7788\n";
    let booked = items.replace("-500.00,-500.00,,", "-500.00,-500.00,PAY7788,");
    let close = closed(&booked, &[("bank_lines", bank)]);
    assert_eq!(said(&close, "R1"), ["C99", "open", ""]);
    assert!(told(&close, "R1")[1].contains("2026-10-23"), "{:?}", told(&close, "R1"));
}

#[test]
fn witnesses_that_contradict_each_other_are_no_witnesses() {
    let head = "payment_reference,invoice_reference,amount\n";
    let two = equal(&["INV-700101", "INV-700102"], "INV-700101").replace("-500.00,-500.00,,", "-500.00,-500.00,PAY5,");
    let advice = format!("{head}PAY5,INV-700102,500.00\n");
    let close = closed(&two, &[("remittances", &advice)]);
    assert_eq!(said(&close, "R1")[1], "suggested");
    let listed = close.result("cash_candidates");
    let documents: Vec<&str> = listed.iter().map(|row| row["invoice_ids"].as_str()).collect();
    assert!(documents.contains(&"INV-700101") && documents.contains(&"INV-700102"), "{documents:?}");
    // The reference names one, the memo the other.
    let field = equal(&["INV-70010", "INV-70020"], "70010").replace("-500.00,-500.00,,", "-500.00,-500.00,INV-70020,");
    assert_eq!(said(&closed(&field, &[]), "R1")[1], "suggested");
    // Amounts that the advice exchanges.
    let items = invoice("INV-700101", "C1", "2026-09-01", "200.00")
        + &invoice("INV-700102", "C1", "2026-09-01", "300.00")
        + &receipt("R1", "C1", "500.00", "").replace("-500.00,-500.00,,", "-500.00,-500.00,PAY5,");
    let swapped = format!("{head}PAY5,INV-700101,300.00\nPAY5,INV-700102,200.00\n");
    let close = closed(&items, &[("remittances", &swapped)]);
    assert_eq!(said(&close, "R1")[1..], ["suggested", "INV-700101; INV-700102"]);
    let right = format!("{head}PAY5,INV-700101,200.00\nPAY5,INV-700102,300.00\n");
    let close = closed(&items, &[("remittances", &right)]);
    assert_eq!(said(&close, "R1")[1..], ["confirmed", "INV-700101; INV-700102"]);
}

#[test]
fn figures_and_two_steps_of_garbling_are_no_references() {
    for (numbers, memo) in [
        (["INV-50000", "INV-70020"], "amount 500.00"),
        (["INV-20261015", "INV-70020"], "value date 20261015"),
        (["INV-700101", "INV-700555"], "PO 700101"),
        (["INV-70010", "INV-70020"], "customer no 70010"),
        (["INV-7O01", "INV-7001"], "INV-7OO1"),
    ] {
        assert_ne!(said(&closed(&equal(&numbers, memo), &[]), "R1")[1], "confirmed", "{memo}");
    }
    // A letter for a digit, no prefix, and a digit that is missing.
    assert_ne!(said(&closed(&equal(&["INV-70010"], "7O01"), &[]), "R1")[1], "confirmed");
    // The number of a customer, without the word.
    let items = equal(&["INV-70010"], "70010") + &invoice("INV-9001", "70010", "2026-09-01", "1.00");
    assert_ne!(said(&closed(&items, &[]), "R1")[1], "confirmed");
}

#[test]
fn a_range_without_a_prefix_names_all_of_it() {
    let items = invoice("INV-70010", "C1", "2026-09-01", "500.00")
        + &invoice("INV-70011", "C1", "2026-09-01", "300.00")
        + &receipt("R1", "C1", "500.00", "70010-11");
    assert_eq!(said(&closed(&items, &[]), "R1")[1..], ["suggested", "INV-70010"]);
    let both = items.replace("-500.00", "-800.00");
    assert_eq!(said(&closed(&both, &[]), "R1")[1..], ["confirmed", "INV-70010; INV-70011"]);
    assert_eq!(said(&closed(&equal(&["INV-70010", "INV-70011"], "70010/11"), &[]), "R1")[1], "suggested");
}

#[test]
fn of_two_that_are_named_with_money_for_one_either_could_be_meant() {
    let close = closed(&equal(&["INV-70010", "INV-70020"], "INV-70010 or INV-70020"), &[]);
    assert_eq!(said(&close, "R1")[1], "suggested");
    let rows = close.result("allocations");
    assert_eq!((rows.len(), rows[0]["amount"].as_str(), rows[0]["alternatives"].as_str()), (1, "500.00", "1"));
    let head = "payment_reference,invoice_reference,amount\n";
    let advice = format!("{head}PAY5,INV-70010,500.00\nPAY5,INV-70020,500.00\n");
    let items = equal(&["INV-70010", "INV-70020"], "").replace("-500.00,-500.00,,", "-500.00,-500.00,PAY5,");
    let close = closed(&items, &[("remittances", &advice)]);
    assert_eq!(said(&close, "R1")[1], "suggested");
    assert_eq!(close.result("allocations")[0]["alternatives"], "1");
}

#[test]
fn a_document_is_given_away_once_however_many_accept_it() {
    let items = equal(&["INV-70010"], "INV-70010") + &receipt("R2", "C1", "500.00", "INV-70010");
    let decision = |receipt: &str| {
        format!("[[decision]]\nreceipt = \"{receipt}\"\ninvoices = [\"INV-70010\"]\ndecision = \"accepted\"\n")
    };
    let close = close_of(&items, &[]);
    close.write("memory.toml", decision("R2") + &decision("R1"));
    close.close().with(0).says(&["T3601", "another accepted answer has its documents"]);
    expect(&close, &[("R2", "C00", "suggested", "INV-70010"), ("R1", "C08", "open", "")]);
    assert_eq!(told(&close, "R1")[1], "R2 claims the same documents and goes before it");
    // Two receipts of one number: the decision can be about one of them alone.
    let twice = items.replace(",R2,", ",R1,");
    let close = close_of(&twice, &[]);
    close.write("memory.toml", decision("R1"));
    close.close().says(&["T3601"]);
    assert_eq!(close.result("allocations").len(), 1);
}

#[test]
fn what_does_not_fit_is_said_as_it_is() {
    let items = equal(&["INV-70010"], "INV-70010").replace("USD,-500.00", "EUR,-500.00");
    let close = close_of(&items, &[]);
    let rates = "currency,date,rate\nEUR,2026-10-20,1.1\nEUR,2026-10-31,1.1\n";
    close.write("rates.csv", rates);
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("the configuration");
    close.write("close.toml", toml + "\n[[source]]\ntable = \"exchange_rates\"\npath = \"rates.csv\"\n");
    close.close().with(0);
    assert!(told(&close, "R1")[1].contains("INV-70010, which is in USD"), "{:?}", told(&close, "R1"));
    let items = invoice("INV-70010", "C2", "2026-09-01", "500.00")
        + "US01,R1,receipt,,2026-10-20,,USD,-500.00,-500.00,,INV-70010,,ACC-1,,,,\n";
    assert_eq!(told(&closed(&items, &[]), "R1")[1], "Came from account ACC-1 of C1, but names INV-70010 of C2");
}
