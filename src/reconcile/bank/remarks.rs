//! What a reader should know of a cash account before its items.

use super::book::{self, BookFigures};
use super::statement::Balances;
use super::window::Window;
use super::{OfAccount, SILENT_DAYS, Story};
use crate::diag::{Finding, Place};
use crate::model::Date;
use foldhash::fast::FixedState;
use rayon::prelude::*;
use std::hash::BuildHasher;

/// A seed of its own, so that nothing depends on the run.
const HASHER: FixedState = FixedState::with_seed(75);

impl Story<'_> {
    /// What a reader should know of an account before its items.
    pub(super) fn remarks(
        &self,
        of: &OfAccount<'_>,
        figures: &BookFigures,
        balances: &[(String, Balances)],
        window: &Window,
    ) -> Vec<Finding> {
        let name = format!("{} account {}", of.account.entity, of.account.account);
        let none = Place::default;
        let mut findings =
            vec![Finding::note("T3401", none(), format!("{name}: books and bank compared {}", window.words()))];
        for (bank, balances) in balances.iter().filter(|(_, balances)| balances.first_day().is_some()) {
            if !balances.is_given() {
                findings.push(Finding::warning(
                    "T3406",
                    none(),
                    format!("no balance of bank account {bank} is given: taken as the sum of its lines, from 0.00"),
                    "add a [[source]] with table = \"bank_balances\", or export the list with its running balance: \
                     nothing else proves that no line is missing",
                ));
            }
            let (days, last) = (&self.days, balances.last_day(window.end));
            let silent = last.map_or(0, |last| days.number(window.end) - days.number(last));
            if silent > SILENT_DAYS {
                let last = last.map_or(String::new(), |day| Date::from_days(day).to_string());
                findings.push(Finding::warning(
                    "T3409",
                    none(),
                    format!("the statements of bank account {bank} end on {last}, before the period does"),
                    "get the statements up to the period end; what the bank booked since is missing here",
                ));
            }
        }
        if figures.foreign > 0 {
            findings.push(Finding::warning(
                "T3408",
                none(),
                format!(
                    "{} lines of {name} are not in {}, the currency of its bank account, and left aside",
                    figures.foreign,
                    of.account.currency.code()
                ),
                "export currency and amount of each line; revaluations in the entity's currency belong aside",
            ));
        }
        findings.extend(self.identical(of));
        findings
    }

    /// Lines that stand more than once, word for word (bad-inputs 75).
    fn identical(&self, of: &OfAccount<'_>) -> Option<Finding> {
        let lines = &self.inputs.bank_lines;
        let (dates, amounts) = (lines.dates("booking_date"), lines.money("amount"));
        let mut rows: Vec<(i32, i64, u32)> =
            of.bank.iter().map(|row| (dates[*row as usize], amounts[*row as usize], *row)).collect();
        rows.par_sort_unstable();
        let mut twins = 0_u64;
        let mut first: Option<u32> = None;
        for group in rows.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)).filter(|group| group.len() > 1) {
            // Texts are told apart by their hashes; where those are equal, the texts themselves decide.
            let texts = |row: u32| self.statement.texts(row);
            let mut hashed: Vec<(u64, u32)> = group.iter().map(|row| (HASHER.hash_one(texts(row.2)), row.2)).collect();
            hashed.sort_unstable_by_key(|(hash, row)| (*hash, book::place(lines, *row)));
            for pair in hashed.windows(2).filter(|pair| pair[0].0 == pair[1].0 && texts(pair[0].1) == texts(pair[1].1))
            {
                twins += 1;
                let order = |row: &u32| (texts(*row), book::place(lines, *row));
                first = first.into_iter().chain([pair[1].1]).min_by_key(order);
            }
        }
        let row = first?;
        let place = book::place(lines, row);
        Some(Finding::note(
            "T3405",
            Place::file(self.inputs.source_name(place)).row(place.row.into()),
            format!(
                "{twins} lines of bank account {} stand more than once, word for word; all of them count, the first is \
                 of {}",
                of.account.banks.join(", "),
                Date::from_days(dates[row as usize])
            ),
        ))
    }
}
