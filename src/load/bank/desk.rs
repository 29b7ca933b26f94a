//! Where statements are proved and handed on as rows. Every format reports to it in the same words: a statement opens,
//! has lines, and closes.

use super::booking::Line;
use crate::diag::{Finding, Place, Problem, Result};
use crate::load::control::{Control, Exact};
use crate::load::part::{Rows, Tail};
use crate::load::raw::{Limits, over_limit};
use crate::load::statement::Statement;
use crate::model::Date;
use std::collections::BTreeMap;

/// The tables that a bank file fills.
pub static TABLES: [&str; 2] = ["bank_lines", "bank_balances"];

/// The headings of lines: the canonical names, and the statement beside them. The account comes first, where the file
/// names one.
const LINE_HEADINGS: [&str; 13] = [
    "bank_account",
    "line_id",
    "booking_date",
    "value_date",
    "currency",
    "amount",
    "type_code",
    "description",
    "reference",
    "end_to_end_id",
    "counterparty_name",
    "counterparty_account",
    "statement",
];
const BALANCE_HEADINGS: [&str; 6] =
    ["bank_account", "date", "opening_balance", "closing_balance", "currency", "statement"];
/// How many names of tags that are not known are counted one by one.
const NAMES_COUNTED: usize = 50;

/// A balance with its day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Balance {
    pub amount: Exact,
    pub date: Option<Date>,
    pub line: u64,
}

/// Takes what a reader finds.
pub struct Desk<'a, 'r> {
    rows: &'a mut Rows<'r>,
    place: Place,
    wants_lines: bool,
    most_statements: u64,
    open: Option<Statement>,
    /// The closing balance of a page that another one has to follow.
    page: Option<Balance>,
    /// Whether the open statement was told not to tie.
    told: bool,
    statements: Vec<Statement>,
    /// The last closing balance of each account.
    chain: BTreeMap<String, Balance>,
    controls: Vec<Control>,
    notes: Vec<Finding>,
    /// What was left out or not known, with how often and the first line.
    left_out: BTreeMap<&'static str, (u64, u64)>,
    unknown: BTreeMap<String, (u64, u64)>,
    has_headings: bool,
    balances: u64,
    /// Whether accounts are named; QIF files often do not.
    has_account: bool,
}

impl<'a, 'r> Desk<'a, 'r> {
    pub fn new(place: Place, table: &str, limits: &Limits, rows: &'a mut Rows<'r>) -> Self {
        Desk {
            rows,
            // Both tables of a file tell the same: the place is the file's, whichever is read.
            place: Place::file(place.file),
            wants_lines: table == TABLES[0],
            most_statements: limits.rows,
            open: None,
            page: None,
            told: false,
            statements: Vec::new(),
            chain: BTreeMap::new(),
            controls: Vec::new(),
            notes: Vec::new(),
            left_out: BTreeMap::new(),
            unknown: BTreeMap::new(),
            has_headings: false,
            balances: 0,
            has_account: true,
        }
    }

    /// The place of a line.
    pub fn at(&self, line: u64) -> Place {
        self.place.clone().row(line)
    }

    /// The statement that is open.
    pub fn current(&self) -> Option<&Statement> {
        self.open.as_ref()
    }

    /// Opens a statement, or goes on with one whose last page asked for another.
    pub fn open(&mut self, statement: Statement, opening: Option<Balance>, is_next_page: bool) -> Result<()> {
        if let (Some(known), Some(page)) = (&self.open, self.page) {
            if is_next_page && known.account == statement.account {
                if opening.is_some_and(|opening| opening.amount != page.amount) {
                    self.broken_chain(&statement, opening, page, "page");
                }
                self.page = None;
                return Ok(());
            }
            self.missing_page(statement.line);
        }
        self.close_open()?;
        if is_next_page {
            self.notes.push(Finding::warning(
                "T1407",
                self.at(statement.line),
                format!("{}: a later page of the statement stands without the pages before it", statement.name()),
                "get the earlier pages from the bank: their lines are missing",
            ));
        }
        if self.statements.len() as u64 >= self.most_statements {
            let most = self.most_statements;
            return Err(over_limit(self.at(statement.line), "the number of statements", most + 1, most, "rows"));
        }
        if !self.has_headings {
            self.has_account = !statement.account.is_empty();
        }
        self.headings(statement.line)?;
        let mut statement = Statement { opening: opening.map(|opening| opening.amount), ..statement };
        statement.cover(opening.and_then(|opening| opening.date));
        if let (Some(opening), Some(last)) = (opening, self.chain.get(&statement.account).copied())
            && opening.amount != last.amount
        {
            self.broken_chain(&statement, Some(opening), last, "statement");
        }
        (self.open, self.told) = (Some(statement), false);
        Ok(())
    }

    fn headings(&mut self, line: u64) -> Result<()> {
        if self.has_headings {
            return Ok(());
        }
        self.has_headings = true;
        let all: &[&str] = if self.wants_lines { &LINE_HEADINGS } else { &BALANCE_HEADINGS };
        self.rows.headings(if self.has_account { all } else { &all[1..] }, line)
    }

    /// Takes a line of the open statement.
    pub fn line(&mut self, line: &Line) -> Result<()> {
        let Some(statement) = &mut self.open else {
            return Err(super::booking::unreadable(self.at(line.line), "a booking stands outside of a statement"));
        };
        statement.lines += 1;
        statement.sum += line.amount;
        statement.cover(line.booking_date);
        if !self.wants_lines {
            return Ok(());
        }
        let day = |day: Option<Date>| day.map_or(String::new(), |day| day.to_string());
        if self.has_account {
            self.rows.text(&statement.account);
        }
        self.rows.text(&line.line_id);
        self.rows.text(&day(line.booking_date));
        self.rows.text(&day(line.value_date));
        self.rows.text(&statement.currency);
        self.rows.number(&line.amount.to_string());
        let texts = [
            &line.type_code,
            &line.description,
            &line.reference,
            &line.end_to_end_id,
            &line.counterparty_name,
            &line.counterparty_account,
            &statement.number,
        ];
        texts.into_iter().for_each(|text| self.rows.text(text));
        self.rows.end(line.line)
    }

    /// Says the currency of the open statement, where only its lines tell.
    pub fn set_currency(&mut self, currency: &str) {
        if let Some(statement) = &mut self.open {
            currency.clone_into(&mut statement.currency);
        }
    }

    /// Takes a line whose date and amount are text as written: how they are to be read, the columns have to prove.
    pub fn written(&mut self, date: &str, amount: &str, texts: [&str; 3], line: u64) -> Result<()> {
        let Some(statement) = &mut self.open else { return Ok(()) };
        statement.lines += 1;
        statement.is_unread = true;
        if !self.wants_lines {
            return Ok(());
        }
        if self.has_account {
            self.rows.text(&statement.account);
        }
        let [description, reference, name] = texts;
        let cells = ["", date, "", &statement.currency, amount, "", description, reference, "", name, "", ""];
        cells.into_iter().for_each(|cell| self.rows.text(cell));
        self.rows.end(line)
    }

    /// Closes a page. Where it is not the last one, the statement stays open for the next.
    pub fn close(&mut self, closing: Option<Balance>, is_last_page: bool) -> Result<()> {
        let Some(statement) = &mut self.open else { return Ok(()) };
        if let Some(closing) = closing {
            statement.closing = Some(closing.amount);
            statement.cover(closing.date);
            let proof = statement.proof().filter(|(expected, closing)| expected != closing);
            if let (Some((expected, found)), false) = (proof, self.told) {
                self.told = true;
                let message = format!(
                    "{}: opening balance {} and {} lines of {} give {expected}, the closing balance is {found}: a \
                     difference of {}",
                    statement.name(),
                    statement.opening.unwrap_or_default(),
                    statement.lines,
                    statement.sum,
                    found - expected,
                );
                let remedy = "get the statement from the bank again: a line is missing, doubled or changed";
                let place = self.place.clone().row(closing.line);
                self.notes.push(Finding::error("T1405", place, message, remedy));
            }
        }
        self.page = if is_last_page { None } else { closing };
        if is_last_page { self.finish_statement(closing) } else { Ok(()) }
    }

    fn close_open(&mut self) -> Result<()> {
        let closing = self.page.take();
        if self.open.is_some() { self.finish_statement(closing) } else { Ok(()) }
    }

    fn finish_statement(&mut self, closing: Option<Balance>) -> Result<()> {
        let Some(statement) = self.open.take() else { return Ok(()) };
        if let Some(closing) = closing {
            self.chain.insert(statement.account.clone(), closing);
            self.balances += 1;
            if !self.wants_lines {
                if self.has_account {
                    self.rows.text(&statement.account);
                }
                let day = closing.date.or(statement.last).map_or(String::new(), |day| day.to_string());
                self.rows.text(&day);
                self.rows.number(&statement.opening.map_or(String::new(), |opening| opening.to_string()));
                self.rows.number(&closing.amount.to_string());
                self.rows.text(&statement.currency);
                self.rows.text(&statement.number);
                self.rows.end(closing.line)?;
            }
        }
        self.statements.push(statement);
        Ok(())
    }

    fn broken_chain(&mut self, statement: &Statement, opening: Option<Balance>, last: Balance, what: &str) {
        let opening = opening.unwrap_or_default();
        self.notes.push(Finding::warning(
            "T1407",
            self.at(opening.line.max(statement.line)),
            format!(
                "{}: the opening balance is {}, the {what} before it (line {}) closed with {}",
                statement.name(),
                opening.amount,
                last.line,
                last.amount
            ),
            format!("a {what} between the two is missing, or they are out of order: get all of them from the bank"),
        ));
    }

    fn missing_page(&mut self, line: u64) {
        let Some(statement) = &self.open else { return };
        let message = format!("{}: its last page is missing", statement.name());
        let remedy = "get the whole statement from the bank: the lines of the last page are missing";
        self.notes.push(Finding::warning("T1407", self.at(line), message, remedy));
    }

    /// Counts something that is no booking: pending, expected, for information.
    pub fn left_out(&mut self, what: &'static str, line: u64) {
        let entry = self.left_out.entry(what).or_insert((0, line));
        entry.0 += 1;
    }

    /// Counts a tag or record that is not known.
    pub fn unknown(&mut self, name: &str, line: u64) {
        let is_counted = self.unknown.contains_key(name) || self.unknown.len() < NAMES_COUNTED;
        let name: String = if is_counted { name.chars().take(40).collect() } else { "others".to_owned() };
        self.unknown.entry(name).or_insert((0, line)).0 += 1;
    }

    /// Takes a figure that the file gives of itself.
    pub fn control(&mut self, control: Option<Control>) {
        self.controls.extend(control);
    }

    /// Takes something that a person should know.
    pub fn note(&mut self, finding: Finding) {
        self.notes.push(finding);
    }

    /// The end of the file.
    pub fn finish(mut self, encoding: String) -> Result<Tail> {
        if self.page.is_some() {
            self.missing_page(self.page.map_or(0, |page| page.line));
        }
        self.close_open()?;
        if self.statements.is_empty() {
            return Err(Problem::input(
                "T1010",
                self.place.clone(),
                "the file holds no statement",
                "download it again for the right account and days",
            ));
        }
        if !self.wants_lines && self.balances == 0 {
            return Err(Problem::input(
                super::NO_BALANCES,
                self.place.clone(),
                "no statement of the file gives a closing balance",
                "take the source for bank_balances out of close.toml; the file can still fill bank_lines",
            ));
        }
        for (what, (count, line)) in &self.left_out {
            let message = format!("{count} {what}: left out, because they are no bookings");
            self.notes.push(Finding::note("T1408", self.place.clone().row(*line), message));
        }
        for (name, (count, line)) in &self.unknown {
            let message = format!("{name} is not known and stands {count} times; its text is kept with the bookings");
            self.notes.push(Finding::note("T1409", self.place.clone().row(*line), message));
        }
        self.tell_twins();
        let Desk { controls, notes, statements, .. } = self;
        Ok(Tail { encoding, controls, notes, statements, ..Tail::default() })
    }

    /// A statement that stands twice in a file doubles its lines.
    fn tell_twins(&mut self) {
        let mut known: BTreeMap<(String, String), Vec<usize>> = BTreeMap::new();
        for (index, statement) in self.statements.iter().enumerate().filter(|(_, statement)| statement.lines > 0) {
            let twins = known.entry((statement.account.clone(), statement.number.clone())).or_default();
            if let Some(twin) = twins.iter().map(|twin| &self.statements[*twin]).find(|twin| twin.is_twin(statement)) {
                self.notes.push(Finding::error(
                    "T1410",
                    self.place.clone().row(statement.line),
                    format!("{}: the statement stands in the file twice, also in line {}", statement.name(), twin.line),
                    "take one of the two out: each of its lines is counted twice",
                ));
            }
            twins.push(index);
        }
    }
}
