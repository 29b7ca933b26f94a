//! Disputes, calls, write-offs and the allowance within a close: what they need of the configuration and of the prior
//! run, and their result tables.

use super::{Results, buckets, prior};
use crate::credit::write_offs::{self, WriteOff};
use crate::credit::{allowance, calls, candidates, disputes, losses, promises};
use crate::diag::Result;
use crate::model::Table;
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::gl::Outcome;
use crate::reconcile::results::OPEN_ITEMS;
use std::sync::Arc;

/// The write-offs up to the period end, found while the subledger's amounts are at hand.
pub(super) fn written_off(inputs: &Inputs, outcome: &Outcome, setting: &Setting) -> Vec<WriteOff> {
    write_offs::find(inputs, &outcome.subledger.amount, setting)
}

/// Forms the tables from the open items, which stand among the results.
///
/// # Errors
/// When a loss rate is of no bucket.
pub(super) fn measure(
    results: &mut Results,
    inputs: &Inputs,
    written_off: &[WriteOff],
    earlier: Option<&prior::Run>,
) -> Result<()> {
    let (config, setting) = (results.config, results.config.setting());
    let open_items = results.tables.get(OPEN_ITEMS.name).cloned().unwrap_or_else(|| Arc::new(Table::new(&OPEN_ITEMS)));
    let functional = |entity: &str| setting.functional(entity).code().to_owned();
    let log = disputes::log(inputs, &open_items, config.disputes.sla_days, setting.period_end, &functional);
    let promised = promises::log(inputs, &setting);
    results.put(calls::list(&open_items, &log, &promised, &inputs.customers, &setting));
    results.put(promised);
    let terms = candidates::Terms { rules: &config.write_off, setting: &setting, start: config.period_start() };
    let listed = candidates::table(inputs, written_off, &open_items, &log, &terms);
    results.put(listed.table);
    results.put(log);
    let names = buckets(config).names();
    let matrix = allowance::matrix(&open_items, &inputs.customers, &names, &config.allowance, &setting)?;
    let known = earlier.map(|run| (run.period.clone(), prior::allowances(&run.folder)));
    let terms = losses::Terms {
        rules: &config.allowance,
        setting: &setting,
        start: config.period_start(),
        prior: known.as_ref(),
    };
    let (rollforward, proved) = losses::rollforward(&matrix.closing, written_off, inputs, &terms);
    results.put(losses::test(&matrix.closing, written_off, inputs, &terms));
    results.put(rollforward);
    results.put(matrix.table);
    for checks in [listed.checks, matrix.checks, proved] {
        results.checks.extend(checks);
    }
    results.findings.extend(listed.findings.into_iter().chain(matrix.findings));
    Ok(())
}
