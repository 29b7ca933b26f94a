//! What every test of the whole program needs: a close in a temporary folder, the program, and what it wrote.

pub mod books;
pub mod files;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;
use tieout::close::{Options, Run, work_out};
use tieout::config::Config;
use tieout::diag::Problem;
use tieout::report::query::Tables;

/// A row of a CSV file by heading.
pub type Row = BTreeMap<String, String>;

/// What the program said and how it ended.
#[derive(Debug)]
pub struct Ended {
    /// The exit status; -1 where a signal ended it.
    pub status: i32,
    /// Rows.
    pub stdout: String,
    /// Messages.
    pub stderr: String,
}

impl Ended {
    fn of(output: &Output) -> Ended {
        Ended {
            status: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The same, once it ended as expected.
    #[track_caller]
    pub fn with(self, status: i32) -> Ended {
        assert_eq!(self.status, status, "{}\n{}", self.stdout, self.stderr);
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
        self
    }

    /// Asserts that every piece of text was said on stderr.
    #[track_caller]
    pub fn says(self, pieces: &[&str]) -> Ended {
        for piece in pieces {
            assert!(self.stderr.contains(piece), "\"{piece}\" is not in:\n{}", self.stderr);
        }
        self
    }
}

/// A folder with a close in it.
pub struct Close {
    folder: TempDir,
}

impl Close {
    /// An empty folder.
    pub fn empty() -> Close {
        Close { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    /// The folder.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// A path below the folder.
    pub fn at(&self, relative: &str) -> PathBuf {
        self.folder.path().join(relative)
    }

    /// Writes a file below the folder.
    pub fn write(&self, relative: &str, bytes: impl AsRef<[u8]>) -> &Close {
        let path = self.at(relative);
        std::fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
        std::fs::write(path, bytes).expect("a file");
        self
    }

    /// The program, ready to run on this folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_tieout"));
        command.current_dir(self.path()).args(arguments).args(["--threads", "2"]).stdin(Stdio::null());
        command.env_remove("NO_COLOR");
        command
    }

    /// Runs the program in this folder.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        Ended::of(&self.command(arguments).output().expect("the program starts"))
    }

    /// Runs the program with variables of its own in the environment.
    pub fn run_with(&self, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
        let mut command = self.command(arguments);
        Ended::of(&command.envs(environment.iter().copied()).output().expect("the program starts"))
    }

    /// `tieout close`, with all its notes.
    pub fn close(&self) -> Ended {
        self.run(&["close", "-v"])
    }

    /// The rows of a CSV file below the run's folder.
    pub fn result(&self, name: &str) -> Vec<Row> {
        rows_of(&self.at(&format!("out/2026-10/data/{name}.csv")))
    }

    /// Every file of a folder below this one.
    pub fn files(&self, relative: &str) -> BTreeMap<String, Vec<u8>> {
        let mut found = BTreeMap::new();
        gather(&self.at(relative), "", &mut found);
        found
    }

    /// Asserts that every row that was read is loaded, left out or rejected, and that the lists show them.
    #[track_caller]
    pub fn conserved(&self) {
        let (left_out, rejects) = (self.result("left_out"), self.result("rejects"));
        for source in self.result("sources") {
            let count = |name: &str| source[name].parse::<usize>().expect("a count");
            let parts = count("rows_loaded") + count("rows_left_out") + count("rows_rejected");
            assert_eq!(count("rows_read"), parts, "{source:?}");
            let same = |row: &&Row| row["source"] == source["source"] && row["sheet"] == source["sheet"];
            assert_eq!(left_out.iter().filter(same).count(), count("rows_left_out"), "{left_out:?}");
            let refused: BTreeSet<&str> = rejects.iter().filter(same).map(|row| row["row"].as_str()).collect();
            assert_eq!(refused.len(), count("rows_rejected"), "{rejects:?}");
        }
    }

    /// Runs the close and asserts that it ends well with every row accounted for.
    #[track_caller]
    pub fn done(&self) -> Ended {
        let ended = self.close().with(0);
        self.conserved();
        ended
    }

    /// Runs the close and asserts that it ties: no variance, no item, no reject, no failed check.
    #[track_caller]
    pub fn ties(&self) -> Ended {
        let ended = self.done();
        for rec in self.result("reconciliations") {
            assert_eq!(rec["status"], "reconciled", "{rec:?}\n{}", ended.stderr);
        }
        assert_eq!(self.result("reconciling_items"), Vec::<Row>::new());
        assert_eq!(self.result("rejects"), Vec::<Row>::new());
        let failed: Vec<Row> = self.result("checks").into_iter().filter(|check| check["outcome"] == "fail").collect();
        assert_eq!(failed, Vec::<Row>::new());
        ended
    }

    /// The rejects of the last run: line, column, value (without the guard of texts in CSV files) and code.
    pub fn rejected(&self) -> Vec<(String, String, String, String)> {
        let plain = |text: &str| match text.strip_prefix('\'') {
            Some(rest) if rest.starts_with(['=', '+', '-', '@']) => rest.to_owned(),
            _ => text.to_owned(),
        };
        let cells = |row: Row| (row["row"].clone(), row["column"].clone(), plain(&row["value"]), row["code"].clone());
        self.result("rejects").into_iter().map(cells).collect()
    }

    /// The only figure of a column of the reconciliations.
    pub fn figure(&self, column: &str) -> String {
        self.result("reconciliations")[0][column].clone()
    }
}

/// Says that a test cannot run here, past the test harness, which would hide what a passing test prints.
pub fn skipped(reason: &str) {
    use std::io::Write;
    // Nothing is left to do where stderr is gone.
    let _ = writeln!(std::io::stderr(), "SKIPPED: {reason}");
}

/// The rows of a CSV file.
pub fn rows_of(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

fn gather(folder: &Path, lead: &str, found: &mut BTreeMap<String, Vec<u8>>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("an entry").path();
        let name = format!("{lead}{}", path.file_name().expect("a name").to_string_lossy());
        if path.is_dir() {
            gather(&path, &format!("{name}/"), found);
        } else {
            found.insert(name, std::fs::read(&path).expect("a file"));
        }
    }
}

/// Asserts that a close which is bad is refused: exit 2, the pieces said, nothing written, also over an earlier run.
///
/// `bad` spoils a close that ties.
#[track_caller]
pub fn refused(bad: impl Fn(&Close), pieces: &[&str]) -> Ended {
    let first = books::small();
    bad(&first);
    first.close().with(2).says(pieces).says(&["error[", "nothing was written"]);
    assert_eq!(first.files("out").len(), 0, "nothing may be written");
    let second = books::small();
    second.close().with(0);
    let before = second.files("out");
    bad(&second);
    let ended = second.close().with(2).says(pieces);
    assert!(second.files("out") == before, "the earlier run must stay whole");
    ended
}

/// A close worked out within the test, nothing written.
pub fn worked_out(close: &Close) -> Result<Run, Problem> {
    let options =
        Options { threads: 1, out: None, as_of: None, every_column: true, progress: &|_| {}, environment: &|_| None };
    work_out(Config::read(close.path())?, &options)
}

/// The cells of a column as text.
pub fn column(run: &Run, table: &str, column: &str) -> Vec<String> {
    let table = run.table(table).expect("a table");
    (0..table.len()).map(|row| table.column(column).cell(row).plain()).collect()
}
