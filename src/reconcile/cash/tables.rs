//! Research as result tables: `allocations`, `unapplied`, `cash_candidates`, `match_rates`, and its rows of `matches`.

use super::answer::{Answer, Rule};
use super::causes::CashCause;
use super::payment::Payment;
use super::{Outcome, Researched};
use crate::model::money::Total;
use crate::model::rational::share;
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Date, DocKey, Money, Table};
use crate::reconcile::Inputs;
use crate::reconcile::results::{ALLOCATIONS, CASH_CANDIDATES, MATCH_RATES, MATCHES, UNAPPLIED};
use hashbrown::HashMap;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Tells what people typed to a receipt: decision and note.
pub type Typed<'t> = dyn Fn(&str, &str) -> (String, String) + 't;

fn hundredths(number: u32) -> Cell<'static> {
    Cell::Decimal(Decimal::new(i64::from(number), 2))
}

fn money(units: i64) -> Cell<'static> {
    Cell::Money(Money::from_units(units))
}

/// An amount, or nothing where it is zero.
fn if_any(units: i64) -> Cell<'static> {
    if units == 0 { Cell::Null } else { money(units) }
}

/// How far an answer goes: posted, confirmed or suggested.
fn status(answer: &Answer) -> &'static str {
    match answer.rule {
        Rule::AppliedLater => "posted",
        _ if answer.is_confirmed() => "confirmed",
        _ => "suggested",
    }
}

impl Outcome<'_> {
    fn id(&self, row: u32) -> &str {
        self.book.items.id.get(row as usize)
    }

    fn ids(&self, rows: impl Iterator<Item = u32>) -> String {
        rows.map(|row| self.id(row)).collect::<Vec<_>>().join("; ")
    }

    fn customer_of(&self, answer: &Answer) -> &str {
        answer.parts.first().map_or("", |part| self.book.items.customer.get(part.row as usize))
    }

    /// One row for each document that a payment settles: proposals, then what the system posted.
    pub fn allocations(&self, inputs: &Inputs) -> Table {
        let mut table = Table::new(&ALLOCATIONS);
        for one in &self.payments {
            // What was applied later stands among the applications; what was only cleared stands nowhere else.
            let is_listed = |answer: &&Answer| answer.rule != Rule::AppliedLater || one.case.cleared_on.is_some();
            if let Some(answer) = one.case.answer.as_ref().filter(is_listed) {
                self.push_allocations(&mut table, &one.case.payment, answer);
            }
        }
        let posted = inputs.applications.as_ref();
        let text = |name: &str, row: u32| posted.text(name).get(row as usize);
        let units = |name: &str, row: u32| posted.money(name)[row as usize];
        let mut rows = self.posted.clone();
        rows.sort_by_key(|row| {
            (text("entity", *row), text("from_item_id", *row), text("to_item_id", *row), units("amount", *row), *row)
        });
        let settled = self.settled(&rows, &text);
        for (row, document) in rows.into_iter().zip(settled) {
            let discount = units("discount", row);
            table.push(&[
                Cell::text(text("from_item_id", row)),
                Cell::text(text("to_item_id", row)),
                money(units("amount", row)),
                if discount == NO_MONEY { Cell::Null } else { if_any(discount) },
                Cell::Null,
                Cell::Null,
                Cell::Text("posted"),
                hundredths(100),
                Cell::Int(0),
                Cell::Text("posted"),
                Cell::text(text("entity", row)),
                document.map_or(Cell::Null, |document| Cell::text(self.book.items.customer.get(document as usize))),
                document.map_or(Cell::Null, |document| Cell::text(self.book.items.currency(document))),
                Cell::Null,
            ]);
        }
        table
    }

    /// For each application a document that it settles: of that number in its entity, or anywhere where the application
    /// names none. Nothing where several of that number differ in customer or currency.
    fn settled<'t>(&self, rows: &[u32], text: &impl Fn(&str, u32) -> &'t str) -> Vec<Option<u32>> {
        let items = &self.book.items;
        let key = |row: u32| DocKey::new(text("to_item_id", row)).map(|key| key.as_str().to_owned());
        let keys: Vec<Option<String>> = rows.iter().map(|row| key(*row)).collect();
        let wanted = keys.iter().flatten().cloned().collect();
        let documents = items.by_key(&wanted, |row| !items.is_receipt(row));
        let mut anywhere: HashMap<&str, Vec<u32>> = HashMap::with_capacity(documents.len());
        documents.iter().for_each(|((_, key), of)| anywhere.entry(key).or_default().extend(of));
        let of = |(row, key): (&u32, Option<String>)| {
            let found = match (text("entity", *row), key?) {
                ("", key) => anywhere.get(key.as_str()),
                (entity, key) => documents.get(&(entity, key)),
            };
            let said = |row: u32| (items.customer.get(row as usize), items.currency(row));
            let first = *found?.first()?;
            found?.iter().all(|row| said(*row) == said(first)).then_some(first)
        };
        rows.iter().zip(keys).map(of).collect()
    }

    fn push_allocations(&self, table: &mut Table, payment: &Payment<'_>, answer: &Answer) {
        // The shortfall stands once: with the document that bears it, else with the last.
        let bearer = answer.short.as_ref().and_then(|short| short.row);
        let bears = answer.parts.iter().position(|part| Some(part.row) == bearer);
        let bears = bears.unwrap_or(answer.parts.len().saturating_sub(1));
        for (at, part) in answer.parts.iter().enumerate() {
            let short = answer.short.as_ref().filter(|_| at == bears);
            table.push(&[
                Cell::text(payment.id),
                Cell::text(self.id(part.row)),
                money(part.amount),
                if_any(part.discount),
                short.map_or(Cell::Null, |short| money(short.amount)),
                short.map_or(Cell::Null, |short| Cell::Text(short.code.code())),
                Cell::Text(answer.shown_rule().name()),
                hundredths(answer.confidence()),
                Cell::count(answer.alternatives),
                Cell::Text(status(answer)),
                Cell::text(payment.entity),
                Cell::text(self.book.items.customer.get(part.row as usize)),
                Cell::text(payment.currency),
                short.map_or(Cell::Null, |short| Cell::text(short.code.x12())),
            ]);
        }
    }

    /// Each answer as a match: the payment on the left, the documents that it settles on the right; what they come to
    /// beyond it was deducted, or is paid too much.
    pub fn matches(&self) -> Table {
        let mut table = Table::new(&MATCHES);
        let answered = self.payments.iter().filter_map(|one| Some((one, one.case.answer.as_ref()?)));
        for (number, (Researched { case, cause, .. }, answer)) in (1..).zip(answered) {
            let paid = if *cause == CashCause::Misapplied { case.payment.whole } else { case.payment.amount };
            let settles: i64 = answer.parts.iter().map(|part| part.amount).sum();
            let due = match answer.rule {
                Rule::AppliedLater => settles,
                _ => paid + answer.shortfall - answer.excess,
            };
            let short = answer.short.as_ref().map(|short| short.code.name());
            table.push(&[
                Cell::text(&format!("C{number:06}")),
                Cell::Text(answer.shown_rule().name()),
                hundredths(answer.confidence()),
                Cell::text(case.payment.id),
                Cell::text(&self.ids(answer.rows())),
                money(paid),
                money(due),
                money(paid - due),
                if paid == due { Cell::Null } else { Cell::Text(short.unwrap_or(cause.name())) },
            ]);
        }
        table
    }

    /// One row for each payment that is open, or seems to be applied wrongly.
    pub fn unapplied(&self, as_of: Date, typed: &Typed<'_>) -> Table {
        let mut table = Table::new(&UNAPPLIED);
        for Researched { case, cause, explanation } in &self.payments {
            let (payment, answer) = (&case.payment, case.answer.as_ref());
            let proposed = answer.map_or_else(String::new, |answer| self.ids(answer.parts.iter().map(|part| part.row)));
            let customer =
                answer.map_or_else(|| case.payer.customer().unwrap_or(""), |answer| self.customer_of(answer));
            let (decision, note) = typed(payment.entity, payment.id);
            let day = Date::from_days(payment.day);
            table.push(&[
                Cell::text(payment.id),
                Cell::text(payment.entity),
                Cell::text(payment.customer),
                Cell::Date(day),
                Cell::text(payment.currency),
                money(payment.amount),
                Cell::Text(cause.name()),
                Cell::Text(cause.code()),
                Cell::text(customer),
                Cell::text(&proposed),
                answer.map_or(Cell::Null, |answer| hundredths(answer.confidence())),
                Cell::Int(i64::from(as_of.days() - payment.day)),
                Cell::text(explanation),
                Cell::Text(answer.map_or("open", status)),
                Cell::text(payment.payer_name),
                Cell::text(payment.reference),
                Cell::text(&payment.texts.join(" | ")),
                Cell::text(&decision),
                Cell::text(&note),
            ]);
        }
        table
    }

    /// Every answer that fits a payment which is not confirmed.
    pub fn candidates(&self) -> Table {
        let mut table = Table::new(&CASH_CANDIDATES);
        for Researched { case, .. } in &self.payments {
            let answers = case.answer.iter().chain(&case.others);
            for (rank, answer) in (1_i64..).zip(answers) {
                let settles: i64 = answer.parts.iter().map(|part| part.amount).sum();
                let difference = answer.excess - answer.shortfall;
                let is_proposed = rank == 1 && case.answer.is_some();
                table.push(&[
                    Cell::text(case.payment.id),
                    Cell::text(case.payment.entity),
                    Cell::Int(rank),
                    Cell::Text(answer.shown_rule().name()),
                    Cell::Text(if is_proposed { status(answer) } else { "other" }),
                    hundredths(answer.confidence()),
                    Cell::text(self.customer_of(answer)),
                    Cell::text(&self.ids(answer.parts.iter().map(|part| part.row))),
                    Cell::text(&self.ids(answer.credits.iter().copied())),
                    money(settles),
                    if_any(difference),
                    answer.short.as_ref().map_or(Cell::Null, |short| Cell::Text(short.code.name())),
                    Cell::text(&answer.agreed()),
                    Cell::text(&answer.against.join("; ")),
                    Cell::count(answer.alternatives),
                ]);
            }
        }
        table
    }

    /// How many payments each rule answers, by currency; shares are of the payments in all currencies.
    pub fn match_rates(&self) -> Table {
        /// Receipts, allocations and amount of one rule and status in one currency.
        #[derive(Default)]
        struct Rate {
            receipts: usize,
            allocations: usize,
            amount: Total,
        }
        let mut rates: BTreeMap<(Rule, &'static str, &str), Rate> = BTreeMap::new();
        let mut none: BTreeMap<&str, Rate> = BTreeMap::new();
        for one in &self.payments {
            let payment = &one.case.payment;
            let Some(answer) = &one.case.answer else {
                let rate = none.entry(payment.currency).or_default();
                rate.receipts += 1;
                rate.amount.add_units(payment.amount);
                continue;
            };
            let rate = rates.entry((answer.shown_rule(), status(answer), payment.currency)).or_default();
            rate.receipts += 1;
            rate.allocations += answer.parts.len();
            answer.parts.iter().for_each(|part| rate.amount.add_units(part.amount));
        }
        let all = self.payments.len().max(1) as i128;
        let mut table = Table::new(&MATCH_RATES);
        let mut push = |rule: &str, status: &str, currency: &str, rate: &Rate| {
            let percent = share(rate.receipts as i128 * 100, all, 2);
            table.push(&[
                Cell::text(rule),
                Cell::text(status),
                Cell::count(rate.receipts),
                Cell::count(rate.allocations),
                Cell::Money(rate.amount.or_beyond()),
                percent.map_or(Cell::Null, Cell::Decimal),
                Cell::text(currency),
            ]);
        };
        for ((rule, status, currency), rate) in &rates {
            push(rule.name(), status, currency, rate);
        }
        for (currency, rate) in &none {
            push("no answer", "open", currency, rate);
        }
        table
    }
}
