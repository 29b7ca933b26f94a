//! Which line of a statement brought a receipt of the register: through the books where both are in them, directly
//! where the books have neither. Research of unapplied cash reads there who paid and what for.

use super::account::Account;
use super::book::{Book, NO_RECEIPT};
use super::passes::Rule;
use super::references::{NO_REFERENCE, reference};
use super::side::{Rows, Side};
use super::statement::Statement;
use super::{LATER_WINDOWS, MatchedPair, Outcome, Story};
use crate::matching::days::BusinessDays;
use crate::matching::names::{are_alike, words};
use crate::matching::references::compact;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::reconcile::subledger::posting_dates;
use hashbrown::{HashMap, HashSet};

/// A receipt and the line of the bank that brought it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReceiptLine {
    /// Row of `ar_items`.
    pub receipt: u32,
    /// Row of `bank_lines`.
    pub line: u32,
    /// Whether a reference ties them; else amount and day alone.
    pub is_sure: bool,
}

/// What receipts are looked for among.
pub struct Wanted<'w> {
    /// The account of each line of the bank.
    pub account_of: &'w dyn Fn(u32) -> Option<&'w Account>,
    /// The calendar.
    pub days: &'w BusinessDays,
    /// How many business days both may lie apart.
    pub window: i32,
    /// The master data of customers.
    pub customers: &'w Table,
}

/// Receipts whose line of the books was set against one line of the bank.
pub fn through_books(pairs: &[MatchedPair], book: &Book<'_>) -> Vec<ReceiptLine> {
    let amounts = book.items.money("amount");
    let of_receipt = |pair: &MatchedPair| Some(book.receipts[pair.book as usize]).filter(|row| *row != NO_RECEIPT);
    // A receipt that is split over lines of the books has no line of the bank of its own.
    let mut lines = vec![0_u8; amounts.len()];
    for receipt in book.receipts.iter().filter(|row| **row != NO_RECEIPT) {
        lines[*receipt as usize] = lines[*receipt as usize].saturating_add(1);
    }
    let found = pairs.iter().filter_map(|pair| {
        let receipt = of_receipt(pair)?;
        let is_whole = lines[receipt as usize] == 1 || amounts[receipt as usize].checked_neg() == Some(pair.amount);
        let is_sure = matches!(pair.rule, Rule::Reference | Rule::ReferenceInText);
        is_whole.then_some(ReceiptLine { receipt, line: pair.bank, is_sure })
    });
    let mut found: Vec<ReceiptLine> = found.collect();
    found.sort_unstable();
    only_one(found, |one| one.receipt)
}

/// Receipts that the register has and the books have not, with the lines of the bank that nobody booked: one reference,
/// or one payer and amount within the window where each has no other.
pub fn of_unbooked(
    outcome: &Outcome,
    book: &[&Book<'_>; 2],
    bank: &Statement<'_>,
    wanted: &Wanted<'_>,
) -> Vec<ReceiptLine> {
    let in_books = book.iter().flat_map(|book| &book.receipts).copied().filter(|row| *row != NO_RECEIPT);
    let in_books: HashSet<u32> = in_books.collect();
    of_lines(book[0].items, &outcome.unbooked, bank, wanted, &|row| !in_books.contains(&row))
}

/// Receipts of a register with the lines of the bank that brought them, among those that are free.
pub fn of_lines(
    items: &Table,
    lines: &[u32],
    bank: &Statement<'_>,
    wanted: &Wanted<'_>,
    is_free: &dyn Fn(u32) -> bool,
) -> Vec<ReceiptLine> {
    let amounts = bank.lines.money("amount");
    let mut lines_of: HashMap<(&str, i64), Vec<u32>> = HashMap::new();
    for line in lines {
        if let Some(account) = (wanted.account_of)(*line) {
            lines_of.entry((&account.entity, amounts[*line as usize])).or_default().push(*line);
        }
    }
    if lines_of.is_empty() {
        return Vec::new();
    }
    let (types, own, entities) = (items.text("item_type"), items.money("amount"), items.text("entity"));
    let (posted, dates) = (posting_dates(items), bank.lines.dates("booking_date"));
    let payers = Payers::new(items, wanted.customers);
    let mut found = Vec::new();
    for row in 0..items.len() {
        let is_receipt = matches!(types.get(row), "receipt" | "deposit") && own[row] != NO_MONEY;
        let Some(amount) = own[row].checked_neg().filter(|_| is_receipt) else { continue };
        let Some(lines) = lines_of.get(&(entities.get(row), amount)) else { continue };
        let near = |line: &u32| {
            let apart =
                i64::from(wanted.days.number(posted[row])) - i64::from(wanted.days.number(dates[*line as usize]));
            apart.abs() <= i64::from(wanted.window)
        };
        for line in lines.iter().filter(|line| near(line) && is_free(row as u32)) {
            let currency = (wanted.account_of)(*line).map(|account| (account.currency.code(), account.is_functional));
            let agreed = agree(items, row, bank, *line, currency);
            if let Some(is_sure) = agreed.filter(|is_sure| *is_sure || payers.is_of(row, bank, *line)) {
                found.push(ReceiptLine { receipt: row as u32, line: *line, is_sure });
            }
        }
    }
    let sure: HashSet<u32> = found.iter().filter(|one| one.is_sure).map(|one| one.line).collect();
    found.retain(|one| one.is_sure || !sure.contains(&one.line));
    found.sort_unstable();
    let found = only_one(found, |one| one.receipt);
    only_one(found, |one| one.line)
}

impl Story<'_> {
    /// Lines of the bank that the register has as receipts of the next period, where the extract of the books ends with
    /// this one: they are booked late, and nobody's to find.
    pub(super) fn in_later_register(&self, account: &Account, bank: &Side<'_>, booked_later: &mut HashMap<u32, i32>) {
        let items = &self.inputs.later_items;
        let free: HashMap<u32, u32> = bank
            .free_ids()
            .filter(|id| bank.amounts[*id as usize] > 0 && !booked_later.contains_key(id))
            .map(|id| (bank.rows[id as usize], id))
            .collect();
        if items.is_empty() || free.is_empty() {
            return;
        }
        let mut lines: Vec<u32> = free.keys().copied().collect();
        lines.sort_unstable();
        let wanted = Wanted {
            account_of: &|_| Some(account),
            days: &self.days,
            window: self.terms.window * LATER_WINDOWS,
            customers: &self.inputs.customers,
        };
        let posted = posting_dates(items);
        let found = of_lines(items, &lines, &self.statement, &wanted, &|_| true);
        booked_later.extend(found.iter().map(|one| (free[&one.line], posted[one.receipt as usize])));
    }
}

/// Who is behind the receipts of the register, as far as names and accounts say.
struct Payers<'a> {
    items: &'a Table,
    customers: &'a Table,
    rows: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Payers<'a> {
    fn new(items: &'a Table, customers: &'a Table) -> Payers<'a> {
        let mut rows: HashMap<&str, Vec<usize>> = HashMap::new();
        let ids = customers.text("customer_id");
        (0..customers.len()).for_each(|row| rows.entry(ids.get(row)).or_default().push(row));
        Payers { items, customers, rows }
    }

    /// Whether the account or the name on a line is that of a receipt's payer or customer.
    fn is_of(&self, row: usize, bank: &Statement<'_>, line: u32) -> bool {
        let customer = self.items.text("customer_id").get(row);
        let master = self.rows.get(customer).map(Vec::as_slice).unwrap_or_default();
        let of_master = |column: &'a str| master.iter().map(move |at| self.customers.text(column).get(*at));
        let own = |column: &'a str| self.items.text(column).get(row);
        let [name, account] = bank.other_side(line);
        let (account, name) = (compact(account), words(name));
        let is_account = |known: &str| !account.is_empty() && compact(known) == account;
        let is_name = |known: &str| are_alike(&words(known), &name);
        is_account(own("payer_account"))
            || of_master("payer_account").any(is_account)
            || [own("customer_name"), own("payer_name")].into_iter().any(is_name)
            || of_master("customer_name").any(is_name)
    }
}

/// Whether a receipt and a line can be one payment: `Some(true)` by a reference, `Some(false)` where none contradicts.
fn agree(items: &Table, row: usize, bank: &Statement<'_>, line: u32, currency: Option<(&str, bool)>) -> Option<bool> {
    let (code, is_functional) = currency?;
    let own = items.text("currency").get(row);
    if !(own.eq_ignore_ascii_case(code) || (own.is_empty() && is_functional)) {
        return None;
    }
    let key = reference(items.text("reference").get(row));
    if key == NO_REFERENCE {
        return Some(false);
    }
    let fields = [0, 1, 2].map(|field| bank.key(line, field));
    let mut said = Vec::new();
    bank.references(line, &mut said);
    match fields.contains(&key) || said.contains(&key) {
        true => Some(true),
        // The bank's own number of a line is no reference of the payer's.
        false => fields[..2].iter().all(|field| *field == NO_REFERENCE).then_some(false),
    }
}

/// Those that have no rival under a key.
fn only_one(found: Vec<ReceiptLine>, key: impl Fn(&ReceiptLine) -> u32) -> Vec<ReceiptLine> {
    let mut counts: HashMap<u32, usize> = HashMap::with_capacity(found.len());
    found.iter().for_each(|one| *counts.entry(key(one)).or_default() += 1);
    found.into_iter().filter(|one| counts[&key(one)] == 1).collect()
}
