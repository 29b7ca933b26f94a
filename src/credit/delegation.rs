//! The delegation of authority: who may approve how much (formulas.md 2.13).

use crate::config::Delegation;
use crate::model::Money;

/// One step for an entity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step<'a> {
    /// The limit in ten-thousandths; `None` where there is none.
    pub limit: Option<i64>,
    /// Who approves.
    pub approver: &'a str,
    people: &'a [String],
}

/// The steps of an entity, the lowest limit first.
#[derive(Clone, Debug, Default)]
pub struct Authority<'a> {
    steps: Vec<Step<'a>>,
}

impl<'a> Authority<'a> {
    /// The steps that hold for an entity: its own where it has some, else those that name none.
    pub fn of(delegation: &'a [Delegation], entity: &str) -> Authority<'a> {
        let of = |wanted: Option<&str>| -> Vec<Step<'a>> {
            let own = delegation.iter().filter(|step| step.entity.as_deref() == wanted);
            own.map(|step| Step {
                limit: step.up_to.map(|limit| limit.money()).map(Money::units),
                approver: step.approver.trim(),
                people: &step.people,
            })
            .collect()
        };
        let own = of(Some(entity));
        let mut steps = if own.is_empty() { of(None) } else { own };
        steps.sort_by_key(|step| step.limit.unwrap_or(i64::MAX));
        Authority { steps }
    }

    /// Whether nobody is named.
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty()
    }

    /// Who may approve an amount: the lowest that may. `None` where nobody of the table may.
    pub fn approver(&self, amount: i64) -> Option<&'a str> {
        self.steps.iter().find(|step| step.limit.is_none_or(|limit| amount <= limit)).map(|step| step.approver)
    }

    /// The step of a role or person, the highest where there are several; `None` for one that the table does not know.
    pub fn step(&self, approved_by: &str) -> Option<&Step<'a>> {
        let same = |name: &str| name.trim().to_lowercase() == approved_by.trim().to_lowercase();
        self.steps.iter().rev().find(|step| same(step.approver) || step.people.iter().any(|name| same(name)))
    }

    /// Every limit, the lowest first.
    pub fn limits(&self) -> impl Iterator<Item = i64> + '_ {
        self.steps.iter().filter_map(|step| step.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Exact;

    fn step(up_to: Option<i64>, approver: &str, people: &[&str], entity: Option<&str>) -> Delegation {
        Delegation {
            up_to: up_to.map(|units| Exact::cents(units * 100)),
            approver: approver.to_owned(),
            people: people.iter().map(|name| (*name).to_owned()).collect(),
            entity: entity.map(str::to_owned),
        }
    }

    #[test]
    fn the_lowest_who_may_approves() {
        let table = [
            step(None, "CFO", &[], None),
            step(Some(100), "Clerk", &["M.Lopez"], None),
            step(Some(1_000), "Manager", &[], None),
            step(Some(50), "Prokurist", &[], Some("DE01")),
        ];
        let authority = Authority::of(&table, "US01");
        let who = |cents: i64| authority.approver(cents * 100);
        assert_eq!(
            [10_000, 10_001, 100_000, 100_001].map(who),
            [Some("Clerk"), Some("Manager"), Some("Manager"), Some("CFO")]
        );
        assert_eq!(authority.step(" m.lopez").map(|step| step.approver), Some("Clerk"));
        assert!(authority.step("nobody").is_none());
        assert_eq!(authority.limits().collect::<Vec<_>>(), [1_000_000, 10_000_000]);
        let other = Authority::of(&table, "DE01");
        assert_eq!((other.approver(500_000), other.approver(500_001)), (Some("Prokurist"), None));
    }
}
