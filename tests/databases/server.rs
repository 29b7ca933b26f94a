//! A PostgreSQL server of the test's own: a new cluster in a temporary folder, behind a Unix socket in it.

use super::{close_of, driver, variable};
use crate::support::{Close, Ended, skipped};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Mutex, OnceLock, Weak};
use tempfile::TempDir;
use tieout::load::database::{Connection, Query};

/// The user of the tests, and the password that no file and no message may hold.
pub const USER: &str = "erp_reader";
pub const PASSWORD: &str = "Sesam/77";

/// A running server; it is stopped when the last test lets go of it.
pub struct Server {
    folder: TempDir,
    programs: PathBuf,
    driver: PathBuf,
    as_other: Option<(&'static str, u32)>,
}

/// The server of all tests that run now; `None` where it cannot be had, with the reason said.
pub fn server() -> Option<std::sync::Arc<Server>> {
    static RUNNING: OnceLock<Mutex<Weak<Server>>> = OnceLock::new();
    let driver = driver("postgresql")?;
    let running = RUNNING.get_or_init(|| Mutex::new(Weak::new()));
    let mut running = running.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(server) = running.upgrade() {
        return Some(server);
    }
    match Server::start(driver) {
        Ok(server) => {
            let server = std::sync::Arc::new(server);
            *running = std::sync::Arc::downgrade(&server);
            Some(server)
        }
        Err(reason) => {
            skipped(&format!("no PostgreSQL server: {reason}"));
            None
        }
    }
}

/// The programs of the newest PostgreSQL that is installed.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let with_server = |path: &PathBuf| path.join("initdb").is_file() && path.join("postgres").is_file();
    let mut found: Vec<PathBuf> =
        versions.flatten().map(|version| version.path().join("bin")).filter(with_server).collect();
    found.sort();
    found.pop()
}

/// The number of a user by name.
fn number_of(user: &str) -> Option<u32> {
    let output = Command::new("id").args(["-u", user]).output().ok().filter(|output| output.status.success())?;
    String::from_utf8_lossy(&output.stdout).trim().parse().ok()
}

impl Server {
    fn start(driver: PathBuf) -> Result<Server, String> {
        let programs = programs().ok_or("there is no initdb below /usr/lib/postgresql; install postgresql")?;
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        // The server refuses to run as root: it gets the user that its package made.
        let own = Command::new("id").arg("-u").output().map_err(|error| error.to_string())?;
        let as_other = match String::from_utf8_lossy(&own.stdout).trim() {
            "0" => Some(("postgres", number_of("postgres").ok_or("there is no user postgres to run it as")?)),
            _ => None,
        };
        if let Some((_, number)) = as_other {
            std::os::unix::fs::chown(folder.path(), Some(number), None).map_err(|error| error.to_string())?;
        }
        let server = Server { folder, programs, driver, as_other };
        std::fs::write(server.at("password"), PASSWORD).map_err(|error| error.to_string())?;
        let (data, password) = (server.at("data"), server.at("password"));
        let folder = server.folder.path().display();
        let options = format!("-F -c listen_addresses= -c max_connections=50 -k {folder}");
        let make = ["-U", USER, "-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"];
        server.program("initdb", &[&["-D", &show(&data), "--pwfile", &show(&password)][..], &make].concat())?;
        let log = server.at("log");
        server.program("pg_ctl", &["-D", &show(&data), "-o", &options, "-l", &show(&log), "-w", "start"])?;
        Ok(server)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Runs one of the server's programs to its end.
    fn program(&self, name: &str, arguments: &[&str]) -> Result<String, String> {
        let program = self.programs.join(name);
        let mut command = match self.as_other {
            Some((user, _)) => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid", user, "--regid", user, "--clear-groups"]).arg(program);
                command
            }
            None => Command::new(program),
        };
        // A pipe would be held open by the server that pg_ctl leaves behind.
        let said = self.at("said");
        let to = std::fs::File::create(&said).map_err(|error| error.to_string())?;
        let again = to.try_clone().map_err(|error| error.to_string())?;
        command.args(arguments).current_dir(self.folder.path()).env("PGPASSWORD", PASSWORD).stdin(Stdio::null());
        let status = command.stdout(to).stderr(again).status().map_err(|error| format!("{name}: {error}"))?;
        let said = std::fs::read_to_string(said).unwrap_or_default();
        if status.success() { Ok(said) } else { Err(format!("{name}: {said}")) }
    }

    /// Runs SQL as an administrator and returns what psql prints.
    #[track_caller]
    pub fn sql(&self, sql: &str) -> String {
        let host = show(self.folder.path());
        let arguments = ["-h", &host, "-U", USER, "-d", "postgres", "-v", "ON_ERROR_STOP=1", "-Atqc", sql];
        self.program("psql", &arguments).unwrap_or_else(|said| panic!("{sql}: {said}"))
    }

    /// The connection string, with another password if one is given.
    pub fn uri(&self, password: Option<&str>) -> String {
        let password = password.unwrap_or(PASSWORD).replace('/', "%2F");
        let host = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://{USER}:{password}@{host}/postgres")
    }

    /// A query, to be asked without a close.
    pub fn query(&self, sql: &str) -> Query {
        let connection = Connection::parse(&self.uri(None), self.folder.path(), "the test").expect("a connection");
        Query { connection, driver: self.driver.clone(), sql: sql.to_owned(), name: "test".to_owned() }
    }

    /// Runs the close of a query.
    pub fn close(&self, sql: &str, more: &str) -> (Close, Ended) {
        let close = close_of("env:ERP_DSN", sql, more);
        let ended = self.run(&close, &self.uri(None));
        (close, ended)
    }

    /// Runs a close with a connection string in its environment.
    pub fn run(&self, close: &Close, uri: &str) -> Ended {
        let driver = self.driver.display().to_string();
        close.run_with(&["close", "-v"], &[("ERP_DSN", uri), (&variable("postgresql"), &driver)])
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let data = show(&self.at("data"));
        let _ = self.program("pg_ctl", &["-D", &data, "-m", "immediate", "-w", "stop"]);
    }
}

fn show(path: &Path) -> String {
    path.display().to_string()
}
