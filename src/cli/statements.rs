//! The statements of a bank file on the terminal: account, days, balances, and whether they tie.

use super::print;
use crate::load::bank::Statement;
use crate::load::control::Exact;
use crate::load::raw::SourceFacts;
use crate::model::money::grouped;
use crate::normalise::controls;

/// How many statements are shown; `tieout close` checks them all.
const MOST_SHOWN: usize = 40;

/// The summary of a bank file; blank for any other file.
pub(crate) fn summary(facts: &SourceFacts) -> String {
    if facts.statements.is_empty() {
        return String::new();
    }
    let mut table =
        print::plain_table(&["  account", "statement", "days", "opening", "lines", "sum", "closing", "ties"]);
    [3, 4, 5, 6].into_iter().for_each(|column| print::right(&mut table, column));
    for statement in facts.statements.iter().take(MOST_SHOWN) {
        table.add_row(row(statement));
    }
    let mut text = format!("\n{table}\n");
    let more = facts.statements.len().saturating_sub(MOST_SHOWN);
    if more > 0 {
        text.push_str(&format!("  and {more} more statements\n"));
    }
    let (checks, findings) = controls::own_totals(facts);
    if !checks.is_empty() {
        let passed = checks.len() - findings.len();
        text.push_str(&format!("  {passed} of {} counts and totals of the file agree\n", checks.len()));
    }
    for finding in findings.iter().take(MOST_SHOWN) {
        text.push_str(&format!("\n{finding}\n"));
    }
    text
}

fn row(statement: &Statement) -> Vec<String> {
    let money = |amount: Option<Exact>| {
        amount.map_or("-".to_owned(), |a| a.units().map_or_else(|| a.to_string(), |units| grouped(units, 2)))
    };
    let days = match (statement.first, statement.last) {
        (Some(first), Some(last)) if first == last => first.to_string(),
        (Some(first), Some(last)) => format!("{first} to {last}"),
        _ => String::new(),
    };
    let ties = match (statement.proof(), statement.ties()) {
        (_, Some(true)) => "yes".to_owned(),
        (Some((expected, closing)), _) => format!("NO, by {}", money(Some(closing - expected))),
        (None, _) => "not testable".to_owned(),
    };
    let account = format!("  {} {}", statement.account, statement.currency).trim_end().to_owned();
    vec![
        account,
        statement.number.clone(),
        days,
        money(statement.opening),
        statement.lines.to_string(),
        money(Some(statement.sum).filter(|_| !statement.is_unread)),
        money(statement.closing),
        ties,
    ]
}
