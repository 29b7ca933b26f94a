//! Leads: what an analyst should look at first. Arithmetic explains nothing, it points at a row.

use super::figures::{Figures, Scope};
use super::item::Item;
use super::limits::Limits;
use super::proof::unexplained;
use super::sides::{Sides, line_amounts};
use crate::diag::{Finding, Place};
use crate::matching::keys::KeyIndex;
use crate::model::money::grouped;
use crate::model::words::counted;
use crate::model::{Date, Table};
use crate::reconcile::Inputs;
use crate::reconcile::causes::Cause;
use crate::reconcile::control::{Controls, NO_REC};
use hashbrown::HashSet;

/// From how many documents behind the last line of a detail on it is cut off, and not late.
pub const SEVERAL: usize = 3;
/// How many rows a lead names; more of them are no lead.
const NAMED: usize = 3;

/// The last day of each control account's detail.
pub fn last_days(lines: &Table, controls: &Controls) -> Vec<Option<i32>> {
    let mut last = vec![None; controls.list.len()];
    let dates = lines.dates("posting_date");
    for (row, rec) in controls.of_lines(lines).into_iter().enumerate().filter(|(_, rec)| *rec != NO_REC) {
        let known: &mut Option<i32> = &mut last[rec as usize];
        *known = Some(known.map_or(dates[row], |day| day.max(dates[row])));
    }
    last
}

/// Details that end before documents of the register, and do not lead to the trial balance.
pub fn cut_off(
    controls: &Controls,
    figures: &[Figures],
    scopes: &[Scope],
    items: &[Item],
    lines: &Table,
) -> Vec<Finding> {
    let is_cut = |item: &Item| item.cause() == Cause::IncompleteExtract && item.side == "subledger";
    if !items.iter().any(is_cut) {
        return Vec::new();
    }
    let last = last_days(lines, controls);
    let of = |(rec, control): (u16, &crate::reconcile::control::Control)| {
        let documents = items.iter().filter(|item| item.rec == rec && is_cut(item)).count();
        let day = last[rec as usize].filter(|_| documents > 0)?;
        let gap = figures[rec as usize].detail_gap(scopes[rec as usize]);
        let amount = grouped(gap, control.currency.decimals() as usize);
        Some(Finding::error(
            "T3017",
            Place::default(),
            format!(
                "{} account {}: the GL detail ends on {}, {} of the register are later, and it differs from the trial \
                 balance by {amount}",
                control.entity,
                control.account,
                Date::from_days(day),
                counted(documents, "document")
            ),
            "export the GL detail again up to the period end; post nothing before that",
        ))
    };
    (0_u16..).zip(&controls.list).filter_map(of).collect()
}

/// Rows without an item that are exactly what is left unexplained.
#[allow(clippy::too_many_arguments, reason = "both sides, each with what places its rows")]
pub fn of_rest(
    controls: &Controls,
    figures: &[Figures],
    items: &[Item],
    sides: &Sides,
    line_rec: &[u16],
    inputs: &Inputs,
    keys: &KeyIndex,
    limits: &[Limits],
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let lines = inputs.gl_lines.as_ref();
    let amount_of = line_amounts(lines);
    for (rec, control) in (0_u16..).zip(&controls.list) {
        let rest = unexplained(&figures[rec as usize], rec, items);
        if rest == 0 || limits[rec as usize].is_uncompared() {
            continue;
        }
        let own = || items.iter().filter(move |item| item.rec == rec);
        let told: HashSet<&str> = own().flat_map(|item| [item.document.as_str(), item.journal.as_str()]).collect();
        let is_free =
            |doc: &&super::sides::Doc| doc.rec == rec && doc.gl != doc.subledger && !told.contains(keys.text(doc.key));
        let docs = sides.docs.iter().filter(is_free).filter(|doc| i128::from(doc.gl - doc.subledger) == rest);
        let day = |row: u32| match row {
            u32::MAX => String::new(),
            row => format!(" of {}", Date::from_days(lines.dates("posting_date")[row as usize])),
        };
        let mut found: Vec<String> =
            docs.map(|doc| format!("document {}{}", keys.text(doc.key), day(doc.line))).collect();
        let keyless = sides.keyless.iter().filter(|row| line_rec[**row as usize] == rec);
        let keyless = keyless.filter(|row| i128::from(amount_of(**row as usize)) == rest);
        let journals = keyless.map(|row| (lines.text("journal_id").get(*row as usize), *row));
        let journals = journals.filter(|(id, _)| !told.contains(id));
        found.extend(journals.map(|(id, row)| format!("journal {id}{}", day(row))));
        found.sort_unstable();
        if found.is_empty() || found.len() > NAMED {
            continue;
        }
        findings.push(Finding::warning(
            "T3016",
            Place::default(),
            format!(
                "{} account {}: the unexplained {} is exactly {}, which the register does not account for: a lead, no \
                 explanation",
                control.entity,
                control.account,
                grouped(rest, control.currency.decimals() as usize),
                found.join(", ")
            ),
            "look at it first: who posted it, and what the subledger has instead",
        ));
    }
    findings
}
