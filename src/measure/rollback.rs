//! How far back a register leads: tested, not assumed.

use super::scope::{Flow, Scope, Stock};
use super::timeline::{ENDS, Timeline};
use crate::model::Date;
use crate::reconcile::gl::figures::ScopeKind;

/// Notes how far back a scope can be rolled, by what its registers hold and by whether open amounts and postings agree
/// at each month end. `first_closed` is the first day on which one of its documents is known to have been settled.
pub fn limit(scope: &mut Scope, kinds: &[ScopeKind], first_closed: i32, timeline: &Timeline) {
    let posted =
        |end: usize| -> i128 { (0..=timeline.flow_at(end)).map(|month| scope.flow(month, Flow::Posted).units).sum() };
    let gap = |end: usize| posted(end) - scope.stock(end, Stock::Balance).units;
    let last = gap(ENDS - 1);
    let Reach { ends: mut rolls_from, months, mut limitation } = reach(scope, kinds, first_closed, timeline, last);
    // What is paid without a receipt is no posting: there the dates of settlement are all there is.
    let gaps: Vec<i128> = match scope.given.receipts {
        true => (0..ENDS).map(|end| gap(end) - last).collect(),
        false => vec![0; ENDS],
    };
    let broken = (rolls_from..ENDS - 1).rev().find(|end| {
        let stocks = [Stock::NotDue, Stock::PastDue, Stock::NoDueDate];
        let receivables: i128 = stocks.iter().map(|stock| scope.stock(*end, *stock).units).sum();
        // A hundredth is what rounding and single wrong dates come to.
        gaps[*end].abs() * 100 > receivables
    });
    if let Some(end) = broken {
        rolls_from = end + 1;
        let day = Date::from_days(timeline.ends[end]);
        limitation = format!("the register does not say what was open on {day}: {NO_WAY_BACK}");
    }
    (scope.rolls_from, scope.flows_from, scope.limitation) = (rolls_from, months, limitation);
    scope.gaps.iter_mut().zip(gaps).for_each(|(own, gap)| *own = gap);
}

const NO_WAY_BACK: &str = "neither applications nor cleared dates lead from there to today";

/// How far back documents reach.
struct Reach {
    /// The first month end whose balance is known.
    ends: usize,
    /// The first month whose documents are all there.
    months: usize,
    /// Why not further.
    limitation: String,
}

/// What the register's documents reach back to. `gap` is what its postings differ by from what is open.
fn reach(scope: &Scope, kinds: &[ScopeKind], first_closed: i32, timeline: &Timeline, gap: i128) -> Reach {
    let reach = |ends: usize, months: usize, limitation: &str| {
        let limitation = limitation.to_owned();
        Reach { ends, months, limitation }
    };
    let knows_closed = first_closed != i32::MAX;
    if !scope.given.receipts && knows_closed {
        let months = timeline.flow_of(first_closed);
        return match scope.given.settlements {
            true => reach(0, months, ""),
            false => {
                reach(ENDS - 1, months, &format!("the register does not say what was open earlier: {NO_WAY_BACK}"))
            }
        };
    }
    // Without a ledger to ask, a register that adds up to its open items, and knows settlements from its first months
    // on, is whole.
    let knows_early = knows_closed && scope.first_flow.is_some_and(|first| timeline.flow_of(first_closed) <= first + 2);
    let is_whole = kinds.iter().all(|kind| match kind {
        ScopeKind::History => true,
        ScopeKind::Period => gap == 0 && knows_early,
        ScopeKind::Held | ScopeKind::OpenItems => false,
    });
    if is_whole {
        return reach(0, 0, "");
    }
    if kinds.contains(&ScopeKind::OpenItems) || !knows_closed {
        return reach(ENDS - 1, timeline.len(), "the register holds open items alone");
    }
    // What was settled before the first settlement that the register knows is not in it.
    let end = timeline.first_end(first_closed).saturating_sub(1);
    let limitation = "of earlier months the register holds only what was still open";
    reach(end, timeline.flow_at(end) + 1, limitation)
}
