//! Control accounts: which row of which table belongs to which reconciliation.

use crate::diag::{Finding, Place, Problem, Result};
use crate::model::{Currency, Table, TextColumn};
use crate::normalise::plan::Setting;

/// A row that belongs to no reconciliation.
pub const NO_REC: u16 = u16::MAX;

/// One control account that its subledger must agree to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Control {
    /// `gl-US01-1200`: the reconciliation's name, stable from run to run.
    pub rec_id: String,
    /// The entity.
    pub entity: String,
    /// The account.
    pub account: String,
    /// The entity's functional currency: what the reconciliation is in.
    pub currency: Currency,
}

/// Every control account of the close.
#[derive(Clone, Debug, Default)]
pub struct Controls {
    /// In the order of entity and account.
    pub list: Vec<Control>,
}

impl Controls {
    /// Forms the list from (entity, account) pairs.
    ///
    /// # Errors
    /// When there is none: then nothing can be tied out.
    pub fn new(pairs: impl Iterator<Item = (String, String)>, setting: &Setting) -> Result<Controls> {
        let mut list: Vec<Control> = pairs
            .map(|(entity, account)| Control {
                rec_id: format!("gl-{entity}-{account}"),
                currency: setting.functional(&entity),
                entity,
                account,
            })
            .collect();
        list.sort_by(|a, b| (&a.entity, &a.account).cmp(&(&b.entity, &b.account)));
        if list.is_empty() {
            return Err(Problem::input(
                "T9106",
                Place::file("close.toml"),
                "the close names no control account",
                "add [[control_account]] with entity, account and subledger = \"ar\"",
            ));
        }
        Ok(Controls { list })
    }

    /// The control account of an entity and account.
    pub fn find(&self, entity: &str, account: &str) -> Option<u16> {
        let at = self.list.iter().position(|control| control.entity == entity && control.account == account)?;
        u16::try_from(at).ok()
    }

    /// The only control account of an entity; `None` where there are several or none.
    fn only(&self, entity: &str) -> Option<u16> {
        let mut of_entity = (0_u16..).zip(&self.list).filter(|(_, control)| control.entity == entity);
        match (of_entity.next(), of_entity.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        }
    }

    /// The reconciliation of each GL line; [`NO_REC`] for lines of other accounts.
    pub fn of_lines(&self, lines: &Table) -> Vec<u16> {
        let (entities, accounts) = (lines.text("entity"), lines.text("account"));
        by_codes(entities, accounts, |entity, account| self.find(entity, account).unwrap_or(NO_REC))
    }

    /// The reconciliation of each document: by its account, or by its entity where that has one control account.
    ///
    /// # Errors
    /// When an entity has several control accounts and a document names none (contract, section 3).
    pub fn of_items(&self, items: &Table, source_names: &[String]) -> Result<(Vec<u16>, Vec<Finding>)> {
        let (entities, accounts) = (items.text("entity"), items.text("account"));
        let recs = by_codes(entities, accounts, |entity, account| match account {
            "" => self.only(entity).unwrap_or(NO_REC),
            account => self.find(entity, account).unwrap_or(NO_REC),
        });
        let outside: Vec<usize> = (0..recs.len()).filter(|row| recs[*row] == NO_REC).collect();
        let Some(first) = outside.first().copied() else { return Ok((recs, Vec::new())) };
        let (entity, account) = (entities.get(first), accounts.get(first));
        let file = items.places.get(first).and_then(|p| source_names.get(p.source as usize)).cloned();
        let row = items.places.get(first).map_or(0, |place| place.row.into());
        let place = Place { file: file.unwrap_or_default(), row, ..Place::default() };
        let several = self.list.iter().filter(|control| control.entity == entity).count() > 1;
        if several && account.is_empty() {
            return Err(Problem::input(
                "T3002",
                place.column("account"),
                format!("the entity {entity} has several control accounts, and this document names none"),
                "give the account of each document, or constants = { account = \"…\" } for this source",
            ));
        }
        let finding = Finding::error(
            "T3003",
            place,
            format!(
                "{} documents belong to no control account; the first is of entity {entity}, account \"{account}\"",
                outside.len()
            ),
            "add a [[control_account]] for them, or leave them out with exclude",
        );
        Ok((recs, vec![finding]))
    }
}

/// A figure for each row from its entity and account, worked out once for each pair of different words.
pub(super) fn by_codes(entities: &TextColumn, accounts: &TextColumn, of: impl Fn(&str, &str) -> u16) -> Vec<u16> {
    match (entities, accounts) {
        (
            TextColumn::Interned { codes: entity_codes, pool: entity_pool },
            TextColumn::Interned { codes: account_codes, pool: account_pool },
        ) => {
            let width = account_pool.len();
            let mut known: Vec<Option<u16>> = vec![None; entity_pool.len() * width];
            let pairs = entity_codes.iter().zip(account_codes);
            pairs
                .map(|(entity, account)| {
                    let slot = &mut known[*entity as usize * width + *account as usize];
                    *slot.get_or_insert_with(|| of(entity_pool.get(*entity), account_pool.get(*account)))
                })
                .collect()
        }
        _ => (0..entities.len()).map(|row| of(entities.get(row), accounts.get(row))).collect(),
    }
}
