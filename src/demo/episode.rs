//! One customer's small story: a few invoices and what became of them. Documents settle only within their
//! episode, so a close of any size is written one episode after the other in flat memory.

use super::random::Random;
use super::world::{Customer, World, euro_rate};
use crate::model::Date;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A sales invoice.
    Invoice,
    /// An extra charge on an invoice.
    DebitMemo,
    /// A credit to the customer.
    CreditMemo,
    /// Money received.
    Receipt,
    /// A balance given up.
    WriteOff,
}

impl Kind {
    /// The canonical `item_type`.
    pub fn item_type(self) -> &'static str {
        match self {
            Kind::Invoice => "invoice",
            Kind::DebitMemo => "debit_memo",
            Kind::CreditMemo => "credit_memo",
            Kind::Receipt => "receipt",
            Kind::WriteOff => "write_off",
        }
    }

    /// What stands before the number of such a document.
    pub fn prefix(self) -> &'static str {
        match self {
            Kind::Invoice => "INV-",
            Kind::DebitMemo => "DM-",
            Kind::CreditMemo => "CM-",
            Kind::Receipt => "RC-",
            Kind::WriteOff => "WO-",
        }
    }
}

/// The identity of a document: its kind and its number within the kind. Unique over all entities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Id {
    /// What it is.
    pub kind: Kind,
    /// Counted from 1.
    pub serial: u64,
}

/// A document of the register. Amounts in cents; invoices positive, credits negative.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// Its identity.
    pub id: Id,
    /// Whose it is.
    pub customer: Customer,
    /// Document and posting date.
    pub date: Date,
    /// When it is due; receipts are not.
    pub due: Option<Date>,
    /// The whole amount in its own currency.
    pub amount: i64,
    /// What is open at the period end, in its own currency.
    pub open: i64,
    /// The whole amount in dollars.
    pub functional: i64,
    /// What is open in dollars.
    pub functional_open: i64,
    /// Dollars for one euro in ten-thousandths; 0 for a document in dollars.
    pub rate: i64,
    /// The sales tax within the amount, in dollars.
    pub tax: i64,
    /// Cash discounts that were granted with this receipt.
    pub discount: i64,
    /// The document it refers to.
    pub original: Option<Id>,
    /// When it was settled in full.
    pub cleared: Option<Date>,
    /// The freight within the amount.
    pub freight: i64,
    /// The number of the customer's order; 0 for none.
    pub order: u64,
    /// Whether the register knows no customer for it.
    pub anonymous: bool,
}

/// What settled what: positions in [`Episode::docs`].
#[derive(Clone, Copy, Debug)]
pub struct Application {
    /// The receipt, credit memo or write-off.
    pub from: usize,
    /// The invoice or debit memo.
    pub to: usize,
    /// When.
    pub date: Date,
    /// How much of the credit was used.
    pub amount: i64,
    /// What was granted on top.
    pub discount: i64,
}

/// How many documents of each kind there are so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Serials([u64; 5]);

impl Id {
    /// `INV-0000042`.
    pub fn text(self) -> String {
        format!("{}{:07}", self.kind.prefix(), self.serial)
    }
}

impl Serials {
    /// How many invoices there are.
    pub fn invoices(&self) -> u64 {
        self.0[Kind::Invoice as usize]
    }

    fn next(&mut self, kind: Kind) -> Id {
        let counter = &mut self.0[kind as usize];
        *counter += 1;
        Id { kind, serial: *counter }
    }
}

/// The documents of one story and their settlement. Reused from story to story.
#[derive(Clone, Debug, Default)]
pub struct Episode {
    /// The documents, oldest first within their kind.
    pub docs: Vec<Doc>,
    /// The settlements.
    pub applications: Vec<Application>,
}

impl Episode {
    /// Forgets the last story.
    pub fn clear(&mut self) {
        self.docs.clear();
        self.applications.clear();
    }

    /// Adds a document and returns its position.
    pub fn add(&mut self, serials: &mut Serials, kind: Kind, customer: Customer, date: Date, amount: i64) -> usize {
        let due = match kind {
            Kind::Invoice | Kind::DebitMemo => Some(date.plus_days(customer.terms.days)),
            Kind::CreditMemo => Some(date),
            Kind::Receipt | Kind::WriteOff => None,
        };
        self.docs.push(Doc {
            id: serials.next(kind),
            customer,
            date,
            due,
            amount,
            open: amount,
            functional: amount,
            functional_open: amount,
            rate: 0,
            tax: 0,
            discount: 0,
            original: None,
            cleared: None,
            freight: 0,
            order: 0,
            anonymous: false,
        });
        self.docs.len() - 1
    }

    /// Settles a debit with a credit. `amount` is taken from the credit, `discount` is granted on top.
    pub fn apply(&mut self, application: Application) {
        let Application { from, to, date, amount, discount } = application;
        let functional = self.functional_part(to, amount + discount);
        let debit = &mut self.docs[to];
        debit.open -= amount + discount;
        debit.functional_open -= functional;
        debit.cleared = (debit.open == 0).then_some(date);
        let credit = &mut self.docs[from];
        credit.open += amount;
        credit.functional_open += functional - discount;
        credit.discount += discount;
        credit.cleared = (credit.open == 0).then_some(date);
        self.applications.push(application);
    }

    /// What a part of an open document is worth in dollars; the whole rest is worth the whole rest.
    pub fn functional_part(&self, to: usize, amount: i64) -> i64 {
        let doc = &self.docs[to];
        if amount == doc.open { doc.functional_open } else { in_dollars(amount, doc.rate) }
    }
}

/// Dollars of an amount at a rate, rounded half away from zero; a rate of 0 means dollars already.
pub fn in_dollars(amount: i64, rate: i64) -> i64 {
    if rate == 0 {
        return amount;
    }
    let product = i128::from(amount) * i128::from(rate);
    let rounded = (product.abs() + 5_000) / 10_000;
    (rounded * product.signum()) as i64
}

/// An invoice amount in cents: many small ones, few large ones, none below 80.00.
pub fn draw_amount(random: &mut Random) -> i64 {
    let power = 13 + random.below(5) + random.below(5) + random.below(4);
    (1 << power) + random.below(1 << power) as i64
}

/// The tax within a gross amount at 8.25 percent on top of net.
pub fn tax_within(gross: i64) -> i64 {
    gross - gross * 10_000 / 10_825
}

/// The ordinary stories.
pub struct Teller<'a> {
    /// The frame.
    pub world: &'a World,
    /// Where chance comes from.
    pub random: &'a mut Random,
    /// The numbers given so far.
    pub serials: &'a mut Serials,
}

impl Teller<'_> {
    /// Tells one story of at most `most` invoices that starts about a day. `foreign` makes it one in euros.
    /// Returns how many invoices it holds.
    pub fn ordinary(&mut self, episode: &mut Episode, about: Date, most: u64, foreign: bool) -> u64 {
        episode.clear();
        let customer = match foreign {
            true => self.world.customer(self.world.entities.min(2) - 1, 0),
            false => self.world.draw_customer(self.random),
        };
        let wanted = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4][self.random.below(10) as usize];
        let invoices = wanted.min(most);
        for _ in 0..invoices {
            self.invoice(episode, customer, about, foreign);
        }
        if !foreign {
            self.memos(episode);
        }
        self.settle(episode, foreign);
        invoices
    }

    fn day(&self, date: Date) -> Date {
        self.world.workday(date, self.world.start, self.world.period_end)
    }

    fn invoice(&mut self, episode: &mut Episode, customer: Customer, about: Date, foreign: bool) {
        let after = self.random.below(6) as i32;
        let date = self.day(about.plus_days(after));
        let amount = draw_amount(self.random);
        let at = episode.add(self.serials, Kind::Invoice, customer, date, amount);
        let doc = &mut episode.docs[at];
        if foreign {
            doc.rate = euro_rate(about);
            doc.functional = in_dollars(amount, doc.rate);
            doc.functional_open = doc.functional;
        } else if self.random.percent(45) {
            doc.tax = tax_within(amount);
        }
    }

    /// Now and then a credit or a further charge on the first invoice.
    fn memos(&mut self, episode: &mut Episode) {
        let invoice = episode.docs[0];
        if self.random.percent(6) {
            let after = self.random.between(4, 20) as i32;
            let date = self.day(invoice.date.plus_days(after));
            let amount = -invoice.amount * self.random.between(10, 60) / 100;
            let at = episode.add(self.serials, Kind::CreditMemo, invoice.customer, date, amount);
            episode.docs[at].original = Some(invoice.id);
            if invoice.tax != 0 {
                episode.docs[at].tax = -tax_within(-amount);
            }
            if self.random.percent(80) {
                episode.apply(Application { from: at, to: 0, date, amount: -amount, discount: 0 });
            }
        }
        if self.random.percent(2) {
            let date = self.day(invoice.date.plus_days(3));
            let amount = self.random.between(1_500, 15_000);
            let at = episode.add(self.serials, Kind::DebitMemo, invoice.customer, date, amount);
            episode.docs[at].original = Some(invoice.id);
        }
    }

    /// The customer pays, early, late, in part, too much or not at all.
    fn settle(&mut self, episode: &mut Episode, foreign: bool) {
        let latest = episode.docs.iter().map(|doc| doc.date).max().unwrap_or(self.world.start);
        let terms = episode.docs[0].customer.terms;
        let early = terms.discount && !foreign && self.random.percent(60);
        let delay = match self.random.below(100) {
            _ if early => 9,
            0..70 => terms.days + self.random.between(-8, 8) as i32,
            70..94 => terms.days + self.random.between(9, 75) as i32,
            _ => return self.give_up(episode, latest, foreign),
        };
        let paid = latest.plus_days(delay);
        let paid = self.world.workday(paid, latest, paid);
        if paid > self.world.period_end {
            return;
        }
        match self.random.below(100) {
            _ if foreign => self.pay(episode, paid, 100, 0, false),
            0..84 => self.pay(episode, paid, 100, 0, early),
            84..88 => self.pay(episode, paid, 60, 0, false),
            88..92 => {
                let more = self.random.between(5_000, 90_000);
                self.pay(episode, paid, 100, more, false);
            }
            // Nobody leaves money on account for long.
            92..96 if paid.plus_days(45) > self.world.period_end => self.on_account(episode, paid),
            _ => {
                self.pay(episode, paid, 40, 0, false);
                let second = self.day(paid.plus_days(14)).max(paid);
                self.pay(episode, second, 100, 0, false);
            }
        }
    }

    /// One receipt over every open debit; of the last one only a part where `part` is below 100.
    fn pay(&mut self, episode: &mut Episode, date: Date, part: i64, on_top: i64, early: bool) {
        let open = |doc: &Doc| doc.open > 0 && matches!(doc.id.kind, Kind::Invoice | Kind::DebitMemo);
        let Some(last) = episode.docs.iter().rposition(open) else { return };
        let debits = last + 1;
        let receipt = episode.add(self.serials, Kind::Receipt, episode.docs[0].customer, date, 0);
        let (mut total, mut functional) = (on_top, on_top);
        for to in 0..debits {
            let doc = &episode.docs[to];
            if !open(doc) {
                continue;
            }
            let settled = if to == last { (doc.open * part / 100).max(1) } else { doc.open };
            let discount = if early && doc.id.kind == Kind::Invoice { settled * 2 / 100 } else { 0 };
            functional += episode.functional_part(to, settled) - discount;
            total += settled - discount;
            episode.apply(Application { from: receipt, to, date, amount: settled - discount, discount });
        }
        let rate = episode.docs[last].rate;
        let doc = &mut episode.docs[receipt];
        doc.rate = rate;
        doc.amount = -total;
        doc.functional = -functional;
        doc.open = -on_top;
        doc.functional_open = -on_top;
        doc.cleared = (on_top == 0).then_some(date);
    }

    /// Money came, but nobody knows what for yet.
    fn on_account(&mut self, episode: &mut Episode, date: Date) {
        let amount: i64 = episode.docs.iter().map(|doc| doc.open.max(0)).sum();
        if amount > 0 {
            episode.add(self.serials, Kind::Receipt, episode.docs[0].customer, date, -amount);
        }
    }

    /// The customer never pays; very old balances are written off.
    fn give_up(&mut self, episode: &mut Episode, latest: Date, foreign: bool) {
        let date = latest.plus_days(180);
        if foreign || date > self.world.period_end || !self.random.percent(80) || episode.docs[0].open <= 0 {
            return;
        }
        let (customer, amount) = (episode.docs[0].customer, episode.docs[0].open);
        let date = self.day(date);
        let from = episode.add(self.serials, Kind::WriteOff, customer, date, -amount);
        episode.docs[from].original = Some(episode.docs[0].id);
        episode.apply(Application { from, to: 0, date, amount, discount: 0 });
    }
}
