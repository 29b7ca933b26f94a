//! Cash application and unapplied cash: for each open receipt, and each deposit that nobody booked, what it is for, why
//! it is open, and what else would fit (causes.md, C00 to C99 and S01 to S99).
//!
//! ```text
//! payment (register, statement, advice) ─▶ payer ─▶ named (documents in its texts)
//!     ─▶ passes (one answer each, from certain to weak) ─▶ decide (one cause each) ─▶ tables
//! ```

pub mod answer;
pub mod applied;
pub mod book;
pub mod causes;
pub mod claims;
pub mod decide;
pub mod memory;
pub mod named;
pub mod passes;
pub mod payers;
pub mod payment;
pub mod search;
pub mod short_pay;
pub mod tables;
pub mod terms;
pub mod undone;
pub mod words;

use super::Inputs;
use super::bank::ReceiptLine;
use super::subledger::Subledger;
use crate::diag::{Finding, Place};
use crate::matching::references::{ReferenceIndex, compact};
use crate::model::DocKey;
use crate::normalise::plan::Setting;
use answer::{Answer, Part, Rule};
use applied::{Applied, keys};
use book::{Book, ByKey, Items};
use causes::CashCause;
use hashbrown::{HashMap, HashSet};
use memory::Memory;
use named::Named;
use passes::Case;
use payers::{Known, Payers};
use payment::{Advices, Payment};
use rayon::prelude::*;
use search::Search;
use short_pay::Papers;

/// What research goes by, besides the tables.
pub struct Terms<'a> {
    /// Currencies and the period end.
    pub setting: &'a Setting,
    /// The first day of the period, in days.
    pub period_start: i32,
    /// What people decided.
    pub memory: &'a Memory,
    /// Fees that banks are known to take, ten-thousandths.
    pub fees: &'a [i64],
    /// How many days a discount may be late.
    pub grace_days: i32,
    /// Deposits that nobody booked: rows of `bank_lines`, and their entities.
    pub deposits: &'a [(u32, String)],
    /// Which line of the bank brought a receipt.
    pub lines: &'a [ReceiptLine],
}

/// A payment with its answer and its cause.
pub struct Researched<'a> {
    /// The payment, its answer and what else would fit.
    pub case: Case<'a>,
    /// Why it is open.
    pub cause: CashCause,
    /// One plain sentence.
    pub explanation: String,
}

/// Everything that research found.
pub struct Outcome<'a> {
    /// The register with its indexes.
    pub book: Book<'a>,
    /// Every open receipt and unbooked deposit, then receipts that seem to be applied to the wrong customer; each in
    /// the order of entity, day and number.
    pub payments: Vec<Researched<'a>>,
    /// The applications of the period, and of open receipts: rows of `ar_applications`.
    pub posted: Vec<u32>,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// Researches every open receipt and every deposit that nobody booked.
pub fn research<'a>(inputs: &'a Inputs, subledger: &'a Subledger, terms: &'a Terms<'a>) -> Outcome<'a> {
    let items = Items::new(&inputs.ar_items, subledger, terms.setting);
    let deposits: Vec<(u32, &str)> = terms.deposits.iter().map(|(row, entity)| (*row, entity.as_str())).collect();
    let (payments, advices) = payment::payments(inputs, &items, &deposits, terms.lines);
    let closed = closed_receipts(&items, terms);
    let (suspects, _) = payment::payments_of(inputs, &items, &closed, &[], &[]);

    let mut references = ReferenceIndex::default();
    let listed = payments.iter().flat_map(|payment| &payment.advice);
    listed.for_each(|line| references.want(advices.reference.get(*line as usize)));
    payments.iter().chain(&suspects).flat_map(|payment| &payment.texts).for_each(|text| references.want(text));
    let accounts = payments.iter().filter(|payment| payment.customer.is_empty());
    let accounts: HashSet<String> = accounts.map(|payment| compact(payment.payer_account)).collect();
    let mut payers = Payers::new(&items, &inputs.customers, terms.memory, &accounts);
    if payments.iter().any(|payment| payment.customer.is_empty() && !payment.payer_name.is_empty()) {
        payers.learn_likeness(&inputs.customers);
    }
    let book = Book::new(inputs, items, references);

    let from = keys(payments.iter().chain(&suspects).map(|payment| payment.id));
    let applied = Applied::new(inputs, true, &from);
    let mut cases = cases(&book, &payers, &advices, payments);
    undone::mark_undone(&book, &mut cases);
    let mut findings = remembered(&book, terms.memory, &mut cases);
    applied_later(&book, &applied, terms, &mut cases);
    cleared_later(&book, &applied, terms, &mut cases);
    passes::answer(&book, &mut cases);

    let papers = Papers::new(inputs, terms.fees, terms.grace_days);
    let named_closed = cases.iter().flat_map(|case| &case.named.closed);
    let named = named_closed.copied().chain(undone::settled_rows(&cases));
    let to = keys(named.map(|row| book.items.id.get(row as usize)));
    let settled = Applied::new(inputs, false, &to);
    undone::note_settled_later(inputs, &book, &settled, terms, &mut cases);
    let bench = decide::Bench {
        book: &book,
        papers: &papers,
        advices: &advices,
        applied: &applied,
        settled: &settled,
        twins: decide::twins(&book.items, &cases),
        whole: decide::whole_amounts(&book.items),
        period_end: terms.setting.period_end.days(),
    };
    let mut researched: Vec<Researched<'a>> = cases.into_par_iter().map(|case| bench.decide(case)).collect();
    let settled_keys = keys(applied.all().map(|one| applied.to(one)));
    let by_key = book.items.by_key(&settled_keys, |row| !book.items.is_receipt(row));
    researched.extend(misapplied(&book, &payers, &advices, &applied, &by_key, suspects));
    findings.extend(unlisted(&researched));
    let posted = posted(inputs, terms, &applied);
    drop(bench);
    Outcome { book, payments: researched, posted, findings }
}

impl Outcome<'_> {
    /// What is open of receipts, added up over the payments that are listed and over the register, in i128.
    pub fn open_twice(&self) -> (i128, i128) {
        let receipts = self.payments.iter().filter(|one| one.case.payment.receipt().is_some());
        let listed = receipts.map(|one| i128::from(one.case.payment.amount)).sum();
        let items = &self.book.items;
        let open = (0..items.count()).filter(|row| items.is_receipt(*row) && items.open[*row] < 0);
        (listed, open.map(|row| -i128::from(items.open[row])).sum())
    }

    /// How many documents are proposed for more than is open of them, and the number of one.
    pub fn most_claimed(&self) -> (&str, u64) {
        let mut claimed: HashMap<u32, i64> = HashMap::new();
        let mut limits: HashMap<u32, i64> = HashMap::new();
        for one in self.payments.iter().filter(|one| one.cause != CashCause::Misapplied) {
            let answer = one.case.answer.iter().filter(|answer| answer.rule != Rule::AppliedLater);
            for part in answer.flat_map(|answer| &answer.parts) {
                *claimed.entry(part.row).or_default() += part.amount;
                let open = self.book.items.open_in(part.row, one.case.payment.currency).unwrap_or(0);
                limits.entry(part.row).and_modify(|limit| *limit = open.max(*limit)).or_insert(open);
            }
        }
        let mut over: Vec<u32> =
            claimed.iter().filter(|(row, sum)| limits[*row] < **sum).map(|(row, _)| *row).collect();
        over.sort_by_cached_key(|row| self.book.items.order(*row));
        (over.first().map_or("", |row| self.book.items.id.get(*row as usize)), over.len() as u64)
    }

    /// Payers that accepted answers show to pay for a customer who is not known to be theirs.
    pub fn learned(&self) -> Vec<memory::Alias> {
        let of = |one: &Researched<'_>| {
            let answer = one.case.answer.as_ref().filter(|answer| answer.is_accepted)?;
            let customer = self.book.items.customer.get(answer.parts.first()?.row as usize);
            let (account, name) = (one.case.payment.payer_account, one.case.payment.payer_name);
            let is_news = !matches!(one.case.payer.known, Known::Booked | Known::Account | Known::Alias);
            (is_news && !(account.is_empty() && name.is_empty())).then(|| memory::Alias {
                payer_account: account.to_owned(),
                payer_name: if account.is_empty() { name.to_owned() } else { String::new() },
                customer: customer.to_owned(),
            })
        };
        let mut learned: Vec<memory::Alias> = self.payments.iter().filter_map(of).collect();
        learned.sort_by(|one, other| (one.key(), &one.customer).cmp(&(other.key(), &other.customer)));
        learned.dedup();
        learned
    }
}

/// Receipts of the period that are applied in full and say something: their words are held against what they settled.
fn closed_receipts(items: &Items<'_>, terms: &Terms<'_>) -> Vec<usize> {
    let says = |row: &usize| !items.memo.get(*row).is_empty() || !items.reference.get(*row).is_empty();
    let is_of_period = |row: &usize| items.day(*row as u32) >= terms.period_start;
    let closed = (0..items.count()).filter(|row| items.open[*row] == 0 && items.amount[*row] < 0);
    closed.filter(|row| items.is_receipt(*row)).filter(is_of_period).filter(says).collect()
}

fn cases<'a>(book: &Book<'a>, payers: &Payers<'a>, advices: &Advices<'a>, payments: Vec<Payment<'a>>) -> Vec<Case<'a>> {
    let of = |payment: Payment<'a>| {
        let payer = payers.of(payment.customer, payment.payer_account, payment.payer_name);
        let named = Named::of(book, &payment, &payer, advices);
        // A name that is only like a customer's hints at him where nothing else does.
        let is_told = payer.known != Known::Unknown || !named.is_silent();
        match payers.alike(payment.payer_name).filter(|_| !is_told) {
            Some(alike) => Case::new(payment, alike, named),
            None => Case::new(payment, payer, named),
        }
    };
    payments.into_par_iter().map(of).collect()
}

/// What the system applied after the period end is the answer at the period end.
fn applied_later<'a>(book: &Book<'a>, applied: &Applied<'a>, terms: &Terms<'_>, cases: &mut [Case<'a>]) {
    let wanted: HashSet<String> = keys(cases.iter().flat_map(|case| {
        let of = applied.of(case.payment.entity, case.payment.id);
        of.filter(|one| one.day > terms.setting.period_end.days()).map(|one| applied.to(one)).collect::<Vec<_>>()
    }));
    let rows = book.items.by_key(&wanted, |_| true);
    for case in cases.iter_mut() {
        let of = applied.of(case.payment.entity, case.payment.id);
        let later: Vec<applied::Application> = of.filter(|one| one.day > terms.setting.period_end.days()).collect();
        let part = |one: &applied::Application| {
            let key = DocKey::new(applied.to(*one))?;
            let row = *rows.get(&(case.payment.entity, key.as_str().to_owned()))?.first()?;
            Some(Part { row, amount: one.amount, discount: 0 })
        };
        let parts: Option<Vec<Part>> = later.iter().map(part).collect();
        let total: i64 = later.iter().map(|one| one.amount).sum();
        if let Some(parts) = parts.filter(|parts| !parts.is_empty() && total <= case.payment.amount) {
            case.later =
                Some(Answer { is_exact: total == case.payment.amount, ..Answer::of(Rule::AppliedLater, parts) });
        }
    }
}

/// A register without applications, as SAP lists it, says by the cleared date alone that a receipt was worked on after
/// the period end (C15). What the customer's documents of that day come to nothing with is what it was cleared against.
fn cleared_later<'a>(book: &Book<'a>, applied: &Applied<'a>, terms: &Terms<'_>, cases: &mut [Case<'a>]) {
    let (items, end) = (&book.items, terms.setting.period_end.days());
    let group = |row: u32| {
        let day = items.cleared_after(row, end)?;
        Some((items.entity.get(row as usize), items.customer.get(row as usize), items.currency(row), day))
    };
    let own = |case: &Case<'a>| {
        let row = case.payment.receipt()?;
        let is_told = case.later.is_some() || applied.of(case.payment.entity, case.payment.id).next().is_some();
        Some((row, group(row).filter(|_| !is_told)?))
    };
    let mut groups: HashMap<_, Vec<u32>> = cases.iter().filter_map(own).map(|(_, key)| (key, Vec::new())).collect();
    if groups.is_empty() {
        return;
    }
    for row in (0..items.count() as u32).filter(|row| items.open[*row as usize] != 0) {
        if let Some(rows) = group(row).and_then(|key| groups.get_mut(&key)) {
            rows.push(row);
        }
    }
    for case in cases.iter_mut() {
        let Some((row, key)) = own(case) else { continue };
        case.cleared_on = Some(key.3);
        let rows = groups.get(&key).map(Vec::as_slice).unwrap_or_default();
        let open = |row: &u32| items.open[*row as usize];
        let is_alone = rows.iter().all(|other| *other == row || open(other) > 0);
        let sum: i128 = rows.iter().map(|row| i128::from(open(row))).sum();
        if is_alone && sum == 0 && rows.len() > 1 {
            let mut others: Vec<u32> = rows.iter().copied().filter(|other| *other != row).collect();
            others.sort_by_key(|row| (items.id.get(*row as usize), *row));
            let parts = others.into_iter().map(|row| Part { row, amount: open(&row), discount: 0 }).collect();
            case.later = Some(Answer { is_exact: true, ..Answer::of(Rule::AppliedLater, parts) });
        }
    }
}

/// Brings in what people decided: accepted answers that still fit, refused ones out of the way; a decision that the
/// books contradict is told and not followed.
fn remembered<'a>(book: &Book<'a>, memory: &Memory, cases: &mut [Case<'a>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    if memory.decisions.is_empty() {
        return findings;
    }
    let taken = HashSet::new();
    let search = Search { book, taken: &taken };
    let accepted = memory.decisions.iter().filter(|decision| decision.accepted);
    let wanted = keys(accepted.flat_map(|decision| decision.invoices.iter().map(String::as_str)));
    let rows = book.items.by_key(&wanted, |row| book.items.open[row] != 0);
    // What earlier decisions left of each document: the decisions stand in the order of the file.
    let mut given: HashMap<u32, i64> = HashMap::new();
    for decision in &memory.decisions {
        for case in cases.iter_mut().filter(|case| decision.is_about(case.payment.entity, case.payment.id)) {
            if !decision.accepted {
                case.refused.push(decision.clone());
                continue;
            }
            let wanted = keys(decision.invoices.iter().map(String::as_str));
            let entity = case.payment.entity;
            let of = |key: String| rows.get(&(entity, key)).filter(|rows| rows.len() == 1).map(|rows| rows[0]);
            let open: Option<Vec<u32>> = wanted.into_iter().map(of).collect();
            let answer = open.and_then(|mut open| {
                open.sort_unstable();
                search.accepted(&case.asked(), &open)
            });
            let why = match answer {
                None => "not every document is open",
                Some(_) if case.undone.is_some() => "the payment was taken back",
                Some(answer) if take(book, &case.payment, &answer, &mut given) => {
                    case.accepted = Some(answer);
                    continue;
                }
                Some(_) => "another accepted answer has its documents",
            };
            findings.push(Finding::warning(
                "T3601",
                Place::file("memory.toml"),
                format!(
                    "the accepted answer for receipt {} ({}) does not fit any more: {why}",
                    case.payment.id,
                    decision.invoices.join(", ")
                ),
                "delete the decision, or decide again; the receipt was researched anew",
            ));
        }
    }
    findings
}

/// Takes what an accepted answer gives off what is open of its documents; nothing where that is more than is left.
fn take(book: &Book<'_>, payment: &Payment<'_>, answer: &Answer, given: &mut HashMap<u32, i64>) -> bool {
    let open = |row: u32| book.items.open_in(row, payment.currency).unwrap_or(0);
    let claims = answer.parts.iter().map(|part| (part.row, part.amount + part.discount));
    let claims: Vec<(u32, i64)> = claims.chain(answer.credits.iter().map(|row| (*row, open(*row)))).collect();
    let fits = |(row, claim): &(u32, i64)| {
        let sum = given.get(row).copied().unwrap_or(0).saturating_add(*claim);
        sum.unsigned_abs() <= open(*row).unsigned_abs()
    };
    let all = claims.iter().all(fits);
    if all {
        claims.into_iter().for_each(|(row, claim)| *given.entry(row).or_default() += claim);
    }
    all
}

/// Receipts that name an open document of a customer who has nothing to do with those they were applied to (C16).
fn misapplied<'a>(
    book: &Book<'a>,
    payers: &Payers<'a>,
    advices: &Advices<'a>,
    applied: &Applied<'a>,
    rows: &ByKey<'a>,
    suspects: Vec<Payment<'a>>,
) -> Vec<Researched<'a>> {
    let taken = HashSet::new();
    let search = Search { book, taken: &taken };
    let of = |mut payment: Payment<'a>| {
        let payer = payers.of(payment.customer, payment.payer_account, payment.payer_name);
        if payer.known != Known::Booked {
            return None;
        }
        let mut named = Named::of(book, &payment, &payer, advices);
        let settled: Vec<u32> = applied
            .of(payment.entity, payment.id)
            .filter_map(|one| {
                rows.get(&(payment.entity, DocKey::new(applied.to(one))?.as_str().to_owned()))?.last().copied()
            })
            .collect();
        let is_said = settled.iter().any(|row| named.in_text.contains(row));
        let customer = |row: u32| book.items.customer.get(row as usize);
        // A relation of the customer's is another customer here: the money went to the wrong account.
        let settles = |row: u32| settled.iter().any(|settled| customer(*settled) == customer(row));
        let related = named.open.iter().map(|mention| mention.row).filter(|row| !settles(*row));
        named.strangers.extend(related);
        if named.strangers.is_empty() || settled.is_empty() || is_said {
            return None;
        }
        payment.amount = payment.whole;
        let mut case = Case::new(payment, payer, named);
        case.answer = Some(search.of_stranger(&case.asked())?);
        case.payment.amount = 0;
        let explanation = decide::misapplied(book, &case, &settled);
        Some(Researched { case, cause: CashCause::Misapplied, explanation })
    };
    suspects.into_par_iter().filter_map(of).collect()
}

/// Advices that list documents which no file has.
fn unlisted(researched: &[Researched<'_>]) -> Vec<Finding> {
    let lost = |one: &&Researched<'_>| {
        let listed = &one.case.named.listed;
        listed.iter().any(|line| !line.is_known) && one.case.answer.is_none()
    };
    let ids: Vec<&str> = researched.iter().filter(lost).map(|one| one.case.payment.id).collect();
    let shown = ids.iter().take(5).copied().collect::<Vec<_>>().join(", ");
    match ids.len() {
        0 => Vec::new(),
        count => vec![Finding::note(
            "T3602",
            Place::default(),
            format!("{count} remittance advices list documents that the register does not have: {shown}"),
        )],
    }
}

/// The applications that the run shows as posted: those of the period, and those of open receipts.
fn posted(inputs: &Inputs, terms: &Terms<'_>, applied: &Applied<'_>) -> Vec<u32> {
    let dates = inputs.applications.dates("applied_date");
    let end = terms.setting.period_end.days();
    let is_of_period = |row: &u32| (terms.period_start..=end).contains(&dates[*row as usize]);
    let mut rows: Vec<u32> = (0..inputs.applications.len() as u32).filter(is_of_period).collect();
    rows.extend(applied.all().map(|one| one.row));
    rows.sort_unstable();
    rows.dedup();
    rows
}
