//! The list of who gets which letter and why, and the table to merge letters from.

use super::accounts::Account;
use super::context::{Voice, address, date, pay_by};
use super::decision::{Decision, Tone};
use crate::config;
use crate::model::{Cell, ColumnDef, Date, Kind, Table, TableDef};
use crate::normalise::tables::columns;
use crate::reconcile::register::exact;

/// How many lines of an address the merge table has.
const ADDRESS_LINES: usize = 5;

/// Who gets which letter, one row an account.
pub static LETTERS: TableDef = TableDef {
    name: "letters",
    columns: columns![
        entity: Word, customer_id: Text, customer_name: Text, currency: Word, letter: Word, reason: Word, why: Text,
        statement: Word, oldest_days: Int, balance: Money, past_due: Money, disputed: Money, received: Money,
        credits: Money, due_now: Money, channel: Word, file: Text, statement_file: Text,
    ],
};

/// What a letter program needs, one row a letter.
pub static MAIL_MERGE: TableDef = TableDef {
    name: "mail_merge",
    columns: columns![
        letter: Word, file: Text, text_file: Text, entity: Word, sender: Word, customer_id: Text, customer_name: Text,
        address_1: Text, address_2: Text, address_3: Text, address_4: Text, address_5: Text, email: Text,
        currency: Word, amount: Money, amount_text: Text, oldest_days: Int, as_of: Date, date: Date, pay_by: Date,
    ],
};

fn days(days: Option<i32>) -> Cell<'static> {
    days.map_or(Cell::Null, |days| Cell::Int(days.into()))
}

/// The list; `path_of` tells the file of an account's letter of a kind.
pub(super) fn list(accounts: &[Account], decisions: &[Decision], path_of: &dyn Fn(usize, &str) -> String) -> Table {
    let mut table = Table::new(&LETTERS);
    for (at, (account, decision)) in accounts.iter().zip(decisions).enumerate() {
        let letter = decision.tone.map_or("none", Tone::name);
        let channel = match (account.address.is_empty(), account.email.is_empty()) {
            (false, _) => "post",
            (true, false) => "email",
            (true, true) => "",
        };
        table.push(&[
            Cell::text(&account.entity),
            Cell::text(&account.customer),
            Cell::text(&account.name),
            Cell::text(&account.currency),
            Cell::Text(letter),
            Cell::text(decision.reason),
            Cell::text(&decision.why),
            Cell::Text(if decision.has_statement { "yes" } else { "no" }),
            days(decision.oldest),
            exact(account.balance()),
            exact(decision.past_due),
            exact(decision.disputed),
            exact(decision.received),
            exact(decision.credits),
            exact(decision.due_now),
            Cell::text(channel),
            Cell::text(&path_of(at, letter)),
            Cell::text(&path_of(at, "statement")),
        ]);
    }
    table
}

/// Adds a letter to the merge table.
pub(super) fn push_merge(
    table: &mut Table,
    kind: &'static str,
    path: &str,
    account: &Account,
    decision: &Decision,
    (rules, as_of): (&config::Letters, Date),
) {
    let voice = Voice::of(rules, &account.entity);
    let lines = address(account, rules);
    // What does not fit into the lines stands in the last.
    let line = |at: usize| match at + 1 == ADDRESS_LINES {
        true => lines.get(at..).unwrap_or_default().join(", "),
        false => lines.get(at).cloned().unwrap_or_default(),
    };
    let lines: Vec<String> = (0..ADDRESS_LINES).map(line).collect();
    let amount = if kind == "statement" { account.balance() } else { decision.due_now };
    let (html, text) = (format!("{path}.html"), format!("{path}.txt"));
    let amount_text = voice.amount(amount, account.decimals);
    let mut cells = vec![
        Cell::Text(kind),
        Cell::text(&html),
        Cell::text(&text),
        Cell::text(&account.entity),
        Cell::text(voice.sender),
        Cell::text(&account.customer),
        Cell::text(&account.name),
    ];
    cells.extend(lines.iter().map(|line| Cell::text(line)));
    cells.extend([
        Cell::text(&account.email),
        Cell::text(&account.currency),
        exact(amount),
        Cell::text(&amount_text),
        days(decision.oldest),
        Cell::Date(as_of),
        Cell::Date(date(rules, as_of)),
        Cell::Date(pay_by(rules, as_of)),
    ]);
    table.push(&cells);
}
