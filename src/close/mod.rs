//! The pipeline as one page: load, normalise, reconcile, report, write. The only place that sees every room.

mod as_of;
mod cash;
mod credit;
mod drift;
mod kpi;
mod letters;
mod loading;
mod measured;
mod memory;
mod overlap;
mod prior;
mod publish;
mod queries;
mod register;
mod statements;
mod titles;
mod typed;

use crate::config::{Basis, Config};
use crate::diag::{Finding, Place, Problem, Result};
use crate::measure::timeline::Timeline;
use crate::model::money::BEYOND;
use crate::model::words::counted;
use crate::model::{Column, Currency, Date, Table};
use crate::reconcile::aging::{Aging, Buckets};
use crate::reconcile::control::Controls;
use crate::reconcile::gl::limits::Given;
use crate::reconcile::gl::{self, Outcome, Terms, rows};
use crate::reconcile::register::{self as items, Tolerance};
use crate::reconcile::results::{ALL, MATCHES, RECONCILIATIONS, RECONCILING_ITEMS};
use crate::reconcile::{Checks, Inputs, bank};
use crate::report::query::{Library, Tables};
use crate::report::star;
use crate::report::template::{Book, Templates};
use crate::report::workpaper::{RunFacts, SignOff};
pub use letters::{Written, letters};
use loading::Loading;
use measured::Measured;
pub(crate) use queries::query;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

/// How a run is to be made, beside its configuration.
pub struct Options<'a> {
    /// How many threads may work.
    pub threads: usize,
    /// Where the run goes, over `close.out`.
    pub out: Option<PathBuf>,
    /// Another last day, for aging as of an earlier date.
    pub as_of: Option<Date>,
    /// Whether every column is kept for queries; otherwise those are let go that neither the close nor a sheet reads.
    pub every_column: bool,
    /// Told of each step as it starts.
    pub progress: &'a dyn Fn(&str),
    /// What a variable of the environment holds: connection strings and drivers of databases.
    pub environment: &'a dyn Fn(&str) -> Option<String>,
}

/// A close that was worked out; nothing is written yet.
pub struct Run {
    /// Its configuration.
    pub config: Config,
    /// The folder that it will be written to.
    pub out: PathBuf,
    /// Every canonical and result table, by name.
    pub tables: BTreeMap<&'static str, Arc<Table>>,
    /// The names of the sources.
    pub source_names: Vec<String>,
    /// What was proved.
    pub checks: Checks,
    /// What was noticed.
    pub findings: Vec<Finding>,
    /// The buckets of the aging.
    pub buckets: Vec<String>,
    /// What each heading of each source was taken for.
    pub taken: Vec<Taken>,
    /// Wall seconds of each step.
    pub steps: Vec<(String, f64)>,
    /// The run whose items were carried into this one: its period, and how many items it had.
    pub prior: Option<(String, usize)>,
    /// Who signed the earlier run of this period.
    signed: Vec<SignOff>,
    sources: Vec<crate::write::manifest::Source>,
    /// The new text of memory.toml, where something is new.
    memory: Option<String>,
    started: Instant,
}

/// How the headings of one source were understood.
pub struct Taken {
    /// The source: file, and sheet of a workbook.
    pub source: String,
    /// The table it fills.
    pub table: &'static str,
    /// The profile it was read under.
    pub profile: String,
    /// Canonical column and heading.
    pub columns: Vec<(String, String)>,
}

impl Tables for Run {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.tables.get(name).cloned()
    }

    fn names(&self) -> Vec<&'static str> {
        self.tables.keys().copied().collect()
    }

    fn sources(&self) -> &[String] {
        &self.source_names
    }
}

/// Which reconciliations are worked out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// All that the close has.
    All,
    /// The subledger against the ledger.
    Gl,
    /// The cash book against the bank.
    Bank,
}

/// Works a close out: loads its sources, reconciles and measures. Writes nothing.
///
/// # Errors
/// When a source is refused, the configuration cannot be meant, or an invariant does not hold.
pub fn work_out(config: Config, options: &Options<'_>) -> Result<Run> {
    work_out_part(config, options, Part::All)
}

/// Works out a part of a close: one of its reconciliations alone.
///
/// # Errors
/// As [`work_out()`], and when the close has no such reconciliation.
pub fn work_out_part(mut config: Config, options: &Options<'_>, part: Part) -> Result<Run> {
    let started = Instant::now();
    if let Some(day) = options.as_of {
        config.close.period_end = crate::config::Day(day);
        config.close.period_start = None;
    }
    let setting = config.setting();
    let out = options.out.clone().unwrap_or_else(|| config.out_folder());
    let mut clock = Clock::new(options.progress);
    let asked = if options.every_column { None } else { Some(asked_for(&config.folder)?) };
    let mut loading = Loading::new(&config, &setting, options, &out)?;
    loading.asked = asked;
    loading.keeps_approvers = config.write_off.is_given;
    let earlier = prior::find(&config, &out)?;
    let drift = earlier.as_ref().and_then(|run| drift::Earlier::read(&run.period, &run.folder));
    loading.load_all(&mut clock, drift.as_ref())?;
    let prior = prior::read(&config, earlier.as_ref(), &mut loading)?;
    let typed = typed::read(&out, Some(config.period_end()), &config.limits())?;
    clock.step("reconcile");
    let functional = loading.functional(&setting)?;
    let inputs = loading.inputs(config.period_start());
    let mut memory = None;
    let given = loading.given();
    let mut results = Results::new(loading.checks(), loading.findings(), &config, prior.as_ref());
    // A close that has bank accounts alone needs no subledger.
    let is_bank_alone = config.control_account.is_empty() && !config.bank.is_empty() && part == Part::All;
    let bank = || (part != Part::Gl).then(|| results.reconcile_bank(&inputs, part)).transpose();
    let banked;
    if part == Part::Bank || is_bank_alone {
        clock.step("reconcile the bank");
        banked = bank()?;
    } else {
        let pairs = config.control_account.iter().map(|account| (account.entity.clone(), account.account.clone()));
        let terms = Terms {
            setting: &setting,
            period_start: config.period_start(),
            rounding_tolerance: config.matching.rounding_tolerance.money().units(),
            prior: prior.as_ref(),
            short_sources: &loading.short_sources(),
            given: &given,
            history_since: (part == Part::All).then(|| Timeline::since(config.period_end())),
        };
        let is_gl_alone = part == Part::Gl || config.bank.is_empty();
        clock.step(if is_gl_alone { "reconcile the ledger" } else { "reconcile the bank and the ledger" });
        // Neither reconciliation needs the other: each leaves cores idle that the other one uses.
        let ledger = || gl::reconcile(&inputs, Controls::new(pairs, &setting)?, &terms, functional);
        let (bank, ledger) = rayon::join(bank, ledger);
        banked = bank?;
        let mut outcome = ledger?;
        clock.step("research cash and measure");
        let research = || match part {
            Part::All => {
                let deposits = cash::deposits(&inputs, &config, banked.as_ref());
                let lines = banked.as_ref().map(|banked| banked.receipt_lines.as_slice()).unwrap_or_default();
                cash::research(&mut results, &inputs, &outcome, &setting, &out, &deposits, lines)
            }
            Part::Gl | Part::Bank => Ok(None),
        };
        let (researched, measured) =
            rayon::join(research, || measured::measure(&config, &inputs, &outcome, part == Part::All));
        memory = researched?;
        let measured = measured?;
        clock.step("form the tables");
        let written_off = (part == Part::All).then(|| credit::written_off(&inputs, &outcome, &setting));
        results.subledger(&mut outcome, measured, &inputs, &typed, earlier.as_ref())?;
        if let Some(written_off) = written_off {
            credit::measure(&mut results, &inputs, &written_off, earlier.as_ref())?;
        }
        let as_of = as_of::findings(&inputs, setting.period_end, &mut results.checks);
        results.findings.extend(as_of);
    }
    if let Some(banked) = banked {
        results.bank(banked, &inputs, &typed, &given, part);
    }
    results.finish(Some(&typed).filter(|_| part == Part::All));
    if part == Part::All {
        clock.step("prove the measures");
        // A sum that no amount can hold is told as such, before a query meets it.
        results.refuse_beyond()?;
        kpi::prove(&mut results)?;
    }
    register::close_the_books(&mut results, &loading);
    results.refuse_beyond()?;
    let buckets = buckets(&config).names();
    let Results { mut tables, checks, findings, .. } = results;
    tables.extend(loading.canonical());
    let (source_names, sources) = (inputs.source_names.clone(), loading.manifest());
    let (taken, steps) = (loading.taken(), clock.steps());
    let prior = prior.map(|prior| (prior.period, prior.items.len()));
    let signed = typed.signed;
    Ok(Run {
        config,
        out,
        tables,
        source_names,
        checks,
        findings,
        buckets,
        taken,
        steps,
        prior,
        signed,
        sources,
        memory,
        started,
    })
}

/// Writes everything that a run writes, all of it or nothing. Returns the folder.
///
/// # Errors
/// When the machine refuses, or the place is taken.
pub fn publish(run: &mut Run, options: &Options<'_>) -> Result<PathBuf> {
    publish::publish(run, options)
}

/// Refuses a file for printed rows that the close itself reads.
///
/// # Errors
/// When the target is close.toml or the file of a source.
pub fn refuse_over_input(config: &Config, target: &Path) -> Result<()> {
    loading::refuse_over_input(config, target)
}

/// The query library of a close folder.
///
/// # Errors
/// When a query of the folder is faulty.
pub fn library(folder: &Path) -> Result<Library> {
    // The queries of sources are asked of a database; they are no reports.
    let sources = Config::read(folder).map(|config| config.source).unwrap_or_default();
    let of_sources: Vec<PathBuf> =
        sources.iter().filter_map(|source| source.sql_file.as_ref()).map(|file| folder.join(file)).collect();
    Library::with_folder(&folder.join("queries"), &of_sources)
}

/// The templates of a close folder for a workbook.
///
/// # Errors
/// When a template of the folder is faulty.
pub fn templates(folder: &Path, book: Book) -> Result<Templates> {
    Templates::with_folder(book, &folder.join("templates").join(book.folder()))
}

/// The tables that the sheets of a close show, or that the queries behind them read.
fn asked_for(folder: &Path) -> Result<BTreeSet<String>> {
    let queries = library(folder)?;
    let mut asked: BTreeSet<String> = star::NAMES_FROM.map(str::to_owned).into();
    for book in Book::ALL {
        for template in templates(folder, book)?.in_order() {
            asked.insert(template.table.clone());
            if !template.query.is_empty() {
                asked.extend(queries.get(&template.query)?.tables());
            }
        }
    }
    Ok(asked)
}

/// The result tables as they come together.
pub(crate) struct Results<'a> {
    pub(crate) tables: BTreeMap<&'static str, Arc<Table>>,
    pub(crate) checks: Checks,
    pub(crate) findings: Vec<Finding>,
    config: &'a Config,
    prior: Option<&'a gl::opening::Prior>,
    reconciliations: Table,
    items: Table,
    matches: Table,
    /// The answers of cash research as matches: they stand behind those of the reconciliations.
    answers: Table,
}

impl<'a> Results<'a> {
    fn new(
        checks: Checks,
        findings: Vec<Finding>,
        config: &'a Config,
        prior: Option<&'a gl::opening::Prior>,
    ) -> Results<'a> {
        Results {
            tables: BTreeMap::new(),
            checks,
            findings,
            config,
            prior,
            reconciliations: Table::new(&RECONCILIATIONS),
            items: Table::new(&RECONCILING_ITEMS),
            matches: Table::new(&MATCHES),
            answers: Table::new(&MATCHES),
        }
    }

    fn put(&mut self, table: Table) {
        self.tables.insert(table.def.name, Arc::new(table));
    }

    /// A total beyond what an amount can hold is never shown as another figure (bad-inputs 65).
    fn refuse_beyond(&self) -> Result<()> {
        let columns = self
            .tables
            .values()
            .flat_map(|table| table.def.columns.iter().zip(&table.columns).map(move |c| (table, c)));
        for (table, (def, column)) in columns {
            if matches!(column, Column::Money(cells) if cells.iter().any(|units| *units == BEYOND)) {
                let (name, column) = (table.def.name, def.name);
                return Err(Problem::input(
                    "T2105",
                    Place::default(),
                    format!("amounts add up to more than can be carried exactly ({column} of {name})"),
                    "look for amounts that are far too large; tieout inspect shows the largest of each column",
                ));
            }
        }
        Ok(())
    }

    /// The tables of the subledger against the ledger.
    fn subledger(
        &mut self,
        outcome: &mut Outcome,
        measured: Measured,
        inputs: &Inputs,
        typed: &typed::TypedItems,
        earlier: Option<&prior::Run>,
    ) -> Result<()> {
        let Measured { aged, rolled_forward: (rolled, footed), rolled_back, diverged, ledger, kpis } = measured;
        kpis.into_iter().chain([rolled, diverged, rolled_back]).for_each(|table| self.put(table));
        let start = self.config.period_start();
        let continued = earlier.zip(self.prior).map(|prior| prior::continuity::check(outcome, inputs, prior, start));
        let continued = continued.unwrap_or_default();
        // The documents are the largest of the tables: they come when the others are done and need their rows no more.
        outcome.let_go_of_rows(inputs);
        self.put(rows::documents(outcome, inputs));
        let (tolerance, table) = (self.tolerance(), &mut self.reconciliations);
        rows::reconciliations(outcome, tolerance, self.prior, &continued.broken, table);
        let listed = rows::listed(outcome);
        items::push_items(&mut self.items, &listed, inputs, self.config.period_end(), self.prior, &typed.by_key);
        rows::matches(outcome, &mut self.matches);
        self.checks.extend(outcome.checks.iter().cloned());
        self.checks.extend(footed);
        self.findings.extend(outcome.findings.iter().cloned());
        self.checks.extend(continued.checks);
        self.findings.extend(continued.findings);
        self.findings.extend(aged.findings(self.config.period_end()));
        self.aging(aged, outcome)?;
        self.ledger(ledger);
        Ok(())
    }

    /// The cash book against the bank.
    fn reconcile_bank(&self, inputs: &Inputs, part: Part) -> Result<bank::Outcome> {
        let config = self.config;
        if config.bank.is_empty() && part == Part::Bank {
            return Err(Problem::input(
                "T3410",
                Place::file(crate::config::FILE_NAME),
                "the close names no bank account",
                "add [[bank]] with bank_account (as the statements write it), entity and account (its cash account)",
            ));
        }
        let setting = config.setting();
        let holidays: Vec<Date> = config.matching.holidays.iter().map(|day| day.0).collect();
        let terms = bank::Terms {
            setting: &setting,
            period_start: config.period_start(),
            window: config.matching.window(),
            holidays: &holidays,
            prior: self.prior,
        };
        let mappings =
            config.bank.iter().map(|bank| (bank.bank_account.clone(), bank.entity.clone(), bank.account.clone()));
        bank::reconcile(inputs, mappings, &terms)
    }

    /// The tables of the cash book against the bank. Printed alone, the matches are not asked for.
    fn bank(&mut self, outcome: bank::Outcome, inputs: &Inputs, typed: &typed::TypedItems, given: &Given, part: Part) {
        bank::rows::reconciliations(&outcome, self.tolerance(), given, self.prior, &mut self.reconciliations);
        let listed = bank::rows::listed(&outcome);
        items::push_items(&mut self.items, &listed, inputs, self.config.period_end(), self.prior, &typed.by_key);
        if part != Part::Bank {
            bank::rows::matches(&outcome, inputs, &mut self.matches);
        }
        self.checks.extend(outcome.checks);
        self.findings.extend(outcome.findings);
    }

    fn tolerance(&self) -> Tolerance {
        let materiality = &self.config.close.materiality;
        Tolerance {
            amount: materiality.amount.map(|amount| amount.money()),
            percent: materiality.percent.map(|percent| percent.0),
        }
    }

    /// Puts the tables of all reconciliations in place; those that nothing filled are empty. Of a part alone nobody can
    /// say which items are gone.
    fn finish(&mut self, typed: Option<&typed::TypedItems>) {
        self.findings.extend(typed.into_iter().flat_map(|typed| typed.without_item(&self.items)));
        if let (Some(_), Some(prior)) = (typed, self.prior) {
            self.findings.extend(prior::cleared(prior, &self.items, &self.reconciliations));
        }
        self.matches.append(&self.answers);
        for def in [&RECONCILIATIONS, &RECONCILING_ITEMS, &MATCHES] {
            let own = [&mut self.reconciliations, &mut self.items, &mut self.matches];
            let table = own.into_iter().find(|table| table.def.name == def.name);
            let table = table.map_or_else(|| Table::new(def), |table| std::mem::replace(table, Table::new(def)));
            self.put(table);
        }
        for def in ALL {
            self.tables.entry(def.name).or_insert_with(|| Arc::new(Table::new(def)));
        }
    }

    fn aging(&mut self, aged: Aging, outcome: &Outcome) -> Result<()> {
        for ((control, total), figures) in outcome.controls.list.iter().zip(&aged.totals).zip(&outcome.figures) {
            if *total != figures.open {
                return Err(Problem::internal(format!("{}: the aging does not foot to the subledger", control.rec_id)));
            }
            let name = format!("{}: aging = subledger balance", control.rec_id);
            self.checks.push(crate::normalise::source::Check::money(name, *total, figures.open));
        }
        self.put(aged.table);
        self.put(aged.open_items);
        Ok(())
    }

    fn ledger(&mut self, (checks, findings): (Checks, Vec<Finding>)) {
        self.checks.extend(checks);
        self.findings.extend(findings);
    }
}

/// The running difference by month.
fn divergence(outcome: &Outcome, inputs: &Inputs) -> Table {
    gl::divergence::table(
        &outcome.controls.list,
        &outcome.figures,
        &outcome.scopes,
        &outcome.subledger,
        &inputs.gl_lines,
        &outcome.line_rec,
        &outcome.items,
    )
}

/// The buckets of the aging.
fn buckets(config: &Config) -> Buckets {
    let basis = match config.aging.basis {
        Basis::DueDate => "due_date",
        Basis::DocumentDate => "document_date",
        Basis::PostingDate => "posting_date",
    };
    Buckets { bounds: config.aging.buckets.clone(), basis, as_of: config.period_end() }
}

/// The facts that the workpaper states.
fn run_facts(run: &Run) -> RunFacts {
    let config = &run.config;
    let currency = Currency::parse(&config.close.currency).unwrap_or(config.setting().currency);
    let name = if config.close.name.is_empty() { "Close" } else { &config.close.name };
    let mut facts = RunFacts::new(name, config.period_start(), config.period_end(), currency);
    facts.configuration_sha256 = crate::write::sha256(config.text.as_bytes());
    facts.buckets.clone_from(&run.buckets);
    facts.detail_rows = config.workpaper.detail_rows;
    facts.prior = run.prior.as_ref().map(|(period, items)| format!("{period}, {}", counted(*items, "item")));
    facts.signed.clone_from(&run.signed);
    facts
}

/// Tells each step and how long it took.
pub(crate) struct Clock<'a> {
    progress: &'a dyn Fn(&str),
    current: Option<(String, Instant)>,
    done: Vec<(String, f64)>,
}

impl<'a> Clock<'a> {
    pub(crate) fn new(progress: &'a dyn Fn(&str)) -> Clock<'a> {
        Clock { progress, current: None, done: Vec::new() }
    }

    pub(crate) fn step(&mut self, name: &str) {
        self.stop();
        (self.progress)(name);
        self.current = Some((name.to_owned(), Instant::now()));
    }

    fn stop(&mut self) {
        if let Some((name, started)) = self.current.take() {
            self.done.push((name, started.elapsed().as_secs_f64()));
        }
    }

    pub(crate) fn steps(mut self) -> Vec<(String, f64)> {
        self.stop();
        self.done
    }
}
