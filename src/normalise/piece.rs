//! What one block of raw rows becomes: typed rows, rejects, rows left out, and what its texts say about the formats.

use super::amount::Mark;
use super::date::Order;
use super::rows::RowKind;
use super::sides::Sides;
use crate::model::{Column, Table, TableDef};
use std::collections::BTreeSet;

/// A cell that keeps its row from being loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject {
    /// Line or row in the source.
    pub row: u32,
    /// The heading.
    pub column: String,
    /// The text seen.
    pub value: String,
    /// The finding's code.
    pub code: &'static str,
    /// The reason, in one line.
    pub reason: String,
    /// Whose row it is, as far as it could be read.
    pub owner: Owner,
}

/// Entity and account of a refused row: blank where they could not be read, or its table has none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    /// The entity.
    pub entity: String,
    /// The account.
    pub account: String,
}

impl Owner {
    /// The owner of a row of a table.
    pub fn of_row(table: &Table, row: usize) -> Owner {
        let text = |name: &str| match table.def.position(name).map(|at| &table.columns[at]) {
            Some(Column::Text(cells)) => cells.get(row).to_owned(),
            _ => String::new(),
        };
        Owner { entity: text("entity"), account: text("account") }
    }
}

/// How many characters of a cell a message shows; the rejects have all of them.
const SHOWN: usize = 60;

impl Reject {
    /// A bad cell of a row that nobody owns yet.
    pub fn new(row: u32, column: &str, value: &str, (code, reason): (&'static str, String)) -> Reject {
        Reject { row, column: column.to_owned(), value: value.to_owned(), code, reason, owner: Owner::default() }
    }

    /// What happened, in one line: the text seen, cut where it is long, and the reason.
    pub fn message(&self) -> String {
        if self.value.is_empty() {
            return self.reason.clone();
        }
        let mut shown: String = self.value.chars().take(SHOWN).collect();
        if shown.len() < self.value.len() {
            shown.push('…');
        }
        format!("\"{shown}\" {}", self.reason)
    }
}

/// A row that is no data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// Line or row in the source.
    pub row: u32,
    /// What it is.
    pub kind: RowKind,
    /// Its text.
    pub text: String,
}

/// A data row that its table does not hold, with the amounts that could be read of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Apart {
    /// Line or row in the source.
    pub row: u32,
    /// Whether it was rejected; else it was left out.
    pub rejected: bool,
    /// Column of the table and ten-thousandths.
    pub amounts: Vec<(usize, i64)>,
    /// Columns of the table whose cell is there and could not be read.
    pub unread: Vec<usize>,
}

/// Something between the data rows that has to be looked at in order, once all blocks are together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A printed total: the amounts of each slot, and what the cells above it add up to as they are written.
    Total(Vec<Option<i64>>, Vec<i128>),
    /// The opening balance of a group: the amounts of each slot.
    Opening(Vec<Option<i64>>),
    /// The balance that a group begins with, where it stands in the column of the running balance.
    Balance(i64),
    /// Its closing balance.
    Closing(Vec<Option<i64>>),
    /// The head of a group, and what the cells above it add up to as they are written.
    Section(String, Vec<i128>),
    /// A row left out by value, or posted after the period end: printed totals may include it.
    Aside(Vec<Option<i64>>),
    /// A footer that counts the rows.
    Count(u64),
    /// The total of a group, by the group's name: the group ends here.
    GroupEnd(String),
    /// The headings of another table: this one ends here.
    TableEnd,
}

/// What the texts of one slot say about its format, with the rows to name in a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict<T> {
    /// A row and text that decide for each side.
    pub decides: Vec<(T, u32, String)>,
    /// Rows of the table whose text could be read either way: (index in the piece's table, row, text).
    pub ambiguous: Vec<(u32, u32, String)>,
}

impl<T> Default for Verdict<T> {
    fn default() -> Self {
        Verdict { decides: Vec::new(), ambiguous: Vec::new() }
    }
}

impl<T: PartialEq + Copy> Verdict<T> {
    /// Notes a text that decides; the first of each side is kept.
    pub fn decide(&mut self, side: T, row: u32, text: &str) {
        if !self.decides.iter().any(|(known, _, _)| *known == side) {
            self.decides.push((side, row, text.to_owned()));
            // Once the column is decided, ambiguous texts are read as decided.
            self.ambiguous = Vec::new();
        }
    }

    /// Notes a text that can be read either way, as long as no other text of the column has decided.
    pub fn doubt(&mut self, index: u32, row: u32, text: &str) {
        if self.decides.is_empty() {
            self.ambiguous.push((index, row, text.to_owned()));
        }
    }

    /// Forgets what rows from a place on have said.
    pub fn forget_from(&mut self, end: u32) {
        self.decides.retain(|(_, row, _)| *row < end);
        self.ambiguous.retain(|(_, row, _)| *row < end);
    }

    /// Joins the verdict of the next block; `base` is how many table rows came before it.
    pub fn join(&mut self, next: Verdict<T>, base: u32) {
        for (side, row, text) in next.decides {
            self.decide(side, row, &text);
        }
        if self.decides.is_empty() {
            self.ambiguous.extend(next.ambiguous.into_iter().map(|(index, row, text)| (index + base, row, text)));
        }
    }
}

/// A code that was padded with zeros.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Padded {
    /// Which slot.
    pub slot: usize,
    /// The row's index in the table.
    pub index: u32,
    /// Its line or row in the source.
    pub row: u32,
    /// The code with its zeros.
    pub code: String,
}

/// What is known of the real dates in a column of a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RealDates {
    /// The row and text of the first.
    pub first: (u32, String),
    /// Whether one of them cannot have had day and month in the other order.
    pub day_above_12: bool,
}

/// Adds a count with its first place.
fn join_places(known: &mut (u64, Option<(u32, String)>), more: (u64, Option<(u32, String)>)) {
    known.0 += more.0;
    if known.1.is_none() {
        known.1 = more.1;
    }
}

/// The outcome of one block.
pub struct Piece {
    /// Typed rows up to the period end.
    pub table: Table,
    /// Typed rows posted after it.
    pub later: Table,
    /// Bad cells.
    pub rejects: Vec<Reject>,
    /// How many rows they keep out.
    pub rejected_rows: u64,
    /// Rows that are no data.
    pub left_out: Vec<LeftOut>,
    /// Rows read, blank ones not counted.
    pub rows_read: u64,
    /// Totals and sections, with how many table rows came before each.
    pub events: Vec<(u32, u32, Event)>,
    /// Decimal marks, by slot.
    pub marks: Vec<Verdict<Mark>>,
    /// Orders of day and month, by slot.
    pub orders: Vec<Verdict<Order>>,
    /// What the data rows add up to in each table column, taken while they are read, before it is known what becomes of
    /// them: the first of the two sums that must agree.
    pub read: Vec<i128>,
    /// What the cells of each slot add up to as they are written: what a report adds up itself.
    pub written: Vec<i128>,
    /// Data rows that the table does not hold.
    pub apart: Vec<Apart>,
    /// Cells of columns that a row can do without, which could not be read and are blank now.
    pub spared: Vec<Reject>,
    /// How many rows had a sign that is unusual for their column.
    pub odd_signs: u64,
    /// How many debits of a bank were written with a minus, and how many without.
    pub bank_debits: (u64, u64),
    /// How a column of sides stands to the signs of the amounts.
    pub sides: Sides,
    /// How many rows had zero in both debit and credit.
    pub zero_lines: u64,
    /// How many blank cells got what the profile puts in their place.
    pub formed: u64,
    /// How many amounts of a spreadsheet were texts.
    pub text_numbers: u64,
    /// How many texts had characters that cannot be seen, and the first place: row and heading.
    pub unseen: (u64, Option<(u32, String)>),
    /// How many codes mix scripts whose letters look alike, and the first place.
    pub look_alikes: (u64, Option<(u32, String)>),
    /// How many dates had a time in UTC, and the first place.
    pub utc: (u64, Option<(u32, String)>),
    /// Real dates of a spreadsheet, by slot.
    pub real_dates: Vec<Option<RealDates>>,
    /// Codes that were padded to their width.
    pub padded: Vec<Padded>,
    /// Codes that were written in full, by slot: only where a width is given.
    pub full_width: BTreeSet<(usize, String)>,
}

impl Piece {
    /// An empty piece for a table with a number of slots.
    pub fn new(def: &'static TableDef, slots: usize) -> Piece {
        Piece {
            table: Table::new(def),
            later: Table::new(def),
            rejects: Vec::new(),
            rejected_rows: 0,
            left_out: Vec::new(),
            rows_read: 0,
            events: Vec::new(),
            marks: vec![Verdict::default(); slots],
            orders: vec![Verdict::default(); slots],
            read: vec![0; def.columns.len()],
            written: vec![0; slots],
            apart: Vec::new(),
            spared: Vec::new(),
            odd_signs: 0,
            bank_debits: (0, 0),
            sides: Sides::default(),
            zero_lines: 0,
            formed: 0,
            text_numbers: 0,
            unseen: (0, None),
            look_alikes: (0, None),
            utc: (0, None),
            real_dates: vec![None; slots],
            padded: Vec::new(),
            full_width: BTreeSet::new(),
        }
    }

    /// Whether a bank writes its debits with a minus: all of them have one. A debit is money out, and the minus says
    /// the same once more; where some have none, it takes another debit back.
    pub fn has_minus_debits(&self) -> bool {
        self.bank_debits.0 > 0 && self.bank_debits.1 == 0
    }

    /// Adds the next piece behind this one.
    pub fn join(&mut self, next: Piece) {
        let base = self.table.len() as u32;
        self.table.append(&next.table);
        self.later.append(&next.later);
        self.rejects.extend(next.rejects);
        self.rejected_rows += next.rejected_rows;
        self.left_out.extend(next.left_out);
        self.rows_read += next.rows_read;
        for (at, row, mut event) in next.events {
            if let Event::Total(_, above) | Event::Section(_, above) = &mut event {
                above.iter_mut().zip(&self.written).for_each(|(sum, before)| *sum += before);
            }
            self.events.push((at + base, row, event));
        }
        for (known, more) in self.marks.iter_mut().zip(next.marks) {
            known.join(more, base);
        }
        for (known, more) in self.orders.iter_mut().zip(next.orders) {
            known.join(more, base);
        }
        let sums = self.read.iter_mut().zip(next.read).chain(self.written.iter_mut().zip(next.written));
        sums.for_each(|(known, more)| *known += more);
        self.apart.extend(next.apart);
        self.spared.extend(next.spared);
        self.odd_signs += next.odd_signs;
        self.bank_debits.0 += next.bank_debits.0;
        self.bank_debits.1 += next.bank_debits.1;
        self.sides.join(&next.sides);
        self.zero_lines += next.zero_lines;
        self.formed += next.formed;
        self.text_numbers += next.text_numbers;
        join_places(&mut self.unseen, next.unseen);
        join_places(&mut self.look_alikes, next.look_alikes);
        join_places(&mut self.utc, next.utc);
        for (known, more) in self.real_dates.iter_mut().zip(next.real_dates) {
            match (known.as_mut(), more) {
                (Some(known), Some(more)) => known.day_above_12 |= more.day_above_12,
                (None, more) => *known = more,
                (Some(_), None) => {}
            }
        }
        self.padded.extend(next.padded.into_iter().map(|padded| Padded { index: padded.index + base, ..padded }));
        self.full_width.extend(next.full_width);
    }
}
