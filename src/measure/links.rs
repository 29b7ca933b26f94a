//! Which invoice a credit memo, debit memo or dispute is about.

use super::cases::Case;
use super::reasons::Reason;
use super::scope::{Flow, Scope};
use super::timeline::Timeline;
use crate::reconcile::history::{Move, NO_ROW};
use hashbrown::{HashMap, HashSet};

/// A document that corrects, and the invoice that it names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// The row of the correction.
    pub row: u32,
    /// The row of the invoice.
    pub invoice: u32,
    /// Why.
    pub reason: Reason,
    /// Whether it is a credit memo.
    pub is_credit: bool,
}

/// What a document is to billing: the few types that count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// An invoice.
    Invoice,
    /// A credit memo.
    Credit,
    /// A debit memo, adjustment or chargeback.
    Other,
    /// Anything else.
    None,
}

/// The role of an item type.
pub fn role(item_type: &str) -> Role {
    match item_type {
        "invoice" => Role::Invoice,
        "credit_memo" => Role::Credit,
        "debit_memo" | "adjustment" | "chargeback" => Role::Other,
        _ => Role::None,
    }
}

/// The invoices that credit memos without a reference were applied to: the first of them in time.
pub fn by_application(moves: &[Move], role_of: &dyn Fn(u32) -> Role) -> HashMap<u32, u32> {
    let mut first: HashMap<u32, (i32, u32)> = HashMap::new();
    let credits = moves.iter().filter(|one| one.from != NO_ROW && one.to != NO_ROW);
    for one in credits.filter(|one| role_of(one.from) == Role::Credit && role_of(one.to) == Role::Invoice) {
        let known = first.entry(one.from).or_insert((one.date, one.to));
        *known = (*known).min((one.date, one.to));
    }
    first.into_iter().map(|(credit, (_, invoice))| (credit, invoice)).collect()
}

/// What a row amounts to, where it belongs, and the month of its posting.
pub type Placed<'a> = &'a dyn Fn(u32) -> Option<(usize, usize, i64)>;

/// Counts the invoices that were corrected, credited or disputed into the months in which they were issued: whatever is
/// known by the period end.
pub fn count(scopes: &mut [Scope], links: &[Link], cases: &[Case], timeline: &Timeline, placed: Placed<'_>) {
    let end = timeline.ends[super::timeline::ENDS - 1];
    let (mut touched, mut wrong): (HashSet<u32>, HashSet<u32>) = (HashSet::new(), HashSet::new());
    for link in links {
        let Some((scope, month, _)) = placed(link.invoice) else { continue };
        if let (true, Some((_, _, amount))) = (link.is_credit, placed(link.row)) {
            scopes[scope].months[month].cohort[link.reason as usize].add(amount);
        }
        if !link.reason.is_kept_out() {
            touched.insert(link.invoice);
        }
        if link.reason.is_error() {
            wrong.insert(link.invoice);
        }
    }
    for case in cases.iter().filter(|case| case.opened <= end) {
        touched.insert(case.row);
        if case.reason.is_error() {
            wrong.insert(case.row);
        }
    }
    for (rows, flow) in [(touched, Flow::Touched), (wrong, Flow::Wrong)] {
        for (scope, month, amount) in rows.into_iter().filter_map(placed) {
            scopes[scope].months[month].flows[flow as usize].add(amount);
        }
    }
}
