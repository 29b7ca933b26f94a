//! Types the rows of one block under a plan: the inner loop of every load.

use super::amount::{self, Evidence, Mark, SideWord};
use super::codes;
use super::date::{self, Order};
use super::piece::{Event, LeftOut, Padded, Piece, Reject};
use super::plan::{Assumed, Grammar, Plan, Slot};
use super::rows::RowKind;
use super::rules::{Balances, SignRule};
use crate::load::raw::{Raw, RawBlock, RawKind, RawRow};
use crate::model::money::SCALE_DIGITS;
use crate::model::{Cell, Currency, Date, Money, SourceRow};
use rust_decimal::Decimal;
use std::borrow::Cow;

/// A typed cell that may own its text.
#[derive(Clone, Debug, PartialEq)]
enum Value<'a> {
    Null,
    Text(Cow<'a, str>),
    Date(Date),
    Money(i64),
    Decimal(Decimal),
    Int(i64),
    Bool(bool),
}

impl Value<'_> {
    fn cell(&self) -> Cell<'_> {
        match self {
            Value::Null => Cell::Null,
            Value::Text(text) => Cell::text(text),
            Value::Date(date) => Cell::Date(*date),
            Value::Money(units) => Cell::Money(Money::from_units(*units)),
            Value::Decimal(number) => Cell::Decimal(*number),
            Value::Int(number) => Cell::Int(*number),
            Value::Bool(flag) => Cell::Bool(*flag),
        }
    }

    fn money(&self) -> Option<i64> {
        match self {
            Value::Money(units) => Some(*units),
            _ => None,
        }
    }
}

/// Why a cell is refused: code and reason.
type Refused = (&'static str, String);

/// Types the rows of one block from row index `from` on.
pub struct Typist<'p> {
    plan: &'p Plan,
    assumed: &'p Assumed,
    source: u32,
    piece: Piece,
    /// The last currency that was looked up: currencies come in runs.
    currency: Option<(String, Currency)>,
    constants: Vec<(usize, Value<'p>)>,
}

impl<'p> Typist<'p> {
    /// A typist for one block; `source` is the source's number in the run.
    pub fn new(plan: &'p Plan, assumed: &'p Assumed, source: u32) -> Typist<'p> {
        let piece = Piece::new(plan.def, plan.slots.len());
        let constants = fixed_values(plan);
        Typist { plan, assumed, source, piece, currency: None, constants }
    }

    /// Types every row of the block from row index `from` on.
    pub fn run(mut self, block: &RawBlock, from: usize) -> Piece {
        let width = self.plan.def.columns.len() + 2;
        let mut row_values: Vec<Value<'_>> = Vec::with_capacity(width);
        for index in from..block.len() {
            let row = block.row(index);
            if row.is_blank() {
                continue;
            }
            self.piece.rows_read += 1;
            row_values.clear();
            row_values.resize(width, Value::Null);
            self.row(row, &mut row_values);
        }
        // Columns that the source does not have are blank in all rows at once.
        for table in [&mut self.piece.table, &mut self.piece.later] {
            let rows = table.places.len();
            table.columns.iter_mut().for_each(|column| column.fill_to(rows));
        }
        self.piece
    }

    fn row<'a>(&mut self, row: RawRow<'a>, values: &mut Vec<Value<'a>>)
    where
        'p: 'a,
    {
        let plan = self.plan;
        if let Some(kind) = plan.kinds.kind(&row) {
            self.leave_out(row, kind);
            return;
        }
        if plan.strict_width && !fits(&row, plan.width) {
            let reason = format!("the row has {} fields where the headings have {}", row.len(), plan.width);
            self.reject(row.place, "", &row_text(&row), ("T1201", reason));
            self.piece.rejected_rows += 1;
            return;
        }
        let excluded = plan.exclude.iter().any(|(column, words)| {
            let text = row.cell(*column).text.trim().to_lowercase();
            words.contains(&text)
        });
        let rejects_before = self.piece.rejects.len();
        for (number, slot) in plan.slots.iter().enumerate() {
            let raw = row.cell(slot.source);
            match self.value(number, slot, raw, row.place) {
                Ok(Value::Null) if slot.required && !excluded => {
                    let reason = format!("{} is blank, and a row cannot do without it", slot.canonical);
                    self.reject(row.place, &slot.heading, "", ("T2001", reason));
                }
                Ok(value) => values[self.target(slot)] = value,
                Err(_) if excluded => {}
                Err(refused) => self.reject(row.place, &slot.heading, raw.text, refused),
            }
        }
        for (target, value) in &self.constants {
            if values[*target] == Value::Null {
                values[*target] = value.clone();
            }
        }
        if excluded {
            let amounts = self.amounts(values);
            self.aside(row.place, RowKind::Excluded, &row_text(&row), amounts);
            return;
        }
        if self.piece.rejects.len() == rejects_before {
            self.finish(row, values);
        }
        if self.piece.rejects.len() > rejects_before {
            self.piece.rejected_rows += 1;
        }
    }

    /// Applies the row's rules (signs, debit and credit, decimals) and adds it to its table.
    fn finish<'a>(&mut self, row: RawRow<'a>, values: &mut [Value<'a>]) {
        let checked = self.sign(&row, values).and_then(|()| self.two_columns(&row, values));
        let checked = checked.and_then(|()| self.decimals(values));
        if let Err((column, value, refused)) = checked {
            self.reject(row.place, &column, &value, refused);
            return;
        }
        let plan = self.plan;
        if plan.def.name == "gl_lines" && values[2] == Value::Null {
            values[2] = Value::Text(Cow::Owned(format!("{}:{}", plan.facts.file, row.place)));
        }
        let date = |at: usize| match &values[at] {
            Value::Date(date) => Some(*date),
            _ => None,
        };
        let posting = plan.at.posting_date.and_then(|at| date(at).or_else(|| plan.at.document_date.and_then(date)));
        let later = posting.is_some_and(|date| date > plan.setting.period_end);
        if later {
            let amounts = self.amounts(values);
            self.aside(row.place, RowKind::AfterPeriod, &row_text(&row), amounts);
        }
        let table = if later { &mut self.piece.later } else { &mut self.piece.table };
        for index in &plan.filled {
            table.columns[*index].push(values[*index].cell());
            if let (false, Value::Money(units)) = (later, &values[*index]) {
                self.piece.sums[*index] += i128::from(*units);
            }
        }
        table.places.push(SourceRow { source: self.source, row: row.place });
        if table.extra.len() < plan.extra.len() {
            let names = plan.extra.iter().map(|(_, name)| (name.as_str().into(), crate::model::TextColumn::interned()));
            table.extra = names.collect();
        }
        for ((source, _), (_, column)) in plan.extra.iter().zip(&mut table.extra) {
            column.push(row.cell(*source).text.trim());
        }
    }

    fn target(&self, slot: &Slot) -> usize {
        // Debit and credit of a table without such columns lie behind its columns.
        if slot.target < self.plan.def.columns.len() {
            slot.target
        } else {
            self.plan.def.columns.len() + usize::from(slot.canonical == "credit")
        }
    }

    /// The amounts of each slot: what a printed total is compared with.
    fn amounts(&self, values: &[Value<'_>]) -> Vec<Option<i64>> {
        self.plan.slots.iter().map(|slot| values[self.target(slot)].money()).collect()
    }

    fn reject(&mut self, row: u32, column: &str, value: &str, (code, reason): Refused) {
        self.piece.rejects.push(Reject { row, column: column.to_owned(), value: value.to_owned(), code, reason });
    }

    fn aside(&mut self, row: u32, kind: RowKind, text: &str, amounts: Vec<Option<i64>>) {
        self.piece.left_out.push(LeftOut { row, kind, text: text.to_owned() });
        self.piece.events.push((self.piece.table.places.len() as u32, row, Event::Aside(amounts)));
    }

    fn leave_out(&mut self, row: RawRow<'_>, kind: RowKind) {
        let text = row_text(&row);
        let at = self.piece.table.places.len() as u32;
        match kind {
            RowKind::Total => {
                let amounts = self.plan.slots.iter().enumerate().map(|(number, slot)| {
                    let value = matches!(slot.grammar, Grammar::Money { .. })
                        .then(|| self.value(number, slot, row.cell(slot.source), row.place).ok());
                    value.flatten().and_then(|value| value.money())
                });
                let amounts = amounts.collect();
                self.piece.events.push((at, row.place, Event::Total(amounts)));
            }
            RowKind::Section => {
                let lead = row.cells().map(|cell| cell.text.trim()).find(|text| !text.is_empty()).unwrap_or("");
                self.piece.events.push((at, row.place, Event::Section(lead.to_owned())));
            }
            RowKind::Footer => {
                if let Some(count) = counted(&text) {
                    self.piece.events.push((at, row.place, Event::Count(count)));
                }
            }
            _ => {}
        }
        self.piece.left_out.push(LeftOut { row: row.place, kind, text });
    }

    /// Reads one cell under its slot's grammar.
    fn value<'a>(&mut self, number: usize, slot: &Slot, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        if (raw.kind == RawKind::Error && !raw.text.is_empty()) || is_error_word(raw.text) {
            return Err(error_cell(raw.text));
        }
        match &slot.grammar {
            Grammar::Text => Ok(text_value(codes::clean(raw.text))),
            Grammar::Code(None) => code_value(raw),
            Grammar::Code(Some(width)) => self.padded(number, raw, *width, row),
            Grammar::ItemType => self.item_type(raw.text),
            Grammar::Date(declared) => self.date(number, declared.as_deref(), raw, row),
            Grammar::Money { declared } => self.money(number, *declared, raw, row),
            Grammar::Decimal => self.decimal(number, raw, row),
            Grammar::Int => match raw.text.trim() {
                "" => Ok(Value::Null),
                text => text.parse().map(Value::Int).map_err(|_| ("T2103", "is not a whole number".to_owned())),
            },
            Grammar::Bool => match raw.text.trim() {
                "" => Ok(Value::Null),
                text => codes::flag(text)
                    .map(Value::Bool)
                    .ok_or_else(|| ("T2205", "is neither yes nor no (true, false, Y, N, 1, 0)".to_owned())),
            },
        }
    }

    /// A code of a column that has a width: digits get the zeros back that a spreadsheet took (bad-inputs 41).
    fn padded<'a>(&mut self, number: usize, raw: Raw<'a>, width: usize, row: u32) -> Result<Value<'a>, Refused> {
        let value = code_value(raw)?;
        let Value::Text(text) = &value else { return Ok(value) };
        if !text.bytes().all(|byte| byte.is_ascii_digit()) || text.len() > width {
            return Ok(value);
        }
        if text.len() == width {
            self.piece.full_width.insert((number, text.to_string()));
            return Ok(value);
        }
        let code = format!("{text:0>width$}");
        let index = self.piece.table.places.len() as u32;
        self.piece.padded.push(Padded { slot: number, index, row, code: code.clone() });
        Ok(Value::Text(Cow::Owned(code)))
    }

    fn item_type<'a>(&self, text: &'a str) -> Result<Value<'a>, Refused> {
        let word = text.trim();
        if word.is_empty() {
            return Ok(Value::Null);
        }
        let mapped = self.plan.profile.types.get("item_type").and_then(|types| {
            types.iter().find(|(from, _)| from.trim().eq_ignore_ascii_case(word)).map(|(_, to)| to.as_str())
        });
        match mapped.unwrap_or(word) {
            canonical if codes::ITEM_TYPES.contains(&canonical) => {
                let index = codes::ITEM_TYPES.iter().position(|known| *known == canonical).unwrap_or(0);
                Ok(Value::Text(Cow::Borrowed(codes::ITEM_TYPES[index])))
            }
            other => codes::item_type(other).map(|known| Value::Text(Cow::Borrowed(known))).ok_or_else(|| {
                let reason = format!(
                    "is no document type that is known; map it with types = {{ item_type = {{ \"{word}\" = \
                     \"invoice\" }} }}"
                );
                ("T2207", reason)
            }),
        }
    }

    fn date<'a>(
        &mut self,
        number: usize,
        declared: Option<&str>,
        raw: Raw<'a>,
        row: u32,
    ) -> Result<Value<'a>, Refused> {
        if let (RawKind::Text, Some(date)) = (raw.kind, fast_iso(declared, raw.text)) {
            return Ok(Value::Date(date));
        }
        let cleaned = codes::clean(raw.text);
        let text = cleaned.as_ref();
        if text.is_empty() || self.plan.profile.options.no_date.iter().any(|none| none == text) {
            return Ok(Value::Null);
        }
        if let (RawKind::Text | RawKind::Number, Some(format)) = (raw.kind, declared) {
            let refused = || ("T2303", format!("is not a date in the declared format {format}"));
            return date::parse_declared(text, format).map(Value::Date).ok_or_else(refused);
        }
        let order = self.assumed.orders[number];
        let Some(parsed) = date::parse(text, order) else {
            let reason = "is not a date; declare the form with options = { date_format = \"…\" }";
            return Err(("T2303", reason.to_owned()));
        };
        match parsed.evidence {
            date::Evidence::Neutral => {}
            date::Evidence::Decides(order) => self.piece.orders[number].decide(order, row, text),
            date::Evidence::Ambiguous => {
                let at = self.piece.table.places.len() as u32;
                self.piece.orders[number].doubt(at, row, text);
            }
        }
        let other = match order {
            Order::DayFirst => "day first",
            Order::MonthFirst => "month first",
        };
        parsed.date.map(Value::Date).ok_or_else(|| ("T2302", format!("is no date when read {other} like its column")))
    }

    fn money<'a>(&mut self, number: usize, declared: bool, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        let options = &self.plan.profile.options;
        let text = raw.text;
        if raw.kind != RawKind::Text {
            return number_cell(text);
        }
        let mark = self.assumed.marks[number];
        let (dots, commas) = (text.contains('.'), text.contains(','));
        let cents = mark == Mark::Dot && dots && !commas && text.len() > 3 && text.as_bytes()[text.len() - 3] == b'.';
        if !declared && cents {
            // `1234.56`, the common case: two digits behind the only mark can only be decimals.
            self.piece.marks[number].decide(Mark::Dot, row, text);
        } else if !declared && (dots || commas) {
            match amount::evidence(text) {
                Evidence::Neutral => {}
                Evidence::Decides(mark) => self.piece.marks[number].decide(mark, row, text),
                Evidence::Ambiguous => {
                    let at = self.piece.table.places.len() as u32;
                    self.piece.marks[number].doubt(at, row, text.trim());
                }
            }
        }
        let cleaned = text.trim();
        if cleaned.is_empty() {
            return Ok(Value::Null);
        }
        if options.zero.iter().any(|zero| zero == cleaned) {
            return Ok(Value::Money(0));
        }
        if let (true, Some(foreign)) = (declared, wrong_separator(cleaned, options.thousands, mark)) {
            return Err(("T2102", format!("groups its digits by \"{foreign}\", which is not the declared separator")));
        }
        let parsed = amount::parse(cleaned, mark).map_err(|refusal| (refusal.code(), refusal.words().to_owned()))?;
        match (parsed.side, self.plan.profile.signs.rule) {
            (None, _) => Ok(Value::Money(parsed.units)),
            (Some(SideWord::Debit), SignRule::SideWord) => Ok(Value::Money(parsed.units)),
            (Some(SideWord::Credit), SignRule::SideWord) => Ok(Value::Money(-parsed.units)),
            (Some(_), _) => Err((
                "T2108",
                "carries CR or DR, and the source has no rule for it; set signs = { rule = \"side_word\" }".to_owned(),
            )),
        }
    }

    /// A rate, price or quantity. Its mark is the declared one, else the one that the column proves.
    fn decimal<'a>(&mut self, number: usize, raw: Raw<'a>, row: u32) -> Result<Value<'a>, Refused> {
        let text = raw.text.trim();
        if text.is_empty() {
            return Ok(Value::Null);
        }
        let mark = if raw.kind == RawKind::Text { self.assumed.marks[number] } else { Mark::Dot };
        if raw.kind == RawKind::Text && self.plan.profile.options.decimal.is_none() {
            match amount::rate_evidence(text) {
                Evidence::Neutral => {}
                Evidence::Decides(mark) => self.piece.marks[number].decide(mark, row, text),
                Evidence::Ambiguous => {
                    let at = self.piece.table.len() as u32;
                    self.piece.marks[number].doubt(at, row, text);
                }
            }
        }
        let number = amount::rate_digits(text, mark).and_then(|plain| plain.parse::<Decimal>().ok());
        number.map(Value::Decimal).ok_or_else(|| ("T2103", "is not a number".to_owned()))
    }

    /// Turns amounts round by the source's sign rule.
    fn sign(&self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), (String, String, Refused)> {
        let profile = &self.plan.profile;
        let turn: fn(i64) -> i64 = match profile.signs.rule {
            SignRule::AsWritten | SignRule::SideWord => return Ok(()),
            SignRule::Reversed => |units| -units,
            SignRule::ByType => {
                let kind = self.plan.at.item_type.map(|at| &values[at]);
                match kind {
                    Some(Value::Text(kind)) if codes::type_sign(kind) < 0 => |units| -units.abs(),
                    _ => return Ok(()),
                }
            }
            SignRule::Flag => {
                let flag = self.plan.flag.map_or("", |column| row.cell(column).text.trim());
                if flag.is_empty() {
                    let heading = profile.signs.column.clone().unwrap_or_default();
                    let reason = "the flag that carries the sign is blank".to_owned();
                    return Err((heading, String::new(), ("T2108", reason)));
                }
                if !profile.signs.negative.iter().any(|negative| negative.eq_ignore_ascii_case(flag)) {
                    return Ok(());
                }
                |units| -units
            }
        };
        for slot in &self.plan.slots {
            let target = self.target(slot);
            if let Value::Money(units) = &mut values[target] {
                *units = turn(*units);
            }
        }
        Ok(())
    }

    /// Forms the amount out of debit and credit, or checks it against them (bad-inputs 61 and 62).
    fn two_columns(&mut self, row: &RawRow<'_>, values: &mut [Value<'_>]) -> Result<(), (String, String, Refused)> {
        let plan = self.plan;
        if plan.def.name == "trial_balance" {
            self.ending_balance(values);
            return Ok(());
        }
        if plan.at.debit.is_none() && plan.at.credit.is_none() {
            return Ok(());
        }
        let of = |slot: Option<usize>| slot.and_then(|slot| values[self.target(&plan.slots[slot])].money());
        let (debit, credit) = (of(plan.at.debit), of(plan.at.credit));
        let heading = plan.at.debit.or(plan.at.credit).map_or(String::new(), |slot| plan.slots[slot].heading.clone());
        let Some(at) = plan.at.amount else { return Ok(()) };
        let shown = || row_text(row);
        if debit.unwrap_or(0) != 0 && credit.unwrap_or(0) != 0 {
            return Err((heading, shown(), ("T2109", "debit and credit are both filled".to_owned())));
        }
        let Some(difference) = debit.unwrap_or(0).checked_sub(credit.unwrap_or(0)) else {
            return Err((heading, shown(), ("T2105", "is beyond 10^15 minor units".to_owned())));
        };
        match values[at].money() {
            None if debit.is_none() && credit.is_none() => {
                return Err((heading, String::new(), ("T2110", "debit and credit are both blank".to_owned())));
            }
            Some(amount) if (debit.is_some() || credit.is_some()) && amount != difference => {
                let reason = "amount is not debit less credit".to_owned();
                return Err((
                    plan.def.columns[at].name.to_owned(),
                    Money::<()>::from_units(amount).to_string(),
                    ("T2111", reason),
                ));
            }
            Some(_) => {}
            None => values[at] = Value::Money(difference),
        }
        self.piece.odd_signs += u64::from(debit.unwrap_or(0) < 0 || credit.unwrap_or(0) < 0);
        self.piece.zero_lines += u64::from(debit.unwrap_or(0) == 0 && credit.unwrap_or(0) == 0);
        Ok(())
    }

    /// A missing ending balance: opening + debit - credit, or debit - credit where those two are balances.
    fn ending_balance(&self, values: &mut [Value<'_>]) {
        let at = |name: &str| self.plan.def.position(name).and_then(|at| values[at].money());
        let (opening, debit, credit) = (at("opening_balance"), at("debit"), at("credit"));
        let moved = debit.unwrap_or(0) - credit.unwrap_or(0);
        let Some(target) = self.plan.def.position("ending_balance") else { return };
        if values[target].money().is_some() {
            return;
        }
        values[target] = match self.plan.profile.trial_balance.balances {
            Some(Balances::DebitCredit) => Value::Money(moved),
            None => Value::Money(opening.unwrap_or(0) + moved),
        };
    }

    /// Refuses more decimals than the currency has (bad-inputs 38 and 60).
    fn decimals(&mut self, values: &mut [Value<'_>]) -> Result<(), (String, String, Refused)> {
        let plan = self.plan;
        fn text_at<'v>(values: &'v [Value<'_>], at: Option<usize>) -> &'v str {
            match at.map(|at| &values[at]) {
                Some(Value::Text(text)) => text,
                _ => "",
            }
        }
        let functional = match plan.setting.entity_currency.is_empty() {
            true => plan.setting.currency,
            false => plan.setting.functional(text_at(values, plan.at.entity)),
        };
        let currency = match text_at(values, plan.at.currency) {
            "" => functional,
            code => self.known_currency(code)?,
        };
        let ledger = plan.def.name == "gl_lines";
        for slot in plan.slots.iter().filter(|slot| matches!(slot.grammar, Grammar::Money { .. })) {
            let kept = match slot.canonical.starts_with("functional") || ledger {
                true => functional.decimals().max(if ledger { currency.decimals() } else { 0 }),
                false => currency.decimals(),
            };
            let target = self.target(slot);
            let step = STEPS[kept.min(SCALE_DIGITS as u32) as usize];
            let Value::Money(units) = &mut values[target] else { continue };
            if *units % step == 0 {
                continue;
            }
            // Where a table has no currency, its amounts are in that of the document they name, which is not known here.
            if plan.at.currency.is_none() && !plan.profile.options.round {
                continue;
            }
            if !plan.profile.options.round {
                let reason = format!(
                    "has more decimals than {currency} has; set options = {{ round = true }} if they are noise"
                );
                return Err((slot.heading.clone(), Money::<()>::from_units(*units).to_string(), ("T2104", reason)));
            }
            let half = step / 2;
            *units = (*units + if *units < 0 { -half } else { half }) / step * step;
        }
        Ok(())
    }

    fn known_currency(&mut self, code: &str) -> Result<Currency, (String, String, Refused)> {
        if let Some((known, currency)) = &self.currency
            && known == code
        {
            return Ok(*currency);
        }
        let Some(currency) = Currency::parse(code) else {
            let reason = "is no currency of ISO 4217".to_owned();
            return Err(("currency".to_owned(), code.to_owned(), ("T2107", reason)));
        };
        self.currency = Some((code.to_owned(), currency));
        Ok(currency)
    }
}

/// Ten-thousandths in the smallest unit of a currency with 0 to 4 decimals.
const STEPS: [i64; SCALE_DIGITS + 1] = [10_000, 1_000, 100, 10, 1];

/// The values that a row has where its source has none: constants, defaults, the only entity.
fn fixed_values(plan: &Plan) -> Vec<(usize, Value<'_>)> {
    let fixed = plan.profile.constants.iter().chain(&plan.profile.defaults);
    fixed
        .filter_map(|(name, value)| Some((plan.def.position(name)?, Value::Text(Cow::Borrowed(value.as_str())))))
        .filter(|(at, _)| matches!(plan.def.columns[*at].kind, crate::model::Kind::Text | crate::model::Kind::Word))
        .collect()
}

fn text_value(text: Cow<'_, str>) -> Value<'_> {
    if text.is_empty() { Value::Null } else { Value::Text(text) }
}

fn code_value(raw: Raw<'_>) -> Result<Value<'_>, Refused> {
    match codes::damaged_code(raw) {
        Some((code, reason)) => Err((code, reason.to_owned())),
        None => Ok(text_value(codes::clean(raw.text))),
    }
}

fn fast_iso(declared: Option<&str>, text: &str) -> Option<Date> {
    match declared {
        None | Some("%Y-%m-%d") => Date::parse_iso(text),
        Some(_) => None,
    }
}

/// What spreadsheets write into a text file where a formula failed.
fn is_error_word(text: &str) -> bool {
    const WORDS: [&str; 8] = ["#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!"];
    text.starts_with('#') && WORDS.contains(&text.trim_end())
}

fn error_cell(text: &str) -> Refused {
    match text {
        "#NOT-CALCULATED" => {
            ("T1107", "is a formula without a value; open the file in Excel, save it, and run again".to_owned())
        }
        "#BAD-DATE" => ("T2304", "is a day that the calendar does not have".to_owned()),
        _ => ("T2206", "is an error value of the spreadsheet; mend the formula and export again".to_owned()),
    }
}

/// A workbook's number as an amount: always with a point, whatever the text cells of the column use.
fn number_cell<'a>(text: &str) -> Result<Value<'a>, Refused> {
    match text.trim() {
        "" => Ok(Value::Null),
        text => amount::parse(text, Mark::Dot)
            .map(|parsed| Value::Money(parsed.units))
            .map_err(|refusal| (refusal.code(), refusal.words().to_owned())),
    }
}

/// A character between digits that is neither the declared mark nor the declared separator.
fn wrong_separator(text: &str, thousands: Option<char>, mark: Mark) -> Option<char> {
    let thousands = thousands?;
    let decimal = if mark == Mark::Dot { '.' } else { ',' };
    text.chars().find(|c| matches!(c, ',' | '.' | '\'') && *c != thousands && *c != decimal)
}

/// Whether a row of delimited text has as many fields as the headings; blank ones at its end do not count.
fn fits(row: &RawRow<'_>, width: usize) -> bool {
    row.len() == width || (row.len() > width && (width..row.len()).all(|column| row.cell(column).text.is_empty()))
}

/// The number in a footer such as `Record count: 1,204`.
fn counted(text: &str) -> Option<u64> {
    let lower = text.to_lowercase();
    if !["record", "row", "count", "number of"].iter().any(|word| lower.contains(word)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// A row's text for the listings of what was left out.
pub fn row_text(row: &RawRow<'_>) -> String {
    let cells: Vec<&str> = row.cells().map(|cell| cell.text.trim()).collect();
    let end = cells.iter().rposition(|cell| !cell.is_empty()).map_or(0, |last| last + 1);
    let start = cells.iter().position(|cell| !cell.is_empty()).unwrap_or(0);
    cells[start.min(end)..end].join(" | ")
}
