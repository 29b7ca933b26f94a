//! The formulas of formulas.md 2.1 and 2.2, each under its own name, as exact fractions.
//!
//! `None` is "n/m": a denominator of zero or less, or a product that is beyond what can be carried.

use super::ratio::Ratio;
use rust_decimal::Decimal;

/// `part / whole`, times a factor.
pub fn share(part: i128, whole: i128, factor: Ratio) -> Option<Ratio> {
    Ratio::new(part, whole)?.times(factor)
}

/// DSO, simple: closing AR / credit sales x days (2.1). The best possible DSO is the same of what is not yet due, the
/// three-month DSO the same over the sales and days of three months.
pub fn dso(receivables: i128, sales: i128, days: Ratio) -> Option<Ratio> {
    share(receivables, sales, days)
}

/// DSO on the average balance: ((opening + closing) / 2) / credit sales x days (2.1).
pub fn dso_average(opening: i128, closing: i128, sales: i128, days: Ratio) -> Option<Ratio> {
    share(opening + closing, sales.checked_mul(2)?, days)
}

/// What counting back comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Countback {
    /// The days, exact.
    pub days: Ratio,
    /// Days of whole months, and what is left of the balance for the month before them with its sales and days; none
    /// where the balance outlasts the sales that are known: then it is at least so many days.
    pub rest: Option<(i128, i128, i128, i128)>,
}

/// DSO by counting back (exhaustion): whole months' sales are subtracted from closing AR, newest first, each adding
/// its days; the last month adds what is left / its sales x its days (2.1). `months` are (sales, days), newest first.
pub fn dso_countback(receivables: i128, months: impl Iterator<Item = (i128, i128)>) -> Option<Countback> {
    if receivables < 0 {
        return None;
    }
    let (mut left, mut whole) = (receivables, 0);
    for (sales, days) in months {
        if sales > 0 && left <= sales {
            let exact = Ratio::new(whole * sales + left * days, sales)?;
            return Some(Countback { days: exact, rest: Some((whole, left, sales, days)) });
        }
        left -= sales;
        whole += days;
    }
    Some(Countback { days: Ratio::whole(whole), rest: None })
}

/// DSO, true (invoice-weighted): the sum over open invoices of days since the invoice x amount / net credit sales of
/// the invoice's month (2.1). `months` are (amount x days, sales). Each month's quotient is carried to 28 digits.
pub fn dso_true(months: impl Iterator<Item = (i128, i128)>) -> Option<Decimal> {
    let mut quotients = months.map(|(amount_days, sales)| quotient(amount_days, sales));
    quotients.try_fold(Decimal::ZERO, |sum, days| sum.checked_add(days?))
}

fn quotient(part: i128, whole: i128) -> Option<Decimal> {
    if whole <= 0 {
        return None;
    }
    let exact = |number: i128| Decimal::try_from_i128_with_scale(number, 0).ok();
    exact(part)?.checked_div(exact(whole)?)
}

/// The collection effectiveness index: (opening AR + sales / N - closing AR) / (opening AR + sales / N - closing AR
/// that is not past due) x 100, N = months in the period (2.2). Months are measured one by one, N = 1.
pub fn cei(opening: i128, sales: i128, months: i128, closing: i128, not_due: i128) -> Option<Ratio> {
    let (part, whole) = cei_parts(opening, sales, months, closing, not_due);
    share(part, whole, Ratio::whole(100))
}

/// Numerator and denominator of the index, both times N.
pub fn cei_parts(opening: i128, sales: i128, months: i128, closing: i128, not_due: i128) -> (i128, i128) {
    (months * (opening - closing) + sales, months * (opening - not_due) + sales)
}

/// AR turnover: net credit sales / average AR (2.1).
pub fn turnover(opening: i128, closing: i128, sales: i128) -> Option<Ratio> {
    share(sales, opening + closing, Ratio::whole(2))
}

/// The middle of some whole numbers, half a step exact; none where there is no number.
pub fn median(numbers: &[i32]) -> Option<Ratio> {
    let mut sorted = numbers.to_vec();
    sorted.sort_unstable();
    let (low, high) = (sorted.get(sorted.len().checked_sub(1)? / 2)?, sorted.get(sorted.len() / 2)?);
    Ratio::new(i128::from(*low) + i128::from(*high), 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    // Vector V1 of formulas.md 2.1, in whole units of currency.
    const OPENING: i128 = 900_000;
    const CLOSING: i128 = 1_000_000;
    const NOT_DUE: i128 = 640_000;
    const MONTHS: [(i128, i128); 3] = [(400_000, 31), (350_000, 28), (500_000, 31)];

    fn sales() -> i128 {
        MONTHS.iter().map(|(sales, _)| sales).sum()
    }

    fn days() -> Ratio {
        Ratio::whole(MONTHS.iter().map(|(_, days)| days).sum())
    }

    fn shown(ratio: Option<Ratio>, decimals: u32) -> String {
        ratio.and_then(|ratio| ratio.rounded(decimals)).expect("a figure").to_string()
    }

    #[test]
    fn the_dso_family_gives_vector_v1() {
        assert_eq!(shown(dso(CLOSING, sales(), days()), 1), "72.0");
        assert_eq!(shown(dso_average(OPENING, CLOSING, sales(), days()), 1), "68.4");
        assert_eq!(shown(dso(NOT_DUE, sales(), days()), 2), "46.08");
        let (simple, best) = (dso(CLOSING, sales(), days()), dso(NOT_DUE, sales(), days()));
        assert_eq!(shown(simple.and_then(|simple| simple.minus(best?)), 2), "25.92");
        assert_eq!(shown(turnover(OPENING, CLOSING, sales()), 4), "1.3158");
        assert_eq!(shown(share(CLOSING - NOT_DUE, CLOSING, Ratio::whole(100)), 1), "36.0");
    }

    #[test]
    fn counting_back_gives_vector_v1_and_says_when_history_runs_out() {
        let back = dso_countback(CLOSING, MONTHS.into_iter()).expect("a figure");
        assert_eq!(shown(Some(back.days), 1), "74.5");
        assert_eq!(back.rest, Some((59, 250_000, 500_000, 31)));
        let back = dso_countback(CLOSING, MONTHS.into_iter().take(2)).expect("a figure");
        assert_eq!((shown(Some(back.days), 1).as_str(), back.rest), ("59.0", None));
        // A month without sales adds its days; a balance of nothing is 0 days, a negative one means nothing.
        let back = dso_countback(100, [(0, 30), (200, 31)].into_iter()).expect("a figure");
        assert_eq!(shown(Some(back.days), 1), "45.5");
        assert_eq!(dso_countback(0, [(5, 30)].into_iter()).map(|back| back.days), Some(Ratio::ZERO));
        assert_eq!(dso_countback(-1, MONTHS.into_iter()), None);
    }

    #[test]
    fn the_true_dso_weighs_each_invoice_by_the_sales_of_its_month() {
        // 10 days old: 100 of 400; 40 days old: 60 of 300. 10 x 0.25 + 40 x 0.2 = 10.5.
        let days = dso_true([(1_000, 400), (2_400, 300)].into_iter()).expect("a figure");
        assert_eq!(days.normalize().to_string(), "10.5");
        assert_eq!(dso_true([(1_000, 0)].into_iter()), None);
        assert_eq!(dso_true(std::iter::empty()), Some(Decimal::ZERO));
    }

    #[test]
    fn the_index_gives_vector_v1_with_and_without_the_average_month() {
        assert_eq!(shown(cei(OPENING, sales(), 1, CLOSING, NOT_DUE), 2), "76.16");
        assert_eq!(shown(cei(OPENING, sales(), 3, CLOSING, NOT_DUE), 2), "46.80");
    }

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(dso(CLOSING, 0, days()), None);
        assert_eq!(dso(CLOSING, -5, days()), None);
        assert_eq!(cei(100, 0, 1, 100, 100), None);
        assert_eq!(turnover(0, 0, 100), None);
        assert_eq!(median(&[]), None);
        assert_eq!(shown(median(&[5, 1, 4, 2]), 1), "3.0");
        assert_eq!(shown(median(&[9, 2]), 1), "5.5");
    }
}
