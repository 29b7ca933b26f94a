//! The formulas of templates: placeholders become cells and ranges.
//!
//! `{column}` is this row's cell of another column, `{total_of(column)}` the total of this row's currency,
//! `{sum(register.column)}` adds up a register, `{sum(register.amount, register.key, column)}` those of its rows
//! whose key equals this row's cell, `{count(register.key, column)}` counts them. `{@decimals}` are those of this row's
//! currency.

use super::Layout;
use super::pivot;
use super::plan::Planned;
use crate::diag::{Place, Problem, Result};
use crate::report::did_you_mean;
use crate::report::workbook::{Piece, letters, quoted};

/// A formula, ready to be filled row by row. `None` where it cannot be live: a register that it refers to does not
/// show every row, or holds numbers as text. The exact value stands there instead.
pub(super) fn compile(text: &str, own: &Planned<'_>, layout: &Layout<'_>) -> Result<Option<Vec<Piece>>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((inside, remainder)) = after.split_once('}') else {
            return Err(faulty(own, text, "a brace is not closed"));
        };
        pieces.push(Piece::Fixed(before.to_owned()));
        match placeholder(inside.trim(), own, layout)? {
            Some(more) => pieces.extend(more),
            None => return Ok(None),
        }
        rest = remainder;
    }
    pieces.push(Piece::Fixed(rest.to_owned()));
    Ok(Some(pieces))
}

/// The figure that an expression of sums comes to, in ten-thousandths or counts: `{sum(a.b)}+{sum(c.d)}`.
pub(super) fn evaluate(text: &str, own: &Planned<'_>, layout: &Layout<'_>) -> Result<i128> {
    let mut total = 0;
    for (index, piece) in text.split('{').enumerate().skip(1) {
        let before = text.split('{').nth(index - 1).unwrap_or_default();
        let sign = if before.trim_end().ends_with('-') { -1 } else { 1 };
        let inside = piece.split('}').next().unwrap_or_default();
        let Some(("sum", arguments)) = call(inside.trim()) else {
            return Err(faulty(own, text, "a check compares sums: {sum(register.column)}"));
        };
        let (register, column) = reference(arguments[0], own, text)?;
        if layout.absent.contains(&register) {
            continue;
        }
        let planned = register_of(register, own, layout)?;
        let position = column_of(planned.unwrap_or(own), column)?;
        let totals = planned.map_or(0, |planned| planned.columns[position].totals.iter().map(|total| total.1).sum());
        total += sign * totals;
    }
    Ok(total)
}

fn placeholder(inside: &str, own: &Planned<'_>, layout: &Layout<'_>) -> Result<Option<Vec<Piece>>> {
    match call(inside) {
        None if inside == "@decimals" => Ok(Some(vec![Piece::Decimals])),
        None => own_cell(inside, own),
        Some(("total_of", arguments)) => total_of(arguments[0], own),
        Some(("sum" | "count", arguments)) => lookup(inside, &arguments, own, layout),
        Some((name, _)) => Err(faulty(own, inside, &format!("{name}(…) is not known: sum, count and total_of are"))),
    }
}

/// `name(a, b)` as name and arguments.
fn call(inside: &str) -> Option<(&str, Vec<&str>)> {
    let (name, rest) = inside.split_once('(')?;
    let arguments = rest.strip_suffix(')')?;
    Some((name.trim(), arguments.split(',').map(str::trim).collect()))
}

fn own_cell(name: &str, own: &Planned<'_>) -> Result<Option<Vec<Piece>>> {
    let buckets = || {
        let template = own.template.columns.iter().position(|column| column.name == "@buckets");
        own.columns.iter().enumerate().filter(move |(_, column)| Some(column.template) == template)
    };
    let position = match name {
        "@first_bucket" => buckets().map(|(index, _)| index).next(),
        "@last_bucket" => buckets().map(|(index, _)| index).next_back(),
        name => Some(column_of(own, name)?),
    };
    let any_oversize = name.starts_with('@') && buckets().any(|(_, column)| column.oversize);
    Ok(position
        .filter(|position| !own.columns[*position].oversize && !any_oversize)
        .map(|position| vec![Piece::Column(position as u16)]))
}

/// The cell with the total of this row's currency.
fn total_of(name: &str, own: &Planned<'_>) -> Result<Option<Vec<Piece>>> {
    let column = column_of(own, name)?;
    let sheet = quoted(own.total_sheet());
    let (first, last) = (own.total_row(0) + 1, own.total_row(own.currencies.codes.len() - 1) + 1);
    let letter = letters(column as u16);
    if own.columns[column].oversize || own.total_lines() == 0 {
        return Ok(None);
    }
    if first == last {
        return Ok(Some(vec![Piece::Fixed(format!("{sheet}!${letter}${first}"))]));
    }
    // The first column of a line of totals holds its currency.
    let Some(currency) = own.currency_column() else { return Ok(None) };
    Ok(Some(vec![
        Piece::Fixed(format!("INDEX({sheet}!${letter}${first}:${letter}${last},MATCH(")),
        Piece::Column(currency as u16),
        Piece::Fixed(format!(",{sheet}!$A${first}:$A${last},0))")),
    ]))
}

/// SUM, SUMIFS or COUNTIFS over every part of a register.
fn lookup(text: &str, arguments: &[&str], own: &Planned<'_>, layout: &Layout<'_>) -> Result<Option<Vec<Piece>>> {
    let counts = text.starts_with("count");
    let pairs = if counts { arguments } else { &arguments[1..] };
    if pairs.len() % 2 != 0 {
        return Err(faulty(own, text, "each key needs a column of this register to equal"));
    }
    let is_absent = |argument: &&str| argument.split_once('.').is_some_and(|(name, _)| layout.absent.contains(&name));
    if arguments.first().is_some_and(is_absent) {
        return Ok(Some(vec![Piece::Fixed("0".to_owned())]));
    }
    let mut ranges: Vec<Vec<String>> = Vec::new();
    let mut criteria: Vec<u16> = Vec::new();
    let references = arguments.iter().take(usize::from(!counts)).chain(pairs.iter().step_by(2));
    for argument in references {
        let (register, column) = reference(argument, own, text)?;
        let Some(planned) = register_of(register, own, layout)? else { return Ok(None) };
        column_of(planned, column)?;
        let Some(range) = planned.ranges(column) else { return Ok(None) };
        ranges.push(range);
    }
    for key in pairs.iter().skip(1).step_by(2) {
        let position = column_of(own, key)?;
        if !keys_are_plain(own, position) {
            return Ok(None);
        }
        criteria.push(position as u16);
    }
    let function = match (counts, criteria.is_empty()) {
        (true, _) => "COUNTIFS",
        (false, true) => "SUM",
        (false, false) => "SUMIFS",
    };
    let mut pieces = Vec::new();
    for part in 0..ranges[0].len() {
        let plus = if part > 0 { "+" } else { "" };
        pieces.push(Piece::Fixed(format!("{plus}{function}(")));
        let mut keys = ranges.iter().map(|range| &range[part]);
        if !counts {
            pieces.push(Piece::Fixed(keys.next().cloned().unwrap_or_default()));
        }
        for (index, (range, column)) in keys.zip(&criteria).enumerate() {
            let comma = if index > 0 || !counts { "," } else { "" };
            pieces.push(Piece::Fixed(format!("{comma}{range},")));
            pieces.push(Piece::Column(*column));
        }
        pieces.push(Piece::Fixed(")".to_owned()));
    }
    Ok(Some(pieces))
}

/// Whether every key of a column can be a criterion of SUMIFS: Excel reads operators and wildcards in it, takes
/// upper and lower case for equal, and reads at most 255 characters.
fn keys_are_plain(own: &Planned<'_>, position: usize) -> bool {
    let Some(column) = own.columns[position].grid else { return false };
    let mut seen = std::collections::HashMap::new();
    own.rows.iter().all(|row| {
        let key = own.grid.text(*row as usize, column);
        is_plain_key(key) && *seen.entry(key.to_lowercase()).or_insert(key) == key
    })
}

/// Whether a text can be a criterion of SUMIFS as it is.
pub(super) fn is_plain_key(key: &str) -> bool {
    !key.is_empty()
        && key.len() <= 255
        && !key.starts_with(['=', '<', '>'])
        && !key.contains(['*', '?', '~'])
        // What looks like a number is compared as one: 007 would equal 7.
        && key.parse::<f64>().is_err()
}

fn reference<'t>(argument: &'t str, own: &Planned<'_>, text: &str) -> Result<(&'t str, &'t str)> {
    argument.split_once('.').ok_or_else(|| faulty(own, text, "a register's column is written register.column"))
}

fn register_of<'l, 'a>(name: &str, own: &Planned<'_>, layout: &'l Layout<'a>) -> Result<Option<&'l Planned<'a>>> {
    if let Some(planned) = layout.plans.get(name) {
        return Ok(Some(planned));
    }
    if layout.known.contains(&name) || super::super::template::is_built_in(name) {
        return Ok(None);
    }
    let remedy = did_you_mean(name, layout.plans.keys().map(String::as_str)).unwrap_or_else(|| {
        format!("the registers are: {}", layout.plans.keys().map(String::as_str).collect::<Vec<_>>().join(", "))
    });
    let message = format!("a formula of {:?} refers to the sheet {name:?}, which is not there", own.template.name);
    Err(Problem::input("T4013", Place::file(&own.template.origin), message, remedy))
}

fn column_of(planned: &Planned<'_>, name: &str) -> Result<usize> {
    planned.position(name).ok_or_else(|| {
        let names: Vec<&str> = planned.columns.iter().map(|column| column.name.as_str()).collect();
        let remedy =
            did_you_mean(name, names.iter().copied()).unwrap_or_else(|| format!("it shows: {}", names.join(", ")));
        let message =
            format!("a formula refers to the column {name:?}, which {:?} does not show", planned.template.name);
        Problem::input("T4012", Place::file(&planned.template.origin), message, remedy)
    })
}

fn faulty(own: &Planned<'_>, text: &str, why: &str) -> Problem {
    Problem::input("T4011", Place::file(&own.template.origin), format!("the formula {text:?} is faulty: {why}"), "")
}

/// The columns that a condition holds for: one by its name, or every bucket over 90 days.
pub(super) fn condition_columns(name: &str, own: &Planned<'_>) -> Vec<u16> {
    if name == "@over_90" {
        let late = own.columns.iter().enumerate().filter(|(_, column)| pivot::is_over_90(&column.name));
        return late.map(|(index, _)| index as u16).collect();
    }
    own.position(name).map(|position| position as u16).into_iter().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_excel_would_read_otherwise_are_known() {
        for key in ["gl:US01:1200", "a b", "INV-1"] {
            assert!(is_plain_key(key), "{key}");
        }
        for key in ["", "=1", ">5", "<>", "a*", "b?", "007", "1e5", "~x"] {
            assert!(!is_plain_key(key), "{key}");
        }
    }
}
