//! Bank files beside each other: what both tables of a file tell is told once, a statement that stands in two files is
//! told, and so is one that is missing between two files.

use crate::diag::{Finding, Place};
use crate::load::statement::Statement;
use crate::model::money::grouped;
use crate::model::table::NO_MONEY;
use crate::model::{Date, SourceRow, Table};
use crate::normalise::headings::fold;
use crate::normalise::source::{Check, Loaded};
use crate::normalise::tables::BANK_BALANCES;
use hashbrown::HashMap;
use std::collections::{BTreeMap, BTreeSet};

const BALANCE_REMEDY: &str = "a line between the two balances is missing, doubled or changed: get the lines from the \
                              bank again before anything is matched";

/// Takes out the checks and findings that an earlier table of the same file has told already.
pub(super) fn tell_once(loaded: &mut Loaded, earlier: &[Loaded]) {
    let Some(twin) = earlier.iter().find(|known| !known.facts.statements.is_empty() && is_same_file(known, loaded))
    else {
        return;
    };
    let checks: BTreeSet<&str> = twin.checks.iter().map(|check| check.name.as_str()).collect();
    loaded.checks.retain(|check| !checks.contains(check.name.as_str()));
    loaded.findings.retain(|finding| !twin.findings.contains(finding));
}

fn is_same_file(one: &Loaded, other: &Loaded) -> bool {
    one.facts.file == other.facts.file && one.facts.sha256 == other.facts.sha256
}

/// Statements of an account in different files that do not follow each other: one between them is missing.
pub(super) fn gaps(all: &[Loaded]) -> Vec<Finding> {
    let mut by_account: BTreeMap<&str, Vec<(&Loaded, &Statement)>> = BTreeMap::new();
    let mut seen = BTreeSet::new();
    for loaded in all.iter().filter(|loaded| seen.insert((&loaded.facts.file, &loaded.facts.sha256))) {
        let proved = loaded.facts.statements.iter().filter(|statement| statement.proof().is_some());
        proved.for_each(|statement| by_account.entry(&statement.account).or_default().push((loaded, statement)));
    }
    let mut findings = Vec::new();
    for statements in by_account.values_mut() {
        statements.sort_by_key(|(_, statement)| statement.last);
        for pair in statements.windows(2) {
            let ((before_file, before), (file, next)) = (pair[0], pair[1]);
            // Inside of one file the reader has told it; of one day nobody knows which comes first.
            let is_told = before_file.facts.file == file.facts.file || before.last == next.last;
            let (Some(closing), Some(opening)) = (before.closing, next.opening) else { continue };
            if is_told || closing == opening {
                continue;
            }
            findings.push(Finding::warning(
                "T1407",
                Place::file(file.facts.file.clone()).row(next.line),
                format!(
                    "{}: the opening balance is {opening}, the statement before it ({}) closed with {closing}",
                    next.name(),
                    before_file.facts.file
                ),
                "a statement between the two is missing: get it from the bank",
            ));
        }
    }
    findings
}

/// The balances that lists of banks prove by their own lines, of accounts for which no source gives any.
pub(super) fn balances_of_lists(tables: &BTreeMap<&'static str, Table>, loaded: &mut [Loaded]) -> Vec<Table> {
    let given: BTreeSet<String> = tables.get(BANK_BALANCES.name).map_or_else(BTreeSet::new, |known| {
        let accounts = known.text("bank_account");
        (0..known.len()).map(|row| fold(accounts.get(row))).collect()
    });
    let mut found = Vec::new();
    for loaded in loaded {
        let proved = std::mem::replace(&mut loaded.balances, Table::new(&BANK_BALANCES));
        let accounts = proved.text("bank_account");
        let is_new = |row: &u32| !given.contains(&fold(accounts.get(*row as usize)));
        let rows: Vec<u32> = (0..proved.len() as u32).filter(is_new).collect();
        if !rows.is_empty() {
            found.push(proved.take(&rows));
        }
    }
    found
}

/// Balances that come as a table of their own: the balance before, and the bookings since, give the balance after
/// (bad-inputs 85). Statements of bank files prove themselves and are passed over.
pub(super) fn prove_balances(tables: &BTreeMap<&'static str, Table>, loaded: &mut [Loaded]) {
    let (Some(balances), Some(lines)) = (tables.get("bank_balances"), tables.get("bank_lines")) else { return };
    let proved: BTreeSet<String> =
        loaded.iter().flat_map(|loaded| &loaded.facts.statements).map(|statement| statement.account.clone()).collect();
    let booked = movements(lines, &proved);
    let mut by_account: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let accounts = balances.text("bank_account");
    for row in 0..balances.len() {
        by_account.entry(accounts.get(row)).or_default().push(row);
    }
    let (days, opening, closing) =
        (balances.dates("date"), balances.money("opening_balance"), balances.money("closing_balance"));
    for (account, mut rows) in by_account {
        let Some(bookings) = booked.get(account).filter(|_| !proved.contains(account)) else { continue };
        rows.sort_by_key(|row| days[*row]);
        let mut before: Option<(i32, i64)> = None;
        for row in rows {
            let (day, to) = (days[row], closing[row]);
            let from = Some(opening[row]).filter(|units| *units != NO_MONEY).or(before.map(|(_, units)| units));
            let since = before.map(|(day, _)| day);
            before = Some((day, to));
            let Some(from) = from else { continue };
            let first = since.map_or(i32::MIN, |since| since.saturating_add(1));
            let moved: i128 = if first > day { 0 } else { bookings.range(first..=day).map(|(_, sum)| sum).sum() };
            let proof = Proof { account, day: Date::from_days(day), from: from.into(), moved, to: to.into() };
            proof.tell(balances.places[row], loaded);
        }
    }
}

/// What the bookings of each account add up to, day by day. Accounts whose statements prove themselves are passed over.
fn movements<'a>(lines: &'a Table, proved: &BTreeSet<String>) -> BTreeMap<&'a str, BTreeMap<i32, i128>> {
    let (accounts, days, amounts) = (lines.text("bank_account"), lines.dates("booking_date"), lines.money("amount"));
    let mut sums: HashMap<(&str, i32), i128> = HashMap::new();
    for row in (0..lines.len()).filter(|row| amounts[*row] != NO_MONEY) {
        *sums.entry((accounts.get(row), days[row])).or_default() += i128::from(amounts[row]);
    }
    let mut booked: BTreeMap<&str, BTreeMap<i32, i128>> = BTreeMap::new();
    for ((account, day), sum) in sums.into_iter().filter(|((account, _), _)| !proved.contains(*account)) {
        booked.entry(account).or_default().insert(day, sum);
    }
    booked
}

/// One balance against the one before it.
struct Proof<'a> {
    account: &'a str,
    day: Date,
    from: i128,
    moved: i128,
    to: i128,
}

impl Proof<'_> {
    /// Adds the check to the source that the balance comes from, and a finding if it fails.
    fn tell(&self, place: SourceRow, loaded: &mut [Loaded]) {
        let Some(source) = loaded.iter_mut().find(|loaded| loaded.number == place.source) else { return };
        let name = format!(
            "{}: {} of {}: opening balance + lines = closing balance",
            source.facts.file, self.account, self.day
        );
        let [from, moved, to] = [self.from, self.moved, self.to].map(|units| grouped(units, 2));
        let check = Check::money(name, self.from + self.moved, self.to).remedied(BALANCE_REMEDY);
        source.checks.push(check.with(format!("{from} + {moved} against {to}")));
        if self.from + self.moved != self.to {
            let message = format!("{} of {}: {from} + {moved} is not {to}", self.account, self.day);
            let at = Place::file(source.facts.file.clone()).row(place.row.into());
            source.findings.push(Finding::error("T1405", at, message, BALANCE_REMEDY));
        }
    }
}

/// A statement that another file of the same table holds too: its lines are counted twice.
pub(super) fn twins(loaded: &Loaded, earlier: &[Loaded]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let others = earlier.iter().filter(|known| known.table.def.name == loaded.table.def.name);
    for other in others.filter(|known| !known.facts.statements.is_empty()) {
        let known = |statement: &&Statement| other.facts.statements.iter().any(|known| known.is_twin(statement));
        for statement in loaded.facts.statements.iter().filter(|statement| statement.lines > 0).filter(known) {
            findings.push(Finding::error(
                "T1410",
                Place::file(loaded.facts.file.clone()).row(statement.line),
                format!("{}: the same statement stands in {}", statement.name(), other.facts.file),
                "give each statement once: each of its lines is counted twice",
            ));
        }
    }
    findings
}
