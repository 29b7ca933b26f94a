//! SAF-T master files: the accounts of the general ledger with their balances, and the customers with theirs.

use super::{Walk, net};
use crate::diag::Result;
use crate::load::control::{Control, Exact};
use crate::load::xml::{Element, Tag};
use std::collections::BTreeMap;

/// The columns of accounts.
pub static ACCOUNT_HEADINGS: [&str; 9] = [
    "RegistrationNumber",
    "AccountID",
    "AccountDescription",
    "CurrencyCode",
    "OpeningBalance",
    "ClosingBalance",
    "GroupingCategory",
    "StandardAccountID",
    "AccountType",
];

/// The columns of customers.
pub static CUSTOMER_HEADINGS: [&str; 12] = [
    "RegistrationNumber",
    "CustomerID",
    "CustomerName",
    "CustomerTaxID",
    "CurrencyCode",
    "PaymentTerms",
    "Email",
    "Country",
    "Address",
    "AccountID",
    "OpeningBalance",
    "ClosingBalance",
];

impl Walk<'_, '_> {
    pub(super) fn master_files(&mut self) -> Result<()> {
        let mut owed: BTreeMap<String, Exact> = BTreeMap::new();
        while let Some(tag) = self.xml.next_child()? {
            match (tag.name.as_str(), self.table) {
                ("GeneralLedgerAccounts", "trial_balance" | "customers") => {
                    while let Some(tag) = self.xml.next_child()? {
                        match tag.name.as_str() {
                            "Account" => self.account(tag)?,
                            // The name of the chart of accounts.
                            "TaxonomyReference" => self.xml.skip()?,
                            _ => self.pass(&tag.name)?,
                        }
                    }
                }
                // Portugal before version 1.04.
                ("GeneralLedger", "trial_balance" | "customers") => self.account(tag)?,
                ("Customers", "customers") => {
                    while let Some(tag) = self.xml.next_child()? {
                        match tag.name.as_str() {
                            "Customer" => self.customer(tag, &mut owed)?,
                            _ => self.pass(&tag.name)?,
                        }
                    }
                }
                ("Customer", "customers") => self.customer(tag, &mut owed)?,
                ("GeneralLedgerAccounts" | "GeneralLedger" | "Customers" | "Customer", _) => self.xml.skip()?,
                _ => self.pass(&tag.name)?,
            }
        }
        for (account, sum) in owed {
            if let Some(closing) = self.closing.get(&account) {
                let name = format!("closing balance of account {account} and of its customers");
                let control = Control::same(name, *closing, sum, 0);
                self.control(Some(control));
            }
        }
        Ok(())
    }

    fn account(&mut self, tag: Tag) -> Result<()> {
        let line = tag.line;
        let element = self.xml.element(tag)?;
        let closing = net(&element, "ClosingDebitBalance", "ClosingCreditBalance");
        if self.table == "customers" {
            if let Some(closing) = Exact::parse(&closing) {
                self.closing.insert(element.text_of("AccountID").to_owned(), closing);
            }
            return Ok(());
        }
        let header = self.header(line)?;
        let (registration, currency) = (header.registration.clone(), header.currency.clone());
        self.rows.text(&registration);
        self.rows.text(element.text_of("AccountID"));
        self.rows.text(element.text_of("AccountDescription"));
        self.rows.text(&currency);
        self.rows.number(&net(&element, "OpeningDebitBalance", "OpeningCreditBalance"));
        self.rows.number(&closing);
        for name in ["GroupingCategory", "StandardAccountID", "AccountType"] {
            self.rows.text(element.text_of(name));
        }
        self.rows.end(line)
    }

    fn customer(&mut self, tag: Tag, owed: &mut BTreeMap<String, Exact>) -> Result<()> {
        let line = tag.line;
        let customer = self.xml.element(tag)?;
        let (mut opening, mut closing) = (None, None);
        let mut add = |of: &Element| {
            let found = |debit, credit| Exact::parse(&net(of, debit, credit));
            if let Some(more) = found("OpeningDebitBalance", "OpeningCreditBalance") {
                *opening.get_or_insert(Exact::ZERO) += more;
            }
            if let Some(more) = found("ClosingDebitBalance", "ClosingCreditBalance") {
                *closing.get_or_insert(Exact::ZERO) += more;
                *owed.entry(of.text_of("AccountID").to_owned()).or_default() += more;
            }
        };
        // Until Norway's version 1.30 the balance stood at the customer itself, since then by account.
        add(&customer);
        customer.children.iter().filter(|child| child.tag.name == "BalanceAccount").for_each(add);
        let registration = self.header(line)?.registration.clone();
        self.rows.text(&registration);
        self.rows.text(customer.text_of("CustomerID"));
        self.rows.text(customer.first_of(&["CompanyName", "Name", "CompanyStructure/Name"]));
        self.rows.text(customer.first_of(&[
            "CustomerTaxID",
            "TaxRegistration/TaxRegistrationNumber",
            "RegistrationNumber",
        ]));
        self.rows.text(customer.text_of("PartyInfo/CurrencyCode"));
        self.rows.text(customer.text_of("PartyInfo/PaymentTerms/Days"));
        self.rows.text(customer.first_of(&["Email", "Contact/Email"]));
        self.rows.text(customer.first_of(&["BillingAddress/Country", "Address/Country"]));
        self.rows.text(&address(&customer));
        self.rows.text(customer.first_of(&["AccountID", "BalanceAccount/AccountID"]));
        self.rows.number(&opening.map_or(String::new(), |sum| sum.to_string()));
        self.rows.number(&closing.map_or(String::new(), |sum| sum.to_string()));
        self.rows.end(line)
    }
}

/// Street, postal code and town in one line.
fn address(customer: &Element) -> String {
    let Some(address) = customer.child("BillingAddress").or_else(|| customer.child("Address")) else {
        return String::new();
    };
    let street = [address.text_of("StreetName"), address.text_of("Number")].join(" ");
    let street = if street.trim().is_empty() { address.text_of("AddressDetail") } else { street.trim() };
    let town = [address.text_of("PostalCode"), address.text_of("City")].join(" ");
    let parts = [street, town.trim()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}
