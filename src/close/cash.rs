//! Cash application within a close: what research needs of the configuration and of people's decisions, and its result
//! tables.

use super::Results;
use super::memory::Decisions;
use crate::config::Config;
use crate::diag::Result;
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use crate::reconcile::Inputs;
use crate::reconcile::bank::{self, account::plain};
use crate::reconcile::cash::{self, Terms};
use crate::reconcile::gl::Outcome;
use std::path::Path;

/// The deposits that no book line has, with the entities of their accounts.
pub(super) fn deposits(inputs: &Inputs, config: &Config, banked: Option<&bank::Outcome>) -> Vec<(u32, String)> {
    let accounts = inputs.bank_lines.text("bank_account");
    let entity = |row: &u32| {
        let account = accounts.get(*row as usize);
        let of = config.bank.iter().find(|bank| plain(&bank.bank_account) == plain(account))?;
        Some((*row, of.entity.clone()))
    };
    banked.iter().flat_map(|banked| &banked.unbooked).filter_map(entity).collect()
}

/// Researches open receipts and puts what it found among the results. Returns the new text of memory.toml, where there
/// is something new.
///
/// # Errors
/// When memory.toml or the workbook of the earlier run cannot be read.
pub(super) fn research(
    results: &mut Results,
    inputs: &Inputs,
    outcome: &Outcome,
    setting: &Setting,
    out: &Path,
    deposits: &[(u32, String)],
    lines: &[bank::ReceiptLine],
) -> Result<Option<String>> {
    let config = results.config;
    let decisions = Decisions::read(config, out)?;
    let memory = decisions.memory();
    let fees: Vec<i64> = config.matching.fees.iter().map(|fee| fee.money().units()).collect();
    let terms = Terms {
        setting,
        period_start: config.period_start().days(),
        memory: &memory,
        fees: &fees,
        grace_days: config.matching.discount_grace_days,
        deposits,
        lines,
    };
    let found = cash::research(inputs, &outcome.subledger, &terms);
    results.findings.extend(decisions.findings.iter().cloned());
    results.findings.extend(found.findings.iter().cloned());
    let (listed, open) = found.open_twice();
    results.checks.push(Check::money("cash: unapplied receipts listed = open receipts of the register", listed, open));
    let (most, over) = found.most_claimed();
    results.checks.push(Check::count("cash: documents proposed for more than is open", over, 0));
    debug_assert!(over == 0, "{most} is proposed for more than is open");
    results.put(found.allocations(inputs));
    results.put(found.unapplied(config.period_end(), &|entity, receipt| decisions.shown(entity, receipt)));
    results.put(found.candidates());
    results.put(found.match_rates());
    results.answers = found.matches();
    let learned = found.learned();
    let period = config.period_end().period().to_string();
    decisions.text_with(&learned, &period)
}
