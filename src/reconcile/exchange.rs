//! What applying documents of one foreign currency to each other posts in the functional one: a receipt at another rate
//! than its invoice leaves a realised difference, and parts that are each rounded leave a cent.

use super::applications::Settlement;
use super::control::NO_REC;
use super::history::NO_ROW;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::cells::Cells;
use hashbrown::HashMap;

/// An application that a document in foreign currency takes part in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchanged {
    /// The row that was applied; [`NO_ROW`] where the register does not hold it.
    pub from: u32,
    /// The row that it was applied to.
    pub to: u32,
    /// When, in days.
    pub date: i32,
    /// What it took from the open amounts of both ends, with their signs.
    pub units: (i64, i64),
    /// The number of the discount or write-off that it carries, among the settlements.
    pub settlement: Option<u32>,
}

/// What is known of the documents.
pub struct Books<'a> {
    /// The currency of a row; blank for the functional one.
    pub currency: &'a dyn Fn(usize) -> &'a str,
    /// The amounts of the documents, in their own currency.
    pub amounts: &'a Cells<i64>,
    /// What is open of each at the period end, in its own currency.
    pub open: &'a [i64],
    /// What so much of a document is in the functional currency while it is open.
    pub functional: &'a dyn Fn(usize, i64) -> i64,
    /// The reconciliation of each row.
    pub rec: &'a [u16],
    /// The number of each row's key.
    pub key: &'a [u32],
    /// The keys.
    pub keys: &'a KeyIndex,
}

/// Turns the discounts of documents in foreign currency into the functional one, and adds what their applications leave
/// between the two ends: each document's part is what its functional open amount changed by. Only documents whose
/// applications lead to what is open of them count: one that is not this document's would make a difference of its own.
pub fn settle(books: &Books<'_>, mut exchanged: Vec<Exchanged>, settlements: &mut Vec<Settlement>) {
    let text = |row: u32| books.key.get(row as usize).map_or("", |key| books.keys.text(*key));
    exchanged.sort_by(|a, b| {
        let place = |one: &Exchanged| (one.date, text(one.from), text(one.to), one.units);
        place(a).cmp(&place(b))
    });
    let mut left_of: HashMap<u32, i64> = HashMap::new();
    for (row, units) in exchanged.iter().flat_map(|one| [(one.from, one.units.0), (one.to, one.units.1)]) {
        if row != NO_ROW {
            *left_of.entry(row).or_insert(books.amounts[row as usize]) -= units;
        }
    }
    let is_told = |row: usize| left_of.get(&(row as u32)) == Some(&books.open[row]);
    let mut open_of: HashMap<u32, i64> = HashMap::new();
    for one in exchanged {
        let mut moved = |row: u32, units: i64| -> i64 {
            if row == NO_ROW {
                return 0;
            }
            let open = open_of.entry(row).or_insert(books.amounts[row as usize]);
            let before = (books.functional)(row as usize, *open);
            *open -= units;
            (books.functional)(row as usize, *open) - before
        };
        let left = moved(one.from, one.units.0) + moved(one.to, one.units.1);
        let mut taken = 0;
        if let Some(part) = one.settlement.and_then(|at| settlements.get_mut(at as usize)) {
            let row = if one.to == NO_ROW { one.from } else { one.to } as usize;
            let whole = (books.functional)(row, books.amounts[row]);
            let of = |units: i64| part_of(units, whole, books.amounts[row], &|open| (books.functional)(row, open));
            (part.amount, part.write_off) = (of(part.amount), of(part.write_off));
            taken = part.amount;
        }
        let ends = [one.from, one.to];
        if ends.contains(&NO_ROW) {
            continue;
        }
        let [from, to] = ends.map(|row| row as usize);
        let is_one = books.rec[from] == books.rec[to] && (books.currency)(from) == (books.currency)(to);
        if is_one && is_told(from) && is_told(to) && books.rec[to] != NO_REC && left != taken {
            settlements.push(Settlement {
                rec: books.rec[to],
                from_key: books.key[from],
                to_key: books.key[to],
                date: one.date,
                amount: left - taken,
                write_off: 0,
                is_exchange: true,
            });
        }
    }
    debug_assert!(settlements.iter().all(|part| !part.is_exchange || part.from_key != NO_KEY));
}

/// A discount in the functional currency: what so much of its document is while it is open, with the sign of the
/// discount.
fn part_of(units: i64, whole: i64, amount: i64, functional: &dyn Fn(i64) -> i64) -> i64 {
    if units == 0 || amount == 0 || whole == 0 {
        return 0;
    }
    let of_document = functional(units.abs() * amount.signum());
    of_document.abs() * units.signum()
}
