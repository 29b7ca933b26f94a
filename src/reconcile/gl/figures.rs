//! The balances of each reconciliation, and which rows can be compared with which.

use super::sides::line_amounts;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::reconcile::control::{Control, NO_REC};
use crate::reconcile::openings::Openings;
use crate::reconcile::subledger::Subledger;

/// What the inputs say about one control account, in ten-thousandths.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The trial balance's opening balance, if it has one, else the one that the GL detail's reports lead to.
    pub opening: Option<i128>,
    /// What the account held before its first line, as the GL detail's reports print it.
    pub printed: i128,
    /// What the detail prints as the balance before its first line, and the lines before the period.
    pub printed_opening: Option<i128>,
    /// The trial balance's ending balance, if the account is in it.
    pub ending: Option<i128>,
    /// GL lines before the period.
    pub lines_before: i128,
    /// How many there are.
    pub count_before: u64,
    /// GL lines of the period.
    pub lines_period: i128,
    /// Subledger postings before the period.
    pub postings_before: i128,
    /// Subledger postings of the period.
    pub postings_period: i128,
    /// Open amounts at the period end.
    pub open: i128,
    /// Documents that are closed at the period end.
    pub closed_items: u64,
    /// Those of all control accounts of the entity.
    pub entity_closed_items: u64,
    /// Documents.
    pub items: u64,
    /// The first GL line's date, in days.
    pub first_line: Option<i32>,
    /// Whether the register holds no receipts, and shows what was paid in the open amounts of its documents alone.
    pub without_receipts: bool,
}

/// Below so many documents it may be chance that none of an account is closed; the entity's other accounts speak too.
const FEW_ITEMS: u64 = 20;
/// How many debits and credits that are not in the register, and come to nothing together, are the rule and no mistake.
const MANY_SETTLED: u64 = 3;

/// From where on the two sides can be compared, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Scope {
    /// The first day whose rows are compared; earlier ones are in the opening balances.
    pub start: i32,
    /// Which kind of comparison it is.
    pub kind: ScopeKind,
}

/// Which kind of comparison is possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ScopeKind {
    /// Both sides have all history.
    History,
    /// The period's postings, and the opening balances.
    Period,
    /// The GL has all history; of earlier periods the register holds what was still open in this one.
    Held,
    /// The register holds open items alone.
    OpenItems,
}

/// Which documents of the GL the register knows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Lines of documents that the register knows.
    pub known: u64,
    /// Debits of documents that it does not know.
    pub unknown_debits: u64,
    /// Their credits.
    pub unknown_credits: u64,
    /// What the lines that it does not know add up to.
    pub unknown_sum: i128,
    /// Lines of documents that it no longer holds, and that applications tell of.
    pub past: u64,
}

impl Coverage {
    /// Counts a line.
    pub fn add(&mut self, known: bool, amount: i64) {
        match (known, amount < 0) {
            (true, _) => self.known += 1,
            (false, true) => self.unknown_credits += 1,
            (false, false) => self.unknown_debits += 1,
        }
        if !known {
            self.unknown_sum += i128::from(amount);
        }
    }

    fn unknown(self) -> u64 {
        self.unknown_debits + self.unknown_credits
    }

    /// Whether documents are missing by the rule and not by mistake: at least one in ten, debits and credits.
    fn is_partial(self) -> bool {
        self.unknown_debits > 0 && self.unknown_credits > 0 && self.is_missing_many()
    }

    fn is_missing_many(self) -> bool {
        self.unknown() * 10 > self.known
    }

    /// Whether what is missing has settled itself to the last cent.
    fn is_settled(self) -> bool {
        self.unknown_debits > 0 && self.unknown_credits > 0 && self.unknown_sum == 0
    }

    /// Whether it has done so with so many documents that no mistake does it.
    fn is_settled_by_many(self) -> bool {
        self.is_settled() && self.unknown_debits.min(self.unknown_credits) >= MANY_SETTLED
    }
}

impl ScopeKind {
    /// Whether documents that the register does not hold can be settled ones, which are compared in total.
    pub const fn leaves_settled(self) -> bool {
        matches!(self, ScopeKind::Held | ScopeKind::OpenItems)
    }

    /// The comparison in words.
    pub const fn words(self) -> &'static str {
        match self {
            ScopeKind::History => "every document of all history",
            ScopeKind::Period => "the documents of the period, and the opening balances",
            ScopeKind::Held => "every document that the register holds, and closed ones of earlier periods in total",
            ScopeKind::OpenItems => "the open documents of a register of open items, and the rest in total",
        }
    }
}

/// Adds up the balances of each reconciliation.
#[allow(clippy::too_many_arguments, reason = "both sides, each with what places its rows")]
pub fn figures(
    controls: &[Control],
    subledger: &Subledger,
    items: &Table,
    lines: &Table,
    line_rec: &[u16],
    trial_balance: &Table,
    openings: &Openings,
    period_start: i32,
) -> Vec<Figures> {
    let mut all = vec![Figures { without_receipts: true, ..Figures::default() }; controls.len()];
    let (entities, accounts) = (trial_balance.text("entity"), trial_balance.text("account"));
    let (opening, ending) = (trial_balance.money("opening_balance"), trial_balance.money("ending_balance"));
    for row in 0..trial_balance.len() {
        let (entity, account) = (entities.get(row), accounts.get(row));
        let Some(at) = controls.iter().position(|c| c.entity == entity && c.account == account) else { continue };
        let known = |units: i64| (units != NO_MONEY).then_some(i128::from(units));
        let add = |sum: &mut Option<i128>, units: i64| {
            if let Some(units) = known(units) {
                *sum = Some(sum.unwrap_or(0) + units);
            }
        };
        add(&mut all[at].opening, opening[row]);
        add(&mut all[at].ending, ending[row]);
    }
    let (amount_of, dates) = (line_amounts(lines), lines.dates("posting_date"));
    for (row, rec) in line_rec.iter().enumerate().filter(|(_, rec)| **rec != NO_REC) {
        let figures = &mut all[*rec as usize];
        if dates[row] < period_start {
            figures.lines_before += i128::from(amount_of(row));
            figures.count_before += 1;
        } else {
            figures.lines_period += i128::from(amount_of(row));
        }
        figures.first_line = Some(figures.first_line.map_or(dates[row], |first| first.min(dates[row])));
    }
    for (control, figures) in controls.iter().zip(&mut all) {
        let Some(printed) = openings.of(&control.entity, &control.account) else { continue };
        figures.printed = printed;
        figures.printed_opening = Some(printed + figures.lines_before);
        figures.opening = figures.opening.or(Some(printed + figures.lines_before));
    }
    let types = items.text("item_type");
    for row in 0..subledger.len() {
        if subledger.rec[row] == NO_REC {
            continue;
        }
        let figures = &mut all[subledger.rec[row] as usize];
        let amount = i128::from(subledger.amount[row]);
        if subledger.posting[row] < period_start {
            figures.postings_before += amount;
        } else {
            figures.postings_period += amount;
        }
        figures.open += i128::from(subledger.open[row]);
        figures.items += 1;
        figures.closed_items += u64::from(subledger.open[row] == 0 && amount != 0);
        figures.without_receipts = figures.without_receipts && types.get(row) != "receipt";
    }
    for settlement in subledger.settlements.iter().filter(|settlement| settlement.rec != NO_REC) {
        let figures = &mut all[settlement.rec as usize];
        if settlement.date < period_start {
            figures.postings_before += i128::from(settlement.amount);
        } else {
            figures.postings_period += i128::from(settlement.amount);
        }
    }
    for at in 0..all.len() {
        let of_entity = controls.iter().zip(&all).filter(|(control, _)| control.entity == controls[at].entity);
        all[at].entity_closed_items = of_entity.map(|(_, figures)| figures.closed_items).sum();
        all[at].without_receipts = all[at].without_receipts && all[at].postings() != all[at].open;
    }
    all
}

/// Whether the detail of an account alone adds up to its balance: it then covers all history.
pub fn covers_history(
    opening: Option<i128>,
    ending: Option<i128>,
    before: i128,
    period: i128,
    count_before: u64,
) -> bool {
    match ending {
        None => true,
        Some(ending) if before + period == ending => true,
        // Neither the whole nor the period is proved: lines before the period speak for history.
        Some(ending) => count_before > 0 && opening.is_none_or(|opening| opening + period != ending),
    }
}

impl Figures {
    /// The GL balance: the trial balance, or the detail where the account is not in it.
    pub fn gl_balance(&self) -> i128 {
        self.ending.unwrap_or(self.printed + self.lines_before + self.lines_period)
    }

    /// The balance of the GL less that of the subledger.
    pub fn variance(&self) -> i128 {
        self.gl_balance() - self.open
    }

    /// Whether the GL detail has a line of the account.
    pub fn has_lines(&self) -> bool {
        self.first_line.is_some()
    }

    /// All subledger postings.
    pub fn postings(&self) -> i128 {
        self.postings_before + self.postings_period
    }

    /// Whether the GL detail alone adds up to the balance: it then covers all history.
    fn has_gl_history(&self) -> bool {
        self.printed == 0
            && covers_history(self.opening, self.ending, self.lines_before, self.lines_period, self.count_before)
    }

    /// Whether the register is of open items alone: nothing in it is closed, and either amounts are not what is open,
    /// or the GL has settled documents that it does not hold.
    fn is_open_items(&self, detail: Coverage) -> bool {
        let by_chance = self.items < FEW_ITEMS && self.entity_closed_items > 0;
        let nothing_closed = self.items > 0 && self.closed_items == 0 && !by_chance;
        // In a detail of the period alone the settled documents are of earlier periods: only their credits are in it.
        let period_alone = detail.is_missing_many() && !self.has_gl_history() && detail.unknown_credits > 0;
        nothing_closed && (self.postings() != self.open || detail.is_settled() || detail.is_partial() || period_alone)
    }

    /// How the two sides can be compared, by which documents of the GL the register knows: those `before` the period,
    /// and those of the period.
    pub fn scope(&self, period_start: i32, before: Coverage, period: Coverage) -> Scope {
        let from = |start: i32, kind: ScopeKind| Scope { start, kind };
        if !self.has_gl_history() {
            let open_items = self.is_open_items(period);
            return from(period_start, if open_items { ScopeKind::OpenItems } else { ScopeKind::Period });
        }
        let all = Coverage {
            known: before.known + period.known,
            unknown_debits: before.unknown_debits + period.unknown_debits,
            unknown_credits: before.unknown_credits + period.unknown_credits,
            unknown_sum: before.unknown_sum + period.unknown_sum,
            past: before.past + period.past,
        };
        if self.is_open_items(all) {
            return from(i32::MIN, ScopeKind::OpenItems);
        }
        // Closed documents of earlier periods are not in the register where its postings do not add up to what is
        // open, and the GL has them.
        let gap = self.open - self.postings();
        let is_settled = before.is_settled_by_many() || (before.is_missing_many() && before.is_settled());
        let by_rule = is_settled || (before.is_missing_many() && gap != 0);
        let proved = gap != 0 && before.unknown_sum == gap;
        // Applications tell of some of them: what else it lacks of earlier periods is no mistake either.
        let leaves_out = before.past > 0 && before.unknown() > 0;
        let is_held = by_rule || proved || leaves_out || self.without_receipts;
        from(i32::MIN, if is_held { ScopeKind::Held } else { ScopeKind::History })
    }

    /// The GL's opening balance of a scope: zero for all history, else what is not in the period's lines.
    pub fn gl_opening(&self, scope: Scope) -> i128 {
        if scope.start == i32::MIN {
            return 0;
        }
        self.opening.unwrap_or_else(|| self.gl_balance() - self.lines_period)
    }

    /// What the trial balance has that opening balance and detail do not lead to; zero where it tells no balance.
    pub fn detail_gap(&self, scope: Scope) -> i128 {
        self.ending.map_or(0, |ending| ending - self.gl_opening(scope) - self.gl_lines(scope))
    }

    /// The GL's balance on the day before the period, as far as something other than its closing balance tells it: the
    /// trial balance, else the detail of all history. A trial balance that opens on another day, such as that of the
    /// year, gives way to a detail that leads to the closing balance.
    pub fn told_gl_opening(&self, scope: Scope) -> Option<i128> {
        let of_detail = (scope.start == i32::MIN && self.has_lines()).then_some(self.lines_before);
        let leads = |opening: &i128| *opening + self.lines_period == self.gl_balance();
        let of_balance = self.opening.filter(leads).or(of_detail.filter(leads)).or(self.opening);
        of_balance.or(of_detail)
    }

    /// The subledger's balance on the day before the period by its documents: what was posted before, where the
    /// register also holds what is closed since long.
    pub fn told_subledger_opening(&self, scope: Scope) -> Option<i128> {
        let is_whole = scope.kind == ScopeKind::History || self.postings() == self.open;
        (is_whole && scope.kind != ScopeKind::OpenItems).then_some(self.postings_before)
    }

    /// The GL lines of a scope.
    pub fn gl_lines(&self, scope: Scope) -> i128 {
        if scope.start == i32::MIN { self.lines_before + self.lines_period } else { self.lines_period }
    }

    /// The subledger postings of a scope.
    pub fn subledger_postings(&self, scope: Scope) -> i128 {
        if scope.start == i32::MIN { self.postings() } else { self.postings_period }
    }

    /// The subledger's opening balance of a scope: for a period, what is open and was not posted in it.
    pub fn subledger_opening(&self, scope: Scope) -> i128 {
        if scope.start == i32::MIN { 0 } else { self.open - self.postings_period }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: i32 = 1000;

    fn kind(figures: &Figures, before: (u64, u64, u64, i128), period: (u64, u64, u64, i128)) -> ScopeKind {
        let coverage = |(known, unknown_debits, unknown_credits, unknown_sum)| Coverage {
            known,
            unknown_debits,
            unknown_credits,
            unknown_sum,
            past: 0,
        };
        figures.scope(START, coverage(before), coverage(period)).kind
    }

    #[test]
    fn what_is_compared_follows_from_what_both_sides_hold() {
        // A GL of all history and a whole register, in which two documents are missing by mistake.
        let whole = Figures {
            ending: Some(100),
            lines_before: 60,
            lines_period: 40,
            count_before: 50,
            postings_before: 60,
            postings_period: 40,
            open: 100,
            items: 90,
            closed_items: 40,
            ..Figures::default()
        };
        assert_eq!(kind(&whole, (50, 1, 1, 7), (40, 0, 0, 0)), ScopeKind::History);
        // The closed documents of earlier periods are not in the register.
        let held = Figures { postings_before: 10, postings_period: 40, closed_items: 5, ..whole.clone() };
        assert_eq!(kind(&held, (20, 20, 10, 48), (40, 0, 0, 0)), ScopeKind::Held);
        assert_eq!(kind(&held, (500, 2, 1, 50), (40, 0, 0, 0)), ScopeKind::Held);
        // Few are missing, and they have settled themselves: three of each are no mistake, two may be.
        assert_eq!(kind(&whole, (500, 3, 3, 0), (40, 0, 0, 0)), ScopeKind::Held);
        assert_eq!(kind(&whole, (500, 3, 3, 1), (40, 0, 0, 0)), ScopeKind::History);
        assert_eq!(kind(&whole, (500, 2, 2, 0), (40, 0, 0, 0)), ScopeKind::History);
        // Applications tell of some that are gone; two more are unknown.
        let past = Coverage { known: 500, unknown_credits: 2, unknown_sum: -7, past: 3, ..Coverage::default() };
        assert_eq!(whole.scope(START, past, Coverage::default()).kind, ScopeKind::Held);
        let all_told = Coverage { known: 502, past: 3, ..Coverage::default() };
        assert_eq!(whole.scope(START, all_told, Coverage::default()).kind, ScopeKind::History);
        // Open items alone, partly paid or not at all.
        let partly = Figures { postings_before: 80, postings_period: 40, closed_items: 0, ..whole.clone() };
        assert_eq!(kind(&partly, (20, 20, 20, -20), (10, 5, 5, 0)), ScopeKind::OpenItems);
        let unpaid = Figures { closed_items: 0, ..whole.clone() };
        assert_eq!(kind(&unpaid, (500, 1, 1, 0), (40, 0, 0, 0)), ScopeKind::OpenItems);
        assert_eq!(kind(&unpaid, (20, 9, 9, 5), (40, 2, 0, 3)), ScopeKind::OpenItems);
        // A few documents of which none is closed say nothing where the entity's other accounts have closed ones.
        let few = Figures { items: 3, entity_closed_items: 40, ..unpaid.clone() };
        assert_eq!(kind(&few, (3, 1, 1, 0), (2, 0, 0, 0)), ScopeKind::Held);
        assert_eq!(kind(&few, (3, 0, 0, 0), (2, 1, 0, 5)), ScopeKind::History);
        // Nothing is paid yet, and one document was deleted.
        assert_eq!(kind(&unpaid, (50, 1, 0, 5), (40, 0, 0, 0)), ScopeKind::History);
        // The GL of the period alone.
        let period = Figures { opening: Some(60), lines_before: 0, count_before: 0, ..whole };
        assert_eq!(kind(&period, (0, 0, 0, 0), (40, 1, 1, 3)), ScopeKind::Period);
        let period_open = Figures { closed_items: 0, ..period };
        assert_eq!(kind(&period_open, (0, 0, 0, 0), (40, 5, 9, -30)), ScopeKind::OpenItems);
    }
}
