//! Every document's two sides: what the subledger posted, what the control account holds.

use super::figures::Scope;
use super::past::Past;
use super::placing;
use crate::matching::keys::NO_KEY;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::reconcile::Inputs;
use crate::reconcile::applications::Settlement;
use crate::reconcile::control::NO_REC;
use crate::reconcile::subledger::Subledger;
use hashbrown::HashMap;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// From how many numbers on that documents of both signs bear, it is how the numbers are given.
const MANY_SHARED: u32 = 3;
/// The end of a chain of documents with the same key.
const NONE: u32 = u32::MAX;

/// A document of one reconciliation. Amounts are functional, in ten-thousandths.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// The reconciliation.
    pub rec: u16,
    /// The number of its key.
    pub key: u32,
    /// The next document with the same key, in another reconciliation.
    next: u32,
    /// What the subledger posted in scope, discounts and write-offs of applications included.
    pub subledger: i64,
    /// What the control account holds.
    pub gl: i64,
    /// How many subledger rows there are in scope.
    pub subledger_rows: u32,
    /// How many control account lines there are.
    pub gl_lines: u32,
    /// Its first subledger row by posting date, of one day the largest amount; or [`u32::MAX`].
    pub item: u32,
    /// Its first control account line by the same order, or [`u32::MAX`].
    pub line: u32,
    /// What the subledger posted before the scope begins.
    pub earlier: i64,
    /// How many subledger rows lie before the scope.
    pub earlier_rows: u32,
}

/// All documents, found by key and reconciliation.
#[derive(Default)]
pub struct Sides {
    /// The documents in the order in which they were met.
    pub docs: Vec<Doc>,
    first: Vec<u32>,
    /// The document of each subledger row.
    pub doc_of_item: Vec<u32>,
    /// The document of each GL line; [`u32::MAX`] for lines of other accounts and lines without a document.
    pub doc_of_line: Vec<u32>,
    /// Control account lines without a document.
    pub keyless: Vec<u32>,
    /// What the subledger amounts of documents hold of differences of rates.
    pub exchange: HashMap<u32, i64>,
    /// What applications tell of documents that the register no longer holds.
    pub past: HashMap<u32, i64>,
}

/// The functional amount of each GL line.
pub fn line_amount(lines: &Table, row: usize) -> i64 {
    let functional = lines.money("functional_amount")[row];
    let amount = if functional == NO_MONEY { lines.money("amount")[row] } else { functional };
    if amount == NO_MONEY { 0 } else { amount }
}

/// The functional amounts of all GL lines, without looking columns up row by row.
pub fn line_amounts(lines: &Table) -> impl Fn(usize) -> i64 + Sync + '_ {
    let (functional, amount) = (lines.money("functional_amount"), lines.money("amount"));
    move |row| {
        let units = if functional[row] == NO_MONEY { amount[row] } else { functional[row] };
        if units == NO_MONEY { 0 } else { units }
    }
}

/// Which of two rows speaks for a document, whatever order they came in; `known` may be none.
fn first_of<P: Ord>(known: u32, row: u32, place: impl Fn(u32) -> P) -> u32 {
    if known == NONE || place(row) < place(known) { row } else { known }
}

impl Sides {
    /// Puts every row of both sides to its document.
    pub fn new(
        subledger: &Subledger,
        lines: &Table,
        (line_rec, line_keys): (&[u16], &[u32]),
        key_count: usize,
        scopes: &[Scope],
        past: &Past,
    ) -> Sides {
        let mut sides = Sides {
            docs: Vec::with_capacity(subledger.len()),
            first: vec![NONE; key_count],
            doc_of_item: Vec::with_capacity(subledger.len()),
            doc_of_line: vec![NONE; lines.len()],
            keyless: Vec::new(),
            exchange: HashMap::new(),
            past: HashMap::new(),
        };
        for row in 0..subledger.len() {
            sides.add_item(subledger, row, scopes);
        }
        let amount_of = line_amounts(lines);
        let dates = lines.dates("posting_date");
        for (row, rec) in line_rec.iter().enumerate() {
            if *rec == NO_REC || dates[row] < scopes[*rec as usize].start {
                continue;
            }
            if line_keys[row] == NO_KEY {
                sides.keyless.push(row as u32);
                continue;
            }
            let doc = sides.doc(*rec, line_keys[row]);
            sides.doc_of_line[row] = doc;
            let doc = &mut sides.docs[doc as usize];
            doc.gl += amount_of(row);
            doc.gl_lines += 1;
            let place = |row: u32| (dates[row as usize], Reverse(amount_of(row as usize)), row);
            doc.line = first_of(doc.line, row as u32, place);
        }
        sides.add_past(past, scopes);
        let settlements: Vec<&Settlement> = subledger.settlements.iter().chain(&past.settlements).collect();
        placing::place(&mut sides, &settlements, scopes, lines);
        sides
    }

    /// Lets go of everything but the documents.
    pub(super) fn let_go_of_rows(&mut self) {
        *self = Sides { docs: std::mem::take(&mut self.docs), ..Sides::default() };
    }

    fn add_item(&mut self, subledger: &Subledger, row: usize, scopes: &[Scope]) {
        let (rec, key) = (subledger.rec[row], subledger.key[row]);
        if rec == NO_REC {
            self.doc_of_item.push(NONE);
            return;
        }
        let number = self.doc(rec, key);
        let doc = &mut self.docs[number as usize];
        if subledger.posting[row] < scopes[rec as usize].start {
            doc.earlier += subledger.amount[row];
            doc.earlier_rows += 1;
        } else {
            doc.subledger += subledger.amount[row];
            doc.subledger_rows += 1;
        }
        let place = |row: u32| (subledger.posting[row as usize], Reverse(subledger.amount[row as usize]), row);
        doc.item = first_of(doc.item, row as u32, place);
        self.doc_of_item.push(number);
    }

    /// Adds the documents that applications tell of, where the ledger's detail reaches back to them.
    fn add_past(&mut self, past: &Past, scopes: &[Scope]) {
        for (key, (rec, amount)) in
            past.documents.iter().filter(|(_, (rec, _))| scopes[*rec as usize].start == i32::MIN)
        {
            let doc = self.doc(*rec, *key);
            self.docs[doc as usize].subledger += amount;
            self.past.insert(doc, *amount);
        }
    }

    /// Adds a discount, a write-off or a difference of rates to the document that the ledger posts it under.
    pub(super) fn settle(&mut self, rec: u16, key: u32, part: &Settlement) {
        let doc = self.doc(rec, key);
        self.docs[doc as usize].subledger += part.amount;
        if part.is_exchange {
            *self.exchange.entry(doc).or_default() += part.amount;
        }
    }

    /// A document that the ledger has lines of.
    pub(super) fn posted(&self, rec: u16, key: u32) -> Option<Doc> {
        self.find(rec, key).map(|doc| self.docs[doc as usize]).filter(|doc| doc.gl_lines > 0)
    }

    /// The document of a reconciliation and key, made if it is new.
    fn doc(&mut self, rec: u16, key: u32) -> u32 {
        if let Some(found) = self.find(rec, key) {
            return found;
        }
        let number = self.docs.len() as u32;
        let next = if key == NO_KEY { NONE } else { std::mem::replace(&mut self.first[key as usize], number) };
        self.docs.push(Doc {
            rec,
            key,
            next,
            subledger: 0,
            gl: 0,
            subledger_rows: 0,
            gl_lines: 0,
            item: NONE,
            line: NONE,
            earlier: 0,
            earlier_rows: 0,
        });
        number
    }

    /// The document of a reconciliation and key.
    pub fn find(&self, rec: u16, key: u32) -> Option<u32> {
        let mut at = *self.first.get(key as usize)?;
        while at != NONE {
            let doc = &self.docs[at as usize];
            if doc.rec == rec {
                return Some(at);
            }
            at = doc.next;
        }
        None
    }

    /// Whether documents of both signs bear the same numbers, more often than by mistake.
    pub fn shares_numbers(&self, subledger: &Subledger) -> bool {
        let several = |doc: &Doc| doc.key != NO_KEY && doc.subledger_rows + doc.earlier_rows > 1;
        let mut signs: HashMap<u32, i64> = HashMap::new();
        let mut shared = 0_u32;
        for (row, number) in self.doc_of_item.iter().enumerate() {
            if self.docs.get(*number as usize).is_some_and(several) {
                let sign = subledger.amount[row].signum();
                let first = *signs.entry(*number).or_insert(sign);
                shared += u32::from(first * sign < 0);
            }
        }
        shared >= MANY_SHARED
    }

    /// Parts what is under one number into the documents that bear it: those of several types, customers or days, where
    /// each has its own lines in the ledger. For the listing of documents, once nothing is looked up any more.
    pub fn part_shared_numbers(&mut self, inputs: &Inputs, subledger: &Subledger, scopes: &[Scope]) {
        let is_shared = |doc: &Doc| doc.key != NO_KEY && doc.subledger_rows > 1;
        let mut rows_of: HashMap<u32, Vec<u32>> = HashMap::new();
        for (row, number) in self.doc_of_item.iter().enumerate() {
            let Some(doc) = self.docs.get(*number as usize).filter(|doc| is_shared(doc)) else { continue };
            if subledger.posting[row] >= scopes[doc.rec as usize].start {
                rows_of.entry(*number).or_default().push(row as u32);
            }
        }
        let (types, customers) = (inputs.ar_items.text("item_type"), inputs.ar_items.text("customer_id"));
        let name = |row: u32| (types.get(row as usize), customers.get(row as usize), subledger.posting[row as usize]);
        rows_of.retain(|_, rows| rows.iter().any(|row| name(*row) != name(rows[0])));
        let mut lines_of: HashMap<u32, Vec<u32>> = HashMap::new();
        let of_shared = |number: &u32| !rows_of.is_empty() && rows_of.contains_key(number);
        for (row, number) in self.doc_of_line.iter().enumerate().filter(|(_, number)| of_shared(number)) {
            lines_of.entry(*number).or_default().push(row as u32);
        }
        let mut numbers: Vec<u32> = rows_of.keys().copied().collect();
        numbers.sort_unstable();
        for number in numbers {
            let lines = lines_of.get(&number).map_or(&[][..], Vec::as_slice);
            let parts = parts(self.docs[number as usize], &rows_of[&number], lines, inputs, subledger);
            if !parts.is_empty() {
                let whole = &mut self.docs[number as usize];
                (whole.subledger_rows, whole.gl_lines) = (0, 0);
                self.docs.extend(parts);
            }
        }
    }

    /// All documents with a key.
    pub fn with_key(&self, key: u32) -> Vec<u32> {
        let mut found = Vec::new();
        let mut at = self.first.get(key as usize).copied().unwrap_or(NONE);
        while at != NONE {
            found.push(at);
            at = self.docs[at as usize].next;
        }
        found
    }
}

/// The documents of one number by type, customer and day, each with the lines that fit it. None where the ledger does
/// not tell them apart: where all of them together agree, each must; else one of them must, or the lines name
/// customers.
fn parts(whole: Doc, rows: &[u32], lines: &[u32], inputs: &Inputs, subledger: &Subledger) -> Vec<Doc> {
    let items = inputs.ar_items.as_ref();
    let (types, customers) = (items.text("item_type"), items.text("customer_id"));
    let mut by_name: BTreeMap<(&str, &str, i32), Vec<u32>> = BTreeMap::new();
    for row in rows {
        let at = *row as usize;
        by_name.entry((types.get(at), customers.get(at), subledger.posting[at])).or_default().push(*row);
    }
    let held = |row: &u32| subledger.amount[*row as usize];
    let empty =
        Doc { subledger: 0, gl: 0, subledger_rows: 0, gl_lines: 0, item: NONE, line: NONE, next: NONE, ..whole };
    let of_rows = |rows: &Vec<u32>| Doc {
        subledger: rows.iter().map(held).sum(),
        subledger_rows: rows.len() as u32,
        item: rows.iter().copied().min_by_key(|row| Reverse(held(row))).unwrap_or(NONE),
        ..empty
    };
    let mut docs: Vec<Doc> = by_name.values().map(of_rows).collect();
    let names: Vec<&str> = by_name.keys().map(|(_, customer, _)| *customer).collect();
    let mut free: Vec<Vec<i64>> = by_name.values().map(|rows| rows.iter().map(held).collect()).collect();
    let amount_of = line_amounts(&inputs.gl_lines);
    let of_lines = inputs.gl_lines.text("customer_id");
    let is_other = |at: usize, line: u32| {
        let customer = of_lines.get(line as usize);
        !customer.is_empty() && names[at] != customer
    };
    let add = |docs: &mut Vec<Doc>, at: usize, line: u32| {
        docs[at].gl += amount_of(line as usize);
        docs[at].gl_lines += 1;
        docs[at].line = docs[at].line.min(line);
    };
    // Lines of just the amount of a row belong to it, what is left to the one that it fits best.
    let mut left: Vec<u32> = Vec::new();
    for line in lines {
        let amount = amount_of(*line as usize);
        let exact = (0..names.len()).filter(|at| free[*at].contains(&amount)).min_by_key(|at| is_other(*at, *line));
        match exact.filter(|at| !is_other(*at, *line)) {
            Some(at) => {
                if let Some(taken) = free[at].iter().position(|own| *own == amount) {
                    free[at].swap_remove(taken);
                }
                add(&mut docs, at, *line);
            }
            None => left.push(*line),
        }
    }
    left.sort_by_key(|line| (Reverse(amount_of(*line as usize)), of_lines.get(*line as usize), *line));
    let agreed = whole.gl == whole.subledger;
    for line in left {
        let sign = amount_of(line as usize).signum();
        let misfit = |at: &usize| {
            let doc = &docs[*at];
            (is_other(*at, line), doc.subledger.signum() != sign, !agreed && doc.gl_lines > 0)
        };
        let Some(best) = (0..names.len()).min_by_key(misfit) else { return Vec::new() };
        add(&mut docs, best, line);
    }
    let agree = |doc: &Doc| doc.gl == doc.subledger;
    let is_told = match agreed {
        true => docs.iter().all(agree),
        false => docs.iter().any(agree) || lines.iter().all(|line| names.contains(&of_lines.get(*line as usize))),
    };
    let is_whole = docs.iter().map(|doc| doc.subledger).sum::<i64>() == whole.subledger;
    if is_told && is_whole { docs } else { Vec::new() }
}
