//! `tieout kpi`: the KPIs of the period with their trend.

use super::{Format, Ui, aging, folder, print};
use crate::diag::Result;
use crate::model::money::grouped;
use crate::model::{Currency, Table};
use crate::report::grid::Grid;
use crate::report::query::Tables;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print the KPIs of the period and the trend of the last 13 months; nothing is written
///
/// Every month is computed from the documents themselves, as they stood at its end. Formulas are in docs/kpi.md; csv
/// and json have every month with numerator, denominator and formula.
///
/// Example: tieout kpi sample-data/harbor-2026-10; tieout kpi sample-data/harbor-2026-10 --format csv
#[derive(clap::Args)]
pub struct Args {
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// The day to measure up to (default: the period end)
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How rows are printed
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let as_of = aging::day(args.as_of.as_deref())?;
    let config = ui.config(&folder(args.dir.as_ref()))?;
    let end = config.period_end();
    let run = ui.worked_out(config, as_of)?;
    aging::warn_of_later_day(as_of, end, ui);
    let Some(kpis) = run.table("kpis") else { return Ok(ExitCode::SUCCESS) };
    let is_table = matches!(args.format, None | Some(Format::Table)) && ui.out.is_none();
    if !is_table {
        print::grid(&Grid::of_table(&kpis), args.format, ui)?;
        return Ok(ExitCode::SUCCESS);
    }
    let period = run.config.period_end().period().to_string();
    let titles = run.table("kpi_definitions").map(|table| titles(&table)).unwrap_or_default();
    for ((scope, currency), rows) in by_scope(&kpis) {
        ui.say(&ui.paint(&format!("\n{scope} in {currency}, {period}"), "1"));
        print::to_stdout(format!("{}\n", of_scope(&kpis, &rows, &period, &titles, ui)).as_bytes())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Title and topic of each KPI.
type Titles = BTreeMap<String, (String, String)>;

fn titles(definitions: &Table) -> Titles {
    let text = |name: &str, row: usize| definitions.text(name).get(row).to_owned();
    (0..definitions.len()).map(|row| (text("kpi", row), (text("title", row), text("topic", row)))).collect()
}

/// The rows of each scope and currency: entities first, then all of a currency.
fn by_scope(kpis: &Table) -> Vec<((String, String), Vec<usize>)> {
    let mut scopes: Vec<((String, String), Vec<usize>)> = Vec::new();
    for row in 0..kpis.len() {
        let key = (kpis.text("scope").get(row).to_owned(), kpis.text("currency").get(row).to_owned());
        match scopes.iter_mut().find(|(known, _)| *known == key) {
            Some((_, rows)) => rows.push(row),
            None => scopes.push((key, vec![row])),
        }
    }
    // One entity is all there is of its currency: once is enough.
    let alone = |scopes: &[((String, String), Vec<usize>)], currency: &str| {
        scopes.iter().filter(|((scope, own), _)| scope != "ALL" && own == currency).count() == 1
    };
    let keep: Vec<bool> =
        scopes.iter().map(|((scope, currency), _)| scope != "ALL" || !alone(&scopes, currency)).collect();
    scopes.into_iter().zip(keep).filter(|(_, keep)| *keep).map(|(scope, _)| scope).collect()
}

fn of_scope(kpis: &Table, rows: &[usize], period: &str, titles: &Titles, ui: &Ui) -> String {
    let mut table = print::plain_table(&["", "KPI", "Value", "", "Trend", "Target", "Note"]);
    print::right(&mut table, 2);
    print::right(&mut table, 5);
    let mut missing: Vec<(String, Vec<String>)> = Vec::new();
    let mut topic = "";
    let mut at = 0;
    while at < rows.len() {
        let kpi = kpis.text("kpi").get(rows[at]);
        let count = rows[at..].iter().take_while(|row| kpis.text("kpi").get(**row) == kpi).count();
        let months = &rows[at..at + count];
        at += count;
        let Some(last) = months.iter().find(|row| kpis.text("period").get(**row) == period) else { continue };
        let (title, own) = titles.get(kpi).map_or((kpi, ""), |(title, topic)| (title.as_str(), topic.as_str()));
        let said = kpis.text("note").get(*last);
        if let Some(reason) = said.strip_prefix("not available: ") {
            match missing.iter_mut().find(|(known, _)| known == reason) {
                Some((_, titles)) => titles.push(title.to_owned()),
                None => missing.push((reason.to_owned(), vec![title.to_owned()])),
            }
            continue;
        }
        let heading = if own == topic { "" } else { own };
        topic = own;
        let values: Vec<Option<Decimal>> = months.iter().map(|row| kpis.decimals("value")[*row]).collect();
        let number = |name: &str| kpis.decimals(name)[*last].map(|number| shown(kpis, *last, number));
        let value = number("value").unwrap_or_else(|| kpis.text("status").get(*last).to_owned());
        let rating = kpis.text("rating").get(*last);
        let target = number("target").map(|target| format!("{target} {}", rated(rating, ui))).unwrap_or_default();
        let unit = match kpis.text("unit").get(*last) {
            "percent" => "%",
            "amount" | "ratio" | "count" => "",
            unit => unit,
        };
        let note = said.strip_prefix("not meaningful: ").unwrap_or(said);
        table.add_row([heading, title, &value, unit, &spark(&values), target.trim(), note]);
    }
    let lacking = missing.iter().map(|(reason, titles)| format!("\n not available ({reason}): {}", titles.join("; ")));
    format!("{table}{}", lacking.collect::<String>())
}

fn rated(rating: &str, ui: &Ui) -> String {
    let color = match rating {
        "green" => "32",
        "amber" => "33",
        "red" => "1;31",
        _ => return String::new(),
    };
    ui.paint(rating, color)
}

/// A value as people read it: thousands grouped, as many decimals as it was rounded to.
fn shown(kpis: &Table, row: usize, number: Decimal) -> String {
    let currency = Currency::parse(kpis.text("currency").get(row));
    let decimals = match kpis.text("unit").get(row) {
        "count" => 0,
        "ratio" => 4,
        "amount" => currency.map_or(2, |currency| currency.decimals() as usize),
        _ => 2,
    };
    let mut units = number;
    units.rescale(crate::model::money::SCALE_DIGITS as u32);
    grouped(units.mantissa(), decimals)
}

/// The eight heights of a spark line.
const BLOCKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Values as blocks between the smallest and the largest; a dot where there is none.
fn spark(values: &[Option<Decimal>]) -> String {
    let known = || values.iter().flatten();
    let (Some(low), Some(high)) = (known().min(), known().max()) else { return String::new() };
    let range = *high - *low;
    let block = |value: Decimal| {
        if range.is_zero() {
            return BLOCKS[3];
        }
        // The height is a picture, no figure: it is cut off to a whole step.
        let step = ((value - *low) * Decimal::from(BLOCKS.len() as i64 - 1) / range).round();
        BLOCKS.get(usize::try_from(step.mantissa()).unwrap_or(0)).copied().unwrap_or(BLOCKS[0])
    };
    values.iter().map(|value| value.map_or('·', block)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spark_line_runs_from_the_smallest_to_the_largest() {
        let values = |numbers: &[i64]| numbers.iter().map(|number| Some(Decimal::from(*number))).collect::<Vec<_>>();
        assert_eq!(spark(&values(&[0, 7, 14])), "▁▅█");
        assert_eq!(spark(&values(&[5, 5])), "▄▄");
        assert_eq!(spark(&[None, Some(Decimal::ONE), Some(Decimal::TWO)]), "·▁█");
        assert_eq!(spark(&[None, None]), "");
        assert_eq!(spark(&values(&[-300, 400])), "▁█");
    }
}
