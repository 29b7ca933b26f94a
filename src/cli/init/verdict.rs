//! What becomes of each file once all are seen: which of several readings it has, whose it is, and whether close.toml
//! reads it or switches it off.

use super::seen::{LOW, Seen};
use super::trial::Tried;
use super::words;
use crate::model::Date;
use crate::model::words::counted;
use crate::normalise::title;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// Two files hold the same where one in so many rows of the smaller stands in both.
const SAME_SHARE: usize = 2;
/// Fewer rows in both say nothing.
const SAME_ROWS: usize = 2;

/// Takes one reading of each file: the best one, or that of the system that the other files are of.
pub(super) fn settle(all: Vec<Vec<Seen>>) -> Vec<Seen> {
    let leading = leading_system(&all);
    all.into_iter().filter_map(|readings| settled(readings, leading.as_deref())).collect()
}

/// The system that most files are of which have one reading.
fn leading_system(all: &[Vec<Seen>]) -> Option<String> {
    let mut systems: BTreeMap<&str, usize> = BTreeMap::new();
    for readings in all {
        let names: BTreeSet<Option<&str>> = readings.iter().map(Seen::system).collect();
        // Readings of one system tell it as well as a single one.
        if let (1, Some(Some(system))) = (names.len(), names.first()) {
            *systems.entry(system).or_default() += 1;
        }
    }
    let most = systems.values().max().copied()?;
    let mut leading = systems.iter().filter(|(_, count)| **count == most).map(|(system, _)| (*system).to_owned());
    leading.next().filter(|_| leading.next().is_none())
}

fn settled(mut readings: Vec<Seen>, leading: Option<&str>) -> Option<Seen> {
    let is_whole = |seen: &Seen| seen.tried.as_ref().is_some_and(Tried::is_whole);
    // What cannot be loaded is no reading where another can.
    if readings.iter().any(is_whole) {
        readings.retain(is_whole);
    }
    let of_leading = readings.iter().position(|seen| leading.is_some() && seen.system() == leading);
    if readings.is_empty() {
        return None;
    }
    let mut chosen = readings.remove(of_leading.unwrap_or(0));
    // Which of a system's own exports a file is, its headings have told.
    let is_own = |other: &Seen| chosen.system().is_some() && other.system() == chosen.system();
    let is_other = |other: &&Seen| !is_own(other) && !reads_alike(&chosen, other);
    let others: Vec<&str> = readings.iter().filter(is_other).map(Seen::profile).collect();
    if others.is_empty() {
        return Some(chosen);
    }
    let fits = format!("{} fits as well", others.join(" and "));
    match (of_leading, leading) {
        (Some(_), Some(leading)) => chosen.remarks.push(format!("{fits}; the other files are of {leading}.")),
        _ => chosen.off.push(format!("{fits} and reads other figures; no other file tells the system: choose")),
    }
    Some(chosen)
}

fn reads_alike(one: &Seen, other: &Seen) -> bool {
    match (&one.tried, &other.tried) {
        (Some(one), Some(other)) => one.reads_like(other),
        _ => one.table() == other.table(),
    }
}

/// The entity of files that name none: one whose name starts with an entity that other files or sheets name, or each
/// of several sheets of a workbook that hold the same table.
pub(super) fn own_entities(all: &mut [Seen]) {
    let divides = |seen: &Seen| -> Option<String> {
        let sheet = seen.sheet.clone().filter(|sheet| words::can_be_entity(sheet))?;
        let same = |other: &&Seen| other.shown == seen.shown && other.table() == seen.table();
        let sheets: Vec<&String> = all.iter().filter(same).filter_map(|other| other.sheet.as_ref()).collect();
        (sheets.len() > 1 && sheets.iter().all(|sheet| words::can_be_entity(sheet))).then_some(sheet)
    };
    let of_sheet: Vec<Option<String>> =
        all.iter().map(|seen| if seen.names_no_entity() { divides(seen) } else { None }).collect();
    let named = all.iter().flat_map(|seen| seen.entities.iter().cloned());
    let known: BTreeSet<String> = named.chain(of_sheet.iter().flatten().cloned()).collect();
    for (seen, sheet) in all.iter_mut().zip(of_sheet) {
        if !seen.names_no_entity() {
            continue;
        }
        let whole = format!("{} {}", seen.shown.rsplit('/').next().unwrap_or(""), seen.sheet.as_deref().unwrap_or(""));
        let lower = whole.to_lowercase();
        let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
        let by_name = known.iter().find(|entity| words.contains(&entity.to_lowercase().as_str())).cloned();
        seen.own_entity = sheet.or(by_name);
    }
}

/// Switches off what cannot be loaded or relied on, and what would count the same twice.
pub(super) fn judge(all: &mut [Seen], end: Option<Date>) {
    let entities: BTreeSet<String> =
        all.iter().flat_map(|seen| seen.entities.iter().chain(&seen.own_entity)).cloned().collect();
    let has_statement = all.iter().any(|seen| seen.is_statement);
    for seen in all.iter_mut() {
        let reasons = reasons(seen, has_statement, entities.len() > 1);
        seen.off.extend(reasons);
        if let Some(tried) = seen.tried.as_ref().filter(|tried| tried.rejected > 0 && tried.refused.is_none()) {
            let rows = counted(tried.rejected as usize, "row");
            seen.remarks.push(format!("{rows} will be rejected, the first: {}.", tried.first_reject));
        }
    }
    same_rows(all, end);
    for at in other_days(all, end) {
        let (Some(named), Some(end)) = (all[at].sure_day().cloned(), end) else { continue };
        let day = named.day;
        all[at].remarks.push(format!("Its title names {day} (\"{}\"), the period ends on {end}.", named.text));
    }
}

/// The files whose titles name another day than the period's last, of those that are read.
pub(super) fn other_days(all: &[Seen], end: Option<Date>) -> Vec<usize> {
    let Some(end) = end else { return Vec::new() };
    let day = |seen: &Seen| seen.sure_day().filter(|_| seen.is_active()).map(|named| named.day);
    let is_other = |at: &usize| {
        let Some(own) = day(&all[*at]) else { return false };
        let others = all.iter().enumerate().filter(|(other, seen)| other != at && seen.table() == all[*at].table());
        let others: Vec<Date> = others.filter_map(|(_, seen)| day(seen)).collect();
        title::is_of_another_day(all[*at].table(), own, end, &others)
    };
    (0..all.len()).filter(is_other).collect()
}

fn reasons(seen: &Seen, has_statement: bool, several_entities: bool) -> Vec<String> {
    let Some(guess) = &seen.guess else { return Vec::new() };
    let mut reasons = Vec::new();
    if let Some(unread) = &guess.unread {
        reasons.push(unread.clone());
    } else if !guess.missing.is_empty() {
        reasons.push(match guess.missing.as_slice() {
            ["item_type"] => "no column says what each row is (invoice, receipt, …)".to_owned(),
            ["bank_account"] => "it does not say of which bank account it is".to_owned(),
            missing => format!("it lacks {}", missing.join(", ")),
        });
    }
    if let Some(seems) = seen.seems_no_register() {
        reasons.push(format!("it seems to be {seems}"));
    }
    if guess.score < LOW {
        reasons.push(format!("only {} of 100 speaks for this reading", guess.score));
    }
    if let Some(refused) = seen.tried.as_ref().and_then(|tried| tried.refused.as_ref()) {
        let remedy = if refused.remedy.is_empty() { String::new() } else { format!("; {}", refused.remedy) };
        reasons.push(format!("{} [{}]{remedy}", refused.message, refused.code));
    }
    if guess.table == "bank_lines" && seen.is_records && !seen.is_statement && has_statement {
        reasons.push(
            "the bank statements show the same money: load this only for an account that has none here".to_owned(),
        );
    }
    if several_entities && seen.needs_entity() && seen.names_no_entity() && seen.own_entity.is_none() {
        reasons.push("it names no entity, and the other files name several: say whose it is".to_owned());
    }
    reasons
}

/// Of files that fill one table with the same rows, one is read and the others are switched off.
fn same_rows(all: &mut [Seen], end: Option<Date>) {
    let mut order: Vec<usize> = (0..all.len()).filter(|at| all[*at].is_active()).collect();
    // Of equals the one with the shorter name: "balance (1).csv" is the copy.
    order.sort_by_key(|at| (Reverse(worth(&all[*at], end).0), all[*at].shown.len()));
    let mut kept: Vec<usize> = Vec::new();
    for at in order {
        let twin = kept.iter().copied().find_map(|other| Some((other, shares(&all[at], &all[other])?)));
        match twin {
            None => kept.push(at),
            Some((other, (both, of))) => {
                let why = better(&worth(&all[other], end), &worth(&all[at], end));
                let reason = format!(
                    "{both} of {of} rows stand in {} too and would count twice; that one is read{why}",
                    all[other].name()
                );
                all[at].off.push(reason);
            }
        }
    }
}

/// How many rows two files share, and of how many, where that is most of them.
fn shares(one: &Seen, other: &Seen) -> Option<(usize, usize)> {
    let (tried, known) = (one.tried.as_ref()?, other.tried.as_ref()?);
    if one.table() != other.table() || one.own_entity != other.own_entity {
        return None;
    }
    let (both, of) = tried.shared(known);
    (both >= SAME_ROWS && both * SAME_SHARE >= of).then_some((both, of))
}

/// What makes one of two files the better one, the weightiest first: the day of its title, rows of the period, columns,
/// rows, score; and how the first of them is said.
type Worth = ((u8, bool, usize, usize, usize), Option<String>);

fn worth(seen: &Seen, end: Option<Date>) -> Worth {
    let day = seen.sure_day().map(|named| named.day);
    let of_day = match (day, end) {
        (Some(day), Some(end)) if day == end => 2,
        (Some(_), Some(_)) => 0,
        _ => 1,
    };
    let in_period = end.is_some_and(|end| seen.periods.contains_key(&end.period()));
    let tried = seen.tried.as_ref();
    let (columns, rows) = (tried.map_or(0, |tried| tried.columns), tried.map_or(0, |tried| tried.table.len()));
    let score = seen.guess.as_ref().map_or(0, |guess| guess.score);
    ((of_day, in_period, columns, rows, score), day.map(|day| day.to_string()))
}

/// Why the first of two files is read.
fn better(one: &Worth, other: &Worth) -> String {
    let ((day, period, columns, rows, _), (day2, period2, columns2, rows2, _)) = (one.0, other.0);
    if day != day2 {
        return match &other.1 {
            Some(named) if day2 == 0 => format!(", because the title of this one names {named}"),
            _ => ", because its title names the period's end".to_owned(),
        };
    }
    if period != period2 {
        return ", because it has rows of the period".to_owned();
    }
    if columns != columns2 {
        return format!(", because it fills more columns ({columns} against {columns2})");
    }
    if rows != rows2 { format!(", because it has more rows ({rows} against {rows2})") } else { String::new() }
}
