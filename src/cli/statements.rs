//! What a file says of itself on the terminal: the statements of a bank file with account, days and balances, the
//! counts and totals of any other, and whether they tie.

use super::print;
use crate::load::control::Exact;
use crate::load::raw::SourceFacts;
use crate::load::statement::Statement;
use crate::model::money::grouped;
use crate::normalise::controls;

/// How many statements or totals are shown; `tieout close` checks them all.
const MOST_SHOWN: usize = 40;

/// What a file says of itself; blank for one that says nothing.
pub(crate) fn summary(facts: &SourceFacts) -> String {
    let mut text = match facts.statements.is_empty() {
        true => totals(facts),
        false => statements(facts),
    };
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

/// The counts and totals one by one.
fn totals(facts: &SourceFacts) -> String {
    if facts.controls.is_empty() {
        return String::new();
    }
    let mut table = print::plain_table(&["  count or total", "of the file", "of its rows", "ties"]);
    [1, 2].into_iter().for_each(|column| print::right(&mut table, column));
    for control in facts.controls.iter().take(MOST_SHOWN) {
        let figure = |figure: i128| if control.is_money { grouped(figure, 2) } else { figure.to_string() };
        let ties = if control.declared == control.counted { "yes" } else { "NO" };
        table.add_row([
            format!("  {}", control.name),
            figure(control.declared),
            figure(control.counted),
            ties.to_owned(),
        ]);
    }
    format!("\n{table}\n")
}

fn statements(facts: &SourceFacts) -> String {
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
