//! The front page for leadership: a finding as title, tiles of each entity, charts over the cells of the other sheets.

use super::Layout;
use super::legend::section;
use super::plan::Planned;
use super::register::{caption, title};
use crate::model::Cell;
use crate::report::charts::{dso_title, tenths};
use crate::report::template::Template;
use crate::report::workbook::{Block, Chart, ChartKind, Look, Row, Sheet, SheetCell, Show, Sparkline, Value};
use rust_decimal::Decimal;

/// A tile and the gap beside it, in characters.
const TILE: u16 = 20;
const GAP: u16 = 2;
/// How many entities have tiles; the others are on the sheet of all figures.
const ENTITIES: usize = 4;
/// A chart's size in pixels: two tiles and their gap; the rows that it covers.
const CHART: (u32, u32) = (309, 300);
const CHART_ROWS: usize = 15;
/// The scope of all entities of a currency.
const ALL: &str = "ALL";
/// The months of the trend, the oldest first, as its columns are named.
const MONTHS: [&str; 13] = ["m12", "m11", "m10", "m9", "m8", "m7", "m6", "m5", "m4", "m3", "m2", "m1", "m0"];
const STEPS: [&str; 5] = ["volume", "mix", "delinquency", "unapplied", "disputes"];

/// An entity, or all of them, in one currency.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Scope {
    currency: String,
    name: String,
}

impl Scope {
    fn label(&self) -> String {
        let name = if self.name == ALL { "All entities" } else { &self.name };
        format!("{name}  ·  {}", self.currency)
    }
}

pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, name: &str) -> Sheet {
    let scopes = scopes(layout);
    let finding = scopes.first().and_then(|scope| finding(layout, scope));
    let mut rows = vec![title(finding.as_deref().unwrap_or(&template.title)), caption(layout), Row::default()];
    let mut sparklines = Vec::new();
    for scope in scopes.iter().take(ENTITIES) {
        rows.push(section(&scope.label(), columns(template)));
        tiles(template, layout, scope, &mut rows, &mut sparklines);
    }
    if scopes.len() > ENTITIES {
        let more = format!("{} more on the sheet Figures", scopes.len() - ENTITIES);
        rows.push(Row::text(more, Look::Remark));
    }
    let charts = scopes.first().map(|scope| charts(layout, scope, rows.len() as u32 + 1)).unwrap_or_default();
    if let (Some(scope), false) = (scopes.first(), charts.is_empty()) {
        rows.push(section(&format!("{}: how it came about", scope.label()), columns(template)));
        rows.extend((0..CHART_ROWS).map(|_| Row { height: Some(15), ..Row::default() }));
    }
    links(template, layout, name, &mut rows);
    Sheet {
        name: name.to_owned(),
        printed_rows: Some(rows.len().saturating_sub(1) as u32),
        blocks: vec![Block::Rows(rows)],
        widths: (0..columns(template)).map(|at| if at % 2 == 0 { TILE } else { GAP }).collect(),
        landscape: true,
        marked: template.marked,
        one_page: true,
        sparklines,
        charts,
        ..Sheet::default()
    }
}

/// The columns of the sheet: a tile for each KPI, with gaps between them.
fn columns(template: &Template) -> usize {
    (template.tiles.len() * 2).saturating_sub(1).max(1)
}

fn text<'a>(planned: &'a Planned<'_>, column: &str, row: usize) -> &'a str {
    planned.grid.position(column).map_or("", |position| planned.grid.text(row, position))
}

fn number(planned: &Planned<'_>, column: &str, row: usize) -> Option<Decimal> {
    match planned.grid.cell(row, planned.grid.position(column)?) {
        Cell::Decimal(number) => Some(number),
        _ => None,
    }
}

/// The row of a scope, counted as shown, where another column has a word.
fn row_of(planned: &Planned<'_>, scope: &Scope, column: &str, word: &str) -> Option<usize> {
    let is_own = |row: &usize| {
        text(planned, "scope", *row) == scope.name
            && text(planned, "currency", *row) == scope.currency
            && text(planned, column, *row) == word
    };
    (0..planned.grid.len()).find(is_own)
}

/// The group's currency first, all entities before one, then by what is open.
fn scopes(layout: &Layout<'_>) -> Vec<Scope> {
    let Some(figures) = layout.plans.get("figures") else { return Vec::new() };
    let mut found: Vec<(bool, bool, Decimal, Scope)> = Vec::new();
    for row in (0..figures.grid.len()).filter(|row| text(figures, "kpi", *row) == "ar_gross") {
        let scope =
            Scope { currency: text(figures, "currency", row).to_owned(), name: text(figures, "scope", row).to_owned() };
        let foreign = scope.currency != layout.facts.currency.code();
        let open = number(figures, "value", row).unwrap_or_default();
        found.push((foreign, scope.name != ALL, -open, scope));
    }
    found.sort_by(|left, right| {
        (left.0, &left.3.currency, left.1, left.2).cmp(&(right.0, &right.3.currency, right.1, right.2))
    });
    found.into_iter().map(|(.., scope)| scope).collect()
}

/// What the bridge says of DSO, in a sentence.
fn finding(layout: &Layout<'_>, scope: &Scope) -> Option<String> {
    let figures = layout.plans.get("figures")?;
    let value = number(figures, "value", row_of(figures, scope, "kpi", "dso_simple")?)?;
    let mut steps = Vec::new();
    if let Some((bridge, row)) = bridge_row(layout, scope) {
        let columns = ["before"].into_iter().chain(STEPS).chain(["after"]);
        steps.extend(columns.filter_map(|column| Some((column, number(bridge, column, row)?))));
    }
    let said = dso_title(value, if steps.len() == STEPS.len() + 2 { &steps } else { &[] });
    Some(if scope.name == ALL { said } else { format!("{}: {said}", scope.name) })
}

fn bridge_row<'l, 'a>(layout: &'l Layout<'a>, scope: &Scope) -> Option<(&'l Planned<'a>, usize)> {
    let bridge = layout.plans.get("dso_bridge")?;
    let row = row_of(bridge, scope, "period", &layout.facts.period_end.period().to_string())?;
    Some((bridge, row))
}

/// The tiles of a scope: name, figure, small chart, change, target.
fn tiles(
    template: &Template,
    layout: &Layout<'_>,
    scope: &Scope,
    rows: &mut Vec<Row>,
    sparklines: &mut Vec<Sparkline>,
) {
    let Some(figures) = layout.plans.get("figures") else { return };
    let mut lines: [Vec<SheetCell>; 5] = Default::default();
    for (at, kpi) in template.tiles.iter().enumerate() {
        if at > 0 {
            lines.iter_mut().for_each(|line| line.push(SheetCell::default()));
        }
        let column = lines[0].len() as u16;
        let cells = match row_of(figures, scope, "kpi", kpi) {
            Some(row) => tile(figures, layout, row),
            None => Default::default(),
        };
        lines.iter_mut().zip(cells).for_each(|(line, cell)| line.push(cell));
        let trend = layout.plans.get("trend").and_then(|trend| {
            trend.sparkline(&MONTHS, row_of(trend, scope, "kpi", kpi)?, (rows.len() as u32 + 2, column))
        });
        sparklines.extend(trend);
    }
    for (line, height) in lines.into_iter().zip([18, 26, 18, 14, 16]) {
        rows.push(Row { height: Some(height), ..Row::of(line) });
    }
    rows.push(Row { height: Some(8), ..Row::default() });
}

fn tile(figures: &Planned<'_>, layout: &Layout<'_>, row: usize) -> [SheetCell; 5] {
    let unit = text(figures, "unit", row);
    let show = match unit {
        "days" => Show::Days,
        "percent" => Show::Hundredths,
        _ => Show::Decimal,
    };
    let figure = match number(figures, "value", row) {
        Some(value) => {
            let value = Value::Decimal(value);
            let cell = layout.cell_of("figures", "value", row);
            SheetCell::new(cell.map_or(value.clone(), |cell| Value::formula(cell, value)), Look::Figure, show)
        }
        None => {
            let cells = [(text(figures, "title", row), Look::TileName), (text(figures, "status", row), Look::Figure)];
            let [name, status] = cells.map(|(text, look)| SheetCell::text(text, look));
            let why = SheetCell::text("the sheet Figures says why", Look::Remark);
            return [name, status, SheetCell::default(), why, SheetCell::default()];
        }
    };
    let (change, look) = change(figures, row, unit);
    let (target, rating) = target(figures, row);
    [
        SheetCell::text(text(figures, "title", row), Look::TileName),
        figure,
        SheetCell::default(),
        SheetCell::text(change, look),
        SheetCell::text(target, rating),
    ]
}

/// How the figure moved, and whether that is good.
fn change(figures: &Planned<'_>, row: usize, unit: &str) -> (String, Look) {
    let Some(change) = number(figures, "change", row) else {
        return ("no month before".to_owned(), Look::Remark);
    };
    let shown = tenths(change.abs());
    if shown == "0.0" {
        return ("as last month".to_owned(), Look::Remark);
    }
    let rises = change > Decimal::ZERO;
    let unit = match unit {
        "days" => " days",
        "percent" => " points",
        _ => "",
    };
    let word = if rises { "up" } else { "down" };
    let judged = match text(figures, "direction", row) {
        "lower is better" if rises => ", worse",
        "higher is better" if !rises => ", worse",
        "neither" => "",
        _ => ", better",
    };
    (format!("{word} {shown}{unit}{judged}"), Look::Plain)
}

/// Target and rating, in a word and in colour.
fn target(figures: &Planned<'_>, row: usize) -> (String, Look) {
    let Some(target) = number(figures, "target", row) else { return ("no target set".to_owned(), Look::Remark) };
    let (word, look) = match text(figures, "rating", row) {
        "green" => ("green: on target", Look::Good),
        "amber" => ("amber: near target", Look::Warn),
        "red" => ("red: off target", Look::Bad),
        _ => ("not rated", Look::Remark),
    };
    (format!("{word} {}", target.normalize()), look)
}

/// DSO over the months, the aging, the steps of the bridge.
fn charts(layout: &Layout<'_>, scope: &Scope, row: u32) -> Vec<Chart> {
    let trend = layout.plans.get("trend").and_then(|trend| {
        let ranges = trend.across(&MONTHS, row_of(trend, scope, "kpi", "dso_simple")?)?;
        Some((ChartKind::Line, "DSO, simple, in days".to_owned(), ranges))
    });
    let aging = aging(layout, scope)
        .map(|ranges| (ChartKind::Columns, format!("Open by days past due, {}", scope.currency), ranges));
    let steps = bridge_row(layout, scope).and_then(|(bridge, row)| {
        Some((ChartKind::Steps, "Why DSO moved, in days".to_owned(), bridge.across(&STEPS, row)?))
    });
    let found = [trend, aging, steps].into_iter().flatten();
    let placed = found.enumerate().map(|(at, (kind, title, (names, values)))| Chart {
        kind,
        title,
        names,
        values,
        at: (row, at as u16 * 4),
        size: CHART,
    });
    placed.collect()
}

/// The buckets of an entity, or the totals of the currency.
fn aging(layout: &Layout<'_>, scope: &Scope) -> Option<(String, String)> {
    let aging = layout.plans.get("aging")?;
    let buckets: Vec<&str> = layout.facts.buckets.iter().map(String::as_str).collect();
    if scope.name == ALL {
        let currency = aging.currencies.codes.iter().position(|code| *code == scope.currency)?;
        return aging.beside(&buckets, aging.parts.first()?, aging.total_row(currency));
    }
    let is_own =
        |row: &usize| text(aging, "entity", *row) == scope.name && text(aging, "currency", *row) == scope.currency;
    aging.across(&buckets, (0..aging.grid.len()).find(is_own)?)
}

/// The other sheets, a link each.
fn links(template: &Template, layout: &Layout<'_>, own: &str, rows: &mut Vec<Row>) {
    let others: Vec<&String> = layout.contents.iter().map(|(name, _)| name).filter(|name| *name != own).collect();
    rows.push(section("The sheets behind it", columns(template)));
    for line in others.chunks(template.tiles.len().max(1)) {
        let mut cells = Vec::new();
        for (at, name) in line.iter().enumerate() {
            if at > 0 {
                cells.push(SheetCell::default());
            }
            cells.push(SheetCell::text(name.as_str(), Look::Back).to_sheet(name.as_str()));
        }
        rows.push(Row::of(cells));
    }
}
