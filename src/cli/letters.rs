//! `tieout letters`: statements of account and dunning letters.

use super::{Ui, environment, folder, print};
use crate::close::{self, Options};
use crate::config::Day;
use crate::diag::{Place, Problem, Result};
use crate::model::money::grouped;
use crate::model::words::counted;
use crate::model::{Date, Table};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;

/// Write customer statements and dunning letters, with the list of who gets which and why; nothing is sent
///
/// Letters are HTML that prints on paper, and plain text, under out/<period>/letters, with letters.csv (who gets which
/// letter or none, and why) and mail_merge.csv. close.toml says who writes and from when on in which tone ([letters]);
/// templates/letters beside it may hold templates of your own. What is in dispute is never dunned.
///
/// Example: tieout letters sample-data/harbor-2026-10
#[derive(clap::Args)]
pub struct Args {
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// The date of the letters (default: [letters] date, else the period end)
    #[arg(long, value_name = "DATE")]
    date: Option<String>,
}

/// The kinds in the order in which they are told.
const KINDS: [&str; 4] = ["reminder", "firm", "final", "none"];

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let mut config = ui.config(&folder(args.dir.as_ref()))?;
    if let Some(text) = args.date.as_deref() {
        let date = Date::parse_iso(text).ok_or_else(|| {
            let message = format!("--date {text} is not a date");
            Problem::input("T9109", Place::default(), message, "write it as 2026-11-05")
        })?;
        config.letters.date = Some(Day(date));
    }
    let (run, written) = ui.with_progress(|progress| {
        let environment = &environment;
        let mut options =
            Options { threads: ui.threads, out: None, as_of: None, every_column: true, progress, environment };
        let run = close::work_out(config, &options)?;
        options.out.clone_from(&ui.out);
        let written = close::letters(&run, &options)?;
        Ok((run, written))
    })?;
    ui.findings(&run.findings);
    ui.say(&summary(&written.list));
    ui.say(&format!(
        "\n{} written, nothing sent\nLetters  {}\nList     {}",
        counted(written.letters, "letter"),
        written.folder.display(),
        written.folder.join("letters.csv").display()
    ));
    Ok(ExitCode::SUCCESS)
}

/// Accounts and amounts by letter and currency; for those without one, why.
fn summary(list: &Table) -> String {
    let text = |name: &str, row: usize| list.text(name).get(row);
    let mut sums: BTreeMap<(usize, &str, &str), (i64, i128)> = BTreeMap::new();
    for row in 0..list.len() {
        let kind = KINDS.iter().position(|kind| *kind == text("letter", row)).unwrap_or(KINDS.len() - 1);
        let column = if text("letter", row) == "none" { "balance" } else { "due_now" };
        let sum = sums.entry((kind, text("reason", row), text("currency", row))).or_default();
        sum.0 += 1;
        sum.1 += i128::from(list.money(column)[row]);
    }
    let mut table = print::plain_table(&["Letter", "Why none", "Accounts", "", "Due now (balance)"]);
    print::right(&mut table, 2);
    print::right(&mut table, 4);
    for ((kind, reason, currency), (accounts, amount)) in sums {
        let reason = reason.replace('_', " ");
        table.add_row([KINDS[kind], &reason, &print::count(accounts), currency, &grouped(amount, 2)]);
    }
    let statements = (0..list.len()).filter(|row| text("statement", *row) == "yes").count();
    format!("{table}\n{} of account", counted(statements, "statement"))
}
