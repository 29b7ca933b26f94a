//! Charts as text: their findings and every figure, over tables of a few rows.

use super::*;
use crate::model::{Cell, Money, Table, TableDef};
use crate::reconcile::results::{AGING, RECONCILIATIONS, RECONCILING_ITEMS, UNAPPLIED};
use std::sync::Arc;

#[derive(Default)]
struct Few(Vec<Arc<Table>>);

impl Tables for Few {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.0.iter().find(|table| table.def.name == name).cloned()
    }
    fn names(&self) -> Vec<&'static str> {
        self.0.iter().map(|table| table.def.name).collect()
    }
    fn sources(&self) -> &[String] {
        &[]
    }
}

/// A table from lines of `column=value`; a value with a point is an amount.
fn table(def: &'static TableDef, lines: &[&str]) -> Arc<Table> {
    let mut table = Table::new(def);
    for line in lines {
        let given: Vec<(&str, &str)> = line.split("; ").filter_map(|pair| pair.split_once('=')).collect();
        let cell = |column: &crate::model::ColumnDef| {
            let text = given.iter().find(|(name, _)| *name == column.name).map_or("", |(_, text)| text);
            match column.kind {
                crate::model::Kind::Money if !text.is_empty() => {
                    let units: String = text.chars().filter(|c| *c != '.').collect();
                    Cell::Money(Money::from_units(units.parse::<i64>().expect("cents") * 100))
                }
                crate::model::Kind::Int if !text.is_empty() => Cell::Int(text.parse().expect("a count")),
                _ => Cell::text(text),
            }
        };
        let cells: Vec<Cell<'_>> = def.columns.iter().map(cell).collect();
        table.push(&cells);
    }
    Arc::new(table)
}

fn charts(tables: Vec<Arc<Table>>) -> Charts {
    let buckets = ["current", "1-30", "31-60", "61-90", "91-120", "over 120", "no due date", "unapplied"];
    let facts = ChartFacts {
        close_name: "Northwind".to_owned(),
        period_end: Date::from_ymd(2026, 10, 31).expect("a day"),
        buckets: buckets.map(str::to_owned).to_vec(),
    };
    build(&facts, &Few(tables), &Library::built_in().expect("queries")).expect("charts")
}

fn chart(charts: &Charts, name: &str) -> String {
    let names: Vec<&str> = charts.charts.iter().map(|chart| chart.name.as_str()).collect();
    charts.charts.iter().find(|chart| chart.name == name).unwrap_or_else(|| panic!("{names:?}")).to_string()
}

fn title(charts: &Charts, name: &str) -> String {
    chart(charts, name).lines().next().unwrap_or_default().to_owned()
}

const AGED: [&str; 6] = [
    "entity=US01; customer_id=C1; customer_name=Acme; currency=USD; bucket=current; open_amount=6200.00; items=3",
    "entity=US01; customer_id=C1; customer_name=Acme; currency=USD; bucket=1-30; open_amount=2900.00; items=2",
    "entity=US01; customer_id=C2; customer_name=Bolt; currency=USD; bucket=over 120; open_amount=900.00; items=1",
    "entity=US01; customer_id=C2; customer_name=Bolt; currency=USD; bucket=unapplied; open_amount=-500.00; items=1",
    "entity=US02; customer_id=C1; customer_name=Acme; currency=USD; bucket=31-60; open_amount=0.40; items=1",
    "entity=DE01; customer_id=C9; currency=EUR; bucket=1-30; open_amount=10.00; items=1",
];

#[test]
fn the_aging_waterfall_states_what_is_past_due_per_currency() {
    let made = charts(vec![table(&AGING, &AGED)]);
    let expected = "\
38% of receivables are past due, 9% over 90 days
Open receivables by days past due, in USD, rounded; shares of receivables before unapplied cash
Not yet due | 3 items | 6,200 | 62%
1-30 days | 2 items | 2,900 | 29%
31-60 days | 1 item | 0 | <1%
61-90 days | 0 items | 0 | 0%
91-120 days | 0 items | 0 | 0%
Over 120 days | 1 item | 900 | 9%
Unapplied cash and credits | 1 item | −500 | −5%
Open balance | 9,500
Source: data/aging.csv · Northwind · as of 2026-10-31";
    assert_eq!(chart(&made, "aging-usd"), expected);
    assert_eq!(title(&made, "aging-eur"), "100% of receivables are past due, none over 90 days");
    let current = table(&AGING, &AGED[..1]);
    assert_eq!(title(&charts(vec![current]), "aging-usd"), "No receivable is past due");
    let credits = table(&AGING, &AGED[3..4]);
    assert_eq!(title(&charts(vec![credits]), "aging-usd"), "Nothing is receivable: what is open is unapplied cash");
}

#[test]
fn the_heat_map_names_who_owes_it() {
    let made = charts(vec![table(&AGING, &AGED)]);
    let expected = "\
76% of what is past due is owed by Acme (US01)
Past-due receivables by customer and days past due, in USD, rounded
1-30 days | 31-60 days | 61-90 days | 91-120 days | Over 120 days | Past due
Acme (US01) | 2,900 |  |  |  |  | 2,900
Bolt (US01) |  |  |  |  | 900 | 900
Acme (US02) |  | 0 |  |  |  | 0
All customers | 2,900 | 0 |  |  | 900 | 3,800
Source: data/aging.csv · Northwind · as of 2026-10-31";
    assert_eq!(chart(&made, "past-due-usd"), expected);
    assert_eq!(title(&made, "past-due-eur"), "All that is past due is owed by C9");
}

#[test]
fn forty_customers_are_twelve_and_the_rest() {
    let line = |at: usize| {
        format!("entity=US01; customer_id=C{at:02}; currency=USD; bucket=1-30; open_amount={}.00; items=1", 1000 - at)
    };
    let lines: Vec<String> = (0..40).map(line).collect();
    let made = charts(vec![table(&AGING, &lines.iter().map(String::as_str).collect::<Vec<_>>())]);
    let text = chart(&made, "past-due-usd");
    assert_eq!(text.lines().count(), 18, "{text}");
    assert!(text.contains("\nC11 | 989 |"), "{text}");
    assert!(text.contains("\n28 others | 27,286 |  |  |  |  | 27,286\nAll customers | 39,220 |"), "{text}");
    assert!(text.starts_with("C00 owes 3% of what is past due; 40 customers are late\n"), "{text}");
}

const REC: &str = "rec_id=gl-US01-1200; kind=gl; entity=US01; account=1200; currency=USD; gl_balance=90.00; \
                   subledger_balance=190.00; variance=-100.00";

fn variance(rec: &str, items: &[&str]) -> Charts {
    charts(vec![table(&RECONCILIATIONS, &[rec]), table(&RECONCILING_ITEMS, items)])
}

#[test]
fn a_variance_is_a_bridge_of_its_causes() {
    let made = variance(
        &format!("{REC}; unexplained=-5.00"),
        &[
            "rec_id=gl-US01-1200; cause_code=V08; cause=cutoff; amount=-67.00; document_id=INV-7",
            "rec_id=gl-US01-1200; cause_code=V07; cause=missing_in_gl; amount=-40.00; document_id=INV-8",
            "rec_id=gl-US01-1200; cause_code=V07; cause=missing_in_gl; amount=2.00; document_id=INV-9",
            "rec_id=gl-US01-1200; cause_code=V03; cause=manual_journal; amount=10.00",
            "rec_id=other; cause_code=V03; cause=manual_journal; amount=99.00",
        ],
    );
    let expected = "\
USD −5.00 of the variance is unexplained
US01 receivables, account 1200: GL 90.00 less subledger 190.00 is a variance of USD −100.00
Cutoff | INV-7 | −67.00
Missing in GL | 2 items | −38.00
Manual journal | 1 item | 10.00
Unexplained | −5.00
Variance | −100.00
Source: data/reconciling_items.csv · Northwind · as of 2026-10-31";
    assert_eq!(chart(&made, "variance-gl-us01-1200"), expected);
}

#[test]
fn the_title_of_a_variance_says_what_is_true_of_it() {
    let item = |cause: &str, amount: &str| {
        format!("rec_id=gl-US01-1200; cause_code={cause}; cause=x; amount={amount}; document_id=INV-7")
    };
    let said = |rec: &str, items: &[(&str, &str)]| {
        let lines: Vec<String> = items.iter().map(|(cause, amount)| item(cause, amount)).collect();
        title(&variance(rec, &lines.iter().map(String::as_str).collect::<Vec<_>>()), "variance-gl-us01-1200")
    };
    let rec = format!("{REC}; unexplained=0.00");
    assert_eq!(said(&rec, &[("V08", "-67.00"), ("V07", "-33.00")]), "67% of the variance is cutoff: INV-7");
    assert_eq!(said(&rec, &[("V07", "-100.00")]), "The whole variance is missing in GL: INV-7");
    assert_eq!(said(&rec, &[("V08", "-50.00"), ("V08", "-50.00")]), "The whole variance is cutoff: 2 items");
    // A cause that is larger than the variance, or goes the other way, is no share of it.
    assert_eq!(said(&rec, &[("V08", "-300.00"), ("V07", "200.00")]), "The largest of 2 causes is cutoff: INV-7");
    assert_eq!(said(&rec, &[]), "Nothing explains the variance of USD −100.00");
    let agreed = rec.replace("variance=-100.00", "variance=0.00");
    assert_eq!(said(&agreed, &[("V08", "-9.00"), ("V07", "9.00")]), "2 items cancel out: nothing is left");
}

#[test]
fn what_has_nothing_to_show_is_said_instead() {
    let recs = [
        "rec_id=gl-A-1; kind=gl; entity=A; account=1; currency=USD; variance=0.00; unexplained=0.00",
        "rec_id=gl-B-1; kind=gl; entity=B; account=1; currency=USD; variance=5.00; limitation=no trial balance",
    ];
    let made = charts(vec![table(&RECONCILIATIONS, &recs)]);
    assert!(made.charts.is_empty());
    let said: Vec<&str> = made.findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected = [
        "no chart aging: nothing is open",
        "no chart past-due: nothing is past due",
        "no chart unapplied: no cash is unapplied",
        "no chart variance-gl-a-1: both sides agree",
        "no chart variance-gl-b-1: no trial balance",
    ];
    assert_eq!(said, expected);
}

#[test]
fn unapplied_cash_is_shown_by_cause_the_largest_first() {
    let made = charts(vec![table(
        &UNAPPLIED,
        &[
            "receipt_id=R1; currency=USD; open_amount=200.00; cause=on_account; cause_code=C11; age_days=40",
            "receipt_id=R2; currency=USD; open_amount=500.00; cause=payer_unknown; cause_code=C01; age_days=3",
            "receipt_id=R3; currency=USD; open_amount=300.00; cause=payer_unknown; cause_code=C01; age_days=1",
            "receipt_id=R4; currency=USD; open_amount=0.00; cause=misapplied; cause_code=C16; age_days=1",
            "receipt_id=R5; currency=JPY; open_amount=200.00; cause=on_account; cause_code=C11; age_days=0",
        ],
    )]);
    let expected = "\
80% of unapplied cash has one cause: payer unknown
Cash received and not applied, by cause, in USD, rounded
Payer unknown | 2 receipts, oldest 3 days | 800 | 80%
On account | 1 receipt, 40 days old | 200 | 20%
Unapplied cash | 3 receipts | 1,000
Source: data/unapplied.csv · Northwind · as of 2026-10-31";
    assert_eq!(chart(&made, "unapplied-usd"), expected);
    assert_eq!(title(&made, "unapplied-jpy"), "All unapplied cash has one cause: on account");
}
