//! The KPIs of a close, through the program: roll-backs against agings of each day, classes of credit memos, disputes,
//! and what is said where nothing can be computed.

use crate::sample::sample;
use crate::support::books::configuration;
use crate::support::{Close, Ended, Row, column, worked_out};
use std::collections::BTreeMap;
use tieout::close::Run;
use tieout::report::query::Library;

/// Rows of a printed CSV.
fn csv_rows(ended: &Ended) -> Vec<Row> {
    let mut reader = csv::Reader::from_reader(ended.stdout.as_bytes());
    reader.deserialize().map(|row| row.expect("a row")).collect()
}

/// `tieout kpi` as CSV: the row of each scope, period and KPI.
fn kpis(close: &Close, more: &[&str]) -> BTreeMap<(String, String, String), Row> {
    let arguments = [&["kpi", "--format", "csv", "-q"], more].concat();
    let rows = csv_rows(&close.run(&arguments).with(0)).into_iter();
    rows.map(|row| ((row["scope"].clone(), row["period"].clone(), row["kpi"].clone()), row)).collect()
}

/// The value of a KPI, or what its status says.
#[track_caller]
fn value(rows: &BTreeMap<(String, String, String), Row>, scope: &str, period: &str, kpi: &str) -> String {
    let row = &rows[&(scope.to_owned(), period.to_owned(), kpi.to_owned())];
    if row["value"].is_empty() { row["note"].clone() } else { row["value"].clone() }
}

/// KPIs of invoices' months, to which later corrections belong, and what later documents say of the register: whether
/// credit memos bear reasons, and who is in charge.
fn ripens(kpi: &str) -> bool {
    let later = [
        "first_time_right",
        "invoice_accuracy",
        "credit_memo_rate_invoice_month",
        "credit_memo_rate_kept_out",
        "collector",
        "uncollected",
    ];
    later.iter().any(|start| kpi.starts_with(start))
}

#[test]
fn each_month_is_what_a_run_as_of_its_end_says() {
    let close = sample();
    let now = kpis(&close, &[]);
    for (day, period) in [("2026-09-30", "2026-09"), ("2026-04-30", "2026-04"), ("2025-11-30", "2025-11")] {
        let then = kpis(&close, &["--as-of", day]);
        let mut compared = 0;
        for ((scope, month, kpi), row) in then.iter().filter(|((_, month, kpi), _)| month == period && !ripens(kpi)) {
            let later = &now[&(scope.clone(), month.clone(), kpi.clone())];
            let parts = |row: &Row| ["value", "status", "numerator", "denominator"].map(|column| row[column].clone());
            // What a register that starts with the month cannot know is known to none of the two.
            assert_eq!(parts(row), parts(later), "{scope} {month} {kpi}");
            compared += 1;
        }
        assert!(compared > 120, "{period}: {compared}");
    }
}

#[test]
fn the_open_amounts_of_each_month_end_are_those_of_its_aging() {
    let close = sample();
    close.run(&["close", "-q"]).with(0);
    let mut facts: BTreeMap<(String, String, String), (String, String)> = BTreeMap::new();
    for row in close.result("monthly_facts").into_iter().filter(|row| row["measure"] == "aging") {
        let key = (row["period"].clone(), row["entity"].clone(), row["part"].clone());
        facts.insert(key, (row["amount"].clone(), row["items"].clone()));
    }
    for day in ["2025-10-31", "2025-12-31", "2026-02-28", "2026-06-30", "2026-09-30", "2026-10-31"] {
        let aging = close.run(&["aging", "--as-of", day, "--format", "csv", "-q"]).with(0);
        let mut sums: BTreeMap<(String, String, String), (i64, i64)> = BTreeMap::new();
        for row in csv_rows(&aging) {
            let key = (day[..7].to_owned(), row["entity"].clone(), row["bucket"].clone());
            let sum = sums.entry(key).or_default();
            sum.0 += row["open_amount"].replace('.', "").parse::<i64>().expect("cents");
            sum.1 += row["items"].parse::<i64>().expect("a count");
        }
        assert!(sums.len() > 2, "{day}");
        let of_day = facts.iter().filter(|((period, ..), _)| *period == day[..7]);
        let of_day: BTreeMap<_, _> = of_day
            .map(|(key, (amount, items))| {
                let cents = amount.replace('.', "").parse::<i64>().expect("cents");
                (key.clone(), (cents, items.parse::<i64>().expect("a count")))
            })
            .collect();
        assert_eq!(sums, of_day, "{day}");
    }
}

const AR: &str = "\
entity,item_id,item_type,customer_id,document_date,due_date,currency,amount,open_amount,original_item_id,reason_code
E1,I1,invoice,A,2026-08-10,2026-09-09,USD,1000.00,0.00,,
E1,I2,invoice,B,2026-09-05,2026-10-05,USD,2000.00,1900.00,,
E1,I3,invoice,A,2026-09-20,2026-10-20,USD,500.00,0.00,,
E1,I4,invoice,B,2026-10-08,2026-11-07,USD,3000.00,3000.00,,
E1,I5,invoice,C,2026-10-15,2026-11-14,USD,1000.00,1000.00,,
E1,C1,credit_memo,B,2026-09-25,,USD,-100.00,0.00,I2,price error
E1,C2,credit_memo,A,2026-10-02,,USD,-50.00,0.00,I3,goods returned
E1,C3,credit_memo,B,2026-10-20,,USD,-30.00,-30.00,I4,
E1,R1,receipt,A,2026-09-15,,USD,-1000.00,0.00,,
E1,R2,receipt,A,2026-10-30,,USD,-440.00,0.00,,
E1,R3,receipt,,2026-10-22,,USD,-60.00,-60.00,,
";
const APPLICATIONS: &str = "\
from_item_id,to_item_id,applied_date,amount,discount
R1,I1,2026-09-15,1000.00,
C1,I2,2026-09-25,100.00,
C2,I3,2026-10-02,50.00,
R2,I3,2026-10-30,440.00,10.00
";
const DISPUTES: &str = "\
case_id,item_id,opened_date,closed_date,amount,reason_code,status
D1,I2,2026-09-10,,400.00,pricing,open
D2,I3,2026-09-25,2026-10-05,50.00,return,closed
D3,I4,2026-10-12,,100.00,quantity,open
D4,NONE,2026-10-12,,100.00,quantity,open
";

/// A close of one entity whose figures can be worked out by hand.
fn by_hand(register: &str, more: &[(&str, &str)], keys: &str) -> Close {
    let close = Close::empty();
    close.write("ar.csv", register).write("applications.csv", APPLICATIONS).write("disputes.csv", DISPUTES);
    close.write("tb.csv", "entity,account,ending_balance\nE1,1200,5810.00\n");
    let sources: Vec<(&str, &str, &str)> =
        [("ar_items", "ar.csv"), ("trial_balance", "tb.csv")].iter().chain(more).map(|(t, p)| (*t, *p, "")).collect();
    close.write("close.toml", configuration(&sources).replace("US01", "E1") + keys);
    close
}

const ALL_SOURCES: [(&str, &str); 2] = [("ar_applications", "applications.csv"), ("disputes", "disputes.csv")];

#[test]
fn a_close_by_hand() {
    let keys = "\n[kpi]\ndispute_sla_days = 7\n[kpi.targets]\ndso_simple = { target = \"40\", amber = \"50\" }\n\
                first_time_right_count = \"90\"\n";
    let rows = kpis(&by_hand(AR, &ALL_SOURCES, keys), &[]);
    let of = |kpi: &str| value(&rows, "E1", "2026-10", kpi);
    let earlier = |kpi: &str| value(&rows, "E1", "2026-09", kpi);
    // Open on 31 October: 1,900 + 3,000 + 1,000 - 30 - 60; sales 4,000 - 80.
    assert_eq!((of("ar_balance"), of("credit_sales")), ("5810.00".to_owned(), "3920.00".to_owned()));
    assert_eq!(of("dso_simple"), "45.95");
    assert_eq!(of("dso_best_possible"), "31.63");
    assert_eq!(of("average_days_delinquent"), "14.31");
    // September: I2 1,900 and I3 500 are open; sales 2,500 - 100.
    assert_eq!((earlier("ar_balance"), earlier("dso_simple")), ("2400.00".to_owned(), "30.00".to_owned()));
    assert_eq!(of("dso_average"), "32.46");
    // 31 days of October and (5,810 - 3,920) / 2,400 of September's 30.
    assert_eq!(of("dso_countback"), "54.63");
    assert_eq!(of("dso_three_month"), "73.02");
    // (2,400 + 3,920 - 5,810) / (2,400 + 3,920 - 4,000).
    assert_eq!(of("cei"), "21.98");
    assert_eq!(of("past_due_percent"), "32.20");
    assert_eq!((of("days_to_pay"), of("days_late")), ("40.00".to_owned(), "10.00".to_owned()));
    // October: I4 has a credit memo without a reason and a dispute of ours; I5 is untouched.
    assert_eq!((of("first_time_right_count"), of("invoice_accuracy_count")), ("50.00".to_owned(), "50.00".to_owned()));
    assert_eq!(of("first_time_right_amount"), "25.00");
    // September: I2 was credited for its price; I3 came back, and was disputed for it: no error of ours.
    assert_eq!(earlier("first_time_right_count"), "0.00");
    assert_eq!(earlier("invoice_accuracy_count"), "50.00");
    assert_eq!(earlier("invoice_accuracy_amount"), "20.00");
    // The return is kept out; the memo without a reason is not.
    assert_eq!(of("credit_memo_rate_issue_month"), "0.75");
    assert_eq!(of("credit_memo_rate_kept_out"), "1.25");
    assert_eq!(earlier("credit_memo_rate_invoice_month"), "4.00");
    assert_eq!((of("corrective_rate_count"), of("corrective_rate_amount")), ("100.00".to_owned(), "2.00".to_owned()));
    assert_eq!((of("dispute_rate_count"), of("dispute_rate_amount")), ("50.00".to_owned(), "2.50".to_owned()));
    assert_eq!((of("disputes_open_count"), of("disputes_open_amount")), ("2".to_owned(), "500.00".to_owned()));
    // 51 and 19 days.
    assert_eq!((of("dispute_age_median"), of("dispute_age_31-60")), ("35.00".to_owned(), "1".to_owned()));
    assert_eq!((of("dispute_resolution_median"), of("dispute_sla_percent")), ("10.00".to_owned(), "0.00".to_owned()));
    assert!(rows[&("E1".into(), "2026-10".into(), "disputes_open_count".into())]["note"].ends_with("document: 1"));
    assert_eq!((of("unapplied_amount"), of("unidentified_amount")), ("60.00".to_owned(), "60.00".to_owned()));
    assert_eq!((of("unapplied_percent_of_cash"), of("unapplied_percent_of_ar")), ("12.00".into(), "1.02".into()));
    // Nine days, six of them business days.
    assert_eq!((of("unapplied_age"), of("unapplied_age_6-10")), ("9.00".to_owned(), "60.00".to_owned()));
    assert_eq!((of("deduction_rate_count"), of("deduction_rate_amount")), ("100.00".to_owned(), "2.22".to_owned()));
    assert_eq!((of("top_debtor_percent"), of("top_10_debtors_percent")), ("83.05".to_owned(), "100.00".to_owned()));
    assert_eq!((of("billing_count"), of("billing_amount")), ("2".to_owned(), "4000.00".to_owned()));
    let rated = |kpi: &str| rows[&("E1".into(), "2026-10".into(), kpi.into())]["rating"].clone();
    assert_eq!((rated("dso_simple"), rated("first_time_right_count")), ("amber".to_owned(), "red".to_owned()));
    // The bridge adds up to the difference that is shown.
    let cents = |text: String| text.replace('.', "").parse::<i64>().expect("hundredths");
    let steps = ["volume", "mix", "delinquency", "unapplied", "disputes"];
    let sum: i64 = steps.iter().map(|step| cents(of(&format!("dso_bridge_{step}")))).sum();
    assert_eq!(sum, 4595 - 3000);
    // In dispute: 400 of I2 before; 400 of I2, past due by now, and 100 of I4 after. 50 of I3 were open before, too.
    assert_eq!(of("dso_bridge_disputes"), "0.40");
    assert_eq!(of("dso_bridge_unapplied"), "-0.71");
}

#[test]
fn what_cannot_be_computed_is_said() {
    let rows = kpis(&by_hand(AR, &ALL_SOURCES[..1], ""), &[]);
    assert_eq!(value(&rows, "E1", "2026-10", "dispute_rate_count"), "not available: no disputes source");
    // Nothing was open before the first document: half of 1,000 over 1,000, in 31 days.
    assert_eq!(value(&rows, "E1", "2026-08", "dso_average"), "15.50");
}

#[test]
fn a_register_of_open_items_tells_its_balance_alone() {
    let open = |line: &&str| line.starts_with("entity") || line.contains("I4,invoice") || line.contains("I5,invoice");
    let register: String = AR.lines().filter(open).map(|line| format!("{line}\n")).collect();
    let rows = kpis(&by_hand(&register, &[], ""), &[]);
    assert_eq!(value(&rows, "E1", "2026-10", "ar_balance"), "4000.00");
    assert_eq!(value(&rows, "E1", "2026-10", "dso_simple"), "not available: the register holds open items alone");
    assert_eq!(value(&rows, "E1", "2026-10", "unapplied_amount"), "not available: no receipts in the register");
    assert_eq!(value(&rows, "E1", "2026-10", "past_due_percent"), "0.00");
}

#[test]
fn invoices_without_receipts_tell_sales_but_no_earlier_balance() {
    // As an invoicing package lists them: what was paid shows in the open amounts alone.
    let invoice = |line: &&str| line.starts_with("entity") || line.contains(",invoice,");
    let register: String = AR.lines().filter(invoice).map(|line| format!("{line}\n")).collect();
    let rows = kpis(&by_hand(&register, &[], ""), &[]);
    assert_eq!(value(&rows, "E1", "2026-10", "dso_simple"), "45.73");
    assert_eq!(value(&rows, "E1", "2026-09", "credit_sales"), "2500.00");
    let said = value(&rows, "E1", "2026-09", "dso_simple");
    assert!(said.starts_with("not available: the register does not say what was open"), "{said}");
    assert!(value(&rows, "E1", "2026-10", "cei").starts_with("not available: "));
}

#[test]
fn a_month_without_sales_is_not_meaningful() {
    let register: String = AR
        .lines()
        .filter(|line| !line.contains("2026-10-08") && !line.contains("2026-10-15"))
        .map(|line| format!("{line}\n"))
        .collect();
    let rows = kpis(&by_hand(&register, &ALL_SOURCES, ""), &[]);
    for kpi in ["dso_simple", "dso_best_possible", "first_time_right_count", "credit_memo_rate_issue_month"] {
        let said = value(&rows, "E1", "2026-10", kpi);
        assert!(said.starts_with("not meaningful: "), "{kpi}: {said}");
        assert_eq!(rows[&("E1".into(), "2026-10".into(), kpi.into())]["status"], "n/m");
    }
}

#[test]
fn the_order_of_rows_changes_nothing() {
    let reversed = |text: &str| {
        let mut lines: Vec<&str> = text.lines().collect();
        lines[1..].reverse();
        lines.join("\n") + "\n"
    };
    let plain = kpis(&by_hand(AR, &ALL_SOURCES, ""), &[]);
    let close = by_hand(&reversed(AR), &ALL_SOURCES, "");
    close.write("applications.csv", reversed(APPLICATIONS)).write("disputes.csv", reversed(DISPUTES));
    assert_eq!(plain, kpis(&close, &[]));
}

#[test]
fn an_unknown_kpi_or_reason_is_refused_with_the_nearest() {
    let close = by_hand(AR, &ALL_SOURCES, "\n[kpi.targets]\ndso_simpel = \"45\"\n");
    close.run(&["kpi"]).with(2).says(&["T9103", "did you mean `dso_simple`?"]);
    let close = by_hand(AR, &ALL_SOURCES, "\n[kpi.reasons]\nZ1 = \"prices\"\n");
    close.run(&["kpi"]).with(2).says(&["T9103", "did you mean `pricing`?"]);
}

#[test]
fn the_terminal_shows_values_with_spark_lines() {
    let ended = sample().run(&["kpi"]).with(0).says(&["HS01 in USD, 2026-10", "HS02 in EUR, 2026-10"]);
    let dso = ended.stdout.lines().find(|line| line.contains("DSO, simple")).expect("the line").to_owned();
    assert!(dso.contains("60.19") && dso.contains('█') && dso.contains("days"), "{dso}");
    assert!(!ended.stderr.contains("ALL"), "one entity a currency: the total would say the same again");
}

/// An amount or a count without zeros that say nothing.
fn plain(text: &str) -> String {
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text.to_owned() }
}

/// Asks a query below `kpi/sums` and holds its sums to the measured ones. Returns what was compared.
#[track_caller]
fn proved(run: &Run, family: &str) -> Vec<[String; 3]> {
    let of = |name: &str| column(run, "kpis", name);
    let (names, parts) = (["kpi", "scope", "currency"].map(of), ["numerator", "denominator"].map(of));
    let (periods, statuses) = (of("period"), of("status"));
    let known = (0..periods.len()).filter(|row| periods[*row] == "2026-10" && statuses[*row] == "ok");
    let measured: BTreeMap<[String; 3], [String; 2]> = known
        .map(|row| (names.each_ref().map(|cells| cells[row].clone()), parts.each_ref().map(|cells| plain(&cells[row]))))
        .collect();
    let library = Library::built_in().expect("sound queries");
    let grid = library.get(&format!("kpi/sums/{family}")).expect("the query").run(run).expect("rows");
    let mut compared = Vec::new();
    for row in 0..grid.len() {
        let cell = |name: &str| grid.cell(row, grid.position(name).expect("the column")).plain();
        let key = ["kpi", "scope", "currency"].map(cell);
        let Some(parts) = measured.get(&key) else { continue };
        assert_eq!(*parts, ["numerator", "denominator"].map(|name| plain(&cell(name))), "{family}: {key:?}");
        compared.push(key);
    }
    compared
}

const FAMILIES: [(&str, usize); 9] = [
    ("aging", 24),
    ("billing", 24),
    ("cei", 4),
    ("debtors", 12),
    ("disputes", 12),
    ("dso", 20),
    ("past_due", 20),
    ("unapplied", 24),
    ("write_offs", 8),
];

#[test]
fn the_queries_form_the_same_sums_as_the_measures() {
    let run = worked_out(&sample()).expect("a run");
    for (family, count) in FAMILIES {
        assert_eq!(proved(&run, family).len(), count, "{family}");
    }
    // A close proves those that need no register as it runs.
    let of = |name: &str| column(&run, "checks", name);
    let checks = of("check").into_iter().zip(of("left").into_iter().zip(of("outcome")));
    let told = checks.filter(|(name, _)| name.starts_with("KPI sums measured = by the query "));
    let told: Vec<(String, String)> = told.map(|(_, said)| said).collect();
    let asked: Vec<_> = FAMILIES.iter().filter(|(family, _)| *family != "billing").collect();
    assert_eq!(told, asked.iter().map(|(_, count)| (count.to_string(), "pass".to_owned())).collect::<Vec<_>>());
    // Corrections, returns kept out and disputes, where they are many.
    let run = worked_out(&by_hand(AR, &ALL_SOURCES, "")).expect("a run");
    let billing = proved(&run, "billing");
    for kpi in ["first_time_right_count", "first_time_right_amount", "corrective_rate_amount"] {
        assert!(billing.contains(&[kpi, "E1", "USD"].map(str::to_owned)), "{kpi}: {billing:?}");
    }
    assert!(FAMILIES.iter().all(|(family, _)| !proved(&run, family).is_empty()));
}

#[test]
fn a_query_of_the_folder_proves_nothing() {
    // The proof asks the built-in queries: a file of the same name makes no wrong figure pass, and no right one fail.
    let close = by_hand(AR, &ALL_SOURCES, "");
    let sql = "-- name: kpi/sums/cei\n-- question: Is it so?\n-- inputs: aging\n-- output: entity text\nselect entity \
               from aging order by entity\n";
    close.write("queries/kpi/sums/cei.sql", sql);
    close.run(&["close", "-q"]).with(0);
    let checks = close.result("checks");
    let row = checks.iter().find(|row| row["check"].ends_with("kpi/sums/cei")).expect("the check");
    assert_eq!((row["left"].as_str(), row["outcome"].as_str()), ("2", "pass"));
}

/// Vector V1 of formulas.md 2.1 as a register: 900,000 open before the quarter, sales of 500,000, 350,000 and 400,000,
/// 1,000,000 open at its end, of it 640,000 not yet due.
const V1: &str = "\
entity,item_id,item_type,customer_id,document_date,due_date,currency,amount,open_amount
E1,O0,invoice,A,2025-11-03,2025-11-13,USD,100.00,0.00
E1,R0,receipt,A,2025-11-20,,USD,-100.00,0.00
E1,O1,invoice,A,2025-12-15,2026-01-14,USD,900000.00,0.00
E1,I1,invoice,A,2026-01-20,2026-02-28,USD,500000.00,250000.00
E1,I2,invoice,B,2026-02-10,2026-03-30,USD,110000.00,110000.00
E1,I3,invoice,B,2026-02-16,2026-03-31,USD,240000.00,240000.00
E1,I4,invoice,C,2026-03-16,2026-04-30,USD,400000.00,400000.00
E1,R1,receipt,A,2026-03-20,,USD,-900000.00,0.00
E1,R2,receipt,A,2026-03-25,,USD,-250000.00,0.00
";

#[test]
fn a_register_of_vector_v1_gives_its_figures() {
    let close = Close::empty();
    close.write("ar.csv", V1).write("tb.csv", "entity,account,ending_balance\nE1,1200,1000000.00\n");
    let applied = "from_item_id,to_item_id,applied_date,amount\nR0,O0,2025-11-20,100.00\nR1,O1,2026-03-20,900000.00\n\
                   R2,I1,2026-03-25,250000.00\n";
    close.write("applications.csv", applied);
    let sources =
        [("ar_items", "ar.csv", ""), ("ar_applications", "applications.csv", ""), ("trial_balance", "tb.csv", "")];
    close.write("close.toml", configuration(&sources).replace("US01", "E1").replace("2026-10-31", "2026-03-31"));
    let rows = kpis(&close, &[]);
    let of = |kpi: &str| value(&rows, "E1", "2026-03", kpi);
    assert_eq!((of("dso_three_month"), of("dso_countback")), ("72.00".to_owned(), "74.50".to_owned()));
    assert_eq!((of("past_due_percent"), of("ar_past_due")), ("36.00".to_owned(), "360000.00".to_owned()));
    // March opens with what is left of 900,000 + 850,000: its index is that of the quarter without its average.
    assert_eq!(of("cei"), "76.16");
    // Of the month: 1,000,000 and 640,000 over 400,000 in 31 days.
    assert_eq!((of("dso_simple"), of("dso_best_possible")), ("77.50".to_owned(), "49.60".to_owned()));
    assert_eq!(of("average_days_delinquent"), "27.90");
}

#[test]
fn a_run_without_a_kpi_has_no_workbook_of_them() {
    let close = sample();
    close.run(&["close", "-q"]).with(0);
    assert!(close.at("out/2026-10/kpi.xlsx").exists());
    // A close that has bank accounts alone has nothing to measure.
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    let parts: Vec<&str> = toml.split("\n[[").filter(|part| !part.starts_with("control_account")).collect();
    close.write("close.toml", parts.join("\n[["));
    close.run(&["close", "-q"]).with(0);
    assert!(close.result("kpis").is_empty());
    assert!(!close.at("out/2026-10/kpi.xlsx").exists() && close.at("out/2026-10/workpaper.xlsx").exists());
}
