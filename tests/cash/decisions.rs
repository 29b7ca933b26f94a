//! What people decide about cash is remembered, carried, never overwritten, and never goes against the books.

use super::{close_of, expect, invoice, receipt};
use crate::runs::typed::type_into;
use crate::support::Close;

/// Two invoices of one amount: which of them is paid nobody can tell.
fn ambiguous() -> String {
    invoice("INV-1001", "C1", "2026-09-01", "50.00")
        + &invoice("INV-1002", "C1", "2026-09-02", "50.00")
        + &receipt("R1", "C1", "50.00", "thank you")
}

fn memory(close: &Close) -> String {
    std::fs::read_to_string(close.at("memory.toml")).expect("memory.toml")
}

#[test]
fn an_accepted_answer_is_proposed_and_a_refused_one_is_not() {
    let close = close_of(&ambiguous(), &[]);
    close.close().with(0);
    expect(&close, &[("R1", "C03", "suggested", "INV-1001")]);
    assert!(!close.at("memory.toml").exists(), "nothing was decided");
    close.write("memory.toml", "[[decision]]\nreceipt = \"R1\"\ninvoices = [\"INV-1001\"]\ndecision = \"refused\"\n");
    close.close().with(0);
    assert_ne!(super::said(&close, "R1")[2], "INV-1001", "a refused answer does not come back");
    let accepted = "# ours\n[[decision]]\nreceipt = \"R1\"\ninvoices = [\"INV-1002\"]\ndecision = \"accepted\"\n";
    close.write("memory.toml", accepted);
    close.close().with(0);
    expect(&close, &[("R1", "C03", "suggested", "INV-1002")]);
    assert_eq!(memory(&close), accepted, "a run never changes what stands there");
    let row = close.result("allocations").into_iter().next().expect("an allocation");
    assert_eq!((row["rule"].as_str(), row["confidence"].as_str()), ("accepted_by_person", "1.00"));
}

#[test]
fn a_decision_that_the_books_contradict_is_told_and_not_followed() {
    let items = ambiguous().replace(
        "INV-1002,invoice,C1,2026-09-02,2026-12-01,USD,50.00,50.00",
        "INV-1002,invoice,C1,2026-09-02,2026-12-01,USD,50.00,0.00",
    );
    let close = close_of(&items, &[]);
    close.write("memory.toml", "[[decision]]\nreceipt = \"R1\"\ninvoices = [\"INV-1002\"]\ndecision = \"accepted\"\n");
    close.close().with(0).says(&["T3601", "INV-1002"]);
    expect(&close, &[("R1", "C03", "suggested", "INV-1001")]);
    close.write("memory.toml", "[[decision]]\nreceipt = \"R1\"\ndecision = \"perhaps\"\n");
    close.close().with(2).says(&["T3603", "memory.toml"]);
}

#[test]
fn what_is_typed_into_the_sheet_is_remembered_once() {
    let close = close_of(&ambiguous(), &[]);
    close.close().with(0);
    let workpaper = "out/2026-10/workpaper.xlsx";
    type_into(&close, workpaper, "Unapplied cash", "R1", &[("Decision", "Accepted"), ("Note", "per phone")]);
    close.close().with(0);
    let text = memory(&close);
    assert!(text.contains("receipt = \"R1\"") && text.contains("INV-1001") && text.contains("per phone"), "{text}");
    let row = close.result("unapplied").into_iter().next().expect("the receipt");
    assert_eq!((row["decision"].as_str(), row["note"].as_str()), ("Accepted", "per phone"));
    close.close().with(0);
    assert_eq!(memory(&close), text, "once is enough");
    let row = close.result("unapplied").into_iter().next().expect("the receipt");
    assert_eq!((row["decision"].as_str(), row["note"].as_str()), ("Accepted", "per phone"));
}

#[test]
fn an_alias_makes_a_payer_known_and_is_learned_from_an_accepted_answer() {
    let items = invoice("INV-1001", "C1", "2026-09-01", "50.00")
        + "US01,R1,receipt,,2026-10-20,,USD,-50.00,-50.00,,INV-1001,KAY,ACC-55,,,,\n";
    let close = close_of(&items, &[]);
    close.close().with(0);
    expect(&close, &[("R1", "C01", "suggested", "INV-1001")]);
    type_into(&close, "out/2026-10/workpaper.xlsx", "Unapplied cash", "R1", &[("Decision", "Accepted")]);
    close.close().with(0);
    let text = memory(&close);
    assert!(text.contains("[[alias]]") && text.contains("payer_account = \"ACC-55\""), "{text}");
    // Without the decision the alias is the second witness.
    close.write("memory.toml", "[[alias]]\npayer_account = \"ACC-55\"\ncustomer = \"C1\"\n");
    std::fs::remove_dir_all(close.at("out")).expect("gone");
    close.close().with(0);
    expect(&close, &[("R1", "C02", "confirmed", "INV-1001")]);
}

#[test]
fn what_needed_nobody_stays_as_it_was_when_it_is_accepted() {
    let items = invoice("INV-1001", "C1", "2026-09-01", "50.00")
        + &invoice("INV-1002", "C1", "2026-09-02", "80.00")
        + &receipt("R1", "C1", "50.00", "INV-1001")
        + &receipt("R2", "C1", "70.00", "INV-1002");
    let close = close_of(&items, &[]);
    close.close().with(0);
    let wanted = [("R1", "C00", "confirmed", "INV-1001"), ("R2", "C13", "suggested", "INV-1002")];
    expect(&close, &wanted);
    let told = |close: &Close| -> Vec<String> {
        close.result("unapplied").iter().map(|row| row["explanation"].clone()).collect()
    };
    let before = told(&close);
    for receipt in ["R1", "R2"] {
        type_into(&close, "out/2026-10/workpaper.xlsx", "Unapplied cash", receipt, &[("Decision", "Accepted")]);
    }
    close.close().with(0);
    expect(&close, &wanted);
    assert_eq!(told(&close), before, "cause and explanation stay");
    let rules: Vec<String> = close.result("allocations").iter().map(|row| row["rule"].clone()).collect();
    assert_eq!(rules, ["reference_exact", "accepted_by_person"]);
}

#[test]
fn a_refusal_is_said_and_can_be_taken_back() {
    let items = invoice("INV-1001", "C1", "2026-09-01", "50.00") + &receipt("R1", "C1", "50.00", "INV-1001");
    let close = close_of(&items, &[]);
    close.close().with(0);
    let workpaper = "out/2026-10/workpaper.xlsx";
    type_into(&close, workpaper, "Unapplied cash", "R1", &[("Decision", "Refused")]);
    close.close().with(0);
    let row = close.result("unapplied").remove(0);
    let wanted = ["Nothing else fits than what was refused: INV-1001", "Refused", ""];
    assert_eq!([&row["explanation"], &row["decision"], &row["proposed_invoice_ids"]], wanted);
    type_into(&close, workpaper, "Unapplied cash", "R1", &[("Decision", "Accepted")]);
    close.close().with(0);
    expect(&close, &[("R1", "C00", "confirmed", "INV-1001")]);
    assert!(memory(&close).contains("accepted"), "{}", memory(&close));
    // Without a document there is nothing to accept.
    let close = close_of(&receipt("R1", "C1", "50.00", "thank you"), &[]);
    close.close().with(0);
    type_into(&close, workpaper, "Unapplied cash", "R1", &[("Decision", "Accepted")]);
    close.close().with(0).says(&["T3605", "its row proposes no document"]);
}
