//! From a recognised heading row to the steps that read each row: which cell, under which grammar.

use super::amount::Mark;
use super::date::Order;
use super::headings::Recognised;
use super::rows::RowKinds;
use super::rules::{Profile, SignRule};
use crate::diag::{Place, Problem, Result};
use crate::load::raw::SourceFacts;
use crate::model::{Currency, Date, Kind, TableDef};
use std::collections::BTreeMap;

/// What the whole close tells every source.
#[derive(Clone, Debug)]
pub struct Setting {
    /// The last day that counts; later rows are kept apart.
    pub period_end: Date,
    /// The currency of entities that name none.
    pub currency: Currency,
    /// Functional currency by entity.
    pub entity_currency: BTreeMap<String, Currency>,
}

impl Setting {
    /// The functional currency of an entity.
    pub fn functional(&self, entity: &str) -> Currency {
        self.entity_currency.get(entity).copied().unwrap_or(self.currency)
    }
}

/// How one column is read.
#[derive(Clone, Debug, PartialEq)]
pub enum Grammar {
    /// Text as it is, without the blanks around it.
    Text,
    /// A code or key: refused where a spreadsheet damaged it; padded to a width where one is given.
    Code(Option<usize>),
    /// One of a list of words, through the profile's map.
    ItemType,
    /// A date, in the declared format if there is one.
    Date(Option<String>),
    /// An amount; whether its mark is declared.
    Money {
        /// Whether the mark is law.
        declared: bool,
    },
    /// A rate, price or quantity.
    Decimal,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
}

/// One column to read.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Which column of the table, or beyond its end for debit and credit of tables without them.
    pub target: usize,
    /// The canonical name.
    pub canonical: String,
    /// Which column of the source.
    pub source: usize,
    /// Its heading.
    pub heading: String,
    /// How it is read.
    pub grammar: Grammar,
    /// Whether a row without it is refused.
    pub required: bool,
}

/// What is assumed of undeclared formats, to be proved by the whole column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The decimal mark of each slot.
    pub marks: Vec<Mark>,
    /// The order of day and month of each slot.
    pub orders: Vec<Order>,
}

/// Everything needed to read the rows of one source.
pub struct Plan {
    /// The table that is filled.
    pub def: &'static TableDef,
    /// The file as it is named in messages and evidence.
    pub facts: SourceFacts,
    /// The columns to read.
    pub slots: Vec<Slot>,
    /// Columns that ride along: their place and heading.
    pub extra: Vec<(usize, String)>,
    /// How many fields a row has.
    pub width: usize,
    /// Tells row kinds apart.
    pub kinds: RowKinds,
    /// The profile with everything the source says over it.
    pub profile: Profile,
    /// The flag column of [`SignRule::Flag`].
    pub flag: Option<usize>,
    /// Rows left out by value: column and the values, lower case.
    pub exclude: Vec<(usize, Vec<String>)>,
    /// The close's setting.
    pub setting: Setting,
    /// What a row of delimited text must have: the exact number of fields.
    pub strict_width: bool,
    /// The table columns that dates, entities and currencies are looked up in.
    pub at: At,
    /// The table columns that rows of this source can have something in.
    pub filled: Vec<usize>,
}

/// Where the columns stand that rules look at; `None` where the table has no such column.
#[derive(Clone, Copy, Debug, Default)]
pub struct At {
    /// `entity`
    pub entity: Option<usize>,
    /// `currency`
    pub currency: Option<usize>,
    /// `item_type`
    pub item_type: Option<usize>,
    /// `amount`
    pub amount: Option<usize>,
    /// `posting_date`
    pub posting_date: Option<usize>,
    /// `document_date`
    pub document_date: Option<usize>,
    /// The slot index of `debit`.
    pub debit: Option<usize>,
    /// The slot index of `credit`.
    pub credit: Option<usize>,
}

const CODES: [&str; 24] = [
    "entity",
    "item_id",
    "customer_id",
    "account",
    "reference",
    "po_number",
    "original_item_id",
    "batch_id",
    "from_item_id",
    "to_item_id",
    "journal_id",
    "document_id",
    "reversal_of",
    "bank_account",
    "line_id",
    "end_to_end_id",
    "counterparty_account",
    "payment_reference",
    "invoice_reference",
    "parent_customer_id",
    "payer_account",
    "invoice_id",
    "case_id",
    "billable_id",
];

impl Plan {
    /// Forms the plan.
    ///
    /// # Errors
    /// When the source names a column, flag or exclusion that its headings do not have.
    pub fn new(def: &'static TableDef, found: Recognised, facts: SourceFacts, setting: &Setting) -> Result<Plan> {
        let profile = found.profile.clone();
        let slots: Vec<Slot> = found.taken.iter().map(|taken| slot(def, &profile, taken)).collect();
        let column_at = |heading: &str| {
            found.headings.iter().position(|seen| super::headings::fold(seen) == super::headings::fold(heading))
        };
        let flag = match (profile.signs.rule, &profile.signs.column) {
            (SignRule::Flag, Some(heading)) => {
                Some(column_at(heading).ok_or_else(|| no_heading(&facts, heading, "signs.column"))?)
            }
            _ => None,
        };
        let mut exclude = Vec::new();
        for (heading, values) in &profile.exclude {
            match column_at(heading) {
                Some(index) => exclude.push((index, values.iter().map(|value| value.to_lowercase()).collect())),
                // A profile's exclusion is a habit; only the source's own is a promise.
                None if profile.required.headings.contains(heading) => {
                    return Err(no_heading(&facts, heading, "exclude"));
                }
                None => {}
            }
        }
        let used: Vec<usize> = slots.iter().map(|slot| slot.source).chain(flag).collect();
        let extra = (0..found.headings.len())
            .filter(|index| !used.contains(index) && !found.headings[*index].is_empty())
            .map(|index| (index, found.headings[index].clone()))
            .collect();
        let required = slots.iter().filter(|slot| slot.required).map(|slot| slot.source).collect();
        let keys = slots.iter().filter(|s| matches!(s.grammar, Grammar::Code(_))).map(|s| s.source).collect();
        let dates = slots.iter().filter(|s| matches!(s.grammar, Grammar::Date(_))).map(|s| s.source).collect();
        let kinds = RowKinds::new(found.headings.clone(), required, keys, dates, profile.rows.clone());
        let slot_of = |name: &str| slots.iter().position(|slot| slot.canonical == name);
        let at = At {
            entity: def.position("entity"),
            currency: def.position("currency"),
            item_type: def.position("item_type"),
            amount: def.position("amount"),
            posting_date: def.position("posting_date"),
            document_date: def.position("document_date"),
            debit: slot_of("debit"),
            credit: slot_of("credit"),
        };
        let derived = ["amount", "journal_id", "ending_balance"].into_iter();
        let fixed = profile.constants.keys().chain(profile.defaults.keys()).map(String::as_str);
        let mut filled: Vec<usize> = derived.chain(fixed).filter_map(|name| def.position(name)).collect();
        filled.extend(slots.iter().map(|slot| slot.target).filter(|target| *target < def.columns.len()));
        filled.sort_unstable();
        filled.dedup();
        let strict_width = facts.delimiter.is_some();
        let width = found.headings.len();
        let setting = setting.clone();
        Ok(Plan { def, facts, slots, extra, width, kinds, profile, flag, exclude, setting, strict_width, at, filled })
    }

    /// The place of a row and column, for messages.
    pub fn place(&self, row: u32, heading: &str) -> Place {
        let place = Place { file: self.facts.file.clone(), sheet: self.facts.sheet.clone(), ..Place::default() };
        place.row(row.into()).column(heading)
    }
}

fn slot(def: &TableDef, profile: &Profile, taken: &super::headings::Taken) -> Slot {
    let target = def.position(&taken.canonical).unwrap_or(def.columns.len());
    let kind = def.columns.get(target).map_or(Kind::Money, |column| column.kind);
    let grammar = match kind {
        Kind::Text | Kind::Word if taken.canonical == "item_type" => Grammar::ItemType,
        Kind::Text | Kind::Word if CODES.contains(&taken.canonical.as_str()) => {
            Grammar::Code(profile.options.width.get(&taken.canonical).copied())
        }
        Kind::Text | Kind::Word => Grammar::Text,
        Kind::Date => Grammar::Date(profile.options.date_format.clone()),
        Kind::Money => Grammar::Money { declared: profile.options.decimal.is_some() },
        Kind::Decimal => Grammar::Decimal,
        Kind::Int => Grammar::Int,
        Kind::Bool => Grammar::Bool,
    };
    // A constant takes the place of a blank cell, as a default does.
    let fallback = profile.defaults.contains_key(&taken.canonical)
        || profile.constants.contains_key(&taken.canonical)
        || profile.options.fill_down.contains(&taken.canonical)
        || (def.name == "gl_lines" && taken.canonical == "journal_id")
        || (def.name == "trial_balance" && taken.canonical == "ending_balance");
    let required = def.columns.get(target).is_some_and(|column| column.required) && !fallback;
    Slot {
        target,
        canonical: taken.canonical.clone(),
        source: taken.index,
        heading: taken.heading.clone(),
        grammar,
        required,
    }
}

fn no_heading(facts: &SourceFacts, heading: &str, key: &str) -> Problem {
    Problem::input(
        "T2002",
        Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() },
        format!("{key} names the heading \"{heading}\", which this source does not have"),
        "check the spelling against the headings that `tieout inspect` lists",
    )
}
