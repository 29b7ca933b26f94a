//! The amount grammar: text to exact ten-thousandths, or the reason why not.
//!
//! A declared decimal mark is law. An undeclared one is proved by the whole column: every text is classed as
//! deciding for one mark, for the other, for none, or as ambiguous (`1,234`), and the column's verdict is formed
//! from all of them (bad-inputs 52 to 57 and 61 to 66).

use crate::model::money::{AMOUNT_LIMIT, SCALE_DIGITS};
use rust_decimal::Decimal;

/// The character before the decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// `1,234.56`
    Dot,
    /// `1.234,56`
    Comma,
}

impl Mark {
    /// The character itself.
    pub const fn byte(self) -> u8 {
        match self {
            Mark::Dot => b'.',
            Mark::Comma => b',',
        }
    }

    /// The other one.
    pub const fn other(self) -> Mark {
        match self {
            Mark::Dot => Mark::Comma,
            Mark::Comma => Mark::Dot,
        }
    }
}

/// What one text says about its column's decimal mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// No mark at all, or nothing that could be one.
    Neutral,
    /// Can only be read with this mark.
    Decides(Mark),
    /// Can be read either way, with different results.
    Ambiguous,
}

/// How the sign of an amount is carried beside its digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SideWord {
    /// `DR`, `S`: a debit.
    Debit,
    /// `CR`, `H`: a credit.
    Credit,
}

/// An amount as read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parsed {
    /// Ten-thousandths, with the sign that the text itself carries.
    pub units: i64,
    /// A `CR` or `DR` in the text, still to be turned into a sign by the source's rule.
    pub side: Option<SideWord>,
    /// A currency code or symbol that stood in the cell.
    pub currency: Option<Written>,
}

/// What a cell says about the currency of its amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// A code such as `USD`.
    Code([u8; 3]),
    /// A symbol such as `€`.
    Symbol(char),
}

impl Written {
    /// Whether it can mean a currency. A symbol never decides, but it can contradict; a dollar sign is that of many.
    pub fn fits(self, code: &str) -> bool {
        let codes = match self {
            Written::Code(own) => return own == *code.as_bytes(),
            Written::Symbol('€') => "EUR",
            Written::Symbol('£') => "GBP GIP FKP SHP EGP LBP SDG SSP SYP",
            Written::Symbol('¥') => "JPY CNY",
            Written::Symbol('₹') => "INR",
            Written::Symbol('₩') => "KRW KPW",
            Written::Symbol('₽') => "RUB",
            Written::Symbol(_) => return true,
        };
        codes.contains(code)
    }
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Written::Code(code) => f.write_str(std::str::from_utf8(code).unwrap_or("???")),
            Written::Symbol(symbol) => write!(f, "{symbol}"),
        }
    }
}

/// Why a text is no amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// `n/a`, letters, `%`: not a number.
    NotANumber,
    /// `--5`, `(-5)`, `5-CR`.
    DoubleSign,
    /// `1,23,4.5`, `1.2.3`, `12,34`.
    Grouping,
    /// More digits after the point than are kept.
    Decimals,
    /// Beyond the limit of 10^15 minor units.
    TooLarge,
    /// `1.5E+3`.
    Exponent,
}

impl Refusal {
    /// The finding's code.
    pub const fn code(self) -> &'static str {
        match self {
            Refusal::NotANumber => "T2103",
            Refusal::DoubleSign => "T2106",
            Refusal::Grouping => "T2102",
            Refusal::Decimals => "T2104",
            Refusal::TooLarge => "T2105",
            Refusal::Exponent => "T2202",
        }
    }

    /// What is wrong, in words that follow `amount`.
    pub const fn words(self) -> &'static str {
        match self {
            Refusal::NotANumber => "is not a number",
            Refusal::DoubleSign => "has two signs",
            Refusal::Grouping => "is grouped irregularly",
            Refusal::Decimals => "has more decimals than are kept",
            Refusal::TooLarge => "is beyond 10^15 minor units",
            Refusal::Exponent => "is in E-notation",
        }
    }
}

/// The form that can only be read one way: digits, or digits with a point and two decimals, a minus in front.
/// Ten-thousandths, and whether there was a point; `None` for everything else.
pub fn plain_cents(text: &str) -> Option<(i64, bool)> {
    let (negative, body) = match text.as_bytes() {
        [b'-', rest @ ..] => (true, rest),
        bytes => (false, bytes),
    };
    let (whole, cents, has_point) = match body {
        [whole @ .., b'.', tens @ b'0'..=b'9', ones @ b'0'..=b'9'] => {
            (whole, i64::from(tens - b'0') * 10 + i64::from(ones - b'0'), true)
        }
        whole => (whole, 0, false),
    };
    if whole.is_empty() || whole.len() > 12 {
        return None;
    }
    let mut units = 0_i64;
    for byte in whole {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        units = units * 10 + i64::from(digit);
    }
    let units = units * 10_000 + cents * 100;
    Some((if negative { -units } else { units }, has_point))
}

/// Reads an amount under a decimal mark.
///
/// # Errors
/// With the reason, when the text is no amount under this mark.
pub fn parse(text: &str, mark: Mark) -> Result<Parsed, Refusal> {
    if let Some(parsed) = parse_plain(text.as_bytes(), mark) {
        return Ok(parsed);
    }
    let stripped = strip(text)?;
    let units = digits(stripped.body, mark)?;
    let units = if stripped.negative { -units } else { units };
    Ok(Parsed { units, side: stripped.side, currency: stripped.currency })
}

/// The form nearly every extract uses: digits, at most one decimal mark, a minus in front. No allocation, one pass.
fn parse_plain(bytes: &[u8], mark: Mark) -> Option<Parsed> {
    let (negative, body) = match bytes {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, bytes),
    };
    if body.is_empty() || body.len() > 16 {
        return None;
    }
    let mut units = 0_i64;
    let mut decimals = 0_u8;
    let mut past_mark = false;
    for &byte in body {
        if byte.is_ascii_digit() {
            units = units * 10 + i64::from(byte - b'0');
            decimals += u8::from(past_mark);
        } else if byte == mark.byte() && !past_mark && units_started(body) {
            past_mark = true;
        } else {
            return None;
        }
    }
    if usize::from(decimals) > SCALE_DIGITS || (past_mark && decimals == 0) {
        return None;
    }
    for _ in usize::from(decimals)..SCALE_DIGITS {
        units = units.checked_mul(10)?;
    }
    (units <= AMOUNT_LIMIT).then_some(Parsed {
        units: if negative { -units } else { units },
        side: None,
        currency: None,
    })
}

/// Whether a digit comes first: `.5` takes the slower path, which accepts it too.
fn units_started(body: &[u8]) -> bool {
    body[0].is_ascii_digit()
}

/// What one text says about the decimal mark of its column.
pub fn evidence(text: &str) -> Evidence {
    let Ok(stripped) = strip(text) else { return Evidence::Neutral };
    let body = stripped.body.as_bytes();
    if !body.iter().any(|byte| matches!(byte, b'.' | b',')) {
        return Evidence::Neutral;
    }
    match (digits(stripped.body, Mark::Dot), digits(stripped.body, Mark::Comma)) {
        (Ok(dot), Ok(comma)) if dot == comma => Evidence::Neutral,
        (Ok(_), Ok(_)) => Evidence::Ambiguous,
        (Ok(_), Err(Refusal::Decimals)) | (Err(Refusal::Decimals), Ok(_)) => Evidence::Ambiguous,
        (Ok(_), Err(_)) => Evidence::Decides(Mark::Dot),
        (Err(_), Ok(_)) => Evidence::Decides(Mark::Comma),
        (Err(_), Err(_)) => Evidence::Neutral,
    }
}

/// What one text says about the decimal mark of a column of rates, prices or quantities, which may have any number of
/// decimals. A lone point is a decimal point unless the column says otherwise: such columns are seldom grouped.
pub fn rate_evidence(text: &str) -> Evidence {
    let body = text.trim().trim_start_matches(['-', '+']);
    match (body.rfind('.'), body.rfind(',')) {
        (Some(dot), Some(comma)) if dot > comma && grouped(&body[..dot], ',') => Evidence::Decides(Mark::Dot),
        (Some(dot), Some(comma)) if comma > dot && grouped(&body[..comma], '.') => Evidence::Decides(Mark::Comma),
        (Some(_), Some(_)) | (None, None) => Evidence::Neutral,
        (Some(_), None) if body.matches('.').count() > 1 => Evidence::Decides(Mark::Comma),
        (None, Some(_)) if body.matches(',').count() > 1 => Evidence::Decides(Mark::Dot),
        (Some(_), None) if body.starts_with('0') || !grouped(body, '.') => Evidence::Decides(Mark::Dot),
        (None, Some(_)) if body.starts_with('0') || !grouped(body, ',') => Evidence::Decides(Mark::Comma),
        (Some(_), None) => Evidence::Neutral,
        (None, Some(_)) => Evidence::Ambiguous,
    }
}

/// Whether a separator stands between groups of three digits.
fn grouped(body: &str, separator: char) -> bool {
    let mut groups = body.split(separator);
    groups.next().is_some_and(|first| (1..=3).contains(&first.len())) && groups.all(|group| group.len() == 3)
}

/// A rate that is digits and a point, and whether its text decides for the point; `None` for everything else.
pub fn plain_rate(text: &str) -> Option<(Decimal, bool)> {
    let (whole, decimals) = text.split_once('.')?;
    let is_short = |part: &str| (1..=9).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if !is_short(whole) || !is_short(decimals) {
        return None;
    }
    let mut number = 0_i64;
    for byte in whole.bytes().chain(decimals.bytes()) {
        number = number * 10 + i64::from(byte - b'0');
    }
    let decides = whole.starts_with('0') || whole.len() > 3 || decimals.len() != 3;
    Some((Decimal::new(number, decimals.len() as u32), decides))
}

/// The text of a rate with a point for its mark and without separators; `None` where they are irregular.
pub fn rate_digits(text: &str, mark: Mark) -> Option<String> {
    let (decimal, separator) = match mark {
        Mark::Dot => ('.', ','),
        Mark::Comma => (',', '.'),
    };
    let (sign, body) = text.strip_prefix('-').map_or(("", text), |body| ("-", body));
    let (whole, decimals) = body.split_once(decimal).map_or((body, None), |(whole, rest)| (whole, Some(rest)));
    if whole.contains(separator) && !grouped(whole, separator) {
        return None;
    }
    let whole = whole.replace(separator, "");
    Some(decimals.map_or_else(|| format!("{sign}{whole}"), |decimals| format!("{sign}{whole}.{decimals}")))
}

struct Stripped<'a> {
    body: &'a str,
    negative: bool,
    side: Option<SideWord>,
    currency: Option<Written>,
}

const MINUS_SIGNS: [char; 4] = ['-', '\u{2212}', '\u{2013}', '\u{fe63}'];
const SYMBOLS: [char; 7] = ['$', '€', '£', '¥', '₹', '₩', '₽'];

fn is_blank(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{feff}' | '\u{2007}' | '\u{202f}' | '\u{200b}')
}

/// Takes signs, brackets, `CR`/`DR`, currency symbols and codes off a text.
fn strip(text: &str) -> Result<Stripped<'_>, Refusal> {
    let mut body = text.trim_matches(is_blank).trim_start_matches('\'');
    let mut signs = 0;
    let mut side = None;
    let mut currency = None;
    loop {
        let before = body;
        body = body.trim_matches(is_blank);
        for (open, close) in [('(', ')'), ('<', '>')] {
            if let Some(inner) = body.strip_prefix(open).and_then(|rest| rest.strip_suffix(close)) {
                signs += 1;
                body = inner;
            }
        }
        if let Some(rest) = body.strip_prefix(MINUS_SIGNS).or_else(|| body.strip_suffix(MINUS_SIGNS)) {
            signs += 1;
            body = rest;
        } else if let Some(rest) = body.strip_prefix('+') {
            body = rest;
        } else if let Some(rest) = body.strip_prefix(SYMBOLS).or_else(|| body.strip_suffix(SYMBOLS)) {
            let symbol = if body.starts_with(SYMBOLS) { body.chars().next() } else { body.chars().next_back() };
            currency = currency.or(symbol.map(Written::Symbol));
            body = rest;
        } else if let Some((word, rest)) = side_word(body) {
            if side.replace(word).is_some() {
                return Err(Refusal::DoubleSign);
            }
            body = rest;
        } else if let Some((code, rest)) = currency_code(body) {
            // A code says more than a symbol beside it (US$ 5 USD), but two codes say nothing.
            if matches!(currency.replace(Written::Code(code)), Some(Written::Code(_))) {
                return Err(Refusal::NotANumber);
            }
            body = rest;
        }
        if body == before {
            break;
        }
    }
    match (signs, side) {
        (0 | 1, None) | (0, Some(_)) => Ok(Stripped { body, negative: signs == 1, side, currency }),
        _ => Err(Refusal::DoubleSign),
    }
}

/// A `CR`, `DR`, `S` or `H` before or behind the digits.
fn side_word(body: &str) -> Option<(SideWord, &str)> {
    const WORDS: [(&str, SideWord); 6] = [
        ("CR", SideWord::Credit),
        ("DR", SideWord::Debit),
        ("C", SideWord::Credit),
        ("D", SideWord::Debit),
        ("H", SideWord::Credit),
        ("S", SideWord::Debit),
    ];
    WORDS.iter().find_map(|(word, side)| {
        let rest = strip_word(body, word)?;
        Some((*side, rest))
    })
}

/// A three-letter currency code before or behind the digits.
fn currency_code(body: &str) -> Option<([u8; 3], &str)> {
    let bytes = body.as_bytes();
    let code_of = |slice: &[u8]| -> Option<[u8; 3]> {
        let code: [u8; 3] = slice.try_into().ok()?;
        code.iter().all(u8::is_ascii_alphabetic).then(|| code.map(|b| b.to_ascii_uppercase()))
    };
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if letters != 3 || bytes.len() < 4 {
        return None;
    }
    if let Some(code) = code_of(&bytes[..3]) {
        return Some((code, &body[3..]));
    }
    let cut = bytes.len() - 3;
    body.is_char_boundary(cut).then(|| code_of(&bytes[cut..]).map(|code| (code, &body[..cut]))).flatten()
}

/// Takes a word off either end, where no other letter touches it.
fn strip_word<'a>(body: &'a str, word: &str) -> Option<&'a str> {
    let bytes = body.as_bytes();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if letters != word.len() || bytes.len() <= word.len() {
        return None;
    }
    if bytes[..word.len()].eq_ignore_ascii_case(word.as_bytes()) {
        return Some(&body[word.len()..]);
    }
    let cut = bytes.len() - word.len();
    (body.is_char_boundary(cut) && bytes[cut..].eq_ignore_ascii_case(word.as_bytes())).then(|| &body[..cut])
}

/// Digits with grouping and decimals under a mark, without sign.
fn digits(body: &str, mark: Mark) -> Result<i64, Refusal> {
    let body = body.trim_matches(is_blank);
    if body.is_empty() || !body.chars().any(|c| c.is_ascii_digit()) {
        return Err(Refusal::NotANumber);
    }
    let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'e' | b'E' | b'+' | b'-' | b'.' | b',');
    let has_exponent = body.bytes().any(|byte| matches!(byte, b'e' | b'E')) && body.bytes().all(is_part);
    if has_exponent && body.bytes().next().is_some_and(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::Exponent);
    }
    let decimal = mark.byte() as char;
    let (whole, fraction) = match body.split_once(decimal) {
        Some((_, fraction)) if fraction.contains(decimal) => return Err(Refusal::Grouping),
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (body, None),
    };
    let fraction = fraction.unwrap_or("");
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        let grouped = fraction.chars().all(|c| c.is_ascii_digit() || is_separator(c));
        return Err(if grouped { Refusal::Grouping } else { Refusal::NotANumber });
    }
    let kept = fraction.trim_end_matches('0');
    if kept.len() > SCALE_DIGITS {
        return Err(Refusal::Decimals);
    }
    let mut units = whole_number(whole)?;
    for index in 0..SCALE_DIGITS {
        let digit = kept.as_bytes().get(index).map_or(0, |byte| i64::from(byte - b'0'));
        units = units.checked_mul(10).and_then(|u| u.checked_add(digit)).ok_or(Refusal::TooLarge)?;
    }
    if units > AMOUNT_LIMIT {
        return Err(Refusal::TooLarge);
    }
    Ok(units)
}

fn is_separator(c: char) -> bool {
    matches!(c, ',' | '.' | '\'' | '’' | '\u{a0}' | '\u{202f}' | '\u{2007}' | ' ' | '\u{2009}')
}

/// Whole digits, possibly grouped by one kind of separator: in threes, or in the Indian way (12,34,567).
fn whole_number(text: &str) -> Result<i64, Refusal> {
    let mut separator = None;
    let mut groups = vec![0_usize];
    let mut value = 0_i64;
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10).filter(|_| c.is_ascii_digit()) {
            value = value.checked_mul(10).and_then(|v| v.checked_add(i64::from(digit))).ok_or(Refusal::TooLarge)?;
            if let Some(group) = groups.last_mut() {
                *group += 1;
            }
        } else if is_separator(c) {
            if *separator.get_or_insert(c) != c {
                return Err(Refusal::Grouping);
            }
            groups.push(0);
        } else {
            return Err(Refusal::NotANumber);
        }
    }
    let [first, inner @ .., last] = groups.as_slice() else { return Ok(value) };
    let starts_with_zero = text.starts_with('0');
    let thousands = (1..=3).contains(first) && inner.iter().all(|group| *group == 3) && *last == 3;
    let indian = (1..=2).contains(first) && !inner.is_empty() && inner.iter().all(|group| *group == 2) && *last == 3;
    if (thousands || indian) && !starts_with_zero { Ok(value) } else { Err(Refusal::Grouping) }
}

#[cfg(test)]
mod tests;
