//! `tieout demo`: a labelled synthetic close.

use super::{Ui, print};
use crate::demo::{self, Gl, Options};
use crate::diag::Result;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write a synthetic close of any size, with every planted break labelled in truth/breaks.csv
///
/// The same seed gives the same bytes. Example: tieout demo demo --invoices 10000 --seed 7, then tieout close demo
#[derive(clap::Args)]
pub struct Args {
    /// The folder to write; it must be empty or hold an earlier demo
    dir: PathBuf,
    /// How many invoices, up to 100,000,000
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
    let mut options = Options::new(args.invoices, args.seed);
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
    ui.say(&format!("Next: tieout close {}", args.dir.display()));
    Ok(ExitCode::SUCCESS)
}
