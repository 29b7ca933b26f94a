//! One cell under the grammar of its column.

use super::{Refused, Typist, Value};
use crate::load::raw::{Raw, RawKind};
use crate::model::Date;
use crate::model::codes::mixes_scripts;
use crate::model::table::NO_MONEY;
use crate::normalise::amount::{self, Evidence, Mark, SideWord};
use crate::normalise::codes;
use crate::normalise::date::{self, Order};
use crate::normalise::piece::{Padded, RealDates};
use crate::normalise::plan::{CodeForm, Grammar, Slot};
use crate::normalise::remarks::UNKNOWN_TYPE;
use crate::normalise::rules::SignRule;
use rust_decimal::Decimal;
use std::borrow::Cow;

impl Typist<'_> {
    /// Reads one cell under its slot's grammar; a word that the profile maps becomes the canonical one.
    pub(super) fn value<'a>(
        &mut self,
        number: usize,
        slot: &'a Slot,
        raw: Raw<'a>,
        row: u32,
    ) -> Result<Value<'a>, Refused> {
        let value = self.as_written(number, slot, raw, row)?;
        let Value::Text(text) = &value else { return Ok(value) };
        let same = |from: &str| from.trim().eq_ignore_ascii_case(text);
        let known = slot.words.iter().find(|(from, _)| same(from));
        Ok(known.map_or(value, |(_, to)| text_value(Cow::Borrowed(to))))
    }

    fn as_written<'a>(&mut self, number: usize, slot: &Slot, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        if (raw.kind == RawKind::Error && !raw.text.is_empty()) || is_error_word(raw.text) {
            return Err(error_cell(raw.text));
        }
        let raw = match &slot.part {
            Some(part) if raw.kind == RawKind::Text => Raw { text: part.of(raw.text), ..raw },
            _ => raw,
        };
        match &slot.grammar {
            Grammar::Text => {
                self.note_oddities(slot, raw.text, row);
                Ok(text_value(codes::clean(raw.text)))
            }
            Grammar::Code(form) if *form == CodeForm::default() => {
                self.note_oddities(slot, raw.text, row);
                code_value(raw)
            }
            Grammar::Code(form) => self.formed(number, raw, *form, row),
            Grammar::ItemType => self.known_item_type(raw.text),
            Grammar::Date(declared) => self.date(number, declared.as_deref(), raw, row),
            Grammar::Money { minor_units: Some(decimals), .. } => minor_units(raw.text, *decimals),
            Grammar::Money { declared, .. } => {
                self.money(number, *declared, raw, row).and_then(|value| self.scaled(value))
            }
            Grammar::Decimal => self.decimal(number, raw, row),
            Grammar::Int => match raw.trimmed() {
                "" => Ok(Value::Null),
                text => text.parse().map(Value::Int).map_err(|_| ("T2103", "is not a whole number".to_owned())),
            },
            Grammar::Bool => match raw.trimmed() {
                "" => Ok(Value::Null),
                text => codes::flag(text)
                    .map(Value::Bool)
                    .ok_or_else(|| ("T2205", "is neither yes nor no (true, false, Y, N, 1, 0)".to_owned())),
            },
        }
    }

    /// A code that is brought to a form: without the system's own zeros, or with those back that a spreadsheet took
    /// (bad-inputs 41).
    fn formed<'a>(&mut self, number: usize, raw: Raw<'a>, form: CodeForm, row: u32) -> Result<Value<'a>, Refused> {
        let value = match code_value(raw)? {
            Value::Text(Cow::Borrowed(text)) => text_value(Cow::Borrowed(form.strip(text))),
            Value::Text(Cow::Owned(text)) => text_value(Cow::Owned(form.strip(&text).to_owned())),
            other => other,
        };
        let (Value::Text(text), Some(width)) = (&value, form.width) else { return Ok(value) };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) || text.len() > width {
            return Ok(value);
        }
        if text.len() == width {
            self.piece.full_width.insert((number, text.to_string()));
            return Ok(value);
        }
        let code = format!("{text:0>width$}");
        let index = self.piece.table.places.len() as u32;
        self.piece.padded.push(Padded { slot: number, index, row, code: code.clone() });
        Ok(Value::Text(Cow::Owned(code)))
    }

    /// A document type, remembered by its text: a register has a handful of them.
    fn known_item_type<'a>(&mut self, text: &'a str) -> Result<Value<'a>, Refused> {
        const REMEMBERED: usize = 16;
        if let Some((_, known)) = self.item_types.iter().find(|(seen, _)| seen == text) {
            return Ok(Value::Text(Cow::Borrowed(known)));
        }
        let value = self.item_type(text)?;
        if let (Value::Text(Cow::Borrowed(word)), true) = (&value, self.item_types.len() < REMEMBERED)
            && let Some(known) = codes::ITEM_TYPES.iter().find(|known| *known == word)
        {
            self.item_types.push((text.to_owned(), known));
        }
        Ok(value)
    }

    /// Notes a text with characters that cannot be seen, which are no part of keys and names (bad-inputs 7), and a code
    /// whose letters look alike but are of two scripts (bad-inputs 9).
    fn note_oddities(&mut self, slot: &Slot, text: &str, row: u32) {
        if codes::is_plain(text) {
            return;
        }
        let note = |noted: &mut (u64, Option<(u32, String)>)| {
            noted.0 += 1;
            noted.1.get_or_insert_with(|| (row, slot.heading.clone()));
        };
        if codes::has_unseen(text) {
            note(&mut self.piece.unseen);
        }
        if matches!(slot.grammar, Grammar::Code(_)) && mixes_scripts(text) {
            note(&mut self.piece.look_alikes);
        }
    }

    fn item_type<'a>(&self, text: &'a str) -> Result<Value<'a>, Refused> {
        let word = text.trim();
        if word.is_empty() {
            return Ok(Value::Null);
        }
        let mapped = self.plan.profile.types.get("item_type").and_then(|types| {
            types.iter().find(|(from, _)| from.trim().eq_ignore_ascii_case(word)).map(|(_, to)| to.as_str())
        });
        match mapped.unwrap_or(word) {
            canonical if codes::ITEM_TYPES.contains(&canonical) => {
                let index = codes::ITEM_TYPES.iter().position(|known| *known == canonical).unwrap_or(0);
                Ok(Value::Text(Cow::Borrowed(codes::ITEM_TYPES[index])))
            }
            other => codes::item_type(other).map(|known| Value::Text(Cow::Borrowed(known))).ok_or_else(|| {
                (UNKNOWN_TYPE, "is no document type that is known; map it under types.item_type".to_owned())
            }),
        }
    }

    fn date<'a>(
        &mut self,
        number: usize,
        declared: Option<&str>,
        raw: Raw<'a>,
        row: u32,
    ) -> Result<Value<'a>, Refused> {
        if let (RawKind::Text, Some(date)) = (raw.kind, fast_iso(declared, raw.text)) {
            return Ok(Value::Date(date));
        }
        if raw.text.is_empty() {
            return Ok(Value::Null);
        }
        let cleaned = codes::clean(raw.text);
        let text = cleaned.as_ref();
        if raw.kind == RawKind::Date {
            self.note_real_date(number, text, row);
        } else if text.ends_with('Z') && text.contains(':') {
            self.piece.utc.0 += 1;
            let heading = &self.plan.slots[number].heading;
            self.piece.utc.1.get_or_insert_with(|| (row, heading.clone()));
        }
        if text.is_empty() || self.plan.profile.options.no_date.iter().any(|none| none == text) {
            return Ok(Value::Null);
        }
        if let (RawKind::Text | RawKind::Number, Some(format)) = (raw.kind, declared) {
            let refused = || ("T2303", format!("is not a date in the declared format {format}"));
            return date::parse_declared(text, format).map(Value::Date).ok_or_else(refused);
        }
        let order = self.assumed.orders[number];
        let Some(parsed) = date::parse(text, order) else {
            let reason = "is not a date; declare the form with options = { date_format = \"…\" }";
            return Err(("T2303", reason.to_owned()));
        };
        match parsed.evidence {
            date::Evidence::Neutral => {}
            date::Evidence::Decides(order) => self.piece.orders[number].decide(order, row, text),
            date::Evidence::Ambiguous => {
                let at = self.piece.table.places.len() as u32;
                self.piece.orders[number].doubt(at, row, text);
            }
        }
        let other = match order {
            Order::DayFirst => "day first",
            Order::MonthFirst => "month first",
        };
        parsed.date.map(Value::Date).ok_or_else(|| ("T2302", format!("is no date when read {other} like its column")))
    }

    fn note_real_date(&mut self, number: usize, text: &str, row: u32) {
        let day_above_12 = text.get(8..10).is_some_and(|day| day > "12");
        let known = &mut self.piece.real_dates[number];
        let known = known.get_or_insert_with(|| RealDates { first: (row, text.to_owned()), day_above_12 });
        known.day_above_12 |= day_above_12;
    }

    fn money<'a>(&mut self, number: usize, declared: bool, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        let options = &self.plan.profile.options;
        let text = raw.text;
        if raw.kind != RawKind::Text {
            return number_cell(text);
        }
        if self.plan.is_sheet() && has_digit(text) {
            self.piece.text_numbers += 1;
        }
        let mark = self.assumed.marks[number];
        if text.is_empty() {
            return Ok(Value::Null);
        }
        if let (Mark::Dot, Some((units, has_point))) = (mark, amount::plain_cents(text))
            && !options.zero.iter().any(|zero| zero == text)
        {
            // `1234.56`, the common case: two digits behind the only mark can only be decimals.
            if has_point && !declared {
                self.piece.marks[number].decide(Mark::Dot, row, text);
            }
            return Ok(Value::Money(units));
        }
        let (dots, commas) = (text.contains('.'), text.contains(','));
        let cents = mark == Mark::Dot && dots && !commas && text.len() > 3 && text.as_bytes()[text.len() - 3] == b'.';
        if !declared && cents {
            self.piece.marks[number].decide(Mark::Dot, row, text);
        } else if !declared && (dots || commas) {
            match amount::evidence(text) {
                Evidence::Neutral => {}
                Evidence::Decides(mark) => self.piece.marks[number].decide(mark, row, text),
                Evidence::Ambiguous => {
                    let at = self.piece.table.places.len() as u32;
                    self.piece.marks[number].doubt(at, row, text.trim());
                }
            }
        }
        let cleaned = text.trim();
        if cleaned.is_empty() {
            return Ok(Value::Null);
        }
        if options.zero.iter().any(|zero| zero == cleaned) {
            return Ok(Value::Money(0));
        }
        if let (true, Some(foreign)) = (declared, wrong_separator(cleaned, options.thousands, mark)) {
            return Err(("T2102", format!("groups its digits by \"{foreign}\", which is not the declared separator")));
        }
        let parsed = amount::parse(cleaned, mark).map_err(|refusal| (refusal.code(), refusal.words().to_owned()))?;
        if let Some(written) = parsed.currency {
            self.written.push((number, written));
        }
        match (parsed.side, self.plan.profile.signs.rule) {
            (None, _) => Ok(Value::Money(parsed.units)),
            (Some(SideWord::Debit), SignRule::SideWord) => Ok(Value::Money(parsed.units)),
            (Some(SideWord::Credit), SignRule::SideWord) => Ok(Value::Money(-parsed.units)),
            (Some(_), _) => Err((
                "T2108",
                "carries CR or DR, and the source has no rule for it; set signs = { rule = \"side_word\" }".to_owned(),
            )),
        }
    }

    /// An amount of a report in thousands, say, in full (bad-inputs 66).
    fn scaled<'a>(&self, value: Value<'a>) -> Result<Value<'a>, Refused> {
        let (Value::Money(units), Some(scale)) = (&value, self.plan.profile.options.scale) else { return Ok(value) };
        match units.checked_mul(scale).filter(|scaled| *scaled != NO_MONEY) {
            Some(scaled) => Ok(Value::Money(scaled)),
            None => Err(("T2105", format!("is too large once it is multiplied by {scale}"))),
        }
    }

    /// A rate, price or quantity. Its mark is the declared one, else the one that the column proves.
    fn decimal<'a>(&mut self, number: usize, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        let text = raw.trimmed();
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let declared = self.plan.profile.options.mark().is_some();
        let mark = if raw.kind == RawKind::Text { self.assumed.marks[number] } else { Mark::Dot };
        if let (Mark::Dot, RawKind::Text, Some((rate, decides))) = (mark, raw.kind, amount::plain_rate(text)) {
            if decides && !declared {
                self.piece.marks[number].decide(Mark::Dot, row, text);
            }
            return Ok(Value::Decimal(rate));
        }
        if raw.kind == RawKind::Text && !declared {
            match amount::rate_evidence(text) {
                Evidence::Neutral => {}
                Evidence::Decides(mark) => self.piece.marks[number].decide(mark, row, text),
                Evidence::Ambiguous => {
                    let at = self.piece.table.len() as u32;
                    self.piece.marks[number].doubt(at, row, text);
                }
            }
        }
        let number = amount::rate_digits(text, mark).and_then(|plain| plain.parse::<Decimal>().ok());
        number.map(Value::Decimal).ok_or_else(|| ("T2103", "is not a number".to_owned()))
    }
}

fn has_digit(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
}

fn text_value(text: Cow<'_, str>) -> Value<'_> {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

fn code_value(raw: Raw<'_>) -> Result<Value<'_>, Refused> {
    match codes::damaged_code(raw) {
        Some((code, reason)) => Err((code, reason.to_owned())),
        None => Ok(text_value(codes::clean(raw.text))),
    }
}

fn fast_iso(declared: Option<&str>, text: &str) -> Option<Date> {
    match declared {
        None | Some(Date::ISO_FORMAT) => Date::parse_iso(text),
        Some(_) => None,
    }
}

/// What spreadsheets write into a text file where a formula failed.
fn is_error_word(text: &str) -> bool {
    const WORDS: [&str; 8] = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];
    text.starts_with('#') && WORDS.contains(&text.trim_end())
}

fn error_cell(text: &str) -> Refused {
    match text {
        "#NOT-CALCULATED" => {
            ("T1107", "is a formula without a value; open the file in Excel, save it, and run again".to_owned())
        }
        "#BAD-DATE" => ("T2304", "is a day that the calendar does not have".to_owned()),
        _ => ("T2206", "is an error value of the spreadsheet; mend the formula and export again".to_owned()),
    }
}

/// A whole number of minor units as an amount.
fn minor_units<'a>(text: &str, decimals: u32) -> Result<Value<'a>, Refused> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(Value::Null);
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(("T2103", "is not a whole number of minor units, as the source declares".to_owned()));
    }
    if decimals == 0 {
        return number_cell(text);
    }
    let sign = if text.starts_with('-') { "-" } else { "" };
    let decimals = decimals as usize;
    let padded = format!("{digits:0>width$}", width = decimals + 1);
    let (whole, part) = padded.split_at(padded.len() - decimals);
    number_cell(&format!("{sign}{whole}.{part}"))
}

/// A workbook's number as an amount: always with a point, whatever the text cells of the column use.
fn number_cell<'a>(text: &str) -> Result<Value<'a>, Refused> {
    match text.trim() {
        "" => Ok(Value::Null),
        text => amount::parse(text, Mark::Dot)
            .map(|parsed| Value::Money(parsed.units))
            .map_err(|refusal| (refusal.code(), refusal.words().to_owned())),
    }
}

/// A character between digits that is neither the declared mark nor the declared separator.
fn wrong_separator(text: &str, thousands: Option<char>, mark: Mark) -> Option<char> {
    let thousands = thousands?;
    let decimal = if mark == Mark::Dot { '.' } else { ',' };
    text.chars().find(|c| matches!(c, ',' | '.' | '\'') && *c != thousands && *c != decimal)
}
