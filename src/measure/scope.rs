//! What was added up for one entity, or for all entities of one currency.

use super::reasons::REASONS;
use super::timeline::{ENDS, Timeline};
use hashbrown::HashMap;
use std::collections::BTreeMap;

/// An amount in ten-thousandths, and how many documents it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// The amount.
    pub units: i128,
    /// The documents.
    pub count: i64,
}

impl Sum {
    /// Adds a document.
    pub fn add(&mut self, units: i64) {
        self.units += i128::from(units);
        self.count += 1;
    }

    /// The two together.
    pub fn plus(self, other: Sum) -> Sum {
        Sum { units: self.units + other.units, count: self.count + other.count }
    }
}

/// What stands open at a month end. The parts add up to [`Stock::Balance`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// Everything open, credits with their sign.
    Balance,
    /// Not yet due.
    NotDue,
    /// Past due.
    PastDue,
    /// Without a due date.
    NoDueDate,
    /// Receipts of a known customer that are neither applied nor placed on account.
    Unapplied,
    /// Receipts of nobody knows whom.
    Unidentified,
    /// Deposits: placed on account on purpose.
    OnAccount,
    /// Credit memos and other open credits.
    OpenCredits,
}

/// Every kind of stock with its name, in their order.
pub const STOCKS: [(Stock, &str); 8] = [
    (Stock::Balance, "balance"),
    (Stock::NotDue, "not_due"),
    (Stock::PastDue, "past_due"),
    (Stock::NoDueDate, "no_due_date"),
    (Stock::Unapplied, "unapplied"),
    (Stock::Unidentified, "unidentified"),
    (Stock::OnAccount, "on_account"),
    (Stock::OpenCredits, "open_credits"),
];

/// What moved in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Invoices issued.
    Invoices,
    /// Debit memos issued.
    DebitMemos,
    /// Credit memos issued, with their negative sign.
    CreditMemos,
    /// Chargebacks opened.
    Chargebacks,
    /// Adjustments.
    Adjustments,
    /// Cash received: receipts and deposits, with their negative sign.
    Cash,
    /// Write-offs, with their negative sign.
    WriteOffs,
    /// Refunds.
    Refunds,
    /// Everything posted, with its sign, and what applications carry without a document.
    Posted,
    /// Discounts and write-offs that customers took when they paid.
    Taken,
    /// What payments settled of invoices; the days they took are its weight.
    Paid,
    /// The same of invoices with a due date; the days late are its weight.
    PaidDated,
    /// Invoices of the month that needed a correction of any kind since.
    Touched,
    /// Invoices of the month that were corrected, credited or disputed as ours since.
    Wrong,
    /// Invoices disputed for the first time in the month, by the amount in dispute.
    Disputed,
    /// Cases closed in the month.
    Closed,
    /// Those of them inside the service level.
    InTime,
}

/// Every kind of flow with its name, in their order.
pub const FLOWS: [(Flow, &str); 17] = [
    (Flow::Invoices, "invoices"),
    (Flow::DebitMemos, "debit_memos"),
    (Flow::CreditMemos, "credit_memos"),
    (Flow::Chargebacks, "chargebacks"),
    (Flow::Adjustments, "adjustments"),
    (Flow::Cash, "cash"),
    (Flow::WriteOffs, "write_offs"),
    (Flow::Refunds, "refunds"),
    (Flow::Posted, "posted"),
    (Flow::Taken, "taken"),
    (Flow::Paid, "paid"),
    (Flow::PaidDated, "paid_dated"),
    (Flow::Touched, "touched"),
    (Flow::Wrong, "wrong"),
    (Flow::Disputed, "disputed"),
    (Flow::Closed, "cases_closed"),
    (Flow::InTime, "cases_in_time"),
];

/// The age buckets of unapplied cash: the first counts business days, the others calendar days.
pub const CASH_AGES: [(&str, i32); 6] =
    [("0-5", 5), ("6-10", 10), ("11-30", 30), ("31-60", 60), ("61-90", 90), ("over 90", i32::MAX)];
/// The age buckets of disputes, in calendar days.
pub const CASE_AGES: [(&str, i32); 4] = [("0-30", 30), ("31-60", 60), ("61-90", 90), ("over 90", i32::MAX)];

/// What stands open at one month end.
#[derive(Clone, Debug, Default)]
pub struct AtEnd {
    /// By kind.
    pub stocks: [Sum; STOCKS.len()],
    /// Of what is not due, past due and without a date: the part in dispute.
    pub in_dispute: [i128; 3],
    /// By bucket of the aging.
    pub aging: Vec<Sum>,
    /// Unapplied and unidentified receipts by age.
    pub cash_ages: [Sum; CASH_AGES.len()],
    /// Their amounts times the days since they came in.
    pub cash_days: i128,
    /// Invoices that are open: full amount times days since the invoice date, by the month they were issued in.
    pub open_days: BTreeMap<usize, i128>,
    /// How many invoices that is.
    pub open_invoices: i64,
    /// Cases open: amount and how many.
    pub cases: Sum,
    /// Their ages in days.
    pub case_ages: Vec<i32>,
}

/// What moved in one month.
#[derive(Clone, Debug, Default)]
pub struct InMonth {
    /// By kind.
    pub flows: [Sum; FLOWS.len()],
    /// Credit memos by reason, in the month they were issued.
    pub credits: [Sum; REASONS],
    /// Credit memos by reason, in the month of the invoice that they credit.
    pub cohort: [Sum; REASONS],
    /// Settled amounts times the days from invoice to payment.
    pub days_to_pay: i128,
    /// Settled amounts times the days from due date to payment.
    pub days_late: i128,
    /// Invoices that payments touched, and those of them with something taken off.
    pub paid_invoices: [i64; 2],
    /// How many days the cases took that were closed in the month.
    pub case_days: Vec<i32>,
}

/// One scope: an entity, or all entities of a currency.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The entity; `ALL` for all of the currency.
    pub name: String,
    /// The functional currency.
    pub currency: String,
    /// Its decimals.
    pub decimals: u32,
    /// At each of the month ends.
    pub ends: Vec<AtEnd>,
    /// In each month of flows.
    pub months: Vec<InMonth>,
    /// What each customer (entity and number) has open at the month ends, credits left out.
    pub customers: HashMap<(u16, String), [i128; ENDS]>,
    /// The first month of flows with a document.
    pub first_flow: Option<usize>,
    /// The first month end that the register can be rolled back to.
    pub rolls_from: usize,
    /// The first month whose documents are all in the register.
    pub flows_from: usize,
    /// Why not further.
    pub limitation: String,
    /// What the open amounts of each month end lack against the balance that the postings leave there.
    pub gaps: [i128; ENDS],
    /// Customers with open receivables, collectors in charge of some, and open receivables in nobody's charge.
    pub collectors: Option<(i64, i64, i128)>,
    /// Credit memos whose invoice is not known.
    pub unlinked_credits: i64,
    /// Cases that name no document of the register.
    pub unknown_cases: i64,
    /// Which inputs there are.
    pub given: Given,
}

/// Which inputs a close has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Given {
    /// Applications, or cleared dates: when each invoice was paid is known.
    pub settlements: bool,
    /// Applications: what was taken off at payment is known.
    pub applications: bool,
    /// Disputes.
    pub disputes: bool,
    /// Reasons of credit memos.
    pub reasons: bool,
    /// Due dates.
    pub due_dates: bool,
    /// Receipts.
    pub receipts: bool,
    /// Customers with their collectors.
    pub collectors: bool,
    /// Customers' numbers on the documents.
    pub customers: bool,
}

impl Given {
    /// Everything there is.
    const WHOLE: Given = Given {
        settlements: true,
        applications: true,
        disputes: true,
        reasons: true,
        due_dates: true,
        receipts: true,
        collectors: true,
        customers: true,
    };

    /// What both have: a figure of two entities needs the inputs of both.
    fn and(self, other: Given) -> Given {
        Given {
            settlements: self.settlements && other.settlements,
            applications: self.applications && other.applications,
            disputes: self.disputes && other.disputes,
            reasons: self.reasons && other.reasons,
            due_dates: self.due_dates && other.due_dates,
            receipts: self.receipts && other.receipts,
            collectors: self.collectors && other.collectors,
            customers: self.customers && other.customers,
        }
    }
}

impl Scope {
    /// An empty scope.
    pub fn new(name: &str, currency: &str, decimals: u32, timeline: &Timeline, buckets: usize) -> Scope {
        let at_end = AtEnd { aging: vec![Sum::default(); buckets], ..AtEnd::default() };
        Scope {
            name: name.to_owned(),
            currency: currency.to_owned(),
            decimals,
            ends: vec![at_end; ENDS],
            months: vec![InMonth::default(); timeline.len()],
            given: Given::WHOLE,
            ..Scope::default()
        }
    }

    /// Adds another scope of the same months and currency.
    pub fn add(&mut self, other: &Scope) {
        self.ends.iter_mut().zip(&other.ends).for_each(|(own, more)| own.add(more));
        self.months.iter_mut().zip(&other.months).for_each(|(own, more)| own.add(more));
        for (customer, amounts) in &other.customers {
            let own = self.customers.entry(customer.clone()).or_insert([0; ENDS]);
            own.iter_mut().zip(amounts).for_each(|(own, more)| *own += more);
        }
        self.first_flow = [self.first_flow, other.first_flow].into_iter().flatten().min();
        if (other.rolls_from, other.flows_from) > (self.rolls_from, self.flows_from) {
            self.limitation.clone_from(&other.limitation);
        }
        self.rolls_from = self.rolls_from.max(other.rolls_from);
        self.flows_from = self.flows_from.max(other.flows_from);
        self.gaps.iter_mut().zip(other.gaps).for_each(|(own, more)| *own += more);
        self.collectors = match (self.collectors, other.collectors) {
            (Some(own), Some(more)) => Some((own.0 + more.0, own.1 + more.1, own.2 + more.2)),
            (own, more) => own.or(more),
        };
        self.unlinked_credits += other.unlinked_credits;
        self.unknown_cases = other.unknown_cases;
        self.given = self.given.and(other.given);
    }

    /// A flow of a month.
    pub fn flow(&self, month: usize, flow: Flow) -> Sum {
        self.months[month].flows[flow as usize]
    }

    /// A stock of a month end.
    pub fn stock(&self, end: usize, stock: Stock) -> Sum {
        self.ends[end].stocks[stock as usize]
    }
}

fn add_all<const N: usize>(own: &mut [Sum; N], more: &[Sum; N]) {
    own.iter_mut().zip(more).for_each(|(own, more)| *own = own.plus(*more));
}

impl AtEnd {
    fn add(&mut self, other: &AtEnd) {
        add_all(&mut self.stocks, &other.stocks);
        self.in_dispute.iter_mut().zip(other.in_dispute).for_each(|(own, more)| *own += more);
        self.aging.iter_mut().zip(&other.aging).for_each(|(own, more)| *own = own.plus(*more));
        add_all(&mut self.cash_ages, &other.cash_ages);
        self.cash_days += other.cash_days;
        for (month, days) in &other.open_days {
            *self.open_days.entry(*month).or_default() += days;
        }
        self.open_invoices += other.open_invoices;
        self.cases = self.cases.plus(other.cases);
        self.case_ages.extend(&other.case_ages);
    }
}

impl InMonth {
    fn add(&mut self, other: &InMonth) {
        add_all(&mut self.flows, &other.flows);
        add_all(&mut self.credits, &other.credits);
        add_all(&mut self.cohort, &other.cohort);
        self.days_to_pay += other.days_to_pay;
        self.days_late += other.days_late;
        self.paid_invoices.iter_mut().zip(other.paid_invoices).for_each(|(own, more)| *own += more);
        self.case_days.extend(&other.case_days);
    }
}

/// The bucket of an age.
pub fn bucket_of<const N: usize>(buckets: &[(&str, i32); N], age: i32) -> usize {
    buckets.iter().position(|(_, most)| age <= *most).unwrap_or(N - 1)
}
