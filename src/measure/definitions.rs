//! What each KPI is: its name, formula, parts, source and direction, and how it is formed of a month's sums
//! (formulas.md 2.1 to 2.4).

mod billing;
mod cash;
mod collections;

use super::month::{Computed, Month};

/// What a figure is counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Days.
    Days,
    /// Hundredths.
    Percent,
    /// A ratio.
    Ratio,
    /// An amount in the currency of the row.
    Amount,
    /// A number of documents, cases or people.
    Count,
}

impl Unit {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Unit::Days => "days",
            Unit::Percent => "percent",
            Unit::Ratio => "ratio",
            Unit::Amount => "amount",
            Unit::Count => "count",
        }
    }

    /// The decimals that a value is rounded to, where they are not those of the currency.
    pub fn decimals(self) -> u32 {
        match self {
            Unit::Days | Unit::Percent | Unit::Amount => 2,
            Unit::Ratio => 4,
            Unit::Count => 0,
        }
    }
}

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Less is better.
    Lower,
    /// More is better.
    Higher,
    /// Neither: a size.
    Neither,
}

impl Better {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Better::Lower => "lower is better",
            Better::Higher => "higher is better",
            Better::Neither => "neither",
        }
    }
}

/// A KPI.
pub struct Definition {
    /// Its name in the `kpis` table.
    pub name: &'static str,
    /// Its name for people.
    pub title: &'static str,
    /// The part of the work that it belongs to.
    pub topic: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// Which way is better.
    pub better: Better,
    /// How it is formed.
    pub formula: &'static str,
    /// What the numerator is.
    pub numerator: &'static str,
    /// What the denominator is.
    pub denominator: &'static str,
    /// Which tables it comes from.
    pub source: &'static str,
    /// The figure of a month.
    pub of: fn(&Month<'_>) -> Computed,
}

/// Every KPI that has a name of its own, in the order in which they are shown.
pub fn all() -> impl Iterator<Item = &'static Definition> {
    collections::ALL.iter().chain(billing::ALL).chain(cash::ALL)
}

/// The KPI of a name.
pub fn find(name: &str) -> Option<&'static Definition> {
    all().find(|definition| definition.name == name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_definition_is_complete_and_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = all().map(|definition| definition.name).collect();
        assert_eq!(names.len(), all().count());
        for definition in all() {
            let texts = [definition.title, definition.topic, definition.formula, definition.numerator];
            assert!(texts.iter().all(|text| !text.is_empty() && !text.contains("  ")), "{}", definition.name);
            assert!(!definition.source.is_empty(), "{}", definition.name);
        }
    }
}
