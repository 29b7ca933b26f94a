//! What is measured of the ledger's outcome while it still has its rows: tables that do not need each other, formed
//! side by side.

use super::{buckets, divergence, kpi};
use crate::config::Config;
use crate::diag::{Finding, Result};
use crate::model::Table;
use crate::reconcile::aging::{self, Aging};
use crate::reconcile::gl::Outcome;
use crate::reconcile::{Checks, Inputs, ledger, rollback, rollforward};

/// Tables and proofs that go into the results in their turn.
pub(super) struct Measured {
    /// The aging and the open items.
    pub(super) aged: Aging,
    /// The roll-forward, and what proves it.
    pub(super) rolled_forward: (Table, Checks),
    /// The subledger at earlier days.
    pub(super) rolled_back: Table,
    /// The running difference by month.
    pub(super) diverged: Table,
    /// What the ledger says of itself.
    pub(super) ledger: (Checks, Vec<Finding>),
    /// The KPIs; none where a part of the close is worked out.
    pub(super) kpis: Vec<Table>,
}

/// Measures a reconciled ledger.
///
/// # Errors
/// When `[kpi]` names a KPI or a reason that there is not.
pub(super) fn measure(config: &Config, inputs: &Inputs, outcome: &Outcome, with_kpis: bool) -> Result<Measured> {
    let (start, setting, buckets) = (config.period_start(), config.setting(), buckets(config));
    let by_document = || {
        let aged = aging::age(inputs, &outcome.controls, &outcome.subledger, &buckets);
        (aged, rollback::build(inputs, &outcome.controls, &outcome.subledger, &setting))
    };
    let by_time = || (rollforward::build(outcome, inputs, start), divergence(outcome, inputs));
    let ((kpis, (aged, rolled_back)), ((rolled_forward, diverged), ledger)) = rayon::join(
        || rayon::join(|| if with_kpis { kpi::tables(config, inputs, outcome) } else { Ok(Vec::new()) }, by_document),
        || rayon::join(by_time, || ledger::check(inputs, start, &setting)),
    );
    Ok(Measured { aged, rolled_forward, rolled_back, diverged, ledger, kpis: kpis? })
}
