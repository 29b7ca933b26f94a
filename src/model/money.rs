//! Amounts: whole ten-thousandths in a checked `i64`, summed in `i128`.
//!
//! `Money<Functional>` and `Money<Document>` are different types, so an amount in the entity's own
//! currency cannot be added to one in the currency of a document. No binary float appears here.

use std::fmt;
use std::marker::PhantomData;

/// How many of [`Money`]'s units make one unit of currency.
pub const SCALE: i64 = 10_000;
/// Decimal digits that [`Money`] keeps after the point.
pub const SCALE_DIGITS: usize = 4;
/// The largest amount that is read, in minor units of a two-decimal currency (bad-inputs, section 5).
pub const AMOUNT_LIMIT_MINOR: i64 = 1_000_000_000_000_000;
/// The same bound in [`Money`]'s own units.
pub const AMOUNT_LIMIT: i64 = AMOUNT_LIMIT_MINOR * (SCALE / 100);

/// Stands in a table for a total that no amount can hold. A run that comes to one is refused as a whole.
pub const BEYOND: i64 = i64::MAX;

/// Marks an amount in the functional currency of its entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Functional;
/// Marks an amount in the currency that the document itself is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Document;

/// An exact amount in ten-thousandths. Debit positive, credit negative.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Money<C = Functional>(i64, PhantomData<C>);

impl<C> Money<C> {
    /// No money at all.
    pub const ZERO: Self = Money(0, PhantomData);

    /// Wraps a count of ten-thousandths.
    pub const fn from_units(units: i64) -> Self {
        Money(units, PhantomData)
    }

    /// The count of ten-thousandths.
    pub const fn units(self) -> i64 {
        self.0
    }

    /// Whether the amount is zero.
    pub const fn is_zero(self) -> bool {
        self.0 == 0
    }

    /// The amount without its sign.
    pub const fn abs(self) -> Self {
        Money(self.0.abs(), PhantomData)
    }
}

impl<C> std::ops::Neg for Money<C> {
    type Output = Self;
    fn neg(self) -> Self {
        Money(-self.0, PhantomData)
    }
}

impl<C> std::ops::Add for Money<C> {
    type Output = Self;
    /// Adds two amounts of the same kind. Amounts are bounded by [`AMOUNT_LIMIT`] when they are read and
    /// overflow checks are on in every profile, so a sum that does not fit stops the run.
    fn add(self, other: Self) -> Self {
        Money(self.0 + other.0, PhantomData)
    }
}

impl<C> std::ops::Sub for Money<C> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Money(self.0 - other.0, PhantomData)
    }
}

impl<C> std::ops::AddAssign for Money<C> {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl<C> fmt::Debug for Money<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<C> fmt::Display for Money<C> {
    /// Writes the amount with two decimals, or with as many more as it needs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&plain(i128::from(self.0), 2))
    }
}

/// The exact sum of many amounts, in ten-thousandths. Wide enough for any register.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Total(pub i128);

impl Total {
    /// Adds a count of ten-thousandths.
    pub fn add_units(&mut self, units: i64) {
        self.0 += i128::from(units);
    }

    /// Adds an amount.
    pub fn add<C>(&mut self, money: Money<C>) {
        self.add_units(money.units());
    }

    /// The sum as an amount, or `None` where it is beyond what [`Money`] holds.
    pub fn money(self) -> Option<Money> {
        i64::try_from(self.0).ok().map(Money::from_units)
    }

    /// The sum as an amount, or [`BEYOND`].
    pub fn or_beyond(self) -> Money {
        self.money().unwrap_or(Money::from_units(BEYOND))
    }
}

impl fmt::Display for Total {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&plain(self.0, 2))
    }
}

/// Writes ten-thousandths as plain decimal text with at least `decimals` digits after the point.
/// Further digits appear only where they are not zero, so nothing is ever rounded away.
pub fn plain(units: i128, decimals: usize) -> String {
    let mut text = String::with_capacity(16);
    push_plain(&mut text, units, decimals);
    text
}

/// Appends what [`plain`] returns to `text`, without an allocation of its own.
pub fn push_plain(text: &mut String, units: i128, decimals: usize) {
    use std::fmt::Write;
    if units < 0 {
        text.push('-');
    }
    let scale = SCALE as u128;
    let magnitude = units.unsigned_abs();
    let mut fraction = magnitude % scale;
    let mut digits = SCALE_DIGITS;
    while digits > decimals && fraction.is_multiple_of(10) {
        fraction /= 10;
        digits -= 1;
    }
    // Writing to a String cannot fail.
    let _ = match digits {
        0 => write!(text, "{}", magnitude / scale),
        _ => write!(text, "{}.{:0width$}", magnitude / scale, fraction, width = digits),
    };
    for _ in SCALE_DIGITS..decimals {
        text.push('0');
    }
}

/// Writes ten-thousandths for people: thousands grouped by commas, a minus in front, fixed decimals.
pub fn grouped(units: i128, decimals: usize) -> String {
    let text = plain(units, decimals);
    let (sign, digits) = match text.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", text.as_str()),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let mut out = String::from(sign);
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_keeps_every_digit_and_the_currency_decimals() {
        assert_eq!(plain(12_345_600, 2), "1234.56");
        assert_eq!(plain(-100, 2), "-0.01");
        assert_eq!(plain(12_345, 2), "1.2345");
        assert_eq!(plain(0, 2), "0.00");
        assert_eq!(plain(12_340_000, 0), "1234");
        assert_eq!(plain(12_345_000, 0), "1234.5");
        assert_eq!(grouped(-12_345_678_900, 2), "-1,234,567.89");
        assert_eq!(grouped(9_990_000, 2), "999.00");
    }

    #[test]
    fn totals_are_wider_than_amounts() {
        let mut total = Total::default();
        for _ in 0..1000 {
            total.add_units(AMOUNT_LIMIT);
        }
        assert_eq!(total.0, i128::from(AMOUNT_LIMIT) * 1000);
        assert!(total.money().is_none());
    }
}
