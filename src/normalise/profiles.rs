//! The profiles that are compiled in, and what a source says over them.

use super::rules::{Options, Part, Profile, Required, Sections, Signs};
use crate::diag::{Place, Problem, Result};
use std::collections::BTreeMap;
use std::sync::OnceLock;

macro_rules! built_in {
    ($($name:literal),* $(,)?) => {
        &[$(($name, include_str!(concat!("../../templates/profiles/", $name, ".toml")))),*]
    };
}

/// Name and text of every profile that is compiled in.
pub static BUILT_IN: &[(&str, &str)] = built_in![
    "acquirer/adyen",
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
    "canonical/promises",
    "canonical/remittances",
    "canonical/tax_rates",
    "canonical/trial_balance",
    "aicpa/ar_applications",
    "aicpa/ar_items",
    "aicpa/ar_items_adjustments",
    "aicpa/ar_items_invoices",
    "aicpa/ar_items_receipts",
    "aicpa/customers",
    "aicpa/gl_lines",
    "aicpa/trial_balance",
    "business_central/accounts",
    "business_central/ar_items",
    "business_central/ar_items_detailed",
    "business_central/customers",
    "business_central/gl_lines",
    "business_central/invoice_lines",
    "business_central/trial_balance",
    "business_central/trial_balance_report",
    "chargify/ar_applications",
    "chargify/ar_items",
    "chargify/ar_items_credit_notes",
    "chargify/ar_items_payments",
    "chargify/customers",
    "chargify/invoice_lines",
    "datev/accounts",
    "datev/customers",
    "datev/gl_lines",
    "dynamics_finance/ar_applications",
    "dynamics_finance/ar_items",
    "dynamics_finance/customers",
    "dynamics_finance/gl_lines",
    "dynamics_finance/invoice_lines",
    "dynamics_finance/trial_balance",
    "generic/ar_applications",
    "generic/ar_items",
    "generic/bank_balances",
    "generic/bank_lines",
    "generic/customers",
    "generic/disputes",
    "generic/gl_lines",
    "generic/remittances",
    "generic/trial_balance",
    "generic/trial_balance_debit_credit",
    "iif/accounts",
    "iif/ar_items",
    "iif/customers",
    "iif/gl_lines",
    "netsuite/ar_applications",
    "netsuite/ar_items",
    "netsuite/customers",
    "netsuite/gl_lines",
    "netsuite/invoice_lines",
    "netsuite/trial_balance",
    "oracle_ebs/ar_applications",
    "oracle_ebs/ar_items",
    "oracle_ebs/ar_items_receipts",
    "oracle_ebs/customers",
    "oracle_ebs/gl_lines",
    "oracle_ebs/invoice_lines",
    "oracle_ebs/trial_balance",
    "paypal/bank_lines",
    "quickbooks/ar_aging_detail",
    "quickbooks/ar_items",
    "quickbooks/customers",
    "quickbooks/gl_lines",
    "quickbooks/invoice_lines",
    "quickbooks/trial_balance",
    "quickbooks_desktop/ar_items",
    "quickbooks_desktop/ar_open_invoices",
    "quickbooks_desktop/customers",
    "quickbooks_desktop/gl_lines",
    "quickbooks_desktop/invoice_lines",
    "quickbooks_desktop/trial_balance",
    "sage_intacct/ar_applications",
    "sage_intacct/ar_items",
    "sage_intacct/customers",
    "sage_intacct/gl_lines",
    "sage_intacct/invoice_lines",
    "sage_intacct/trial_balance",
    "saft/ar_applications",
    "saft/ar_items",
    "saft/customers",
    "saft/gl_lines",
    "saft/invoice_lines",
    "saft/trial_balance",
    "salesforce/disputes",
    "salesforce_billing/ar_applications",
    "salesforce_billing/ar_items",
    "salesforce_billing/ar_items_credit_notes",
    "salesforce_billing/ar_items_payments",
    "salesforce_billing/customers",
    "salesforce_billing/invoice_lines",
    "sap/ar_items",
    "sap/ar_items_local",
    "sap/ar_items_tables",
    "sap/customers",
    "sap/customers_tables",
    "sap/gl_lines",
    "sap/gl_lines_tables",
    "sap/invoice_lines",
    "sap/trial_balance",
    "sap/trial_balance_tables",
    "stripe/ar_applications",
    "stripe/ar_items",
    "stripe/ar_items_charges",
    "stripe/ar_items_charges_tables",
    "stripe/bank_lines",
    "stripe/bank_lines_payouts",
    "stripe/bank_lines_tables",
    "stripe/customers",
    "stripe/disputes",
    "xero/ar_items",
    "xero/ar_items_detail",
    "xero/customers",
    "xero/gl_lines",
    "xero/invoice_lines",
    "xero/trial_balance",
    "zendesk/disputes",
    "zuora/ar_applications",
    "zuora/ar_items",
    "zuora/ar_items_credit_memos",
    "zuora/ar_items_payments",
    "zuora/customers",
    "zuora/invoice_lines",
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
    /// Rows kept by value.
    pub only: BTreeMap<String, Vec<String>>,
    /// The part of a cell that a column is read from.
    pub parts: BTreeMap<String, Part>,
    /// What takes the place of blank cells.
    pub blank: BTreeMap<String, Vec<String>>,
    /// What an item type becomes where its amount is negative.
    pub negative_types: BTreeMap<String, String>,
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
    Ok(all()?.iter().filter(|profile| profile.table == table).cloned().collect())
}

/// Every profile; read once, because a folder of exports asks for them file by file and table by table.
fn all() -> Result<&'static [Profile]> {
    static ALL: OnceLock<Vec<Profile>> = OnceLock::new();
    if let Some(known) = ALL.get() {
        return Ok(known);
    }
    let read: Vec<Profile> = BUILT_IN.iter().map(|(name, text)| parse(name, text)).collect::<Result<_>>()?;
    Ok(ALL.get_or_init(|| read))
}

/// The profiles that a source may be read under, with its own settings over each.
///
/// # Errors
/// When the source names a profile that there is not.
pub fn candidates(table: &str, over: &Overrides) -> Result<Vec<Profile>> {
    let all = of_table(table)?;
    let mut chosen: Vec<Profile> = match &over.profile {
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
    if over.profile.is_some() {
        // What tells exports apart is for recognising them: a person who names the profile has done that.
        chosen.iter_mut().for_each(|profile| profile.required.without.clear());
        if let [only] = &mut chosen[..] {
            only.required = Required::default();
        }
    }
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
        profile.promised.push(heading.clone());
    }
    for (heading, values) in &over.only {
        profile.only.insert(heading.clone(), values.clone());
        profile.promised.push(heading.clone());
    }
    profile.parts.extend(over.parts.clone());
    profile.blank.extend(over.blank.clone());
    profile.negative_types.extend(over.negative_types.clone());
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
        strip_zeros: [own.strip_zeros, base.strip_zeros].concat(),
        float_codes: [own.float_codes, base.float_codes].concat(),
        minor_units: base.minor_units.into_iter().chain(own.minor_units).collect(),
        round: own.round || base.round,
        currency_minor_units: own.currency_minor_units || base.currency_minor_units,
        scale: own.scale.or(base.scale),
        receivables_account: own.receivables_account.or(base.receivables_account),
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
