//! What the texts of several files of one source prove together: a file that was split is read as the whole would be.

use super::amount::Mark;
use super::date::Order;
use super::piece::Piece;
use super::plan::{Plan, Slot};

/// The profile, the canonical column and the heading that a proof is of.
type Key = (String, String, String);

/// Marks and orders that columns of files prove.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Evidence {
    marks: Vec<(Key, Mark)>,
    orders: Vec<(Key, Order)>,
}

impl Evidence {
    /// What one file proves.
    pub fn of(plan: &Plan, piece: &Piece) -> Evidence {
        let mut evidence = Evidence::default();
        for (number, slot) in plan.slots.iter().enumerate() {
            let decides = piece.marks[number].decides.iter();
            evidence.marks.extend(decides.map(|(mark, _, _)| (key(plan, slot), *mark)));
            let decides = piece.orders[number].decides.iter();
            evidence.orders.extend(decides.map(|(order, _, _)| (key(plan, slot), *order)));
        }
        evidence
    }

    /// Adds what another file proves.
    pub fn add(&mut self, other: &Evidence) {
        self.marks.extend(other.marks.iter().cloned());
        self.orders.extend(other.orders.iter().cloned());
    }

    /// The mark that a column has in every file that proves one.
    pub fn mark(&self, plan: &Plan, slot: &Slot) -> Option<Mark> {
        only(&self.marks, &key(plan, slot))
    }

    /// The order of day and month that a column has in every file that proves one.
    pub fn order(&self, plan: &Plan, slot: &Slot) -> Option<Order> {
        only(&self.orders, &key(plan, slot))
    }

    /// The orders of all columns.
    pub fn orders(&self) -> impl Iterator<Item = Order> + '_ {
        self.orders.iter().map(|(_, order)| *order)
    }
}

fn key(plan: &Plan, slot: &Slot) -> Key {
    (plan.profile.name.clone(), slot.canonical.clone(), slot.heading.clone())
}

/// What is said of a key, where nothing says otherwise.
fn only<T: PartialEq + Copy>(known: &[(Key, T)], wanted: &Key) -> Option<T> {
    let mut said = known.iter().filter(|(key, _)| key == wanted).map(|(_, said)| *said);
    let first = said.next()?;
    said.all(|other| other == first).then_some(first)
}
