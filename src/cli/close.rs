//! `tieout close`: the main job.

use super::{FailOn, Ui, cash, environment, folder, print};
use crate::close::{self, Options, Run};
use crate::config::Config;
use crate::diag::Result;
use crate::model::words::counted;
use crate::model::{Cell, Table};
use crate::report::query::Tables;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Run the close: load, reconcile, age, write the workpaper and the data files
///
/// Reads close.toml in DIR, loads every source, ties each control account, explains each variance by document and
/// writes workpaper.xlsx, kpi.xlsx, charts/*, data/*.csv, data/*.parquet and run.json under out/<period>. An earlier
/// run of the same period is replaced as a whole; what was typed into its workbook is read back first.
///
/// Example: tieout close sample-data/harbor-2026-10
#[derive(clap::Args)]
pub struct Args {
    /// The folder that holds close.toml (default: this one)
    dir: Option<PathBuf>,
    /// Exit with 1 if this holds (can be repeated)
    #[arg(long, value_name = "CONDITION")]
    fail_on: Vec<FailOn>,
    /// Draw no charts, as [charts] enabled = false does
    #[arg(long)]
    no_charts: bool,
}

/// Runs the verb.
pub(crate) fn run(args: &Args, ui: &Ui) -> Result<ExitCode> {
    let mut config = Config::read(&folder(args.dir.as_ref()))?;
    config.charts.enabled &= !args.no_charts;
    let (run, written) = ui.with_progress(|progress| {
        let options = Options {
            threads: ui.threads,
            out: ui.out.clone(),
            as_of: None,
            every_column: false,
            progress,
            environment: &environment,
        };
        let mut run = close::work_out(config, &options)?;
        let written = close::publish(&mut run, &options)?;
        Ok((run, written))
    })?;
    headings(&run, ui);
    ui.findings(&run.findings);
    summary(&run, &written, ui);
    Ok(exit_status(&run, &args.fail_on))
}

/// 1 where a condition holds that the caller wants to fail on.
pub(crate) fn exit_status(run: &Run, conditions: &[FailOn]) -> ExitCode {
    let rows = |table: &str| run.table(table).map_or(0, |table| table.len());
    let any = |column: &str, test: &dyn Fn(Cell<'_>) -> bool| {
        run.table("reconciliations")
            .is_some_and(|table| (0..table.len()).any(|row| test(table.column(column).cell(row))))
    };
    let holds = conditions.iter().any(|condition| match condition {
        FailOn::Unexplained => any("unexplained", &|cell| !matches!(cell, Cell::Money(money) if money.is_zero())),
        FailOn::Rejects => rows("rejects") > 0,
        FailOn::Checks => run.checks.iter().any(|check| check.outcome() == "fail"),
        FailOn::Open => any("status", &|cell| cell == Cell::Text("open")),
    });
    if holds { ExitCode::from(1) } else { ExitCode::SUCCESS }
}

/// With `-v`: what each heading was taken for.
fn headings(run: &Run, ui: &Ui) {
    for taken in &run.taken {
        ui.say_more(&format!("{}: {} by profile {}", taken.source, taken.table, taken.profile));
        for (column, heading) in &taken.columns {
            ui.say_more(&format!("  {column:<24} \"{heading}\""));
        }
    }
}

/// One screen: status per reconciliation, items by cause, what was left aside, where the files are.
fn summary(run: &Run, written: &Path, ui: &Ui) {
    let config = &run.config;
    let name = if config.close.name.is_empty() { "Close" } else { &config.close.name };
    ui.say(&format!("\n{}  period {} to {}\n", ui.paint(name, "1"), config.period_start(), config.period_end()));
    ui.say(&print::reconciliations(run, ui));
    for text in print::limitations(run) {
        ui.say(&ui.paint(&text, "1;31"));
    }
    let causes = print::causes(run);
    if !causes.is_empty() {
        ui.say(&format!("\nReconciling items by cause\n{causes}"));
    }
    let cash = cash::summary(run);
    if !cash.is_empty() {
        ui.say(&format!("\n{}", cash.trim_end()));
    }
    // The prior run's items are no rows of this period; they are told beside it.
    let own: Vec<usize> = run.table("sources").map_or_else(Vec::new, |table| {
        (0..table.len()).filter(|row| table.text("profile").get(*row) != "prior run").collect()
    });
    let sum = |column: &str| -> i64 {
        let ints = |table: &Table| own.iter().map(|row| table.ints(column)[*row]).filter(|n| *n > 0).sum();
        run.table("sources").map_or(0, |table| ints(&table))
    };
    let sources = own.len();
    if let Some((period, items)) = &run.prior {
        ui.say(&format!("\nPrior run {period}: {}", counted(*items, "item")));
    }
    ui.say(&format!(
        "\n{} rows read from {}: {} loaded, {} left out, {} rejected",
        print::count(sum("rows_read")),
        counted(sources, "source"),
        print::count(sum("rows_loaded")),
        print::count(sum("rows_left_out")),
        print::count(sum("rows_rejected"))
    ));
    let outcome = |wanted: &str| run.checks.iter().filter(|check| check.outcome() == wanted).count();
    let failed = outcome("fail");
    let checks =
        format!("{} checks passed, {failed} failed, {} not testable", outcome("pass"), outcome("not testable"));
    ui.say(&if failed > 0 { ui.paint(&checks, "1;31") } else { checks });
    if sum("rows_rejected") > 0 {
        ui.say(
            &ui.paint(
                "Rows were rejected: see data/rejects.csv or the Rejects sheet before relying on a figure",
                "1;31",
            ),
        );
    }
    ui.say(&format!("\nWorkpaper  {}", print::path(&written.join("workpaper.xlsx"))));
    for (name, file) in [("KPIs", "kpi.xlsx"), ("Data", "data"), ("Charts", "charts")] {
        let path = written.join(file);
        if path.exists() {
            ui.say(&format!("{name:<9}  {}", print::path(&path)));
        }
    }
}
