//! Bank files beside each other: what both tables of a file tell is told once, a statement that stands in two files is
//! told, and so is one that is missing between two files.

use crate::diag::{Finding, Place};
use crate::load::bank::Statement;
use crate::normalise::source::Loaded;
use std::collections::{BTreeMap, BTreeSet};

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

/// Statements of an account in different files that do not follow each other: one between them is missing.
pub(super) fn gaps(all: &[Loaded]) -> Vec<Finding> {
    let mut by_account: BTreeMap<&str, Vec<(&Loaded, &Statement)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for loaded in all.iter().filter(|loaded| seen.insert((&loaded.facts.file, &loaded.facts.sha256))) {
        let proved = loaded.facts.statements.iter().filter(|statement| statement.proof().is_some());
        proved.for_each(|statement| by_account.entry(&statement.account).or_default().push((loaded, statement)));
    }
    let mut findings = Vec::new();
    for statements in by_account.values_mut() {
        statements.sort_by_key(|(_, statement)| statement.last);
        for pair in statements.windows(2) {
            let ((before_file, before), (file, next)) = (pair[0], pair[1]);
            // Inside of one file the reader has told it; of one day nobody knows which comes first.
            let is_told = before_file.facts.file == file.facts.file || before.last == next.last;
            let (Some(closing), Some(opening)) = (before.closing, next.opening) else { continue };
            if is_told || closing == opening {
                continue;
            }
            findings.push(Finding::warning(
                "T1407",
                Place::file(file.facts.file.clone()).row(next.line),
                format!(
                    "{}: the opening balance is {opening}, the statement before it ({}) closed with {closing}",
                    next.name(),
                    before_file.facts.file
                ),
                "a statement between the two is missing: get it from the bank",
            ));
        }
    }
    findings
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
