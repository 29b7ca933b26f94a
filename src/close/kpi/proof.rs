//! The sums of the KPIs against the same sums by a query: a second way to them, over other tables.

use crate::measure::month::amount;
use crate::model::{Cell, Table};
use crate::normalise::source::Check;
use crate::report::grid::Grid;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Numerator and denominator.
type Parts = (Option<Decimal>, Option<Decimal>);

/// The measured parts of a month by KPI, scope and currency.
fn measured<'a>(kpis: &'a Table, period: &str) -> BTreeMap<[&'a str; 3], Parts> {
    let [kpi, scope, currency, periods] = ["kpi", "scope", "currency", "period"].map(|column| kpis.text(column));
    let part = |column: &str, row: usize| match kpis.def.position(column).map(|at| kpis.columns[at].cell(row)) {
        Some(Cell::Decimal(number)) => Some(number),
        _ => None,
    };
    let of_month = (0..kpis.len()).filter(|row| periods.get(*row) == period);
    of_month
        .map(|row| {
            let key = [kpi.get(row), scope.get(row), currency.get(row)];
            (key, (part("numerator", row), part("denominator", row)))
        })
        .collect()
}

/// Whether two denominators are one. The days of a year's twelfth are no short decimal: their twelve stands there.
fn is_same(measured: Option<Decimal>, queried: Option<Decimal>) -> bool {
    let twelvefold = |number: Decimal| number.checked_mul(Decimal::from(12));
    measured == queried || (measured.is_some() && measured == queried.and_then(twelvefold))
}

/// Counts the sums of a query that agree with what was measured. What was not formed on either side is not compared.
pub(super) fn check(kpis: &Table, queried: &Grid, period: &str, name: String) -> Check {
    let measured = measured(kpis, period);
    let column = |name: &str| queried.position(name).unwrap_or_default();
    let texts = ["kpi", "scope", "currency"].map(column);
    let (numerator, denominator) = (column("numerator"), column("denominator"));
    let part = |row: usize, column: usize| queried.units(row, column).and_then(|units| amount(units.into()));
    let (mut agree, mut compared, mut first) = (0, 0, None);
    for row in 0..queried.len() {
        let key = texts.map(|column| queried.text(row, column));
        let (Some((Some(top), bottom)), Some(other)) = (measured.get(&key), part(row, numerator)) else { continue };
        compared += 1;
        let below = part(row, denominator);
        if *top == other && is_same(*bottom, below) {
            agree += 1;
        } else {
            let shown = |part: Option<Decimal>| part.map_or("none".to_owned(), |part| part.to_string());
            first.get_or_insert_with(|| {
                let [kpi, scope, currency] = &key;
                let (bottom, below) = (shown(*bottom), shown(below));
                format!("{kpi} of {scope} in {currency}: measured {top} and {bottom}, by the query {other} and {below}")
            });
        }
    }
    match compared {
        0 => Check::not_testable(name, "no figure of the family could be formed"),
        _ => Check::count(name, agree, compared).with(first.unwrap_or_default()).remedied(
            "compare numerator and denominator on the sheet Figures with open items and roll-forward, and report the \
             difference: both are formed of the same documents",
        ),
    }
}
