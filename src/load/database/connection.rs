//! Connection strings: what they name, what of them may be shown, and what must never be.

use crate::diag::{Place, Problem, Result};
use std::fmt;
use std::path::{Path, PathBuf};

/// A database system that queries are read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum System {
    /// PostgreSQL
    Postgresql,
    /// SQLite
    Sqlite,
}

impl System {
    /// Its name: also its key under `[drivers]` and the format of its sources.
    pub const fn name(self) -> &'static str {
        match self {
            System::Postgresql => "postgresql",
            System::Sqlite => "sqlite",
        }
    }

    /// The environment variable that names its driver, over `[drivers]`.
    pub const fn driver_variable(self) -> &'static str {
        match self {
            System::Postgresql => "TIEOUT_DRIVER_POSTGRESQL",
            System::Sqlite => "TIEOUT_DRIVER_SQLITE",
        }
    }
}

/// Where a query is asked. Its text form shows no more than system, host and database.
#[derive(Clone, PartialEq, Eq)]
pub struct Connection {
    /// Which system.
    pub system: System,
    /// `postgresql://host/database`, `sqlite:file`: all that messages and results hold.
    pub shown: String,
    /// The file of a database that is one.
    pub file: Option<PathBuf>,
    /// What the driver gets.
    pub(super) secret: String,
    /// Texts that no message may hold.
    secrets: Vec<String>,
    /// The user, left out of messages as a whole word.
    user: String,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

/// Parameters of libpq that say nothing about who connects and how (PostgreSQL documentation, chapter "Parameter Key
/// Words").
const OPEN_PARAMETERS: [&str; 9] = [
    "host",
    "hostaddr",
    "port",
    "dbname",
    "sslmode",
    "connect_timeout",
    "application_name",
    "target_session_attrs",
    "client_encoding",
];
/// A secret shorter than this could be any word: the message that holds it is withheld as a whole.
const SHORT_SECRET: usize = 4;

impl Connection {
    /// Reads a connection string; a relative file of SQLite starts at `folder`. `named` is what close.toml calls it.
    ///
    /// # Errors
    /// T1601 when it is of no known form. The message never holds the string.
    pub fn parse(text: &str, folder: &Path, named: &str) -> Result<Connection> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("sqlite:") {
            return sqlite(path, folder, named);
        }
        let found = match text.strip_prefix("postgresql://").or_else(|| text.strip_prefix("postgres://")) {
            Some(rest) => of_uri(rest)
                .ok_or("is no connection URI: / ? # and @ inside a password are written %2F %3F %23 and %40"),
            None => of_words(text).ok_or("is neither postgresql://…, nor host=… dbname=…, nor sqlite:FILE"),
        };
        let parameters = found.map_err(|why| not_a_connection(named, why))?;
        Ok(postgresql(text, &parameters))
    }

    /// A driver's message without any part of the connection string, as one line, without the query that it repeats.
    pub(super) fn scrub(&self, message: &str) -> String {
        let end = ["\n\nQuery was:", "\nQuery was:", "\nquery: "].iter().filter_map(|mark| message.find(mark)).min();
        let mut text = message[..end.unwrap_or(message.len())].replace(&self.secret, "***");
        let short = self.secrets.iter().any(|secret| secret.len() < SHORT_SECRET && text.contains(secret));
        if short {
            return "the driver's message is withheld: it holds a part of the connection string".to_owned();
        }
        for secret in &self.secrets {
            text = text.replace(secret, "***");
        }
        if !self.user.is_empty() {
            text = text.replace(&format!("\"{}\"", self.user), "\"***\"");
        }
        text.split_whitespace().filter(|word| *word != "^").collect::<Vec<_>>().join(" ")
    }
}

fn not_a_connection(named: &str, why: &str) -> Problem {
    Problem::input(
        "T1601",
        Place::file("close.toml"),
        format!("what {named} holds {why}"),
        "see docs/sql.md; nothing of the text is shown here, because it may hold a password",
    )
}

fn sqlite(path: &str, folder: &Path, named: &str) -> Result<Connection> {
    if path.is_empty() || path.starts_with("//") || path.contains(['?', '#']) {
        let why =
            "is no sqlite:FILE: write sqlite:/full/path/erp.db, or sqlite:erp.db beside close.toml, without ? or #";
        return Err(not_a_connection(named, why));
    }
    let full = std::path::absolute(folder.join(path)).unwrap_or_else(|_| folder.join(path));
    if !full.is_file() {
        let message = format!("there is no file {path}, which {named} names");
        return Err(Problem::input(
            "T1602",
            Place::file("close.toml"),
            message,
            "a relative path starts at close.toml; check the spelling",
        ));
    }
    // URI file names of SQLite: % must be escaped; ? and # were refused above (sqlite.org, "URI Filenames").
    let escaped = full.to_string_lossy().replace('%', "%25");
    let name = full.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    Ok(Connection {
        system: System::Sqlite,
        shown: format!("sqlite:{name}"),
        file: Some(full),
        secret: format!("file:{escaped}?mode=ro"),
        secrets: Vec::new(),
        user: String::new(),
    })
}

type Parameters = Vec<(String, String)>;

fn postgresql(text: &str, parameters: &Parameters) -> Connection {
    let of = |key: &str| {
        parameters.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let host = match (of("host"), of("hostaddr")) {
        ("", "") => "localhost",
        ("", address) => address,
        (host, _) => host,
    };
    // A folder holds a Unix socket: the machine itself.
    let host = if host.starts_with('/') { "localhost" } else { host };
    let database = match of("dbname") {
        "" => String::new(),
        name => format!("/{name}"),
    };
    let hidden = |(key, _): &&(String, String)| !OPEN_PARAMETERS.contains(&key.as_str()) && key != "user";
    let mut secrets: Vec<String> =
        parameters.iter().filter(hidden).map(|(_, value)| value.clone()).filter(|value| !value.is_empty()).collect();
    let decoded: Vec<String> = secrets.iter().filter_map(|secret| percent_decoded(secret)).collect();
    secrets.extend(decoded);
    // The longest first: one secret may hold another.
    secrets.sort_by_key(|secret| std::cmp::Reverse(secret.len()));
    secrets.dedup();
    Connection {
        system: System::Postgresql,
        shown: format!("postgresql://{host}{database}"),
        file: None,
        secret: text.to_owned(),
        secrets,
        user: of("user").to_owned(),
    }
}

/// `user:password@host:port/database?key=value`; `None` where a mark stands that had to be escaped, because what is
/// secret could then not be told.
fn of_uri(rest: &str) -> Option<Parameters> {
    let (body, query) = rest.split_once('?').unwrap_or((rest, ""));
    if query.contains(['@', '?']) || rest.contains('#') {
        return None;
    }
    let (who, place) = body.rsplit_once('@').unwrap_or(("", body));
    if who.contains(['/', '@']) {
        return None;
    }
    let mut parameters = Vec::new();
    let mut add = |key: &str, value: &str| parameters.push((key.to_owned(), value.to_owned()));
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    add("user", user);
    add("password", password);
    let (hosts, database) = place.split_once('/').unwrap_or((place, ""));
    let host = match hosts.strip_prefix('[') {
        Some(address) => address.split(']').next().unwrap_or_default(),
        None => hosts.split(',').next().and_then(|host| host.split(':').next()).unwrap_or_default(),
    };
    add("host", &percent_decoded(host).unwrap_or_default());
    add("dbname", database);
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (key, value) = pair.split_once('=')?;
        add(key, &percent_decoded(value).unwrap_or_else(|| value.to_owned()));
        if !OPEN_PARAMETERS.contains(&key) {
            add(key, value);
        }
    }
    Some(parameters)
}

/// `key = value` pairs; a value in single quotes may hold blanks, and a backslash escapes (PostgreSQL documentation,
/// "Keyword/Value Connection Strings").
fn of_words(text: &str) -> Option<Parameters> {
    let mut parameters = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let key = key.trim();
        if key.is_empty() || !key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return None;
        }
        let after = after.trim_start();
        let quoted = after.starts_with('\'');
        let mut value = String::new();
        let mut chars = after.char_indices().skip(usize::from(quoted));
        let mut end = after.len();
        let mut closed = !quoted;
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => value.extend(chars.next().map(|(_, c)| c)),
                '\'' if quoted => {
                    (end, closed) = (at + 1, true);
                    break;
                }
                c if !quoted && c.is_whitespace() => {
                    end = at;
                    break;
                }
                c => value.push(c),
            }
        }
        if !closed {
            return None;
        }
        parameters.push((key.to_owned(), value));
        rest = after[end..].trim_start();
    }
    if parameters.is_empty() { None } else { Some(parameters) }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            bytes.push(*first);
            rest = tail;
            continue;
        }
        let digits = std::str::from_utf8(tail.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &tail[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Connection> {
        Connection::parse(text, Path::new("."), "env:DSN")
    }

    #[test]
    fn only_host_and_database_are_shown() {
        for (text, shown) in [
            ("postgresql://eve:Sesam%2F77@erp.example:5432/books?sslmode=require", "postgresql://erp.example/books"),
            ("postgres://eve:Sesam%2F77@[::1]:5432/books", "postgresql://::1/books"),
            ("postgresql://erp.example", "postgresql://erp.example"),
            ("postgresql:///books?host=/sockets&user=eve&password=Sesam%2F77", "postgresql://localhost/books"),
            ("host=erp.example dbname = books user=eve password='Sesam/77'", "postgresql://erp.example/books"),
        ] {
            let connection = parse(text).unwrap();
            assert_eq!(connection.shown, shown);
            assert_eq!(format!("{connection:?}"), shown, "Debug shows no more");
        }
    }

    #[test]
    fn messages_are_scrubbed_of_every_part() {
        for text in [
            "postgresql://eve:Sesam%2F77@erp.example/books?sslpassword=Key%2099",
            "host=erp.example dbname=books user=eve password='Sesam/77' sslpassword='Key 99'",
            "postgresql://erp.example/books?user=eve&password=Sesam%2F77&sslpassword=Key%2099",
        ] {
            let connection = parse(text).unwrap();
            let said = connection.scrub(&format!("{text}: \"eve\" Sesam/77 Key 99\n\nQuery was: select 1"));
            assert_eq!(said, "***: \"***\" *** ***", "{text}");
        }
        let raw = parse("postgresql://eve:Sesam%2F77@h/b").unwrap();
        assert_eq!(raw.scrub("unexpected \"Sesam%2F77\""), "unexpected \"***\"");
    }

    #[test]
    fn a_short_secret_withholds_the_message() {
        let connection = parse("host=h password=abc").unwrap();
        assert!(connection.scrub("the abc of it").contains("withheld"));
        assert_eq!(connection.scrub("connection refused"), "connection refused");
    }

    #[test]
    fn what_cannot_be_told_apart_is_refused_and_not_repeated() {
        for text in [
            "postgresql://eve:Ses/am77@h/b",
            "postgresql://eve:Ses@m77@h/b",
            "postgresql://eve:Ses?am77@h/b",
            "postgresql://eve:Ses#am77@h/b",
            "host=h password='Sesam77",
            "Sesam77",
            "mysql://eve:Sesam77@h/b",
            "sqlite:///Sesam77.db",
            "",
        ] {
            let said = parse(text).unwrap_err().to_string();
            assert!(said.contains("T1601") && !said.contains("am77"), "{text}: {said}");
        }
    }
}
