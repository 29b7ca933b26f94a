//! Why a payment is less than what it is for (causes.md, 3.3): the tests S01 to S16 on the documents that it names,
//! with what terms, invoice lines, prices, disputes, rates and the payer's own reason codes say.

use super::book::{Book, or_zero};
use super::causes::ShortPay;
use super::payment::Advices;
use super::search::Asked;
use super::terms;
use super::words::{Words, amounts};
use crate::model::DocKey;
use crate::model::money::{Document, Functional};
use crate::model::rational::convert;
use crate::model::table::NO_DATE;
use crate::model::{Currency, Money};
use crate::reconcile::Inputs;
use crate::reconcile::digits;
use hashbrown::HashMap;
use rust_decimal::Decimal;

/// What rounding may make: one cent, in ten-thousandths.
const CENT: i64 = 100;
/// What is small enough to be rounding: five cents.
const ROUNDING: i64 = 500;
/// Two equal invoices within so many days may be one that was billed twice.
const BILLED_TWICE_DAYS: i32 = 30;
/// A note of charges without an amount explains at most this.
const CHARGES: i64 = 1_000_000;
/// A part payment of whole hundreds is a round one.
const ROUND: i64 = 1_000_000;

/// Why a payment is short, and by how much.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Short {
    /// The reason.
    pub code: ShortPay,
    /// How much is missing.
    pub amount: i64,
    /// The document that bears it; nothing where it is spread, or not known.
    pub row: Option<u32>,
    /// What else fits.
    pub also: Vec<ShortPay>,
}

/// The papers that explain deductions.
pub struct Papers<'a> {
    inputs: &'a Inputs,
    lines: HashMap<String, Vec<u32>>,
    cases: HashMap<String, Vec<u32>>,
    prices: HashMap<&'a str, Vec<u32>>,
    terms: HashMap<(&'a str, &'a str), &'a str>,
    countries: HashMap<(&'a str, &'a str), &'a str>,
    withholding: Vec<Withholding<'a>>,
    rates: HashMap<(String, i32), Decimal>,
    /// Fees that banks are known to take, ten-thousandths.
    fees: &'a [i64],
    grace_days: i32,
}

impl<'a> Papers<'a> {
    /// Indexes the papers. `fees` are those that banks are known to take, `grace_days` what a discount may be late.
    pub fn new(inputs: &'a Inputs, fees: &'a [i64], grace_days: i32) -> Papers<'a> {
        let by_document = |table: &crate::model::Table, column: &str| {
            let mut found: HashMap<String, Vec<u32>> = HashMap::new();
            let numbers = table.text(column);
            for row in 0..table.len() {
                if let Some(key) = DocKey::new(numbers.get(row)) {
                    found.entry(key.as_str().to_owned()).or_default().push(row as u32);
                }
            }
            found
        };
        let mut prices: HashMap<&str, Vec<u32>> = HashMap::new();
        let codes = inputs.prices.text("item_code");
        (0..inputs.prices.len()).for_each(|row| prices.entry(codes.get(row)).or_default().push(row as u32));
        let customers = &inputs.customers;
        let (entity, id, of) = (customers.text("entity"), customers.text("customer_id"), customers.text("terms"));
        let terms = (0..customers.len()).map(|row| ((entity.get(row), id.get(row)), of.get(row))).collect();
        let country = customers.text("country");
        let countries = (0..customers.len()).map(|row| ((entity.get(row), id.get(row)), country.get(row))).collect();
        let rates = &inputs.exchange_rates;
        let (currency, dates, rate) = (rates.text("currency"), rates.dates("date"), rates.decimals("rate"));
        let rates =
            (0..rates.len()).filter_map(|row| Some(((currency.get(row).to_uppercase(), dates[row]), rate[row]?)));
        Papers {
            inputs,
            lines: by_document(&inputs.invoice_lines, "invoice_id"),
            cases: by_document(&inputs.disputes, "item_id"),
            prices,
            terms,
            countries,
            withholding: Withholding::all(&inputs.tax_rates),
            rates: rates.collect(),
            fees,
            grace_days,
        }
    }

    /// Whether a bank or a payment service kept what is missing: a note of charges, or a usual fee.
    pub fn is_fee(&self, asked: &Asked<'_, 'a>, short: i64) -> bool {
        let texts = &asked.payment.texts;
        if Words::of(texts.iter().copied()).has_charges() {
            let named: Vec<i64> = texts.iter().flat_map(|text| amounts(text)).collect();
            return named.contains(&short) || (named.is_empty() && short <= CHARGES);
        }
        self.fees.contains(&short)
    }

    /// Why a payment falls short of the documents it names.
    pub fn why(
        &self,
        book: &Book<'a>,
        asked: &Asked<'_, 'a>,
        advices: &Advices<'_>,
        docs: &[u32],
        short: i64,
    ) -> Short {
        let test = Test { papers: self, book, asked, short };
        let given: Vec<ShortPay> = asked
            .named
            .listed
            .iter()
            .filter(|listed| listed.discount != 0)
            .filter_map(|listed| ShortPay::given(advices.reason.get(listed.line as usize)))
            .collect();
        let mut fits: Vec<(ShortPay, Option<u32>)> = Vec::new();
        for row in docs {
            fits.extend(test.of_document(*row).into_iter().map(|code| (code, Some(*row))));
        }
        if docs.len() > 1 {
            fits.extend(test.discount_of_all(docs).map(|code| (code, None)));
        }
        fits.extend(test.of_words().into_iter().map(|code| (code, None)));
        fits.sort_by_key(|(code, row)| (*code, row.is_none()));
        // What the payer says decides among what fits; alone it is the payer's claim.
        let of_payer = fits.iter().find(|(code, _)| given.contains(code)).copied();
        let first = of_payer.or_else(|| fits.first().copied());
        let (code, row) =
            first.or_else(|| given.first().map(|code| (*code, None))).unwrap_or((ShortPay::Unclassified, None));
        let mut also: Vec<ShortPay> = fits.iter().map(|(code, _)| *code).filter(|other| *other != code).collect();
        also.dedup();
        Short { code, amount: short, row, also }
    }
}

/// A tax that payers of a country keep back, from `tax_rates`: a code that says so, such as WHT-IN.
struct Withholding<'a> {
    country: &'a str,
    /// The first and the last day on which it holds.
    days: (i32, i32),
    /// Its part of one.
    rate: Decimal,
}

impl<'a> Withholding<'a> {
    /// Those of a table. A rate of one or more is in percent.
    fn all(rates: &'a crate::model::Table) -> Vec<Withholding<'a>> {
        let (codes, countries) = (rates.text("tax_code"), rates.text("jurisdiction"));
        let (from, to, values) = (rates.dates("valid_from"), rates.dates("valid_to"), rates.decimals("rate"));
        let of = |row: usize| {
            let rate = values[row].filter(|rate| *rate > Decimal::ZERO)?;
            let rate = if rate >= Decimal::ONE { rate.checked_div(Decimal::ONE_HUNDRED)? } else { rate };
            let last = if to[row] == NO_DATE { i32::MAX } else { to[row] };
            let is_withheld = Words::of([codes.get(row)]).is_withholding();
            is_withheld.then(|| Withholding { country: countries.get(row), days: (from[row], last), rate })
        };
        (0..rates.len()).filter_map(of).collect()
    }

    /// Whether it makes an amount, to the cent, of a base.
    fn is(&self, short: i64, base: i64) -> bool {
        let tax = Decimal::from(base).checked_mul(self.rate);
        base > 0 && tax.is_some_and(|tax| (tax - Decimal::from(short)).abs() <= Decimal::from(CENT))
    }
}

/// One payment's shortfall under test.
struct Test<'t, 'p, 'a> {
    papers: &'t Papers<'a>,
    book: &'t Book<'a>,
    asked: &'t Asked<'p, 'a>,
    short: i64,
}

impl<'a> Test<'_, '_, 'a> {
    /// Every reason that a document gives for the whole shortfall.
    fn of_document(&self, row: u32) -> Vec<ShortPay> {
        let items = &self.book.items;
        let mut found = Vec::new();
        found.extend(self.discount(row));
        let add = |fits: bool, code: ShortPay, found: &mut Vec<ShortPay>| {
            if fits {
                found.push(code);
            }
        };
        add(items.freight(row) == self.short, ShortPay::Freight, &mut found);
        add(items.tax(row) == self.short || self.is_withheld(row), ShortPay::Tax, &mut found);
        found.extend(self.of_lines(row));
        add(self.has_case(row, true), ShortPay::ReturnOrDamage, &mut found);
        add(self.is_billed_twice(row), ShortPay::DuplicateBilling, &mut found);
        add(self.is_exchange(row), ShortPay::Fx, &mut found);
        let due = items.open[row as usize];
        let paid = due - self.short;
        let is_mistyped = digits::is_decimal_shift(paid, due)
            || digits::is_transposition(paid, due, CENT)
            || digits::is_digit_error(paid, due, CENT);
        add(paid > 0 && is_mistyped, ShortPay::KeyingError, &mut found);
        let is_round = paid > 0 && paid % ROUND == 0;
        add(self.has_case(row, false) || is_round, ShortPay::Dispute, &mut found);
        found
    }

    fn of_words(&self) -> Vec<ShortPay> {
        let words = Words::of(self.asked.payment.texts.iter().copied());
        let mut found = Vec::new();
        for (fits, code) in [
            (words.is_withholding(), ShortPay::Tax),
            (words.is_promotion(), ShortPay::Promotion),
            (self.short <= ROUNDING, ShortPay::Rounding),
            (words.is_netting(), ShortPay::Netting),
        ] {
            if fits {
                found.push(code);
            }
        }
        found
    }

    /// The discount of a document: earned, too late, or on a base that includes tax and freight.
    fn discount(&self, row: u32) -> Option<ShortPay> {
        let items = &self.book.items;
        let discount = terms::discount(self.terms_of(row))?;
        let gross = items.amount[row as usize];
        let net = gross - items.tax(row) - items.freight(row);
        let is = |base: i64| (discount.on(base) - self.short).abs() <= CENT && self.short > 0;
        let in_time = self.asked.payment.day - items.day(row) <= discount.days + self.papers.grace_days;
        match (is(net), is(gross)) {
            (true, _) if in_time => Some(ShortPay::EarnedDiscount),
            (true, _) => Some(ShortPay::UnearnedDiscount),
            (false, true) if in_time || net != gross => Some(ShortPay::DiscountWrongBase),
            (false, true) => Some(ShortPay::UnearnedDiscount),
            _ => None,
        }
    }

    /// The discounts of several documents together.
    fn discount_of_all(&self, docs: &[u32]) -> Option<ShortPay> {
        let items = &self.book.items;
        let mut total = 0;
        let mut in_time = true;
        for row in docs {
            let discount = terms::discount(self.terms_of(*row))?;
            total += discount.on(items.amount[*row as usize] - items.tax(*row) - items.freight(*row));
            in_time &= self.asked.payment.day - items.day(*row) <= discount.days + self.papers.grace_days;
        }
        let fits = (total - self.short).abs() <= CENT * docs.len() as i64;
        fits.then_some(if in_time { ShortPay::EarnedDiscount } else { ShortPay::UnearnedDiscount })
    }

    /// The tax that the customer's country lets payers keep back, on the document with its own tax or without.
    fn is_withheld(&self, row: u32) -> bool {
        let items = &self.book.items;
        let gross = items.amount[row as usize];
        let country = self.of_customer(row, &self.papers.countries);
        let day = self.asked.payment.day;
        let holds = |tax: &&Withholding<'_>| {
            (tax.days.0..=tax.days.1).contains(&day) && ["", country].contains(&tax.country.trim())
        };
        let bases = [gross, gross - items.tax(row)];
        self.papers.withholding.iter().filter(holds).any(|tax| bases.iter().any(|base| tax.is(self.short, *base)))
    }

    /// What master data say of the document's customer: of its own entity, else of all.
    fn of_customer(&self, row: u32, master: &HashMap<(&'a str, &'a str), &'a str>) -> &'a str {
        let items = &self.book.items;
        let (entity, customer) = (items.entity.get(row as usize), items.customer.get(row as usize));
        let of = |entity: &'a str| master.get(&(entity, customer)).copied();
        of(entity).or_else(|| of("")).unwrap_or("")
    }

    fn terms_of(&self, row: u32) -> &'a str {
        match self.book.items.terms.get(row as usize) {
            "" => self.of_customer(row, &self.papers.terms),
            own => own,
        }
    }

    /// A lower agreed price, pieces that are missing, a line that is not paid at all.
    fn of_lines(&self, row: u32) -> Vec<ShortPay> {
        let (items, papers) = (&self.book.items, self.papers);
        let table = &papers.inputs.invoice_lines;
        let Some(lines) = DocKey::new(items.id.get(row as usize)).and_then(|key| papers.lines.get(key.as_str())) else {
            return Vec::new();
        };
        let Ok(short) = Decimal::try_from_i128_with_scale(i128::from(self.short), 4) else { return Vec::new() };
        let (quantity, price) = (table.decimals("quantity"), table.decimals("unit_price"));
        let (codes, net) = (table.text("item_code"), table.money("net_amount"));
        let mut found = Vec::new();
        let mut too_dear = Decimal::ZERO;
        for line in lines.iter().map(|line| *line as usize) {
            let (Some(quantity), Some(price)) = (quantity[line], price[line]) else { continue };
            if let Some(agreed) = self.agreed_price(row, codes.get(line)) {
                let more = price.checked_sub(agreed).and_then(|more| more.checked_mul(quantity));
                too_dear = more.and_then(|more| too_dear.checked_add(more)).unwrap_or(too_dear);
            }
            let pieces = short.checked_div(price).filter(|pieces| pieces.fract().is_zero());
            if pieces.is_some_and(|pieces| pieces >= Decimal::ONE && pieces < quantity) {
                found.push(ShortPay::Quantity);
            }
            if or_zero(net[line]) == self.short && lines.len() > 1 {
                found.push(ShortPay::ReturnOrDamage);
            }
        }
        if !too_dear.is_zero() && too_dear == short {
            found.push(ShortPay::Price);
        }
        found
    }

    /// The price that was agreed with the document's customer, or with all, on its day.
    fn agreed_price(&self, row: u32, code: &str) -> Option<Decimal> {
        let (items, table) = (&self.book.items, &self.papers.inputs.prices);
        let (customer, day) = (items.customer.get(row as usize), items.day(row));
        let (from, to) = (table.dates("valid_from"), table.dates("valid_to"));
        let prices = table.decimals("unit_price");
        let valid = |price: &usize| from[*price] <= day && (to[*price] == NO_DATE || to[*price] >= day);
        let customers = table.text("customer_id");
        let rows = self.papers.prices.get(code)?.iter().map(|price| *price as usize).filter(valid);
        let of = |whose: &str| {
            rows.clone().filter(|price| customers.get(*price) == whose).max_by_key(|p| (from[*p], prices[*p], *p))
        };
        let price = of(customer).or_else(|| of(""))?;
        let full = prices[price]?;
        match table.decimals("discount_percent")[price] {
            Some(percent) => full.checked_mul(Decimal::ONE_HUNDRED - percent)?.checked_div(Decimal::ONE_HUNDRED),
            None => Some(full),
        }
    }

    /// Whether an open case is about the document: of goods that came back with just this amount, or any other.
    fn has_case(&self, row: u32, of_return: bool) -> bool {
        const RETURN: [&str; 8] = ["RETURN", "DAMAG", "QUALITY", "DEFECT", "RMA", "BROKEN", "REJECT", "SPOIL"];
        let items = &self.book.items;
        let table = &self.papers.inputs.disputes;
        let Some(cases) = DocKey::new(items.id.get(row as usize)).and_then(|key| self.papers.cases.get(key.as_str()))
        else {
            return false;
        };
        let (reasons, closed, amounts) = (table.text("reason_code"), table.dates("closed_date"), table.money("amount"));
        cases.iter().map(|case| *case as usize).any(|case| {
            let reason = reasons.get(case).to_uppercase();
            let is_return = RETURN.iter().any(|word| reason.contains(word));
            let is_open = closed[case] == NO_DATE || closed[case] >= self.asked.payment.day;
            match of_return {
                true => is_return && amounts[case] == self.short,
                false => is_open && !is_return,
            }
        })
    }

    /// A named document that is not paid at all, and has a twin of the same amount within days.
    fn is_billed_twice(&self, row: u32) -> bool {
        let items = &self.book.items;
        let amount = items.open[row as usize];
        let customer = items.customer.get(row as usize);
        let alike = self.book.open_of_amount(self.asked.payment.entity, customer, amount);
        let is_near = |twin: &u32| (items.day(*twin) - items.day(row)).abs() <= BILLED_TWICE_DAYS;
        amount == self.short && alike.iter().any(|twin| *twin != row && is_near(twin))
    }

    /// A document in another currency, paid at the rate of the day of payment.
    fn is_exchange(&self, row: u32) -> bool {
        let items = &self.book.items;
        let currency = items.currency(row);
        if currency.eq_ignore_ascii_case(self.asked.payment.currency) {
            return false;
        }
        let rate = self.papers.rates.get(&(currency.to_uppercase(), self.asked.payment.day));
        let decimals = Currency::parse(self.asked.payment.currency).map_or(2, Currency::decimals);
        let at_rate = rate.and_then(|rate| {
            convert::<Document, Functional>(Money::from_units(items.open[row as usize]), *rate, decimals)
        });
        let paid = items.functional_open[row as usize] - self.short;
        // Without a rate of the day the difference of currencies is all that can explain it.
        at_rate.is_none_or(|at_rate| (at_rate.units() - paid).abs() <= 2 * CENT)
    }
}
