//! One answer to the question what a payment is for, and when it may be posted without looking.

use super::short_pay::Short;

/// How an answer was found, from certain to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The system applied it after the period end.
    AppliedLater,
    /// A person accepted it.
    Accepted,
    /// The remittance advice lists the documents with their amounts.
    RemittanceListed,
    /// The payment names the documents, and they add up to it.
    ReferenceExact,
    /// The same, but a number is spelt in another way.
    ReferenceGarbled,
    /// Payments that name one document add up to it.
    Instalments,
    /// The number that it names is one step from a document of just this amount.
    AmountAndNearReference,
    /// The documents that it names less open credits of the customer.
    ReferenceWithCredits,
    /// It names the documents, and pays more or less.
    ReferencePartial,
    /// It names a document of another customer than it was applied to.
    ReferenceElsewhere,
    /// The order that it names became an invoice of this amount.
    OrderInvoiced,
    /// One open document of the customer has just this amount.
    AmountSingle,
    /// Open documents of the customer add up to it.
    AmountCombination,
}

impl Rule {
    /// The rule's name in results.
    pub fn name(self) -> &'static str {
        match self {
            Rule::AppliedLater => "applied_after_period_end",
            Rule::Accepted => "accepted_by_person",
            Rule::RemittanceListed => "remittance_listed",
            Rule::ReferenceExact => "reference_exact",
            Rule::ReferenceGarbled => "reference_garbled",
            Rule::Instalments => "instalments",
            Rule::AmountAndNearReference => "amount_and_near_reference",
            Rule::ReferenceWithCredits => "reference_with_credits",
            Rule::ReferencePartial => "reference_partial",
            Rule::ReferenceElsewhere => "reference_elsewhere",
            Rule::OrderInvoiced => "order_invoiced",
            Rule::AmountSingle => "amount_single",
            Rule::AmountCombination => "amount_combination",
        }
    }

    /// How much it is to be trusted where it is not confirmed, in hundredths.
    fn weight(self) -> u32 {
        match self {
            Rule::AppliedLater | Rule::Accepted => 100,
            Rule::RemittanceListed | Rule::ReferenceExact | Rule::Instalments => 95,
            Rule::ReferenceGarbled | Rule::AmountAndNearReference => 90,
            Rule::ReferenceWithCredits | Rule::OrderInvoiced => 85,
            Rule::ReferencePartial | Rule::ReferenceElsewhere => 80,
            Rule::AmountSingle => 70,
            Rule::AmountCombination => 50,
        }
    }
}

/// One document and what of the payment goes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Row of `ar_items`.
    pub row: u32,
    /// What is applied to it.
    pub amount: i64,
    /// Discount that the payer names.
    pub discount: i64,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How it was found.
    pub rule: Rule,
    /// The debits, by number.
    pub parts: Vec<Part>,
    /// Open credits that are netted: rows of `ar_items`.
    pub credits: Vec<u32>,
    /// Whether the documents, less the credits, are the payment to the cent, and none of them stays open.
    pub is_exact: bool,
    /// Whether every other answer was looked for.
    pub is_complete: bool,
    /// How many other answers fit as well.
    pub alternatives: usize,
    /// Whether the payer speaks for it: the customer of the receipt, its account, its recorded parent, an alias.
    pub payer_agrees: bool,
    /// Whether a reference speaks for every document.
    pub reference_agrees: bool,
    /// Whether a remittance advice lists every document.
    pub advice_agrees: bool,
    /// What speaks against it.
    pub against: Vec<String>,
    /// What the documents come to, where that is not what is paid: zero otherwise.
    pub due: i64,
    /// What the payment is short of them.
    pub shortfall: i64,
    /// What the payment is short of its documents, and why.
    pub short: Option<Short>,
    /// What the payment is more than its documents.
    pub excess: i64,
    /// Whether a person accepted it.
    pub is_accepted: bool,
}

impl Answer {
    /// An answer that nothing speaks for or against yet.
    pub fn of(rule: Rule, parts: Vec<Part>) -> Answer {
        Answer {
            rule,
            parts,
            credits: Vec::new(),
            is_exact: false,
            is_complete: true,
            alternatives: 0,
            payer_agrees: false,
            reference_agrees: false,
            advice_agrees: false,
            against: Vec::new(),
            due: 0,
            shortfall: 0,
            short: None,
            excess: 0,
            is_accepted: false,
        }
    }

    /// The rule that a reader is told: what a person accepted stands for itself, unless it needed nobody.
    pub fn shown_rule(&self) -> Rule {
        if self.is_accepted && !self.is_confirmed() { Rule::Accepted } else { self.rule }
    }

    /// Whether it settles just these documents, whatever credits it takes.
    pub fn settles(&self, rows: &[u32]) -> bool {
        let mut own: Vec<u32> = self.parts.iter().map(|part| part.row).collect();
        own.sort_unstable();
        own == rows || {
            own.extend(&self.credits);
            own.sort_unstable();
            own == rows
        }
    }

    /// Whether it may be posted without looking (contract, section 5, *confirmed*).
    pub fn is_confirmed(&self) -> bool {
        let witnesses = [self.payer_agrees, self.reference_agrees, self.advice_agrees];
        self.is_exact
            && self.is_complete
            && self.alternatives == 0
            && self.against.is_empty()
            && self.rule != Rule::Accepted
            && witnesses.iter().filter(|agrees| **agrees).count() >= 2
    }

    /// How much it is to be trusted, in hundredths: 100 where it is confirmed.
    pub fn confidence(&self) -> u32 {
        if self.is_confirmed() || matches!(self.shown_rule(), Rule::AppliedLater | Rule::Accepted) {
            return 100;
        }
        let doubts = u32::from(!self.is_complete) * 10 + self.against.len().min(3) as u32 * 10;
        let others = self.alternatives.min(9) as u32 + 1;
        (self.rule.weight().saturating_sub(doubts) / others).max(5)
    }

    /// Notes what is due, and what is paid more than that.
    pub fn set_due(&mut self, due: i64, paid: i64) {
        self.due = due;
        self.excess = (paid - due).max(0);
        self.shortfall = (due - paid).max(0);
        self.is_exact &= due == paid;
    }

    /// The documents that it settles, debits and credits.
    pub fn rows(&self) -> impl Iterator<Item = u32> + '_ {
        self.parts.iter().map(|part| part.row).chain(self.credits.iter().copied())
    }

    /// What speaks for it, in words.
    pub fn agreed(&self) -> String {
        let named = [
            (self.is_exact, "amount"),
            (self.payer_agrees, "payer"),
            (self.reference_agrees, "reference"),
            (self.advice_agrees, "remittance advice"),
        ];
        named.iter().filter(|(agrees, _)| *agrees).map(|(_, name)| *name).collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sure() -> Answer {
        let parts = vec![Part { row: 0, amount: 100, discount: 0 }];
        let open = Answer::of(Rule::ReferenceExact, parts);
        Answer { is_exact: true, payer_agrees: true, reference_agrees: true, ..open }
    }

    #[test]
    fn confirmed_needs_cents_uniqueness_two_witnesses_and_no_contradiction() {
        assert!(sure().is_confirmed());
        assert_eq!(sure().confidence(), 100);
        for spoil in [
            (|answer| answer.is_exact = false) as fn(&mut Answer),
            |answer| answer.is_complete = false,
            |answer| answer.alternatives = 1,
            |answer| answer.payer_agrees = false,
            |answer| answer.reference_agrees = false,
            |answer| answer.against.push("another currency".to_owned()),
        ] {
            let mut answer = sure();
            spoil(&mut answer);
            assert!(!answer.is_confirmed(), "{answer:?}");
            assert!(answer.confidence() < 100);
        }
        let listed = Answer { payer_agrees: false, advice_agrees: true, ..sure() };
        assert!(listed.is_confirmed());
    }
}
