//! The tables about the run itself: sources, rejects, rows left out, checks, findings.

use super::Results;
use super::loading::Loading;
use crate::diag::{Finding, Severity};
use crate::model::money::Total;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{Cell, Date, Table};
use crate::normalise::source::{Check, Loaded};
use crate::reconcile::results::{CHECKS, FINDINGS, LEFT_OUT, REJECTS, SOURCES};
use rust_decimal::Decimal;
use std::collections::BTreeSet;

/// Adds the tables about the run, once everything else is there.
pub(crate) fn close_the_books(results: &mut Results<'_>, loading: &Loading<'_>) {
    let mut rejects = Table::new(&REJECTS);
    for (loaded, reject) in loading.rejects() {
        rejects.push(&[
            Cell::text(&loaded.facts.file),
            Cell::text(&loaded.facts.sheet),
            Cell::Int(reject.row.into()),
            Cell::text(&reject.column),
            Cell::text(&reject.value),
            Cell::Text(reject.code),
            Cell::text(&reject.reason),
        ]);
    }
    let mut left_out = Table::new(&LEFT_OUT);
    let mut sources = Table::new(&SOURCES);
    for loaded in &loading.loaded {
        for row in &loaded.left_out {
            left_out.push(&[
                Cell::text(&loaded.facts.file),
                Cell::text(&loaded.facts.sheet),
                Cell::Int(row.row.into()),
                Cell::Text(row.kind.name()),
                Cell::text(&row.text),
            ]);
        }
        push_source(&mut sources, loaded, loading);
    }
    if let Some(prior) = &loading.prior_source {
        push_source(&mut sources, prior, loading);
    }
    totals_twice(results, loading);
    failed_checks(results);
    results.put(rejects);
    results.put(left_out);
    results.put(sources);
    results.put(checks_table(&results.checks));
    let findings = findings_table(&mut results.findings);
    results.put(findings);
}

/// Amounts per table, added up over the sources while reading, against the sum of the finished table.
fn totals_twice(results: &mut Results<'_>, loading: &Loading<'_>) {
    for def in crate::normalise::tables::ALL {
        let of_table = loading.loaded.iter().filter(|loaded| loaded.table.def.name == def.name);
        let rows: u64 = of_table.map(|loaded| loading.rows_loaded(loaded)).sum();
        let Some(table) = loading.table(def.name).filter(|_| rows > 0) else { continue };
        let name = format!("{}: rows of all sources = rows of the table", def.name);
        results.checks.push(Check::count(name, rows, table.len() as u64));
    }
}

/// A failed check is also said among the findings.
fn failed_checks(results: &mut Results<'_>) {
    let is_told = told_by_balance(results);
    let said: Vec<Finding> = results
        .checks
        .iter()
        .filter(|check| {
            let has_own = check.is_told || check.name.contains("expected") || check.name.contains("printed");
            check.outcome() == "fail" && !has_own && !is_told.contains(&check.name)
        })
        .map(|check| {
            let (left, right) = figures(check);
            Finding {
                code: "T3010",
                severity: Severity::Warning,
                place: crate::diag::Place::default(),
                message: format!("check failed: {} ({left} against {right})", check.name),
                remedy: check.remedy.to_owned(),
            }
        })
        .collect();
    results.findings.extend(said);
}

/// The balance checks of accounts for which the comparison of trial balance and detail (T3103) says the same.
fn told_by_balance(results: &Results<'_>) -> BTreeSet<String> {
    let Some(recs) = results.tables.get("reconciliations") else { return BTreeSet::new() };
    let told = |row: usize| {
        let of = |column: &str| recs.text(column).get(row);
        let account = format!("{} {} (", of("entity"), of("account"));
        results.findings.iter().any(|finding| finding.code == "T3103" && finding.message.contains(&account))
    };
    let rows = (0..recs.len()).filter(|row| told(*row));
    rows.map(|row| format!("{}: {}", recs.text("rec_id").get(row), crate::reconcile::gl::BALANCE_CHECK)).collect()
}

fn figures(check: &Check) -> (Decimal, Decimal) {
    let scale = if check.is_money { 4 } else { 0 };
    let decimal = |units: i128| {
        let exact = Decimal::try_from_i128_with_scale(units, scale).unwrap_or_default().normalize();
        let mut shown = exact;
        if check.is_money && shown.scale() < 2 {
            shown.rescale(2);
        }
        shown
    };
    check.figures.map_or((Decimal::ZERO, Decimal::ZERO), |(left, right)| (decimal(left), decimal(right)))
}

fn checks_table(checks: &[Check]) -> Table {
    let mut table = Table::new(&CHECKS);
    for check in checks {
        let (left, right) = figures(check);
        let cell = |number: Decimal| check.figures.map_or(Cell::Null, |_| Cell::Decimal(number));
        table.push(&[
            Cell::text(&check.name),
            cell(left),
            cell(right),
            cell(left - right),
            Cell::Text(check.outcome()),
            Cell::text(&check.detail),
        ]);
    }
    table
}

/// Puts the findings into their order and into their table.
pub(super) fn findings_table(findings: &mut [Finding]) -> Table {
    findings.sort_by(|a, b| (a.severity, a.code, &a.place).cmp(&(b.severity, b.code, &b.place)));
    let mut table = Table::new(&FINDINGS);
    for finding in findings {
        table.push(&[
            Cell::Text(finding.code),
            Cell::Text(finding.severity.name()),
            Cell::text(&finding.place.to_string()),
            Cell::text(&finding.message),
            Cell::text(&finding.remedy),
        ]);
    }
    table
}

/// Debits, credits and dates of a source's own rows in its table.
struct Extent {
    column: &'static str,
    total: i128,
    debit: i128,
    credit: i128,
    dates: Option<(i32, i32)>,
}

fn extent(loaded: &Loaded, loading: &Loading<'_>) -> Option<Extent> {
    let table = loading.table(loaded.table.def.name)?;
    let column = match table.def.name {
        "trial_balance" => "ending_balance",
        "invoice_lines" => "net_amount",
        "bank_balances" => "closing_balance",
        "customers" | "prices" | "billables" | "tax_rates" | "accounts" | "exchange_rates" => return None,
        _ => "amount",
    };
    let own = table.places.iter().enumerate().filter(|(_, place)| place.source == loaded.number);
    let dates = ["posting_date", "booking_date", "document_date", "applied_date"];
    let days: Vec<_> =
        dates.iter().filter(|name| table.def.position(name).is_some()).map(|name| table.dates(name)).collect();
    let amounts = table.money(column);
    let mut extent = Extent { column, total: 0, debit: 0, credit: 0, dates: None };
    for (row, _) in own {
        let units = if amounts[row] == NO_MONEY { 0 } else { i128::from(amounts[row]) };
        extent.total += units;
        if units > 0 {
            extent.debit += units;
        } else {
            extent.credit -= units;
        }
        // Sources of one table can have their dates in different columns.
        if let Some(day) = days.iter().map(|days| days[row]).find(|day| *day != NO_DATE) {
            let (first, last) = extent.dates.unwrap_or((day, day));
            extent.dates = Some((first.min(day), last.max(day)));
        }
    }
    Some(extent)
}

fn push_source(sources: &mut Table, loaded: &Loaded, loading: &Loading<'_>) {
    let extent = extent(loaded, loading);
    let money = |units: Option<i128>| Cell::money(units.map(|units| Total(units).or_beyond()));
    let of = |pick: fn(&Extent) -> i128| money(extent.as_ref().map(pick));
    let dates = extent.as_ref().and_then(|extent| extent.dates);
    let expected_total = loaded.expect.total.as_deref().and_then(|total| {
        crate::normalise::amount::parse(total, crate::normalise::amount::Mark::Dot).ok().map(|parsed| parsed.units)
    });
    sources.push(&[
        Cell::text(&loaded.facts.file),
        Cell::text(&loaded.facts.sheet),
        Cell::Text(loaded.table.def.name),
        Cell::text(&loaded.profile),
        Cell::Text(loaded.facts.format),
        Cell::text(&loaded.facts.encoding),
        Cell::Int(loaded.facts.bytes as i64),
        Cell::text(&loaded.facts.sha256),
        Cell::Int(loaded.rows_read as i64),
        Cell::Int(loading.rows_loaded(loaded) as i64),
        Cell::Int(loaded.left_out.len() as i64),
        Cell::Int(loaded.rejected_rows as i64),
        extent.as_ref().map_or(Cell::Null, |extent| Cell::Text(extent.column)),
        of(|extent| extent.total),
        of(|extent| extent.debit),
        of(|extent| extent.credit),
        Cell::date(dates.map(|(first, _)| Date::from_days(first))),
        Cell::date(dates.map(|(_, last)| Date::from_days(last))),
        loaded.expect.rows.map_or(Cell::Null, |rows| Cell::Int(rows as i64)),
        money(expected_total.map(i128::from)),
    ]);
}
