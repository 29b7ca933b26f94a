//! Cash: every receipt of a demo gets its cause, its deduction and its documents; what is confirmed is right.

use super::rows;
use crate::support::{Row, rows_of};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use tieout::close::Run;

type Allocation = (String, String, String);

fn allocation(row: &Row) -> Allocation {
    let amount = row["amount"].trim_end_matches('0').trim_end_matches('.').to_owned();
    (row["receipt_id"].clone(), row["invoice_id"].clone(), amount)
}

/// Asserts that research says what the labels say, and what *confirmed* promises.
#[track_caller]
pub fn assert_researched(run: &Run, folder: &Path, what: &str) {
    let labels = rows_of(&folder.join("truth/receipts.csv"));
    let truth: BTreeSet<Allocation> = rows_of(&folder.join("truth/allocations.csv")).iter().map(allocation).collect();
    let unapplied = rows(run, "unapplied");
    let causes: BTreeMap<&str, &str> =
        unapplied.iter().map(|row| (row["receipt_id"].as_str(), row["cause_code"].as_str())).collect();
    for label in &labels {
        let found = causes.get(label["receipt_id"].as_str()).copied();
        assert_eq!(found, Some(label["cause"].as_str()), "{what}: {label:?}");
    }
    assert_eq!(causes.len(), labels.len(), "{what}: every open receipt has a label");

    let all = rows(run, "allocations");
    let (posted, proposed): (Vec<&Row>, Vec<&Row>) = all.iter().partition(|row| row["status"] == "posted");
    let posted: BTreeSet<Allocation> = posted.into_iter().map(allocation).collect();
    let found: BTreeSet<Allocation> = proposed.iter().copied().map(allocation).collect();
    for row in proposed.iter().filter(|row| row["status"] == "confirmed") {
        assert!(truth.contains(&allocation(row)), "{what}: confirmed and wrong: {row:?}");
    }
    let open: BTreeSet<&str> = labels.iter().map(|label| label["receipt_id"].as_str()).collect();
    let asked = truth.iter().filter(|row| open.contains(row.0.as_str()) && !posted.contains(*row));
    let missed: Vec<&Allocation> = asked.filter(|row| !found.contains(*row)).collect();
    assert!(missed.is_empty(), "{what}: not found: {missed:?}");
    let wrong: Vec<&Allocation> = found.difference(&truth).collect();
    assert!(wrong.is_empty(), "{what}: proposed and wrong: {wrong:?}");

    let short = |row: &Row, amount: &str, code: &str| {
        (
            row["receipt_id"].clone(),
            row[code].clone(),
            row[amount].trim_end_matches('0').trim_end_matches('.').to_owned(),
        )
    };
    let planted: BTreeSet<_> = labels
        .iter()
        .filter(|row| !row["short_pay_code"].is_empty())
        .map(|row| short(row, "short_amount", "short_pay_code"))
        .collect();
    let told: BTreeSet<_> = proposed
        .iter()
        .filter(|row| !row["short_pay_code"].is_empty())
        .map(|row| short(row, "short_pay", "short_pay_code"))
        .collect();
    assert_eq!(told, planted, "{what}");
    assert_promised(&unapplied, &proposed, &rows(run, "open_items"), what);
}

/// What *confirmed* promises, proved from the tables alone: whole amounts, one entity and currency, and no document
/// for more than is open.
#[track_caller]
fn assert_promised(unapplied: &[Row], proposed: &[&Row], open_items: &[Row], what: &str) {
    let cents = |text: &str| super::cents(text);
    let mut used: BTreeMap<(&str, &str), i64> = BTreeMap::new();
    let mut paid: BTreeMap<&str, i64> = BTreeMap::new();
    for row in proposed.iter().filter(|row| row["status"] == "confirmed") {
        *used.entry((&row["entity"], &row["invoice_id"])).or_default() += cents(&row["amount"]);
        *paid.entry(&row["receipt_id"]).or_default() += cents(&row["amount"]);
        assert_eq!((row["alternatives"].as_str(), row["short_pay"].as_str()), ("0", ""), "{what}: {row:?}");
        assert_eq!(row["confidence"], "1.00", "{what}");
    }
    assert!(!paid.is_empty(), "{what}: something is confirmed");
    for (receipt, amount) in paid {
        let row = unapplied.iter().find(|row| row["receipt_id"] == receipt).expect("an open receipt");
        assert_eq!(cents(&row["open_amount"]), amount, "{what}: {receipt} is applied as a whole");
    }
    for ((entity, invoice), amount) in used {
        let of = open_items.iter().filter(|row| row["entity"] == entity && row["item_id"] == invoice);
        let open: i64 = of.map(|row| cents(&row["document_open_amount"])).sum();
        assert!(amount <= open, "{what}: {invoice} is open for {open}, and gets {amount}");
    }
}
