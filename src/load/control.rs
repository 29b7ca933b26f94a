//! What a file says of itself (how many entries, what their debits and credits add up to), and exact decimals to add
//! up what it holds.

/// Digits behind the point that an exact decimal keeps: prices have more than amounts.
const DIGITS: usize = 10;
/// One, as an exact decimal.
const ONE: i128 = 10_i128.pow(DIGITS as u32);
/// Digits in front of the point; sums of millions of such numbers still fit.
const WHOLE_DIGITS: usize = 18;
/// Digits behind the point of the figures that a check shows.
const CHECK_DIGITS: usize = 4;

/// A decimal with up to ten digits behind its point.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(i128);

impl Exact {
    /// Zero.
    pub const ZERO: Exact = Exact(0);

    /// Reads a number as XML and ledgers write it: an optional sign, digits, a point and digits. `None` for all else.
    pub fn parse(text: &str) -> Option<Exact> {
        let text = text.trim();
        let (negative, digits) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        let fraction = fraction.trim_end_matches('0');
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let any = digits.bytes().any(|byte| byte.is_ascii_digit());
        let whole = whole.trim_start_matches('0');
        if !any || !is_number(whole) || !is_number(fraction) || whole.len() > WHOLE_DIGITS || fraction.len() > DIGITS {
            return None;
        }
        let units: i128 = format!("0{whole}{fraction:0<DIGITS$}").parse().ok()?;
        Some(Exact(if negative { -units } else { units }))
    }

    /// Whole minor units of a currency with a number of decimals.
    pub fn from_minor(minor: i128, decimals: usize) -> Exact {
        let step = 10_i128.pow(DIGITS.saturating_sub(decimals) as u32);
        Exact(minor.saturating_mul(step))
    }

    /// Reads a number that may be missing: blank is zero.
    pub fn parse_or_zero(text: &str) -> Option<Exact> {
        if text.trim().is_empty() { Some(Exact::ZERO) } else { Exact::parse(text) }
    }

    /// This number and `percent` hundredths of it, rounded to cents (half away from zero); `None` beyond the range.
    pub fn with_percent(self, percent: Exact) -> Option<Exact> {
        const CENT: i128 = ONE / 100;
        let scaled = self.0.checked_mul((100 * ONE).checked_add(percent.0)?)? / 100;
        let (cents, rest) = (scaled / (ONE * CENT), scaled % (ONE * CENT));
        let up = i128::from(rest.abs() * 2 >= ONE * CENT) * rest.signum();
        (cents + up).checked_mul(CENT).map(Exact)
    }

    /// The same as ten-thousandths; `None` where it has more digits.
    pub fn units(self) -> Option<i128> {
        const STEP: i128 = 10_i128.pow((DIGITS - CHECK_DIGITS) as u32);
        (self.0 % STEP == 0).then_some(self.0 / STEP)
    }

    /// Rounded to as many digits behind the point as `text` shows, half away from zero, as ten-thousandths.
    fn units_as(self, text: &str) -> i128 {
        let shown = text.trim().split_once('.').map_or(0, |(_, fraction)| fraction.len()).clamp(2, CHECK_DIGITS);
        let step = 10_i128.pow((DIGITS - shown) as u32);
        let rounded = (self.0.abs() + step / 2) / step * self.0.signum();
        rounded * 10_i128.pow((CHECK_DIGITS - shown) as u32)
    }
}

impl std::ops::Add for Exact {
    type Output = Exact;
    fn add(self, other: Exact) -> Exact {
        Exact(self.0.saturating_add(other.0))
    }
}

impl std::ops::Sub for Exact {
    type Output = Exact;
    fn sub(self, other: Exact) -> Exact {
        Exact(self.0.saturating_sub(other.0))
    }
}

impl std::ops::Neg for Exact {
    type Output = Exact;
    fn neg(self) -> Exact {
        Exact(-self.0)
    }
}

impl std::ops::AddAssign for Exact {
    fn add_assign(&mut self, other: Exact) {
        *self = *self + other;
    }
}

impl std::fmt::Display for Exact {
    /// Plain digits with two decimals, or as many more as the number has.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let magnitude = self.0.unsigned_abs();
        let one = ONE.unsigned_abs();
        let fraction = format!("{:0DIGITS$}", magnitude % one);
        let kept = fraction.trim_end_matches('0').len().max(2);
        let sign = if self.0 < 0 { "-" } else { "" };
        write!(f, "{sign}{}.{}", magnitude / one, &fraction[..kept])
    }
}

/// A figure that a file gives of itself beside what it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// What it is, e.g. `SalesInvoices TotalCredit`.
    pub name: String,
    /// What the file says: ten-thousandths of an amount, or a count.
    pub declared: i128,
    /// What it holds.
    pub counted: i128,
    /// Whether the figures are amounts.
    pub is_money: bool,
    /// The line that says so.
    pub line: u64,
    /// What is to be said where they differ, if that is more than both figures.
    pub said: String,
}

impl Control {
    /// A count. `None` where the file does not say one.
    pub fn count(name: impl Into<String>, declared: &str, counted: u64, line: u64) -> Option<Control> {
        let declared = declared.trim().parse::<u64>().ok()?;
        let (declared, counted) = (i128::from(declared), i128::from(counted));
        Some(Control { name: name.into(), declared, counted, is_money: false, line, said: String::new() })
    }

    /// A sum, compared at the decimals that the file shows. `None` where the file does not say one.
    pub fn sum(name: impl Into<String>, declared: &str, counted: Exact, line: u64) -> Option<Control> {
        let figure = Exact::parse(declared)?;
        let (declared, counted) = (figure.units_as(declared), counted.units_as(declared));
        Some(Control { name: name.into(), declared, counted, is_money: true, line, said: String::new() })
    }

    /// Two sums that must agree, both formed from what the file holds.
    pub fn same(name: impl Into<String>, left: Exact, right: Exact, line: u64) -> Control {
        const CENTS: &str = "0.0000";
        let (declared, counted) = (left.units_as(CENTS), right.units_as(CENTS));
        Control { name: name.into(), declared, counted, is_money: true, line, said: String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(text: &str) -> Exact {
        Exact::parse(text).expect(text)
    }

    #[test]
    fn numbers_are_read_and_written_to_the_digit() {
        for (text, written) in [
            ("0", "0.00"),
            ("-12.5", "-12.50"),
            ("+7", "7.00"),
            (".5", "0.50"),
            ("5.", "5.00"),
            ("0.0000000001", "0.0000000001"),
            ("123456789012345678.99", "123456789012345678.99"),
        ] {
            assert_eq!(exact(text).to_string(), written);
        }
        for text in ["", "-", ".", "1,5", "1e3", "1 000", "0.00000000001", "1234567890123456789", "1.2.3", "NaN"] {
            assert_eq!(Exact::parse(text), None, "{text}");
        }
        assert_eq!(Exact::parse_or_zero(" "), Some(Exact::ZERO));
    }

    #[test]
    fn percentages_round_to_cents_half_away_from_zero() {
        assert_eq!(exact("5000").with_percent(exact("20")), Some(exact("6000")));
        assert_eq!(exact("0.10").with_percent(exact("5")), Some(exact("0.11")));
        assert_eq!(exact("-0.10").with_percent(exact("5")), Some(exact("-0.11")));
        assert_eq!(exact("0.10").with_percent(exact("4.9")), Some(exact("0.10")));
        assert_eq!(exact("999999999999999999").with_percent(exact("999999999")), None);
    }

    #[test]
    fn sums_are_compared_at_the_decimals_that_are_shown() {
        let control = Control::sum("x", "14918.709", exact("14918.70895"), 1).expect("a control");
        assert_eq!((control.declared, control.counted), (149_187_090, 149_187_090));
        let control = Control::sum("x", "10", exact("10.004"), 1).expect("a control");
        assert_eq!((control.declared, control.counted), (100_000, 100_000));
        assert_ne!(Control::sum("x", "10.00", exact("10.005"), 1).expect("a control").counted, 100_000);
        assert_eq!(Control::sum("x", "none", exact("1"), 1), None);
        assert_eq!(Control::count("x", " 3 ", 4, 9).map(|c| (c.declared, c.counted)), Some((3, 4)));
    }
}
