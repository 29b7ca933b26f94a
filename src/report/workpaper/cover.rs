//! The front page: what was closed, the conclusion, the status of each reconciliation, sign-off, contents.

use super::Layout;
use super::legend::section;
use super::reconciliation::{is_of_bank, lead_cell, order};
use super::register::{paragraph, spoken, title};
use super::signing::{ROLES, input};
use crate::model::table::NO_MONEY;
use crate::report::template::Template;
use crate::report::workbook::{Block, Look, Row, Sheet, SheetCell, Show, Value};

const WIDTHS: [u16; 7] = [22, 10, 20, 20, 18, 18, 14];
/// How many accounts without a conclusion are named.
const LIMITED_SHOWN: usize = 10;

pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, name: &str) -> Sheet {
    let mut rows = vec![title(&layout.facts.close_name)];
    rows.push(Row { height: Some(18), ..Row::text(template.title.clone(), Look::Strong) });
    let has_bank = (0..layout.reconciliations.len()).any(|row| is_of_bank(&layout.reconciliations, row));
    let subtitle =
        if has_bank { template.caption("subtitle_with_bank", &template.subtitle) } else { &template.subtitle };
    rows.push(Row::text(subtitle, Look::Subtitle));
    rows.push(Row::default());
    facts(&mut rows, layout);
    rows.push(Row::default());
    rows.push(section(template.caption("conclusion", "Conclusion"), WIDTHS.len()));
    for (text, look) in conclusion(layout) {
        let mut row = paragraph(&text, look, &WIDTHS, 0);
        row.height = row.height.map(|height| height + 4);
        rows.push(row);
    }
    rows.push(Row::default());
    rows.push(section(template.caption("reconciliations", "Reconciliations"), WIDTHS.len()));
    for (of_bank, balances) in
        [(false, ["Balance per GL", "Balance per subledger"]), (true, ["Balance per books", "Balance per bank"])]
    {
        let table = &layout.reconciliations;
        let of_kind: Vec<usize> = order(table).into_iter().filter(|row| is_of_bank(table, *row) == of_bank).collect();
        if of_bank && !of_kind.is_empty() && of_kind.len() < table.len() {
            rows.push(Row { height: Some(6), ..Row::default() });
        }
        reconciliations(&mut rows, layout, balances, &of_kind);
    }
    rows.push(Row::default());
    rows.push(section(template.caption("sign_off", "Sign-off"), WIDTHS.len()));
    sign_off(&mut rows, layout);
    rows.push(Row::default());
    rows.push(section(template.caption("contents", "Contents"), WIDTHS.len()));
    for (sheet, title) in layout.contents.iter().filter(|(sheet, _)| sheet != name) {
        let link = SheetCell::text(sheet.clone(), Look::Link).to_sheet(sheet.clone());
        let blank = SheetCell::new(Value::Blank, Look::Normal, Show::Plain);
        let mut cells = vec![link, blank.clone(), SheetCell::text(title.clone(), Look::Normal)];
        cells.resize(WIDTHS.len(), blank);
        rows.push(Row { height: Some(15), ..Row::of(cells) });
    }
    Sheet {
        name: name.to_owned(),
        blocks: vec![Block::Rows(rows)],
        widths: WIDTHS.to_vec(),
        landscape: !template.portrait,
        marked: template.marked,
        ..Sheet::default()
    }
}

fn facts(rows: &mut Vec<Row>, layout: &Layout<'_>) {
    let facts = layout.facts;
    let table = &layout.reconciliations;
    let mut entities: Vec<&str> = (0..table.len()).map(|row| table.text("entity").get(row)).collect();
    entities.sort_unstable();
    entities.dedup();
    let lines = [
        ("Period", format!("{} to {}", facts.period_start, facts.period_end)),
        (currency_label(layout), facts.currency.code().to_owned()),
        ("Entities", entities.join(", ")),
        ("Prepared with", format!("tieout {}", facts.tool_version)),
        ("Configuration (SHA-256)", facts.configuration_sha256.clone()),
    ];
    let prior = facts.prior.iter().map(|prior| ("Prior run", prior.clone()));
    for (label, text) in lines.into_iter().chain(prior) {
        rows.push(Row::of(vec![
            SheetCell::text(label, Look::Label),
            SheetCell::default(),
            SheetCell::text(text, Look::Fact),
        ]));
    }
}

/// What the currency of the close is: the functional one of entities that name none. Nothing is translated into it.
fn currency_label(layout: &Layout<'_>) -> &'static str {
    let currencies = layout.reconciliations.text("currency");
    let own = layout.facts.currency.code();
    match (0..currencies.len()).all(|row| ["", own].contains(&currencies.get(row))) {
        true => "Currency",
        false => "Default currency",
    }
}

/// Sentences that follow from the statuses and checks, and nothing else.
fn conclusion(layout: &Layout<'_>) -> Vec<(String, Look)> {
    let table = &layout.reconciliations;
    let with = |status: &str| -> Vec<usize> {
        (0..table.len()).filter(|row| table.text("status").get(*row) == status).collect()
    };
    let (reconciled, explained, open) = (with("reconciled"), with("explained"), with("open"));
    let mut lines = Vec::new();
    let of =
        |count: usize| format!("{count} of {} reconciliation{}", table.len(), if table.len() == 1 { "" } else { "s" });
    if table.is_empty() {
        lines.push(("No account was reconciled: there is no conclusion.".to_owned(), Look::Warn));
    }
    if !reconciled.is_empty() {
        let text = format!("{}: the two balances are equal to the cent.", of(reconciled.len()));
        lines.push((text, Look::Good));
    }
    if !explained.is_empty() {
        let text = format!(
            "{}: the variance is explained by listed items; what is left is within tolerance. The items still need \
             their disposition.",
            of(explained.len())
        );
        lines.push((text, Look::Warn));
    }
    let limitation = |row: &usize| table.text("limitation").get(*row);
    let (limited, open): (Vec<usize>, Vec<usize>) = open.into_iter().partition(|row| !limitation(row).is_empty());
    for row in limited.iter().take(LIMITED_SHOWN) {
        let (entity, account) = (table.text("entity").get(*row), table.text("account").get(*row));
        let text = format!("{entity} {account}: no conclusion, because {}. Not ready for sign-off.", limitation(row));
        lines.push((text, Look::Bad));
    }
    if limited.len() > LIMITED_SHOWN {
        let more = limited.len() - LIMITED_SHOWN;
        lines.push((format!("{more} more have no conclusion: the lead sheet says why."), Look::Bad));
    }
    if !open.is_empty() {
        let amounts: Vec<String> = open.iter().map(|row| unexplained(layout, *row)).collect();
        let text = format!(
            "{}: open. Unexplained beyond tolerance: {}. Not ready for sign-off.",
            of(open.len()),
            amounts.join("; ")
        );
        lines.push((text, Look::Bad));
    }
    lines.extend(rejected(layout));
    let checks = &layout.checks;
    let count = |outcome: &str| (0..checks.len()).filter(|row| checks.text("outcome").get(*row) == outcome).count();
    let (pass, fail, rest) = (count("pass"), count("fail"), count("not testable"));
    let look = if fail > 0 { Look::Bad } else { Look::Plain };
    lines.push((format!("Checks: {pass} passed, {fail} failed, {rest} not testable with the given columns."), look));
    lines
}

/// Rows that are in no balance, wherever they belong.
fn rejected(layout: &Layout<'_>) -> Option<(String, Look)> {
    let rows = |column: &str| -> i64 { layout.sources.ints(column).iter().filter(|rows| **rows > 0).sum() };
    let (rejected, read) = (rows("rows_rejected"), rows("rows_read"));
    let text =
        format!("{rejected} of {read} rows were rejected and are in no balance: see the sheet of rejected rows.");
    (rejected > 0).then_some((text, Look::Bad))
}

fn unexplained(layout: &Layout<'_>, row: usize) -> String {
    let table = &layout.reconciliations;
    let rec_id = table.text("rec_id").get(row);
    let code = layout.currencies.of_rec(rec_id);
    let units = table.money("unexplained")[row];
    let units = if units == NO_MONEY { 0 } else { i128::from(units) };
    let (entity, account) = (table.text("entity").get(row), table.text("account").get(row));
    format!("{entity} {account} {code} {}", spoken(units, layout.currencies.decimals(code)))
}

/// The reconciliations of one kind, under the names of their two balances.
fn reconciliations(rows: &mut Vec<Row>, layout: &Layout<'_>, balances: [&str; 2], of_kind: &[usize]) {
    let table = &layout.reconciliations;
    if of_kind.is_empty() {
        return;
    }
    let heading = |text: &str, look| SheetCell::text(text, look);
    rows.push(Row::of(vec![
        heading("Reconciliation", Look::Heading),
        heading("Currency", Look::Heading),
        heading(balances[0], Look::HeadingRight),
        heading(balances[1], Look::HeadingRight),
        heading("Variance", Look::HeadingRight),
        heading("Unexplained", Look::HeadingRight),
        heading("Status", Look::HeadingCentre),
    ]));
    for row in of_kind.iter().copied() {
        let text = |column: &str| table.text(column).get(row);
        let code = layout.currencies.of_rec(text("rec_id"));
        let show = Show::Money(layout.currencies.decimals(code));
        let name = SheetCell::text(text("rec_id"), Look::Normal);
        let name = match layout.rec_sheets.get(text("rec_id")) {
            Some(sheet) => SheetCell { link: Some(sheet.clone()), ..SheetCell::text(text("rec_id"), Look::Link) },
            None => name,
        };
        let mut cells = vec![name, SheetCell::text(code, Look::Normal)];
        for column in ["gl_balance", "subledger_balance", "variance", "unexplained"] {
            let value = match table.money(column)[row] {
                NO_MONEY => Value::Blank,
                units => Value::Money(i128::from(units)),
            };
            let reference = lead_cell(layout, row, column);
            let value = reference.map_or(value.clone(), |reference| Value::formula(reference, value));
            cells.push(SheetCell::new(value, Look::Normal, show));
        }
        let look = match text("status") {
            "reconciled" => Look::Good,
            "explained" => Look::Warn,
            _ => Look::Bad,
        };
        let status = Value::text(text("status"));
        let status =
            lead_cell(layout, row, "status").map_or(status.clone(), |reference| Value::formula(reference, status));
        cells.push(SheetCell::new(status, look, Show::Centred));
        rows.push(Row { height: Some(16), ..Row::of(cells) });
    }
}

fn sign_off(rows: &mut Vec<Row>, layout: &Layout<'_>) {
    let heading = |text: &str| SheetCell::text(text, Look::Heading);
    rows.push(Row::of(vec![
        heading("Role"),
        heading(""),
        heading("Name"),
        heading("Date"),
        heading("Remarks"),
        heading(""),
        heading(""),
    ]));
    for role in ROLES {
        let mut cells =
            vec![SheetCell::text(role, Look::Normal), SheetCell::new(Value::Blank, Look::Normal, Show::Plain)];
        cells.extend((2..7).map(|column| input(&layout.facts.signed, &layout.facts.close_name, role, column)));
        rows.push(Row { height: Some(22), merged: Some((4, 6)), cells });
    }
}
