//! The cash book against the bank: every line of both is matched, or listed with its reason.
//!
//! The story, in the order of this file: say which accounts belong together, form both balances, decide from which day
//! on the two can be compared, run the passes from certain to weak, look into the next period, name the causes of what
//! is left, and prove that nothing was lost.

pub mod account;
pub mod book;
mod carry;
pub mod causes;
mod classify;
mod found;
mod groups;
pub mod item;
mod limits;
pub mod passes;
mod proof;
mod receipts;
mod references;
mod remarks;
pub mod rows;
mod side;
mod statement;
mod ties;
mod window;

use super::control::NO_REC;
use super::gl::opening::Prior;
use super::gl::sides::line_amounts;
use super::{Checks, Inputs};
use crate::diag::{Finding, Result};
use crate::matching::days::BusinessDays;
use crate::model::cells::Cells;
use crate::model::table::NO_MONEY;
use crate::model::{Date, Table};
use account::{Account, Accounts, Mapping};
use book::{Book, BookFigures};
use carry::{Carried, Earlier};
use causes::BankCause;
use classify::{Bench, Left};
use found::{Found, named};
use hashbrown::{HashMap, HashSet};
use item::Item;
use limits::Silent;
use passes::{Passes, Rule};
use rayon::prelude::*;
use side::{Booked, Side};
use statement::{Balances, Statement};
pub use window::BankProof;
use window::Window;

pub use proof::adjusted;
pub use receipts::ReceiptLine;

/// Rows of the next period are looked through for so many times the window: what is late is seldom later.
const LATER_WINDOWS: i32 = 2;
/// From how many rows with a reference on their share says something.
const FEW_REFERENCES: usize = 20;
/// A statement that ends more business days before the period end may lack its last page.
const SILENT_DAYS: i32 = 5;

/// What the reconciliation is told beside its tables.
pub struct Terms<'a> {
    /// The currencies of the entities, and the period end.
    pub setting: &'a crate::normalise::plan::Setting,
    /// First day of the period.
    pub period_start: Date,
    /// How many business days the two sides of an entry may lie apart without a reference.
    pub window: i32,
    /// Holidays on weekdays.
    pub holidays: &'a [Date],
    /// The run of the period before.
    pub prior: Option<&'a Prior>,
}

/// The figures of one account, in ten-thousandths.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The book balance.
    pub book: i128,
    /// The balance of the bank.
    pub bank: i128,
    /// Books less bank on the day before the first one that is compared.
    pub opening: i128,
    /// What items carried from before that day, and rows that clear them, account for.
    pub carried: i128,
    /// The book balance, and what opening and detail come to.
    pub book_proof: Option<(i128, i128)>,
    /// What the balances of each bank account prove.
    pub bank_proofs: Vec<BankProof>,
    /// What was compared, in words.
    pub scope: String,
    /// The side without lines, where nothing could be compared by line.
    pub silent: Option<Silent>,
    /// Why what the books have last cannot be compared; blank where it can.
    pub late: String,
}

/// A row of each side that are each other's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MatchedPair {
    /// The reconciliation.
    pub rec: u16,
    /// The rule.
    pub rule: Rule,
    /// Whether another row of the amount could be meant as well.
    pub is_tied: bool,
    /// The day at the bank.
    pub day: i32,
    /// The row of `gl_lines`.
    pub book: u32,
    /// The row of `bank_lines`.
    pub bank: u32,
    /// The amount on both sides.
    pub amount: i64,
}

/// Rows of both sides, or of one, that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Matched {
    /// The reconciliation.
    pub rec: u16,
    /// The rule.
    pub rule: Rule,
    /// The first day.
    pub day: i32,
    /// Rows of `gl_lines`.
    pub book: Vec<u32>,
    /// Rows of `bank_lines`.
    pub bank: Vec<u32>,
    /// The item or entry of an earlier period in place of rows of the books; else blank.
    pub earlier: String,
    /// What both sides add up to.
    pub amounts: [i64; 2],
    /// Why the sums differ.
    pub cause: Option<BankCause>,
}

/// Everything that was found.
#[derive(Default)]
pub struct Outcome {
    /// The accounts, in the order of all lists here.
    pub accounts: Accounts,
    /// Their figures.
    pub figures: Vec<Figures>,
    /// Items, in the order in which they are listed.
    pub items: Vec<Item>,
    /// Rows that agree one by one.
    pub pairs: Vec<MatchedPair>,
    /// All other matches.
    pub matches: Vec<Matched>,
    /// Rows of `bank_lines` with money in that neither the books nor the register have.
    pub unbooked: Vec<u32>,
    /// Which line of the bank brought a receipt of the register, in the order of the receipts.
    pub receipt_lines: Vec<ReceiptLine>,
    /// What was proved.
    pub checks: Checks,
    /// What was noticed.
    pub findings: Vec<Finding>,
}

/// Reconciles every cash account that a `[[bank]]` names.
///
/// # Errors
/// When bank accounts of one cash account are in several currencies, or an invariant does not hold.
pub fn reconcile(inputs: &Inputs, mappings: impl Iterator<Item = Mapping>, terms: &Terms<'_>) -> Result<Outcome> {
    let accounts = Accounts::new(mappings, inputs, terms.setting)?;
    let mut outcome = Outcome { findings: accounts.findings(inputs), ..Outcome::default() };
    if accounts.list.is_empty() {
        return Ok(outcome);
    }
    let (line_rec, later_rec) = (accounts.of_lines(&inputs.gl_lines), accounts.of_lines(&inputs.later_lines));
    let (bank_rec, balance_rec) = (accounts.of_bank(&inputs.bank_lines), accounts.of_bank(&inputs.bank_balances));
    let story = Story {
        inputs,
        terms,
        days: BusinessDays::new(terms.holidays.iter().map(|day| day.days())),
        book: Book::new(&inputs.gl_lines, inputs, &|row| line_rec[row] != NO_REC),
        later: Book::new(&inputs.later_lines, inputs, &|row| later_rec[row] != NO_REC),
        statement: Statement::new(&inputs.bank_lines),
        advice: classify::advice(&inputs.remittances),
    };
    let count = accounts.list.len();
    let mut rows = [&line_rec, &later_rec, &bank_rec, &balance_rec].map(|recs| by_account(recs, count));
    for (rec, account) in (0_u16..).zip(&accounts.list) {
        let [lines, later, bank, balances] =
            [0, 1, 2, 3].map(|table| std::mem::take(&mut rows[table][usize::from(rec)]));
        let of_rec = OfAccount { rec, account, lines, later, bank, balances };
        story.tell(&of_rec, &mut outcome)?;
    }
    outcome.items.sort_by(|a, b| a.order().cmp(&b.order()));
    outcome.unbooked.sort_unstable();
    story.join_receipts(&accounts, &bank_rec, &mut outcome);
    outcome.accounts = accounts;
    let checks = proof::checks(&outcome);
    outcome.checks.extend(checks);
    Ok(outcome)
}

/// The rows of each account.
fn by_account(recs: &[u16], count: usize) -> Vec<Vec<u32>> {
    let mut rows = vec![Vec::new(); count];
    for (row, rec) in (0..).zip(recs).filter(|(_, rec)| **rec != NO_REC) {
        rows[usize::from(*rec)].push(row);
    }
    rows
}

/// The rows of one account.
struct OfAccount<'a> {
    rec: u16,
    account: &'a Account,
    lines: Vec<u32>,
    later: Vec<u32>,
    bank: Vec<u32>,
    balances: Vec<u32>,
}

/// What is looked at.
struct Story<'a> {
    inputs: &'a Inputs,
    terms: &'a Terms<'a>,
    days: BusinessDays,
    book: Book<'a>,
    later: Book<'a>,
    statement: Statement<'a>,
    advice: HashMap<u64, i128>,
}

/// The rows that move money, with their days.
fn booked(rows: &[u32], dates: &Cells<i32>, amount: impl Fn(u32) -> i64 + Sync) -> Vec<Booked> {
    let of = |row: &u32| Booked { row: *row, amount: amount(*row), day: dates[*row as usize] };
    rows.par_iter().map(of).filter(|one| one.amount != 0).collect()
}

/// The amount of each line in the currency of a bank account; `None` for a line in another one.
fn amounts_of<'a>(account: &Account, lines: &'a Table) -> impl Fn(u32) -> Option<i64> + Sync + use<'a> {
    let functional = account.is_functional.then(|| line_amounts(lines));
    let (own, currencies) = (lines.money("amount"), lines.text("currency"));
    let code = account.currency;
    move |row| match &functional {
        Some(amount_of) => Some(amount_of(row as usize)),
        None => {
            let same = currencies.get(row as usize).eq_ignore_ascii_case(code.code());
            Some(own[row as usize]).filter(|units| same && *units != NO_MONEY)
        }
    }
}

impl Story<'_> {
    fn tell(&self, of: &OfAccount<'_>, outcome: &mut Outcome) -> Result<()> {
        let (inputs, terms) = (self.inputs, self.terms);
        let amount_of = amounts_of(of.account, &inputs.gl_lines);
        let balances = self.balances(of);
        let start = terms.period_start.days();
        let book_figures = BookFigures::new(of.account, inputs, &of.lines, &amount_of, start);
        let closed_before = terms.prior.and_then(|prior| prior.closing(&of.account.rec_id, terms.period_start));
        let closed_before = closed_before.map(|(_, bank)| bank);
        let window = Window::new(&book_figures, &balances, closed_before, start, terms.setting.period_end.days());
        outcome.findings.extend(self.remarks(of, &book_figures, &balances, &window));
        if let Some(silent) = Silent::side(&book_figures, of.lines.len(), &balances, of.bank.len()) {
            self.leave(of, silent, (&book_figures, &balances), &window, outcome);
            return Ok(());
        }

        let (lines, bank_lines) = (&inputs.gl_lines, &inputs.bank_lines);
        let bank_amounts = bank_lines.money("amount");
        let (booked, banked) = rayon::join(
            || booked(&of.lines, lines.dates("posting_date"), |row| amount_of(row).unwrap_or(0)),
            || booked(&of.bank, bank_lines.dates("booking_date"), |row| bank_amounts[row as usize]),
        );
        let of_days = |all: &[Booked], wanted: &dyn Fn(i32) -> bool| -> Vec<Booked> {
            all.iter().copied().filter(|one| wanted(one.day)).collect()
        };
        let mut book = Side::new(&self.book, &of_days(&booked, &|day| day >= window.start));
        let of_window = |day: i32| (window.start..=window.end).contains(&day);
        let mut bank = Side::new(&self.statement, &of_days(&banked, &of_window));
        let mut found = Found::default();
        self.match_rows(&mut book, &mut bank, &mut found);

        let sum_of = |from: i32, to: i32| -> i128 {
            booked.iter().filter(|one| (from..to).contains(&one.day)).map(|one| i128::from(one.amount)).sum()
        };
        let opening = window.opening_difference(&book_figures, &balances, &sum_of);
        let earlier = Side::new(&self.book, &of_days(&booked, &|day| day < window.start));
        let earlier_bank = Side::new(&self.statement, &of_days(&banked, &|day| day < window.start));
        let prior =
            self.clear_earlier(of, opening, (earlier, earlier_bank), (&mut book, &mut bank), &window, &mut found);

        let later_amount = amounts_of(of.account, &inputs.later_lines);
        let later_dates = inputs.later_lines.dates("posting_date");
        let later_rows = self::booked(&of.later, later_dates, |row| later_amount(row).unwrap_or(0));
        let mut later = Side::new(&self.later, &later_rows);
        let mut later_bank = Side::new(&self.statement, &of_days(&banked, &|day| day > window.end));
        let mut booked_later = self.in_next_period(&mut later, &mut bank, false);
        self.in_later_register(of.account, &bank, &mut booked_later);
        let banked_later = self.in_next_period(&mut book, &mut later_bank, true);

        found.groups.extend(groups::of_other_amount(&mut book, &mut bank));
        let bench = Bench {
            rec: of.rec,
            decimals: of.account.currency.decimals(),
            period_end: terms.setting.period_end,
            book: &self.book,
            statement: &self.statement,
            advice: &self.advice,
        };
        let mut items = items(&bench, &book, &bank, &mut found, (banked_later, booked_later));
        outcome.unbooked.extend(unbooked(&items, &bank));
        let mut items: Vec<Item> = items.drain(..).map(|(item, _)| item).collect();
        items.extend(prior);
        let late = self.after_the_statements(&window, &balances, &items);
        let figures = Figures {
            book: book_figures.balance(),
            bank: window.bank_balance(&balances),
            opening,
            carried: found.cleared
                + items.iter().filter(|item| is_carried(item)).map(|i| i128::from(i.amount)).sum::<i128>(),
            book_proof: window.book_proof(&book_figures, &|from| sum_of(from, i32::MAX)),
            bank_proofs: window.bank_proofs(&balances),
            scope: window.words(),
            silent: None,
            late,
        };
        found::prove(&of.account.rec_id, (&book, &bank), &items, &found)?;
        outcome.figures.push(figures);
        outcome.items.extend(items);
        found.settle(of.rec, &book, &bank, outcome);
        Ok(())
    }

    /// Finds the lines of the bank behind the receipts of the register; a deposit that the register has is no longer
    /// one that waits for its owner.
    fn join_receipts(&self, accounts: &Accounts, bank_rec: &[u16], outcome: &mut Outcome) {
        let account_of = |line: u32| accounts.list.get(usize::from(bank_rec[line as usize]));
        let wanted = receipts::Wanted {
            account_of: &account_of,
            days: &self.days,
            window: self.terms.window,
            customers: &self.inputs.customers,
        };
        let unbooked = receipts::of_unbooked(outcome, &[&self.book, &self.later], &self.statement, &wanted);
        let known: HashSet<u32> = unbooked.iter().map(|one| one.line).collect();
        outcome.unbooked.retain(|line| !known.contains(line));
        outcome.receipt_lines = receipts::through_books(&outcome.pairs, &self.book);
        outcome.receipt_lines.extend(unbooked);
        outcome.receipt_lines.sort_unstable();
    }

    /// The balances of each bank account, with its lines by day.
    fn balances(&self, of: &OfAccount<'_>) -> Vec<(String, Balances)> {
        let (lines, table) = (&self.inputs.bank_lines, &self.inputs.bank_balances);
        let (accounts, dates, amounts) =
            (lines.text("bank_account"), lines.dates("booking_date"), lines.money("amount"));
        let banks: Vec<String> = of.account.banks.iter().map(|bank| account::plain(bank)).collect();
        let mut all = vec![Balances::default(); banks.len()];
        let place = |name: &str| {
            if banks.len() == 1 { Some(0) } else { banks.iter().position(|bank| *bank == account::plain(name)) }
        };
        let mut days: HashMap<(usize, i32), i128> = HashMap::new();
        let of_row = |row: &u32| Some((place(accounts.get(*row as usize))?, *row as usize));
        for (at, row) in of.bank.iter().filter_map(of_row) {
            *days.entry((at, dates[row])).or_default() += i128::from(amounts[row]);
        }
        days.into_iter().for_each(|((at, day), sum)| all[at].add(day, sum));
        let accounts = table.text("bank_account");
        let (days, openings, closings) =
            (table.dates("date"), table.money("opening_balance"), table.money("closing_balance"));
        for (at, balances) in all.iter_mut().enumerate() {
            let own = of.balances.iter().filter(|row| place(accounts.get(**row as usize)) == Some(at));
            balances.set(own.map(|row| *row as usize).map(|row| (days[row], openings[row], closings[row])).collect());
        }
        of.account.banks.iter().cloned().zip(all).collect()
    }

    /// The passes over the rows of the window, from certain to weak.
    fn match_rows(&self, book: &mut Side<'_>, bank: &mut Side<'_>, found: &mut Found) {
        let mut passes = Passes::new(book, bank);
        passes.by_reference();
        passes.by_text();
        found.pairs.append(&mut passes.pairs);
        let fees = |row: u32| (statement::stated_fees(self.statement.description(row)), self.is_settlement(row));
        found.groups.extend(groups::by_reference(book, bank, &fees));
        let strict = references_decide(book) && references_decide(bank);
        let journals = |row: u32| {
            let reversed = self.book.lines.text("reversal_of").get(row as usize);
            (passes::journal_key(self.book.journal(row)), passes::journal_key(reversed))
        };
        found.reversals[0].extend(passes::reversals(book, &journals));
        found.reversals[1].extend(passes::reversals(bank, &|_| (0, 0)));
        let mut passes = Passes::new(book, bank);
        passes.in_window(&self.days, self.terms.window, strict);
        let (pairs, ties) = groups::of_ties(std::mem::take(&mut passes.pairs));
        found.pairs.extend(pairs);
        found.groups.extend(ties);
        let labels: [&dyn Fn(u32) -> Vec<String>; 2] =
            [&|row| self.labels_of_books(row), &|row| self.labels_of_bank(row)];
        found.groups.extend(groups::by_sum(book, bank, labels, &self.days, self.terms.window));
    }

    /// Whether a line of the bank is what an acquirer pays out of card sales.
    fn is_settlement(&self, row: u32) -> bool {
        let says = |text: &str| {
            let text = text.to_uppercase();
            ["SETTLEMENT", "MERCHANT", "CARD", "PAYOUT", "ACQUIR"].iter().any(|word| text.contains(word))
        };
        says(self.statement.type_code(row)) || says(self.statement.description(row))
    }

    /// What lines of the books may be deposited under together.
    fn labels_of_books(&self, row: u32) -> Vec<String> {
        let day = Date::from_days(self.inputs.gl_lines.dates("posting_date")[row as usize]);
        let label = |kind: &str, text: &str| (!text.is_empty()).then(|| format!("{kind} {text}"));
        let method = self.book.method(row);
        [
            label("reference", self.book.receipt_reference(row)),
            label("batch", self.book.batch(row)),
            label("journal", self.book.journal(row)),
            if method.is_empty() { None } else { label("day", &format!("{day} {method}")) },
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What lines of the bank may be booked under together.
    fn labels_of_bank(&self, row: u32) -> Vec<String> {
        let day = Date::from_days(self.inputs.bank_lines.dates("booking_date")[row as usize]);
        let label = |kind: &str, text: &str| (!text.is_empty()).then(|| format!("{kind} {text}"));
        let code = self.statement.type_code(row);
        [
            label("reference", self.statement.reference(row)),
            label("number", self.statement.line_id(row)),
            if code.is_empty() { None } else { label("day", &format!("{day} {code}")) },
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// Rows of the next period that are the other side of what is left: by reference, else by amount. Gives the day of
    /// each, by entry of the side of this period: the left one, if `of_left`. What is found stays an item.
    fn in_next_period(&self, left: &mut Side<'_>, right: &mut Side<'_>, of_left: bool) -> HashMap<u32, i32> {
        if left.free_ids().next().is_none() || right.free_ids().next().is_none() {
            return HashMap::new();
        }
        let mut passes = Passes::new(left, right);
        passes.by_reference();
        passes.by_text();
        passes.in_window(&self.days, self.terms.window * LATER_WINDOWS, false);
        let pairs = passes.pairs;
        let day = |pair: &passes::Pair| match of_left {
            true => (pair.left, right.dates[pair.right as usize]),
            false => (pair.right, left.dates[pair.left as usize]),
        };
        pairs.iter().map(day).collect()
    }

    /// Sets what is left against what was open before the window: the items of the prior run, where the opening
    /// balances bear them out; else the rows of earlier days that the extracts hold. Gives the items that stay open.
    fn clear_earlier(
        &self,
        of: &OfAccount<'_>,
        opening: i128,
        (mut earlier, mut earlier_bank): (Side<'_>, Side<'_>),
        (book, bank): (&mut Side<'_>, &mut Side<'_>),
        window: &Window,
        found: &mut Found,
    ) -> Vec<Item> {
        if opening == 0 {
            return Vec::new();
        }
        let carried = Carried::new(self.terms.prior, &of.account.rec_id, &self.inputs.ar_items);
        let Some(prior) = self.terms.prior.filter(|_| !carried.items.is_empty()) else {
            let receipts = Earlier { items: &self.inputs.ar_items };
            if earlier.len() == 0 {
                earlier = self.receipts_before(of, &receipts, window.start);
            }
            let words = earlier.words;
            found.clear((&mut earlier, bank), true, None, &|row| named(words, row));
            let words = earlier_bank.words;
            found.clear((book, &mut earlier_bank), false, None, &|row| named(words, row));
            return Vec::new();
        };
        let rows: Vec<u32> = (0..carried.items.len() as u32).collect();
        let of_item = |row: u32| carried.items[row as usize];
        let day = |row: u32| of_item(row).posting.unwrap_or(window.start);
        let booked: Vec<Booked> =
            rows.iter().map(|row| Booked { row: *row, amount: of_item(*row).amount, day: day(*row) }).collect();
        let mut open = Side::new(&carried, &booked);
        let name = |row: u32| match of_item(row).document.as_str() {
            "" => of_item(row).journal.clone(),
            document => document.to_owned(),
        };
        found.clear((&mut open, bank), true, Some(&self.days), &name);
        // What the bank had alone is cleared by the books: their sides are exchanged, and so is the sign.
        open.amounts.iter_mut().for_each(|amount| *amount = -*amount);
        found.clear((book, &mut open), false, Some(&self.days), &name);
        let left: Vec<u32> = open.free_ids().collect();
        left.into_iter().map(|id| carried.item(of.rec, open.rows[id as usize], &prior.period)).collect()
    }

    /// Receipts of the register that the books posted before the window, where their lines are not in the detail.
    fn receipts_before<'r>(&self, of: &OfAccount<'_>, receipts: &'r Earlier<'r>, start: i32) -> Side<'r> {
        let items = &self.inputs.ar_items;
        let (entities, types) = (items.text("entity"), items.text("item_type"));
        let (amounts, currencies) = (items.money("amount"), items.text("currency"));
        let posting = super::subledger::posting_dates(items);
        let wanted = |row: &u32| {
            let at = *row as usize;
            let code = currencies.get(at);
            let same =
                (code.is_empty() && of.account.is_functional) || code.eq_ignore_ascii_case(of.account.currency.code());
            same && posting[at] < start && entities.get(at) == of.account.entity && types.get(at) == "receipt"
        };
        let rows = (0..items.len() as u32).filter(wanted);
        let booked = rows.map(|row| Booked { row, amount: -amounts[row as usize], day: posting[row as usize] });
        Side::new(receipts, &booked.collect::<Vec<Booked>>())
    }
}

/// Whether rows that bear a reference nearly always find the other side by it.
fn references_decide(side: &Side<'_>) -> bool {
    let mut counts = (0_usize, 0_usize);
    for id in (0..side.len() as u32).filter(|id| !side.free[*id as usize] || side.has_reference(*id)) {
        counts.0 += 1;
        counts.1 += usize::from(!side.free[id as usize]);
    }
    counts.0 >= FEW_REFERENCES && counts.1 * 5 >= counts.0 * 4
}

fn is_carried(item: &Item) -> bool {
    !item.carried_from.is_empty()
}

/// The items of what is left on both sides and of what agrees but for its amount, each with its entry of the bank.
fn items(
    bench: &Bench<'_>,
    book: &Side<'_>,
    bank: &Side<'_>,
    found: &mut Found,
    (banked_later, booked_later): (HashMap<u32, i32>, HashMap<u32, i32>),
) -> Vec<(Item, Option<u32>)> {
    let is_left =
        |later: &HashMap<u32, i32>, side: &Side<'_>, id: &u32| side.free[*id as usize] || later.contains_key(id);
    let amounts = |later: &HashMap<u32, i32>, side: &Side<'_>| {
        let mut counts: HashMap<i64, usize> = HashMap::new();
        let ids = (0..side.len() as u32).filter(|id| is_left(later, side, id));
        ids.for_each(|id| *counts.entry(side.amounts[id as usize]).or_default() += 1);
        counts
    };
    let (of_book, of_bank) = (amounts(&banked_later, book), amounts(&booked_later, bank));
    let books = Left { taken: classify::taken(book), later: banked_later, rivals: &of_bank };
    let banks = Left { taken: classify::taken(bank), later: booked_later, rivals: &of_book };
    let left = (0..book.len() as u32).filter(|id| is_left(&books.later, book, id));
    let mut items: Vec<(Item, Option<u32>)> = left.map(|id| (bench.of_books(book, id, &books), None)).collect();
    let left = (0..bank.len() as u32).filter(|id| is_left(&banks.later, bank, id));
    items.extend(left.map(|id| (bench.of_bank(bank, id, &banks), Some(id))));
    let of_groups: Vec<Option<Item>> = found.groups.iter().map(|group| bench.of_group(book, bank, group)).collect();
    found.causes = of_groups.iter().map(|item| item.as_ref().map(Item::cause)).collect();
    items.extend(of_groups.into_iter().flatten().map(|item| (item, None)));
    items
}

/// Lines with money in that are nowhere in the books: deposits that wait for somebody to find out whose they are.
fn unbooked(items: &[(Item, Option<u32>)], bank: &Side<'_>) -> Vec<u32> {
    let open = items.iter().filter(|(item, _)| item.amount < 0 && item.cause() == BankCause::MissingInBooks);
    open.filter_map(|(_, id)| id.map(|id| bank.rows[id as usize])).collect()
}
