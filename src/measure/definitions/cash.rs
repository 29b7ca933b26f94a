//! Cash that is not applied, deductions and write-offs (formulas.md 2.3, 2.4).

use super::super::month::{
    Computed, Month, Why, not_available, of_amounts, percent_of_amounts, percent_of_counts, plain_amount,
};
use super::super::ratio::Ratio;
use super::super::scope::{Flow, Stock, Sum};
use super::collections::positive;
use super::{Better, Definition, Unit};

const REGISTER: &str = "ar_items, ar_applications";

/// The definitions, in the order in which they are shown.
pub(super) const ALL: &[Definition] = &[
    Definition {
        better: Better::Higher,
        ..cash(
            "cash_received",
            "Cash received",
            Unit::Amount,
            "receipts and deposits of the month",
            "amount",
            "",
            received,
        )
    },
    cash(
        "unapplied_amount",
        "Unapplied cash",
        Unit::Amount,
        "receipts neither applied nor placed on account at the month end: unapplied (the customer is known) and \
         unidentified (it is not)",
        "amount",
        "",
        |month| positive(unapplied(month)?),
    ),
    cash(
        "unidentified_amount",
        "Unidentified cash",
        Unit::Amount,
        "the part of it whose customer is unknown",
        "amount",
        "",
        |month| {
            receipts(month)?;
            positive(month.stock(Stock::Unidentified)?)
        },
    ),
    cash(
        "unapplied_percent_of_cash",
        "Unapplied, of cash received",
        Unit::Percent,
        "(unidentified + unapplied) / cash received in the month x 100",
        "unidentified + unapplied cash",
        "cash received",
        |month| percent_of_amounts(negated(unapplied(month)?), -month.flow(Flow::Cash)?.units, "cash received"),
    ),
    cash(
        "unapplied_percent_of_ar",
        "Unapplied, of gross AR",
        Unit::Percent,
        "(unidentified + unapplied) / gross AR x 100",
        "unidentified + unapplied cash",
        "gross AR",
        |month| percent_of_amounts(negated(unapplied(month)?), month.gross()?.units, "gross AR"),
    ),
    cash(
        "on_account_percent_of_ar",
        "On account, of gross AR",
        Unit::Percent,
        "deposits placed on account on purpose / gross AR x 100",
        "deposits on account",
        "gross AR",
        |month| {
            receipts(month)?;
            percent_of_amounts(negated(month.stock(Stock::OnAccount)?), month.gross()?.units, "gross AR")
        },
    ),
    cash(
        "unapplied_age",
        "Age of unapplied cash, weighted",
        Unit::Days,
        "sum of (days since the receipt x amount) / sum of amount",
        "amount x days since the receipt",
        "unidentified + unapplied cash",
        |month| {
            let (sum, at_end) = (unapplied(month)?, month.at_end()?);
            let weighted = Sum { units: -at_end.cash_days, count: sum.count };
            of_amounts(weighted, -sum.units, Ratio::whole(1), "unapplied cash")
        },
    ),
    aged::<0>("unapplied_age_0-5", "Unapplied up to 5 business days"),
    aged::<1>("unapplied_age_6-10", "Unapplied 6 to 10 days"),
    aged::<2>("unapplied_age_11-30", "Unapplied 11 to 30 days"),
    aged::<3>("unapplied_age_31-60", "Unapplied 31 to 60 days"),
    aged::<4>("unapplied_age_61-90", "Unapplied 61 to 90 days"),
    aged::<5>("unapplied_age_over_90", "Unapplied over 90 days"),
    cash(
        "deduction_rate_count",
        "Invoices paid with a deduction",
        Unit::Percent,
        "invoices paid in the month from which a discount or write-off was taken / invoices paid x 100",
        "invoices paid with something taken off",
        "invoices paid",
        |month| {
            applications(month)?;
            let [paid, deducted] = month.moved(0)?.paid_invoices;
            percent_of_counts(deducted, paid, "the number of invoices paid")
        },
    ),
    cash(
        "deduction_rate_amount",
        "Deductions, of what was settled",
        Unit::Percent,
        "discounts and write-offs taken at payment + chargebacks opened / (amount paid + those) x 100",
        "discounts and write-offs taken at payment + chargebacks",
        "amount paid + deductions",
        |month| {
            applications(month)?;
            let (taken, back) = (month.flow(Flow::Taken)?, month.flow(Flow::Chargebacks)?);
            let deducted = Sum { units: back.units - taken.units, count: back.count + taken.count };
            percent_of_amounts(deducted, month.flow(Flow::Paid)?.units + deducted.units, "what was settled")
        },
    ),
    cash(
        "write_offs",
        "Written off",
        Unit::Amount,
        "write-off documents and write-offs taken at payment, of the month",
        "amount",
        "",
        |month| positive(month.flow(Flow::WriteOffs)?),
    ),
    cash(
        "write_off_rate",
        "Written off, of credit sales",
        Unit::Percent,
        "write-offs / credit sales x 100",
        "write-offs",
        "credit sales",
        |month| percent_of_amounts(negated(month.flow(Flow::WriteOffs)?), month.sales(0)?.units, "credit sales"),
    ),
    cash(
        "credits_open",
        "Open credits",
        Unit::Amount,
        "credit memos and other credits that stand open at the month end",
        "amount",
        "",
        |month| Ok(plain_amount(negated(month.stock(Stock::OpenCredits)?))),
    ),
];

fn received(month: &Month<'_>) -> Computed {
    receipts(month)?;
    positive(month.flow(Flow::Cash)?)
}

const fn cash(
    name: &'static str,
    title: &'static str,
    unit: Unit,
    formula: &'static str,
    numerator: &'static str,
    denominator: &'static str,
    of: fn(&Month<'_>) -> Computed,
) -> Definition {
    let (topic, better, source) = ("Cash", Better::Lower, REGISTER);
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of }
}

const fn aged<const AT: usize>(name: &'static str, title: &'static str) -> Definition {
    let formula =
        "unidentified and unapplied receipts by days since the receipt; the first bucket counts business days";
    cash(name, title, Unit::Amount, formula, "amount", "", |month| {
        unapplied(month)?;
        positive(month.at_end()?.cash_ages[AT])
    })
}

fn negated(sum: Sum) -> Sum {
    Sum { units: -sum.units, count: sum.count }
}

fn unapplied(month: &Month<'_>) -> Result<Sum, Why> {
    receipts(month)?;
    Ok(month.stock(Stock::Unapplied)?.plus(month.stock(Stock::Unidentified)?))
}

fn receipts(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.receipts {
        true => Ok(()),
        false => Err(not_available("no receipts in the register")),
    }
}

fn applications(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.applications {
        true => Ok(()),
        false => Err(not_available("no applications source")),
    }
}
