//! Which currency a row is in: it decides the decimals, and which rows may be added up.

use super::RunFacts;
use crate::model::{Column, Currency, Kind, Table};
use crate::report::grid::Grid;
use crate::report::template::CurrencyFrom;
use std::collections::BTreeMap;

/// The currencies of a run.
pub(super) struct Currencies {
    run: String,
    decimals: u8,
    by_rec: BTreeMap<String, String>,
    by_entity: BTreeMap<String, String>,
}

/// The currencies of the rows of a grid.
pub(super) struct RowCurrencies {
    /// The different ones, in the order of their codes; at least one.
    pub(super) codes: Vec<String>,
    /// For each row its place among `codes`; empty where there is only one.
    pub(super) rows: Vec<u16>,
}

impl RowCurrencies {
    /// The place of a row's currency among the codes.
    pub(super) fn of(&self, row: usize) -> usize {
        self.rows.get(row).copied().map_or(0, usize::from)
    }
}

impl Currencies {
    pub(super) fn new(facts: &RunFacts, reconciliations: &Table) -> Currencies {
        let run = facts.currency.code().to_owned();
        let (mut by_rec, mut by_entity) = (BTreeMap::new(), BTreeMap::new());
        for row in 0..reconciliations.len() {
            let text = |column: &str| reconciliations.text(column).get(row).to_owned();
            let currency = Some(text("currency")).filter(|code| !code.is_empty()).unwrap_or_else(|| run.clone());
            by_rec.insert(text("rec_id"), currency.clone());
            by_entity.entry(text("entity")).or_insert(currency);
        }
        Currencies { run, decimals: facts.currency.decimals() as u8, by_rec, by_entity }
    }

    /// The decimals of a currency; the group's where the code is none that is known.
    pub(super) fn decimals(&self, code: &str) -> u8 {
        Currency::parse(code).map_or(self.decimals, |currency| currency.decimals() as u8)
    }

    /// The currency of a reconciliation.
    pub(super) fn of_rec(&self, rec_id: &str) -> &str {
        self.by_rec.get(rec_id).unwrap_or(&self.run)
    }

    /// The currencies of a grid's rows.
    pub(super) fn of_rows(&self, grid: &Grid, from: CurrencyFrom) -> RowCurrencies {
        let (column, map) = match from {
            CurrencyFrom::Run => (None, None),
            CurrencyFrom::RecId => (grid.position("rec_id"), Some(&self.by_rec)),
            CurrencyFrom::Entity => (grid.position("entity"), Some(&self.by_entity)),
            CurrencyFrom::Currency => (grid.position("currency"), None),
        };
        let single = || RowCurrencies { codes: vec![self.run.clone()], rows: Vec::new() };
        let Some(column) = column else { return single() };
        // Ten million rows of one currency need no look at each.
        if let Some(map) = map
            && map.values().all(|code| *code == self.run)
        {
            return single();
        }
        let mut found: BTreeMap<&str, u16> = BTreeMap::new();
        let mut rows = Vec::with_capacity(grid.len());
        let mut last: (&str, u16) = ("", u16::MAX);
        for row in 0..grid.len() {
            let key = grid.text(row, column);
            if last.1 == u16::MAX || last.0 != key {
                let code = match map {
                    Some(map) => map.get(key).map_or(self.run.as_str(), String::as_str),
                    None if key.is_empty() => &self.run,
                    None => key,
                };
                let next = found.len() as u16;
                last = (key, *found.entry(code).or_insert(next));
            }
            rows.push(last.1);
        }
        self.sorted(&found, rows)
    }

    fn sorted(&self, found: &BTreeMap<&str, u16>, mut rows: Vec<u16>) -> RowCurrencies {
        let mut renumbered = vec![0; found.len()];
        for (place, number) in found.values().enumerate() {
            renumbered[usize::from(*number)] = place as u16;
        }
        rows.iter_mut().for_each(|number| *number = renumbered[usize::from(*number)]);
        match found.len() {
            0 => RowCurrencies { codes: vec![self.run.clone()], rows: Vec::new() },
            1 => RowCurrencies { codes: found.keys().map(|code| (*code).to_owned()).collect(), rows: Vec::new() },
            _ => RowCurrencies { codes: found.keys().map(|code| (*code).to_owned()).collect(), rows },
        }
    }

    /// The grid with a column `@currency`.
    pub(super) fn with_column(grid: Grid, currencies: &RowCurrencies) -> Grid {
        if currencies.rows.is_empty() {
            return grid.with_constant("@currency", &currencies.codes[0]);
        }
        let mut cells = crate::model::TextColumn::interned();
        currencies.rows.iter().for_each(|number| cells.push(&currencies.codes[usize::from(*number)]));
        grid.with_column("@currency", Kind::Word, Column::Text(cells))
    }
}
