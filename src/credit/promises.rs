//! Promises to pay: whether what was promised came in by the day for which it was promised.
//!
//! A promise is kept by receipts of the customer, of its entity and currency, from the day on which it was made to the
//! day that it names. Each receipt keeps one promise only, the one with the earliest day first. What a system says of
//! its promises is shown beside this, not believed, but for a promise that was taken back.

use super::{day, money, place};
use crate::model::table::NO_MONEY;
use crate::model::{Cell, Currency, Date, Table};
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::results::PROMISE_LOG;
use hashbrown::HashMap;

/// Parts of a status that say that a promise holds no more.
const TAKEN_BACK: [&str; 3] = ["cancel", "withdrawn", "void"];

/// Money that came in, as far as no promise took it.
struct Receipt<'a> {
    day: i32,
    left: i64,
    entity: &'a str,
    currency: String,
}

/// The log of the promises that were made by the period end.
pub fn log(inputs: &Inputs, setting: &Setting) -> Table {
    let mut table = Table::new(&PROMISE_LOG);
    let promises = inputs.promises.as_ref();
    let [ids, entities, customers, currencies, statuses, owners] =
        ["promise_id", "entity", "customer_id", "currency", "status", "owner"].map(|column| promises.text(column));
    let (made, promised, amounts) =
        (promises.dates("made_date"), promises.dates("promised_date"), promises.money("amount"));
    let end = setting.period_end.days();
    let amount_of = |row: usize| if amounts[row] == NO_MONEY { 0 } else { amounts[row].abs() };
    let mut rows: Vec<usize> = (0..promises.len()).filter(|row| made[*row] <= end).collect();
    rows.sort_by_cached_key(|row| {
        let texts = [entities, customers, currencies, ids, statuses, owners].map(|column| column.get(*row).to_owned());
        (promised[*row], made[*row], texts, amount_of(*row))
    });
    let mut receipts = receipts(inputs, setting);
    for row in rows {
        let amount = amount_of(row);
        let status = statuses.get(row).to_lowercase();
        let is_taken_back = TAKEN_BACK.iter().any(|word| status.contains(word));
        let currency = currency_of(currencies.get(row), entities.get(row), setting);
        let fits = |receipt: &&mut Receipt<'_>| {
            (made[row]..=promised[row].min(end)).contains(&receipt.day)
                && receipt.currency == currency
                && ["", receipt.entity].contains(&entities.get(row))
        };
        let mut received = 0;
        let own = receipts.get_mut(customers.get(row)).map(Vec::as_mut_slice).unwrap_or_default();
        for receipt in own.iter_mut().filter(fits).filter(|_| !is_taken_back) {
            let taken = receipt.left.min(amount - received);
            receipt.left -= taken;
            received += taken;
        }
        let state = match () {
            () if is_taken_back => "cancelled",
            () if received >= amount => "kept",
            () if promised[row] <= end => "broken",
            () => "open",
        };
        let [source, source_row] = place(inputs, promises.places.get(row).copied());
        table.push(&[
            Cell::text(ids.get(row)),
            Cell::text(entities.get(row)),
            Cell::text(customers.get(row)),
            day(Some(made[row])),
            day(Some(promised[row])),
            Cell::Text(&currency),
            money(amount),
            money(received),
            Cell::Text(state),
            Cell::text(statuses.get(row)),
            Cell::text(owners.get(row)),
            source,
            source_row,
        ]);
    }
    table
}

/// A blank currency is the entity's.
fn currency_of(currency: &str, entity: &str, setting: &Setting) -> String {
    let known = Currency::parse(currency).unwrap_or_else(|| setting.functional(entity));
    known.code().to_owned()
}

/// The money that came in from the customers who promised some, by customer, the earliest first.
fn receipts<'a>(inputs: &'a Inputs, setting: &Setting) -> HashMap<&'a str, Vec<Receipt<'a>>> {
    let promisers = inputs.promises.text("customer_id");
    let mut found: HashMap<&str, Vec<Receipt<'_>>> =
        (0..inputs.promises.len()).map(|row| (promisers.get(row), Vec::new())).collect();
    if found.is_empty() {
        return found;
    }
    let items = inputs.ar_items.as_ref();
    let [types, customers, entities, currencies] =
        ["item_type", "customer_id", "entity", "currency"].map(|column| items.text(column));
    let (days, amounts) = (items.dates("document_date"), items.money("amount"));
    for row in (0..items.len()).filter(|row| matches!(types.get(*row), "receipt" | "deposit")) {
        if let Some(own) = found.get_mut(customers.get(row)) {
            let entity = entities.get(row);
            let currency = currency_of(currencies.get(row), entity, setting);
            own.push(Receipt { day: days[row], left: -amounts[row], entity, currency });
        }
    }
    for own in found.values_mut() {
        own.retain(|receipt| receipt.left > 0);
        own.sort_by(|left, right| (left.day, left.left, left.entity).cmp(&(right.day, right.left, right.entity)));
    }
    found
}

/// What a customer's promises come to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Promised {
    /// How many were broken.
    pub(super) broken: usize,
    /// The day of the last that was.
    pub(super) last_broken: Option<Date>,
    /// The next day for which one stands.
    pub(super) next: Option<Date>,
}

/// The promises by customer.
pub(super) struct Promises<'a> {
    log: &'a Table,
    rows: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Promises<'a> {
    /// Sorts the log by customer.
    pub(super) fn new(log: &'a Table) -> Promises<'a> {
        let customers = log.text("customer_id");
        let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
        (0..log.len()).for_each(|row| rows.entry(customers.get(row)).or_default().push(row));
        Promises { log, rows }
    }

    /// Those of a customer of an entity; a promise that names no entity holds for all.
    pub(super) fn of(&self, entity: &str, customer: &str) -> Promised {
        let (entities, states, days) =
            (self.log.text("entity"), self.log.text("state"), self.log.dates("promised_date"));
        let mut sum = Promised::default();
        let rows = self.rows.get(customer).map(Vec::as_slice).unwrap_or_default();
        for row in rows.iter().filter(|row| ["", entity].contains(&entities.get(**row))) {
            let day = Date::from_days(days[*row]);
            match states.get(*row) {
                "broken" => {
                    sum.broken += 1;
                    sum.last_broken = sum.last_broken.max(Some(day));
                }
                "open" => sum.next = Some(sum.next.map_or(day, |next| next.min(day))),
                _ => {}
            }
        }
        sum
    }
}
