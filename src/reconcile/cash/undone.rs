//! What the books and the bank say against a payment after it came in: it was taken back, or its document was settled
//! by something else.

use super::Terms;
use super::answer::{Answer, Rule};
use super::applied::{Applied, keys};
use super::book::Book;
use super::passes::Case;
use crate::matching::references::{compact, rows_of};
use crate::model::{Date, DocKey};
use crate::reconcile::Inputs;
use hashbrown::HashSet;

/// Marks payments that were taken back: the bank returned them, or an open receipt with the other sign names them.
pub fn mark_undone(book: &Book<'_>, cases: &mut [Case<'_>]) {
    let items = &book.items;
    let wanted: HashSet<String> = cases.iter().map(|case| compact(case.payment.id)).collect();
    let is_reversal = |row: usize| items.open[row] > 0 && items.is_receipt(row);
    // The name, the row, and whether only a text names it.
    let by_field = rows_of(items.original, &wanted, |row| items.open[row] > 0).into_iter();
    let mut reversals: Vec<(String, u32, bool)> = by_field.map(|(key, row)| (key.to_owned(), row, false)).collect();
    for row in (0..items.count()).filter(|row| is_reversal(*row)) {
        let words = items.memo.get(row).split(|c: char| c.is_whitespace() || ",;:()/".contains(c)).map(compact);
        reversals.extend(words.filter(|word| wanted.contains(word)).map(|word| (word, row as u32, true)));
    }
    reversals.sort_by_cached_key(|(key, row, is_text)| (key.clone(), *is_text, items.order(*row)));
    for case in cases.iter_mut() {
        let (id, payment) = (compact(case.payment.id), &case.payment);
        let is_of = |row: u32, is_text: bool| {
            let at = row as usize;
            let is_same = items.open[at] == payment.amount || items.amount[at] == payment.whole;
            items.entity.get(at) == payment.entity && (is_same || (items.is_receipt(at) && !is_text))
        };
        let by = reversals.iter().find(|(key, row, is_text)| *key == id && is_of(*row, *is_text));
        let day = |day: i32| Date::from_days(day);
        case.undone = match (by, payment.returned) {
            (Some((_, row, _)), _) => {
                Some(format!("{} of {} takes it back", items.id.get(*row as usize), day(items.day(*row))))
            }
            (None, Some(on)) => Some(format!("The bank took it back on {}", day(on))),
            (None, None) => None,
        };
    }
}

/// The documents that the answers settle.
pub fn settled_rows(cases: &[Case<'_>]) -> impl Iterator<Item = u32> {
    cases.iter().filter(|case| case.later.is_none()).flat_map(|case| case.answer.iter().flat_map(Answer::rows))
}

/// Notes what settled the documents of the answers after the period end: it claims them as well.
pub fn note_settled_later(
    inputs: &Inputs,
    book: &Book<'_>,
    settled: &Applied<'_>,
    terms: &Terms<'_>,
    cases: &mut [Case<'_>],
) {
    let items = &book.items;
    let end = terms.setting.period_end.days();
    let credits = credits(inputs, &keys(settled.all().filter(|one| one.day > end).map(|one| settled.from(one))));
    for case in cases.iter_mut().filter(|case| case.later.is_none()) {
        let payment = &case.payment;
        let own = DocKey::new(payment.id);
        let Some(answer) = case.answer.as_mut().filter(|answer| answer.rule != Rule::AppliedLater) else { continue };
        for row in answer.rows().collect::<Vec<u32>>() {
            let (entity, id) = (items.entity.get(row as usize), items.id.get(row as usize));
            let mut later = settled.of(entity, id).filter(|one| one.day > end);
            let by_other = later.find(|one| DocKey::new(settled.from(*one)) != own);
            let said = match by_other {
                Some(one) => format!("{} settled {id} on {}", settled.from(one), Date::from_days(one.day)),
                None if items.is_settled_since(row) && settled.of(entity, id).all(|one| one.day <= end) => {
                    format!("{id} was settled after the period end")
                }
                None => continue,
            };
            let from = by_other.and_then(|one| DocKey::new(settled.from(one)));
            let is_receipt = from.is_some_and(|from| !credits.contains(from.as_str()));
            answer.against.push(said.clone());
            case.settled_later.get_or_insert((said, is_receipt));
        }
    }
}

/// Those of some numbers that are documents other than receipts, also of the next period.
fn credits(inputs: &Inputs, wanted: &HashSet<String>) -> HashSet<String> {
    let mut found = HashSet::new();
    for table in [&inputs.ar_items, &inputs.later_items].into_iter().filter(|_| !wanted.is_empty()) {
        let (ids, types) = (table.text("item_id"), table.text("item_type"));
        for row in (0..table.len()).filter(|row| !matches!(types.get(*row), "receipt" | "deposit")) {
            let key = DocKey::new(ids.get(row)).filter(|key| wanted.contains(key.as_str()));
            found.extend(key.map(|key| key.as_str().to_owned()));
        }
    }
    found
}
