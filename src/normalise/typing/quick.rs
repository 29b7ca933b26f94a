//! The cells that nearly every row is made of, read in place: a plain text, an ISO date, an amount with two decimals.
//! Whatever looks otherwise is left to [`super::cells`], which reads the same of these.

use super::{Typist, Value};
use crate::load::raw::{Raw, RawKind};
use crate::model::Date;
use crate::normalise::amount::{self, Mark};
use crate::normalise::codes;
use crate::normalise::plan::{Assumed, CodeForm, Grammar, Plan};

/// What the usual cell of a slot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Usual {
    /// A text that is taken as it is.
    Text,
    /// The same, unless a spreadsheet turned it into a power of ten.
    Code,
    /// A date as ISO 8601 writes it.
    Date,
    /// Digits with a point and two decimals, or none; whether the mark is declared.
    Cents { declared: bool },
    /// None: each cell takes the long way.
    Other,
}

impl Usual {
    /// The usual cell of each slot.
    pub(super) fn of_slots(plan: &Plan, assumed: &Assumed) -> Vec<Usual> {
        let options = &plan.profile.options;
        let is_as_written = options.zero.is_empty() && options.scale.is_none();
        let of = |(number, slot): (usize, &crate::normalise::plan::Slot)| match &slot.grammar {
            _ if slot.part.is_some() || !slot.words.is_empty() => Usual::Other,
            Grammar::Text => Usual::Text,
            Grammar::Code(form) if *form == CodeForm::default() => Usual::Code,
            Grammar::Date(None) => Usual::Date,
            Grammar::Date(Some(format)) if format == Date::ISO_FORMAT => Usual::Date,
            Grammar::Money { declared, minor_units: None } if is_as_written && assumed.marks[number] == Mark::Dot => {
                Usual::Cents { declared: *declared }
            }
            _ => Usual::Other,
        };
        plan.slots.iter().enumerate().map(of).collect()
    }
}

impl Typist<'_> {
    /// The value of a cell that is the usual one of its slot. It has to be inlined: a value that comes back through
    /// memory costs more than reading it.
    #[inline(always)]
    pub(super) fn quick<'a>(&mut self, number: usize, raw: Raw<'a>, row: u32) -> Option<Value<'a>> {
        let text = raw.text;
        let is_text = raw.kind == RawKind::Text;
        // An error of a spreadsheet begins with `#`.
        let is_whole = || codes::is_trim(text) && codes::is_plain(text) && !text.starts_with('#');
        match self.usual[number] {
            Usual::Text if is_text && is_whole() => Some(Value::Text(text.into())),
            Usual::Code if is_text && is_whole() && !codes::is_exponent(text) => Some(Value::Text(text.into())),
            Usual::Date if is_text => Date::parse_iso(text).map(Value::Date),
            // The point of a workbook's number is no evidence of how its texts are written.
            Usual::Cents { .. } if raw.kind == RawKind::Number => {
                amount::plain_cents(text).map(|(units, _)| Value::Money(units))
            }
            Usual::Cents { declared } if is_text && !self.is_sheet => {
                let (units, has_point) = amount::plain_cents(text)?;
                if has_point && !declared {
                    self.piece.marks[number].decide(Mark::Dot, row, text);
                }
                Some(Value::Money(units))
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::raw::{RawBlock, SourceFacts};
    use crate::model::Currency;
    use crate::normalise::date::Order;
    use crate::normalise::headings;
    use crate::normalise::plan::Setting;
    use crate::normalise::profiles::{self, Overrides};
    use crate::normalise::tables::GL_LINES;
    use std::collections::BTreeMap;

    const HEADINGS: [&str; 6] = ["entity", "account", "journal_id", "posting_date", "description", "amount"];

    fn plan() -> Plan {
        let mut block = RawBlock::default();
        HEADINGS.iter().for_each(|heading| block.push_cell(heading, RawKind::Text));
        block.end_row(1);
        let facts = SourceFacts { delimiter: Some(b','), ..SourceFacts::default() };
        let candidates = profiles::candidates("gl_lines", &Overrides::default()).unwrap();
        let found = headings::recognise(&block, &facts, &GL_LINES, &candidates, 10).unwrap();
        let setting = Setting {
            period_end: Date::from_ymd(2026, 10, 31).unwrap(),
            currency: Currency::parse("USD").unwrap(),
            entity_currency: BTreeMap::new(),
        };
        Plan::new(&GL_LINES, found, facts, &setting).unwrap()
    }

    #[test]
    fn the_quick_way_reads_what_the_long_way_reads() {
        const TEXTS: [&str; 26] = [
            "",
            " ",
            "A1",
            " A1",
            "A1 ",
            "a b",
            "é",
            "a\tb",
            "a\u{200b}b",
            "#REF!",
            "#1",
            "4E5",
            "1.2E+11",
            "12E5",
            "0042",
            "2026-10-31",
            "2026-02-30",
            "31.10.2026",
            "1234.56",
            "-0.05",
            "1,234.56",
            "1234.5",
            "12",
            "999999999999999",
            "(5.00)",
            "x",
        ];
        let plan = plan();
        let slots = plan.slots.len();
        let (marks, orders) = (vec![Mark::Dot; slots], vec![Order::DayFirst; slots]);
        let assumed = Assumed { marks, orders, minus_debits: false, by_side: false };
        let mut quick_ones = 0;
        for (number, slot) in plan.slots.iter().enumerate() {
            for text in TEXTS {
                for kind in [RawKind::Text, RawKind::Number, RawKind::Date, RawKind::Error] {
                    let raw = Raw { text, kind };
                    let (mut quick, mut long) = (Typist::new(&plan, &assumed, 0), Typist::new(&plan, &assumed, 0));
                    // A blank cell is never asked about.
                    let Some(value) = quick.quick(number, raw, 7).filter(|_| !text.is_empty()) else { continue };
                    quick_ones += 1;
                    assert_eq!(long.value(number, slot, raw, 7), Ok(value), "{} {raw:?}", slot.canonical);
                    assert_eq!(quick.piece.marks, long.piece.marks, "{} {raw:?}", slot.canonical);
                    assert_eq!(quick.piece.unseen, long.piece.unseen, "{} {raw:?}", slot.canonical);
                }
            }
        }
        assert!(quick_ones > 60, "{quick_ones} cells took the quick way");
    }
}
