//! Brings the stories to paper: each document to the register and to the ledger, each break where it belongs.

use super::books::{Books, Head};
use super::cash::slip::{Slip, embedded};
use super::cash::statement::BankLine;
use super::cash::{Deposit, Paid, Till, Verdict};
use super::csv_file::CsvFile;
use super::episode::{Application, Doc, Episode, Id, Kind, Serials, draw_amount, tax_within};
use super::plant::{Cause, altered};
use super::random::Random;
use super::register::Register;
use super::world::{
    BAD_DEBT, CAPITAL, CASH, CASH_CLEARING, CONTROL, COST_OF_GOODS, DISCOUNTS, OTHER_RECEIVABLES, PAYABLES,
    PAYROLL_LIABILITIES, REVENUE, SUNDRY, TAX, WAGES, World, entity_code,
};
use super::{Gl, Label, Options};
use crate::diag::{Problem, Result};
use crate::model::{Date, Period};
use std::collections::BTreeSet;
use std::path::Path;

/// How often a break is drawn anew before the demo gives up; a handful of draws is usual.
const DRAWS: u32 = 10_000;
/// How far after the period end the other side of a cut-off break lies at most.
const LATE_DAYS: i64 = 9;

/// Everything that is under way.
pub struct Scribe {
    /// The frame.
    pub world: World,
    /// Which ledger lines are written.
    pub detail: Gl,
    /// Where chance comes from.
    pub random: Random,
    /// The numbers given so far.
    pub serials: Serials,
    /// The subledger.
    pub register: Register,
    /// The ledger.
    pub books: Books,
    /// The cash desk and the bank.
    pub till: Till,
    /// The labels so far, in the order of planting.
    pub labels: Vec<Label>,
    /// Sizes that a break has already: no two breaks could be taken for each other's other side.
    used: BTreeSet<i64>,
}

impl Scribe {
    /// Opens every file that grows with the close.
    pub fn open(data: &Path, truth: &Path, world: World, options: &Options) -> Result<Scribe> {
        let detail = options.gl;
        let first = if detail == Gl::All { world.start } else { world.period_start };
        Ok(Scribe {
            world,
            detail,
            random: Random::new(options.seed),
            serials: Serials::default(),
            register: Register::open(data, truth, world)?,
            books: Books::open(data, world, detail)?,
            till: Till::open(data, truth, world, first, options.cash.is_some())?,
            labels: Vec::new(),
            used: BTreeSet::new(),
        })
    }

    /// Writes an episode in which nothing is wrong.
    pub fn clean(&mut self, episode: &Episode) -> Result<()> {
        let is_receipt = |at: &usize| self.till.is_active() && episode.docs[*at].id.kind == Kind::Receipt;
        let receipts: Vec<Paid> =
            (0..episode.docs.len()).filter(is_receipt).map(|at| Paid::ordinary(episode, at)).collect();
        self.story(episode, &receipts, true)
    }

    /// Writes an episode in which subledger and ledger agree, with what is known and true of its receipts. Its
    /// settlements are right, unless it is said otherwise.
    pub fn story(&mut self, episode: &Episode, receipts: &[Paid], rightly: bool) -> Result<()> {
        for (at, doc) in episode.docs.iter().enumerate() {
            let paid = receipts.iter().find(|paid| paid.at == at);
            let slip = paid.map(|paid| match paid.deposit == Deposit::Own && self.books.shows(doc.date) {
                true => paid.slip.clone(),
                false => paid.slip.clone().in_full(),
            });
            self.agreed(doc, slip.as_ref())?;
            let Some(paid) = paid else { continue };
            self.till.receive(doc, paid)?;
            for (debit, amount) in &paid.answers {
                self.register.answer(doc.id, episode.docs[*debit].id, *amount)?;
            }
        }
        self.register.settlements(episode, rightly)
    }

    fn agreed(&mut self, doc: &Doc, slip: Option<&Slip>) -> Result<()> {
        self.register.document(doc, doc.date, slip)?;
        self.post_over(doc, doc.customer.entity, doc.date, doc.functional, [CONTROL, CASH]).map(|_| ())
    }

    /// Posts the journal of a document that is broken: its cash never stands in an account that the bank has too.
    fn post(&mut self, doc: &Doc, entity: u32, date: Date, amount: i64, receivable: usize) -> Result<u64> {
        self.post_over(doc, entity, date, amount, [receivable, CASH_CLEARING])
    }

    /// Posts a document's journal and returns its number. `amount` is what the receivable line shows, before the
    /// discount; it differs from the document's own only where a break is planted.
    fn post_over(
        &mut self,
        doc: &Doc,
        entity: u32,
        date: Date,
        amount: i64,
        [receivable, cash]: [usize; 2],
    ) -> Result<u64> {
        let journal = self.books.next_journal();
        let (other, description) = match doc.id.kind {
            Kind::Invoice => (REVENUE, "Sales invoice"),
            Kind::DebitMemo => (REVENUE, "Debit memo"),
            Kind::CreditMemo => (REVENUE, "Credit memo"),
            Kind::Receipt => (cash, "Customer receipt"),
            Kind::WriteOff => (BAD_DEBT, "Write-off"),
        };
        let tax = match () {
            _ if amount == -doc.functional => -doc.tax,
            _ if amount.abs() < doc.tax.abs() => 0,
            _ => doc.tax,
        };
        let head = Head {
            entity,
            journal,
            date,
            document: Some(doc.id),
            customer: (!doc.anonymous).then_some(doc.customer.number),
            source: "AR",
            description,
            created_by: "ar interface",
        };
        let lines = [
            (receivable, amount),
            (receivable, -doc.discount),
            (other, tax - amount),
            (TAX, -tax),
            (DISCOUNTS, doc.discount),
        ];
        self.books.post(&head, &lines)?;
        Ok(journal)
    }

    /// Plants one break, dated by itself. Returns how many invoices it used.
    pub fn plant(&mut self, cause: Cause, about: Date) -> Result<u64> {
        let date = self.break_date(cause, about);
        if cause == Cause::V03 {
            return self.manual_journal(date).map(|()| 0);
        }
        let mut episode = Episode::default();
        for _ in 0..DRAWS {
            let before = self.serials;
            let subject = self.break_story(&mut episode, cause, date);
            let doc = episode.docs[subject];
            let gl = match cause {
                Cause::V12 | Cause::V13 | Cause::V14 | Cause::V15 | Cause::V21 | Cause::V28 => {
                    altered(cause, doc.amount, doc.tax, &mut self.random)
                }
                _ => Some(doc.amount),
            };
            // A cent of rounding is a size that many breaks share; every other size is used once.
            let fresh = |size: i64| size == 0 || cause == Cause::V21 || !self.used.contains(&size);
            if let Some(gl) = gl.filter(|gl| fresh((gl - doc.amount).abs()) && fresh(doc.amount.abs())) {
                self.used.extend([(gl - doc.amount).abs(), doc.amount.abs()]);
                self.broken(&episode, subject, cause, gl)?;
                return Ok(1);
            }
            self.serials = before;
        }
        Err(Problem::internal(format!("no clean amount was found for a break of {}", cause.code())))
    }

    /// Where a break lies in time: in the period if the ledger detail covers no more than that.
    fn break_date(&mut self, cause: Cause, about: Date) -> Date {
        let (first, last) = (self.world.period_start, self.world.period_end);
        let date = match (cause, self.detail) {
            (Cause::V08, _) => last.plus_days(-self.random.between(0, LATE_DAYS) as i32),
            (_, Gl::Period) => first.plus_days(self.random.below(28) as i32),
            _ => about,
        };
        self.world.workday(date, date.period().start(), date.period().end().min(last))
    }

    /// An episode of its own for a break. Returns the position of the document that is broken.
    fn break_story(&mut self, episode: &mut Episode, cause: Cause, date: Date) -> usize {
        episode.clear();
        let customer = self.world.draw_customer(&mut self.random);
        let mut amount = draw_amount(&mut self.random);
        if cause == Cause::V13 && self.random.percent(50) {
            amount -= amount % 10;
        }
        let earlier = date.plus_days(-(self.random.between(12, 40) as i32));
        let kind = match cause {
            // A deleted invoice, one that stands twice, and one that is not yet in the period must be open.
            Cause::V09 | Cause::V11 | Cause::V17 => Kind::Invoice,
            _ if earlier < self.world.start => Kind::Invoice,
            _ => [Kind::Invoice, Kind::Invoice, Kind::Receipt, Kind::CreditMemo][self.random.below(4) as usize],
        };
        if kind == Kind::Invoice {
            let at = episode.add(&mut self.serials, Kind::Invoice, customer, date, amount);
            if self.random.percent(40) {
                episode.docs[at].tax = tax_within(amount);
            }
            return at;
        }
        let earlier = self.world.workday(earlier, self.world.start, date);
        let invoice = episode.add(&mut self.serials, Kind::Invoice, customer, earlier, amount);
        let credit = if kind == Kind::Receipt { amount } else { amount * self.random.between(20, 70) / 100 };
        let at = episode.add(&mut self.serials, kind, customer, date, -credit);
        if kind == Kind::Receipt && cause != Cause::V08 {
            episode.apply(Application { from: at, to: invoice, date, amount, discount: 0 });
        } else if kind == Kind::CreditMemo {
            episode.docs[at].original = Some(episode.docs[invoice].id);
        }
        at
    }

    /// Writes an episode with its break. `gl` is what the ledger shows for the broken document.
    fn broken(&mut self, episode: &Episode, subject: usize, cause: Cause, gl: i64) -> Result<()> {
        let doc = episode.docs[subject];
        for other in episode.docs.iter().filter(|other| other.id != doc.id) {
            self.agreed(other, None)?;
        }
        self.register.settlements(episode, true)?;
        let (entity, date) = (doc.customer.entity, doc.date);
        let late = self.world.period_end.plus_days(self.random.between(2, LATE_DAYS) as i32);
        let late = self.world.workday(late, self.world.period_end.plus_days(1), late);
        let ledger_late = self.random.percent(50);
        let slip = self.broken_slip(episode, &doc);
        match cause {
            Cause::V09 => {}
            Cause::V08 if !ledger_late => {
                let due = doc.due.map(|due| due.plus_days(late.days() - date.days()));
                self.register.document(&Doc { date: late, due, ..doc }, late, slip.as_ref())?;
            }
            _ => self.register.document(&doc, date, slip.as_ref())?,
        }
        if cause == Cause::V11 {
            self.register.document(&doc, date, slip.as_ref())?;
        }
        if slip.is_some() && cause == Cause::V08 && ledger_late {
            // In the period, and open beside the invoice that it names.
            self.till.label(doc.id, Verdict::of("C00"))?;
            self.register.answer(doc.id, episode.docs[0].id, -doc.amount)?;
        }
        let (effect, journal) = match cause {
            Cause::V07 => (-doc.amount, None),
            Cause::V08 if ledger_late => (-doc.amount, Some(self.post(&doc, entity, late, gl, CONTROL)?)),
            Cause::V08 | Cause::V09 => (gl, Some(self.post(&doc, entity, date, gl, CONTROL)?)),
            Cause::V11 => (-doc.amount, Some(self.post(&doc, entity, date, gl, CONTROL)?)),
            Cause::V10 => {
                self.post(&doc, entity, date, gl, CONTROL)?;
                let again = date.plus_days(self.random.between(0, 3) as i32).min(self.world.period_end);
                (gl, Some(self.post(&doc, entity, again, gl, CONTROL)?))
            }
            Cause::V16 => (-doc.amount, Some(self.post(&doc, entity, date, gl, OTHER_RECEIVABLES)?)),
            Cause::V17 => return self.wrong_entity(&doc),
            _ => (gl - doc.amount, Some(self.post(&doc, entity, date, gl, CONTROL)?)),
        };
        self.labels.push(Label { entity, cause, document: Some(doc.id), journal, amount: effect });
        Ok(())
    }

    /// What came with a broken receipt; it names the one invoice of its story.
    fn broken_slip(&self, episode: &Episode, doc: &Doc) -> Option<Slip> {
        let wanted = self.till.is_active() && doc.id.kind == Kind::Receipt;
        let text = || embedded(&[episode.docs[0].id], doc.id.serial);
        wanted.then(|| Slip::new(&doc.customer, doc.id, doc.date, text()).in_full())
    }

    /// The whole journal stands in a sister's books.
    fn wrong_entity(&mut self, doc: &Doc) -> Result<()> {
        let own = doc.customer.entity;
        let step = 1 + self.random.below(u64::from(self.world.entities) - 1) as u32;
        let sister = (own + step) % self.world.entities;
        let journal = Some(self.post(doc, sister, doc.date, doc.amount, CONTROL)?);
        for (entity, amount) in [(own, -doc.amount), (sister, doc.amount)] {
            self.labels.push(Label { entity, cause: Cause::V17, document: Some(doc.id), journal, amount });
        }
        Ok(())
    }

    fn manual_journal(&mut self, date: Date) -> Result<()> {
        let mut amount = draw_amount(&mut self.random);
        while !self.used.insert(amount) {
            amount += 7;
        }
        let amount = if self.random.percent(50) { amount } else { -amount };
        let entity = self.random.below(u64::from(self.world.entities)) as u32;
        let journal = self.books.next_journal();
        let head = Head {
            source: "MANUAL",
            description: "Adjustment by hand",
            created_by: "m.keller",
            ..plain(entity, journal, date)
        };
        self.books.post(&head, &[(CONTROL, amount), (SUNDRY, -amount)])?;
        self.labels.push(Label { entity, cause: Cause::V03, document: None, journal: Some(journal), amount });
        Ok(())
    }

    /// What else a ledger holds: capital at the start, purchases and wages each month. None of it touches AR.
    pub fn month(&mut self, month: Period) -> Result<()> {
        for entity in 0..self.world.entities {
            if month.start() == self.world.start {
                let capital = self.random.between(50_000_000, 90_000_000);
                self.side_journal(entity, month.start(), "MANUAL", "Capital paid in", [CASH, CAPITAL], capital)?;
            }
            let purchase = self.random.between(400_000, 9_000_000);
            let payment = self.random.between(200_000, purchase);
            let wages = self.random.between(2_000_000, 6_000_000);
            let (tenth, end) = (month.start().plus_days(9), month.end());
            self.side_journal(entity, tenth, "AP", "Vendor invoices", [COST_OF_GOODS, PAYABLES], purchase)?;
            self.side_journal(entity, tenth.plus_days(10), "AP", "Vendor payments", [PAYABLES, CASH], payment)?;
            self.side_journal(entity, end, "PAYROLL", "Monthly payroll", [WAGES, PAYROLL_LIABILITIES], wages)?;
        }
        Ok(())
    }

    fn side_journal(
        &mut self,
        entity: u32,
        date: Date,
        source: &str,
        description: &str,
        [debit, credit]: [usize; 2],
        amount: i64,
    ) -> Result<()> {
        let journal = self.books.next_journal();
        let head = Head { source, description, created_by: "gl interface", ..plain(entity, journal, date) };
        self.books.post(&head, &[(debit, amount), (credit, -amount)])?;
        if debit != CASH && credit != CASH {
            return Ok(());
        }
        self.till.book(&BankLine {
            entity,
            date: self.till.bank_date(date, 0),
            amount: if debit == CASH { amount } else { -amount },
            type_code: "ACH",
            description: &description.to_uppercase(),
            reference: "",
            counterparty_name: "",
            counterparty_account: "",
        })?;
        Ok(())
    }

    /// Writes the labels and proves them: in every entity they add up to the variance, and the books balance.
    pub fn prove(&mut self, truth: &Path) -> Result<()> {
        let headings = ["kind", "entity", "cause", "document_id", "journal_id", "amount"];
        let mut file = CsvFile::create(truth, "breaks.csv", &headings)?;
        for label in &self.labels {
            file.text("gl");
            file.text(&entity_code(label.entity));
            file.text(label.cause.code());
            file.text(&label.document.map(Id::text).unwrap_or_default());
            match label.journal {
                Some(journal) => file.numbered("J", journal, 7),
                None => file.blank(),
            }
            file.cents(label.amount);
            file.end()?;
        }
        self.till.write_labels(&mut file)?;
        file.close()?;
        for entity in 0..self.world.entities {
            let (balances, sums) = (self.books.balances(entity), self.register.sums(entity));
            let labels = self.labels.iter().filter(|label| label.entity == entity);
            let explained: i128 = labels.map(|label| i128::from(label.amount)).sum();
            let holds = balances.iter().map(|balance| balance.ending()).sum::<i128>() == 0
                && sums.open == sums.postings
                && balances[CONTROL].ending() - sums.open == explained
                && (!self.till.is_active()
                    || balances[CASH].ending() - self.till.statement.closing(entity) == self.till.explained(entity));
            if !holds {
                let code = entity_code(entity);
                return Err(Problem::internal(format!("the demo's books of {code} do not add up")));
            }
        }
        Ok(())
    }
}

/// A journal without a document.
fn plain<'a>(entity: u32, journal: u64, date: Date) -> Head<'a> {
    Head { entity, journal, date, document: None, customer: None, source: "", description: "", created_by: "" }
}

/// Posts a payment to a vendor and returns its journal.
pub fn vendor_payment(books: &mut Books, entity: u32, date: Date, description: &str, amount: i64) -> Result<u64> {
    let journal = books.next_journal();
    let head = Head { source: "AP", description, created_by: "gl interface", ..plain(entity, journal, date) };
    books.post(&head, &[(PAYABLES, amount), (CASH, -amount)])?;
    Ok(journal)
}
