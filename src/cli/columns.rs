//! What the columns of a file hold, for `tieout inspect`: kinds, extremes and sums, read as a close would read them.

use super::print;
use crate::load::raw::{RawBlock, RawKind, RawRow, SourceFacts};
use crate::model::money::{grouped, plain};
use crate::model::words::counted;
use crate::model::{Currency, Date, Kind};
use crate::normalise::amount::{self, Mark, Written};
use crate::normalise::date::{self, Evidence, Order};
use crate::normalise::guess::Guess;
use crate::normalise::plan::{Plan, Setting};
use crate::normalise::{headings, profiles, tables};
use std::collections::BTreeMap;

/// The rows of a file below its headings, and what they are.
pub(crate) struct Body<'a> {
    pub(crate) blocks: &'a [RawBlock],
    /// The index of the heading row in the first block.
    pub(crate) header: usize,
    /// How many rows the headings take.
    pub(crate) height: usize,
    /// What the file seems to be.
    pub(crate) guess: Option<&'a Guess>,
    pub(crate) facts: &'a SourceFacts,
}

impl Body<'_> {
    /// A line for each column; rows that are no data are counted below them.
    pub(crate) fn columns(&self) -> String {
        let Some(first) = self.blocks.first() else { return String::new() };
        let names: Vec<String> = first.row(self.header).cells().map(|cell| cell.text.trim().to_owned()).collect();
        let mut all: Vec<Facts> = names.iter().map(|_| Facts::default()).collect();
        let (mark, plan) = (self.decimal_mark(), self.plan());
        let mut aside = 0;
        for row in self.rows() {
            if plan.as_ref().is_some_and(|plan| plan.kinds.kind(&row).is_some() && !plan.facts.is_records) {
                aside += 1;
                continue;
            }
            for (at, facts) in all.iter_mut().enumerate() {
                let cell = row.cell(at);
                facts.add(cell.text.trim(), cell.kind, mark);
            }
        }
        let of_file = order_of(all.iter().flat_map(|facts| &facts.decided));
        let mut table = print::plain_table(&["  column", "type", "filled", "blank", "least", "most", "sum", "bad"]);
        [2, 3, 6, 7].into_iter().for_each(|column| print::right(&mut table, column));
        for (name, facts) in names.iter().zip(&all) {
            let shown = if name.is_empty() { "(blank)" } else { name };
            table.add_row(facts.row(shown, self.taken_as(name), of_file));
        }
        let mut text = format!("{table}\n");
        if aside > 0 {
            let rows = counted(aside, "row");
            text.push_str(&format!("  {rows} of totals, page heads, footers and the like left out\n"));
        }
        text
    }

    fn rows(&self) -> impl Iterator<Item = RawRow<'_>> {
        let skip = |number: usize| if number == 0 { self.header + self.height } else { 0 };
        let blocks = self.blocks.iter().enumerate();
        blocks.flat_map(move |(number, block)| block.rows().skip(skip(number))).filter(|row| !row.is_blank())
    }

    /// The kind of the canonical column that a heading was taken for.
    fn taken_as(&self, heading: &str) -> Option<Kind> {
        let guess = self.guess?;
        let def = tables::find(guess.table)?;
        let (name, _) = guess.taken.iter().find(|(_, taken)| taken == heading)?;
        // Debit and credit of a table without such columns are amounts.
        Some(def.columns.iter().find(|column| column.name == *name).map_or(Kind::Money, |column| column.kind))
    }

    /// How a close would read the file, where it would.
    fn plan(&self) -> Option<Plan> {
        let guess = self.guess?;
        let def = tables::find(guess.table)?;
        let own: Vec<_> = profiles::of_table(guess.table).ok()?;
        let mut own: Vec<_> = own.into_iter().filter(|profile| profile.name == guess.profile).collect();
        // What the file lacks, such as its entity, close.toml would say.
        for profile in &mut own {
            for name in guess.missing.iter().copied().chain(["entity"]) {
                profile.defaults.entry(name.to_owned()).or_default();
            }
        }
        let found = headings::recognise(self.blocks.first()?, self.facts, def, &own, self.header + 1).ok()?;
        let (period_end, currency) = (Date::from_days(i32::MAX / 2), Currency::parse("USD")?);
        let setting = Setting { period_end, currency, entity_currency: BTreeMap::new() };
        Plan::new(def, found, self.facts.clone(), &setting).ok()
    }

    /// The decimal mark that the amounts of the file decide on; the point where none does.
    fn decimal_mark(&self) -> Mark {
        let mut texts = self.rows().flat_map(|row| {
            let cells = row.cells().filter(|cell| cell.kind == RawKind::Text);
            cells.map(|cell| amount::evidence(cell.text)).collect::<Vec<_>>()
        });
        let decided = texts.find_map(|evidence| match evidence {
            amount::Evidence::Decides(mark) => Some(mark),
            amount::Evidence::Neutral | amount::Evidence::Ambiguous => None,
        });
        decided.unwrap_or(Mark::Dot)
    }
}

/// The order that all texts which decide agree on.
fn order_of<'a>(mut decided: impl Iterator<Item = &'a Order>) -> Option<Order> {
    let first = decided.next()?;
    decided.all(|order| order == first).then_some(*first)
}

/// The first and the last of some days.
#[derive(Clone, Copy, Default)]
struct Span(Option<(Date, Date)>);

impl Span {
    fn add(&mut self, day: Option<Date>) {
        let Some(day) = day else { return };
        let (first, last) = self.0.unwrap_or((day, day));
        self.0 = Some((first.min(day), last.max(day)));
    }
}

/// What one column holds.
#[derive(Default)]
struct Facts {
    filled: usize,
    blank: usize,
    dates: usize,
    /// Texts whose day and month can change places.
    doubtful: usize,
    /// The days, read day first and month first.
    spans: [Span; 2],
    /// What texts decide of the order, each once.
    decided: Vec<Order>,
    amounts: usize,
    /// Whether an amount has decimals: a column of whole numbers that nothing calls an amount is not added up.
    has_decimals: bool,
    sum: i128,
    least: Option<i64>,
    most: Option<i64>,
    first_text: Option<String>,
    last_text: Option<String>,
    errors: usize,
}

impl Facts {
    fn add(&mut self, text: &str, kind: RawKind, mark: Mark) {
        if text.is_empty() {
            self.blank += 1;
            return;
        }
        self.filled += 1;
        if kind == RawKind::Error {
            self.errors += 1;
            return;
        }
        self.add_date(text);
        let mark = if kind == RawKind::Number { Mark::Dot } else { mark };
        let parsed = if kind == RawKind::Date { None } else { amount::parse(text, mark).ok() };
        // `Oct 2025` is no amount in a currency of that name.
        let is_currency = |written: Written| match written {
            Written::Code(code) => std::str::from_utf8(&code).is_ok_and(|code| Currency::parse(code).is_some()),
            Written::Symbol(_) => true,
        };
        if let Some(parsed) = parsed.filter(|parsed| parsed.currency.is_none_or(is_currency)) {
            self.amounts += 1;
            self.has_decimals |= text.contains(char::from(mark.byte()));
            self.sum += i128::from(parsed.units);
            self.least = Some(self.least.map_or(parsed.units, |least| least.min(parsed.units)));
            self.most = Some(self.most.map_or(parsed.units, |most| most.max(parsed.units)));
        }
        if self.first_text.as_deref().is_none_or(|least| text < least) {
            self.first_text = Some(text.to_owned());
        }
        if self.last_text.as_deref().is_none_or(|most| text > most) {
            self.last_text = Some(text.to_owned());
        }
    }

    fn add_date(&mut self, text: &str) {
        let read = [Order::DayFirst, Order::MonthFirst].map(|order| date::parse(text, order));
        let Some(parsed) = read[0] else { return };
        self.dates += 1;
        match parsed.evidence {
            Evidence::Ambiguous => self.doubtful += 1,
            Evidence::Decides(order) if !self.decided.contains(&order) => self.decided.push(order),
            Evidence::Decides(_) | Evidence::Neutral => {}
        }
        for (span, read) in self.spans.iter_mut().zip(read) {
            span.add(read.and_then(|parsed| parsed.date));
        }
    }

    /// Type, least and most of a column of dates: only where it is known which of day and month comes first.
    fn as_dates(&self, of_file: Option<Order>) -> (&'static str, String, String) {
        if self.decided.len() > 1 {
            return ("date, written in two ways", String::new(), String::new());
        }
        let order = self.decided.first().copied().or(of_file);
        if self.doubtful > 0 && order.is_none() {
            return ("date, day or month first?", String::new(), String::new());
        }
        let span = self.spans[usize::from(order == Some(Order::MonthFirst))];
        let (first, last) = span.0.map_or_else(Default::default, |(a, b)| (a.to_string(), b.to_string()));
        ("date", first, last)
    }

    fn row(&self, heading: &str, taken: Option<Kind>, of_file: Option<Order>) -> Vec<String> {
        let cut = |text: &Option<String>| {
            let text = text.as_deref().unwrap_or("");
            let short: String = text.chars().take(24).collect();
            if short.len() < text.len() { format!("{short}…") } else { short }
        };
        let is_amount = taken == Some(Kind::Money) || (taken.is_none() && self.has_decimals);
        // Numbers of documents and lines are no amounts: shown without a thousands separator.
        let shown = |units: i128| if is_amount || self.has_decimals { grouped(units, 2) } else { plain(units, 0) };
        let number = |units: Option<i64>| units.map_or(String::new(), |units| shown(i128::from(units)));
        let may_be_number = !matches!(taken, Some(Kind::Text | Kind::Word | Kind::Date | Kind::Bool));
        let may_be_date = matches!(taken, None | Some(Kind::Date));
        let known = self.filled - self.errors;
        let (kind, least, most, sum) = if known == 0 {
            ("empty", String::new(), String::new(), String::new())
        } else if self.dates * 10 >= known * 9 && may_be_date {
            let (kind, first, last) = self.as_dates(of_file);
            (kind, first, last, String::new())
        } else if self.amounts * 10 >= known * 9 && may_be_number {
            let sum = if is_amount { shown(self.sum) } else { String::new() };
            ("number", number(self.least), number(self.most), sum)
        } else {
            ("text", cut(&self.first_text), cut(&self.last_text), String::new())
        };
        let bad = match kind {
            "text" | "empty" => self.errors,
            "number" => self.filled - self.amounts,
            _ => self.filled - self.dates,
        };
        let heading = format!("  {heading}");
        vec![heading, kind.into(), self.filled.to_string(), self.blank.to_string(), least, most, sum, bad.to_string()]
    }
}
