//! The `[[source]]` entries that `tieout init` writes: settings that count, or the same switched off, with the reason.

use super::seen::{Accounts, Seen};
use crate::normalise::guess::Guess;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// How long a line of a comment may get.
const WIDTH: usize = 118;

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A remark: comment lines of `# ` and words, so that no line of them can be taken for a setting.
pub(super) fn remark(text: &str) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let mut lines = String::new();
    let mut line = String::from("#");
    for word in plain.split_whitespace() {
        if line.chars().count() + word.chars().count() + 1 > WIDTH && line.len() > 1 {
            let _ = writeln!(lines, "{line}");
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    let _ = writeln!(lines, "{line}");
    lines
}

/// A setting, or the same switched off: `#` and no blank.
pub(super) fn setting(text: &str, is_on: bool) -> String {
    format!("{}{text}\n", if is_on { "" } else { "#" })
}

/// `name = { a = "…", b = "…" }`
fn inline(name: &str, pairs: &BTreeMap<&str, String>) -> String {
    let pairs: Vec<String> = pairs.iter().map(|(key, value)| format!("{key} = {}", quoted(value))).collect();
    format!("{name} = {{ {} }}", pairs.join(", "))
}

/// One entry.
pub(super) fn entry(seen: &Seen, entities: &[String], accounts: &Accounts) -> String {
    let Some(guess) = &seen.guess else { return String::new() };
    let mut text = String::from("\n");
    for reason in &seen.off {
        text.push_str(&remark(&format!("{} is switched off: {reason}.", seen.name())));
    }
    seen.remarks.iter().for_each(|known| text.push_str(&remark(known)));
    text.push_str(&remark(&format!("{} of 100 speak for this reading: {}.", guess.score, guess.reason)));
    if let Some(next) = &seen.runner_up {
        let Guess { table, profile, score, .. } = next;
        text.push_str(&remark(&format!("Next: {table} by profile {profile}, {score} of 100.")));
    }
    let settings = Settings::of(seen, guess, entities, accounts);
    settings.remarks.iter().for_each(|known| text.push_str(&remark(known)));
    settings.lines.iter().for_each(|line| text.push_str(&setting(line, seen.off.is_empty())));
    text
}

/// What an entry says, and why.
struct Settings {
    lines: Vec<String>,
    remarks: Vec<String>,
}

impl Settings {
    fn of(seen: &Seen, guess: &Guess, entities: &[String], accounts: &Accounts) -> Settings {
        let mut made = Settings { lines: Vec::new(), remarks: Vec::new() };
        made.lines.push("[[source]]".to_owned());
        made.lines.push(format!("table = {}", quoted(guess.table)));
        made.lines.push(format!("path = {}", quoted(&seen.shown)));
        made.lines.push(format!("profile = {}", quoted(&guess.profile)));
        made.lines.extend(seen.sheet.iter().map(|sheet| format!("sheet = {}", quoted(sheet))));
        let (mut constants, mut columns) = (BTreeMap::new(), BTreeMap::new());
        made.entity(seen, entities, &mut constants);
        for column in &guess.missing {
            match (*column, seen.is_records) {
                _ if guess.unread.is_some() => {}
                // Only of a list that lacks nothing else can every row be an invoice.
                ("item_type", false) if guess.missing.len() == 1 && seen.seems_no_register().is_none() => {
                    made.remarks.push(
                        "If every row is an invoice (those with a negative amount are credit memos), this can be \
                         switched on as it is; if a column says what each row is, name it instead: columns = { \
                         item_type = \"Heading\" }."
                            .to_owned(),
                    );
                    constants.insert("item_type", "invoice".to_owned());
                    made.lines.push("negative_types = { invoice = \"credit_memo\" }".to_owned());
                }
                (column @ "bank_account", _) | (column, true) => {
                    constants.insert(column, "…".to_owned());
                }
                (column, false) => {
                    columns.insert(column, "Heading".to_owned());
                }
            }
        }
        if !columns.is_empty() {
            made.remarks.push("Put the file's own headings in place of \"Heading\".".to_owned());
            made.lines.push(inline("columns", &columns));
        }
        if guess.missing.iter().any(|column| constants.get(*column).is_some_and(|value| value == "…")) {
            made.remarks.push("Fill in what the file does not say.".to_owned());
        }
        if !constants.is_empty() {
            made.lines.push(inline("constants", &constants));
        }
        made.collective_account(seen, accounts);
        made
    }

    /// The entity of a file that names none.
    fn entity(&mut self, seen: &Seen, entities: &[String], constants: &mut BTreeMap<&str, String>) {
        if !seen.names_no_entity() {
            return;
        }
        match (&seen.own_entity, entities) {
            (Some(entity), _) => {
                self.remarks.push("The entity is taken from the name of the file or sheet.".to_owned());
                constants.insert("entity", entity.clone());
            }
            (None, [first, _, ..]) if seen.needs_entity() => {
                constants.insert("entity", first.clone());
            }
            _ => {}
        }
    }

    /// DATEV: the account that debtors' own accounts add up to, where the files say which it is; else the question.
    fn collective_account(&mut self, seen: &Seen, accounts: &Accounts) {
        let Some(debtors) = &seen.debtors else { return };
        let named: BTreeSet<&String> = accounts.values().flat_map(BTreeMap::keys).collect();
        let (account, why) = match (named.into_iter().collect::<Vec<_>>().as_slice(), &debtors.usual_account) {
            ([only], _) => (*only, "the only account that the files name receivable"),
            (_, Some(usual)) => (usual, "that of the chart of accounts which the file names"),
            _ => {
                self.remarks.push(
                    "Which account do debtors' own accounts (10000 and up) add up to? 1400 in the chart SKR 03, 1200 \
                     in SKR 04."
                        .to_owned(),
                );
                self.lines.push(format!(
                    "{}options = {{ receivables_account = \"1400\" }}",
                    if seen.off.is_empty() { "#" } else { "" }
                ));
                return;
            }
        };
        self.remarks.push(format!("receivables_account is what debtors' own accounts add up to: {why}."));
        self.lines.push(format!("options = {{ receivables_account = {} }}", quoted(account)));
    }
}
