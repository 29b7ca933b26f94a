//! What changed in the exports since the run of the period before: headings that are gone, renamed or new.

use crate::diag::{Finding, Place, Problem};
use crate::normalise::source::{Loaded, Request};
use crate::write::manifest;
use std::collections::BTreeSet;
use std::path::Path;

/// The sources of an earlier run, as its run.json tells them.
pub(crate) struct Earlier {
    /// Its period, as `2026-09`.
    period: String,
    sources: Vec<manifest::Source>,
}

impl Earlier {
    /// Reads what the run in a folder took for what; nothing where it does not tell.
    pub(crate) fn read(period: &str, folder: &Path) -> Option<Earlier> {
        let manifest = manifest::Manifest::read(&folder.join("run.json"))?;
        let sources = manifest.sources.into_iter().filter(|source| !source.headings.is_empty()).collect();
        Some(Earlier { period: period.to_owned(), sources })
    }

    /// The earlier source of one table that a file stands for: the same name but for its digits, else the only one.
    fn source(&self, table: &str, file: &str, sheet: &str) -> Option<&manifest::Source> {
        let of_table: Vec<&manifest::Source> = self.sources.iter().filter(|source| source.table == table).collect();
        let same = of_table.iter().filter(|source| stem(&source.source) == stem(file));
        // `hs01_gl.csv` and `hs02_gl.csv` differ by digits alone too: the one that is alike the longest is meant.
        let alike = |source: &&&manifest::Source| (source.sheet == sheet, shared_start(&source.source, file));
        same.max_by_key(alike).copied().or(match of_table[..] {
            [only] => Some(only),
            _ => None,
        })
    }

    /// What is different in the headings of a source that was loaded.
    pub(crate) fn findings(&self, loaded: &Loaded) -> Vec<Finding> {
        let (table, facts) = (loaded.table.def.name, &loaded.facts);
        let Some(earlier) = self.source(table, &facts.file, &facts.sheet) else { return Vec::new() };
        let now: BTreeSet<&str> = loaded.headings.iter().map(String::as_str).filter(|h| !h.is_empty()).collect();
        let then: BTreeSet<&str> = earlier.headings.iter().map(String::as_str).collect();
        let new: Vec<&str> = loaded.headings.iter().map(String::as_str).filter(|h| !then.contains(h)).collect();
        let place = || Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() };
        let mut findings = Vec::new();
        for (canonical, heading) in earlier.columns.iter().filter(|(_, heading)| !now.contains(heading.as_str())) {
            let message = format!("the heading \"{heading}\" of {} ({canonical}) is not there any more", self.period);
            findings.push(match loaded.taken.iter().find(|(name, _)| name == canonical) {
                Some((_, other)) => {
                    Finding::note("T2005", place(), format!("{message}; {canonical} is now read from \"{other}\""))
                }
                None => Finding::warning(
                    "T2004",
                    place(),
                    format!("{message}, and no other heading is taken for it{}", list("; new headings", &new)),
                    format!("if it was renamed, say so: columns = {{ {canonical} = \"New heading\" }}"),
                ),
            });
        }
        let unused: Vec<&str> = new
            .into_iter()
            .filter(|heading| !heading.is_empty() && !loaded.taken.iter().any(|(_, taken)| taken == heading))
            .collect();
        if !unused.is_empty() && findings.iter().all(|finding| finding.code != "T2004") {
            let message = format!("headings that {} did not have and nothing is read from", loaded.shown());
            findings.push(Finding::note("T2005", place(), format!("{message}: {}", unused.join(" | "))));
        }
        findings
    }

    /// Adds to a refusal for missing headings what they were called in the earlier run.
    pub(crate) fn explain(&self, request: &Request, mut problem: Problem) -> Problem {
        let sheet = request.sheet.as_deref().unwrap_or("");
        let Some(earlier) = self.source(request.def.name, &request.shown, sheet) else { return problem };
        for finding in problem.findings.iter_mut().filter(|finding| finding.code == "T2002") {
            let seen: Vec<&str> =
                finding.message.rsplit_once(": ").map_or(Vec::new(), |(_, headings)| headings.split(" | ").collect());
            let gone: Vec<String> = earlier
                .columns
                .iter()
                .filter(|(canonical, heading)| {
                    let is_required = request.def.columns.iter().any(|def| def.required && def.name == *canonical);
                    is_required && !seen.contains(&heading.as_str())
                })
                .map(|(canonical, heading)| format!("{canonical} from \"{heading}\""))
                .collect();
            if !gone.is_empty() {
                finding.message.push_str(&format!("; {} read {}", self.period, gone.join(", ")));
            }
        }
        problem
    }
}

/// A file's name without folder and digits: `data/ar_2026-09.csv` and `data/ar_2026-10.csv` are one source.
fn stem(file: &str) -> String {
    let name = file.rsplit('/').next().unwrap_or(file);
    name.chars().filter(|c| c.is_alphabetic() || *c == '.').flat_map(char::to_lowercase).collect()
}

/// How many characters the names of two files share at their start; all of them, and more, where they are the same.
fn shared_start(one: &str, other: &str) -> usize {
    let name = |file: &str| file.rsplit('/').next().unwrap_or(file).to_lowercase();
    let (one, other) = (name(one), name(other));
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    shared + usize::from(one == other)
}

fn list(what: &str, headings: &[&str]) -> String {
    let named: Vec<&str> = headings.iter().copied().filter(|heading| !heading.is_empty()).collect();
    if named.is_empty() { String::new() } else { format!("{what}: {}", named.join(" | ")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_known_again_under_the_next_period_s_name() {
        let source = |file: &str, table: &str| manifest::Source {
            source: file.to_owned(),
            table: table.to_owned(),
            headings: vec!["A".to_owned()],
            ..manifest::Source::default()
        };
        let earlier = Earlier {
            period: "2026-09".to_owned(),
            sources: vec![
                source("in/us_ar_202609.csv", "ar_items"),
                source("in/de_ar_202609.csv", "ar_items"),
                source("in/ledger.csv", "gl_lines"),
                source("in/hs01_lines_09.csv", "customers"),
                source("in/hs02_lines_09.csv", "customers"),
            ],
        };
        let found = |table: &str, file: &str| earlier.source(table, file, "").map(|source| source.source.as_str());
        assert_eq!(found("ar_items", "new/DE_AR_202610.csv"), Some("in/de_ar_202609.csv"));
        assert_eq!(found("ar_items", "new/fr_ar.csv"), None);
        assert_eq!(found("gl_lines", "new/journal.csv"), Some("in/ledger.csv"));
        assert_eq!(found("accounts", "in/ledger.csv"), None);
        assert_eq!(found("customers", "in/hs02_lines_10.csv"), Some("in/hs02_lines_09.csv"));
        assert_eq!(found("customers", "in/hs01_lines_10.csv"), Some("in/hs01_lines_09.csv"));
    }
}
