//! The query library: small SQL files that ask, over the canonical and result tables.
//!
//! A query is one SELECT with a header that states its name, question, inputs and output columns. The built-in
//! ones are compiled in; a folder `queries/` beside `close.toml` overrides them by name or adds to them.

mod builtin;
mod frame;
mod header;
mod sql;

use super::grid::Grid;
use crate::diag::{Place, Problem, Result};
use crate::model::{Kind, Table};
use crate::{normalise, reconcile};
use polars::prelude::{IntoLazy, LazyFrame, PolarsError};
use polars::sql::SQLContext;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The tables that a run has, for queries and templates.
pub trait Tables {
    /// The table of a name, if the run has it.
    fn table(&self, name: &str) -> Option<Arc<Table>>;
    /// The names of all tables.
    fn names(&self) -> Vec<&'static str>;
    /// The names of the run's sources, by the number that `SourceRow::source` holds.
    fn sources(&self) -> &[String];
}

/// A column that a query promises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutputColumn {
    /// Its name.
    pub name: String,
    /// Its type.
    pub kind: Kind,
}

/// One query.
#[derive(Clone, Debug)]
pub struct Query {
    /// Its name: also its path below `queries/`, without `.sql`.
    pub name: String,
    /// What it answers, in one sentence.
    pub question: String,
    /// The tables it reads.
    pub inputs: Vec<String>,
    /// The columns it gives.
    pub output: Vec<OutputColumn>,
    /// The SQL, header included.
    pub text: String,
    /// Where it came from: a file, or `built-in`.
    pub origin: String,
}

/// All queries of a run, by name.
#[derive(Clone, Debug, Default)]
pub struct Library {
    queries: BTreeMap<String, Query>,
}

impl Library {
    /// The built-in queries.
    ///
    /// # Errors
    /// Only where a built-in query is faulty, which a test rules out.
    pub fn built_in() -> Result<Library> {
        let mut library = Library::default();
        for (name, text) in builtin::ALL {
            library.add(Query::parse(text, name, "built-in")?);
        }
        Ok(library)
    }

    /// The built-in queries and those of a project's `queries/` folder, which win where names are equal.
    /// A folder that is not there is an empty one; files `left_out` are something else.
    ///
    /// # Errors
    /// T4001 and T4002 for a faulty file; a file that cannot be read is the machine's fault.
    pub fn with_folder(folder: &Path, left_out: &[PathBuf]) -> Result<Library> {
        let mut library = Library::built_in()?;
        for (name, path) in super::project_files(folder, "sql")? {
            if left_out.contains(&path) {
                continue;
            }
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Problem::machine("T4001", path.display().to_string(), &error))?;
            library.add(Query::parse(&text, &name, &path.display().to_string())?);
        }
        Ok(library)
    }

    fn add(&mut self, query: Query) {
        self.queries.insert(query.name.clone(), query);
    }

    /// The query of a name.
    ///
    /// # Errors
    /// T4004 where there is none, with the nearest name.
    pub fn get(&self, name: &str) -> Result<&Query> {
        self.queries.get(name).ok_or_else(|| {
            let known = self.queries.keys().map(String::as_str);
            let remedy = super::did_you_mean(name, known).unwrap_or_else(|| "see `tieout query --list`".to_owned());
            Problem::input("T4004", Place::default(), format!("there is no query {name:?}"), remedy)
        })
    }

    /// Every query, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Query> {
        self.queries.values()
    }
}

impl Query {
    /// Reads and checks a query file. `name` is what its path says; `origin` is named in messages.
    ///
    /// # Errors
    /// T4001 for a header that is incomplete, T4002 for anything but one SELECT with an ORDER BY.
    pub fn parse(text: &str, name: &str, origin: &str) -> Result<Query> {
        let header = header::parse(text, name, origin)?;
        sql::check(text, origin)?;
        Ok(Query {
            name: header.name,
            question: header.question,
            inputs: header.inputs,
            output: header.output,
            text: text.to_owned(),
            origin: origin.to_owned(),
        })
    }

    /// The names of the tables that the query reads.
    pub fn tables(&self) -> Vec<String> {
        sql::tables(&sql::tokens(&self.text))
    }

    /// Runs the query and checks that what comes out is what its header promises.
    ///
    /// # Errors
    /// T4003 to T4006: see the catalogue.
    pub fn run(&self, tables: &dyn Tables) -> Result<Grid> {
        execute(&self.text, tables, &self.origin, Some(&self.output))
    }
}

/// Runs SQL that has no header (`tieout query -e`). The columns have the types that come out; a binary float is
/// refused here as well.
///
/// # Errors
/// T4002 to T4006: see the catalogue. An ORDER BY is asked for, so that the same question gives the same rows.
pub fn run_sql(text: &str, tables: &dyn Tables) -> Result<Grid> {
    sql::check(text, "-e")?;
    execute(text, tables, "-e", None)
}

fn execute(text: &str, tables: &dyn Tables, origin: &str, declared: Option<&[OutputColumn]>) -> Result<Grid> {
    let tokens = sql::tokens(text);
    let mut context = SQLContext::new();
    let mut known = Vec::new();
    for name in sql::tables(&tokens) {
        let table = match tables.table(&name).or_else(|| empty(&name)) {
            Some(table) => table,
            None => {
                let names = tables.names();
                let remedy = super::did_you_mean(&name, names.iter().copied())
                    .unwrap_or_else(|| format!("the tables are: {}", names.join(", ")));
                let message = format!("the query reads {name:?}, which is no table of a close");
                return Err(Problem::input("T4004", Place::file(origin), message, remedy));
            }
        };
        let wanted = sql::Wanted::of(&tokens);
        let frame = frame::of_table(&table, tables.sources(), &wanted).map_err(|error| failed(&error, origin, &[]))?;
        known.extend(frame::column_names(&table));
        context.register(&name, frame.lazy());
    }
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let result = with_room(move || context.execute(text).and_then(|frame| plainly(frame).collect()), origin)?;
    let result = result.map_err(|error| failed(&error, origin, &known))?;
    frame::to_grid(&result, declared, origin)
}

/// Room for the engine's recursion over a query's plan, which has each common part as often as it is named.
const STACK: usize = 32 << 20;

/// Does some work on a thread with room: how deep a query may be must not depend on who asks it.
fn with_room<T: Send>(work: impl FnOnce() -> T + Send, origin: &str) -> Result<T> {
    std::thread::scope(|scope| {
        let started = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let running = started.map_err(|error| Problem::machine("T4003", origin.to_owned(), &error))?;
        Ok(running.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

/// Without pushing columns and limits down to the tables: frames hold only the columns that a query names, so it gains
/// little, and polars 0.55 miscounts rows by it. A cross join with a one-row sum of which no column is asked for
/// gave a row for each that was summed (pola-rs/polars#28729), as did a count beside a first value (#27820).
fn plainly(frame: LazyFrame) -> LazyFrame {
    frame.with_projection_pushdown(false).with_slice_pushdown(false)
}

/// A canonical or result table that this run does not have is an empty one: the query then finds nothing.
fn empty(name: &str) -> Option<Arc<Table>> {
    let result = reconcile::results::ALL.iter().copied().find(|def| def.name == name);
    normalise::tables::find(name).or(result).map(|def| Arc::new(Table::new(def)))
}

fn failed(error: &PolarsError, origin: &str, columns: &[&str]) -> Problem {
    let (message, remedy) = match error {
        PolarsError::ColumnNotFound(text) => {
            let name = text.split('"').nth(1).unwrap_or(text);
            let name = name.rsplit_once('.').map_or(name, |(_, column)| column);
            let remedy = super::did_you_mean(name, columns.iter().copied())
                .unwrap_or_else(|| format!("the columns are: {}", columns.join(", ")));
            (format!("there is no column {name:?}"), remedy)
        }
        other => (other.to_string(), "see the message; `tieout query --list` shows working queries".to_owned()),
    };
    Problem::input("T4003", Place::file(origin), message, remedy)
}

#[cfg(test)]
mod tests;
