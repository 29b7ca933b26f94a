//! A file's own control totals, as checks and findings: a file that does not agree with itself is reported.

use super::source::Check;
use crate::diag::{Finding, Place};
use crate::load::control::Control;
use crate::load::raw::SourceFacts;
use crate::load::statement::Statement;
use crate::model::Date;
use crate::model::money::plain;

const REMEDY: &str =
    "the file does not hold what it says it holds: export it again, or ask who made it what was taken out";
const STATEMENT_REMEDY: &str =
    "a line of the statement is missing, doubled or changed: get it from the bank again before anything is matched";

/// The checks of a file's own totals, and a finding for each that fails.
pub fn own_totals(facts: &SourceFacts) -> (Vec<Check>, Vec<Finding>) {
    let code = if facts.statements.is_empty() { "T1305" } else { "T1406" };
    let check = |control: &Control| {
        let name = format!("{}: {} of the file = what it holds", shown(facts), control.name);
        let figures = Some((control.declared, control.counted));
        let check = Check::not_testable(name, control.said.clone()).remedied(REMEDY).told(true);
        Check { figures, is_money: control.is_money, ..check }
    };
    let checks: Vec<Check> = facts.controls.iter().map(check).collect();
    let failed = facts.controls.iter().filter(|control| control.declared != control.counted);
    let findings = failed.map(|control| {
        let text = |figure: i128| if control.is_money { plain(figure, 2) } else { figure.to_string() };
        let said = match control.said.is_empty() {
            true => format!("the file says {}, it holds {}", text(control.declared), text(control.counted)),
            false => control.said.clone(),
        };
        let message = format!("{}: {said}", control.name);
        Finding::error(code, place(facts).row(control.line), message, REMEDY)
    });
    let findings = findings.collect();
    (checks, findings)
}

/// Balances of another day than the period end are those of another close.
pub fn other_day(facts: &SourceFacts, period_end: Date) -> Option<Finding> {
    let day = facts.balances_at.filter(|day| *day != period_end)?;
    Some(Finding::warning(
        "T1309",
        place(facts),
        format!("the balances of the file are of {day}, the period ends on {period_end}"),
        "export the file for a period that ends with the close, or set period_end to the day of the balances",
    ))
}

/// For each statement of a bank file: opening balance and lines give the closing balance. The reader has told already
/// which do not.
pub fn statements(facts: &SourceFacts) -> Vec<Check> {
    let check = |statement: &Statement| {
        let name = format!("{}: {}: opening balance + lines = closing balance", shown(facts), statement.name());
        let figures = statement.proof().and_then(|(left, right)| Some((left.units()?, right.units()?)));
        match figures {
            Some((left, right)) => Check::money(name, left, right).remedied(STATEMENT_REMEDY),
            None => {
                let what = match (statement.opening, statement.closing) {
                    (None, None) => "neither balance",
                    (None, Some(_)) => "no opening balance",
                    _ => "no closing balance",
                };
                Check::not_testable(name, format!("the file gives {what} of the statement"))
            }
        }
    };
    facts.statements.iter().map(check).collect()
}

/// How checks name a file. The tables of a bank file prove the same: it is named without the table.
fn shown(facts: &SourceFacts) -> String {
    let Place { file, sheet, .. } = place(facts);
    if sheet.is_empty() { file } else { format!("{file} [{sheet}]") }
}

fn place(facts: &SourceFacts) -> Place {
    let sheet = if facts.statements.is_empty() { facts.sheet.clone() } else { String::new() };
    Place { file: facts.file.clone(), sheet, ..Place::default() }
}
