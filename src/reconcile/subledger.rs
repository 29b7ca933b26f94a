//! The subledger at the period end: functional amounts, and open amounts rolled back to that day
//! (contract, "How figures are formed").

use super::Inputs;
use super::applications::{Applied, Asked, Said, Settlement, applications};
use super::control::Controls;
use super::exchange::{self, Books};
use super::history::{self, History, Open};
use crate::diag::{Finding, Result};
use crate::matching::keys::KeyIndex;
use crate::model::money::{self, Document};
use crate::model::rational::convert;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{Currency, Date, DocKey, Money, Table};
use crate::normalise::plan::Setting;
use crate::normalise::source::{Owner, Reject};
use hashbrown::{HashMap, HashSet};
use rust_decimal::Decimal;

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
    /// Functional open amount in the register as extracted; where it says none, what clearing dates and applications
    /// leave.
    pub extracted: Vec<i64>,
    /// Open amount at the period end in the document's own currency.
    pub document_open: Vec<i64>,
    /// Discounts and write-offs of applications without a document of their own.
    pub settlements: Vec<Settlement>,
    /// What was open at earlier days, as far back as was asked for.
    pub history: History,
}

/// Functional open amounts as extracted of documents that were posted after the period end: what the register adds up
/// and the balance of the period end does not hold. Nothing where there is no rate.
pub fn later_open(later: &Table, rates: &Table, setting: &Setting) -> Vec<i64> {
    let functional = functional_amounts(later, rates, setting);
    let (amounts, opens) = (later.money("amount"), later.money("open_amount"));
    let (own_open, cleared) = (later.money("functional_open_amount"), later.dates("cleared_date"));
    let of_row = |row: usize| {
        let document = Open { amount: amounts[row], register: opens[row], cleared: cleared[row] };
        let open = document.extracted(Applied::default());
        functional_open(row, open, opens[row], own_open[row], amounts[row], &functional, setting, later)
    };
    (0..later.len()).map(of_row).collect()
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
    /// Whether some document is in another currency than the functional one.
    has_foreign: bool,
}

/// Forms the functional amount of every document: `functional_amount`, else `amount` where the currency is
/// functional, else `amount` times its rate, rounded per document.
pub fn functional_amounts(items: &Table, rates: &Table, setting: &Setting) -> Functional {
    let rates = Rates::new(rates);
    let (entities, currencies) = (items.text("entity"), items.text("currency"));
    let (own, amounts) = (items.money("functional_amount"), items.money("amount"));
    let own_rates = items.decimals("exchange_rate");
    let posting = posting_dates(items);
    let amount = Vec::with_capacity(items.len());
    let mut out = Functional { amount, rate: HashMap::new(), rejects: Vec::new(), has_foreign: false };
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
        out.has_foreign |= !same;
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
                owner: Owner::of_row(items, row),
            };
            out.rejects.push((row as u32, reject));
        }
    }
    out
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
        history_since: Option<Date>,
    ) -> Result<(Subledger, Vec<Finding>)> {
        let items = inputs.ar_items.as_ref();
        let (rec, mut findings) = controls.of_items(items, &inputs.source_names)?;
        let posting = posting_dates(items);
        let moves_since = history_since.map(Date::days);
        let needs_all = items.money("open_amount").iter().any(|open| *open == NO_MONEY);
        let (entities, currencies) = (items.text("entity"), items.text("currency"));
        let currency = |row: usize| match currencies.get(row) {
            own if own.eq_ignore_ascii_case(setting.functional(entities.get(row)).code()) => "",
            own => own,
        };
        let is_foreign = |row: u32| !currency(row as usize).is_empty();
        let has_foreign = functional.has_foreign;
        let asked = Asked { needs_all, moves_since, is_foreign: has_foreign.then_some(&is_foreign) };
        let Said { applied, mut settlements, moves, exchanged } =
            applications(inputs, setting, keys, &item_keys, &rec, asked, &mut findings);
        let cleared = items.dates("cleared_date");
        let (amounts, opens) = (items.money("amount"), items.money("open_amount"));
        let own_open = items.money("functional_open_amount");
        let end = setting.period_end.days();
        let document = |row: usize| Open { amount: amounts[row], register: opens[row], cleared: cleared[row] };
        let in_functional = |row: usize, open: i64| {
            functional_open(row, open, opens[row], own_open[row], amounts[row], &functional, setting, items)
        };
        let mut document_open = Vec::with_capacity(items.len());
        let mut open = Vec::with_capacity(items.len());
        let mut extracted = Vec::with_capacity(items.len());
        for row in 0..items.len() {
            let applied = applied.get(&(row as u32)).copied().unwrap_or_default();
            let (at_end, as_extracted) = (document(row).on(end, applied), document(row).extracted(applied));
            document_open.push(at_end);
            let at_period_end = in_functional(row, at_end);
            open.push(at_period_end);
            extracted.push(if as_extracted == at_end { at_period_end } else { in_functional(row, as_extracted) });
        }
        let history = moves_since.map_or_else(History::default, |since| {
            let steps = history::steps(since, end, &open, &moves, &applied, &document, &in_functional);
            History { moves, steps }
        });
        if has_foreign {
            let (rec, key) = (&rec, &item_keys);
            let (open, functional) = (&document_open, &in_functional);
            let books = Books { currency: &currency, amounts, open, functional, rec, key, keys };
            exchange::settle(&books, exchanged, &mut settlements);
        }
        let (key, amount) = (item_keys, functional.amount);
        let subledger = Subledger { rec, key, posting, amount, open, extracted, document_open, settlements, history };
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
    let decimals = setting.functional(items.text("entity").get(row)).decimals();
    let Some(rate) = functional.rate.get(&(row as u32)) else {
        return if functional.amount[row] == amount {
            at_end
        } else {
            proportional(at_end, functional.amount[row], amount, decimals)
        };
    };
    convert::<Document, money::Functional>(Money::from_units(at_end), *rate, decimals).map_or(at_end, Money::units)
}

/// The functional part of an open amount where only the document's two amounts are known, rounded half away from zero
/// to the currency's decimals.
pub fn proportional(open: i64, functional: i64, amount: i64, decimals: u32) -> i64 {
    if amount == 0 {
        return open;
    }
    let minor = i128::from(money::SCALE) / 10_i128.pow(decimals);
    let (exact, whole) = (i128::from(open) * i128::from(functional), i128::from(amount) * minor);
    let nearest = (2 * exact.abs() + whole.abs()) / (2 * whole.abs());
    let rounded = nearest * exact.signum() * whole.signum() * minor;
    i64::try_from(rounded).unwrap_or(open)
}

/// The documents whose open amount is blank though their register gives one for others, and of which neither a clearing
/// date nor an application tells what is open: to take them for open or for settled would be a guess.
pub fn without_open_amounts(items: &Table, applications: &Table) -> Vec<(u32, Reject)> {
    let (opens, amounts, cleared) = (items.money("open_amount"), items.money("amount"), items.dates("cleared_date"));
    let mut gives = vec![false; source_count(items)];
    for (place, open) in items.places.iter().zip(opens.iter()) {
        gives[place.source as usize] |= *open != NO_MONEY;
    }
    let is_untold = |row: usize| opens[row] == NO_MONEY && amounts[row] != 0 && cleared[row] == NO_DATE;
    let blank = items.places.iter().enumerate().filter(|(_, place)| gives[place.source as usize]);
    let blank: Vec<(usize, u32)> =
        blank.filter(|(row, _)| is_untold(*row)).map(|(row, place)| (row, place.row)).collect();
    if blank.is_empty() {
        return Vec::new();
    }
    let ends = [applications.text("from_item_id"), applications.text("to_item_id")];
    let applied = |row: usize| ends.iter().filter_map(move |ids| DocKey::new(ids.get(row)));
    let applied: HashSet<DocKey> = (0..applications.len()).flat_map(applied).collect();
    let ids = items.text("item_id");
    let untold =
        blank.into_iter().filter(|(row, _)| DocKey::new(ids.get(*row)).is_none_or(|key| !applied.contains(&key)));
    untold
        .map(|(row, line)| {
            let reject = Reject {
                row: line,
                column: "open_amount".to_owned(),
                value: String::new(),
                code: "T3109",
                reason: "is blank, and neither an application nor a cleared date says what is open".to_owned(),
                owner: Owner::of_row(items, row),
            };
            (row as u32, reject)
        })
        .collect()
}

/// One more than the highest number of a source.
fn source_count(items: &Table) -> usize {
    items.places.iter().map(|place| place.source as usize + 1).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_rounded_half_away_from_zero_to_the_decimals_of_the_currency() {
        // A third of 100.00, open of 300.00.
        assert_eq!(proportional(1_000_000, 1_000_000, 3_000_000, 2), 333_300);
        assert_eq!(proportional(-1_000_000, -1_000_000, -3_000_000, 2), -333_300);
        // Half a cent on each side of zero.
        assert_eq!(proportional(5_000, 100, 10_000, 2), 100);
        assert_eq!(proportional(-5_000, -100, -10_000, 2), -100);
        // Yen have no decimals, dinars three.
        assert_eq!(proportional(10_000, 1_550_000, 20_000, 0), 780_000);
        assert_eq!(proportional(10_000, 1_555_500, 20_000, 3), 777_750);
        assert_eq!(proportional(10_000, 50, 0, 2), 10_000);
    }
}
