//! What the allowance did since: its roll-forward over the period, and earlier allowances held against the write-offs
//! that came after them.

use super::write_offs::WriteOff;
use super::{day, money};
use crate::config;
use crate::model::money::grouped;
use crate::model::rational::share;
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Date, Table};
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use crate::reconcile::register::exact;
use crate::reconcile::results::{ALLOWANCE_ROLLFORWARD, ALLOWANCE_TEST};
use crate::reconcile::{Checks, Inputs};
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// What the tables are made from.
pub struct Terms<'a> {
    /// `[allowance]`
    pub rules: &'a config::Allowance,
    /// Entities and their currencies.
    pub setting: &'a Setting,
    /// The first day of the period.
    pub start: Date,
    /// The closing allowances of the prior run, by entity, and its period.
    pub prior: Option<&'a (String, BTreeMap<String, i64>)>,
}

/// An allowance and where it is known from.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Known {
    amount: i64,
    from: String,
}

impl Terms<'_> {
    /// The opening allowance: as close.toml gives it, else of the prior run, else of the ledger.
    fn opening(&self, entity: &str, inputs: &Inputs) -> Option<Known> {
        let given = self.rules.opening.iter().find(|given| given.entity == entity);
        let given = given.map(|given| Known { amount: given.amount.money().units(), from: "close.toml".to_owned() });
        let of_prior = || {
            let (period, amounts) = self.prior?;
            Some(Known { amount: *amounts.get(entity)?, from: format!("run {period}") })
        };
        let of_ledger = || {
            let opening = self.ledger(entity, inputs, "opening_balance")?;
            Some(Known { amount: opening, from: "trial balance".to_owned() })
        };
        given.or_else(of_prior).or_else(of_ledger)
    }

    /// A balance of the allowance's account: a credit there is an allowance.
    fn ledger(&self, entity: &str, inputs: &Inputs, column: &str) -> Option<i64> {
        let account = self.rules.account.as_deref()?;
        let balance = inputs.trial_balance.as_ref();
        let (entities, accounts, units) = (balance.text("entity"), balance.text("account"), balance.money(column));
        let of = |row: &usize| entities.get(*row) == entity && accounts.get(*row) == account;
        let known: Vec<i64> =
            (0..balance.len()).filter(of).map(|row| units[row]).filter(|units| *units != NO_MONEY).collect();
        (!known.is_empty()).then(|| -known.iter().sum::<i64>())
    }
}

/// What was written off (less what was taken back) of an entity in some days, of documents up to a day.
fn written_off(all: &[WriteOff], entity: &str, days: (i32, i32), of_documents_to: i32) -> i128 {
    let counts = |one: &&WriteOff| {
        // A write-off that does not say of what is taken for one of the debts that were there.
        one.entity == entity
            && (days.0..=days.1).contains(&one.day)
            && one.document_day.is_none_or(|day| day <= of_documents_to)
    };
    all.iter().filter(counts).map(|one| i128::from(one.amount)).sum()
}

fn recovered(all: &[WriteOff], entity: &str, days: (i32, i32), of_documents_to: i32) -> i128 {
    let of = |one: &&WriteOff| one.entity == entity && one.document_day.is_none_or(|day| day <= of_documents_to);
    let paid = all.iter().filter(of).flat_map(|one| &one.recovered);
    paid.filter(|(day, _)| (days.0..=days.1).contains(day)).map(|(_, amount)| i128::from(*amount)).sum()
}

/// Opening + provision - write-offs + recoveries = closing, by entity: the provision is what makes it so.
pub fn rollforward(
    closing: &BTreeMap<String, i128>,
    all: &[WriteOff],
    inputs: &Inputs,
    terms: &Terms<'_>,
) -> (Table, Checks) {
    let (mut table, mut checks) = (Table::new(&ALLOWANCE_ROLLFORWARD), Checks::new());
    let days = (terms.start.days(), terms.setting.period_end.days());
    for (entity, closing) in closing {
        let opening = terms.opening(entity, inputs);
        let lost = written_off(all, entity, days, i32::MAX);
        let given = terms.rules.recoveries.iter().find(|given| &given.entity == entity);
        let back = given
            .map_or_else(|| recovered(all, entity, days, i32::MAX), |given| i128::from(given.amount.money().units()));
        let provision = opening.as_ref().map(|opening| closing - i128::from(opening.amount) + lost - back);
        let name = format!("{entity}: allowance: opening + provision - write-offs + recoveries = closing");
        checks.push(match (&opening, provision) {
            (Some(opening), Some(provision)) => {
                Check::money(name, i128::from(opening.amount) + provision - lost + back, *closing)
            }
            _ => Check::not_testable(
                name,
                "no opening allowance: none in close.toml, no prior run, no [allowance] account",
            ),
        });
        let ledger = terms.ledger(entity, inputs, "ending_balance");
        table.push(&[
            Cell::text(entity),
            Cell::Text(terms.setting.functional(entity).code()),
            opening.as_ref().map_or(Cell::Null, |opening| money(opening.amount)),
            provision.map_or(Cell::Null, exact),
            exact(lost),
            exact(back),
            exact(*closing),
            Cell::text(opening.as_ref().map_or("not known", |opening| opening.from.as_str())),
            Cell::text(terms.rules.account.as_deref().unwrap_or("")),
            ledger.map_or(Cell::Null, money),
            ledger.map_or(Cell::Null, |ledger| exact(closing - i128::from(ledger))),
        ]);
    }
    (table, checks)
}

/// Earlier allowances against the write-offs since, of documents that were there.
pub fn test(closing: &BTreeMap<String, i128>, all: &[WriteOff], inputs: &Inputs, terms: &Terms<'_>) -> Table {
    let end = terms.setting.period_end;
    let before = terms.start.plus_days(-1);
    let mut earlier: Vec<(String, Date, Known)> = terms
        .rules
        .prior
        .iter()
        .filter(|given| given.date.0 < end)
        .map(|given| {
            let known = Known { amount: given.amount.money().units(), from: "close.toml".to_owned() };
            (given.entity.clone(), given.date.0, known)
        })
        .collect();
    for entity in closing.keys() {
        let is_given = earlier.iter().any(|(of, date, _)| of == entity && *date == before);
        if let Some(opening) = terms.opening(entity, inputs).filter(|_| !is_given) {
            earlier.push((entity.clone(), before, opening));
        }
    }
    earlier.sort_by(|left, right| (&left.0, left.1).cmp(&(&right.0, right.1)));
    let mut table = Table::new(&ALLOWANCE_TEST);
    for (entity, date, known) in earlier {
        let days = (date.days() + 1, end.days());
        let lost = written_off(all, &entity, days, date.days());
        let back = recovered(all, &entity, days, date.days());
        let net = lost - back;
        let left = i128::from(known.amount) - net;
        let used = share(net * 100, i128::from(known.amount), 2);
        let currency = terms.setting.functional(&entity);
        table.push(&[
            Cell::text(&entity),
            Cell::Text(currency.code()),
            day(Some(date.days())),
            money(known.amount),
            Cell::text(&known.from),
            exact(lost),
            exact(back),
            exact(net),
            exact(left),
            used.map_or(Cell::Null, Cell::Decimal),
            Cell::text(&verdict(left, used, (end.days() - date.days(), currency.decimals() as usize))),
        ]);
    }
    table
}

fn verdict(left: i128, used: Option<Decimal>, (days, decimals): (i32, usize)) -> String {
    match (left < 0, used) {
        (true, _) => format!("too small by {} after {days} days", grouped(-left, decimals)),
        (false, Some(used)) if used.is_sign_negative() => "more came back than was written off".to_owned(),
        (false, Some(used)) => format!("{used} percent of it was needed in {days} days"),
        (false, None) => "nothing was reserved and nothing was lost".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_debts_that_were_there_count_against_an_earlier_allowance() {
        let one = |day: i32, document: Option<i32>, amount: i64| WriteOff {
            entity: "US01".to_owned(),
            day,
            document_day: document,
            amount,
            recovered: vec![(day + 5, 10)],
            ..WriteOff::default()
        };
        let all = [one(105, Some(50), 700), one(110, Some(104), 300), one(115, None, 40), one(95, Some(50), 9)];
        assert_eq!(written_off(&all, "US01", (101, 130), 100), 740);
        assert_eq!(written_off(&all, "US01", (101, 130), i32::MAX), 1_040);
        assert_eq!(written_off(&all, "US02", (101, 130), i32::MAX), 0);
        assert_eq!(recovered(&all, "US01", (101, 115), 100), 10, "of the first alone: the day and the document count");
    }

    #[test]
    fn verdicts_say_whether_it_was_enough() {
        assert_eq!(verdict(-12_345_600, None, (31, 2)), "too small by 1,234.56 after 31 days");
        let used = share(2_500 * 100, 10_000, 2);
        assert_eq!(verdict(7_500, used, (365, 2)), "25 percent of it was needed in 365 days");
        assert_eq!(verdict(0, None, (31, 2)), "nothing was reserved and nothing was lost");
    }
}
