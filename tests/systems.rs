//! Each system's exports in their real shape go through `tieout init` and `tieout close` without an edit.
//!
//! The balances are worked out by hand from the samples; the sum stands beside each. A file is written as its name, the
//! profile it must be recognised by, the rows that are loaded and the rows that are no data or left out.

mod bank_lists;
mod habits;
mod other_exports;

use crate::support::{Close, Row, rows_of};
use std::collections::BTreeSet;
use std::path::Path;

struct Sample {
    /// The folder below `tests/samples`.
    system: &'static str,
    entity: &'static str,
    account: &'static str,
    /// Balance of the ledger and of the subledger alike.
    balance: &'static str,
    files: &'static [(&'static str, &'static str, usize, usize)],
    /// Number, type, customer and amount of each document.
    items: &'static [&'static str],
}

const SAMPLES: &[Sample] = &[
    // 300 + 1,200 + 250 - 50: what is open of 0998, 1001, 1002 and the credit 1003
    Sample {
        system: "quickbooks",
        entity: "MAIN",
        account: "Accounts Receivable (A/R)",
        balance: "1700.00",
        files: &[
            ("Customer_Contact_List.csv", "quickbooks/customers", 2, 0),
            ("General_Ledger.csv", "quickbooks/gl_lines", 7, 7),
            ("Sales_by_Customer_Detail.csv", "quickbooks/invoice_lines", 3, 5),
            ("Transaction_List_by_Customer.csv", "quickbooks/ar_items", 6, 7),
            ("Trial_Balance.csv", "quickbooks/trial_balance", 3, 2),
        ],
        items: &[
            "0998,invoice,Acme,800.00",
            "1001,invoice,Acme,1200.00",
            "1002,invoice,Acme:West,250.00",
            "1003,credit_memo,Acme:West,-50.00",
            "1004,invoice,Acme:West,0.00",
            "Payment 10/20/2026,receipt,Acme,-500.00",
        ],
    },
    // 640 - 640 + 1,000 - 400 + 310 + 0 - 100: the register shows no open amounts
    Sample {
        system: "quickbooks_desktop",
        entity: "MAIN",
        account: "1200",
        balance: "810.00",
        files: &[
            ("Customer Balance Detail.csv", "quickbooks_desktop/ar_items", 7, 7),
            ("Customer Contact List.csv", "quickbooks_desktop/customers", 3, 0),
            ("General Ledger.csv", "quickbooks_desktop/gl_lines", 8, 4),
            ("Trial Balance.csv", "quickbooks_desktop/trial_balance", 3, 1),
        ],
        items: &[
            "2088,invoice,Coastal Foods,1000.00",
            "2101,invoice,Brightline Dental,640.00",
            "2102,invoice,Coastal Foods:Pier 3,310.00",
            "2103,invoice,Coastal Foods:Pier 3,0.00",
            "2104,credit_memo,Coastal Foods:Pier 3,-100.00",
            "5512,receipt,Coastal Foods,-400.00",
            "Payment 10/16/2026,receipt,Brightline Dental,-640.00",
        ],
    },
    // 2,000 + 1,000 EUR at 1.10 - 120
    Sample {
        system: "netsuite",
        entity: "Harbor US",
        account: "1100",
        balance: "2980.00",
        files: &[
            ("ARTransactionsResults.csv", "netsuite/ar_items", 5, 2),
            ("AppliedLinksResults.csv", "netsuite/ar_applications", 1, 0),
            ("CustomersResults.csv", "netsuite/customers", 2, 0),
            ("GLDetailResults.csv", "netsuite/gl_lines", 8, 0),
            ("InvoiceLinesResults.csv", "netsuite/invoice_lines", 2, 1),
            ("TrialBalance.csv", "netsuite/trial_balance", 3, 1),
        ],
        items: &[
            "CM3,credit_memo,C-20,-120.00",
            "INV10,invoice,C-20,2000.00",
            "INV11,invoice,C-21,1000.00",
            "INV9,invoice,C-20,500.00",
            "PYMT77,receipt,C-20,-500.00",
        ],
    },
    // 1,500 - 100 on account - 200.50; the guarantee of 5,000 is no receivable
    Sample {
        system: "oracle_ebs",
        entity: "204",
        account: "01-000-1210-0000",
        balance: "1199.50",
        files: &[
            ("ar_payment_schedules.csv", "oracle_ebs/ar_items", 4, 1),
            ("ar_receivable_applications.csv", "oracle_ebs/ar_applications", 1, 2),
            ("gl_je_lines.csv", "oracle_ebs/gl_lines", 6, 1),
            ("hz_cust_accounts.csv", "oracle_ebs/customers", 1, 0),
            ("ra_customer_trx_lines.csv", "oracle_ebs/invoice_lines", 1, 1),
            ("trial_balance.csv", "oracle_ebs/trial_balance", 3, 1),
        ],
        items: &[
            "10030,invoice,001042,900.00",
            "10045,invoice,001042,1500.00",
            "10046,credit_memo,001042,-200.50",
            "R-771,receipt,001042,-1000.00",
        ],
    },
    // 1,250 - 80 - 300 on account; 600 was cleared
    Sample {
        system: "sap",
        entity: "1000",
        account: "140000",
        balance: "870.00",
        files: &[
            ("F08.txt", "sap/trial_balance", 3, 3),
            ("FAGLL03.txt", "sap/gl_lines", 6, 7),
            ("FBL5N.txt", "sap/ar_items", 5, 6),
            ("KNA1.csv", "sap/customers_tables", 2, 0),
            ("VBRP.csv", "sap/invoice_lines", 1, 1),
        ],
        items: &[
            "1400000007,receipt,100234,-600.00",
            "1400000008,receipt,100301,-300.00",
            "1600000002,credit_memo,100301,-80.00",
            "1800000003,invoice,100234,600.00",
            "1800000012,invoice,100234,1250.00",
        ],
    },
    // 2,000 - 120; 750 was cleared, 99 is parked
    Sample {
        system: "sap_tables",
        entity: "1000",
        account: "140000",
        balance: "1880.00",
        files: &[
            ("BKPF_BSEG.csv", "sap/gl_lines_tables", 6, 0),
            ("BSAD.csv", "sap/ar_items_tables", 2, 0),
            ("BSID.csv", "sap/ar_items_tables", 2, 1),
            ("balances.csv", "sap/trial_balance_tables", 3, 0),
        ],
        items: &[
            "100000011,invoice,100234,750.00",
            "100000021,invoice,100234,2000.00",
            "140000003,receipt,100234,-750.00",
            "160000005,credit_memo,100234,-120.00",
        ],
    },
    // 1,800 + 1,000 EUR at 1.08 - 150; 95 is not approved
    Sample {
        system: "dynamics_finance",
        entity: "usmf",
        account: "130100",
        balance: "2730.00",
        files: &[
            ("All customers.csv", "dynamics_finance/customers", 2, 0),
            ("CustInvoiceTrans.csv", "dynamics_finance/invoice_lines", 2, 0),
            ("CustSettlement.csv", "dynamics_finance/ar_applications", 1, 1),
            ("Customer transactions.csv", "dynamics_finance/ar_items", 5, 1),
            ("Trial balance.csv", "dynamics_finance/trial_balance", 3, 0),
            ("Voucher transactions.csv", "dynamics_finance/gl_lines", 8, 0),
        ],
        items: &[
            "ARP-00012,receipt,US-007,-700.00",
            "CIV-000488,invoice,US-007,700.00",
            "CIV-000501,invoice,US-007,1800.00",
            "CIV-000502,invoice,DE-010,1000.00",
            "FTC-000003,credit_memo,US-007,-150.00",
        ],
    },
    // 400 + 1,000 + 270 (half of 540) - 60 + 5
    Sample {
        system: "business_central",
        entity: "MAIN",
        account: "1310",
        balance: "1615.00",
        files: &[
            ("Chart of Accounts.csv", "business_central/trial_balance", 4, 2),
            ("Customer Ledger Entries.csv", "business_central/ar_items", 6, 0),
            ("Customers.csv", "business_central/customers", 2, 0),
            ("General Ledger Entries.csv", "business_central/gl_lines", 10, 0),
            ("Posted Sales Invoice Lines.csv", "business_central/invoice_lines", 2, 1),
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
    // 1,200 - 90; a draft, a cancelled invoice, a failed payment and a draft memo are left out
    Sample {
        system: "zuora",
        entity: "MAIN",
        account: "1200",
        balance: "1110.00",
        files: &[
            ("Account.csv", "zuora/customers", 2, 0),
            ("CreditMemo.csv", "zuora/ar_items_credit_memos", 1, 1),
            ("Invoice.csv", "zuora/ar_items", 2, 2),
            ("InvoiceItem.csv", "zuora/invoice_lines", 1, 1),
            ("InvoicePayment.csv", "zuora/ar_applications", 1, 0),
            ("Payment.csv", "zuora/ar_items_payments", 1, 1),
            ("gl_lines.csv", "generic/gl_lines", 6, 0),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
            ("zendesk_tickets.csv", "zendesk/disputes", 1, 1),
        ],
        items: &[
            "CM00000003,credit_memo,A00000101,-90.00",
            "INV00000035,invoice,A00000101,600.00",
            "INV00000041,invoice,A00000101,1200.00",
            "P-00000012,receipt,A00000101,-600.00",
        ],
    },
    // 300 + 450 - 40
    Sample {
        system: "salesforce_billing",
        entity: "MAIN",
        account: "1200",
        balance: "710.00",
        files: &[
            ("accounts.csv", "salesforce_billing/customers", 2, 0),
            ("allocations.csv", "salesforce_billing/ar_applications", 1, 1),
            ("cases.csv", "salesforce/disputes", 1, 6),
            ("credit_notes.csv", "salesforce_billing/ar_items_credit_notes", 1, 0),
            ("gl_lines.csv", "generic/gl_lines", 6, 0),
            ("invoice_lines.csv", "salesforce_billing/invoice_lines", 1, 1),
            ("invoices.csv", "salesforce_billing/ar_items", 2, 7),
            ("payments.csv", "salesforce_billing/ar_items_payments", 1, 6),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
        ],
        items: &[
            "CRN-0002,credit_memo,SF-100,-40.00",
            "INV-0000004,invoice,SF-100,300.00",
            "INV-0000007,invoice,SF-100,950.00",
            "P-00021,receipt,SF-100,-500.00",
        ],
    },
    // 400 - 25
    Sample {
        system: "chargify",
        entity: "MAIN",
        account: "1200",
        balance: "375.00",
        files: &[
            ("credit_notes.csv", "chargify/ar_items_credit_notes", 1, 0),
            ("customers.csv", "chargify/customers", 2, 0),
            ("gl_lines.csv", "generic/gl_lines", 6, 0),
            ("invoice_payments.csv", "chargify/ar_applications", 1, 0),
            ("invoices.csv", "chargify/ar_items", 2, 2),
            ("line_items.csv", "chargify/invoice_lines", 1, 0),
            ("transactions.csv", "chargify/ar_items_payments", 1, 2),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
        ],
        items: &[
            "290,invoice,4711,250.00",
            "301,invoice,4711,400.00",
            "99001,receipt,4711,-250.00",
            "CN-7,credit_memo,4711,-25.00",
        ],
    },
    // 100 + 1,700 - 50
    Sample {
        system: "xero",
        entity: "MAIN",
        account: "120",
        balance: "1750.00",
        files: &[
            ("Account Transactions.csv", "xero/gl_lines", 3, 4),
            ("Contacts.csv", "xero/customers", 2, 0),
            ("Receivable Invoice Summary.csv", "xero/ar_items", 3, 3),
            ("SalesInvoices.csv", "xero/invoice_lines", 1, 1),
            ("Trial Balance.csv", "xero/trial_balance", 3, 1),
        ],
        items: &[
            "CN-0005,credit_memo,Bellows Ltd,-50.00",
            "INV-0099,invoice,Bellows Ltd,300.00",
            "INV-0101,invoice,Bellows Ltd,1700.00",
        ],
    },
    // 880 - 60
    Sample {
        system: "sage_intacct",
        entity: "E100",
        account: "1200",
        balance: "820.00",
        files: &[
            ("ARINVOICEITEM.csv", "sage_intacct/invoice_lines", 1, 1),
            ("ARPYMTDETAIL.csv", "sage_intacct/ar_applications", 1, 0),
            ("ARRECORD.csv", "sage_intacct/ar_items", 4, 2),
            ("Customers.csv", "sage_intacct/customers", 2, 0),
            ("GLDETAIL.csv", "sage_intacct/gl_lines", 6, 0),
            ("Trial balance.csv", "sage_intacct/trial_balance", 3, 1),
        ],
        items: &[
            "ADJ-12,credit_memo,C-55,-60.00",
            "INV-2990,invoice,C-55,420.00",
            "INV-3001,invoice,C-55,880.00",
            "RP-55,receipt,C-55,-420.00",
        ],
    },
    // 600; the invoice of 200 is paid by ch_3Aa
    Sample {
        system: "stripe",
        entity: "MAIN",
        account: "1200",
        balance: "600.00",
        files: &[
            ("balance_history.csv", "stripe/bank_lines", 2, 0),
            ("customers.csv", "stripe/customers", 2, 0),
            ("disputes.csv", "stripe/disputes", 1, 0),
            ("gl_lines.csv", "generic/gl_lines", 4, 0),
            ("invoices.csv", "stripe/ar_items", 2, 2),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
            ("unified_payments.csv", "stripe/ar_items_charges", 1, 1),
        ],
        items: &["AB12-0001,invoice,cus_N1,200.00", "AB12-0002,invoice,cus_N1,600.00", "ch_3Aa,receipt,cus_N1,-200.00"],
    },
    // 600; card providers have no register of their own
    Sample {
        system: "paypal",
        entity: "MAIN",
        account: "1200",
        balance: "600.00",
        files: &[
            ("activity.csv", "paypal/bank_lines", 3, 1),
            ("gl_lines.csv", "generic/gl_lines", 4, 0),
            ("register.csv", "canonical/ar_items", 3, 0),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
        ],
        items: &CARD_ITEMS,
    },
    Sample {
        system: "acquirer",
        entity: "MAIN",
        account: "1200",
        balance: "600.00",
        files: &[
            ("adyen.csv", "acquirer/adyen", 3, 0),
            ("chargebacks.csv", "acquirer/disputes", 1, 0),
            ("gl_lines.csv", "generic/gl_lines", 4, 0),
            ("register.csv", "canonical/ar_items", 3, 0),
            ("settlement.csv", "acquirer/bank_lines", 4, 0),
            ("trial_balance.csv", "generic/trial_balance", 3, 0),
        ],
        items: &CARD_ITEMS,
    },
];

const CARD_ITEMS: [&str; 3] = ["INV-1,invoice,C1,200.00", "INV-2,invoice,C1,600.00", "RC-1,receipt,C1,-200.00"];

/// The sample's folder, with the close.toml that `init` writes and nothing else.
fn initialised(system: &str) -> Close {
    let close = Close::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/samples").join(system);
    for file in std::fs::read_dir(&folder).unwrap() {
        let path = file.unwrap().path();
        close.write(path.file_name().unwrap().to_str().unwrap(), std::fs::read(&path).unwrap());
    }
    close.run(&["init", "."]).with(0);
    close
}

/// The rows of a query, without its headings.
fn rows(close: &Close, query: &str) -> Vec<String> {
    let ended = close.run(&["query", "-e", query, "--format", "csv"]).with(0);
    ended.stdout.lines().skip(1).map(str::to_owned).collect()
}

#[test]
fn each_system_s_sample_closes_without_an_edit() {
    for sample in samples() {
        let close = initialised(sample.system);
        let ended = close.done();
        let name = sample.system;
        assert_eq!(close.result("rejects").len(), 0, "{name}: {}", ended.stderr);
        // A sample with bank lines has its cash account reconciled as well: nothing of it is unexplained.
        let all = close.result("reconciliations");
        assert!(all.iter().all(|rec| rec["unexplained"] == "0.00"), "{name}: {all:?}");
        let recs: Vec<&Row> = all.iter().filter(|rec| rec["kind"] == "gl").collect();
        assert_eq!(recs.len(), 1, "{name}: {recs:?}");
        let of = |column: &str| recs[0][column].as_str();
        assert_eq!((of("entity"), of("account")), (sample.entity, sample.account), "{name}");
        assert_eq!((of("gl_balance"), of("subledger_balance")), (sample.balance, sample.balance), "{name}");
        assert_eq!((of("status"), of("items")), ("reconciled", "0"), "{name}: {}", ended.stderr);
        let sources = close.result("sources");
        let read: Vec<(&str, &str, usize, usize)> = sources
            .iter()
            .map(|row| {
                let count = |column: &str| row[column].parse().unwrap();
                (row["source"].as_str(), row["profile"].as_str(), count("rows_loaded"), count("rows_left_out"))
            })
            .collect();
        assert_eq!(read, sample.files, "{name}");
        let items = rows(&close, "SELECT item_id, item_type, customer_id, amount FROM ar_items ORDER BY item_id");
        assert_eq!(items, sample.items, "{name}");
    }
}

/// All samples.
fn samples() -> impl Iterator<Item = &'static Sample> {
    SAMPLES.iter().chain(other_exports::SAMPLES)
}

#[test]
fn every_profile_is_tried_by_a_sample() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folders = std::fs::read_dir(root.join("tests/samples")).unwrap();
    let folders: BTreeSet<String> =
        folders.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(folders, samples().map(|sample| sample.system.to_owned()).collect(), "each folder is tried");
    let mut tried: BTreeSet<String> =
        samples().flat_map(|sample| sample.files).map(|(_, profile, ..)| (*profile).to_owned()).collect();
    // The audit files, which tests/audit_files closes.
    let close = Close::empty();
    for name in ["EXTF_Buchungsstapel.csv", "EXTF_Stammdaten.csv", "EXTF_Kontenbeschriftungen.csv", "quickbooks.iif"] {
        close.write(name, std::fs::read(root.join("tests/audit_files").join(name)).unwrap());
    }
    let saft = std::fs::read_to_string(root.join("tests/audit_files/saft_pt.xml")).unwrap();
    close.write("saft.xml", saft.replacen("Windows-1252", "UTF-8", 1));
    close.run(&["init", "."]).with(0);
    let text = std::fs::read_to_string(close.at("close.toml")).unwrap();
    tried.extend(
        text.lines()
            .filter_map(|line| line.trim_start_matches('#').strip_prefix("profile = \"")?.strip_suffix('"'))
            .map(str::to_owned),
    );
    let known = tieout::normalise::profiles::BUILT_IN.iter().map(|(name, _)| (*name).to_owned());
    let untried: Vec<String> = known.filter(|name| !tried.contains(name)).collect();
    assert!(untried.is_empty(), "no sample is recognised by {untried:?}");
}

#[test]
fn customers_know_their_parents() {
    for (system, expected) in [
        ("quickbooks", vec!["Acme,", "Acme:West,Acme"]),
        ("quickbooks_desktop", vec!["Brightline Dental,", "Coastal Foods,", "Coastal Foods:Pier 3,Coastal Foods"]),
        ("netsuite", vec!["C-20,", "C-21,C-20"]),
        ("business_central", vec!["C00010,", "C00020,C00010"]),
        // The invoice account of a customer that pays for itself is its own.
        ("dynamics_finance", vec!["DE-010,US-007", "US-007,"]),
        // Parents by number, which a data frame wrote as 4711.0 elsewhere.
        ("chargify", vec!["4711,", "4712,4711"]),
    ] {
        let close = initialised(system);
        let query = "SELECT customer_id, parent_customer_id FROM customers ORDER BY customer_id";
        assert_eq!(rows(&close, query), expected, "{system}");
    }
}

#[test]
fn the_other_tables_are_read_too() {
    let expect = |system: &str, query: &str, expected: &[&str]| {
        let close = initialised(system);
        assert_eq!(rows(&close, query), expected, "{system}: {query}");
    };
    // A ticket without an invoice is no dispute of a document.
    let disputes = "SELECT case_id, item_id, amount, status FROM disputes ORDER BY case_id";
    expect("zuora", disputes, &["8801,INV00000041,200.00,Open"]);
    expect("salesforce_billing", disputes, &["00001044,INV-0000007,100.00,Working"]);
    expect("stripe", disputes, &["dp_1,ch_3Aa,200.00,needs_response"]);
    expect("generic", disputes, &["CS-7,INV-2,20.00,Open"]);
    let advice = "SELECT payment_reference, payer_name, invoice_reference, amount FROM remittances ORDER BY amount";
    expect("generic", advice, &["ACH-5,Alder Mills,INV-1,100.00"]);
    let bank = "SELECT bank_account, line_id, amount, type_code FROM bank_lines WHERE bank_account <> 'adyen' \
                ORDER BY line_id";
    expect("stripe", bank, &["stripe,txn_1,193.90,charge", "stripe,txn_2,-193.90,payout"]);
    let paypal = [
        "paypal,8AB1,193.90,Website Payment",
        "paypal,8AB3,-100.00,General Withdrawal",
        "paypal,8AB4,-60.00,Chargeback",
    ];
    expect("paypal", bank, &paypal);
    let acquirer = [
        "acquirer,A1,197.00,Sale",
        "acquirer,A2,-10.00,Refund",
        "acquirer,A3,-55.00,Chargeback",
        "acquirer,A4,-132.00,Payout",
    ];
    expect("acquirer", bank, &acquirer);
    expect("acquirer", disputes, &["CB-1,INV-1,40.00,Open"]);
    let applications = "SELECT from_item_id, to_item_id, amount FROM ar_applications ORDER BY from_item_id";
    expect("oracle_ebs", applications, &["R-771,10030,900.00"]);
    expect("zuora", applications, &["P-00000012,INV00000035,600.00"]);
    expect("salesforce_billing", applications, &["P-00021,INV-0000007,500.00"]);
    let lines = "SELECT invoice_id, line_no, net_amount FROM invoice_lines ORDER BY invoice_id, line_no";
    // Reports without line numbers count by the row of the file; tax lines, comments and cancelled ones are left out.
    expect("quickbooks", lines, &["1001,7,1200.00", "1002,10,250.00", "1003,11,-50.00"]);
    expect("oracle_ebs", lines, &["10045,1,1500.00"]);
    expect("business_central", lines, &["103001,10000,1000.00", "103002,10000,500.00"]);
    expect("sap", lines, &["90000012,10,1250.00"]);
}

#[test]
fn profiles_that_are_named_need_no_recognition() {
    // A list with quantities is taken for invoice lines; who says that it is a register is believed.
    let close = Close::empty();
    close
        .write("register.csv", "Document No,Type,Customer No,Date,Amount,Quantity\nA1,Invoice,C1,2026-10-05,10.00,2\n");
    close.write("tb.csv", "Entity,Account,Account Name,Closing Balance\nM,1200,Accounts Receivable,10.00\n");
    let toml = close_toml("profile = \"generic/ar_items\"");
    close.write("close.toml", toml);
    close.done();
    assert_eq!(close.figure("subledger_balance"), "10.00");
    let profiles: Vec<String> =
        rows_of(&close.at("out/2026-10/data/sources.csv")).into_iter().map(|row| row["profile"].clone()).collect();
    assert!(profiles.contains(&"generic/ar_items".to_owned()), "{profiles:?}");
}

#[test]
fn amounts_in_cents_are_told_apart_from_amounts() {
    let close = Close::empty();
    let header = "item_id,item_type,document_date,currency,amount,functional_amount\n";
    let rows = "A1,invoice,2026-10-05,USD,12345,12345\nA2,invoice,2026-10-06,JPY,500,335\n";
    close.write("register.csv", format!("{header}{rows}"));
    close.write("tb.csv", "Entity,Account,Account Name,Closing Balance\nM,1200,Accounts Receivable,126.80\n");
    let toml = close_toml("constants = { entity = \"M\" }\noptions = { currency_minor_units = true }");
    close.write("close.toml", toml);
    close.done();
    // 123.45 and, at the functional currency's own two decimals, 3.35 for 500 yen.
    assert_eq!(rows_of_items(&close), ["A1,123.45,123.45", "A2,500.00,3.35"]);
    assert_eq!(close.figure("subledger_balance"), "126.80");
    // Decimals contradict the declaration.
    close.write("register.csv", format!("{header}{rows}A3,invoice,2026-10-07,USD,12.50,12.50\n"));
    close.done();
    assert_eq!(close.rejected(), [("4".into(), "amount".into(), "12.50".into(), "T2104".into())]);
}

fn rows_of_items(close: &Close) -> Vec<String> {
    rows(close, "SELECT item_id, amount, functional_amount FROM ar_items ORDER BY item_id")
}

/// A close of `register.csv` and `tb.csv`; `more` stands in the register's source.
fn close_toml(more: &str) -> String {
    let close = "[close]\nname = \"T\"\nperiod_end = 2026-10-31\ncurrency = \"USD\"\n";
    let register = format!("[[source]]\ntable = \"ar_items\"\npath = \"register.csv\"\n{more}\n");
    let balance = "[[source]]\ntable = \"trial_balance\"\npath = \"tb.csv\"\n";
    let control = "[[control_account]]\nentity = \"M\"\naccount = \"1200\"\nsubledger = \"ar\"\n";
    format!("{close}\n{register}\n{balance}\n{control}")
}

#[test]
fn a_package_s_own_reports_tie_with_their_opening_balance() {
    // The walk-through of docs/walk-through-xero.md, on reports of the same shape.
    let close = initialised("xero");
    close.done();
    assert_eq!((close.figure("gl_balance"), close.figure("subledger_balance")), ("1750.00".into(), "1750.00".into()));
    let checks = close.result("checks");
    let check = checks.iter().find(|row| row["check"].contains("opening + movement = closing")).expect("a check");
    assert!(check["check"].ends_with("of 120 - Accounts Receivable, row 12"), "{}", check["check"]);
    assert_eq!((check["left"].as_str(), check["outcome"].as_str()), ("1750.00", "pass"));
    assert!(
        check["detail"].starts_with("300.00 + 1,450.00 against 1,750.00; a total of 1,450.00"),
        "{}",
        check["detail"]
    );
    // Drafts and voided invoices are left out, and listed.
    let left_out = close.result("left_out");
    let excluded: Vec<&str> =
        left_out.iter().map(|row| &row["text"][..8]).filter(|text| text.starts_with("INV-")).collect();
    assert_eq!(excluded, ["INV-0102", "INV-0103"]);
    let aged: Vec<(String, String)> =
        close.result("aging").into_iter().map(|row| (row["bucket"].clone(), row["open_amount"].clone())).collect();
    let of = |bucket: &str, amount: &str| (bucket.to_owned(), amount.to_owned());
    assert_eq!(aged, [of("current", "1700.00"), of("1-30", "100.00"), of("unapplied", "-50.00")]);
    // A row that is missing from the middle of the report breaks the sum.
    let path = close.at("Account Transactions.csv");
    let text = std::fs::read_to_string(&path).expect("the report");
    let cut: Vec<&str> = text.lines().filter(|line| !line.contains("FT 8812")).collect();
    std::fs::write(&path, cut.join("\n")).expect("written");
    close.close().says(&["[T3010]", "opening + movement = closing"]);
}
