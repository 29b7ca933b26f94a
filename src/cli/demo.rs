//! `tieout demo`: a labelled synthetic close.

use super::{Format, Ui, print};
use crate::demo::score::{Line, percent};
use crate::demo::{self, Gl, Options};
use crate::diag::Result;
use crate::model::{Cell, Column, Kind};
use crate::report::grid::Grid;
use std::path::PathBuf;
use std::process::ExitCode;

/// The columns of a score that count.
const COUNTS: [&str; 3] = ["planted", "found", "right"];

/// Write a synthetic close of any size, with every planted break labelled in truth/breaks.csv
///
/// The same seed gives the same bytes. Example: tieout demo demo --invoices 10000 --seed 7, then tieout close demo,
/// then tieout demo demo --score demo/out/2026-10 to see how much of what was planted the run has found
#[derive(clap::Args)]
pub struct Args {
    /// The folder to write; it must be empty or hold an earlier demo
    dir: PathBuf,
    /// How many invoices; those of the cash cases come on top
    #[arg(long, default_value_t = 1_000, value_name = "N")]
    invoices: u64,
    /// The seed
    #[arg(long, default_value_t = 1, value_name = "N")]
    seed: u64,
    /// How many entities (default: by size)
    #[arg(long, value_name = "N")]
    entities: Option<u32>,
    /// What the GL detail covers
    #[arg(long, default_value = "all", value_name = "SCOPE")]
    gl: Scope,
    /// How many cases of each cause of unapplied cash, deduction and bank difference (default: by size)
    #[arg(long, value_name = "N")]
    cash: Option<u64>,
    /// Leave out bank, remittances and cash cases
    #[arg(long, conflicts_with = "cash")]
    no_cash: bool,
    /// Write nothing: compare this run's results with the truth in DIR
    #[arg(long, value_name = "RUN", conflicts_with_all = ["invoices", "seed", "entities", "gl", "cash", "no_cash"])]
    score: Option<PathBuf>,
    /// How the score is printed
    #[arg(long, value_name = "FORMAT", requires = "score")]
    format: Option<Format>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Scope {
    /// All history
    All,
    /// The period alone; the trial balance carries the rest
    Period,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    if let Some(run) = &args.score {
        return print_score(&demo::score::score(&args.dir, run)?, args.format, ui);
    }
    let mut options = Options::new(args.invoices, args.seed);
    options.cash = if args.no_cash { None } else { args.cash.or(options.cash) };
    if let Some(entities) = args.entities {
        options.entities = entities;
    }
    options.gl = match args.gl {
        Scope::All => Gl::All,
        Scope::Period => Gl::Period,
    };
    let total = args.invoices;
    let summary = ui.with_progress(|progress| {
        demo::write_observed(&options, &args.dir, &mut |done| progress(&format!("{done} of {total} invoices")))
    })?;
    let (documents, lines) = (print::count(summary.documents as i64), print::count(summary.gl_lines as i64));
    ui.say(&format!(
        "{documents} AR documents, {lines} GL lines, {} planted breaks (truth/breaks.csv)",
        summary.breaks
    ));
    if options.cash.is_some() {
        ui.say(&format!(
            "{} bank lines with {} planted differences, {} labelled receipts (truth/receipts.csv)",
            print::count(summary.bank_lines as i64),
            summary.bank_breaks,
            summary.receipts
        ));
    }
    ui.say(&format!("Next: tieout close {}", args.dir.display()));
    Ok(ExitCode::SUCCESS)
}

/// Prints a score: a line for each status, rule and cause.
fn print_score(lines: &[Line], format: Option<Format>, ui: &Ui) -> Result<ExitCode> {
    let names = ["what", "name", "planted", "found", "right", "precision", "recall"];
    let mut columns: Vec<Column> =
        names.iter().map(|name| Column::new(if COUNTS.contains(name) { Kind::Int } else { Kind::Text })).collect();
    for line in lines {
        let [precision, recall] = [line.precision(), line.recall()].map(|share| share.map(percent).unwrap_or_default());
        let planted = line.planted.map_or(Cell::Null, |planted| Cell::count(planted as usize));
        let cells = [
            Cell::text(line.what),
            Cell::text(&line.name),
            planted,
            Cell::count(line.found as usize),
            Cell::count(line.right as usize),
            Cell::text(&precision),
            Cell::text(&recall),
        ];
        columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
    }
    let columns = names.iter().zip(columns).map(|(name, column)| {
        let kind = if COUNTS.contains(name) { Kind::Int } else { Kind::Text };
        ((*name).to_owned(), kind, column)
    });
    print::grid(&Grid::of_columns(columns.collect()), format, ui)?;
    Ok(ExitCode::SUCCESS)
}
