//! Both sides are there and their amounts differ: which arithmetic explains it (causes.md, fourth group).

use super::classify::{Bench, part};
use super::exceptions::Journal;
use crate::model::money::{Document, Functional, SCALE};
use crate::model::rational::convert;
use crate::model::table::NO_MONEY;
use crate::model::{Currency, Money};
use crate::reconcile::causes::Cause;
use crate::reconcile::digits;

/// Every cause that fits the amounts of the two sides, in the order of the tests; amount_difference fits always.
pub fn causes(bench: &Bench<'_>, gl: i64, subledger: i64, item: Option<u32>, journals: &[Journal]) -> Vec<Cause> {
    let rec = journals.first().and_then(|journal| journal.lines.first());
    let decimals = item
        .map(|row| bench.inputs.ar_items.text("entity").get(row as usize))
        .or_else(|| rec.map(|row| bench.inputs.gl_lines.text("entity").get(*row as usize)))
        .and_then(|entity| bench.controls.list.iter().find(|control| control.entity == entity))
        .map_or(2, |control| control.currency.decimals());
    let step = SCALE / 10_i64.pow(decimals.min(4));
    let difference = gl - subledger;
    let tests = [
        (digits::is_sign_flip(gl, subledger), Cause::SignFlip),
        (digits::is_decimal_shift(gl, subledger), Cause::DecimalShift),
        (item.is_some_and(|row| is_other_rate(bench, row, gl, subledger, journals)), Cause::FxRateDifference),
        (item.is_some_and(|row| is_component(bench, row, difference)), Cause::ComponentElsewhere),
        (difference.abs() <= bench.rounding_tolerance, Cause::Rounding),
        (digits::is_transposition(gl, subledger, step), Cause::Transposition),
        (digits::is_digit_error(gl, subledger, step), Cause::DigitError),
        (true, Cause::AmountDifference),
    ];
    let fitting: Vec<Cause> = tests.into_iter().filter(|(fits, _)| *fits).map(|(_, cause)| cause).collect();
    match fitting.as_slice() {
        [only] => vec![*only],
        // The last resort is no second opinion.
        [explained @ .., _] => explained.to_vec(),
        [] => vec![Cause::AmountDifference],
    }
}

/// The difference is the document's tax, freight or discount, to the cent.
fn is_component(bench: &Bench<'_>, row: u32, difference: i64) -> bool {
    let items = &bench.inputs.ar_items;
    let parts = ["tax_amount", "freight_amount", "discount_amount"];
    parts.iter().filter_map(|column| part(items, column, row)).any(|part| part.abs() == difference.abs())
}

/// The document's own amount is the same on both sides, and the functional amounts are at two rates.
fn is_other_rate(bench: &Bench<'_>, row: u32, gl: i64, subledger: i64, journals: &[Journal]) -> bool {
    let items = &bench.inputs.ar_items;
    let amount = items.money("amount")[row as usize];
    let currency = items.text("currency").get(row as usize);
    let entity = items.text("entity").get(row as usize);
    let Some(control) = bench.controls.list.iter().find(|control| control.entity == entity) else { return false };
    if currency.is_empty() || currency.eq_ignore_ascii_case(control.currency.code()) || amount == subledger {
        return false;
    }
    let lines = &bench.inputs.gl_lines;
    let (own, functional) = (lines.money("amount"), lines.money("functional_amount"));
    let (line_rates, line_currencies) = (lines.decimals("exchange_rate"), lines.text("currency"));
    let rows = journals.iter().flat_map(|journal| &journal.lines).map(|line| *line as usize);
    let same_document_amount = rows.clone().any(|line| {
        functional[line] != NO_MONEY && own[line] == amount && line_currencies.get(line).eq_ignore_ascii_case(currency)
    });
    let at_rate = |rate: &rust_decimal::Decimal| at(amount, *rate, control.currency) == Some(gl);
    let of_lines = rows.filter_map(|line| line_rates[line]);
    let known = bench.rates.get(currency).into_iter().flatten().copied();
    same_document_amount || of_lines.chain(known).any(|rate| at_rate(&rate))
}

fn at(amount: i64, rate: rust_decimal::Decimal, currency: Currency) -> Option<i64> {
    let converted: Option<Money<Functional>> =
        convert(Money::<Document>::from_units(amount), rate, currency.decimals());
    converted.map(Money::units)
}
