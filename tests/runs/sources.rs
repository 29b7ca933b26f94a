//! What a source may say over its profile, through the program.

use crate::support::books::{AR, small_with};

#[test]
fn rows_are_kept_by_value() {
    let register =
        AR.to_owned() + "US01,EST-1,invoice,C1,Muller Tools,2026-10-05,2026-10-05,2026-11-04,USD,9.00,9.00\n";
    let marked: String = register
        .lines()
        .map(|line| {
            let kind = if line.starts_with("entity") {
                "State"
            } else if line.contains("EST") {
                "Draft"
            } else {
                "Open"
            };
            format!("{line},{kind}\n")
        })
        .collect();
    let close = small_with(&marked, "only = { State = [\"Open\"] }");
    close.ties();
    let left_out = close.result("left_out");
    assert_eq!((left_out.len(), left_out[0]["row"].as_str()), (1, "5"));
    // A heading that is not there is no reason to keep everything.
    small_with(&marked, "only = { Status = [\"Open\"] }").close().with(2).says(&["error[T", "Status"]);
}

#[test]
fn a_column_is_read_from_a_part_of_its_cell() {
    let register = AR.replace("INV-", "Invoice / INV-");
    let close = small_with(register, "parts = { item_id = { after = \" / \" } }");
    close.ties();
    let ids: Vec<String> = close.result("open_items").into_iter().map(|row| row["item_id"].clone()).collect();
    assert!(ids.iter().all(|id| id.starts_with("INV-")), "{ids:?}");
}

#[test]
fn a_blank_cell_is_filled_from_its_row() {
    let register = AR.replace(",INV-2,", ",,").replace("C2,Acme,2026-10-13", "INV-2,Acme,2026-10-13");
    let close = small_with(register, "blank = { item_id = [\"{customer_id}\"] }");
    close.ties().says(&["note[T2208]"]);
}

#[test]
fn a_negative_item_is_of_another_type() {
    let register = AR.replace("500.00,500.00", "-500.00,-500.00");
    let close = small_with(register, "negative_types = { invoice = \"credit_memo\" }");
    close.done();
    let of = |id: &str| {
        let rows = close.result("open_items");
        rows.into_iter().find(|row| row["item_id"] == id).map(|row| row["item_type"].clone())
    };
    assert_eq!((of("INV-2").as_deref(), of("INV-1").as_deref()), (Some("credit_memo"), Some("invoice")));
}
