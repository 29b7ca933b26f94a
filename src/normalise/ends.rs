//! Where a table ends and another one begins on the same sheet (bad-inputs 47), and which group a row belongs to.

use super::apart;
use super::piece::{Event, LeftOut, Piece};
use super::plan::Plan;
use super::rows::RowKind;
use crate::diag::Finding;
use crate::model::{Column, TextColumn};
use std::collections::BTreeSet;

/// Takes everything behind the first end of the table out of it. Rows of the same block are out already; those of later
/// blocks were typed before anybody knew.
pub fn cut(piece: &mut Piece) {
    let Some(position) = piece.events.iter().position(|(_, _, event)| *event == Event::TableEnd) else { return };
    let (at, end, _) = piece.events[position];
    let text = || "a row of another table".to_owned();
    let dropped: BTreeSet<u32> = (at..piece.table.len() as u32).collect();
    let mut moved: BTreeSet<u32> = dropped.iter().map(|index| piece.table.places[*index as usize].row).collect();
    moved.extend(piece.rejects.iter().map(|reject| reject.row).filter(|row| *row >= end));
    piece.rejected_rows -= (moved.len() - dropped.len()) as u64;
    piece.rejects.retain(|reject| reject.row < end);
    apart::forget_from(piece, end);
    for left in piece.left_out.iter_mut().filter(|left| left.row >= end) {
        left.kind = RowKind::OtherTable;
    }
    piece.left_out.extend(moved.into_iter().map(|row| LeftOut { row, kind: RowKind::OtherTable, text: text() }));
    piece.left_out.sort_by_key(|left| left.row);
    piece.events.truncate(position + 1);
    piece.padded.retain(|padded| padded.row < end);
    piece.spared.retain(|spared| spared.row < end);
    for verdict in &mut piece.marks {
        verdict.forget_from(end);
    }
    for verdict in &mut piece.orders {
        verdict.forget_from(end);
    }
}

/// The warning that a sheet holds more than this table.
pub fn other_table(plan: &Plan, piece: &Piece) -> Option<Finding> {
    let (_, row, _) = piece.events.iter().find(|(_, _, event)| *event == Event::TableEnd)?;
    let rows = piece.left_out.iter().filter(|left| left.kind == RowKind::OtherTable).count();
    Some(Finding::warning(
        "T2011",
        plan.place(*row, ""),
        format!("another table begins here; its {rows} rows are left out of {}", plan.def.name),
        format!("if it is wanted, give it a source of its own with options = {{ header_row = {row} }}"),
    ))
}

/// The warning that rows look like heads of groups, and nothing says what they stand for.
pub fn unused_groups(plan: &Plan, piece: &Piece) -> Option<Finding> {
    if plan.profile.sections.is_some() {
        return None;
    }
    let mut heads = piece.events.iter().filter_map(|(_, row, event)| match event {
        Event::Section(text, _) => Some((*row, text)),
        _ => None,
    });
    let (row, text) = heads.next()?;
    let (rows, are) = match 1 + heads.count() {
        1 => ("1 row holds".to_owned(), "is"),
        count => (format!("{count} rows hold"), "are"),
    };
    let column = if plan.def.position("customer_id").is_some() { "customer_id" } else { "account" };
    Some(Finding::warning(
        "T2006",
        plan.place(row, ""),
        format!("{rows} one text alone, as the heads of groups do, and {are} left out: \"{text}\""),
        format!("if it belongs to the rows below it, say to which column: sections = {{ column = \"{column}\" }}"),
    ))
}

/// Fills the column of grouped reports: each row gets the innermost group that is open. A total that names its group
/// ends it, and what follows belongs to the group around it.
pub fn fill_groups(plan: &Plan, piece: &mut Piece) {
    let Some(sections) = &plan.profile.sections else { return };
    let Some(target) = plan.def.position(&sections.column) else { return };
    let rows = piece.table.len();
    let Column::Text(cells) = &mut piece.table.columns[target] else { return };
    let mut filled = TextColumn::interned();
    let mut open: Vec<&str> = Vec::new();
    let mut events = piece.events.iter().peekable();
    for row in 0..rows {
        while let Some((_, _, event)) = events.next_if(|(at, _, _)| *at as usize <= row) {
            match event {
                Event::Section(text, _) => open.push(text),
                Event::GroupEnd(name) => {
                    if let Some(at) = open.iter().rposition(|group| is_same_group(group, name)) {
                        open.truncate(at);
                    }
                }
                _ => {}
            }
        }
        let own = cells.get(row);
        let group = open.last().map_or("", |text| sections.value(text));
        filled.push(if own.is_empty() { group } else { own });
    }
    *cells = filled;
}

fn is_same_group(head: &str, name: &str) -> bool {
    head.trim().eq_ignore_ascii_case(name)
}
