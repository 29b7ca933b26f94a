//! The aging: customers down, buckets across.

use crate::diag::{Place, Problem, Result};
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Column, Kind, rational};
use crate::report::grid::Grid;
use crate::report::template::{Template, TemplatePivot};
use std::collections::BTreeMap;

/// A grid turned: its rows, and the names of the columns that were values before.
pub(super) struct Pivoted {
    pub(super) grid: Grid,
    pub(super) buckets: Vec<String>,
}

/// Turns the values of one column into columns, adds `@total` and `@share` (of the currency's total, six digits), and
/// puts the rows in the order of the staying columns, the largest total of a currency first.
pub(super) fn turn(grid: &Grid, pivot: &TemplatePivot, order: &[String], template: &Template) -> Result<Pivoted> {
    let position = |name: &String| {
        grid.position(name).ok_or_else(|| {
            let names: Vec<&str> = grid.columns.iter().map(|column| column.name.as_str()).collect();
            let message = format!("the pivot asks for the column {name:?}, which is not there");
            let remedy = format!("the columns are: {}", names.join(", "));
            Problem::input("T4012", Place::file(&template.origin), message, remedy)
        })
    };
    let keys = pivot.rows.iter().map(position).collect::<Result<Vec<_>>>()?;
    let (bucket, value) = (position(&pivot.column)?, position(&pivot.value)?);
    let mut buckets = order.to_vec();
    let mut sums: BTreeMap<Vec<&str>, BTreeMap<usize, i128>> = BTreeMap::new();
    for row in 0..grid.len() {
        let name = grid.text(row, bucket);
        let place = buckets.iter().position(|known| known == name).unwrap_or_else(|| {
            buckets.push(name.to_owned());
            buckets.len() - 1
        });
        let key = keys.iter().map(|column| grid.text(row, *column)).collect();
        *sums.entry(key).or_default().entry(place).or_default() +=
            i128::from(grid.units(row, value).unwrap_or_default());
    }
    let currency = pivot.rows.iter().position(|name| name == "currency");
    let currency_of = |key: &[&str]| currency.map_or("", |index| key[index]).to_owned();
    let mut totals: BTreeMap<String, i128> = BTreeMap::new();
    let mut rows: Vec<(Vec<&str>, BTreeMap<usize, i128>, i128)> = Vec::with_capacity(sums.len());
    for (key, cells) in sums {
        let total = cells.values().sum();
        *totals.entry(currency_of(&key)).or_default() += total;
        rows.push((key, cells, total));
    }
    // The first two staying columns group the list (entity, currency); within, the largest balance comes first.
    rows.sort_by(|left, right| {
        let group = |key: &[&str]| key.iter().take(2).map(|text| (*text).to_owned()).collect::<Vec<_>>();
        (group(&left.0), std::cmp::Reverse(left.2), &left.0).cmp(&(
            group(&right.0),
            std::cmp::Reverse(right.2),
            &right.0,
        ))
    });
    let mut columns: Vec<(String, Kind, Column)> = Vec::new();
    for (index, name) in pivot.rows.iter().enumerate() {
        let mut cells = Column::new(Kind::Word);
        rows.iter().for_each(|(key, _, _)| cells.push(Cell::text(key[index])));
        columns.push((name.clone(), Kind::Word, cells));
    }
    let units = |sum: i128| i64::try_from(sum).map_err(|_| too_large(template));
    for (place, name) in buckets.iter().enumerate() {
        let cells: Result<Vec<i64>> =
            rows.iter().map(|(_, cells, _)| cells.get(&place).map_or(Ok(NO_MONEY), |sum| units(*sum))).collect();
        columns.push((name.clone(), Kind::Money, Column::Money(cells?.into())));
    }
    let cells: Result<Vec<i64>> = rows.iter().map(|(_, _, total)| units(*total)).collect();
    columns.push(("@total".to_owned(), Kind::Money, Column::Money(cells?.into())));
    let shares = rows.iter().map(|(key, _, total)| {
        let whole = totals.get(&currency_of(key)).copied().unwrap_or_default();
        Some(rational::share(*total, whole, 6).unwrap_or_default())
    });
    columns.push(("@share".to_owned(), Kind::Decimal, Column::Decimal(shares.collect())));
    Ok(Pivoted { grid: Grid::of_columns(columns), buckets })
}

fn too_large(template: &Template) -> Problem {
    let remedy = "check the amounts, and add up only amounts of one currency";
    Problem::input("T4006", Place::file(&template.origin), "an amount is out of range", remedy)
}

/// Whether a bucket holds what is more than 90 days past due, by its name: "91-120", "over 90", "over 120".
pub(super) fn is_over_90(bucket: &str) -> bool {
    let digits: String = bucket.chars().skip_while(|c| !c.is_ascii_digit()).take_while(char::is_ascii_digit).collect();
    digits.parse::<u32>().is_ok_and(|days| days > 90 || (days == 90 && bucket.starts_with("over")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn late_buckets_are_known_by_their_names() {
        let late: Vec<&str> = ["current", "1-30", "61-90", "91-120", "over 90", "over 120", "no due date", "unapplied"]
            .into_iter()
            .filter(|bucket| is_over_90(bucket))
            .collect();
        assert_eq!(late, ["91-120", "over 90", "over 120"]);
    }
}
