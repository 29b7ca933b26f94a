//! What the opening balances already differed by, and which items of the prior run explain it (cause V02).

use super::exceptions::{Exception, Journal};
use super::item::Item;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::money::Total;
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// An item of the prior run's register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorItem {
    /// Its key.
    pub item_key: String,
    /// Its reconciliation.
    pub rec_id: String,
    /// Its document.
    pub document: String,
    /// Its journal.
    pub journal: String,
    /// Its amount, ten-thousandths.
    pub amount: i64,
    /// Its cause's code.
    pub cause_code: String,
    /// Its customer.
    pub customer: String,
    /// Its day.
    pub posting: Option<i32>,
    /// Its sentence.
    pub explanation: String,
    /// The period in which it was first seen.
    pub first_seen: String,
    /// What people typed.
    pub typed: Typed,
}

/// What people type into the items register.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// `annotation`
    pub annotation: String,
    /// `owner`
    pub owner: String,
    /// `disposition`
    pub disposition: String,
}

/// The prior run, as far as this one needs it.
#[derive(Clone, Debug, Default)]
pub struct Prior {
    /// Its period, such as `2026-09`.
    pub period: String,
    /// Its items.
    pub items: Vec<PriorItem>,
}

/// Takes documents out of the exceptions whose other half is in the opening difference: journals on documents that the
/// subledger posted before the period, and documents that the prior run had in the GL alone. `opening` is adjusted by
/// what they clear. Returns the documents that were cleared.
pub fn clear_earlier(
    rec: u16,
    exceptions: &mut Vec<Exception>,
    opening: &mut i128,
    keys: &KeyIndex,
    prior: Option<&Prior>,
    rec_id: &str,
) -> HashSet<String> {
    let mut carried: HashMap<&str, i64> = HashMap::new();
    for item in prior.into_iter().flat_map(|prior| &prior.items).filter(|item| item.rec_id == rec_id) {
        *carried.entry(item.document.as_str()).or_default() += item.amount;
    }
    // What the opening difference holds of a document, once the period has posted its other half.
    let halves = |exception: &Exception| -> Option<i64> {
        let doc = exception.doc.filter(|_| exception.rec == rec && exception.key != NO_KEY)?;
        let net: i64 = exception.journals.iter().map(|journal: &Journal| journal.amount).sum();
        let gl_posts = doc.subledger_rows == 0 && doc.earlier_rows > 0 && net == doc.earlier && net != 0;
        if gl_posts {
            return Some(-net);
        }
        let subledger_posts = exception.all_journals.is_empty() && exception.subledger != 0;
        let was_in_gl = carried.get(keys.text(exception.key)) == Some(&exception.subledger);
        (subledger_posts && was_in_gl).then_some(exception.subledger)
    };
    let candidates: i128 = exceptions.iter().filter_map(halves).map(i128::from).sum();
    let all_clear = *opening == candidates;
    let mut cleared = HashSet::new();
    exceptions.retain(|exception| {
        let Some(half) = halves(exception) else { return true };
        let document = keys.text(exception.key);
        let clears = all_clear || carried.contains_key(document);
        if clears {
            *opening -= i128::from(half);
            cleared.insert(document.to_owned());
        }
        !clears
    });
    cleared
}

/// The items that explain an opening difference: those of the prior run that are still open, and the rest as one.
pub fn items(rec: u16, rec_id: &str, opening: i128, prior: Option<&Prior>, cleared: &HashSet<String>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = opening;
    if let Some(prior) = prior {
        let mut of_document: BTreeMap<(&str, &str), (i64, &str)> = BTreeMap::new();
        let of_rec = prior.items.iter().filter(|item| item.rec_id == rec_id);
        let still_open = of_rec.filter(|item| item.document.is_empty() || !cleared.contains(&item.document));
        for item in still_open {
            let (amount, key) = of_document.entry((&item.document, &item.journal)).or_insert((0, &item.item_key));
            *amount += item.amount;
            // Several items of one document go on under the key of one of them, whatever their order was.
            *key = (*key).min(item.item_key.as_str());
        }
        let carried = of_document.into_iter().filter(|(_, (amount, _))| *amount != 0);
        // A prior register is believed only as far as the opening balances bear it out.
        if rest != 0 {
            for ((document, journal), (amount, key)) in carried {
                rest -= i128::from(amount);
                let mut item = Item::opening(rec, amount, document, journal);
                item.carried_from = Some(prior.period.clone());
                key.clone_into(&mut item.carried_key);
                items.push(item);
            }
        }
    }
    if rest != 0 {
        items.push(Item::opening(rec, Total(rest).or_beyond().units(), "", ""));
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn carried(document: &str, amount: i64) -> PriorItem {
        PriorItem {
            item_key: String::new(),
            rec_id: "gl-US-1200".to_owned(),
            document: document.to_owned(),
            journal: String::new(),
            amount,
            cause_code: "V02".to_owned(),
            customer: String::new(),
            posting: None,
            explanation: String::new(),
            first_seen: "2026-09".to_owned(),
            typed: Typed::default(),
        }
    }

    #[test]
    fn what_was_cleared_in_the_period_is_not_carried_on() {
        let items_of_prior = vec![carried("INV-2", -250), carried("INV-4", -41)];
        let prior = Prior { period: "2026-09".to_owned(), items: items_of_prior };
        let cleared = HashSet::from(["INV-2".to_owned()]);
        let found = items(0, "gl-US-1200", -41, Some(&prior), &cleared);
        let shown: Vec<(&str, i64)> = found.iter().map(|item| (item.document.as_str(), item.amount)).collect();
        assert_eq!(shown, [("INV-4", -41)]);
    }
}
