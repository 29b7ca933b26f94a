//! The figures as rows: `kpis`, `dso_bridge`, `monthly_facts` and `kpi_definitions` (contract, section 5).

use super::bridge::{self, STEPS};
use super::definitions::{self, Better, Definition, Unit};
use super::month::{Computed, DayBasis, Exact, Figure, Month, Why, amount, percent_of_amounts};
use super::reasons;
use super::scope::{CASH_AGES, FLOWS, STOCKS, Scope, Sum};
use super::timeline::{ENDS, Timeline};
use crate::model::{Cell, Date, Table};
use crate::reconcile::register::exact;
use crate::reconcile::results::{DSO_BRIDGE, KPI_DEFINITIONS, KPI_MONTHS, KPIS, MONTHLY_FACTS};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What a KPI should come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// At the target or better is green.
    pub target: Decimal,
    /// As good as this is amber; worse is red.
    pub amber: Decimal,
}

/// How the figures are formed.
pub struct Choices<'a> {
    /// The months.
    pub timeline: &'a Timeline,
    /// How days are counted in a DSO.
    pub days: DayBasis,
    /// Targets by the names of KPIs.
    pub targets: &'a BTreeMap<String, Target>,
    /// The names of the aging's buckets.
    pub buckets: &'a [String],
}

/// A KPI of the aging: what share of the receivables a bucket is.
struct Share {
    name: String,
    formula: String,
    bucket: usize,
}

/// The buckets that hold receivables: all but the last, which holds the credits.
fn shares(buckets: &[String]) -> Vec<Share> {
    let receivable = buckets.split_last().map(|(_, rest)| rest).unwrap_or_default();
    let share = |(bucket, name): (usize, &String)| Share {
        name: format!("aging_{}", name.replace(' ', "_")),
        formula: format!("open items in the bucket {name} / gross AR x 100"),
        bucket,
    };
    receivable.iter().enumerate().map(share).collect()
}

/// The names of every KPI of a run.
pub fn names(buckets: &[String]) -> Vec<String> {
    let own = definitions::all().map(|definition| definition.name.to_owned());
    let steps = STEPS.iter().map(|(step, _)| format!("dso_bridge_{step}"));
    own.chain(shares(buckets).into_iter().map(|share| share.name)).chain(steps).collect()
}

/// One row of `kpis` before it is written.
struct Line<'a> {
    kpi: &'a str,
    unit: Unit,
    better: Better,
    formula: &'a str,
}

/// Every KPI of every scope, for each month that has documents.
pub fn kpis(scopes: &[Scope], choices: &Choices<'_>) -> Table {
    let mut table = Table::new(&KPIS);
    for scope in scopes {
        for definition in definitions::all() {
            each_month(scope, choices, |month| {
                push(&mut table, month, &of_definition(definition), (definition.of)(month), choices);
            });
        }
        for share in shares(choices.buckets) {
            let line = Line { kpi: &share.name, unit: Unit::Percent, better: Better::Neither, formula: &share.formula };
            each_month(scope, choices, |month| {
                push(&mut table, month, &line, of_bucket(month, share.bucket), choices);
            });
        }
        for (at, (step, formula)) in STEPS.iter().enumerate() {
            let kpi = format!("dso_bridge_{step}");
            let line = Line { kpi: &kpi, unit: Unit::Days, better: Better::Lower, formula };
            each_month(scope, choices, |month| {
                push(&mut table, month, &line, bridge::bridge(month).map(|bridge| of_step(&bridge, at)), choices);
            });
        }
    }
    table
}

fn of_definition(definition: &Definition) -> Line<'static> {
    Line { kpi: definition.name, unit: definition.unit, better: definition.better, formula: definition.formula }
}

fn of_bucket(month: &Month<'_>, bucket: usize) -> Computed {
    let at_end = month.at_end()?;
    percent_of_amounts(at_end.aging[bucket], month.gross()?.units, "gross AR")
}

fn of_step(bridge: &bridge::Bridge, at: usize) -> Figure {
    let days = Decimal::try_from_i128_with_scale(bridge.steps[at], bridge::DECIMALS).unwrap_or_default();
    Figure {
        value: Exact::Decimal(days),
        numerator: amount(bridge.changes[at]),
        denominator: None,
        factor: None,
        rows: 0,
        note: String::new(),
    }
}

/// The shown months of a scope that are not before its first document.
fn each_month(scope: &Scope, choices: &Choices<'_>, mut with: impl FnMut(&Month<'_>)) {
    let Some(first) = scope.first_flow else { return };
    for end in (1..ENDS).filter(|end| choices.timeline.flow_at(*end) >= first) {
        with(&Month { scope, timeline: choices.timeline, end, days: choices.days });
    }
}

fn push(table: &mut Table, month: &Month<'_>, line: &Line<'_>, computed: Computed, choices: &Choices<'_>) {
    let scope = month.scope;
    let period = period_of(month);
    let decimals = if line.unit == Unit::Amount { scope.decimals.max(finer(&computed)) } else { line.unit.decimals() };
    let target = choices.targets.get(line.kpi).filter(|_| line.better != Better::Neither);
    let mut cells = [Cell::Null; 15];
    let value;
    let (status, note, parts, rows) = match &computed {
        Ok(figure) => {
            value = figure.value.rounded(decimals);
            (
                if value.is_some() { "ok" } else { "n/m" },
                with_gap(month, figure.note.as_str()),
                Some(figure),
                figure.rows,
            )
        }
        Err(Why::NotMeaningful(numerator, denominator, reason)) => {
            value = None;
            (cells[6], cells[7]) = (decimal(*numerator), decimal(*denominator));
            ("n/m", format!("not meaningful: {reason}"), None, 0)
        }
        Err(Why::NotAvailable(reason)) => {
            value = None;
            ("not available", format!("not available: {reason}"), None, 0)
        }
    };
    if let Some(figure) = parts {
        (cells[6], cells[7], cells[9]) =
            (decimal(figure.numerator), decimal(figure.denominator), decimal(figure.factor));
        cells[10] = Cell::Int(rows);
    }
    cells[0] = Cell::Text(line.kpi);
    cells[1] = Cell::Text(&scope.name);
    cells[2] = Cell::Text(&scope.currency);
    cells[3] = Cell::Text(&period);
    cells[4] = value.map_or(Cell::Null, Cell::Decimal);
    cells[5] = Cell::Text(line.unit.name());
    cells[8] = Cell::Text(line.formula);
    cells[11] = Cell::Text(status);
    cells[12] = decimal(target.map(|target| target.target));
    cells[13] = value.zip(target).map_or(Cell::Null, |(value, target)| Cell::Text(rating(value, target, line.better)));
    cells[14] = Cell::text(&note);
    table.push(&cells);
}

/// Green at the target or better, amber as far as it is given, red beyond.
fn rating(value: Decimal, target: &Target, better: Better) -> &'static str {
    let reaches = |bound: Decimal| if better == Better::Lower { value <= bound } else { value >= bound };
    match (reaches(target.target), reaches(target.amber)) {
        (true, _) => "green",
        (false, true) => "amber",
        (false, false) => "red",
    }
}

/// An amount keeps the digits that it has beyond those of its currency.
fn finer(computed: &Computed) -> u32 {
    match computed {
        Ok(Figure { value: Exact::Decimal(number), .. }) => number.normalize().scale(),
        _ => 0,
    }
}

/// A part of a figure, without zeros that say nothing; an amount keeps two decimals.
fn decimal(number: Option<Decimal>) -> Cell<'static> {
    number.map_or(Cell::Null, |number| {
        let mut shown = number.normalize();
        shown.rescale(shown.scale().max(number.scale().min(2)));
        Cell::Decimal(shown)
    })
}

fn period_of(month: &Month<'_>) -> String {
    month.timeline.period(month.timeline.flow_at(month.end)).to_string()
}

/// The note, with what the roll-back of that month lacks.
fn with_gap(month: &Month<'_>, note: &str) -> String {
    let gap = month.scope.gaps[month.end];
    if gap == 0 || month.end < month.scope.rolls_from {
        return note.to_owned();
    }
    let gap =
        format!("open items of that day and the postings since differ by {}", crate::model::money::grouped(gap, 2));
    if note.is_empty() { gap } else { format!("{note}; {gap}") }
}

/// The bridge of the simple DSO, a row a step.
pub fn dso_bridge(scopes: &[Scope], choices: &Choices<'_>) -> Table {
    let mut table = Table::new(&DSO_BRIDGE);
    for scope in scopes {
        each_month(scope, choices, |month| {
            let Ok(bridge) = bridge::bridge(month) else { return };
            let period = period_of(month);
            let mut push = |order: i64, step: &str, days: Option<Decimal>, units: Option<i128>, text: &str| {
                table.push(&[
                    Cell::Text(&scope.name),
                    Cell::Text(&scope.currency),
                    Cell::Text(&period),
                    Cell::Int(order),
                    Cell::Text(step),
                    // Days keep both decimals: they are added up by people.
                    days.map_or(Cell::Null, Cell::Decimal),
                    units.map_or(Cell::Null, exact),
                    Cell::text(text),
                ]);
            };
            push(0, "before", bridge.before.rounded(bridge::DECIMALS), None, "DSO, simple, of the month before");
            for (at, (step, text)) in STEPS.iter().enumerate() {
                let days = Decimal::try_from_i128_with_scale(bridge.steps[at], bridge::DECIMALS).ok();
                push(at as i64 + 1, step, days, Some(bridge.changes[at]), text);
            }
            push(STEPS.len() as i64 + 1, "after", bridge.after.rounded(bridge::DECIMALS), None, "DSO, simple");
        });
    }
    table
}

/// The sums behind the figures, for queries: what stood open at each month end, and what moved in each month.
pub fn monthly_facts(scopes: &[Scope], choices: &Choices<'_>) -> Table {
    let mut table = Table::new(&MONTHLY_FACTS);
    for scope in scopes.iter().filter(|scope| scope.name != super::facts::ALL) {
        each_month(scope, choices, |month| {
            let period = period_of(month);
            let mut push = |kind: &str, measure: &str, part: &str, sum: Sum| {
                if sum != Sum::default() {
                    table.push(&[
                        Cell::Text(&scope.name),
                        Cell::Text(&scope.currency),
                        Cell::Text(&period),
                        Cell::Text(kind),
                        Cell::Text(measure),
                        Cell::text(part),
                        exact(sum.units),
                        Cell::Int(sum.count),
                    ]);
                }
            };
            if let Ok(at_end) = month.at_end() {
                STOCKS.iter().for_each(|(stock, name)| push("open", name, "", at_end.stocks[*stock as usize]));
                choices.buckets.iter().zip(&at_end.aging).for_each(|(name, sum)| push("open", "aging", name, *sum));
                let ages = CASH_AGES.iter().zip(at_end.cash_ages);
                ages.for_each(|((name, _), sum)| push("open", "unapplied_age", name, sum));
                push("open", "in_dispute", "", at_end.cases);
            }
            if let Ok(moved) = month.moved(0) {
                FLOWS.iter().for_each(|(flow, name)| push("moved", name, "", moved.flows[*flow as usize]));
                for ((reason, name), at) in reasons::ALL.iter().zip(0..) {
                    debug_assert_eq!(*reason as usize, at);
                    push("moved", "credit_memos_by_reason", name, moved.credits[at]);
                    push("moved", "credit_memos_by_invoice_month", name, moved.cohort[at]);
                }
            }
        });
    }
    table
}

/// The months that are shown, each with its days.
pub fn months(timeline: &Timeline) -> Table {
    let mut table = Table::new(&KPI_MONTHS);
    for end in 1..ENDS {
        let flow = timeline.flow_at(end);
        let period = timeline.period(flow);
        table.push(&[
            Cell::Text(&period.to_string()),
            Cell::date(Some(period.start())),
            Cell::date(Some(Date::from_days(timeline.ends[end]))),
            Cell::Int(timeline.days(flow).into()),
        ]);
    }
    table
}

/// What each KPI is.
pub fn definitions(buckets: &[String], targets: &BTreeMap<String, Target>) -> Table {
    let mut table = Table::new(&KPI_DEFINITIONS);
    let mut push = |kpi: &str, title: &str, topic: &str, unit: Unit, better: Better, texts: [&str; 4]| {
        let target = targets.get(kpi).map(|target| target.target);
        let position = Cell::count(table.len() + 1);
        table.push(&[
            Cell::Text(kpi),
            Cell::Text(title),
            Cell::Text(topic),
            Cell::Text(unit.name()),
            Cell::Text(better.name()),
            decimal(target),
            Cell::text(texts[0]),
            Cell::text(texts[1]),
            Cell::text(texts[2]),
            Cell::text(texts[3]),
            position,
        ]);
    };
    for definition in definitions::all() {
        let texts = [definition.formula, definition.numerator, definition.denominator, definition.source];
        push(definition.name, definition.title, definition.topic, definition.unit, definition.better, texts);
    }
    for share in shares(buckets) {
        let title = format!("Aging: {}", buckets[share.bucket]);
        let texts = [share.formula.as_str(), "open items in the bucket", "gross AR", "ar_items"];
        push(&share.name, &title, "Aging", Unit::Percent, Better::Neither, texts);
    }
    for (step, formula) in STEPS {
        let texts = [formula, "change of the balance", "credit sales a day", "ar_items, ar_applications, disputes"];
        let (kpi, title) = (format!("dso_bridge_{step}"), format!("DSO bridge: {step}"));
        push(&kpi, &title, "DSO bridge", Unit::Days, Better::Lower, texts);
    }
    table
}
