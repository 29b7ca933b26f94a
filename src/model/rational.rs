//! The one place that multiplies, divides and rounds: half away from zero, as Excel and accountants do.

use super::money::{Money, SCALE_DIGITS};
use rust_decimal::{Decimal, RoundingStrategy};

/// Multiplies a document-currency amount by a rate and rounds to the decimals of the target currency,
/// half away from zero. `None` where the product does not fit.
pub fn convert<A, B>(amount: Money<A>, rate: Decimal, decimals: u32) -> Option<Money<B>> {
    let product = Decimal::from_i128_with_scale(i128::from(amount.units()), SCALE_DIGITS as u32).checked_mul(rate)?;
    let mut rounded = product.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(SCALE_DIGITS as u32);
    i64::try_from(rounded.mantissa()).ok().map(Money::from_units)
}

/// `part / whole` rounded to `decimals`, or `None` ("n/m") where the denominator is zero.
pub fn share(part: i128, whole: i128, decimals: u32) -> Option<Decimal> {
    if whole == 0 {
        return None;
    }
    let part = Decimal::try_from_i128_with_scale(part, 0).ok()?;
    let whole = Decimal::try_from_i128_with_scale(whole, 0).ok()?;
    Some(part.checked_div(whole)?.round_dp_with_strategy(decimals, RoundingStrategy::MidpointAwayFromZero))
}

#[cfg(test)]
mod tests {
    use super::super::money::{Document, Functional};
    use super::*;

    #[test]
    fn conversion_rounds_half_away_from_zero() {
        let amount = Money::<Document>::from_units(100_500); // 10.05
        let half = Decimal::new(5, 1);
        assert_eq!(convert::<_, Functional>(amount, half, 2), Some(Money::from_units(50_300))); // 5.025 -> 5.03
        assert_eq!(convert::<_, Functional>(-amount, half, 2), Some(Money::from_units(-50_300)));
    }

    #[test]
    fn a_zero_denominator_is_not_meaningful() {
        assert_eq!(share(1, 0, 2), None);
        assert_eq!(share(1, 8, 2).map(|d| d.to_string()).as_deref(), Some("0.13"));
    }
}
