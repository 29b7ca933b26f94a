//! One connection with a read-only transaction in it, in the words of each system.

use super::{Query, System};
use crate::diag::{Place, Problem, Result};
use crate::load::raw::{Limits, over_limit};
use adbc_core::error::Error;
use adbc_core::options::{AdbcVersion, OptionConnection, OptionDatabase, OptionStatement, OptionValue};
use adbc_core::{Connection as _, Database as _, Driver as _, Optionable as _, Statement as _};
use adbc_driver_manager::{ManagedConnection, ManagedDriver, ManagedStatement};
use arrow::array::{Array, AsArray, RecordBatch, RecordBatchReader};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Int64Type};

/// The batches of a result.
pub(super) type Batches = Box<dyn RecordBatchReader + Send>;

/// How much of a result PostgreSQL's driver gathers before it hands it over.
const BATCH_BYTES: &str = "4194304";

/// A connection in which a read-only transaction is open.
pub(super) struct Session {
    query: Query,
    statement: Option<ManagedStatement>,
    connection: Option<ManagedConnection>,
}

/// A result that is about to be read.
pub(super) struct Asked {
    /// The names of the columns, as the query gives them.
    pub(super) headings: Vec<String>,
    /// The rows.
    pub(super) batches: Batches,
    /// Columns of SQLite that hold whole numbers, of which only the source can tell what they count.
    pub(super) whole_columns: Vec<usize>,
}

/// What SQLite keeps in a column: the widest class of its cells.
mod class {
    pub(super) const WHOLE: i64 = 1;
    pub(super) const REAL: i64 = 2;
    pub(super) const BLOB: i64 = 3;
}

const SYNTAX: &str = "the query is one SELECT in the database's own SQL; try it in the database's own shell first";

impl Session {
    /// Loads the driver, connects, and opens a transaction that the database confirms to be read-only.
    pub(super) fn open(query: &Query) -> Result<Session> {
        let (system, connection) = (query.connection.system, &query.connection);
        let refused = |error: Error| {
            let help = "check the connection string, that the server runs, and user and password";
            query.problem("T1604", "the database refused the connection", &error.message, help)
        };
        let version = AdbcVersion::V110;
        let mut driver = ManagedDriver::load_dynamic_from_filename(&query.driver, None, version).map_err(|error| {
            Problem::input(
                "T1603",
                Place::file(query.driver.display().to_string()),
                format!("the driver for {} cannot be loaded: {}", system.name(), connection.scrub(&error.message)),
                "install the driver again, for this machine's system and processor; see docs/sql.md",
            )
        })?;
        let uri = (OptionDatabase::Uri, OptionValue::String(connection.secret.clone()));
        let database = driver.new_database_with_opts([uri]).map_err(refused)?;
        let opened = database.new_connection().map_err(refused)?;
        let mut session = Session { query: query.clone(), statement: None, connection: Some(opened) };
        session.make_read_only()?;
        Ok(session)
    }

    fn make_read_only(&mut self) -> Result<()> {
        let query = self.query.clone();
        let (settings, proof): (&[&str], &str) = match query.connection.system {
            System::Postgresql => (
                &[
                    "SET default_transaction_read_only = on",
                    // Every row as of one moment.
                    "SET default_transaction_isolation = 'repeatable read'",
                ],
                "SELECT (current_setting('transaction_read_only') = 'on')::int",
            ),
            System::Sqlite => (&["PRAGMA query_only = on"], "PRAGMA query_only"),
        };
        let not_read_only = |message: &str| {
            let help = "tieout asks nothing of a database that it could change; check the driver's version";
            query.problem("T1608", "no read-only transaction can be had", message, help)
        };
        for setting in settings {
            let done = self.statement(setting).and_then(|mut statement| statement.execute_update());
            done.map_err(|error| not_read_only(&error.message))?;
        }
        if let Some(connection) = &mut self.connection {
            let off = OptionValue::String("false".to_owned());
            let begun = connection.set_option(OptionConnection::AutoCommit, off);
            begun.map_err(|error| not_read_only(&error.message))?;
        }
        match self.whole_numbers(proof) {
            Ok(answer) if answer == [Some(1)] => Ok(()),
            Ok(_) => Err(not_read_only("the database does not confirm it")),
            Err(error) => Err(not_read_only(&error.message)),
        }
    }

    fn statement(&mut self, sql: &str) -> std::result::Result<ManagedStatement, Error> {
        let closed = || Error::with_message_and_status("the connection is closed", adbc_core::error::Status::Internal);
        let mut statement = self.connection.as_mut().ok_or_else(closed)?.new_statement()?;
        statement.set_sql_query(sql)?;
        Ok(statement)
    }

    /// The one row of a query whose columns are all whole numbers.
    fn whole_numbers(&mut self, sql: &str) -> std::result::Result<Vec<Option<i64>>, Error> {
        let failed = |error: arrow::error::ArrowError| {
            Error::with_message_and_status(error.to_string(), adbc_core::error::Status::Internal)
        };
        let mut statement = self.statement(sql)?;
        let mut row = Vec::new();
        for batch in statement.execute()? {
            let batch: RecordBatch = batch.map_err(failed)?;
            for column in batch.columns().iter().filter(|column| column.len() == 1) {
                let numbers = cast(column, &DataType::Int64).map_err(failed)?;
                let numbers = numbers.as_primitive::<Int64Type>();
                row.push(numbers.is_valid(0).then(|| numbers.value(0)));
            }
        }
        Ok(row)
    }

    /// Asks the query itself.
    pub(super) fn ask(&mut self, limits: &Limits) -> Result<Asked> {
        match self.query.connection.system {
            System::Postgresql => self.ask_postgresql(),
            System::Sqlite => self.ask_sqlite(limits),
        }
    }

    fn refused(&self, error: &Error) -> Problem {
        self.query.problem("T1605", "the database refused the query", &error.message, SYNTAX)
    }

    fn batches(&mut self, sql: &str) -> std::result::Result<Batches, Error> {
        let mut statement = self.statement(sql)?;
        if self.query.connection.system == System::Postgresql {
            let key = OptionStatement::Other("adbc.postgresql.batch_size_hint_bytes".to_owned());
            statement.set_option(key, OptionValue::String(BATCH_BYTES.to_owned()))?;
        }
        let batches = statement.execute()?;
        self.statement = Some(statement);
        Ok(batches)
    }

    /// The query to stand in brackets: without the semicolon at its end, and with a line's end behind it, because it
    /// may end in a comment.
    fn body(&self) -> String {
        format!("{}\n", self.query.sql.trim_end().trim_end_matches(';'))
    }

    /// The driver prepares the query, which PostgreSQL does with one statement only, and copies its rows out.
    fn ask_postgresql(&mut self) -> Result<Asked> {
        let sql = self.body();
        let batches = self.batches(&sql).map_err(|error| self.refused(&error))?;
        let headings = batches.schema().fields().iter().map(|field| field.name().clone()).collect();
        Ok(Asked { headings, batches, whole_columns: Vec::new() })
    }

    /// SQLite gives each cell its own type, and the driver would guess one for the column from the first rows. So the
    /// classes of all cells are asked first; then every cell comes as the text that SQLite itself gives it.
    fn ask_sqlite(&mut self, limits: &Limits) -> Result<Asked> {
        let body = format!("(\n{})", self.body());
        let named = self.batches(&format!("SELECT * FROM {body} LIMIT 0")).map_err(|error| self.refused(&error))?;
        let headings: Vec<String> = named.schema().fields().iter().map(|field| field.name().clone()).collect();
        drop(named);
        self.statement = None;
        if headings.len() > limits.columns {
            let (found, most) = (headings.len() as u64, limits.columns as u64);
            return Err(over_limit(self.query.place(), "columns", found, most, "columns"));
        }
        let each = |of: &dyn Fn(usize) -> String| (0..headings.len()).map(of).collect::<Vec<_>>().join(", ");
        let head = format!("WITH result({}) AS {body}", each(&|at| format!("c{at}")));
        let classes = each(&|at| {
            let (whole, real, blob) = (class::WHOLE, class::REAL, class::BLOB);
            format!(
                "max(CASE typeof(c{at}) WHEN 'integer' THEN {whole} WHEN 'real' THEN {real} WHEN 'blob' THEN {blob} \
                 ELSE 0 END)"
            )
        });
        let classes = self
            .whole_numbers(&format!("{head} SELECT {classes} FROM result"))
            .map_err(|error| self.refused(&error))?;
        for (heading, class) in headings.iter().zip(&classes) {
            self.refuse_class(heading, class.unwrap_or_default())?;
        }
        let columns = each(&|at| format!("CAST(c{at} AS TEXT) AS c{at}"));
        let batches =
            self.batches(&format!("{head} SELECT {columns} FROM result")).map_err(|error| self.refused(&error))?;
        let whole = |(_, class): &(usize, &Option<i64>)| **class == Some(class::WHOLE);
        let whole_columns = classes.iter().enumerate().filter(whole).map(|(at, _)| at).collect();
        Ok(Asked { headings, batches, whole_columns })
    }

    fn refuse_class(&self, heading: &str, class: i64) -> Result<()> {
        let (message, help) = match class {
            class::REAL => (
                "the column holds values of SQLite's class REAL, binary floats, which hold most decimals only nearly",
                "store amounts as TEXT or as INTEGER cents; or, where every value is a rounded amount, write \
                 cast(round(amount * 100) as integer) in the query, with options = { minor_units = { amount = 2 } }",
            ),
            class::BLOB => ("the column holds bytes (BLOB)", "write hex(…) in the query, or leave the column out"),
            _ => return Ok(()),
        };
        Err(Problem::input("T1607", self.query.place().column(heading), message, help))
    }

    /// Ends the transaction and leaves.
    pub(super) fn close(&mut self) {
        self.statement = None;
        self.connection = None;
    }
}
