//! From a recognised heading row to the steps that read each row: which cell, under which grammar.

use super::amount::Mark;
use super::date::Order;
use super::headings::Recognised;
use super::rows::RowKinds;
use super::rules::{Part, Profile, SignRule};
use super::sides::{self, SideColumn};
use crate::diag::{Place, Problem, Result};
use crate::load::raw::{RawRow, SourceFacts};
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
    /// A code or key: refused where a spreadsheet damaged it, and brought to its form.
    Code(CodeForm),
    /// One of a list of words, through the profile's map.
    ItemType,
    /// A date, in the declared format if there is one.
    Date(Option<String>),
    /// An amount; whether its mark is declared.
    Money {
        /// Whether the mark is law.
        declared: bool,
        /// Whether its cells hold whole minor units, and of how many decimals.
        minor_units: Option<u32>,
    },
    /// A rate, price or quantity.
    Decimal,
    /// A whole number.
    Int,
    /// Yes or no.
    Bool,
}

/// What is done to a code besides trimming it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CodeForm {
    /// All-digit codes are padded with zeros to this width.
    pub width: Option<usize>,
    /// All-digit codes lose the zeros in front.
    pub strip_zeros: bool,
    /// Whole numbers lose a `.0` behind them.
    pub float: bool,
}

impl CodeForm {
    /// The form that a profile gives to a canonical column.
    pub fn of(profile: &Profile, canonical: &str) -> CodeForm {
        let names = |list: &[String]| list.iter().any(|name| name == canonical);
        CodeForm {
            width: profile.options.width.get(canonical).copied(),
            strip_zeros: names(&profile.options.strip_zeros),
            float: names(&profile.options.float_codes),
        }
    }

    /// The code without a `.0` behind it and without zeros in front, as far as the form says so.
    pub fn strip<'a>(&self, text: &'a str) -> &'a str {
        let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let is_zero = |digits: &str| digits.bytes().all(|byte| byte == b'0');
        let whole = match text.split_once('.') {
            Some((whole, zeros)) if self.float && is_digits(whole) && is_digits(zeros) && is_zero(zeros) => whole,
            _ => text,
        };
        match self.strip_zeros && is_digits(whole) {
            // A code of zeros alone keeps its last one.
            true => &whole[whole.len() - whole.trim_start_matches('0').len().max(1)..],
            false => whole,
        }
    }
}

/// Rows that are kept or left out by the value of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The column of the source.
    pub column: usize,
    /// The values, lower case.
    pub values: Vec<String>,
    /// Whether the values are those that are kept, instead of those that are left out.
    pub keeps: bool,
}

impl Filter {
    /// Whether a row is left out.
    pub fn leaves_out(&self, row: &RawRow<'_>) -> bool {
        let text = row.cell(self.column).text.trim().to_lowercase();
        self.values.contains(&text) != self.keeps
    }
}

/// A piece of what takes the place of a blank cell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Filling {
    /// Text as it is.
    Words(String),
    /// The text of a column of the source.
    Column(usize),
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
    /// Which part of the cell is read; the whole where there is none.
    pub part: Option<Part>,
    /// The words of the system and the canonical ones that stand for them (`types` of the profile).
    pub words: Vec<(String, String)>,
    /// Whether a row without it is refused.
    pub required: bool,
    /// Whether a cell that cannot be read is left blank, instead of keeping the row out.
    pub spare: bool,
}

impl Slot {
    /// Whether it holds amounts.
    pub fn is_money(&self) -> bool {
        matches!(self.grammar, Grammar::Money { .. })
    }
}

/// What is assumed of undeclared formats, to be proved by the whole column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Assumed {
    /// The decimal mark of each slot.
    pub marks: Vec<Mark>,
    /// The order of day and month of each slot.
    pub orders: Vec<Order>,
    /// Whether a bank writes its debits with a minus.
    pub minus_debits: bool,
    /// Whether a column of sides carries the signs.
    pub by_side: bool,
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
    /// The flag column of each slot under [`SignRule::Flag`].
    pub flags: Vec<Option<usize>>,
    /// Rows left out and kept by value.
    pub filters: Vec<Filter>,
    /// The headings as written.
    pub headings: Vec<String>,
    /// The column that may name the side of each amount.
    pub side: Option<SideColumn>,
    /// The column of the running balance, where opening balances stand.
    pub balance: Option<usize>,
    /// What takes the place of blank cells: the column of the table, and templates in their order.
    pub blank: Vec<(usize, Vec<Vec<Filling>>)>,
    /// The close's setting.
    pub setting: Setting,
    /// What a row of delimited text must have: the exact number of fields.
    pub strict_width: bool,
    /// The table columns that dates, entities and currencies are looked up in.
    pub at: At,
    /// The table columns that rows of this source can have something in.
    pub filled: Vec<usize>,
    /// Those of them that hold amounts.
    pub money: Vec<usize>,
    /// The numbers of the slots that hold amounts.
    pub money_slots: Vec<usize>,
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
        let mut slots: Vec<Slot> = found.taken.iter().map(|taken| slot(def, &profile, taken)).collect();
        if facts.is_records {
            // No spreadsheet has touched the codes of such a file: `4E5` is a reference like any other.
            let codes = slots.iter_mut().filter(|slot| matches!(slot.grammar, Grammar::Code(_)));
            codes.for_each(|slot| slot.grammar = Grammar::Text);
        }
        refuse_unsaid_units(&facts, &slots)?;
        let column_at = |heading: &str| super::headings::position(&found.headings, heading);
        let flags = flags(&profile, &found, &facts, &slots)?;
        let filters = filters(&profile, &facts, column_at)?;
        let blank = blank_fillings(def, &profile, &slots, column_at);
        let used: Vec<usize> = slots.iter().map(|slot| slot.source).chain(flags.iter().flatten().copied()).collect();
        let extra = (0..found.headings.len())
            .filter(|index| !used.contains(index) && !found.headings[*index].is_empty())
            .map(|index| (index, found.headings[index].clone()))
            .collect();
        let required = slots.iter().filter(|slot| slot.required).map(|slot| slot.source).collect();
        let keys = slots.iter().filter(|s| matches!(s.grammar, Grammar::Code(_))).map(|s| s.source).collect();
        let dates = slots.iter().filter(|s| matches!(s.grammar, Grammar::Date(_))).map(|s| s.source).collect();
        let read = slots.iter().map(|slot| slot.source).filter(|_| profile.sections.is_some()).collect();
        let amounts = slots.iter().filter(|s| matches!(s.grammar, Grammar::Money { .. })).map(|s| s.source).collect();
        let kinds = RowKinds::new(found.headings.clone(), required, keys, dates, profile.rows.clone());
        let kinds = kinds.with_amounts(amounts).grouped(read);
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
        let side = sides::column(def, &profile, &slots, &found.headings).filter(|_| !facts.is_records);
        let balance = profile.rows.balance.iter().find_map(|heading| column_at(heading));
        let number = if def.name == "invoice_lines" { "line_no" } else { "journal_id" };
        let derived = ["amount", number, "ending_balance"].into_iter();
        let fixed = profile.constants.keys().chain(profile.defaults.keys()).map(String::as_str);
        let mut filled: Vec<usize> = derived.chain(fixed).filter_map(|name| def.position(name)).collect();
        filled.extend(slots.iter().map(|slot| slot.target).filter(|target| *target < def.columns.len()));
        filled.sort_unstable();
        filled.dedup();
        let money = filled.iter().copied().filter(|index| def.columns[*index].kind == Kind::Money).collect();
        let money_slots = (0..slots.len()).filter(|number| slots[*number].is_money()).collect();
        let strict_width = facts.delimiter.is_some();
        let width = found.headings.len();
        let setting = setting.clone();
        Ok(Plan {
            def,
            facts,
            slots,
            extra,
            width,
            kinds,
            profile,
            flags,
            filters,
            headings: found.headings,
            side,
            balance,
            blank,
            setting,
            strict_width,
            at,
            filled,
            money,
            money_slots,
        })
    }

    /// The table columns that a slot of amounts is read into: its own, and the one that is formed out of it.
    pub fn columns_of(&self, slot: &Slot) -> Vec<usize> {
        let is_side = matches!(slot.canonical.as_str(), "debit" | "credit");
        let formed =
            if self.def.name == "trial_balance" { self.def.position("ending_balance") } else { self.at.amount };
        let formed = formed.filter(|column| is_side && !self.slots.iter().any(|slot| slot.target == *column));
        let own = Some(slot.target).filter(|target| *target < self.def.columns.len());
        own.into_iter().chain(formed).collect()
    }

    /// The table columns that the amounts of a row are read into.
    pub fn amounts(&self) -> Vec<usize> {
        let slots = self.slots.iter().filter(|slot| slot.is_money());
        let mut columns: Vec<usize> = slots.flat_map(|slot| self.columns_of(slot)).collect();
        columns.sort_unstable();
        columns.dedup();
        columns
    }

    /// Whether the source is a sheet: cells have kinds, and blank rows are not there.
    pub fn is_sheet(&self) -> bool {
        !self.facts.sheet.is_empty()
    }

    /// The place of a row and column, for messages.
    pub fn place(&self, row: u32, heading: &str) -> Place {
        let place = Place { file: self.facts.file.clone(), sheet: self.facts.sheet.clone(), ..Place::default() };
        place.row(row.into()).column(heading)
    }
}

/// The column that carries the sign of each slot. Columns of debits and of credits say themselves which side they are.
fn flags(profile: &Profile, found: &Recognised, facts: &SourceFacts, slots: &[Slot]) -> Result<Vec<Option<usize>>> {
    let of_slot = |slot: &Slot| {
        let is_side = matches!(slot.canonical.as_str(), "debit" | "credit");
        let own = profile.signs.columns.get(&slot.canonical);
        let heading = own.or(profile.signs.column.as_ref().filter(|_| !is_side));
        let is_flagged = profile.signs.rule == SignRule::Flag && slot.is_money();
        heading.filter(|_| is_flagged).map(|heading| flag_column(found, facts, heading)).transpose()
    };
    slots.iter().map(of_slot).collect()
}

/// The column that carries the signs: by its heading, which must not stand there twice, or by its position.
fn flag_column(found: &Recognised, facts: &SourceFacts, heading: &str) -> Result<usize> {
    let index = super::headings::position(&found.headings, heading)
        .ok_or_else(|| no_heading(facts, heading, "signs.column"))?;
    match super::headings::twin(&found.headings, index).filter(|_| !heading.starts_with('#')) {
        None => Ok(index),
        Some(twin) => Err(Problem::input(
            "T2003",
            Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() }
                .row(found.place.into())
                .column(heading),
            format!(
                "signs.column names \"{heading}\", which stands there twice, in columns {} and {}",
                index.min(twin) + 1,
                index.max(twin) + 1
            ),
            format!(
                "say which one by position: signs = {{ rule = \"flag\", column = \"#{}\", … }}; where each amount has \
                 its own, columns = {{ opening_balance = \"#{}\", ending_balance = \"#{}\" }}",
                index.max(twin) + 1,
                index.min(twin) + 1,
                index.max(twin) + 1
            ),
        )),
    }
}

/// The filters of a profile whose headings the source has.
fn filters(profile: &Profile, facts: &SourceFacts, column_at: impl Fn(&str) -> Option<usize>) -> Result<Vec<Filter>> {
    let mut filters = Vec::new();
    let excluded = profile.exclude.iter().map(|entry| (entry, false));
    for ((heading, values), keeps) in excluded.chain(profile.only.iter().map(|entry| (entry, true))) {
        match column_at(heading) {
            Some(column) => {
                let values = values.iter().map(|value| value.to_lowercase()).collect();
                filters.push(Filter { column, values, keeps });
            }
            // A profile's exclusion is a habit; only the source's own is a promise.
            None if profile.promised.contains(heading) => {
                return Err(no_heading(facts, heading, if keeps { "only" } else { "exclude" }));
            }
            None => {}
        }
    }
    Ok(filters)
}

/// The templates of a profile whose columns the source has.
fn blank_fillings(
    def: &TableDef,
    profile: &Profile,
    slots: &[Slot],
    column_at: impl Fn(&str) -> Option<usize>,
) -> Vec<(usize, Vec<Vec<Filling>>)> {
    let of_name = |name: &str| {
        let slot = slots.iter().find(|slot| slot.canonical == name);
        slot.map(|slot| slot.source).or_else(|| column_at(name))
    };
    let of_template = |template: &String| {
        let mut pieces = Vec::new();
        let mut rest = template.as_str();
        while let Some((words, more)) = rest.split_once('{') {
            let (name, after) = more.split_once('}')?;
            pieces.push(Filling::Words(words.to_owned()));
            pieces.push(Filling::Column(of_name(name)?));
            rest = after;
        }
        pieces.push(Filling::Words(rest.to_owned()));
        Some(pieces)
    };
    let filled = profile.blank.iter().filter_map(|(canonical, templates)| {
        Some((def.position(canonical)?, templates.iter().filter_map(of_template).collect::<Vec<_>>()))
    });
    filled.filter(|(_, templates)| !templates.is_empty()).collect()
}

fn slot(def: &TableDef, profile: &Profile, taken: &super::headings::Taken) -> Slot {
    let target = def.position(&taken.canonical).unwrap_or(def.columns.len());
    let kind = def.columns.get(target).map_or(Kind::Money, |column| column.kind);
    let grammar = match kind {
        Kind::Text | Kind::Word if taken.canonical == "item_type" => Grammar::ItemType,
        Kind::Text | Kind::Word if CODES.contains(&taken.canonical.as_str()) => {
            Grammar::Code(CodeForm::of(profile, &taken.canonical))
        }
        Kind::Text | Kind::Word => Grammar::Text,
        Kind::Date => Grammar::Date(profile.options.date_format.clone()),
        Kind::Money => Grammar::Money {
            declared: profile.options.mark().is_some(),
            minor_units: profile.options.minor_units.get(&taken.canonical).copied(),
        },
        Kind::Decimal => Grammar::Decimal,
        Kind::Int => Grammar::Int,
        Kind::Bool => Grammar::Bool,
    };
    // A constant takes the place of a blank cell, as a default does.
    let fallback = profile.defaults.contains_key(&taken.canonical)
        || profile.constants.contains_key(&taken.canonical)
        || profile.options.fill_down.contains(&taken.canonical)
        || profile.blank.contains_key(&taken.canonical)
        || (def.name == "gl_lines" && taken.canonical == "journal_id")
        || (def.name == "invoice_lines" && taken.canonical == "line_no")
        || (def.name == "trial_balance" && taken.canonical == "ending_balance");
    let required = def.columns.get(target).is_some_and(|column| column.required) && !fallback;
    // Document types are mapped by their own grammar.
    let mapped = profile.types.get(&taken.canonical).filter(|_| grammar != Grammar::ItemType);
    let words = mapped.into_iter().flatten().map(|(from, to)| (from.clone(), to.clone())).collect();
    Slot {
        words,
        target,
        canonical: taken.canonical.clone(),
        source: taken.index,
        heading: taken.heading.clone(),
        grammar,
        part: profile.parts.get(&taken.canonical).cloned(),
        required,
        // A credit limit is in no balance, and a customer without one is a customer.
        spare: def.name == "customers" && !required && matches!(kind, Kind::Money | Kind::Decimal),
    }
}

/// Whole numbers in a database without decimals are cents in one system and dollars in the next: never guessed.
fn refuse_unsaid_units(facts: &SourceFacts, slots: &[Slot]) -> Result<()> {
    let unsaid = |slot: &&Slot| {
        matches!(slot.grammar, Grammar::Money { minor_units: None, .. }) && facts.whole_columns.contains(&slot.source)
    };
    let Some(slot) = slots.iter().find(unsaid) else { return Ok(()) };
    let name = &slot.canonical;
    Err(Problem::input(
        "T1610",
        Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() }.column(&slot.heading),
        "the amounts are whole numbers, and nothing says whether they count cents",
        format!("options = {{ minor_units = {{ {name} = 2 }} }} for cents, {name} = 0 for whole units"),
    ))
}

fn no_heading(facts: &SourceFacts, heading: &str, key: &str) -> Problem {
    Problem::input(
        "T2002",
        Place { file: facts.file.clone(), sheet: facts.sheet.clone(), ..Place::default() },
        format!("{key} names the heading \"{heading}\", which this source does not have"),
        "check the spelling against the headings that `tieout inspect` lists",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_lose_only_what_the_system_added() {
        let form = CodeForm { width: None, strip_zeros: true, float: true };
        assert_eq!(form.strip("0000100234"), "100234");
        assert_eq!(form.strip("0000000000"), "0");
        assert_eq!(form.strip("4711.0"), "4711");
        assert_eq!(form.strip("004711.00"), "4711");
        // Letters, other decimals and blanks make it another code.
        for other in ["00A1", "4711.5", "0047-11", "", ".0", "4711."] {
            assert_eq!(form.strip(other), other);
        }
        assert_eq!(CodeForm::default().strip("0047.0"), "0047.0");
    }
}
