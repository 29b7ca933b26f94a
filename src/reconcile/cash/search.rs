//! Forms answers for one payment: from what it names, from its remittance advice, from an order, and from amounts
//! alone.

use super::answer::{Answer, Part, Rule};
use super::book::Book;
use super::named::{Listed, Named};
use super::payers::{Known, Payer};
use super::payment::Payment;
use crate::matching::combinations::of_sum;
use crate::matching::references::{Spelling, compact, is_one_step_from};
use hashbrown::HashSet;

/// Of customers with more open documents only the oldest are combined, and the search is not complete.
pub const COMBINED: usize = 40;
/// Where more documents have the amount of a payment, their numbers are not compared digit by digit.
const NEAR: usize = 200;
/// Of credits that could be netted at most so many are taken together.
const CREDITS: usize = 2;

/// What is said of a combination that any amount would have found.
pub const BY_CHANCE: &str = "among so many open documents some would add up to any amount";

/// Whether a combination of so many members would come about by chance: more combinations than a hundredth of the
/// cents that they spread over.
fn is_chance(pool: usize, members: usize, amount: i64) -> bool {
    let cents = i128::from(amount) / 100;
    let mut combinations = 1_i128;
    for nth in 0..members.min(pool) as i128 {
        combinations = combinations * (pool as i128 - nth) / (nth + 1);
    }
    combinations * 100 > cents
}

/// The pool that answers are formed from.
pub struct Search<'b, 'a> {
    /// The register.
    pub book: &'b Book<'a>,
    /// Documents that surer answers have taken.
    pub taken: &'b HashSet<u32>,
}

/// One payment with what is known of it.
pub struct Asked<'p, 'a> {
    /// The payment.
    pub payment: &'p Payment<'a>,
    /// Who pays.
    pub payer: &'p Payer<'a>,
    /// What it names.
    pub named: &'p Named,
}

impl<'b, 'a> Search<'b, 'a> {
    /// What of a document a payment can settle; zero where it is taken or open in a currency that is not the payment's.
    fn open(&self, asked: &Asked<'_, 'a>, row: u32) -> i64 {
        match self.taken.contains(&row) {
            true => 0,
            false => self.book.items.open_in(row, asked.payment.currency).unwrap_or(0),
        }
    }

    fn sum(&self, asked: &Asked<'_, 'a>, rows: impl IntoIterator<Item = u32>) -> i64 {
        rows.into_iter().fold(0_i64, |sum, row| sum.saturating_add(self.open(asked, row)))
    }

    /// What a payment names: the lines of its advice, the documents of its text, numbers that are spelt otherwise.
    pub fn by_reference(&self, asked: &Asked<'_, 'a>) -> Option<Answer> {
        let named = asked.named;
        if let Some(listed) = self.listed(asked) {
            return Some(listed);
        }
        let of = |mentions: &[crate::matching::references::Mention]| -> Vec<u32> {
            let rows = mentions.iter().map(|mention| mention.row);
            rows.filter(|row| self.open(asked, *row) != 0).collect()
        };
        let (open, credits) = (of(&named.open), of(&named.credits));
        if open.is_empty() {
            return self.garbled(asked, &[]);
        }
        let is_exact = named.open.iter().chain(&named.credits).all(|mention| mention.spelling == Spelling::Exact);
        let rule = if is_exact { Rule::ReferenceExact } else { Rule::ReferenceGarbled };
        let amount = asked.payment.amount;
        let debits = self.sum(asked, open.iter().copied());
        if debits.saturating_add(self.sum(asked, credits.iter().copied())) == amount {
            return Some(self.settling(asked, rule, &open, &credits));
        }
        if debits == amount {
            return Some(self.settling(asked, rule, &open, &[]));
        }
        let more = self.garbled(asked, &open);
        more.or_else(|| self.with_credits(asked, &open, &credits))
            .or_else(|| Some(self.partial(asked, &open, &credits)))
    }

    /// An answer that settles debits and credits in full.
    fn settling(&self, asked: &Asked<'_, 'a>, rule: Rule, debits: &[u32], credits: &[u32]) -> Answer {
        let part = |row: &u32| Part { row: *row, amount: self.open(asked, *row), discount: 0 };
        self.answer(asked, rule, debits.iter().map(part).collect(), credits.to_vec())
    }

    /// An answer of parts; the credits are taken off the debits that they belong to.
    fn answer(&self, asked: &Asked<'_, 'a>, rule: Rule, mut parts: Vec<Part>, mut credits: Vec<u32>) -> Answer {
        let (items, named, payment) = (&self.book.items, asked.named, asked.payment);
        parts.sort_by_key(|part| (items.id.get(part.row as usize), part.row));
        credits.sort_by_key(|row| (items.id.get(*row as usize), *row));
        let total: i64 = parts.iter().map(|part| part.amount).sum::<i64>() + self.sum(asked, credits.iter().copied());
        let is_whole =
            |part: &Part| part.amount == self.open(asked, part.row) && part.amount != 0 && part.discount == 0;
        let is_exact = total == payment.amount && parts.iter().all(is_whole);
        let rows = || parts.iter().map(|part| part.row).chain(credits.iter().copied());
        let answer = Answer {
            is_exact,
            payer_agrees: rows().all(|row| self.payer_agrees(asked.payer, row)),
            reference_agrees: rows().all(|row| named.in_text.contains(&row)),
            advice_agrees: rows().all(|row| named.lists(row)),
            against: self.against(asked, &rows().collect::<Vec<u32>>()),
            ..Answer::of(rule, Vec::new())
        };
        Answer { parts: self.less_credits(asked, parts, &credits), credits, ..answer }
    }

    /// Takes each credit off the debit that it is about, else off the first that is large enough to bear it.
    fn less_credits(&self, asked: &Asked<'_, 'a>, mut parts: Vec<Part>, credits: &[u32]) -> Vec<Part> {
        let items = &self.book.items;
        for credit in credits {
            let mut left = -self.open(asked, *credit);
            let about = items.original.get(*credit as usize);
            let mut order: Vec<usize> = (0..parts.len()).collect();
            order.sort_by_key(|at| {
                let of_it = !about.is_empty() && items.id.get(parts[*at].row as usize).eq_ignore_ascii_case(about);
                (!of_it, *at)
            });
            for at in order {
                let part = &mut parts[at];
                let taken = left.min(part.amount).max(0);
                part.amount -= taken;
                left -= taken;
            }
        }
        parts
    }

    /// Whether the payer is the document's customer as receipt, account, alias or recorded parent say.
    fn payer_agrees(&self, payer: &Payer<'_>, row: u32) -> bool {
        let customer = self.book.items.customer.get(row as usize);
        matches!(payer.known, Known::Booked | Known::Account | Known::Alias)
            && (payer.pays_for(customer) || payer.customers.iter().any(|known| self.book.is_parent(known, customer)))
    }

    fn against(&self, asked: &Asked<'_, 'a>, rows: &[u32]) -> Vec<String> {
        let (items, named) = (&self.book.items, asked.named);
        let id = |row: u32| items.id.get(row as usize);
        let mut against = Vec::new();
        for row in rows.iter().filter(|row| !items.currency(**row).eq_ignore_ascii_case(asked.payment.currency)) {
            against.push(format!("{} is in {}", id(*row), items.currency(*row)));
        }
        for row in rows.iter().filter(|row| items.entity.get(**row as usize) != asked.payment.entity) {
            against.push(format!("{} is of entity {}", id(*row), items.entity.get(*row as usize)));
        }
        let also = |rows: &[u32], what: &str, against: &mut Vec<String>| {
            against.extend(rows.iter().map(|row| format!("it also names {}, {what}", id(*row))));
        };
        also(&named.closed, "which is closed", &mut against);
        also(&named.strangers, "a document of another customer", &mut against);
        let left: Vec<u32> =
            named.open.iter().chain(&named.credits).map(|m| m.row).filter(|row| !rows.contains(row)).collect();
        also(&left, "which is open", &mut against);
        if asked.payment.is_payer_of_found_line {
            against.push("only amount and day tie it to the line of the bank that says so".to_owned());
        }
        if named.is_ambiguous {
            against.push("several documents have the number that it names".to_owned());
        }
        against
    }

    /// The documents of the advice with the amounts that it gives, where these are the payment.
    fn listed(&self, asked: &Asked<'_, 'a>) -> Option<Answer> {
        let lines = &asked.named.listed;
        let total: i64 = lines.iter().map(|listed| listed.amount).sum();
        if lines.is_empty() || total != asked.payment.amount {
            return None;
        }
        let (mut parts, mut credits): (Vec<Part>, Vec<u32>) = (Vec::new(), Vec::new());
        for Listed { row, amount, discount, .. } in lines {
            let row = (*row)?;
            let open = self.open(asked, row);
            if *amount < 0 {
                if open != *amount || credits.contains(&row) {
                    return None;
                }
                credits.push(row);
                continue;
            }
            match parts.iter_mut().find(|part| part.row == row) {
                Some(part) => {
                    part.amount += amount;
                    part.discount += discount;
                }
                None => parts.push(Part { row, amount: *amount, discount: *discount }),
            }
        }
        let fits = |part: &Part| part.amount + part.discount <= self.open(asked, part.row) && part.discount >= 0;
        if !parts.iter().all(fits) {
            return None;
        }
        // A document that is listed with nothing paid is deducted as a whole.
        let due = self.sum(asked, parts.iter().map(|part| part.row));
        parts.retain(|part| part.amount > 0);
        if parts.is_empty() {
            return None;
        }
        let paid: i64 = parts.iter().map(|part| part.amount).sum();
        let mut answer = self.answer(asked, Rule::RemittanceListed, parts, credits);
        answer.against.retain(|against| !against.ends_with("which is open"));
        answer.set_due(due, paid);
        Some(answer)
    }

    /// Documents that share digits with what is written, where the amounts agree to the cent.
    fn garbled(&self, asked: &Asked<'_, 'a>, sure: &[u32]) -> Option<Answer> {
        let left = asked.payment.amount - self.sum(asked, sure.iter().copied());
        let rows: Vec<u32> = asked.named.garbled.iter().copied().filter(|row| self.open(asked, *row) != 0).collect();
        let fitting: Vec<u32> = rows.iter().copied().filter(|row| self.open(asked, *row) == left).collect();
        let all: Vec<u32> = match (fitting.first(), rows.len()) {
            (Some(row), _) => sure.iter().copied().chain([*row]).collect(),
            (None, 2..) if self.sum(asked, rows.iter().copied()) == left => sure.iter().chain(&rows).copied().collect(),
            _ => return None,
        };
        let mut answer = self.settling(asked, Rule::ReferenceGarbled, &all, &[]);
        answer.alternatives = fitting.len().saturating_sub(1);
        answer.reference_agrees = true;
        Some(answer)
    }

    /// The documents that it names less open credits that it does not name.
    fn with_credits(&self, asked: &Asked<'_, 'a>, open: &[u32], named: &[u32]) -> Option<Answer> {
        let items = &self.book.items;
        let over = self.sum(asked, open.iter().chain(named).copied()) - asked.payment.amount;
        let customer = items.customer.get(*open.first()? as usize);
        if over <= 0 {
            return None;
        }
        let mut credits: Vec<u32> = self.book.credits_of(asked.payment.entity, customer).to_vec();
        credits.retain(|row| self.open(asked, *row) < 0 && !named.contains(row));
        let amounts: Vec<i64> = credits.iter().map(|row| -self.open(asked, *row)).collect();
        let mut found = of_sum(&amounts, over);
        found.answers.retain(|answer| answer.len() <= CREDITS);
        let best = found.answers.first()?;
        let netted: Vec<u32> = named.iter().copied().chain(best.iter().map(|at| credits[*at])).collect();
        let mut answer = self.settling(asked, Rule::ReferenceWithCredits, open, &netted);
        answer.is_complete = found.is_complete;
        answer.alternatives = found.answers.len() - 1;
        Some(answer)
    }

    /// The documents that it names, the oldest first, paid in part or over and above.
    fn partial(&self, asked: &Asked<'_, 'a>, open: &[u32], credits: &[u32]) -> Answer {
        let items = &self.book.items;
        let mut order = open.to_vec();
        order.sort_by_key(|row| (items.day(*row), items.id.get(*row as usize), *row));
        let netted = self.sum(asked, credits.iter().copied());
        let due = self.sum(asked, open.iter().copied());
        let mut left = asked.payment.amount - netted;
        let mut parts = Vec::new();
        for row in order {
            let amount = self.open(asked, row).min(left).max(0);
            left -= amount;
            if amount > 0 {
                parts.push(Part { row, amount, discount: 0 });
            }
        }
        let mut answer = self.answer(asked, Rule::ReferencePartial, parts, credits.to_vec());
        answer.is_exact = false;
        answer.against.retain(|against| !against.ends_with("which is open"));
        answer.set_due(due, asked.payment.amount - netted);
        answer
    }

    /// A document of just this amount whose number is one step from what is written; or one whose order is named.
    pub fn by_near_reference(&self, asked: &Asked<'_, 'a>) -> Option<Answer> {
        let items = &self.book.items;
        let (entity, amount) = (asked.payment.entity, asked.payment.amount);
        let of_amount = self.customers(asked).map(|customer| self.book.open_of_amount(entity, customer, amount).len());
        if of_amount.sum::<usize>() > NEAR {
            return None;
        }
        let pool = self.singles(asked);
        let is_near = |row: &&u32| {
            let number = items.id.get(**row as usize);
            asked.payment.texts.iter().any(|text| is_one_step_from(text, number))
        };
        let near: Vec<u32> = pool.iter().filter(is_near).copied().collect();
        let is_ordered = |row: &&u32| {
            let order = compact(items.po_number.get(**row as usize));
            order.len() > 4 && asked.payment.texts.iter().any(|text| compact(text).contains(&order))
        };
        let (rule, rows) = match near.is_empty() {
            false => (Rule::AmountAndNearReference, near),
            true => (Rule::OrderInvoiced, pool.iter().filter(is_ordered).copied().collect()),
        };
        let mut answer = self.settling(asked, rule, rows.get(..1)?, &[]);
        answer.alternatives = rows.len() - 1;
        answer.reference_agrees = rule == Rule::AmountAndNearReference;
        Some(answer)
    }

    /// The payer's customers and their children.
    fn customers<'q>(&'q self, asked: &'q Asked<'_, 'a>) -> impl Iterator<Item = &'a str> + 'q {
        let children = |customer: &&'a str| self.book.children_of(customer).iter().copied();
        asked.payer.customers.iter().flat_map(move |customer| std::iter::once(*customer).chain(children(customer)))
    }

    /// Whether a document is free, and open in the payment's currency.
    fn is_free(&self, asked: &Asked<'_, 'a>, row: u32) -> bool {
        self.open(asked, row) != 0 && self.book.items.currency(row).eq_ignore_ascii_case(asked.payment.currency)
    }

    /// Single documents of the payer's customers with just this amount, the oldest first.
    pub fn singles(&self, asked: &Asked<'_, 'a>) -> Vec<u32> {
        let (entity, amount) = (asked.payment.entity, asked.payment.amount);
        let all = self.customers(asked).flat_map(|customer| self.book.open_of_amount(entity, customer, amount));
        all.copied().filter(|row| self.is_free(asked, *row)).collect()
    }

    /// One of several documents of the amount: how many others there are is for the caller to say.
    pub fn single(&self, asked: &Asked<'_, 'a>, row: u32, alternatives: usize) -> Answer {
        Answer { alternatives, ..self.settling(asked, Rule::AmountSingle, &[row], &[]) }
    }

    /// Open documents of the payer's customers that add up to the payment; the first few answers, fewest documents
    /// first.
    pub fn combinations(&self, asked: &Asked<'_, 'a>) -> Vec<Answer> {
        /// So many answers are shown.
        const SHOWN: usize = 3;
        let items = &self.book.items;
        let all = self.customers(asked).flat_map(|customer| self.book.open_of(asked.payment.entity, customer));
        let mut rows: Vec<u32> = all.copied().filter(|row| self.is_free(asked, *row)).take(COMBINED + 1).collect();
        let is_cut = rows.len() > COMBINED;
        rows.truncate(COMBINED);
        let amounts: Vec<i64> = rows.iter().map(|row| self.open(asked, *row)).collect();
        let mut found = of_sum(&amounts, asked.payment.amount);
        // Credits alone pay nothing, and a combination of one is found already.
        let is_one = |answer: &Vec<usize>| answer.len() > 1 && answer.iter().any(|at| amounts[*at] > 0);
        found.answers.retain(is_one);
        let alternatives = found.answers.len().saturating_sub(1);
        let of = |answer: &Vec<usize>| {
            let (debits, credits): (Vec<u32>, Vec<u32>) =
                answer.iter().map(|at| rows[*at]).partition(|row| items.open[*row as usize] > 0);
            let mut answer = self.settling(asked, Rule::AmountCombination, &debits, &credits);
            answer.is_complete = found.is_complete && !is_cut;
            answer.alternatives = alternatives;
            if is_chance(amounts.len(), debits.len() + credits.len(), asked.payment.amount) {
                answer.against.push(BY_CHANCE.to_owned());
            }
            answer
        };
        found.answers.iter().take(SHOWN).map(of).collect()
    }

    /// What a person accepted, where it still fits: the documents are open, and they are not more than the payment
    /// unless the last of them is paid in part.
    pub fn accepted(&self, asked: &Asked<'_, 'a>, rows: &[u32]) -> Option<Answer> {
        let (debits, credits): (Vec<u32>, Vec<u32>) =
            rows.iter().partition(|row| self.book.items.open[**row as usize] > 0);
        if debits.is_empty() || rows.iter().any(|row| self.open(asked, *row) == 0) {
            return None;
        }
        let mut answer = self.partial(asked, &debits, &credits);
        (answer.rule, answer.is_accepted) = (Rule::Accepted, true);
        answer.is_exact = answer.shortfall == 0 && answer.excess == 0;
        Some(answer)
    }

    /// An open document of a stranger that the payment names with just its amount.
    pub fn of_stranger(&self, asked: &Asked<'_, 'a>) -> Option<Answer> {
        let rows = asked.named.strangers.iter().copied();
        let fitting: Vec<u32> = rows.filter(|row| self.open(asked, *row) == asked.payment.amount).collect();
        let mut answer = self.settling(asked, Rule::ReferenceElsewhere, fitting.get(..1)?, &[]);
        answer.alternatives = fitting.len() - 1;
        answer.against = vec![format!("the receipt is booked under {}", asked.payer.customers.join(", "))];
        Some(answer)
    }
}
