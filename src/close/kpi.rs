//! The KPIs within a close: what they need of the configuration, their tables, and the proof of their sums.

mod proof;

use super::{Results, buckets};
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
use crate::normalise::source::Check;
use crate::reconcile::gl::Outcome;
use crate::reconcile::results::{KPIS, ROLLFORWARD};
use crate::reconcile::{Checks, Inputs};
use crate::report::query::{Library, Tables};
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;

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
        table::months(&timeline),
        reasons::classes(inputs, &reasons),
    ])
}

/// The result tables by name, for the queries that prove the KPIs.
struct Own<'a>(&'a BTreeMap<&'static str, Arc<Table>>);

impl Tables for Own<'_> {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.0.get(name).cloned()
    }

    fn names(&self) -> Vec<&'static str> {
        self.0.keys().copied().collect()
    }

    fn sources(&self) -> &[String] {
        &[]
    }
}

/// Where the queries stand that form the sums of the KPIs once more.
const SUMS: &str = "kpi/sums/";

/// Proves the sums of the last month by queries over the other results: open items, aging, roll-forward, dispute log.
/// The built-in queries are asked, whatever a close folder has under their names. Those that read the register itself
/// are left to `tieout query`: a close lets the register go before its results are whole.
///
/// # Errors
/// When a built-in query cannot be read, which a test rules out.
pub(super) fn prove(results: &mut Results) -> Result<()> {
    let config = results.config;
    let own = Own(&results.tables);
    let Some(kpis) = own.table(KPIS.name).filter(|kpis| !kpis.is_empty()) else { return Ok(()) };
    let period = config.period_end().period();
    let library = Library::built_in()?;
    let mut checks = Checks::new();
    for query in library.iter().filter(|query| query.name.starts_with(SUMS)) {
        if !query.inputs.iter().all(|input| own.table(input).is_some()) {
            continue;
        }
        let name = format!("KPI sums measured = by the query {}", query.name);
        if query.inputs.iter().any(|input| input == ROLLFORWARD.name) && config.period_start() != period.start() {
            let why = "the roll-forward is of the whole close, the KPIs are of its last month";
            checks.push(Check::not_testable(name, why));
            continue;
        }
        // Sums beyond what an amount can hold cannot be queried; what was measured stands.
        checks.push(match query.run(&own) {
            Ok(sums) => proof::check(&kpis, &sums, &period.to_string(), name),
            Err(problem) => {
                let why = problem.findings.first().map_or("the query failed", |finding| finding.message.as_str());
                Check::not_testable(name, why)
            }
        });
    }
    results.checks.extend(checks);
    Ok(())
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
