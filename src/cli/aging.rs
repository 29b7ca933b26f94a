//! `tieout aging`: aged open items.

use super::{Format, Ui, folder, print};
use crate::diag::{Finding, Place, Problem, Result};
use crate::model::Date;
use crate::report::grid::Grid;
use crate::report::query::Tables;
use std::path::PathBuf;
use std::process::ExitCode;

/// Print aged open items by customer and bucket, also as of an earlier date; nothing is written
///
/// Example: tieout aging sample-data/harbor-2026-10 --as-of 2026-09-30 --format csv
#[derive(clap::Args)]
pub struct Args {
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// The day to age to (default: the period end)
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// How rows are printed
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let as_of = day(args.as_of.as_deref())?;
    let config = ui.config(&folder(args.dir.as_ref()))?;
    let end = config.period_end();
    let run = ui.worked_out(config, as_of)?;
    let Some(aging) = run.table("aging") else { return Ok(ExitCode::SUCCESS) };
    warn_of_later_day(as_of, end, ui);
    if aging.is_empty() {
        let message = format!("nothing is open on {}: no document of the register is as old", run.config.period_end());
        ui.findings(&[Finding::warning("T9115", Place::default(), message, "check the date and the register")]);
    }
    let is_table = matches!(args.format, None | Some(Format::Table)) && ui.out.is_none();
    if is_table && !aging.is_empty() {
        ui.say(&format!("Open items as of {}, in functional currency", run.config.period_end()));
        print::to_stdout(format!("{}\n", print::pivot(&aging, &run.buckets)).as_bytes())?;
    } else if !is_table {
        let grid = Grid::of_table(&aging);
        print::grid(&grid, args.format, ui)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The day that `--as-of` names.
///
/// # Errors
/// When it is no day.
pub(super) fn day(text: Option<&str>) -> Result<Option<Date>> {
    let Some(text) = text else { return Ok(None) };
    let wrong = || {
        let message = format!("--as-of {text} is not a date");
        Problem::input("T9109", Place::default(), message, "write it as 2026-09-30")
    };
    Date::parse_iso(text).map(Some).ok_or_else(wrong)
}

/// Says where the day lies behind what the close was made for.
pub(super) fn warn_of_later_day(as_of: Option<Date>, end: Date, ui: &Ui) {
    if let Some(day) = as_of.filter(|day| *day > end) {
        let message =
            format!("{day} lies behind the period end {end}: what the extracts lack of those days is missing");
        let help = "extract again up to that day, or age to the period end";
        ui.findings(&[Finding::warning("T9114", Place::default(), message, help)]);
    }
}
