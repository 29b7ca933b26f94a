//! A reconciliation in the classic form: balance per GL, less the items by cause, balance per subledger, what is left.

use super::Layout;
use super::legend::section;
use super::register::{paragraph, title};
use super::rollforward::when;
use super::signing::{ROLES, SignOff, input};
use crate::diag::causes;
use crate::model::Table;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::report::template::Template;
use crate::report::workbook::{Block, Look, Row, Sheet, SheetCell, Show, Value, fits_number, letters};
use std::collections::BTreeMap;

const WIDTHS: [u16; 7] = [18, 12, 56, 20, 18, 18, 6];
/// Items of one cause that are listed when the template says nothing.
const ITEMS_PER_CAUSE: usize = 200;

/// The same cell, held apart from the text left of it.
fn apart(mut cell: SheetCell) -> SheetCell {
    cell.style.apart = true;
    cell
}

/// The rows of the reconciliations in the order of the lead sheet: currency, entity, account, name.
pub(super) fn order(reconciliations: &Table) -> Vec<usize> {
    let mut rows: Vec<usize> = (0..reconciliations.len()).collect();
    let key = |row: &usize| {
        let text = |column: &str| {
            let text = reconciliations.text(column).get(*row);
            // Blank comes last, as NULLS LAST puts it on the lead sheet.
            (text.is_empty(), text.to_owned())
        };
        (text("currency"), text("entity"), text("account"), text("rec_id"))
    };
    rows.sort_by_key(key);
    rows
}

/// The reconciliation of an entity's account.
pub(super) fn find(reconciliations: &Table, entity: &str, account: &str) -> Option<usize> {
    (0..reconciliations.len()).find(|row| {
        reconciliations.text("entity").get(*row) == entity && reconciliations.text("account").get(*row) == account
    })
}

/// A figure of a reconciliation on the lead sheet, as a formula writes it. `row` is the reconciliation's in its table.
pub(super) fn lead_cell(layout: &Layout<'_>, row: usize, column: &str) -> Option<String> {
    let lead = layout.plans.get("lead")?;
    let key = lead.grid.position("rec_id")?;
    let rec_id = layout.reconciliations.text("rec_id").get(row);
    let shown = lead.rows.iter().position(|shown| lead.grid.text(*shown as usize, key) == rec_id)?;
    layout.cell_of("lead", column, shown)
}

pub(super) fn lay_out(template: &Template, layout: &Layout<'_>, names: &[&str]) -> Vec<Sheet> {
    let mut by_rec: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for row in 0..layout.items.len() {
        by_rec.entry(layout.items.text("rec_id").get(row)).or_default().push(row);
    }
    let rows = order(&layout.reconciliations);
    let sheets = rows.into_iter().zip(names).map(|(row, name)| {
        let rec_id = layout.reconciliations.text("rec_id").get(row);
        let items = by_rec.get(rec_id).map_or(&[][..], Vec::as_slice);
        Reconciliation { template, layout, row, alive: true, show: Show::Money(0), rows: Vec::new() }.sheet(name, items)
    });
    sheets.collect()
}

/// One reconciliation while it is laid out.
struct Reconciliation<'a> {
    template: &'a Template,
    layout: &'a Layout<'a>,
    row: usize,
    /// Whether the figures can refer to each other: none has more digits than Excel keeps.
    alive: bool,
    show: Show,
    rows: Vec<Row>,
}

impl Reconciliation<'_> {
    fn text(&self, column: &str) -> &str {
        self.layout.reconciliations.text(column).get(self.row)
    }

    fn units(&self, column: &str) -> i128 {
        match self.layout.reconciliations.money(column)[self.row] {
            NO_MONEY => 0,
            units => i128::from(units),
        }
    }

    /// The number that the next row will have.
    fn next(&self) -> usize {
        self.rows.len() + 1
    }

    fn sheet(mut self, name: &str, items: &[usize]) -> Sheet {
        let code = self.layout.currencies.of_rec(self.text("rec_id")).to_owned();
        let decimals = self.layout.currencies.decimals(&code);
        self.show = Show::Money(decimals);
        let figures = [self.units("gl_balance"), self.units("subledger_balance"), self.sum(items)];
        self.alive = figures.iter().all(|units| fits_number(*units, decimals));
        self.head(&code);
        let gl = self.balance("balance_gl", "Balance per general ledger", "gl_balance", "T");
        self.rows.push(Row::default());
        let subtotals = self.items(items);
        let explained = self.explained(&subtotals, items);
        let expected = self.line_of(
            "expected",
            "Balance per subledger as the items explain it",
            format!("ROUND(F{gl}-F{explained},4)"),
            self.units("gl_balance") - self.sum(items),
        );
        let subledger = self.balance("balance_subledger", "Balance per subledger", "subledger_balance", "S");
        self.rows.push(Row::default());
        self.end(gl, explained, expected, subledger, items);
        self.sign_off();
        Sheet {
            name: name.to_owned(),
            blocks: vec![Block::Rows(self.rows)],
            widths: WIDTHS.to_vec(),
            landscape: !self.template.portrait,
            marked: self.template.marked,
            ..Sheet::default()
        }
    }

    /// The first line of the sheet.
    fn heading(&self) -> String {
        format!("{}  {}  ·  {}", self.template.title, self.text("entity"), self.text("account"))
    }

    fn head(&mut self, code: &str) {
        self.rows.push(title(&self.heading()));
        let mut caption = super::register::caption(self.layout);
        caption.cells[0].value = Value::text(format!("{}  ·  {code}", self.layout.caption()));
        self.rows.push(caption);
        let lead = self.layout.plans.get("lead").map(|lead| lead.total_sheet().to_owned());
        if let Some(lead) = lead {
            self.rows.push(Row::of(vec![SheetCell::text("Back to lead sheet", Look::Back).to_sheet(lead)]));
        }
        self.rows.push(Row::default());
    }

    /// A line over all columns with its figure in the last amount column.
    fn line(&mut self, text: String, value: Value, look: Look, mark: &str) -> usize {
        let blank = || SheetCell::new(Value::Blank, look, Show::Plain);
        let mut cells = vec![SheetCell::new(Value::Text(text), look, Show::Plain)];
        cells.extend((0..4).map(|_| blank()));
        cells.push(SheetCell::new(value, look, self.show));
        cells.push(SheetCell::new(Value::text(mark), look, Show::Centred));
        self.rows.push(Row { height: Some(18), ..Row::of(cells) });
        self.rows.len()
    }

    /// A balance, taken from the lead sheet.
    fn balance(&mut self, key: &str, built_in: &str, column: &str, mark: &str) -> usize {
        let caption = self.template.caption(key, built_in).to_owned();
        let value = Value::Money(self.units(column));
        let reference = lead_cell(self.layout, self.row, column);
        let value = reference.map_or(value.clone(), |reference| when(self.alive, reference, value));
        self.line(caption, value, Look::Subtotal, mark)
    }

    fn line_of(&mut self, key: &str, built_in: &str, formula: String, units: i128) -> usize {
        let caption = self.template.caption(key, built_in).to_owned();
        self.line(caption, when(self.alive, formula, Value::Money(units)), Look::Subtotal, "R")
    }

    fn amount(&self, item: usize) -> i128 {
        match self.layout.items.money("amount")[item] {
            NO_MONEY => 0,
            units => i128::from(units),
        }
    }

    fn sum(&self, items: &[usize]) -> i128 {
        items.iter().map(|item| self.amount(*item)).sum()
    }

    /// The items by cause. Gives the rows of the subtotals.
    fn items(&mut self, items: &[usize]) -> Vec<usize> {
        let caption = self.template.caption("items", "Less: reconciling items").to_owned();
        self.rows.push(section(&caption, WIDTHS.len()));
        let mut by_cause: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for item in items {
            let text = |column: &str| self.layout.items.text(column).get(*item).to_owned();
            by_cause.entry((text("cause_code"), text("cause"))).or_default().push(*item);
        }
        if by_cause.is_empty() {
            self.rows.push(Row::text("None: every document is the same on both sides.", Look::Remark));
        } else {
            let heading = |text: &str, look| SheetCell::text(text, look);
            self.rows.push(Row::of(vec![
                heading("Document", Look::Heading),
                heading("Posted", Look::Heading),
                heading("Explanation", Look::Heading),
                apart(heading("Item", Look::Heading)),
                heading("Amount", Look::HeadingRight),
                heading("Subtotal", Look::HeadingRight),
                heading("", Look::Heading),
            ]));
        }
        let mut subtotals = Vec::new();
        for ((code, cause), mut rows) in by_cause {
            // The largest first; items of one size by their keys, so that the order never changes.
            rows.sort_by_key(|item| {
                (std::cmp::Reverse(self.amount(*item).abs()), self.layout.items.text("item_key").get(*item).to_owned())
            });
            subtotals.push(self.cause(&code, &cause, &rows));
        }
        subtotals
    }

    /// The items of one cause: a line each, one for the rest, a subtotal. Gives the row of the subtotal.
    fn cause(&mut self, code: &str, cause: &str, items: &[usize]) -> usize {
        let name = format!("{code}  {}", causes::title(code, cause));
        self.rows.push(Row { height: Some(20), ..Row::text(name.clone(), Look::Strong) });
        let limit = match self.template.items_per_cause {
            0 => ITEMS_PER_CAUSE,
            limit => limit,
        };
        let first = self.next();
        let (listed, rest) = items.split_at(items.len().min(limit));
        listed.iter().for_each(|item| self.item(*item));
        if !rest.is_empty() {
            self.rest(code, rest, first);
        }
        let last = self.rows.len();
        let total = when(self.alive, format!("SUM(E{first}:E{last})"), Value::Money(self.sum(items)));
        self.line(format!("Subtotal {name}"), total, Look::Subtotal, "F")
    }

    fn item(&mut self, item: usize) {
        let text = |column: &str| self.layout.items.text(column).get(item);
        let posted = match self.layout.items.dates("posting_date")[item] {
            NO_DATE => Value::Blank,
            days => Value::Date(crate::model::Date::from_days(days)),
        };
        let key = text("item_key").to_owned();
        let amount = Value::Money(self.amount(item));
        let criterion = format!("D{}", self.next());
        let value = match self.sumifs(&[("item_key", &criterion)]) {
            Some(formula) if super::formula::is_plain_key(&key) => when(self.alive, formula, amount),
            _ => amount,
        };
        let explanation = text("explanation").to_owned();
        // Two lines hold nearly every sentence: the rows are of one height.
        let lines = (explanation.chars().count() as u16).div_ceil(WIDTHS[2] + 10).clamp(2, 8);
        let cells = vec![
            SheetCell::text(text("document_id"), Look::Normal),
            SheetCell::new(posted, Look::Normal, Show::Date),
            SheetCell::new(Value::Text(explanation), Look::Normal, Show::Wrapped),
            apart(SheetCell::text(key, Look::Normal)),
            SheetCell::new(value, Look::Normal, self.show),
            SheetCell::new(Value::Blank, Look::Normal, Show::Plain),
            SheetCell::new(Value::Blank, Look::Normal, Show::Plain),
        ];
        self.rows.push(Row { height: Some(lines * 12 + 4), ..Row::of(cells) });
    }

    /// One line for the items of a cause that are not listed: the register's total less what is listed.
    fn rest(&mut self, code: &str, items: &[usize], first: usize) {
        let last = self.rows.len();
        let rec_id = self.text("rec_id");
        let amount = Value::Money(self.sum(items));
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let plain = [code, rec_id].iter().all(|key| super::formula::is_plain_key(key));
        let value = match self.sumifs(&[("rec_id", &quoted(rec_id)), ("cause_code", &quoted(code))]) {
            Some(formula) if plain => when(self.alive, format!("ROUND({formula}-SUM(E{first}:E{last}),4)"), amount),
            _ => amount,
        };
        let mut cells = vec![SheetCell::new(Value::Blank, Look::Normal, Show::Plain); WIDTHS.len()];
        cells[2].value = Value::Text(format!("{} further items: see the items register", items.len()));
        cells[4] = SheetCell::new(value, Look::Normal, self.show);
        self.rows.push(Row::of(cells));
    }

    /// The sum of the items register where columns equal cells or texts, over all of its sheets.
    fn sumifs(&self, pairs: &[(&str, &str)]) -> Option<String> {
        let amounts = self.layout.ranges_of("items", "amount")?;
        let keys = pairs
            .iter()
            .map(|(column, criterion)| Some((self.layout.ranges_of("items", column)?, *criterion)))
            .collect::<Option<Vec<_>>>()?;
        let part = |index: usize| {
            let pairs: String = keys.iter().map(|(ranges, text)| format!(",{},{text}", ranges[index])).collect();
            format!("SUMIFS({}{pairs})", amounts[index])
        };
        Some((0..amounts.len()).map(part).collect::<Vec<_>>().join("+"))
    }

    fn explained(&mut self, subtotals: &[usize], items: &[usize]) -> usize {
        let total = Value::Money(self.sum(items));
        // A sum over the whole column is right as well, since only subtotals stand in it between the two rows.
        let value = match (subtotals.first(), subtotals.last()) {
            (Some(first), Some(last)) => {
                when(self.alive, format!("SUM({letter}{first}:{letter}{last})", letter = letters(5)), total)
            }
            _ => total,
        };
        self.line("Total of the reconciling items".to_owned(), value, Look::Subtotal, "F")
    }

    /// What is left, the threshold and the status.
    fn end(&mut self, gl: usize, explained: usize, expected: usize, subledger: usize, items: &[usize]) {
        let variance = self.units("gl_balance") - self.units("subledger_balance");
        let difference = when(self.alive, format!("ROUND(F{gl}-F{subledger},4)"), Value::Money(variance));
        self.line("Variance (GL less subledger)".to_owned(), difference, Look::Normal, "R");
        let left = variance - self.sum(items);
        let caption = self.template.caption("unexplained", "Unexplained difference").to_owned();
        let unexplained = when(self.alive, format!("ROUND(F{expected}-F{subledger},4)"), Value::Money(left));
        let unexplained = self.line(caption, unexplained, Look::Total, "R");
        let caption = self.template.caption("tolerance", "Tolerance").to_owned();
        let reference = lead_cell(self.layout, self.row, "tolerance");
        let tolerance = Value::Money(self.units("tolerance"));
        let tolerance = reference.map_or(tolerance.clone(), |reference| when(self.alive, reference, tolerance));
        let tolerance = self.line(caption, tolerance, Look::Normal, "");
        let limitation = self.text("limitation").to_owned();
        let status = match (variance, left.abs() <= self.units("tolerance")) {
            _ if !limitation.is_empty() => "open",
            (0, _) if left == 0 => "reconciled",
            (_, true) => "explained",
            (_, false) => "open",
        };
        let look = match status {
            "reconciled" => Look::Good,
            "explained" => Look::Warn,
            _ => Look::Bad,
        };
        let formula = format!(
            "IF(AND(ROUND(F{gl}-F{subledger},4)=0,F{unexplained}=0),\"reconciled\",\
             IF(ABS(F{unexplained})<=F{tolerance},\"explained\",\"open\"))"
        );
        let limited = lead_cell(self.layout, self.row, "limitation");
        let formula = limited.map_or(formula.clone(), |cell| format!("IF({cell}<>\"\",\"open\",{formula})"));
        let caption = self.template.caption("status", "Status").to_owned();
        let line = self.line(caption, Value::Blank, Look::Normal, "");
        if let Some(cell) = self.rows[line - 1].cells.get_mut(5) {
            *cell = SheetCell::new(when(self.alive, formula, Value::text(status)), look, Show::Centred);
        }
        if !limitation.is_empty() {
            let text = format!("No conclusion: {limitation}.");
            self.rows.push(paragraph(&text, Look::Bad, &WIDTHS, 0));
        }
        let agreed = when(
            self.alive,
            format!("IF(ROUND(F{gl}-F{explained}-F{unexplained}-F{subledger},4)=0,\"✓\",\"✗\")"),
            Value::text("✓"),
        );
        let line = self.line("GL - items - unexplained = subledger".to_owned(), Value::Blank, Look::Normal, "");
        if let Some(cell) = self.rows[line - 1].cells.get_mut(5) {
            *cell = SheetCell::new(agreed, Look::Good, Show::Centred);
        }
        self.rows.push(Row::default());
    }

    fn sign_off(&mut self) {
        let sheet = self.heading();
        for role in &ROLES[..2] {
            let input = |column: usize| input(&self.layout.facts.signed, &sheet, role, column);
            let cells = vec![
                SheetCell::text(*role, Look::Label),
                SheetCell::default(),
                input(2),
                SheetCell::text(SignOff::DATE, Look::Label),
                input(4),
            ];
            self.rows.push(Row { height: Some(20), ..Row::of(cells) });
        }
    }
}
