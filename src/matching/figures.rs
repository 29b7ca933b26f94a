//! Numbers in texts that are no numbers of documents: dates and amounts.

/// A year, or a day written in eight digits.
pub fn is_date(word: &[u8]) -> bool {
    let digits: Vec<u32> = word.iter().filter(|b| b.is_ascii_digit()).map(|byte| u32::from(byte - b'0')).collect();
    let letters = word.iter().any(u8::is_ascii_alphabetic);
    let number = |range: std::ops::Range<usize>| digits[range].iter().fold(0, |number, digit| number * 10 + digit);
    let year = |year: u32| (1990..2100).contains(&year);
    match digits.len() {
        _ if letters => false,
        4 => year(number(0..4)),
        8 => {
            let year_first = year(number(0..4)) && is_day(number(4..6), number(6..8));
            let year_last =
                year(number(4..8)) && (is_day(number(0..2), number(2..4)) || is_day(number(2..4), number(0..2)));
            year_first || year_last
        }
        _ => false,
    }
}

fn is_day(month: u32, day: u32) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// A day written in six digits, with a year of these decades: statements write `261015`.
pub fn is_short_date(digits: &str) -> bool {
    let pair = |at: usize| digits.get(at..at + 2).and_then(|pair| pair.parse::<u32>().ok()).unwrap_or(0);
    let (one, two, three) = (pair(0), pair(2), pair(4));
    let year = |year: u32| (20..40).contains(&year);
    let is_written = (year(one) && is_day(two, three)) || (year(three) && (is_day(one, two) || is_day(two, one)));
    digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_digit()) && is_written
}

/// Which words of a text, given by where they stand, are parts of an amount with two decimals: `1,234.56`.
pub fn in_amounts(text: &str, words: &[(usize, usize)]) -> Vec<bool> {
    let word = |at: usize| &text.as_bytes()[words[at].0..words[at].1];
    let is_digits = |at: usize| word(at).iter().all(u8::is_ascii_digit);
    // What stands between two words, where it is one mark alone.
    let mark = |at: usize| match text.as_bytes()[words[at].1..words[at + 1].0] {
        [mark] if b".,'".contains(&mark) => Some(mark),
        _ => None,
    };
    let mut found = vec![false; words.len()];
    for last in 1..words.len() {
        let is_cents = word(last).len() == 2 && matches!(mark(last - 1), Some(b'.' | b','));
        let goes_on = last + 1 < words.len() && mark(last).is_some() && is_digits(last + 1);
        if !is_cents || goes_on || !is_digits(last) || !is_digits(last - 1) {
            continue;
        }
        let mut first = last - 1;
        while first > 0 && word(first).len() == 3 && mark(first - 1).is_some() && is_digits(first - 1) {
            first -= 1;
        }
        // `2026.10.31` is a day.
        if first > 0 && mark(first - 1).is_some() && is_digits(first - 1) {
            continue;
        }
        found[first..=last].fill(true);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_from_other_numbers() {
        for date in ["20261015", "15102026", "10152026", "2026"] {
            assert!(is_date(date.as_bytes()), "{date}");
        }
        for number in ["20261315", "70010", "INV20261015", "2142"] {
            assert!(!is_date(number.as_bytes()), "{number}");
        }
        assert!(is_short_date("261015") && is_short_date("151026") && is_short_date("101526"));
        assert!(!is_short_date("700101") && !is_short_date("261399") && !is_short_date("26101"));
    }

    #[test]
    fn amounts_have_two_decimals() {
        let marked = |text: &str| {
            let mut words = Vec::new();
            let mut from = 0;
            for (at, c) in text.char_indices().chain([(text.len(), ' ')]) {
                if !c.is_ascii_alphanumeric() {
                    if from < at {
                        words.push((from, at));
                    }
                    from = at + c.len_utf8();
                }
            }
            in_amounts(text, &words)
        };
        assert_eq!(marked("amount 500.00"), [false, true, true]);
        assert_eq!(marked("1.234,56 of 70010"), [true, true, true, false, false]);
        assert_eq!(marked("on 2026.10.31 no 12, 34"), [false; 7]);
    }
}
