//! The differences between books and bank, B01 to B11, and the deposits that are several receipts at once.

use super::planter::Planter;
use super::statement::BankLine;
use super::{BankLabel, Deposit, Paid, amount_text};
use crate::demo::episode::{Doc, Episode};
use crate::demo::plant::{Cause, altered, by_amount};
use crate::demo::scribe::vendor_payment;
use crate::demo::world::Customer;
use crate::diag::Result;
use crate::model::Date;

/// A payment to a vendor, in books and bank.
struct Payment {
    entity: u32,
    date: Date,
    amount: i64,
    name: String,
}

impl Planter<'_> {
    /// One round: a difference of each kind, and deposits without one.
    pub fn bank(&mut self, round: u64) -> Result<()> {
        self.batch(true)?;
        self.batch(false)?;
        self.in_transit()?;
        self.returned()?;
        self.credited_wrongly()?;
        self.credited_twice()?;
        self.bank_alone("B03", "FEE", "ACCOUNT ANALYSIS FEE", -1)?;
        self.bank_alone("B04", "INT", "INTEREST CREDIT", 1)?;
        self.payments(round)
    }

    fn label(&mut self, entity: u32, cause: &'static str, document: String, journal: Option<u64>, amount: i64) {
        self.scribe.till.labels.push(BankLabel { entity, cause, document, journal, amount });
    }

    /// A story of one invoice that a receipt settles.
    fn one_settled(&mut self, customer: Customer, date: Date) -> (Episode, Paid) {
        let mut story = Episode::default();
        let amount = self.amount();
        let invoiced = self.before(date, 10, 40);
        let invoice = self.invoice(&mut story, customer, invoiced, amount);
        let paid = self.settled(&mut story, invoice, date);
        (story, paid)
    }

    /// Several receipts in one deposit: checks on one slip, or the cards of a day less the fee of the acquirer.
    fn batch(&mut self, cards: bool) -> Result<()> {
        let (date, number) = (self.day(), self.next());
        let reference = if cards { format!("STL{number:07}") } else { format!("DEP{number:07}") };
        let entity = self.customer().entity;
        let mut gross = 0;
        for _ in 0..4 {
            let customer = self.customer_of(entity);
            let (story, mut paid) = self.one_settled(customer, date);
            gross += story.docs[0].amount;
            paid.slip.reference.clone_from(&reference);
            paid.slip.method = if cards { "card" } else { "check" };
            paid.deposit = Deposit::Elsewhere;
            self.write(&story, &[paid])?;
        }
        let fee = if cards { gross * 21 / 1_000 } else { 0 };
        let description = match cards {
            true => format!("CARD SETTLEMENT {reference} GROSS {} FEE {}", amount_text(gross), amount_text(fee)),
            false => format!("DEPOSIT {reference} 4 ITEMS"),
        };
        let line = self.bank_line(&BankLine {
            entity,
            date: self.scribe.till.bank_date(date, 1),
            amount: gross - fee,
            type_code: if cards { "CARD" } else { "DEP" },
            description: &description,
            reference: &reference,
            counterparty_name: "",
            counterparty_account: "",
        })?;
        if cards {
            self.label(entity, "B03", line, None, fee);
        }
        Ok(())
    }

    /// Banked on the last days: the statement of the next month has it.
    fn in_transit(&mut self) -> Result<()> {
        let last = self.scribe.world.period_end;
        let earlier = self.random.below(2) as i32;
        let date = self.workday(last.plus_days(-earlier));
        let payer = self.customer();
        let (story, paid) = self.one_settled(payer, date);
        let Doc { id, customer, amount, .. } = story.docs[paid.at];
        self.write(&story, &[Paid { deposit: Deposit::Elsewhere, ..paid }])?;
        self.label(customer.entity, "B01", id.text(), None, -amount);
        Ok(())
    }

    /// The bank takes a deposit back.
    fn returned(&mut self) -> Result<()> {
        let date = self.before(self.scribe.world.period_end, 5, 9);
        let payer = self.customer();
        let (story, paid) = self.one_settled(payer, date);
        let Doc { customer, amount, .. } = story.docs[paid.at];
        self.write(&story, std::slice::from_ref(&paid))?;
        let description = format!("RETURNED ITEM NSF {}", paid.slip.reference);
        let line = self.bank_line(&BankLine {
            entity: customer.entity,
            date: self.scribe.till.bank_date(date, 4),
            amount,
            type_code: "RTN",
            description: &description,
            reference: &paid.slip.reference,
            counterparty_name: &paid.slip.payer_name,
            counterparty_account: &paid.slip.payer_account,
        })?;
        self.label(customer.entity, "B05", line, None, -amount);
        Ok(())
    }

    /// The bank credits other digits than receipt, books and remittance advice have.
    fn credited_wrongly(&mut self) -> Result<()> {
        let date = self.day();
        let (story, paid, wrong) = loop {
            let payer = self.customer();
            let (story, paid) = self.one_settled(payer, date);
            let amount = story.docs[0].amount;
            match altered(Cause::V14, amount, 0, &mut self.random) {
                Some(wrong) => break (story, paid, wrong),
                None => self.write(&story, &[paid])?,
            }
        };
        let Doc { customer, amount, id, .. } = story.docs[paid.at];
        let slip = paid.slip.with_advice([(&story.docs[0], -amount)]);
        let paid = Paid { slip: slip.clone(), deposit: Deposit::Elsewhere, ..Paid::settled(paid.at, slip) };
        self.write(&story, std::slice::from_ref(&paid))?;
        self.scribe.till.deposit(&story.docs[paid.at], &paid.slip, wrong)?;
        self.label(customer.entity, "B06", id.text(), None, -amount - wrong);
        Ok(())
    }

    /// The bank credits one deposit twice.
    fn credited_twice(&mut self) -> Result<()> {
        let date = self.day();
        let payer = self.customer();
        let (story, paid) = self.one_settled(payer, date);
        let doc = story.docs[paid.at];
        self.write(&story, std::slice::from_ref(&paid))?;
        let line = self.scribe.till.deposit(&doc, &paid.slip, -doc.amount)?;
        self.label(doc.customer.entity, "B08", line, None, doc.amount);
        Ok(())
    }

    /// A fee or interest that nobody has booked yet.
    fn bank_alone(&mut self, cause: &'static str, type_code: &str, text: &str, sign: i64) -> Result<()> {
        let entity = self.customer().entity;
        let amount = sign * self.random.between(1_201, 19_999);
        let line = self.bank_line(&BankLine {
            entity,
            date: self.scribe.world.period_end,
            amount,
            type_code,
            description: text,
            reference: "",
            counterparty_name: "",
            counterparty_account: "",
        })?;
        self.label(entity, cause, line, None, -amount);
        Ok(())
    }

    /// Payments to vendors: one that agrees, and one of each kind that does not.
    fn payments(&mut self, round: u64) -> Result<()> {
        let agreed = self.payment();
        self.booked(&agreed, agreed.amount, agreed.date)?;
        self.paid(&agreed, agreed.amount)?;

        let outstanding = self.payment();
        let last = self.workday(self.scribe.world.period_end);
        let journal = self.booked(&outstanding, outstanding.amount, last)?;
        self.label(outstanding.entity, "B02", String::new(), Some(journal), -outstanding.amount);

        let (mistyped, wrong) = loop {
            let payment = self.payment();
            if let Some(wrong) = altered(Cause::V14, payment.amount, 0, &mut self.random) {
                break (payment, wrong);
            }
        };
        let journal = self.booked(&mistyped, wrong, mistyped.date)?;
        self.paid(&mistyped, mistyped.amount)?;
        self.label(mistyped.entity, "B07", String::new(), Some(journal), mistyped.amount - wrong);

        let doubled = self.payment();
        self.booked(&doubled, doubled.amount, doubled.date)?;
        let journal = self.booked(&doubled, doubled.amount, doubled.date)?;
        self.paid(&doubled, doubled.amount)?;
        self.label(doubled.entity, "B09", String::new(), Some(journal), -doubled.amount);

        let (different, other) = loop {
            let payment = self.payment();
            let sign = if round.is_multiple_of(2) { 1 } else { -1 };
            let other = payment.amount + self.random.between(1_013, 4_999) * sign;
            if by_amount(other, payment.amount, 0) == Cause::V28 {
                break (payment, other);
            }
        };
        let journal = self.booked(&different, different.amount, different.date)?;
        self.paid(&different, other)?;
        self.label(different.entity, "B10", String::new(), Some(journal), other - different.amount);

        let late = self.payment();
        let line = self.paid(&late, late.amount)?;
        self.booked(&late, late.amount, self.scribe.world.period_end.plus_days(3))?;
        self.label(late.entity, "B11", line, None, late.amount);
        Ok(())
    }

    fn payment(&mut self) -> Payment {
        let (entity, date, amount) = (self.customer().entity, self.day(), self.amount());
        Payment { entity, date, amount, name: format!("PAY{:07}", self.next()) }
    }

    fn booked(&mut self, payment: &Payment, amount: i64, date: Date) -> Result<u64> {
        let description = format!("Vendor payment {}", payment.name);
        vendor_payment(&mut self.scribe.books, payment.entity, date, &description, amount)
    }

    fn paid(&mut self, payment: &Payment, amount: i64) -> Result<String> {
        let description = format!("VENDOR PAYMENT {}", payment.name);
        self.bank_line(&BankLine {
            entity: payment.entity,
            date: payment.date,
            amount: -amount,
            type_code: "ACH",
            description: &description,
            reference: &payment.name,
            counterparty_name: "",
            counterparty_account: "",
        })
    }
}
