//! What holds for the cells of a row together: signs, debit and credit, the decimals of its currency.

use super::{Refused, Typist, Value, row_text};
use crate::load::raw::RawRow;
use crate::model::money::SCALE_DIGITS;
use crate::model::{Currency, Money};
use crate::normalise::codes;
use crate::normalise::plan::Grammar;
use crate::normalise::rules::{Balances, SignRule};

/// Why a row is refused: column, text seen, and the reason.
type RowRefused = (String, String, Refused);

/// Ten-thousandths in the smallest unit of a currency with 0 to 4 decimals.
const STEPS: [i64; SCALE_DIGITS + 1] = [10_000, 1_000, 100, 10, 1];

impl Typist<'_> {
    /// Turns amounts round by the source's sign rule.
    pub(super) fn sign(&self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let profile = &self.plan.profile;
        let turn: fn(i64) -> i64 = match profile.signs.rule {
            SignRule::AsWritten | SignRule::SideWord => return Ok(()),
            SignRule::Reversed => |units| -units,
            SignRule::ByType => {
                let kind = self.plan.at.item_type.map(|at| &values[at]);
                match kind {
                    Some(Value::Text(kind)) if codes::type_sign(kind) < 0 => |units| -units.abs(),
                    _ => return Ok(()),
                }
            }
            SignRule::Flag => {
                let flag = self.plan.flag.map_or("", |column| row.cell(column).text.trim());
                if flag.is_empty() {
                    let heading = profile.signs.column.clone().unwrap_or_default();
                    let reason = "the flag that carries the sign is blank".to_owned();
                    return Err((heading, String::new(), ("T2108", reason)));
                }
                if !profile.signs.negative.iter().any(|negative| negative.eq_ignore_ascii_case(flag)) {
                    return Ok(());
                }
                |units| -units
            }
        };
        for slot in &self.plan.slots {
            let target = self.target(slot);
            if let Value::Money(units) = &mut values[target] {
                *units = turn(*units);
            }
        }
        Ok(())
    }

    /// Forms the amount out of debit and credit, or checks it against them (bad-inputs 61 and 62).
    pub(super) fn two_columns(&mut self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let plan = self.plan;
        if plan.def.name == "trial_balance" {
            self.ending_balance(values);
            return Ok(());
        }
        if plan.at.debit.is_none() && plan.at.credit.is_none() {
            return Ok(());
        }
        let of = |slot: Option<usize>| slot.and_then(|slot| values[self.target(&plan.slots[slot])].money());
        let (debit, credit) = (of(plan.at.debit), of(plan.at.credit));
        let heading = plan.at.debit.or(plan.at.credit).map_or(String::new(), |slot| plan.slots[slot].heading.clone());
        let Some(at) = plan.at.amount else { return Ok(()) };
        let shown = || row_text(row);
        if debit.unwrap_or(0) != 0 && credit.unwrap_or(0) != 0 {
            return Err((heading, shown(), ("T2109", "debit and credit are both filled".to_owned())));
        }
        // To a bank a debit is money out.
        let is_bank = plan.def.name == "bank_lines";
        let (plus, minus) = if is_bank { (credit, debit) } else { (debit, credit) };
        let Some(difference) = plus.unwrap_or(0).checked_sub(minus.unwrap_or(0)) else {
            return Err((heading, shown(), ("T2105", "is beyond 10^15 minor units".to_owned())));
        };
        match values[at].money() {
            None if debit.is_none() && credit.is_none() => {
                return Err((heading, String::new(), ("T2110", "debit and credit are both blank".to_owned())));
            }
            Some(amount) if (debit.is_some() || credit.is_some()) && amount != difference => {
                let what = if is_bank { "credit less debit" } else { "debit less credit" };
                let reason = format!("amount is not {what}");
                return Err((
                    plan.def.columns[at].name.to_owned(),
                    Money::<()>::from_units(amount).to_string(),
                    ("T2111", reason),
                ));
            }
            Some(_) => {}
            None => values[at] = Value::Money(difference),
        }
        self.piece.odd_signs += u64::from(debit.unwrap_or(0) < 0 || credit.unwrap_or(0) < 0);
        self.piece.zero_lines += u64::from(debit.unwrap_or(0) == 0 && credit.unwrap_or(0) == 0);
        Ok(())
    }

    /// A missing ending balance: opening + debit - credit, or debit - credit where those two are balances.
    fn ending_balance(&self, values: &mut [Value<'_>]) {
        let at = |name: &str| self.plan.def.position(name).and_then(|at| values[at].money());
        let (opening, debit, credit) = (at("opening_balance"), at("debit"), at("credit"));
        let moved = debit.unwrap_or(0) - credit.unwrap_or(0);
        let Some(target) = self.plan.def.position("ending_balance") else { return };
        if values[target].money().is_some() {
            return;
        }
        values[target] = match self.plan.profile.trial_balance.balances {
            Some(Balances::DebitCredit) => Value::Money(moved),
            None => Value::Money(opening.unwrap_or(0) + moved),
        };
    }

    /// Refuses more decimals than the currency has (bad-inputs 38 and 60).
    pub(super) fn decimals(&mut self, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let plan = self.plan;
        fn text_at<'v>(values: &'v [Value<'_>], at: Option<usize>) -> &'v str {
            match at.map(|at| &values[at]) {
                Some(Value::Text(text)) => text,
                _ => "",
            }
        }
        let functional = match plan.setting.entity_currency.is_empty() {
            true => plan.setting.currency,
            false => plan.setting.functional(text_at(values, plan.at.entity)),
        };
        let currency = match text_at(values, plan.at.currency) {
            "" => functional,
            code => self.known_currency(code)?,
        };
        let ledger = plan.def.name == "gl_lines";
        for slot in plan.slots.iter().filter(|slot| matches!(slot.grammar, Grammar::Money { .. })) {
            let kept = match slot.canonical.starts_with("functional") || ledger {
                true => functional.decimals().max(if ledger { currency.decimals() } else { 0 }),
                false => currency.decimals(),
            };
            let target = self.target(slot);
            let step = STEPS[kept.min(SCALE_DIGITS as u32) as usize];
            let Value::Money(units) = &mut values[target] else { continue };
            if *units % step == 0 {
                continue;
            }
            // Where a table has no currency, its amounts are in that of a document that is not known here.
            if plan.at.currency.is_none() && !plan.profile.options.round {
                continue;
            }
            if !plan.profile.options.round {
                let reason = format!(
                    "has more decimals than {currency} has; set options = {{ round = true }} if they are noise"
                );
                return Err((slot.heading.clone(), Money::<()>::from_units(*units).to_string(), ("T2104", reason)));
            }
            let half = step / 2;
            *units = (*units + if *units < 0 { -half } else { half }) / step * step;
        }
        Ok(())
    }

    fn known_currency(&mut self, code: &str) -> Result<Currency, RowRefused> {
        if let Some((known, currency)) = &self.currency
            && known == code
        {
            return Ok(*currency);
        }
        let Some(currency) = Currency::parse(code) else {
            let reason = "is no currency of ISO 4217".to_owned();
            return Err(("currency".to_owned(), code.to_owned(), ("T2107", reason)));
        };
        self.currency = Some((code.to_owned(), currency));
        Ok(currency)
    }
}
