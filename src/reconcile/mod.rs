//! The reconciliations: two balances that should agree, their variance, and the items that explain it.

pub mod aging;
pub mod applications;
pub mod bank;
pub mod cases;
pub mod cash;
pub mod causes;
pub mod control;
pub mod digits;
pub mod exchange;
pub mod gl;
pub mod history;
pub mod ledger;
pub mod openings;
pub mod register;
pub mod results;
pub mod rollback;
pub mod rollforward;
pub mod subledger;

use crate::model::{SourceRow, Table};
use crate::normalise::source::Check;
use openings::Openings;
use std::sync::Arc;

/// The canonical tables that the reconciliations read, each with every row of all its sources.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// `ar_items` up to the period end.
    pub ar_items: Arc<Table>,
    /// `ar_items` posted after it.
    pub later_items: Arc<Table>,
    /// `ar_applications`, also those after the period end.
    pub applications: Arc<Table>,
    /// `gl_lines` up to the period end.
    pub gl_lines: Arc<Table>,
    /// `gl_lines` posted after it.
    pub later_lines: Arc<Table>,
    /// `trial_balance`.
    pub trial_balance: Arc<Table>,
    /// `accounts`.
    pub accounts: Arc<Table>,
    /// `customers`.
    pub customers: Arc<Table>,
    /// `exchange_rates`.
    pub exchange_rates: Arc<Table>,
    /// `bank_lines`, also those after the period end.
    pub bank_lines: Arc<Table>,
    /// `bank_balances`.
    pub bank_balances: Arc<Table>,
    /// `remittances`.
    pub remittances: Arc<Table>,
    /// `promises`.
    pub promises: Arc<Table>,
    /// `tax_rates`.
    pub tax_rates: Arc<Table>,
    /// `disputes`.
    pub disputes: Arc<Table>,
    /// `invoice_lines`.
    pub invoice_lines: Arc<Table>,
    /// `prices`.
    pub prices: Arc<Table>,
    /// What accounts held before the first of their lines, as the reports of the ledger print it.
    pub openings: Openings,
    /// The names of the run's sources, by [`SourceRow::source`].
    pub source_names: Vec<String>,
}

impl Inputs {
    /// The name of a row's source.
    pub fn source_name(&self, place: SourceRow) -> &str {
        self.source_names.get(place.source as usize).map_or("", String::as_str)
    }
}

/// Checks in the order in which they are shown.
pub type Checks = Vec<Check>;
