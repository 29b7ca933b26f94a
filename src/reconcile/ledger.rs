//! The ledger against itself: the trial balance sums to zero and agrees to the detail (bad-inputs 86).

use super::Checks;
use super::Inputs;
use super::gl::sides::line_amounts;
use crate::diag::{Finding, Place};
use crate::model::Date;
use crate::model::money::plain;
use crate::model::table::NO_MONEY;
use crate::normalise::plan::Setting;
use crate::normalise::source::Check;
use std::collections::{BTreeMap, BTreeSet};

/// An entity's trial balance with fewer accounts than this may be an extract of some accounts.
const WHOLE_BALANCE_ACCOUNTS: usize = 5;
/// How many accounts a message names.
const NAMED: usize = 5;

#[derive(Default)]
struct Account {
    opening: Option<i128>,
    ending: Option<i128>,
    before: i128,
    period: i128,
    lines: u64,
    lines_before: u64,
}

impl Account {
    /// The ending balance less what the detail leads to, from the opening balance where there is one.
    fn difference(&self) -> i128 {
        let ending = self.ending.unwrap_or(0);
        let of_history = ending - self.before - self.period;
        self.opening.map_or(of_history, |opening| {
            let of_period = ending - opening - self.period;
            if of_period.abs() <= of_history.abs() { of_period } else { of_history }
        })
    }
}

/// Checks every entity and account.
pub fn check(inputs: &Inputs, period_start: Date, setting: &Setting) -> (Checks, Vec<Finding>) {
    let (mut checks, mut findings) = (Checks::new(), Vec::new());
    let accounts = accounts(inputs, period_start);
    let mut entities: BTreeMap<&str, (i128, usize)> = BTreeMap::new();
    for ((entity, _), account) in &accounts {
        if let Some(ending) = account.ending {
            let sums = entities.entry(entity).or_default();
            sums.0 += ending;
            sums.1 += 1;
        }
    }
    for (entity, (sum, count)) in entities {
        let name = format!("{entity}: trial balance sums to zero");
        if sum == 0 || count >= WHOLE_BALANCE_ACCOUNTS {
            checks.push(Check::money(name, sum, 0).told(count >= WHOLE_BALANCE_ACCOUNTS));
        } else {
            checks.push(Check::not_testable(name, format!("it holds {count} accounts only")));
        }
        if sum != 0 && count >= WHOLE_BALANCE_ACCOUNTS {
            let decimals = setting.functional(entity).decimals() as usize;
            findings.push(Finding::warning(
                "T3102",
                Place::default(),
                format!("the trial balance of {entity} does not sum to zero but to {}", plain(sum, decimals)),
                "an account is missing from it, or it was edited: export it again",
            ));
        }
    }
    let (check, finding) = balance_against_itself(inputs);
    checks.extend(check);
    findings.extend(finding);
    detail_against_balance(&accounts, setting, &mut checks, &mut findings);
    findings.extend(outside_chart(inputs, &accounts));
    (checks, findings)
}

/// The trial balance's own arithmetic: opening + debit - credit = ending, row by row (bad-inputs 85).
fn balance_against_itself(inputs: &Inputs) -> (Option<Check>, Option<Finding>) {
    let balance = &inputs.trial_balance;
    let of = |name: &str| balance.money(name);
    let (opening, debit, credit, ending) = (of("opening_balance"), of("debit"), of("credit"), of("ending_balance"));
    let (entities, codes) = (balance.text("entity"), balance.text("account"));
    let value = |units: i64| if units == NO_MONEY { 0 } else { i128::from(units) };
    let moved = |row: usize| value(debit[row]) - value(credit[row]);
    let has_movement = |row: usize| debit[row] != NO_MONEY || credit[row] != NO_MONEY;
    let rows: Vec<usize> = (0..balance.len()).filter(|row| opening[*row] != NO_MONEY && has_movement(*row)).collect();
    // Where debit and credit are the balance itself, they move nothing.
    if rows.iter().all(|row| value(ending[*row]) == moved(*row)) {
        return (None, None);
    }
    let apart: Vec<usize> =
        rows.iter().copied().filter(|row| value(opening[*row]) + moved(*row) != value(ending[*row])).collect();
    let count = rows.len() as u64;
    let check =
        Check::count("trial balance rows whose opening + debit - credit = ending", count, count - apart.len() as u64);
    let finding = apart.first().map(|row| {
        let place = balance.places[*row];
        let file = inputs.source_names.get(place.source as usize).cloned().unwrap_or_default();
        Finding::warning(
            "T3105",
            Place::file(file).row(place.row.into()),
            format!(
                "{} rows of the trial balance do not add up; {} {}: {} + {} is not {}",
                apart.len(),
                entities.get(*row),
                codes.get(*row),
                plain(value(opening[*row]), 2),
                plain(moved(*row), 2),
                plain(value(ending[*row]), 2)
            ),
            "the balance was edited, or its columns are of different periods: export it again",
        )
    });
    (Some(check), finding)
}

type Accounts = BTreeMap<(String, String), Account>;

fn accounts(inputs: &Inputs, period_start: Date) -> Accounts {
    let mut accounts = Accounts::new();
    let balance = &inputs.trial_balance;
    let (entities, codes) = (balance.text("entity"), balance.text("account"));
    let (opening, ending) = (balance.money("opening_balance"), balance.money("ending_balance"));
    let add = |sum: &mut Option<i128>, units: i64| {
        if units != NO_MONEY {
            *sum = Some(sum.unwrap_or(0) + i128::from(units));
        }
    };
    for row in 0..balance.len() {
        let account = accounts.entry((entities.get(row).to_owned(), codes.get(row).to_owned())).or_default();
        add(&mut account.opening, opening[row]);
        add(&mut account.ending, ending[row]);
    }
    let lines = &inputs.gl_lines;
    let (entities, codes) = (lines.text("entity"), lines.text("account"));
    let (dates, amount_of) = (lines.dates("posting_date"), line_amounts(lines));
    // Lines come in runs of one entity with few accounts: sums are kept by the words' numbers.
    let mut sums: hashbrown::HashMap<(&str, &str), Account> = hashbrown::HashMap::new();
    for row in 0..lines.len() {
        let sum = sums.entry((entities.get(row), codes.get(row))).or_default();
        if dates[row] < period_start.days() {
            sum.before += i128::from(amount_of(row));
            sum.lines_before += 1;
        } else {
            sum.period += i128::from(amount_of(row));
        }
        sum.lines += 1;
    }
    for ((entity, code), sum) in sums {
        let account = accounts.entry((entity.to_owned(), code.to_owned())).or_default();
        let printed = inputs.openings.of(entity, code).map(|held| held + sum.before);
        *account = Account { opening: account.opening.or(printed), ending: account.ending, ..sum };
    }
    accounts
}

/// The first few of a list, and how many more there are.
fn named(list: &[String]) -> String {
    let more = list.len().saturating_sub(NAMED);
    let shown = list[..list.len().min(NAMED)].join(", ");
    if more > 0 { format!("{shown} and {more} more") } else { shown }
}

/// Accounts that are posted to, or have a balance, but are not in the chart of accounts (where one is given).
fn outside_chart(inputs: &Inputs, accounts: &Accounts) -> Option<Finding> {
    let chart = inputs.accounts.text("account");
    let known: BTreeSet<&str> = (0..inputs.accounts.len()).map(|row| chart.get(row)).collect();
    let used: BTreeSet<&String> = accounts.keys().map(|(_, code)| code).collect();
    let outside: Vec<String> = used.into_iter().filter(|code| !known.contains(code.as_str())).cloned().collect();
    (!known.is_empty() && !outside.is_empty()).then(|| {
        Finding::warning(
            "T3104",
            Place::default(),
            format!("accounts are used that the chart of accounts has not: {}", named(&outside)),
            "check that the chart was exported with all accounts, and that these are spelled as it spells them",
        )
    })
}

fn detail_against_balance(accounts: &Accounts, setting: &Setting, checks: &mut Checks, findings: &mut Vec<Finding>) {
    // A detail of the period alone beside a balance without openings proves nothing of an account that had one.
    let with_history: BTreeSet<&String> =
        accounts.iter().filter(|(_, account)| account.lines_before > 0).map(|((entity, _), _)| entity).collect();
    let is_undecided = |entity: &String, account: &Account| {
        account.opening.is_none() && account.difference() != 0 && !with_history.contains(entity)
    };
    let given = accounts.iter().filter(|(_, account)| account.lines > 0 && account.ending.is_some());
    let undecided = given.clone().filter(|((entity, _), account)| is_undecided(entity, account)).count();
    let both = given.filter(|((entity, _), account)| !is_undecided(entity, account));
    if undecided > 0 {
        checks.push(Check::not_testable(
            format!("{undecided} accounts whose detail agrees to the trial balance"),
            "the trial balance has no opening balances, and the detail is of the period alone",
        ));
    }
    let ties = |account: &Account| account.difference() == 0;
    let apart: Vec<String> = both
        .clone()
        .filter(|(_, account)| !ties(account))
        .map(|((entity, code), account)| {
            let decimals = setting.functional(entity).decimals() as usize;
            format!("{entity} {code} ({})", plain(account.difference(), decimals))
        })
        .collect();
    let count = both.count() as u64;
    if count > 0 {
        let name = "accounts whose detail agrees to the trial balance";
        checks.push(Check::count(name, count, count - apart.len() as u64).told(true));
    }
    if !apart.is_empty() {
        findings.push(Finding::warning(
            "T3103",
            Place::default(),
            format!("the trial balance differs from the GL detail for {}", named(&apart)),
            "one of the two extracts is incomplete or of another scope: export both again",
        ));
    }
    findings.extend(outside_balance(accounts));
}

/// Accounts that are posted to in the period and are not in the trial balance (where one is given).
fn outside_balance(accounts: &Accounts) -> Option<Finding> {
    let has_balance = accounts.values().any(|account| account.ending.is_some());
    // A trial balance leaves accounts without a balance out: only movements of the period must be in it.
    let is_missing = |account: &Account| account.period != 0 && account.ending.is_none() && has_balance;
    let missing: Vec<&(String, String)> =
        accounts.iter().filter(|(_, account)| is_missing(account)).map(|(key, _)| key).collect();
    let shown: Vec<String> = missing.iter().map(|(entity, code)| format!("{entity} {code}")).collect();
    let remedy = match spelled_otherwise(accounts, &missing) {
        Some((own, other)) => format!(
            "\"{own}\" of the detail seems to be \"{other}\" of the trial balance: have both read alike, for a number \
             in front of a name with parts = {{ account = {{ number = true }} }} in both sources"
        ),
        None => "check that the trial balance was exported with all accounts".to_owned(),
    };
    (!missing.is_empty()).then(|| {
        let message = format!("the GL detail has accounts that the trial balance has not: {}", named(&shown));
        Finding::warning("T3104", Place::default(), message, remedy)
    })
}

/// The first account of the detail that the trial balance seems to have under another spelling, and that spelling.
fn spelled_otherwise<'a>(accounts: &'a Accounts, missing: &[&'a (String, String)]) -> Option<(&'a str, &'a str)> {
    let listed = accounts.iter().filter(|(_, account)| account.ending.is_some() && account.lines == 0);
    let spelled: Vec<&(String, String)> = listed.map(|(key, _)| key).collect();
    missing.iter().find_map(|(entity, code)| {
        let is_like = |other: &&&(String, String)| other.0 == *entity && is_same_account(&other.1, code);
        spelled.iter().find(is_like).map(|other| (code.as_str(), other.1.as_str()))
    })
}

/// Whether two spellings can be of one account: letters and digits alone are the same, or the number of one stands in
/// front of the name of the other.
fn is_same_account(one: &str, other: &str) -> bool {
    let folded =
        |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let plain = |text: &str| folded(text).trim_start_matches('0').to_owned();
    let number = |text: &str| text.split_whitespace().next().unwrap_or_default().to_owned();
    let (first, second) = (number(one), number(other));
    let is_number = first.chars().filter(char::is_ascii_digit).count() > 2;
    (plain(one) == plain(other) && !plain(one).is_empty()) || (is_number && first == second)
}
