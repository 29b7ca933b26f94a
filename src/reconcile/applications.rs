//! Applications: which two documents each moves an amount between, what that leaves open on either side of the period
//! end, and the discounts and write-offs that it carries.

use super::Inputs;
use super::control::NO_REC;
use super::exchange::Exchanged;
use super::history::{Move, NO_ROW};
use crate::diag::{Finding, Place};
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::cells::Cells;
use crate::model::table::NO_MONEY;
use crate::model::{DocKey, Table, TextColumn};
use crate::normalise::plan::Setting;
use hashbrown::HashMap;
use rayon::prelude::*;
use std::borrow::Cow;

/// A discount or write-off that an application carries, or what it leaves between two rates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The reconciliation.
    pub rec: u16,
    /// The key of the document that was applied.
    pub from_key: u32,
    /// The key of the document it was applied to.
    pub to_key: u32,
    /// When.
    pub date: i32,
    /// The posting to the subledger: negative for a discount taken.
    pub amount: i64,
    /// Of which write-off.
    pub write_off: i64,
    /// Whether it is what two rates, or rounding, leave between the two documents.
    pub is_exchange: bool,
}

/// What applications say of one document.
#[derive(Clone, Copy, Default)]
pub struct Applied {
    /// Moved by applications after the period end.
    pub after: i64,
    /// Moved by applications up to it.
    pub before: i64,
    /// Whether one of them is later than the period end, or carries a discount or write-off.
    pub any: bool,
}

/// The documents that the two ends of an application may mean, where numbers are used more than once: by several
/// entities, or by an invoice and a receipt. Rows of the register up to the period end come first, then later ones.
struct Ends<'a> {
    tables: [EndColumns<'a>; 2],
}

/// What tells the documents of one table apart.
struct EndColumns<'a> {
    entities: &'a TextColumn,
    customers: &'a TextColumn,
    currencies: &'a TextColumn,
    amounts: &'a Cells<i64>,
}

impl<'a> EndColumns<'a> {
    fn new(items: &'a Table) -> EndColumns<'a> {
        EndColumns {
            entities: items.text("entity"),
            customers: items.text("customer_id"),
            currencies: items.text("currency"),
            amounts: items.money("amount"),
        }
    }
}

/// One document that an end may mean.
#[derive(Clone, Copy)]
struct End<'a> {
    row: u32,
    entity: &'a str,
    customer: &'a str,
    currency: &'a str,
    amount: i64,
}

impl<'a> Ends<'a> {
    fn end(&self, row: u32) -> End<'a> {
        let first = self.tables[0].amounts.len();
        let (table, at) = if (row as usize) < first { (0, row as usize) } else { (1, row as usize - first) };
        let columns = &self.tables[table];
        End {
            row,
            entity: columns.entities.get(at),
            customer: columns.customers.get(at),
            currency: columns.currencies.get(at),
            amount: columns.amounts[at],
        }
    }

    /// The two documents that belong together best: of one entity, a credit that settles a debit, of one currency and
    /// customer, for the amount that moved. Only rows of the register up to the period end are returned.
    fn pair(&self, from: &[u32], to: &[u32], entity: &str, moved: (i64, i64)) -> (Option<u32>, Option<u32>) {
        let of_entity = |rows: &[u32]| -> Vec<End<'a>> {
            let ends = rows.iter().map(|row| self.end(*row));
            ends.filter(|end| entity.is_empty() || end.entity == entity).collect()
        };
        let (mut from, mut to) = (of_entity(from), of_entity(to));
        if from.len() + to.len() > 2 {
            // Of several, one that cannot have moved so much is not meant.
            from.retain(|end| end.amount.abs() >= moved.0.abs());
            to.retain(|end| end.amount.abs() >= moved.1.abs());
        }
        let (from, to) = match (from.as_slice(), to.as_slice()) {
            // Two documents of one sign settle nothing: one of the numbers is that of another document, not held here.
            ([from], [to]) if from.amount.signum() * to.amount.signum() > 0 => {
                (Some(*from).filter(|end| end.amount < 0), Some(*to).filter(|end| end.amount > 0))
            }
            // Nor does one entity's receipt settle another customer's invoice of another entity.
            ([from], [to]) if from.entity != to.entity && from.customer != to.customer => (Some(*from), None),
            ([from], [to]) => (Some(*from), Some(*to)),
            ([], to) => (None, to.iter().copied().min_by_key(|end| end.misfit(1, moved.1))),
            (from, []) => (from.iter().copied().min_by_key(|end| end.misfit(-1, moved.0)), None),
            (from, to) => {
                let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
                pairs.min_by_key(|(from, to)| from.misfit_with(to, moved)).unzip()
            }
        };
        let known = |end: Option<End<'_>>| end.map(|end| end.row).filter(|row| (*row as usize) < self.known());
        (known(from), known(to))
    }

    /// Whether documents of several entities fit equally well: then the first entity's are taken, and it is said.
    fn is_ambiguous(&self, from: &[u32], to: &[u32], moved: (i64, i64)) -> bool {
        let ranks = from.iter().flat_map(|from| to.iter().map(move |to| (self.end(*from), self.end(*to))));
        let mut ranks: Vec<_> = ranks
            .map(|(from, to)| {
                let (kinds, sizes, others, left, ..) = from.misfit_with(&to, moved);
                ((kinds, sizes, others, left), (from.entity, to.entity))
            })
            .collect();
        ranks.sort_unstable();
        ranks.windows(2).take(1).any(|best| best[0].0 == best[1].0 && best[0].1 != best[1].1)
    }

    fn known(&self) -> usize {
        self.tables[0].amounts.len()
    }
}

impl<'a> End<'a> {
    /// How ill a document fits one end: the wrong sign, another amount; then the order of entities.
    fn misfit(&self, sign: i64, moved: i64) -> (bool, u8, &'a str, u32) {
        let misfit = match self.amount.abs() - moved.abs() {
            0 => 0,
            left if left > 0 => 1,
            _ => 2,
        };
        (self.amount.signum() != sign, misfit, self.entity, self.row)
    }

    /// How ill two documents fit together, the gravest first.
    #[allow(clippy::type_complexity, reason = "an order of reasons")]
    fn misfit_with(
        &self,
        to: &End<'a>,
        moved: (i64, i64),
    ) -> ([bool; 3], [u8; 2], [bool; 2], u8, (&'a str, u32), (&'a str, u32)) {
        let (left, right) = (self.misfit(-1, moved.0), to.misfit(1, moved.1));
        // An end that cannot have moved so much is not meant, whatever else fits.
        let too_small = u8::from(left.1 == 2) + u8::from(right.1 == 2);
        (
            [self.row == to.row, self.entity != to.entity, self.amount.signum() == to.amount.signum()],
            [u8::from(left.0) + u8::from(right.0), too_small],
            [self.currency != to.currency, self.customer != to.customer],
            left.1 + right.1,
            (left.2, left.3),
            (right.2, right.3),
        )
    }
}

/// Which applications are asked for, beside those that the period end needs.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Some register gives no open amounts, so those before the period end count too.
    pub needs_all: bool,
    /// What moved after this day is told one by one.
    pub moves_since: Option<i32>,
    /// Whether a document is in foreign currency, where there is one: what is applied of those is told too.
    pub is_foreign: Option<&'a (dyn Fn(u32) -> bool + Sync)>,
}

/// What the applications say.
#[derive(Default)]
pub struct Said {
    /// Of each document that they touch.
    pub applied: HashMap<u32, Applied>,
    /// Discounts and write-offs that they carry.
    pub settlements: Vec<Settlement>,
    /// What moved between two documents since the day that was asked for.
    pub moves: Vec<Move>,
    /// What was applied of documents in foreign currency up to the period end.
    pub exchanged: Vec<Exchanged>,
}

/// Walks the applications: what each moved, before and after the period end, and the discounts they carry.
pub fn applications(
    inputs: &Inputs,
    setting: &Setting,
    keys: &KeyIndex,
    item_keys: &[u32],
    rec: &[u16],
    asked: Asked<'_>,
    findings: &mut Vec<Finding>,
) -> Said {
    let (table, items) = (inputs.applications.as_ref(), inputs.ar_items.as_ref());
    let Said { mut applied, mut settlements, mut moves, mut exchanged } = Said::default();
    let (from, to) = (table.text("from_item_id"), table.text("to_item_id"));
    let (dates, amounts) = (table.dates("applied_date"), table.money("amount"));
    let (discounts, write_offs) = (table.money("discount"), table.money("write_off"));
    let entities = table.text("entity");
    let end = setting.period_end.days();
    let counts = |row: usize| {
        let carried = [discounts[row], write_offs[row]];
        asked.needs_all || dates[row] > end || carried.iter().any(|amount| *amount != NO_MONEY && *amount != 0)
    };
    let is_told = |row: usize| asked.moves_since.is_some_and(|since| dates[row] > since);
    let has_foreign = asked.is_foreign.is_some();
    let wanted: Vec<usize> = (0..table.len()).filter(|row| has_foreign || counts(*row) || is_told(*row)).collect();
    if wanted.is_empty() {
        return Said::default();
    }
    let rows_of = RowsOfKeys::new(keys.len(), item_keys);
    // A later document can bear the number of an earlier one: then it must be known to be the one that is meant.
    let later_ids = inputs.later_items.text("item_id");
    let mut later_rows: HashMap<DocKey, Vec<u32>> = HashMap::new();
    for row in 0..inputs.later_items.len() {
        if let Some(key) = DocKey::new(later_ids.get(row)) {
            later_rows.entry(key).or_default().push((items.len() + row) as u32);
        }
    }
    let candidates = |id: &str| -> Cow<'_, [u32]> {
        let rows = keys.find(id).map_or(&[][..], |key| rows_of.get(key));
        let later = match later_rows.is_empty() {
            true => None,
            false => DocKey::new(id).and_then(|key| later_rows.get(&key)),
        };
        later.map_or(Cow::Borrowed(rows), |later| Cow::Owned([rows, later].concat()))
    };
    let ends = Ends { tables: [EndColumns::new(items), EndColumns::new(&inputs.later_items)] };
    let known = |units: i64| if units == NO_MONEY { 0 } else { units };
    let moved_by = |row: usize| (amounts[row], amounts[row] + known(discounts[row]) + known(write_offs[row]));
    let pairs: Vec<(Option<u32>, Option<u32>, bool)> = wanted
        .par_iter()
        .map(|row| {
            let (left, right) = (candidates(from.get(*row)), candidates(to.get(*row)));
            let (entity, moved) = (entities.get(*row), moved_by(*row));
            let (from_item, to_item) = ends.pair(&left, &right, entity, moved);
            (from_item, to_item, entity.is_empty() && ends.is_ambiguous(&left, &right, moved))
        })
        .collect();
    let (mut unknown, mut ambiguous) = (0_usize, 0_usize);
    for (row, (from_item, to_item, is_ambiguous)) in wanted.into_iter().zip(pairs) {
        let (discount, write_off) = (known(discounts[row]), known(write_offs[row]));
        let moved = moved_by(row);
        let sign = |item: u32, fallback: i64| match items.money("amount")[item as usize].signum() {
            0 => fallback,
            sign => sign,
        };
        let units =
            (from_item.map_or(0, |item| sign(item, -1) * moved.0), to_item.map_or(0, |item| sign(item, 1) * moved.1));
        if is_told(row) && dates[row] <= end {
            let (from, to) = (from_item.unwrap_or(NO_ROW), to_item.unwrap_or(NO_ROW));
            let taken = discount + write_off;
            moves.push(Move { from, to, date: dates[row], amount: amounts[row], taken, units });
        }
        let is_foreign = |item: Option<u32>| item.is_some_and(|item| asked.is_foreign.is_some_and(|asks| asks(item)));
        if dates[row] <= end && (is_foreign(from_item) || is_foreign(to_item)) {
            let (from, to) = (from_item.unwrap_or(NO_ROW), to_item.unwrap_or(NO_ROW));
            let settlement = (discount + write_off != 0).then_some(settlements.len() as u32);
            exchanged.push(Exchanged { from, to, date: dates[row], units, settlement });
        }
        if !counts(row) {
            continue;
        }
        ambiguous += usize::from(is_ambiguous);
        let later = dates[row] > end;
        for (item, units) in [(from_item, units.0), (to_item, units.1)] {
            let Some(item) = item else {
                unknown += 1;
                continue;
            };
            let entry = applied.entry(item).or_default();
            entry.any |= later || discount + write_off != 0;
            // An application takes from the open amount: before the period end that was done, after it, undone.
            if later {
                entry.after += units;
            } else {
                entry.before -= units;
            }
        }
        if !later && discount + write_off != 0 {
            let target = to_item.or(from_item);
            settlements.push(Settlement {
                rec: target.map_or(NO_REC, |item| rec[item as usize]),
                from_key: keys.find(from.get(row)).unwrap_or(NO_KEY),
                to_key: keys.find(to.get(row)).unwrap_or(NO_KEY),
                date: dates[row],
                amount: -to_item.map_or(1, |item| sign(item, 1)) * (discount + write_off),
                write_off,
                is_exchange: false,
            });
        }
    }
    if unknown > 0 {
        findings.push(Finding::note(
            "T3004",
            Place::default(),
            format!(
                "{unknown} ends of applications name a document that the register does not hold up to the period end"
            ),
        ));
    }
    if ambiguous > 0 {
        findings.push(Finding::warning(
            "T3007",
            Place::default(),
            format!("{ambiguous} applications name numbers that several entities use, and do not say which entity"),
            "export the entity with each application, or give constants = { entity = \"…\" } where a source has one",
        ));
    }
    Said { applied, settlements, moves, exchanged }
}

/// The rows of each key, one after the other.
pub struct RowsOfKeys {
    ends: Vec<u32>,
    rows: Vec<u32>,
}

impl RowsOfKeys {
    /// Sorts the rows by the numbers of their keys, of which there are `count`.
    pub fn new(count: usize, keys: &[u32]) -> RowsOfKeys {
        let numbered = || (0_u32..).zip(keys).filter(|(_, key)| **key != NO_KEY);
        let mut ends = vec![0_u32; count + 1];
        numbered().for_each(|(_, key)| ends[*key as usize + 1] += 1);
        for at in 1..ends.len() {
            ends[at] += ends[at - 1];
        }
        let mut rows = vec![0_u32; ends.last().copied().unwrap_or(0) as usize];
        // While it is filled, the end of each key's rows grows from its start.
        for (row, key) in numbered() {
            let at = &mut ends[*key as usize];
            rows[*at as usize] = row;
            *at += 1;
        }
        RowsOfKeys { ends, rows }
    }

    /// The rows of a key, in their order.
    pub fn get(&self, key: u32) -> &[u32] {
        let end = |at: u32| self.ends.get(at as usize).copied().unwrap_or(0) as usize;
        let start = key.checked_sub(1).map_or(0, end);
        self.rows.get(start..end(key)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> TextColumn {
        let mut column = TextColumn::plain();
        cells.iter().for_each(|cell| column.push(cell));
        column
    }

    #[test]
    fn rows_are_found_by_the_number_of_their_key() {
        let rows = RowsOfKeys::new(9, &[8, 3, NO_KEY, 3, 0]);
        assert_eq!((rows.get(0), rows.get(3), rows.get(8)), (&[4][..], &[1, 3][..], &[0][..]));
        assert_eq!((rows.get(1), rows.get(7), rows.get(9)), (&[][..], &[][..], &[][..]));
    }

    #[test]
    fn numbers_used_twice_are_told_apart_by_what_belongs_together() {
        // Rows 0 and 1 are invoices 1001 of two entities, rows 2 and 3 receipts 1001 of the same, row 4 receipt 7;
        // row 5 is receipt 1002 of the next month.
        let entities = [column(&["US", "DE", "US", "DE", "DE"]), column(&["DE"])];
        let customers = [column(&["A", "B", "A", "B", "B"]), column(&["B"])];
        let blank = [column(&["", "", "", "", ""]), column(&[""])];
        let amounts = [vec![500, 300, -500, -200, -100].into(), vec![-100].into()];
        let ends = Ends {
            tables: [0, 1].map(|at| EndColumns {
                entities: &entities[at],
                customers: &customers[at],
                currencies: &blank[at],
                amounts: &amounts[at],
            }),
        };
        let both = [0, 1, 2, 3];
        // One entity, one number for an invoice and its receipt.
        assert_eq!(ends.pair(&both, &both, "US", (500, 500)), (Some(2), Some(0)));
        assert_eq!(ends.pair(&both, &both, "DE", (200, 200)), (Some(3), Some(1)));
        // The entity is not said: the other end says it, or the amount does.
        assert_eq!(ends.pair(&[4], &both, "", (100, 100)), (Some(4), Some(1)));
        assert_eq!(ends.pair(&both, &both, "", (500, 500)), (Some(2), Some(0)));
        assert_eq!(ends.pair(&both, &both, "", (200, 200)), (Some(3), Some(1)));
        // A later receipt says which invoice it pays, and is not taken for an earlier document.
        assert_eq!(ends.pair(&[5], &both, "", (100, 100)), (None, Some(1)));
        assert_eq!(ends.pair(&[0, 5], &[1], "", (100, 100)), (None, Some(1)));
        // The receipt of a number is not the invoice of this number, which the register does not hold.
        assert_eq!(ends.pair(&[4], &[3], "DE", (100, 100)), (Some(4), None));
        assert_eq!(ends.pair(&[4], &[0], "", (100, 100)), (Some(4), None));
        // Where customer and amount are the same in two entities, nothing tells them apart.
        assert!(!ends.is_ambiguous(&both, &both, (500, 500)));
        assert!(!ends.is_ambiguous(&[4], &both, (100, 100)));
        let alike = [column(&["US", "DE", "US", "DE"]), column(&[])];
        let (one, none) = ([column(&["A", "A", "A", "A"]), column(&[])], [column(&["", "", "", ""]), column(&[])]);
        let amounts = [vec![500, 500, -500, -500].into(), vec![].into()];
        let twice = Ends {
            tables: [0, 1].map(|at| EndColumns {
                entities: &alike[at],
                customers: &one[at],
                currencies: &none[at],
                amounts: &amounts[at],
            }),
        };
        assert!(twice.is_ambiguous(&[2, 3], &[0, 1], (500, 500)));
        // An end that the register does not hold leaves the other.
        assert_eq!(ends.pair(&[], &both, "DE", (100, 100)), (None, Some(1)));
        assert_eq!(ends.pair(&[4], &[], "US", (100, 100)), (None, None));
        // Of several, one that cannot have moved so much is not meant: the document that is, is not held.
        assert_eq!(ends.pair(&[2, 4], &[1], "", (400, 400)), (Some(2), None));
        assert_eq!(ends.pair(&[2, 3], &[0, 1], "", (600, 600)), (None, None));
    }
}
