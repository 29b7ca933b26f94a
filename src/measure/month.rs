//! One month of one scope: its sums with what they need to be known, and figures with their numerators.

use super::formulas::{cei_parts, share};
use super::ratio::Ratio;
use super::reasons::Reason;
use super::scope::{AtEnd, Flow, InMonth, Scope, Stock, Sum};
use super::timeline::{ENDS, Timeline};
use crate::model::money::SCALE_DIGITS;
use rust_decimal::Decimal;

/// How many days a month has in a DSO.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DayBasis {
    /// As many as the calendar says.
    #[default]
    Calendar,
    /// The same number in each whole month: 30, or 365 / 12.
    Fixed(Ratio),
}

/// A figure with what it is made of: `numerator / denominator x factor`.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The value, exact.
    pub value: Exact,
    /// The numerator.
    pub numerator: Option<Decimal>,
    /// The denominator, where it is a fraction.
    pub denominator: Option<Decimal>,
    /// What the fraction is multiplied by.
    pub factor: Option<Decimal>,
    /// How many documents the numerator is formed of.
    pub rows: i64,
    /// What a reader must know.
    pub note: String,
}

/// An exact value.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Exact {
    /// A fraction.
    Ratio(Ratio),
    /// A decimal.
    Decimal(Decimal),
}

impl Exact {
    /// The value with so many decimals, half away from zero.
    pub fn rounded(self, decimals: u32) -> Option<Decimal> {
        use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
        match self {
            Exact::Ratio(ratio) => ratio.rounded(decimals),
            Exact::Decimal(number) => {
                let mut number = number.round_dp_with_strategy(decimals, MidpointAwayFromZero);
                number.rescale(decimals);
                Some(number)
            }
        }
    }
}

/// Why there is no figure.
#[derive(Clone, Debug, PartialEq)]
pub enum Why {
    /// Its inputs are not there.
    NotAvailable(String),
    /// Its denominator is zero or negative: numerator, denominator, and what the denominator is.
    NotMeaningful(Option<Decimal>, Option<Decimal>, String),
}

/// A figure, or why there is none.
pub type Computed = Result<Figure, Why>;

/// An amount in ten-thousandths as a decimal.
pub fn amount(units: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(units, SCALE_DIGITS as u32).ok()
}

/// A count as a decimal.
pub fn count(number: i128) -> Option<Decimal> {
    Decimal::try_from_i128_with_scale(number, 0).ok()
}

/// One month of a scope.
#[derive(Clone, Copy)]
pub struct Month<'a> {
    /// The scope.
    pub scope: &'a Scope,
    /// The months.
    pub timeline: &'a Timeline,
    /// Which of the month ends.
    pub end: usize,
    /// How days are counted in a DSO.
    pub days: DayBasis,
}

impl<'a> Month<'a> {
    /// What stands open at its end.
    ///
    /// # Errors
    /// Where the register cannot be rolled back so far.
    pub fn at_end(&self) -> Result<&'a AtEnd, Why> {
        self.at(Some(self.end))
    }

    fn at(&self, end: Option<usize>) -> Result<&'a AtEnd, Why> {
        let known = end.filter(|end| *end >= self.scope.rolls_from);
        known.map(|end| &self.scope.ends[end]).ok_or_else(|| self.limited())
    }

    /// What moved in it, or `back` months earlier.
    ///
    /// # Errors
    /// Where the register does not hold all documents of that month.
    pub fn moved(&self, back: usize) -> Result<&'a InMonth, Why> {
        let month = self.timeline.flow_at(self.end).checked_sub(back).filter(|month| self.is_held(*month));
        month.map(|month| &self.scope.months[month]).ok_or_else(|| self.limited())
    }

    fn limited(&self) -> Why {
        match self.scope.limitation.as_str() {
            "" => no_history(),
            limitation => not_available(limitation),
        }
    }

    /// Whether the register holds a month of flows as a whole.
    pub fn is_held(&self, month: usize) -> bool {
        self.scope.first_flow.is_some_and(|first| month >= first.max(self.scope.flows_from))
    }

    /// A stock at its end.
    ///
    /// # Errors
    /// As [`Month::at_end`].
    pub fn stock(&self, stock: Stock) -> Result<Sum, Why> {
        Ok(self.at_end()?.stocks[stock as usize])
    }

    /// The whole balance at its end.
    ///
    /// # Errors
    /// As [`Month::at_end`].
    pub fn balance(&self) -> Result<Sum, Why> {
        self.stock(Stock::Balance)
    }

    /// The whole balance before it began.
    ///
    /// # Errors
    /// As [`Month::at_end`].
    pub fn opening(&self) -> Result<Sum, Why> {
        Ok(self.at(self.end.checked_sub(1))?.stocks[Stock::Balance as usize])
    }

    /// Open receivables without credits: gross AR.
    ///
    /// # Errors
    /// As [`Month::at_end`].
    pub fn gross(&self) -> Result<Sum, Why> {
        let at_end = self.at_end()?;
        let parts = [Stock::NotDue, Stock::PastDue, Stock::NoDueDate];
        Ok(parts.into_iter().fold(Sum::default(), |sum, stock| sum.plus(at_end.stocks[stock as usize])))
    }

    /// Receivables that are not past due: not due yet, or without a due date, which nobody can be late for (formulas.md
    /// 2.2: `current` is not past due).
    ///
    /// # Errors
    /// As [`Month::at_end`].
    pub fn current(&self) -> Result<Sum, Why> {
        Ok(self.stock(Stock::NotDue)?.plus(self.stock(Stock::NoDueDate)?))
    }

    /// A flow.
    ///
    /// # Errors
    /// As [`Month::moved`].
    pub fn flow(&self, flow: Flow) -> Result<Sum, Why> {
        Ok(self.moved(0)?.flows[flow as usize])
    }

    /// Net credit sales: invoices, debit and credit memos dated in the month, gross of tax.
    ///
    /// # Errors
    /// As [`Month::moved`].
    pub fn sales(&self, back: usize) -> Result<Sum, Why> {
        Ok(sales(self.moved(back)?))
    }

    /// The days of a month, `back` months earlier, as a DSO counts them.
    pub fn dso_days(&self, back: usize) -> Ratio {
        let month = self.timeline.flow_at(self.end).saturating_sub(back);
        match self.days {
            DayBasis::Fixed(days) if self.timeline.is_whole(month) => days,
            _ => Ratio::whole(self.timeline.days(month).into()),
        }
    }

    /// Sales and calendar days of the months, newest first, as far as the register holds them.
    pub fn back(&self) -> impl Iterator<Item = (i128, i128)> + 'a {
        let month = *self;
        let last = self.timeline.flow_at(self.end);
        (0..=last).rev().take_while(move |at| month.is_held(*at)).map(move |at| {
            let days = month.timeline.days(at);
            (sales(&month.scope.months[at]).units, days.into())
        })
    }

    /// What invoices that needed no correction are to all of the month.
    ///
    /// # Errors
    /// As [`Month::moved`].
    pub fn untouched(&self, flow: Flow) -> Result<(Sum, Sum), Why> {
        let month = self.moved(0)?;
        let (all, touched) = (month.flows[Flow::Invoices as usize], month.flows[flow as usize]);
        Ok((Sum { units: all.units - touched.units, count: all.count - touched.count }, all))
    }

    /// What the sums of the index come to over some months, this one the last.
    ///
    /// # Errors
    /// Where one of the months is not known.
    pub fn cei(&self, months: usize) -> Result<(i128, i128), Why> {
        let mut sums = (0, 0);
        for back in 0..months {
            let end = self.end.checked_sub(back).ok_or_else(no_history)?;
            let month = Month { end, ..*self };
            let (opening, closing) = (month.opening()?.units, month.balance()?.units);
            let not_due = month.current()?.units;
            let (part, whole) = cei_parts(opening, month.sales(0)?.units, 1, closing, not_due);
            sums = (sums.0 + part, sums.1 + whole);
        }
        Ok(sums)
    }

    /// The largest open balances of customers, and all of them together.
    ///
    /// # Errors
    /// Where the documents bear no customers.
    pub fn largest(&self, most: usize) -> Result<(i128, i128), Why> {
        if !self.scope.given.customers {
            return Err(not_available("the documents bear no customer"));
        }
        self.at_end()?;
        let mut open: Vec<i128> = self.scope.customers.values().map(|sums| sums[self.end]).collect();
        open.sort_unstable_by(|left, right| right.cmp(left));
        Ok((open.iter().take(most).sum(), open.iter().sum()))
    }

    /// Whether it is the last of the months.
    pub fn is_last(&self) -> bool {
        self.end == ENDS - 1
    }
}

/// Net credit sales of a month.
pub fn sales(month: &InMonth) -> Sum {
    let parts = [Flow::Invoices, Flow::DebitMemos, Flow::CreditMemos];
    parts.into_iter().fold(Sum::default(), |sum, flow| sum.plus(month.flows[flow as usize]))
}

/// The credit memos of some reasons, as positive amounts.
pub fn credited(credits: &[Sum], wanted: impl Fn(Reason) -> bool) -> Sum {
    let of = super::reasons::ALL.iter().zip(credits).filter(|((reason, _), _)| wanted(*reason));
    let sum = of.fold(Sum::default(), |sum, (_, own)| sum.plus(*own));
    Sum { units: -sum.units, count: sum.count }
}

/// There is no such input.
pub fn not_available(text: &str) -> Why {
    Why::NotAvailable(text.to_owned())
}

fn no_history() -> Why {
    not_available("no history: the register starts later")
}

/// A fraction of amounts, times a factor; `of` names the denominator.
///
/// # Errors
/// n/m where the denominator is zero or negative.
pub fn of_amounts(part: Sum, whole: i128, factor: Ratio, of: &str) -> Computed {
    fraction(part.units, whole, factor, of, part.count, amount)
}

/// A share in percent of amounts.
///
/// # Errors
/// As [`of_amounts`].
pub fn percent_of_amounts(part: Sum, whole: i128, of: &str) -> Computed {
    of_amounts(part, whole, Ratio::whole(100), of)
}

/// A share in percent of counts.
///
/// # Errors
/// As [`of_amounts`].
pub fn percent_of_counts(part: i64, whole: i64, of: &str) -> Computed {
    fraction(part.into(), whole.into(), Ratio::whole(100), of, part, count)
}

/// A fraction; `shown` turns its parts into decimals.
///
/// # Errors
/// As [`of_amounts`].
pub fn fraction(
    part: i128,
    whole: i128,
    factor: Ratio,
    of: &str,
    rows: i64,
    shown: fn(i128) -> Option<Decimal>,
) -> Computed {
    // A factor that is no short decimal (365 / 12) goes into the denominator.
    let (factor, whole) = factor.with_denominator_in(whole);
    let (numerator, denominator) = (shown(part), shown(whole));
    match share(part, whole, factor) {
        Some(value) => Ok(Figure {
            value: Exact::Ratio(value),
            numerator,
            denominator,
            factor: factor.rounded(0),
            rows,
            note: String::new(),
        }),
        None => Err(Why::NotMeaningful(numerator, denominator, format!("the denominator, {of}, is zero or negative"))),
    }
}

/// An amount by itself.
pub fn plain_amount(sum: Sum) -> Figure {
    plain(amount(sum.units).unwrap_or_default(), sum.count)
}

/// A count by itself.
pub fn plain_count(number: i64) -> Figure {
    plain(Decimal::from(number), number)
}

fn plain(value: Decimal, rows: i64) -> Figure {
    let (numerator, note) = (Some(value), String::new());
    Figure { value: Exact::Decimal(value), numerator, denominator: None, factor: None, rows, note }
}

/// Days that are no fraction of two sums: a median, or days that were counted.
pub fn plain_days(value: Exact, rows: i64) -> Figure {
    Figure { value, numerator: None, denominator: None, factor: None, rows, note: String::new() }
}
