//! The invariants of the reconciliation, each formed by a second addition in i128 (contract, "How figures are formed").

use super::figures::{Figures, Scope, ScopeKind};
use super::item::Item;
use super::limits::Limits;
use super::sides::Sides;
use super::summary::SummaryMatch;
use super::{Settled, named, undecided};
use crate::diag::{Problem, Result};
use crate::normalise::source::Check;
use crate::reconcile::Checks;
use crate::reconcile::control::Controls;

/// What is left of a variance once the items are taken off.
pub fn unexplained(figures: &Figures, rec: u16, items: &[Item]) -> i128 {
    let explained: i128 = items.iter().filter(|item| item.rec == rec).map(|item| i128::from(item.amount)).sum();
    figures.variance() - explained
}

/// Forms every check of every reconciliation.
///
/// # Errors
/// When an invariant of the program itself does not hold: then nothing may be written.
#[allow(clippy::too_many_arguments, reason = "the parts of one proof")]
pub fn checks(
    controls: &Controls,
    figures: &[Figures],
    scopes: &[Scope],
    limits: &[Limits],
    sides: &Sides,
    keyless: &[i128],
    items: &[Item],
    settled: &[Settled],
    matches: &[SummaryMatch],
) -> Result<Checks> {
    let mut checks = Checks::new();
    for (rec, control) in (0_u16..).zip(&controls.list) {
        let (figures, scope, limits) = (&figures[rec as usize], scopes[rec as usize], &limits[rec as usize]);
        let balance = balance_check(control, figures, scope, limits);
        let off_by = balance.figures.map_or(0, |(left, right)| left - right);
        checks.push(balance);
        checks.push(subledger_check(control, figures, scope));
        let second = second_variance(rec, sides, keyless);
        let first = figures.gl_lines(scope) - figures.subledger_postings(scope);
        if first != second {
            return Err(Problem::internal(format!(
                "{}: the documents' differences add up to {second}, the two sides' to {first}",
                control.rec_id
            )));
        }
        let explained: i128 = items.iter().filter(|item| item.rec == rec).map(|item| i128::from(item.amount)).sum();
        let rest = unexplained(figures, rec, items);
        let variance = figures.variance();
        checks.push(Check::money(named(control, "items + unexplained = variance"), explained + rest, variance));
        if limits.is_uncompared() {
            checks.push(undecided(control, "unexplained = 0.00", &limits.uncompared()));
            continue;
        }
        if let (Some(unmet), 0) = (limits.unmet(), variance) {
            checks.push(undecided(control, "unexplained = 0.00", unmet));
            continue;
        }
        let check = Check::money(named(control, "unexplained = 0.00"), rest, 0).told(rest == off_by);
        checks.push(check.with(scope.kind.words()).remedied(
            "no document accounts for it: look at the failed checks of this account first, then for lines that the \
             detail or the register lacks",
        ));
        if scope.kind == ScopeKind::OpenItems {
            let what = match scope.start {
                i32::MIN => "what the register does not hold = settled part of its documents",
                _ => "opening balance + what the register does not hold = earlier and settled part of its documents",
            };
            let Settled { outside, of_register, carried } = settled[rec as usize];
            let what = if carried == 0 { what.to_owned() } else { format!("{what} + items of the prior run") };
            let check = Check::money(named(control, &what), figures.gl_opening(scope) + outside, carried - of_register);
            checks.push(check.remedied(
                "no document of this account is closed, so the register was taken for one of open items alone; if it \
                 should hold closed ones, export it with them, else look for what was posted without the subledger",
            ));
        }
        let of_rec = matches.iter().filter(|found| found.rec == rec);
        let count = of_rec.clone().count();
        if count > 0 {
            let posted: i128 = of_rec.clone().map(|found| i128::from(found.amount)).sum();
            let documents: i128 = of_rec.map(|found| i128::from(found.documents_amount)).sum();
            let what = format!("{count} summary postings = their documents");
            checks.push(Check::money(named(control, &what), posted, documents));
        }
    }
    Ok(checks)
}

/// The check that the detail leads to the balance of the GL.
pub const BALANCE_CHECK: &str = "GL balance = opening + detail";

/// GL balance = opening + detail.
fn balance_check(
    control: &crate::reconcile::control::Control,
    figures: &Figures,
    scope: Scope,
    limits: &Limits,
) -> Check {
    let what = BALANCE_CHECK;
    match figures.ending {
        None => undecided(control, what, "the account is not in the trial balance"),
        Some(_) if limits.is_uncompared() && !figures.has_lines() => undecided(control, what, &limits.uncompared()),
        Some(_) if scope.start != i32::MIN && figures.opening.is_none() => {
            undecided(control, what, "the trial balance has no opening balance and the detail is of the period alone")
        }
        Some(ending) => {
            let opening = figures.gl_opening(scope);
            Check::money(named(control, what), ending, opening + figures.gl_lines(scope))
        }
    }
}

/// Subledger balance = opening + postings.
fn subledger_check(control: &crate::reconcile::control::Control, figures: &Figures, scope: Scope) -> Check {
    let what = "subledger balance = opening + postings";
    match scope.kind {
        ScopeKind::History => Check::money(named(control, what), figures.open, figures.postings()),
        ScopeKind::Held if figures.postings() == figures.open => {
            Check::money(named(control, what), figures.open, figures.postings())
        }
        ScopeKind::Period if figures.postings() == figures.open => {
            Check::money(named(control, what), figures.open, figures.postings())
        }
        ScopeKind::Period | ScopeKind::Held => {
            undecided(control, what, "the register does not hold the closed documents of earlier periods")
        }
        ScopeKind::OpenItems => undecided(control, what, "the register holds open items alone"),
    }
}

/// The sum of the documents' differences, formed from the documents and the journals without one.
fn second_variance(rec: u16, sides: &Sides, keyless: &[i128]) -> i128 {
    let of_docs = sides.docs.iter().filter(|doc| doc.rec == rec);
    keyless[rec as usize] + of_docs.map(|doc| i128::from(doc.gl) - i128::from(doc.subledger)).sum::<i128>()
}
