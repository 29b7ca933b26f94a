//! Who gets which letter, and why; who gets none, and why.

use super::accounts::{Account, Item};
use crate::config;
use crate::model::money::grouped;
use crate::model::words::counted;

/// The tone of a dunning letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tone {
    /// It may have been overlooked.
    Reminder,
    /// It must be paid.
    Firm,
    /// The last letter.
    Final,
}

impl Tone {
    /// Its name: also that of its template.
    pub fn name(self) -> &'static str {
        match self {
            Tone::Reminder => "reminder",
            Tone::Firm => "firm",
            Tone::Final => "final",
        }
    }
}

/// What was decided about an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The dunning letter, if one is written.
    pub tone: Option<Tone>,
    /// Why none is written, as a word; blank where one is.
    pub reason: &'static str,
    /// Why this letter or none, in a sentence.
    pub why: String,
    /// Whether a statement is written.
    pub has_statement: bool,
    /// Days past due of the oldest item that no credit covers.
    pub oldest: Option<i32>,
    /// Past due and not in dispute: what the letter lists.
    pub past_due: i128,
    /// Open and in dispute.
    pub disputed: i128,
    /// Open, and paid by what is in the bank and not booked.
    pub received: i128,
    /// Credits, as a negative amount.
    pub credits: i128,
    /// What the letter asks for: past due less credits.
    pub due_now: i128,
}

/// Whether an item is past due for so long that a letter asks for it.
pub(super) fn is_asked_for(item: &Item, rules: &config::Letters) -> bool {
    item.is_plain_debt() && item.days.is_some_and(|days| days >= rules.reminder_days)
}

/// Decides about one account.
pub(super) fn decide(account: &Account, rules: &config::Letters) -> Decision {
    let asked: Vec<&Item> = account.items.iter().filter(|item| is_asked_for(item, rules)).collect();
    let sum = |items: &mut dyn Iterator<Item = &Item>| items.map(|item| i128::from(item.open)).sum::<i128>();
    let past_due = sum(&mut asked.iter().copied());
    let disputed = sum(&mut account.items.iter().filter(|item| item.is_disputed));
    let received = sum(&mut account.items.iter().filter(|item| item.is_received && !item.is_disputed));
    let credits = account.credits();
    let mut decision = Decision {
        tone: None,
        reason: "",
        why: String::new(),
        has_statement: !account.customer.is_empty() && !account.is_lost && is_reachable(account),
        oldest: oldest_uncovered(&asked, -credits),
        past_due,
        disputed,
        received,
        credits,
        due_now: (past_due + credits).max(0),
    };
    match refusal(account, &decision, rules) {
        Some((reason, why)) => (decision.reason, decision.why) = (reason, why),
        None => (decision.tone, decision.why) = tone(decision.oldest.unwrap_or(0), rules),
    }
    decision
}

fn is_reachable(account: &Account) -> bool {
    !account.address.is_empty() || !account.email.is_empty()
}

/// Credits are set against the oldest items first: the age of the first that they do not cover.
fn oldest_uncovered(asked: &[&Item], mut credit: i128) -> Option<i32> {
    let mut by_age: Vec<&&Item> = asked.iter().collect();
    by_age.sort_by_key(|item| std::cmp::Reverse(item.days));
    by_age.into_iter().find_map(|item| {
        let open = i128::from(item.open);
        let covered = credit >= open;
        credit -= open.min(credit);
        if covered { None } else { item.days }
    })
}

/// Why no dunning letter is written, the first reason that holds.
fn refusal(account: &Account, decision: &Decision, rules: &config::Letters) -> Option<(&'static str, String)> {
    let spoken = |units: i128| format!("{} {}", account.currency, grouped(units, account.decimals));
    let is_late = |item: &Item| item.open > 0 && item.days.is_some_and(|days| days >= rules.reminder_days);
    let smallest = i128::from(rules.smallest_amount.money().units());
    let dateless = account.items.iter().filter(|item| item.open > 0 && item.days.is_none()).count();
    if account.customer.is_empty() {
        return Some(("no_customer", "the register names no customer for these items".to_owned()));
    }
    if account.is_lost {
        return Some((
            "lost_customer",
            "the customer is one of lost_customers: its claim is for the lawyers".to_owned(),
        ));
    }
    if account.balance() <= 0 {
        return Some(("credit_balance", format!("credit balance: we owe {}", spoken(-account.balance()))));
    }
    if !account.items.iter().any(is_late) {
        let rest = match dateless {
            0 => String::new(),
            count => format!("; {} without a due date", counted(count, "item")),
        };
        return Some(("not_due", format!("nothing is past due for {}{rest}", counted(days(rules), "day"))));
    }
    if decision.past_due == 0 && decision.received == 0 {
        return Some(("disputed", format!("all that is past due is in dispute: {}", spoken(decision.disputed))));
    }
    if decision.past_due == 0 {
        let rest = if decision.disputed == 0 { "" } else { ", the rest is in dispute" };
        let why = format!("{} of what is open is in the bank and not booked{rest}", spoken(decision.received));
        return Some(("received", why));
    }
    if decision.due_now == 0 {
        let why = format!("credits of {} cover the {} past due", spoken(-decision.credits), spoken(decision.past_due));
        return Some(("covered", why));
    }
    if decision.due_now < smallest {
        let why = format!("{} is due, less than the smallest amount of {}", spoken(decision.due_now), spoken(smallest));
        return Some(("below_minimum", why));
    }
    if !is_reachable(account) {
        return Some(("no_address", "the customers table has neither address nor email".to_owned()));
    }
    None
}

fn days(rules: &config::Letters) -> usize {
    rules.reminder_days.max(0) as usize
}

fn tone(oldest: i32, rules: &config::Letters) -> (Option<Tone>, String) {
    let (tone, from) = match oldest {
        _ if oldest >= rules.final_days => (Tone::Final, rules.final_days),
        _ if oldest >= rules.firm_days => (Tone::Firm, rules.firm_days),
        _ => (Tone::Reminder, rules.reminder_days),
    };
    let past = counted(oldest.max(0) as usize, "day");
    (Some(tone), format!("the oldest item is {past} past due ({} from {from} on)", tone.name()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(days: i32, cents: i64) -> Item {
        Item { days: Some(days), open: cents * 100, amount: cents * 100, ..Item::default() }
    }

    fn account(items: &[Item]) -> Account {
        Account {
            customer: "C1".to_owned(),
            currency: "USD".to_owned(),
            decimals: 2,
            address: vec!["1 Pier Road".to_owned()],
            items: items.to_vec(),
            ..Account::default()
        }
    }

    fn decided(items: &[Item]) -> (Option<&'static str>, &'static str) {
        let rules = config::Letters { smallest_amount: config::Exact::cents(5_000), ..Default::default() };
        let decision = decide(&account(items), &rules);
        (decision.tone.map(Tone::name), decision.reason)
    }

    #[test]
    fn nobody_is_dunned_for_money_in_the_bank_or_in_bankruptcy() {
        let received = Item { is_received: true, ..item(90, 10_000) };
        assert_eq!(decided(std::slice::from_ref(&received)), (None, "received"));
        assert_eq!(decided(&[received, item(5, 10_000)]), (Some("reminder"), ""));
        let lost = Account { is_lost: true, ..account(&[item(90, 10_000)]) };
        let decision = decide(&lost, &config::Letters::default());
        assert_eq!((decision.reason, decision.has_statement), ("lost_customer", false));
    }

    fn disputed(item: Item) -> Item {
        Item { is_disputed: true, ..item }
    }

    #[test]
    fn the_age_of_the_oldest_item_sets_the_tone() {
        let of = |days: i32| decided(&[item(days, 10_000), item(-5, 99_900)]);
        assert_eq!(
            [of(1), of(30), of(31), of(60), of(61), of(400)].map(|(tone, _)| tone.unwrap_or("none")),
            ["reminder", "reminder", "firm", "firm", "final", "final"]
        );
        assert_eq!(of(0), (None, "not_due"));
        assert_eq!(decided(&[Item { days: None, ..item(0, 10_000) }]), (None, "not_due"));
    }

    #[test]
    fn a_disputed_item_is_never_dunned() {
        assert_eq!(decided(&[disputed(item(90, 10_000))]), (None, "disputed"));
        // What is left is dunned by its own age.
        assert_eq!(decided(&[disputed(item(90, 10_000)), item(5, 10_000)]), (Some("reminder"), ""));
    }

    #[test]
    fn credits_are_taken_off_the_oldest_first() {
        assert_eq!(decided(&[item(90, 10_000), item(5, 10_000), item(0, -10_000)]), (Some("reminder"), ""));
        assert_eq!(decided(&[item(90, 10_000), item(5, 10_000), item(0, -9_999)]), (Some("final"), ""));
        assert_eq!(decided(&[item(90, 10_000), item(-9, 1), item(0, -10_000)]), (None, "covered"));
        assert_eq!(decided(&[item(90, 10_000), item(0, -10_000)]), (None, "credit_balance"));
    }

    #[test]
    fn small_amounts_and_unknown_addresses_get_none() {
        assert_eq!(decided(&[item(90, 4_999)]), (None, "below_minimum"));
        assert_eq!(decided(&[item(90, 5_000)]), (Some("final"), ""));
        let rules = config::Letters::default();
        let nowhere = Account { address: Vec::new(), ..account(&[item(90, 5_000)]) };
        let decision = decide(&nowhere, &rules);
        assert_eq!((decision.tone, decision.reason, decision.has_statement), (None, "no_address", false));
        let nobody = Account { customer: String::new(), ..account(&[item(90, 5_000)]) };
        assert_eq!(decide(&nobody, &rules).reason, "no_customer");
    }
}
