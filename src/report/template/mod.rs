//! Templates: TOML files that lay out sheets.
//!
//! The built-in ones are compiled in; a folder `templates/workpaper/` beside `close.toml` overrides them by name or
//! adds to them. An unknown key is an error that names the nearest known one.

mod builtin;

use super::workbook::{Look, Show};
use crate::diag::{Place, Problem, Result};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::Path;

/// What a template lays out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetKind {
    /// The rows of a table or query.
    #[default]
    Register,
    /// The front page: conclusion, status, sign-off, contents.
    Cover,
    /// One sheet for each reconciliation, in the classic form.
    Reconciliation,
    /// One sheet for each cash account: both balances, adjusted until they meet.
    Bank,
    /// Opening to closing balance of each control account, both sides.
    Rollforward,
    /// Marks and method.
    Legend,
    /// The front page for leadership: tiles of each entity, charts over the other sheets.
    Dashboard,
}

/// Where the totals of a register stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Totals {
    /// Above the headings, so that they stay in view and the list can grow.
    Top,
    /// Below the last row.
    Bottom,
    /// Nowhere.
    #[default]
    None,
}

/// How the currency of a row is found: it decides the decimals and which rows may be added up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CurrencyFrom {
    /// The group's currency.
    #[default]
    Run,
    /// The currency of the row's reconciliation.
    RecId,
    /// The functional currency of the row's entity.
    Entity,
    /// The row's own currency.
    Currency,
}

/// How a column shows its values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ColumnFormat {
    /// Text on one line.
    #[default]
    Text,
    /// Text that wraps.
    Wrap,
    /// Text in the middle: marks.
    Mark,
    /// An amount, with the decimals of its currency.
    Money,
    /// A date.
    Date,
    /// A whole number.
    Int,
    /// A rate or quantity.
    Decimal,
    /// A share.
    Percent,
}

impl ColumnFormat {
    /// The way its cells are shown. Amounts take the decimals of their row's currency later on.
    pub fn show(self, decimals: u8) -> Show {
        match self {
            ColumnFormat::Text => Show::Plain,
            ColumnFormat::Wrap => Show::Wrapped,
            ColumnFormat::Mark => Show::Centred,
            ColumnFormat::Money => Show::Money(decimals),
            ColumnFormat::Date => Show::Date,
            ColumnFormat::Int => Show::Int,
            ColumnFormat::Decimal => Show::Decimal,
            ColumnFormat::Percent => Show::Percent,
        }
    }

    /// Whether its heading stands on the right.
    pub fn is_number(self) -> bool {
        matches!(self, ColumnFormat::Money | ColumnFormat::Int | ColumnFormat::Decimal | ColumnFormat::Percent)
    }
}

/// A column of a register.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateColumn {
    /// The column of the table or query; `@currency`, `@mark`, `@buckets`, `@total` and `@share` are made by tieout.
    pub name: String,
    /// Its heading; the name in plain words where there is none. `{period-2}` is the month two months before the
    /// period's last one.
    pub heading: String,
    /// Its width in characters.
    pub width: u16,
    /// How its values are shown.
    pub format: ColumnFormat,
    /// Whether it is added up.
    pub total: bool,
    /// A formula instead of the value; the value is its result. `{gl_balance}` is this row's cell of another column,
    /// `{sum(items.amount, items.rec_id, rec_id)}` adds up another register where its column equals this row's.
    pub formula: String,
    /// Whether the cell links to the sheet of the row's reconciliation.
    pub link: bool,
    /// Whether people type here: the column is empty.
    pub input: bool,
    /// The values to choose from.
    pub list: Vec<String>,
    /// A remark on the heading.
    pub note: String,
    /// The column that must have a value for the formula to stand; in other rows the value itself does.
    pub formula_where: String,
    /// The column whose word says what the figure is: a `count` is shown whole, an `amount` with the decimals of its
    /// currency.
    pub unit: String,
    /// Two columns of amounts: the cell is the share of the second that the first is, as a live formula.
    pub share_of: Vec<String>,
    /// Columns in their order: the cell shows them as a small chart.
    pub sparkline: Vec<String>,
    /// Whether the column is left out where no row has a value in it.
    pub optional: bool,
}

/// A conditional format of a column.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateCondition {
    /// The column.
    pub column: String,
    /// The text that the cell must have.
    pub equals: String,
    /// Or what its number must be: `positive`, `negative`, `not_zero`.
    pub number: String,
    /// The look: `good`, `warn` or `bad`.
    pub look: String,
}

impl TemplateCondition {
    /// The look that its word stands for.
    pub fn look(&self) -> Option<Look> {
        match self.look.as_str() {
            "good" => Some(Look::Good),
            "warn" => Some(Look::Warn),
            "bad" => Some(Look::Bad),
            _ => None,
        }
    }
}

/// A line below or above a register that compares two figures.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateCheck {
    /// What is compared.
    pub label: String,
    /// One figure, as `{sum(items.amount)}`.
    pub left: String,
    /// The other figure.
    pub right: String,
}

/// A turn of rows into columns.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplatePivot {
    /// The columns that stay.
    pub rows: Vec<String>,
    /// The column whose values become columns.
    pub column: String,
    /// The amount that fills them.
    pub value: String,
}

/// A mark of the legend.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct TemplateMark {
    /// The mark.
    pub mark: String,
    /// What it says.
    pub meaning: String,
}

/// A template.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Template {
    /// Its name, by which formulas refer to it: the file's name.
    #[serde(skip)]
    pub name: String,
    /// Where it came from: a file, or `built-in`.
    #[serde(skip)]
    pub origin: String,
    /// What it lays out.
    pub kind: SheetKind,
    /// The sheet's name; `{entity}`, `{account}` and `{currency}` where there is one for each reconciliation.
    pub sheet: String,
    /// Where the sheet stands among the others.
    pub order: i32,
    /// `false` leaves a built-in sheet out.
    pub enabled: Option<bool>,
    /// Whether a register without rows has no sheet.
    pub optional: bool,
    /// The title.
    pub title: String,
    /// What the sheet shows, in a sentence.
    pub subtitle: String,
    /// The table that it shows.
    pub table: String,
    /// Or the query.
    pub query: String,
    /// A turn of rows into columns.
    pub pivot: Option<TemplatePivot>,
    /// How the currency of a row is found.
    pub currency_from: CurrencyFrom,
    /// Whether the sheet holds at most `detail_rows` rows.
    pub limited: bool,
    /// The file that has every row.
    pub data_file: String,
    /// The amount whose rows come first where it is not zero.
    pub first: String,
    /// Whether only those rows are printed.
    pub prints_first: bool,
    /// Where the totals stand.
    pub totals: Totals,
    /// What stands there when there is no row.
    pub empty: String,
    /// Whether the headings have filter buttons.
    pub filter: bool,
    /// How many columns stay in view.
    pub freeze_columns: u16,
    /// Whether the page stands upright.
    pub portrait: bool,
    /// How many pages it is wide when it is printed, where that does not follow from its columns.
    pub pages_wide: u16,
    /// Whether the tab is coloured.
    pub marked: bool,
    /// How many items of one cause a reconciliation lists before it adds up the rest.
    pub items_per_cause: usize,
    /// The KPIs that have tiles on a dashboard.
    pub tiles: Vec<String>,
    /// The columns of a register.
    #[serde(rename = "column")]
    pub columns: Vec<TemplateColumn>,
    /// Conditional formats.
    #[serde(rename = "condition")]
    pub conditions: Vec<TemplateCondition>,
    /// Checks.
    #[serde(rename = "check")]
    pub checks: Vec<TemplateCheck>,
    /// The marks of a legend.
    #[serde(rename = "mark")]
    pub marks: Vec<TemplateMark>,
    /// Paragraphs: the method.
    pub method: Vec<String>,
    /// Captions of the sheets that are no registers, by their built-in wording.
    pub text: BTreeMap<String, String>,
}

impl Template {
    /// Reads a template.
    ///
    /// # Errors
    /// T4011 for anything that is no template, with the line and the nearest known key.
    pub fn parse(text: &str, name: &str, origin: &str) -> Result<Template> {
        let mut template: Template = toml::from_str(text).map_err(|error| {
            let row = error.span().map_or(0, |span| text[..span.start].matches('\n').count() as u64 + 1);
            let remedy = nearest_key(error.message()).unwrap_or_else(|| "see the built-in templates".to_owned());
            Problem::input("T4011", Place::file(origin).row(row), error.message().replace('\n', " "), remedy)
        })?;
        template.name = name.to_owned();
        template.origin = origin.to_owned();
        template.check()?;
        Ok(template)
    }

    /// A caption, in the template's wording or the built-in one.
    pub fn caption<'a>(&'a self, key: &str, built_in: &'a str) -> &'a str {
        self.text.get(key).map_or(built_in, String::as_str)
    }

    fn check(&self) -> Result<()> {
        let wrong = |message: String| {
            Err(Problem::input("T4011", Place::file(&self.origin), message, "see the built-in templates"))
        };
        if self.sheet.is_empty() {
            return wrong("the template has no `sheet`: the name of the sheet".to_owned());
        }
        if self.kind == SheetKind::Register && self.table.is_empty() == self.query.is_empty() {
            return wrong("a register shows either a `table` or a `query`".to_owned());
        }
        if self.kind == SheetKind::Register && self.columns.is_empty() {
            return wrong("a register has at least one [[column]]".to_owned());
        }
        for condition in &self.conditions {
            let numbers = ["positive", "negative", "not_zero"];
            let sound = condition.look().is_some()
                && (condition.equals.is_empty() != condition.number.is_empty())
                && (condition.number.is_empty() || numbers.contains(&condition.number.as_str()));
            if !sound {
                return wrong(format!(
                    "the condition on {:?} needs either `equals` or `number` (positive, negative, not_zero) \
                     and a `look` (good, warn, bad)",
                    condition.column
                ));
            }
        }
        if let Some(column) = self.columns.iter().find(|column| !matches!(column.share_of.len(), 0 | 2)) {
            return wrong(format!("share_of of {:?} names two columns: the part and the whole", column.name));
        }
        if let Some(column) = self.columns.iter().find(|column| column.list.join(",").len() > 255) {
            return wrong(format!("the list of {:?} is longer than the 255 characters that Excel allows", column.name));
        }
        Ok(())
    }
}

/// A workbook of a run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Book {
    /// `workpaper.xlsx`: for analysts and auditors.
    #[default]
    Workpaper,
    /// `kpi.xlsx`: for finance leadership.
    Kpi,
}

impl Book {
    /// Every workbook.
    pub const ALL: [Book; 2] = [Book::Workpaper, Book::Kpi];

    /// Its file in the folder of a run.
    pub const fn file(self) -> &'static str {
        match self {
            Book::Workpaper => "workpaper.xlsx",
            Book::Kpi => "kpi.xlsx",
        }
    }

    /// The folder of its templates, under `templates/`.
    pub const fn folder(self) -> &'static str {
        match self {
            Book::Workpaper => "workpaper",
            Book::Kpi => "kpi",
        }
    }

    /// What its title calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Book::Workpaper => "workpaper",
            Book::Kpi => "KPIs",
        }
    }

    fn built_in(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Book::Workpaper => builtin::WORKPAPER,
            Book::Kpi => builtin::KPI,
        }
    }
}

/// Whether a built-in template has this name: one that a project leaves out is still no misspelt one.
pub(crate) fn is_built_in(name: &str) -> bool {
    Book::ALL.iter().flat_map(|book| book.built_in()).any(|(known, _)| *known == name)
}

/// "did you mean" for the message of an unknown key: it lists the known ones in backticks.
fn nearest_key(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let unknown = words.next()?;
    super::did_you_mean(unknown, words)
}

/// The templates of a workbook.
#[derive(Clone, Debug, Default)]
pub struct Templates {
    /// The workbook that they lay out.
    pub book: Book,
    all: Vec<Template>,
}

impl Templates {
    /// The built-in templates of a workbook.
    ///
    /// # Errors
    /// Only where a built-in template is faulty, which a test rules out.
    pub fn built_in(book: Book) -> Result<Templates> {
        let mut templates = Templates { book, all: Vec::new() };
        for (name, text) in book.built_in() {
            templates.add(Template::parse(text, name, "built-in")?);
        }
        Ok(templates)
    }

    /// The built-in templates and those of a project's folder, which win where names are equal.
    ///
    /// # Errors
    /// T4011 for a faulty file.
    pub fn with_folder(book: Book, folder: &Path) -> Result<Templates> {
        let mut templates = Templates::built_in(book)?;
        for (name, path) in super::project_files(folder, "toml")? {
            let text = std::fs::read_to_string(&path)
                .map_err(|error| Problem::machine("T4011", path.display().to_string(), &error))?;
            templates.add(Template::parse(&text, &name, &path.display().to_string())?);
        }
        Ok(templates)
    }

    /// Adds a template, or puts it in the place of the one of the same name.
    pub fn add(&mut self, template: Template) {
        self.all.retain(|known| known.name != template.name);
        self.all.push(template);
    }

    /// The templates that are in use, in the order of their sheets.
    pub fn in_order(&self) -> Vec<&Template> {
        let mut templates: Vec<&Template> =
            self.all.iter().filter(|template| template.enabled != Some(false)).collect();
        templates.sort_by(|left, right| (left.order, &left.name).cmp(&(right.order, &right.name)));
        templates
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn built_in_templates_are_sound() {
        for book in Book::ALL {
            assert!(Templates::built_in(book).expect("sound templates").in_order().len() >= 12);
        }
    }

    /// Amounts of several currencies have no sum.
    #[test]
    fn amounts_are_added_up_by_currency() {
        let mut totals = 0;
        for book in Book::ALL {
            for template in Templates::built_in(book).expect("sound templates").in_order() {
                let is_amount = |column: &&TemplateColumn| column.total && column.format == ColumnFormat::Money;
                if let Some(column) = template.columns.iter().find(is_amount) {
                    let (sheet, name) = (&template.sheet, &column.name);
                    assert_ne!(template.currency_from, CurrencyFrom::Run, "{sheet}: {name} adds up currencies");
                    totals += 1;
                }
            }
        }
        assert!(totals >= 10, "{totals} sheets have a total of amounts");
    }

    #[test]
    fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_one() {
        let text = "sheet = \"Mine\"\ntable = \"aging\"\n\n[[column]]\nname = \"entity\"\nwidht = 12\n";
        let finding = Template::parse(text, "mine", "mine.toml").expect_err("unknown key").findings.remove(0);
        assert_eq!((finding.code, finding.place.row), ("T4011", 6));
        assert_eq!(finding.remedy, "did you mean \"width\"?");
        for text in
            ["sheet = 1", "sheet = \"a\"\ntable=\"x\"", "table = \"x\"", "sheet = \"x\"\n[[column]]\nname=\"y\""]
        {
            assert_eq!(Template::parse(text, "mine", "mine.toml").expect_err(text).findings[0].code, "T4011");
        }
    }
}
