//! `[letters]`: who writes, how to pay, and from when on in which tone.

use super::values::{Day, Exact};
use serde::Deserialize;
use std::collections::BTreeMap;

/// `[letters]`
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Letters {
    /// The name on the letterhead.
    pub sender: String,
    /// Its address, line by line.
    pub address: Vec<String>,
    /// Its country, as the customers' table writes countries: it is not printed on letters within it.
    pub country: String,
    /// Whom to write to or call, line by line.
    pub contact: Vec<String>,
    /// How to pay, line by line.
    pub payment: Vec<String>,
    /// Who signs, line by line.
    pub signature: Vec<String>,
    /// The sign between whole and fraction.
    pub decimal: Option<String>,
    /// The sign between groups of three digits.
    pub thousands: Option<String>,
    /// Days past due from which on a reminder is written.
    pub reminder_days: i32,
    /// From which on it gets firm.
    pub firm_days: i32,
    /// From which on it is the last one.
    pub final_days: i32,
    /// What is due below this amount is not worth a letter.
    pub smallest_amount: Exact,
    /// Within how many days of its date a letter asks for payment.
    pub pay_within_days: i32,
    /// The date of the letters; the period end where there is none.
    pub date: Option<Day>,
    /// The paper.
    pub page: Page,
    /// What differs from entity to entity.
    pub entity: BTreeMap<String, Sender>,
}

impl Default for Letters {
    fn default() -> Self {
        Letters {
            sender: String::new(),
            address: Vec::new(),
            country: String::new(),
            contact: Vec::new(),
            payment: Vec::new(),
            signature: Vec::new(),
            decimal: None,
            thousands: None,
            reminder_days: 1,
            firm_days: 31,
            final_days: 61,
            smallest_amount: Exact::cents(0),
            pay_within_days: 10,
            date: None,
            page: Page::A4,
            entity: BTreeMap::new(),
        }
    }
}

/// `[letters.entity.US01]`: what is not said here is as in `[letters]`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sender {
    /// The name on the letterhead.
    pub sender: Option<String>,
    /// Its address.
    pub address: Option<Vec<String>>,
    /// Its country.
    pub country: Option<String>,
    /// Whom to write to or call.
    pub contact: Option<Vec<String>>,
    /// How to pay.
    pub payment: Option<Vec<String>>,
    /// Who signs.
    pub signature: Option<Vec<String>>,
    /// The sign between whole and fraction.
    pub decimal: Option<String>,
    /// The sign between groups of three digits.
    pub thousands: Option<String>,
}

/// The paper that letters are printed on.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Page {
    /// 210 by 297 mm.
    A4,
    /// 8.5 by 11 inches.
    Letter,
}
