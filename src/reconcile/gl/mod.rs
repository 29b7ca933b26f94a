//! The AR subledger against the GL control account: every document's two sides, and one cause for each that differs.
//!
//! The story, in the order of this file: key both sides, add up the balances, decide what can be compared with what,
//! put every row to its document, gather the documents that differ, look up what else is known of them, set whole
//! groups against summary postings and journals against their reversals, let the prior run's items meet the period,
//! classify the rest, and account for the opening balances.

mod amounts;
pub mod carry;
mod classify;
mod coverage;
pub mod divergence;
pub mod evidence;
mod exceptions;
pub mod figures;
pub mod item;
mod leads;
pub mod limits;
mod meeting;
pub mod opening;
mod past;
mod placing;
mod proof;
pub mod reversals;
pub mod rows;
pub mod sides;
mod signs;
mod summary;

use super::causes::Cause;
use super::control::{Controls, NO_REC};
use super::subledger::{Functional, Subledger, functional_amounts};
use super::{Checks, Inputs};
use crate::diag::{Finding, Place, Result};
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::Date;
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use carry::Ground;
use classify::Bench;
use evidence::Evidence;
use exceptions::Exception;
use figures::{Figures, Scope, ScopeKind};
use hashbrown::HashMap;
use item::Item;
use limits::{Given, Limits};
use opening::{Entry, Prior};
use reversals::Reversal;
use sides::{Doc, Sides};
use summary::SummaryMatch;

pub use proof::BALANCE_CHECK;

/// What the reconciliation is told beside its tables.
pub struct Terms<'a> {
    /// Setting of the close.
    pub setting: &'a Setting,
    /// First day of the period.
    pub period_start: Date,
    /// What a document may differ by and still be rounding, ten-thousandths.
    pub rounding_tolerance: i64,
    /// The run of the period before.
    pub prior: Option<&'a Prior>,
    /// Sources whose own control totals did not agree: (table, amount missing).
    pub short_sources: &'a [(String, i128)],
    /// What the sources brought, and what was refused.
    pub given: &'a Given,
    /// The day since which it is kept what was open when; nothing is kept where there is none.
    pub history_since: Option<Date>,
}

impl Terms<'_> {
    /// What the prior run closed a reconciliation with on the day before this period.
    fn closed_before(&self, rec_id: &str) -> Option<(i128, i128)> {
        self.prior.and_then(|prior| prior.closing(rec_id, self.period_start))
    }
}

/// Everything that was found.
pub struct Outcome {
    /// The control accounts, in the order of all lists here.
    pub controls: Controls,
    /// The subledger at the period end.
    pub subledger: Subledger,
    /// Balances by reconciliation.
    pub figures: Vec<Figures>,
    /// What was compared, by reconciliation.
    pub scopes: Vec<Scope>,
    /// What keeps each reconciliation from a conclusion.
    pub limits: Vec<Limits>,
    /// What no document proves of the opening balances, by reconciliation.
    pub unproved: Vec<i128>,
    /// What the prior run closed with on the day before this period, by reconciliation.
    pub closed_before: Vec<Option<(i128, i128)>>,
    /// The documents and their sides.
    pub sides: Sides,
    /// The keys.
    pub keys: KeyIndex,
    /// The reconciliation of each GL line.
    pub line_rec: Vec<u16>,
    /// Items, in the order in which they are listed.
    pub items: Vec<Item>,
    /// What each item says to a reader.
    pub explanations: Vec<String>,
    /// Summary postings that agree with their group.
    pub matches: Vec<SummaryMatch>,
    /// Journals and their reversals, which add up to nothing.
    pub reversals: Vec<Reversal>,
    /// What was proved.
    pub checks: Checks,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// Lets go of what is kept for each row of both sides, except the posting dates: once the tables by age and time
    /// are made, only the documents are left to be told, those of one number each for itself.
    pub fn let_go_of_rows(&mut self, inputs: &Inputs) {
        self.sides.part_shared_numbers(inputs, &self.subledger, &self.scopes);
        self.line_rec = Vec::new();
        self.sides.let_go_of_rows();
        self.subledger = Subledger { posting: std::mem::take(&mut self.subledger.posting), ..Subledger::default() };
    }
}

/// Reconciles every control account.
///
/// # Errors
/// When a document cannot be given to a control account, or an invariant does not hold.
pub fn reconcile(inputs: &Inputs, controls: Controls, terms: &Terms<'_>, functional: Functional) -> Result<Outcome> {
    let line_rec = controls.of_lines(&inputs.gl_lines);
    let (keys, mut numbers) = {
        let all = |_: usize| true;
        let on_control = |row: usize| line_rec[row] != NO_REC;
        KeyIndex::build(&[(inputs.ar_items.text("item_id"), &all), (inputs.gl_lines.text("document_id"), &on_control)])
    };
    let line_keys = numbers.pop().unwrap_or_default();
    let item_keys = numbers.pop().unwrap_or_default();
    let (setting, since) = (terms.setting, terms.history_since);
    let (subledger, mut findings) = Subledger::new(inputs, &controls, setting, functional, &keys, item_keys, since)?;
    let start = terms.period_start.days();
    let past = past::find(inputs, &controls, &subledger, &keys, (&line_rec, &line_keys), start);
    let (figures, coverage) = rayon::join(
        || {
            let (items, lines, balance) = (&inputs.ar_items, &inputs.gl_lines, &inputs.trial_balance);
            figures::figures(&controls.list, &subledger, items, lines, &line_rec, balance, &inputs.openings, start)
        },
        || coverage::of_all(&controls, &subledger, inputs, (&line_rec, &line_keys), &keys, &past, start),
    );
    let of_rec = figures.iter().zip(coverage);
    let scopes: Vec<Scope> = of_rec.map(|(figures, (before, period))| figures.scope(start, before, period)).collect();
    let sides = Sides::new(&subledger, &inputs.gl_lines, (&line_rec, &line_keys), keys.len(), &scopes, &past);
    let open_sums = open_sums(&scopes, &sides, &subledger);
    let agrees_by_open = |doc: &Doc| agrees_by_open(&open_sums, doc);
    let differs = |doc: &Doc| doc.gl != doc.subledger && !agrees_by_open(doc);
    let exceptions = exceptions::gather(&sides, &subledger, &inputs.gl_lines, &line_rec, &scopes, &differs);
    let numbers_shared = sides.shares_numbers(&subledger);
    let rates = rates_by_currency(inputs);
    let mut story = Story {
        inputs,
        controls: &controls,
        terms,
        keys: &keys,
        subledger: &subledger,
        rates: &rates,
        exceptions,
        numbers_shared,
        sides: &sides,
        open_sums: &open_sums,
    };
    story.split();
    let matches = summary::take(&mut story.exceptions, inputs, &subledger, &keys);
    let reversals = reversals::take(&mut story.exceptions, &inputs.gl_lines);
    let evidence = story.evidence();
    let mut settled = vec![Settled::default(); scopes.len()];
    let in_total = |doc: &&Doc| {
        scopes[doc.rec as usize].kind.leaves_settled() && (doc.gl == doc.subledger || !agrees_by_open(doc))
    };
    for doc in sides.docs.iter().filter(in_total) {
        let open = open_sums.get(&(doc.rec, doc.key)).copied().unwrap_or(0);
        settled[doc.rec as usize].of_register += i128::from(doc.subledger - open);
    }
    let mut items = story.items_either_way(&evidence, &figures, &scopes, &mut settled);
    let meetings = meeting::of_all(&controls, &sides, &line_rec, &matches, &keys);
    let limits = limits::of_all(terms.given, &controls, &figures, inputs, &meetings);
    // Without the other side, or where it writes other numbers, every document would be an item, and nothing would be
    // explained by it.
    items.retain(|item| limits[item.rec as usize].admits(item.cause(), figures[item.rec as usize].variance()));
    let amount_of = sides::line_amounts(&inputs.gl_lines);
    let mut keyless = vec![0_i128; scopes.len()];
    for row in &sides.keyless {
        keyless[line_rec[*row as usize] as usize] += i128::from(amount_of(*row as usize));
    }
    let bench = story.bench(&evidence);
    let explanations = items.iter().map(|item| item.explanation(&bench)).collect();
    let mut checks =
        proof::checks(&controls, &figures, &scopes, &limits, &sides, &keyless, &items, &settled, &matches)?;
    let met = controls.list.iter().zip(&figures).zip(&meetings);
    checks.extend(met.filter_map(|((control, figures), meeting)| meeting.check(control, figures.variance())));
    findings.extend(scope_findings(&controls, &scopes, &figures, &limits));
    findings.extend(limits::findings(terms.given, &controls, &figures, &limits, &meetings));
    findings.extend(signs::findings(&controls, &figures, &meetings, inputs, &subledger));
    let unproved = opening::unproved(&items, scopes.len());
    let closed_before: Vec<_> = controls.list.iter().map(|control| terms.closed_before(&control.rec_id)).collect();
    findings.extend(leads::cut_off(&controls, &figures, &scopes, &items, &inputs.gl_lines));
    findings.extend(leads::of_rest(&controls, &figures, &items, &sides, &line_rec, inputs, &keys, &limits));
    Ok(Outcome {
        subledger,
        figures,
        scopes,
        limits,
        unproved,
        closed_before,
        sides,
        line_rec,
        items,
        explanations,
        matches,
        reversals,
        checks,
        findings,
        keys,
        controls,
    })
}

/// What is open of each document of a register of open items: there, a document also agrees by its open amount.
fn open_sums(scopes: &[Scope], sides: &Sides, subledger: &Subledger) -> HashMap<(u16, u32), i64> {
    let mut open_of = HashMap::new();
    if scopes.iter().any(|scope| scope.kind.leaves_settled()) {
        for (row, doc) in sides.doc_of_item.iter().enumerate() {
            let Some(found) = sides.docs.get(*doc as usize) else { continue };
            if scopes[found.rec as usize].kind.leaves_settled() {
                *open_of.entry((found.rec, found.key)).or_insert(0_i64) += subledger.open[row];
            }
        }
    }
    open_of
}

/// Whether the ledger's postings on a document of a register of open items are what is open of it.
fn agrees_by_open(open_sums: &HashMap<(u16, u32), i64>, doc: &Doc) -> bool {
    doc.gl != 0 && doc.earlier_rows == 0 && open_sums.get(&(doc.rec, doc.key)) == Some(&doc.gl)
}

/// What is worked on while exceptions become items.
struct Story<'a> {
    inputs: &'a Inputs,
    controls: &'a Controls,
    terms: &'a Terms<'a>,
    keys: &'a KeyIndex,
    subledger: &'a Subledger,
    rates: &'a HashMap<String, Vec<rust_decimal::Decimal>>,
    exceptions: Vec<Exception>,
    numbers_shared: bool,
    sides: &'a Sides,
    open_sums: &'a HashMap<(u16, u32), i64>,
}

/// What the comparison with a register of open items leaves to be settled in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Subledger postings that the register does not hold: whole documents, and payments under a document's number.
    pub outside: i128,
    /// What is settled of the documents that it holds.
    pub of_register: i128,
    /// What the prior run carries of both.
    pub carried: i128,
}

impl<'a> Story<'a> {
    /// Parts what several documents of one number have in one exception.
    fn split(&mut self) {
        let mut exceptions = std::mem::take(&mut self.exceptions);
        self.bench(&Evidence::default()).split_documents(&mut exceptions);
        classify::split_twins(&mut exceptions);
        self.exceptions = exceptions;
    }

    fn evidence(&self) -> Evidence {
        let later = functional_amounts(&self.inputs.later_items, &self.inputs.exchange_rates, self.terms.setting);
        let mut evidence = evidence::collect(self.inputs, self.controls, &self.exceptions, self.keys, &later.amount);
        let missing = self.bench(&evidence).missing_rows(&self.exceptions);
        evidence::count_batches(&mut evidence, &self.inputs.ar_items, &self.subledger.rec, &missing);
        evidence
    }

    fn bench<'b>(&'b self, evidence: &'b Evidence) -> Bench<'b> {
        Bench {
            inputs: self.inputs,
            controls: self.controls,
            subledger: self.subledger,
            keys: self.keys,
            evidence,
            rounding_tolerance: self.terms.rounding_tolerance,
            rates: self.rates,
            twins: classify::pair_twins(&self.exceptions, self.controls),
            numbers_shared: self.numbers_shared,
        }
    }

    /// Forms the items. In a register of open items, credits under a document's own number can be its payments, which
    /// are compared in total, or differences of the document: the balances decide. They are payments, unless that
    /// leaves something unexplained which they explain to the cent as differences.
    fn items_either_way(
        &mut self,
        evidence: &Evidence,
        figures: &[Figures],
        scopes: &[Scope],
        settled: &mut Vec<Settled>,
    ) -> Vec<Item> {
        let mut paid: Vec<bool> = figures.iter().map(|figures| figures.without_receipts).collect();
        let is_asked = |rec: usize| scopes[rec].kind == ScopeKind::OpenItems && !figures[rec].without_receipts;
        let asked: Vec<usize> = {
            let bench = self.bench(evidence);
            let pays = |exception: &&Exception| bench.paid_under_its_number(exception).is_some();
            let recs = self.exceptions.iter().filter(|exception| is_asked(exception.rec as usize)).filter(pays);
            let mut recs: Vec<usize> = recs.map(|exception| exception.rec as usize).collect();
            recs.sort_unstable();
            recs.dedup();
            recs
        };
        if asked.is_empty() {
            return self.items(evidence, figures, scopes, settled, &paid);
        }
        let (exceptions, before) = (self.exceptions.clone(), settled.clone());
        let mut form = |story: &mut Self, paid: &[bool]| {
            (story.exceptions, *settled) = (exceptions.clone(), before.clone());
            story.items(evidence, figures, scopes, settled, paid)
        };
        let leaves = |items: &[Item], rec: usize| proof::unexplained(&figures[rec], rec as u16, items) != 0;
        let as_differences = form(self, &paid);
        let explained: Vec<usize> = asked.iter().copied().filter(|rec| !leaves(&as_differences, *rec)).collect();
        asked.iter().for_each(|rec| paid[*rec] = true);
        let as_payments = form(self, &paid);
        let others: Vec<usize> = explained.into_iter().filter(|rec| leaves(&as_payments, *rec)).collect();
        if others.is_empty() {
            return as_payments;
        }
        others.iter().for_each(|rec| paid[*rec] = false);
        form(self, &paid)
    }

    /// Turns the exceptions into items, and accounts for the opening balances. `is_paid` says where credits under a
    /// document's own number are its payments.
    fn items(
        &mut self,
        evidence: &Evidence,
        figures: &[Figures],
        scopes: &[Scope],
        settled: &mut [Settled],
        is_paid: &[bool],
    ) -> Vec<Item> {
        self.settle_paid(is_paid, evidence, settled);
        let paid: Vec<i128> = settled.iter().map(|settled| settled.outside).collect();
        let mut openings: Vec<i128> = vec![0; scopes.len()];
        let mut entries: Vec<Vec<Entry<'a>>> = vec![Vec::new(); scopes.len()];
        for (rec, scope) in scopes.iter().enumerate().filter(|(_, scope)| scope.start != i32::MIN) {
            entries[rec] = Entry::all(self.terms.prior, &self.controls.list[rec].rec_id);
            // What was paid under the documents' own numbers is in the open amounts of the register.
            openings[rec] = figures[rec].gl_opening(*scope) + paid[rec];
            openings[rec] += match scope.kind {
                ScopeKind::OpenItems => settled[rec].of_register,
                _ => -figures[rec].subledger_opening(*scope),
            };
            settled[rec].carried = openings[rec];
            self.meet_prior(rec as u16, scope.kind, &mut entries[rec], &mut openings[rec]);
            settled[rec].carried -= openings[rec];
        }
        self.settle_closed(scopes, evidence, settled);
        for (rec, scope) in scopes.iter().enumerate() {
            match scope.kind {
                // What earlier periods leave in total, once the documents of both sides are compared.
                ScopeKind::Held => openings[rec] = settled[rec].outside + settled[rec].of_register,
                ScopeKind::OpenItems if scope.start != i32::MIN => openings[rec] += settled[rec].outside - paid[rec],
                ScopeKind::OpenItems | ScopeKind::Period | ScopeKind::History => {}
            }
        }
        let bench = self.bench(evidence);
        let mut items: Vec<Item> = Vec::new();
        for (number, exception) in self.exceptions.iter().enumerate() {
            items.extend(bench.items(number, exception, &self.exceptions));
        }
        items.retain(|item| item.amount != 0);
        self.mark_incomplete(&mut items);
        self.mark_cut_off(&mut items, figures, scopes);
        for (rec, opening) in openings.iter().enumerate() {
            // What a register of open items leaves in total has no item: it stays unexplained. Where the register has
            // no document of the account, a difference of the openings is not known to be one.
            // Nor is it one where the trial balance does not tell the opening, or where the run of the period before
            // tells all that it is made of: no rest is hidden behind a name.
            let is_told = self.terms.closed_before(&self.controls.list[rec].rec_id).is_some();
            let with_rest = figures[rec].items > 0
                && match scopes[rec].kind {
                    ScopeKind::OpenItems => false,
                    ScopeKind::Period => figures[rec].opening.is_some() && !is_told,
                    ScopeKind::History | ScopeKind::Held => true,
                };
            let carried = opening::items(rec as u16, *opening, self.terms.prior, &entries[rec], with_rest);
            settled[rec].carried += carried.iter().map(|item| i128::from(item.amount)).sum::<i128>();
            items.extend(carried);
        }
        items.sort_by(|a, b| a.order().cmp(&b.order()));
        items
    }

    /// Lets the items of the prior run meet what the period posted of the same documents and journals.
    fn meet_prior(&mut self, rec: u16, kind: ScopeKind, entries: &mut [Entry<'_>], opening: &mut i128) {
        let ground = Ground {
            keys: self.keys,
            subledger: self.subledger,
            lines: &self.inputs.gl_lines,
            sides: self.sides,
            agrees_by_open: &|doc: &Doc| agrees_by_open(self.open_sums, doc),
            of_open_items: kind == ScopeKind::OpenItems,
        };
        let from = self.terms.prior.map_or("", |prior| &prior.period);
        carry::meet(rec, from, entries, &mut self.exceptions, opening, &ground);
        if kind == ScopeKind::Period {
            let is_told = self.terms.closed_before(&self.controls.list[rec as usize].rec_id).is_some();
            carry::clear_by_balance(rec, entries, &mut self.exceptions, opening, is_told);
        }
    }

    /// What is paid under a document's own number, where the register does not hold the receipt, is in its open amount.
    fn settle_paid(&mut self, is_paid: &[bool], evidence: &Evidence, settled: &mut [Settled]) {
        if !is_paid.contains(&true) {
            return;
        }
        let mut exceptions = std::mem::take(&mut self.exceptions);
        let bench = Bench { twins: classify::pair_twins(&exceptions, self.controls), ..self.bench(evidence) };
        let mut number = 0..;
        exceptions.retain_mut(|exception| {
            let rec = exception.rec as usize;
            let elsewhere = number.next().is_some_and(|number| bench.belongs_elsewhere(number, exception));
            let paid = bench.paid_under_its_number(exception).filter(|_| is_paid[rec] && !elsewhere);
            let Some((paid, taken)) = paid else { return true };
            // What the ledger took off beyond what was paid stays a difference of the document.
            let beyond = taken.abs() > paid.abs();
            settled[rec].outside += i128::from(if beyond { paid } else { taken });
            if beyond {
                exception.subledger = paid;
            } else {
                exception.journals.retain(|journal| !bench.pays(journal, paid));
            }
            !exception.journals.is_empty()
        });
        self.exceptions = exceptions;
    }

    /// Documents that the register does not hold because they are settled are compared in total: all of them in a
    /// register of open items, else those of earlier periods. Only journals that no subledger posts, and documents
    /// that are known to belong elsewhere, stay items.
    fn settle_closed(&mut self, scopes: &[Scope], evidence: &Evidence, settled: &mut [Settled]) {
        if !scopes.iter().any(|scope| scope.kind.leaves_settled()) {
            return;
        }
        let mut exceptions = std::mem::take(&mut self.exceptions);
        let bench = Bench { twins: classify::pair_twins(&exceptions, self.controls), ..self.bench(evidence) };
        let (dates, start) = (self.inputs.gl_lines.dates("posting_date"), self.terms.period_start.days());
        let mut number = 0..;
        exceptions.retain_mut(|exception| {
            let rec = exception.rec as usize;
            let elsewhere = number.next().is_some_and(|number| bench.belongs_elsewhere(number, exception));
            let is_earlier = || {
                let mut lines = exception.journals.iter().flat_map(|journal| &journal.lines);
                lines.any(|line| dates[*line as usize] < start)
            };
            let can_be_settled = match scopes[rec].kind {
                ScopeKind::OpenItems => true,
                ScopeKind::Held => is_earlier(),
                ScopeKind::History | ScopeKind::Period => false,
            };
            let none_left = exception.items.is_empty() && exception.key != NO_KEY;
            let not_held = exception.all_items.is_empty() && exception.earlier_items.is_empty();
            let is_told = exception.carried.is_some() || exception.applied != 0;
            if !can_be_settled || is_told || !none_left || !not_held || elsewhere {
                return true;
            }
            // Its discounts came with applications whose other end the register holds.
            settled[rec].outside -= i128::from(std::mem::take(&mut exception.subledger));
            exception.journals.retain(|journal| {
                let is_later = bench.is_posted_later(exception.rec, exception.key, journal.amount);
                let by_subledger = bench.is_subledger_posting(journal) && !is_later;
                if by_subledger {
                    settled[rec].outside += i128::from(journal.amount);
                }
                !by_subledger
            });
            !exception.journals.is_empty()
        });
        self.exceptions = exceptions;
    }

    /// Documents that the subledger has alone are the fault of the detail where it does not lead to the trial balance
    /// and ends before several of them (V01).
    fn mark_cut_off(&self, items: &mut [Item], figures: &[Figures], scopes: &[Scope]) {
        let is_short = |rec: usize| figures[rec].detail_gap(scopes[rec]) != 0;
        if !(0..scopes.len()).any(is_short) {
            return;
        }
        let last = leads::last_days(&self.inputs.gl_lines, self.controls);
        let is_cut = |item: &Item| {
            let rec = item.rec as usize;
            let is_later = item.posting.zip(last[rec]).is_some_and(|(day, last)| day > last);
            item.cause() == Cause::MissingInGl && is_later && is_short(rec)
        };
        let mut counts = vec![0_usize; scopes.len()];
        items.iter().filter(|item| is_cut(item)).for_each(|item| counts[item.rec as usize] += 1);
        for item in items.iter_mut().filter(|item| counts[item.rec as usize] >= leads::SEVERAL && is_cut(item)) {
            item.causes.insert(0, Cause::IncompleteExtract);
        }
    }

    /// Documents that the GL has alone are the fault of the extract where it is known to be short by just them (V01).
    fn mark_incomplete(&self, items: &mut [Item]) {
        let is_candidate = |item: &Item| item.cause() == Cause::MissingInSubledger;
        let last = self.subledger.posting.iter().max().copied().unwrap_or(i32::MIN);
        let beyond = |item: &Item| item.posting.is_some_and(|day| day > last);
        let total: i128 = items.iter().filter(|item| is_candidate(item)).map(|item| i128::from(item.amount)).sum();
        let short_by: i128 = self.terms.short_sources.iter().filter(|(t, _)| t == "ar_items").map(|(_, m)| m).sum();
        let whole = short_by != 0 && short_by == total;
        let several_beyond = items.iter().filter(|item| is_candidate(item) && beyond(item)).count() >= 3;
        for item in items.iter_mut().filter(|item| is_candidate(item)) {
            if whole || (several_beyond && beyond(item)) {
                item.causes.insert(0, Cause::IncompleteExtract);
            }
        }
    }
}

fn rates_by_currency(inputs: &Inputs) -> HashMap<String, Vec<rust_decimal::Decimal>> {
    let table = &inputs.exchange_rates;
    let (currencies, rates) = (table.text("currency"), table.decimals("rate"));
    let mut found: HashMap<String, Vec<rust_decimal::Decimal>> = HashMap::new();
    for row in 0..table.len() {
        found.entry(currencies.get(row).to_owned()).or_default().extend(rates[row]);
    }
    found
}

/// Says which comparison each account got, and what cannot be proved by it.
fn scope_findings(controls: &Controls, scopes: &[Scope], figures: &[Figures], limits: &[Limits]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let of_all = controls.list.iter().zip(scopes).zip(figures).zip(limits);
    for (((control, scope), figures), _) in of_all.filter(|(_, limits)| !limits.is_uncompared()) {
        let name = format!("{} account {}", control.entity, control.account);
        findings.push(Finding::note("T3001", Place::default(), format!("{name}: compared {}", scope.kind.words())));
        if figures.ending.is_none() {
            findings.push(Finding::warning(
                "T3005",
                Place::default(),
                format!("{name} is not in the trial balance; its GL balance is the sum of the detail"),
                "give the trial balance, so that the detail is proved complete",
            ));
        }
        if figures.items == 0 {
            findings.push(Finding::warning(
                "T3006",
                Place::default(),
                format!("{name} has no document in the subledger"),
                "check the entity and account of the register against [[control_account]]",
            ));
        }
    }
    findings
}

/// A check of one reconciliation, named after it.
fn named(control: &super::control::Control, what: &str) -> String {
    format!("{}: {what}", control.rec_id)
}

/// A check that the data cannot decide, for one reconciliation.
fn undecided(control: &super::control::Control, what: &str, why: &str) -> Check {
    Check::not_testable(named(control, what), why)
}
