//! Why DSO moved since the month before: five steps in days that add up.
//!
//! Last month's balance over this month's sales a day is the volume; what each part of the balance changed by, in days
//! of this month's sales, is the rest.

use super::month::{Month, Why, not_available};
use super::ratio::{Ratio, largest_remainder};
use super::scope::{AtEnd, Stock};

/// The steps, with what they say.
pub const STEPS: [(&str, &str); 5] = [
    ("volume", "the same balance over this month's sales a day"),
    ("mix", "more or less that is not yet due: terms, and when in the month was billed"),
    ("delinquency", "more or less that is past due and not in dispute"),
    ("unapplied", "more or less cash and credits that are not applied"),
    ("disputes", "more or less in dispute"),
];
/// The decimals that days are rounded to.
pub const DECIMALS: u32 = 2;

/// The bridge from one month's simple DSO to the next.
#[derive(Clone, Debug, PartialEq)]
pub struct Bridge {
    /// DSO of the month before, exact.
    pub before: Ratio,
    /// DSO of the month, exact.
    pub after: Ratio,
    /// The balances behind the steps: what changed, in ten-thousandths; of volume, last month's balance.
    pub changes: [i128; STEPS.len()],
    /// The steps in hundredths of a day; their sum is that of the two DSOs as they are shown.
    pub steps: Vec<i128>,
}

/// The parts of a balance: not yet due, past due, credits, in dispute.
fn parts(at_end: &AtEnd) -> [i128; 4] {
    let of = |stock: Stock| at_end.stocks[stock as usize].units;
    let [not_due, past_due, undated] = at_end.in_dispute;
    let credits = of(Stock::Unapplied) + of(Stock::Unidentified) + of(Stock::OnAccount) + of(Stock::OpenCredits);
    [
        of(Stock::NotDue) + of(Stock::NoDueDate) - not_due - undated,
        of(Stock::PastDue) - past_due,
        credits,
        not_due + past_due + undated,
    ]
}

/// The bridge to a month.
///
/// # Errors
/// Where one of the two DSOs is not to be had.
pub fn bridge(month: &Month<'_>) -> Result<Bridge, Why> {
    let before = month.end.checked_sub(1).map(|end| Month { end, ..*month });
    let before = before.ok_or_else(|| not_available("no history: the register starts later"))?;
    if !month.scope.given.due_dates {
        return Err(not_available("no due dates"));
    }
    let balances = [before.balance()?.units, month.balance()?.units];
    let sales = [before.sales(0)?.units, month.sales(0)?.units];
    let meaningless = || Why::NotMeaningful(None, None, "credit sales are zero or negative".to_owned());
    // Days of sales that one unit of the balance is.
    let days = |sales: i128, days: Ratio| Ratio::new(1, sales).and_then(|one| one.times(days));
    let rates = [days(sales[0], before.dso_days(0)), days(sales[1], month.dso_days(0))];
    let [Some(old), Some(new)] = rates else { return Err(meaningless()) };
    let in_days = |units: i128, rate: Ratio| Ratio::whole(units).times(rate);
    let (old_parts, new_parts) = (parts(before.at_end()?), parts(month.at_end()?));
    let mut changes = [balances[0], 0, 0, 0, 0];
    for (change, (old, new)) in changes[1..].iter_mut().zip(old_parts.iter().zip(new_parts)) {
        *change = new - old;
    }
    let exact = || -> Option<(Ratio, Ratio, Vec<Ratio>)> {
        let (first, last) = (in_days(balances[0], old)?, in_days(balances[1], new)?);
        let mut steps = vec![in_days(balances[0], new)?.minus(first)?];
        for change in &changes[1..] {
            steps.push(in_days(*change, new)?);
        }
        Some((first, last, steps))
    };
    let (before, after, steps) = exact().ok_or_else(meaningless)?;
    let whole = || Some(after.steps(DECIMALS)? - before.steps(DECIMALS)?);
    let steps = whole().and_then(|whole| largest_remainder(&steps, whole, DECIMALS)).ok_or_else(meaningless)?;
    Ok(Bridge { before, after, changes, steps })
}
