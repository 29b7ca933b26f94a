//! The one place that says which columns the canonical tables have (contract, section 3).

use crate::model::{ColumnDef, Kind, TableDef};

macro_rules! columns {
    ($($name:ident : $kind:ident $($required:literal)?),* $(,)?) => {
        &[$(ColumnDef { name: stringify!($name), kind: Kind::$kind, required: columns!(@required $($required)?) }),*]
    };
    (@required $required:literal) => { true };
    (@required) => { false };
}
pub(crate) use columns;

/// The AR document register, one row a document.
pub static AR_ITEMS: TableDef = TableDef {
    name: "ar_items",
    columns: columns![
        entity: Word "*", item_id: Text "*", item_type: Word "*", customer_id: Text, customer_name: Text,
        document_date: Date "*", posting_date: Date, due_date: Date, cleared_date: Date, currency: Word,
        amount: Money "*", open_amount: Money, functional_amount: Money, functional_open_amount: Money, account: Word,
        reference: Text, po_number: Text, original_item_id: Text, reason_code: Word, terms: Word, tax_amount: Money,
        payer_name: Text, payer_account: Text, method: Word, memo: Text, created_by: Word, approved_by: Word,
        status: Word, batch_id: Text, posted: Bool, exchange_rate: Decimal, freight_amount: Money,
        discount_amount: Money,
    ],
};

/// What settled what.
pub static AR_APPLICATIONS: TableDef = TableDef {
    name: "ar_applications",
    columns: columns![
        entity: Word, from_item_id: Text "*", to_item_id: Text "*", applied_date: Date "*", amount: Money "*",
        discount: Money, write_off: Money,
    ],
};

/// The trial balance, one row an account.
pub static TRIAL_BALANCE: TableDef = TableDef {
    name: "trial_balance",
    columns: columns![
        entity: Word "*", account: Word "*", account_name: Word, currency: Word, opening_balance: Money, debit: Money,
        credit: Money, ending_balance: Money "*",
    ],
};

/// General ledger lines.
pub static GL_LINES: TableDef = TableDef {
    name: "gl_lines",
    columns: columns![
        entity: Word "*", account: Word "*", journal_id: Text "*", line_no: Int, posting_date: Date "*",
        document_id: Text, customer_id: Text, source: Word, description: Text, currency: Word, debit: Money,
        credit: Money, amount: Money, functional_amount: Money, created_by: Word, approved_by: Word, batch_id: Text,
        exchange_rate: Decimal, reversal_of: Text, entered_date: Date,
    ],
};

/// Bank statement lines.
pub static BANK_LINES: TableDef = TableDef {
    name: "bank_lines",
    columns: columns![
        bank_account: Word "*", line_id: Text, booking_date: Date "*", value_date: Date, currency: Word,
        amount: Money "*", type_code: Word, description: Text, reference: Text, end_to_end_id: Text,
        counterparty_name: Word, counterparty_account: Word,
    ],
};

/// Bank statement balances.
pub static BANK_BALANCES: TableDef = TableDef {
    name: "bank_balances",
    columns: columns![
        bank_account: Word "*", date: Date "*", opening_balance: Money, closing_balance: Money "*", currency: Word,
    ],
};

/// What payers say they paid.
pub static REMITTANCES: TableDef = TableDef {
    name: "remittances",
    columns: columns![
        payment_reference: Text, payer_name: Word, remittance_date: Date, invoice_reference: Text "*",
        amount: Money "*", discount: Money, reason_code: Word,
    ],
};

/// Customer master data.
pub static CUSTOMERS: TableDef = TableDef {
    name: "customers",
    columns: columns![
        entity: Word, customer_id: Text "*", customer_name: Text "*", parent_customer_id: Word, terms: Word,
        currency: Word, tax_id: Text, credit_limit: Money, payer_account: Text, email: Text, country: Word,
        address: Text, region: Word, collector: Word,
    ],
};

/// The lines of invoices.
pub static INVOICE_LINES: TableDef = TableDef {
    name: "invoice_lines",
    columns: columns![
        invoice_id: Text "*", line_no: Int "*", item_code: Word, description: Text, quantity: Decimal,
        unit_price: Decimal, discount_amount: Money, net_amount: Money "*", tax_code: Word, tax_rate: Decimal,
        tax_amount: Money, service_start: Date, service_end: Date, contract_id: Word, billable_id: Text,
    ],
};

/// Agreed prices.
pub static PRICES: TableDef = TableDef {
    name: "prices",
    columns: columns![
        customer_id: Word, item_code: Word "*", valid_from: Date "*", valid_to: Date, currency: Word,
        unit_price: Decimal "*", discount_percent: Decimal, min_quantity: Decimal, contract_id: Word,
    ],
};

/// What should be billed.
pub static BILLABLES: TableDef = TableDef {
    name: "billables",
    columns: columns![
        billable_id: Text "*", kind: Word "*", customer_id: Word "*", item_code: Word "*", quantity: Decimal "*",
        service_date: Date "*", service_end: Date, contract_id: Word, po_number: Text,
    ],
};

/// Tax rates by code and date.
pub static TAX_RATES: TableDef = TableDef {
    name: "tax_rates",
    columns: columns![
        tax_code: Word "*", jurisdiction: Word, valid_from: Date "*", valid_to: Date, rate: Decimal "*",
    ],
};

/// Disputes and tickets about documents.
pub static DISPUTES: TableDef = TableDef {
    name: "disputes",
    columns: columns![
        case_id: Text "*", item_id: Text "*", opened_date: Date "*", closed_date: Date, amount: Money "*",
        reason_code: Word, status: Word, owner: Word,
    ],
};

/// What customers promised to pay, and by when.
pub static PROMISES: TableDef = TableDef {
    name: "promises",
    columns: columns![
        entity: Word, promise_id: Text, customer_id: Text "*", item_id: Text, made_date: Date "*",
        promised_date: Date "*", currency: Word, amount: Money "*", status: Word, owner: Word,
    ],
};

/// The chart of accounts.
pub static ACCOUNTS: TableDef =
    TableDef { name: "accounts", columns: columns![account: Word "*", account_name: Word, account_class: Word] };

/// Exchange rates: functional units for one of the currency.
pub static EXCHANGE_RATES: TableDef =
    TableDef { name: "exchange_rates", columns: columns![currency: Word "*", date: Date "*", rate: Decimal "*"] };

/// Every canonical table.
pub static ALL: &[&TableDef] = &[
    &AR_ITEMS,
    &AR_APPLICATIONS,
    &TRIAL_BALANCE,
    &GL_LINES,
    &BANK_LINES,
    &BANK_BALANCES,
    &REMITTANCES,
    &CUSTOMERS,
    &INVOICE_LINES,
    &PRICES,
    &BILLABLES,
    &TAX_RATES,
    &DISPUTES,
    &PROMISES,
    &ACCOUNTS,
    &EXCHANGE_RATES,
];

/// The table of a name.
pub fn find(name: &str) -> Option<&'static TableDef> {
    ALL.iter().copied().find(|def| def.name == name)
}
