//! From payments to one answer each: passes from certain to weak over one pool of open documents. A pass looks at all
//! payments before it gives anything away, and what several want is settled between them, whatever order they came in.

use super::answer::Answer;
use super::book::Book;
use super::claims;
use super::memory::Decision;
use super::named::Named;
use super::payers::Payer;
use super::payment::Payment;
use super::search::{Asked, BY_CHANCE, Search};
use super::words::Words;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// Of the answers that were not taken so many are kept for the reader.
const OTHERS: usize = 5;

/// One payment on its way to an answer.
#[derive(Clone, Debug)]
pub struct Case<'a> {
    /// The payment.
    pub payment: Payment<'a>,
    /// Who pays.
    pub payer: Payer<'a>,
    /// What it names.
    pub named: Named,
    /// The answer.
    pub answer: Option<Answer>,
    /// Other answers, the likelier first.
    pub others: Vec<Answer>,
    /// An earlier payment that claims the same documents, where this one got nothing for it.
    pub rival: Option<&'a str>,
    /// Whether the words say that it is no payment of an invoice.
    pub is_aside: bool,
    /// What the system applied it to after the period end.
    pub later: Option<Answer>,
    /// The day after the period end on which the system cleared it, where no application says against what.
    pub cleared_on: Option<i32>,
    /// Answers that a person refused.
    pub refused: Vec<Decision>,
    /// What a person accepted.
    pub accepted: Option<Answer>,
    /// Who took it back, in a sentence: there is nothing left to apply.
    pub undone: Option<String>,
    /// What settled its document after the period end, in a sentence; and whether that was a receipt.
    pub settled_later: Option<(String, bool)>,
}

impl<'a> Case<'a> {
    /// A payment without an answer yet.
    pub fn new(payment: Payment<'a>, payer: Payer<'a>, named: Named) -> Case<'a> {
        let words = Words::of(payment.texts.iter().copied());
        let is_aside = named.is_nothing() && (words.is_no_sale() || words.is_on_account() || words.is_prepayment());
        Case {
            payment,
            payer,
            named,
            answer: None,
            others: Vec::new(),
            rival: None,
            is_aside,
            later: None,
            cleared_on: None,
            refused: Vec::new(),
            accepted: None,
            undone: None,
            settled_later: None,
        }
    }

    /// The case as the search sees it.
    pub fn asked(&self) -> Asked<'_, 'a> {
        Asked { payment: &self.payment, payer: &self.payer, named: &self.named }
    }

    /// Whether the system has applied some of it already: what is open is a rest.
    fn is_rest(&self) -> bool {
        self.payment.amount < self.payment.whole
    }
}

/// Gives every payment its answer. What a person accepted goes first; where the passes find the same by themselves,
/// their answer stands, with all that speaks for it.
pub fn answer<'a>(book: &Book<'a>, cases: &mut [Case<'a>]) {
    run(book, cases);
    let mut is_other = false;
    let mut kept: Vec<Option<Answer>> = Vec::with_capacity(cases.len());
    for case in cases.iter() {
        let Some(accepted) = &case.accepted else {
            kept.push(None);
            continue;
        };
        let mut rows: Vec<u32> = accepted.rows().collect();
        rows.sort_unstable();
        let same = case.answer.as_ref().filter(|answer| answer.settles(&rows));
        is_other |= same.is_none();
        kept.push(Some(Answer { is_accepted: true, ..same.unwrap_or(accepted).clone() }));
    }
    if is_other {
        // Documents that a person gave away are no longer to be had: all others are asked again.
        for (case, kept) in cases.iter_mut().zip(kept) {
            (case.answer, case.others, case.rival) = (kept, Vec::new(), None);
        }
        run(book, cases);
    } else {
        cases.iter_mut().zip(kept).filter(|(_, kept)| kept.is_some()).for_each(|(case, kept)| case.answer = kept);
    }
}

/// The passes, from certain to weak, over what has no answer yet.
fn run<'a>(book: &Book<'a>, cases: &mut [Case<'a>]) {
    let mut taken: HashSet<u32> = cases.iter().flat_map(|case| case.answer.iter().flat_map(Answer::rows)).collect();
    by_reference(book, cases, &mut taken);
    by_near_reference(book, cases, &mut taken);
    by_amount(book, cases, &mut taken);
    others(book, cases, &taken);
}

fn is_refused<'a>(book: &Book<'a>, case: &Case<'a>, answer: &Answer) -> bool {
    let numbers: Vec<&str> = answer.rows().map(|row| book.items.id.get(row as usize)).collect();
    case.refused.iter().any(|decision| decision.is_of(&numbers))
}

fn each<'a>(
    book: &Book<'a>,
    cases: &mut [Case<'a>],
    is_asked: impl Fn(&Case<'a>) -> bool + Sync,
    search: impl Fn(&Asked<'_, 'a>) -> Option<Answer> + Sync,
) -> Vec<(usize, Answer)> {
    let found: Vec<Option<Answer>> = cases
        .par_iter()
        .map(|case| {
            let is_open = case.answer.is_none() && case.undone.is_none();
            if is_open && is_asked(case) { search(&case.asked()) } else { None }
        })
        .collect();
    let found: Vec<Option<Answer>> =
        cases.iter().zip(found).map(|(case, found)| found.filter(|answer| !is_refused(book, case, answer))).collect();
    found.into_iter().enumerate().filter_map(|(at, answer)| Some((at, answer?))).collect()
}

/// What payments name, settled between those that want the same.
fn by_reference<'a>(book: &Book<'a>, cases: &mut [Case<'a>], taken: &mut HashSet<u32>) {
    let found = {
        let search = Search { book, taken };
        each(book, cases, |_| true, |asked| search.by_reference(asked))
    };
    for (at, answer) in found {
        cases[at].answer = Some(answer);
    }
    claims::settle(book, cases, taken);
    taken.extend(cases.iter().flat_map(|case| case.answer.iter().flat_map(Answer::rows)));
    beaten(book, cases);
}

/// Payments that name only documents which others have by now.
fn beaten<'a>(book: &Book<'a>, cases: &mut [Case<'a>]) {
    let mut owners: HashMap<u32, &'a str> = HashMap::new();
    for case in cases.iter() {
        for row in case.answer.iter().flat_map(Answer::rows) {
            owners.entry(row).or_insert(case.payment.id);
        }
    }
    for case in cases.iter_mut().filter(|case| case.answer.is_none() && case.rival.is_none()) {
        let currency = case.payment.currency;
        let open = case.named.open.iter().map(|mention| mention.row);
        let mut open = open.filter(|row| book.items.open_in(*row, currency).is_some_and(|open| open != 0));
        case.rival = open.find_map(|row| owners.get(&row)).copied().filter(|_| case.undone.is_none());
    }
}

/// Numbers one step off, and orders that became invoices. What several want, none gets.
fn by_near_reference<'a>(book: &Book<'a>, cases: &mut [Case<'a>], taken: &mut HashSet<u32>) {
    let search = Search { book, taken };
    let found = each(
        book,
        cases,
        |case| case.named.is_nothing() && case.rival.is_none(),
        |asked| search.by_near_reference(asked),
    );
    give_to_single_claimants(cases, found, taken);
}

/// Amounts alone: equal amounts of one customer are paired oldest with oldest where there are enough documents for all
/// payments; then combinations.
fn by_amount<'a>(book: &Book<'a>, cases: &mut [Case<'a>], taken: &mut HashSet<u32>) {
    let may_ask = |case: &Case<'a>| {
        let is_free = case.rival.is_none() && case.undone.is_none() && !case.is_aside;
        is_free && case.named.is_nothing() && case.named.strangers.is_empty()
    };
    let search = Search { book, taken };
    // Payments of one payer and amount see the same documents: they stand in line for them, the earliest first.
    let lines = alike(cases, |case| case.answer.is_none() && may_ask(case));
    let singles: Vec<Vec<u32>> = lines.par_iter().map(|line| search.singles(&cases[line[0]].asked())).collect();
    let mut found = Vec::new();
    for (line, rows) in lines.iter().zip(&singles).filter(|(line, rows)| line.len() <= rows.len()) {
        for (at, row) in line.iter().zip(rows) {
            found.push((*at, search.single(&cases[*at].asked(), *row, rows.len() - 1)));
        }
    }
    found.retain(|(at, answer)| !is_refused(book, &cases[*at], answer));
    give_to_single_claimants(cases, found, taken);
    let search = Search { book, taken };
    let lines = alike(cases, |case| case.answer.is_none() && may_ask(case) && !case.is_rest());
    let of_line = |line: &Vec<usize>| search.combinations(&cases[line[0]].asked());
    let of_lines: Vec<Vec<Answer>> = lines.par_iter().map(of_line).collect();
    let combined = lines
        .into_iter()
        .zip(of_lines)
        .flat_map(|(line, answers)| line.into_iter().map(move |at| (at, answers.clone())).collect::<Vec<_>>());
    let mut found = Vec::new();
    for (at, mut answers) in combined.filter(|(_, answers)| !answers.is_empty()).collect::<Vec<_>>() {
        answers.retain(|answer| !is_refused(book, &cases[at], answer));
        if answers.is_empty() {
            continue;
        }
        // What chance would have found as well is shown, not proposed.
        if answers[0].against.iter().any(|against| against == BY_CHANCE) {
            cases[at].others.extend(answers);
            continue;
        }
        let first = answers.remove(0);
        cases[at].others.extend(answers);
        found.push((at, first));
    }
    give_to_single_claimants(cases, found, taken);
}

/// Payments of one entity, payer, currency and amount, in the order of the cases.
fn alike<'a>(cases: &[Case<'a>], is_asked: impl Fn(&Case<'a>) -> bool) -> Vec<Vec<usize>> {
    let mut lines: BTreeMap<(&str, &[&str], &str, i64), Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate().filter(|(_, case)| is_asked(case)) {
        let payment = &case.payment;
        let key = (payment.entity, case.payer.customers.as_slice(), payment.currency, payment.amount);
        lines.entry(key).or_default().push(at);
    }
    lines.into_values().collect()
}

/// Gives answers to those who alone want their documents; the others keep theirs as possible ones.
fn give_to_single_claimants(cases: &mut [Case<'_>], found: Vec<(usize, Answer)>, taken: &mut HashSet<u32>) {
    let mut wanted: HashMap<u32, usize> = HashMap::new();
    for row in found.iter().flat_map(|(_, answer)| answer.rows()) {
        *wanted.entry(row).or_default() += 1;
    }
    for (at, mut answer) in found {
        let rivals = answer.rows().map(|row| wanted.get(&row).copied().unwrap_or(1) - 1).max().unwrap_or(0);
        if rivals == 0 {
            taken.extend(answer.rows());
            cases[at].answer = Some(answer);
        } else {
            answer.against.push("other payments fit the same documents".to_owned());
            cases[at].others.insert(0, answer);
        }
    }
}

/// What else would fit: single documents of the amount, for those whose answer is not certain.
fn others<'a>(book: &Book<'a>, cases: &mut [Case<'a>], taken: &HashSet<u32>) {
    let search = Search { book, taken };
    let lines = alike(cases, |case| !case.answer.as_ref().is_some_and(Answer::is_confirmed));
    let singles: Vec<Vec<u32>> = lines.par_iter().map(|line| search.singles(&cases[line[0]].asked())).collect();
    let mut more: Vec<Vec<Answer>> = vec![Vec::new(); cases.len()];
    for (line, rows) in lines.iter().zip(&singles) {
        for at in line {
            let asked = cases[*at].asked();
            let of_row = |row: &u32| search.single(&asked, *row, rows.len() - 1);
            more[*at] = rows.iter().take(OTHERS).map(of_row).chain(search.of_stranger(&asked)).collect();
        }
    }
    for (case, more) in cases.iter_mut().zip(more) {
        case.others.extend(more);
        let shown: HashSet<Vec<u32>> = case.answer.iter().map(|answer| answer.rows().collect()).collect();
        let mut seen = shown;
        case.others.retain(|other| seen.insert(other.rows().collect()));
        case.others.sort_by_cached_key(|other| {
            let documents: Vec<_> = other.rows().map(|row| book.items.order(row)).collect();
            (std::cmp::Reverse(other.confidence()), other.rule, documents)
        });
        case.others.truncate(OTHERS);
    }
}

#[cfg(test)]
mod tests {
    use super::super::payers::Known;
    use super::super::payment::Origin;
    use super::*;

    fn case(row: u32, amount: i64) -> Case<'static> {
        let payment = Payment {
            origin: Origin::Receipt(row),
            id: "R",
            entity: "US01",
            customer: "C1",
            currency: "USD",
            amount,
            whole: amount,
            day: 20_000,
            reference: "",
            payer_name: "",
            payer_account: "",
            texts: Vec::new(),
            advice: Vec::new(),
            is_payer_of_found_line: false,
            returned: None,
        };
        Case::new(payment, Payer { known: Known::Booked, customers: vec!["C1"] }, Named::default())
    }

    #[test]
    fn equal_payments_of_a_payer_are_searched_for_once() {
        let equal: Vec<Case<'_>> = (0..1_000).map(|row| case(row, 100_000)).collect();
        let lines = alike(&equal, |_| true);
        assert_eq!((lines.len(), lines[0].len()), (1, 1_000));
        let different: Vec<Case<'_>> = (0..1_000).map(|row| case(row, i64::from(row) + 1)).collect();
        assert_eq!(alike(&different, |_| true).len(), 1_000);
    }
}
