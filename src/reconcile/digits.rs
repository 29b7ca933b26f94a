//! Arithmetic on the digits of two amounts of one document: shift, exchange, one wrong digit (causes V12 to V15).

/// The digits of an amount in its smallest unit. `step` is how many of the money units one minor unit has.
fn digits(amount: i64, step: i64) -> Vec<u8> {
    (amount.unsigned_abs() / step.unsigned_abs().max(1)).to_string().into_bytes()
}

/// `a = -b`.
pub fn is_sign_flip(a: i64, b: i64) -> bool {
    a != 0 && a == -b
}

/// `a = b x 10^k` or `b = a x 10^k`, k from 1 to 3.
pub fn is_decimal_shift(a: i64, b: i64) -> bool {
    let shifted = |small: i64, large: i64| {
        [10_i128, 100, 1000].iter().any(|power| i128::from(small) * power == i128::from(large))
    };
    a != 0 && b != 0 && (shifted(a, b) || shifted(b, a))
}

/// Same sign, same length, and two digits changed places.
pub fn is_transposition(a: i64, b: i64, step: i64) -> bool {
    if a.signum() != b.signum() || a == b {
        return false;
    }
    let (a, b) = (digits(a, step), digits(b, step));
    if a.len() != b.len() {
        return false;
    }
    let differing: Vec<usize> = (0..a.len()).filter(|at| a[*at] != b[*at]).collect();
    matches!(differing.as_slice(), [first, second] if a[*first] == b[*second] && a[*second] == b[*first])
}

/// Same sign, and one digit was changed, left out or put in.
pub fn is_digit_error(a: i64, b: i64, step: i64) -> bool {
    if a.signum() != b.signum() || a == b {
        return false;
    }
    let (a, b) = (digits(a, step), digits(b, step));
    match a.len().abs_diff(b.len()) {
        0 => a.iter().zip(&b).filter(|(a, b)| a != b).count() == 1,
        1 => {
            let (short, long) = if a.len() < b.len() { (&a, &b) } else { (&b, &a) };
            let same = short.iter().zip(long).take_while(|(a, b)| a == b).count();
            short[same..] == long[same + 1..]
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CENT: i64 = 100;

    fn cents(amount: i64) -> i64 {
        amount * CENT
    }

    #[test]
    fn shifts_of_one_to_three_places() {
        assert!(is_decimal_shift(cents(12_345), cents(1_234_500)));
        assert!(is_decimal_shift(cents(-500), cents(-50)));
        assert!(!is_decimal_shift(cents(5), cents(50_000)));
        assert!(!is_decimal_shift(0, 0));
    }

    #[test]
    fn exchanged_digits_need_the_same_length_and_sign() {
        assert!(is_transposition(cents(12_345), cents(12_435), CENT));
        assert!(is_transposition(cents(12_345), cents(52_341), CENT));
        assert!(!is_transposition(cents(12_345), cents(-12_435), CENT));
        assert!(!is_transposition(cents(12_345), cents(12_399), CENT));
    }

    #[test]
    fn one_digit_changed_lost_or_doubled() {
        assert!(is_digit_error(cents(12_345), cents(12_845), CENT));
        assert!(is_digit_error(cents(12_345), cents(1_234), CENT));
        assert!(is_digit_error(cents(12_345), cents(123_345), CENT));
        assert!(!is_digit_error(cents(12_345), cents(12_436), CENT));
        assert!(!is_digit_error(cents(12_345), cents(12_345), CENT));
    }
}
