//! Worked vectors of the matrix.

use super::*;
use crate::model::Date;
use crate::normalise::tables::CUSTOMERS;
use crate::reconcile::results::OPEN_ITEMS;

fn buckets() -> Vec<String> {
    ["current", "1-30", "31-60", "61-90", "over 90", "no due date", "unapplied"].map(str::to_owned).to_vec()
}

fn setting(currency: &str) -> Setting {
    Setting {
        period_end: Date::from_ymd(2026, 10, 31).expect("a day"),
        currency: Currency::parse(currency).expect("a currency"),
        entity_currency: Default::default(),
    }
}

/// Open items: customer, bucket, amount in cents.
fn open_items(rows: &[(&str, &str, i64)]) -> Table {
    let mut table = Table::new(&OPEN_ITEMS);
    for (customer, bucket, cents) in rows {
        let cells: Vec<Cell<'_>> = OPEN_ITEMS
            .columns
            .iter()
            .map(|column| match column.name {
                "entity" => Cell::Text("US01"),
                "customer_id" => Cell::text(customer),
                "bucket" => Cell::text(bucket),
                "open_amount" | "document_open_amount" => money(cents * 100),
                _ => Cell::Null,
            })
            .collect();
        table.push(&cells);
    }
    table
}

fn rules(text: &str) -> config::Allowance {
    let close =
        "[close]\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n[[source]]\ntable = \"ar_items\"\npath = \"x\"\n";
    let folder = std::path::Path::new(".");
    config::Config::parse(&format!("{close}{text}"), folder).unwrap_or_else(|problem| panic!("{problem}")).allowance
}

fn rate(bucket: &str, historical: &str, conditions: &str) -> String {
    format!("[[allowance.rate]]\nbucket = \"{bucket}\"\nhistorical = \"{historical}\"\nconditions = \"{conditions}\"\n")
}

/// The historical rates of ASU 2016-13, Example 5, each raised by a tenth of itself.
fn asu() -> String {
    [
        ("current", "0.3", "0.03"),
        ("1-30", "8", "0.8"),
        ("31-60", "26", "2.6"),
        ("61-90", "58", "5.8"),
        ("over 90", "82", "8.2"),
    ]
    .map(|(bucket, historical, conditions)| rate(bucket, historical, conditions))
    .concat()
}

const ASU_ITEMS: [(&str, &str, i64); 5] = [
    ("C1", "current", 598_469_800),
    ("C2", "1-30", 827_200),
    ("C3", "31-60", 288_200),
    ("C4", "61-90", 84_200),
    ("C5", "over 90", 110_000),
];

fn allowances(matrix: &Matrix) -> Vec<String> {
    (0..matrix.table.len()).map(|row| matrix.table.column("allowance").cell(row).plain()).collect()
}

#[test]
fn the_example_of_the_standard_comes_out() {
    let made = matrix(&open_items(&ASU_ITEMS), &Table::new(&CUSTOMERS), &buckets(), &rules(&asu()), &setting("USD"));
    let made = made.expect("a matrix");
    // To the dollar: 19,750 + 728 + 824 + 537 + 992 = 22,831.
    assert_eq!(allowances(&made), ["19749.50", "727.94", "824.25", "537.20", "992.20"]);
    assert_eq!(made.closing["US01"], 228_310_900);
    assert!(made.findings.is_empty() && made.checks.iter().all(|check| check.outcome() == "pass"));
    let percent = made.table.decimals("rate_percent")[0].expect("a rate");
    assert_eq!(percent.to_string(), "0.33");
}

#[test]
fn historical_rates_alone_are_another_figure() {
    let all = asu();
    let rates = all.lines().filter(|line| !line.starts_with("conditions")).map(|line| format!("{line}\n"));
    let rules = rules(&rates.collect::<String>());
    let made = matrix(&open_items(&ASU_ITEMS), &Table::new(&CUSTOMERS), &buckets(), &rules, &setting("USD"));
    assert_eq!(allowances(&made.expect("a matrix")), ["17954.09", "661.76", "749.32", "488.36", "902.00"]);
}

#[test]
fn each_row_is_rounded_once_half_away_from_zero_to_the_decimals_of_the_currency() {
    let rules = rules(&(rate("1-30", "50", "0") + &rate("31-60", "50", "0")));
    let items = open_items(&[("C1", "1-30", 101), ("C1", "31-60", 201)]);
    let of = |currency: &str| {
        matrix(&items, &Table::new(&CUSTOMERS), &buckets(), &rules, &setting(currency)).expect("a matrix")
    };
    assert_eq!(allowances(&of("USD")), ["0.51", "1.01"]);
    assert_eq!(of("USD").closing["US01"], 15_200);
    assert_eq!(allowances(&of("JPY")), ["1.00", "1.00"]);
}

#[test]
fn customers_that_are_evaluated_alone_leave_their_pool_first() {
    let alone = "[[allowance.individual]]\ncustomer_id = \"C5\"\npercent = \"50\"\nreason = \"Chapter 11\"\n";
    let items = open_items(&[("C5", "over 90", 110_001), ("C5", "unapplied", -10_000), ("C6", "over 90", 10_000)]);
    let made = matrix(&items, &Table::new(&CUSTOMERS), &buckets(), &rules(&(asu() + alone)), &setting("USD"));
    let made = made.expect("a matrix");
    // 90.2 percent of 100.00, and half of the 1,000.01 that C5 owes after its credit.
    assert_eq!(allowances(&made), ["90.20", "500.01"]);
    assert_eq!(made.table.text("reason").get(1), "50 percent: Chapter 11");
    assert!(made.checks.iter().all(|check| check.outcome() == "pass"));
    let much = alone.replace("percent = \"50\"", "amount = \"5000.00\"");
    let made = matrix(&items, &Table::new(&CUSTOMERS), &buckets(), &rules(&much), &setting("USD")).expect("a matrix");
    assert!(made.findings.iter().any(|finding| finding.code == "T3704"));
}

#[test]
fn pools_have_rates_of_their_own_and_a_bucket_without_one_is_told() {
    let mut customers = Table::new(&CUSTOMERS);
    for (customer, region) in [("C1", "retail"), ("C2", "public")] {
        let cell = |name: &str| match name {
            "customer_id" | "customer_name" => Cell::Text(customer),
            "region" => Cell::Text(region),
            _ => Cell::Null,
        };
        customers.push(&CUSTOMERS.columns.iter().map(|column| cell(column.name)).collect::<Vec<_>>());
    }
    let text = "[allowance]\npool_by = \"region\"\n".to_owned()
        + &rate("1-30", "10", "0")
        + &rate("1-30", "1", "0").replace("historical", "pool = \"public\"\nhistorical");
    let items =
        open_items(&[("C1", "1-30", 10_000), ("C2", "1-30", 10_000), ("C3", "1-30", 10_000), ("C3", "no due date", 5)]);
    let made = matrix(&items, &customers, &buckets(), &rules(&text), &setting("USD")).expect("a matrix");
    assert_eq!(allowances(&made), ["10.00", "", "1.00", "10.00"], "no pool, no date, public, retail");
    assert_eq!(made.findings.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["T3702"]);
    let unknown = rules(&rate("over 120", "1", "0"));
    let refused = matrix(&items, &customers, &buckets(), &unknown, &setting("USD")).expect_err("no such bucket");
    assert!(refused.to_string().contains("T3703") && refused.to_string().contains("over 90"), "{refused}");
}
