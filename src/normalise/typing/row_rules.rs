//! What holds for the cells of a row together: signs, debit and credit, the decimals of its currency.

use super::{Refused, Typist, Value, row_text};
use crate::load::raw::RawRow;
use crate::model::money::SCALE_DIGITS;
use crate::model::{Currency, Money};
use crate::normalise::codes;
use crate::normalise::plan::Filling;
use crate::normalise::rules::{Balances, SignRule};
use crate::normalise::sides;
use std::borrow::Cow;

/// Why a row is refused: column, text seen, and the reason.
type RowRefused = (String, String, Refused);

/// A template with the row's texts in it; `None` where one of them is blank.
fn filled(template: &[Filling], row: &RawRow<'_>) -> Option<String> {
    let mut text = String::new();
    for piece in template {
        match piece {
            Filling::Words(words) => text.push_str(words),
            Filling::Column(column) => match codes::clean(row.cell(*column).text) {
                blank if blank.is_empty() => return None,
                cell => text.push_str(&cell),
            },
        }
    }
    Some(text)
}

/// Ten-thousandths in the smallest unit of a currency with 0 to 4 decimals.
const STEPS: [i64; SCALE_DIGITS + 1] = [10_000, 1_000, 100, 10, 1];

impl Typist<'_> {
    /// Gives blank cells what the profile puts in their place; a required one that stays blank is refused.
    pub(super) fn fill_blanks(&mut self, row: &RawRow<'_>, values: &mut [Value<'_>]) {
        let plan = self.plan;
        for (target, templates) in &plan.blank {
            if values[*target] != Value::Null {
                continue;
            }
            if let Some(text) = templates.iter().find_map(|template| filled(template, row)) {
                values[*target] = Value::Text(Cow::Owned(text));
                self.piece.formed += 1;
            } else if plan.def.columns[*target].required {
                let name = plan.def.columns[*target].name;
                let heading = plan.slots.iter().find(|slot| slot.target == *target).map_or(name, |slot| &slot.heading);
                let reason = format!("{name} is blank, and a row cannot do without it");
                self.reject(row.place, heading, "", ("T2001", reason));
            }
        }
    }

    /// The type of a document whose amount turned out negative.
    pub(super) fn negative_type(&self, values: &mut [Value<'_>]) {
        let (types, at) = (&self.plan.profile.negative_types, &self.plan.at);
        let (Some(kind), Some(amount)) = (at.item_type, at.amount) else { return };
        if types.is_empty() || values[amount].money().is_none_or(|units| units >= 0) {
            return;
        }
        let Value::Text(own) = &values[kind] else { return };
        let turned = types.get(own.as_ref()).and_then(|turned| codes::item_type(turned));
        if let Some(turned) = turned {
            values[kind] = Value::Text(Cow::Borrowed(turned));
        }
    }

    /// Amounts in the smallest unit of their currency become amounts of the currency.
    pub(super) fn minor_units(&mut self, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let plan = self.plan;
        if !plan.profile.options.currency_minor_units {
            return Ok(());
        }
        let (own, functional) = self.currencies(values)?;
        for slot in plan.money_slots.iter().map(|number| &plan.slots[*number]) {
            let currency = if slot.canonical.starts_with("functional") { functional } else { own };
            let parts = 10_000 / STEPS[currency.decimals().min(SCALE_DIGITS as u32) as usize];
            let target = self.target(slot);
            let Value::Money(units) = &mut values[target] else { continue };
            if *units % 10_000 != 0 {
                let reason = "has decimals where whole numbers of the smallest unit are declared".to_owned();
                return Err((slot.heading.clone(), Money::<()>::from_units(*units).to_string(), ("T2104", reason)));
            }
            *units /= parts;
        }
        Ok(())
    }

    /// Turns amounts round by the source's sign rule.
    pub(super) fn sign(&self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let profile = &self.plan.profile;
        let turn: fn(i64) -> i64 = match profile.signs.rule {
            SignRule::AsWritten if self.takes_away(row) => |units| -units,
            SignRule::AsWritten | SignRule::SideWord => return Ok(()),
            SignRule::Reversed => |units| -units,
            SignRule::ByType => {
                let kind = self.plan.at.item_type.map(|at| &values[at]);
                match kind {
                    Some(Value::Text(kind)) if codes::type_sign(kind) < 0 => |units| -units.abs(),
                    _ => return Ok(()),
                }
            }
            SignRule::Flag => return self.by_flag(row, values),
        };
        for slot in &self.plan.slots {
            let target = self.target(slot);
            if let Value::Money(units) = &mut values[target] {
                *units = turn(*units);
            }
        }
        Ok(())
    }

    /// Whether the column of sides, where it carries the signs, takes the row's amounts away.
    fn takes_away(&self, row: &RawRow<'_>) -> bool {
        let side = self.plan.side.filter(|_| self.assumed.by_side);
        side.is_some_and(|side| sides::takes_away(self.plan, side, row.cell(side.column).text) == Some(true))
    }

    /// Counts how the row's side stands to the sign that its amount is written with.
    pub(super) fn count_side(&mut self, row: &RawRow<'_>, values: &[Value<'_>]) {
        let plan = self.plan;
        let Some(side) = plan.side else { return };
        let amount =
            plan.slots.iter().filter(|slot| slot.is_money()).find_map(|slot| values[self.target(slot)].money());
        if let Some(units) = amount.filter(|units| *units != 0) {
            self.piece.sides.count(plan, side, row.cell(side.column).text, units, row.place);
        }
    }

    /// Turns each amount round by its flag. Where there is none to turn, the flag may be blank.
    fn by_flag(&self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let (profile, flags) = (&self.plan.profile, &self.plan.flags);
        for (slot, flag) in self.plan.slots.iter().zip(flags) {
            let (Some(column), target) = (flag, self.target(slot)) else { continue };
            let Value::Money(units) = &mut values[target] else { continue };
            let flag = row.cell(*column).text.trim();
            if flag.is_empty() && *units != 0 {
                let heading = profile.signs.column.clone().unwrap_or_else(|| slot.heading.clone());
                let reason = "the flag that carries the sign is blank".to_owned();
                return Err((heading, String::new(), ("T2108", reason)));
            }
            if profile.signs.negative.iter().any(|negative| negative.eq_ignore_ascii_case(flag)) {
                *units = -*units;
            }
        }
        Ok(())
    }

    /// Forms the amount out of debit and credit, or checks it against them (bad-inputs 61 and 62).
    pub(super) fn two_columns(&mut self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let plan = self.plan;
        if plan.def.name == "trial_balance" {
            return self.ending_balance(values);
        }
        if plan.at.debit.is_none() && plan.at.credit.is_none() {
            return self.single_column(values);
        }
        let of = |slot: Option<usize>| slot.and_then(|slot| values[self.target(&plan.slots[slot])].money());
        let (debit, credit) = (of(plan.at.debit), of(plan.at.credit));
        let heading =
            || plan.at.debit.or(plan.at.credit).map_or(String::new(), |slot| plan.slots[slot].heading.clone());
        let Some(at) = plan.at.amount else { return Ok(()) };
        let shown = || row_text(row);
        if debit.unwrap_or(0) != 0 && credit.unwrap_or(0) != 0 {
            return Err((heading(), shown(), ("T2109", "debit and credit are both filled".to_owned())));
        }
        // To a bank a debit is money out.
        let is_bank = plan.def.name == "bank_lines";
        if is_bank {
            let debit = debit.unwrap_or(0);
            self.piece.bank_debits.0 += u64::from(debit < 0);
            self.piece.bank_debits.1 += u64::from(debit > 0);
        }
        let debit = if self.assumed.minus_debits { debit.map(|units| -units) } else { debit };
        let (plus, minus) = if is_bank { (credit, debit) } else { (debit, credit) };
        let Some(difference) = plus.unwrap_or(0).checked_sub(minus.unwrap_or(0)) else {
            return Err((heading(), shown(), ("T2105", "is beyond 10^15 minor units".to_owned())));
        };
        match values[at].money() {
            None if debit.is_none() && credit.is_none() => {
                return Err((heading(), String::new(), ("T2110", "debit and credit are both blank".to_owned())));
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

    /// A posting whose only amount is blank is a damaged row, not one of nothing.
    fn single_column(&self, values: &[Value<'_>]) -> Result<(), RowRefused> {
        let at = |name: &str| self.plan.def.position(name).filter(|at| values[*at].money().is_none());
        match self.plan.def.name {
            "gl_lines" if at("amount").is_some() && at("functional_amount").is_some() => {
                Err((self.heading("amount"), String::new(), ("T2110", "the amount is blank".to_owned())))
            }
            _ => Ok(()),
        }
    }

    /// A missing ending balance: opening + debit - credit, or debit - credit where those two are balances. A report
    /// that has a column of ending balances owes one where it gives no movements to form it from.
    fn ending_balance(&self, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let at = |name: &str| self.plan.def.position(name).and_then(|at| values[at].money());
        let (opening, debit, credit) = (at("opening_balance"), at("debit"), at("credit"));
        let moved = debit.unwrap_or(0) - credit.unwrap_or(0);
        let Some(target) = self.plan.def.position("ending_balance") else { return Ok(()) };
        if values[target].money().is_some() {
            return Ok(());
        }
        if self.plan.slots.iter().any(|slot| slot.target == target) && debit.is_none() && credit.is_none() {
            let reason = "the ending balance is blank, and no debit or credit to form it from".to_owned();
            return Err((self.heading("ending_balance"), String::new(), ("T2110", reason)));
        }
        values[target] = match self.plan.profile.trial_balance.balances {
            Some(Balances::DebitCredit) => Value::Money(moved),
            None => Value::Money(opening.unwrap_or(0) + moved),
        };
        Ok(())
    }

    /// The heading that a column was read from; its own name where there is none.
    fn heading(&self, name: &str) -> String {
        let slot = self.plan.slots.iter().find(|slot| slot.canonical == name);
        slot.map_or(name, |slot| slot.heading.as_str()).to_owned()
    }

    /// Refuses more decimals than the currency has (bad-inputs 38 and 60).
    pub(super) fn decimals(&mut self, values: &mut [Value<'_>]) -> Result<(), RowRefused> {
        let plan = self.plan;
        let (currency, functional) = self.currencies(values)?;
        let ledger = plan.def.name == "gl_lines";
        for (number, written) in &self.written {
            let slot = &plan.slots[*number];
            let is_functional = slot.canonical.starts_with("functional");
            let fits = if is_functional { written.fits(functional.code()) } else { written.fits(currency.code()) };
            // The debits and credits of a ledger are functional, whatever the currency of the document.
            let fits = fits || (ledger && written.fits(functional.code()));
            if !fits {
                let expected = if is_functional { functional } else { currency };
                let reason = format!("is written in {written}, and the row's currency is {expected}");
                return Err((slot.heading.clone(), written.to_string(), ("T2115", reason)));
            }
        }
        for slot in plan.money_slots.iter().map(|number| &plan.slots[*number]) {
            let kept = match slot.canonical.starts_with("functional") || ledger {
                true => functional.decimals().max(if ledger { currency.decimals() } else { 0 }),
                false => currency.decimals(),
            };
            let target = self.target(slot);
            let step = STEPS[kept.min(SCALE_DIGITS as u32) as usize];
            let Value::Money(units) = &mut values[target] else { continue };
            // Two decimals in nearly every currency: a known divisor spares the division.
            if (if step == 100 { *units % 100 } else { *units % step }) == 0 {
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

    /// The functional currency of an entity: entities come in runs.
    fn functional(&mut self, entity: &str) -> Currency {
        if let Some((known, currency)) = &self.functional
            && known == entity
        {
            return *currency;
        }
        let currency = self.plan.setting.functional(entity);
        self.functional = Some((entity.to_owned(), currency));
        currency
    }

    /// The currency of a row's amounts and the functional one of its entity.
    fn currencies(&mut self, values: &[Value<'_>]) -> Result<(Currency, Currency), RowRefused> {
        let plan = self.plan;
        fn text_at<'v>(values: &'v [Value<'_>], at: Option<usize>) -> &'v str {
            match at.map(|at| &values[at]) {
                Some(Value::Text(text)) => text,
                _ => "",
            }
        }
        let functional = match plan.setting.entity_currency.is_empty() {
            true => plan.setting.currency,
            false => self.functional(text_at(values, plan.at.entity)),
        };
        let currency = match text_at(values, plan.at.currency) {
            "" => functional,
            code => self.known_currency(code)?,
        };
        Ok((currency, functional))
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
