//! The small files of the demo: master data, trial balance, configuration and read-me.

use super::books::Books;
use super::cash::TABLES;
use super::csv_file::cents;
use super::csv_file::{CsvFile, machine};
use super::plant::Cause;
use super::world::{ACCOUNTS, CASH, World, bank_account, entity_code, euro_rate};
use super::{Label, Options, Summary};
use crate::diag::Result;
use crate::model::Date;
use std::fmt::Write;
use std::path::Path;

/// Rows of one file that a close accepts by default.
const DEFAULT_ROWS: u64 = 100_000_000;

/// Writes `customers.csv` and `accounts.csv`.
pub fn master_data(data: &Path, world: &World) -> Result<()> {
    let headings = [
        "entity",
        "customer_id",
        "customer_name",
        "terms",
        "currency",
        "credit_limit",
        "country",
        "parent_customer_id",
        "payer_account",
    ];
    let mut file = CsvFile::create(data, "customers.csv", &headings)?;
    for entity in 0..world.entities {
        let code = entity_code(entity);
        let foreign = entity == world.entities.min(2) - 1;
        for index in 0..world.customers {
            let customer = world.customer(entity, index);
            file.text(&code);
            file.numbered("C", customer.number, 5);
            file.name(customer.name());
            file.text(customer.terms.name);
            file.text(if foreign && index == 0 { "EUR" } else { "USD" });
            file.cents(((world.customers - index) as i64 % 40 + 1) * 2_500_000);
            file.text(if foreign && index == 0 { "DE" } else { "US" });
            match world.parent(index) {
                Some(parent) => file.numbered("C", world.customer(entity, parent).number, 5),
                None => file.blank(),
            }
            file.text(&customer.payer_account());
            file.end()?;
        }
    }
    file.close()?;
    let mut file = CsvFile::create(data, "accounts.csv", &["account", "account_name", "account_class"])?;
    for (account, name, class) in ACCOUNTS {
        file.text(account);
        file.text(name);
        file.text(class);
        file.end()?;
    }
    file.close()
}

/// Writes `trial_balance.csv` from the balances that the ledger kept.
pub fn trial_balance(data: &Path, world: &World, books: &Books) -> Result<()> {
    let headings =
        ["entity", "account", "account_name", "currency", "opening_balance", "debit", "credit", "ending_balance"];
    let mut file = CsvFile::create(data, "trial_balance.csv", &headings)?;
    for entity in 0..world.entities {
        for ((account, name, _), balance) in ACCOUNTS.iter().zip(books.balances(entity)) {
            file.text(&entity_code(entity));
            file.text(account);
            file.text(name);
            file.text("USD");
            file.wide_cents(balance.opening);
            file.wide_cents(balance.debit);
            file.wide_cents(balance.credit);
            file.wide_cents(balance.ending());
            file.end()?;
        }
    }
    file.close()
}

/// Writes `exchange_rates.csv`, a rate a day.
pub fn exchange_rates(data: &Path, world: &World) -> Result<()> {
    let mut file = CsvFile::create(data, "exchange_rates.csv", &["currency", "date", "rate"])?;
    for day in world.start.days()..=world.period_end.days() {
        let date = Date::from_days(day);
        file.text("EUR");
        file.date(date);
        file.rate(euro_rate(date));
        file.end()?;
    }
    file.close()
}

/// Writes `close.toml`.
pub fn configuration(folder: &Path, options: &Options, rows: u64) -> Result<()> {
    let mut text = String::from(
        "# A synthetic close, written by `tieout demo`. Run it: tieout close <this folder>\n\n\
         [close]\nname = \"Demo Group\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n\
         materiality = { amount = \"500.00\", percent = \"0.05\" }\n\n",
    );
    let cash: &[&str] = if options.cash.is_some() { &TABLES } else { &[] };
    let tables = ["ar_items", "ar_applications", "gl_lines", "trial_balance", "customers", "accounts"];
    for table in tables.iter().chain(cash) {
        put(&mut text, format_args!("[[source]]\ntable = \"{table}\"\npath = \"data/{table}.csv\"\n\n"));
    }
    for entity in 0..options.entities {
        let code = entity_code(entity);
        put(&mut text, format_args!("[[entity]]\nid = \"{code}\"\ncurrency = \"USD\"\n\n"));
        put(
            &mut text,
            format_args!("[[control_account]]\nentity = \"{code}\"\naccount = \"1200\"\nsubledger = \"ar\"\n\n"),
        );
        if options.cash.is_some() {
            let (number, account) = (bank_account(entity), ACCOUNTS[CASH].0);
            put(
                &mut text,
                format_args!("[[bank]]\nbank_account = \"{number}\"\nentity = \"{code}\"\naccount = \"{account}\"\n\n"),
            );
        }
    }
    text.push_str("[aging]\nbuckets = [0, 30, 60, 90, 120]\nbasis = \"due_date\"\n");
    if rows > DEFAULT_ROWS {
        put(&mut text, format_args!("\n[limits]\nrows = {}\n", rows + 1));
    }
    save(folder, "close.toml", &text)
}

/// Writes `README.md`: what the folder is and what was planted.
pub fn read_me(folder: &Path, options: &Options, summary: &Summary, labels: &[Label]) -> Result<()> {
    let mut text = String::from(
        "# A synthetic close\n\n\
         Written by `tieout demo`: every name and figure is invented, and every error in it was planted on purpose \
         and is labelled.\n\n    tieout close <this folder>\n\n\
         must find each label of `truth/breaks.csv` under its cause, and nothing else, and\n\n    \
             tieout demo <this folder> --score <run folder>\n\n\
         compares a run with the labels. `truth/receipts.csv` says why a receipt is open (C00 to C18) and what was \
         deducted (S01 to S99), `truth/allocations.csv` what each receipt settles or should settle, and the rows of \
         kind bank in `truth/breaks.csv` what books and bank differ by (B01 to B11).\n\n",
    );
    put(
        &mut text,
        format_args!("| | |\n|---|---|\n| seed | {} |\n| invoices | {} |\n", options.seed, options.invoices),
    );
    put(&mut text, format_args!("| documents | {} |\n| GL lines | {} |\n", summary.documents, summary.gl_lines));
    put(&mut text, format_args!("| bank lines | {} |\n", summary.bank_lines));
    put(&mut text, format_args!("| labelled receipts | {} |\n", summary.receipts));
    put(&mut text, format_args!("| labelled differences of the bank | {} |\n", summary.bank_breaks));
    put(&mut text, format_args!("| GL detail | {} |\n\n", options.gl.meaning()));
    text.push_str("| entity | GL balance | subledger balance | variance |\n|---|---:|---:|---:|\n");
    for entity in &summary.entities {
        let (gl, subledger) = (entity.gl_balance, entity.subledger_balance);
        put(
            &mut text,
            format_args!("| {} | {} | {} | {} |\n", entity.code, cents(gl), cents(subledger), cents(gl - subledger)),
        );
    }
    text.push_str("\n| cause | labels | amount | what was planted |\n|---|---:|---:|---|\n");
    for cause in Cause::ALL {
        let amounts = || labels.iter().filter(|label| label.cause == cause).map(|label| i128::from(label.amount));
        let (count, sum): (usize, i128) = (amounts().count(), amounts().sum());
        if count > 0 {
            let meaning = cause.meaning();
            put(&mut text, format_args!("| {} | {count} | {} | {meaning} |\n", cause.code(), cents(sum)));
        }
    }
    save(folder, "README.md", &text)
}

fn put(text: &mut String, arguments: std::fmt::Arguments) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(arguments);
}

fn save(folder: &Path, name: &str, text: &str) -> Result<()> {
    std::fs::write(folder.join(name), text).map_err(|error| machine(name, &error))
}
