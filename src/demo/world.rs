//! The stage: entities, customers, calendar and chart of accounts. Nothing is kept in memory per customer:
//! each is computed from its number, so a close of any size needs the same room.

use super::random::{Random, spread};
use crate::model::{Date, Period};

/// Cash at bank.
pub const CASH: usize = 0;
/// The receivables control account.
pub const CONTROL: usize = 1;
/// Other receivables: where a posting to the wrong account ends up.
pub const OTHER_RECEIVABLES: usize = 2;
/// Trade payables.
pub const PAYABLES: usize = 3;
/// Sales tax payable.
pub const TAX: usize = 4;
/// Payroll liabilities.
pub const PAYROLL_LIABILITIES: usize = 5;
/// Share capital.
pub const CAPITAL: usize = 6;
/// Sales.
pub const REVENUE: usize = 7;
/// Cash discounts given.
pub const DISCOUNTS: usize = 8;
/// Cost of goods.
pub const COST_OF_GOODS: usize = 9;
/// Wages and salaries.
pub const WAGES: usize = 10;
/// Bad debt.
pub const BAD_DEBT: usize = 11;
/// Sundry expense: the other side of manual journals.
pub const SUNDRY: usize = 12;
/// Receipts that no bank statement shows: those whose journal is broken, so that a break between subledger and
/// ledger never makes a second one between ledger and bank.
pub const CASH_CLEARING: usize = 13;

/// The chart of accounts: number, name, class.
pub const ACCOUNTS: [(&str, &str, &str); 14] = [
    ("1010", "Cash at bank", "cash"),
    ("1200", "Accounts receivable", "receivable"),
    ("1290", "Other receivables", "other_receivable"),
    ("2000", "Accounts payable", "payable"),
    ("2200", "Sales tax payable", "tax"),
    ("2300", "Payroll liabilities", "liability"),
    ("3000", "Share capital", "equity"),
    ("4000", "Sales", "revenue"),
    ("4900", "Sales discounts", "contra_revenue"),
    ("5000", "Cost of goods sold", "expense"),
    ("6000", "Wages and salaries", "expense"),
    ("6300", "Bad debt expense", "bad_debt"),
    ("6900", "Sundry expense", "expense"),
    ("1050", "Cash clearing", "clearing"),
];

const FIRST: [&str; 24] = [
    "Alder", "Beacon", "Cedar", "Dover", "Ember", "Falcon", "Garnet", "Hollow", "Iron", "Juniper", "Keystone", "Larch",
    "Maple", "Nimbus", "Orchard", "Pioneer", "Quarry", "Ridge", "Summit", "Thistle", "Union", "Vista", "Willow",
    "Yarrow",
];
const SECOND: [&str; 20] = [
    "Valley", "Creek", "Point", "Field", "Harbor", "Bridge", "Lake", "Park", "Gate", "Hill", "Road", "Coast", "Mill",
    "Grove", "Bay", "Stone", "River", "Forest", "Plains", "Island",
];
const TRADE: [&str; 16] = [
    "Foods",
    "Supply",
    "Hardware",
    "Motors",
    "Textiles",
    "Packaging",
    "Logistics",
    "Clinics",
    "Paper",
    "Electric",
    "Marine",
    "Tools",
    "Glass",
    "Dairy",
    "Builders",
    "Chemicals",
];

/// What a customer agreed to pay by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terms {
    /// As the register writes it.
    pub name: &'static str,
    /// Days to pay in full.
    pub days: i32,
    /// Whether two percent may be taken within ten days.
    pub discount: bool,
}

const TERMS: [Terms; 5] = [
    Terms { name: "NET30", days: 30, discount: false },
    Terms { name: "NET45", days: 45, discount: false },
    Terms { name: "NET60", days: 60, discount: false },
    Terms { name: "NET15", days: 15, discount: false },
    Terms { name: "2/10 NET30", days: 30, discount: true },
];

/// Who buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Customer {
    /// The entity that sells to it, counted from 0.
    pub entity: u32,
    /// Its number in the whole group, counted from 1.
    pub number: u64,
    /// Its terms.
    pub terms: Terms,
}

impl Customer {
    /// The pieces that make its name, and the round of names it belongs to: different customers are named
    /// differently, so after all the names are used once they come again with a 2, a 3, …
    pub fn name(&self) -> ([&'static str; 5], u64) {
        let names = (FIRST.len() * SECOND.len() * TRADE.len()) as u64;
        // A factor without a common divisor with the number of names reaches every one of them once a round.
        let place = (self.number * 2_741 % names) as usize;
        let (first, rest) = (place % FIRST.len(), place / FIRST.len());
        let (second, trade) = (rest % SECOND.len(), rest / SECOND.len());
        ([FIRST[first], " ", SECOND[second], " ", TRADE[trade]], self.number / names + 1)
    }

    /// Its name as a bank writes it.
    pub fn bank_name(&self) -> String {
        let (pieces, bearer) = self.name();
        let name = pieces.concat().to_uppercase();
        if bearer == 1 { name } else { format!("{name} {bearer}") }
    }

    /// The account that it pays from.
    pub fn payer_account(&self) -> String {
        format!("{:010}", spread(self.number ^ 0xACC0) % 9_000_000_000 + 1_000_000_000)
    }
}

/// The fixed frame of one demo close.
#[derive(Clone, Copy, Debug)]
pub struct World {
    /// How many entities there are.
    pub entities: u32,
    /// How many customers each of them has.
    pub customers: u64,
    /// The first day of the history.
    pub start: Date,
    /// The first day of the period that is closed.
    pub period_start: Date,
    /// The last day of the period that is closed.
    pub period_end: Date,
}

impl World {
    /// The world of a number of invoices, entities and months of history that end with 2026-10.
    pub fn new(invoices: u64, entities: u32, months: u32) -> World {
        let period = Period { year: 2026, month: 10 };
        let first = (1..months.max(1)).fold(period, |month, _| month.previous());
        World {
            entities,
            customers: (invoices / 40 / u64::from(entities)).clamp(5, 100_000),
            start: first.start(),
            period_start: period.start(),
            period_end: period.end(),
        }
    }

    /// A customer by entity and place in its list.
    pub fn customer(&self, entity: u32, index: u64) -> Customer {
        let number = index * u64::from(self.entities) + u64::from(entity) + 1;
        let terms = match spread(number ^ 0x7E12) % 100 {
            0..55 => TERMS[0],
            55..70 => TERMS[1],
            70..80 => TERMS[2],
            80..90 => TERMS[3],
            _ => TERMS[4],
        };
        Customer { entity, number, terms }
    }

    /// The place of a customer's parent in the same entity's list: about one in six has one.
    pub fn parent(&self, index: u64) -> Option<u64> {
        (index >= 3 && (index == 3 || spread(index ^ 0xFA41).is_multiple_of(6))).then_some(1 + index % 2)
    }

    /// A customer drawn at random: the first entity and the first customers buy most.
    pub fn draw_customer(&self, random: &mut Random) -> Customer {
        let entity = if random.percent(30) { 0 } else { random.below(u64::from(self.entities)) as u32 };
        let index = random.skewed(self.customers);
        self.customer(entity, index)
    }

    /// The nearest working day, kept between two bounds.
    pub fn workday(&self, date: Date, earliest: Date, latest: Date) -> Date {
        // 1970-01-01 was a Thursday: 2 is a Saturday, 3 a Sunday.
        let moved = match date.days().rem_euclid(7) {
            2 => date.plus_days(-1),
            3 => date.plus_days(1),
            _ => date,
        };
        moved.clamp(earliest, latest)
    }
}

/// The code of an entity: `US01`, `US02`, …
pub fn entity_code(entity: u32) -> String {
    format!("US{:02}", entity + 1)
}

/// The number of an entity's bank account.
pub fn bank_account(entity: u32) -> String {
    format!("00401{:05}", 77_310 + entity)
}

/// Dollars for one euro in a month, in ten-thousandths. Invented, but of a plausible size.
pub fn euro_rate(date: Date) -> i64 {
    let (_, month, _) = date.ymd();
    10_600 + i64::from(month * 37 % 13) * 45
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn customers_are_named_differently() {
        let world = World::new(1_000_000, 2, 13);
        let names: BTreeSet<_> = (0..10_000).map(|index| world.customer(0, index).name()).collect();
        assert_eq!(names.len(), 10_000);
    }

    #[test]
    fn the_history_ends_with_the_period() {
        let world = World::new(100, 2, 13);
        assert_eq!(world.start.to_string(), "2025-10-01");
        assert_eq!(world.period_end.to_string(), "2026-10-31");
        // A Saturday moves to the Friday before, a Sunday to the Monday after.
        assert_eq!(world.workday(world.period_end, world.start, world.period_end).to_string(), "2026-10-30");
        let sunday = Date::parse_iso("2026-10-25").unwrap();
        assert_eq!(world.workday(sunday, world.start, world.period_end).to_string(), "2026-10-26");
    }
}
