//! Values of close.toml that must be exact: dates, and amounts written as text.

use crate::model::{Date, Money};
use rust_decimal::Decimal;
use serde::de::{self, Deserialize, Deserializer, Visitor};
use std::fmt;

/// A date: `2026-10-31`, as a TOML date or as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Day(pub Date);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::Datetime(date) => date.to_string(),
            toml::Value::String(text) => text,
            other => return Err(de::Error::custom(format!("expected a date such as 2026-10-31, found {other}"))),
        };
        Date::parse_iso(&text)
            .map(Day)
            .ok_or_else(|| de::Error::custom(format!("\"{text}\" is not a date of the calendar, such as 2026-10-31")))
    }
}

/// An exact number: text such as "500.00", or a whole number. A TOML float is refused, because it is not exact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exact(pub Decimal);

impl Exact {
    /// A number of hundredths.
    pub fn cents(cents: i64) -> Exact {
        Exact(Decimal::new(cents, 2))
    }

    /// The number as an amount; what is beyond four decimals is cut off.
    pub fn money(self) -> Money {
        let mut number = self.0;
        number.rescale(crate::model::money::SCALE_DIGITS as u32);
        i64::try_from(number.mantissa()).map(Money::from_units).unwrap_or_default()
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ExactVisitor;
        impl Visitor<'_> for ExactVisitor {
            type Value = Exact;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an exact number as text, such as \"500.00\"")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Exact, E> {
                text.parse().map(Exact).map_err(|_| E::invalid_value(de::Unexpected::Str(text), &self))
            }

            fn visit_i64<E: de::Error>(self, number: i64) -> Result<Exact, E> {
                Ok(Exact(Decimal::from(number)))
            }
        }
        deserializer.deserialize_any(ExactVisitor)
    }
}

/// How many days a month has in a DSO: `"period"` for those of the calendar, 30, 360 (30 a month) or 365 (a twelfth).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Days(pub Option<i64>);

impl<'de> Deserialize<'de> for Days {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) if text == "period" => Ok(Days(None)),
            toml::Value::Integer(days) if (28..=31).contains(&days) || (360..=366).contains(&days) => {
                Ok(Days(Some(days)))
            }
            other => Err(de::Error::custom(format!("days is \"period\", 30, 360 or 365, not {other}"))),
        }
    }
}
