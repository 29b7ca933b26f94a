//! The subledger at the period end: functional amounts, and open amounts rolled back to that day
//! (contract, "How figures are formed").

use super::Inputs;
use super::control::{Controls, NO_REC};
use crate::diag::{Finding, Place, Result};
use crate::matching::keys::{KeyIndex, NO_KEY};
use crate::model::cells::Cells;
use crate::model::money::{self, Document};
use crate::model::rational::convert;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{Currency, Date, DocKey, Money, Table, TextColumn};
use crate::normalise::plan::Setting;
use crate::normalise::source::Reject;
use hashbrown::HashMap;
use rust_decimal::Decimal;
use std::borrow::Cow;

/// One figure a document: everything the reconciliations need of `ar_items`.
#[derive(Debug, Default)]
pub struct Subledger {
    /// The reconciliation of each document.
    pub rec: Vec<u16>,
    /// The number of each document's key.
    pub key: Vec<u32>,
    /// Posting date, in days.
    pub posting: Vec<i32>,
    /// Functional amount, ten-thousandths.
    pub amount: Vec<i64>,
    /// Functional open amount at the period end.
    pub open: Vec<i64>,
    /// Open amount at the period end in the document's own currency.
    pub document_open: Vec<i64>,
    /// Discounts and write-offs of applications without a document of their own.
    pub settlements: Vec<Settlement>,
}

/// A discount or write-off that an application carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// The reconciliation.
    pub rec: u16,
    /// The key of the document that was applied.
    pub from_key: u32,
    /// The key of the document it was applied to.
    pub to_key: u32,
    /// When.
    pub date: i32,
    /// The posting to the subledger: negative for a discount taken.
    pub amount: i64,
    /// Of which write-off.
    pub write_off: i64,
}

/// Where the open amounts of one source come from: registers of one close may differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum OpenBasis {
    /// The register's own open amounts.
    Register,
    /// Amounts less the applications up to the period end.
    Applications,
    /// Closed where the cleared date is on or before the period end.
    ClearedDate,
    /// Nothing says what is settled: every amount is taken for open.
    Amounts,
}

/// Posting date of each row: the document date where none is given.
pub fn posting_dates(items: &Table) -> Vec<i32> {
    let (posting, document) = (items.dates("posting_date"), items.dates("document_date"));
    posting
        .iter()
        .zip(document.iter())
        .map(|(posting, document)| if *posting == NO_DATE { *document } else { *posting })
        .collect()
}

/// Rates by currency and date.
struct Rates<'a> {
    by_day: HashMap<(&'a str, i32), Decimal>,
}

impl<'a> Rates<'a> {
    fn new(table: &'a Table) -> Rates<'a> {
        let (currencies, dates, rates) = (table.text("currency"), table.dates("date"), table.decimals("rate"));
        let by_day =
            (0..table.len()).filter_map(|row| Some(((currencies.get(row), dates[row]), rates[row]?))).collect();
        Rates { by_day }
    }
}

/// Functional amounts of every document.
pub struct Functional {
    /// Amount by row, ten-thousandths.
    pub amount: Vec<i64>,
    /// The rate that an open amount is converted with; `None` where it needs none.
    rate: HashMap<u32, Decimal>,
    /// Rows that have neither a functional amount nor a rate: (row of the table, reject).
    pub rejects: Vec<(u32, Reject)>,
}

/// Forms the functional amount of every document: `functional_amount`, else `amount` where the currency is
/// functional, else `amount` times its rate, rounded per document.
pub fn functional_amounts(items: &Table, rates: &Table, setting: &Setting) -> Functional {
    let rates = Rates::new(rates);
    let (entities, currencies) = (items.text("entity"), items.text("currency"));
    let (own, amounts) = (items.money("functional_amount"), items.money("amount"));
    let own_rates = items.decimals("exchange_rate");
    let posting = posting_dates(items);
    let mut out = Functional { amount: Vec::with_capacity(items.len()), rate: HashMap::new(), rejects: Vec::new() };
    let mut last: Option<(&str, &str, bool, Currency)> = None;
    for row in 0..items.len() {
        let (entity, currency) = (entities.get(row), currencies.get(row));
        let (same, functional) = match last {
            Some((e, c, same, functional)) if e == entity && c == currency => (same, functional),
            _ => {
                let functional = setting.functional(entity);
                let same = currency.is_empty() || currency.eq_ignore_ascii_case(functional.code());
                last = Some((entity, currency, same, functional));
                (same, functional)
            }
        };
        if same && own[row] == NO_MONEY {
            out.amount.push(amounts[row]);
            continue;
        }
        let rate = own_rates[row].or_else(|| rates.by_day.get(&(currency, posting[row])).copied());
        if let (false, Some(rate)) = (same, rate) {
            out.rate.insert(row as u32, rate);
        }
        if own[row] != NO_MONEY {
            out.amount.push(own[row]);
            continue;
        }
        let converted = rate.and_then(|rate| {
            convert::<Document, money::Functional>(Money::from_units(amounts[row]), rate, functional.decimals())
        });
        out.amount.push(converted.map_or(0, Money::units));
        if converted.is_none() {
            let reject = Reject {
                row: items.places.get(row).map_or(0, |place| place.row),
                column: "exchange_rate".to_owned(),
                value: currency.to_owned(),
                code: "T3101",
                reason: format!(
                    "has no functional amount and no rate for {}; give functional_amount, exchange_rate or a rate of \
                     that day in exchange_rates",
                    Date::from_days(posting[row])
                ),
            };
            out.rejects.push((row as u32, reject));
        }
    }
    out
}

/// What applications say of one document.
#[derive(Clone, Copy, Default)]
struct Applied {
    /// Moved by applications after the period end.
    after: i64,
    /// Moved by applications up to it.
    before: i64,
    any: bool,
}

impl Subledger {
    /// Forms the subledger at the period end.
    ///
    /// # Errors
    /// When a document cannot be given to a control account.
    pub fn new(
        inputs: &Inputs,
        controls: &Controls,
        setting: &Setting,
        functional: Functional,
        keys: &KeyIndex,
        item_keys: Vec<u32>,
    ) -> Result<(Subledger, Vec<Finding>)> {
        let items = inputs.ar_items.as_ref();
        let (rec, mut findings) = controls.of_items(items, &inputs.source_names)?;
        let posting = posting_dates(items);
        let (applied, settlements) = applications(inputs, setting, keys, &item_keys, &rec, items, &mut findings);
        let bases = open_bases(items, &applied);
        let cleared = items.dates("cleared_date");
        let (amounts, opens) = (items.money("amount"), items.money("open_amount"));
        let own_open = items.money("functional_open_amount");
        let end = setting.period_end.days();
        let mut document_open = Vec::with_capacity(items.len());
        let mut open = Vec::with_capacity(items.len());
        for row in 0..items.len() {
            let of_item = applied.get(&(row as u32)).copied().unwrap_or_default();
            let has_cleared = cleared[row] != NO_DATE;
            let basis = items.places.get(row).and_then(|place| bases.get(place.source as usize));
            let at_end = match basis.copied().unwrap_or(OpenBasis::Amounts) {
                OpenBasis::Register if opens[row] != NO_MONEY => {
                    let reopened = has_cleared && cleared[row] > end && !of_item.any && opens[row] == 0;
                    if reopened { amounts[row] } else { opens[row] + of_item.after }
                }
                OpenBasis::ClearedDate if has_cleared && cleared[row] <= end => 0,
                OpenBasis::Applications => amounts[row] + of_item.before,
                _ => amounts[row],
            };
            document_open.push(at_end);
            open.push(functional_open(
                row,
                at_end,
                opens[row],
                own_open[row],
                amounts[row],
                &functional,
                setting,
                items,
            ));
        }
        let subledger =
            Subledger { rec, key: item_keys, posting, amount: functional.amount, open, document_open, settlements };
        Ok((subledger, findings))
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.rec.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.rec.is_empty()
    }
}

/// What each source says of open amounts: its own, else the applications that touch it, else its cleared dates.
fn open_bases(items: &Table, applied: &HashMap<u32, Applied>) -> Vec<OpenBasis> {
    let (opens, cleared) = (items.money("open_amount"), items.dates("cleared_date"));
    let mut bases = vec![OpenBasis::Amounts; source_count(items)];
    for (row, place) in items.places.iter().enumerate() {
        let says = if opens[row] != NO_MONEY {
            OpenBasis::Register
        } else if applied.contains_key(&(row as u32)) {
            OpenBasis::Applications
        } else if cleared[row] != NO_DATE {
            OpenBasis::ClearedDate
        } else {
            OpenBasis::Amounts
        };
        let best = &mut bases[place.source as usize];
        *best = says.min(*best);
    }
    bases
}

#[allow(clippy::too_many_arguments, reason = "the parts of one row")]
fn functional_open(
    row: usize,
    at_end: i64,
    register_open: i64,
    own_open: i64,
    amount: i64,
    functional: &Functional,
    setting: &Setting,
    items: &Table,
) -> i64 {
    if own_open != NO_MONEY && at_end == register_open {
        return own_open;
    }
    if at_end == 0 {
        return 0;
    }
    if at_end == amount {
        return functional.amount[row];
    }
    let Some(rate) = functional.rate.get(&(row as u32)) else {
        return if functional.amount[row] == amount {
            at_end
        } else {
            proportional(at_end, functional.amount[row], amount)
        };
    };
    let decimals = setting.functional(items.text("entity").get(row)).decimals();
    convert::<Document, money::Functional>(Money::from_units(at_end), *rate, decimals).map_or(at_end, Money::units)
}

/// The functional part of an open amount where only the document's two amounts are known.
fn proportional(open: i64, functional: i64, amount: i64) -> i64 {
    if amount == 0 {
        return open;
    }
    let exact = i128::from(open) * i128::from(functional);
    let (whole, cent) = (i128::from(amount), 100_i128);
    let rounded = (exact * 2 + exact.signum() * whole.abs() * cent) / (whole * 2 * cent) * cent;
    i64::try_from(rounded).unwrap_or(open)
}

/// Whether some source gives no open amount at all, so that earlier applications have to form it.
fn lacks_open_amounts(items: &Table, opens: &Cells<i64>) -> bool {
    let mut seen = vec![(false, false); source_count(items)];
    for (place, open) in items.places.iter().zip(opens.iter()) {
        let (exists, given) = &mut seen[place.source as usize];
        *exists = true;
        *given |= *open != NO_MONEY;
    }
    seen.into_iter().any(|(exists, given)| exists && !given)
}

/// One more than the highest number of a source.
fn source_count(items: &Table) -> usize {
    items.places.iter().map(|place| place.source as usize + 1).max().unwrap_or(0)
}

/// The documents that the two ends of an application may mean, where numbers are used more than once: by several
/// entities, or by an invoice and a receipt. Rows of the register up to the period end come first, then later ones.
struct Ends<'a> {
    tables: [EndColumns<'a>; 2],
}

/// What tells the documents of one table apart.
struct EndColumns<'a> {
    entities: &'a TextColumn,
    customers: &'a TextColumn,
    currencies: &'a TextColumn,
    amounts: &'a Cells<i64>,
}

impl<'a> EndColumns<'a> {
    fn new(items: &'a Table) -> EndColumns<'a> {
        EndColumns {
            entities: items.text("entity"),
            customers: items.text("customer_id"),
            currencies: items.text("currency"),
            amounts: items.money("amount"),
        }
    }
}

/// One document that an end may mean.
#[derive(Clone, Copy)]
struct End<'a> {
    row: u32,
    entity: &'a str,
    customer: &'a str,
    currency: &'a str,
    amount: i64,
}

impl<'a> Ends<'a> {
    fn end(&self, row: u32) -> End<'a> {
        let first = self.tables[0].amounts.len();
        let (table, at) = if (row as usize) < first { (0, row as usize) } else { (1, row as usize - first) };
        let columns = &self.tables[table];
        End {
            row,
            entity: columns.entities.get(at),
            customer: columns.customers.get(at),
            currency: columns.currencies.get(at),
            amount: columns.amounts[at],
        }
    }

    /// The two documents that belong together best: of one entity, a credit that settles a debit, of one currency and
    /// customer, for the amount that moved. Only rows of the register up to the period end are returned.
    fn pair(&self, from: &[u32], to: &[u32], entity: &str, moved: (i64, i64)) -> (Option<u32>, Option<u32>) {
        let of_entity = |rows: &[u32]| -> Vec<End<'a>> {
            let ends = rows.iter().map(|row| self.end(*row));
            ends.filter(|end| entity.is_empty() || end.entity == entity).collect()
        };
        let (from, to) = (of_entity(from), of_entity(to));
        let (from, to) = match (from.as_slice(), to.as_slice()) {
            // Two documents of one sign settle nothing: one of the numbers is that of another document, not held here.
            ([from], [to]) if from.amount.signum() * to.amount.signum() > 0 => {
                (Some(*from).filter(|end| end.amount < 0), Some(*to).filter(|end| end.amount > 0))
            }
            // Nor does one entity's receipt settle another customer's invoice of another entity.
            ([from], [to]) if from.entity != to.entity && from.customer != to.customer => (Some(*from), None),
            ([from], [to]) => (Some(*from), Some(*to)),
            ([], to) => (None, to.iter().copied().min_by_key(|end| end.misfit(1, moved.1))),
            (from, []) => (from.iter().copied().min_by_key(|end| end.misfit(-1, moved.0)), None),
            (from, to) => {
                let pairs = from.iter().flat_map(|from| to.iter().map(move |to| (*from, *to)));
                pairs.min_by_key(|(from, to)| from.misfit_with(to, moved)).unzip()
            }
        };
        let known = |end: Option<End<'_>>| end.map(|end| end.row).filter(|row| (*row as usize) < self.known());
        (known(from), known(to))
    }

    fn known(&self) -> usize {
        self.tables[0].amounts.len()
    }
}

impl<'a> End<'a> {
    /// How ill a document fits one end: the wrong sign, another amount; then the order of entities.
    fn misfit(&self, sign: i64, moved: i64) -> (bool, u8, &'a str, u32) {
        let misfit = match self.amount.abs() - moved.abs() {
            0 => 0,
            left if left > 0 => 1,
            _ => 2,
        };
        (self.amount.signum() != sign, misfit, self.entity, self.row)
    }

    /// How ill two documents fit together, the gravest first.
    #[allow(clippy::type_complexity, reason = "an order of reasons")]
    fn misfit_with(
        &self,
        to: &End<'a>,
        moved: (i64, i64),
    ) -> ([bool; 3], [u8; 2], [bool; 2], u8, (&'a str, u32), (&'a str, u32)) {
        let (left, right) = (self.misfit(-1, moved.0), to.misfit(1, moved.1));
        // An end that cannot have moved so much is not meant, whatever else fits.
        let too_small = u8::from(left.1 == 2) + u8::from(right.1 == 2);
        (
            [self.row == to.row, self.entity != to.entity, self.amount.signum() == to.amount.signum()],
            [u8::from(left.0) + u8::from(right.0), too_small],
            [self.currency != to.currency, self.customer != to.customer],
            left.1 + right.1,
            (left.2, left.3),
            (right.2, right.3),
        )
    }
}

/// Walks the applications: what each moved, before and after the period end, and the discounts they carry.
fn applications(
    inputs: &Inputs,
    setting: &Setting,
    keys: &KeyIndex,
    item_keys: &[u32],
    rec: &[u16],
    items: &Table,
    findings: &mut Vec<Finding>,
) -> (HashMap<u32, Applied>, Vec<Settlement>) {
    let table = inputs.applications.as_ref();
    let mut applied: HashMap<u32, Applied> = HashMap::new();
    let mut settlements = Vec::new();
    let (from, to) = (table.text("from_item_id"), table.text("to_item_id"));
    let (dates, amounts) = (table.dates("applied_date"), table.money("amount"));
    let (discounts, write_offs) = (table.money("discount"), table.money("write_off"));
    let entities = table.text("entity");
    let end = setting.period_end.days();
    let opens = items.money("open_amount");
    let needs_all = lacks_open_amounts(items, opens);
    let is_wanted = |row: usize| {
        needs_all || dates[row] > end || [discounts[row], write_offs[row]].iter().any(|a| *a != NO_MONEY && *a != 0)
    };
    let wanted: Vec<usize> = (0..table.len()).filter(|row| is_wanted(*row)).collect();
    if wanted.is_empty() {
        return (applied, settlements);
    }
    let mut rows_of: HashMap<u32, Vec<u32>> = HashMap::new();
    for row in &wanted {
        for id in [from.get(*row), to.get(*row)] {
            if let Some(key) = keys.find(id) {
                rows_of.entry(key).or_default();
            }
        }
    }
    for (row, key) in item_keys.iter().enumerate() {
        if let Some(rows) = rows_of.get_mut(key) {
            rows.push(row as u32);
        }
    }
    // A later document can bear the number of an earlier one: then it must be known to be the one that is meant.
    let later_ids = inputs.later_items.text("item_id");
    let mut later_rows: HashMap<DocKey, Vec<u32>> = HashMap::new();
    for row in 0..inputs.later_items.len() {
        if let Some(key) = DocKey::new(later_ids.get(row)) {
            later_rows.entry(key).or_default().push((items.len() + row) as u32);
        }
    }
    let candidates = |id: &str| -> Cow<'_, [u32]> {
        let rows = keys.find(id).and_then(|key| rows_of.get(&key)).map_or(&[][..], Vec::as_slice);
        let later = match later_rows.is_empty() {
            true => None,
            false => DocKey::new(id).and_then(|key| later_rows.get(&key)),
        };
        later.map_or(Cow::Borrowed(rows), |later| Cow::Owned([rows, later].concat()))
    };
    let ends = Ends { tables: [EndColumns::new(items), EndColumns::new(&inputs.later_items)] };
    let mut unknown = 0_usize;
    for row in wanted {
        let known = |units: i64| if units == NO_MONEY { 0 } else { units };
        let (discount, write_off) = (known(discounts[row]), known(write_offs[row]));
        let moved = (amounts[row], amounts[row] + discount + write_off);
        let (from_item, to_item) =
            ends.pair(&candidates(from.get(row)), &candidates(to.get(row)), entities.get(row), moved);
        let sign = |item: u32, fallback: i64| match items.money("amount")[item as usize].signum() {
            0 => fallback,
            sign => sign,
        };
        let later = dates[row] > end;
        for (item, moved, fallback) in [(from_item, moved.0, -1), (to_item, moved.1, 1)] {
            let Some(item) = item else {
                unknown += 1;
                continue;
            };
            let entry = applied.entry(item).or_default();
            entry.any |= later || discount + write_off != 0;
            // An application takes from the open amount: before the period end that was done, after it, undone.
            if later {
                entry.after += sign(item, fallback) * moved;
            } else {
                entry.before -= sign(item, fallback) * moved;
            }
        }
        if !later && discount + write_off != 0 {
            let target = to_item.or(from_item);
            settlements.push(Settlement {
                rec: target.map_or(NO_REC, |item| rec[item as usize]),
                from_key: keys.find(from.get(row)).unwrap_or(NO_KEY),
                to_key: keys.find(to.get(row)).unwrap_or(NO_KEY),
                date: dates[row],
                amount: -to_item.map_or(1, |item| sign(item, 1)) * (discount + write_off),
                write_off,
            });
        }
    }
    if unknown > 0 {
        findings.push(Finding::note(
            "T3004",
            Place::default(),
            format!(
                "{unknown} ends of applications name a document that the register does not hold up to the period end"
            ),
        ));
    }
    (applied, settlements)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(cells: &[&str]) -> TextColumn {
        let mut column = TextColumn::plain();
        cells.iter().for_each(|cell| column.push(cell));
        column
    }

    #[test]
    fn numbers_used_twice_are_told_apart_by_what_belongs_together() {
        // Rows 0 and 1 are invoices 1001 of two entities, rows 2 and 3 receipts 1001 of the same, row 4 receipt 7;
        // row 5 is receipt 1002 of the next month.
        let entities = [column(&["US", "DE", "US", "DE", "DE"]), column(&["DE"])];
        let customers = [column(&["A", "B", "A", "B", "B"]), column(&["B"])];
        let blank = [column(&["", "", "", "", ""]), column(&[""])];
        let amounts = [vec![500, 300, -500, -200, -100].into(), vec![-100].into()];
        let ends = Ends {
            tables: [0, 1].map(|at| EndColumns {
                entities: &entities[at],
                customers: &customers[at],
                currencies: &blank[at],
                amounts: &amounts[at],
            }),
        };
        let both = [0, 1, 2, 3];
        // One entity, one number for an invoice and its receipt.
        assert_eq!(ends.pair(&both, &both, "US", (500, 500)), (Some(2), Some(0)));
        assert_eq!(ends.pair(&both, &both, "DE", (200, 200)), (Some(3), Some(1)));
        // The entity is not said: the other end says it, or the amount does.
        assert_eq!(ends.pair(&[4], &both, "", (100, 100)), (Some(4), Some(1)));
        assert_eq!(ends.pair(&both, &both, "", (500, 500)), (Some(2), Some(0)));
        assert_eq!(ends.pair(&both, &both, "", (200, 200)), (Some(3), Some(1)));
        // A later receipt says which invoice it pays, and is not taken for an earlier document.
        assert_eq!(ends.pair(&[5], &both, "", (100, 100)), (None, Some(1)));
        assert_eq!(ends.pair(&[0, 5], &[1], "", (100, 100)), (None, Some(1)));
        // The receipt of a number is not the invoice of this number, which the register does not hold.
        assert_eq!(ends.pair(&[4], &[3], "DE", (100, 100)), (Some(4), None));
        assert_eq!(ends.pair(&[4], &[0], "", (100, 100)), (Some(4), None));
        // An end that the register does not hold leaves the other.
        assert_eq!(ends.pair(&[], &both, "DE", (100, 100)), (None, Some(1)));
        assert_eq!(ends.pair(&[4], &[], "US", (100, 100)), (None, None));
    }
}
