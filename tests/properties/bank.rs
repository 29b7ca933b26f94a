//! The bank reconciliation over random books and statements: nothing is lost, and the order of rows says nothing.

use proptest::prelude::*;
use std::sync::Arc;
use tieout::model::{Cell, Currency, Date, Money, SourceRow, Table};
use tieout::normalise::plan::Setting;
use tieout::normalise::tables;
use tieout::reconcile::Inputs;
use tieout::reconcile::bank::{self, Outcome, Terms};

/// A row of either side: day of the month, amount, reference.
type Line = (u32, i64, u8);

const END: (i32, u32, u32) = (2026, 10, 31);

fn date(day: u32) -> Date {
    Date::from_ymd(END.0, END.1, day).expect("a day")
}

/// A reference that the books have in a text, and the bank in a field; 0 is none.
fn reference(number: u8) -> String {
    if number == 0 { String::new() } else { format!("PAY{number:04}") }
}

pub fn table(def: &'static tieout::model::TableDef, rows: &[Vec<(&str, Cell<'_>)>]) -> Table {
    let mut table = Table::new(def);
    for (at, row) in rows.iter().enumerate() {
        let cells: Vec<Cell<'_>> = def
            .columns
            .iter()
            .map(|column| row.iter().find(|(name, _)| *name == column.name).map_or(Cell::Null, |(_, cell)| *cell))
            .collect();
        table.push(&cells);
        table.places.push(SourceRow { source: 0, row: at as u32 + 2 });
    }
    table
}

fn inputs(book: &[(usize, Line)], lines: &[(usize, Line)]) -> Inputs {
    let texts: Vec<(String, String)> = book
        .iter()
        .map(|(number, (.., own))| (format!("J{number:03}"), format!("Payment {}", reference(*own))))
        .collect();
    let rows: Vec<Vec<(&str, Cell<'_>)>> = book
        .iter()
        .zip(&texts)
        .map(|((_, (day, amount, _)), (journal, text))| {
            vec![
                ("entity", Cell::Text("US01")),
                ("account", Cell::Text("1010")),
                ("journal_id", Cell::text(journal)),
                ("posting_date", Cell::Date(date(*day))),
                ("description", Cell::text(text)),
                ("amount", Cell::Money(Money::from_units(*amount * 10_000))),
            ]
        })
        .collect();
    let gl = table(&tables::GL_LINES, &rows);
    let texts: Vec<(String, String)> =
        lines.iter().map(|(number, (.., own))| (format!("L{number}"), reference(*own))).collect();
    let rows: Vec<Vec<(&str, Cell<'_>)>> = lines
        .iter()
        .zip(&texts)
        .map(|((_, (day, amount, _)), (id, text))| {
            vec![
                ("bank_account", Cell::Text("77")),
                ("line_id", Cell::text(id)),
                ("booking_date", Cell::Date(date(*day))),
                ("reference", Cell::text(text)),
                ("amount", Cell::Money(Money::from_units(*amount * 10_000))),
            ]
        })
        .collect();
    let bank = table(&tables::BANK_LINES, &rows);
    let empty = |def: &'static tieout::model::TableDef| Arc::new(Table::new(def));
    Inputs {
        ar_items: empty(&tables::AR_ITEMS),
        later_items: empty(&tables::AR_ITEMS),
        applications: empty(&tables::AR_APPLICATIONS),
        gl_lines: Arc::new(gl),
        later_lines: empty(&tables::GL_LINES),
        trial_balance: empty(&tables::TRIAL_BALANCE),
        accounts: empty(&tables::ACCOUNTS),
        customers: empty(&tables::CUSTOMERS),
        exchange_rates: empty(&tables::EXCHANGE_RATES),
        bank_lines: Arc::new(bank),
        bank_balances: empty(&tables::BANK_BALANCES),
        remittances: empty(&tables::REMITTANCES),
        disputes: empty(&tables::DISPUTES),
        tax_rates: empty(&tables::TAX_RATES),
        promises: empty(&tables::PROMISES),
        invoice_lines: empty(&tables::INVOICE_LINES),
        prices: empty(&tables::PRICES),
        openings: Default::default(),
        source_names: vec!["a file".to_owned()],
    }
}

fn reconciled(book: &[(usize, Line)], lines: &[(usize, Line)]) -> Outcome {
    let currency = Currency::parse("USD").expect("a currency");
    let setting = Setting { period_end: date(END.2), currency, entity_currency: Default::default() };
    let terms = Terms { setting: &setting, period_start: date(1), window: 5, holidays: &[], prior: None };
    let mapping = ("77".to_owned(), "US01".to_owned(), "1010".to_owned());
    bank::reconcile(&inputs(book, lines), std::iter::once(mapping), &terms)
        .unwrap_or_else(|problem| panic!("{problem}"))
}

/// What a reader learns of the items, apart from where they stand.
fn told(outcome: &Outcome) -> Vec<(&'static str, String, String, i64)> {
    let item =
        |item: &bank::item::Item| (item.cause().code(), item.document.clone(), item.journal.clone(), item.amount);
    let mut told: Vec<_> = outcome.items.iter().map(item).collect();
    told.sort();
    told
}

fn line() -> impl Strategy<Value = Line> {
    (1_u32..=28, prop_oneof![Just(-5_i64), Just(5), Just(7), Just(12), Just(-12), Just(19)], 0_u8..5)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_row_is_accounted_for_and_the_order_of_rows_says_nothing(
        book in prop::collection::vec(line(), 1..14),
        lines in prop::collection::vec(line(), 1..14),
        turn in 0_usize..13,
    ) {
        let number = |rows: &[Line]| -> Vec<(usize, Line)> { rows.iter().copied().enumerate().collect() };
        let (book, lines) = (number(&book), number(&lines));
        let outcome = reconciled(&book, &lines);
        let sum = |rows: &[(usize, Line)]| rows.iter().map(|(_, (_, amount, _))| amount * 10_000).sum::<i64>();
        let items: i64 = outcome.items.iter().map(|item| item.amount).sum();
        prop_assert_eq!(items, sum(&book) - sum(&lines));
        let (adjusted_book, adjusted_bank) = bank::adjusted(&outcome, 0);
        prop_assert_eq!(adjusted_book, adjusted_bank);
        let (mut turned, mut back) = (book.clone(), lines.clone());
        turned.rotate_left(turn % book.len());
        back.reverse();
        let again = reconciled(&turned, &back);
        prop_assert_eq!(told(&outcome), told(&again));
        prop_assert_eq!((outcome.pairs.len(), outcome.matches.len()), (again.pairs.len(), again.matches.len()));
    }

    /// Rows with a reference of their own meet wherever they stand; only what one side has alone is left.
    #[test]
    fn planted_pairs_are_all_found(
        rows in prop::collection::vec((1_u32..=20, 1_i64..10_000), 1..60),
        left_out in prop::collection::vec(any::<bool>(), 60),
    ) {
        let book: Vec<(usize, Line)> =
            rows.iter().enumerate().map(|(at, (day, amount))| (at, (*day, *amount, at as u8 + 1))).collect();
        let lines: Vec<(usize, Line)> = book
            .iter()
            .filter(|(at, _)| !left_out[*at])
            .map(|(at, (day, amount, own))| (*at, (day + (*at as u32 % 8), *amount, *own)))
            .collect();
        prop_assume!(!lines.is_empty());
        let outcome = reconciled(&book, &lines);
        prop_assert_eq!(outcome.pairs.len(), lines.len());
        prop_assert_eq!(outcome.items.len(), book.len() - lines.len());
        prop_assert!(outcome.items.iter().all(|item| item.cause().code() == "B01"));
    }
}
