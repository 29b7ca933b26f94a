//! One walk over the documents: what stood open at the end of each month, what moved in it, and which invoices were
//! corrected. The sums are exact; every figure of `definitions` is formed from them.

use super::cases::{self, Case, Disputed};
use super::links::{self, Link, Role, role};
use super::reasons::Reasons;
use super::rollback;
use super::scope::{CASH_AGES, Flow, Given, Scope, Stock, bucket_of};
use super::timeline::{ENDS, Timeline};
use crate::matching::days::BusinessDays;
use crate::model::table::NO_DATE;
use crate::model::{Table, TextColumn};
use crate::reconcile::Inputs;
use crate::reconcile::aging::Buckets;
use crate::reconcile::applications::RowsOfKeys;
use crate::reconcile::control::NO_REC;
use crate::reconcile::gl::Outcome;
use crate::reconcile::gl::figures::ScopeKind;
use crate::reconcile::history::{NO_ROW, Step};
use crate::reconcile::subledger::{Subledger, proportional};
use hashbrown::HashMap;
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Rows that one thread walks at a time.
const CHUNK: usize = 1 << 16;
/// The name of the scope of all entities of a currency.
pub const ALL: &str = "ALL";

/// What the measuring is told beside the tables.
pub struct Terms<'a> {
    /// The months.
    pub timeline: &'a Timeline,
    /// The buckets of the aging.
    pub buckets: &'a Buckets,
    /// What reason codes mean.
    pub reasons: &'a Reasons,
    /// The calendar of business days.
    pub calendar: &'a BusinessDays,
    /// Days within which a dispute is to be resolved.
    pub sla_days: i32,
}

/// The day of the first posting, for the timeline.
pub fn first_day(subledger: &Subledger) -> Option<i32> {
    subledger.posting.iter().copied().filter(|day| *day != NO_DATE).min()
}

/// Adds everything up: a scope for each entity, then one for all entities of each currency.
pub fn gather(outcome: &Outcome, inputs: &Inputs, terms: &Terms<'_>) -> Vec<Scope> {
    let walk = Walk::new(outcome, inputs, terms);
    let (cases, unknown) = walk.cases();
    let disputed = Disputed::new(&cases);
    let rows = walk.subledger.len();
    let chunks: Vec<usize> = (0..rows).step_by(CHUNK).collect();
    let walked = chunks.par_iter().map(|start| walk.chunk(*start..rows.min(start + CHUNK), &disputed));
    let mut gathered = walked.reduce(
        || walk.empty(),
        |mut left, right| {
            left.add(&right);
            left
        },
    );
    walk.settle(&mut gathered.scopes);
    walk.pay(&mut gathered.scopes);
    let placed = |row: u32| walk.placed(row);
    let links = walk.links();
    links::count(&mut gathered.scopes, &links, &cases, terms.timeline, &placed);
    let scope_of = |row: u32| walk.scope_of(row);
    cases::count(&mut gathered.scopes, &cases, terms.timeline, terms.sla_days, &scope_of);
    for (at, scope) in gathered.scopes.iter_mut().enumerate() {
        let held = std::mem::take(&mut gathered.customers[at]);
        scope.customers = held.into_iter().map(|(customer, sums)| ((at as u16, customer.to_owned()), sums)).collect();
        scope.unknown_cases = unknown;
        scope.given = walk.given(at, &gathered.seen[at]);
        let linked = links.iter().filter(|link| link.is_credit && walk.scope_of(link.row) == Some(at));
        scope.unlinked_credits = gathered.seen[at].credits - linked.count() as i64;
        scope.collectors = walk.collectors(scope);
        rollback::limit(scope, &walk.kinds(at), gathered.first_closed[at], terms.timeline);
    }
    with_totals(gathered.scopes, terms)
}

/// The scopes of the entities, and those of all entities of a currency.
fn with_totals(mut scopes: Vec<Scope>, terms: &Terms<'_>) -> Vec<Scope> {
    let mut totals: BTreeMap<String, Scope> = BTreeMap::new();
    for scope in &scopes {
        let total = totals.entry(scope.currency.clone()).or_insert_with(|| {
            Scope::new(ALL, &scope.currency, scope.decimals, terms.timeline, terms.buckets.names().len())
        });
        total.add(scope);
    }
    scopes.extend(totals.into_values());
    scopes
}

/// The sums of some rows.
struct Gathered<'a> {
    scopes: Vec<Scope>,
    customers: Vec<HashMap<&'a str, [i128; ENDS]>>,
    /// The first day on which a document of the scope is known to have been settled.
    first_closed: Vec<i32>,
    seen: Vec<Seen>,
}

/// What the documents of a scope bear.
#[derive(Clone, Copy, Default)]
struct Seen {
    credits: i64,
    receipts: bool,
    reasons: bool,
    due_dates: bool,
    cleared_dates: bool,
    customers: bool,
}

impl Seen {
    fn add(&mut self, other: &Seen) {
        self.credits += other.credits;
        self.receipts |= other.receipts;
        self.reasons |= other.reasons;
        self.due_dates |= other.due_dates;
        self.cleared_dates |= other.cleared_dates;
        self.customers |= other.customers;
    }
}

impl<'a> Gathered<'a> {
    fn add(&mut self, other: &Gathered<'a>) {
        self.scopes.iter_mut().zip(&other.scopes).for_each(|(own, more)| own.add(more));
        for (own, more) in self.customers.iter_mut().zip(&other.customers) {
            for (customer, sums) in more {
                own.entry(customer).or_insert([0; ENDS]).iter_mut().zip(sums).for_each(|(own, more)| *own += more);
            }
        }
        self.seen.iter_mut().zip(&other.seen).for_each(|(own, more)| own.add(more));
        self.first_closed.iter_mut().zip(&other.first_closed).for_each(|(own, more)| *own = (*own).min(*more));
    }
}

/// Everything that the walk looks at.
struct Walk<'a> {
    outcome: &'a Outcome,
    subledger: &'a Subledger,
    inputs: &'a Inputs,
    terms: &'a Terms<'a>,
    /// The scope of each reconciliation, and each scope's reconciliations.
    scope_of_rec: Vec<usize>,
    names: Vec<(String, &'a str, u32)>,
    types: &'a TextColumn,
    customers: &'a TextColumn,
    rows_of: RowsOfKeys,
}

impl<'a> Walk<'a> {
    fn new(outcome: &'a Outcome, inputs: &'a Inputs, terms: &'a Terms<'a>) -> Walk<'a> {
        let mut names: Vec<(String, &'a str, u32)> = Vec::new();
        let scope_of_rec = outcome.controls.list.iter().map(|control| {
            let known = names.iter().position(|(entity, ..)| *entity == control.entity);
            known.unwrap_or_else(|| {
                names.push((control.entity.clone(), control.currency.code(), control.currency.decimals()));
                names.len() - 1
            })
        });
        let scope_of_rec = scope_of_rec.collect();
        let items = &inputs.ar_items;
        let (types, customers) = (items.text("item_type"), items.text("customer_id"));
        let asks = items.has("original_item_id") || !inputs.disputes.is_empty();
        let keys = if asks { outcome.subledger.key.as_slice() } else { &[] };
        let rows_of = RowsOfKeys::new(if asks { outcome.keys.len() } else { 0 }, keys);
        let subledger = &outcome.subledger;
        Walk { outcome, subledger, inputs, terms, scope_of_rec, names, types, customers, rows_of }
    }

    fn empty(&self) -> Gathered<'a> {
        let buckets = self.terms.buckets.names().len();
        let scope = |(name, currency, decimals): &(String, &str, u32)| {
            Scope::new(name, currency, *decimals, self.terms.timeline, buckets)
        };
        Gathered {
            scopes: self.names.iter().map(scope).collect(),
            customers: vec![HashMap::new(); self.names.len()],
            first_closed: vec![i32::MAX; self.names.len()],
            seen: vec![Seen::default(); self.names.len()],
        }
    }

    /// The scope, month of posting and amount of a row; none where it belongs to no control account.
    fn placed(&self, row: u32) -> Option<(usize, usize, i64)> {
        let row = row as usize;
        let rec = self.subledger.rec[row];
        (rec != NO_REC).then(|| {
            let month = self.terms.timeline.flow_of(self.subledger.posting[row]);
            (self.scope_of_rec[rec as usize], month, self.subledger.amount[row])
        })
    }

    /// The scope of a row.
    fn scope_of(&self, row: u32) -> Option<usize> {
        self.placed(row).map(|(scope, ..)| scope)
    }

    fn chunk(&self, rows: std::ops::Range<usize>, disputed: &Disputed) -> Gathered<'a> {
        let mut gathered = self.empty();
        let steps = &self.subledger.history.steps;
        let mut rest = &steps[steps.partition_point(|step| (step.row as usize) < rows.start)..];
        let mut reason_of = self.terms.reasons.cached();
        let reasons = self.inputs.ar_items.text("reason_code");
        let document_dates = self.inputs.ar_items.dates("document_date");
        let due_dates = self.inputs.ar_items.dates("due_date");
        let cleared_dates = self.inputs.ar_items.dates("cleared_date");
        let basis = self.terms.buckets.basis;
        let basis_dates = (basis != "posting_date").then(|| self.inputs.ar_items.dates(basis));
        for row in rows {
            let own = rest.iter().take_while(|step| step.row as usize == row).count();
            let (steps, others) = rest.split_at(own);
            rest = others;
            let Some((at, month, amount)) = self.placed(row as u32) else { continue };
            let (posting, open) = (self.subledger.posting[row], self.subledger.open[row]);
            let item_type = self.types.get(row);
            let scope = &mut gathered.scopes[at];
            scope.first_flow = Some(scope.first_flow.map_or(month, |first| first.min(month)));
            let flows = &mut scope.months[month].flows;
            flows[Flow::Posted as usize].add(amount);
            if let Some(flow) = flow_of(item_type) {
                flows[flow as usize].add(amount);
            }
            if item_type == "credit_memo" {
                scope.months[month].credits[reason_of(reasons.get(row)) as usize].add(amount);
            }
            gathered.seen[at].add(&Seen {
                credits: i64::from(item_type == "credit_memo"),
                receipts: matches!(item_type, "receipt" | "deposit"),
                reasons: item_type == "credit_memo" && !reasons.get(row).is_empty(),
                due_dates: due_dates[row] != NO_DATE,
                cleared_dates: cleared_dates[row] != NO_DATE,
                customers: !self.customers.get(row).is_empty(),
            });
            let closed = match steps.last() {
                Some(step) => step.day,
                None if open == 0 && amount != 0 => posting,
                None => i32::MAX,
            };
            gathered.first_closed[at] = gathered.first_closed[at].min(closed);
            if open == 0 && steps.is_empty() {
                continue;
            }
            let document = Document {
                row: row as u32,
                amount,
                month,
                item_type,
                customer: self.customers.get(row),
                issued: if document_dates[row] == NO_DATE { posting } else { document_dates[row] },
                due: due_dates[row],
                aged_from: basis_dates.map_or(posting, |dates| dates[row]),
            };
            self.open_at_ends(&document, posting, open, steps, disputed, at, &mut gathered);
        }
        gathered
    }

    /// Walks back from the period end, month end by month end.
    #[allow(clippy::too_many_arguments, reason = "one document and where it is added up")]
    fn open_at_ends(
        &self,
        document: &Document<'a>,
        posting: i32,
        open: i64,
        steps: &[Step],
        disputed: &Disputed,
        at: usize,
        gathered: &mut Gathered<'a>,
    ) {
        let ends = &self.terms.timeline.ends;
        let (mut open, mut steps) = (open, steps);
        for end in (self.terms.timeline.first_end(posting)..ENDS).rev() {
            while let [step, earlier @ ..] = steps
                && step.day > ends[end]
            {
                (open, steps) = (step.open, earlier);
            }
            if open == 0 {
                continue;
            }
            let day = ends[end];
            let in_dispute = if open > 0 { disputed.of(document.row, open, day) } else { 0 };
            document.add(&mut gathered.scopes[at], end, day, open, in_dispute, self.terms);
            if open > 0 {
                gathered.customers[at].entry(document.customer).or_insert([0; ENDS])[end] += i128::from(open);
            }
        }
    }

    /// What applications carried without a document of its own.
    fn settle(&self, scopes: &mut [Scope]) {
        for part in self.subledger.settlements.iter().filter(|part| part.rec != NO_REC) {
            let scope = &mut scopes[self.scope_of_rec[part.rec as usize]];
            let flows = &mut scope.months[self.terms.timeline.flow_of(part.date)].flows;
            flows[Flow::Posted as usize].units += i128::from(part.amount);
            if part.is_exchange {
                continue;
            }
            flows[Flow::Taken as usize].add(part.amount);
            if part.write_off != 0 {
                flows[Flow::WriteOffs as usize].add(-part.write_off);
            }
        }
    }

    /// When invoices were paid: by the applications of receipts, else by the day on which they were cleared.
    fn pay(&self, scopes: &mut [Scope]) {
        let items = &self.inputs.ar_items;
        let (issued, due, cleared) =
            (items.dates("document_date"), items.dates("due_date"), items.dates("cleared_date"));
        let timeline = self.terms.timeline;
        let mut is_told = vec![false; self.subledger.len()];
        let mut paid: Vec<(u32, u32, bool)> = Vec::new();
        let mut pay = |row: u32, day: i32, amount: i64| {
            let Some((scope, ..)) = self.placed(row) else { return };
            let month = &mut scopes[scope].months[timeline.flow_of(day)];
            month.flows[Flow::Paid as usize].add(amount);
            month.days_to_pay += i128::from(amount) * i128::from(day - issued[row as usize]);
            if due[row as usize] != NO_DATE {
                month.flows[Flow::PaidDated as usize].add(amount);
                month.days_late += i128::from(amount) * i128::from(day - due[row as usize]);
            }
        };
        for one in self.subledger.history.moves.iter().filter(|one| one.to != NO_ROW) {
            is_told[one.to as usize] = true;
            let is_cash = one.from != NO_ROW && matches!(self.types.get(one.from as usize), "receipt" | "deposit");
            if is_cash && self.types.get(one.to as usize) == "invoice" {
                pay(one.to, one.date, self.in_functional(one.to, one.amount));
                paid.push((one.to, timeline.flow_of(one.date) as u32, one.taken == 0));
            }
        }
        let since = timeline.ends[0];
        let told_by_date = |row: &usize| {
            let day = cleared[*row];
            day != NO_DATE && day > since && day <= timeline.ends[ENDS - 1] && !is_told[*row]
        };
        for row in (0..self.subledger.len()).filter(told_by_date).filter(|row| self.types.get(*row) == "invoice") {
            pay(row as u32, cleared[row], self.subledger.amount[row]);
        }
        paid.par_sort_unstable();
        let mut last = None;
        for (row, month, is_whole) in paid {
            let Some((scope, ..)) = self.placed(row) else { continue };
            // Of several payments of a month, one with something taken off comes first.
            if last != Some((row, month)) {
                let counts = &mut scopes[scope].months[month as usize].paid_invoices;
                counts[0] += 1;
                counts[1] += i64::from(!is_whole);
            }
            last = Some((row, month));
        }
    }

    fn in_functional(&self, row: u32, amount: i64) -> i64 {
        let (functional, own) = (self.subledger.amount[row as usize], self.inputs.ar_items.money("amount"));
        let whole = own[row as usize];
        if functional == whole {
            return amount;
        }
        let decimals = self.placed(row).map_or(2, |(scope, ..)| self.names[scope].2);
        proportional(amount, functional, whole, decimals)
    }

    /// The invoice of a number that could be for an amount; else another document of it.
    fn document(&self, number: &str, amount: i64, rec: Option<u16>) -> Option<u32> {
        let rows = self.rows_of.get(self.outcome.keys.find(number)?);
        let amounts = self.inputs.ar_items.money("amount");
        let misfit = |row: &u32| {
            let at = *row as usize;
            let other = rec.is_some_and(|rec| self.subledger.rec[at] != rec);
            (other, role(self.types.get(at)) != Role::Invoice, amounts[at] < amount)
        };
        rows.iter().copied().min_by_key(|row| (misfit(row), *row)).filter(|row| !misfit(row).0)
    }

    fn cases(&self) -> (Vec<Case>, i64) {
        let find = |number: &str, amount: i64| self.document(number, amount, None);
        let convert = |row: u32, amount: i64| self.in_functional(row, amount).abs();
        cases::cases(&self.inputs.disputes, &find, &convert, self.terms.reasons.cached())
    }

    /// The corrections with the invoices that they name, or that they were applied to.
    fn links(&self) -> Vec<Link> {
        let items = &self.inputs.ar_items;
        let (originals, reasons) = (items.text("original_item_id"), items.text("reason_code"));
        let role_of = |row: u32| role(self.types.get(row as usize));
        let applied = links::by_application(&self.subledger.history.moves, &role_of);
        let mut reason_of = self.terms.reasons.cached();
        let mut links = Vec::new();
        for row in 0..self.subledger.len() {
            let role = role_of(row as u32);
            if !matches!(role, Role::Credit | Role::Other) {
                continue;
            }
            let named = Some(originals.get(row)).filter(|number| !number.is_empty());
            let named = named.and_then(|number| self.document(number, 0, Some(self.subledger.rec[row])));
            let invoice = named.or_else(|| applied.get(&(row as u32)).copied());
            if let Some(invoice) = invoice.filter(|invoice| role_of(*invoice) == Role::Invoice) {
                let reason = reason_of(reasons.get(row));
                links.push(Link { row: row as u32, invoice, reason, is_credit: role == Role::Credit });
            }
        }
        links
    }

    /// What is known of the registers of a scope.
    fn kinds(&self, at: usize) -> Vec<ScopeKind> {
        let of_scope = self.scope_of_rec.iter().zip(&self.outcome.scopes).filter(|(scope, _)| **scope == at);
        of_scope.map(|(_, scope)| scope.kind).collect()
    }

    fn given(&self, at: usize, seen: &Seen) -> Given {
        let is_own = |row: u32| row != NO_ROW && self.scope_of(row) == Some(at);
        let applications = self.subledger.history.moves.iter().any(|one| is_own(one.from) || is_own(one.to));
        Given {
            settlements: applications || seen.cleared_dates,
            applications,
            disputes: !self.inputs.disputes.is_empty(),
            reasons: seen.reasons || seen.credits == 0,
            due_dates: seen.due_dates,
            receipts: seen.receipts,
            collectors: self.inputs.customers.has("collector"),
            customers: seen.customers,
        }
    }

    /// Customers with something open, collectors in charge of some, and what is in nobody's charge.
    fn collectors(&self, scope: &Scope) -> Option<(i64, i64, i128)> {
        let in_charge = collectors(&self.inputs.customers, &scope.name)?;
        let (mut customers, mut names, mut alone) = (0, std::collections::BTreeSet::new(), 0);
        for ((_, customer), sums) in scope.customers.iter().filter(|(_, sums)| sums[ENDS - 1] > 0) {
            customers += 1;
            match in_charge.get(customer.as_str()) {
                Some(name) => drop(names.insert(*name)),
                None => alone += sums[ENDS - 1],
            }
        }
        Some((customers, names.len() as i64, alone))
    }
}

/// The collector in charge of each customer; none where the table names no collector.
fn collectors<'t>(customers: &'t Table, entity: &str) -> Option<HashMap<&'t str, &'t str>> {
    let (entities, ids, names) = (customers.text("entity"), customers.text("customer_id"), customers.text("collector"));
    let own = |row: &usize| entities.get(*row).is_empty() || entities.get(*row) == entity;
    let named = (0..customers.len()).filter(own).filter(|row| !names.get(*row).is_empty());
    customers.has("collector").then(|| named.map(|row| (ids.get(row), names.get(row))).collect())
}

fn flow_of(item_type: &str) -> Option<Flow> {
    Some(match item_type {
        "invoice" => Flow::Invoices,
        "debit_memo" => Flow::DebitMemos,
        "credit_memo" => Flow::CreditMemos,
        "chargeback" => Flow::Chargebacks,
        "adjustment" => Flow::Adjustments,
        "receipt" | "deposit" => Flow::Cash,
        "write_off" => Flow::WriteOffs,
        "refund" => Flow::Refunds,
        _ => return None,
    })
}

/// A document that stands open at some month end.
struct Document<'a> {
    row: u32,
    amount: i64,
    month: usize,
    item_type: &'a str,
    customer: &'a str,
    issued: i32,
    due: i32,
    aged_from: i32,
}

impl Document<'_> {
    /// Adds what stands open of it at a month end.
    fn add(&self, scope: &mut Scope, end: usize, day: i32, open: i64, in_dispute: i64, terms: &Terms<'_>) {
        let at_end = &mut scope.ends[end];
        let stock = match (open > 0, self.item_type) {
            (true, _) if self.due == NO_DATE => Stock::NoDueDate,
            (true, _) if self.due >= day => Stock::NotDue,
            (true, _) => Stock::PastDue,
            (false, "receipt") if self.customer.is_empty() => Stock::Unidentified,
            (false, "receipt") => Stock::Unapplied,
            (false, "deposit") => Stock::OnAccount,
            (false, _) => Stock::OpenCredits,
        };
        at_end.stocks[Stock::Balance as usize].add(open);
        at_end.stocks[stock as usize].add(open);
        let age = (self.aged_from != NO_DATE).then(|| day - self.aged_from);
        at_end.aging[terms.buckets.of(open, age)].add(open);
        match stock {
            Stock::NotDue | Stock::PastDue | Stock::NoDueDate => {
                at_end.in_dispute[stock as usize - Stock::NotDue as usize] += i128::from(in_dispute);
            }
            Stock::Unapplied | Stock::Unidentified => {
                let days = day - self.issued;
                // The weekend after a payment is nobody's delay: the first bucket counts business days.
                let business = terms.calendar.number(day + 1) - terms.calendar.number(self.issued + 1);
                let bucket = if business <= CASH_AGES[0].1 { 0 } else { bucket_of(&CASH_AGES, days).max(1) };
                at_end.cash_ages[bucket].add(open);
                at_end.cash_days += i128::from(open) * i128::from(days);
            }
            Stock::Balance | Stock::OnAccount | Stock::OpenCredits => {}
        }
        if self.item_type == "invoice" && open > 0 {
            let days = i128::from(self.amount) * i128::from(day - self.issued);
            *at_end.open_days.entry(self.month).or_default() += days;
            at_end.open_invoices += 1;
        }
    }
}
