//! DSO over the months with the bridge from the month before, and how accurate billing was.

use super::figures::tenths;
use super::{Bar, Bars, Forming, From, Look, Panel, Point, Trend};
use crate::model::{Cell, Period};
use crate::report::grid::Grid;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The scope of all entities of a currency.
const ALL: &str = "ALL";
/// The KPI whose months are drawn, and those that stand beside it.
const RIGHT: &str = "first_time_right_count";
const BESIDE: [(&str, &str, &str); 4] = [
    (RIGHT, "First-time-right", "by count"),
    ("first_time_right_amount", "First-time-right", "by amount"),
    ("invoice_accuracy_count", "Invoice accuracy", "by count"),
    ("invoice_accuracy_amount", "Invoice accuracy", "by amount"),
];

/// A KPI of one month.
struct Reading {
    period: Period,
    /// Nothing where it could not be formed.
    value: Option<Decimal>,
}

/// The columns of a table that the charts read, by their names.
struct Rows<'a> {
    grid: &'a Grid,
    what: usize,
    scope: usize,
    currency: usize,
    period: usize,
    number: usize,
    /// What is to be reached, where the table says it.
    target: Option<usize>,
}

impl<'a> Rows<'a> {
    /// Nothing where the table lacks one of them.
    fn of(grid: &'a Grid, what: &str, number: &str) -> Option<Rows<'a>> {
        let [what, scope, currency, period, number] =
            [what, "scope", "currency", "period", number].map(|name| grid.position(name));
        let target = grid.position("target");
        Some(Rows { grid, what: what?, scope: scope?, currency: currency?, period: period?, number: number?, target })
    }

    /// The widest scope of each currency: all entities, else the first that there is.
    fn scopes(&self) -> BTreeMap<&'a str, &'a str> {
        let mut found = BTreeMap::new();
        for row in 0..self.grid.len() {
            let (currency, scope) = (self.grid.text(row, self.currency), self.grid.text(row, self.scope));
            let widest = found.entry(currency).or_insert(scope);
            if scope == ALL {
                *widest = scope;
            }
        }
        found
    }

    /// The rows of a scope: what they are, of which month, and their number, which may be missing.
    fn of_scope(&self, currency: &str, scope: &str) -> impl Iterator<Item = (&'a str, Period, Option<Decimal>)> {
        let grid = self.grid;
        let is_own =
            move |row: &usize| grid.text(*row, self.currency) == currency && grid.text(*row, self.scope) == scope;
        let number = |row: usize| match grid.cell(row, self.number) {
            Cell::Decimal(number) => Some(number),
            _ => None,
        };
        (0..grid.len()).filter(is_own).filter_map(move |row| {
            Some((grid.text(row, self.what), Period::parse(grid.text(row, self.period))?, number(row)))
        })
    }

    /// The months of a KPI of a scope.
    fn readings(&self, currency: &str, scope: &str, kpi: &str) -> Vec<Reading> {
        let own = self.of_scope(currency, scope).filter(|(name, ..)| *name == kpi);
        let mut found: Vec<Reading> = own.map(|(_, period, value)| Reading { period, value }).collect();
        found.sort_by_key(|reading| reading.period);
        found
    }

    /// What a KPI should come to.
    fn target(&self, kpi: &str) -> Option<Decimal> {
        let column = self.target?;
        (0..self.grid.len()).filter(|row| self.grid.text(*row, self.what) == kpi).find_map(|row| {
            match self.grid.cell(row, column) {
                Cell::Decimal(target) => Some(target),
                _ => None,
            }
        })
    }
}

/// The last month's value, and that of the month before.
fn last_two(readings: &[Reading], period: Period) -> (Option<Decimal>, Option<Decimal>) {
    let of = |period: Period| readings.iter().find(|reading| reading.period == period).and_then(|found| found.value);
    (of(period), of(period.previous()))
}

fn trend(readings: &[Reading], heading: &str, ending: &str, target: Option<Decimal>) -> Trend {
    let label = |at: usize, period: Period| {
        let month = period.short_name();
        let with_year = at == 0 || period.month == 1;
        if with_year { format!("{month} ’{:02}", period.year % 100) } else { month.to_owned() }
    };
    let point = |(at, reading): (usize, &Reading)| Point {
        label: label(at, reading.period),
        value: reading.value.map(hundredths),
        text: reading.value.map_or_else(|| "n/m".to_owned(), |value| tenths(value) + ending),
    };
    let target = target.map(|target| (hundredths(target), format!("target {}{ending}", target.normalize())));
    Trend { heading: heading.to_owned(), points: readings.iter().enumerate().map(point).collect(), target }
}

/// Hundredths: what KPIs are rounded to.
fn hundredths(value: Decimal) -> i128 {
    let mut value = value;
    value.rescale(2);
    value.mantissa()
}

/// The simple DSO month by month, and its bridge from the month before.
pub(super) fn dso(kpis: &Grid, steps: &Grid, forming: &mut Forming<'_>) {
    let period = forming.facts.period_end.period();
    let Some(kpis) = Rows::of(kpis, "kpi", "value") else { return };
    for (currency, scope) in kpis.scopes() {
        let readings = kpis.readings(currency, scope, "dso_simple");
        let name = format!("dso-{currency}");
        let (Some(value), _) = last_two(&readings, period) else {
            forming.without(&name, "DSO of the period could not be formed; data/kpis.csv says why");
            continue;
        };
        let bridge: Vec<(&str, Decimal)> = Rows::of(steps, "step", "days").map_or_else(Vec::new, |steps| {
            let own = steps.of_scope(currency, scope).filter(|(_, month, _)| *month == period);
            own.filter_map(|(step, _, days)| Some((step, days?))).collect()
        });
        let title = dso_title(value, &bridge);
        let target = kpis.target("dso_simple");
        let mut panels = vec![Panel::Trend(trend(&readings, "DSO in days, by month", "", target))];
        if !bridge.is_empty() {
            let rows = bridge.into_iter().map(|(step, days)| step_bar(step, days)).collect();
            panels.push(Panel::Bars(Bars { value_heading: "Days".to_owned(), share_heading: String::new(), rows }));
        }
        let subtitle =
            format!("Days sales outstanding, simple (closing AR / credit sales x days): {}, {currency}", whose(scope));
        forming.add(&name, title, subtitle, "data/kpis.csv, data/dso_bridge.csv", panels);
    }
}

fn whose(scope: &str) -> &str {
    if scope == ALL { "all entities" } else { scope }
}

fn step_bar(step: &str, days: Decimal) -> Bar {
    let is_end = matches!(step, "before" | "after");
    let label = match step {
        "before" => "Month before".to_owned(),
        "after" => "This month".to_owned(),
        "unapplied" => "Unapplied cash".to_owned(),
        "mix" => "Not yet due".to_owned(),
        "delinquency" => "Past due".to_owned(),
        other => crate::model::words::in_words(other),
    };
    let mut shown = days;
    shown.rescale(2);
    Bar {
        label,
        note: String::new(),
        value: hundredths(days),
        text: match (is_end, days > Decimal::ZERO) {
            (false, true) => format!("+{shown}"),
            _ => shown.to_string().replace('-', "\u{2212}"),
        },
        share: String::new(),
        from: if is_end { From::Zero } else { From::Above },
        look: match (is_end, days < Decimal::ZERO) {
            (true, _) => Look::Total,
            (false, true) => Look::Minus,
            (false, false) => Look::Plus,
        },
    }
}

/// What the bridge says, in a sentence: how far DSO moved, and which step accounts for most of it.
pub(in crate::report) fn dso_title(value: Decimal, bridge: &[(&str, Decimal)]) -> String {
    let shown = tenths(value);
    let (Some((_, before)), Some((_, after))) = (bridge.first(), bridge.last()) else {
        return format!("DSO is {shown} days");
    };
    let change = *after - *before;
    if tenths(change.abs()) == "0.0" {
        return format!("DSO stays at {shown} days");
    }
    let moved = if change > Decimal::ZERO { "rose" } else { "fell" };
    let said = format!("DSO {moved} by {} to {shown} days", tenths(change.abs()));
    let steps = &bridge[1..bridge.len() - 1];
    let along = steps.iter().filter(|(_, days)| (*days > Decimal::ZERO) == (change > Decimal::ZERO));
    let Some((step, days)) = along.max_by_key(|(_, days)| days.abs()) else { return said };
    let what = match *step {
        "volume" => "sales of the month account for",
        "mix" => "what is not yet due accounts for",
        "delinquency" => "what is past due accounts for",
        "unapplied" => "unapplied cash accounts for",
        _ => "disputes account for",
    };
    format!("{said}: {what} {}", tenths(days.abs()))
}

/// Invoices that needed no correction, month by month, and what else tells how accurate billing was.
pub(super) fn billing(kpis: &Grid, forming: &mut Forming<'_>) {
    let period = forming.facts.period_end.period();
    let Some(kpis) = Rows::of(kpis, "kpi", "value") else { return };
    for (currency, scope) in kpis.scopes() {
        let readings = kpis.readings(currency, scope, RIGHT);
        let name = format!("billing-{currency}");
        let (Some(value), before) = last_two(&readings, period) else {
            forming.without(&name, "billing accuracy of the period could not be formed; data/kpis.csv says why");
            continue;
        };
        let beside = BESIDE.iter().filter_map(|(kpi, label, note)| {
            let (value, _) = last_two(&kpis.readings(currency, scope, kpi), period);
            Some(share_bar(label, note, value?))
        });
        let rows: Vec<Bar> = beside.collect();
        let heading = "First-time-right invoices, percent of those issued, by month";
        let mut panels = vec![Panel::Trend(trend(&readings, heading, "%", kpis.target(RIGHT)))];
        // A bar or two would say the line's last figure again, beside an empty half.
        if rows.len() > 2 {
            panels.push(Panel::Bars(Bars { value_heading: String::new(), share_heading: String::new(), rows }));
        }
        let subtitle =
            format!("Billing accuracy: {}, {currency}; returns, goodwill and rebates are no errors", whose(scope));
        forming.add(&name, billing_title(value, before), subtitle, "data/kpis.csv", panels);
    }
}

fn share_bar(label: &str, note: &str, value: Decimal) -> Bar {
    Bar {
        label: label.to_owned(),
        note: note.to_owned(),
        value: hundredths(value),
        text: format!("{}%", tenths(value)),
        share: String::new(),
        from: From::Zero,
        look: Look::Plus,
    }
}

fn billing_title(value: Decimal, before: Option<Decimal>) -> String {
    let said = format!("{}% of the invoices needed no correction", tenths(value));
    match before.map(|before| value - before) {
        None => said,
        Some(change) if tenths(change.abs()) == "0.0" => format!("{said}, as in the month before"),
        Some(change) => {
            let more = if change > Decimal::ZERO { "more" } else { "fewer" };
            format!("{said}, {} points {more} than the month before", tenths(change.abs()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChartFacts, Forming};
    use super::*;
    use crate::model::{Column, Date, Kind};

    /// A table of lines such as `dso_simple ALL USD 2026-10 42.30`; `-` is a number that could not be formed.
    fn grid(what: &str, number: &str, lines: &[&str]) -> Grid {
        let mut columns = [Kind::Word, Kind::Word, Kind::Word, Kind::Word, Kind::Decimal].map(Column::new);
        for line in lines {
            for (column, text) in columns.iter_mut().zip(line.split(' ')) {
                match column {
                    Column::Decimal(_) => column.push(text.parse().map_or(Cell::Null, Cell::Decimal)),
                    _ => column.push(Cell::Text(text)),
                }
            }
        }
        let names = [what, "scope", "currency", "period", number].map(str::to_owned);
        let kinds = [Kind::Word, Kind::Word, Kind::Word, Kind::Word, Kind::Decimal];
        Grid::of_columns(
            names.into_iter().zip(kinds).zip(columns).map(|((name, kind), cells)| (name, kind, cells)).collect(),
        )
    }

    fn formed(build: impl Fn(&mut Forming<'_>)) -> (Vec<String>, Vec<String>) {
        let period_end = Date::from_ymd(2026, 10, 31).expect("a day");
        let facts = ChartFacts { close_name: "Northwind".to_owned(), period_end, buckets: Vec::new() };
        let mut forming = Forming { facts: &facts, charts: Vec::new(), without: Vec::new() };
        build(&mut forming);
        (forming.charts.iter().map(ToString::to_string).collect(), forming.without)
    }

    #[test]
    fn dso_is_a_line_and_a_bridge_in_days_that_add_up() {
        let kpis = grid(
            "kpi",
            "value",
            &[
                "dso_simple US01 USD 2026-10 99.00",
                "dso_simple ALL USD 2025-12 -",
                "dso_simple ALL USD 2026-01 38.04",
                "dso_simple ALL USD 2026-09 39.15",
                "dso_simple ALL USD 2026-10 42.26",
                "dso_true ALL USD 2026-10 1.00",
                "dso_simple DE01 EUR 2026-10 -",
            ],
        );
        let steps = [("before", "39.15"), ("volume", "1.20"), ("mix", "0.00"), ("delinquency", "2.41")];
        let more = [("unapplied", "-0.50"), ("disputes", "0.00"), ("after", "42.26")];
        let line = |(step, days): &(&str, &str)| format!("{step} ALL USD 2026-10 {days}");
        let lines: Vec<String> = steps.iter().chain(&more).map(line).collect();
        let steps = grid("step", "days", &lines.iter().map(String::as_str).collect::<Vec<_>>());
        let (charts, without) = formed(|forming| dso(&kpis, &steps, forming));
        let expected = "\
DSO rose by 3.1 to 42.3 days: what is past due accounts for 2.4
Days sales outstanding, simple (closing AR / credit sales x days): all entities, USD
DSO in days, by month
Dec ’25 | n/m
Jan ’26 | 38.0
Sep | 39.2
Oct | 42.3
Month before | 39.15
Volume | +1.20
Not yet due | 0.00
Past due | +2.41
Unapplied cash | −0.50
Disputes | 0.00
This month | 42.26
Source: data/kpis.csv, data/dso_bridge.csv · Northwind · as of 2026-10-31";
        assert_eq!(charts, [expected]);
        assert_eq!(without, ["no chart dso-eur: DSO of the period could not be formed; data/kpis.csv says why"]);
    }

    #[test]
    fn the_title_of_dso_says_no_more_than_is_known() {
        let days = |text: &str| text.parse::<Decimal>().expect("a number");
        assert_eq!(dso_title(days("42.26"), &[]), "DSO is 42.3 days");
        let still = [("before", days("42.24")), ("volume", days("0.02")), ("after", days("42.26"))];
        assert_eq!(dso_title(days("42.26"), &still), "DSO stays at 42.3 days");
        let fell = [("before", days("45")), ("volume", days("-3")), ("mix", days("1")), ("after", days("43"))];
        assert_eq!(dso_title(days("43"), &fell), "DSO fell by 2.0 to 43.0 days: sales of the month account for 3.0");
    }

    #[test]
    fn billing_is_a_line_and_the_shares_beside_it() {
        let kpis = grid(
            "kpi",
            "value",
            &[
                "first_time_right_count US01 USD 2026-09 95.50",
                "first_time_right_count US01 USD 2026-10 94.20",
                "invoice_accuracy_count US01 USD 2026-10 96.00",
                "invoice_accuracy_amount US01 USD 2026-10 97.00",
            ],
        );
        let (charts, _) = formed(|forming| billing(&kpis, forming));
        let expected = "\
94.2% of the invoices needed no correction, 1.3 points fewer than the month before
Billing accuracy: US01, USD; returns, goodwill and rebates are no errors
First-time-right invoices, percent of those issued, by month
Sep ’26 | 95.5%
Oct | 94.2%
First-time-right | by count | 94.2%
Invoice accuracy | by count | 96.0%
Invoice accuracy | by amount | 97.0%
Source: data/kpis.csv · Northwind · as of 2026-10-31";
        assert_eq!(charts, [expected]);
        // Alone it fills the paper, and its target is told.
        let mut targets = Column::new(Kind::Decimal);
        [Cell::Null, Cell::Decimal(Decimal::from(95))].into_iter().for_each(|cell| targets.push(cell));
        let lines = ["first_time_right_count US01 USD 2026-09 95.50", "first_time_right_count US01 USD 2026-10 94.20"];
        let kpis = grid("kpi", "value", &lines).with_column("target", Kind::Decimal, targets);
        let (charts, _) = formed(|forming| billing(&kpis, forming));
        assert!(
            charts[0].ends_with("| 94.2%\ntarget 95%\nSource: data/kpis.csv · Northwind · as of 2026-10-31"),
            "{charts:?}"
        );
    }
}
