//! From a `[[source]]` with a connection to a query that can be asked: its text, its connection, its driver.

use crate::config::{Drivers, FILE_NAME, Source};
use crate::diag::{Place, Problem, Result};
use crate::load::database::{Connection, Query, System};
use std::path::{Path, PathBuf};

/// What a variable of the environment holds.
type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// The query of a source of a folder, with the drivers that its configuration names.
///
/// # Errors
/// T1601 to T1603 when its connection, file or driver is not to be had.
pub(crate) fn query(folder: &Path, drivers: &Drivers, source: &Source, environment: Environment<'_>) -> Result<Query> {
    let named = source.connection.as_deref().unwrap_or_default();
    let text = match named.strip_prefix("env:") {
        Some(variable) => environment(variable).filter(|text| !text.trim().is_empty()).ok_or_else(|| {
            Problem::input(
                "T1601",
                Place::file(FILE_NAME),
                format!("the environment variable {variable} is not set, which connection = \"{named}\" names"),
                format!("set it before the run, as in {variable}='postgresql://user:password@host/database'"),
            )
        })?,
        None => named.to_owned(),
    };
    let connection = Connection::parse(&text, folder, named)?;
    let driver = driver(drivers, connection.system, environment)?;
    let sql = match (&source.sql, &source.sql_file) {
        (Some(sql), _) => sql.clone(),
        (None, Some(file)) => read(folder, file)?,
        (None, None) => String::new(),
    };
    if sql.trim().is_empty() {
        let help = "write one SELECT that yields the columns of the table";
        return Err(Problem::input("T1605", Place::file(FILE_NAME), "the query is empty", help));
    }
    Ok(Query { connection, driver, sql, name: source.named().to_owned() })
}

fn read(folder: &Path, file: &str) -> Result<String> {
    std::fs::read_to_string(folder.join(file)).map_err(|error| {
        let message = format!("the query cannot be read: {error}");
        Problem::input("T1602", Place::file(file), message, "a relative path starts at close.toml; check the spelling")
    })
}

/// The driver's file: from the environment, else from `[drivers]`. Loading a driver is running its code, so it is
/// never looked for, and never taken from where a run happens to be started.
fn driver(drivers: &Drivers, system: System, environment: Environment<'_>) -> Result<PathBuf> {
    let (name, variable) = (system.name(), system.driver_variable());
    let configured = match system {
        System::Postgresql => &drivers.postgresql,
        System::Sqlite => &drivers.sqlite,
    };
    let given = environment(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let refused = |message: String| {
        let help = format!(
            "pip install adbc-driver-{name}, then give the full path of its libadbc_driver_{name} library: [drivers] \
             {name} = \"…\" in close.toml, or {variable}; see docs/sql.md"
        );
        Err(Problem::input("T1603", Place::file(FILE_NAME), message, help))
    };
    let Some(path) = given.or_else(|| configured.clone()) else {
        return refused(format!("no driver for {name} is given"));
    };
    let shown = path.display();
    if !path.is_absolute() {
        return refused(format!(
            "the driver \"{shown}\" is a relative path: a driver is a program, and which one runs must not depend on \
             the folder that a run is started in"
        ));
    }
    if !path.is_file() {
        return refused(format!("there is no driver {shown}"));
    }
    Ok(path)
}

/// The files that a query reads, for all that must not be written over.
pub(super) fn files(folder: &Path, source: &Source) -> Vec<(PathBuf, String)> {
    let database = source.connection.as_deref().and_then(|connection| connection.strip_prefix("sqlite:"));
    let named = source.sql_file.as_deref().into_iter().chain(database);
    named.map(|file| (folder.join(file), file.to_owned())).collect()
}
