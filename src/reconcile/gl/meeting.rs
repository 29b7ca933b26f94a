//! How many documents of one side met one of the other. Two sides that write their numbers in two ways meet nowhere:
//! every document is then an item, the items add up to the variance, and nothing is explained by them.

use super::sides::{Doc, Sides};
use super::summary::SummaryMatch;
use crate::matching::keys::KeyIndex;
use crate::normalise::source::Check;
use crate::reconcile::control::{Control, Controls};
use hashbrown::HashMap;
use std::collections::BTreeSet;

/// Below so many documents of the register, it may be chance that none of them is in the ledger.
const FEW_DOCUMENTS: u64 = 10;
/// One in so many of a side's documents meets one of the other, or the two do not speak of the same. Errors are a few
/// in a hundred, and an interface that failed for a month takes a month's part; numbers that are written in another way
/// take nearly all.
const SHARE: u64 = 2;

/// From so many documents on, all with the wrong sign, it is no mistake.
const FEW_TURNED: u64 = 3;

/// What met, of one reconciliation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Meeting {
    /// Documents that the register posted in scope, and how many of them the ledger has.
    pub register: (u64, u64),
    /// Documents of the ledger and lines without one, and how many of them the register knows.
    pub ledger: (u64, u64),
    /// How many of those lines name no document.
    pub without_document: u64,
    /// A document of each side that the other has not.
    pub examples: (String, String),
    /// A pair of numbers that are the same by their digits, and how many documents of the register have one.
    pub by_digits: Option<(String, String, u64)>,
    /// Documents that have the same amount on both sides, and those that have it with the other sign.
    pub alike: (u64, u64),
}

impl Meeting {
    /// Whether enough has met for the rest to be exceptions.
    pub fn is_enough(&self) -> bool {
        let enough = |(all, met): (u64, u64)| met * SHARE >= all;
        self.register.0 < FEW_DOCUMENTS || self.ledger.0 == 0 || enough(self.register) || enough(self.ledger)
    }

    /// Why signs cannot be compared: most documents that met have the other sign on the other side. One that was posted
    /// the wrong way round is an error; most of them are a habit of the export.
    pub fn opposite_words(&self) -> Option<String> {
        let (same, turned) = self.alike;
        let most = turned >= FEW_TURNED && turned > same && turned * SHARE > self.ledger.1;
        let said = format!("{turned} of {} documents that met have the other sign on the other side", self.ledger.1);
        most.then_some(said)
    }

    /// Whether the ledger's lines name documents at all.
    pub fn has_numbers(&self) -> bool {
        self.without_document < self.ledger.0
    }

    /// Why there is no conclusion; `None` where there is one.
    pub fn words(&self) -> Option<String> {
        let (all, met) = self.register;
        let said = format!("{met} of {all} documents of the register met one of the GL");
        let why = match self.has_numbers() {
            true => "compare how the two write document numbers",
            false => "its lines name no document: map document_id",
        };
        (!self.is_enough()).then(|| format!("{said}: {why}"))
    }

    /// What to look at, with an example of each side.
    pub fn told(&self) -> String {
        let (register, ledger) = &self.examples;
        let quoted = |text: &str| if text.is_empty() { "none".to_owned() } else { format!("\"{text}\"") };
        let examples = format!("for example {} in the register and {} in the GL", quoted(register), quoted(ledger));
        match &self.by_digits {
            Some((register, ledger, count)) => {
                format!("{examples}; by their digits alone {count} would meet, such as \"{register}\" and \"{ledger}\"")
            }
            None => examples,
        }
    }

    /// What brings the two together.
    pub fn remedy(&self) -> String {
        let lead = |key: &str| key.chars().take_while(|c| !c.is_ascii_digit()).collect::<String>();
        let part = |column: &str, lead: &str| {
            let rule = format!("parts = {{ {column} = {{ after = \"{lead}\" }} }}");
            (!lead.is_empty()).then_some(rule)
        };
        let Some((register, ledger, _)) = &self.by_digits else {
            return "map item_id and document_id to the columns that hold the same number in both exports".to_owned();
        };
        let parts = [part("item_id", &lead(register)), part("document_id", &lead(ledger))];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        format!("read the same part of both numbers, as with {}", parts.join(" and "))
    }

    /// At least half of one side's documents met. Balances that agree without it are no failure.
    pub fn check(&self, control: &Control, variance: i128) -> Option<Check> {
        if self.register.0 < FEW_DOCUMENTS || self.ledger.0 == 0 {
            return None;
        }
        let share = |(all, met): (u64, u64)| (met.saturating_mul(1000) / all.max(1), all, met);
        let (best, side) = match share(self.ledger) > share(self.register) {
            true => (self.ledger, "the GL"),
            false => (self.register, "the register"),
        };
        let (all, met) = best;
        let needed = all.div_ceil(SHARE);
        let name = format!("{}: at least half of the documents of {side} met one of the other side", control.rec_id);
        let said = format!("{met} of {all} met");
        if variance == 0 && met < needed {
            return Some(Check::not_testable(name, said));
        }
        Some(Check::count(name, needed, needed.min(met)).with(said).told(true))
    }
}

/// Counts what met in every reconciliation.
pub fn of_all(
    controls: &Controls,
    sides: &Sides,
    line_rec: &[u16],
    matches: &[SummaryMatch],
    keys: &KeyIndex,
) -> Vec<Meeting> {
    let mut all = vec![Meeting::default(); controls.list.len()];
    let known = |doc: &Doc| doc.subledger_rows + doc.earlier_rows > 0;
    for doc in &sides.docs {
        let meeting = &mut all[doc.rec as usize];
        let meets = doc.gl_lines > 0 && known(doc);
        if doc.subledger_rows > 0 {
            meeting.register.0 += 1;
            meeting.register.1 += u64::from(meets);
        }
        if meets && doc.gl != 0 {
            meeting.alike.0 += u64::from(doc.gl == doc.subledger);
            meeting.alike.1 += u64::from(doc.gl == -doc.subledger);
        }
        if doc.gl_lines > 0 {
            meeting.ledger.0 += 1;
            meeting.ledger.1 += u64::from(meets);
        }
    }
    for row in &sides.keyless {
        let meeting = &mut all[line_rec[*row as usize] as usize];
        meeting.ledger.0 += 1;
        meeting.without_document += 1;
    }
    for matched in matches {
        let meeting = &mut all[matched.rec as usize];
        meeting.register.1 += matched.documents.len() as u64;
        meeting.ledger.1 += 1;
    }
    for (rec, meeting) in (0_u16..).zip(&mut all).filter(|(_, meeting)| !meeting.is_enough()) {
        let own = || sides.docs.iter().filter(move |doc| doc.rec == rec);
        let text = |doc: &Doc| keys.text(doc.key).to_owned();
        let register: BTreeSet<String> = own().filter(|doc| doc.gl_lines == 0 && known(doc)).map(text).collect();
        let ledger: BTreeSet<String> = own().filter(|doc| doc.gl_lines > 0 && !known(doc)).map(text).collect();
        meeting.by_digits = by_digits(&register, &ledger);
        meeting.examples = (register.first().cloned().unwrap_or_default(), ledger.first().cloned().unwrap_or_default());
    }
    all
}

/// A pair of numbers of the two sides whose digits are the same, and how many there are; where there are many.
fn by_digits(register: &BTreeSet<String>, ledger: &BTreeSet<String>) -> Option<(String, String, u64)> {
    let digits = |key: &str| {
        let digits: String = key.chars().filter(char::is_ascii_digit).collect();
        digits.trim_start_matches('0').to_owned()
    };
    let of_ledger: HashMap<String, &String> = ledger.iter().rev().map(|key| (digits(key), key)).collect();
    let pairs = || register.iter().filter_map(|key| Some((key, *of_ledger.get(&digits(key))?)));
    let pairs = || pairs().filter(|(key, _)| !digits(key).is_empty());
    let count = pairs().count() as u64;
    let (first, other) = pairs().next()?;
    (count * SHARE >= register.len().min(ledger.len()) as u64).then(|| (first.clone(), other.clone(), count))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meeting(register: (u64, u64), ledger: (u64, u64)) -> Meeting {
        Meeting { register, ledger, ..Meeting::default() }
    }

    #[test]
    fn half_of_one_side_is_enough_and_a_handful_says_nothing() {
        assert!(!meeting((153, 0), (154, 0)).is_enough());
        assert!(!meeting((153, 76), (400, 76)).is_enough());
        assert!(meeting((153, 77), (400, 77)).is_enough());
        // The register holds open items alone; the extract of the ledger is cut off.
        assert!(meeting((20, 20), (900, 20)).is_enough());
        assert!(meeting((900, 20), (20, 20)).is_enough());
        assert!(meeting((9, 0), (9, 0)).is_enough());
        assert!(meeting((90, 0), (0, 0)).is_enough());
    }

    #[test]
    fn most_documents_with_the_other_sign_are_no_mistake() {
        let alike = |same, turned, met| Meeting { alike: (same, turned), ..meeting((met, met), (met, met)) };
        assert!(alike(0, 3, 3).opposite_words().is_some());
        assert!(alike(2, 7, 10).opposite_words().is_some_and(|words| words.starts_with("7 of 10 documents")));
        assert!(alike(0, 2, 2).opposite_words().is_none());
        assert!(alike(5, 5, 10).opposite_words().is_none());
        // Most of what met differs by something else.
        assert!(alike(0, 4, 20).opposite_words().is_none());
    }

    #[test]
    fn numbers_are_compared_by_their_digits() {
        let set = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<BTreeSet<String>>();
        let found = by_digits(&set(&["PSI103001", "PSI103002", "X"]), &set(&["INV-103001", "INV-103002", "Y"]));
        assert_eq!(found, Some(("PSI103001".to_owned(), "INV-103001".to_owned(), 2)));
        assert_eq!(by_digits(&set(&["A1", "A2", "A3"]), &set(&["B1", "B5", "B6"])), None);
        let told = Meeting { by_digits: found, ..Meeting::default() };
        let remedy = "read the same part of both numbers, as with parts = { item_id = { after = \"PSI\" } } and \
                      parts = { document_id = { after = \"INV-\" } }";
        assert_eq!(told.remedy(), remedy);
    }
}
