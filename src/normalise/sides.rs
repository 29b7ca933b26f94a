//! A column that names the side of each amount: `D/C`, `Soll/Haben`, `Af Bij`. Where the amounts beside it carry no
//! sign of their own, it is their sign (bad-inputs 61); where they carry one that agrees with it, nothing is done.

use super::headings::fold;
use super::plan::{Plan, Slot};
use super::rules::{Profile, SignRule};
use crate::diag::{Problem, Result};
use crate::model::TableDef;

/// Headings of a column that holds nothing but sides, without blanks and punctuation.
const NAMED: [&str; 31] = [
    "dc",
    "cd",
    "dk",
    "sh",
    "drcr",
    "crdr",
    "debitcredit",
    "creditdebit",
    "debitorcredit",
    "creditordebit",
    "debitcreditindicator",
    "creditdebitindicator",
    "debitcreditcode",
    "creditdebitcode",
    "debitcreditflag",
    "dcindicator",
    "drcrindicator",
    "crdrindicator",
    "cdtdbtind",
    "sollhaben",
    "sollhabenkennzeichen",
    "sollhabenkz",
    "shkz",
    "habensoll",
    "afbij",
    "bijaf",
    "debetcredit",
    "debitcrédit",
    "débitcrédit",
    "debehaber",
    "dareavere",
];
const DEBIT: [&str; 10] = ["d", "dr", "debit", "débit", "dbit", "debet", "debe", "dare", "soll", "af"];
const CREDIT: [&str; 11] = ["c", "cr", "credit", "crédit", "crdt", "haber", "avere", "haben", "bij", "k", "kredit"];

/// The column that names the sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SideColumn {
    /// Its place in the source.
    pub column: usize,
    /// Whether its heading says so; else it holds types of bookings, which may be sides or not.
    pub is_named: bool,
}

/// Whether a text names a debit (`Some(true)`), a credit (`Some(false)`) or neither. `S` and `H` count under a German
/// heading alone.
fn is_debit(text: &str, is_named: bool) -> Option<bool> {
    let word = fold(text);
    let is = |words: &[&str]| words.contains(&word.as_str());
    match text.trim() {
        "-" => Some(true),
        "+" => Some(false),
        _ if is(&DEBIT) || (is_named && word == "s") => Some(true),
        _ if is(&CREDIT) || (is_named && word == "h") => Some(false),
        _ => None,
    }
}

/// The column of a source that may name the sides of its amounts, where its profile has no rule for signs. One that
/// close.toml names beside the rule `as_written` is known to a person, and left alone.
pub fn column(def: &TableDef, profile: &Profile, slots: &[Slot], headings: &[String]) -> Option<SideColumn> {
    let is_side = |slot: &&Slot| matches!(slot.canonical.as_str(), "debit" | "credit");
    let money = slots.iter().filter(|slot| slot.is_money()).count();
    let is_ruled = profile.signs.rule != SignRule::AsWritten || profile.signs.column.is_some();
    let is_one = money == 1 || def.name == "gl_lines";
    let knows = ["bank_lines", "gl_lines", "trial_balance", "ar_items"].contains(&def.name);
    if is_ruled || !knows || money == 0 || !is_one || slots.iter().any(|slot| is_side(&slot)) {
        return None;
    }
    let named = headings.iter().position(|heading| NAMED.contains(&fold(heading).as_str()));
    let of_type = || slots.iter().find(|slot| slot.canonical == "type_code" && def.name == "bank_lines");
    let named = named.map(|column| SideColumn { column, is_named: true });
    named.or_else(|| of_type().map(|slot| SideColumn { column: slot.source, is_named: false }))
}

/// How the sides and the signs of a source's amounts stand to each other, row by row.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sides {
    /// Rows without a sign, and with a minus, whose side takes away.
    less: [u64; 2],
    /// And whose side adds.
    more: [u64; 2],
    /// Rows of which the column names no side.
    unnamed: u64,
    /// The first row of each kind, in that order.
    first: [Option<u32>; 5],
}

impl Sides {
    /// Counts a row.
    pub fn count(&mut self, plan: &Plan, side: SideColumn, text: &str, units: i64, row: u32) {
        let kind = match takes_away(plan, side, text) {
            Some(is_less) => {
                let of_side = if is_less { &mut self.less } else { &mut self.more };
                of_side[usize::from(units < 0)] += 1;
                usize::from(units < 0) + if is_less { 0 } else { 2 }
            }
            None => {
                self.unnamed += 1;
                4
            }
        };
        self.first[kind].get_or_insert(row);
    }

    /// Adds the rows of the next block.
    pub fn join(&mut self, next: &Sides) {
        for at in 0..2 {
            self.less[at] += next.less[at];
            self.more[at] += next.more[at];
        }
        self.unnamed += next.unnamed;
        for (known, more) in self.first.iter_mut().zip(next.first) {
            *known = known.or(more);
        }
    }

    /// Whether the column carries the signs.
    ///
    /// # Errors
    /// When a column that is named for the sides leaves rows without one, or contradicts the signs of the amounts.
    pub fn judge(&self, plan: &Plan) -> Result<bool> {
        let Some(side) = plan.side else { return Ok(false) };
        let named = self.less.iter().chain(&self.more).sum::<u64>();
        if named == 0 || (self.unnamed > 0 && !side.is_named) {
            return Ok(false);
        }
        let is_plain = self.less[1] + self.more[1] == 0;
        let agrees = self.less[0] + self.more[1] == 0;
        let (row, what) = match (self.unnamed > 0, is_plain, agrees) {
            // Where the amounts have their signs, nobody has to ask the column.
            (_, false, true) => return Ok(false),
            (false, true, _) => return Ok(true),
            (true, ..) => (self.first[4], "names no side in this row, and the amounts carry no sign".to_owned()),
            (false, ..) if !side.is_named => return Ok(false),
            (false, ..) => {
                let rows = self.first[1].or(self.first[3]);
                (rows, "names the sides, and some amounts have a sign that says the opposite".to_owned())
            }
        };
        let heading = plan.headings.get(side.column).map_or("", String::as_str);
        Err(Problem::input(
            "T2060",
            plan.place(row.unwrap_or_default(), heading),
            format!("the column \"{heading}\" {what}"),
            format!(
                "say how signs are carried: signs = {{ rule = \"flag\", column = \"{heading}\", negative = [\"…\"] }} \
                 with the words that make an amount negative, or rule = \"as_written\" with the same column to leave \
                 it alone"
            ),
        ))
    }
}

/// Whether the side of a row takes from the amount: to a bank a debit is money out, in a ledger it is a plus.
pub fn takes_away(plan: &Plan, side: SideColumn, text: &str) -> Option<bool> {
    let debit = is_debit(text, side.is_named)?;
    Some(debit == (plan.def.name == "bank_lines"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_both_sides_in_several_languages() {
        for word in ["D", "DR", "Debit", "Soll", "Af", "DBIT", "-", "S"] {
            assert_eq!(is_debit(word, true), Some(true), "{word}");
        }
        for word in ["C", "Cr.", "Credit", "Haben", "Bij", "K", "+", "H"] {
            assert_eq!(is_debit(word, true), Some(false), "{word}");
        }
        assert_eq!((is_debit("S", false), is_debit("Transfer", true), is_debit("", true)), (None, None, None));
    }
}
