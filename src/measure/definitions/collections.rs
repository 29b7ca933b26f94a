//! How long money is outstanding, and what is past due (formulas.md 2.1, 2.2).

use super::super::formulas::{dso_countback, dso_true};
use super::super::month::{
    Computed, Exact, Figure, Month, Why, amount, fraction, not_available, of_amounts, percent_of_amounts, plain_amount,
    plain_count, plain_days,
};
use super::super::ratio::Ratio;
use super::super::scope::{Flow, Stock, Sum};
use super::super::timeline::ENDS;
use super::{Better, Definition, Unit};

const TOPIC: &str = "Collections";
const SALES: &str = "credit sales";
const REGISTER: &str = "ar_items, ar_applications";

/// The definitions, in the order in which they are shown.
pub(super) const ALL: &[Definition] = &[
    days("dso_simple", "DSO, simple", "closing AR / credit sales x days", "closing AR", SALES, dso_simple),
    days(
        "dso_average",
        "DSO, average balance",
        "((opening AR + closing AR) / 2) / credit sales x days",
        "opening AR + closing AR",
        "credit sales x 2",
        dso_average,
    ),
    days(
        "dso_three_month",
        "DSO, three months",
        "closing AR / credit sales of the last 3 months x days of those months",
        "closing AR",
        "credit sales of 3 months",
        dso_three_month,
    ),
    days(
        "dso_countback",
        "DSO, countback",
        "whole months' credit sales subtracted from closing AR, newest first, each adding its days; the last adds \
         what is left / its sales x its days",
        "AR left for the last month (with the days of the whole months x its sales)",
        "credit sales of the last month",
        countback,
    ),
    days(
        "dso_true",
        "DSO, true (invoice-weighted)",
        "sum over open invoices of days since the invoice x invoice amount / net credit sales of its month",
        "days since the invoice x invoice amount",
        "net credit sales of the invoice's month",
        true_days,
    ),
    days(
        "dso_best_possible",
        "DSO, best possible",
        "AR that is not yet due / credit sales x days",
        "AR not yet due",
        SALES,
        best_possible,
    ),
    days(
        "average_days_delinquent",
        "Average days delinquent",
        "DSO, simple - DSO, best possible",
        "closing AR - AR not yet due",
        SALES,
        delinquent,
    ),
    days(
        "days_to_pay",
        "Days to pay, weighted",
        "sum of (days from invoice to payment x amount paid) / sum of amount paid",
        "amount paid x days from invoice date",
        "amount paid",
        days_to_pay,
    ),
    days(
        "days_late",
        "Days late, weighted",
        "sum of (days from due date to payment x amount paid) / sum of amount paid",
        "amount paid x days from due date",
        "amount paid",
        days_late,
    ),
    index("cei", "Collection effectiveness", "of the month", |month| cei(month, 1)),
    index("cei_3_months", "Collection effectiveness, 3 months", "chained over 3 months", |month| cei(month, 3)),
    index("cei_12_months", "Collection effectiveness, 12 months", "chained over 12 months", |month| cei(month, 12)),
    Definition {
        name: "ar_turnover",
        title: "AR turnover",
        topic: TOPIC,
        unit: Unit::Ratio,
        better: Better::Higher,
        formula: "net credit sales x 2 / (opening AR + closing AR)",
        numerator: SALES,
        denominator: "opening AR + closing AR",
        source: REGISTER,
        of: turnover,
    },
    percent(
        "past_due_percent",
        "Past due",
        "past-due AR / AR gross of unapplied credits x 100",
        "past-due AR",
        "gross AR",
        |month| {
            known_due(month)?;
            percent_of_amounts(month.stock(Stock::PastDue)?, month.gross()?.units, "gross AR")
        },
    ),
    size("ar_balance", "AR balance", "everything open, credits with their sign", |month| {
        Ok(plain_amount(month.balance()?))
    }),
    size("ar_gross", "Gross AR", "everything open but credits", |month| Ok(plain_amount(month.gross()?))),
    size("ar_past_due", "Past-due AR", "open items whose due date has passed", |month| {
        known_due(month)?;
        Ok(plain_amount(month.stock(Stock::PastDue)?))
    }),
    size("credit_sales", "Credit sales", "invoices + debit memos + credit memos of the month", |month| {
        Ok(plain_amount(month.sales(0)?))
    }),
    percent(
        "top_debtor_percent",
        "Largest debtor",
        "gross AR of the largest customer / gross AR x 100",
        "gross AR of the largest customer",
        "gross AR",
        |month| concentration(month, 1),
    ),
    percent(
        "top_5_debtors_percent",
        "Five largest debtors",
        "gross AR of the five largest customers / gross AR x 100",
        "gross AR of the five largest customers",
        "gross AR",
        |month| concentration(month, 5),
    ),
    percent(
        "top_10_debtors_percent",
        "Ten largest debtors",
        "gross AR of the ten largest customers / gross AR x 100",
        "gross AR of the ten largest customers",
        "gross AR",
        |month| concentration(month, 10),
    ),
    Definition {
        name: "collector_load",
        title: "Customers per collector",
        topic: TOPIC,
        unit: Unit::Ratio,
        better: Better::Neither,
        formula: "customers with open receivables / collectors in charge of some",
        numerator: "customers with open receivables",
        denominator: "collectors",
        source: "ar_items, customers",
        of: collector_load,
    },
    size("uncollected_charge", "AR without a collector", "gross AR of customers in nobody's charge", |month| {
        let (_, _, alone) = collectors(month)?;
        Ok(plain_amount(Sum { units: alone, count: 0 }))
    }),
];

const fn days(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    numerator: &'static str,
    denominator: &'static str,
    of: fn(&Month<'_>) -> Computed,
) -> Definition {
    let (topic, unit, better, source) = (TOPIC, Unit::Days, Better::Lower, REGISTER);
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of }
}

const fn percent(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    numerator: &'static str,
    denominator: &'static str,
    of: fn(&Month<'_>) -> Computed,
) -> Definition {
    Definition { unit: Unit::Percent, ..days(name, title, formula, numerator, denominator, of) }
}

const fn index(
    name: &'static str,
    title: &'static str,
    numerator: &'static str,
    of: fn(&Month<'_>) -> Computed,
) -> Definition {
    let formula = "(opening AR + credit sales - closing AR) / (opening AR + credit sales - AR not yet due) x 100, \
                   month by month, the months added up";
    let (topic, unit, better, source) = (TOPIC, Unit::Percent, Better::Higher, REGISTER);
    let denominator = "what could have been collected";
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of }
}

/// A size: an amount at the month end or of the month.
const fn size(
    name: &'static str,
    title: &'static str,
    formula: &'static str,
    of: fn(&Month<'_>) -> Computed,
) -> Definition {
    let (topic, unit, better, source) = (TOPIC, Unit::Amount, Better::Neither, REGISTER);
    let (numerator, denominator) = ("the amount", "");
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of }
}

fn dso_simple(month: &Month<'_>) -> Computed {
    of_amounts(month.balance()?, month.sales(0)?.units, month.dso_days(0), SALES)
}

fn dso_average(month: &Month<'_>) -> Computed {
    let both = month.opening()?.plus(month.balance()?);
    of_amounts(both, 2 * month.sales(0)?.units, month.dso_days(0), SALES)
}

fn dso_three_month(month: &Month<'_>) -> Computed {
    let sales = month.sales(0)?.units + month.sales(1)?.units + month.sales(2)?.units;
    let days = month.dso_days(0).plus(month.dso_days(1)).and_then(|two| two.plus(month.dso_days(2)));
    of_amounts(month.balance()?, sales, days.unwrap_or(Ratio::ZERO), SALES)
}

fn best_possible(month: &Month<'_>) -> Computed {
    known_due(month)?;
    of_amounts(month.current()?, month.sales(0)?.units, month.dso_days(0), SALES)
}

fn delinquent(month: &Month<'_>) -> Computed {
    known_due(month)?;
    let (all, not_due) = (month.balance()?, month.current()?);
    let late = Sum { units: all.units - not_due.units, count: all.count - not_due.count };
    of_amounts(late, month.sales(0)?.units, month.dso_days(0), SALES)
}

/// Days, with a flag where the balance outlasts the sales that are known.
fn countback(month: &Month<'_>) -> Computed {
    let balance = month.balance()?;
    month.sales(0)?;
    let Some(back) = dso_countback(balance.units, month.back()) else {
        let shown = amount(balance.units);
        return Err(Why::NotMeaningful(shown, None, "the balance is negative".to_owned()));
    };
    let Some((whole, left, sales, days)) = back.rest else {
        let days = back.days.rounded(0).unwrap_or_default();
        let note = format!(">= {days} days: the balance is larger than all sales that the register knows");
        return Ok(Figure { note, ..plain_days(Exact::Ratio(back.days), balance.count) });
    };
    let figure = fraction(whole * sales + left * days, sales, Ratio::whole(1), SALES, balance.count, amount)?;
    let shown = |units: i128| crate::model::money::grouped(units, 2);
    let note = format!("{whole} days + {} / {} x {days} days", shown(left), shown(sales));
    Ok(Figure { note, ..figure })
}

fn true_days(month: &Month<'_>) -> Computed {
    let at_end = month.at_end()?;
    let months: Vec<(usize, i128)> = at_end.open_days.iter().map(|(at, days)| (*at, *days)).collect();
    if let Some((early, _)) = months.iter().find(|(at, _)| !month.is_held(*at)) {
        let period = month.timeline.period(*early);
        return Err(Why::NotAvailable(format!("the register does not hold all sales of {period}")));
    }
    let sales = |at: usize| super::super::month::sales(&month.scope.months[at]).units;
    match dso_true(months.iter().map(|(at, days)| (*days, sales(*at)))) {
        Some(days) => Ok(plain_days(Exact::Decimal(days), at_end.open_invoices)),
        None => {
            let text = "credit sales of a month with open invoices are zero or negative";
            Err(Why::NotMeaningful(None, None, text.to_owned()))
        }
    }
}

fn settled(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.settlements {
        true => Ok(()),
        false => Err(not_available("no applications and no cleared dates")),
    }
}

fn days_to_pay(month: &Month<'_>) -> Computed {
    settled(month)?;
    let (paid, moved) = (month.flow(Flow::Paid)?, month.moved(0)?);
    of_amounts(Sum { units: moved.days_to_pay, ..paid }, paid.units, Ratio::whole(1), "the amount paid")
}

fn days_late(month: &Month<'_>) -> Computed {
    settled(month)?;
    known_due(month)?;
    let (paid, moved) = (month.flow(Flow::PaidDated)?, month.moved(0)?);
    of_amounts(Sum { units: moved.days_late, ..paid }, paid.units, Ratio::whole(1), "the amount paid")
}

fn cei(month: &Month<'_>, months: usize) -> Computed {
    known_due(month)?;
    let (part, whole) = month.cei(months)?;
    let part = Sum { units: part, count: month.balance()?.count };
    percent_of_amounts(part, whole, "opening AR + sales - AR not yet due")
}

fn turnover(month: &Month<'_>) -> Computed {
    let both = month.opening()?.plus(month.balance()?);
    of_amounts(month.sales(0)?, both.units, Ratio::whole(2), "opening AR + closing AR")
}

fn known_due(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.due_dates {
        true => Ok(()),
        false => Err(not_available("no due dates")),
    }
}

fn concentration(month: &Month<'_>, most: usize) -> Computed {
    let (largest, all) = month.largest(most)?;
    percent_of_amounts(Sum { units: largest, count: month.gross()?.count }, all, "gross AR")
}

fn collectors(month: &Month<'_>) -> Result<(i64, i64, i128), Why> {
    if !month.scope.given.collectors {
        return Err(not_available("no collectors in the customers source"));
    }
    let known = month.scope.collectors.filter(|_| month.end == ENDS - 1);
    known.ok_or_else(|| not_available("who was in charge earlier is not known"))
}

fn collector_load(month: &Month<'_>) -> Computed {
    let (customers, collectors, _) = collectors(month)?;
    let (part, whole) = (customers.into(), collectors.into());
    fraction(part, whole, Ratio::whole(1), "the number of collectors", customers, super::super::month::count)
}

/// The number of invoices, which is no amount.
pub(super) fn number(sum: Sum) -> Computed {
    Ok(plain_count(sum.count))
}

/// An amount with the sign that people expect.
pub(super) fn positive(sum: Sum) -> Computed {
    Ok(plain_amount(Sum { units: -sum.units, count: sum.count }))
}
