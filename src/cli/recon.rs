//! `tieout recon`: one reconciliation alone, printed.

use super::{FailOn, Format, Ui, cash, close, folder, print};
use crate::close::Part;
use crate::diag::Result;
use crate::model::Table;
use crate::report::grid::Grid;
use crate::report::query::Tables;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run one reconciliation alone and print its items; nothing is written
///
/// Example: tieout recon gl sample-data/harbor-2026-10 --format csv; tieout recon cash sample-data/harbor-2026-10
#[derive(clap::Args)]
pub struct Args {
    /// Which one
    kind: Kind,
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// How rows are printed
    #[arg(long, value_name = "FORMAT")]
    format: Option<Format>,
    /// Exit with 1 if this holds (can be repeated)
    #[arg(long, value_name = "CONDITION")]
    fail_on: Vec<FailOn>,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum Kind {
    /// The AR subledger against the GL control accounts
    Gl,
    /// The cash accounts against the bank statements
    Bank,
    /// Receipts that are not applied: what each is for, and why it is open
    Cash,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let part = match args.kind {
        Kind::Gl => Part::Gl,
        Kind::Bank => Part::Bank,
        // What a receipt is for depends on every other side.
        Kind::Cash => Part::All,
    };
    let config = ui.config(&folder(args.dir.as_ref()))?;
    let run = ui.worked_out_part(config, None, part)?;
    ui.findings(&run.findings);
    let (summary, table, short) = match args.kind {
        Kind::Gl | Kind::Bank => {
            (print::reconciliations(&run, ui), "reconciling_items", print::items as fn(&Table) -> String)
        }
        Kind::Cash => (cash::summary(&run), "unapplied", cash::receipts as fn(&Table) -> String),
    };
    ui.say(&summary);
    if let Some(rows) = run.table(table) {
        let shown = matches!(args.format, None | Some(Format::Table)) && ui.out.is_none();
        if shown {
            print::to_stdout(format!("{}\n", short(&rows)).as_bytes())?;
        } else {
            print::grid(&Grid::of_table(&rows), args.format, ui)?;
        }
    }
    Ok(close::exit_status(&run, &args.fail_on))
}
