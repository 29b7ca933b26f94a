//! One cause for each payment: the first that fits in the order of causes.md (C08, C09, C05, C02, C01; C14, C06, C07,
//! C04, C12, C18, C13; C10, C11, C03; C16, C17, C15, C00, C99), and one plain sentence.

use super::Researched;
use super::answer::{Answer, Rule};
use super::applied::Applied;
use super::book::{Book, Items};
use super::causes::{CashCause, ShortPay};
use super::passes::Case;
use super::payers::Known;
use super::payment::{Advices, Payment};
use super::short_pay::{Papers, Short};
use super::words::Words;
use crate::matching::references::{compact, rows_of};
use crate::model::Date;
use crate::model::money::grouped;
use hashbrown::{HashMap, HashSet};

/// A customer that paid the same whole amount so often pays on account.
const RECURRING: usize = 2;

/// Everything that a decision looks at.
pub struct Bench<'b, 'a> {
    /// The register.
    pub book: &'b Book<'a>,
    /// Terms, lines, prices, cases, rates.
    pub papers: &'b Papers<'a>,
    /// Remittance advices.
    pub advices: &'b Advices<'a>,
    /// What the payments were applied to.
    pub applied: &'b Applied<'a>,
    /// What the closed documents that they name were settled by.
    pub settled: &'b Applied<'a>,
    /// Receipts of one reference.
    pub twins: Twins<'a>,
    /// How many receipts of whole hundreds each customer sent, by amount.
    pub whole: HashMap<(&'a str, i64), usize>,
    /// The last day that counts.
    pub period_end: i32,
}

/// Whole hundreds, in ten-thousandths.
const WHOLE: i64 = 1_000_000;

/// How many receipts of whole hundreds each customer sent, by amount.
pub fn whole_amounts<'a>(items: &Items<'a>) -> HashMap<(&'a str, i64), usize> {
    let mut found = HashMap::new();
    for row in (0..items.count()).filter(|row| items.amount[*row] % WHOLE == 0 && items.is_receipt(*row)) {
        *found.entry((items.customer.get(row), -items.amount[row])).or_default() += 1;
    }
    found
}

/// Receipts by entity and the bank's reference: those references that open payments have.
pub type Twins<'a> = HashMap<(&'a str, String), Vec<u32>>;

/// Every receipt with a reference that an open one has.
pub fn twins<'a>(items: &Items<'a>, cases: &[Case<'a>]) -> Twins<'a> {
    let wanted: HashSet<String> = cases.iter().map(|case| compact(case.payment.reference)).collect();
    let mut twins: Twins<'a> = HashMap::new();
    for (key, row) in rows_of(items.reference, &wanted, |row| items.is_receipt(row)) {
        twins.entry((items.entity.get(row as usize), key.to_owned())).or_default().push(row);
    }
    twins.values_mut().for_each(|of| of.sort_by_cached_key(|row| items.order(*row)));
    twins
}

impl<'a> Bench<'_, 'a> {
    /// Decides one case.
    pub fn decide(&self, mut case: Case<'a>) -> Researched<'a> {
        self.add_short(&mut case);
        let cause = self.cause(&case);
        let explanation = self.explain(&case, cause);
        if let (CashCause::Instalment, Some(answer)) = (cause, &mut case.answer) {
            // What a part leaves open is still to come; nothing was deducted.
            answer.short = None;
        }
        if let Some(later) = case.later.take() {
            case.answer = Some(later);
        }
        Researched { case, cause, explanation }
    }

    /// Says why a payment is short, and lets the document that it is short of bear it.
    fn add_short(&self, case: &mut Case<'a>) {
        let Some(answer) = case.answer.as_ref().filter(|answer| answer.shortfall > 0) else { return };
        let shortfall = answer.shortfall;
        let mut docs: Vec<u32> = case.named.open.iter().map(|mention| mention.row).collect();
        docs.extend(answer.parts.iter().map(|part| part.row));
        docs.sort_unstable();
        docs.dedup();
        docs.sort_by_cached_key(|row| self.book.items.order(*row));
        let asked = case.asked();
        let short = match self.papers.is_fee(&asked, shortfall) && !self.is_component(&docs, shortfall) {
            true => Short { code: ShortPay::BankCharge, amount: shortfall, row: None, also: Vec::new() },
            false => self.papers.why(self.book, &asked, self.advices, &docs, shortfall),
        };
        let answer = case.answer.as_mut();
        if let (Some(answer), Some(bearer)) = (answer, short.row.or(docs.last().copied().filter(|_| docs.len() == 1))) {
            self.let_bear(answer, &docs, bearer, case.payment.currency);
            answer.short = Some(Short { row: Some(bearer), ..short });
        } else if let Some(answer) = case.answer.as_mut() {
            answer.short = Some(short);
        }
    }

    /// Whether a document's own freight or tax is just what is missing: better evidence than a usual fee.
    fn is_component(&self, docs: &[u32], short: i64) -> bool {
        let items = &self.book.items;
        docs.iter().any(|row| items.freight(*row) == short || items.tax(*row) == short)
    }

    /// The other documents are paid in full; this one takes the shortfall.
    fn let_bear(&self, answer: &mut Answer, docs: &[u32], bearer: u32, currency: &str) {
        if answer.rule != Rule::ReferencePartial || docs.len() < 2 || !answer.credits.is_empty() {
            return;
        }
        let short = answer.shortfall;
        let open = |row: u32| self.book.items.open_in(row, currency).unwrap_or(0);
        // What a document lacks is not more than it is open for, and what is paid is paid once.
        if short > open(bearer) || docs.iter().any(|row| open(*row) < 0) {
            return;
        }
        answer.parts = docs
            .iter()
            .map(|row| {
                let amount = if *row == bearer { open(*row) - short } else { open(*row) };
                super::answer::Part { row: *row, amount, discount: 0 }
            })
            .filter(|part| part.amount > 0)
            .collect();
    }

    /// The first cause that fits.
    fn cause(&self, case: &Case<'a>) -> CashCause {
        self.of_what_came_after(case)
            .or_else(|| self.of_contradiction(case))
            .or_else(|| self.of_reference(case))
            .or_else(|| self.without_reference(case))
            .unwrap_or_else(|| self.of_rest(case))
    }

    /// What was taken back, or whose document something else settled after the period end.
    fn of_what_came_after(&self, case: &Case<'a>) -> Option<CashCause> {
        if case.undone.is_some() {
            return Some(CashCause::Unresolved);
        }
        let (_, is_receipt) = case.settled_later.as_ref()?;
        Some(if *is_receipt { CashCause::DuplicatePayment } else { CashCause::Unresolved })
    }

    /// Who and what contradicts: paid before, entered twice, another entity, another payer, nobody.
    fn of_contradiction(&self, case: &Case<'a>) -> Option<CashCause> {
        let named = &case.named;
        if case.rival.is_some() || (named.open.is_empty() && self.paid_before(case).is_some()) {
            return Some(CashCause::DuplicatePayment);
        }
        if named.open.is_empty() && self.twin_of(&case.payment).is_some() {
            return Some(CashCause::DuplicateDeposit);
        }
        if !named.elsewhere.is_empty() {
            return Some(CashCause::OtherEntity);
        }
        let items = &self.book.items;
        let own = |row: u32| case.payer.pays_for(items.customer.get(row as usize));
        let mut rows: Vec<u32> =
            case.answer.iter().flat_map(|answer| answer.parts.iter().map(|part| part.row)).collect();
        if rows.is_empty() {
            rows.extend(named.open.iter().map(|mention| mention.row));
        }
        let is_for_others = !rows.is_empty() && !rows.iter().any(|row| own(*row));
        match case.payer.known {
            Known::Unknown | Known::Alike => Some(CashCause::PayerUnknown),
            Known::Seen | Known::Alias => Some(CashCause::RelatedPayer),
            _ if is_for_others && case.answer.as_ref().is_none_or(|answer| answer.rule != Rule::ReferenceElsewhere) => {
                Some(CashCause::RelatedPayer)
            }
            _ => None,
        }
    }

    /// What the reference leads to.
    fn of_reference(&self, case: &Case<'a>) -> Option<CashCause> {
        let words = || Words::of(case.payment.texts.iter().copied());
        let answer = case.answer.as_ref().filter(|answer| by_reference(answer.rule));
        let Some(answer) = answer else {
            let is_rest = case.payment.amount < case.payment.whole && case.named.open.is_empty();
            return is_rest.then_some(CashCause::Overpayment);
        };
        let documents = answer.parts.len().max(case.named.open.len());
        if !answer.credits.is_empty() {
            return Some(CashCause::CreditMemoNetted);
        }
        if answer.parts.len() > 1 && answer.shortfall == 0 && answer.excess == 0 {
            return Some(CashCause::AggregatePayment);
        }
        if answer.rule == Rule::Instalments || (documents == 1 && answer.shortfall > 0 && words().is_instalment()) {
            return Some(CashCause::Instalment);
        }
        if matches!(answer.rule, Rule::ReferenceGarbled | Rule::AmountAndNearReference) && answer.is_exact {
            return Some(CashCause::ReferenceGarbled);
        }
        if answer.excess > 0 {
            return Some(CashCause::Overpayment);
        }
        match answer.short.as_ref().map(|short| short.code) {
            Some(ShortPay::BankCharge) => Some(CashCause::FeeNetted),
            Some(_) => Some(CashCause::ShortPayment),
            None => None,
        }
    }

    /// Causes of payments that name nothing.
    fn without_reference(&self, case: &Case<'a>) -> Option<CashCause> {
        let named = &case.named;
        if !named.is_nothing() || !named.strangers.is_empty() || case.answer.as_ref().is_some_and(|a| named_it(a.rule))
        {
            return None;
        }
        let words = Words::of(case.payment.texts.iter().copied());
        if words.is_no_sale() {
            return Some(CashCause::NonArReceipt);
        }
        let is_ordered = case.answer.as_ref().is_some_and(|answer| answer.rule == Rule::OrderInvoiced);
        if is_ordered || words.is_prepayment() || !self.owes_anything(case) {
            return Some(CashCause::Prepayment);
        }
        if words.is_on_account() || self.is_recurring(case) {
            return Some(CashCause::OnAccount);
        }
        let has_number = case.payment.texts.iter().any(|text| self.book.has_number_of_its_shape(text));
        (!has_number || case.answer.is_some()).then_some(CashCause::ReferenceMissing)
    }

    /// What is left: another customer's document, the rest of the list.
    fn of_rest(&self, case: &Case<'a>) -> CashCause {
        if case.answer.is_none() && !case.named.strangers.is_empty() {
            return CashCause::Misapplied;
        }
        if case.later.is_some() || case.cleared_on.is_some() {
            return CashCause::PostingBacklog;
        }
        let agrees = |answer: &Answer| answer.is_exact && (answer.reference_agrees || answer.advice_agrees);
        match case.answer.as_ref().is_some_and(agrees) {
            true => CashCause::NotYetApplied,
            false => CashCause::Unresolved,
        }
    }

    /// The receipt that settled a closed document which this payment names, for the same amount.
    fn paid_before(&self, case: &Case<'a>) -> Option<(u32, &'a str)> {
        let (items, payment) = (&self.book.items, &case.payment);
        case.named.closed.iter().find_map(|row| {
            let is_same = items.amount[*row as usize] == payment.amount;
            let of = self.settled.of(payment.entity, items.id.get(*row as usize));
            let by = of.filter(|one| one.day <= self.period_end && self.settled.from(*one) != payment.id);
            let mut others = by.filter(|one| {
                (is_same || one.amount == payment.amount) && !self.is_twin(payment, self.settled.from(*one))
            });
            Some((*row, self.settled.from(others.next()?)))
        })
    }

    fn is_twin(&self, payment: &Payment<'a>, receipt: &str) -> bool {
        self.twins_of(payment).any(|twin| self.book.items.id.get(twin as usize) == receipt)
    }

    /// Receipts of the same entity, reference, customer, amount, day and text.
    fn twins_of(&self, payment: &Payment<'a>) -> impl Iterator<Item = u32> + '_ {
        let items = &self.book.items;
        let own = payment.receipt();
        let key = (payment.entity, compact(payment.reference));
        let all = self.twins.get(&key).map(Vec::as_slice).filter(|_| !key.1.is_empty()).unwrap_or_default();
        all.iter().copied().filter(move |twin| {
            own.is_some_and(|own| {
                let (twin, mine) = (*twin as usize, own as usize);
                twin != mine
                    && items.amount[twin] == items.amount[mine]
                    && items.day(twin as u32) == items.day(own)
                    && items.customer.get(twin) == items.customer.get(mine)
                    && (same_or_blank(items.memo.get(twin), items.memo.get(mine)))
            })
        })
    }

    /// The receipt that this one is a second entry of: one that is applied, or an open one of a lower number.
    fn twin_of(&self, payment: &Payment<'a>) -> Option<&'a str> {
        let items = &self.book.items;
        let id = |row: u32| items.id.get(row as usize);
        self.twins_of(payment).find(|twin| items.open[*twin as usize] == 0 || id(*twin) < payment.id).map(id)
    }

    /// Whether the payer's customers, or their children, have any open debit.
    fn owes_anything(&self, case: &Case<'a>) -> bool {
        let owes = |customer: &str| {
            let open = self.book.open_of(case.payment.entity, customer);
            open.iter().any(|row| self.book.items.open[*row as usize] > 0)
        };
        let customers = &case.payer.customers;
        customers
            .iter()
            .any(|customer| owes(customer) || self.book.children_of(customer).iter().any(|child| owes(child)))
    }

    /// Whether the customer has sent the same whole amount before without a reference. Whole: no cents, and hundreds.
    fn is_recurring(&self, case: &Case<'a>) -> bool {
        let amount = case.payment.amount;
        if amount % WHOLE != 0 || case.payment.texts.iter().any(|text| text.chars().any(|c| c.is_ascii_digit())) {
            return false;
        }
        let Some(customer) = case.payer.customer() else { return false };
        self.whole.get(&(customer, amount)).is_some_and(|count| *count > RECURRING)
    }

    fn explain(&self, case: &Case<'a>, cause: CashCause) -> String {
        Sentence { bench: self, case }.of(cause)
    }
}

/// Whether two texts do not contradict each other: interfaces cut the text of one of them off.
fn same_or_blank(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one == other
}

/// Whether a rule starts from what the payment names.
fn by_reference(rule: Rule) -> bool {
    !matches!(rule, Rule::AmountSingle | Rule::AmountCombination | Rule::OrderInvoiced | Rule::AppliedLater)
}

fn named_it(rule: Rule) -> bool {
    by_reference(rule) && rule != Rule::Accepted
}

/// The sentence about a receipt that was applied to the wrong customer.
pub fn misapplied(book: &Book<'_>, case: &Case<'_>, settled: &[u32]) -> String {
    let items = &book.items;
    let list = |rows: &[u32]| rows.iter().map(|row| items.id.get(*row as usize)).collect::<Vec<_>>().join(", ");
    let answer = case.answer.as_ref();
    let named: Vec<u32> = answer.iter().flat_map(|answer| answer.rows()).collect();
    let customer = named.first().map_or("", |row| items.customer.get(*row as usize));
    format!(
        "Applied to {} of {}, but its text names {} of {customer}, which is open for the same amount",
        list(settled),
        case.payment.customer,
        list(&named)
    )
}

/// Forms the sentence for one case.
struct Sentence<'s, 'b, 'a> {
    bench: &'s Bench<'b, 'a>,
    case: &'s Case<'a>,
}

impl Sentence<'_, '_, '_> {
    fn of(&self, cause: CashCause) -> String {
        let case = self.case;
        let items = &self.bench.book.items;
        let answer = case.answer.as_ref();
        let documents = answer
            .map_or_else(String::new, |answer| self.list(&answer.parts.iter().map(|p| p.row).collect::<Vec<_>>()));
        let money = |units: i64| grouped(i128::from(units), 2);
        let short = answer.map_or(0, |answer| answer.shortfall);
        let payer = self.payer();
        if let Some(undone) = &case.undone {
            return format!("{undone}: nothing is left to apply");
        }
        if let Some((settled, _)) = case.settled_later.as_ref().filter(|_| case.later.is_none()) {
            return format!("Pays {documents}, but {settled}");
        }
        match cause {
            CashCause::DuplicatePayment => match (case.rival, self.bench.paid_before(case)) {
                (Some(rival), _) => format!("{rival} claims the same documents and goes before it"),
                (None, Some((row, by))) => {
                    format!("Pays {} a second time: {by} settled it", items.id.get(row as usize))
                }
                (None, None) => "Pays a second time".to_owned(),
            },
            CashCause::DuplicateDeposit => {
                let twin = self.bench.twin_of(&case.payment).unwrap_or("another receipt");
                format!("Entered twice: {twin} has the same reference {}, amount and day", case.payment.reference)
            }
            CashCause::OtherEntity => {
                let row = case.named.elsewhere.first().copied().unwrap_or_default() as usize;
                format!("Names {}, which is a document of entity {}", items.id.get(row), items.entity.get(row))
            }
            CashCause::PayerUnknown if case.payer.known == Known::Alike => {
                let like = format!(
                    "Nobody knows the payer {payer}; its name is like that of {}",
                    case.payer.customers.join(", ")
                );
                if documents.is_empty() { like } else { format!("{like}, of whom {documents} has the amount") }
            }
            CashCause::PayerUnknown if documents.is_empty() => {
                format!("Nobody knows the payer {payer}, and it names no document")
            }
            CashCause::PayerUnknown => format!("Nobody knows the payer {payer}; what it says leads to {documents}"),
            CashCause::RelatedPayer if documents.is_empty() => {
                format!(
                    "Came from {}, who paid for {} before; it names no open document",
                    self.sender(),
                    case.payer.customers.join(", ")
                )
            }
            CashCause::RelatedPayer => {
                let row = answer.and_then(|answer| answer.parts.first()).map_or(0, |part| part.row) as usize;
                format!("Came from {} for {documents} of {}", self.sender(), items.customer.get(row))
            }
            CashCause::CreditMemoNetted => {
                let credits = self.list(&answer.map(|answer| answer.credits.clone()).unwrap_or_default());
                format!("Pays {documents} less the open credit {credits}")
            }
            CashCause::AggregatePayment => {
                format!("One payment for {} documents: {documents}", answer.map_or(0, |a| a.parts.len()))
            }
            CashCause::Instalment => format!("One of several payments for {documents}"),
            CashCause::ReferenceGarbled => {
                format!("Names {documents} in another spelling; amount and payer agree{}", self.but())
            }
            CashCause::Overpayment => match answer.map_or(0, |answer| answer.excess) {
                0 => format!("{} is left over after what it was applied to", money(case.payment.amount)),
                excess => format!("Pays {documents} and {} more", money(excess)),
            },
            CashCause::FeeNetted => {
                format!("Pays {documents} less charges of {} that bank or payment service kept", money(short))
            }
            CashCause::ShortPayment => {
                let code =
                    answer.and_then(|answer| answer.short.as_ref()).map_or(ShortPay::Unclassified, |short| short.code);
                format!("Pays {documents} short by {}: {}", money(short), code.words())
            }
            CashCause::Prepayment if !documents.is_empty() => format!("Paid before {documents} was billed"),
            CashCause::Prepayment => {
                "Paid for what is not billed yet: the words say so, or the customer owes nothing".to_owned()
            }
            CashCause::OnAccount => {
                "The customer pays on account: the words say so, or it is an amount that comes again and again"
                    .to_owned()
            }
            CashCause::ReferenceMissing | CashCause::Unresolved if documents.is_empty() && !case.refused.is_empty() => {
                let refused: Vec<String> = case.refused.iter().map(|decision| decision.invoices.join(", ")).collect();
                format!("Nothing else fits than what was refused: {}", refused.join("; "))
            }
            CashCause::ReferenceMissing if documents.is_empty() => {
                "Says nothing about what it is for, and no open document or few together have the amount".to_owned()
            }
            CashCause::ReferenceMissing => format!("Says nothing about what it is for; {documents} has the amount"),
            CashCause::Misapplied => {
                let row = case.named.strangers.first().copied().unwrap_or_default() as usize;
                let by = match case.payment.customer {
                    "" => format!("Came from {} of {}", self.sender(), case.payer.customers.join(", ")),
                    customer => format!("Booked under {customer}"),
                };
                format!("{by}, but names {} of {}", items.id.get(row), items.customer.get(row))
            }
            CashCause::NonArReceipt => "No payment of a customer's invoice, as its words say".to_owned(),
            CashCause::PostingBacklog => {
                let later =
                    case.later.as_ref().map(|later| self.list(&later.parts.iter().map(|p| p.row).collect::<Vec<_>>()));
                match (later, case.cleared_on.map(Date::from_days)) {
                    (Some(later), None) => format!("Received in the period and applied after it, to {later}"),
                    (Some(later), Some(day)) => format!("Received in the period and cleared on {day}, with {later}"),
                    (None, Some(day)) => format!("Received in the period and cleared after it, on {day}"),
                    (None, None) => "Received in the period and applied after it".to_owned(),
                }
            }
            CashCause::NotYetApplied => match self.but() {
                but if but.is_empty() => format!("Reference and amount agree with {documents}: apply it"),
                but => format!("Reference and amount agree with {documents}{but}"),
            },
            CashCause::Unresolved if !case.named.closed.is_empty() => {
                format!("Names {}, which is closed, for another amount", self.list(&case.named.closed))
            }
            CashCause::Unresolved => match case.named.open.first().map(|mention| mention.row) {
                Some(row) if !items.currency(row).eq_ignore_ascii_case(case.payment.currency) => {
                    let (id, currency) = (items.id.get(row as usize), items.currency(row));
                    format!("Names {id}, which is in {currency}; the payment is in {}", case.payment.currency)
                }
                Some(_) if documents.is_empty() => {
                    let rows: Vec<u32> = case.named.open.iter().map(|mention| mention.row).collect();
                    format!("Names {}, which is open and does not fit", self.list(&rows))
                }
                Some(_) => format!("Names {documents}, and something contradicts it"),
                None if !documents.is_empty() => format!("{documents} would fit, but what it says is not certain"),
                None => "Names a number that no file has".to_owned(),
            },
        }
    }

    fn list(&self, rows: &[u32]) -> String {
        /// So many numbers are written out.
        const SHOWN: usize = 5;
        let ids: Vec<&str> = rows.iter().take(SHOWN).map(|row| self.bench.book.items.id.get(*row as usize)).collect();
        match rows.len().saturating_sub(SHOWN) {
            0 => ids.join(", "),
            more => format!("{} and {more} more", ids.join(", ")),
        }
    }

    /// The first thing that speaks against the answer, as the end of a sentence.
    fn but(&self) -> String {
        let against = self.case.answer.as_ref().and_then(|answer| answer.against.first());
        against.map_or_else(String::new, |against| format!(", but {against}"))
    }

    /// The payer, as what a payment came from.
    fn sender(&self) -> String {
        match (self.case.payment.payer_name, self.case.payment.payer_account) {
            ("", account) if !account.is_empty() => format!("account {account}"),
            _ => self.payer(),
        }
    }

    fn payer(&self) -> String {
        let payment = &self.case.payment;
        match (payment.payer_name, payment.payer_account, payment.customer) {
            ("", "", "") => "(no name, no account)".to_owned(),
            ("", "", customer) => customer.to_owned(),
            ("", account, _) => format!("with account {account}"),
            (name, ..) => name.to_owned(),
        }
    }
}
