//! Cash research over small dense cases: many equal amounts, numbers that are close to each other, references that are
//! shared and garbled. What is confirmed is what was paid, and the only answer; the order of rows says nothing.

use super::bank::table;
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::sync::Arc;
use tieout::model::{Cell, Currency, Date, Money, Table, TableDef};
use tieout::normalise::plan::Setting;
use tieout::normalise::tables;
use tieout::reconcile::Inputs;
use tieout::reconcile::cash::answer::Answer;
use tieout::reconcile::cash::memory::Memory;
use tieout::reconcile::cash::{self, Outcome, Terms};
use tieout::reconcile::openings::Openings;
use tieout::reconcile::subledger::Subledger;

/// Numbers that are close to each other.
const NUMBERS: [&str; 10] = [
    "INV-70010",
    "INV-70011",
    "INV-700105",
    "INV-70020",
    "INV-7001",
    "INV-7O01",
    "INV-71001",
    "INV-20261015",
    "INV-50000",
    "INV-70100",
];
const AMOUNTS: [i64; 4] = [200, 300, 500, 500];
const CUSTOMERS: [&str; 3] = ["A", "B", "C"];

/// A source of numbers that a seed decides.
struct Draw(u64);

impl Draw {
    fn below(&mut self, count: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((bits ^ (bits >> 31)) % count as u64) as usize
    }

    fn shuffle<T>(&mut self, rows: &mut [T]) {
        (1..rows.len()).rev().for_each(|at| rows.swap(at, self.below(at + 1)));
    }
}

#[derive(Clone, Debug)]
struct Doc {
    number: &'static str,
    customer: &'static str,
    amount: i64,
}

#[derive(Clone, Debug)]
struct Receipt {
    number: String,
    customer: &'static str,
    amount: i64,
    day: u32,
    reference: String,
    memo: String,
    /// What it pays: numbers.
    pays: Vec<&'static str>,
}

#[derive(Clone, Debug)]
struct Dense {
    docs: Vec<Doc>,
    receipts: Vec<Receipt>,
    /// Payment, number, amount.
    advice: Vec<(String, String, i64)>,
}

/// A number as people write it, with what they write beside it.
fn written(draw: &mut Draw, number: &str) -> String {
    let digits = &number[4..];
    match draw.below(10) {
        0 => digits.to_owned(),
        1 => format!("no. {digits}"),
        2 => format!("{number} 5 Oct"),
        3 => format!("{number}, 1 of 1"),
        4 => number.replacen('0', "O", 1),
        5 => number.replace('0', "O"),
        6 => format!("INV {digits}"),
        7 => format!("{} {}", &number[..6], &number[6..]),
        8 => format!("{number} of 2026-10-15 amount 500.00"),
        _ => number.to_owned(),
    }
}

fn dense(seed: u64) -> Dense {
    let draw = &mut Draw(seed);
    let mut numbers = NUMBERS.to_vec();
    draw.shuffle(&mut numbers);
    let count = 2 + draw.below(7);
    let docs: Vec<Doc> = numbers[..count]
        .iter()
        .map(|number| {
            let (customer, amount) = (CUSTOMERS[draw.below(3)], AMOUNTS[draw.below(4)]);
            Doc { number, customer, amount }
        })
        .collect();
    let mut case = Dense { docs, receipts: Vec::new(), advice: Vec::new() };
    for at in 0..1 + draw.below(4) {
        let first = case.docs[draw.below(count)].clone();
        let second = case.docs[draw.below(count)].clone();
        let is_second = draw.below(4) == 0 && second.number != first.number && second.customer == first.customer;
        let mut pays = vec![first.number];
        pays.extend(is_second.then_some(second.number));
        let amount = first.amount + if is_second { second.amount } else { 0 };
        let memo = pays.iter().map(|number| written(draw, number)).collect::<Vec<_>>().join(" and ");
        let reference = format!("PAY{:04}", 90 + at);
        let has_memo = draw.below(5) > 0;
        if draw.below(4) == 0 {
            // An advice now and then names another document than the text.
            let named = if has_memo && draw.below(4) == 0 { vec![second.number] } else { pays.clone() };
            for number in named {
                let paid = case.docs.iter().find(|doc| doc.number == number).map_or(0, |doc| doc.amount);
                case.advice.push((reference.clone(), number.to_owned(), paid));
            }
        }
        // The parent A pays for its child B; now and then nobody knows who paid.
        let customer = match draw.below(5) {
            0 => "",
            1 if first.customer == "B" => "A",
            _ => first.customer,
        };
        let (number, day) = (format!("RC-{at}"), 10 + draw.below(3) as u32);
        let memo = if has_memo { memo } else { String::new() };
        case.receipts.push(Receipt { number, customer, amount, day, reference, memo, pays });
    }
    case
}

fn date(day: u32) -> Date {
    Date::from_ymd(2026, 10, day).expect("a day")
}

fn items(case: &Dense) -> Table {
    let of = |id, kind, customer, day, amount: i64| {
        vec![
            ("entity", Cell::Text("US01")),
            ("item_id", Cell::Text(id)),
            ("item_type", Cell::Text(kind)),
            ("customer_id", Cell::text(customer)),
            ("document_date", Cell::Date(date(day))),
            ("currency", Cell::Text("USD")),
            ("amount", Cell::Money(Money::from_units(amount * 10_000))),
            ("open_amount", Cell::Money(Money::from_units(amount * 10_000))),
        ]
    };
    let docs = case.docs.iter().map(|doc| of(doc.number, "invoice", doc.customer, 1, doc.amount));
    let receipts = case.receipts.iter().map(|receipt| {
        let mut row = of(&receipt.number, "receipt", receipt.customer, receipt.day, -receipt.amount);
        row.extend([("reference", Cell::text(&receipt.reference)), ("memo", Cell::text(&receipt.memo))]);
        row
    });
    table(&tables::AR_ITEMS, &docs.chain(receipts).collect::<Vec<_>>())
}

fn inputs(case: &Dense) -> Inputs {
    let advice: Vec<Vec<(&str, Cell<'_>)>> = case
        .advice
        .iter()
        .map(|(payment, number, amount)| {
            vec![
                ("payment_reference", Cell::Text(payment)),
                ("invoice_reference", Cell::Text(number)),
                ("amount", Cell::Money(Money::from_units(amount * 10_000))),
            ]
        })
        .collect();
    let customer = |id, parent| vec![("customer_id", Cell::Text(id)), ("parent_customer_id", Cell::text(parent))];
    let customers = [customer("A", ""), customer("B", "A"), customer("C", "")];
    let empty = |def: &'static TableDef| Arc::new(Table::new(def));
    Inputs {
        ar_items: Arc::new(items(case)),
        later_items: empty(&tables::AR_ITEMS),
        applications: empty(&tables::AR_APPLICATIONS),
        gl_lines: empty(&tables::GL_LINES),
        later_lines: empty(&tables::GL_LINES),
        trial_balance: empty(&tables::TRIAL_BALANCE),
        accounts: empty(&tables::ACCOUNTS),
        customers: Arc::new(table(&tables::CUSTOMERS, &customers)),
        exchange_rates: empty(&tables::EXCHANGE_RATES),
        bank_lines: empty(&tables::BANK_LINES),
        bank_balances: empty(&tables::BANK_BALANCES),
        remittances: Arc::new(table(&tables::REMITTANCES, &advice)),
        disputes: empty(&tables::DISPUTES),
        invoice_lines: empty(&tables::INVOICE_LINES),
        prices: empty(&tables::PRICES),
        promises: empty(&tables::PROMISES),
        tax_rates: empty(&tables::TAX_RATES),
        openings: Openings::default(),
        source_names: vec!["a file".to_owned()],
    }
}

fn researched<T>(case: &Dense, look: impl Fn(&Outcome<'_>) -> T) -> T {
    let inputs = inputs(case);
    let amounts: Vec<i64> = inputs.ar_items.money("amount").iter().copied().collect();
    let posting: Vec<i32> = inputs.ar_items.dates("document_date").iter().copied().collect();
    let subledger = Subledger { open: amounts.clone(), document_open: amounts, posting, ..Subledger::default() };
    let currency = Currency::parse("USD").expect("a currency");
    let setting = Setting { period_end: date(31), currency, entity_currency: Default::default() };
    let memory = Memory::default();
    let terms = Terms {
        setting: &setting,
        period_start: date(1).days(),
        memory: &memory,
        fees: &[],
        grace_days: 0,
        deposits: &[],
        lines: &[],
    };
    look(&cash::research(&inputs, &subledger, &terms))
}

fn numbers(outcome: &Outcome<'_>, answer: &Answer) -> Vec<String> {
    let mut numbers: Vec<String> =
        answer.rows().map(|row| outcome.book.items.id.get(row as usize).to_owned()).collect();
    numbers.sort();
    numbers
}

/// What a reader learns of each payment: cause and sentence, and each answer with all that is said of it.
fn told(case: &Dense) -> Vec<String> {
    researched(case, |outcome| {
        let of_answer = |answer: &Answer| {
            let said = (answer.shown_rule(), answer.confidence(), answer.alternatives, &answer.against);
            format!("{:?} {said:?} {}", numbers(outcome, answer), answer.agreed())
        };
        let of = |one: &cash::Researched<'_>| {
            let answers: Vec<String> = one.case.answer.iter().chain(&one.case.others).map(of_answer).collect();
            let has = one.case.answer.is_some();
            format!("{} {} {} {has} {answers:#?}", one.case.payment.id, one.cause.code(), one.explanation)
        };
        outcome.payments.iter().map(of).collect()
    })
}

/// What is confirmed: documents by receipt.
fn confirmed(case: &Dense) -> BTreeMap<String, Vec<String>> {
    researched(case, |outcome| {
        let answers = outcome.payments.iter().filter_map(|one| Some((one, one.case.answer.as_ref()?)));
        let sure = answers.filter(|(_, answer)| answer.is_confirmed());
        sure.map(|(one, answer)| (one.case.payment.id.to_owned(), numbers(outcome, answer))).collect()
    })
}

/// How many cases: a few hundred in the suite, more where the environment asks for them.
fn cases() -> u32 {
    std::env::var("TIEOUT_CASH_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(300)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_confirmed_is_what_was_paid_and_named_by_nobody_else(seed in any::<u64>()) {
        let case = dense(seed);
        for (number, found) in confirmed(&case) {
            let receipt = case.receipts.iter().find(|receipt| receipt.number == number).expect("the receipt");
            let mut pays: Vec<String> = receipt.pays.iter().map(|number| (*number).to_owned()).collect();
            pays.sort();
            prop_assert_eq!(&found, &pays, "{:#?}", (receipt, &case));
            let is_named = |doc: &&'static str, other: &Receipt| other.pays.contains(doc) && other.memo.contains(doc);
            let names = |other: &&Receipt| receipt.pays.iter().any(|doc| is_named(doc, other));
            let is_plain = |other: &&Receipt| case.advice.iter().all(|line| line.0 != other.reference);
            let rivals = case.receipts.iter().filter(|other| other.number != number).filter(is_plain).filter(names);
            prop_assert_eq!(rivals.count(), 0, "another payment names it as well: {:#?}", (receipt, &case));
        }
    }

    #[test]
    fn the_order_of_rows_says_nothing_of_cash(seed in any::<u64>(), turn in any::<u64>()) {
        let case = dense(seed);
        let mut other = case.clone();
        let draw = &mut Draw(turn);
        draw.shuffle(&mut other.docs);
        draw.shuffle(&mut other.receipts);
        draw.shuffle(&mut other.advice);
        prop_assert_eq!(told(&case), told(&other));
    }
}

#[test]
fn dense_cases_have_something_to_confirm() {
    let found: usize = (0..200).map(|seed| confirmed(&dense(seed)).len()).sum();
    assert!(found > 20, "{found} confirmed answers");
}
