//! The invariants of the bank reconciliation, each formed by a second addition in i128.

use super::{Figures, Outcome};
use crate::normalise::source::Check;
use crate::reconcile::Checks;

/// What is left of the variance of a reconciliation once its items are taken off.
pub fn unexplained(outcome: &Outcome, rec: usize) -> i128 {
    let Figures { book, bank, .. } = outcome.figures[rec];
    book - bank - items(outcome, rec, |_| true)
}

fn items(outcome: &Outcome, rec: usize, wanted: impl Fn(&super::item::Item) -> bool) -> i128 {
    let of_rec = outcome.items.iter().filter(|item| usize::from(item.rec) == rec);
    of_rec.filter(|item| wanted(item)).map(|item| i128::from(item.amount)).sum()
}

/// The checks of every account.
pub fn checks(outcome: &Outcome) -> Checks {
    let mut checks = Checks::new();
    for (rec, account) in outcome.accounts.list.iter().enumerate() {
        let figures = &outcome.figures[rec];
        let named = |what: &str| format!("{}: {what}", account.rec_id);
        checks.push(match figures.book_proof {
            Some((balance, detail)) => Check::money(named("book balance = opening + detail"), balance, detail),
            None => Check::not_testable(
                named("book balance = opening + detail"),
                "the account is not in the trial balance, or has no opening balance there",
            ),
        });
        for proof in &figures.bank_proofs {
            let what = named(&format!("bank account {}: opening + lines = closing", proof.bank));
            checks.push(match proof.figures {
                Some((sum, closing)) => Check::money(what, sum, closing).with(proof.detail.clone()).remedied(
                    "a line or statement is missing or doubled: get the statements again before relying on any match",
                ),
                None => Check::not_testable(what, "the bank gives no two balances of this account"),
            });
        }
        if let Some(silent) = figures.silent {
            let undecided = |what: &str| Check::not_testable(named(what), silent.words());
            checks.push(undecided("unexplained = 0.00"));
            checks.push(undecided("adjusted book balance = adjusted bank balance"));
            continue;
        }
        checks.push(
            Check::money(named("opening difference = items carried and cleared"), figures.opening, figures.carried)
                .with(figures.scope.clone())
                .remedied("give the run of the period before (prior), or the whole detail and every statement"),
        );
        let (variance, rest) = (figures.book - figures.bank, unexplained(outcome, rec));
        let explained = items(outcome, rec, |_| true);
        checks.push(Check::money(named("items + unexplained = variance"), explained + rest, variance));
        checks.push(Check::money(named("unexplained = 0.00"), rest, 0).remedied(
            "no row accounts for it: look at the failed checks of this account first, then for lines that the ledger \
             or the statements lack",
        ));
        let (book, bank) = adjusted(outcome, rec);
        checks.push(Check::money(named("adjusted book balance = adjusted bank balance"), book, bank));
    }
    checks
}

/// The balances of books and bank, each adjusted for what the items say that it lacks.
pub fn adjusted(outcome: &Outcome, rec: usize) -> (i128, i128) {
    let Figures { book, bank, .. } = outcome.figures[rec];
    let of_bank = items(outcome, rec, |item| item.cause().is_of_bank());
    let of_books = items(outcome, rec, |item| !item.cause().is_of_bank());
    (book - of_books, bank + of_bank)
}
