//! KPIs of registers that chance wrote: the bridge of DSO adds up, the queries form the same sums, and the order of
//! rows changes nothing.

use crate::support::books::configuration;
use crate::support::{Close, column, worked_out as run};
use proptest::prelude::*;
use std::collections::BTreeMap;
use tieout::model::Date;

/// An invoice or credit memo with what was paid of it, and when.
#[derive(Clone, Debug)]
struct Story {
    customer: u8,
    day: i32,
    cents: i64,
    terms: i32,
    is_credit: bool,
    /// Hundredths of the amount, and after how many days.
    paid: Option<(i64, i32)>,
    disputed: bool,
}

fn story() -> impl Strategy<Value = Story> {
    let paid = prop_oneof![1 => Just(None), 2 => (1..=100_i64, 0..90_i32).prop_map(Some)];
    (0..4_u8, 0..420_i32, 100..900_000_i64, 0..60_i32, prop::bool::weighted(0.15), paid, prop::bool::weighted(0.2))
        .prop_map(|(customer, day, cents, terms, is_credit, paid, disputed)| Story {
            customer,
            day,
            cents,
            terms,
            is_credit,
            paid,
            disputed,
        })
}

fn money(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// Register, applications, disputes and the balance, as lines.
fn files(stories: &[Story]) -> ([Vec<String>; 3], i64) {
    let end = Date::parse_iso("2026-10-31").expect("a day");
    let (mut items, mut applied, mut cases, mut balance) = (Vec::new(), Vec::new(), Vec::new(), 0);
    for (number, story) in stories.iter().enumerate() {
        let day = end.plus_days(-story.day);
        let (kind, cents) = if story.is_credit { ("credit_memo", -story.cents / 9) } else { ("invoice", story.cents) };
        let paid_on = story.paid.map(|(_, after)| day.plus_days(after)).filter(|day| *day <= end && !story.is_credit);
        let paid = match (paid_on, story.paid) {
            (Some(_), Some((part, _))) => cents * part / 100,
            _ => 0,
        };
        balance += cents - paid;
        let (open, due, customer) = (money(cents - paid), day.plus_days(story.terms), story.customer);
        items.push(format!("E1,D{number},{kind},C{customer},{day},{due},USD,{},{open}", money(cents)));
        if let Some(day) = paid_on.filter(|_| paid > 0) {
            items.push(format!("E1,R{number},receipt,C{customer},{day},,USD,{},0.00", money(-paid)));
            applied.push(format!("R{number},D{number},{day},{}", money(paid)));
        }
        if story.disputed && !story.is_credit {
            cases.push(format!("K{number},D{number},{day},{},pricing,open", money(cents / 3)));
        }
    }
    ([items, applied, cases], balance)
}

fn close_of(files: &[Vec<String>; 3], balance: i64) -> Close {
    let headings = [
        "entity,item_id,item_type,customer_id,document_date,due_date,currency,amount,open_amount",
        "from_item_id,to_item_id,applied_date,amount",
        "case_id,item_id,opened_date,amount,reason_code,status",
    ];
    let names = [("ar_items", "ar.csv"), ("ar_applications", "apps.csv"), ("disputes", "disputes.csv")];
    let close = Close::empty();
    let mut sources = vec![("trial_balance", "tb.csv", "")];
    close.write("tb.csv", format!("entity,account,ending_balance\nE1,1200,{}\n", money(balance)));
    for ((lines, heading), (table, path)) in files.iter().zip(headings).zip(names) {
        if !lines.is_empty() {
            close.write(path, format!("{heading}\n{}\n", lines.join("\n")));
            sources.push((table, path, ""));
        }
    }
    close.write("close.toml", configuration(&sources).replace("US01", "E1"));
    close
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn kpis_of_any_register_hold_together(stories in prop::collection::vec(story(), 1..24), turn in 0..24_usize) {
        let (lines, balance) = files(&stories);
        let worked = run(&close_of(&lines, balance)).expect("a run");
        let of = |name: &str| column(&worked, "dso_bridge", name);
        let mut steps: BTreeMap<(String, String), [i64; 3]> = BTreeMap::new();
        let months = of("scope").into_iter().zip(of("period"));
        for ((month, step), days) in months.zip(of("step")).zip(of("days")) {
            let days: i64 = days.replace('.', "").parse().expect("hundredths");
            let part = match step.as_str() { "before" => 0, "after" => 1, _ => 2 };
            steps.entry(month).or_default()[part] += days;
        }
        for (month, [before, after, moved]) in &steps {
            prop_assert_eq!(after - before, *moved, "{:?}", month);
        }
        let checks = column(&worked, "checks", "check").into_iter().zip(column(&worked, "checks", "outcome"));
        let checks: Vec<(String, String)> = checks.filter(|(name, _)| name.starts_with("KPI sums")).collect();
        prop_assert!(checks.len() == 8 && checks.iter().all(|(_, outcome)| outcome != "fail"), "{:?}", checks);
        let turned = lines.map(|mut lines| {
            let at = turn % lines.len().max(1);
            lines.rotate_left(at);
            lines.reverse();
            lines
        });
        let again = run(&close_of(&turned, balance)).expect("a run");
        for name in ["kpi", "scope", "period", "value", "numerator", "denominator", "rows", "status", "note"] {
            prop_assert_eq!(column(&worked, "kpis", name), column(&again, "kpis", name), "{}", name);
        }
    }
}
