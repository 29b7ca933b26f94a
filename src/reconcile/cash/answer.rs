//! What a payment may be for: answers from what it names, from its remittance advice, and from amounts alone.

use super::book::Book;
use super::payment::{Advices, Payment};
use crate::matching::combinations::{self, of_sum};
use crate::matching::references::{Mention, Spelling, is_one_step_from};

/// How an answer was found, from certain to weak.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The remittance advice lists the documents with their amounts.
    RemittanceListed,
    /// The payment names the documents, and they add up to it.
    ReferenceExact,
    /// The same, but a number is one step off.
    ReferenceGarbled,
    /// The documents that it names less open credits of the customer.
    ReferenceWithCredits,
    /// It names the documents, and pays more or less.
    ReferencePartial,
    /// One open document of the customer has just this amount.
    AmountSingle,
    /// Open documents of the customer add up to it.
    AmountCombination,
    /// The number that it names is one step from a document of just this amount.
    AmountAndNearReference,
}

impl Rule {
    /// The rule's name in results.
    pub fn name(self) -> &'static str {
        match self {
            Rule::RemittanceListed => "remittance_listed",
            Rule::ReferenceExact => "reference_exact",
            Rule::ReferenceGarbled => "reference_garbled",
            Rule::ReferenceWithCredits => "reference_with_credits",
            Rule::ReferencePartial => "reference_partial",
            Rule::AmountSingle => "amount_single",
            Rule::AmountCombination => "amount_combination",
            Rule::AmountAndNearReference => "amount_and_near_reference",
        }
    }
}

/// One document and what of the payment goes to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Row of `ar_items`.
    pub row: u32,
    /// What is applied: positive to a debit, negative to a credit that is netted.
    pub amount: i64,
    /// Discount that the advice names.
    pub discount: i64,
}

/// One answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// How it was found.
    pub rule: Rule,
    /// The documents, by number.
    pub parts: Vec<Part>,
    /// Whether they add up to the payment and leave none of them open.
    pub is_exact: bool,
    /// Whether every other answer was looked for.
    pub is_complete: bool,
    /// How many other answers fit as well.
    pub alternatives: usize,
    /// Whether the payer speaks for it: the customer of the payment, its recorded parent, or its account.
    pub payer_agrees: bool,
    /// Whether a reference speaks for every document.
    pub reference_agrees: bool,
    /// Whether a remittance advice lists every document.
    pub advice_agrees: bool,
    /// What speaks against it.
    pub contradictions: Vec<&'static str>,
}

impl Answer {
    /// Whether it may be posted without looking (contract, section 5, *confirmed*).
    pub fn can_be_confirmed(&self) -> bool {
        let witnesses = [self.payer_agrees, self.reference_agrees, self.advice_agrees];
        self.is_exact
            && self.is_complete
            && self.alternatives == 0
            && self.contradictions.is_empty()
            && witnesses.iter().filter(|agrees| **agrees).count() >= 2
    }
}

/// What a payment names, sorted by what can be done with it.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Open debits of the payment's entity.
    pub open: Vec<Mention>,
    /// Open credits of it.
    pub credits: Vec<Mention>,
    /// Closed documents of it.
    pub closed: Vec<Mention>,
    /// Documents of other entities whose number the own entity does not have.
    pub elsewhere: Vec<Mention>,
    /// Whether a number that it names is that of several documents which nothing tells apart.
    pub is_ambiguous: bool,
}

impl Named {
    /// Sorts the documents that a payment and its advice name.
    pub fn of(book: &Book<'_>, payment: &Payment<'_>, advices: &Advices<'_>) -> Named {
        let listed = payment.advice.iter().map(|line| advices.reference.get(*line as usize));
        let texts: Vec<&str> = payment.texts.iter().copied().chain(listed).collect();
        let items = &book.items;
        let mut named = Named::default();
        let mentions = book.mentions(&texts);
        let (own, other): (Vec<Mention>, Vec<Mention>) =
            mentions.into_iter().partition(|mention| items.entity.get(mention.row as usize) == payment.entity);
        for mention in &own {
            let row = mention.row as usize;
            let twins = own.iter().filter(|twin| items.id.get(twin.row as usize) == items.id.get(row));
            // Of several documents of one number, the customer's own are meant.
            let mut twins: Vec<u32> = twins.map(|twin| twin.row).collect();
            if twins.len() > 1 {
                let of_customer = |row: &u32| items.customer.get(*row as usize) == payment.customer;
                if twins.iter().any(of_customer) {
                    twins.retain(of_customer);
                }
                named.is_ambiguous |= twins.len() > 1;
            }
            if !twins.contains(&mention.row) {
                continue;
            }
            match items.open[row].signum() {
                1 => named.open.push(*mention),
                -1 => named.credits.push(*mention),
                _ => named.closed.push(*mention),
            }
        }
        if own.is_empty() {
            named.elsewhere = other;
        }
        named
    }

    /// Whether nothing is named at all.
    pub fn is_nothing(&self) -> bool {
        self.open.is_empty() && self.credits.is_empty() && self.closed.is_empty() && self.elsewhere.is_empty()
    }

    /// Whether some number was one step off.
    pub fn is_garbled(&self) -> bool {
        self.open.iter().chain(&self.credits).any(|mention| mention.spelling == Spelling::Garbled)
    }
}

/// Forms the answers for one payment.
pub struct Answers<'b, 'a> {
    /// The register.
    pub book: &'b Book<'a>,
    /// The advices.
    pub advices: &'b Advices<'a>,
    /// Rows that confirmed answers have taken.
    pub taken: &'b dyn Fn(u32) -> bool,
}

impl<'b, 'a> Answers<'b, 'a> {
    fn open(&self, row: u32) -> i64 {
        if (self.taken)(row) { 0 } else { self.book.items.open[row as usize] }
    }

    fn whole(&self, rows: impl IntoIterator<Item = u32>) -> Vec<Part> {
        rows.into_iter().map(|row| Part { row, amount: self.open(row), discount: 0 }).collect()
    }

    fn answer(&self, payment: &Payment<'_>, rule: Rule, mut parts: Vec<Part>, named: &Named) -> Answer {
        let items = &self.book.items;
        parts.sort_by_key(|part| (items.id.get(part.row as usize), part.row));
        let is_exact = parts.iter().map(|part| part.amount).sum::<i64>() == payment.amount
            && parts.iter().all(|part| part.amount == self.open(part.row) && part.amount != 0 && part.discount == 0);
        let mentioned = |row: u32| named.open.iter().chain(&named.credits).any(|mention| mention.row == row);
        let in_advice = |row: u32| {
            let number = items.id.get(row as usize);
            let lines = payment.advice.iter();
            lines.into_iter().any(|line| {
                let of = self.book.mentions(&[self.advices.reference.get(*line as usize)]);
                of.iter().any(|mention| mention.row == row)
                    || self.advices.reference.get(*line as usize).eq_ignore_ascii_case(number)
            })
        };
        let in_text = |row: u32| self.book.mentions(&payment.texts).iter().any(|mention| mention.row == row);
        Answer {
            rule,
            is_exact,
            is_complete: true,
            alternatives: 0,
            payer_agrees: parts.iter().all(|part| self.is_payer_of(payment, part.row)),
            reference_agrees: !payment.texts.is_empty() && parts.iter().all(|part| mentioned(part.row) && in_text(part.row)),
            advice_agrees: !payment.advice.is_empty() && parts.iter().all(|part| in_advice(part.row)),
            contradictions: self.contradictions(payment, &parts, named),
            parts,
        }
    }

    /// Whether the payer is the document's customer, its recorded parent, or holds its account.
    fn is_payer_of(&self, payment: &Payment<'_>, row: u32) -> bool {
        let (items, payers) = (&self.book.items, &self.book.payers);
        let customer = items.customer.get(row as usize);
        let account = items.payer_account.get(payment.row as usize);
        !customer.is_empty()
            && match payment.customer {
                "" => payers.holds_account(customer, account),
                payer => payer == customer || payers.is_parent(payer, customer),
            }
    }

    fn contradictions(&self, payment: &Payment<'_>, parts: &[Part], named: &Named) -> Vec<&'static str> {
        let items = &self.book.items;
        let mut against = Vec::new();
        if parts.iter().any(|part| items.currency.get(part.row as usize) != payment.currency) {
            against.push("another currency");
        }
        if parts.iter().any(|part| items.entity.get(part.row as usize) != payment.entity) {
            against.push("another entity");
        }
        let stranger = |part: &Part| {
            let customer = items.customer.get(part.row as usize);
            !payment.customer.is_empty() && !self.is_payer_of(payment, part.row) && customer != payment.customer
        };
        if parts.iter().any(stranger) {
            against.push("another customer's document");
        }
        if !named.closed.is_empty() {
            against.push("it also names a closed document");
        }
        if named.is_ambiguous {
            against.push("several documents have this number");
        }
        let is_part = |row: u32| parts.iter().any(|part| part.row == row);
        if named.open.iter().any(|mention| !is_part(mention.row)) {
            against.push("it also names another open document");
        }
        if parts.iter().any(|part| items.document_date[part.row as usize] > payment.day) {
            against.push("the document is younger than the payment");
        }
        against
    }

    /// What the payment and its advice name.
    pub fn by_reference(&self, payment: &Payment<'_>, named: &Named) -> Option<Answer> {
        if let Some(listed) = self.listed(payment, named) {
            return Some(listed);
        }
        let named_rows = || named.open.iter().chain(&named.credits).map(|mention| mention.row);
        if named.open.is_empty() {
            return None;
        }
        let rule = if named.is_garbled() { Rule::ReferenceGarbled } else { Rule::ReferenceExact };
        let answer = self.answer(payment, rule, self.whole(named_rows()), named);
        if answer.is_exact {
            return Some(answer);
        }
        // The debits alone, where the credits that it names are not taken.
        let debits = self.answer(payment, rule, self.whole(named.open.iter().map(|mention| mention.row)), named);
        if debits.is_exact {
            return Some(debits);
        }
        self.with_credits(payment, named).or_else(|| self.partial(payment, named))
    }

    /// The documents of the advice with the amounts that it gives, where these are the payment.
    fn listed(&self, payment: &Payment<'_>, named: &Named) -> Option<Answer> {
        let mut parts: Vec<Part> = Vec::new();
        for line in &payment.advice {
            let mentions = self.book.mentions(&[self.advices.reference.get(*line as usize)]);
            let known = |row: &u32| named.open.iter().chain(&named.credits).any(|mention| mention.row == *row);
            let rows: Vec<u32> = mentions.iter().map(|mention| mention.row).filter(known).collect();
            let [row] = rows[..] else { return None };
            let amount = self.advices.amount[*line as usize];
            let discount = self.advices.discount_of(*line);
            match parts.iter_mut().find(|part| part.row == row) {
                Some(part) => {
                    part.amount += amount;
                    part.discount += discount;
                }
                None => parts.push(Part { row, amount, discount }),
            }
        }
        let total: i64 = parts.iter().map(|part| part.amount).sum();
        let fits = !parts.is_empty() && total == payment.amount;
        let within = |part: &Part| (part.amount + part.discount).abs() <= self.open(part.row).abs();
        (fits && parts.iter().all(within)).then(|| self.answer(payment, Rule::RemittanceListed, parts, named))
    }

    /// The documents that it names less open credits that it does not name.
    fn with_credits(&self, payment: &Payment<'_>, named: &Named) -> Option<Answer> {
        let items = &self.book.items;
        let debits: i64 = named.open.iter().map(|mention| self.open(mention.row)).sum();
        let over = debits - payment.amount;
        if over <= 0 {
            return None;
        }
        let customers: Vec<&str> = named.open.iter().map(|mention| items.customer.get(mention.row as usize)).collect();
        let mut credits: Vec<u32> = self.book.open_of(payment.entity, customers[0]);
        credits.retain(|row| {
            self.open(*row) < 0
                && items.currency.get(*row as usize) == payment.currency
                && items.item_type.get(*row as usize) == "credit_memo"
        });
        let amounts: Vec<i64> = credits.iter().map(|row| -self.open(*row)).collect();
        let found = of_sum(&amounts, over);
        let best = found.answers.first()?;
        let rows = named.open.iter().map(|mention| mention.row).chain(best.iter().map(|at| credits[*at]));
        let mut answer = self.answer(payment, Rule::ReferenceWithCredits, self.whole(rows), named);
        answer.is_complete = found.is_complete;
        answer.alternatives = found.answers.len() - 1;
        // What is named is certain; that just these credits were netted is an inference that two witnesses must bear.
        let bears = |part: &Part| named.credits.iter().any(|mention| mention.row == part.row) || part.amount > 0;
        answer.reference_agrees = answer.parts.iter().all(bears);
        Some(answer)
    }

    /// The documents that it names, paid in part or over and above.
    fn partial(&self, payment: &Payment<'_>, named: &Named) -> Option<Answer> {
        let mut left = payment.amount;
        let mut parts = Vec::new();
        let rows = named.credits.iter().chain(&named.open).map(|mention| mention.row);
        for row in rows {
            let open = self.open(row);
            let amount = if open < 0 { open } else { open.min(left).max(0) };
            left -= amount;
            if amount != 0 {
                parts.push(Part { row, amount, discount: 0 });
            }
        }
        (!parts.is_empty()).then(|| {
            let mut answer = self.answer(payment, Rule::ReferencePartial, parts, named);
            answer.is_exact = false;
            answer
        })
    }

    /// What of the customer's open documents is just this amount; the number may be one step from what was written.
    pub fn by_amount(&self, payment: &Payment<'_>, customer: &str, named: &Named) -> Option<Answer> {
        /// Of customers with more open documents only the oldest are combined.
        const OPEN_ITEMS: usize = 60;
        let items = &self.book.items;
        let mut rows: Vec<u32> = self.book.open_of(payment.entity, customer);
        rows.retain(|row| self.open(*row) != 0 && items.currency.get(*row as usize) == payment.currency);
        let singles: Vec<u32> = rows.iter().copied().filter(|row| self.open(*row) == payment.amount).collect();
        let near: Vec<u32> = singles
            .iter()
            .copied()
            .filter(|row| payment.texts.iter().any(|text| is_one_step_from(text, items.id.get(*row as usize))))
            .collect();
        if let [row] = near[..] {
            let mut answer = self.answer(payment, Rule::AmountAndNearReference, self.whole([row]), named);
            answer.reference_agrees = true;
            return Some(answer);
        }
        if let Some(row) = singles.first() {
            let mut answer = self.answer(payment, Rule::AmountSingle, self.whole([*row]), named);
            answer.alternatives = singles.len() - 1;
            return Some(answer);
        }
        let is_cut = rows.len() > OPEN_ITEMS;
        rows.sort_by_key(|row| (items.day(*row as usize), items.id.get(*row as usize), *row));
        rows.truncate(OPEN_ITEMS);
        let amounts: Vec<i64> = rows.iter().map(|row| self.open(*row)).collect();
        let found: combinations::Found = of_sum(&amounts, payment.amount);
        let best = found.answers.first()?;
        let mut answer =
            self.answer(payment, Rule::AmountCombination, self.whole(best.iter().map(|at| rows[*at])), named);
        answer.is_complete = found.is_complete && !is_cut;
        answer.alternatives = found.answers.len() - 1;
        Some(answer)
    }
}
