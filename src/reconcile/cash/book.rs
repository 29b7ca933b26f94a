//! What the subledger holds that a payment could be for: open and closed documents by number and by customer, and who
//! the payers are.

use crate::matching::references::{Mention, ReferenceIndex, compact};
use crate::model::table::NO_DATE;
use crate::model::{Table, TextColumn};
use crate::reconcile::Inputs;
use crate::reconcile::subledger::Subledger;
use hashbrown::{HashMap, HashSet};

/// The columns of `ar_items` that research looks at.
pub struct Items<'a> {
    /// Entity.
    pub entity: &'a TextColumn,
    /// The document's number.
    pub id: &'a TextColumn,
    /// The document's type.
    pub item_type: &'a TextColumn,
    /// Customer.
    pub customer: &'a TextColumn,
    /// Currency of the document.
    pub currency: &'a TextColumn,
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
    /// Document date, in days.
    pub document_date: &'a [i32],
    /// Amount in document currency.
    pub amount: &'a [i64],
    /// Tax in it.
    pub tax: &'a [i64],
    /// Freight in it.
    pub freight: &'a [i64],
    /// Open at the period end, document currency.
    pub open: &'a [i64],
    /// Posting date, in days.
    pub posting: &'a [i32],
}

impl<'a> Items<'a> {
    /// The columns of a table with its figures at the period end.
    pub fn new(table: &'a Table, subledger: &'a Subledger) -> Items<'a> {
        Items {
            entity: table.text("entity"),
            id: table.text("item_id"),
            item_type: table.text("item_type"),
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
            amount: table.money("amount"),
            tax: table.money("tax_amount"),
            freight: table.money("freight_amount"),
            open: &subledger.document_open,
            posting: &subledger.posting,
        }
    }

    /// Whether a document is money that came in.
    pub fn is_receipt(&self, row: usize) -> bool {
        matches!(self.item_type.get(row), "receipt" | "deposit")
    }

    /// The day a document is dated.
    pub fn day(&self, row: usize) -> i32 {
        if self.document_date[row] == NO_DATE { self.posting[row] } else { self.document_date[row] }
    }
}

/// A customer of one entity.
pub type Account<'a> = (&'a str, &'a str);

/// Who pays: what is known of the customers.
#[derive(Default)]
pub struct Payers<'a> {
    parent: HashMap<&'a str, &'a str>,
    by_account: HashMap<String, HashSet<&'a str>>,
    by_name: HashMap<String, HashSet<&'a str>>,
}

impl<'a> Payers<'a> {
    fn new(items: &Items<'a>, customers: &'a Table) -> Payers<'a> {
        let mut payers = Payers::default();
        let (ids, names) = (customers.text("customer_id"), customers.text("customer_name"));
        let (parents, accounts) = (customers.text("parent_customer_id"), customers.text("payer_account"));
        for row in 0..customers.len() {
            let id = ids.get(row);
            if !parents.get(row).is_empty() && parents.get(row) != id {
                payers.parent.insert(id, parents.get(row));
            }
            payers.learn(id, accounts.get(row), names.get(row));
        }
        // An account that a customer's receipts came from before is that customer's.
        for row in (0..items.amount.len()).filter(|row| items.is_receipt(*row) && items.open[*row] == 0) {
            payers.learn(items.customer.get(row), items.payer_account.get(row), "");
        }
        payers
    }

    fn learn(&mut self, customer: &'a str, account: &str, name: &str) {
        if customer.is_empty() {
            return;
        }
        for (map, key) in [(&mut self.by_account, compact(account)), (&mut self.by_name, folded_name(name))] {
            if !key.is_empty() {
                map.entry(key).or_default().insert(customer);
            }
        }
    }

    /// The one customer whose account or name this is.
    pub fn known(&self, account: &str, name: &str) -> Option<&'a str> {
        let one = |found: Option<&HashSet<&'a str>>| {
            let found = found?;
            (found.len() == 1).then(|| found.iter().next().copied()).flatten()
        };
        one(self.by_account.get(&compact(account))).or_else(|| one(self.by_name.get(&folded_name(name))))
    }

    /// Whether an account is recorded for a customer.
    pub fn holds_account(&self, customer: &str, account: &str) -> bool {
        self.by_account.get(&compact(account)).is_some_and(|of| of.contains(customer))
    }

    /// Whether one pays for the other: a parent for its child, or the other way round, or children of one parent.
    pub fn are_related(&self, one: &str, other: &str) -> bool {
        let parent = |customer: &str| self.parent.get(customer).copied();
        parent(one) == Some(other)
            || parent(other) == Some(one)
            || (parent(one).is_some() && parent(one) == parent(other))
    }

    /// Whether a customer is recorded as the parent of another.
    pub fn is_parent(&self, parent: &str, child: &str) -> bool {
        self.parent.get(child).copied() == Some(parent)
    }
}

/// A name without case, punctuation and legal form.
fn folded_name(name: &str) -> String {
    const FORMS: [&str; 16] = [
        "inc", "llc", "ltd", "gmbh", "ag", "corp", "corporation", "co", "company", "limited", "sa", "sarl", "bv", "plc",
        "kg", "the",
    ];
    let words = name.split(|c: char| !c.is_alphanumeric()).map(str::to_lowercase);
    words.filter(|word| !word.is_empty() && !FORMS.contains(&word.as_str())).collect()
}

/// Everything a payment can be matched with.
pub struct Book<'a> {
    /// The register.
    pub items: Items<'a>,
    /// Who pays.
    pub payers: Payers<'a>,
    references: ReferenceIndex,
    /// Open debits and credits by entity and customer.
    open: HashMap<Account<'a>, Vec<u32>>,
    children: HashMap<&'a str, Vec<&'a str>>,
}

impl<'a> Book<'a> {
    /// Indexes the register.
    pub fn new(inputs: &'a Inputs, subledger: &'a Subledger) -> Book<'a> {
        let items = Items::new(&inputs.ar_items, subledger);
        let payers = Payers::new(&items, &inputs.customers);
        let (mut references, mut open) = (ReferenceIndex::default(), HashMap::new());
        for row in (0..items.amount.len()).filter(|row| !items.is_receipt(*row)) {
            references.add(row as u32, items.id.get(row));
            if items.open[row] != 0 {
                let account = (items.entity.get(row), items.customer.get(row));
                open.entry(account).or_insert_with(Vec::new).push(row as u32);
            }
        }
        // Whatever order rows came in, a customer's documents stand by number.
        for rows in open.values_mut() {
            rows.sort_by_key(|row| (items.id.get(*row as usize), items.open[*row as usize], *row));
        }
        let mut children: HashMap<&str, Vec<&str>> = HashMap::new();
        for (child, parent) in &payers.parent {
            children.entry(*parent).or_default().push(*child);
        }
        children.values_mut().for_each(|of| of.sort_unstable());
        Book { items, payers, references, open, children }
    }

    /// The documents that some texts name, each once.
    pub fn mentions(&self, texts: &[&str]) -> Vec<Mention> {
        let mut found: Vec<Mention> = texts.iter().flat_map(|text| self.references.find(text)).collect();
        found.sort_unstable();
        found.dedup_by_key(|mention| mention.row);
        found
    }

    /// The open documents of a customer, and of its children.
    pub fn open_of(&self, entity: &str, customer: &str) -> Vec<u32> {
        let own = |customer: &str| self.open.get(&(entity, customer)).map(Vec::as_slice).unwrap_or_default();
        let children = self.children.get(customer).map(Vec::as_slice).unwrap_or_default();
        own(customer).iter().chain(children.iter().flat_map(|child| own(child))).copied().collect()
    }
}
