//! The allowance for expected credit losses by the aging method (formulas.md 2.6, ASC 326-20-55-37 to 55-40): what is
//! open by pool and bucket, times the sum of a historical rate, an adjustment for current conditions and one for
//! forecasts. Customers that share no risk with others are taken out first.

use super::{OpenItems, money};
use crate::config;
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::money::{Functional, grouped};
use crate::model::rational::convert;
use crate::model::{Cell, Currency, Money, Table};
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use crate::reconcile::Checks;
use crate::reconcile::register::exact;
use crate::reconcile::results::ALLOWANCE;
use hashbrown::HashMap;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// The bucket of negative open items: nothing is lost on them unless a rate says otherwise.
const UNAPPLIED: &str = "unapplied";

/// The matrix, and what it comes to.
#[derive(Debug)]
pub struct Matrix {
    /// Table `allowance`.
    pub table: Table,
    /// The allowance of each entity.
    pub closing: BTreeMap<String, i128>,
    /// What was proved.
    pub checks: Checks,
    /// What a person should look at.
    pub findings: Vec<Finding>,
}

/// A loss rate in percent, part by part.
#[derive(Clone, Copy, Debug)]
struct Rate {
    historical: Decimal,
    conditions: Decimal,
    forecast: Decimal,
}

impl Rate {
    fn percent(self) -> Decimal {
        self.historical + self.conditions + self.forecast
    }
}

/// A percentage with two decimals at least, so that a column of them reads as one.
fn percent(mut number: Decimal) -> Decimal {
    if number.scale() < 2 {
        number.rescale(2);
    }
    number
}

/// The rates by bucket and pool.
struct Rates<'a> {
    by_place: HashMap<(&'a str, &'a str), Rate>,
}

impl<'a> Rates<'a> {
    fn new(rules: &'a config::Allowance, buckets: &[String]) -> Result<Rates<'a>> {
        let mut by_place = HashMap::new();
        for given in &rules.rate {
            if !buckets.contains(&given.bucket) {
                let message =
                    format!("[[allowance.rate]] names the bucket \"{}\", which the aging has not", given.bucket);
                let help = format!("the buckets are: {}", buckets.join(", "));
                return Err(Problem::input("T3703", Place::file(config::FILE_NAME), message, help));
            }
            let of = |part: Option<config::Exact>| percent(part.map_or(Decimal::ZERO, |part| part.0));
            let rate = Rate {
                historical: percent(given.historical.0),
                conditions: of(given.conditions),
                forecast: of(given.forecast),
            };
            let pool = given.pool.as_deref().unwrap_or("");
            if by_place.insert((given.bucket.as_str(), pool), rate).is_some() {
                let message = format!("the rate of bucket \"{}\" is given twice", given.bucket);
                let help = "give one [[allowance.rate]] for each bucket and pool";
                return Err(Problem::input("T3703", Place::file(config::FILE_NAME), message, help));
            }
        }
        Ok(Rates { by_place })
    }

    /// The rate of a pool's bucket: its own, else the one for all pools.
    fn of(&self, pool: &str, bucket: &str) -> Option<Rate> {
        let own = (!pool.is_empty()).then(|| self.by_place.get(&(bucket, pool))).flatten();
        own.or_else(|| self.by_place.get(&(bucket, ""))).copied()
    }
}

/// Forms the matrix of a close. Without `[[allowance.rate]]` it is empty.
///
/// # Errors
/// T3703 for a rate of a bucket that the aging has not.
pub fn matrix(
    open_items: &Table,
    customers: &Table,
    buckets: &[String],
    rules: &config::Allowance,
    setting: &Setting,
) -> Result<Matrix> {
    let mut matrix =
        Matrix { table: Table::new(&ALLOWANCE), closing: BTreeMap::new(), checks: Checks::new(), findings: Vec::new() };
    if rules.rate.is_empty() && rules.individual.is_empty() {
        return Ok(matrix);
    }
    let rates = Rates::new(rules, buckets)?;
    let pools = pools(customers, rules);
    let items = OpenItems::new(open_items);
    let place_of: HashMap<&str, usize> = buckets.iter().enumerate().map(|(at, name)| (name.as_str(), at)).collect();
    let mut pooled: BTreeMap<(&str, &str, usize), i128> = BTreeMap::new();
    let mut alone: BTreeMap<(&str, &str), i128> = BTreeMap::new();
    let mut open: BTreeMap<&str, i128> = BTreeMap::new();
    for row in 0..items.len() {
        let (entity, customer, units) = (items.entity.get(row), items.customer.get(row), i128::from(items.open[row]));
        *open.entry(entity).or_default() += units;
        if evaluated(rules, entity, customer).is_some() {
            *alone.entry((entity, customer)).or_default() += units;
            continue;
        }
        let own = pools.get(&(entity, customer)).or_else(|| pools.get(&("", customer)));
        let bucket = place_of.get(items.bucket.get(row)).copied().unwrap_or(buckets.len());
        *pooled.entry((entity, own.copied().unwrap_or(""), bucket)).or_default() += units;
    }
    for ((entity, pool, bucket), balance) in pooled {
        let name = buckets.get(bucket).map_or("", String::as_str);
        matrix.pooled(entity, (pool, name), balance, rates.of(pool, name), setting);
    }
    for ((entity, customer), balance) in alone {
        if let Some(given) = evaluated(rules, entity, customer) {
            matrix.alone(entity, given, balance, setting)?;
        }
    }
    matrix.prove(&open);
    Ok(matrix)
}

/// The individual evaluation of a customer, where there is one.
fn evaluated<'r>(rules: &'r config::Allowance, entity: &str, customer: &str) -> Option<&'r config::Evaluated> {
    let of =
        |one: &&config::Evaluated| one.customer_id == customer && one.entity.as_deref().is_none_or(|own| own == entity);
    rules.individual.iter().find(of)
}

/// The pool of each customer, by entity (blank where the master data name none) and number.
fn pools<'a>(customers: &'a Table, rules: &config::Allowance) -> HashMap<(&'a str, &'a str), &'a str> {
    let Some(column) = &rules.pool_by else { return HashMap::new() };
    let (entities, ids, words) = (customers.text("entity"), customers.text("customer_id"), customers.text(column));
    (0..customers.len()).map(|row| ((entities.get(row), ids.get(row)), words.get(row))).collect()
}

/// A percentage of an amount, rounded once to the currency's decimals.
fn part_of(balance: i128, percent: Decimal, currency: Currency) -> Option<i64> {
    let amount = Money::<Functional>::from_units(i64::try_from(balance).ok()?);
    let rate = percent.checked_mul(Decimal::new(1, 2))?;
    convert::<Functional, Functional>(amount, rate, currency.decimals()).map(Money::units)
}

fn out_of_range(entity: &str) -> Problem {
    let message = format!("the receivables of {entity} are more than can be carried exactly");
    Problem::input("T2105", Place::default(), message, "look for amounts that are far too large")
}

impl Matrix {
    fn pooled(
        &mut self,
        entity: &str,
        (pool, bucket): (&str, &str),
        balance: i128,
        rate: Option<Rate>,
        setting: &Setting,
    ) {
        let currency = setting.functional(entity);
        let allowance = match rate {
            Some(rate) => part_of(balance, rate.percent(), currency),
            None if bucket == UNAPPLIED || balance == 0 => Some(0),
            None => None,
        };
        if allowance.is_none() {
            let shown = grouped(balance, currency.decimals() as usize);
            let of_pool = if pool.is_empty() { String::new() } else { format!(" of pool {pool}") };
            self.findings.push(Finding::warning(
                "T3702",
                Place::file(config::FILE_NAME),
                format!(
                    "{entity}: {shown} in bucket \"{bucket}\"{of_pool} has no loss rate: nothing is reserved for it"
                ),
                format!("add [[allowance.rate]] with bucket = \"{bucket}\""),
            ));
        }
        self.add(entity, allowance.unwrap_or(0));
        let part = |of: fn(Rate) -> Decimal| rate.map_or(Cell::Null, |rate| Cell::Decimal(of(rate)));
        self.table.push(&[
            Cell::text(entity),
            Cell::Text(currency.code()),
            Cell::text(if pool.is_empty() { "all" } else { pool }),
            Cell::text(bucket),
            Cell::Null,
            exact(balance),
            part(|rate| rate.historical),
            part(|rate| rate.conditions),
            part(|rate| rate.forecast),
            part(Rate::percent),
            Cell::Null,
            allowance.map_or(Cell::Null, money),
            Cell::Text(match (rate, bucket == UNAPPLIED) {
                (None, true) => "credits: no loss is expected, and they cover none",
                (None, false) => "no rate is given",
                _ => "",
            }),
        ]);
    }

    fn alone(&mut self, entity: &str, given: &config::Evaluated, balance: i128, setting: &Setting) -> Result<()> {
        let currency = setting.functional(entity);
        let of_percent =
            |percent: config::Exact| part_of(balance.max(0), percent.0, currency).ok_or_else(|| out_of_range(entity));
        let (allowance, how) = match (given.amount, given.percent) {
            (Some(amount), _) => (amount.money().units(), String::new()),
            (None, Some(percent)) => (of_percent(percent)?, format!("{} percent: ", percent.0)),
            (None, None) => (0, String::new()),
        };
        if i128::from(allowance) > balance.max(0) {
            let shown = |units: i128| grouped(units, currency.decimals() as usize);
            self.findings.push(Finding::warning(
                "T3704",
                Place::file(config::FILE_NAME),
                format!(
                    "{entity}: {} is reserved for {}, who owes {}",
                    shown(allowance.into()),
                    given.customer_id,
                    shown(balance)
                ),
                "correct [[allowance.individual]]: more than the balance cannot be lost",
            ));
        }
        self.add(entity, allowance);
        self.table.push(&[
            Cell::text(entity),
            Cell::Text(currency.code()),
            Cell::Text("individual"),
            Cell::Null,
            Cell::text(&given.customer_id),
            exact(balance),
            Cell::Null,
            Cell::Null,
            Cell::Null,
            Cell::Null,
            money(allowance),
            money(allowance),
            Cell::text(&format!("{how}{}", given.reason)),
        ]);
        Ok(())
    }

    fn add(&mut self, entity: &str, allowance: i64) {
        *self.closing.entry(entity.to_owned()).or_default() += i128::from(allowance);
    }

    /// Every receivable stands in the matrix once, and the rows add up to the closing allowance.
    fn prove(&mut self, open: &BTreeMap<&str, i128>) {
        let (entities, balances) = (self.table.text("entity"), self.table.money("balance"));
        let allowances = self.table.money("allowance");
        for (entity, open) in open {
            let rows = || (0..self.table.len()).filter(|row| entities.get(*row) == *entity);
            let balance: i128 = rows().map(|row| i128::from(balances[row])).sum();
            let name = format!("{entity}: allowance matrix = open items");
            self.checks.push(Check::money(name, balance, *open));
            let known = |row: usize| Some(allowances[row]).filter(|units| *units != crate::model::table::NO_MONEY);
            let sum: i128 = rows().filter_map(known).map(i128::from).sum();
            let closing = self.closing.get(*entity).copied().unwrap_or(0);
            self.checks.push(Check::money(format!("{entity}: allowance by bucket = closing allowance"), sum, closing));
        }
    }
}

#[cfg(test)]
mod tests;
