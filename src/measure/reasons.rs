//! Why a document was credited or disputed: what counts against billing accuracy, and what does not.

use super::links::{Role, role};
use crate::model::{Cell, Table};
use crate::reconcile::Inputs;
use crate::reconcile::results::REASON_CLASSES;
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// The class of a reason (formulas.md 2.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// A wrong price or discount.
    Pricing,
    /// A wrong quantity.
    Quantity,
    /// Wrong tax.
    Tax,
    /// Wrong freight.
    Freight,
    /// Billed twice.
    Duplicate,
    /// Credited in full and billed anew.
    Rebill,
    /// Another error of ours: customer, address, order number.
    Error,
    /// A favour.
    Goodwill,
    /// Goods that came back, or were damaged.
    Return,
    /// A rebate, bonus or promotion that was agreed.
    Rebate,
    /// Nothing says why.
    Unclassified,
}

/// How many classes there are.
pub const REASONS: usize = 11;

/// Every class with its name, in their order.
pub const ALL: [(Reason, &str); REASONS] = [
    (Reason::Pricing, "pricing"),
    (Reason::Quantity, "quantity"),
    (Reason::Tax, "tax"),
    (Reason::Freight, "freight"),
    (Reason::Duplicate, "duplicate"),
    (Reason::Rebill, "rebill"),
    (Reason::Error, "error"),
    (Reason::Goodwill, "goodwill"),
    (Reason::Return, "return"),
    (Reason::Rebate, "rebate"),
    (Reason::Unclassified, "unclassified"),
];

/// Parts of reason codes as systems and people write them, and what they mean; the first that occurs decides.
const WORDS: [(&str, Reason); 38] = [
    ("rebill", Reason::Rebill),
    ("re-bill", Reason::Rebill),
    ("reissue", Reason::Rebill),
    ("rebate", Reason::Rebate),
    ("bonus", Reason::Rebate),
    ("promo", Reason::Rebate),
    ("volume_dis", Reason::Rebate),
    ("goodwill", Reason::Goodwill),
    ("good will", Reason::Goodwill),
    ("courtesy", Reason::Goodwill),
    ("kulanz", Reason::Goodwill),
    ("concession", Reason::Goodwill),
    ("return", Reason::Return),
    ("retoure", Reason::Return),
    ("rma", Reason::Return),
    ("damage", Reason::Return),
    ("defect", Reason::Return),
    ("quality", Reason::Return),
    ("duplicate", Reason::Duplicate),
    ("double", Reason::Duplicate),
    ("doppelt", Reason::Duplicate),
    ("pric", Reason::Pricing),
    ("preis", Reason::Pricing),
    ("discount", Reason::Pricing),
    ("rate error", Reason::Pricing),
    ("quantit", Reason::Quantity),
    ("qty", Reason::Quantity),
    ("menge", Reason::Quantity),
    ("short ship", Reason::Quantity),
    ("freight", Reason::Freight),
    ("shipping", Reason::Freight),
    ("fracht", Reason::Freight),
    ("sales tax", Reason::Tax),
    ("vat", Reason::Tax),
    ("steuer", Reason::Tax),
    ("billing err", Reason::Error),
    ("billing_err", Reason::Error),
    ("wrong ", Reason::Error),
];

impl Reason {
    /// Its name.
    pub fn name(self) -> &'static str {
        ALL[self as usize].1
    }

    /// The class of a name.
    pub fn of_name(name: &str) -> Option<Reason> {
        ALL.iter().find(|(_, known)| *known == name).map(|(reason, _)| *reason)
    }

    /// Whether it is an error of ours: it counts against billing accuracy.
    pub fn is_error(self) -> bool {
        (self as usize) <= Reason::Error as usize
    }

    /// Whether it says nothing about billing: returns, goodwill and rebates.
    pub fn is_kept_out(self) -> bool {
        matches!(self, Reason::Goodwill | Reason::Return | Reason::Rebate)
    }
}

/// What the reason codes of a close mean.
#[derive(Debug, Default)]
pub struct Reasons {
    given: BTreeMap<String, Reason>,
}

impl Reasons {
    /// The meanings that `[kpi.reasons]` gives, over the built-in ones. Codes are compared without regard to case.
    pub fn new(given: impl Iterator<Item = (String, Reason)>) -> Reasons {
        Reasons { given: given.map(|(code, reason)| (code.trim().to_lowercase(), reason)).collect() }
    }

    /// The class of a code.
    pub fn of(&self, code: &str) -> Reason {
        let code = code.trim().to_lowercase();
        if let Some(reason) = self.given.get(&code) {
            return *reason;
        }
        if let Some(reason) = Reason::of_name(&code) {
            return reason;
        }
        // A short word such as tax or rma stands alone, or it is part of syntax and pharma.
        let has_word = |word: &str| code.split(|c: char| !c.is_alphanumeric()).any(|part| part == word);
        if has_word("tax") {
            return Reason::Tax;
        }
        let means = |word: &str| if word.len() <= 3 { has_word(word) } else { code.contains(word) };
        WORDS.iter().find(|(word, _)| means(word)).map_or(Reason::Unclassified, |(_, reason)| *reason)
    }

    /// A lookup that works each different code out once.
    pub fn cached(&self) -> impl FnMut(&str) -> Reason + '_ {
        let mut known: HashMap<String, Reason> = HashMap::new();
        move |code| match known.get(code) {
            Some(reason) => *reason,
            None => *known.entry(code.to_owned()).or_insert(self.of(code)),
        }
    }
}

/// What each reason code was taken for, and how many documents and cases bear it; the blank one last.
pub fn classes(inputs: &Inputs, reasons: &Reasons) -> Table {
    let (types, codes) = (inputs.ar_items.text("item_type"), inputs.ar_items.text("reason_code"));
    let corrects = |row: &usize| matches!(role(types.get(*row)), Role::Credit | Role::Other);
    let of_documents = (0..inputs.ar_items.len()).filter(corrects).map(|row| (codes.get(row), 0));
    let reasons_of_cases = inputs.disputes.text("reason_code");
    let of_cases = (0..inputs.disputes.len()).map(|row| (reasons_of_cases.get(row), 1));
    let mut borne: BTreeMap<(bool, &str), [i64; 2]> = BTreeMap::new();
    for (code, of) in of_documents.chain(of_cases) {
        let code = code.trim();
        borne.entry((code.is_empty(), code)).or_default()[of] += 1;
    }
    let mut table = Table::new(&REASON_CLASSES);
    for ((_, code), [documents, cases]) in borne {
        let reason = reasons.of(code);
        let counts_as = match (reason.is_error(), reason.is_kept_out()) {
            (true, _) => "error of ours",
            (false, true) => "kept out",
            (false, false) => "follow-up",
        };
        table.push(&[
            Cell::text(code),
            Cell::Text(reason.name()),
            Cell::Text(counts_as),
            Cell::Int(documents),
            Cell::Int(cases),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_say_what_they_are_in_many_words() {
        let reasons = Reasons::new([("Z7".to_owned(), Reason::Rebate)].into_iter());
        for (code, reason) in [
            ("pricing", Reason::Pricing),
            ("Price difference", Reason::Pricing),
            ("QTY", Reason::Quantity),
            ("sales tax wrong", Reason::Tax),
            ("TAX", Reason::Tax),
            ("syntax", Reason::Unclassified),
            ("Freight charged twice", Reason::Freight),
            ("duplicate invoice", Reason::Duplicate),
            ("credit & rebill", Reason::Rebill),
            ("Goodwill", Reason::Goodwill),
            ("RMA 4711", Reason::Return),
            ("pharma", Reason::Unclassified),
            ("z7", Reason::Rebate),
            ("", Reason::Unclassified),
        ] {
            assert_eq!(reasons.of(code), reason, "{code}");
        }
        assert!(
            ALL.iter()
                .enumerate()
                .all(|(at, (reason, name))| { *reason as usize == at && Reason::of_name(name) == Some(*reason) })
        );
    }
}
