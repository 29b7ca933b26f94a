//! Bank files beside each other: what both tables of a file tell is told once, and a statement that stands in two files
//! is told at all.

use crate::diag::{Finding, Place};
use crate::load::bank::Statement;
use crate::normalise::source::Loaded;
use std::collections::BTreeSet;

/// Takes out the checks and findings that an earlier table of the same file has told already.
pub(super) fn tell_once(loaded: &mut Loaded, earlier: &[Loaded]) {
    let Some(twin) = earlier.iter().find(|known| !known.facts.statements.is_empty() && is_same_file(known, loaded))
    else {
        return;
    };
    let checks: BTreeSet<&str> = twin.checks.iter().map(|check| check.name.as_str()).collect();
    loaded.checks.retain(|check| !checks.contains(check.name.as_str()));
    loaded.findings.retain(|finding| !twin.findings.contains(finding));
}

fn is_same_file(one: &Loaded, other: &Loaded) -> bool {
    one.facts.file == other.facts.file && one.facts.sha256 == other.facts.sha256
}

/// A statement that another file of the same table holds too: its lines are counted twice.
pub(super) fn twins(loaded: &Loaded, earlier: &[Loaded]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let others = earlier.iter().filter(|known| known.table.def.name == loaded.table.def.name);
    for other in others.filter(|known| !known.facts.statements.is_empty()) {
        let known = |statement: &&Statement| other.facts.statements.iter().any(|known| known.is_twin(statement));
        for statement in loaded.facts.statements.iter().filter(|statement| statement.lines > 0).filter(known) {
            findings.push(Finding::error(
                "T1410",
                Place::file(loaded.facts.file.clone()).row(statement.line),
                format!("{}: the same statement stands in {}", statement.name(), other.facts.file),
                "give each statement once: each of its lines is counted twice",
            ));
        }
    }
    findings
}
