//! How much was billed, how much of it was right, and what is in dispute (formulas.md 2.3).

use super::super::cases;
use super::super::formulas::median;
use super::super::month::{
    Computed, Exact, Figure, Month, Why, credited, not_available, percent_of_amounts, percent_of_counts, plain_amount,
    plain_count, plain_days,
};
use super::super::reasons::Reason;
use super::super::scope::{CASE_AGES, Flow, Sum};
use super::collections::number;
use super::{Better, Definition, Unit};

const REGISTER: &str = "ar_items";
const CORRECTIONS: &str = "ar_items, ar_applications, disputes";
const DISPUTES: &str = "disputes, ar_items";
const BILLED: &str = "the invoices issued";

/// The definitions, in the order in which they are shown.
pub(super) const ALL: &[Definition] = &[
    billing("billing_count", "Invoices issued", Unit::Count, Better::Neither, "invoices of the month", "invoices", "")
        .with(REGISTER, |month| number(month.flow(Flow::Invoices)?)),
    billing("billing_amount", "Billed", Unit::Amount, Better::Neither, "invoices of the month, gross", "amount", "")
        .with(REGISTER, |month| Ok(plain_amount(month.flow(Flow::Invoices)?))),
    billing(
        "first_time_right_count",
        "First-time-right invoices",
        Unit::Percent,
        Better::Higher,
        "invoices of the month that no credit memo (returns, goodwill and rebates aside), debit memo, adjustment, \
         chargeback or dispute refers to by the period end / invoices issued x 100",
        "invoices without any follow-up",
        "invoices issued",
    )
    .with(CORRECTIONS, |month| by_count(month, Flow::Touched)),
    billing(
        "first_time_right_amount",
        "First-time-right, by amount",
        Unit::Percent,
        Better::Higher,
        "the same by amount",
        "amount of invoices without any follow-up",
        "amount invoiced",
    )
    .with(CORRECTIONS, |month| by_amount(month, Flow::Touched)),
    billing(
        "invoice_accuracy_count",
        "Invoice accuracy",
        Unit::Percent,
        Better::Higher,
        "(invoices of the month - those corrected, credited or disputed by the period end for a reason of ours: \
         pricing, quantity, tax, freight, duplicate, rebill, error) / invoices issued x 100",
        "invoices without an error of ours",
        "invoices issued",
    )
    .with(CORRECTIONS, |month| classified(month).and_then(|()| by_count(month, Flow::Wrong)).map(|f| noted(month, f))),
    billing(
        "invoice_accuracy_amount",
        "Invoice accuracy, by amount",
        Unit::Percent,
        Better::Higher,
        "the same by amount",
        "amount of invoices without an error of ours",
        "amount invoiced",
    )
    .with(CORRECTIONS, |month| classified(month).and_then(|()| by_amount(month, Flow::Wrong)).map(|f| noted(month, f))),
    billing(
        "corrective_rate_count",
        "Corrective documents",
        Unit::Percent,
        Better::Lower,
        "adjustments, returns and corrective documents (credit memos, debit memos, adjustments) of the month / \
         invoices issued x 100",
        "corrective documents",
        "invoices issued",
    )
    .with(REGISTER, |month| percent_of_counts(corrective(month)?.count, month.flow(Flow::Invoices)?.count, BILLED)),
    billing(
        "corrective_rate_amount",
        "Corrective documents, by amount",
        Unit::Percent,
        Better::Lower,
        "the same by amount, each document without its sign in the sum of its type",
        "amount of corrective documents",
        "amount invoiced",
    )
    .with(REGISTER, |month| percent_of_amounts(corrective(month)?, month.flow(Flow::Invoices)?.units, BILLED)),
    billing(
        "credit_memo_rate_issue_month",
        "Credit memos, by their month",
        Unit::Percent,
        Better::Lower,
        "credit memos issued in the month, returns, goodwill and rebates kept out / gross billings of the month x 100",
        "credit memos",
        "amount invoiced",
    )
    .with(REGISTER, |month| credit_rate(month, false, |reason| !reason.is_kept_out())),
    billing(
        "credit_memo_rate_invoice_month",
        "Credit memos, by the invoice's month",
        Unit::Percent,
        Better::Lower,
        "credit memos up to the period end for invoices of the month, returns, goodwill and rebates kept out / gross \
         billings of the month x 100",
        "credit memos for invoices of the month",
        "amount invoiced",
    )
    .with(REGISTER, |month| credit_rate(month, true, |reason| !reason.is_kept_out())),
    billing(
        "credit_memo_rate_kept_out",
        "Returns, goodwill and rebates",
        Unit::Percent,
        Better::Neither,
        "credit memos of the month for returns, goodwill and rebates / gross billings of the month x 100",
        "credit memos that say nothing about billing",
        "amount invoiced",
    )
    .with(REGISTER, |month| {
        classified(month)?;
        credit_rate(month, false, Reason::is_kept_out)
    }),
    dispute(
        "dispute_rate_count",
        "Dispute rate",
        Unit::Percent,
        "invoices disputed for the first time in the month / invoices issued x 100",
        "invoices disputed",
        "invoices issued",
    )
    .with(DISPUTES, |month| {
        disputes(month)?;
        percent_of_counts(month.flow(Flow::Disputed)?.count, month.flow(Flow::Invoices)?.count, BILLED)
    }),
    dispute(
        "dispute_rate_amount",
        "Dispute rate, by amount",
        Unit::Percent,
        "amounts disputed in the month / amount invoiced x 100",
        "amount disputed",
        "amount invoiced",
    )
    .with(DISPUTES, |month| {
        disputes(month)?;
        percent_of_amounts(month.flow(Flow::Disputed)?, month.flow(Flow::Invoices)?.units, BILLED)
    }),
    dispute("disputes_open_count", "Open disputes", Unit::Count, "cases open at the month end", "cases", "")
        .with(DISPUTES, |month| Ok(plain_count(open_cases(month)?.count)).map(|f| unknown(month, f))),
    dispute("disputes_open_amount", "In dispute", Unit::Amount, "amounts of cases open at the month end", "amount", "")
        .with(DISPUTES, |month| Ok(plain_amount(open_cases(month)?)).map(|f| unknown(month, f))),
    dispute(
        "dispute_age_median",
        "Age of disputes, median",
        Unit::Days,
        "median of (month end - day opened) over the cases open",
        "days",
        "",
    )
    .with(DISPUTES, |month| {
        open_cases(month)?;
        middle(&month.at_end()?.case_ages, "no case is open")
    }),
    aged::<0>("dispute_age_0-30", "Disputes 0 to 30 days old"),
    aged::<1>("dispute_age_31-60", "Disputes 31 to 60 days old"),
    aged::<2>("dispute_age_61-90", "Disputes 61 to 90 days old"),
    aged::<3>("dispute_age_over_90", "Disputes over 90 days old"),
    dispute(
        "dispute_resolution_median",
        "Resolution time, median",
        Unit::Days,
        "median of (day closed - day opened) over the cases closed in the month",
        "days",
        "",
    )
    .with(DISPUTES, |month| {
        disputes(month)?;
        middle(&month.moved(0)?.case_days, "no case was closed")
    }),
    dispute(
        "dispute_sla_percent",
        "Resolved in time",
        Unit::Percent,
        "cases closed in the month within [kpi] dispute_sla_days / cases closed x 100",
        "cases closed in time",
        "cases closed",
    )
    .better(Better::Higher)
    .with(DISPUTES, |month| {
        disputes(month)?;
        let (closed, in_time) = (month.flow(Flow::Closed)?, month.flow(Flow::InTime)?);
        percent_of_counts(in_time.count, closed.count, "the number of cases closed")
    }),
];

/// A definition without its source and figure yet.
const fn billing(
    name: &'static str,
    title: &'static str,
    unit: Unit,
    better: Better,
    formula: &'static str,
    numerator: &'static str,
    denominator: &'static str,
) -> Definition {
    let (topic, source) = ("Billing", REGISTER);
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of: nothing }
}

const fn dispute(
    name: &'static str,
    title: &'static str,
    unit: Unit,
    formula: &'static str,
    numerator: &'static str,
    denominator: &'static str,
) -> Definition {
    let (topic, source, better) = ("Disputes", DISPUTES, Better::Lower);
    Definition { name, title, topic, unit, better, formula, numerator, denominator, source, of: nothing }
}

impl Definition {
    const fn with(self, source: &'static str, of: fn(&Month<'_>) -> Computed) -> Definition {
        Definition { source, of, ..self }
    }

    const fn better(self, better: Better) -> Definition {
        Definition { better, ..self }
    }
}

const fn aged<const AT: usize>(name: &'static str, title: &'static str) -> Definition {
    let formula = "cases open at the month end, by their days";
    dispute(name, title, Unit::Count, formula, "cases", "").with(DISPUTES, |month| {
        open_cases(month)?;
        Ok(plain_count(cases::by_age(&month.at_end()?.case_ages)[AT.min(CASE_AGES.len() - 1)]))
    })
}

fn nothing(_: &Month<'_>) -> Computed {
    Err(not_available("not defined"))
}

fn by_count(month: &Month<'_>, flow: Flow) -> Computed {
    linked(month)?;
    let (right, all) = month.untouched(flow)?;
    percent_of_counts(right.count, all.count, BILLED)
}

fn by_amount(month: &Month<'_>, flow: Flow) -> Computed {
    linked(month)?;
    let (right, all) = month.untouched(flow)?;
    percent_of_amounts(right, all.units, BILLED)
}

/// What was corrected is known by the invoices that corrections name. Where most credit memos name none, the invoices
/// only seem to be right.
fn linked(month: &Month<'_>) -> Result<(), Why> {
    let months = month.scope.months.iter();
    let credits: i64 = months.map(|month| month.flows[Flow::CreditMemos as usize].count).sum();
    match month.scope.unlinked_credits {
        unlinked if 2 * unlinked > credits => {
            Err(Why::NotAvailable(format!("{unlinked} of {credits} credit memos name no invoice")))
        }
        _ => Ok(()),
    }
}

/// Credit memos count against accuracy only once their reasons are known.
fn classified(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.reasons {
        true => Ok(()),
        false => Err(not_available("the credit memos bear no reasons")),
    }
}

/// Says how many credit memos could not be judged.
fn noted(month: &Month<'_>, figure: Figure) -> Figure {
    let unclassified = |credits: &[Sum]| credited(credits, |reason| reason == Reason::Unclassified);
    let Ok(moved) = month.moved(0) else { return figure };
    let (own, cohort) = (unclassified(&moved.credits), unclassified(&moved.cohort));
    match (own.count, cohort.count) {
        (0, 0) => figure,
        (own, cohort) => {
            let note = format!(
                "credit memos without a reason that is known do not count: {own} issued in the month, {cohort} for its \
                 invoices"
            );
            Figure { note, ..figure }
        }
    }
}

fn corrective(month: &Month<'_>) -> Result<Sum, Why> {
    let parts = [Flow::CreditMemos, Flow::DebitMemos, Flow::Adjustments];
    let flows = parts.map(|flow| month.flow(flow));
    let mut sum = Sum::default();
    for flow in flows {
        let flow = flow?;
        sum = sum.plus(Sum { units: flow.units.abs(), count: flow.count });
    }
    Ok(sum)
}

fn credit_rate(month: &Month<'_>, by_invoice: bool, wanted: fn(Reason) -> bool) -> Computed {
    let moved = month.moved(0)?;
    if by_invoice {
        linked(month)?;
    }
    let credits = credited(if by_invoice { &moved.cohort } else { &moved.credits }, wanted);
    let figure = percent_of_amounts(credits, month.flow(Flow::Invoices)?.units, BILLED)?;
    let note = match month.scope.given.reasons {
        true => String::new(),
        false => "the credit memos bear no reasons: returns, goodwill and rebates are in it".to_owned(),
    };
    Ok(Figure { note, ..figure })
}

fn disputes(month: &Month<'_>) -> Result<(), Why> {
    match month.scope.given.disputes {
        true => Ok(()),
        false => Err(not_available("no disputes source")),
    }
}

fn open_cases(month: &Month<'_>) -> Result<Sum, Why> {
    disputes(month)?;
    Ok(month.at_end()?.cases)
}

fn unknown(month: &Month<'_>, figure: Figure) -> Figure {
    match month.scope.unknown_cases {
        0 => figure,
        cases => {
            let note = format!("cases left out because the register has no such document: {cases}");
            Figure { note, ..figure }
        }
    }
}

fn middle(days: &[i32], none: &str) -> Computed {
    match median(days) {
        Some(days_exact) => Ok(plain_days(Exact::Ratio(days_exact), days.len() as i64)),
        None => Err(Why::NotMeaningful(None, None, none.to_owned())),
    }
}
