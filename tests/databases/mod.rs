//! Sources that are queries: against a PostgreSQL server that the test starts, and against files of SQLite.

mod postgresql;
mod server;
mod sqlite;

use crate::support::{Close, books, skipped};
use std::path::PathBuf;

/// The variable that names a driver's library.
fn variable(system: &str) -> String {
    format!("TIEOUT_DRIVER_{}", system.to_uppercase())
}

/// The driver for a system: named by its variable, as .ci/run does; the test is skipped where there is none.
fn driver(system: &str) -> Option<PathBuf> {
    let path = std::env::var_os(variable(system)).map(PathBuf::from).filter(|path| path.is_file());
    if path.is_none() {
        skipped(&format!("no ADBC driver for {system}: install adbc-driver-{system} and set {}", variable(system)));
    }
    path
}

/// The small close with its register from a query.
fn close_of(connection: &str, sql: &str, more: &str) -> Close {
    let close = books::small();
    close.write("ar.sql", sql);
    let source =
        format!("\n[[source]]\ntable = \"ar_items\"\nconnection = \"{connection}\"\nsql_file = \"ar.sql\"\n{more}\n");
    let rest = books::configuration(&[("gl_lines", "gl.csv", ""), ("trial_balance", "tb.csv", "")]);
    close.write("close.toml", rest.replacen("\n[[source]]", &format!("{source}\n[[source]]"), 1));
    close
}

/// Every file that a run wrote, as one text: what must not stand in it can be looked for.
fn written(close: &Close) -> String {
    let mut text = String::new();
    for (name, bytes) in close.files("out") {
        match name.ends_with(".xlsx") {
            true => {
                let parts = crate::support::files::parts(&bytes);
                parts.iter().for_each(|(_, part)| text.push_str(&String::from_utf8_lossy(part)));
            }
            false => text.push_str(&String::from_utf8_lossy(&bytes)),
        }
    }
    text
}
