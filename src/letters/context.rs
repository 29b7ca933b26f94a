//! What a template sees: texts alone, amounts and dates ready to print.

use super::accounts::{Account, Item};
use super::decision::{Decision, is_asked_for};
use crate::config::{self, Page};
use crate::model::Date;
use crate::model::money::grouped;
use crate::model::words::{capitalised, in_words};
use minijinja::value::Value;

/// Who writes for an entity, and how it writes amounts.
pub(super) struct Voice<'a> {
    pub(super) sender: &'a str,
    address: &'a [String],
    country: &'a str,
    contact: &'a [String],
    payment: &'a [String],
    signature: &'a [String],
    decimal: &'a str,
    thousands: &'a str,
}

impl<'a> Voice<'a> {
    /// What an entity says of itself, else what `[letters]` says for all.
    pub(super) fn of(rules: &'a config::Letters, entity: &str) -> Voice<'a> {
        let own = rules.entity.get(entity);
        let text = |of: fn(&config::Sender) -> &Option<String>, all: &'a str| {
            own.and_then(|own| of(own).as_deref()).unwrap_or(all)
        };
        let lines = |of: fn(&config::Sender) -> &Option<Vec<String>>, all: &'a [String]| {
            own.and_then(|own| of(own).as_deref()).unwrap_or(all)
        };
        Voice {
            sender: text(|own| &own.sender, &rules.sender).trim(),
            address: lines(|own| &own.address, &rules.address),
            country: text(|own| &own.country, &rules.country),
            contact: lines(|own| &own.contact, &rules.contact),
            payment: lines(|own| &own.payment, &rules.payment),
            signature: lines(|own| &own.signature, &rules.signature),
            decimal: text(|own| &own.decimal, rules.decimal.as_deref().unwrap_or(".")),
            thousands: text(|own| &own.thousands, rules.thousands.as_deref().unwrap_or(",")),
        }
    }

    /// An amount with the decimals of its currency, in the signs of this voice.
    pub(super) fn amount(&self, units: i128, decimals: usize) -> String {
        let sign = |c: char| match c {
            ',' => self.thousands.to_owned(),
            '.' => self.decimal.to_owned(),
            other => other.to_string(),
        };
        grouped(units, decimals).chars().map(sign).collect()
    }

    fn value(&self) -> Value {
        Value::from_pairs([
            ("name", Value::from(self.sender)),
            ("address", list(self.address)),
            ("contact", list(self.contact)),
            ("payment", list(self.payment)),
            ("signature", list(self.signature)),
        ])
    }
}

/// The day of the letters.
pub(super) fn date(rules: &config::Letters, as_of: Date) -> Date {
    rules.date.map_or(as_of, |day| day.0)
}

/// The day by which they ask for payment.
pub(super) fn pay_by(rules: &config::Letters, as_of: Date) -> Date {
    date(rules, as_of).plus_days(rules.pay_within_days)
}

/// A date that nobody can read otherwise: 31 October 2026.
pub(super) fn long(date: Date) -> String {
    let (year, _, day) = date.ymd();
    format!("{day} {} {year}", date.period().month_name())
}

fn list(lines: &[String]) -> Value {
    lines.iter().map(|line| Value::from(line.as_str())).collect()
}

/// The postal address with the country behind it where the letter leaves its own.
pub(super) fn address(account: &Account, rules: &config::Letters) -> Vec<String> {
    let mut lines = account.address.clone();
    let home = Voice::of(rules, &account.entity).country;
    let named = lines.iter().any(|line| line.eq_ignore_ascii_case(&account.country));
    if !lines.is_empty() && !account.country.is_empty() && !home.is_empty() && home != account.country && !named {
        lines.push(account.country.clone());
    }
    lines
}

/// Everything that a template of a kind sees of an account.
pub(super) fn of(
    kind: &str,
    account: &Account,
    decision: &Decision,
    rules: &config::Letters,
    as_of: Date,
    buckets: &[String],
) -> Value {
    let voice = Voice::of(rules, &account.entity);
    let items = |wanted: &dyn Fn(&Item) -> bool| -> Value {
        let own = account.items.iter().filter(|item| wanted(item));
        own.map(|item| item_value(item, account, &voice)).collect()
    };
    let is_due = |item: &Item| is_asked_for(item, rules);
    let customer = Value::from_pairs([
        ("id", Value::from(account.customer.as_str())),
        ("name", Value::from(account.name.as_str())),
        ("address", list(&address(account, rules))),
        ("email", Value::from(account.email.as_str())),
    ]);
    let (today, pay_by) = (date(rules, as_of), pay_by(rules, as_of));
    let dates = [("date", today), ("as_of", as_of), ("pay_by", pay_by)];
    let written = dates.iter().map(|(name, day)| ((*name).to_owned(), Value::from(long(*day))));
    let iso = dates.iter().map(|(name, day)| (format!("{name}_iso"), Value::from(day.to_string())));
    let others = [
        ("kind", Value::from(kind)),
        ("page", Value::from(if rules.page == Page::A4 { "A4" } else { "Letter" })),
        ("entity", Value::from(account.entity.as_str())),
        ("sender", voice.value()),
        ("customer", customer),
        ("currency", Value::from(account.currency.as_str())),
        ("items", items(&|_| true)),
        ("due_items", items(&is_due)),
        ("disputed_items", items(&|item| item.is_disputed)),
        ("received_items", items(&|item| item.is_received && !item.is_disputed)),
        ("has_references", Value::from(account.items.iter().any(|item| !item.reference.is_empty()))),
        ("credit_items", items(&|item| item.open < 0)),
        ("later_items", items(&|item| item.is_plain_debt() && !is_due(item))),
        ("oldest_days", decision.oldest.map_or_else(|| Value::from(""), Value::from)),
        ("totals", totals(account, decision, &voice)),
        ("aging", aging(account, buckets, &voice)),
    ];
    let others = others.into_iter().map(|(name, value)| (name.to_owned(), value));
    Value::from_pairs(others.chain(written).chain(iso))
}

fn totals(account: &Account, decision: &Decision, voice: &Voice<'_>) -> Value {
    let is_late = |item: &&Item| item.open > 0 && item.days.is_some_and(|days| days > 0);
    let overdue = account.items.iter().filter(is_late).map(|item| i128::from(item.open)).sum();
    let apart = decision.disputed + decision.received + decision.credits;
    let later = account.balance() - decision.past_due - apart;
    let amounts = [
        ("balance", account.balance()),
        ("overdue", overdue),
        ("past_due", decision.past_due),
        ("disputed", decision.disputed),
        ("received", decision.received),
        ("credits", decision.credits),
        ("due_now", decision.due_now),
        ("later", later),
    ];
    Value::from_pairs(amounts.map(|(name, units)| (name, Value::from(voice.amount(units, account.decimals)))))
}

/// The balance by bucket, all buckets, the credits last.
fn aging(account: &Account, buckets: &[String], voice: &Voice<'_>) -> Value {
    let sum = |bucket: &String| -> i128 {
        account.items.iter().filter(|item| &item.bucket == bucket).map(|item| i128::from(item.open)).sum()
    };
    let is_shown = |bucket: &&String| !["no due date", "unapplied"].contains(&bucket.as_str()) || sum(bucket) != 0;
    let name = |bucket: &str| match bucket {
        "unapplied" => "Credits".to_owned(),
        bucket if bucket.starts_with(|c: char| c.is_ascii_digit()) => format!("{bucket} days"),
        bucket if bucket.starts_with("over") => format!("{} days", capitalised(bucket)),
        bucket => capitalised(bucket),
    };
    let shown = buckets.iter().filter(is_shown);
    let value = |bucket: &String| {
        let amount = voice.amount(sum(bucket), account.decimals);
        Value::from_pairs([("bucket", Value::from(name(bucket))), ("amount", Value::from(amount))])
    };
    shown.map(value).collect()
}

fn item_value(item: &Item, account: &Account, voice: &Voice<'_>) -> Value {
    let day = |day: Option<i32>| day.map(Date::from_days);
    let written = |of: Option<i32>| Value::from(day(of).map(short).unwrap_or_default());
    let iso = |of: Option<i32>| Value::from(day(of).map(|day| day.to_string()).unwrap_or_default());
    let status = match item.days {
        _ if item.open < 0 => "credit",
        _ if item.is_disputed => "in dispute",
        _ if item.is_received => "payment received",
        Some(days) if days > 0 => "past due",
        _ => "",
    };
    Value::from_pairs([
        ("document", Value::from(item.document.as_str())),
        ("type", Value::from(in_words(&item.item_type))),
        ("reference", Value::from(item.reference.as_str())),
        ("date", written(item.date)),
        ("date_iso", iso(item.date)),
        ("due", written(item.due)),
        ("due_iso", iso(item.due)),
        ("days", item.days.filter(|days| *days > 0 && item.open > 0).map_or_else(|| Value::from(""), Value::from)),
        ("amount", Value::from(voice.amount(item.amount.into(), account.decimals))),
        ("open", Value::from(voice.amount(item.open.into(), account.decimals))),
        ("status", Value::from(status)),
    ])
}

/// A date for a column: 31 Oct 2026.
fn short(date: Date) -> String {
    let (year, _, day) = date.ymd();
    format!("{day} {} {year}", date.period().short_name())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_follow_currency_and_voice() {
        let mut rules = config::Letters::default();
        assert_eq!(Voice::of(&rules, "US01").amount(-12_345_678_900, 2), "-1,234,567.89");
        let own = config::Sender {
            decimal: Some(",".to_owned()),
            thousands: Some(".".to_owned()),
            ..config::Sender::default()
        };
        rules.entity.insert("DE01".to_owned(), own);
        assert_eq!(Voice::of(&rules, "DE01").amount(12_345_678_900, 2), "1.234.567,89");
        assert_eq!(Voice::of(&rules, "JP01").amount(12_340_000, 0), "1,234");
    }

    #[test]
    fn dates_cannot_be_read_otherwise() {
        let date = Date::from_ymd(2026, 10, 9).expect("a day");
        assert_eq!((long(date).as_str(), short(date).as_str()), ("9 October 2026", "9 Oct 2026"));
    }
}
