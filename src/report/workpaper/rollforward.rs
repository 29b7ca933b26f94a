//! The roll-forward: opening to closing balance of each control account, both sides, footed.

use super::legend::section;
use super::register::{caption, description, title};
use super::{Layout, reconciliation};
use crate::model::table::NO_MONEY;
use crate::model::words::in_words;
use crate::report::template::Template;
use crate::report::workbook::{Block, Look, Row, Sheet, SheetCell, Show, Value, fits_number};

const WIDTHS: [u16; 5] = [46, 22, 22, 20, 8];

pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, name: &str) -> Sheet {
    let mut rows =
        vec![title(&template.title), caption(layout), description(&template.subtitle, &WIDTHS), Row::default()];
    let table = &layout.rollforward;
    let text = |column: &str, row: usize| table.text(column).get(row);
    let mut start = 0;
    while start < table.len() {
        let key = |row| (text("entity", row), text("account", row), text("currency", row));
        let end = (start..table.len()).find(|row| key(*row) != key(start)).unwrap_or(table.len());
        group(&mut rows, layout, start, end);
        start = end;
    }
    if table.is_empty() {
        rows.push(Row::text("No roll-forward: there is no control account.", Look::Remark));
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

/// One control account. The closing line is the sum of the lines above it; below it stands the balance of the lead
/// sheet and what is left between the two.
fn group(rows: &mut Vec<Row>, layout: &Layout<'_>, start: usize, end: usize) {
    let table = &layout.rollforward;
    let text = |column: &str| table.text(column).get(start);
    let code = if text("currency").is_empty() { layout.facts.currency.code() } else { text("currency") };
    let show = Show::Money(layout.currencies.decimals(code));
    rows.push(section(&format!("{}  ·  account {}  ·  {code}", text("entity"), text("account")), 5));
    let heading = |text: &str, look| SheetCell::text(text, look);
    rows.push(Row::of(vec![
        heading("", Look::Heading),
        heading("Subledger", Look::HeadingRight),
        heading("General ledger", Look::HeadingRight),
        heading("GL less subledger", Look::HeadingRight),
        heading("Mark", Look::HeadingCentre),
    ]));
    let first_line = rows.len() as u32 + 1;
    let mut sums = [0_i128; 2];
    let columns = ["subledger_amount", "gl_amount"].map(|column| table.money(column).range(start..end));
    let decimals = layout.currencies.decimals(code);
    let fits = |units: &i64| *units == NO_MONEY || fits_number(i128::from(*units), decimals);
    let alive = columns.into_iter().all(|mut column| column.all(fits));
    let mut untold = false;
    for row in start..end {
        let line = table.text("line").get(row);
        // What opening and movements do not lead to is what is left between their sum and the lead sheet.
        if line == "unaccounted" {
            continue;
        }
        untold |= line == "not_available";
        let is_closing = row + 1 == end && line.to_lowercase().starts_with("closing");
        let units = ["subledger_amount", "gl_amount"].map(|column| table.money(column)[row]);
        if is_closing {
            closing(rows, layout, row, first_line, sums, (show, alive), untold);
            break;
        }
        for (sum, units) in sums.iter_mut().zip(units) {
            *sum += if units == NO_MONEY { 0 } else { i128::from(units) };
        }
        let amount = |units: i64| if units == NO_MONEY { Value::Blank } else { Value::Money(i128::from(units)) };
        let number = rows.len() as u32 + 1;
        let zero = |units: i64| if units == NO_MONEY { 0 } else { i128::from(units) };
        let difference = Value::Money(zero(units[1]) - zero(units[0]));
        rows.push(Row::of(vec![
            SheetCell::text(label(line, table.text("note").get(row)), Look::Normal),
            SheetCell::new(amount(units[0]), Look::Normal, show),
            SheetCell::new(amount(units[1]), Look::Normal, show),
            SheetCell::new(when(alive, format!("ROUND(C{number}-B{number},4)"), difference), Look::Normal, show),
            SheetCell::new(Value::text(table.text("mark").get(row)), Look::Normal, Show::Centred),
        ]));
    }
    rows.push(Row::default());
}

/// A line's name, and why it has no figure.
fn label(line: &str, note: &str) -> String {
    if note.is_empty() { in_words(line) } else { format!("{} ({note})", in_words(line)) }
}

fn closing(
    rows: &mut Vec<Row>,
    layout: &Layout<'_>,
    row: usize,
    first: u32,
    sums: [i128; 2],
    (show, alive): (Show, bool),
    untold: bool,
) {
    let table = &layout.rollforward;
    let number = rows.len() as u32 + 1;
    let last = number - 1;
    let footed = |letter: &str, sum| when(alive, format!("SUM({letter}{first}:{letter}{last})"), Value::Money(sum));
    let cell = |value, look| SheetCell::new(value, look, show);
    rows.push(Row::of(vec![
        SheetCell::text("Closing balance", Look::Total),
        cell(footed("B", sums[0]), Look::Total),
        cell(footed("C", sums[1]), Look::Total),
        cell(when(alive, format!("ROUND(C{number}-B{number},4)"), Value::Money(sums[1] - sums[0])), Look::Total),
        SheetCell::new(Value::text("F"), Look::Total, Show::Centred),
    ]));
    let (entity, account) = (table.text("entity").get(row), table.text("account").get(row));
    let Some(lead) = reconciliation::find(&layout.reconciliations, entity, account) else { return };
    let balances = ["subledger_balance", "gl_balance"].map(|column| layout.reconciliations.money(column)[lead]);
    if balances.contains(&NO_MONEY) {
        return;
    }
    let balances = balances.map(i128::from);
    let decimals = if let Show::Money(decimals) = show { decimals } else { 2 };
    let alive = alive && balances.iter().all(|units| fits_number(*units, decimals));
    let at_lead = |column: &str, units| {
        let reference = reconciliation::lead_cell(layout, lead, column);
        reference.map_or(Value::Money(units), |reference| when(alive, reference, Value::Money(units)))
    };
    let number = number + 1;
    rows.push(Row::of(vec![
        SheetCell::text("Balance per lead sheet", Look::Normal),
        cell(at_lead("subledger_balance", balances[0]), Look::Normal),
        cell(at_lead("gl_balance", balances[1]), Look::Normal),
        cell(
            when(alive, format!("ROUND(C{number}-B{number},4)"), Value::Money(balances[1] - balances[0])),
            Look::Normal,
        ),
        SheetCell::new(Value::text("T  S"), Look::Normal, Show::Centred),
    ]));
    let (above, number) = (number - 1, number + 1);
    let left = [sums[0] - balances[0], sums[1] - balances[1]];
    let agree = left == [0, 0];
    let look = if untold {
        Look::Normal
    } else if agree {
        Look::Good
    } else {
        Look::Bad
    };
    let proof = |letter: &str, units| {
        when(alive, format!("ROUND({letter}{above}-{letter}{},4)", number - 1), Value::Money(units))
    };
    // Where nothing tells the opening, the two agree by construction: that proves nothing.
    let mark = when(
        alive && !untold,
        format!("IF(AND(B{number}=0,C{number}=0),\"✓\",\"✗\")"),
        Value::text(if untold {
            "n/t"
        } else if agree {
            "✓"
        } else {
            "✗"
        }),
    );
    rows.push(Row::of(vec![
        SheetCell::text("Left between the two", Look::Normal),
        cell(proof("B", left[0]), Look::Normal),
        cell(proof("C", left[1]), Look::Normal),
        SheetCell::new(Value::Blank, Look::Normal, Show::Plain),
        SheetCell::new(mark, look, Show::Centred),
    ]));
}

/// A formula, or its result alone where a figure that it refers to has more digits than Excel keeps.
pub(super) fn when(alive: bool, text: String, result: Value) -> Value {
    if alive { Value::formula(text, result) } else { result }
}
