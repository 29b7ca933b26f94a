//! Summary postings (V23): one GL line for a whole batch or day of documents. A match, not a difference.

use super::evidence::{Origin, origin};
use super::exceptions::Exception;
use crate::matching::groups::equal_groups;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::{Date, DocKey};
use crate::reconcile::Inputs;
use crate::reconcile::subledger::Subledger;
use hashbrown::HashSet;

/// A group of documents that one journal posts in one sum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SummaryMatch {
    /// The reconciliation.
    pub rec: u16,
    /// `batch` or `day`.
    pub rule: &'static str,
    /// The journal.
    pub journal: String,
    /// The documents.
    pub documents: Vec<String>,
    /// What the journal posts.
    pub amount: i64,
    /// What the documents add up to: the same.
    pub documents_amount: i64,
}

/// Takes the groups that agree out of the exceptions: by batch first, then by posting day.
pub fn take(
    exceptions: &mut Vec<Exception>,
    inputs: &Inputs,
    subledger: &Subledger,
    keys: &KeyIndex,
) -> Vec<SummaryMatch> {
    let mut matches = Vec::new();
    for rule in ["batch", "day"] {
        let labels = |exception: &Exception| match rule {
            "batch" => batch_label(exception, inputs, keys),
            _ => day_label(exception, inputs, subledger),
        };
        let (mut members, mut singles) = (Vec::new(), Vec::new());
        for (number, exception) in exceptions.iter().enumerate() {
            let Some(label) = labels(exception) else { continue };
            if exception.journals.is_empty() && !exception.items.is_empty() {
                members.push(((exception.rec, label), exception.subledger, number));
            } else if exception.all_items.is_empty()
                && exception.journals.len() == 1
                && is_of_subledger(exception, inputs)
            {
                singles.push(((exception.rec, label), exception.gl(), number));
            }
        }
        let strip = |list: &[((u16, String), i64, usize)]| -> Vec<((u16, String), i64)> {
            list.iter().map(|(label, amount, _)| (label.clone(), *amount)).collect()
        };
        let mut taken = HashSet::new();
        for (label, single, group) in equal_groups(&strip(&members), &strip(&singles)) {
            let posting = &exceptions[singles[single].2];
            taken.insert(singles[single].2);
            taken.extend(group.iter().map(|member| members[*member].2));
            let mut documents: Vec<String> =
                group.iter().map(|member| keys.text(exceptions[members[*member].2].key).to_owned()).collect();
            documents.sort_unstable();
            matches.push(SummaryMatch {
                rec: label.0,
                rule,
                journal: posting.journals[0].id.clone(),
                documents,
                amount: posting.gl(),
                documents_amount: group.iter().map(|member| exceptions[members[*member].2].subledger).sum(),
            });
        }
        let mut number = 0;
        exceptions.retain(|_| {
            number += 1;
            !taken.contains(&(number - 1))
        });
    }
    matches
}

/// Whether the subledger may have posted a journal: one that says to come from elsewhere agrees by chance alone.
fn is_of_subledger(exception: &Exception, inputs: &Inputs) -> bool {
    let sources = inputs.gl_lines.text("source");
    let mut lines = exception.journals.iter().flat_map(|journal| &journal.lines);
    lines.all(|line| matches!(origin(sources.get(*line as usize)), Origin::Subledger | Origin::Receivables))
}

/// The batch of a document, or the batch that a journal posts: its own batch, or its document number.
fn batch_label(exception: &Exception, inputs: &Inputs, keys: &KeyIndex) -> Option<String> {
    let key = |text: &str| DocKey::new(text).map(|key| key.as_str().to_owned());
    match exception.journals.first() {
        None => {
            let batches = inputs.ar_items.text("batch_id");
            let row = *exception.items.first()?;
            key(batches.get(row as usize))
        }
        Some(journal) => {
            let row = *journal.lines.first()? as usize;
            let own = key(inputs.gl_lines.text("batch_id").get(row));
            own.or_else(|| (exception.key != NO_KEY).then(|| keys.text(exception.key).to_owned()))
        }
    }
}

/// The posting day of a document or of a journal without one.
fn day_label(exception: &Exception, inputs: &Inputs, subledger: &Subledger) -> Option<String> {
    let day = match exception.journals.first() {
        None => subledger.posting[*exception.items.first()? as usize],
        Some(journal) => inputs.gl_lines.dates("posting_date")[*journal.lines.first()? as usize],
    };
    Some(Date::from_days(day).to_string())
}
