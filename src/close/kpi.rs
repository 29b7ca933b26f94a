//! The KPIs within a close: what they need of the configuration, and their tables.

use super::buckets;
use crate::config::{Config, TargetBounds, TargetConfig};
use crate::diag::{Place, Problem, Result};
use crate::matching::days::BusinessDays;
use crate::measure::definitions::{self, Better};
use crate::measure::facts::{self, Terms};
use crate::measure::month::DayBasis;
use crate::measure::ratio::Ratio;
use crate::measure::reasons::{self, Reason, Reasons};
use crate::measure::table::{self, Choices, Target};
use crate::measure::timeline::Timeline;
use crate::model::Table;
use crate::reconcile::Inputs;
use crate::reconcile::gl::Outcome;
use rust_decimal::Decimal;
use std::collections::BTreeMap;

/// Measures a close: the tables of the KPIs.
///
/// # Errors
/// When `[kpi]` names a KPI or a reason that there is not.
pub(super) fn tables(config: &Config, inputs: &Inputs, outcome: &Outcome) -> Result<Vec<Table>> {
    let buckets = buckets(config);
    let names = buckets.names();
    let targets = targets(config, &names)?;
    let reasons = reasons_of(config)?;
    let calendar = BusinessDays::new(config.matching.holidays.iter().map(|day| day.0.days()));
    let timeline = Timeline::new(config.period_end(), facts::first_day(&outcome.subledger));
    let sla_days = config.kpi.dispute_sla_days;
    let terms = Terms { timeline: &timeline, buckets: &buckets, reasons: &reasons, calendar: &calendar, sla_days };
    let scopes = facts::gather(outcome, inputs, &terms);
    let choices = Choices { timeline: &timeline, days: days(config), targets: &targets, buckets: &names };
    Ok(vec![
        table::kpis(&scopes, &choices),
        table::dso_bridge(&scopes, &choices),
        table::monthly_facts(&scopes, &choices),
        table::definitions(&names, &targets),
    ])
}

fn days(config: &Config) -> DayBasis {
    let fixed = config.kpi.days.0.and_then(|days| match days {
        days if days < 32 => Ratio::new(days.into(), 1),
        days => Ratio::new(days.into(), 12),
    });
    fixed.map_or(DayBasis::Calendar, DayBasis::Fixed)
}

/// The targets by KPI; one that is given alone leaves a tenth for amber.
fn targets(config: &Config, buckets: &[String]) -> Result<BTreeMap<String, Target>> {
    let known = table::names(buckets);
    let mut targets = BTreeMap::new();
    for (kpi, given) in &config.kpi.targets {
        if !known.contains(kpi) {
            return Err(unknown("KPI", kpi, known.iter().map(String::as_str)));
        }
        let lower = definitions::find(kpi).is_none_or(|definition| definition.better == Better::Lower);
        let target = match *given {
            TargetConfig::Both(TargetBounds { target, amber }) => Target { target: target.0, amber: amber.0 },
            TargetConfig::Plain(target) => {
                let tenth = target.0.abs() / Decimal::TEN;
                let amber = if lower { target.0 + tenth } else { target.0 - tenth };
                Target { target: target.0, amber }
            }
        };
        targets.insert(kpi.clone(), target);
    }
    Ok(targets)
}

fn reasons_of(config: &Config) -> Result<Reasons> {
    let mut given = Vec::new();
    for (code, class) in &config.kpi.reasons {
        let reason = Reason::of_name(class)
            .ok_or_else(|| unknown("class of reasons", class, reasons::ALL.iter().map(|(_, name)| *name)))?;
        given.push((code.clone(), reason));
    }
    Ok(Reasons::new(given.into_iter()))
}

fn unknown<'a>(what: &str, name: &str, known: impl Iterator<Item = &'a str> + Clone) -> Problem {
    let help = match crate::config::nearest(name, known.clone()) {
        Some(near) => format!("did you mean `{near}`?"),
        None => format!("there are: {}", known.collect::<Vec<_>>().join(", ")),
    };
    Problem::input("T9103", Place::file(crate::config::FILE_NAME), format!("there is no {what} `{name}`"), help)
}
