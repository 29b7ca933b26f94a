//! The profiles that are compiled in, and what a source says over them.

use super::rules::{Options, Profile, Sections, Signs};
use crate::diag::{Place, Problem, Result};
use std::collections::BTreeMap;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/profiles/", $name, ".toml")))),*]
    };
}

/// Name and text of every profile that is compiled in.
pub static BUILT_IN: &[(&str, &str)] = built_in![
    "acquirer/bank_lines",
    "acquirer/disputes",
    "canonical/accounts",
    "canonical/ar_applications",
    "canonical/ar_items",
    "canonical/bank_balances",
    "canonical/bank_lines",
    "canonical/billables",
    "canonical/customers",
    "canonical/disputes",
    "canonical/exchange_rates",
    "canonical/gl_lines",
    "canonical/invoice_lines",
    "canonical/prices",
    "canonical/remittances",
    "canonical/tax_rates",
    "canonical/trial_balance",
    "generic/ar_applications",
    "generic/ar_items",
    "generic/customers",
    "generic/gl_lines",
    "generic/trial_balance",
    "generic/trial_balance_debit_credit",
    "netsuite/ar_applications",
    "netsuite/ar_items",
    "netsuite/customers",
    "netsuite/gl_lines",
    "netsuite/trial_balance",
    "paypal/bank_lines",
    "quickbooks/ar_aging_detail",
    "quickbooks/ar_items",
    "quickbooks/customers",
    "quickbooks/gl_lines",
    "quickbooks/trial_balance",
    "sap/ar_items",
    "sap/ar_items_tables",
    "sap/customers",
    "sap/gl_lines",
    "sap/gl_lines_tables",
    "sap/trial_balance",
    "xero/ar_items",
    "xero/ar_items_detail",
    "xero/customers",
    "xero/gl_lines",
    "xero/trial_balance",
];

/// What a `[[source]]` of close.toml says over its profile.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// The profile it names.
    pub profile: Option<String>,
    /// Canonical column to heading.
    pub columns: BTreeMap<String, String>,
    /// Fixed values.
    pub constants: BTreeMap<String, String>,
    /// Formats; each one given wins over the profile's.
    pub options: Options,
    /// Rows left out by value.
    pub exclude: BTreeMap<String, Vec<String>>,
    /// Value maps.
    pub types: BTreeMap<String, BTreeMap<String, String>>,
    /// Signs.
    pub signs: Option<Signs>,
    /// Grouped reports.
    pub sections: Option<Sections>,
}

/// The profile of a name.
///
/// # Errors
/// When a compiled-in profile cannot be read: a defect.
pub fn parse(name: &str, text: &str) -> Result<Profile> {
    let mut profile: Profile =
        toml::from_str(text).map_err(|error| Problem::internal(format!("profile {name}: {}", error.message())))?;
    profile.name = name.to_owned();
    Ok(profile)
}

/// Every profile of a table, canonical headings first.
///
/// # Errors
/// When a compiled-in profile cannot be read: a defect.
pub fn of_table(table: &str) -> Result<Vec<Profile>> {
    let mut profiles = Vec::new();
    for (name, text) in BUILT_IN {
        let profile = parse(name, text)?;
        if profile.table == table {
            profiles.push(profile);
        }
    }
    Ok(profiles)
}

/// The profiles that a source may be read under, with its own settings over each.
///
/// # Errors
/// When the source names a profile that there is not.
pub fn candidates(table: &str, over: &Overrides) -> Result<Vec<Profile>> {
    let all = of_table(table)?;
    let chosen: Vec<Profile> = match &over.profile {
        None => all,
        Some(name) => {
            // A system's name alone means all its exports of this table.
            let is_named = |profile: &Profile| match name.contains('/') {
                true => profile.name == *name,
                false => profile.name.split('/').next() == Some(name.as_str()),
            };
            let known: Vec<String> = all.iter().map(|profile| profile.name.clone()).collect();
            let found: Vec<Profile> = all.into_iter().filter(is_named).collect();
            if found.is_empty() {
                return Err(unknown_profile(name, table, &known));
            }
            found
        }
    };
    Ok(chosen.into_iter().map(|profile| overlay(profile, over)).collect())
}

fn unknown_profile(name: &str, table: &str, known: &[String]) -> Problem {
    Problem::input(
        "T9104",
        Place::file("close.toml"),
        format!("there is no profile \"{name}\" for the table {table}"),
        format!("known profiles: {}", known.join(", ")),
    )
}

fn overlay(mut profile: Profile, over: &Overrides) -> Profile {
    for (canonical, heading) in &over.columns {
        profile.columns.insert(canonical.clone(), vec![heading.clone()]);
    }
    profile.constants.extend(over.constants.clone());
    for (heading, values) in &over.exclude {
        profile.exclude.insert(heading.clone(), values.clone());
        profile.required.headings.push(heading.clone());
    }
    for (column, map) in &over.types {
        profile.types.entry(column.clone()).or_default().extend(map.clone());
    }
    if let Some(signs) = &over.signs {
        profile.signs = signs.clone();
    }
    if let Some(sections) = &over.sections {
        profile.sections = Some(sections.clone());
    }
    let (own, base) = (over.options.clone(), profile.options);
    profile.options = Options {
        date_format: own.date_format.or(base.date_format),
        decimal: own.decimal.or(base.decimal),
        thousands: own.thousands.or(base.thousands),
        encoding: own.encoding.or(base.encoding),
        delimiter: own.delimiter.or(base.delimiter),
        header_row: own.header_row.or(base.header_row),
        skip_footer: own.skip_footer.max(base.skip_footer),
        zero: [own.zero, base.zero].concat(),
        no_date: [own.no_date, base.no_date].concat(),
        fill_down: [own.fill_down, base.fill_down].concat(),
        width: base.width.into_iter().chain(own.width).collect(),
        round: own.round || base.round,
    };
    profile
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::tables;

    #[test]
    fn every_profile_can_be_read_and_names_columns_that_exist() {
        for (name, text) in BUILT_IN {
            let profile = parse(name, text).unwrap_or_else(|problem| panic!("{name}: {problem}"));
            let def = tables::find(&profile.table).unwrap_or_else(|| panic!("{name}: table {}", profile.table));
            let columns = profile.columns.keys().chain(profile.defaults.keys()).chain(profile.constants.keys());
            for column in columns {
                let pseudo = matches!(column.as_str(), "debit" | "credit");
                assert!(pseudo || def.position(column).is_some(), "{name}: {column}");
            }
        }
    }
}
