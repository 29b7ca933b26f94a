//! A small close of three currencies, made by hand.

use std::sync::Arc;
use tieout::model::{Cell, Currency, Date, Money, Table, TableDef};
use tieout::reconcile::results;
use tieout::report::query::Tables;
use tieout::report::workpaper::RunFacts;

/// The tables of a small close, by hand.
#[derive(Default)]
pub struct Close {
    /// The tables.
    pub tables: Vec<Arc<Table>>,
    sources: Vec<String>,
}

impl Tables for Close {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.tables.iter().find(|table| table.def.name == name).cloned()
    }
    fn names(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.def.name).collect()
    }
    fn sources(&self) -> &[String] {
        &self.sources
    }
}

pub type Named<'a> = &'a [(&'static str, Cell<'a>)];

pub fn table(def: &'static TableDef, rows: &[Named<'_>]) -> Table {
    let mut table = Table::new(def);
    for row in rows {
        assert!(row.iter().all(|(name, _)| def.position(name).is_some()), "{}: {row:?}", def.name);
        let find = |name: &str| row.iter().find(|(known, _)| *known == name).map_or(Cell::Null, |(_, cell)| *cell);
        let cells: Vec<Cell<'_>> = def.columns.iter().map(|column| find(column.name)).collect();
        table.push(&cells);
    }
    table
}

pub fn text(text: &str) -> Cell<'_> {
    Cell::text(text)
}

/// Cents.
pub fn cents(cents: i64) -> Cell<'static> {
    Cell::Money(Money::from_units(cents * 100))
}

pub fn int(number: i64) -> Cell<'static> {
    Cell::Int(number)
}

pub fn day(text: &str) -> Cell<'static> {
    Cell::date(Date::parse_iso(text))
}

pub fn decimal(text: &str) -> Cell<'static> {
    Cell::Decimal(text.parse().expect("a decimal"))
}

/// (reconciliation, code, cause, document, per GL, per subledger, explanation), in cents.
type Item = (&'static str, &'static str, &'static str, &'static str, Option<i64>, Option<i64>, &'static str);

const ITEMS: &[Item] = &[
    (
        "gl:US01:1200",
        "V03",
        "manual_journal",
        "JE-10077",
        Some(125_000),
        None,
        "Manual journal JE-10077 of 2026-10-30 by j.doe posts 1,250.00 to the control account; no document of the \
         register stands behind it.",
    ),
    (
        "gl:US01:1200",
        "V07",
        "missing_in_gl",
        "INV-10482",
        None,
        Some(482_050),
        "Invoice INV-10482 is in the register but no line of the general ledger carries its number.",
    ),
    (
        "gl:US01:1200",
        "V07",
        "missing_in_gl",
        "=cmd|' /C calc'!A0",
        None,
        Some(11_575),
        "Invoice in the register only; its number begins with an equals sign.",
    ),
    (
        "gl:US01:1200",
        "V08",
        "cutoff",
        "INV-10533",
        None,
        Some(96_000),
        "Posted to the ledger on 2026-11-02, in the register on 2026-10-31.",
    ),
    (
        "gl:US01:1200",
        "V14",
        "transposition",
        "INV-10391",
        Some(154_200),
        Some(145_200),
        "Ledger 1,542.00, register 1,452.00: the digits 5 and 4 have changed places.",
    ),
    ("gl:US01:1200", "V21", "rounding", "INV-10402", Some(88_001), Some(88_000), "One cent."),
    (
        "gl:JP01:1200",
        "V10",
        "duplicate_in_gl",
        "JP-778",
        Some(2_400_000),
        Some(1_200_000),
        "The document was posted twice, by the journals J-31 and J-57.",
    ),
];

pub fn reconciling_items() -> Table {
    let mut items = Table::new(&results::RECONCILING_ITEMS);
    for (index, (rec, code, cause, document, gl, subledger, explanation)) in ITEMS.iter().enumerate() {
        let key = format!("{:08x}b{index}", 0x9e37_79b9_u32.wrapping_mul(index as u32 + 1));
        let side = |amount: Option<i64>| amount.map_or(Cell::Null, cents);
        let row = table(
            &results::RECONCILING_ITEMS,
            &[&[
                ("item_key", text(&key)),
                ("rec_id", text(rec)),
                ("cause", text(cause)),
                ("cause_code", text(code)),
                ("amount", cents(gl.unwrap_or(0) - subledger.unwrap_or(0))),
                ("document_id", text(document)),
                ("customer_id", text("C-1042")),
                ("posting_date", day("2026-10-30")),
                ("gl_amount", side(*gl)),
                ("subledger_amount", side(*subledger)),
                ("gl_source", text("gl_detail_2026-10.csv")),
                ("gl_source_row", text("1482")),
                ("subledger_source", text("ar_register.csv")),
                ("subledger_source_row", text("377")),
                ("first_seen", text("2026-10")),
                ("age_days", int(1)),
                ("explanation", text(explanation)),
                ("suggested_action", text("Post the missing entry, or ask for the reversal of the journal.")),
            ]],
        );
        items.append(&row);
    }
    items
}

/// (reconciliation, entity, currency, GL, subledger, tolerance), in cents.
const RECONCILIATIONS: &[(&str, &str, &str, i64, i64, i64)] = &[
    (
        "gl:US01:1200",
        "US01",
        "USD",
        4_811_234_567 + 125_000 - 482_050 - 11_575 - 96_000 + 9_000 + 1,
        4_811_234_567,
        50_000,
    ),
    ("gl:UK02:1200", "UK02", "GBP", 917_263, 917_263, 0),
    ("gl:JP01:1200", "JP01", "JPY", 81_000_000 + 1_200_000 + 70_000, 81_000_000, 1_000),
];

pub fn reconciliations() -> Table {
    reconciliations_after("", &[])
}

/// The reconciliations with what the prior run of a period closed with, GL and subledger.
pub fn reconciliations_after(period: &str, closed: &[(&str, i64, i64)]) -> Table {
    let mut all = Table::new(&results::RECONCILIATIONS);
    for (rec, entity, currency, gl, subledger, tolerance) in RECONCILIATIONS {
        let prior = closed.iter().find(|(of, ..)| of == rec);
        let of_prior = |cell: Cell<'static>| if prior.is_some() { cell } else { Cell::Null };
        let own: Vec<&Item> = ITEMS.iter().filter(|item| item.0 == *rec).collect();
        let explained: i64 = own.iter().map(|item| item.4.unwrap_or(0) - item.5.unwrap_or(0)).sum();
        let variance = gl - subledger;
        let status = match (variance, (variance - explained).abs() <= *tolerance) {
            (0, _) => "reconciled",
            (_, true) => "explained",
            _ => "open",
        };
        all.append(&table(
            &results::RECONCILIATIONS,
            &[&[
                ("rec_id", text(rec)),
                ("kind", text("gl")),
                ("entity", text(entity)),
                ("account", text("1200")),
                ("currency", text(currency)),
                ("gl_balance", cents(*gl)),
                ("subledger_balance", cents(*subledger)),
                ("variance", cents(variance)),
                ("explained", cents(explained)),
                ("unexplained", cents(variance - explained)),
                ("tolerance", cents(*tolerance)),
                ("status", text(status)),
                ("items", int(own.len() as i64)),
                ("prior_period", if prior.is_some() { text(period) } else { Cell::Null }),
                ("prior_gl_balance", of_prior(cents(prior.map_or(0, |prior| prior.1)))),
                ("prior_subledger_balance", of_prior(cents(prior.map_or(0, |prior| prior.2)))),
            ]],
        ));
    }
    all
}

pub const BUCKETS: [&str; 8] = ["current", "1-30", "31-60", "61-90", "91-120", "over 120", "no due date", "unapplied"];

/// Open items that add up to the subledger balances, one a bucket and customer.
fn open_items_and_aging() -> (Table, Table) {
    let mut open = Table::new(&results::OPEN_ITEMS);
    let mut aging = Table::new(&results::AGING);
    for (rec, entity, currency, _, subledger, _) in RECONCILIATIONS {
        let customers = if *rec == "gl:UK02:1200" { 2 } else { 9 };
        let mut left = *subledger;
        for customer in 0..customers {
            let (id, name) = (format!("C-{}", 1040 + customer), format!("Customer {customer} of {entity} Ltd"));
            for (place, bucket) in BUCKETS.iter().enumerate() {
                let is_last = customer == customers - 1 && place == BUCKETS.len() - 2;
                let share = (subledger / customers / (place as i64 + 2)) / 100 * 100;
                let amount = match *bucket {
                    _ if is_last => left,
                    "unapplied" if customer % 3 == 0 && customer < customers - 1 => -12_300,
                    "unapplied" => continue,
                    "over 120" if customer % 4 != 1 => continue,
                    "no due date" => continue,
                    _ => share,
                };
                left -= amount;
                let document = format!("{entity}-INV-{}", 10_000 + customer * 10 + place as i64);
                let shared: Vec<(&'static str, Cell<'_>)> = vec![
                    ("entity", text(entity)),
                    ("customer_id", text(&id)),
                    ("customer_name", text(&name)),
                    ("currency", text(currency)),
                    ("bucket", text(bucket)),
                    ("open_amount", cents(amount)),
                ];
                let mut row = shared.clone();
                row.push(("items", int(1)));
                aging.append(&table(&results::AGING, &[&row]));
                let mut row = shared;
                row.extend([
                    ("account", text("1200")),
                    ("item_id", text(&document)),
                    ("item_type", text(if amount < 0 { "credit_memo" } else { "invoice" })),
                    ("document_date", day("2026-09-15")),
                    ("due_date", day("2026-10-15")),
                    ("document_open_amount", cents(amount)),
                    ("age_days", int(16)),
                    ("source", text("ar_register.csv")),
                    ("source_row", int(12 + customer)),
                ]);
                open.append(&table(&results::OPEN_ITEMS, &[&row]));
            }
        }
        assert_eq!(left, 0);
    }
    (open, aging)
}

fn rollforward() -> Table {
    let mut all = Table::new(&results::ROLLFORWARD);
    for (_, entity, currency, gl, subledger, _) in RECONCILIATIONS {
        let lines = [
            ("opening balance", Some(subledger / 2), Some(subledger / 2)),
            ("invoices", Some(subledger - subledger / 2 + 700_000), Some(gl - subledger / 2 + 640_000)),
            ("credit memos", Some(-50_000), Some(-50_000)),
            ("receipts", Some(-650_000), Some(-590_000)),
            ("other journals", None, Some(0)),
            ("closing balance", Some(*subledger), Some(*gl)),
        ];
        for (line, left, right) in lines {
            let side = |amount: Option<i64>| amount.map_or(Cell::Null, cents);
            let difference = right.unwrap_or(0) - left.unwrap_or(0);
            all.append(&table(
                &results::ROLLFORWARD,
                &[&[
                    ("entity", text(entity)),
                    ("account", text("1200")),
                    ("currency", text(currency)),
                    ("line", text(line)),
                    ("subledger_amount", side(left)),
                    ("gl_amount", side(right)),
                    ("difference", cents(difference)),
                ]],
            ));
        }
    }
    all
}

pub fn documents(count: usize) -> Table {
    let mut all = Table::new(&results::DOCUMENTS);
    for (rec, _, _, document, gl, subledger, _) in ITEMS {
        let side = |amount: Option<i64>| amount.map_or(Cell::Null, cents);
        all.append(&table(
            &results::DOCUMENTS,
            &[&[
                ("rec_id", text(rec)),
                ("document_id", text(document)),
                ("item_type", text("invoice")),
                ("customer_id", text("C-1042")),
                ("posting_date", day("2026-10-30")),
                ("gl_amount", side(*gl)),
                ("subledger_amount", side(*subledger)),
                ("difference", cents(gl.unwrap_or(0) - subledger.unwrap_or(0))),
                ("outcome", text("item")),
                ("gl_lines", int(1)),
                ("subledger_rows", int(1)),
            ]],
        ));
    }
    for index in 0..count {
        let document = format!("INV-{}", 20_000 + index);
        all.push(&[
            text("gl:US01:1200"),
            text(&document),
            text("invoice"),
            text("C-1040"),
            day("2026-10-12"),
            cents(10_000 + index as i64),
            cents(10_000 + index as i64),
            cents(0),
            text("matched"),
            int(1),
            int(1),
        ]);
    }
    all
}

fn evidence() -> Vec<Table> {
    let source = |file: &'static str, fills: &'static str, read: i64, out: i64, rejected: i64, total: i64| {
        let row: Vec<(&'static str, Cell<'static>)> = vec![
            ("source", text(file)),
            ("table", text(fills)),
            ("profile", text("netsuite")),
            ("format", text("csv")),
            ("encoding", text("UTF-8")),
            ("bytes", int(read * 143)),
            ("sha256", text("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
            ("rows_read", int(read)),
            ("rows_loaded", int(read - out - rejected)),
            ("rows_left_out", int(out)),
            ("rows_rejected", int(rejected)),
            ("control_column", text("amount")),
            ("control_total", cents(total)),
            ("debit_total", cents(total + 99)),
            ("credit_total", cents(-99)),
            ("first_date", day("2026-10-01")),
            ("last_date", day("2026-10-31")),
            ("expected_rows", int(read - out - rejected)),
            ("expected_total", cents(total)),
        ];
        table(&results::SOURCES, &[&row])
    };
    let mut sources = source("ar_register.csv", "ar_items", 1204, 3, 1, 4_811_234_567);
    sources.append(&source("gl_detail_2026-10.csv", "gl_lines", 3310, 0, 0, -1_200));
    sources.append(&source("trial_balance.xlsx", "trial_balance", 88, 6, 0, 0));
    let check = |name: &'static str, left: &'static str, right: &'static str, outcome: &'static str| {
        let figure = |text: &'static str| if text.is_empty() { Cell::Null } else { decimal(text) };
        let difference =
            match (left.is_empty(), left.parse::<rust_decimal::Decimal>(), right.parse::<rust_decimal::Decimal>()) {
                (false, Ok(left), Ok(right)) => Cell::Decimal(left - right),
                _ => Cell::Null,
            };
        let row: Vec<(&'static str, Cell<'static>)> = vec![
            ("check", text(name)),
            ("left", figure(left)),
            ("right", figure(right)),
            ("difference", difference),
            ("outcome", text(outcome)),
            ("detail", text("added up a second time, independently, in whole ten-thousandths")),
        ];
        table(&results::CHECKS, &[&row])
    };
    let mut checks = check("gl:US01:1200: sum of the items + unexplained = variance", "-455.6240", "-455.6240", "pass");
    checks.append(&check("ar_register.csv: rows read = loaded + left out + rejected", "1204", "1204", "pass"));
    checks.append(&check("gl:JP01:1200: opening + detail = trial balance", "1234567.89", "1234567.88", "fail"));
    checks.append(&check("V05 unposted_batch", "", "", "not testable"));
    let rejects = table(
        &results::REJECTS,
        &[&[
            ("source", text("ar_register.csv")),
            ("row", int(377)),
            ("column", text("Amount Due")),
            ("value", text("1.234,5o")),
            ("code", text("T2101")),
            ("reason", text("the amount has a letter in it")),
        ]],
    );
    let left_out = table(
        &results::LEFT_OUT,
        &[&[
            ("source", text("trial_balance.xlsx")),
            ("sheet", text("TB")),
            ("row", int(90)),
            ("kind", text("total")),
            ("text", text("Total | 1,234.00 | 1,234.00")),
        ]],
    );
    let divergence = table(
        &results::DIVERGENCE,
        &[
            &[
                ("rec_id", text("gl:JP01:1200")),
                ("period", text("2026-09")),
                ("gl", cents(500)),
                ("subledger", cents(500)),
                ("difference", cents(0)),
            ],
            &[
                ("rec_id", text("gl:JP01:1200")),
                ("period", text("2026-10")),
                ("gl", cents(82_270_000)),
                ("subledger", cents(81_000_000)),
                ("difference", cents(1_270_000)),
                ("first_document", text("JP-778")),
            ],
        ],
    );
    let matches = table(
        &results::MATCHES,
        &[&[
            ("match_id", text("m-0001")),
            ("rule", text("summary_posting")),
            ("confidence", decimal("1")),
            ("left_ids", text("J-88")),
            ("right_ids", text("INV-1, INV-2, INV-3")),
            ("left_amount", cents(90_000)),
            ("right_amount", cents(90_000)),
            ("difference", cents(0)),
        ]],
    );
    vec![sources, checks, rejects, left_out, divergence, matches]
}

pub fn close() -> Close {
    let (open, aging) = open_items_and_aging();
    let mut tables = vec![reconciliations(), reconciling_items(), documents(60), rollforward(), open, aging];
    tables.extend(evidence());
    tables.push(Table::new(&results::FINDINGS));
    let tables = tables.into_iter().map(Arc::new).collect();
    Close { tables, sources: vec!["ar_register.csv".into()] }
}

pub fn facts() -> RunFacts {
    let date = |text| Date::parse_iso(text).expect("a date");
    let currency = Currency::parse("USD").expect("a currency");
    let mut facts = RunFacts::new("Harbor Group", date("2026-10-01"), date("2026-10-31"), currency);
    facts.configuration_sha256 = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8".to_owned();
    facts.buckets = BUCKETS.map(str::to_owned).to_vec();
    facts
}
