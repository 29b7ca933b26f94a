//! What the subledger holds that a payment could be for: open documents by customer, and every document by number.

use crate::matching::references::{Mention, ReferenceIndex, prefix};
use crate::model::cells::Cells;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{DocKey, Table, TextColumn};
use crate::normalise::plan::Setting;
use crate::reconcile::Inputs;
use crate::reconcile::subledger::Subledger;
use hashbrown::{HashMap, HashSet};
use rayon::prelude::*;

/// Documents by entity and key, in the order of their rows.
pub type ByKey<'a> = HashMap<(&'a str, String), Vec<u32>>;

/// The columns of `ar_items` that research looks at.
pub struct Items<'a> {
    /// Entity.
    pub entity: &'a TextColumn,
    /// The document's number.
    pub id: &'a TextColumn,
    is_receipt: Vec<bool>,
    /// Customer.
    pub customer: &'a TextColumn,
    currency: &'a TextColumn,
    /// The reference that came with it.
    pub reference: &'a TextColumn,
    /// The payer's name, where it is not the customer's.
    pub payer_name: &'a TextColumn,
    /// The payer's account.
    pub payer_account: &'a TextColumn,
    /// What the payer wrote.
    pub memo: &'a TextColumn,
    /// The customer's order.
    pub po_number: &'a TextColumn,
    /// The document that it is about.
    pub original: &'a TextColumn,
    /// Payment terms.
    pub terms: &'a TextColumn,
    document_date: &'a Cells<i32>,
    cleared: &'a Cells<i32>,
    /// Amount in document currency.
    pub amount: &'a Cells<i64>,
    register_open: &'a Cells<i64>,
    tax: &'a Cells<i64>,
    freight: &'a Cells<i64>,
    /// Open at the period end, document currency.
    pub open: &'a [i64],
    /// The same, functional.
    pub functional_open: &'a [i64],
    posting: &'a [i32],
    setting: &'a Setting,
}

impl<'a> Items<'a> {
    /// The columns of a table with its figures at the period end.
    pub fn new(table: &'a Table, subledger: &'a Subledger, setting: &'a Setting) -> Items<'a> {
        Items {
            entity: table.text("entity"),
            id: table.text("item_id"),
            is_receipt: receipts(table.text("item_type")),
            customer: table.text("customer_id"),
            currency: table.text("currency"),
            reference: table.text("reference"),
            payer_name: table.text("payer_name"),
            payer_account: table.text("payer_account"),
            memo: table.text("memo"),
            po_number: table.text("po_number"),
            original: table.text("original_item_id"),
            terms: table.text("terms"),
            document_date: table.dates("document_date"),
            cleared: table.dates("cleared_date"),
            amount: table.money("amount"),
            register_open: table.money("open_amount"),
            tax: table.money("tax_amount"),
            freight: table.money("freight_amount"),
            open: &subledger.document_open,
            functional_open: &subledger.open,
            posting: &subledger.posting,
            setting,
        }
    }

    /// How many documents there are.
    pub fn count(&self) -> usize {
        self.open.len()
    }

    /// The documents whose keys are wanted, by entity and key. `takes_part` says which rows count.
    pub fn by_key(&self, wanted: &HashSet<String>, takes_part: impl Fn(usize) -> bool + Sync) -> ByKey<'a> {
        let of = |row: usize| {
            let key = DocKey::new(self.id.get(row)).filter(|key| wanted.contains(key.as_str()))?;
            Some(((self.entity.get(row), key.as_str().to_owned()), row as u32))
        };
        let rows = if wanted.is_empty() { 0..0 } else { 0..self.count() };
        let found: Vec<((&str, String), u32)> =
            rows.into_par_iter().filter(|row| takes_part(*row)).filter_map(of).collect();
        let mut rows: ByKey<'a> = HashMap::with_capacity(found.len());
        for (key, row) in found {
            rows.entry(key).or_default().push(row);
        }
        rows.values_mut().filter(|of| of.len() > 1).for_each(|of| of.sort_by_key(|row| self.order(*row)));
        rows
    }

    /// What documents are ordered by, whatever order their rows came in; rows of one order say the same.
    pub fn order(&self, row: u32) -> impl Ord + use<'a> {
        let at = row as usize;
        let names = (self.id.get(at), self.entity.get(at), self.customer.get(at), self.reference.get(at));
        let says = (self.memo.get(at), self.original.get(at), self.po_number.get(at));
        (names, self.day(row), self.open[at], self.amount[at], says, row)
    }

    /// Whether less of a document is open in the register than was at the period end: something settled it since.
    pub fn is_settled_since(&self, row: u32) -> bool {
        let (register, open) = (self.register_open[row as usize], self.open[row as usize]);
        register != NO_MONEY && register.unsigned_abs() < open.unsigned_abs()
    }

    /// Whether a document is money that came in.
    pub fn is_receipt(&self, row: usize) -> bool {
        self.is_receipt[row]
    }

    /// The day a document is dated.
    pub fn day(&self, row: u32) -> i32 {
        let row = row as usize;
        if self.document_date[row] == NO_DATE { self.posting[row] } else { self.document_date[row] }
    }

    /// The day on which a document was cleared, if it was after a day.
    pub fn cleared_after(&self, row: u32, day: i32) -> Option<i32> {
        Some(self.cleared[row as usize]).filter(|cleared| *cleared != NO_DATE && *cleared > day)
    }

    /// The currency of a document: a blank means the entity's own.
    pub fn currency(&self, row: u32) -> &'a str {
        match self.currency.get(row as usize) {
            "" => self.own_currency(self.entity.get(row as usize)),
            currency => currency,
        }
    }

    /// The functional currency of an entity.
    pub fn own_currency(&self, entity: &str) -> &'a str {
        let setting: &'a Setting = self.setting;
        setting.entity_currency.get(entity).unwrap_or(&setting.currency).code()
    }

    /// What is open of a document in the currency of a payment; nothing where it is open in another one.
    pub fn open_in(&self, row: u32, currency: &str) -> Option<i64> {
        if self.currency(row).eq_ignore_ascii_case(currency) {
            return Some(self.open[row as usize]);
        }
        let own = self.own_currency(self.entity.get(row as usize));
        own.eq_ignore_ascii_case(currency).then(|| self.functional_open[row as usize])
    }

    /// Tax within a document; zero where none is given.
    pub fn tax(&self, row: u32) -> i64 {
        or_zero(self.tax[row as usize])
    }

    /// Freight within a document; zero where none is given.
    pub fn freight(&self, row: u32) -> i64 {
        or_zero(self.freight[row as usize])
    }
}

/// Which documents are money that came in.
fn receipts(types: &TextColumn) -> Vec<bool> {
    let is_receipt = |item_type: &str| matches!(item_type, "receipt" | "deposit");
    match types {
        TextColumn::Interned { codes, pool } => {
            let known: Vec<bool> = (0..pool.len() as u32).map(|code| is_receipt(pool.get(code))).collect();
            codes.iter().map(|code| known[*code as usize]).collect()
        }
        column => (0..column.len()).map(|row| is_receipt(column.get(row))).collect(),
    }
}

/// An amount, or zero where there is none.
pub fn or_zero(units: i64) -> i64 {
    if units == NO_MONEY { 0 } else { units }
}

/// What is open of a customer, by age and number.
#[derive(Default)]
struct OpenItems {
    all: Vec<u32>,
    credits: Vec<u32>,
    by_amount: HashMap<i64, Vec<u32>>,
}

impl OpenItems {
    /// Whatever order rows came in, a customer's documents stand by age and number.
    fn settle(&mut self, items: &Items<'_>) {
        let open = |row: &u32| items.open[*row as usize];
        self.all.sort_by_cached_key(|row| (items.day(*row), items.order(*row)));
        for row in &self.all {
            self.by_amount.entry(open(row)).or_default().push(*row);
            if open(row) < 0 {
                self.credits.push(*row);
            }
        }
    }
}

/// Everything a payment can be matched with.
pub struct Book<'a> {
    /// The register.
    pub items: Items<'a>,
    references: ReferenceIndex,
    /// Open debits and credits by entity and customer.
    open: HashMap<&'a str, HashMap<&'a str, OpenItems>>,
    children: HashMap<&'a str, Vec<&'a str>>,
    parents: HashMap<&'a str, &'a str>,
    prefixes: HashSet<String>,
    /// Numbers of customers that some text has.
    customers: HashSet<String>,
    /// Documents by the customer's order that some text has.
    orders: HashMap<String, Vec<u32>>,
}

impl<'a> Book<'a> {
    /// Indexes the register for the payments' texts.
    pub fn new(inputs: &'a Inputs, items: Items<'a>, mut references: ReferenceIndex) -> Book<'a> {
        references.fill(items.id, &|row| !items.is_receipt(row));
        let mut open: HashMap<&str, HashMap<&str, OpenItems>> = HashMap::new();
        let mut prefixes = HashSet::new();
        for row in (0..items.count()).filter(|row| items.open[*row] != 0 && !items.is_receipt(*row)) {
            let of_entity = open.entry(items.entity.get(row)).or_default();
            of_entity.entry(items.customer.get(row)).or_default().all.push(row as u32);
            let prefix = prefix(items.id.get(row));
            if prefix.len() > 1 && !prefixes.contains(&prefix) {
                prefixes.insert(prefix);
            }
        }
        open.values_mut().flat_map(HashMap::values_mut).for_each(|of| of.settle(&items));
        let (mut children, mut parents) = (HashMap::<&str, Vec<&str>>::new(), HashMap::<&str, &str>::new());
        let (ids, of) = (inputs.customers.text("customer_id"), inputs.customers.text("parent_customer_id"));
        for row in 0..inputs.customers.len() {
            let (child, parent) = (ids.get(row), of.get(row));
            if !parent.is_empty() && parent != child {
                parents.entry(child).and_modify(|known| *known = parent.min(*known)).or_insert(parent);
            }
        }
        parents.iter().for_each(|(child, parent)| children.entry(*parent).or_default().push(*child));
        children.values_mut().for_each(|of| of.sort_unstable());
        let mut customers: HashSet<String> = HashSet::new();
        for column in [items.customer, ids] {
            customers.extend(references.rows_of(column, |_| true).into_iter().map(|(name, _)| name));
        }
        let mut orders: HashMap<String, Vec<u32>> = HashMap::new();
        for (order, row) in references.rows_of(items.po_number, |row| !items.is_receipt(row)) {
            orders.entry(order).or_default().push(row);
        }
        Book { items, references, open, children, parents, prefixes, customers, orders }
    }

    /// The documents that a text of a payment names.
    pub fn mentions(&self, text: &str, amounts: &[i64]) -> Vec<Mention> {
        let is_figure = |written: &str, row: u32| self.is_figure(amounts, written, row);
        self.references.find(text, &|row| self.items.id.get(row as usize), &is_figure)
    }

    /// Whether digits, with the letters in front of them, do not mean the number of a document: the amount of the
    /// payment, a customer's number, the order of another document, a number of another kind of document.
    pub fn is_figure(&self, amounts: &[i64], written: &str, row: u32) -> bool {
        /// Ten-thousandths of a unit, and of a cent.
        const UNITS: [i64; 2] = [10_000, 100];
        let digits = written.trim_start_matches(|c: char| c.is_ascii_alphabetic());
        let number = digits.parse::<i64>().unwrap_or(0);
        let is = |amount: &i64| UNITS.iter().any(|unit| number.checked_mul(*unit) == Some(*amount));
        let is_order = |name: &str| self.orders.get(name).is_some_and(|of| of.iter().any(|other| *other != row));
        let kind = prefix(written);
        (number != 0 && amounts.iter().any(is))
            || [written, digits].iter().any(|name| self.customers.contains(*name) || is_order(name))
            || (self.prefixes.contains(&kind) && kind != prefix(self.items.id.get(row as usize)))
    }

    /// The documents that a line of a remittance advice names.
    pub fn listed(&self, number: &str) -> Vec<Mention> {
        self.references.find(number, &|row| self.items.id.get(row as usize), &|_, _| false)
    }

    /// Whether a text has a number of the shape that this ledger's open documents have.
    pub fn has_number_of_its_shape(&self, text: &str) -> bool {
        crate::matching::references::prefixes(text).any(|prefix| self.prefixes.contains(&prefix))
    }

    fn open_items(&self, entity: &str, customer: &str) -> Option<&OpenItems> {
        self.open.get(entity)?.get(customer)
    }

    /// The open documents of a customer.
    pub fn open_of(&self, entity: &str, customer: &str) -> &[u32] {
        self.open_items(entity, customer).map(|of| of.all.as_slice()).unwrap_or_default()
    }

    /// Those of an amount, in document currency.
    pub fn open_of_amount(&self, entity: &str, customer: &str, amount: i64) -> &[u32] {
        let of = self.open_items(entity, customer).and_then(|of| of.by_amount.get(&amount));
        of.map(Vec::as_slice).unwrap_or_default()
    }

    /// The open credits of a customer.
    pub fn credits_of(&self, entity: &str, customer: &str) -> &[u32] {
        self.open_items(entity, customer).map(|of| of.credits.as_slice()).unwrap_or_default()
    }

    /// Those for which a customer is recorded as the parent.
    pub fn children_of(&self, parent: &str) -> &[&'a str] {
        self.children.get(parent).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a customer is recorded as the parent of another.
    pub fn is_parent(&self, parent: &str, child: &str) -> bool {
        self.parents.get(child).is_some_and(|of| *of == parent)
    }

    /// Whether one belongs to the other: a parent and its child, or children of one parent.
    pub fn are_related(&self, one: &str, other: &str) -> bool {
        let parent = |customer: &str| self.parents.get(customer).copied();
        self.is_parent(one, other)
            || self.is_parent(other, one)
            || (parent(one).is_some() && parent(one) == parent(other))
    }
}
