//! Registers as sheets: title, totals, headings, rows, checks.

use super::plan::{Part, Planned, PlannedColumn};
use super::{Layout, formula};
use crate::diag::Result;
use crate::model::{Kind, Total, money, rational};
use crate::report::template::{ColumnFormat, Template, TemplateColumn, Totals};
use crate::report::workbook::{
    Area, Block, Choice, Condition, Look, Piece, Register, RegisterColumn, Row, Sheet, SheetCell, Show, Source,
    Sparkline, Style, Value, When, fits_number, letters, quoted,
};
use std::sync::Arc;

/// Characters of nine-point text that a line of a merged description holds for each character of column width.
const DENSITY: f64 = 1.15;
/// How many characters of column width go on one printed page.
const PAGE_WIDTH: u16 = 240;
/// How wide a description may run, in characters.
const MEASURE: u16 = 130;

/// The sheets of a register: one, or as many as its rows need.
pub(super) fn lay_out(template: &Template, layout: &Layout<'_>) -> Result<Vec<Sheet>> {
    let Some(planned) = layout.plans.get(&template.name) else { return Ok(Vec::new()) };
    let columns = register_columns(planned, layout)?;
    let mut sheets = Vec::new();
    for (index, part) in planned.parts.iter().enumerate() {
        let is_last = index + 1 == planned.parts.len();
        sheets.push(one_sheet(planned, part, index, is_last, &columns, layout)?);
    }
    Ok(sheets)
}

fn one_sheet(
    planned: &Planned<'_>,
    part: &Part,
    index: usize,
    is_last: bool,
    columns: &[RegisterColumn],
    layout: &Layout<'_>,
) -> Result<Sheet> {
    let template = planned.template;
    let widths: Vec<u16> = planned.columns.iter().map(|column| width(planned, column)).collect();
    let mut above = if index == 0 { head(planned, &widths, layout) } else { continued(planned, layout) };
    if index == 0 && template.totals == Totals::Top {
        above.extend(total_rows(planned));
    }
    above.push(headings(planned));
    let mut below = Vec::new();
    if part.rows.1 == 0 {
        below.push(Row::text(template.empty.clone(), Look::Remark));
    }
    if is_last {
        if template.totals == Totals::Bottom {
            below.extend(total_rows(planned));
        }
        below.extend(check_rows(planned, layout)?);
    }
    let data = part.data_rows();
    let last_column = planned.columns.len().saturating_sub(1) as u16;
    let register = Register {
        grid: planned.grid.clone(),
        rows: planned.rows.clone(),
        part: part.rows,
        columns: columns.to_vec(),
        decimals: row_decimals(planned),
        default_decimals: planned.decimals[0],
        wrapped: wrapped(planned),
        links: planned.grid.position("rec_id").map(|column| (column, layout.rec_sheets.clone())),
    };
    let pages_wide = match template.pages_wide {
        0 => widths.iter().sum::<u16>().div_ceil(PAGE_WIDTH),
        pages => pages,
    };
    let repeated_columns = if pages_wide > 1 { repeated_columns(template, &widths) } else { 0 };
    Ok(Sheet {
        name: part.sheet.clone(),
        blocks: vec![Block::Rows(above), Block::Register(register), Block::Rows(below)],
        widths,
        frozen: (part.heading_row + 1, template.freeze_columns),
        filter: (template.filter && part.rows.1 > 0)
            .then_some(Area { rows: (part.heading_row, data.1), columns: (0, last_column) }),
        conditions: conditions(planned, data),
        choices: choices(planned, data, part.rows.1),
        sparklines: sparklines(planned, part),
        charts: Vec::new(),
        one_page: false,
        repeated: Some((part.heading_row, part.heading_row)),
        printed_rows: printed_rows(planned, part),
        pages_wide,
        repeated_columns,
        landscape: !template.portrait,
        marked: template.marked,
    })
}

/// The last row that is printed, where the template prints only what differs: agreed documents are for the screen.
fn printed_rows(planned: &Planned<'_>, part: &Part) -> Option<u32> {
    let column = planned.grid.position(&planned.template.first).filter(|_| planned.template.prints_first)?;
    let of_part = &planned.rows[part.rows.0..part.rows.0 + part.rows.1];
    let differs = |row: &&u32| planned.grid.units(**row as usize, column).is_some_and(|units| units != 0);
    Some(part.heading_row + 1 + of_part.iter().filter(differs).count() as u32)
}

/// The columns that each further page shows on its left: those that stay in view, and so many that the title above them
/// is not cut.
fn repeated_columns(template: &Template, widths: &[u16]) -> u16 {
    /// Characters of column width that a character of the title takes.
    const TITLE: usize = 2;
    let needed = (template.title.chars().count() * TITLE).min(usize::from(PAGE_WIDTH / 3));
    let mut width = 0;
    let enough = widths.iter().position(|column| {
        width += usize::from(*column);
        width >= needed
    });
    let enough = enough.map_or(widths.len(), |last| last + 1) as u16;
    template.freeze_columns.max(enough)
}

fn width(planned: &Planned<'_>, column: &PlannedColumn) -> u16 {
    match planned.column_template(column).width {
        0 => 14,
        width => width,
    }
}

/// Title, caption, description; what a reader must know when rows are missing; a blank line.
fn head(planned: &Planned<'_>, widths: &[u16], layout: &Layout<'_>) -> Vec<Row> {
    let template = planned.template;
    let mut rows = vec![title(&template.title), caption(layout), description(&template.subtitle, widths)];
    if !planned.is_complete() {
        let count = |number: usize| money::grouped(number as i128 * i128::from(money::SCALE), 0);
        let text = format!(
            "Shown: the first {} of {} rows. The totals of all rows are proven and stand below; {} has every row.",
            count(planned.rows.len()),
            count(planned.grid.len()),
            template.data_file
        );
        rows.push(Row::text(text, Look::Warn));
    }
    rows.push(Row::default());
    rows
}

fn continued(planned: &Planned<'_>, layout: &Layout<'_>) -> Vec<Row> {
    let text = format!("{} (continued; totals on {:?})", planned.template.title, planned.total_sheet());
    vec![title(&text), caption(layout), Row::default()]
}

/// The title of a sheet.
pub(super) fn title(text: &str) -> Row {
    Row { height: Some(24), ..Row::text(text, Look::Title) }
}

/// The line below the title, with the way back to the front page.
pub(super) fn caption(layout: &Layout<'_>) -> Row {
    Row::text(layout.caption(), Look::Subtitle)
}

/// A paragraph over as many columns as it needs, as high as it needs to be.
pub(super) fn description(text: &str, widths: &[u16]) -> Row {
    paragraph(text, Look::Remark, widths, 0)
}

/// A paragraph from a column on, over as many columns as it needs.
pub(super) fn paragraph(text: &str, look: Look, widths: &[u16], first: u16) -> Row {
    let mut last = first;
    let mut width = widths.get(usize::from(first)).copied().unwrap_or(10);
    while width < MEASURE && usize::from(last) + 1 < widths.len() {
        last += 1;
        width += widths[usize::from(last)];
    }
    let lines = (text.chars().count() as f64 / (f64::from(width) * DENSITY)).ceil().max(1.0) as u16;
    let mut cells = vec![SheetCell::default(); usize::from(first)];
    cells.push(SheetCell::new(Value::text(text), look, Show::Wrapped));
    Row { cells, height: Some(lines * 13 + 2), merged: (last > first).then_some((first, last)) }
}

fn headings(planned: &Planned<'_>) -> Row {
    let mut longest = 1;
    let cells = planned.columns.iter().enumerate().map(|(index, column)| {
        let template = planned.column_template(column);
        let look = match template.format {
            ColumnFormat::Mark => Look::HeadingCentre,
            format if format.is_number() => Look::HeadingRight,
            _ => Look::Heading,
        };
        let mut cell = SheetCell::text(column.heading.clone(), look);
        cell.style.apart = is_apart(planned, index);
        cell.note = (!template.note.is_empty()).then(|| template.note.clone());
        longest = longest.max(lines(&column.heading, width(planned, column)));
        cell
    });
    let row = Row::of(cells.collect());
    Row { height: Some(longest * 13 + 4), ..row }
}

/// Whether a column of text stands right of a column of numbers.
fn is_apart(planned: &Planned<'_>, index: usize) -> bool {
    let format = |index: usize| planned.column_template(&planned.columns[index]).format;
    let is_text = matches!(format(index), ColumnFormat::Text | ColumnFormat::Wrap | ColumnFormat::Date);
    is_text && index > 0 && format(index - 1).is_number()
}

/// How many lines a heading takes in a column of a width, broken between words.
fn lines(text: &str, width: u16) -> u16 {
    let (mut lines, mut used) = (1, 0);
    for word in text.split_whitespace() {
        let length = word.chars().count() as u16 + 1;
        if used > 0 && used + length > width {
            lines += 1;
            used = 0;
        }
        used += length;
    }
    lines
}

/// One line for each currency; where rows are missing, one for the rows shown and one for all rows.
fn total_rows(planned: &Planned<'_>) -> Vec<Row> {
    let mut rows = Vec::new();
    let codes = &planned.currencies.codes;
    for (currency, code) in codes.iter().enumerate() {
        let label = if codes.len() > 1 { code.clone() } else { "Total".to_owned() };
        let label = if planned.is_complete() { label } else { format!("{label}, rows shown") };
        rows.push(total_row(planned, currency, label, true));
    }
    if !planned.is_complete() {
        for (currency, code) in codes.iter().enumerate() {
            let label = if codes.len() > 1 { format!("{code}, all rows") } else { "All rows".to_owned() };
            rows.push(total_row(planned, currency, label, false));
        }
    }
    if planned.share_lines() > 0 {
        rows.extend((0..codes.len()).filter_map(|currency| share_row(planned, currency)));
    }
    rows
}

/// What share of a currency's total stands in each bucket: six digits, half away from zero.
fn share_row(planned: &Planned<'_>, currency: usize) -> Option<Row> {
    let whole = planned.position("@total")?;
    let line = planned.total_row(currency) + 1;
    let all = planned.columns[whole].totals.get(currency)?.0;
    let cells = planned.columns.iter().enumerate().map(|(index, column)| {
        let total = column.totals.get(currency).filter(|_| planned.column_template(column).total);
        let Some((units, _)) = total else { return SheetCell::new(Value::Blank, Look::Remark, Show::Plain) };
        let share = Value::Decimal(rational::share(*units, all, 6).unwrap_or_default());
        let (cell, whole_cell) = (letters(index as u16), letters(whole as u16));
        let text = format!("IF({whole_cell}{line}=0,0,ROUND({cell}{line}/{whole_cell}{line},6))");
        let live = !column.oversize && !planned.columns[whole].oversize;
        SheetCell::new(if live { Value::formula(text, share) } else { share }, Look::Remark, Show::Percent)
    });
    let mut row = Row::of(cells.collect());
    let code = &planned.currencies.codes[currency];
    let several = planned.currencies.codes.len() > 1;
    row.cells.first_mut()?.value = Value::text(if several { format!("{code}, share") } else { "Share".to_owned() });
    Some(row)
}

fn total_row(planned: &Planned<'_>, currency: usize, label: String, shown: bool) -> Row {
    // One double rule, below the last line.
    let is_last = currency + 1 == planned.currencies.codes.len() && shown == planned.is_complete();
    let look = if is_last { Look::Total } else { Look::Subtotal };
    let mut cells = Vec::new();
    for (index, column) in planned.columns.iter().enumerate() {
        let template = planned.column_template(column);
        let show = template.format.show(planned.decimals[currency]);
        let cell = match (template.total, column.totals.get(currency)) {
            (true, Some((of_shown, of_all))) => {
                let units = if shown { *of_shown } else { *of_all };
                let value = value_of(planned, column, units);
                let live = shown && !column.oversize;
                let text = live.then(|| total_formula(planned, index, currency)).flatten();
                SheetCell::new(
                    text.map_or_else(|| value.clone(), |text| Value::formula(text, value.clone())),
                    look,
                    show,
                )
            }
            _ => SheetCell::new(Value::Blank, look, Show::Plain),
        };
        cells.push(cell);
    }
    if let Some(first) = cells.first_mut() {
        first.value = Value::Text(label);
    }
    Row { height: Some(16), ..Row::of(cells) }
}

/// A total as the value of a cell: counts are whole numbers, amounts ten-thousandths.
fn value_of(planned: &Planned<'_>, column: &PlannedColumn, units: i128) -> Value {
    match column.grid.map(|index| planned.grid.columns[index].kind) {
        Some(Kind::Int) => Value::Int(i64::try_from(units).unwrap_or(i64::MAX)),
        _ => Value::Money(units),
    }
}

/// SUM over the column, or SUMIFS over the rows of one currency where there are several.
fn total_formula(planned: &Planned<'_>, column: usize, currency: usize) -> Option<String> {
    let local = |ranges: Vec<String>, own: &str| -> Vec<String> {
        // On its own sheet a range needs no name before it.
        let prefix = format!("{}!", quoted(own));
        ranges.into_iter().map(|range| range.strip_prefix(&prefix).map_or(range.clone(), str::to_owned)).collect()
    };
    let own = planned.total_sheet();
    let ranges = local(planned.shown_ranges(column), own);
    let codes = &planned.currencies.codes;
    if codes.len() == 1 {
        return Some(format!("SUM({})", ranges.join(",")));
    }
    let key = planned.currency_column()?;
    let keys = local(planned.shown_ranges(key), own);
    if !codes.iter().all(|code| formula::is_plain_key(code)) {
        return None;
    }
    let code = codes[currency].replace('"', "\"\"");
    let sums = ranges.iter().zip(&keys).map(|(range, keys)| format!("SUMIFS({range},{keys},\"{code}\")"));
    Some(sums.collect::<Vec<_>>().join("+"))
}

/// The checks of the template: label, two figures, difference, mark.
fn check_rows(planned: &Planned<'_>, layout: &Layout<'_>) -> Result<Vec<Row>> {
    let template = planned.template;
    let mut rows = Vec::new();
    let amounts: Vec<u16> = planned
        .columns
        .iter()
        .enumerate()
        .filter(|(_, column)| planned.column_template(column).format.is_number())
        .map(|(index, _)| index as u16)
        .collect();
    let (Some(left), true) = (amounts.first().copied(), !template.checks.is_empty()) else { return Ok(rows) };
    let mut row_number = planned.parts.last().map_or(0, |part| part.data_rows().1) + 1;
    if template.totals == Totals::Bottom {
        row_number += planned.total_lines() + planned.share_lines();
    }
    rows.push(Row::default());
    rows.push(Row::text("Checks", Look::Strong));
    row_number += 2;
    let decimals = planned.decimals.iter().copied().max().unwrap_or(2);
    let figure = |value, look| SheetCell::new(value, look, Show::Money(decimals));
    // The figures stand in three neighbouring columns from the first amount on, wide enough for amounts.
    for check in &template.checks {
        let mut values = [0_i128; 2];
        let label = match planned.currencies.codes.len() {
            1 => check.label.clone(),
            _ => format!("{} (hash total)", check.label),
        };
        let mut cells = vec![SheetCell::new(Value::Blank, Look::Normal, Show::Plain); usize::from(left)];
        match cells.first_mut() {
            Some(first) => first.value = Value::Text(label),
            None => cells.push(SheetCell::text(label, Look::Normal)),
        }
        for (slot, text) in values.iter_mut().zip([&check.left, &check.right]) {
            *slot = formula::evaluate(text, planned, layout)?;
            let fits = fits_number(*slot, decimals);
            let pieces = formula::compile(text, planned, layout)?.filter(|_| fits);
            let value = Value::Money(*slot);
            let value = pieces.map_or_else(|| value.clone(), |pieces| Value::formula(fixed(&pieces), value.clone()));
            cells.push(figure(value, Look::Normal));
        }
        let from = cells.len() as u16 - 2;
        let (a, b, c) = (letters(from), letters(from + 1), letters(from + 2));
        let line = row_number + 1;
        let difference = values[0] - values[1];
        let live = values.iter().all(|value| fits_number(*value, decimals));
        let show_live = |text: String, result: Value| if live { Value::formula(text, result) } else { result };
        cells.push(figure(show_live(format!("ROUND({a}{line}-{b}{line},4)"), Value::Money(difference)), Look::Normal));
        let mark = if difference == 0 { "✓" } else { "✗" };
        let text = format!("IF({c}{line}=0,\"✓\",\"✗\")");
        let look = if difference == 0 { Look::Good } else { Look::Bad };
        cells.push(SheetCell::new(show_live(text, Value::text(mark)), look, Show::Centred));
        rows.push(Row::of(cells));
        row_number += 1;
    }
    Ok(rows)
}

/// The text of a formula that has no cell of its own row in it.
fn fixed(pieces: &[Piece]) -> String {
    pieces
        .iter()
        .map(|piece| match piece {
            Piece::Fixed(text) => text.as_str(),
            Piece::Column(_) | Piece::Decimals => "",
        })
        .collect()
}

/// The formula of a column: its own, or that of a share.
fn live(template: &TemplateColumn) -> String {
    match template.share_of.as_slice() {
        [part, whole] => format!("ROUND({{{part}}}/{{{whole}}},6)"),
        _ => template.formula.clone(),
    }
}

fn register_columns(planned: &Planned<'_>, layout: &Layout<'_>) -> Result<Vec<RegisterColumn>> {
    let mut columns = Vec::new();
    for column in &planned.columns {
        let template = planned.column_template(column);
        let look = if template.input { Look::Input } else { Look::Normal };
        let show = template.format.show(planned.decimals[0]);
        let source = match column.grid {
            None => Source::Typed,
            Some(grid) => {
                let text = live(template);
                let pieces = match text.is_empty() || column.oversize {
                    true => None,
                    false => formula::compile(&text, planned, layout)?,
                };
                let given = planned.grid.position(&template.formula_where);
                pieces.map_or(Source::Grid(grid), |pieces| Source::Formula { pieces, result: grid, given })
            }
        };
        let style = Style { apart: is_apart(planned, columns.len()), ..Style::new(look, show) };
        let unit = planned.grid.position(&template.unit);
        columns.push(RegisterColumn { source, style, linked: template.link, unit });
    }
    Ok(columns)
}

/// The grid's columns whose text wraps, with their widths.
fn wrapped(planned: &Planned<'_>) -> Vec<(usize, u16)> {
    let wraps = |column: &&PlannedColumn| planned.column_template(column).format == ColumnFormat::Wrap;
    let found = planned.columns.iter().filter(wraps);
    found.filter_map(|column| Some((column.grid?, width(planned, column)))).collect()
}

/// The decimals of each row's currency; nothing where they are all the same.
fn row_decimals(planned: &Planned<'_>) -> Arc<Vec<u8>> {
    let same = planned.decimals.iter().all(|decimals| *decimals == planned.decimals[0]);
    if same {
        return Arc::default();
    }
    Arc::new(planned.currencies.rows.iter().map(|number| planned.decimals[usize::from(*number)]).collect())
}

fn conditions(planned: &Planned<'_>, data: (u32, u32)) -> Vec<Condition> {
    let mut conditions = Vec::new();
    for condition in &planned.template.conditions {
        let when = match condition.number.as_str() {
            "positive" => When::Positive,
            "negative" => When::Negative,
            "not_zero" => When::NotZero,
            _ => When::Text(condition.equals.clone()),
        };
        for column in formula::condition_columns(&condition.column, planned) {
            let area = Area { rows: data, columns: (column, column) };
            conditions.push(Condition { area, when: when.clone(), look: condition.look().unwrap_or_default() });
        }
    }
    conditions
}

fn choices(planned: &Planned<'_>, data: (u32, u32), rows: usize) -> Vec<Choice> {
    let with_list = planned.columns.iter().enumerate().filter_map(|(index, column)| {
        let template = planned.column_template(column);
        (rows > 0 && !template.list.is_empty()).then(|| Choice {
            area: Area { rows: data, columns: (index as u16, index as u16) },
            values: template.list.clone(),
        })
    });
    with_list.collect()
}

/// A small chart in each row, of those of its columns that are shown.
fn sparklines(planned: &Planned<'_>, part: &Part) -> Vec<Sparkline> {
    let mut found = Vec::new();
    for (index, column) in planned.columns.iter().enumerate() {
        let through = &planned.column_template(column).sparkline;
        let cell = |row: usize| (part.heading_row + 1 + row as u32, index as u16);
        found.extend((0..part.rows.1).filter_map(|row| planned.sparkline(through, part.rows.0 + row, cell(row))));
    }
    found
}

/// An exact sum of ten-thousandths for people, with its currency's decimals.
pub(super) fn spoken(units: i128, decimals: u8) -> String {
    money::grouped(Total(units).0, usize::from(decimals))
}
