//! Plants the cash cases one after the other, and what all of them share.

use super::slip::{Advice, Slip, embedded};
use super::statement::BankLine;
use super::{Paid, Verdict};
use crate::demo::episode::{Application, Doc, Episode, Id, Kind, draw_amount};
use crate::demo::random::Random;
use crate::demo::scribe::Scribe;
use crate::demo::world::{Customer, Terms};
use crate::diag::Result;
use crate::model::Date;

/// Keeps the chance of the cash cases apart from that of the subledger: a seed gives the same books with and
/// without them.
const COURSE: u64 = 0xCA54_0000_0000_0000;
/// Invoices that a case has at the most: a bound on the numbers that are still to come.
const INVOICES_A_CASE: u64 = 6;
/// How many kinds of cases there are, roughly: for the same bound.
const KINDS: u64 = 80;

/// Terms without a discount.
const NET: Terms = Terms { name: "NET30", days: 30, discount: false };

/// The cases under way.
pub struct Planter<'a> {
    /// Where they are written.
    pub scribe: &'a mut Scribe,
    /// Where chance comes from.
    pub random: Random,
    /// A number that no invoice of this demo has or will have, nor any above it.
    pub beyond: u64,
    /// How many references of the bank side were given.
    pub given: u64,
}

/// Plants a number of cases of each kind.
pub fn plant(scribe: &mut Scribe, number: u64, seed: u64) -> Result<()> {
    let beyond = scribe.serials.invoices() + (number + 1) * INVOICES_A_CASE * KINDS;
    let mut planter = Planter { scribe, random: Random::new(seed ^ COURSE), beyond, given: 0 };
    for round in 0..number {
        planter.receipts(round)?;
        planter.deductions(round)?;
        planter.bank(round)?;
    }
    Ok(())
}

impl Planter<'_> {
    /// A working day of the period; a late one where the history has no earlier month for the invoice.
    pub fn day(&mut self) -> Date {
        let world = self.scribe.world;
        let first = if world.start < world.period_start { 4 } else { 22 };
        let date = world.period_start.plus_days(self.random.between(first, 28) as i32);
        self.workday(date)
    }

    /// A working day of the last week of the period.
    pub fn late_day(&mut self) -> Date {
        let date = self.scribe.world.period_start.plus_days(self.random.between(22, 28) as i32);
        self.workday(date)
    }

    /// The nearest working day of the history.
    pub fn workday(&self, date: Date) -> Date {
        self.scribe.world.workday(date, self.scribe.world.start, self.scribe.world.period_end)
    }

    /// A working day some days before another.
    pub fn before(&mut self, date: Date, least: i64, most: i64) -> Date {
        let earlier = date.plus_days(-(self.random.between(least, most) as i32));
        self.workday(earlier).min(date)
    }

    /// An amount that is neither round nor a usual fee.
    pub fn amount(&mut self) -> i64 {
        let amount = draw_amount(&mut self.random);
        if amount % 100 == 0 { amount + 37 } else { amount }
    }

    /// Any customer, without a cash discount.
    pub fn customer(&mut self) -> Customer {
        let customer = self.scribe.world.draw_customer(&mut self.random);
        match customer.terms.discount {
            true => Customer { terms: NET, ..customer },
            false => customer,
        }
    }

    /// A customer of an entity, without a cash discount.
    pub fn customer_of(&mut self, entity: u32) -> Customer {
        let index = self.random.skewed(self.scribe.world.customers);
        Customer { terms: NET, ..self.scribe.world.customer(entity, index) }
    }

    /// Adds an invoice to a story.
    pub fn invoice(&mut self, story: &mut Episode, customer: Customer, date: Date, amount: i64) -> usize {
        story.add(&mut self.scribe.serials, Kind::Invoice, customer, date, amount)
    }

    /// Adds a receipt to a story; nothing is applied yet.
    pub fn receipt(&mut self, story: &mut Episode, customer: Customer, date: Date, amount: i64) -> usize {
        story.add(&mut self.scribe.serials, Kind::Receipt, customer, date, -amount)
    }

    /// Adds a receipt that settles an invoice in full. Returns it with a slip that names the invoice.
    pub fn settled(&mut self, story: &mut Episode, invoice: usize, date: Date) -> Paid {
        let Doc { customer, amount, .. } = story.docs[invoice];
        let at = self.receipt(story, customer, date, amount);
        story.apply(Application { from: at, to: invoice, date, amount, discount: 0 });
        Paid::settled(at, self.slip(story, at, &[invoice]))
    }

    /// A slip of a receipt's own customer that names debits.
    pub fn slip(&mut self, story: &Episode, at: usize, debits: &[usize]) -> Slip {
        let ids: Vec<Id> = debits.iter().map(|debit| story.docs[*debit].id).collect();
        let text = embedded(&ids, self.random.bits());
        self.slip_of(story, at, text)
    }

    /// A slip of a receipt's own customer with a text.
    pub fn slip_of(&self, story: &Episode, at: usize, text: impl Into<String>) -> Slip {
        let doc = &story.docs[at];
        Slip::new(&doc.customer, doc.id, doc.date, text.into())
    }

    /// One invoice and an open receipt of another amount that names it.
    pub fn short(&mut self, story: &mut Episode, invoice: usize, date: Date, verdict: Verdict, note: &str) -> Paid {
        let Doc { customer, amount, id, .. } = story.docs[invoice];
        let paid = amount - verdict.short;
        let at = self.receipt(story, customer, date, paid);
        let text = if note.is_empty() { embedded(&[id], self.random.bits()) } else { format!("{} {note}", id.text()) };
        Paid::open(at, self.slip_of(story, at, text), verdict, vec![(invoice, paid)])
    }

    /// The remittance advice of a deduction, with its X12 426 code.
    pub fn advise(&self, paid: &mut Paid, document: Id, amount: i64, short: i64, reason: &'static str) {
        paid.slip.advice.push(Advice { document: document.text(), amount, discount: short, reason });
    }

    /// Writes a story with its receipts.
    pub fn write(&mut self, story: &Episode, receipts: &[Paid]) -> Result<()> {
        self.scribe.story(story, receipts, true)
    }

    /// The next number for a payment, a deposit or a settlement.
    pub fn next(&mut self) -> u64 {
        self.given += 1;
        self.given
    }

    /// Books a line that only the bank knows of. Returns its number.
    pub fn bank_line(&mut self, line: &BankLine) -> Result<String> {
        self.scribe.till.book(line)
    }
}
