//! Rows of a SQL query, through ADBC: one door of Arrow record batches for every database.
//!
//! A query is asked in a read-only transaction that the database itself confirms. Nothing that arrives as a binary
//! float becomes an amount: PostgreSQL's `numeric` comes as exact text, SQLite's cells are all asked for as text. Row
//! *n* is the *n*-th row of the result.

mod canonical;
mod connection;
mod session;

pub use connection::{Connection, System};

use self::canonical::Canonical;
use self::session::Session;
use super::columnar::{self, next_slice};
use super::raw::{BlockWork, Limits, RawBlock, RawKind, RawSource, SourceFacts, over_limit};
use crate::diag::{Finding, Place, Problem, Result};
use arrow::array::{Array, RecordBatch};
use arrow::datatypes::{DataType, Field};
use std::path::PathBuf;

/// A query to read.
#[derive(Clone, Debug)]
pub struct Query {
    /// Where it is asked.
    pub connection: Connection,
    /// The driver: a shared library, by its full path.
    pub driver: PathBuf,
    /// The query.
    pub sql: String,
    /// Its name in evidence: the file, or the table that it fills.
    pub name: String,
}

impl Query {
    fn place(&self) -> Place {
        Place { file: self.connection.shown.clone(), sheet: self.name.clone(), ..Place::default() }
    }

    /// What the database or its driver said, without any part of the connection string.
    fn problem(&self, code: &'static str, what: &str, message: &str, help: &str) -> Problem {
        Problem::input(code, self.place(), format!("{what}: {}", self.connection.scrub(message)), help)
    }
}

/// Asks a query; its rows are read as they come.
///
/// # Errors
/// T1603 to T1607 when there is no driver, no connection, no read-only transaction, or the query is refused or yields
/// what cannot be read exactly.
pub fn open(query: &Query, limits: &Limits) -> Result<Box<dyn RawSource>> {
    let mut session = Session::open(query)?;
    let asked = session.ask(limits)?;
    let schema = asked.batches.schema();
    check_columns(query, schema.fields(), limits)?;
    let facts = SourceFacts {
        file: query.connection.shown.clone(),
        sheet: query.name.clone(),
        format: query.connection.system.name(),
        whole_columns: asked.whole_columns,
        notes: unordered(query).into_iter().collect(),
        ..SourceFacts::default()
    };
    Ok(Box::new(Rows {
        facts,
        headings: asked.headings,
        batches: Some(asked.batches),
        session,
        query: query.clone(),
        limits: limits.clone(),
        canonical: Canonical::new(&query.sql),
        waiting: None,
        header_is_due: true,
        rows: 0,
    }))
}

/// Without an order the rows, their places and the hash may differ from run to run.
fn unordered(query: &Query) -> Option<Finding> {
    let words: Vec<&str> = query.sql.split_whitespace().collect();
    let ordered =
        words.windows(2).any(|pair| pair[0].eq_ignore_ascii_case("order") && pair[1].eq_ignore_ascii_case("by"));
    let message = "the query has no ORDER BY: rows, their numbers and the hash can differ from run to run";
    (!ordered).then(|| Finding::note("T1609", query.place(), message))
}

fn check_columns(query: &Query, fields: &[std::sync::Arc<Field>], limits: &Limits) -> Result<()> {
    if fields.is_empty() {
        let help = "a source's query is one SELECT; tieout never writes to a database";
        return Err(Problem::input("T1605", query.place(), "the query yields no columns", help));
    }
    if fields.len() > limits.columns {
        return Err(over_limit(query.place(), "columns", fields.len() as u64, limits.columns as u64, "columns"));
    }
    for field in fields {
        if let Some((why, help)) = refusal(field) {
            let message = format!("the column has the type {}, {why}", type_name(field));
            return Err(Problem::input("T1607", query.place().column(field.name()), message, help));
        }
    }
    Ok(())
}

/// The database's own name of a column's type.
fn type_name(field: &Field) -> String {
    let own = ["ADBC:postgresql:typname", "POSTGRESQL:type"].iter().find_map(|key| field.metadata().get(key));
    own.cloned().unwrap_or_else(|| field.data_type().to_string())
}

/// Why values of a column cannot be read exactly, and what to write in the query instead.
fn refusal(field: &Field) -> Option<(&'static str, &'static str)> {
    if field.metadata().get("POSTGRESQL:type").is_some_and(|name| name == "money") {
        return Some((
            "which arrives in its smallest unit and does not say how many decimals that has",
            "cast it in the query: amount::numeric(18,2)",
        ));
    }
    match field.data_type() {
        DataType::Timestamp(_, Some(_)) => Some((
            "a moment whose day depends on the time zone",
            "say which day is meant: (posted_at at time zone 'Europe/Berlin')::date",
        )),
        kind if kind.is_floating() => Some((
            "a binary float, which holds most decimals only nearly",
            "cast it in the query, to numeric(18,2) say; better, store amounts as numeric",
        )),
        kind if !columnar::is_supported(kind) => {
            Some(("which cannot become a cell", "cast it in the query (id::text), or leave it out"))
        }
        _ => None,
    }
}

/// The rows of a query. The batches go before the session that they come from.
struct Rows {
    facts: SourceFacts,
    headings: Vec<String>,
    batches: Option<session::Batches>,
    session: Session,
    query: Query,
    limits: Limits,
    canonical: Canonical,
    waiting: Option<RecordBatch>,
    header_is_due: bool,
    rows: u64,
}

impl Rows {
    fn header(&self) -> RawBlock {
        let mut block = RawBlock::default();
        self.headings.iter().for_each(|heading| block.push_cell(heading, RawKind::Text));
        block.end_row(0);
        block
    }

    fn next_batch(&mut self) -> Result<Option<RecordBatch>> {
        if let Some(batch) = self.waiting.take() {
            return Ok(Some(batch));
        }
        let Some(batches) = &mut self.batches else { return Ok(None) };
        let broke = |what: String, message: &str| {
            let help = "nothing of the result is used; run again, or mend the row that the query stops at";
            self.query.problem("T1606", &what, message, help)
        };
        let after = format!("the result broke off after row {}", self.rows);
        let Some(batch) = batches.next() else { return Ok(None) };
        let batch = batch.map_err(|error| broke(after, &error.to_string()))?;
        // Arrays of a foreign library are taken over unseen: text that is not UTF-8 must not get any further.
        for column in batch.columns() {
            let damaged = format!("a value after row {} is damaged", self.rows);
            column.to_data().validate_full().map_err(|error| broke(damaged, &error.to_string()))?;
        }
        Ok(Some(batch))
    }

    fn next_rows(&mut self) -> Result<Option<RawBlock>> {
        let Some(batch) = self.next_batch()? else { return Ok(None) };
        let (now, rest) = next_slice(batch);
        self.waiting = rest;
        let first = self.rows + 1;
        self.rows += now.num_rows() as u64;
        // A place is a u32, whatever the limit was raised to.
        let limit = self.limits.rows.min(u64::from(u32::MAX) - 1);
        if self.rows > limit {
            return Err(over_limit(self.query.place(), "rows", self.rows, limit, "rows"));
        }
        columnar::to_block(&now, first, &self.query.place(), self.limits.cell_bytes).map(Some)
    }
}

impl RawSource for Rows {
    fn next_block(&mut self) -> Result<Option<BlockWork>> {
        let block = if std::mem::take(&mut self.header_is_due) { Some(self.header()) } else { self.next_rows()? };
        let Some(block) = block else {
            // Closed now: a database must not wait for what is done with its rows.
            self.batches = None;
            self.session.close();
            (self.facts.bytes, self.facts.sha256) = self.canonical.finish();
            return Ok(None);
        };
        // Hashed in the order of the rows, so here and not in the work that threads share.
        self.canonical.add(&block);
        Ok(Some(Box::new(move || Ok(block))))
    }

    fn facts(&self) -> SourceFacts {
        self.facts.clone()
    }
}
