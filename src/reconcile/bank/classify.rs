//! What no pass has set against anything, and what was set against another amount: one cause each, and a sentence.

use super::book::{Book, place};
use super::causes::BankCause;
use super::groups::Group;
use super::item::Item;
use super::passes::Rule;
use super::references::{NO_REFERENCE, reference};
use super::side::Side;
use super::statement::{Statement, is_fee_word};
use crate::model::money::{SCALE, grouped};
use crate::model::{Date, Table};
use crate::reconcile::digits;
use hashbrown::{HashMap, HashSet};

/// A second booking of one payment follows the first within so many days; later it may be the next payment.
const DOUBLED_DAYS: i32 = 15;
/// Items in transit for more days than this are told to be old.
const OLD_DAYS: i32 = 14;
/// So many characters of a text are shown.
const SHOWN: usize = 60;

/// What is looked at, for one reconciliation.
pub struct Bench<'a> {
    /// The reconciliation.
    pub rec: u16,
    /// Decimals of its currency.
    pub decimals: u32,
    /// The last day of the period.
    pub period_end: Date,
    /// The books.
    pub book: &'a Book<'a>,
    /// The bank.
    pub statement: &'a Statement<'a>,
    /// What payers say they paid, by the payment's reference.
    pub advice: &'a HashMap<u64, i128>,
}

/// What is known of the rows that are left over: by entry.
pub struct Left<'a> {
    /// The day in the next period on which the other side has it.
    pub later: HashMap<u32, i32>,
    /// References and amounts of the rows of this side that were set against something, with their days.
    pub taken: HashMap<(u64, i64), Vec<i32>>,
    /// How many rows of the other side of that amount are left over as well.
    pub rivals: &'a HashMap<i64, usize>,
}

/// References and amounts of the taken rows that a left over row shares.
pub fn taken(side: &Side<'_>) -> HashMap<(u64, i64), Vec<i32>> {
    let keys = |id: u32| side.keys(id).chain(side.references.of(id).iter().copied());
    let of_free = side.free_ids().flat_map(|id| keys(id).map(move |key| (key, side.amounts[id as usize].abs())));
    let wanted: HashSet<(u64, i64)> = of_free.collect();
    let mut found: HashMap<(u64, i64), Vec<i32>> = HashMap::new();
    if wanted.is_empty() {
        return found;
    }
    let amounts: HashSet<i64> = wanted.iter().map(|(_, amount)| *amount).collect();
    let is_of_amount = |id: &u32| !side.free[*id as usize] && amounts.contains(&side.amounts[*id as usize].abs());
    for id in (0..side.len() as u32).filter(is_of_amount) {
        let (amount, day) = (side.amounts[id as usize], side.dates[id as usize]);
        for key in keys(id).filter(|key| wanted.contains(&(*key, amount.abs()))) {
            found.entry((key, amount)).or_default().push(day);
        }
    }
    found
}

impl Left<'_> {
    /// Whether a taken row of the same side has a reference of this one, and an amount, near its day.
    fn has_twin(&self, side: &Side<'_>, id: u32, amount: i64) -> bool {
        let mut keys = side.keys(id).chain(side.references.of(id).iter().copied());
        let near = |day: &i32| side.dates[id as usize].abs_diff(*day) <= DOUBLED_DAYS.unsigned_abs();
        keys.any(|key| self.taken.get(&(key, amount)).is_some_and(|days| days.iter().any(near)))
    }
}

impl Bench<'_> {
    fn money(&self, units: i64) -> String {
        grouped(i128::from(units), self.decimals as usize)
    }

    /// A row that the books have alone.
    pub fn of_books(&self, side: &Side<'_>, id: u32, left: &Left<'_>) -> Item {
        let (row, amount, day) = (side.rows[id as usize], side.amounts[id as usize], side.dates[id as usize]);
        let is_deposit = amount > 0;
        let usual = if is_deposit { BankCause::DepositInTransit } else { BankCause::OutstandingPayment };
        let causes = match left.has_twin(side, id, amount) {
            true => vec![BankCause::DuplicateInBooks, usual],
            false => vec![usual],
        };
        let mut item = Item::new(self.rec, "books", causes, amount);
        item.book = Some(amount);
        item.posting = Some(day);
        self.add_books(&mut item, &[row]);
        let what = format!("{} of {} over {}", self.named(row), Date::from_days(day), self.money(amount));
        let rest = match (item.cause(), left.later.get(&id)) {
            (BankCause::DuplicateInBooks, _) => "stands in the books a second time; the bank has it once".to_owned(),
            (_, Some(later)) => format!("is in transit: the bank has it on {}", Date::from_days(*later)),
            (_, None) => {
                let days = self.period_end.days() - day;
                let old = if days > OLD_DAYS { format!(", {days} days before the period end") } else { String::new() };
                let kind = if is_deposit { "deposit in transit" } else { "payment outstanding" };
                format!("is not on the statement: {kind}{old}")
            }
        };
        item.explanation = format!("{what} {rest}{}", rivals(left, amount, "statement"));
        item
    }

    /// A line that the bank has alone.
    pub fn of_bank(&self, side: &Side<'_>, id: u32, left: &Left<'_>) -> Item {
        let (row, amount, day) = (side.rows[id as usize], side.amounts[id as usize], side.dates[id as usize]);
        let words = Words::new(self.statement, row);
        let tests = [
            (left.later.contains_key(&id), BankCause::Timing),
            (left.has_twin(side, id, amount), BankCause::DuplicateInBank),
            (words.is_return() || left.has_twin(side, id, -amount), BankCause::ReturnedItem),
            (words.is_interest(), BankCause::Interest),
            (words.is_fee(amount), BankCause::BankFee),
        ];
        let mut causes: Vec<BankCause> = tests.into_iter().filter(|(fits, _)| *fits).map(|(_, cause)| cause).collect();
        if causes.is_empty() {
            causes.push(BankCause::MissingInBooks);
        }
        // The bank's column is money of the bank; what it has alone is missing in books less bank.
        let mut item = Item::new(self.rec, "bank", causes, -amount);
        item.bank = Some(amount);
        item.posting = Some(day);
        self.statement.name(row).clone_into(&mut item.document);
        item.bank_places = vec![place(self.statement.lines, row)];
        let what = format!("{} of {} over {}", self.line(row), Date::from_days(day), self.money(amount));
        let rest = match item.cause() {
            BankCause::Timing => {
                let later = left.later.get(&id).map_or(String::new(), |day| format!(" on {}", Date::from_days(*day)));
                format!("came into the books after the period end{later}")
            }
            BankCause::DuplicateInBank => "was booked by the bank a second time; the books have it once".to_owned(),
            BankCause::ReturnedItem => "is money that the bank took back; the books still have it".to_owned(),
            BankCause::Interest => "is interest that nobody has booked".to_owned(),
            BankCause::BankFee => "is a charge of the bank that nobody has booked".to_owned(),
            _ => format!("is nowhere in the books{}", rivals(left, amount, "cash book")),
        };
        item.explanation = format!("{what} {rest}");
        item
    }

    /// Rows of both sides with two amounts. Rows that agree are none.
    pub fn of_group(&self, left: &Side<'_>, right: &Side<'_>, group: &Group) -> Option<Item> {
        if group.difference == 0 {
            return None;
        }
        let rows =
            |side: &Side<'_>, ids: &[u32]| -> Vec<u32> { ids.iter().map(|id| side.rows[*id as usize]).collect() };
        let (books, lines) = (rows(left, &group.left), rows(right, &group.right));
        let sum = |side: &Side<'_>, ids: &[u32]| i64::try_from(side.sum_of(ids)).unwrap_or(i64::MAX);
        let (book, bank) = (sum(left, &group.left), sum(right, &group.right));
        let causes = match group.rule {
            Rule::NetOfFee => vec![BankCause::BankFee],
            _ => self.who_is_wrong(left, right, group, book, bank),
        };
        let mut item = Item::new(self.rec, "both", causes, group.difference);
        (item.book, item.bank) = (Some(book), Some(bank));
        item.posting = group.right.iter().map(|id| right.dates[*id as usize]).min();
        self.add_books(&mut item, &books);
        item.bank_places = lines.iter().map(|row| place(self.statement.lines, *row)).collect();
        item.bank_places.sort_unstable();
        let first = lines.iter().copied().min_by_key(|row| self.statement.name(*row)).unwrap_or(0);
        if group.rule == Rule::NetOfFee || item.document.is_empty() {
            self.statement.name(first).clone_into(&mut item.document);
        }
        if group.rule == Rule::NetOfFee {
            // The fee is nobody's: it belongs to no customer of the settlement.
            item.customer = String::new();
        }
        let day = item.posting.map_or(String::new(), |day| Date::from_days(day).to_string());
        let (book, bank, difference) = (self.money(book), self.money(bank), self.money(group.difference));
        item.explanation = match item.cause() {
            BankCause::BankFee => format!(
                "{} of {day}: the bank paid {bank} of {} entries over {book}; its fee of {difference} is not booked",
                self.line(first),
                books.len(),
            ),
            cause => {
                let both = format!("{} is {book} in the books and {bank} at the bank on {day}", self.named(books[0]));
                match cause {
                    BankCause::BankError => format!("{both}; the payer's advice agrees with the books"),
                    BankCause::BookError if self.advised(left, right, group) == Some(i128::from(item.bank?)) => {
                        format!("{both}; the payer's advice agrees with the bank")
                    }
                    BankCause::BookError => format!("{both}: {}", self.digits(item.book?, item.bank?)),
                    _ => format!("{both}; no third paper says which of them is right"),
                }
            }
        };
        Some(item)
    }

    /// Books or bank: a third witness decides, else the digits; else nobody can tell.
    fn who_is_wrong(&self, left: &Side<'_>, right: &Side<'_>, group: &Group, book: i64, bank: i64) -> Vec<BankCause> {
        let advised = self.advised(left, right, group);
        let slipped = !self.digits(book, bank).is_empty();
        let tests = [
            (advised == Some(i128::from(book)), BankCause::BankError),
            (advised == Some(i128::from(bank)) || slipped, BankCause::BookError),
        ];
        let mut causes: Vec<BankCause> = tests.into_iter().filter(|(fits, _)| *fits).map(|(_, cause)| cause).collect();
        if causes.is_empty() {
            causes.push(BankCause::AmountDifference);
        }
        causes
    }

    /// What the payer says, by the reference of either side.
    fn advised(&self, left: &Side<'_>, right: &Side<'_>, group: &Group) -> Option<i128> {
        let of = |side: &Side<'_>, ids: &[u32]| -> Vec<u64> { ids.iter().flat_map(|id| side.keys(*id)).collect() };
        let mut keys = of(left, &group.left);
        keys.extend(of(right, &group.right));
        keys.sort_unstable();
        keys.dedup();
        let known: Vec<i128> = keys.iter().filter_map(|key| self.advice.get(key).copied()).collect();
        (!known.is_empty()).then(|| known.iter().sum())
    }

    /// How one amount became the other, blank where the digits do not say.
    fn digits(&self, book: i64, bank: i64) -> &'static str {
        let step = SCALE / 10_i64.pow(self.decimals.min(4));
        if digits::is_sign_flip(book, bank) {
            "money in and out are reversed"
        } else if digits::is_decimal_shift(book, bank) {
            "the decimal mark slipped"
        } else if digits::is_transposition(book, bank, step) {
            "two digits changed places"
        } else if digits::is_digit_error(book, bank, step) {
            "one digit is wrong, missing or doubled"
        } else {
            ""
        }
    }

    fn add_books(&self, item: &mut Item, rows: &[u32]) {
        let joined = |of: &dyn Fn(u32) -> String| {
            let mut texts: Vec<String> = rows.iter().map(|row| of(*row)).filter(|text| !text.is_empty()).collect();
            texts.sort_unstable();
            texts.dedup();
            texts.join("; ")
        };
        item.document = joined(&|row| self.book.document(row).to_owned());
        item.journal = joined(&|row| self.book.journal(row).to_owned());
        let customers = joined(&|row| self.book.customer(row).to_owned());
        if !customers.contains("; ") {
            item.customer = customers;
        }
        item.book_places = rows.iter().map(|row| place(self.book.lines, *row)).collect();
        item.book_places.sort_unstable();
    }

    /// A line of the books in words.
    fn named(&self, row: u32) -> String {
        let (document, journal) = (self.book.document(row), self.book.journal(row));
        let text = shortened(self.book.description(row));
        let by = match (document, self.book.receipt_reference(row)) {
            ("", _) => format!("Journal {journal}"),
            (document, "") => format!("Document {document} in journal {journal}"),
            (document, reference) => format!("Document {document} ({reference}) in journal {journal}"),
        };
        if text.is_empty() { by } else { format!("{by} \"{text}\"") }
    }

    /// A line of the bank in words.
    fn line(&self, row: u32) -> String {
        let (name, text) = (self.statement.name(row), shortened(self.statement.description(row)));
        match (name, text.as_str()) {
            ("", "") => "Bank line".to_owned(),
            ("", text) => format!("Bank line \"{text}\""),
            (name, "") => format!("Bank line {name}"),
            (name, text) => format!("Bank line {name} \"{text}\""),
        }
    }
}

/// Rows of the other side that might be its own, where nothing decides which.
fn rivals(left: &Left<'_>, amount: i64, side: &str) -> String {
    match left.rivals.get(&amount).copied().unwrap_or(0) {
        0 => String::new(),
        1 => format!("; the {side} has one of this amount that nothing ties to it"),
        count => format!("; the {side} has {count} of this amount that nothing ties to it"),
    }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((at, _)) => format!("{}…", text[..at].trim_end()),
        None => text.to_owned(),
    }
}

/// What a line of the bank says of its kind.
struct Words<'a> {
    code: String,
    words: Vec<String>,
    has_counterparty: bool,
    text: &'a str,
}

impl<'a> Words<'a> {
    fn new(statement: &'a Statement<'_>, row: u32) -> Words<'a> {
        let text = statement.description(row);
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
        Words {
            code: statement.type_code(row).to_uppercase(),
            words: words.map(str::to_uppercase).collect(),
            has_counterparty: statement.has_counterparty(row),
            text,
        }
    }

    fn says(&self, wanted: &[&str]) -> bool {
        self.words.iter().any(|word| wanted.contains(&word.as_str()))
    }

    /// Whether one of the parts of the bank's code is one of these.
    fn is_coded(&self, wanted: &[&str]) -> bool {
        self.code.split(|c: char| !c.is_alphanumeric()).any(|part| wanted.contains(&part))
    }

    /// Money taken back: a check without cover, a debit that was refused, a chargeback. BAI2 codes of deposited items
    /// returned, SWIFT NRTI, ISO 20022 RRTN, RDDT and UPDD; words of banks.
    fn is_return(&self) -> bool {
        self.is_coded(&["RTN", "RET", "NSF", "NRTI", "RRTN", "PRTN", "RDDT", "UPDD", "UPCQ", "555", "556", "557"])
            || self.says(&[
                "RETURNED",
                "RETURN",
                "NSF",
                "BOUNCED",
                "DISHONOURED",
                "DISHONORED",
                "CHARGEBACK",
                "UNPAID",
                "RÜCKLASTSCHRIFT",
                "RUECKLASTSCHRIFT",
                "RETOURE",
                "IMPAYE",
                "IMPAYÉ",
                "DEVOLUCION",
                "DEVOLUCIÓN",
            ])
    }

    /// Interest, earned or owed. BAI2 350 to 359 and 650 to 659 hold interest; SWIFT NINT, ISO 20022 INTR.
    fn is_interest(&self) -> bool {
        self.is_coded(&["INT", "NINT", "INTR", "354", "654"])
            || (!self.has_counterparty
                && self.says(&["INTEREST", "ZINSEN", "ZINS", "INTERETS", "INTÉRÊTS", "INTERESES"]))
    }

    /// A charge of the bank. Words alone count where no other party is named and money goes out: a customer may pay a
    /// fee to us. BAI2 398 and 698 are fees; SWIFT NCHG and NCOM, ISO 20022 CHRG, FEES and COMM.
    fn is_fee(&self, amount: i64) -> bool {
        let by_words = || self.text.split_whitespace().any(|word| is_fee_word(&word.to_uppercase()));
        self.is_coded(&["FEE", "FEES", "CHG", "CHRG", "NCHG", "NCOM", "COMM", "SRVCHG", "398", "698"])
            || (amount < 0 && !self.has_counterparty && by_words())
    }
}

/// What payers say they paid, by the payment's reference.
pub fn advice(remittances: &Table) -> HashMap<u64, i128> {
    let (references, amounts) = (remittances.text("payment_reference"), remittances.money("amount"));
    let mut sums: HashMap<u64, i128> = HashMap::new();
    for row in 0..remittances.len() {
        let key = reference(references.get(row));
        if key != NO_REFERENCE && amounts[row] != crate::model::table::NO_MONEY {
            *sums.entry(key).or_default() += i128::from(amounts[row]);
        }
    }
    sums
}
