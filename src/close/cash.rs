//! Cash application within a close: what research needs of the configuration, and its result tables.

use super::Results;
use crate::config::Config;
use crate::diag::Result;
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::cash::memory::Memory;
use crate::reconcile::cash::{self, Terms};
use crate::reconcile::gl::Outcome;
use std::path::Path;

/// Researches open receipts and puts what it found among the results.
pub(super) fn research(
    results: &mut Results,
    inputs: &Inputs,
    outcome: &Outcome,
    config: &Config,
    setting: &Setting,
    _out: &Path,
) -> Result<()> {
    let memory = Memory::default();
    let fees: Vec<i64> = config.matching.fees.iter().map(|fee| fee.money().units()).collect();
    let terms = Terms {
        setting,
        period_start: config.period_start().days(),
        memory: &memory,
        fees: &fees,
        grace_days: config.matching.discount_grace_days,
        deposits: &[],
    };
    let found = cash::research(inputs, &outcome.subledger, &terms);
    results.findings.extend(found.findings.iter().cloned());
    let typed = |_: &str, _: &str| (String::new(), String::new());
    results.put(found.allocations(inputs));
    results.put(found.unapplied(config.period_end(), &typed));
    results.put(found.candidates());
    results.put(found.match_rates());
    Ok(())
}
