//! Charts as data and words: what is drawn, which figures it has, and the finding that its title states.
//!
//! Here amounts are exact and nothing knows of pixels: a chart can be read and tested as text. `write/charts` draws it.

mod aging;
mod figures;
mod kpi;
mod past_due;
mod unapplied;
mod variance;

#[cfg(test)]
mod tests;

use super::grid::Grid;
use super::query::{Library, Tables};
use crate::diag::{Finding, Place, Result};
use crate::model::Date;
pub(in crate::report) use figures::tenths;
pub(in crate::report) use kpi::dso_title;
use std::fmt;

pub(super) use aging::first_day;

/// The most charts of one kind: a group of a hundred companies does not want a hundred pictures.
const PICTURES: usize = 24;

/// What charts say about their run, besides the tables.
#[derive(Clone, Debug)]
pub struct ChartFacts {
    /// The name of the close.
    pub close_name: String,
    /// The last day of the period.
    pub period_end: Date,
    /// The buckets of the aging in their order.
    pub buckets: Vec<String>,
}

/// One chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// The file's name without its ending.
    pub name: String,
    /// The finding, as a sentence.
    pub title: String,
    /// What is shown, of whom, in which unit.
    pub subtitle: String,
    /// Where the figures come from, and their day.
    pub footer: String,
    /// What is drawn, from left to right.
    pub panels: Vec<Panel>,
}

/// A part of a chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Panel {
    /// Bars in rows: a waterfall, or bars from zero.
    Bars(Bars),
    /// Amounts by row and column, darker where larger.
    Heat(Heat),
    /// A line over months.
    Trend(Trend),
}

/// Rows with a bar each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bars {
    /// What stands above the column of figures.
    pub value_heading: String,
    /// What stands above the second column of figures; empty where there is none.
    pub share_heading: String,
    /// The rows, from top to bottom.
    pub rows: Vec<Bar>,
}

/// A row with its bar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bar {
    /// What it is.
    pub label: String,
    /// More of it, in small.
    pub note: String,
    /// Its length, in any whole unit that all rows of the panel share.
    pub value: i128,
    /// Its figure.
    pub text: String,
    /// Its second figure.
    pub share: String,
    /// Where the bar starts.
    pub from: From,
    /// What it looks like.
    pub look: Look,
}

/// Where a bar starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// At zero.
    Zero,
    /// Where the bar above it ended.
    Above,
}

/// What a bar or a cell means, never told by colour alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// A step upwards.
    Plus,
    /// A step downwards, hatched.
    Minus,
    /// What the steps add up to.
    Total,
    /// What the rows above add up to, without a bar: it would dwarf them.
    Sum,
    /// What nothing explains: an outline.
    Unexplained,
    /// A step of a scale: its number, and how many steps there are. Darker is worse.
    Step(usize, usize),
}

/// Amounts by row and column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heat {
    /// The headings of the columns.
    pub columns: Vec<String>,
    /// The heading of the column of totals.
    pub total_heading: String,
    /// The rows, from top to bottom.
    pub rows: Vec<HeatRow>,
}

/// A row of a heat map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeatRow {
    /// Whose it is.
    pub label: String,
    /// What it is called where the label cannot be written: an identifier.
    pub short: String,
    /// One cell a column: the amount and its figure, which is empty where there is none.
    pub cells: Vec<(i128, String)>,
    /// The row's total.
    pub total: String,
    /// Whether it adds up other rows: such a row has no shades.
    pub is_sum: bool,
}

/// A line over months.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trend {
    /// What is measured, in which unit.
    pub heading: String,
    /// The months, from left to right.
    pub points: Vec<Point>,
    /// What should be reached, and how that is said.
    pub target: Option<(i128, String)>,
}

/// A month of a trend.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Point {
    /// The month.
    pub label: String,
    /// Its value, in any whole unit that all points share; nothing where it could not be formed.
    pub value: Option<i128>,
    /// Its figure.
    pub text: String,
}

/// The charts of a run, and what is said where there is none.
pub struct Charts {
    /// The charts, in the order of their names.
    pub charts: Vec<Chart>,
    /// Why others were not drawn.
    pub findings: Vec<Finding>,
}

/// The tables that the charts read.
pub const INPUTS: [&str; 4] = ["aging", "unapplied", "reconciliations", "reconciling_items"];

/// Forms every chart of a run.
///
/// # Errors
/// T4003 to T4006 when a query of the charts fails.
pub fn build(facts: &ChartFacts, tables: &dyn Tables, queries: &Library) -> Result<Charts> {
    let mut forming = Forming { facts, charts: Vec::new(), without: Vec::new() };
    let grid = |name: &str| queries.get(name)?.run(tables);
    aging::build(&grid("charts/aging")?, &mut forming);
    past_due::build(&grid("charts/past_due")?, &mut forming);
    unapplied::build(&grid("charts/unapplied")?, &mut forming);
    variance::build(&grid("charts/variances")?, &grid("charts/variance_causes")?, &mut forming);
    if let Some(kpis) = tables.table("kpis").map(|table| Grid::of_table(&table)) {
        let steps = tables.table("dso_bridge").map_or_else(Grid::default, |table| Grid::of_table(&table));
        kpi::dso(&kpis, &steps, &mut forming);
        kpi::billing(&kpis, &mut forming);
    }
    let Forming { mut charts, without, .. } = forming;
    charts.sort_by(|left, right| left.name.cmp(&right.name));
    let findings = without.into_iter().map(|message| Finding::note("T4031", Place::file("charts"), message));
    Ok(Charts { charts, findings: findings.collect() })
}

/// The charts as they come together.
struct Forming<'a> {
    facts: &'a ChartFacts,
    charts: Vec<Chart>,
    without: Vec<String>,
}

impl Forming<'_> {
    /// Adds a chart. `source` is the data file that it was formed from.
    fn add(&mut self, name: &str, title: String, subtitle: String, source: &str, panels: Vec<Panel>) {
        let ChartFacts { close_name, period_end, .. } = self.facts;
        let footer = format!("Source: {source} · {close_name} · as of {period_end}");
        let mut name = figures::file_name(name);
        // Names that differ by case or marks alone would be one file.
        while self.charts.iter().any(|chart| chart.name == name) {
            name.push_str("-2");
        }
        self.charts.push(Chart { name, title, subtitle, footer, panels });
    }

    /// Says why there is no chart.
    fn without(&mut self, name: &str, reason: &str) {
        self.without.push(format!("no chart {}: {reason}", figures::file_name(name)));
    }
}

impl fmt::Display for Chart {
    /// The chart in words: its title and every figure, a line a row.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}", self.title, self.subtitle)?;
        for panel in &self.panels {
            match panel {
                Panel::Bars(bars) => bars.fmt(f)?,
                Panel::Heat(heat) => heat.fmt(f)?,
                Panel::Trend(trend) => trend.fmt(f)?,
            }
        }
        write!(f, "{}", self.footer)
    }
}

impl fmt::Display for Bars {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in &self.rows {
            let parts = [row.label.as_str(), &row.note, &row.text, &row.share];
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            writeln!(f, "{}", parts.join(" | "))?;
        }
        Ok(())
    }
}

impl fmt::Display for Heat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{} | {}", self.columns.join(" | "), self.total_heading)?;
        for row in &self.rows {
            let cells: Vec<&str> = row.cells.iter().map(|(_, text)| text.as_str()).collect();
            writeln!(f, "{} | {} | {}", row.label, cells.join(" | "), row.total)?;
        }
        Ok(())
    }
}

impl fmt::Display for Trend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.heading)?;
        self.points.iter().try_for_each(|point| writeln!(f, "{} | {}", point.label, point.text))?;
        self.target.iter().try_for_each(|(_, text)| writeln!(f, "{text}"))
    }
}
