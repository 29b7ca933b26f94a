//! The balances of each reconciliation, and which rows can be compared with which.

use super::sides::line_amounts;
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::reconcile::control::{Control, NO_REC};
use crate::reconcile::subledger::Subledger;

/// What the inputs say about one control account, in ten-thousandths.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    /// The trial balance's opening balance, if it has one.
    pub opening: Option<i128>,
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
    /// Documents.
    pub items: u64,
    /// The first GL line's date, in days.
    pub first_line: Option<i32>,
}

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
    /// The register holds open items alone.
    OpenItems,
}

impl ScopeKind {
    /// The comparison in words.
    pub const fn words(self) -> &'static str {
        match self {
            ScopeKind::History => "every document of all history",
            ScopeKind::Period => "the documents of the period, and the opening balances",
            ScopeKind::OpenItems => "the open documents of a register of open items, and the rest in total",
        }
    }
}

/// Adds up the balances of each reconciliation.
pub fn figures(
    controls: &[Control],
    subledger: &Subledger,
    lines: &Table,
    line_rec: &[u16],
    trial_balance: &Table,
    period_start: i32,
) -> Vec<Figures> {
    let mut all = vec![Figures::default(); controls.len()];
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
    }
    for settlement in subledger.settlements.iter().filter(|settlement| settlement.rec != NO_REC) {
        let figures = &mut all[settlement.rec as usize];
        if settlement.date < period_start {
            figures.postings_before += i128::from(settlement.amount);
        } else {
            figures.postings_period += i128::from(settlement.amount);
        }
    }
    all
}

impl Figures {
    /// The GL balance: the trial balance, or the detail where the account is not in it.
    pub fn gl_balance(&self) -> i128 {
        self.ending.unwrap_or(self.lines_before + self.lines_period)
    }

    /// All subledger postings.
    pub fn postings(&self) -> i128 {
        self.postings_before + self.postings_period
    }

    /// Whether the GL detail alone adds up to the balance: it then covers all history.
    fn has_gl_history(&self) -> bool {
        let all = self.lines_before + self.lines_period;
        match self.ending {
            None => true,
            Some(ending) if all == ending => true,
            // Neither the whole nor the period is proved: lines before the period speak for history.
            Some(ending) => {
                let period_proved = self.opening.is_some_and(|opening| opening + self.lines_period == ending);
                self.count_before > 0 && !period_proved
            }
        }
    }

    /// Whether the register is of open items alone: nothing in it is closed, and amounts are not what is open.
    fn is_open_items(&self) -> bool {
        self.items > 0 && self.closed_items == 0 && self.postings() != self.open
    }

    /// How the two sides can be compared. `known_before` is the share, in percent, of the GL's documents before the
    /// period that the register knows.
    pub fn scope(&self, period_start: i32, known_before: u32) -> Scope {
        let history = Scope { start: i32::MIN, kind: ScopeKind::History };
        let period = Scope { start: period_start, kind: ScopeKind::Period };
        if self.is_open_items() {
            return Scope {
                start: if self.has_gl_history() { i32::MIN } else { period_start },
                kind: ScopeKind::OpenItems,
            };
        }
        if !self.has_gl_history() {
            return period;
        }
        let register_has_history = self.postings() == self.open || known_before >= 50;
        if register_has_history { history } else { period }
    }

    /// The GL's opening balance of a scope: zero for all history, else what is not in the period's lines.
    pub fn gl_opening(&self, scope: Scope) -> i128 {
        if scope.start == i32::MIN {
            return 0;
        }
        self.opening.unwrap_or_else(|| self.gl_balance() - self.lines_period)
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
