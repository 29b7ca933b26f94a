//! What a person should know about how a source was read.

use super::codes::ITEM_TYPES;
use super::ends;
use super::piece::{Piece, Reject};
use super::plan::Plan;
use super::source::remedy;
use crate::diag::{Finding, Place};
use crate::model::words::counted;
use std::collections::BTreeMap;

/// The code of a row whose document type is not known.
pub(super) const UNKNOWN_TYPE: &str = "T2207";
/// How many unknown document types a message names.
const TYPES_SHOWN: usize = 12;

/// Things a person should know about how the source was read.
pub(super) fn remarks(plan: &Plan, piece: &Piece) -> Vec<Finding> {
    let mut findings = Vec::new();
    let place = Place { file: plan.facts.file.clone(), sheet: plan.facts.sheet.clone(), ..Place::default() };
    if piece.odd_signs > 0 {
        findings.push(Finding::warning(
            "T2112",
            place.clone(),
            format!("{} rows have a negative amount in the debit or credit column", piece.odd_signs),
            "they count with their sign; check that the export means it so",
        ));
    }
    if let (true, Some(side)) = (piece.sides.judge(plan).unwrap_or(false), plan.side) {
        let heading = plan.headings.get(side.column).map_or("", String::as_str);
        let message = format!("the amounts carry no sign; the column \"{heading}\" tells debits from credits");
        findings.push(Finding::note("T2061", place.clone(), message));
    }
    if piece.has_minus_debits() {
        let message = "every debit is written with a minus: each is money out, as a debit is to a bank";
        findings.push(Finding::note("T2112", place.clone(), message));
    }
    if piece.zero_lines > 0 {
        let message = format!("{} rows have zero in both debit and credit; they are kept", piece.zero_lines);
        findings.push(Finding::note("T2113", place.clone(), message));
    }
    if piece.formed > 0 {
        let columns: Vec<&str> = plan.blank.iter().map(|(target, _)| plan.def.columns[*target].name).collect();
        let message = format!("{} blank cells of {} got what the profile forms", piece.formed, columns.join(", "));
        findings.push(Finding::note("T2208", place.clone(), message));
    }
    findings.extend(ends::other_table(plan, piece));
    findings.extend(ends::unused_groups(plan, piece));
    if piece.text_numbers > 0 {
        let message = format!("{} amounts are numbers stored as text; they were read as texts are", piece.text_numbers);
        findings.push(Finding::note("T2114", place.clone(), message));
    }
    if let (count, Some((row, heading))) = &piece.unseen {
        findings.push(Finding::warning(
            "T2008",
            plan.place(*row, heading),
            format!("{count} texts hold characters that cannot be seen; they are no part of keys and names"),
            "nothing has to be done; this is the first of them, if the system that writes them can be mended",
        ));
    }
    if let (count, Some((row, heading))) = &piece.look_alikes {
        findings.push(Finding::warning(
            "T2009",
            plan.place(*row, heading),
            format!("{count} codes mix Latin letters with others that look the same; they are other codes"),
            "retype the code in the source system; this is the first of them",
        ));
    }
    if let (count, Some((row, heading))) = &piece.utc {
        let message = format!("{count} dates have a time in UTC; the day is the one that is written");
        findings.push(Finding::note("T2307", plan.place(*row, heading), message));
    }
    if !piece.padded.is_empty() {
        findings.push(Finding::warning(
            "T2204",
            place.clone(),
            format!("{} codes were padded with zeros to the width that the source declares", piece.padded.len()),
            "export these columns as text so that no zero is lost",
        ));
    }
    let later = piece.later.len() as u64;
    let data = piece.table.len() as u64 + later;
    if later * 2 > data {
        findings.push(Finding::warning(
            "T2305",
            place,
            format!("{later} of {data} rows are posted after the period end"),
            "check that this is the extract of the right month",
        ));
    }
    findings.extend(super::signs::remarks(plan, &piece.table));
    findings.extend(spared(plan, piece));
    findings.extend(of_rejects(plan, piece));
    findings
}

/// Cells that their rows can do without, all of a column in one.
fn spared(plan: &Plan, piece: &Piece) -> Vec<Finding> {
    let mut columns: BTreeMap<&str, Vec<&Reject>> = BTreeMap::new();
    piece.spared.iter().for_each(|spared| columns.entry(spared.column.as_str()).or_default().push(spared));
    let say = |(column, cells): (&str, Vec<&Reject>)| {
        let first = cells.iter().min_by_key(|cell| cell.row)?;
        let what = counted(cells.len(), "cell");
        let message = format!("{what} of the column are left blank, their rows are loaded; {}", first.message());
        Some(Finding::warning("T2117", plan.place(first.row, column), message, remedy(first.code)))
    };
    columns.into_iter().filter_map(say).collect()
}

/// A finding for each bad cell; the words that are no document types are told together, in one.
pub(super) fn of_rejects(plan: &Plan, piece: &Piece) -> Vec<Finding> {
    let (types, others): (Vec<&Reject>, Vec<&Reject>) =
        piece.rejects.iter().partition(|reject| reject.code == UNKNOWN_TYPE);
    let each = others.into_iter().map(|reject| {
        let place = plan.place(reject.row, &reject.column);
        Finding::error(reject.code, place, reject.message(), remedy(reject.code))
    });
    unknown_types(plan, &types).into_iter().chain(each).collect()
}

/// Every unknown document type with how often it stands, and what it can be mapped to.
fn unknown_types(plan: &Plan, rejects: &[&Reject]) -> Option<Finding> {
    let first = rejects.first()?;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for reject in rejects {
        *counts.entry(reject.value.trim()).or_default() += 1;
    }
    let mut by_count: Vec<(&str, usize)> = counts.into_iter().collect();
    by_count.sort_by_key(|(word, count)| (std::cmp::Reverse(*count), *word));
    let shown = by_count.iter().take(TYPES_SHOWN);
    let words: Vec<String> = shown.clone().map(|(word, count)| format!("\"{word}\" ({count})")).collect();
    let map: Vec<String> = shown.map(|(word, _)| format!("\"{word}\" = \"…\"")).collect();
    let more = by_count.len().saturating_sub(TYPES_SHOWN);
    let more = if more > 0 { format!(" and {}", counted(more, "other")) } else { String::new() };
    let message =
        format!("document types that are not known, in {}: {}{more}", counted(rejects.len(), "row"), words.join(", "));
    let remedy = format!(
        "say what each means: types = {{ item_type = {{ {} }} }}, with one of {}",
        map.join(", "),
        ITEM_TYPES.join(", ")
    );
    Some(Finding::error(UNKNOWN_TYPE, plan.place(first.row, &first.column), message, remedy))
}
