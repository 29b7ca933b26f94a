//! Every way to write an amount, and what is refused.

use super::*;

fn dot(text: &str) -> Result<i64, Refusal> {
    parse(text, Mark::Dot).map(|parsed| parsed.units)
}

#[test]
fn rates_are_read_by_their_mark_or_refused() {
    let read = |text: &str, mark: Mark| rate_digits(text, mark);
    assert_eq!(read("1,234.5", Mark::Dot).as_deref(), Some("1234.5"));
    assert_eq!(read("-1.234,5", Mark::Comma).as_deref(), Some("-1234.5"));
    assert_eq!(read("0.9386", Mark::Dot).as_deref(), Some("0.9386"));
    assert_eq!(read("0,9386", Mark::Dot), None);
    assert_eq!(read("0.9386", Mark::Comma), None);
}

#[test]
fn rates_say_their_mark_with_any_number_of_decimals() {
    for (text, evidence) in [
        ("0,938600", Evidence::Decides(Mark::Comma)),
        ("1,0938", Evidence::Decides(Mark::Comma)),
        ("0,938", Evidence::Decides(Mark::Comma)),
        ("0.938600", Evidence::Decides(Mark::Dot)),
        ("1,234.5", Evidence::Decides(Mark::Dot)),
        ("1.234,5", Evidence::Decides(Mark::Comma)),
        ("1,234", Evidence::Ambiguous),
        ("1.234", Evidence::Neutral),
        ("12", Evidence::Neutral),
    ] {
        assert_eq!(rate_evidence(text), evidence, "{text}");
    }
}

#[test]
fn the_short_ways_read_what_the_long_ways_read() {
    for text in ["0", "12", "-12.34", "0.00", "-0.05", "999999999999.99", "1234.5", "1.234", "", "-", ".50", "1.2.34"] {
        if let Some((units, has_point)) = plain_cents(text) {
            assert_eq!(dot(text), Ok(units), "{text}");
            assert_eq!(evidence(text) == Evidence::Decides(Mark::Dot), has_point, "{text}");
        }
        if let Some((rate, decides)) = plain_rate(text) {
            assert_eq!(rate_digits(text, Mark::Dot).and_then(|plain| plain.parse().ok()), Some(rate), "{text}");
            assert_eq!(rate_evidence(text) == Evidence::Decides(Mark::Dot), decides, "{text}");
        }
    }
    assert_eq!(plain_cents("-12.34"), Some((-123_400, true)));
    assert_eq!(plain_cents("1234.5"), None);
    assert_eq!(plain_rate("0.938"), Some((Decimal::new(938, 3), true)));
    assert_eq!(plain_rate("1.234"), Some((Decimal::new(1_234, 3), false)));
}

#[test]
fn n52_every_way_to_write_a_negative() {
    for text in ["(1,234.56)", "-1,234.56", "1,234.56-", "\u{2212}1234.56", "<1,234.56>", "$ (1,234.56)", "-1234.56"] {
        assert_eq!(dot(text), Ok(-12_345_600), "{text}");
    }
}

#[test]
fn n53_side_words_are_kept_for_the_sources_rule() {
    assert_eq!(parse("123.45CR", Mark::Dot).map(|p| (p.units, p.side)), Ok((1_234_500, Some(SideWord::Credit))));
    assert_eq!(parse("Dr 123.45", Mark::Dot).map(|p| (p.units, p.side)), Ok((1_234_500, Some(SideWord::Debit))));
    assert_eq!(parse("123,45 H", Mark::Comma).map(|p| p.side), Ok(Some(SideWord::Credit)));
}

#[test]
fn n54_two_signs_are_refused() {
    for text in ["--5", "(-5)", "-(5)", "5-CR", "-5-"] {
        assert_eq!(dot(text), Err(Refusal::DoubleSign), "{text}");
    }
}

#[test]
fn n55_grouping_in_use_around_the_world() {
    assert_eq!(parse("1.234,56", Mark::Comma).map(|p| p.units), Ok(12_345_600));
    assert_eq!(parse("1 234,56", Mark::Comma).map(|p| p.units), Ok(12_345_600));
    assert_eq!(parse("1\u{202f}234,56", Mark::Comma).map(|p| p.units), Ok(12_345_600));
    assert_eq!(dot("1'234.56"), Ok(12_345_600));
    assert_eq!(dot("12,34,567.00"), Ok(12_345_670_000));
}

#[test]
fn n56_one_thousand_or_one_and_a_bit() {
    assert_eq!(evidence("1,234"), Evidence::Ambiguous);
    assert_eq!(evidence("1.234"), Evidence::Ambiguous);
    assert_eq!(evidence("1234.56"), Evidence::Decides(Mark::Dot));
    assert_eq!(evidence("12,50"), Evidence::Decides(Mark::Comma));
    assert_eq!(evidence("1,234,567"), Evidence::Decides(Mark::Dot));
    assert_eq!(evidence("0.125"), Evidence::Decides(Mark::Dot));
    assert_eq!(evidence("1234"), Evidence::Neutral);
    assert_eq!(evidence("(12.5)"), Evidence::Decides(Mark::Dot));
}

#[test]
fn n57_irregular_grouping_is_refused() {
    for text in ["1,23,4.5", "1.2.3", "12,34", "1,2345", "0,123", ",123", "1,,234"] {
        assert_eq!(dot(text), Err(Refusal::Grouping), "{text}");
    }
}

#[test]
fn n58_codes_and_symbols_are_taken_off() {
    assert_eq!(dot("$1,234.56"), Ok(12_345_600));
    assert_eq!(dot("€ -5"), Ok(-50_000));
    assert_eq!(parse("1234.56 USD", Mark::Dot).map(|p| p.currency), Ok(Some(Written::Code(*b"USD"))));
}

#[test]
fn n63_zero_is_zero() {
    assert_eq!(dot("0.00"), Ok(0));
    assert_eq!(dot("-0.00"), Ok(0));
}

#[test]
fn n64_words_are_not_numbers() {
    for text in ["n/a", "-", "--", "TBD", "12 %", "1.2x", "."] {
        assert!(dot(text).is_err(), "{text}");
    }
}

#[test]
fn n65_the_limit_is_exact() {
    assert_eq!(dot("10000000000000.00"), Ok(AMOUNT_LIMIT));
    assert_eq!(dot("10000000000000.01"), Err(Refusal::TooLarge));
    assert_eq!(dot("9999999999999.99"), Ok(AMOUNT_LIMIT - 100));
    assert_eq!(dot("100000000000000000000"), Err(Refusal::TooLarge));
}

#[test]
fn decimals_beyond_the_scale_are_refused_unless_zero() {
    assert_eq!(dot("1.23456"), Err(Refusal::Decimals));
    assert_eq!(dot("1.2300000"), Ok(12_300));
    assert_eq!(dot("1.5E+3"), Err(Refusal::Exponent));
    assert_eq!(dot(".5"), Ok(5_000));
    assert_eq!(dot("5."), Ok(50_000));
}
