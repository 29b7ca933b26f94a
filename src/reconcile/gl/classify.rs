//! The tests, in the order of causes.md: each leftover row gets the first cause that fits.

use super::amounts;
use super::carry::Carried;
use super::evidence::{AccountUse, Elsewhere, Evidence, Origin, origin};
use super::exceptions::{Exception, Journal};
use super::item::Item;
use super::reversals::link;
use super::sides::line_amounts;
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::Table;
use crate::model::table::NO_MONEY;
use crate::reconcile::Inputs;
use crate::reconcile::causes::Cause;
use crate::reconcile::control::Controls;
use crate::reconcile::subledger::Subledger;
use hashbrown::{HashMap, HashSet};

/// What every test can look at.
pub struct Bench<'a> {
    /// The tables.
    pub inputs: &'a Inputs,
    /// The control accounts.
    pub controls: &'a Controls,
    /// The subledger.
    pub subledger: &'a Subledger,
    /// The keys.
    pub keys: &'a KeyIndex,
    /// What was looked up.
    pub evidence: &'a Evidence,
    /// What a document may differ by and still be rounding.
    pub rounding_tolerance: i64,
    /// Rates by currency, for the test of another rate.
    pub rates: &'a HashMap<String, Vec<rust_decimal::Decimal>>,
    /// One-sided documents in two reconciliations that belong together: (exception, its partner, cause).
    pub twins: HashMap<usize, (usize, Cause)>,
    /// Whether invoices and receipts bear the same numbers.
    pub numbers_shared: bool,
}

/// Parts a journal from others of its number where it alone is what another reconciliation's subledger has alone: the
/// entities use the same numbers, and only this one is posted to the wrong place.
pub fn split_twins(exceptions: &mut Vec<Exception>) {
    let mut wanted: HashMap<(u32, i64), Vec<u16>> = HashMap::new();
    for exception in exceptions.iter().filter(|exception| exception.key != NO_KEY && exception.journals.is_empty()) {
        wanted.entry((exception.key, exception.subledger)).or_default().push(exception.rec);
    }
    let mut parted = Vec::new();
    for exception in exceptions.iter_mut() {
        if exception.key == NO_KEY || !exception.items.is_empty() || exception.journals.len() < 2 {
            continue;
        }
        let at = exception.journals.iter().position(|journal| {
            let recs = wanted.get(&(exception.key, journal.amount));
            recs.is_some_and(|recs| recs.iter().any(|rec| *rec != exception.rec))
        });
        // All of them together are tried first.
        let together = wanted.get(&(exception.key, exception.gl()));
        if let (Some(at), None) = (at, together) {
            let journal = exception.journals.remove(at);
            parted.push(Exception { journals: vec![journal], subledger: 0, ..exception.clone() });
        }
    }
    exceptions.extend(parted);
}

/// Pairs a document that one reconciliation's subledger has alone with the same document, for the same amount, that
/// another one's control account has alone (V17, V18). Amounts are compared as they stand.
pub fn pair_twins(exceptions: &[Exception], controls: &Controls) -> HashMap<usize, (usize, Cause)> {
    let mut subledger_only: HashMap<(u32, i64), Vec<usize>> = HashMap::new();
    for (number, exception) in exceptions.iter().enumerate() {
        if exception.key != NO_KEY && exception.journals.is_empty() && exception.subledger != 0 {
            subledger_only.entry((exception.key, exception.subledger)).or_default().push(number);
        }
    }
    let mut twins = HashMap::new();
    for (number, exception) in exceptions.iter().enumerate() {
        if exception.key == NO_KEY || !exception.items.is_empty() || exception.journals.is_empty() {
            continue;
        }
        let Some(candidates) = subledger_only.get_mut(&(exception.key, exception.gl())) else { continue };
        let free = candidates.iter().position(|other| exceptions[*other].rec != exception.rec);
        if let Some(partner) = free.map(|at| candidates.remove(at)) {
            let entity = |number: usize| &controls.list[exceptions[number].rec as usize].entity;
            let same = entity(number) == entity(partner);
            let cause = if same { Cause::WrongControlAccount } else { Cause::WrongEntity };
            twins.insert(number, (partner, cause));
            twins.insert(partner, (number, cause));
        }
    }
    twins
}

impl Bench<'_> {
    /// Classifies one exception into its items.
    pub fn items(&self, number: usize, exception: &Exception, all: &[Exception]) -> Vec<Item> {
        let items = self.items_by_side(number, exception, all);
        match &exception.carried {
            Some(carried) => vec![self.as_one(exception, carried, items)],
            None => items,
        }
    }

    /// A document that the prior run carried is one item, with the cause that fits all of it (causes.md).
    fn as_one(&self, exception: &Exception, carried: &Carried, mut items: Vec<Item>) -> Item {
        let (gl, subledger) = (exception.gl(), exception.subledger);
        let mut item = match items.len() {
            1 => items.remove(0),
            _ => {
                let first = exception.items.first().copied();
                let mut causes: Vec<Cause> = items.iter().flat_map(|item| item.causes.iter().copied()).collect();
                if subledger != 0 || causes.is_empty() {
                    causes.splice(0..0, self.amount_causes(exception, gl, subledger, first, &exception.journals));
                }
                let mut seen = HashSet::new();
                causes.retain(|cause| seen.insert(*cause));
                match subledger {
                    0 => Item::of_gl(self, exception, &exception.journals, causes),
                    _ => Item::of_both(self, exception, &exception.journals, causes),
                }
            }
        };
        item.carry(carried);
        item
    }

    fn items_by_side(&self, number: usize, exception: &Exception, all: &[Exception]) -> Vec<Item> {
        match (exception.items.is_empty() && exception.subledger == 0, exception.journals.is_empty()) {
            (true, true) => Vec::new(),
            (false, true) if self.is_exchange_alone(exception) => vec![self.exchange_item(exception)],
            (false, true) => vec![self.subledger_only(number, exception, all)],
            (true, false) => self.gl_only(number, exception, all),
            (false, false) => self.both_sides(exception),
        }
    }

    /// The causes that fit two amounts of a document, what its applications leave between two rates first.
    fn amount_causes(
        &self,
        exception: &Exception,
        gl: i64,
        subledger: i64,
        first: Option<u32>,
        journals: &[Journal],
    ) -> Vec<Cause> {
        let mut causes = amounts::causes(self, gl, subledger, first, journals);
        if exception.exchange != 0 && subledger - gl == exception.exchange {
            let cause = self.exchange_cause(exception.exchange);
            causes.retain(|known| ![cause, Cause::AmountDifference].contains(known));
            causes.insert(0, cause);
        }
        causes
    }

    /// What the ledger lacks of what applications leave: a cent or two of rounded parts, else the difference of rates.
    fn exchange_cause(&self, exchange: i64) -> Cause {
        if exchange.abs() <= self.rounding_tolerance { Cause::Rounding } else { Cause::FxRateDifference }
    }

    /// Whether all else of a document agrees, and the ledger lacks what its applications leave.
    fn is_exchange_alone(&self, exception: &Exception) -> bool {
        let agrees = exception.items.is_empty() && !exception.all_journals.is_empty();
        agrees && exception.exchange != 0 && exception.subledger == exception.exchange
    }

    fn exchange_item(&self, exception: &Exception) -> Item {
        let mut item = Item::of_subledger(self, exception, vec![self.exchange_cause(exception.exchange)]);
        item.side = "both";
        item.subledger = item.gl.map(|gl| gl - item.amount);
        item
    }

    fn items_table(&self) -> &Table {
        &self.inputs.ar_items
    }

    fn lines(&self) -> &Table {
        &self.inputs.gl_lines
    }

    /// Where a journal's lines come from.
    fn origin(&self, journal: &Journal) -> Origin {
        let sources = self.lines().text("source");
        let found = || journal.lines.iter().map(|row| origin(sources.get(*row as usize)));
        let of_subledger = |origin: &Origin| matches!(origin, Origin::Subledger | Origin::Receivables);
        let named = found().find(|origin| *origin == Origin::Receivables);
        found().find(|origin| !of_subledger(origin)).or(named).unwrap_or(Origin::Subledger)
    }

    /// The causes that speak of where a journal comes from, in their order (third group).
    fn journal_causes(&self, journal: &Journal, has_document: bool) -> Vec<Cause> {
        if journal.lines.is_empty() {
            return journal.known.clone();
        }
        let origin = self.origin(journal);
        let descriptions = self.lines().text("description");
        let says =
            |word: &str| journal.lines.iter().any(|row| descriptions.get(*row as usize).to_lowercase().contains(word));
        let offset =
            |wanted: AccountUse| self.evidence.offsets.get(&journal.id).is_some_and(|uses| uses.contains(&wanted));
        // What the subledger itself has posted was not entered by hand, also where no document is named.
        let by_hand = match origin {
            Origin::Receivables => false,
            Origin::Subledger => !has_document,
            _ => true,
        };
        let reclass = origin == Origin::Reclassification
            || (by_hand && (says("reclass") || self.evidence.reversed_later.contains(&journal.id)));
        let tests = [
            (origin == Origin::Revaluation || (by_hand && says("revaluation")), Cause::FxRevaluation),
            (origin == Origin::OtherSubledger, Cause::OtherSubledger),
            (offset(AccountUse::BadDebt), Cause::GlOnlyWriteOff),
            (by_hand && offset(AccountUse::Unapplied), Cause::UnappliedElsewhere),
            (reclass, Cause::Reclassification),
            (origin == Origin::Manual || (by_hand && !has_document), Cause::ManualJournal),
        ];
        tests.into_iter().filter(|(fits, _)| *fits).map(|(_, cause)| cause).collect()
    }

    /// Whether a journal is an ordinary posting of the subledger.
    pub fn is_subledger_posting(&self, journal: &Journal) -> bool {
        self.journal_causes(journal, true).is_empty()
    }

    /// The rows that the ledger has nowhere: those of documents that the subledger has alone, and that no test of the
    /// second group finds elsewhere. Batches are counted by them.
    pub fn missing_rows(&self, exceptions: &[Exception]) -> HashSet<u32> {
        let is_missing = |(number, exception): &(usize, &Exception)| {
            exception.journals.is_empty()
                && !exception.items.is_empty()
                && self.found_elsewhere(*number, exception).is_empty()
        };
        let missing = exceptions.iter().enumerate().filter(is_missing);
        missing.flat_map(|(_, exception)| exception.items.iter().copied()).collect()
    }

    /// The causes of the second group that fit a document that the subledger has alone.
    fn found_elsewhere(&self, number: usize, exception: &Exception) -> Vec<(Cause, Option<Elsewhere>)> {
        let amount = exception.subledger;
        let account = &self.controls.list[exception.rec as usize];
        let mut fits: Vec<(Cause, Option<Elsewhere>)> = Vec::new();
        let later = self.evidence.later_lines.get(&exception.key).into_iter().flatten();
        let of_rec = later.filter(|elsewhere| elsewhere.rec == exception.rec);
        let in_later = of_rec.filter_map(|elsewhere| self.posted_alone(elsewhere, &self.inputs.later_lines, amount));
        fits.extend(in_later.map(|elsewhere| (Cause::Cutoff, Some(elsewhere))));
        if let Some((_, cause)) = self.twins.get(&number) {
            fits.push((*cause, None));
        }
        let others = self.evidence.other_accounts.get(&exception.key).into_iter().flatten();
        // A journal that posts the number to the control account is that of another document of this number: what it
        // posts to other accounts is the other side of its own entry.
        let own = |line: &u32| {
            let id = self.lines().text("journal_id").get(*line as usize);
            exception.all_journals.iter().any(|journal| journal.id == id)
        };
        let here = others.filter(|elsewhere| elsewhere.entity == account.entity);
        let other = here.filter_map(|elsewhere| {
            let lines = elsewhere.lines.iter().copied().filter(|line| !own(line)).collect();
            self.posted_alone(&Elsewhere { lines, ..elsewhere.clone() }, self.lines(), amount)
        });
        // Where the ERP itself says that a receipt is unapplied, another account is where it belongs.
        let holds_unapplied = self.is_unapplied(exception);
        let wrong = if holds_unapplied { Cause::UnappliedElsewhere } else { Cause::WrongAccount };
        fits.extend(other.map(|elsewhere| (wrong, Some(elsewhere))));
        if self.is_one_sided_reversal(exception) {
            fits.push((Cause::OneSidedReversal, None));
        }
        let posted_same = exception
            .all_journals
            .iter()
            .any(|journal| exception.items.iter().any(|row| self.subledger.amount[*row as usize] == journal.amount));
        if posted_same {
            fits.push((Cause::DuplicateInSubledger, None));
        }
        fits
    }

    /// The part of what was found elsewhere that is the amount: all of it, or the lines of one journal, where several
    /// documents bear the number.
    fn posted_alone(&self, found: &Elsewhere, lines: &Table, amount: i64) -> Option<Elsewhere> {
        let (amount_of, ids) = (line_amounts(lines), lines.text("journal_id"));
        let sum = |rows: &[u32]| rows.iter().map(|row| amount_of(*row as usize)).sum::<i64>();
        if !found.lines.is_empty() && sum(&found.lines) == amount {
            return Some(Elsewhere { amount, ..found.clone() });
        }
        let of_journal = |first: &u32| -> Vec<u32> {
            let id = ids.get(*first as usize);
            found.lines.iter().copied().filter(|row| ids.get(*row as usize) == id).collect()
        };
        let alone = found.lines.iter().map(of_journal).find(|rows| sum(rows) == amount)?;
        Some(Elsewhere { amount, lines: alone, ..found.clone() })
    }

    /// A document that the subledger has and the control account has not.
    fn subledger_only(&self, number: usize, exception: &Exception, all: &[Exception]) -> Item {
        let mut fits = self.found_elsewhere(number, exception);
        let (unposted, rejected) = self.batch_state(exception);
        if unposted {
            fits.push((Cause::UnpostedBatch, None));
        }
        if rejected {
            fits.push((Cause::InterfaceReject, None));
        }
        fits.push((Cause::MissingInGl, None));
        fits.dedup_by_key(|(cause, _)| *cause);
        let elsewhere = fits[0].1.clone();
        let mut item = Item::of_subledger(self, exception, fits.iter().map(|(cause, _)| *cause).collect());
        item.partner = self.twins.get(&number).map(|(partner, _)| {
            let control = &self.controls.list[all[*partner].rec as usize];
            (control.entity.clone(), control.account.clone())
        });
        item.elsewhere = elsewhere.map(|e| (e, fits[0].0 == Cause::Cutoff));
        item
    }

    /// The subledger row after the period end that is the document of these journals.
    fn later_row(&self, exception: &Exception) -> Option<u32> {
        let rows = self.evidence.later_items.get(&exception.key).filter(|_| exception.key != NO_KEY)?;
        let later = || rows.iter().filter(|(rec, ..)| *rec == exception.rec);
        // All that was posted later under this number, or one of several documents that bear it.
        let all = later().map(|(_, amount, _)| amount).sum::<i64>() == exception.gl();
        later().find(|(_, amount, _)| all || *amount == exception.gl()).map(|(.., row)| *row)
    }

    /// Whether the subledger posted a document of this number and amount after the period end.
    pub fn is_posted_later(&self, rec: u16, key: u32, amount: i64) -> bool {
        let rows = self.evidence.later_items.get(&key).filter(|_| key != NO_KEY);
        rows.is_some_and(|rows| rows.iter().any(|row| (row.0, row.1) == (rec, amount)))
    }

    /// Whether journals that the GL has alone are known to be of another period, entity or control account.
    pub fn belongs_elsewhere(&self, number: usize, exception: &Exception) -> bool {
        self.later_row(exception).is_some() || self.twins.contains_key(&number)
    }

    /// What the register shows as paid of a document, and what ordinary postings under its own number take off it, both
    /// with the sign of a payment; where all else of the document agrees.
    pub fn paid_under_its_number(&self, exception: &Exception) -> Option<(i64, i64)> {
        let rows = exception.all_items.iter().chain(&exception.earlier_items).map(|row| *row as usize);
        let paid: i64 = rows.map(|row| self.subledger.open[row] - self.subledger.amount[row]).sum();
        let taken = exception.journals.iter().filter(|journal| self.pays(journal, paid)).map(|journal| journal.amount);
        let taken: i64 = taken.sum();
        let is_all_else_posted = exception.items.is_empty() && exception.subledger == 0;
        (is_all_else_posted && taken != 0).then_some((paid, taken))
    }

    /// Whether a journal can be a payment of a document of which so much is paid; one that reverses another is none.
    pub fn pays(&self, journal: &Journal, paid: i64) -> bool {
        paid != 0
            && link(self.lines(), journal).is_none()
            && journal.amount.signum() == paid.signum()
            && self.is_subledger_posting(journal)
    }

    /// Journals on the control account that the subledger does not account for.
    fn gl_only(&self, number: usize, exception: &Exception, all: &[Exception]) -> Vec<Item> {
        let known = !exception.all_items.is_empty();
        let later_row = self.later_row(exception);
        let mut whole: Vec<Cause> = Vec::new();
        if later_row.is_some() {
            whole.push(Cause::Cutoff);
        }
        if let Some((_, cause)) = self.twins.get(&number) {
            whole.push(*cause);
        }
        if !whole.is_empty() {
            whole.push(Cause::MissingInSubledger);
            let mut item = Item::of_gl(self, exception, &exception.journals, whole);
            item.partner = self.twins.get(&number).map(|(partner, _)| {
                let control = &self.controls.list[all[*partner].rec as usize];
                (control.entity.clone(), control.account.clone())
            });
            item.later_item = later_row.filter(|_| item.partner.is_none());
            return vec![item];
        }
        let mut items = Vec::new();
        let mut plain: Vec<Journal> = Vec::new();
        for journal in &exception.journals {
            let causes = self.one_journal(exception, journal, known);
            if causes.is_empty() {
                plain.push(journal.clone());
            } else {
                items.push(Item::of_gl(self, exception, std::slice::from_ref(journal), causes));
            }
        }
        if plain.is_empty() {
            return items;
        }
        let sum: i64 = plain.iter().map(|journal| journal.amount).sum();
        if sum == 0 {
            // Postings of one document that take each other back have no effect.
            return items;
        }
        let causes = match known || !exception.earlier_items.is_empty() || exception.applied != 0 {
            // The document is known, and its journals add up to another amount.
            true => {
                let subledger: i64 = exception.all_items.iter().map(|r| self.subledger.amount[*r as usize]).sum();
                let subledger = subledger + exception.applied;
                let first = exception.all_items.first().copied();
                amounts::causes(self, subledger + sum, subledger, first, &plain)
            }
            false => vec![Cause::MissingInSubledger],
        };
        let mut item = Item::of_gl(self, exception, &plain, causes);
        if known || exception.applied != 0 {
            // Beside what agrees: the item is what is too much, its sides are those of the whole document.
            let subledger: i64 = exception.all_items.iter().map(|row| self.subledger.amount[*row as usize]).sum();
            let subledger = subledger + exception.applied;
            (item.gl, item.subledger) = (Some(subledger + sum), Some(subledger));
        }
        items.push(item);
        items
    }

    /// Parts the journals of other documents that bear the number of a document of the register: then the two are
    /// classified each for itself.
    pub fn split_documents(&self, exceptions: &mut Vec<Exception>) {
        let mut parted = Vec::new();
        for exception in exceptions.iter_mut().filter(|e| !e.all_items.is_empty() || !e.earlier_items.is_empty()) {
            // The only journal beside a row can be that row's with the wrong sign: then only the customer decides.
            let by_sign = self.numbers_shared && (exception.items.is_empty() || exception.journals.len() > 1);
            let is_other: Vec<bool> =
                exception.journals.iter().map(|journal| self.is_other_document(exception, journal, by_sign)).collect();
            if !is_other.contains(&true) {
                continue;
            }
            let mut at = 0..;
            let of_others = |_: &Journal| at.next().is_some_and(|at| is_other[at]);
            let (others, own): (Vec<Journal>, Vec<Journal>) = exception.journals.drain(..).partition(of_others);
            parted.push(Exception {
                rec: exception.rec,
                key: exception.key,
                doc: None,
                items: Vec::new(),
                journals: others.clone(),
                all_items: Vec::new(),
                earlier_items: Vec::new(),
                all_journals: others,
                // A discount without a row of its own came with a document that the register does not hold.
                subledger: if exception.items.is_empty() { std::mem::take(&mut exception.subledger) } else { 0 },
                carried: None,
                maybe_late: false,
                exchange: 0,
                applied: 0,
            });
            exception.journals = own;
        }
        exceptions.extend(parted);
    }

    /// Whether a journal speaks of another document than those of its number in the subledger: of a customer that none
    /// of them has, or of the other sign where invoices and receipts bear the same numbers.
    fn is_other_document(&self, exception: &Exception, journal: &Journal, by_sign: bool) -> bool {
        let rows = || exception.all_items.iter().chain(&exception.earlier_items).map(|row| *row as usize);
        let reversals = self.lines().text("reversal_of");
        if journal.lines.iter().any(|row| !reversals.get(*row as usize).is_empty()) {
            return false;
        }
        if by_sign && rows().all(|row| self.subledger.amount[row].signum() == -journal.amount.signum()) {
            return true;
        }
        let (of_lines, of_items) = (self.lines().text("customer_id"), self.items_table().text("customer_id"));
        let is_known = |customer: &str| customer.is_empty() || rows().any(|row| of_items.get(row) == customer);
        rows().all(|row| !of_items.get(row).is_empty())
            && journal.lines.iter().all(|row| !is_known(of_lines.get(*row as usize)))
    }

    /// The causes of one leftover journal; none where it is an ordinary posting of the subledger.
    fn one_journal(&self, exception: &Exception, journal: &Journal, known: bool) -> Vec<Cause> {
        let reversals = self.lines().text("reversal_of");
        let reverses = journal.lines.iter().any(|row| !reversals.get(*row as usize).is_empty());
        let mut causes = Vec::new();
        let takes_back = exception.all_items.iter().any(|r| self.subledger.amount[*r as usize] == -journal.amount)
            || exception.all_journals.iter().any(|other| other.amount == -journal.amount);
        let reverses_known = reverses && (takes_back || exception.key == NO_KEY || !known);
        if reverses_known {
            causes.push(Cause::OneSidedReversal);
        }
        // A document of an earlier period is in the opening balances of both sides: another posting is the second.
        let mut rows = exception.all_items.iter().chain(&exception.earlier_items);
        let twice = rows.any(|row| self.subledger.amount[*row as usize] == journal.amount)
            || (exception.applied != 0 && exception.applied == journal.amount);
        if twice {
            causes.extend(exception.maybe_late.then_some(Cause::Cutoff));
            causes.push(Cause::DuplicateInGl);
        }
        causes.extend(self.journal_causes(journal, exception.key != NO_KEY));
        causes
    }

    /// Both sides have rows left, of different amounts.
    fn both_sides(&self, exception: &Exception) -> Vec<Item> {
        let (special, plain): (Vec<Journal>, Vec<Journal>) =
            exception.journals.iter().cloned().partition(|journal| !self.journal_causes(journal, true).is_empty());
        // A document posted by hand alone is compared with that posting.
        let (special, plain) = if plain.is_empty() { (Vec::new(), special) } else { (special, plain) };
        let mut items: Vec<Item> = special
            .iter()
            .map(|journal| {
                let causes = self.journal_causes(journal, true);
                Item::of_gl(self, exception, std::slice::from_ref(journal), causes)
            })
            .collect();
        let gl: i64 = plain.iter().map(|journal| journal.amount).sum();
        if gl != exception.subledger {
            let first = exception.items.first().copied();
            let causes = self.amount_causes(exception, gl, exception.subledger, first, &plain);
            items.push(Item::of_both(self, exception, &plain, causes));
        }
        items
    }

    /// Whether the ERP says that a receipt is not applied.
    fn is_unapplied(&self, exception: &Exception) -> bool {
        let statuses = self.items_table().text("status");
        exception.items.iter().any(|row| {
            let status = statuses.get(*row as usize).to_lowercase();
            ["unapp", "unid"].iter().any(|word| status.starts_with(word))
        })
    }

    /// A reversal that only the subledger has, or a document that the GL alone has reversed.
    fn is_one_sided_reversal(&self, exception: &Exception) -> bool {
        let items = self.items_table();
        let (status, reason) = (items.text("status"), items.text("reason_code"));
        let (original, memo) = (items.text("original_item_id"), items.text("memo"));
        let says_reversal = |row: usize| {
            [status.get(row), reason.get(row), memo.get(row)].iter().any(|text| {
                let text = text.to_lowercase();
                text.contains("revers") || text.contains("void")
            })
        };
        let marked = exception.items.iter().any(|row| {
            let row = *row as usize;
            !original.get(row).is_empty() && says_reversal(row)
        });
        let reversed_in_gl = exception.all_journals.len() > 1 && exception.journals.is_empty() && {
            let total: i64 = exception.all_journals.iter().map(|journal| journal.amount).sum();
            total == 0
        };
        marked || reversed_in_gl
    }

    /// Whether the documents are of a batch that was not posted, or of one of which only some rows came over.
    fn batch_state(&self, exception: &Exception) -> (bool, bool) {
        let items = self.items_table();
        let (batches, posted, status) = (items.text("batch_id"), items.flags("posted"), items.text("status"));
        let rows = exception.items.iter().map(|row| *row as usize);
        let not_posted = rows.clone().any(|row| posted[row] == Some(false));
        let says = |words: &[&str]| {
            rows.clone().any(|row| {
                let status = status.get(row).to_lowercase();
                words.iter().any(|word| status.contains(word))
            })
        };
        let batch = rows.clone().map(|row| batches.get(row)).find(|batch| !batch.is_empty());
        let counts = batch.and_then(|batch| self.evidence.batches.get(&(exception.rec, batch.to_owned())));
        let whole_batch = counts.is_some_and(|(all, missing)| all == missing && *all > 1);
        let part_of_batch = counts.is_some_and(|(all, missing)| missing < all && *missing > 1);
        (not_posted || whole_batch || says(&["unposted"]), says(&["reject", "error", "failed"]) || part_of_batch)
    }
}

/// The amount of an optional money column of a document.
pub fn part(items: &Table, column: &str, row: u32) -> Option<i64> {
    items.money(column).get(row as usize).copied().filter(|units| *units != NO_MONEY && *units != 0)
}
