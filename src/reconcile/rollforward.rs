//! From opening to closing balance, both sides (formulas.md 2.5). Opening, movements and closing come from three
//! places, so that what is left between them shows what is missing.

use super::applications::Settlement;
use super::control::NO_REC;
use super::gl::Outcome;
use super::gl::figures::ScopeKind;
use super::gl::sides::line_amounts;
use super::register::exact;
use super::results::ROLLFORWARD;
use super::{Checks, Inputs};
use crate::matching::keys::NO_KEY;
use crate::model::{Cell, Date, Table, TextColumn};
use crate::normalise::source::Check;
use hashbrown::HashMap;

/// The lines between opening and closing, with the item types they hold. Documents bear their own signs.
const LINES: [(&str, &str); 9] = [
    ("invoices", "invoice"),
    ("debit_memos", "debit_memo"),
    ("chargebacks", "chargeback"),
    ("credit_memos", "credit_memo"),
    ("receipts", "receipt"),
    ("deposits", "deposit"),
    ("write_offs", "write_off"),
    ("refunds", "refund"),
    ("adjustments", "adjustment"),
];
/// Discounts and write-offs that applications carry without a document.
const DISCOUNTS: usize = LINES.len();
/// What two rates leave between documents that are applied to each other.
const EXCHANGE: usize = LINES.len() + 1;
/// Postings of the period that the GL has alone.
const GL_ONLY: usize = LINES.len() + 2;

/// One side's movements, by line.
type Movements = [i128; LINES.len() + 3];

/// One side of one account: where it opened, if anything tells, what moved it, and where it closed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Side {
    opening: Option<i128>,
    moved: i128,
    closing: i128,
    /// Whether its movements are known in full.
    is_whole: bool,
    /// Whether the opening is the closing balance of the prior run.
    agrees_to_prior: bool,
}

impl Side {
    fn left(&self) -> i128 {
        self.closing - self.opening.unwrap_or(0) - self.moved
    }

    fn is_told(&self) -> bool {
        self.opening.is_some() && self.is_whole
    }

    /// What nothing tells: an opening balance, or movements that the extract does not hold.
    fn not_available(&self) -> i128 {
        if self.is_told() { 0 } else { self.left() }
    }

    /// What opening and movements should lead to and do not.
    fn unaccounted(&self) -> i128 {
        if self.is_told() { self.left() } else { 0 }
    }

    fn check(&self, name: String) -> Check {
        match self.is_told() {
            // Other checks of the account say what is missing.
            true => Check::money(name, self.closing - self.left(), self.closing).told(true),
            false if self.opening.is_none() => Check::not_testable(name, "nothing tells the opening balance"),
            false => Check::not_testable(name, "the movements of the period are not available from this extract"),
        }
    }
}

/// Opening and closing of both sides: subledger and GL.
fn sides(outcome: &Outcome, at: usize, moved: [i128; 2]) -> [Side; 2] {
    let (figures, scope) = (&outcome.figures[at], outcome.scopes[at]);
    let prior = outcome.closed_before[at];
    let of_open_items = scope.kind == ScopeKind::OpenItems;
    let side = |told: Option<i128>, prior: Option<i128>, moved: i128, closing: i128, is_whole: bool| Side {
        opening: told.or(prior),
        moved,
        closing,
        is_whole,
        agrees_to_prior: prior.is_some_and(|prior| told.unwrap_or(prior) == prior),
    };
    let subledger = figures.told_subledger_opening(scope);
    let has_detail = figures.has_lines() || figures.opening == figures.ending;
    [
        side(subledger, prior.map(|prior| prior.1), moved[0], figures.open, !of_open_items),
        side(figures.told_gl_opening(scope), prior.map(|prior| prior.0), moved[1], figures.gl_balance(), has_detail),
    ]
}

/// Builds the roll-forward of every reconciliation for the period that starts on `start`, and its checks.
pub fn build(outcome: &Outcome, inputs: &Inputs, start: Date) -> (Table, Checks) {
    let count = outcome.controls.list.len();
    let mut subledger: Vec<Movements> = vec![[0; LINES.len() + 3]; count];
    let mut gl = subledger.clone();
    add_subledger(outcome, inputs, start, &mut subledger);
    add_gl(outcome, inputs, start, &mut gl);
    let mut table = Table::new(&ROLLFORWARD);
    let mut checks = Checks::new();
    for (at, control) in outcome.controls.list.iter().enumerate() {
        let both = sides(outcome, at, [subledger[at].iter().sum(), gl[at].iter().sum()]);
        let mut push = |line: &str, amounts: [Option<i128>; 2], mark: &'static str, note: &str| {
            let cell = |units: Option<i128>| units.map_or(Cell::Null, exact);
            let difference = amounts[1].zip(amounts[0]).map(|(gl, subledger)| gl - subledger);
            table.push(&[
                Cell::text(&control.entity),
                Cell::text(&control.account),
                Cell::Text(control.currency.code()),
                Cell::text(line),
                cell(amounts[0]),
                cell(amounts[1]),
                cell(difference),
                Cell::Text(mark),
                Cell::text(note),
            ]);
        };
        let mark = if both.iter().all(|side| side.agrees_to_prior) { "PY" } else { "" };
        push("opening", both.map(|side| side.opening), mark, "");
        // A register of open items has no payments: a zero would say that there were none.
        let without_payments = !both[0].is_whole || outcome.figures[at].without_receipts;
        for (line, (name, item_type)) in LINES.iter().enumerate() {
            let missing = without_payments && *item_type == "receipt" && subledger[at][line] == 0;
            let note = if missing { "not available from open items" } else { "" };
            push(name, [(!missing).then_some(subledger[at][line]), Some(gl[at][line])], "", note);
        }
        push("discounts", [subledger[at][DISCOUNTS], gl[at][DISCOUNTS]].map(Some), "", "");
        let exchanged = [subledger[at][EXCHANGE], gl[at][EXCHANGE]];
        if exchanged != [0, 0] {
            push(
                "exchange_differences",
                exchanged.map(Some),
                "",
                "of documents applied at another rate, and of rounding",
            );
        }
        let note = if without_payments { "with payments that open items do not show" } else { "" };
        push("gl_only", [subledger[at][GL_ONLY], gl[at][GL_ONLY]].map(Some), "", note);
        if both.iter().any(|side| !side.is_told()) {
            push("not_available", both.map(|side| Some(side.not_available())), "n/t", why_not(&both));
        }
        if both.iter().any(|side| side.unaccounted() != 0) {
            let note = "opening and movements do not lead to the closing balance";
            push("unaccounted", both.map(|side| Some(side.unaccounted())), "✗", note);
        }
        push("closing", both.map(|side| Some(side.closing)), "", "");
        for (side, name) in both.iter().zip(["subledger", "GL"]) {
            let name = format!("{}: roll-forward of the {name}: opening + movements = closing", control.rec_id);
            checks.push(side.check(name));
        }
    }
    (table, checks)
}

/// What is not known, in a few words.
fn why_not(both: &[Side; 2]) -> &'static str {
    match both.map(|side| side.opening.is_none()) {
        [true, true] => "nothing tells the opening balances",
        [true, false] if both[0].is_whole => "nothing tells the opening of the subledger",
        [true, false] => "opening and payments of open items",
        [false, true] => "nothing tells the opening of the GL",
        [false, false] => "movements that the extracts do not hold",
    }
}

/// The documents of each number that documents of several types bear: line and amount, in an order of their own.
fn shared_numbers(outcome: &Outcome, types: &TextColumn) -> HashMap<u32, Vec<(usize, i64)>> {
    let subledger = &outcome.subledger;
    let mut shared: HashMap<u32, Vec<(usize, i64)>> = HashMap::new();
    for (row, number) in outcome.sides.doc_of_item.iter().enumerate() {
        let Some(doc) = outcome.sides.docs.get(*number as usize) else { continue };
        if doc.key != NO_KEY && doc.subledger_rows + doc.earlier_rows > 1 {
            shared.entry(*number).or_default().push((line_of(types.get(row)), subledger.amount[row]));
        }
    }
    shared.retain(|_, documents| documents.iter().any(|(line, _)| *line != documents[0].0));
    shared.values_mut().for_each(|documents| documents.sort_unstable());
    shared
}

/// The line of the document of that amount, else of that sign, else of the first.
fn best_fit(documents: &[(usize, i64)], amount: i64) -> usize {
    let fits = |wanted: &dyn Fn(i64) -> bool| documents.iter().find(|(_, own)| wanted(*own)).map(|(line, _)| *line);
    fits(&|own| own == amount).or_else(|| fits(&|own| own.signum() == amount.signum())).unwrap_or(documents[0].0)
}

fn line_of(item_type: &str) -> usize {
    LINES.iter().position(|(_, known)| *known == item_type).unwrap_or(LINES.len() - 1)
}

fn add_subledger(outcome: &Outcome, inputs: &Inputs, start: Date, movements: &mut [Movements]) {
    let types = inputs.ar_items.text("item_type");
    let subledger = &outcome.subledger;
    for row in 0..subledger.len() {
        if subledger.rec[row] != NO_REC && subledger.posting[row] >= start.days() {
            let line = line_of(types.get(row));
            movements[subledger.rec[row] as usize][line] += i128::from(subledger.amount[row]);
        }
    }
    for part in subledger.settlements.iter().filter(|part| part.rec != NO_REC && part.date >= start.days()) {
        movements[part.rec as usize][line_of_part(part)] += i128::from(part.amount);
    }
}

fn line_of_part(part: &Settlement) -> usize {
    if part.is_exchange { EXCHANGE } else { DISCOUNTS }
}

/// The control account's lines of the period, by the type of the document they post. A receipt's discount is posted
/// with it: what the document's own amount does not hold is shown with the discounts.
fn add_gl(outcome: &Outcome, inputs: &Inputs, start: Date, movements: &mut [Movements]) {
    let lines = &inputs.gl_lines;
    let (amount_of, dates) = (line_amounts(lines), lines.dates("posting_date"));
    let types = inputs.ar_items.text("item_type");
    let shared = shared_numbers(outcome, types);
    // The line of one side's amount: by the document of the number, or by the one of them that it fits best.
    let line_for = |number: u32, amount: i64| match (outcome.sides.docs.get(number as usize), shared.get(&number)) {
        (Some(_), Some(documents)) => best_fit(documents, amount),
        (Some(doc), None) if doc.item != u32::MAX && doc.key != NO_KEY => line_of(types.get(doc.item as usize)),
        _ => GL_ONLY,
    };
    for (row, rec) in outcome.line_rec.iter().enumerate() {
        if *rec == NO_REC || dates[row] < start.days() {
            continue;
        }
        let line = line_for(outcome.sides.doc_of_line[row], amount_of(row));
        movements[*rec as usize][line] += i128::from(amount_of(row));
    }
    // Discounts were posted with their receipts (or invoices): move them to their own line.
    for part in outcome.subledger.settlements.iter().filter(|part| part.rec != NO_REC && part.date >= start.days()) {
        let numbers = [part.from_key, part.to_key].map(|key| outcome.sides.find(part.rec, key));
        let agreed = numbers.into_iter().flatten().find(|number| {
            let doc = outcome.sides.docs[*number as usize];
            let is_home = !part.is_exchange || outcome.sides.exchange.contains_key(number);
            doc.gl == doc.subledger && doc.item != u32::MAX && is_home
        });
        if let Some(number) = agreed {
            let of_rec = &mut movements[part.rec as usize];
            of_rec[line_for(number, part.amount)] -= i128::from(part.amount);
            of_rec[line_of_part(part)] += i128::from(part.amount);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_a_shared_number_goes_to_the_document_that_it_fits() {
        let documents = [(0, 500), (4, -200)];
        assert_eq!(best_fit(&documents, -200), 4);
        assert_eq!(best_fit(&documents, 500), 0);
        assert_eq!(best_fit(&documents, -198), 4);
        assert_eq!(best_fit(&documents, 499), 0);
    }
}
