//! The registers of reconciliations and items, whatever two sides they compare: status, keys, rows.

use super::Inputs;
use super::gl::opening::{Prior, PriorItem, Typed};
use super::results::{RECONCILIATIONS, RECONCILING_ITEMS};
use crate::model::money::Total;
use crate::model::text::hexadecimal;
use crate::model::{Cell, Date, Money, SourceRow, Table};
use hashbrown::{HashMap, HashSet};
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};

/// Tolerance on a reconciliation: an amount, or a percentage of the GL balance; the smaller where both are given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tolerance {
    /// The amount.
    pub amount: Option<Money>,
    /// The percentage: 0.05 is 0.05 percent.
    pub percent: Option<Decimal>,
}

impl Tolerance {
    /// The tolerance on an account with this GL balance, in ten-thousandths; cut to whole cents.
    pub fn on(&self, gl_balance: i128) -> i128 {
        let of_balance = self.percent.and_then(|percent| {
            let balance = Decimal::try_from_i128_with_scale(gl_balance.abs(), 0).ok()?;
            let part = balance.checked_mul(percent)?.checked_div(Decimal::ONE_HUNDRED)?;
            Some(part.trunc().mantissa() / 100 * 100)
        });
        let amount = self.amount.map(|amount| i128::from(amount.units()));
        match (amount, of_balance) {
            (Some(amount), Some(part)) => amount.min(part),
            (amount, part) => amount.or(part).unwrap_or(0),
        }
    }
}

/// `reconciled`, `explained` or `open` (contract, "Status"); never better than open where there is no conclusion.
pub fn status(variance: i128, unexplained: i128, tolerance: i128, limitation: &str) -> &'static str {
    if !limitation.is_empty() {
        "open"
    } else if variance == 0 && unexplained == 0 {
        "reconciled"
    } else if unexplained.abs() <= tolerance {
        "explained"
    } else {
        "open"
    }
}

/// A total as a cell; one that no amount can hold is marked, and the run is then refused.
pub fn exact(units: i128) -> Cell<'static> {
    Cell::Money(Total(units).or_beyond())
}

/// One reconciliation before it becomes a row.
pub struct Compared<'a> {
    /// Its name.
    pub rec_id: &'a str,
    /// `gl` or `bank`.
    pub kind: &'static str,
    /// The entity.
    pub entity: &'a str,
    /// The account.
    pub account: &'a str,
    /// The currency's code.
    pub currency: &'a str,
    /// The balance of the general ledger.
    pub balance: i128,
    /// The balance of the other side.
    pub other: i128,
    /// What the items leave.
    pub unexplained: i128,
    /// How many items there are.
    pub items: usize,
    /// Why there is no conclusion; blank where there is one.
    pub limitation: String,
}

/// Adds a row to `reconciliations`, with what the prior run closed with.
pub fn push_reconciliation(table: &mut Table, compared: &Compared<'_>, tolerance: Tolerance, prior: Option<&Prior>) {
    let closed = prior.and_then(|prior| Some((prior.period.as_str(), *prior.balances.get(compared.rec_id)?)));
    let closing = |of: fn((i128, i128)) -> i128| closed.map_or(Cell::Null, |(_, both)| exact(of(both)));
    debug_assert_eq!(table.def.name, RECONCILIATIONS.name);
    let variance = compared.balance - compared.other;
    let allowed = tolerance.on(compared.balance);
    table.push(&[
        Cell::text(compared.rec_id),
        Cell::Text(compared.kind),
        Cell::text(compared.entity),
        Cell::text(compared.account),
        Cell::text(compared.currency),
        exact(compared.balance),
        exact(compared.other),
        exact(variance),
        exact(variance - compared.unexplained),
        exact(compared.unexplained),
        exact(allowed),
        Cell::Text(status(variance, compared.unexplained, allowed, &compared.limitation)),
        Cell::count(compared.items),
        Cell::text(&compared.limitation),
        closed.map_or(Cell::Null, |(period, _)| Cell::text(period)),
        closing(|both| both.0),
        closing(|both| both.1),
    ]);
}

/// One item before it becomes a row.
pub struct Listed<'a> {
    /// The reconciliation's name.
    pub rec_id: &'a str,
    /// The side that it stands on.
    pub side: &'static str,
    /// The cause's name, code and suggested action.
    pub cause: (&'static str, &'static str, &'static str),
    /// The codes of the other causes that fit.
    pub also_fits: Vec<&'static str>,
    /// Its effect on the variance.
    pub amount: i64,
    /// The document.
    pub document: &'a str,
    /// The journal.
    pub journal: &'a str,
    /// The customer.
    pub customer: &'a str,
    /// Its day.
    pub posting: Option<i32>,
    /// What the ledger and the other side hold.
    pub sides: [Option<i64>; 2],
    /// The rows of the ledger and of the other side.
    pub places: [&'a [SourceRow]; 2],
    /// The earlier run that it comes from, and the key that it had there; blank otherwise.
    pub carried: (&'a str, &'a str),
    /// The sentence that explains it.
    pub explanation: &'a str,
}

/// The keys of all items, in their order: a hash of reconciliation, side, document, journal and how-manieth of equals.
/// An item that is carried from the prior run keeps the key that it had there.
pub fn item_keys(items: &[Listed<'_>]) -> Vec<String> {
    let mut seen: HashMap<(&str, &str, &str, &str), usize> = HashMap::new();
    let carried = items.iter().map(|item| item.carried.1).filter(|key| !key.is_empty());
    let mut taken: HashSet<String> = carried.map(str::to_owned).collect();
    let mut keys = Vec::with_capacity(items.len());
    for item in items {
        if !item.carried.1.is_empty() {
            keys.push(item.carried.1.to_owned());
            continue;
        }
        let nth = seen.entry((item.rec_id, item.side, item.document, item.journal)).or_insert(0);
        // A new item like one that is carried is another one, and gets the next number.
        let key = loop {
            *nth += 1;
            let parts = [item.rec_id, item.side, item.document, item.journal, &nth.to_string()];
            let digest = Sha256::digest(parts.join("\u{1f}").as_bytes());
            let key = hexadecimal(&digest[..8]);
            if taken.insert(key.clone()) {
                break key;
            }
        };
        keys.push(key);
    }
    keys
}

/// Adds a row for each item to `reconciling_items`, with what people typed into the workbook.
pub fn push_items(
    table: &mut Table,
    items: &[Listed<'_>],
    inputs: &Inputs,
    period_end: Date,
    prior: Option<&Prior>,
    typed: &HashMap<String, Typed>,
) {
    debug_assert_eq!(table.def.name, RECONCILING_ITEMS.name);
    let period = period_end.period().to_string();
    let of_prior: HashMap<&str, &PriorItem> =
        prior.into_iter().flat_map(|prior| &prior.items).map(|item| (item.item_key.as_str(), item)).collect();
    for (item, key) in items.iter().zip(item_keys(items)) {
        let before = of_prior.get(key.as_str());
        let first_seen = match (before, item.carried.0) {
            (Some(before), _) => before.first_seen.as_str(),
            (None, "") => &period,
            (None, from) => from,
        };
        let nothing = Typed::default();
        let typed = typed.get(&key).or(before.map(|before| &before.typed)).unwrap_or(&nothing);
        let age = item.posting.map(|day| i64::from(period_end.days() - day));
        let (gl_source, gl_rows) = places(inputs, item.places[0]);
        let (other_source, other_rows) = places(inputs, item.places[1]);
        table.push(&[
            Cell::text(&key),
            Cell::text(item.rec_id),
            Cell::Text(item.cause.0),
            Cell::Text(item.cause.1),
            Cell::Money(Money::from_units(item.amount)),
            Cell::text(item.document),
            Cell::text(item.journal),
            Cell::text(item.customer),
            Cell::date(item.posting.map(Date::from_days)),
            Cell::money(item.sides[0].map(Money::from_units)),
            Cell::money(item.sides[1].map(Money::from_units)),
            Cell::text(&gl_source),
            Cell::text(&gl_rows),
            Cell::text(&other_source),
            Cell::text(&other_rows),
            Cell::text(&item.also_fits.join(", ")),
            Cell::text(first_seen),
            age.map_or(Cell::Null, Cell::Int),
            Cell::text(item.explanation),
            Cell::Text(item.cause.2),
            Cell::text(&typed.annotation),
            Cell::text(&typed.owner),
            Cell::text(&typed.disposition),
        ]);
    }
}

/// How many rows of an item are named; the rest is counted.
const PLACES_SHOWN: usize = 20;

/// The source of an item's rows and their numbers: `12`, `12; 14`, or `a.csv 12; b.csv 3` where they are of several.
fn places(inputs: &Inputs, places: &[SourceRow]) -> (String, String) {
    let Some(first) = places.first() else { return (String::new(), String::new()) };
    let one_source = places.iter().all(|place| place.source == first.source);
    let name = |place: &SourceRow| inputs.source_name(*place).to_owned();
    let mut rows: Vec<String> = places
        .iter()
        .take(PLACES_SHOWN)
        .map(|place| if one_source { place.row.to_string() } else { format!("{} {}", name(place), place.row) })
        .collect();
    if places.len() > PLACES_SHOWN {
        rows.push(format!("and {} more", places.len() - PLACES_SHOWN));
    }
    (name(first), rows.join("; "))
}
