//! The AR subledger against the GL control account: every document's two sides, and one cause for each that differs.
//!
//! The story, in the order of this file: key both sides, add up the balances, decide what can be compared with what,
//! put every row to its document, gather the documents that differ, look up what else is known of them, set whole
//! groups against summary postings, classify the rest, and account for the opening balances.

mod amounts;
mod classify;
pub mod divergence;
pub mod evidence;
mod exceptions;
pub mod figures;
pub mod item;
pub mod opening;
mod proof;
pub mod rows;
pub mod sides;
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
use classify::Bench;
use evidence::Evidence;
use exceptions::Exception;
use figures::{Figures, Scope, ScopeKind};
use hashbrown::HashMap;
use item::Item;
use opening::Prior;
use sides::{Doc, Sides};
use summary::SummaryMatch;

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
    /// What was proved.
    pub checks: Checks,
    /// What was noticed.
    pub findings: Vec<Finding>,
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
    let (subledger, mut findings) = Subledger::new(inputs, &controls, terms.setting, functional, &keys, item_keys)?;
    let start = terms.period_start.days();
    let figures =
        figures::figures(&controls.list, &subledger, &inputs.gl_lines, &line_rec, &inputs.trial_balance, start);
    let known = known_before(&controls, &subledger, inputs, &line_rec, &line_keys, keys.len(), start);
    let scopes: Vec<Scope> = figures.iter().zip(known).map(|(figures, known)| figures.scope(start, known)).collect();
    let sides = Sides::new(&subledger, &inputs.gl_lines, &line_rec, &line_keys, keys.len(), &scopes);
    let open_sums = open_sums(&scopes, &sides, &subledger);
    let differs = |doc: &Doc| doc.gl != doc.subledger && open_sums.get(&(doc.rec, doc.key)) != Some(&doc.gl);
    let exceptions = exceptions::gather(&sides, &subledger, &inputs.gl_lines, &line_rec, &differs);
    let mut story = Story { inputs, controls: &controls, terms, keys: &keys, subledger: &subledger, exceptions };
    let matches = summary::take(&mut story.exceptions, inputs, &subledger, &keys);
    let evidence = story.evidence();
    let (items, mut settled) = story.items(&evidence, &figures, &scopes);
    for doc in &sides.docs {
        if let Some(open) =
            open_sums.get(&(doc.rec, doc.key)).filter(|open| **open != doc.gl || doc.gl == doc.subledger)
        {
            settled[doc.rec as usize].of_register += i128::from(doc.subledger - open);
        }
    }
    let amount_of = sides::line_amounts(&inputs.gl_lines);
    let mut keyless = vec![0_i128; scopes.len()];
    for row in &sides.keyless {
        keyless[line_rec[*row as usize] as usize] += i128::from(amount_of(*row as usize));
    }
    let rates = rates_by_currency(inputs);
    let bench = story.bench(&evidence, &rates);
    let explanations = items.iter().map(|item| item.explanation(&bench)).collect();
    let checks = proof::checks(&controls, &figures, &scopes, &sides, &keyless, &items, &settled, &matches)?;
    findings.extend(scope_findings(&controls, &scopes, &figures));
    Ok(Outcome {
        subledger,
        figures,
        scopes,
        sides,
        line_rec,
        items,
        explanations,
        matches,
        checks,
        findings,
        keys,
        controls,
    })
}

/// What is open of each document of a register of open items: there, a document also agrees by its open amount.
fn open_sums(scopes: &[Scope], sides: &Sides, subledger: &Subledger) -> HashMap<(u16, u32), i64> {
    let mut open_of = HashMap::new();
    if scopes.iter().any(|scope| scope.kind == ScopeKind::OpenItems) {
        for (row, doc) in sides.doc_of_item.iter().enumerate() {
            let Some(found) = sides.docs.get(*doc as usize) else { continue };
            if scopes[found.rec as usize].kind == ScopeKind::OpenItems {
                *open_of.entry((found.rec, found.key)).or_insert(0_i64) += subledger.open[row];
            }
        }
    }
    open_of
}

/// What is worked on while exceptions become items.
struct Story<'a> {
    inputs: &'a Inputs,
    controls: &'a Controls,
    terms: &'a Terms<'a>,
    keys: &'a KeyIndex,
    subledger: &'a Subledger,
    exceptions: Vec<Exception>,
}

/// What the comparison with a register of open items leaves to be settled in total.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settled {
    /// Subledger postings of documents that the register does not hold.
    pub outside: i128,
    /// What is settled of the documents that it holds.
    pub of_register: i128,
}

impl<'a> Story<'a> {
    fn evidence(&self) -> Evidence {
        let later = functional_amounts(&self.inputs.later_items, &self.inputs.exchange_rates, self.terms.setting);
        let mut evidence = evidence::collect(self.inputs, self.controls, &self.exceptions, self.keys, &later.amount);
        let rates = HashMap::new();
        let missing = self.bench(&evidence, &rates).missing_rows(&self.exceptions);
        evidence::count_batches(&mut evidence, &self.inputs.ar_items, &self.subledger.rec, &missing);
        evidence
    }

    fn bench(&'a self, evidence: &'a Evidence, rates: &'a HashMap<String, Vec<rust_decimal::Decimal>>) -> Bench<'a> {
        Bench {
            inputs: self.inputs,
            controls: self.controls,
            subledger: self.subledger,
            keys: self.keys,
            evidence,
            rounding_tolerance: self.terms.rounding_tolerance,
            rates,
            twins: classify::pair_twins(&self.exceptions, self.controls),
        }
    }

    /// Turns the exceptions into items, and accounts for the opening balances.
    fn items(&mut self, evidence: &Evidence, figures: &[Figures], scopes: &[Scope]) -> (Vec<Item>, Vec<Settled>) {
        let mut openings: Vec<i128> = figures
            .iter()
            .zip(scopes)
            .map(|(figures, scope)| match scope.kind {
                ScopeKind::Period => figures.gl_opening(*scope) - figures.subledger_opening(*scope),
                ScopeKind::History | ScopeKind::OpenItems => 0,
            })
            .collect();
        for (rec, opening) in openings.iter_mut().enumerate() {
            if scopes[rec].kind == ScopeKind::Period {
                let rec_id = &self.controls.list[rec].rec_id;
                let keys = self.keys;
                opening::clear_earlier(rec as u16, &mut self.exceptions, opening, keys, self.terms.prior, rec_id);
            }
        }
        let settled = self.settle_closed(scopes, evidence);
        let rates = rates_by_currency(self.inputs);
        let bench = self.bench(evidence, &rates);
        let mut items: Vec<Item> = Vec::new();
        for (number, exception) in self.exceptions.iter().enumerate() {
            items.extend(bench.items(number, exception, &self.exceptions));
        }
        items.retain(|item| item.amount != 0);
        self.mark_incomplete(&mut items);
        for (rec, opening) in openings.iter().enumerate().filter(|(rec, _)| scopes[*rec].kind == ScopeKind::Period) {
            let rec_id = &self.controls.list[rec].rec_id;
            items.extend(opening::items(rec as u16, rec_id, *opening, self.terms.prior));
        }
        items.sort_by(|a, b| a.order().cmp(&b.order()));
        (items, settled)
    }

    /// In a register of open items, documents that it does not hold are settled: they are compared in total, and only
    /// journals that no subledger posts stay items.
    fn settle_closed(&mut self, scopes: &[Scope], evidence: &Evidence) -> Vec<Settled> {
        let mut settled = vec![Settled::default(); scopes.len()];
        if !scopes.iter().any(|scope| scope.kind == ScopeKind::OpenItems) {
            return settled;
        }
        let mut exceptions = std::mem::take(&mut self.exceptions);
        let rates = HashMap::new();
        let bench = self.bench(evidence, &rates);
        exceptions.retain_mut(|exception| {
            let open_items = scopes[exception.rec as usize].kind == ScopeKind::OpenItems;
            let not_held = exception.all_items.is_empty() && exception.key != NO_KEY;
            if !open_items || !not_held {
                return true;
            }
            exception.journals.retain(|journal| {
                let by_subledger = bench.is_subledger_posting(journal);
                if by_subledger {
                    settled[exception.rec as usize].outside += i128::from(journal.amount);
                }
                !by_subledger
            });
            !exception.journals.is_empty()
        });
        self.exceptions = exceptions;
        settled
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

/// For each reconciliation, the share in percent of GL documents before the period that the register knows.
fn known_before(
    controls: &Controls,
    subledger: &Subledger,
    inputs: &Inputs,
    line_rec: &[u16],
    line_keys: &[u32],
    key_count: usize,
    start: i32,
) -> Vec<u32> {
    let mut in_register = vec![false; key_count];
    for key in subledger.key.iter().filter(|key| **key != NO_KEY) {
        in_register[*key as usize] = true;
    }
    let dates = inputs.gl_lines.dates("posting_date");
    let mut counts = vec![(0_u64, 0_u64); controls.list.len()];
    for (row, rec) in line_rec.iter().enumerate().filter(|(_, rec)| **rec != NO_REC) {
        if dates[row] < start && line_keys[row] != NO_KEY {
            let count = &mut counts[*rec as usize];
            count.0 += 1;
            count.1 += u64::from(in_register[line_keys[row] as usize]);
        }
    }
    counts.into_iter().map(|(all, known)| (known * 100).checked_div(all).unwrap_or(100) as u32).collect()
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
fn scope_findings(controls: &Controls, scopes: &[Scope], figures: &[Figures]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for ((control, scope), figures) in controls.list.iter().zip(scopes).zip(figures) {
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
