//! The collections call list: who owes what is past due, what of it can be asked for, and in which order to call.

use super::disputes::Disputed;
use super::master::Master;
use super::promises::{Promised, Promises};
use super::{OpenItems, money};
use crate::model::money::grouped;
use crate::model::table::{NO_INT, NO_MONEY};
use crate::model::words::counted;
use crate::model::{Cell, Table, Total};
use crate::normalise::plan::Setting;
use crate::reconcile::register::exact;
use crate::reconcile::results::CALL_LIST;
use crate::reconcile::subledger::proportional;
use std::collections::BTreeMap;

/// Days past due from which on a customer comes first.
const LATE: i64 = 90;
/// Days past due from which on a customer comes second.
const OVERDUE: i64 = 30;

/// What one customer of an entity owes, in functional currency.
#[derive(Default)]
struct Owed<'a> {
    name: &'a str,
    open: Total,
    past_due: Total,
    late_items: usize,
    oldest: i64,
    disputed: Total,
    disputed_past_due: Total,
    unapplied: Total,
    limit: Option<i64>,
    collector: &'a str,
    promised: Promised,
}

/// The customers to call, the most urgent first in each currency. `log` holds the disputes, `promises` the promises.
pub fn list(open_items: &Table, log: &Table, promises: &Table, customers: &Table, setting: &Setting) -> Table {
    let mut owed = owed(open_items, log, customers, setting);
    let promises = Promises::new(promises);
    for ((entity, customer), one) in &mut owed {
        one.promised = promises.of(entity, customer);
    }
    let mut rows: Vec<((&str, &str), Owed<'_>)> = owed.into_iter().filter(|(_, owed)| owed.is_listed()).collect();
    rows.sort_by_cached_key(|((entity, customer), owed)| {
        let currency = setting.functional(entity).code().to_owned();
        let amount = std::cmp::Reverse((owed.to_collect(), owed.past_due.0));
        (currency, owed.priority(), amount, *entity, *customer)
    });
    let mut table = Table::new(&CALL_LIST);
    for ((entity, customer), owed) in rows {
        let currency = setting.functional(entity);
        let over = owed.over_limit();
        table.push(&[
            Cell::text(entity),
            Cell::text(customer),
            Cell::text(owed.name),
            Cell::Text(currency.code()),
            exact(owed.open.0),
            exact(owed.past_due.0),
            if owed.late_items > 0 { Cell::Int(owed.oldest) } else { Cell::Null },
            exact(owed.disputed.0),
            exact(owed.unapplied.0),
            exact(owed.to_collect()),
            owed.limit.map_or(Cell::Null, money),
            over.map_or(Cell::Null, exact),
            Cell::Int(owed.priority()),
            Cell::text(&owed.reason(currency.decimals() as usize)),
            Cell::text(owed.collector),
            if owed.promised.broken > 0 { Cell::count(owed.promised.broken) } else { Cell::Null },
            Cell::date(owed.promised.next),
        ]);
    }
    table
}

fn owed<'a>(
    open_items: &'a Table,
    log: &'a Table,
    customers: &'a Table,
    setting: &Setting,
) -> BTreeMap<(&'a str, &'a str), Owed<'a>> {
    let (items, disputed) = (OpenItems::new(open_items), Disputed::new(log));
    let mut owed: BTreeMap<(&str, &str), Owed<'_>> = BTreeMap::new();
    for row in 0..items.len() {
        let (entity, open) = (items.entity.get(row), items.open[row]);
        let one = owed.entry((entity, items.customer.get(row))).or_default();
        one.name = items.name.get(row);
        one.open.add_units(open);
        if open < 0 {
            one.unapplied.add_units(open);
            continue;
        }
        let is_late = items.age[row] != NO_INT && items.age[row] > 0;
        if is_late {
            one.past_due.add_units(open);
            one.late_items += 1;
            one.oldest = one.oldest.max(items.age[row]);
        }
        if let Some(amount) = disputed.amount(entity, items.item_id.get(row)) {
            let whole = items.document_open[row];
            let decimals = setting.functional(entity).decimals();
            let part = if amount >= whole { open } else { proportional(amount, open, whole, decimals) };
            one.disputed.add_units(part);
            one.disputed_past_due.add_units(if is_late { part } else { 0 });
        }
    }
    let master = Master::new(customers);
    for ((entity, customer), one) in &mut owed {
        let currency = setting.functional(entity);
        (one.limit, one.collector) = limit_and_collector(&master, entity, customer, currency.code());
    }
    owed
}

/// Credit limit and collector. A limit in another currency than the entity's is none that could be compared.
fn limit_and_collector<'a>(
    master: &Master<'a>,
    entity: &str,
    customer: &str,
    currency: &str,
) -> (Option<i64>, &'a str) {
    let (currencies, limits) = (master.customers.text("currency"), master.customers.money("credit_limit"));
    let is_same = |row: &usize| ["", currency].contains(&currencies.get(*row).to_uppercase().as_str());
    let own = master.rows(entity, customer).filter(is_same);
    let limit = own.map(|row| limits[row]).find(|limit| *limit != NO_MONEY);
    (limit, master.first(entity, customer, "collector"))
}

impl Owed<'_> {
    /// Past due less what is in dispute of it and less unapplied credits: what a caller can ask for.
    fn to_collect(&self) -> i128 {
        (self.past_due.0 - self.disputed_past_due.0 + self.unapplied.0).max(0)
    }

    fn over_limit(&self) -> Option<i128> {
        self.limit.map(|limit| (self.open.0 - i128::from(limit)).max(0))
    }

    fn is_over(&self) -> bool {
        self.over_limit().is_some_and(|over| over > 0)
    }

    fn is_listed(&self) -> bool {
        self.past_due.0 > 0 || self.is_over()
    }

    /// 1 to 4; see docs/allowance.md.
    fn priority(&self) -> i64 {
        match () {
            () if self.to_collect() == 0 => 4,
            () if self.oldest > LATE || self.is_over() || self.promised.broken > 0 => 1,
            () if self.oldest > OVERDUE => 2,
            () => 3,
        }
    }

    /// The priority's reason in words.
    fn reason(&self, decimals: usize) -> String {
        let spoken = |units: i128| grouped(units, decimals);
        let mut said = Vec::new();
        if self.late_items > 0 {
            let items = counted(self.late_items, "document");
            said.push(match self.late_items {
                1 => format!("1 document {} past due", counted(self.oldest as usize, "day")),
                _ => format!("{items} past due, the oldest {}", counted(self.oldest as usize, "day")),
            });
        }
        if let Some(last) = self.promised.last_broken {
            said.push(match self.promised.broken {
                1 => format!("the promise for {last} is broken"),
                more => format!("{} broken, the last for {last}", counted(more, "promise")),
            });
        }
        if let Some(next) = self.promised.next {
            said.push(format!("promised for {next}: see whether it comes"));
        }
        if let Some(over) = self.over_limit().filter(|over| *over > 0) {
            said.push(format!("{} over the credit limit", spoken(over)));
        }
        if self.disputed.0 > 0 {
            said.push(format!("{} in dispute: settle that first", spoken(self.disputed.0)));
        }
        if self.unapplied.0 < 0 {
            said.push(format!("{} unapplied: clear it before the call", spoken(-self.unapplied.0)));
        }
        if self.late_items > 0 && self.to_collect() == 0 {
            said.push("nothing is left to ask for".to_owned());
        }
        said.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Date;

    fn owed(past_due: i128, oldest: i64) -> Owed<'static> {
        Owed { open: Total(past_due), past_due: Total(past_due), late_items: 1, oldest, ..Owed::default() }
    }

    #[test]
    fn the_oldest_and_those_over_their_limit_come_first() {
        assert_eq!([91, 90, 31, 30, 1].map(|oldest| owed(100, oldest).priority()), [1, 2, 2, 3, 3]);
        assert_eq!(Owed { limit: Some(99), ..owed(100, 1) }.priority(), 1);
        assert_eq!(Owed { limit: Some(100), ..owed(100, 1) }.priority(), 3);
        let promised = Promised { broken: 2, last_broken: Date::parse_iso("2026-10-20"), ..Promised::default() };
        let broken = Owed { promised, ..owed(100, 1) };
        assert_eq!(broken.priority(), 1);
        assert_eq!(broken.reason(2), "1 document 1 day past due; 2 promises broken, the last for 2026-10-20");
        // What is in dispute or covered by a credit is not asked for.
        assert_eq!(Owed { disputed_past_due: Total(60), unapplied: Total(-40), ..owed(100, 200) }.priority(), 4);
        let rest = Owed { disputed: Total(600_000), disputed_past_due: Total(600_000), ..owed(1_000_000, 200) };
        assert_eq!((rest.to_collect(), rest.priority()), (400_000, 1));
        assert_eq!(rest.reason(2), "1 document 200 days past due; 60.00 in dispute: settle that first");
    }
}
