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
