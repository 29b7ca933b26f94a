//! `[disputes]`, `[write_off]` and `[allowance]`: who may write off, and what is expected to be lost.

use super::values::{Day, Exact};
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// `[disputes]`
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Disputes {
    /// Within how many days a case is to be closed.
    pub sla_days: i32,
}

impl Default for Disputes {
    fn default() -> Self {
        Disputes { sla_days: 30 }
    }
}

/// `[write_off]` with a list `delegation`, or `[[write_off]]` entries that are the list itself.
#[derive(Clone, Debug)]
pub struct WriteOff {
    /// Who may approve up to how much.
    pub delegation: Vec<Delegation>,
    /// Open items that are past due for longer are worth a look.
    pub after_days: i32,
    /// Open items up to this amount are small.
    pub small_balance: Option<Exact>,
    /// Small items that are past due for longer are worth a look.
    pub small_after_days: i32,
    /// Write-offs of a customer within so many days count as one decision.
    pub split_days: i32,
    /// Customers that will not pay: bankrupt, blocked, gone.
    pub lost_customers: Vec<String>,
    /// Whether the close has the section.
    pub is_given: bool,
}

impl Default for WriteOff {
    fn default() -> Self {
        let mut usual = WriteOff::from(WriteOffKeys::default());
        usual.is_given = false;
        usual
    }
}

/// The keys of `[write_off]`.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
struct WriteOffKeys {
    delegation: Vec<Delegation>,
    after_days: i32,
    small_balance: Option<Exact>,
    small_after_days: i32,
    split_days: i32,
    lost_customers: Vec<String>,
}

impl Default for WriteOffKeys {
    fn default() -> Self {
        WriteOffKeys {
            delegation: Vec::new(),
            after_days: 180,
            small_balance: None,
            small_after_days: 90,
            split_days: 30,
            lost_customers: Vec::new(),
        }
    }
}

impl From<WriteOffKeys> for WriteOff {
    fn from(keys: WriteOffKeys) -> WriteOff {
        WriteOff {
            delegation: keys.delegation,
            after_days: keys.after_days,
            small_balance: keys.small_balance,
            small_after_days: keys.small_after_days,
            split_days: keys.split_days,
            lost_customers: keys.lost_customers,
            is_given: true,
        }
    }
}

impl<'de> Deserialize<'de> for WriteOff {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Either;
        impl<'de> Visitor<'de> for Either {
            type Value = WriteOff;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("[write_off] with delegation = [{ up_to = \"100.00\", approver = \"Billing supervisor\" }]")
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<WriteOff, A::Error> {
                let delegation = Deserialize::deserialize(SeqAccessDeserializer::new(list))?;
                Ok(WriteOff::from(WriteOffKeys { delegation, ..WriteOffKeys::default() }))
            }

            fn visit_map<A: MapAccess<'de>>(self, keys: A) -> Result<WriteOff, A::Error> {
                WriteOffKeys::deserialize(MapAccessDeserializer::new(keys)).map(WriteOff::from)
            }
        }
        deserializer.deserialize_any(Either)
    }
}

/// One step of the delegation of authority.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// Up to this amount, in the functional currency; without one, without limit.
    pub up_to: Option<Exact>,
    /// Who approves: a role or a name.
    pub approver: String,
    /// Those who hold the role, as `approved_by` of the register names them.
    #[serde(default)]
    pub people: Vec<String>,
    /// The entity that it holds for; all that have none of their own where it names none.
    pub entity: Option<String>,
}

/// `[allowance]`
#[derive(Clone, Debug, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Allowance {
    /// The column of `customers` that pools them: region, country, terms, currency or collector.
    pub pool_by: Option<String>,
    /// Loss rates.
    pub rate: Vec<Rate>,
    /// Customers that share no risk with others.
    pub individual: Vec<Evaluated>,
    /// The allowance at the start of the period, over that of the prior run.
    pub opening: Vec<OfEntity>,
    /// What was recovered in the period of debts written off, over what the applications tell.
    pub recoveries: Vec<OfEntity>,
    /// Earlier allowances to hold against the write-offs since.
    pub prior: Vec<Prior>,
    /// The general ledger's account of the allowance.
    pub account: Option<String>,
}

/// The loss rate of one bucket, in percent of the balance: three parts that are added up.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rate {
    /// The bucket of the aging.
    pub bucket: String,
    /// The pool that it holds for; all that have none of their own where it names none.
    pub pool: Option<String>,
    /// What was lost in the past.
    pub historical: Exact,
    /// The adjustment for conditions as they are now.
    pub conditions: Option<Exact>,
    /// The adjustment for reasonable and supportable forecasts.
    pub forecast: Option<Exact>,
}

/// A customer that is evaluated by itself.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Evaluated {
    /// The customer.
    pub customer_id: String,
    /// The entity; every one where it names none.
    pub entity: Option<String>,
    /// The expected loss in percent of its balance.
    pub percent: Option<Exact>,
    /// Or the expected loss.
    pub amount: Option<Exact>,
    /// Why.
    pub reason: String,
}

/// An amount of an entity.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfEntity {
    /// The entity.
    pub entity: String,
    /// The amount, in its functional currency.
    pub amount: Exact,
}

/// The allowance of an entity on an earlier day.
#[derive(Clone, Debug, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prior {
    /// The entity.
    pub entity: String,
    /// The day.
    pub date: Day,
    /// The allowance on it.
    pub amount: Exact,
}
