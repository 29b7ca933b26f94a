//! What several payments want of one document: its instalments, or one of them has it and the others are told.

use super::answer::{Answer, Rule};
use super::book::Book;
use super::passes::Case;
use hashbrown::{HashMap, HashSet};

/// Settles what several payments want of the same documents. Payments that name one document together are its
/// instalments; where more is wanted than is open, those come first that the system applied later, then those that fit
/// to the cent, then the earlier ones, over all documents at once: the order of rows decides nothing.
pub fn settle<'a>(book: &Book<'a>, cases: &mut [Case<'a>], taken: &HashSet<u32>) {
    let mut wanted: HashMap<u32, Vec<usize>> = HashMap::new();
    for (at, case) in cases.iter().enumerate() {
        for row in case.answer.iter().flat_map(Answer::rows).filter(|row| !taken.contains(row)) {
            wanted.entry(row).or_default().push(at);
        }
    }
    wanted.retain(|_, claims| claims.len() > 1);
    let mut contested = HashSet::new();
    for (row, claims) in &wanted {
        if are_instalments(book, cases, *row, claims) {
            for at in claims {
                if let Some(answer) = &mut cases[*at].answer {
                    (answer.rule, answer.is_exact, answer.shortfall) = (Rule::Instalments, true, 0);
                }
            }
        } else if is_contested(book, cases, *row, claims) {
            contested.insert(*row);
        }
    }
    let mut order: Vec<usize> =
        wanted.iter().filter(|(row, _)| contested.contains(*row)).flat_map(|(_, at)| at).copied().collect();
    order.sort_by_cached_key(|at| {
        let case = &cases[*at];
        let is_exact = case.answer.as_ref().is_some_and(|answer| answer.is_exact);
        (case.later.is_none(), !is_exact, case.payment.order())
    });
    order.dedup();
    let mut holders: HashMap<u32, usize> = HashMap::new();
    let mut lost: Vec<(usize, usize)> = Vec::new();
    for at in &order {
        let rows = contested_rows(book, &cases[*at], &contested);
        match rows.iter().find_map(|row| holders.get(row)) {
            Some(holder) => lost.push((*at, *holder)),
            None => holders.extend(rows.into_iter().map(|row| (row, *at))),
        }
    }
    for at in &order {
        for row in contested_rows(book, &cases[*at], &contested).into_iter().filter(|row| holders.get(row) == Some(at))
        {
            let rival = order.iter().find(|other| *other != at && wanted[&row].contains(other));
            let rival = rival.map_or("another payment", |other| cases[*other].payment.id);
            let against = format!("{rival} claims {} as well", book.items.id.get(row as usize));
            cases[*at].answer.iter_mut().for_each(|answer| answer.against.push(against.clone()));
        }
    }
    for (at, holder) in lost {
        let keeper = cases[holder].payment.id;
        let answer = cases[at].answer.take();
        cases[at].others.extend(answer);
        cases[at].rival = Some(keeper);
    }
}

/// The documents of an answer that others want as well, by number.
fn contested_rows(book: &Book<'_>, case: &Case<'_>, contested: &HashSet<u32>) -> Vec<u32> {
    let rows = case.answer.iter().flat_map(Answer::rows);
    let mut rows: Vec<u32> = rows.filter(|row| contested.contains(row)).collect();
    rows.sort_by_cached_key(|row| book.items.order(*row));
    rows
}

/// What the payments want of a document together.
fn total(cases: &[Case<'_>], row: u32, claims: &[usize]) -> i64 {
    let answers = claims.iter().filter_map(|at| cases[*at].answer.as_ref());
    let parts = answers.flat_map(|answer| &answer.parts).filter(|part| part.row == row);
    parts.fold(0_i64, |sum, part| sum.saturating_add(part.amount))
}

/// What is open of a document for the payments that want it.
fn open(book: &Book<'_>, cases: &[Case<'_>], row: u32, claims: &[usize]) -> i64 {
    let open = claims.iter().filter_map(|at| book.items.open_in(row, cases[*at].payment.currency));
    open.min().unwrap_or(0)
}

fn are_instalments(book: &Book<'_>, cases: &[Case<'_>], row: u32, claims: &[usize]) -> bool {
    let is_part = |answer: &Answer| {
        let is_partial = matches!(answer.rule, Rule::ReferencePartial | Rule::RemittanceListed);
        is_partial && answer.excess == 0 && answer.parts.len() == 1 && answer.alternatives == 0
    };
    total(cases, row, claims) == open(book, cases, row, claims)
        && claims.iter().all(|at| cases[*at].answer.as_ref().is_some_and(is_part))
}

fn is_contested(book: &Book<'_>, cases: &[Case<'_>], row: u32, claims: &[usize]) -> bool {
    total(cases, row, claims) > open(book, cases, row, claims) || book.items.open[row as usize] <= 0
}
