//! The period opens where the prior run closed, on both sides. Where it does not, the past was changed after it was
//! closed: a document was posted into it, or one of it was changed or taken out.

use super::{Run, unguarded};
use crate::diag::{Finding, Place};
use crate::model::money::grouped;
use crate::model::{Date, DocKey};
use crate::normalise::amount::{self, Mark};
use crate::normalise::source::Check;
use crate::reconcile::control::NO_REC;
use crate::reconcile::gl::Outcome;
use crate::reconcile::gl::opening::Prior;
use crate::reconcile::gl::sides::line_amounts;
use crate::reconcile::{Checks, Inputs};
use std::collections::{BTreeMap, BTreeSet};

/// How many documents a message names.
const NAMED: usize = 5;
/// What the documents of a run held, by reconciliation and document: GL and subledger.
type Held = BTreeMap<(String, String), [i64; 2]>;

/// What the comparison found.
#[derive(Default)]
pub(crate) struct Continued {
    /// A check for each side that can be compared.
    pub(crate) checks: Checks,
    /// What changed.
    pub(crate) findings: Vec<Finding>,
    /// By how much an opening was changed that no item tells of, and what keeps the account open for it.
    pub(crate) broken: Vec<(usize, i128, String)>,
}

/// Compares both openings of every account with what the prior run closed with.
pub(crate) fn check(outcome: &Outcome, inputs: &Inputs, prior: (&Run, &Prior), start: Date) -> Continued {
    let Continued { mut checks, mut findings, mut broken } = Continued::default();
    let (prior, told) = prior;
    let mut documents: Option<(Held, Held)> = None;
    for (at, control) in outcome.controls.list.iter().enumerate() {
        let (figures, scope) = (&outcome.figures[at], outcome.scopes[at]);
        let openings = [figures.told_gl_opening(scope), figures.told_subledger_opening(scope)];
        let Some((gl, subledger)) = outcome.closed_before[at] else { continue };
        for (side, (name, closed)) in [("GL", gl), ("subledger", subledger)].into_iter().enumerate() {
            let what = format!("{}: {name} opening = closing of the prior run {}", control.rec_id, prior.period);
            let Some(opening) = openings[side] else {
                checks.push(Check::not_testable(what, "nothing but the prior run tells the opening balance"));
                continue;
            };
            checks.push(Check::money(what, opening, closed).told(true));
            if opening == closed {
                continue;
            }
            let (now, then) =
                documents.get_or_insert_with(|| (before(outcome, inputs, start), read(prior).unwrap_or_default()));
            let changed = changed(&control.rec_id, side, now, then, (opening, closed));
            let by_items = match &changed {
                Some(documents) => documents.iter().all(|(document, _)| is_item(outcome, told, at, document)),
                None => takes_prior_items_back(told, &control.rec_id, openings, (gl, subledger)),
            };
            let changed = changed.map(|documents| in_words(&documents));
            let money = |units: i128| grouped(units, control.currency.decimals() as usize);
            if !by_items {
                let words = format!(
                    "the {name} opens with {}, and the run of {} closed with {}: no item tells why",
                    money(opening),
                    prior.period,
                    money(closed)
                );
                broken.push((at, opening - closed, words));
            }
            findings.push(Finding::error(
                "T3018",
                Place::default(),
                format!(
                    "{} account {}: the {name} opens with {}, and the run of {} closed with {}: the past was changed \
                     by {}{}",
                    control.entity,
                    control.account,
                    money(opening),
                    prior.period,
                    money(closed),
                    money(opening - closed),
                    changed.map_or_else(
                        || "; its documents do not tell by what".to_owned(),
                        |documents| format!(", by {documents}")
                    )
                ),
                "find out who posted into the closed period, and reverse it or run that period again",
            ));
        }
    }
    Continued { checks, findings, broken }
}

/// Whether a document or journal is an item of this run or of the prior one: then it is told what it did.
fn is_item(outcome: &Outcome, prior: &Prior, at: usize, name: &str) -> bool {
    let speaks = |document: &str, journals: &str| document == name || journals.split("; ").any(|id| id == name);
    let rec_id = &outcome.controls.list[at].rec_id;
    outcome.items.iter().any(|item| usize::from(item.rec) == at && speaks(&item.document, &item.journal))
        || prior.items.iter().any(|item| item.rec_id == *rec_id && speaks(&item.document, &item.journal))
}

/// Whether one side alone was changed, by just what the items of the prior run were: they were mended where they
/// belong.
fn takes_prior_items_back(
    prior: &Prior,
    rec_id: &str,
    openings: [Option<i128>; 2],
    (gl, subledger): (i128, i128),
) -> bool {
    let items = prior.items.iter().filter(|item| item.rec_id == rec_id).map(|item| i128::from(item.amount));
    let items: i128 = items.sum();
    let [Some(to_gl), Some(to_subledger)] = openings else { return false };
    let (by_gl, by_subledger) = (to_gl - gl, to_subledger - subledger);
    items != 0 && by_gl - by_subledger == -items && (by_gl == 0 || by_subledger == 0)
}

/// The documents that the difference is made of; `None` where they do not add up to it.
fn changed(
    rec_id: &str,
    side: usize,
    now: &Held,
    then: &Held,
    (opening, closed): (i128, i128),
) -> Option<Vec<(String, i128)>> {
    let of = |held: &Held, key: &(String, String)| held.get(key).map_or(0, |amounts| amounts[side]);
    let keys: BTreeSet<&(String, String)> = now.keys().chain(then.keys()).filter(|key| key.0 == rec_id).collect();
    let moved = keys.into_iter().map(|key| (key.1.as_str(), i128::from(of(now, key)) - i128::from(of(then, key))));
    let moved: Vec<(String, i128)> =
        moved.filter(|(_, amount)| *amount != 0).map(|(document, amount)| (document.to_owned(), amount)).collect();
    (moved.iter().map(|(_, amount)| amount).sum::<i128>() == opening - closed).then_some(moved)
}

fn in_words(documents: &[(String, i128)]) -> String {
    let named = documents.iter().take(NAMED).map(|(document, amount)| format!("{document} {}", grouped(*amount, 2)));
    let named = named.collect::<Vec<_>>().join(", ");
    let more = documents.len().saturating_sub(NAMED);
    if more > 0 { format!("{named} and {more} more") } else { named }
}

/// What both sides hold of each document from before the period. Journals without a document stand under their own id.
fn before(outcome: &Outcome, inputs: &Inputs, start: Date) -> Held {
    let mut held = Held::new();
    let rec_id = |rec: u16| outcome.controls.list[rec as usize].rec_id.clone();
    let subledger = &outcome.subledger;
    let ids = inputs.ar_items.text("item_id");
    for row in (0..subledger.len()).filter(|row| subledger.rec[*row] != NO_REC) {
        if let Some(key) = DocKey::new(ids.get(row)).filter(|_| subledger.posting[row] < start.days()) {
            held.entry((rec_id(subledger.rec[row]), key.as_str().to_owned())).or_default()[1] += subledger.amount[row];
        }
    }
    let parts = subledger.settlements.iter().filter(|part| part.rec != NO_REC && part.date < start.days());
    for part in parts {
        let key = outcome.keys.text(part.from_key).to_owned();
        held.entry((rec_id(part.rec), key)).or_default()[1] += part.amount;
    }
    let lines = inputs.gl_lines.as_ref();
    let (dates, amount_of) = (lines.dates("posting_date"), line_amounts(lines));
    let (documents, journals) = (lines.text("document_id"), lines.text("journal_id"));
    for (row, rec) in outcome.line_rec.iter().enumerate() {
        if *rec != NO_REC && dates[row] < start.days() {
            let key = DocKey::new(documents.get(row)).map(|key| key.as_str().to_owned());
            let key = key.unwrap_or_else(|| journals.get(row).to_owned());
            held.entry((rec_id(*rec), key)).or_default()[0] += amount_of(row);
        }
    }
    held
}

/// The documents of the prior run; none where they cannot be read.
fn read(prior: &Run) -> Option<Held> {
    let mut reader = csv::Reader::from_path(prior.folder.join("data/documents.csv")).ok()?;
    let headings = reader.headers().ok()?.clone();
    let at = |name: &str| headings.iter().position(|heading| heading == name);
    let (rec, document) = (at("rec_id")?, at("document_id")?);
    let (gl, subledger) = (at("gl_amount")?, at("subledger_amount")?);
    let mut held = Held::new();
    for record in reader.records() {
        let record = record.ok()?;
        let cell = |at: usize| unguarded(record.get(at).unwrap_or(""));
        let units = |at: usize| amount::parse(&cell(at), Mark::Dot).map_or(0, |parsed| parsed.units);
        let amounts = held.entry((cell(rec), cell(document))).or_default();
        amounts[0] += units(gl);
        amounts[1] += units(subledger);
    }
    Some(held)
}
