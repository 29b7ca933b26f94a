//! A file's own control totals, as checks and findings: a file that does not agree with itself is reported.

use super::source::Check;
use crate::diag::{Finding, Place};
use crate::load::control::Control;
use crate::load::raw::SourceFacts;
use crate::model::Date;
use crate::model::money::plain;

const REMEDY: &str =
    "the file does not hold what it says it holds: export it again, or ask who made it what was taken out";

/// The checks of a file's own totals, and a finding for each that fails.
pub fn own_totals(facts: &SourceFacts) -> (Vec<Check>, Vec<Finding>) {
    let check = |control: &Control| {
        let name = format!("{} [{}]: {} of the file = what it holds", facts.file, facts.sheet, control.name);
        let figures = Some((control.declared, control.counted));
        Check { name, figures, is_money: control.is_money, detail: String::new(), remedy: REMEDY }
    };
    let checks: Vec<Check> = facts.controls.iter().map(check).collect();
    let failed = facts.controls.iter().filter(|control| control.declared != control.counted);
    let findings = failed.map(|control| {
        let text = |figure: i128| if control.is_money { plain(figure, 2) } else { figure.to_string() };
        let message =
            format!("{}: the file says {}, it holds {}", control.name, text(control.declared), text(control.counted));
        Finding::error("T1305", place(facts).row(control.line), message, REMEDY)
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

fn place(facts: &SourceFacts) -> Place {
    Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() }
}
