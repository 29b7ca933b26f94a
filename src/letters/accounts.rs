//! Accounts: what one customer owes one entity in one currency, item by item.

use super::Sources;
use crate::credit::disputes::Disputed;
use crate::credit::master::Master;
use crate::model::table::{NO_DATE, NO_MONEY};
use crate::model::{Currency, DocKey, Table};
use hashbrown::{HashMap, HashSet};
use std::collections::BTreeMap;

/// What one customer owes one entity in one currency. Amounts are in that currency.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// The entity.
    pub entity: String,
    /// The customer; blank where the register names none.
    pub customer: String,
    /// Its name.
    pub name: String,
    /// The currency's code.
    pub currency: String,
    /// Its decimals.
    pub decimals: usize,
    /// The postal address, line by line.
    pub address: Vec<String>,
    /// The customer's country.
    pub country: String,
    /// The address for mail over the net.
    pub email: String,
    /// Whether the customer will not pay: bankrupt, or gone.
    pub is_lost: bool,
    /// What is open, by due date.
    pub items: Vec<Item>,
}

/// One open document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// Its number.
    pub document: String,
    /// Its type.
    pub item_type: String,
    /// The customer's own reference: the order's number.
    pub reference: String,
    /// Its date.
    pub date: Option<i32>,
    /// When it is due.
    pub due: Option<i32>,
    /// Days past due at the period end; zero or less before; nothing without a due date.
    pub days: Option<i32>,
    /// The bucket of the aging.
    pub bucket: String,
    /// Its amount.
    pub amount: i64,
    /// What of it is open.
    pub open: i64,
    /// Whether a case about it is open.
    pub is_disputed: bool,
    /// Whether a payment for it is in the bank that nobody has booked yet.
    pub is_received: bool,
}

impl Item {
    /// Whether it is owed and nothing stands against asking for it.
    pub fn is_plain_debt(&self) -> bool {
        self.open > 0 && !self.is_disputed && !self.is_received
    }
}

impl Account {
    /// Everything that is open, credits taken off.
    pub fn balance(&self) -> i128 {
        self.items.iter().map(|item| i128::from(item.open)).sum()
    }

    /// The credits, as a negative amount.
    pub fn credits(&self) -> i128 {
        self.items.iter().map(|item| i128::from(item.open.min(0))).sum()
    }
}

/// The accounts of a close, by entity, customer and currency.
pub(super) fn gather(sources: &Sources<'_>) -> Vec<Account> {
    let table = sources.open_items.as_ref();
    let text = |name: &'static str| table.text(name);
    let (entities, customers, currencies) = (text("entity"), text("customer_id"), text("currency"));
    let (ids, types, files) = (text("item_id"), text("item_type"), text("source"));
    let (dates, dues, rows) = (table.dates("document_date"), table.dates("due_date"), table.ints("source_row"));
    let opens = table.money("document_open_amount");
    let disputed = Disputed::new(&sources.dispute_log);
    let register = Register::new(sources);
    let received = received(sources);
    let end = sources.setting.period_end.days();
    let mut accounts: BTreeMap<(&str, &str, &str), Account> = BTreeMap::new();
    for row in (0..table.len()).filter(|row| opens[*row] != 0) {
        let (entity, customer, currency) = (entities.get(row), customers.get(row), currencies.get(row));
        let account = accounts.entry((entity, customer, currency)).or_default();
        if account.name.is_empty() {
            account.name = text("customer_name").get(row).to_owned();
        }
        let known = |days: i32| (days != NO_DATE).then_some(days);
        let (amount, reference) = register.of(files.get(row), rows[row]);
        account.items.push(Item {
            document: ids.get(row).to_owned(),
            item_type: types.get(row).to_owned(),
            reference,
            date: known(dates[row]),
            due: known(dues[row]),
            days: known(dues[row]).map(|due| end - due),
            bucket: text("bucket").get(row).to_owned(),
            amount: amount.unwrap_or(opens[row]),
            open: opens[row],
            is_disputed: opens[row] > 0 && disputed.amount(entity, ids.get(row)).is_some(),
            is_received: opens[row] > 0
                && DocKey::new(ids.get(row)).is_some_and(|key| received.contains(&(entity, key))),
        });
    }
    let master = Master::new(&sources.customers);
    let finish = |((entity, customer, currency), mut account): ((&str, &str, &str), Account)| {
        let code = Currency::parse(currency);
        account.entity = entity.to_owned();
        account.customer = customer.to_owned();
        account.currency = code.map_or_else(|| currency.to_owned(), |code| code.code().to_owned());
        account.decimals = code.map_or(2, |code| code.decimals() as usize);
        account.is_lost = sources.lost_customers.iter().any(|lost| lost == customer);
        complete(&mut account, &master);
        account.items.sort_by(|one, other| {
            let order = |item: &Item| (item.due.unwrap_or(i32::MAX), item.date, item.document.clone(), item.open);
            order(one).cmp(&order(other))
        });
        account
    };
    accounts.into_iter().map(finish).collect()
}

/// The documents that a payment in the bank seems to be for while no receipt of the register stands for it, by entity
/// and key. One that is in the register is an open credit already.
fn received<'a>(sources: &'a Sources<'_>) -> HashSet<(&'a str, DocKey<'a>)> {
    let (allocations, open) = (sources.allocations.as_ref(), sources.open_items.as_ref());
    let (receipts, invoices) = (allocations.text("receipt_id"), allocations.text("invoice_id"));
    let (states, entities) = (allocations.text("status"), allocations.text("entity"));
    let (ids, owners) = (open.text("item_id"), open.text("entity"));
    let opens = open.money("document_open_amount");
    let credits: HashSet<(&str, &str)> =
        (0..open.len()).filter(|row| opens[*row] < 0).map(|row| (owners.get(row), ids.get(row))).collect();
    let is_deposit = |row: &usize| {
        ["confirmed", "suggested"].contains(&states.get(*row))
            && !credits.contains(&(entities.get(*row), receipts.get(*row)))
    };
    let rows = (0..allocations.len()).filter(is_deposit);
    rows.filter_map(|row| Some((entities.get(row), DocKey::new(invoices.get(row))?))).collect()
}

/// Amount and the customer's reference of the register's rows, by file and row.
struct Register<'a> {
    items: &'a Table,
    rows: HashMap<(&'a str, i64), u32>,
}

impl<'a> Register<'a> {
    fn new(sources: &'a Sources<'_>) -> Register<'a> {
        let items = sources.ar_items.as_ref();
        let name = |number: u32| sources.source_names.get(number as usize).map_or("", String::as_str);
        let places = items.places.iter().enumerate();
        let rows = places.map(|(row, place)| ((name(place.source), i64::from(place.row)), row as u32)).collect();
        Register { items, rows }
    }

    fn of(&self, file: &str, row: i64) -> (Option<i64>, String) {
        let Some(row) = self.rows.get(&(file, row)).map(|row| *row as usize) else { return (None, String::new()) };
        let amount = Some(self.items.money("amount")[row]).filter(|units| *units != NO_MONEY);
        (amount, self.items.text("po_number").get(row).to_owned())
    }
}

/// Fills in what the master data say of an account's customer: of several rows the first with something to say.
fn complete(account: &mut Account, master: &Master<'_>) {
    let first = |column: &str| master.first(&account.entity, &account.customer, column);
    let (name, address) = (first("customer_name").to_owned(), lines(first("address")));
    let (country, email) = (first("country").to_owned(), first("email").to_owned());
    if !name.is_empty() {
        account.name = name;
    }
    (account.address, account.country, account.email) = (address, country, email);
}

/// An address line by line: parted at `;` or `|`, else after the first comma, which stands behind the street.
fn lines(address: &str) -> Vec<String> {
    let parts: Vec<&str> = match address.contains([';', '|']) {
        true => address.split([';', '|']).collect(),
        false => address.splitn(2, ',').collect(),
    };
    parts.into_iter().map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_lines() {
        assert_eq!(lines("1 Pier Road, Boston, MA 02110"), ["1 Pier Road", "Boston, MA 02110"]);
        assert_eq!(lines("Kai 4; 20457 Hamburg ;Germany"), ["Kai 4", "20457 Hamburg", "Germany"]);
        assert_eq!(lines("PO Box 5 | Reading, RG1 1AA"), ["PO Box 5", "Reading, RG1 1AA"]);
        assert!(lines(" ").is_empty());
    }
}
