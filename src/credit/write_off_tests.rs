//! Tests of the period's write-offs against the delegation of authority (formulas.md 2.13).

use super::delegation::Authority;
use super::write_offs::WriteOff;
use crate::model::Date;
use crate::model::money::grouped;
use crate::model::words::counted;
use hashbrown::HashMap;

/// A write-off counts towards a split from this share of the limit on, in percent.
const NEAR_PERCENT: i128 = 80;

/// What a test found, by the word that stands in the table, and the sentence that explains it.
pub type Exception = (&'static str, String);

/// How the tests are made.
pub struct Terms<'a> {
    /// Who may approve what, by entity.
    pub authority: &'a dyn Fn(&str) -> Authority<'a>,
    /// Whether the register says who approved.
    pub has_approvers: bool,
    /// Days within which write-offs of a customer are one decision.
    pub split_days: i32,
    /// The decimals of an entity's currency.
    pub decimals: &'a dyn Fn(&str) -> usize,
}

/// The exceptions of each write-off of a period, in their order.
pub fn exceptions(period: &[&WriteOff], terms: &Terms<'_>) -> Vec<Vec<Exception>> {
    let splits = splits(period, terms);
    let of = |(one, split): (&&WriteOff, Option<Exception>)| {
        let mut found = approval(one, terms);
        found.extend(split);
        found.extend(afterwards(one, terms));
        found
    };
    period.iter().zip(splits).map(of).collect()
}

/// Who approved it, and whether that was enough.
fn approval(one: &WriteOff, terms: &Terms<'_>) -> Vec<Exception> {
    let mut found = Vec::new();
    // One that is taken back gives nothing up, and the rest of a payment has no approver of its own.
    if one.amount <= 0 {
        return found;
    }
    let spoken = |units: i64| grouped(i128::from(units), (terms.decimals)(&one.entity));
    let authority = (terms.authority)(&one.entity);
    if !authority.is_empty() && authority.approver(one.amount).is_none() {
        found.push(("beyond_table", format!("nobody in the delegation may approve {}", spoken(one.amount))));
    }
    if one.is_rest || !terms.has_approvers {
        return found;
    }
    if one.approved_by.is_empty() {
        found.push(("no_approval", "nobody approved it".to_owned()));
    } else if one.approved_by.to_lowercase() == one.created_by.to_lowercase() {
        found.push(("own_approval", format!("{} approved what {} prepared", one.approved_by, one.created_by)));
    }
    let step = authority.step(&one.approved_by);
    if let Some(limit) = step.and_then(|step| step.limit).filter(|limit| one.amount > *limit) {
        let text = format!("{} may approve up to {}, this is {}", one.approved_by, spoken(limit), spoken(one.amount));
        found.push(("over_limit", text));
    }
    found
}

/// Whether it was taken back, or paid after all.
fn afterwards(one: &WriteOff, terms: &Terms<'_>) -> Vec<Exception> {
    let mut found = Vec::new();
    if let Some(other) = &one.pair {
        let how = if one.amount > 0 { "was taken back by" } else { "takes back" };
        found.push(("reversed", format!("it {how} {other}")));
    }
    for (day, amount) in &one.recovered {
        let amount = grouped(i128::from(*amount), (terms.decimals)(&one.entity));
        found.push(("paid_after", format!("{amount} was paid on {} after all", Date::from_days(*day))));
    }
    found
}

/// Write-offs of one customer within some days, each at or below a limit and near it, together over it.
fn splits(period: &[&WriteOff], terms: &Terms<'_>) -> Vec<Option<Exception>> {
    let mut found: Vec<Option<Exception>> = vec![None; period.len()];
    let mut of_customer: HashMap<(&str, &str), Vec<usize>> = HashMap::new();
    for (at, one) in period.iter().enumerate() {
        of_customer.entry((&one.entity, &one.customer)).or_default().push(at);
    }
    for one in period {
        let own = &of_customer[&(one.entity.as_str(), one.customer.as_str())];
        for limit in (terms.authority)(&one.entity).limits() {
            let near = |other: &WriteOff| {
                i128::from(other.amount) * 100 >= i128::from(limit) * NEAR_PERCENT && other.amount <= limit
            };
            if limit <= 0 || !near(one) || one.pair.is_some() {
                continue;
            }
            let within: Vec<usize> = own
                .iter()
                .copied()
                .filter(|at| {
                    let other = period[*at];
                    (0..=terms.split_days).contains(&(other.day - one.day)) && near(other) && other.pair.is_none()
                })
                .collect();
            let sum: i128 = within.iter().map(|at| i128::from(period[*at].amount)).sum();
            if within.len() < 2 || sum <= i128::from(limit) || one.customer.is_empty() {
                continue;
            }
            let decimals = (terms.decimals)(&one.entity);
            let text = format!(
                "{} of this customer within {} are {} together, each just under the limit of {}",
                counted(within.len(), "write-off"),
                counted(terms.split_days.max(0) as usize, "day"),
                grouped(sum, decimals),
                grouped(i128::from(limit), decimals)
            );
            for at in within {
                found[at].get_or_insert_with(|| ("split", text.clone()));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Delegation, Exact};

    fn write_off(id: &str, day: i32, cents: i64) -> WriteOff {
        WriteOff {
            entity: "US01".to_owned(),
            customer: "C1".to_owned(),
            id: id.to_owned(),
            day,
            amount: cents * 100,
            created_by: "a.clerk".to_owned(),
            approved_by: "Supervisor".to_owned(),
            ..WriteOff::default()
        }
    }

    fn codes(list: &[WriteOff]) -> Vec<Vec<&'static str>> {
        let step = |cents: Option<i64>, approver: &str| Delegation {
            up_to: cents.map(Exact::cents),
            approver: approver.to_owned(),
            people: Vec::new(),
            entity: None,
        };
        let table = [step(Some(10_000), "Supervisor"), step(Some(100_000), "Controller")];
        let terms = Terms {
            authority: &|entity| Authority::of(&table, entity),
            has_approvers: true,
            split_days: 7,
            decimals: &|_| 2,
        };
        let all: Vec<&WriteOff> = list.iter().collect();
        exceptions(&all, &terms).into_iter().map(|found| found.into_iter().map(|(code, _)| code).collect()).collect()
    }

    #[test]
    fn splits_are_found_at_eighty_percent_and_only_within_the_days() {
        let of = |days: [i32; 2], cents: [i64; 2]| {
            codes(&[write_off("W1", days[0], cents[0]), write_off("W2", days[1], cents[1])])
        };
        assert_eq!(of([0, 7], [9_900, 9_800]), [["split"], ["split"]]);
        assert_eq!(of([0, 7], [8_000, 10_000]), [["split"], ["split"]]);
        let none: [[&str; 0]; 2] = [[], []];
        assert_eq!(of([0, 8], [9_900, 9_800]), none, "too far apart");
        assert_eq!(of([0, 7], [9_900, 7_999]), none, "not near the limit");
        assert_eq!(codes(&[write_off("W1", 0, 9_900)]), [[""; 0]]);
        let other = WriteOff { customer: "C2".to_owned(), ..write_off("W2", 1, 9_900) };
        assert_eq!(codes(&[write_off("W1", 0, 9_900), other]), none);
    }

    #[test]
    fn approvals_are_held_against_the_table() {
        let with = |approved: &str, cents: i64| {
            codes(&[WriteOff { approved_by: approved.to_owned(), ..write_off("W1", 0, cents) }]).remove(0)
        };
        assert_eq!(with("supervisor", 10_000), [""; 0]);
        assert_eq!(with("supervisor", 10_001), ["over_limit"]);
        assert_eq!(with("", 500), ["no_approval"]);
        assert_eq!(with("A.Clerk", 500), ["own_approval"]);
        assert_eq!(with("Somebody", 100_001), ["beyond_table"]);
        let rest = WriteOff { approved_by: String::new(), is_rest: true, ..write_off("R1", 0, 500) };
        assert_eq!(codes(&[rest]), [[""; 0]]);
    }

    #[test]
    fn what_happened_afterwards_is_told() {
        let mut back = write_off("W2", 3, -9_000);
        let mut one = write_off("W1", 0, 9_000);
        (one.pair, back.pair) = (Some("W2".to_owned()), Some("W1".to_owned()));
        assert_eq!(codes(&[one, back]), [["reversed"], ["reversed"]]);
        let paid = WriteOff { recovered: vec![(9, 90_000)], ..write_off("W1", 0, 500) };
        assert_eq!(codes(&[paid]), [["paid_after"]]);
    }
}
