//! What the opening balances already differed by, and which items of the prior run explain it (cause V02).

use super::exceptions::{Exception, Journal};
use super::item::Item;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::money::Total;
use hashbrown::HashSet;
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

/// Takes journals on documents that the subledger posted before the period out of the exceptions, where they are the
/// other half of an opening difference: `opening` is adjusted by what they clear.
pub fn clear_earlier(
    rec: u16,
    exceptions: &mut Vec<Exception>,
    opening: &mut i128,
    keys: &KeyIndex,
    prior: Option<&Prior>,
    rec_id: &str,
) {
    let halves = |exception: &Exception| -> Option<i64> {
        let doc = exception.doc?;
        let one_sided = exception.rec == rec && exception.key != NO_KEY && doc.subledger_rows == 0;
        let net: i64 = exception.journals.iter().map(|journal: &Journal| journal.amount).sum();
        (one_sided && doc.earlier_rows > 0 && net == doc.earlier && net != 0).then_some(net)
    };
    let candidates: i128 = exceptions.iter().filter_map(halves).map(i128::from).sum();
    if candidates == 0 && !exceptions.iter().any(|exception| halves(exception).is_some()) {
        return;
    }
    let carried: HashSet<&str> = prior
        .into_iter()
        .flat_map(|prior| &prior.items)
        .filter(|item| item.rec_id == rec_id)
        .map(|item| item.document.as_str())
        .collect();
    let all_clear = *opening == -candidates;
    exceptions.retain(|exception| {
        let Some(net) = halves(exception) else { return true };
        let clears = all_clear || carried.contains(keys.text(exception.key));
        if clears {
            *opening += i128::from(net);
        }
        !clears
    });
}

/// The items that explain an opening difference: those of the prior run that are still open, and the rest as one.
pub fn items(rec: u16, rec_id: &str, opening: i128, prior: Option<&Prior>) -> Vec<Item> {
    let mut items = Vec::new();
    let mut rest = opening;
    if let Some(prior) = prior {
        let mut of_document: BTreeMap<(&str, &str), (i64, &str)> = BTreeMap::new();
        let still_open = prior.items.iter().filter(|item| item.rec_id == rec_id);
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
