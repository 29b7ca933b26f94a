//! The receipts of each cause, C00 to C18 and C99: what the register, the statement and the remittances show of them.

use super::planter::Planter;
use super::slip::{ORDER_PREFIX, Slip, garbled, range};
use super::{Deposit, Paid, Verdict, amount_text};
use crate::demo::episode::{Application, Doc, Episode, Id, Kind};
use crate::demo::world::Customer;
use crate::diag::Result;
use crate::model::Date;

/// How many plain receipts there are to one of each harder kind.
const PLAIN: u64 = 3;
/// Who buys receivables or pays for others.
const FACTORS: [&str; 3] = ["GREYSTONE FACTORING LLC", "QUICKPAY MERCHANT SERVICES", "HARROW TRADE FINANCE"];
/// Payers that nobody knows.
const STRANGERS: [&str; 4] = ["KVB TREUHAND 77", "OMNIA HOLDCO LTD", "R SANTIAGO", "ESCROW SVC 0190"];
/// Money that has nothing to do with sales.
const NOT_SALES: [&str; 4] =
    ["TAX REFUND REF TX-20261", "VENDOR REFUND VB-88123", "INSURANCE CLAIM IC-5512", "INTEREST ON DEPOSIT ID-77"];

impl Planter<'_> {
    /// One round: a receipt or more of each cause.
    pub fn receipts(&mut self, round: u64) -> Result<()> {
        for plain in 0..PLAIN {
            self.plain(plain == 0)?;
        }
        self.unknown_payer()?;
        self.parent_pays()?;
        self.factor_pays()?;
        self.no_reference(round)?;
        for _ in 0..2 {
            self.garbled()?;
            self.aggregate(round)?;
        }
        if self.scribe.world.entities > 1 {
            self.other_entity()?;
        }
        self.instalments()?;
        self.paid_twice(false)?;
        self.paid_twice(true)?;
        self.prepayment(round)?;
        self.on_account()?;
        self.too_much()?;
        self.credit_netted()?;
        self.backlog()?;
        self.misapplied()?;
        self.not_sales(round)?;
        self.fee_netted(round)?;
        self.unresolved()
    }

    /// A story of one open invoice: its position, and the day of its payment.
    fn one_invoice(&mut self, story: &mut Episode) -> (usize, Date) {
        let (customer, date, amount) = (self.customer(), self.day(), self.amount());
        let invoiced = self.before(date, 10, 45);
        (self.invoice(story, customer, invoiced, amount), date)
    }

    fn plain(&mut self, advised: bool) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, .. } = story.docs[invoice];
        let at = self.receipt(&mut story, customer, date, amount);
        let mut slip = self.slip(&story, at, &[invoice]);
        if advised {
            slip = slip.with_advice([(&story.docs[invoice], amount)]);
        }
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C00"), vec![(invoice, amount)])])
    }

    fn unknown_payer(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (customer, date, amount) = (self.customer(), self.day(), self.amount());
        let at = self.receipt(&mut story, customer, date, amount);
        story.docs[at].anonymous = true;
        let name = STRANGERS[self.random.below(STRANGERS.len() as u64) as usize];
        let account = format!("99{:08}", self.random.below(100_000_000));
        let slip = self.slip_of(&story, at, "PAYMENT").paid_by(name, account);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C01"), Vec::new())])
    }

    /// A parent pays its child's invoice; the register has the receipt under the parent.
    fn parent_pays(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let world = self.scribe.world;
        let entity = self.random.below(u64::from(world.entities)) as u32;
        let (child, parent) = loop {
            let index = self.random.below(world.customers);
            if let Some(parent) = world.parent(index) {
                break (world.customer(entity, index), world.customer(entity, parent));
            }
        };
        let (date, amount) = (self.day(), self.amount());
        let invoiced = self.before(date, 15, 45);
        let invoice = self.invoice(&mut story, child, invoiced, amount);
        let at = self.receipt(&mut story, parent, date, amount);
        let slip = self.slip(&story, at, &[invoice]);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C02"), vec![(invoice, amount)])])
    }

    /// A factor that paid for this customer before pays again; the register does not know for whom.
    fn factor_pays(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let customer = self.customer();
        let name = FACTORS[self.random.below(FACTORS.len() as u64) as usize];
        let account = format!("88{:08}", customer.number);
        let date = self.day();
        let (earlier, invoiced) = (self.before(date, 8, 14), self.before(date, 16, 45));
        let (first, second) = (self.amount(), self.amount());
        let old = self.invoice(&mut story, customer, invoiced, first);
        let new = self.invoice(&mut story, customer, invoiced, second);
        let mut history = self.settled(&mut story, old, earlier);
        history.slip = history.slip.paid_by(name, account.clone());
        let at = self.receipt(&mut story, customer, date, second);
        story.docs[at].anonymous = true;
        let slip = self.slip(&story, at, &[new]).paid_by(name, account);
        self.write(&story, &[history, Paid::open(at, slip, Verdict::of("C02"), vec![(new, second)])])
    }

    /// Nothing says what is paid: by turns the amount of an open invoice, and another one.
    fn no_reference(&mut self, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, .. } = story.docs[invoice];
        let fits = round.is_multiple_of(2);
        let paid = if fits { amount } else { amount + self.random.between(1_111, 7_777) };
        let at = self.receipt(&mut story, customer, date, paid);
        let text = ["", "PAYMENT", "WIRE TRANSFER"][self.random.below(3) as usize];
        let slip = self.slip_of(&story, at, text);
        let answers = if fits { vec![(invoice, paid)] } else { Vec::new() };
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C03"), answers)])
    }

    fn garbled(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, id, .. } = story.docs[invoice];
        let at = self.receipt(&mut story, customer, date, amount);
        let text = garbled(id, self.beyond, self.random.bits());
        let slip = self.slip_of(&story, at, text);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C04"), vec![(invoice, amount)])])
    }

    /// The invoice that is named is a sister's.
    fn other_entity(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, .. } = story.docs[invoice];
        let entity = (customer.entity + 1) % self.scribe.world.entities;
        let at = self.receipt(&mut story, Customer { entity, ..customer }, date, amount);
        story.docs[at].anonymous = true;
        let slip = self.slip(&story, at, &[invoice]);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C05"), Vec::new())])
    }

    /// One payment for several invoices: listed, as a range, or in the remittance advice alone.
    fn aggregate(&mut self, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let (customer, date) = (self.customer(), self.day());
        let number = self.random.between(2, 5);
        for _ in 0..number {
            let (invoiced, amount) = (self.before(date, 10, 45), self.amount());
            self.invoice(&mut story, customer, invoiced, amount);
        }
        let answers: Vec<(usize, i64)> = story.docs.iter().map(|doc| doc.amount).enumerate().collect();
        let all: Vec<usize> = answers.iter().map(|(at, _)| *at).collect();
        let ids: Vec<Id> = story.docs.iter().map(|doc| doc.id).collect();
        let at = self.receipt(&mut story, customer, date, answers.iter().map(|(_, amount)| amount).sum());
        let lines = || answers.iter().map(|(at, amount)| (&story.docs[*at], *amount));
        let slip = match (round + self.random.below(3)) % 3 {
            0 => self.slip_of(&story, at, range(ids[0], ids[ids.len() - 1])),
            1 => self.slip_of(&story, at, "SEE REMITTANCE ADVICE").with_advice(lines()),
            _ => self.slip(&story, at, &all),
        };
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C06"), answers)])
    }

    fn instalments(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, id, .. } = story.docs[invoice];
        let first = amount * 3 / 10 + 13;
        let second = amount * 3 / 10 - 29;
        let mut receipts = Vec::new();
        for (number, part) in [first, second, amount - first - second].into_iter().enumerate() {
            let at = self.receipt(&mut story, customer, date, part);
            let slip = self.slip_of(&story, at, format!("{} PART {} OF 3", id.text(), number + 1));
            receipts.push(Paid::open(at, slip, Verdict::of("C07"), vec![(invoice, part)]));
        }
        self.write(&story, &receipts)
    }

    /// An invoice is paid a second time: by a payment of its own, or by the same one entered twice.
    fn paid_twice(&mut self, same_deposit: bool) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, date: invoiced, .. } = story.docs[invoice];
        let earlier = if same_deposit { date } else { self.before(date, 5, 9).max(invoiced) };
        let first = self.settled(&mut story, invoice, earlier);
        let at = self.receipt(&mut story, customer, date, amount);
        let slip = match same_deposit {
            true => first.slip.clone(),
            false => self.slip(&story, at, &[invoice]),
        };
        let second = Paid::open(at, slip, Verdict::of(if same_deposit { "C09" } else { "C08" }), Vec::new());
        if same_deposit {
            // The bank shows both on one day under one reference.
            let doc = story.docs[second.at];
            let second = Paid { deposit: Deposit::Elsewhere, ..second };
            self.write(&story, &[first, second.clone()])?;
            let first = story.docs[second.at - 1];
            return self.scribe.till.deposit(&Doc { id: first.id, ..doc }, &second.slip, amount).map(|_| ());
        }
        self.write(&story, &[first, second])
    }

    /// Money for an order: by turns with the invoice that follows, and without.
    fn prepayment(&mut self, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let (customer, amount) = (self.customer(), self.amount());
        let early = self.scribe.world.period_start.plus_days(self.random.between(5, 12) as i32);
        let (early, late) = (self.workday(early), self.late_day());
        let order = self.scribe.serials.invoices() + 10_000;
        let at = self.receipt(&mut story, customer, early, amount);
        let text = format!("PREPAYMENT ORDER {ORDER_PREFIX}{order:05}");
        let slip = self.slip_of(&story, at, text);
        let mut answers = Vec::new();
        if round.is_multiple_of(2) {
            let invoice = self.invoice(&mut story, customer, late, amount);
            story.docs[invoice].order = order;
            answers.push((invoice, amount));
        }
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C10"), answers)])
    }

    fn on_account(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let customer = story.docs[invoice].customer;
        let round_sum = self.random.between(1, 9) * 100_000;
        let at = self.receipt(&mut story, customer, date, round_sum);
        let slip = self.slip_of(&story, at, "PAYMENT ON ACCOUNT");
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C11"), Vec::new())])
    }

    fn too_much(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, .. } = story.docs[invoice];
        let more = self.random.between(1_013, 9_871);
        let at = self.receipt(&mut story, customer, date, amount + more);
        let slip = self.slip(&story, at, &[invoice]);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C12"), vec![(invoice, amount)])])
    }

    /// The customer keeps back what an open credit memo gives him.
    fn credit_netted(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, id, date: invoiced, .. } = story.docs[invoice];
        let credit = amount * self.random.between(11, 40) / 100 + 7;
        let credited = self.before(date, 3, 8).max(invoiced);
        let memo = story.add(&mut self.scribe.serials, Kind::CreditMemo, customer, credited, -credit);
        story.docs[memo].original = Some(id);
        let memo_id = story.docs[memo].id;
        let at = self.receipt(&mut story, customer, date, amount - credit);
        let mut slip = self.slip_of(&story, at, format!("{} LESS {}", id.text(), memo_id.text()));
        if self.random.percent(50) {
            slip = slip.with_advice([(&story.docs[invoice], amount), (&story.docs[memo], -credit)]);
        }
        let verdict = Verdict::of("C14");
        self.write(&story, &[Paid::open(at, slip, verdict, vec![(invoice, amount - credit)])])
    }

    /// Received in the period, applied after it.
    fn backlog(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, .. } = story.docs[invoice];
        let at = self.receipt(&mut story, customer, date, amount);
        let slip = self.slip(&story, at, &[invoice]);
        let later = self.scribe.world.period_end.plus_days(2 + self.random.below(3) as i32);
        story.apply(Application { from: at, to: invoice, date: later, amount, discount: 0 });
        self.write(&story, &[Paid { verdict: Some(Verdict::of("C15")), ..Paid::settled(at, slip) }])
    }

    /// A receipt that names one customer's invoice was applied to another's.
    fn misapplied(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (named, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, date: invoiced, .. } = story.docs[named];
        let other = loop {
            let other = self.customer();
            if other.entity == customer.entity && other.number != customer.number {
                break other;
            }
        };
        let wrong = self.invoice(&mut story, other, invoiced, amount);
        let at = self.receipt(&mut story, other, date, amount);
        let slip = Slip { payer_name: String::new(), payer_account: String::new(), ..self.slip(&story, at, &[named]) };
        story.apply(Application { from: at, to: wrong, date, amount, discount: 0 });
        let paid = Paid::open(at, slip, Verdict::of("C16"), vec![(named, amount)]);
        self.scribe.story(&story, &[paid], false)
    }

    /// A customer sends money that is no payment of an invoice.
    fn not_sales(&mut self, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let (customer, amount) = (story.docs[invoice].customer, self.amount());
        let at = self.receipt(&mut story, customer, date, amount);
        let slip = self.slip_of(&story, at, NOT_SALES[round as usize % NOT_SALES.len()]);
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C17"), Vec::new())])
    }

    /// A number that no file has, and an amount that nothing open has.
    fn unresolved(&mut self) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let Doc { customer, amount, id, .. } = story.docs[invoice];
        let paid = amount + self.random.between(1_111, 7_777);
        let at = self.receipt(&mut story, customer, date, paid);
        let nowhere = Id { serial: self.beyond + 10_000 + self.random.below(80_000), ..id };
        let slip = self.slip_of(&story, at, nowhere.text());
        self.write(&story, &[Paid::open(at, slip, Verdict::of("C99"), Vec::new())])
    }

    /// A bank or a payment service kept its fee, and the text says so.
    fn fee_netted(&mut self, round: u64) -> Result<()> {
        let mut story = Episode::default();
        let (invoice, date) = self.one_invoice(&mut story);
        let amount = story.docs[invoice].amount;
        let by_service = round % 2 == 1;
        let short = match by_service {
            true => amount * 29 / 1_000 + 30,
            false => [1_500, 2_500, 3_500, 4_500][self.random.below(4) as usize],
        };
        let words = if by_service { "PSP CHARGES" } else { "BEN CHG" };
        let note = format!("{words} {}", amount_text(short));
        let paid = self.short(&mut story, invoice, date, Verdict { cause: "C18", code: "S11", short }, &note);
        self.write(&story, &[paid])
    }
}
