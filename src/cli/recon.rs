//! `tieout recon`: one reconciliation alone, printed.

use super::{FailOn, Format, Ui, close, folder, print};
use crate::diag::Result;
use crate::report::grid::Grid;
use crate::report::query::Tables;
use std::path::PathBuf;
use std::process::ExitCode;

/// Run one reconciliation alone and print its items; nothing is written
///
/// Example: tieout recon gl sample-data/harbor-2026-10 --format csv
#[derive(clap::Args)]
pub struct Args {
    /// Which one: gl
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
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let Kind::Gl = args.kind;
    let config = ui.config(&folder(args.dir.as_ref()))?;
    let run = ui.worked_out(config, None)?;
    ui.findings(&run.findings);
    ui.say(&print::reconciliations(&run, ui));
    print::limitations(&run).iter().for_each(|text| ui.say(&ui.paint(text, "1;31")));
    if let Some(items) = run.table("reconciling_items") {
        let shown = matches!(args.format, None | Some(Format::Table)) && ui.out.is_none();
        if shown {
            print::to_stdout(format!("{}\n", print::items(&items)).as_bytes())?;
        } else {
            print::grid(&Grid::of_table(&items), args.format, ui)?;
        }
    }
    Ok(close::exit_status(&run, &args.fail_on))
}
