//! Findings: what happened, where, and what to do about it.
//!
//! A bad row is a [`Finding`] and a reject, never a lost row. What stops a run is a [`Problem`]: one or more
//! findings and the exit status they lead to.

pub mod catalogue;
pub mod causes;

use std::fmt;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something could not be used as it is.
    Error,
    /// Something was used, but a person should look.
    Warning,
    /// Something worth knowing.
    Note,
}

impl Severity {
    /// The word that stands in messages and in the `findings` table.
    pub const fn name(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Note => "note",
        }
    }
}

/// Where in the inputs a finding lies. Every part is optional.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, as it was named.
    pub file: String,
    /// The sheet of a workbook, or the name of a query.
    pub sheet: String,
    /// The line of a text file, or the row of a sheet or of a query's result, counted from 1; 0 for none.
    pub row: u64,
    /// The heading of the column, as written in the source.
    pub column: String,
}

impl Place {
    /// A whole file.
    pub fn file(file: impl Into<String>) -> Place {
        Place { file: file.into(), ..Place::default() }
    }

    /// Whether it lies in the result of a query: its file is then a database.
    pub fn is_query(&self) -> bool {
        ["postgresql://", "sqlite:"].iter().any(|system| self.file.starts_with(system))
    }

    /// The same place, narrowed to a row.
    pub fn row(mut self, row: u64) -> Place {
        self.row = row;
        self
    }

    /// The same place, narrowed to a column.
    pub fn column(mut self, column: impl Into<String>) -> Place {
        self.column = column.into();
        self
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        let is_query = self.is_query();
        if is_query {
            write!(f, ", query {}", self.sheet)?;
        } else if !self.sheet.is_empty() {
            write!(f, ", sheet \"{}\"", self.sheet)?;
        }
        if self.row > 0 {
            let what = match (is_query, self.sheet.is_empty()) {
                (true, _) => "query row",
                (false, true) => "line",
                (false, false) => "row",
            };
            write!(f, ", {what} {}", self.row)?;
        }
        if !self.column.is_empty() {
            write!(f, ", column \"{}\"", self.column)?;
        }
        Ok(())
    }
}

/// One thing that was noticed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Its number in the catalogue (`tieout help T2101`).
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// Where it lies.
    pub place: Place,
    /// What happened, in one line.
    pub message: String,
    /// What to do, in one line; may be empty.
    pub remedy: String,
}

impl Finding {
    /// An error.
    pub fn error(code: &'static str, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { code, severity: Severity::Error, place, message: message.into(), remedy: remedy.into() }
    }

    /// A warning.
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Finding {
        Finding { severity: Severity::Warning, ..Finding::error(code, place, message, remedy) }
    }

    /// A note.
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Finding {
        Finding { severity: Severity::Note, ..Finding::error(code, place, message, "") }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]: {}", self.severity.name(), self.code, self.message)?;
        if self.place != Place::default() {
            write!(f, "\n --> {}", self.place)?;
        }
        if !self.remedy.is_empty() {
            write!(f, "\nhelp: {}", self.remedy)?;
        }
        Ok(())
    }
}

/// Whose fault a stopped run is; decides the exit status (contract, section 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Usage, configuration or input: exit 2.
    Input,
    /// The machine: disk full, permission: exit 3.
    Machine,
    /// An invariant of the program did not hold: exit 4.
    Internal,
}

/// What stops a run.
#[derive(Clone, Debug)]
pub struct Problem {
    /// Whose fault it is.
    pub fault: Fault,
    /// What happened; at least one.
    pub findings: Vec<Finding>,
}

/// A result whose error stops the run.
pub type Result<T> = std::result::Result<T, Problem>;

impl Problem {
    /// A problem with usage, configuration or input.
    pub fn input(code: &'static str, place: Place, message: impl Into<String>, remedy: impl Into<String>) -> Problem {
        Finding::error(code, place, message, remedy).into()
    }

    /// A file operation that the machine refused.
    pub fn machine(code: &'static str, file: impl Into<String>, error: &std::io::Error) -> Problem {
        let finding = Finding::error(
            code,
            Place::file(file),
            format!("the machine refused: {error}"),
            "check that the folder exists, is writable and has space, then run again",
        );
        Problem { fault: Fault::Machine, findings: vec![finding] }
    }

    /// An invariant that did not hold.
    pub fn internal(message: impl Into<String>) -> Problem {
        let finding = Finding::error(
            "T9901",
            Place::default(),
            message,
            "this is a defect in tieout: nothing was written; please report it with the input that shows it",
        );
        Problem { fault: Fault::Internal, findings: vec![finding] }
    }
}

impl From<Finding> for Problem {
    fn from(finding: Finding) -> Problem {
        Problem { fault: Fault::Input, findings: vec![finding] }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.findings.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{finding}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
