//! Writes a run: data files, the workpaper and the manifest, staged and then renamed into place.

use super::memory::MEMORY;
use super::register::findings_table;
use super::{Clock, Options, Run, asked_for, library, run_facts, templates};
use crate::diag::{Finding, Problem, Result};
use crate::model::Table;
use crate::reconcile::results::{self, FINDINGS, KPIS};
use crate::report::charts::{self, ChartFacts};
use crate::report::grid::Grid;
use crate::report::query::{Library, Tables};
use crate::report::template::Book;
use crate::report::{star, workpaper};
use crate::write::charts::Pencil;
use crate::write::manifest::{Check, Manifest, ResultFile, Step};
use crate::write::staging::{Staging, replace_file};
use crate::write::{csv, parquet, sha256, xlsx};
use rayon::prelude::*;
use std::io::BufWriter;
use std::path::PathBuf;
use std::sync::Arc;

/// Writes everything, all of it or nothing.
pub(super) fn publish(run: &mut Run, options: &Options<'_>) -> Result<PathBuf> {
    let mut clock = Clock::new(options.progress);
    clock.step("write workpaper and data");
    let staging = Staging::new(&run.out)?;
    let queries = library(&run.config.folder)?;
    // The canonical tables that no sheet asks for are the largest by far.
    let asked = asked_for(&run.config.folder)?;
    run.tables.retain(|name, _| asked.contains(*name) || results::ALL.iter().any(|def| def.name == *name));
    let tables: Vec<Arc<Table>> = results::ALL.iter().filter_map(|def| run.table(def.name)).collect();
    let (findings, others): (Vec<_>, Vec<_>) = tables.into_iter().partition(|table| table.def.name == FINDINGS.name);
    let shared: &Run = run;
    let pool = beside_the_workbook(options.threads)?;
    // The workbook takes longest. It has a thread of its own: one of the pool would take up the writing of a large
    // table while it waits for a query, and the workbook would wait for that table. The same holds for the charts.
    let (workbook, leadership, drawn, star, data) = std::thread::scope(|scope| {
        let workbook = scope.spawn(|| write_workbook(shared, Book::Workpaper, &queries, &staging));
        let leadership = scope.spawn(|| write_workbook(shared, Book::Kpi, &queries, &staging));
        let star = scope.spawn(|| write_star(shared, &queries, &staging));
        let drawn = scope.spawn(|| draw_charts(shared, &queries, &staging));
        let data =
            pool.install(|| others.par_iter().map(|table| write_table(&staging, table)).collect::<Result<Vec<_>>>());
        let workbook = workbook.join().unwrap_or_else(|_| Err(broken_off("workbook")));
        let drawn = drawn.join().unwrap_or_else(|_| Err(broken_off("charts")));
        let leadership = leadership.join().unwrap_or_else(|_| Err(broken_off("KPI workbook")));
        (workbook, leadership, drawn, star.join().unwrap_or_else(|_| Err(broken_off("star schema"))), data)
    });
    let mut files: Vec<ResultFile> = data?.into_iter().flatten().collect();
    let (workbook, mut said) = workbook?;
    files.extend(workbook);
    let (leadership, about_it) = leadership?;
    files.extend(leadership);
    said.extend(about_it);
    let (drawn, without) = drawn?;
    files.extend(drawn);
    files.extend(star?);
    said.extend(without);
    // What is said about the workbook is known once it is written: the findings come last.
    if !findings.is_empty() {
        run.findings.extend(said);
        let table = Arc::new(findings_table(&mut run.findings));
        files.extend(write_table(&staging, &table)?);
        run.tables.insert(FINDINGS.name, table);
    }
    run.steps.extend(clock.steps());
    let seconds = run.started.elapsed().as_secs_f64();
    let mut manifest = manifest(run, files, seconds);
    staging.write(crate::write::staging::MANIFEST, &manifest.to_json()?)?;
    staging.commit()?;
    if let Some(text) = &run.memory {
        let path = run.config.folder.join(MEMORY);
        replace_file(&path, text.as_bytes()).map_err(|error| Problem::machine("T5004", MEMORY, &error))?;
    }
    Ok(run.out.clone())
}

/// The threads that write the data files: one less than may work, as the workbook, which takes longest, has one.
fn beside_the_workbook(threads: usize) -> Result<rayon::ThreadPool> {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(threads.saturating_sub(1).max(1)).build();
    pool.map_err(|error| Problem::machine("T5004", "data", &std::io::Error::other(error)))
}

fn broken_off(what: &str) -> Problem {
    Problem::internal(format!("the writing of the {what} broke off"))
}

/// A workbook, and what is to be said about it. A run without KPIs has none of them.
fn write_workbook(
    run: &Run,
    book: Book,
    queries: &Library,
    staging: &Staging,
) -> Result<(Option<ResultFile>, Vec<Finding>)> {
    let measured = run.table(KPIS.name).is_some_and(|table| !table.is_empty());
    if book == Book::Kpi && !measured {
        return Ok((None, Vec::new()));
    }
    let layout = templates(&run.config.folder, book)?;
    let mut workbook = workpaper::build(&run_facts(run), run, queries, &layout)?;
    let file = xlsx::write(&workbook)?;
    staging.write(book.file(), &file.bytes)?;
    let said: Vec<Finding> = workbook.findings.drain(..).chain(file.findings).collect();
    Ok((Some(ResultFile::bytes(book.file(), &file.bytes)), said))
}

/// The charts as SVG and PNG, and why others were not drawn.
fn draw_charts(run: &Run, queries: &Library, staging: &Staging) -> Result<(Vec<ResultFile>, Vec<Finding>)> {
    if !run.config.charts.enabled {
        return Ok((Vec::new(), Vec::new()));
    }
    let facts = run_facts(run);
    let facts = ChartFacts { close_name: facts.close_name, period_end: facts.period_end, buckets: facts.buckets };
    let formed = charts::build(&facts, run, queries)?;
    let pencil = Pencil::new()?;
    let draw = |chart: &charts::Chart| -> Result<[ResultFile; 2]> {
        let drawn = pencil.draw(chart)?;
        let (svg, png) = (format!("charts/{}.svg", chart.name), format!("charts/{}.png", chart.name));
        staging.write(&svg, &drawn.svg)?;
        staging.write(&png, &drawn.png)?;
        Ok([ResultFile::bytes(svg, &drawn.svg), ResultFile::bytes(png, &drawn.png)])
    };
    let files = formed.charts.par_iter().map(draw).collect::<Result<Vec<_>>>()?;
    Ok((files.into_iter().flatten().collect(), formed.findings))
}

/// The facts and dimensions of the star schema.
fn write_star(run: &Run, queries: &Library, staging: &Staging) -> Result<Vec<ResultFile>> {
    let mut files = Vec::new();
    star::each(run.config.period_end(), &run.buckets, run, queries, |name, grid| {
        files.extend(write_grid(staging, &format!("star/{name}"), &grid)?);
        Ok(())
    })?;
    Ok(files)
}

/// One result as CSV and as Parquet: the same rows.
fn write_table(staging: &Staging, table: &Arc<Table>) -> Result<Vec<ResultFile>> {
    write_grid(staging, table.def.name, &Grid::of_table(table))
}

fn write_grid(staging: &Staging, name: &str, grid: &Grid) -> Result<Vec<ResultFile>> {
    let (as_csv, as_parquet) = (format!("data/{name}.csv"), format!("data/{name}.parquet"));
    let (text, columns) = rayon::join(
        || {
            let file = BufWriter::with_capacity(1 << 20, staging.create(&as_csv)?);
            csv::write(grid, 2, file).map_err(|error| staging.failed(&as_csv, &error))
        },
        || {
            let file = BufWriter::with_capacity(1 << 20, staging.create(&as_parquet)?);
            parquet::write(grid, file).map_err(|error| staging.failed(&as_parquet, &error))
        },
    );
    Ok(vec![ResultFile::table(as_csv.clone(), text?), ResultFile::table(as_parquet.clone(), columns?)])
}

pub(super) fn manifest(run: &Run, results: Vec<ResultFile>, seconds: f64) -> Manifest {
    let config = &run.config;
    let mut steps: Vec<Step> =
        run.steps.iter().map(|(step, seconds)| Step { step: step.clone(), seconds: *seconds }).collect();
    steps.push(Step { step: "total".to_owned(), seconds });
    let checks = run.tables.get("checks").map(|table| {
        let text = |name: &str, row: usize| table.column(name).cell(row).plain();
        (0..table.len())
            .map(|row| Check {
                check: text("check", row),
                left: text("left", row),
                right: text("right", row),
                outcome: text("outcome", row),
            })
            .collect()
    });
    Manifest {
        tieout_version: env!("CARGO_PKG_VERSION").to_owned(),
        close: config.close.name.clone(),
        period: config.period_end().period().to_string(),
        period_end: config.period_end().to_string(),
        currency: config.close.currency.clone(),
        configuration: config.text.clone(),
        configuration_sha256: sha256(config.text.as_bytes()),
        sources: run.sources.clone(),
        results,
        checks: checks.unwrap_or_default(),
        elapsed_seconds: steps,
    }
}
