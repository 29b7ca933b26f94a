//! Two exports of one account that do not speak of the same: signs that stand the other way round than the register's
//! or the trial balance's, a habit that nobody may guess, and opening balances that differ.

use super::figures::Figures;
use super::meeting::Meeting;
use crate::diag::{Finding, Place};
use crate::model::money::grouped;
use crate::reconcile::Inputs;
use crate::reconcile::control::{Control, Controls};
use crate::reconcile::subledger::Subledger;

/// What turns the signs of a source.
const TURN: &str = "signs = { rule = \"reversed\" }";

/// What there is to say of each account.
pub fn findings(
    controls: &Controls,
    figures: &[Figures],
    meetings: &[Meeting],
    inputs: &Inputs,
    subledger: &Subledger,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let of_all = (0_u16..).zip(&controls.list).zip(figures).zip(meetings);
    for (((rec, control), figures), meeting) in of_all {
        findings.extend(of_documents(control, meeting, || is_register_turned(inputs, subledger, rec)));
        findings.extend(of_balance(control, figures));
        findings.extend(of_opening(control, figures));
    }
    findings
}

fn of_documents(control: &Control, meeting: &Meeting, is_register: impl Fn() -> bool) -> Option<Finding> {
    let words = meeting.opposite_words()?;
    let (source, fault) = match is_register() {
        true => ("ar_items", "the register has its invoices negative"),
        false => ("gl_lines", "the register has its invoices positive, so the lines of the GL are credits positive"),
    };
    let message = format!("{} account {}: {words}; {fault}", control.entity, control.account);
    let remedy = format!(
        "if the {source} are exported with credits positive, say so in their [[source]]: {TURN}; a trial balance of \
         the same system mostly needs it too"
    );
    Some(Finding::error("T3040", Place::default(), message, remedy))
}

/// Whether most invoices of the register are negative.
fn is_register_turned(inputs: &Inputs, subledger: &Subledger, rec: u16) -> bool {
    let types = inputs.ar_items.text("item_type");
    let own = (0..subledger.len()).filter(|row| subledger.rec[*row] == rec && types.get(*row) == "invoice");
    own.map(|row| subledger.amount[row].signum()).sum::<i64>() < 0
}

/// A balance that the detail leads to with the other sign.
fn of_balance(control: &Control, figures: &Figures) -> Option<Finding> {
    let ending = figures.ending.filter(|ending| *ending != 0)?;
    let (before, period) = (figures.lines_before, figures.lines_period);
    let leads = |opening: i128, ending: i128| opening + period == ending;
    let opening = figures.opening.unwrap_or(before);
    let is_right = leads(before, ending) || leads(opening, ending);
    let turned = leads(before, -ending) || leads(-opening, -ending);
    if is_right || !turned || period == 0 {
        return None;
    }
    let money = |units: i128| grouped(units, control.currency.decimals() as usize);
    let message = format!(
        "{} account {}: the trial balance has {}, and the detail leads to {}: one of the two has its signs the other \
         way round",
        control.entity,
        control.account,
        money(ending),
        money(-ending)
    );
    let remedy = format!("say which of the two is exported with credits positive: {TURN} in its [[source]]");
    Some(Finding::error("T3041", Place::default(), message, remedy))
}

/// A detail that prints another opening balance than the trial balance has.
fn of_opening(control: &Control, figures: &Figures) -> Option<Finding> {
    let (printed, told) = figures.printed_opening.zip(figures.opening)?;
    // That of an earlier day, such as the first of the year, is none of this period.
    let is_same = [printed, printed - figures.lines_before].contains(&told);
    let money = |units: i128| grouped(units, control.currency.decimals() as usize);
    let message = format!(
        "{} account {}: the GL detail opens with {}, and the trial balance with {}",
        control.entity,
        control.account,
        money(printed),
        money(told)
    );
    let remedy =
        "export both for the same days, company and basis; the checks show which of the two leads to the balance";
    (!is_same).then(|| Finding::warning("T3042", Place::default(), message, remedy))
}
