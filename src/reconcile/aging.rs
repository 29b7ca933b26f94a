//! Open items by age (formulas.md 2.6): buckets closed at the right, negative items in a column of their own.

use super::Inputs;
use super::control::{Controls, NO_REC};
use super::results::{AGING, OPEN_ITEMS};
use super::subledger::Subledger;
use crate::diag::{Finding, Place};
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{Cell, Date, Money, Table};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// How age is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Buckets {
    /// Upper bounds in days past due, 0 first.
    pub bounds: Vec<i32>,
    /// The date column that age is counted from.
    pub basis: &'static str,
    /// The day that age is counted to, inclusive.
    pub as_of: Date,
}

impl Buckets {
    /// The names of all buckets, in the order in which they are shown.
    pub fn names(&self) -> Vec<String> {
        let mut names = vec!["current".to_owned()];
        names.extend(self.bounds.windows(2).map(|pair| format!("{}-{}", pair[0] + 1, pair[1])));
        names.push(format!("over {}", self.bounds.last().copied().unwrap_or(0)));
        names.push("no due date".to_owned());
        names.push("unapplied".to_owned());
        names
    }

    /// The bucket of an item, as an index into [`Buckets::names`]; `age_days` is `None` where it has no date.
    pub fn of(&self, open: i64, age_days: Option<i32>) -> usize {
        let last = self.bounds.len() + 2;
        match age_days {
            _ if open < 0 => last,
            None => last - 1,
            Some(age) => self.bounds.iter().position(|bound| age <= *bound).unwrap_or(self.bounds.len()),
        }
    }
}

/// The aging and the open items behind it.
pub struct Aging {
    /// By entity, customer and bucket.
    pub table: Table,
    /// One row an open item.
    pub open_items: Table,
    /// What it adds up to, by reconciliation.
    pub totals: Vec<i128>,
    /// Open items that are to be aged, and how many of them have no date to be aged by.
    pub undated: (u64, u64),
    /// The column that age is counted from.
    pub basis: &'static str,
}

impl Aging {
    /// That most of what is open has no age, because its date is not given.
    pub fn findings(&self, as_of: Date) -> Option<Finding> {
        let (all, undated) = self.undated;
        (undated * 2 > all).then(|| {
            Finding::warning(
                "T3019",
                Place::default(),
                format!(
                    "{undated} of {all} open items have no {}: they stand under \"no due date\", and the aging as of \
                     {as_of} says nothing of them",
                    self.basis
                ),
                "map the column of the due date, or age by another date: [aging] basis = \"document_date\"",
            )
        })
    }
}

/// Ages every open item.
pub fn age(inputs: &Inputs, controls: &Controls, subledger: &Subledger, buckets: &Buckets) -> Aging {
    let items = &inputs.ar_items;
    let names = buckets.names();
    let (customers, customer_names) = (items.text("customer_id"), items.text("customer_name"));
    let master = customer_master(&inputs.customers);
    let by_posting = buckets.basis == "posting_date";
    let dates = items.dates(buckets.basis);
    let basis_of = |row: usize| if by_posting { subledger.posting[row] } else { dates[row] };
    let mut sums: HashMap<(u16, &str, usize), (i128, i64)> = HashMap::new();
    let mut shown_names: HashMap<(u16, &str), &str> = HashMap::new();
    let mut totals = vec![0_i128; controls.list.len()];
    let mut undated = (0, 0);
    let mut rows: Vec<(u16, u32, usize, Option<i32>)> = Vec::new();
    for (row, rec) in subledger.rec.iter().enumerate() {
        let open = subledger.open[row];
        if *rec == NO_REC || open == 0 {
            continue;
        }
        let basis = basis_of(row);
        let age = (basis != NO_DATE).then(|| buckets.as_of.days() - basis);
        let bucket = buckets.of(open, age);
        undated.0 += u64::from(open > 0);
        undated.1 += u64::from(open > 0 && age.is_none());
        let customer = customers.get(row);
        let sum = sums.entry((*rec, customer, bucket)).or_default();
        sum.0 += i128::from(open);
        sum.1 += 1;
        totals[*rec as usize] += i128::from(open);
        let own = customer_names.get(row);
        let name = if own.is_empty() { master.get(customer).copied().unwrap_or("") } else { own };
        // Of several spellings the first in the alphabet is shown, whatever the order of the rows.
        let shown = shown_names.entry((*rec, customer)).or_insert(name);
        if shown.is_empty() || (!name.is_empty() && name < *shown) {
            *shown = name;
        }
        rows.push((*rec, row as u32, bucket, age));
    }
    let table = summary(controls, &names, sums.into_iter().collect(), &shown_names);
    let open_items = detail(inputs, controls, subledger, &names, rows, &shown_names);
    Aging { table, open_items, totals, undated, basis: buckets.basis }
}

/// The names of the customers by their numbers.
pub fn customer_master(customers: &Table) -> BTreeMap<&str, &str> {
    let (ids, names) = (customers.text("customer_id"), customers.text("customer_name"));
    (0..customers.len()).map(|row| (ids.get(row), names.get(row))).collect()
}

/// Sum, count, the customer's name and the currency.
type Merged<'a> = (i128, i64, &'a str, &'a str);

/// One row an entity, customer, currency and bucket: accounts of one entity are added up.
fn summary(
    controls: &Controls,
    names: &[String],
    sums: BTreeMap<(u16, &str, usize), (i128, i64)>,
    shown: &HashMap<(u16, &str), &str>,
) -> Table {
    let mut merged: BTreeMap<(&str, &str, usize), Merged<'_>> = BTreeMap::new();
    for ((rec, customer, bucket), (sum, count)) in sums {
        let control = &controls.list[rec as usize];
        let name = shown.get(&(rec, customer)).copied().unwrap_or("");
        let entry = merged.entry((&control.entity, customer, bucket)).or_insert((0, 0, name, control.currency.code()));
        entry.0 += sum;
        entry.1 += count;
    }
    let mut table = Table::new(&AGING);
    for ((entity, customer, bucket), (sum, count, name, currency)) in merged {
        table.push(&[
            Cell::text(entity),
            Cell::text(customer),
            Cell::text(name),
            Cell::text(currency),
            Cell::text(&names[bucket]),
            super::register::exact(sum),
            Cell::Int(count),
        ]);
    }
    table
}

fn detail(
    inputs: &Inputs,
    controls: &Controls,
    subledger: &Subledger,
    names: &[String],
    mut rows: Vec<(u16, u32, usize, Option<i32>)>,
    shown: &HashMap<(u16, &str), &str>,
) -> Table {
    let items = &inputs.ar_items;
    let (ids, types, customers) = (items.text("item_id"), items.text("item_type"), items.text("customer_id"));
    let (document, due) = (items.dates("document_date"), items.dates("due_date"));
    let (currencies, opens) = (items.text("currency"), items.money("open_amount"));
    let money = |units: Option<i64>| Cell::money(units.map(Money::from_units));
    rows.par_sort_by(|a, b| {
        let order = |row: &(u16, u32, usize, Option<i32>)| {
            let at = row.1 as usize;
            (row.0, customers.get(at), subledger.posting[at], ids.get(at), subledger.open[at])
        };
        order(a).cmp(&order(b)).then_with(|| items.places.get(a.1 as usize).cmp(&items.places.get(b.1 as usize)))
    });
    let mut table = Table::new(&OPEN_ITEMS);
    let date = |days: i32| Cell::date((days != NO_DATE).then(|| Date::from_days(days)));
    for (rec, row, bucket, age) in rows {
        let (control, at) = (&controls.list[rec as usize], row as usize);
        let place = items.places.get(at).copied();
        let said = Some(opens[at]).filter(|units| *units != NO_MONEY);
        let currency = match currencies.get(at) {
            "" => control.currency.code(),
            currency => currency,
        };
        table.push(&[
            Cell::text(&control.entity),
            Cell::text(&control.account),
            Cell::text(ids.get(at)),
            Cell::text(types.get(at)),
            Cell::text(customers.get(at)),
            Cell::text(shown.get(&(rec, customers.get(at))).copied().unwrap_or("")),
            date(document[at]),
            date(subledger.posting[at]),
            date(due[at]),
            Cell::text(currency),
            money(said),
            money(said.map(|said| subledger.document_open[at] - said)),
            money(Some(subledger.document_open[at])),
            Cell::Money(Money::from_units(subledger.open[at])),
            age.map_or(Cell::Null, |age| Cell::Int(age.into())),
            Cell::text(&names[bucket]),
            Cell::text(place.map_or("", |place| inputs.source_name(place))),
            place.map_or(Cell::Null, |place| Cell::Int(place.row.into())),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_closed_at_the_right() {
        let as_of = Date::from_ymd(2026, 10, 31).unwrap_or(Date::from_days(0));
        let buckets = Buckets { bounds: vec![0, 30, 60, 90, 120], basis: "due_date", as_of };
        let name = |open, age| buckets.names()[buckets.of(open, age)].clone();
        for (age, bucket) in [
            (-400, "current"),
            (0, "current"),
            (1, "1-30"),
            (30, "1-30"),
            (31, "31-60"),
            (60, "31-60"),
            (61, "61-90"),
            (90, "61-90"),
            (91, "91-120"),
            (120, "91-120"),
            (121, "over 120"),
        ] {
            assert_eq!(name(1, Some(age)), bucket, "{age}");
        }
        assert_eq!(name(1, None), "no due date");
        assert_eq!(name(-1, Some(500)), "unapplied");
        assert_eq!(name(-1, None), "unapplied");
    }
}
