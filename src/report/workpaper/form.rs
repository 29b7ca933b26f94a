//! The form of a reconciliation: balances, items by cause with their subtotals, what is left, sign-off. The sheets of
//! control accounts and of bank accounts are laid out in it.

use super::Layout;
use super::legend::section;
use super::register::title;
use super::rollforward::when;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::report::template::Template;
use crate::report::workbook::{Block, Look, Row, Sheet, SheetCell, Show, Value, fits_number, letters};
use std::collections::BTreeMap;

pub(super) const WIDTHS: [u16; 7] = [18, 12, 50, 19, 18, 18, 6];
/// Items of one cause that are listed when the template says nothing.
const ITEMS_PER_CAUSE: usize = 200;

/// One reconciliation while it is laid out.
pub(super) struct Form<'a> {
    pub(super) template: &'a Template,
    pub(super) layout: &'a Layout<'a>,
    /// The reconciliation's row in its table.
    row: usize,
    /// The register that has its figures.
    lead: &'static str,
    /// Whether the figures can refer to each other: none has more digits than Excel keeps.
    pub(super) alive: bool,
    show: Show,
    rows: Vec<Row>,
}

/// The figures of the last lines, as rows of the sheet.
pub(super) struct Ends {
    /// The two balances that should agree before any item.
    pub(super) balances: [usize; 2],
    /// What is left, as a formula and in ten-thousandths.
    pub(super) unexplained: (String, i128),
    /// The last check: what it says, and the formula that is true where it holds.
    pub(super) check: (&'static str, String),
}

impl<'a> Form<'a> {
    /// The form of a reconciliation with its heading; `items` are those that it shows.
    pub(super) fn new(template: &'a Template, layout: &'a Layout<'a>, row: usize, items: &[usize]) -> Form<'a> {
        let lead = super::reconciliation::lead_of(&layout.reconciliations, row);
        let mut form = Form { template, layout, row, lead, alive: true, show: Show::Money(0), rows: Vec::new() };
        let code = layout.currencies.of_rec(form.text("rec_id")).to_owned();
        let decimals = layout.currencies.decimals(&code);
        form.show = Show::Money(decimals);
        let figures = [form.units("gl_balance"), form.units("subledger_balance"), form.sum(items)];
        form.alive = figures.iter().all(|units| fits_number(*units, decimals));
        form.head(&code);
        form
    }

    /// The finished sheet.
    pub(super) fn sheet(self, name: &str) -> Sheet {
        Sheet {
            name: name.to_owned(),
            blocks: vec![Block::Rows(self.rows)],
            widths: WIDTHS.to_vec(),
            landscape: !self.template.portrait,
            marked: self.template.marked,
            ..Sheet::default()
        }
    }

    /// A text of the reconciliation.
    pub(super) fn text(&self, column: &str) -> &str {
        self.layout.reconciliations.text(column).get(self.row)
    }

    /// An amount of the reconciliation.
    pub(super) fn units(&self, column: &str) -> i128 {
        match self.layout.reconciliations.money(column)[self.row] {
            NO_MONEY => 0,
            units => i128::from(units),
        }
    }

    fn head(&mut self, code: &str) {
        let (entity, account) = (self.text("entity").to_owned(), self.text("account").to_owned());
        self.rows.push(title(&format!("{}  {entity}  ·  {account}", self.template.title)));
        let mut caption = super::register::caption(self.layout);
        caption.cells[0].value = Value::text(format!("{}  ·  {code}", self.layout.caption()));
        self.rows.push(caption);
        let lead = self.layout.plans.get(self.lead).map(|lead| lead.total_sheet().to_owned());
        if let Some(lead) = lead {
            self.rows.push(Row::of(vec![SheetCell::text("Back to lead sheet", Look::Back).to_sheet(lead)]));
        }
        self.blank();
    }

    /// An empty row.
    pub(super) fn blank(&mut self) {
        self.rows.push(Row::default());
    }

    /// A heading over a part of the sheet.
    pub(super) fn section(&mut self, key: &str, built_in: &str) {
        let caption = self.template.caption(key, built_in).to_owned();
        self.rows.push(section(&caption, WIDTHS.len()));
    }

    /// A remark in the first column.
    pub(super) fn remark(&mut self, text: &str) {
        self.rows.push(Row::text(text, Look::Remark));
    }

    /// The headings of the columns of items.
    pub(super) fn headings(&mut self, last: &str) {
        let heading = |text: &str, look| SheetCell::text(text, look);
        self.rows.push(Row::of(vec![
            heading("Document", Look::Heading),
            heading("Posted", Look::Heading),
            heading("Explanation", Look::Heading),
            heading("Item", Look::Heading),
            heading("Amount", Look::HeadingRight),
            heading(last, Look::HeadingRight),
            heading("", Look::Heading),
        ]));
    }

    /// A line over all columns with its figure in the last amount column. Gives its row.
    pub(super) fn line(&mut self, text: String, value: Value, look: Look, mark: &str) -> usize {
        let blank = || SheetCell::new(Value::Blank, look, Show::Plain);
        let mut cells = vec![SheetCell::new(Value::Text(text), look, Show::Plain)];
        cells.extend((0..4).map(|_| blank()));
        cells.push(SheetCell::new(value, look, self.show));
        cells.push(SheetCell::new(Value::text(mark), look, Show::Centred));
        self.rows.push(Row { height: Some(18), ..Row::of(cells) });
        self.rows.len()
    }

    /// A line with a caption of the template and a formula.
    pub(super) fn formula(&mut self, caption: [&str; 2], formula: String, units: i128, look: Look) -> usize {
        let text = self.template.caption(caption[0], caption[1]).to_owned();
        self.line(text, when(self.alive, formula, Value::Money(units)), look, "R")
    }

    /// A balance, taken from the lead sheet.
    pub(super) fn balance(&mut self, caption: [&str; 2], column: &str, mark: &str) -> usize {
        let text = self.template.caption(caption[0], caption[1]).to_owned();
        let value = self.of_lead(column);
        self.line(text, value, Look::Subtotal, mark)
    }

    fn of_lead(&self, column: &str) -> Value {
        let value = Value::Money(self.units(column));
        let reference = super::reconciliation::lead_cell(self.layout, self.row, column);
        reference.map_or(value.clone(), |reference| when(self.alive, reference, value))
    }

    fn amount(&self, item: usize) -> i128 {
        match self.layout.items.money("amount")[item] {
            NO_MONEY => 0,
            units => i128::from(units),
        }
    }

    /// What items add up to.
    pub(super) fn sum(&self, items: &[usize]) -> i128 {
        items.iter().map(|item| self.amount(*item)).sum()
    }

    /// Items by cause, in the order of the codes.
    pub(super) fn by_cause(&self, items: &[usize]) -> BTreeMap<(String, String), Vec<usize>> {
        let mut by_cause: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for item in items {
            let text = |column: &str| self.layout.items.text(column).get(*item).to_owned();
            by_cause.entry((text("cause_code"), text("cause"))).or_default().push(*item);
        }
        by_cause
    }

    /// The items of one cause: a line each, one for the rest, a subtotal. Amounts are shown as they are, or `reversed`.
    /// Gives the row of the subtotal.
    pub(super) fn cause(&mut self, code: &str, cause: &str, mut items: Vec<usize>, reversed: bool) -> usize {
        // The largest first; items of one size by their keys, so that the order never changes.
        items.sort_by_key(|item| {
            (std::cmp::Reverse(self.amount(*item).abs()), self.layout.items.text("item_key").get(*item).to_owned())
        });
        let name = format!("{code}  {}", cause.replace('_', " "));
        self.rows.push(Row { height: Some(20), ..Row::text(name.clone(), Look::Strong) });
        let limit = match self.template.items_per_cause {
            0 => ITEMS_PER_CAUSE,
            limit => limit,
        };
        let first = self.rows.len() + 1;
        let (listed, rest) = items.split_at(items.len().min(limit));
        listed.iter().for_each(|item| self.item(*item, reversed));
        if !rest.is_empty() {
            self.rest(code, rest, first, reversed);
        }
        let last = self.rows.len();
        let sum = if reversed { -self.sum(&items) } else { self.sum(&items) };
        let total = when(self.alive, format!("SUM(E{first}:E{last})"), Value::Money(sum));
        self.line(format!("Subtotal {name}"), total, Look::Subtotal, "F")
    }

    fn item(&mut self, item: usize, reversed: bool) {
        let text = |column: &str| self.layout.items.text(column).get(item);
        let posted = match self.layout.items.dates("posting_date")[item] {
            NO_DATE => Value::Blank,
            days => Value::Date(crate::model::Date::from_days(days)),
        };
        let key = text("item_key").to_owned();
        let amount = Value::Money(if reversed { -self.amount(item) } else { self.amount(item) });
        let criterion = format!("D{}", self.rows.len() + 1);
        let value = match self.sumifs(&[("item_key", &criterion)], reversed) {
            Some(formula) if super::formula::is_plain_key(&key) => when(self.alive, formula, amount),
            _ => amount,
        };
        let explanation = text("explanation").to_owned();
        let lines = (explanation.chars().count() as u16).div_ceil(WIDTHS[2] + 7).clamp(1, 8);
        let name = Some(text("document_id")).filter(|name| !name.is_empty()).unwrap_or(text("journal_id"));
        let cells = vec![
            SheetCell::text(name, Look::Normal),
            SheetCell::new(posted, Look::Normal, Show::Date),
            SheetCell::new(Value::Text(explanation), Look::Normal, Show::Wrapped),
            SheetCell::text(key, Look::Normal),
            SheetCell::new(value, Look::Normal, self.show),
            SheetCell::new(Value::Blank, Look::Normal, Show::Plain),
            SheetCell::new(Value::Blank, Look::Normal, Show::Plain),
        ];
        self.rows.push(Row { height: Some(lines * 12 + 4), ..Row::of(cells) });
    }

    /// One line for the items of a cause that are not listed: the register's total less what is listed.
    fn rest(&mut self, code: &str, items: &[usize], first: usize, reversed: bool) {
        let last = self.rows.len();
        let rec_id = self.text("rec_id");
        let amount = Value::Money(if reversed { -self.sum(items) } else { self.sum(items) });
        let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
        let plain = [code, rec_id].iter().all(|key| super::formula::is_plain_key(key));
        let value = match self.sumifs(&[("rec_id", &quoted(rec_id)), ("cause_code", &quoted(code))], reversed) {
            Some(formula) if plain => when(self.alive, format!("ROUND({formula}-SUM(E{first}:E{last}),4)"), amount),
            _ => amount,
        };
        let mut cells = vec![SheetCell::new(Value::Blank, Look::Normal, Show::Plain); WIDTHS.len()];
        cells[2].value = Value::Text(format!("{} further items: see the items register", items.len()));
        cells[4] = SheetCell::new(value, Look::Normal, self.show);
        self.rows.push(Row::of(cells));
    }

    /// The sum of the items register where columns equal cells or texts, over all of its sheets.
    fn sumifs(&self, pairs: &[(&str, &str)], reversed: bool) -> Option<String> {
        let amounts = self.layout.ranges_of("items", "amount")?;
        let keys = pairs
            .iter()
            .map(|(column, criterion)| Some((self.layout.ranges_of("items", column)?, *criterion)))
            .collect::<Option<Vec<_>>>()?;
        let part = |index: usize| {
            let pairs: String = keys.iter().map(|(ranges, text)| format!(",{},{text}", ranges[index])).collect();
            format!("SUMIFS({}{pairs})", amounts[index])
        };
        let sum = (0..amounts.len()).map(part).collect::<Vec<_>>().join("+");
        Some(if reversed { format!("-({sum})") } else { sum })
    }

    /// The sum of subtotals.
    pub(super) fn total(&mut self, text: &str, subtotals: &[usize], units: i128) -> usize {
        let total = Value::Money(units);
        // A sum over the whole column is right as well, since only subtotals stand in it between the two rows.
        let value = match (subtotals.first(), subtotals.last()) {
            (Some(first), Some(last)) => {
                when(self.alive, format!("SUM({letter}{first}:{letter}{last})", letter = letters(5)), total)
            }
            _ => total,
        };
        self.line(text.to_owned(), value, Look::Subtotal, "F")
    }

    /// What is left, the threshold and the status.
    pub(super) fn end(&mut self, ends: Ends) {
        let [one, other] = ends.balances;
        let variance = self.units("gl_balance") - self.units("subledger_balance");
        let (formula, left) = ends.unexplained;
        let unexplained = self.formula(["unexplained", "Unexplained difference"], formula, left, Look::Total);
        let caption = self.template.caption("tolerance", "Tolerance").to_owned();
        let tolerance = self.of_lead("tolerance");
        let tolerance = self.line(caption, tolerance, Look::Normal, "");
        let status = match (variance, left.abs() <= self.units("tolerance")) {
            (0, _) => "reconciled",
            (_, true) => "explained",
            (_, false) => "open",
        };
        let look = match status {
            "reconciled" => Look::Good,
            "explained" => Look::Warn,
            _ => Look::Bad,
        };
        let formula = format!(
            "IF(ROUND(F{one}-F{other},4)=0,\"reconciled\",\
             IF(ABS(F{unexplained})<=F{tolerance},\"explained\",\"open\"))"
        );
        let caption = self.template.caption("status", "Status").to_owned();
        self.word(caption, formula, status, look);
        let formula = format!("IF({},\"✓\",\"✗\")", ends.check.1.replace("{unexplained}", &format!("F{unexplained}")));
        self.word(ends.check.0.to_owned(), formula, "✓", Look::Good);
        self.blank();
    }

    /// A line with a word in place of a figure.
    fn word(&mut self, caption: String, formula: String, word: &str, look: Look) {
        let line = self.line(caption, Value::Blank, Look::Normal, "");
        if let Some(cell) = self.rows[line - 1].cells.get_mut(5) {
            *cell = SheetCell::new(when(self.alive, formula, Value::text(word)), look, Show::Centred);
        }
    }

    /// Who prepared and who reviewed it.
    pub(super) fn sign_off(&mut self) {
        for role in ["Prepared by", "Reviewed by"] {
            let input = || SheetCell::new(Value::Blank, Look::Input, Show::Plain);
            let cells = vec![
                SheetCell::text(role, Look::Label),
                SheetCell::default(),
                input(),
                SheetCell::text("Date", Look::Label),
                input(),
            ];
            self.rows.push(Row { height: Some(20), ..Row::of(cells) });
        }
    }
}
