//! Discount terms as people write them, and the discount that they give.

/// A cash discount: percent in hundredths, and the days within which it is earned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Discount {
    /// Hundredths of a percent: 200 for two percent.
    pub basis_points: i64,
    /// Days from the document date.
    pub days: i32,
}

/// Reads `2/10 net 30`, `2% 10 days, net 30`, `2%/10 n/30`, `2.5 % within 10 days`; nothing where no discount is given.
pub fn discount(terms: &str) -> Option<Discount> {
    let text = terms.to_lowercase().replace(',', ".");
    let mut numbers: Vec<(String, String)> = Vec::new();
    let (mut number, mut between) = (String::new(), String::new());
    for c in text.chars().chain([' ']) {
        if c.is_ascii_digit() || (c == '.' && !number.is_empty()) {
            number.push(c);
        } else {
            if !number.is_empty() {
                numbers.push((std::mem::take(&mut between), std::mem::take(&mut number)));
            }
            between.push(c);
        }
    }
    numbers.push((between, String::new()));
    for pair in numbers.windows(3) {
        let ((before, percent), (middle, days), (after, _)) = (&pair[0], &pair[1], &pair[2]);
        let separated = middle.contains('%') || middle.contains('/') || after.trim_start().starts_with("day");
        let is_net = before.contains("net") || before.trim_end().ends_with("n/") || middle.contains("net");
        if let (true, false, Some(basis_points), Ok(days)) =
            (separated, is_net, hundredths(percent.trim_end_matches('.')), days.trim_end_matches('.').parse())
            && (1..=2_000).contains(&basis_points)
        {
            return Some(Discount { basis_points, days });
        }
    }
    None
}

/// A number with up to two decimals, in hundredths.
fn hundredths(text: &str) -> Option<i64> {
    let (whole, part) = text.split_once('.').unwrap_or((text, ""));
    let part = match part.len() {
        0 => 0,
        1 => part.parse::<i64>().ok()? * 10,
        2 => part.parse().ok()?,
        _ => return None,
    };
    Some(whole.parse::<i64>().ok()? * 100 + part)
}

impl Discount {
    /// The discount on an amount, rounded half away from zero to the cent (ten-thousandths in and out).
    pub fn on(self, amount: i64) -> i64 {
        let exact = i128::from(amount) * i128::from(self.basis_points);
        let (scale, cent) = (10_000_i128, 100_i128);
        let rounded = (2 * exact.abs() + scale * cent) / (2 * scale * cent) * cent * exact.signum();
        i64::try_from(rounded).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discount_terms_are_read_as_people_write_them() {
        let two_ten = Some(Discount { basis_points: 200, days: 10 });
        for terms in ["2/10 net 30", "2/10, n/30", "2% 10 days net 30", "2%/10 Net 30", "2 % 10, net 30 days", "2/10"] {
            assert_eq!(discount(terms), two_ten, "{terms}");
        }
        assert_eq!(discount("2,5% 14 Tage"), Some(Discount { basis_points: 250, days: 14 }));
        for terms in ["net 30", "n/30", "Net 30 days", "due on receipt", "", "30", "NET 30/60"] {
            assert_eq!(discount(terms), None, "{terms}");
        }
    }

    #[test]
    fn the_discount_is_rounded_to_the_cent() {
        let two = Discount { basis_points: 200, days: 10 };
        assert_eq!(two.on(1_234_500), 24_700, "2 % of 123.45 is 2.469, rounded 2.47");
        assert_eq!(two.on(2_500), 100, "2 % of 0.25 is 0.005, rounded 0.01");
        assert_eq!(two.on(2_400), 0);
    }
}
