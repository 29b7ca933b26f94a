//! The sample close, word for word: what its README promises.

use crate::support::{Close, Row};
use rust_decimal::Decimal;
use std::path::Path;

/// A copy of the sample, so that no run is written into the project.
pub fn sample() -> Close {
    let close = Close::empty();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("sample-data/harbor-2026-10");
    for entry in std::fs::read_dir(folder).expect("the sample") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            close.write(&name, std::fs::read(&path).expect("a file"));
        }
    }
    close
}

/// Some columns of a table as text, a line a row.
fn lines(rows: &[Row], columns: &[&str]) -> String {
    let line = |row: &Row| columns.iter().map(|column| row[*column].as_str()).collect::<Vec<_>>().join(" | ");
    rows.iter().map(|row| line(row) + "\n").collect()
}

const RECONCILIATIONS: &str = "\
gl-HS02-140000 | HS02 | 140000 | EUR | 115291.74 | 95052.73 | 20239.01 | 20239.01 | 0.00 | 57.64 | explained | 8
gl-HS01-1200 | HS01 | 1200 | USD | 118287.54 | 144141.29 | -25853.75 | -25853.75 | 0.00 | 59.14 | explained | 9
bank-HS01-1010 | HS01 | 1010 | USD | 345079.82 | 389790.84 | -44711.02 | -44711.02 | 0.00 | 172.53 | explained | 20
bank-HS02-113100 | HS02 | 113100 | EUR | 2299.69 | 16582.79 | -14283.10 | -14283.10 | 0.00 | 1.14 | explained | 7
";

const ITEMS: &str = "\
gl-HS02-140000 | V07 | missing_in_gl | 1400002432 |  | 2591.30
gl-HS02-140000 | V08 | cutoff | 1800004249 | 4900012298 | 5389.00
gl-HS02-140000 | V09 | missing_in_subledger | 1800004193 | 4900012202 | 2947.60
gl-HS02-140000 | V12 | sign_flip | 1600000424 | 4900012269 | 1672.40
gl-HS02-140000 | V13 | decimal_shift | 1800004238 | 4900012282 | 11288.70
gl-HS02-140000 | V15 | digit_error | 1800004179 | 4900012177 | 500.00
gl-HS02-140000 | V17 | wrong_entity | 1800004244 |  | -4150.00
gl-HS02-140000 | V21 | rounding | 1800004236 | 4900012276 | 0.01
gl-HS01-1200 | V03 | manual_journal |  | TX50501 | -2750.00
gl-HS01-1200 | V07 | missing_in_gl | INV10637 |  | -6482.75
gl-HS01-1200 | V08 | cutoff | INV10648 |  | -12840.50
gl-HS01-1200 | V10 | duplicate_in_gl | PYMT20748 | TX50475 | -3769.40
gl-HS01-1200 | V11 | duplicate_in_subledger | INV10643 |  | -2158.60
gl-HS01-1200 | V14 | transposition | INV10621 | TX50450 | 36.00
gl-HS01-1200 | V16 | wrong_account | INV10609 |  | -1573.90
gl-HS01-1200 | V17 | wrong_entity | 1800004244 | TX50493 | 4150.00
gl-HS01-1200 | V28 | amount_difference | INV10631 | TX50470 | -464.60
bank-HS01-1010 | B01 | deposit_in_transit | PYMT20756 | TX50496 | 1096.78
bank-HS01-1010 | B02 | outstanding_payment |  | TX50487 | -3127.25
bank-HS01-1010 | B03 | bank_fee | 1014165001 | TX50476; TX50480 | 73.36
bank-HS01-1010 | B03 | bank_fee | 1015698003 |  | 48.50
bank-HS01-1010 | B04 | interest | 1030354009 |  | -61.27
bank-HS01-1010 | B05 | returned_item | 1014555002 |  | 392.95
bank-HS01-1010 | B07 | book_error | 1026475001 | TX50487 | -9.00
bank-HS01-1010 | B09 | duplicate_in_books | PYMT20748 | TX50475 | 3769.40
bank-HS01-1010 | B11 | timing | 1030165005 |  | -5319.70
bank-HS01-1010 | B12 | missing_in_books | 1029165002 |  | -5023.44
bank-HS01-1010 | B12 | missing_in_books | 1029165003 |  | -3135.35
bank-HS01-1010 | B12 | missing_in_books | 1029165004 |  | -832.95
bank-HS01-1010 | B12 | missing_in_books | 1029195001 |  | -6315.26
bank-HS01-1010 | B12 | missing_in_books | 1030165001 |  | -2159.56
bank-HS01-1010 | B12 | missing_in_books | 1030165003 |  | -900.00
bank-HS01-1010 | B12 | missing_in_books | 1030165006 |  | -2807.02
bank-HS01-1010 | B12 | missing_in_books | 1030165008 |  | -1410.00
bank-HS01-1010 | B12 | missing_in_books | 1030195002 |  | -4271.83
bank-HS01-1010 | B12 | missing_in_books | 1030195004 |  | -10355.92
bank-HS01-1010 | B12 | missing_in_books | 1030195007 |  | -4363.46
bank-HS02-113100 | B03 | bank_fee | NHB2026103000018 |  | 27.40
bank-HS02-113100 | B12 | missing_in_books | NHB2026102700009 |  | -2591.30
bank-HS02-113100 | B12 | missing_in_books | NHB2026102900013 |  | -2050.03
bank-HS02-113100 | B12 | missing_in_books | NHB2026102900014 |  | -1558.58
bank-HS02-113100 | B12 | missing_in_books | NHB2026103000015 |  | -1799.36
bank-HS02-113100 | B12 | missing_in_books | NHB2026103000016 |  | -5708.53
bank-HS02-113100 | B12 | missing_in_books | NHB2026103000017 |  | -602.70
";

/// What agrees in another way than by one amount and day.
const BANK_MATCHES: &str = "\
earlier_period | TX50451 | 1005475001 | -2422.40 | -2422.40 | 0.00 | 
batch_sum | PYMT20745; PYMT20746 | 1006301001 | 6697.49 | 6697.49 | 0.00 | 
group_net_of_fee | PYMT20749; PYMT20750 | 1014165001 | 2821.66 | 2748.30 | 73.36 | bank_fee
reference_other_amount | TX50487 | 1026475001 | -6154.20 | -6145.20 | -9.00 | book_error
group_by_reference | 1400002425; 1400002426; 1400002428 | NHB2026102000005 | 11685.20 | 11685.20 | 0.00 | 
";

/// Every open receipt and unbooked deposit.
const UNAPPLIED: &str = "\
PYMT20743 | C12 | open |  | 680.92
PYMT20747 | C12 | open |  | 787.34
PYMT20748 | C10 | open |  | 3769.40
PYMT20755 | C07 | suggested | INV10631 | 1875.00
1029165002 | C04 | confirmed | INV10580 | 5023.44
1029165003 | C06 | confirmed | INV10573; INV10639 | 3135.35
1029165004 | C13 | suggested | INV10603 | 832.95
1029195001 | C08 | open |  | 6315.26
1030165001 | C13 | suggested | INV10646 | 2159.56
1030165003 | C12 | suggested | INV10638 | 900.00
1030165006 | C00 | confirmed | INV10625 | 2807.02
1030165008 | C01 | open |  | 1410.00
1030195002 | C02 | confirmed | INV10598 | 4271.83
1030195004 | C14 | confirmed | INV10600 | 10355.92
1030195007 | C05 | open |  | 4363.46
1400002427 | C11 | open |  | 612.00
1400002432 | C07 | suggested | 1800004211 | 2591.30
1400002434 | C15 | posted | 1800004218 | 8234.50
NHB2026102900013 | C00 | confirmed | 1800004228 | 2050.03
NHB2026102900014 | C18 | suggested | 1800004190 | 1558.58
NHB2026103000015 | C06 | confirmed | 1800004195; 1800004213 | 1799.36
NHB2026103000016 | C03 | suggested | 1800004230 | 5708.53
NHB2026103000017 | C13 | suggested | 1800004206 | 602.70
";

/// What was deducted.
const SHORT_PAID: &str = "\
1029165004 | INV10603 | 832.95 | 17.00 | S02
1030165001 | INV10646 | 2159.56 | 41.53 | S01
NHB2026102900014 | 1800004190 | 1558.58 | 15.00 | S11
NHB2026103000017 | 1800004206 | 602.70 | 0.04 | S12
";

/// By entity and bucket, as the README prints it.
const AGING: [(&str, &str, &str); 14] = [
    ("HS01", "current", "68336.94"),
    ("HS01", "1-30", "40217.51"),
    ("HS01", "31-60", "3285.57"),
    ("HS01", "61-90", "15508.08"),
    ("HS01", "91-120", "488.44"),
    ("HS01", "over 120", "24065.52"),
    ("HS01", "unapplied", "-7760.77"),
    ("HS02", "current", "65518.00"),
    ("HS02", "1-30", "12657.62"),
    ("HS02", "31-60", "6990.23"),
    ("HS02", "61-90", "9721.49"),
    ("HS02", "91-120", "224.28"),
    ("HS02", "over 120", "12620.52"),
    ("HS02", "unapplied", "-12679.41"),
];

/// Each source and its sheet: rows read, loaded, left out, rejected.
const SOURCES: &str = "\
hs01_ar_register.csv |  | 337 | 332 | 5 | 0
hs01_applications.csv |  | 176 | 176 | 0 | 0
hs01_gl_detail.csv |  | 853 | 843 | 10 | 0
hs01_bank_statement.bai | bank_lines | 30 | 30 | 0 | 0
hs01_bank_statement.bai | bank_balances | 24 | 24 | 0 | 0
hs01_remittances.820 | remittances | 3 | 3 | 0 | 0
hs02_ar_items.xlsx | Debitoren-Einzelposten | 218 | 212 | 6 | 0
hs02_gl_detail.csv |  | 626 | 616 | 10 | 0
hs02_bank_statement.xml | bank_lines | 18 | 18 | 0 | 0
hs02_bank_statement.xml | bank_balances | 1 | 1 | 0 | 0
hs02_remittance.edi | remittances | 2 | 2 | 0 | 0
trial_balance.xlsx | HS01 | 13 | 12 | 1 | 0
trial_balance.xlsx | HS02 | 12 | 11 | 1 | 0
customers.xlsx | Customers | 27 | 27 | 0 | 0
disputes.csv |  | 5 | 5 | 0 | 0
promises.csv |  | 5 | 5 | 0 | 0
";

/// KPIs of October as the README prints them: name, HS01, HS02.
const KPIS: [(&str, &str, &str); 33] = [
    ("dso_simple", "71.69", "60.19"),
    ("dso_average", "66.81", "59.97"),
    ("dso_three_month", "77.39", "78.13"),
    ("dso_countback", "79.17", "74.37"),
    ("dso_true", "296.52", "319.52"),
    ("dso_best_possible", "33.99", "41.49"),
    ("average_days_delinquent", "37.70", "18.70"),
    ("days_to_pay", "69.20", "64.20"),
    ("days_late", "32.09", "20.06"),
    ("cei", "36.05", "62.03"),
    ("cei_3_months", "43.16", "39.50"),
    ("cei_12_months", "46.70", "36.28"),
    ("ar_turnover", "0.4640", "0.5170"),
    ("past_due_percent", "55.01", "39.18"),
    ("credit_sales", "62331.21", "48956.53"),
    ("billing_count", "20", "20"),
    ("billing_amount", "62331.21", "50096.67"),
    ("corrective_rate_count", "0.00", "15.00"),
    ("credit_memo_rate_issue_month", "0.00", "2.28"),
    ("cash_received", "42732.05", "48255.11"),
    ("unapplied_amount", "7112.66", "11437.80"),
    ("unapplied_percent_of_cash", "16.64", "23.70"),
    ("unapplied_percent_of_ar", "4.68", "10.62"),
    ("unapplied_age", "21.84", "3.71"),
    ("top_debtor_percent", "17.02", "15.48"),
    ("top_5_debtors_percent", "57.83", "66.20"),
    ("top_10_debtors_percent", "89.33", "99.32"),
    ("dispute_rate_count", "10.00", "0.00"),
    ("dispute_rate_amount", "3.50", "0.00"),
    ("disputes_open_amount", "5395.26", "1250.00"),
    ("dispute_age_median", "12.00", "47.00"),
    ("dispute_resolution_median", "19.00", ""),
    ("dispute_sla_percent", "100.00", ""),
];

/// How October stands against `[kpi.targets]`: name, HS01, HS02. Nothing where a figure could not be formed.
const RATINGS: [(&str, &str, &str); 9] = [
    ("dso_simple", "red", "amber"),
    ("average_days_delinquent", "red", "amber"),
    ("past_due_percent", "red", "green"),
    ("cei", "red", "green"),
    ("first_time_right_count", "green", ""),
    ("unapplied_percent_of_ar", "green", "red"),
    ("dispute_rate_amount", "amber", "green"),
    ("dispute_sla_percent", "green", ""),
    ("top_5_debtors_percent", "green", "red"),
];

const PROMISES: &str = "\
PTP-0302 | CUST-1013 | 2026-10-15 | 3000.00 | 0.00 | cancelled
PTP-0304 | 0000104753 | 2026-10-19 | 2000.00 | 1446.94 | broken
PTP-0301 | CUST-1006 | 2026-10-22 | 4193.25 | 0.00 | broken
PTP-0303 | CUST-1007 | 2026-10-29 | 7859.00 | 7859.00 | kept
PTP-0305 | CUST-1011 | 2026-11-06 | 10474.98 | 0.00 | open
";

/// The simple DSO of thirteen months, as the README prints it.
const DSO: [(&str, &str, &str); 13] = [
    ("2025-10", "31.00", "29.98"),
    ("2025-11", "49.01", "40.54"),
    ("2025-12", "57.20", "74.11"),
    ("2026-01", "58.66", "62.10"),
    ("2026-02", "73.86", "97.09"),
    ("2026-03", "59.58", "82.82"),
    ("2026-04", "50.71", "123.53"),
    ("2026-05", "100.86", "101.56"),
    ("2026-06", "59.53", "109.75"),
    ("2026-07", "95.28", "65.02"),
    ("2026-08", "65.16", "67.76"),
    ("2026-09", "86.39", "85.02"),
    ("2026-10", "71.69", "60.19"),
];

fn cents(text: &str) -> i64 {
    text.replace('.', "").parse().expect("an amount")
}

#[test]
fn the_sample_close_is_what_its_readme_says() {
    let close = sample();
    close.done();
    let columns = [
        "rec_id",
        "entity",
        "account",
        "currency",
        "gl_balance",
        "subledger_balance",
        "variance",
        "explained",
        "unexplained",
        "tolerance",
        "status",
        "items",
    ];
    assert_eq!(lines(&close.result("reconciliations"), &columns), RECONCILIATIONS);
    let columns = ["rec_id", "cause_code", "cause", "document_id", "journal_id", "amount"];
    assert_eq!(lines(&close.result("reconciling_items"), &columns), ITEMS);
    let aged = close.result("aging");
    for (entity, bucket, amount) in AGING {
        let of_bucket = aged.iter().filter(|row| row["entity"] == entity && row["bucket"] == bucket);
        let sum: i64 = of_bucket.map(|row| cents(&row["open_amount"])).sum();
        assert_eq!(sum, cents(amount), "{entity} {bucket}");
    }
    let all: i64 = aged.iter().map(|row| cents(&row["open_amount"])).sum();
    assert_eq!(all, cents("144141.29") + cents("95052.73"));
    assert!(close.result("checks").iter().all(|check| check["outcome"] != "fail"));
    let columns = ["source", "sheet", "rows_read", "rows_loaded", "rows_left_out", "rows_rejected"];
    assert_eq!(lines(&close.result("sources"), &columns), SOURCES);
}

#[test]
fn the_kpis_of_the_sample_are_what_its_readme_says() {
    let close = sample();
    close.run(&["close", "-q"]).with(0);
    let kpis = close.result("kpis");
    let value = |kpi: &str, entity: &str, period: &str| {
        let row = |row: &&Row| row["kpi"] == kpi && row["scope"] == entity && row["period"] == period;
        kpis.iter().find(row).map(|row| row["value"].clone()).unwrap_or_default()
    };
    for (kpi, first, second) in KPIS {
        assert_eq!([value(kpi, "HS01", "2026-10"), value(kpi, "HS02", "2026-10")], [first, second], "{kpi}");
    }
    let rating = |kpi: &str, entity: &str| {
        let row = |row: &&Row| row["kpi"] == kpi && row["scope"] == entity && row["period"] == "2026-10";
        kpis.iter().find(row).map(|row| row["rating"].clone()).unwrap_or_default()
    };
    for (kpi, first, second) in RATINGS {
        assert_eq!([rating(kpi, "HS01"), rating(kpi, "HS02")], [first, second], "{kpi}");
    }
    for (period, first, second) in DSO {
        assert_eq!([value("dso_simple", "HS01", period), value("dso_simple", "HS02", period)], [first, second]);
    }
    // What the sample has no source for is said.
    let said = |kpi: &str, entity: &str| {
        let row = |row: &&Row| row["kpi"] == kpi && row["scope"] == entity && row["period"] == "2026-10";
        kpis.iter().find(row).map(|row| row["note"].clone())
    };
    assert_eq!(said("deduction_rate_count", "HS02").as_deref(), Some("not available: no applications source"));
    assert_eq!(said("dispute_resolution_median", "HS02").as_deref(), Some("not meaningful: no case was closed"));
}

#[test]
fn the_sample_bank_and_cash_are_what_its_readme_says() {
    let close = sample();
    close.done();
    let columns = ["receipt_id", "cause_code", "status", "proposed_invoice_ids", "open_amount"];
    assert_eq!(lines(&close.result("unapplied"), &columns), UNAPPLIED);
    let columns = ["rule", "left_ids", "right_ids", "left_amount", "right_amount", "difference", "difference_cause"];
    let mut matches = close.result("matches");
    let is_one_to_one = |row: &Row| row["rule"].starts_with("amount") || row["rule"] == "reference_and_amount";
    matches.retain(|row| row["match_id"].starts_with('B') && !is_one_to_one(row));
    assert_eq!(lines(&matches, &columns), BANK_MATCHES);
    let columns = ["receipt_id", "invoice_id", "amount", "short_pay", "short_pay_code"];
    let mut short = close.result("allocations");
    short.retain(|row| !row["short_pay"].is_empty());
    assert_eq!(lines(&short, &columns), SHORT_PAID);
    let met = close.result("checks").into_iter().filter(|check| check["check"].ends_with("adjusted bank balance"));
    let met: Vec<String> = met.map(|check| check["left"].clone() + " " + &check["outcome"]).collect();
    assert_eq!(met, ["387760.37 pass", "16582.79 pass"]);
}

#[test]
fn the_sample_prints_its_summary() {
    let ended = sample().run(&["close"]).with(0).says(&[
        "Harbor Supply Group  period 2026-10-01 to 2026-10-31",
        "118,287.54",
        "144,141.29",
        "-25,853.75",
        "115,291.74",
        "20,239.01",
        "389,790.84",
        "B07   Book error",
        "V13   Decimal shift",
        "0 rejected",
        "0 failed",
        "workpaper.xlsx",
    ]);
    assert_eq!(ended.stdout, "", "messages are for people, rows for programs");
}

const DISPUTES: &str = "\
DSP-0141 | HS01 | CUST-1003 | INV10528 | open | 151 | no | 3214.24 | still open
DSP-0152 | HS02 | 0000104739 | 1800004205 | open | 47 | no | 1250.00 | still open
DSP-0157 | HS01 | CUST-1013 | INV10609 | open | 12 | yes | 1573.90 | still open
DSP-0158 | HS01 | CUST-1005 | INV10607 | open | 5 | yes | 607.12 | still open
DSP-0153 | HS01 | CUST-1003 | INV10606 | closed | 19 | yes | 341.04 | paid
";

/// Balance and allowance by entity and bucket, then the customer that is evaluated alone.
const ALLOWANCE: &str = "\
HS01 | current | 63483.34 | 0.33 | 209.50
HS01 | 1-30 | 40217.51 | 2.50 | 1005.44
HS01 | 31-60 | 3285.57 | 8.80 | 289.13
HS01 | 61-90 | 12257.05 | 16.50 | 2022.41
HS01 | 91-120 | 488.44 | 33.00 | 161.19
HS01 | over 120 | 18031.12 | 60.50 | 10908.83
HS01 | unapplied | -7760.77 |  | 0.00
HS02 | current | 65518.00 | 0.33 | 216.21
HS02 | 1-30 | 12657.62 | 2.50 | 316.44
HS02 | 31-60 | 6990.23 | 8.80 | 615.14
HS02 | 61-90 | 9721.49 | 16.50 | 1604.05
HS02 | 91-120 | 224.28 | 33.00 | 74.01
HS02 | over 120 | 12620.52 | 60.50 | 7635.41
HS02 | unapplied | -12679.41 |  | 0.00
HS01 |  | 14139.03 |  | 8483.42
";

const CANDIDATES: &str = "\
HS01 | CUST-1001 | 1471.46 | Credit manager | 1
HS01 | CUST-1008 | 4877.10 | Controller | 2
HS01 | CUST-1014 | 14139.03 |  | 6
HS01 | CUST-1016 | 2879.60 | Controller | 2
HS02 | 0000104753 | 1662.48 | Credit manager | 2
HS02 | 0000104774 | 2086.88 | Credit manager | 1
";

#[test]
fn the_sample_s_unpaid_receivables_are_what_its_readme_says() {
    let close = sample();
    close.done();
    let columns =
        ["case_id", "entity", "customer_id", "document_id", "state", "age_days", "in_sla", "amount", "outcome"];
    assert_eq!(lines(&close.result("dispute_log"), &columns), DISPUTES);
    let columns = ["promise_id", "customer_id", "promised_date", "amount", "received", "state"];
    assert_eq!(lines(&close.result("promise_log"), &columns), PROMISES);
    let calls = close.result("call_list");
    let call = |customer: &str| calls.iter().find(|row| row["customer_id"] == customer).expect("a call").clone();
    // Two documents, 59 days past due: the broken promise makes it urgent.
    assert_eq!((call("CUST-1006")["priority"].as_str(), call("CUST-1006")["broken_promises"].as_str()), ("1", "1"));
    assert_eq!((call("CUST-1007")["priority"].as_str(), call("CUST-1007")["broken_promises"].as_str()), ("2", ""));
    assert_eq!(call("CUST-1011")["promised_for"], "2026-11-06");
    let columns = ["entity", "bucket", "balance", "rate_percent", "allowance"];
    assert_eq!(lines(&close.result("allowance"), &columns), ALLOWANCE);
    let columns = ["entity", "opening", "provision", "write_offs", "recoveries", "closing"];
    assert_eq!(
        lines(&close.result("allowance_rollforward"), &columns),
        "HS01 | 14000.00 | 9079.92 | 0.00 | 0.00 | 23079.92\nHS02 | 9000.00 | 1461.26 | 0.00 | 0.00 | 10461.26\n"
    );
    let mut candidates: Vec<(String, usize)> = Vec::new();
    for row in close.result("write_offs") {
        assert_eq!(row["kind"], "candidate");
        let columns = ["entity", "customer_id", "customer_total", "approver"];
        let of = lines(&[row], &columns).trim_end_matches('\n').to_owned();
        match candidates.last_mut() {
            Some((known, count)) if *known == of => *count += 1,
            _ => candidates.push((of, 1)),
        }
    }
    let told: String = candidates.iter().map(|(of, count)| format!("{of} | {count}\n")).collect();
    assert_eq!(told, CANDIDATES);
}

const LETTERS: &str = "\
CUST-1001 | final | 252 | 6297.61
CUST-1002 | final | 84 | 1988.41
CUST-1003 | reminder | 9 | 721.75
CUST-1004 | credit_balance |  | 0.00
CUST-1005 | covered |  | 0.00
CUST-1006 | firm | 59 | 4193.25
CUST-1007 | final | 70 | 5204.57
CUST-1008 | final | 254 | 4877.10
CUST-1009 | not_due |  | 0.00
CUST-1010 | not_due |  | 0.00
CUST-1011 | reminder | 7 | 7667.96
CUST-1012 | reminder | 29 | 2063.97
CUST-1013 | final | 148 | 5399.69
CUST-1014 | lost_customer | 322 | 9285.43
CUST-1015 | credit_balance |  | 0.00
CUST-1016 | no_address | 288 | 3768.33
0000104711 | covered |  | 0.00
0000104718 | reminder | 2 | 323.40
0000104725 | received |  | 0.00
0000104732 | covered |  | 0.00
0000104739 | firm | 36 | 156.88
0000104746 | final | 80 | 5720.69
0000104753 | final | 365 | 8979.01
0000104760 | final | 73 | 698.44
0000104767 | not_due |  | 0.00
0000104774 | final | 342 | 2790.74
0000104781 | final | 191 | 899.73
";

#[test]
fn the_sample_s_letters_are_what_its_readme_says() {
    let close = sample();
    close.run(&["letters"]).with(0).says(&["nothing sent"]);
    let mut told = crate::support::rows_of(&close.at("out/2026-10/letters/letters.csv"));
    for row in &mut told {
        // One column for what is written or why nothing is.
        let reason = row["reason"].clone();
        if row["letter"] == "none" {
            row.insert("letter".to_owned(), reason);
        }
    }
    assert_eq!(lines(&told, &["customer_id", "letter", "oldest_days", "due_now"]), LETTERS);
}

#[test]
fn the_rollback_starts_from_the_totals_that_the_registers_print() {
    let close = sample();
    close.done();
    let rows = close.result("rollback");
    let sum = |entity: &str, column: &str| -> Decimal {
        rows.iter()
            .filter(|row| row["entity"] == entity)
            .map(|row| row[column].parse::<Decimal>().expect("an amount"))
            .sum()
    };
    // SAP's list has no open amounts: what is cleared in it, whenever that was, is not open in it.
    assert_eq!(sum("HS02", "register_open_amount").to_string(), "101126.06");
    assert_eq!(sum("HS02", "open_amount").to_string(), "95052.73");
    assert_eq!(sum("HS01", "open_amount").to_string(), "144141.29");
    for entity in ["HS01", "HS02"] {
        assert_eq!(sum(entity, "register_open_amount") + sum(entity, "rolled_back"), sum(entity, "open_amount"));
    }
}
