//! Exact fractions, rounded half away from zero when they are shown, and never before.

use rust_decimal::Decimal;

/// An exact fraction of whole numbers; the denominator is above zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ratio {
    numerator: i128,
    denominator: i128,
}

impl Ratio {
    /// Zero.
    pub const ZERO: Ratio = Ratio { numerator: 0, denominator: 1 };

    /// `numerator / denominator`; `None` ("n/m") where the denominator is zero or negative.
    pub fn new(numerator: i128, denominator: i128) -> Option<Ratio> {
        (denominator > 0).then(|| {
            let common = common_divisor(numerator.unsigned_abs(), denominator.unsigned_abs()) as i128;
            Ratio { numerator: numerator / common, denominator: denominator / common }
        })
    }

    /// A whole number.
    pub const fn whole(number: i128) -> Ratio {
        Ratio { numerator: number, denominator: 1 }
    }

    /// The product, `None` where it does not fit.
    pub fn times(self, other: Ratio) -> Option<Ratio> {
        let numerator = self.numerator.checked_mul(other.numerator)?;
        Ratio::new(numerator, self.denominator.checked_mul(other.denominator)?)
    }

    /// The sum, `None` where it does not fit.
    pub fn plus(self, other: Ratio) -> Option<Ratio> {
        self.minus(Ratio { numerator: -other.numerator, ..other })
    }

    /// The difference, `None` where it does not fit.
    pub fn minus(self, other: Ratio) -> Option<Ratio> {
        let left = self.numerator.checked_mul(other.denominator)?;
        let right = other.numerator.checked_mul(self.denominator)?;
        Ratio::new(left.checked_sub(right)?, self.denominator.checked_mul(other.denominator)?)
    }

    /// The whole number of `10^-decimals` that is nearest, half away from zero.
    pub fn steps(self, decimals: u32) -> Option<i128> {
        let exact = self.numerator.checked_mul(10_i128.checked_pow(decimals)?)?;
        let nearest = exact.abs().checked_mul(2)?.checked_add(self.denominator)? / self.denominator.checked_mul(2)?;
        Some(nearest * exact.signum())
    }

    /// The largest whole number of `10^-decimals` that is not above it, and what is left of one, by its denominator.
    fn floor(self, decimals: u32) -> Option<(i128, Ratio)> {
        let exact = self.numerator.checked_mul(10_i128.checked_pow(decimals)?)?;
        let floor = exact.div_euclid(self.denominator);
        Some((floor, Ratio { numerator: exact.rem_euclid(self.denominator), denominator: self.denominator }))
    }

    /// The number with so many decimals, rounded half away from zero.
    pub fn rounded(self, decimals: u32) -> Option<Decimal> {
        Decimal::try_from_i128_with_scale(self.steps(decimals)?, decimals).ok()
    }

    /// The number without its denominator, which multiplies `whole` instead: `a / whole x n / d = a / (whole x d) x n`.
    pub fn with_denominator_in(self, whole: i128) -> (Ratio, i128) {
        match whole.checked_mul(self.denominator) {
            Some(product) => (Ratio::whole(self.numerator), product),
            None => (self, whole),
        }
    }

    fn is_above(self, other: Ratio) -> bool {
        match (self.numerator.checked_mul(other.denominator), other.numerator.checked_mul(self.denominator)) {
            (Some(left), Some(right)) => left > right,
            // Too large to compare exactly: then the order of the parts decides.
            _ => false,
        }
    }
}

fn common_divisor(left: u128, right: u128) -> u128 {
    let (mut left, mut right) = (left, right);
    while right != 0 {
        (left, right) = (right, left % right);
    }
    left.max(1)
}

/// Rounds parts so that they add up to a rounded whole: each is rounded down, and those that lost most get a step more,
/// earlier ones first where they lost the same.
pub fn largest_remainder(parts: &[Ratio], whole: i128, decimals: u32) -> Option<Vec<i128>> {
    let floors: Vec<(i128, Ratio)> = parts.iter().map(|part| part.floor(decimals)).collect::<Option<_>>()?;
    let mut steps: Vec<i128> = floors.iter().map(|(floor, _)| *floor).collect();
    let mut order: Vec<usize> = (0..parts.len()).collect();
    order.sort_by(|left, right| {
        let (left, right) = (floors[*left].1, floors[*right].1);
        right.is_above(left).cmp(&left.is_above(right))
    });
    let missing = whole - steps.iter().sum::<i128>();
    for at in (0..usize::try_from(missing.unsigned_abs()).ok()?).map(|at| order[at % order.len().max(1)]) {
        steps[at] += missing.signum();
    }
    Some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(numerator: i128, denominator: i128) -> Ratio {
        Ratio::new(numerator, denominator).expect("a fraction")
    }

    #[test]
    fn a_denominator_of_nothing_is_not_meaningful() {
        assert_eq!((Ratio::new(1, 0), Ratio::new(1, -5)), (None, None));
    }

    #[test]
    fn halves_are_rounded_away_from_zero_once() {
        let shown = |numerator, denominator, decimals| ratio(numerator, denominator).rounded(decimals).expect("fits");
        assert_eq!(shown(1, 8, 2).to_string(), "0.13");
        assert_eq!(shown(-1, 8, 2).to_string(), "-0.13");
        // 45.0449 is 45.0, though 45.04 would be, and 45.05 would be 45.1.
        assert_eq!(shown(450_449, 10_000, 1).to_string(), "45.0");
        assert_eq!(shown(450_500, 10_000, 1).to_string(), "45.1");
        assert_eq!(ratio(i128::MAX, 3).rounded(2), None);
    }

    #[test]
    fn parts_add_up_to_the_rounded_whole() {
        // A third each of 1.0: the first gets the step that is left.
        assert_eq!(largest_remainder(&[ratio(1, 3); 3], 10, 1), Some(vec![4, 3, 3]));
        // 0.06 + 0.06 - 0.02 = 0.1 in tenths: 0 or 1 each.
        let parts = [ratio(6, 100), ratio(6, 100), ratio(-2, 100)];
        assert_eq!(largest_remainder(&parts, 1, 1), Some(vec![1, 0, 0]));
        let parts = [ratio(-13, 10), ratio(27, 10)];
        assert_eq!(largest_remainder(&parts, 14, 1), Some(vec![-13, 27]));
        // The whole may lie one step off what the parts come to.
        assert_eq!(largest_remainder(&[ratio(1, 4), ratio(1, 4)], 6, 1), Some(vec![3, 3]));
        assert_eq!(largest_remainder(&[], 0, 1), Some(vec![]));
    }
}
