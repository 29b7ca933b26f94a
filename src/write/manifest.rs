//! `run.json`: what went into a run, what came out, and what was proved.

use super::Written;
use crate::diag::{Problem, Result};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The manifest of a run. Apart from `elapsed_seconds` the same inputs give the same bytes.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Manifest {
    /// The program's version.
    pub tieout_version: String,
    /// The name of the close.
    pub close: String,
    /// The period, as `2026-10`.
    pub period: String,
    /// The last day of the period, ISO 8601.
    pub period_end: String,
    /// The group's currency code.
    pub currency: String,
    /// The configuration as it was read.
    pub configuration: String,
    /// SHA-256 of that text.
    pub configuration_sha256: String,
    /// Every input.
    pub sources: Vec<Source>,
    /// Every file that was written, in the order of their names.
    pub results: Vec<ResultFile>,
    /// Every check.
    pub checks: Vec<Check>,
    /// Seconds per step, in the order of the steps. The only part that differs between equal runs.
    pub elapsed_seconds: Vec<Step>,
}

/// One input of the run.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Source {
    /// The file, as it was named.
    pub source: String,
    /// The sheet of a workbook; empty otherwise.
    pub sheet: String,
    /// The table that it fills.
    pub table: String,
    /// The profile it was read under.
    #[serde(default)]
    pub profile: String,
    /// Canonical column to the heading it was read from.
    #[serde(default)]
    pub columns: BTreeMap<String, String>,
    /// Every heading as written.
    #[serde(default)]
    pub headings: Vec<String>,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
    /// Rows that were read.
    pub rows_read: u64,
    /// Rows that became rows of the table.
    pub rows_loaded: u64,
    /// Rows that are no data or were excluded.
    pub rows_left_out: u64,
    /// Rows that could not be loaded.
    pub rows_rejected: u64,
}

/// One file that was written.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct ResultFile {
    /// The file, relative to the run's folder.
    pub file: String,
    /// Rows without the heading; absent for files that are no tables.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Its size.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
    /// Text cells that got a `'` in front (CSV).
    #[serde(default, skip_serializing_if = "is_zero")]
    pub guarded_cells: u64,
}

impl ResultFile {
    /// A table that was written.
    pub fn table(file: impl Into<String>, written: Written) -> ResultFile {
        ResultFile {
            file: file.into(),
            rows: Some(written.rows),
            bytes: written.bytes,
            sha256: written.sha256,
            guarded_cells: written.guarded,
        }
    }

    /// Any other file.
    pub fn bytes(file: impl Into<String>, bytes: &[u8]) -> ResultFile {
        ResultFile {
            file: file.into(),
            bytes: bytes.len() as u64,
            sha256: super::sha256(bytes),
            ..ResultFile::default()
        }
    }
}

/// One check and what came of it.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Check {
    /// What was checked.
    pub check: String,
    /// One figure, as exact text; empty where it could not be formed.
    pub left: String,
    /// The other figure.
    pub right: String,
    /// pass, fail or not testable.
    pub outcome: String,
}

/// One step and how long it took.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct Step {
    /// The step's name.
    pub step: String,
    /// Wall time in seconds.
    pub seconds: f64,
}

#[allow(clippy::trivially_copy_pass_by_ref)] // the signature that serde asks for
fn is_zero(count: &u64) -> bool {
    *count == 0
}

impl Manifest {
    /// The manifest of an earlier run; nothing where there is none that can be understood.
    pub fn read(path: &Path) -> Option<Manifest> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// The manifest as indented JSON with a line feed at the end. Results are put into the order of their names.
    ///
    /// # Errors
    /// Never for a manifest whose times are finite; anything else is a defect of the program.
    pub fn to_json(&mut self) -> Result<Vec<u8>> {
        self.results.sort_by(|left, right| left.file.cmp(&right.file));
        let mut bytes = serde_json::to_vec_pretty(self)
            .map_err(|error| Problem::internal(format!("the manifest cannot be written: {error}")))?;
        bytes.push(b'\n');
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_manifest_is_plain_json_in_a_fixed_order() {
        let mut manifest = Manifest { tieout_version: "0.1.0".into(), period: "2026-10".into(), ..Manifest::default() };
        manifest.results.push(ResultFile::bytes("workpaper.xlsx", b"abc"));
        let written = Written { rows: 2, bytes: 9, sha256: "00".into(), guarded: 0 };
        manifest.results.push(ResultFile::table("data/aging.csv", written));
        let text = String::from_utf8(manifest.to_json().expect("JSON")).expect("text");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["results"][0]["file"], "data/aging.csv");
        assert_eq!(value["results"][0]["rows"], 2);
        assert!(value["results"][1].get("rows").is_none());
        assert_eq!(value["results"][1]["sha256"], "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
