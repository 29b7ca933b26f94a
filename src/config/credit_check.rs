//! What `[disputes]`, `[write_off]`, `[allowance]` and `[letters]` must not say.

use super::problem::{find_line, nearest, problem};
use super::{Allowance, Config, Exact, Letters, WriteOff};
use crate::diag::Result;
use rust_decimal::Decimal;

/// The columns of `customers` that say which risk a customer shares.
const POOLS: [&str; 5] = ["region", "country", "terms", "currency", "collector"];

/// Checks what the types alone cannot.
pub(super) fn check(config: &Config, text: &str) -> Result<()> {
    if config.disputes.sla_days < 1 {
        return wrong(text, "sla_days", "sla_days is below 1", "give whole days: sla_days = 30");
    }
    write_off(&config.write_off, text)?;
    allowance(&config.allowance, text)?;
    letters(&config.letters, text)
}

fn wrong(text: &str, needle: &str, message: impl Into<String>, help: impl Into<String>) -> Result<()> {
    Err(problem("T9103", find_line(text, needle), message.into(), help.into()))
}

fn is_negative(amount: Option<Exact>) -> bool {
    amount.is_some_and(|amount| amount.0 < Decimal::ZERO)
}

fn write_off(write_off: &WriteOff, text: &str) -> Result<()> {
    let days = [write_off.after_days, write_off.small_after_days, write_off.split_days];
    if days.iter().any(|days| *days < 0) || is_negative(write_off.small_balance) {
        return wrong(text, "[write_off]", "a number of [write_off] is negative", "days and amounts are zero or more");
    }
    if let Some(step) = write_off.delegation.iter().find(|step| step.approver.trim().is_empty()) {
        let shown = step.up_to.map_or_else(String::new, |limit| limit.0.to_string());
        return wrong(text, &shown, "a step of the delegation names no approver", "name a role: approver = \"CFO\"");
    }
    if write_off.delegation.iter().any(|step| is_negative(step.up_to)) {
        return wrong(text, "up_to = \"-", "a limit is negative", "a limit is zero or more, or left out for no limit");
    }
    Ok(())
}

fn allowance(allowance: &Allowance, text: &str) -> Result<()> {
    if let Some(column) = allowance.pool_by.as_deref().filter(|column| !POOLS.contains(column)) {
        let help = nearest(column, POOLS.into_iter())
            .map_or_else(|| format!("the columns are: {}", POOLS.join(", ")), |near| format!("did you mean `{near}`?"));
        return wrong(text, column, format!("customers cannot be pooled by \"{column}\""), help);
    }
    let hundred = Decimal::ONE_HUNDRED;
    let parts = |rate: &super::Rate| {
        let of = |part: Option<Exact>| part.map_or(Decimal::ZERO, |part| part.0);
        rate.historical.0 + of(rate.conditions) + of(rate.forecast)
    };
    if let Some(rate) = allowance.rate.iter().find(|rate| !(Decimal::ZERO..=hundred).contains(&parts(rate))) {
        let message = format!("the rate of \"{}\" is {} percent of what is open", rate.bucket, parts(rate));
        return wrong(text, &format!("\"{}\"", rate.bucket), message, "the parts of a rate add up to 0 to 100 percent");
    }
    for one in &allowance.individual {
        let needle = format!("\"{}\"", one.customer_id);
        if one.percent.is_some() == one.amount.is_some() {
            let message = format!("{} needs either percent or amount", one.customer_id);
            return wrong(text, &needle, message, "give what is expected to be lost: percent = \"50\"");
        }
        let percent = one.percent.map_or(Decimal::ZERO, |percent| percent.0);
        if !(Decimal::ZERO..=hundred).contains(&percent) || is_negative(one.amount) {
            return wrong(
                text,
                &needle,
                "an expected loss is out of range",
                "a percentage is 0 to 100, an amount above",
            );
        }
        if one.reason.trim().is_empty() {
            return wrong(text, &needle, "an individual evaluation has no reason", "an auditor will ask for it");
        }
    }
    let amounts = allowance.opening.iter().chain(&allowance.recoveries).map(|given| given.amount);
    if amounts.chain(allowance.prior.iter().map(|given| given.amount)).any(|amount| amount.0 < Decimal::ZERO) {
        return wrong(text, "amount = \"-", "an allowance is negative", "allowances are written without a sign");
    }
    Ok(())
}

fn letters(letters: &Letters, text: &str) -> Result<()> {
    let days = [letters.reminder_days, letters.firm_days, letters.final_days];
    if days[0] < 1 || !days.windows(2).all(|pair| pair[0] < pair[1]) {
        let message = "the days of reminder, firm and final letter do not rise from 1";
        return wrong(text, "_days", message, "give reminder_days = 1, firm_days = 31, final_days = 61");
    }
    if letters.pay_within_days < 0 || is_negative(Some(letters.smallest_amount)) {
        return wrong(text, "[letters]", "a number of [letters] is negative", "days and amounts are zero or more");
    }
    let own = letters.entity.values().map(|sender| (&sender.decimal, &sender.thousands));
    for (decimal, thousands) in own.chain([(&letters.decimal, &letters.thousands)]) {
        let decimal = decimal.as_deref().or(letters.decimal.as_deref()).unwrap_or(".");
        let thousands = thousands.as_deref().or(letters.thousands.as_deref()).unwrap_or(",");
        if decimal.chars().count() != 1 || thousands.chars().count() > 1 || decimal == thousands {
            let message = "decimal and thousands of [letters] are not two different signs";
            return wrong(text, "decimal", message, "give decimal = \",\" and thousands = \".\"");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    const CLOSE: &str = "[close]\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n[[source]]\ntable = \"ar_items\"\n\
                         path = \"ar.csv\"\n";

    fn read(text: &str) -> Result<Config> {
        Config::parse(&format!("{CLOSE}{text}"), Path::new("."))
    }

    fn refusal(text: &str) -> String {
        read(text).expect_err(text).to_string()
    }

    #[test]
    fn both_ways_to_write_a_delegation_are_read() {
        let list = read("[[write_off]]\nup_to = \"100.00\"\napprover = \"Clerk\"\n").expect("a close").write_off;
        assert!(list.is_given && list.delegation.len() == 1 && list.after_days == 180);
        let table = "[write_off]\nafter_days = 365\ndelegation = [{ up_to = \"100.00\", approver = \"Clerk\" }, \
                     { approver = \"CFO\", people = [\"m.lopez\"] }]\n";
        let table = read(table).expect("a close").write_off;
        assert!(table.delegation[1].up_to.is_none() && table.after_days == 365);
        assert!(!read("").expect("a close").write_off.is_given);
        // A slip keeps its line and the nearest key.
        let said = refusal("[write_off]\ndelegaton = []\n");
        assert!(said.contains("did you mean `delegation`?") && said.contains("line 8"), "{said}");
    }

    #[test]
    fn what_cannot_be_meant_is_refused() {
        assert!(refusal("[disputes]\nsla_days = 0\n").contains("sla_days"));
        assert!(refusal("[allowance]\npool_by = \"regoin\"\n").contains("`region`"));
        let rate = "[[allowance.rate]]\nbucket = \"current\"\nhistorical = \"99\"\nforecast = \"2\"\n";
        assert!(refusal(rate).contains("101 percent"));
        let one = "[[allowance.individual]]\ncustomer_id = \"C1\"\nreason = \"Chapter 11\"\n";
        assert!(refusal(one).contains("either percent or amount"));
        assert!(refusal(&format!("{one}percent = \"101\"\n")).contains("out of range"));
        assert!(read(&format!("{one}percent = \"50\"\n")).is_ok());
        assert!(refusal("[letters]\nfirm_days = 61\n").contains("rise"));
        assert!(refusal("[letters]\nthousands = \".\"\n").contains("two different signs"));
        assert!(read("[letters]\ndecimal = \",\"\nthousands = \".\"\n").is_ok());
        assert!(refusal("[letters]\npage = \"A5\"\n").contains("T9103"));
    }
}
