//! The premises of every label, looked up in the files alone by other means than those that wrote them.

use crate::demo::tests::{cents, demo, read};
use crate::demo::{Gl, Options};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

type Row = BTreeMap<String, String>;

const CAUSES: [&str; 20] = [
    "C00", "C01", "C02", "C03", "C04", "C05", "C06", "C07", "C08", "C09", "C10", "C11", "C12", "C13", "C14", "C15",
    "C16", "C17", "C18", "C99",
];
const CODES: [&str; 17] = [
    "S01", "S02", "S03", "S04", "S05", "S06", "S07", "S08", "S09", "S10", "S11", "S12", "S13", "S14", "S15", "S16",
    "S99",
];
const BANK: [&str; 11] = ["B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B09", "B10", "B11"];

/// The files of a demo, by what one looks up in them.
struct Files {
    items: BTreeMap<String, Row>,
    applications: Vec<Row>,
    answers: BTreeMap<String, Vec<(String, i128)>>,
    labels: Vec<Row>,
    remittances: BTreeMap<String, Vec<Row>>,
    customers: BTreeMap<String, Row>,
    bank: Vec<Row>,
    lines: Vec<Row>,
    prices: Vec<Row>,
    disputes: Vec<Row>,
}

impl Files {
    fn read(folder: &Path) -> Files {
        let by = |name: &str, column: &str| -> BTreeMap<String, Row> {
            read(folder, name).into_iter().map(|row| (row[column].clone(), row)).collect()
        };
        let mut answers: BTreeMap<String, Vec<(String, i128)>> = BTreeMap::new();
        for row in read(folder, "truth/allocations.csv") {
            answers
                .entry(row["receipt_id"].clone())
                .or_default()
                .push((row["invoice_id"].clone(), cents(&row["amount"])));
        }
        let mut remittances: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        for row in read(folder, "data/remittances.csv") {
            remittances.entry(row["payment_reference"].clone()).or_default().push(row);
        }
        Files {
            items: by("data/ar_items.csv", "item_id"),
            applications: read(folder, "data/ar_applications.csv"),
            answers,
            labels: read(folder, "truth/receipts.csv"),
            remittances,
            customers: by("data/customers.csv", "customer_id"),
            bank: read(folder, "data/bank_lines.csv"),
            lines: read(folder, "data/invoice_lines.csv"),
            prices: read(folder, "data/prices.csv"),
            disputes: read(folder, "data/disputes.csv"),
        }
    }

    /// The text that came with a receipt: the register's or, where that is cut off, the statement's.
    fn text(&self, receipt: &Row) -> String {
        let line = self.bank.iter().find(|line| line["reference"] == receipt["reference"]);
        if receipt["memo"].is_empty() {
            line.map(|line| line["description"].clone()).unwrap_or_default()
        } else {
            receipt["memo"].clone()
        }
    }

    /// The documents that a receipt names exactly, in its text or its remittance advice.
    fn named(&self, receipt: &Row) -> BTreeSet<String> {
        let text = self.text(receipt);
        let advice = self.remittances.get(&receipt["reference"]);
        let advised = advice.into_iter().flatten().map(|line| line["invoice_reference"].clone());
        let words = text.split([' ', '/']).filter(|word| self.items.contains_key(*word)).map(str::to_owned);
        words.chain(advised).collect()
    }

    fn open_before(&self, item: &str) -> i128 {
        cents(&self.items[item]["open_amount"])
    }
}

fn days(from: &str, to: &str) -> i32 {
    let date = |text: &str| crate::model::Date::parse_iso(text).unwrap().days();
    date(to) - date(from)
}

/// What holds of every cause.
fn assert_label(files: &Files, label: &Row) {
    let receipt = &files.items[&label["receipt_id"]];
    let (cause, code, short) =
        (label["cause"].as_str(), label["short_pay_code"].as_str(), cents(&label["short_amount"]));
    let what = format!("{label:?} of {receipt:?}");
    let answers = files.answers.get(&label["receipt_id"]).cloned().unwrap_or_default();
    let (amount, open) = (-cents(&receipt["amount"]), -cents(&receipt["open_amount"]));
    let allocated: i128 = answers.iter().map(|(_, amount)| amount).sum();
    let named = files.named(receipt);
    let answered: BTreeSet<String> = answers.iter().map(|(invoice, _)| invoice.clone()).collect();
    let whole = |ids: &BTreeSet<String>| ids.iter().map(|id| files.open_before(id)).sum::<i128>();
    let account = files.customers.get(&receipt["customer_id"]).map(|row| row["payer_account"].clone());
    let known = files.customers.values().any(|row| row["payer_account"] == receipt["payer_account"]);
    assert_eq!(short > 0, !code.is_empty(), "{what}");
    if !["C02", "C05", "C01", "C16"].contains(&cause) {
        assert_eq!(account.as_ref(), Some(&receipt["payer_account"]), "the payer is the customer: {what}");
    }
    if !["C15", "C16"].contains(&cause) {
        assert!(open > 0, "{what}");
    }
    match cause {
        "C00" => assert!(named == answered && whole(&named) == amount && allocated == amount, "{what}"),
        "C01" => assert!(!known && receipt["customer_id"].is_empty() && named.is_empty(), "{what}"),
        "C02" => {
            assert!(named == answered && whole(&named) == amount && allocated == amount, "{what}");
            let debtor = &files.items[named.first().unwrap()]["customer_id"];
            let parent = &files.customers[debtor]["parent_customer_id"];
            let history = files.items.values().any(|item| {
                item["payer_account"] == receipt["payer_account"]
                    && item["customer_id"] == *debtor
                    && cents(&item["open_amount"]) == 0
            });
            assert_ne!(*debtor, receipt["customer_id"], "{what}");
            assert!(*parent == receipt["customer_id"] || (receipt["customer_id"].is_empty() && history), "{what}");
        }
        "C03" => {
            assert!(named.is_empty() && !files.text(receipt).bytes().any(|byte| byte.is_ascii_digit()), "{what}");
            assert!(answers.is_empty() || (whole(&answered) == amount && allocated == amount), "{what}");
        }
        "C04" => {
            assert!(named.is_empty() && answers.len() == 1, "an exact number stands in {what}");
            assert!(whole(&answered) == amount && allocated == amount, "{what}");
        }
        "C05" => {
            assert!(named.len() == 1 && whole(&named) == amount && answers.is_empty(), "{what}");
            assert_ne!(files.items[named.first().unwrap()]["entity"], receipt["entity"], "{what}");
        }
        "C06" => assert!(answers.len() > 1 && whole(&answered) == amount && allocated == amount, "{what}"),
        "C07" => {
            let siblings: i128 = files
                .labels
                .iter()
                .filter(|other| other["cause"] == "C07")
                .map(|other| &files.items[&other["receipt_id"]])
                .filter(|other| files.named(other) == named)
                .map(|other| -cents(&other["amount"]))
                .sum();
            assert!(
                named == answered && named.len() == 1 && siblings == whole(&named) && allocated == amount,
                "{what}"
            );
        }
        "C08" | "C09" => {
            assert!(named.len() == 1 && whole(&named) == 0 && answers.is_empty(), "{what}");
            let first = files.applications.iter().find(|row| named.contains(&row["to_item_id"])).unwrap();
            let first = &files.items[&first["from_item_id"]];
            assert_eq!(first["amount"], receipt["amount"], "{what}");
            assert_eq!(first["reference"] == receipt["reference"], cause == "C09", "{what}");
            let on_statement = files.bank.iter().filter(|line| line["reference"] == receipt["reference"]).count();
            assert_eq!(on_statement, if cause == "C09" { 2 } else { 1 }, "{what}");
        }
        "C10" => {
            assert!(named.is_empty() && files.text(receipt).contains("PREPAYMENT"), "{what}");
            for invoice in &answered {
                assert!(files.items[invoice]["document_date"] > receipt["document_date"], "{what}");
                assert!(files.text(receipt).ends_with(&files.items[invoice]["po_number"]), "{what}");
            }
        }
        "C11" => assert!(named.is_empty() && amount % 100_000 == 0 && answers.is_empty(), "{what}"),
        "C12" => assert!(!named.is_empty() && named == answered && allocated < amount, "{what}"),
        "C13" | "C18" => assert_deduction(files, receipt, code, short, &answers),
        "C14" => {
            let credits: i128 = named.iter().filter(|id| id.starts_with("CM-")).map(|id| files.open_before(id)).sum();
            assert!(credits < 0 && whole(&named) == amount && allocated == amount, "{what}");
        }
        "C15" => {
            let applied = files.applications.iter().find(|row| row["from_item_id"] == label["receipt_id"]).unwrap();
            assert!(
                applied["applied_date"].as_str() > "2026-10-31" && receipt["posting_date"].as_str() <= "2026-10-31"
            );
            assert_eq!(named, answered, "{what}");
        }
        "C16" => {
            let applied = files.applications.iter().find(|row| row["from_item_id"] == label["receipt_id"]).unwrap();
            assert!(named == answered && !named.contains(&applied["to_item_id"]), "{what}");
            assert_ne!(files.items[named.first().unwrap()]["customer_id"], receipt["customer_id"], "{what}");
        }
        "C99" => {
            let text = files.text(receipt);
            let customer = &receipt["customer_id"];
            let is_open = |item: &Row| item["customer_id"] == *customer && cents(&item["open_amount"]) == amount;
            assert!(text.starts_with("INV-") && !files.items.contains_key(&text) && answers.is_empty(), "{what}");
            assert!(!files.items.values().any(is_open), "{what}");
        }
        "C17" => assert!(named.is_empty() && answers.is_empty() && !files.text(receipt).is_empty(), "{what}"),
        other => panic!("{other} is not planted"),
    }
}

/// A deduction fits its own code: what is paid and what is not make the named invoice.
fn assert_deduction(files: &Files, receipt: &Row, code: &str, short: i128, answers: &[(String, i128)]) {
    let [(id, paid)] = answers else { panic!("{receipt:?} pays one invoice") };
    let invoice = &files.items[id];
    let what = format!("{code} {short} of {invoice:?} by {receipt:?}");
    let (gross, tax, freight) =
        (cents(&invoice["functional_amount"]), cents(&invoice["tax_amount"]), cents(&invoice["freight_amount"]));
    assert!(files.named(receipt).contains(id) && -cents(&receipt["amount"]) == *paid, "{what}");
    assert_eq!(if code == "S10" { gross } else { paid + short }, gross, "{what}");
    let taken = days(&invoice["document_date"], &receipt["document_date"]);
    let lines: Vec<&Row> = files.lines.iter().filter(|line| line["invoice_id"] == *id).collect();
    let fee = code != "S11" && short % 500 == 0 && short <= 10_000;
    assert!(!fee, "could be a fee: {what}");
    assert_eq!(
        code == "S11",
        files.text(receipt).contains(" CHG") || files.text(receipt).contains("CHARGES"),
        "{what}"
    );
    match code {
        "S01" | "S02" | "S03" => {
            let base = if code == "S03" { gross } else { gross - tax - freight };
            assert!(invoice["terms"] == "2/10 NET30" && short * 100 == base * 2, "{what}");
            assert!(if code == "S02" { taken > 15 } else { taken <= 10 }, "{taken} days: {what}");
            assert!(code != "S03" || tax > 0, "{what}");
        }
        _ => assert_ne!(invoice["terms"], "2/10 NET30", "{what}"),
    }
    match code {
        "S04" => assert_eq!(short, freight),
        "S05" => assert_eq!(short, tax),
        "S06" => assert!(lines.iter().any(|line| {
            let agreed = files.prices.iter().find(|price| {
                price["item_code"] == line["item_code"] && price["customer_id"] == invoice["customer_id"]
            });
            let quantity: i128 = line["quantity"].parse().unwrap();
            agreed.is_some_and(|agreed| (cents(&line["unit_price"]) - cents(&agreed["unit_price"])) * quantity == short)
        })),
        "S07" => assert!(lines.iter().any(|line| {
            let (price, quantity) = (cents(&line["unit_price"]), line["quantity"].parse::<i128>().unwrap());
            short % price == 0 && short / price < quantity
        })),
        "S08" => assert!(lines.iter().any(|line| cents(&line["net_amount"]) == short)),
        "S09" => assert!([3, 5, 7].iter().any(|percent| gross * percent == short * 100)),
        "S10" => {
            let twin = files.items.values().find(|item| {
                item["item_id"] != *id
                    && item["amount"] == invoice["amount"]
                    && item["customer_id"] == invoice["customer_id"]
            });
            assert!(
                twin.is_some_and(|twin| days(&invoice["document_date"], &twin["document_date"]).abs() <= 3),
                "{what}"
            );
        }
        "S12" => assert!(short <= 5),
        "S13" => assert_eq!((invoice["currency"].as_str(), receipt["currency"].as_str()), ("EUR", "USD")),
        "S14" => assert!(files.text(receipt).contains("CONTRA")),
        "S15" => assert_eq!(short % 9, 0),
        _ => {}
    }
    if !lines.is_empty() {
        assert_eq!(lines.iter().map(|line| cents(&line["net_amount"])).sum::<i128>(), gross, "{what}");
    }
    let case = files.disputes.iter().find(|case| case["item_id"] == *id);
    assert_eq!(case.is_some(), code == "S08" || code == "S16", "{what}");
    assert!(
        case.is_none_or(|case| cents(&case["amount"]) == short && (case["reason_code"] == "RETURN") == (code == "S08"))
    );
}

/// Statements tie day by day; books less bank are the labels; every label names a line that is there.
fn assert_bank(folder: &Path) {
    let (lines, balances) = (read(folder, "data/bank_lines.csv"), read(folder, "data/bank_balances.csv"));
    let labels: Vec<Row> =
        read(folder, "truth/breaks.csv").into_iter().filter(|label| label["kind"] == "bank").collect();
    let accounts: BTreeSet<&String> = balances.iter().map(|row| &row["bank_account"]).collect();
    let books = read(folder, "data/trial_balance.csv");
    let gl = read(folder, "data/gl_lines.csv");
    let mut movements: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    for line in &lines {
        *movements.entry((&line["bank_account"], &line["booking_date"])).or_default() += cents(&line["amount"]);
    }
    for (number, account) in accounts.into_iter().enumerate() {
        let own: Vec<&Row> = balances.iter().filter(|row| row["bank_account"] == *account).collect();
        for day in &own {
            let moved = movements.remove(&(account.as_str(), day["date"].as_str())).unwrap_or_default();
            assert_eq!(cents(&day["opening_balance"]) + moved, cents(&day["closing_balance"]), "{day:?}");
        }
        for pair in own.windows(2) {
            assert!(pair[0]["closing_balance"] == pair[1]["opening_balance"] && pair[0]["date"] < pair[1]["date"]);
        }
        let entity = format!("US{:02}", number + 1);
        let of_books = |row: &&Row| row["entity"] == entity && row["account"] == "1010";
        let book = books.iter().find(of_books).unwrap();
        let shown: i128 = gl
            .iter()
            .filter(of_books)
            .filter(|row| ("2026-10-01"..="2026-10-31").contains(&row["posting_date"].as_str()))
            .map(|row| cents(&row["debit"]) - cents(&row["credit"]))
            .sum();
        assert_eq!(cents(&book["opening_balance"]) + shown, cents(&book["ending_balance"]), "the book side ties");
        let last = own.last().unwrap();
        assert_eq!(last["date"], "2026-10-31");
        let explained: i128 =
            labels.iter().filter(|label| label["entity"] == entity).map(|label| cents(&label["amount"])).sum();
        assert_eq!(cents(&book["ending_balance"]) - cents(&last["closing_balance"]), explained, "{entity}");
    }
    assert!(movements.is_empty(), "days without a balance: {movements:?}");
    let journals: BTreeSet<&String> = gl.iter().map(|line| &line["journal_id"]).collect();
    let numbers: BTreeSet<&String> = lines.iter().map(|line| &line["line_id"]).collect();
    for label in &labels {
        let known =
            if label["document_id"].starts_with("BL-") { numbers.contains(&label["document_id"]) } else { true };
        assert!(known && (label["journal_id"].is_empty() || journals.contains(&label["journal_id"])), "{label:?}");
    }
}

fn assert_truths(folder: &Path) -> (BTreeSet<String>, BTreeSet<String>) {
    let files = Files::read(folder);
    files.labels.iter().for_each(|label| assert_label(&files, label));
    let labelled: BTreeSet<&String> = files.labels.iter().map(|label| &label["receipt_id"]).collect();
    assert_eq!(labelled.len(), files.labels.len(), "a receipt has one label");
    for (id, item) in files.items.iter().filter(|(id, _)| id.starts_with("RC-")) {
        let open = cents(&item["open_amount"]) != 0 && item["posting_date"].as_str() <= "2026-10-31";
        assert!(!open || labelled.contains(id), "{id} is open without a label");
    }
    assert_bank(folder);
    let of =
        |column: &str| files.labels.iter().map(|label| label[column].clone()).filter(|text| !text.is_empty()).collect();
    (of("cause"), of("short_pay_code"))
}

#[test]
fn every_label_follows_from_the_files() {
    for seed in 1..=5 {
        for gl in [Gl::All, Gl::Period] {
            let (folder, summary) = demo(Options { gl, ..Options::new(400, seed) });
            let (causes, codes) = assert_truths(folder.path());
            assert_eq!(causes.iter().collect::<Vec<_>>(), CAUSES, "seed {seed}");
            assert_eq!(codes.iter().collect::<Vec<_>>(), CODES, "seed {seed}");
            let breaks = read(folder.path(), "truth/breaks.csv");
            let bank: BTreeSet<&str> =
                breaks.iter().filter(|label| label["kind"] == "bank").map(|label| label["cause"].as_str()).collect();
            assert_eq!(bank.into_iter().collect::<Vec<_>>(), BANK, "seed {seed}");
            assert_eq!(summary.receipts, read(folder.path(), "truth/receipts.csv").len() as u64);
        }
    }
}

#[test]
fn odd_shapes_hold_their_labels_too() {
    for (entities, history_months, invoices) in [(1, 1, 120), (1, 13, 3_000), (5, 2, 600)] {
        let (folder, _) = demo(Options { entities, history_months, ..Options::new(invoices, 9) });
        assert_truths(folder.path());
    }
}

#[test]
fn a_demo_without_cash_has_no_bank_and_the_same_books() {
    let (with, _) = demo(Options::new(200, 3));
    let (without, _) = demo(Options { cash: None, ..Options::new(200, 3) });
    assert!(!without.path().join("data/bank_lines.csv").exists());
    assert!(!fs::read_to_string(without.path().join("close.toml")).unwrap().contains("bank"));
    assert!(read(without.path(), "truth/receipts.csv").is_empty());
    let gl = |folder: &Path| {
        let labels = read(folder, "truth/breaks.csv");
        labels.into_iter().filter(|label| label["kind"] == "gl").collect::<Vec<_>>()
    };
    assert_eq!(gl(with.path()), gl(without.path()));
}

#[test]
fn what_an_earlier_demo_left_is_gone() {
    let (folder, _) = demo(Options::new(200, 3));
    crate::demo::write(&Options { cash: None, ..Options::new(200, 3) }, folder.path()).unwrap();
    assert!(!folder.path().join("data/bank_lines.csv").exists());
}
