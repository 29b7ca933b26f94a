//! The other exports of the systems: what is open instead of all documents, tables instead of reports, another
//! language, receipts of their own; and the formats that are of no one system.

use super::Sample;

pub const SAMPLES: &[Sample] = &[
    // 500 + 300 - 40 - 200 - 10; the receipt is applied to 000502, an adjustment lowers 000501
    Sample {
        system: "aicpa",
        entity: "BU1",
        account: "1200",
        balance: "550.00",
        files: &[
            ("AR_Adjustments_20261001_20261031.csv", "aicpa/ar_items_adjustments", 1, 0),
            ("Cash_Application_20261001_20261031.csv", "aicpa/ar_applications", 1, 0),
            ("Cash_Received_20261001_20261031.csv", "aicpa/ar_items_receipts", 1, 0),
            ("Customer_Master_20261031.csv", "aicpa/customers", 2, 0),
            ("GL_Detail_20261001_20261031.csv", "aicpa/gl_lines", 10, 0),
            ("Invoices_Generated_20261001_20261031.csv", "aicpa/ar_items_invoices", 3, 0),
            ("Trial_Balance_20261001_20261031.csv", "aicpa/trial_balance", 4, 0),
        ],
        items: &[
            "000501,invoice,C1,500.00",
            "000502,invoice,C2,300.00",
            "000503,credit_memo,C1,-40.00",
            "A-1,adjustment,C1,-10.00",
            "R-1,receipt,C2,-200.00",
        ],
    },
    // 500 - 40
    Sample {
        system: "aicpa_open",
        entity: "BU1",
        account: "1200",
        balance: "460.00",
        files: &[
            ("GL_Detail_20261001_20261031.csv", "aicpa/gl_lines", 4, 0),
            ("Open_Accounts_Receivable_20261031.csv", "aicpa/ar_items", 2, 0),
            ("Trial_Balance_20261001_20261031.csv", "aicpa/trial_balance", 2, 0),
        ],
        items: &["000601,invoice,C1,500.00", "000602,credit_memo,C1,-40.00"],
    },
    // 400 + 1,000 + 540 - 270 - 60 + 5: the two rows of the application take each other back
    Sample {
        system: "business_central_detailed",
        entity: "MAIN",
        account: "1310",
        balance: "1615.00",
        files: &[
            ("Chart of Accounts.csv", "business_central/accounts", 4, 2),
            ("Detailed Customer Ledger Entries.csv", "business_central/ar_items_detailed", 6, 2),
            ("General Ledger Entries.csv", "business_central/gl_lines", 10, 0),
            ("Trial Balance.csv", "business_central/trial_balance_report", 4, 0),
        ],
        items: &[
            "102990,invoice,C00010,400.00",
            "103001,invoice,C00010,1000.00",
            "103002,invoice,C00020,500.00",
            "104001,credit_memo,C00010,-60.00",
            "JNL-3,adjustment,C00010,5.00",
            "PAY-9,receipt,C00020,-250.00",
        ],
    },
    // 100 + 200 - 100
    Sample {
        system: "canonical",
        entity: "US01",
        account: "1200",
        balance: "200.00",
        files: &[
            ("accounts.csv", "canonical/accounts", 3, 0),
            ("ar_applications.csv", "canonical/ar_applications", 1, 0),
            ("ar_items.csv", "canonical/ar_items", 3, 0),
            ("bank_balances.csv", "canonical/bank_balances", 1, 0),
            ("bank_lines.csv", "canonical/bank_lines", 1, 0),
            ("billables.csv", "canonical/billables", 1, 0),
            ("customers.csv", "canonical/customers", 1, 0),
            ("disputes.csv", "canonical/disputes", 1, 0),
            ("exchange_rates.csv", "canonical/exchange_rates", 1, 0),
            ("gl_lines.csv", "canonical/gl_lines", 4, 0),
            ("invoice_lines.csv", "canonical/invoice_lines", 1, 0),
            ("prices.csv", "canonical/prices", 1, 0),
            ("promises.csv", "canonical/promises", 1, 0),
            ("remittances.csv", "canonical/remittances", 1, 0),
            ("tax_rates.csv", "canonical/tax_rates", 1, 0),
            ("trial_balance.csv", "canonical/trial_balance", 3, 0),
        ],
        items: &["INV-1,invoice,C1,100.00", "INV-2,invoice,C1,200.00", "RC-1,receipt,C1,-100.00"],
    },
    // 100 + 200 - 100
    Sample {
        system: "generic",
        entity: "US01",
        account: "1200",
        balance: "200.00",
        files: &[
            ("applications.csv", "generic/ar_applications", 1, 0),
            ("bank balances.csv", "generic/bank_balances", 1, 0),
            ("bank statement.csv", "generic/bank_lines", 2, 0),
            ("customers.csv", "generic/customers", 1, 0),
            ("disputes.csv", "generic/disputes", 1, 0),
            ("general ledger.csv", "generic/gl_lines", 4, 0),
            ("invoice register.csv", "generic/ar_items", 3, 0),
            ("remittance advice.csv", "generic/remittances", 1, 0),
            ("trial balance.csv", "generic/trial_balance_debit_credit", 3, 1),
        ],
        items: &["INV-1,invoice,C1,100.00", "INV-2,invoice,C1,200.00", "RC-1,receipt,C1,-100.00"],
    },
    // 1,500 - 200.50 - 100: receipts of their own, of which 900 is applied; a reversed and a miscellaneous one
    Sample {
        system: "oracle_ebs_receipts",
        entity: "204",
        account: "01-000-1210-0000",
        balance: "1199.50",
        files: &[
            ("ar_cash_receipts.csv", "oracle_ebs/ar_items_receipts", 1, 2),
            ("ar_payment_schedules.csv", "oracle_ebs/ar_items", 3, 0),
            ("ar_receivable_applications.csv", "oracle_ebs/ar_applications", 1, 2),
            ("gl_je_lines.csv", "oracle_ebs/gl_lines", 6, 1),
            ("trial_balance.csv", "oracle_ebs/trial_balance", 3, 1),
        ],
        items: &[
            "10030,invoice,001042,900.00",
            "10045,invoice,001042,1500.00",
            "10046,credit_memo,001042,-200.50",
            "R-771,receipt,001042,-1000.00",
        ],
    },
    // 300 + 1,200 + 250 - 50: what is open, under its age
    Sample {
        system: "quickbooks_aging",
        entity: "MAIN",
        account: "Accounts Receivable (A/R)",
        balance: "1700.00",
        files: &[
            ("AR_Aging_Detail.csv", "quickbooks/ar_aging_detail", 4, 5),
            ("General_Ledger.csv", "quickbooks/gl_lines", 7, 7),
            ("Trial_Balance.csv", "quickbooks/trial_balance", 3, 2),
        ],
        items: &[
            "0998,invoice,Acme,800.00",
            "1001,invoice,Acme,1200.00",
            "1002,invoice,Acme:West,250.00",
            "1003,credit_memo,Acme:West,-50.00",
        ],
    },
    // 600 + 310 - 100: what is open, under its customer
    Sample {
        system: "quickbooks_desktop_open",
        entity: "MAIN",
        account: "1200",
        balance: "810.00",
        files: &[
            ("General Ledger.csv", "quickbooks_desktop/gl_lines", 8, 4),
            ("Open Invoices.csv", "quickbooks_desktop/ar_open_invoices", 3, 5),
            ("Sales by Customer Detail.csv", "quickbooks_desktop/invoice_lines", 3, 8),
            ("Trial Balance.csv", "quickbooks_desktop/trial_balance", 3, 1),
        ],
        items: &["2088,invoice,Coastal Foods,600.00", "2102,invoice,Pier 3,310.00", "2104,credit_memo,Pier 3,-100.00"],
    },
    // 1,250 - 80 + 100 (110 USD)
    Sample {
        system: "sap_german",
        entity: "1000",
        account: "140000",
        balance: "1270.00",
        files: &[
            ("Debitoren.csv", "sap/customers", 2, 0),
            ("F08.txt", "sap/trial_balance", 3, 3),
            ("FAGLL03.txt", "sap/gl_lines", 7, 7),
            ("FBL5N.txt", "sap/ar_items", 5, 5),
        ],
        items: &[
            "1400000007,receipt,100234,-600.00",
            "1600000002,credit_memo,100301,-80.00",
            "1800000003,invoice,100234,600.00",
            "1800000012,invoice,100234,1250.00",
            "1800000013,invoice,100302,110.00",
        ],
    },
    // 500 - 500 + 1,320: the amount in local currency is the only one
    Sample {
        system: "sap_local",
        entity: "2000",
        account: "140000",
        balance: "1320.00",
        files: &[
            ("FAGLL03.csv", "sap/gl_lines", 6, 0),
            ("FBL5N.csv", "sap/ar_items_local", 3, 0),
            ("Saldenliste.csv", "generic/trial_balance", 3, 0),
        ],
        items: &[
            "1400000031,receipt,00004001,-500.00",
            "1800000101,invoice,00004001,500.00",
            "1800000102,invoice,00004002,1320.00",
        ],
    },
    // 600; the invoice of 200 is paid by ch_3Aa
    Sample {
        system: "stripe_payouts",
        entity: "MAIN",
        account: "1200",
        balance: "600.00",
        files: &[
            ("gl_lines.csv", "generic/gl_lines", 4, 0),
            ("invoice_payments.csv", "stripe/ar_applications", 1, 0),
            ("invoices.csv", "stripe/ar_items", 2, 2),
            ("payouts.csv", "stripe/bank_lines_payouts", 1, 1),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
            ("unified_payments.csv", "stripe/ar_items_charges", 1, 1),
        ],
        items: &["AB12-0001,invoice,cus_N1,200.00", "AB12-0002,invoice,cus_N1,600.00", "ch_3Aa,receipt,cus_N1,-200.00"],
    },
    // 600; whole cents, as the API has them
    Sample {
        system: "stripe_tables",
        entity: "MAIN",
        account: "1200",
        balance: "600.00",
        files: &[
            ("balance_transactions.csv", "stripe/bank_lines_tables", 3, 0),
            ("charges.csv", "stripe/ar_items_charges_tables", 1, 1),
            ("gl_lines.csv", "generic/gl_lines", 4, 0),
            ("invoices.csv", "stripe/ar_items", 2, 2),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
        ],
        items: &["AB12-0001,invoice,cus_N1,200.00", "AB12-0002,invoice,cus_N1,600.00", "ch_3Aa,receipt,cus_N1,-200.00"],
    },
    // 1,000 + 700 - 50; a draft of 120 is left out
    Sample {
        system: "xero_detail",
        entity: "MAIN",
        account: "120",
        balance: "1650.00",
        files: &[
            ("Account Transactions.csv", "xero/gl_lines", 2, 4),
            ("Receivable Invoice Detail.csv", "xero/ar_items_detail", 3, 8),
            ("Trial Balance.csv", "xero/trial_balance", 2, 1),
        ],
        items: &["CN-0007,credit_memo,,-50.00", "INV-0201,invoice,,1000.00", "INV-0201,invoice,,700.00"],
    },
];
