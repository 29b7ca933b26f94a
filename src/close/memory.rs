//! What people decided about cash: `memory.toml` beside close.toml, and the decisions typed into the last workbook.
//! The file is theirs: it is only ever added to, and what they change or delete stays changed.

use super::prior::WORKPAPER;
use crate::config::{Config, FILE_NAME};
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::workbook;
use crate::reconcile::cash::memory::{Alias, Decision, Memory};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The file's name, beside close.toml.
pub(super) const MEMORY: &str = "memory.toml";

/// What stands in front of the first entry of a new file.
const HEAD: &str = "\
# What people decided about cash. tieout adds what is typed into the sheet \"Unapplied cash\"
# and never changes what stands here: edit it, or delete an entry to take it back.
";

#[derive(Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct File {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alias: Vec<AliasEntry>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    decision: Vec<DecisionEntry>,
}

#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
struct AliasEntry {
    #[serde(skip_serializing_if = "String::is_empty")]
    payer_account: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    payer_name: String,
    customer: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    since: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct DecisionEntry {
    #[serde(default, skip_serializing_if = "String::is_empty")]
    entity: String,
    receipt: String,
    invoices: Vec<String>,
    decision: Verdict,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    since: String,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
enum Verdict {
    Accepted,
    Refused,
}

impl Verdict {
    /// As the sheet's list has it.
    fn name(self) -> &'static str {
        match self {
            Verdict::Accepted => "Accepted",
            Verdict::Refused => "Refused",
        }
    }

    /// What people type: a form of accept, yes or ok, of refuse, reject or no.
    fn parse(text: &str) -> Option<Verdict> {
        match text.trim().to_lowercase().as_str() {
            "accepted" | "accept" | "yes" | "ok" => Some(Verdict::Accepted),
            "refused" | "refuse" | "rejected" | "reject" | "no" => Some(Verdict::Refused),
            _ => None,
        }
    }
}

/// The decisions of a close.
#[derive(Default)]
pub(super) struct Decisions {
    /// The file's text as it is.
    text: String,
    known: File,
    /// What was typed since.
    added: File,
    /// Decision and note of each receipt, as the sheet shows them.
    shown: BTreeMap<(String, String), (String, String)>,
    /// What was noticed while reading.
    pub(super) findings: Vec<Finding>,
}

impl Decisions {
    /// Reads the file, and what was typed into the workbook that the run will replace.
    ///
    /// # Errors
    /// T3603 when the file cannot be understood; T5007 when the workbook is there and cannot be read.
    pub(super) fn read(config: &Config, out: &Path) -> Result<Decisions> {
        let mut decisions = Decisions::default();
        let path = config.folder.join(MEMORY);
        if path.is_file() {
            let unreadable = |message: String| {
                let help = "mend the line, or move the file away; it is plain text (docs/cash.md shows its entries)";
                Problem::input("T3603", Place::file(MEMORY), message, help)
            };
            decisions.text = std::fs::read_to_string(&path).map_err(|error| unreadable(error.to_string()))?;
            decisions.known =
                toml::from_str(&decisions.text).map_err(|error| unreadable(error.to_string().trim().to_owned()))?;
        }
        let known = decisions.known.decision.clone();
        for entry in &known {
            decisions.show(entry);
        }
        decisions.read_workbook(config, out)?;
        Ok(decisions)
    }

    fn show(&mut self, entry: &DecisionEntry) {
        let key = (entry.entity.clone(), entry.receipt.clone());
        self.shown.insert(key, (entry.decision.name().to_owned(), entry.note.clone()));
    }

    fn read_workbook(&mut self, config: &Config, out: &Path) -> Result<()> {
        let path = out.join(WORKPAPER);
        if !path.is_file() {
            return Ok(());
        }
        let period = config.period_end().period().to_string();
        let limits = config.limits();
        let sheets = workbook::sheets(&path, WORKPAPER, &limits)?;
        for sheet in sheets.iter().filter(|sheet| sheet.name.starts_with("Unapplied cash")) {
            let mut source = workbook::open(&path, WORKPAPER, Some(&sheet.name), &limits)?;
            let mut columns: Option<[usize; 5]> = None;
            while let Some(work) = source.next_block()? {
                let block = work()?;
                for row in block.rows() {
                    let text = |column: usize| row.cell(column).text.trim().to_owned();
                    match columns {
                        None => {
                            let at = |name: &str| row.cells().position(|cell| cell.text.trim() == name);
                            let all = ["Receipt", "Entity", "Proposed documents", "Decision", "Note"].map(at);
                            columns =
                                all.iter().copied().collect::<Option<Vec<usize>>>().and_then(|all| all.try_into().ok());
                        }
                        Some([receipt, entity, proposed, decision, note]) => {
                            let cells = [receipt, entity, proposed, decision, note].map(text);
                            self.take(cells, &period);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    /// Takes in one row of the sheet.
    fn take(&mut self, [receipt, entity, proposed, decision, note]: [String; 5], period: &str) {
        if receipt.is_empty() || (decision.is_empty() && note.is_empty()) {
            return;
        }
        let verdict = Verdict::parse(&decision);
        let shown = verdict.map_or_else(|| decision.clone(), |verdict| verdict.name().to_owned());
        self.shown.insert((entity.clone(), receipt.clone()), (shown, note.clone()));
        let Some(verdict) = verdict else {
            if !decision.is_empty() {
                let message = format!("the decision \"{decision}\" for receipt {receipt} is kept and not understood");
                let place = Place::file(WORKPAPER);
                self.findings.push(Finding::warning("T3604", place, message, "type Accepted or Refused"));
            }
            return;
        };
        let mut invoices: Vec<String> =
            proposed.split(';').map(str::trim).filter(|number| !number.is_empty()).map(str::to_owned).collect();
        if invoices.is_empty() {
            // What was refused is not proposed any more: who accepts now takes that back.
            let refused = |known: &&DecisionEntry| {
                known.receipt == receipt && known.entity == entity && known.decision == Verdict::Refused
            };
            let mut refused = self.known.decision.iter().filter(refused);
            match (verdict, refused.next(), refused.next()) {
                (Verdict::Accepted, Some(one), None) => invoices.clone_from(&one.invoices),
                (Verdict::Refused, Some(_), _) => {}
                _ => self.nothing_to_decide(&receipt, verdict),
            }
        }
        let entry = DecisionEntry { entity, receipt, invoices, decision: verdict, since: period.to_owned(), note };
        let is_same = |known: &DecisionEntry| {
            known.receipt == entry.receipt
                && known.entity == entry.entity
                && known.decision == verdict
                && known.invoices == entry.invoices
        };
        // An answer that is refused is not proposed again: its row then names none, and the refusal stands.
        let is_news = !entry.invoices.is_empty() && !self.known.decision.iter().any(is_same);
        if is_news {
            self.added.decision.push(entry);
        }
    }

    /// A decision about a row that proposes nothing.
    fn nothing_to_decide(&mut self, receipt: &str, verdict: Verdict) {
        self.findings.push(Finding::warning(
            "T3605",
            Place::file(WORKPAPER),
            format!("{} for receipt {receipt} changes nothing: its row proposes no document", verdict.name()),
            format!("say which documents it is for in {MEMORY} (docs/cash.md shows how)"),
        ));
    }

    /// The decisions in force: of several about one receipt and the same documents the last.
    pub(super) fn memory(&self) -> Memory {
        let aliases = self.known.alias.iter().map(|entry| Alias {
            payer_account: entry.payer_account.clone(),
            payer_name: entry.payer_name.clone(),
            customer: entry.customer.clone(),
        });
        let mut in_force: Vec<Decision> = Vec::new();
        for entry in self.known.decision.iter().chain(&self.added.decision) {
            let documents: Vec<&str> = entry.invoices.iter().map(String::as_str).collect();
            let accepted = entry.decision == Verdict::Accepted;
            in_force.retain(|earlier| {
                let is_about = earlier.is_about(&entry.entity, &entry.receipt) || earlier.receipt == entry.receipt;
                !(is_about && (earlier.is_of(&documents) || (accepted && earlier.accepted)))
            });
            in_force.push(Decision {
                entity: entry.entity.clone(),
                receipt: entry.receipt.clone(),
                invoices: entry.invoices.clone(),
                accepted,
            });
        }
        Memory { aliases: aliases.collect(), decisions: in_force }
    }

    /// Decision and note of a receipt, as the sheet shows them.
    pub(super) fn shown(&self, entity: &str, receipt: &str) -> (String, String) {
        let of = |entity: &str| self.shown.get(&(entity.to_owned(), receipt.to_owned())).cloned();
        of(entity).or_else(|| of("")).unwrap_or_default()
    }

    /// The file's text with what is new, or nothing where there is nothing new.
    ///
    /// # Errors
    /// An internal error when an entry cannot be written down.
    pub(super) fn text_with(mut self, learned: &[Alias], period: &str) -> Result<Option<String>> {
        for alias in learned {
            let is_known = |entry: &AliasEntry| {
                entry.customer == alias.customer
                    && entry.payer_account == alias.payer_account
                    && entry.payer_name == alias.payer_name
            };
            if !self.known.alias.iter().chain(&self.added.alias).any(is_known) {
                self.added.alias.push(AliasEntry {
                    payer_account: alias.payer_account.clone(),
                    payer_name: alias.payer_name.clone(),
                    customer: alias.customer.clone(),
                    since: period.to_owned(),
                    note: "from an answer that was accepted".to_owned(),
                });
            }
        }
        if self.added.alias.is_empty() && self.added.decision.is_empty() {
            return Ok(None);
        }
        let added = toml::to_string(&self.added)
            .map_err(|error| Problem::internal(format!("{MEMORY} beside {FILE_NAME} cannot be written: {error}")))?;
        let mut text = if self.text.is_empty() { HEAD.to_owned() } else { self.text };
        if !text.ends_with('\n') {
            text.push('\n');
        }
        Ok(Some(format!("{text}\n{added}")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(receipt: &str, documents: &str, decision: &str) -> [String; 5] {
        [receipt, "US01", documents, decision, ""].map(str::to_owned)
    }

    #[test]
    fn what_is_typed_is_added_once_and_nothing_else_is_touched() {
        let text = "# mine\n[[alias]]\npayer_name = \"Kay\"\ncustomer = \"C1\"\n";
        let mut decisions =
            Decisions { text: text.to_owned(), known: toml::from_str(text).expect("a memory"), ..Decisions::default() };
        decisions.take(row("RC-1", "INV-1; INV-2", "Accepted"), "2026-10");
        decisions.take(row("RC-2", "INV-3", "maybe"), "2026-10");
        assert_eq!(decisions.findings.len(), 1);
        assert_eq!(decisions.shown("US01", "RC-2").0, "maybe", "what a person typed stays");
        let memory = decisions.memory();
        assert_eq!((memory.aliases.len(), memory.decisions.len()), (1, 1));
        let new = decisions.text_with(&[], "2026-10").expect("a text").expect("news");
        assert!(new.starts_with(text) && new.contains("[[decision]]") && new.contains("INV-2"), "{new}");

        let mut again =
            Decisions { text: new.clone(), known: toml::from_str(&new).expect("a memory"), ..Decisions::default() };
        again.take(row("RC-1", "INV-1; INV-2", "Accepted"), "2026-10");
        assert_eq!(again.text_with(&[], "2026-10").expect("a text"), None, "nothing new");
    }

    #[test]
    fn a_later_decision_about_the_same_documents_replaces_the_earlier_one() {
        let mut decisions = Decisions::default();
        decisions.take(row("RC-1", "INV-1", "refused"), "2026-10");
        decisions.take(row("RC-1", "INV-1", "accepted"), "2026-11");
        decisions.take(row("RC-1", "INV-2", "refused"), "2026-11");
        let accepted: Vec<bool> = decisions.memory().decisions.iter().map(|decision| decision.accepted).collect();
        assert_eq!(accepted, [true, false]);
    }
}
