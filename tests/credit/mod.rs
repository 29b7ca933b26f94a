//! Disputes, calls, write-offs, the allowance and letters, through the program, on a close read at a glance.

mod letters;

use crate::support::books::configuration;
use crate::support::{Close, Row};

const AR: &str = "\
entity,item_id,item_type,customer_id,customer_name,document_date,posting_date,due_date,currency,amount,open_amount,\
    original_item_id,po_number,created_by,approved_by
US01,INV-1,invoice,C1,Alder & Sons,2026-05-01,2026-05-01,2026-05-31,USD,1000.00,1000.00,,PO-77,,
US01,INV-2,invoice,C1,Alder & Sons,2026-09-01,2026-09-01,2026-10-01,USD,500.00,500.00,,,,
US01,INV-3,invoice,C2,Beacon,2026-09-05,2026-09-05,2026-10-05,USD,300.00,300.00,,,,
US01,RC-9,receipt,C2,Beacon,2026-10-20,2026-10-20,,USD,-120.00,-120.00,,,,
US01,INV-4,invoice,C3,Cedar,2026-08-15,2026-08-15,2026-09-15,USD,20.00,20.00,,,,
US01,INV-5,invoice,C4,Dover,2026-08-15,2026-08-15,2026-09-15,USD,400.00,400.00,,,,
US01,INV-6,invoice,C5,Ember,2026-10-15,2026-10-15,2026-11-15,USD,700.00,700.00,,,,
US01,CM-7,credit_memo,C6,Falcon,2026-10-01,2026-10-01,,USD,-80.00,-80.00,,,,
US01,INV-8,invoice,C7,Garnet,2026-08-21,2026-08-21,2026-09-20,USD,250.00,250.00,,,,
US01,INV-9,invoice,C1,Alder & Sons,2026-03-01,2026-03-01,2026-03-31,USD,98.00,0.00,,,,
US01,INV-10,invoice,C1,Alder & Sons,2026-03-01,2026-03-01,2026-03-31,USD,97.50,0.00,,,,
US01,INV-11,invoice,C2,Beacon,2026-04-01,2026-04-01,2026-05-01,USD,100.00,0.00,,,,
US01,INV-14,invoice,C3,Cedar,2026-08-01,2026-08-01,2026-08-31,USD,600.00,0.00,,,,
US01,WO-1,write_off,C1,Alder & Sons,2026-10-05,2026-10-05,,USD,-98.00,0.00,INV-9,,m.clerk,s.ray
US01,WO-2,write_off,C1,Alder & Sons,2026-10-09,2026-10-09,,USD,-97.50,0.00,INV-10,,m.clerk,s.ray
US01,WO-3,write_off,C2,Beacon,2026-10-12,2026-10-12,,USD,-100.00,0.00,,,m.clerk,M.Clerk
US01,RC-12,receipt,C2,Beacon,2026-10-25,2026-10-25,,USD,-100.00,0.00,,,,
US01,CM-15,credit_memo,C3,Cedar,2026-10-08,2026-10-08,,USD,-150.00,0.00,INV-14,,,
US01,RC-16,receipt,C3,Cedar,2026-10-09,2026-10-09,,USD,-450.00,0.00,,,,
";

const APPLICATIONS: &str = "\
entity,from_item_id,to_item_id,applied_date,amount
US01,WO-1,INV-9,2026-10-05,98.00
US01,WO-2,INV-10,2026-10-09,97.50
US01,WO-3,INV-11,2026-10-12,100.00
US01,RC-12,INV-11,2026-10-25,100.00
US01,CM-15,INV-14,2026-10-08,150.00
US01,RC-16,INV-14,2026-10-09,450.00
";

const DISPUTES: &str = "\
case_id,item_id,opened_date,closed_date,amount,reason_code,status,owner
CASE-1,INV-2,2026-09-20,,500.00,PRICE,open,
CASE-2,inv-8,2026-10-15,,250.00,SERVICE,open,k.ito
CASE-3,INV-14,2026-09-01,2026-10-10,150.00,QUALITY,closed,k.ito
CASE-4,INV-99,2026-10-30,,10.00,PRICE,open,k.ito
CASE-5,INV-1,2026-11-02,,10.00,PRICE,open,k.ito
";

const CUSTOMERS: &str = "\
entity,customer_id,customer_name,currency,credit_limit,email,country,address,collector
US01,C1,Alder & Sons,USD,5000.00,,US,\"1 Pier Road, Boston, MA 02110\",J. Park
US01,C2,Beacon,USD,,ap@beacon.example,US,,J. Park
US01,C3,Cedar,USD,,,US,5 Mill Lane; Salem; MA 01970,
US01,C4,Dover,USD,,,,,
US01,C5,Ember,USD,500.00,,US,\"7 Low Street, Lynn\",
US01,C6,Falcon,USD,,,US,\"9 Hill, Quincy\",
US01,C7,Garnet,USD,,,DE,Kai 4; 20457 Hamburg,
";

const TB: &str = "entity,account,account_name,opening_balance,debit,credit,ending_balance\n\
                  US01,1200,Trade receivables,0.00,2970.00,0.00,2970.00\nUS01,1290,Allowance,-150.00,,,-600.00\n";

const SECTIONS: &str = "
[disputes]
sla_days = 30

[write_off]
after_days = 120
small_balance = \"25.00\"
small_after_days = 40
split_days = 7
delegation = [
    { up_to = \"100.00\", approver = \"Supervisor\", people = [\"s.ray\"] },
    { up_to = \"1000.00\", approver = \"Controller\" },
]

[allowance]
account = \"1290\"
rate = [
    { bucket = \"current\", historical = \"0.5\" },
    { bucket = \"1-30\", historical = \"1.5\", conditions = \"0.3\", forecast = \"0.2\" },
    { bucket = \"31-60\", historical = \"10\" },
    { bucket = \"61-90\", historical = \"20\" },
    { bucket = \"91-120\", historical = \"40\" },
    { bucket = \"over 120\", historical = \"60\" },
]

[letters]
sender = \"Harbor <Tools> Inc.\"
address = [\"2 Quay Street\", \"Boston, MA 02111\"]
country = \"US\"
contact = [\"credit@harbor.example\"]
payment = [\"Account 4471002938\"]
signature = [\"Jo Park\", \"Credit manager\"]
smallest_amount = \"50.00\"
";

/// The close; with other sections where they are given.
pub fn close_with(sections: &str) -> Close {
    let close = Close::empty();
    let files = [("ar.csv", AR), ("apps.csv", APPLICATIONS), ("disputes.csv", DISPUTES), ("customers.csv", CUSTOMERS)];
    for (name, text) in files {
        close.write(name, text);
    }
    close.write("tb.csv", TB);
    let sources = [
        ("ar_items", "ar.csv", ""),
        ("ar_applications", "apps.csv", ""),
        ("disputes", "disputes.csv", ""),
        ("customers", "customers.csv", ""),
        ("trial_balance", "tb.csv", ""),
    ];
    close.write("close.toml", configuration(&sources) + sections);
    close
}

/// The close as it stands above.
pub fn close() -> Close {
    close_with(SECTIONS)
}

fn told(rows: &[Row], columns: &[&str]) -> Vec<String> {
    rows.iter().map(|row| columns.iter().map(|column| row[*column].as_str()).collect::<Vec<_>>().join(" | ")).collect()
}

#[test]
fn the_dispute_log_says_what_became_of_each_document() {
    let close = close();
    close.done();
    let columns = ["case_id", "customer_id", "state", "age_days", "in_sla", "open_amount", "outcome", "next_step"];
    assert_eq!(
        told(&close.result("dispute_log"), &columns),
        [
            "CASE-1 | C1 | open | 41 | no | 500.00 | still open | Name an owner",
            "CASE-2 | C7 | open | 16 | yes | 250.00 | still open | Decide by 2026-11-14",
            "CASE-4 |  | open | 1 | yes |  | not in the register | Find the document: the register does not hold \
             this number",
            "CASE-3 | C3 | closed | 39 | no | 0.00 | paid and credited | None",
        ]
    );
    let columns = ["case_id", "paid", "credited", "written_off", "currency", "source", "source_row"];
    assert_eq!(
        told(&close.result("dispute_log")[3..], &columns),
        ["CASE-3 | 450.00 | 150.00 | 0.00 | USD | disputes.csv | 4"]
    );
}

#[test]
fn the_call_list_asks_for_what_can_be_asked_for() {
    let close = close();
    close.done();
    let columns =
        ["priority", "customer_id", "to_collect", "past_due", "disputed", "unapplied", "over_limit", "reason"];
    assert_eq!(
        told(&close.result("call_list"), &columns),
        [
            "1 | C1 | 1000.00 | 1500.00 | 500.00 | 0.00 | 0.00 | 2 documents past due, the oldest 153 days; 500.00 in \
             dispute: \
         settle that first",
            "2 | C4 | 400.00 | 400.00 | 0.00 | 0.00 |  | 1 document 46 days past due",
            "2 | C3 | 20.00 | 20.00 | 0.00 | 0.00 |  | 1 document 46 days past due",
            "3 | C2 | 180.00 | 300.00 | 0.00 | -120.00 |  | 1 document 26 days past due; 120.00 unapplied: clear \
             it before \
         the call",
            "4 | C7 | 0.00 | 250.00 | 250.00 | 0.00 |  | 1 document 41 days past due; 250.00 in dispute: \
             settle that first; \
         nothing is left to ask for",
            "4 | C5 | 0.00 | 0.00 | 0.00 | 0.00 | 200.00 | 200.00 over the credit limit",
        ]
    );
    assert_eq!(close.result("call_list")[0]["collector"], "J. Park");
}

#[test]
fn write_offs_are_held_against_the_delegation() {
    let close = close();
    close.done().says(&["warning[T3701]", "each just under the limit of 100.00"]);
    let columns = ["kind", "write_off_id", "document_id", "age_days", "amount", "approver", "exceptions"];
    assert_eq!(
        told(&close.result("write_offs"), &columns),
        [
            "posted | WO-1 | INV-9 | 218 | 98.00 | Supervisor | split",
            "posted | WO-2 | INV-10 | 222 | 97.50 | Supervisor | split",
            "posted | WO-3 | INV-11 | 194 | 100.00 | Supervisor | own_approval, paid_after",
            "candidate |  | INV-1 | 153 | 1000.00 | Controller | ",
            "candidate |  | INV-4 | 46 | 20.00 | Supervisor | ",
        ]
    );
    // They are four days apart: with three, they are two decisions.
    let close = close_with(&SECTIONS.replace("split_days = 7", "split_days = 3"));
    close.done();
    assert_eq!(told(&close.result("write_offs")[..2], &["write_off_id", "exceptions"]), ["WO-1 | ", "WO-2 | "]);
    // Without [write_off] nothing is recommended, and what cannot be tested is said.
    let close = close_with("");
    close.done();
    assert_eq!(close.result("write_offs").len(), 3);
    assert!(close.result("findings").iter().all(|finding| finding["code"] != "T3701"));
    let close = close_with("[write_off]\nafter_days = 1000\n");
    close.done();
    let untested: Vec<Row> =
        close.result("checks").into_iter().filter(|check| check["check"].starts_with("write-offs")).collect();
    assert_eq!(told(&untested, &["outcome"]), ["not testable"]);
    assert!(close.result("allowance").is_empty() && close.result("allowance_test").is_empty());
}

#[test]
fn the_allowance_rolls_forward_and_is_tested() {
    let close = close();
    close.done();
    let columns = ["bucket", "balance", "rate_percent", "allowance"];
    assert_eq!(
        told(&close.result("allowance"), &columns),
        [
            "current | 700.00 | 0.50 | 3.50",
            "1-30 | 800.00 | 2.00 | 16.00",
            "31-60 | 670.00 | 10.00 | 67.00",
            "over 120 | 1000.00 | 60.00 | 600.00",
            "unapplied | -200.00 |  | 0.00",
        ]
    );
    let columns =
        ["opening", "provision", "write_offs", "recoveries", "closing", "opening_from", "gl_balance", "to_book"];
    assert_eq!(
        told(&close.result("allowance_rollforward"), &columns),
        ["150.00 | 732.00 | 295.50 | 100.00 | 686.50 | trial balance | 600.00 | 86.50"]
    );
    let columns = ["as_of", "allowance", "written_off", "recovered", "net_loss", "left", "used_percent", "verdict"];
    assert_eq!(
        told(&close.result("allowance_test"), &columns),
        ["2026-09-30 | 150.00 | 295.50 | 100.00 | 195.50 | -45.50 | 130.33 | too small by 45.50 after 31 days"]
    );
    let checks: Vec<Row> =
        close.result("checks").into_iter().filter(|check| check["check"].contains("allowance")).collect();
    assert_eq!(checks.len(), 3);
    assert!(checks.iter().all(|check| check["outcome"] == "pass"), "{checks:?}");
}

#[test]
fn the_opening_allowance_is_that_of_the_run_before() {
    let close = close_with(&SECTIONS.replace("account = \"1290\"\n", ""));
    close.done();
    assert_eq!(close.result("allowance_rollforward")[0]["opening_from"], "not known");
    let toml = std::fs::read_to_string(close.at("close.toml")).expect("a configuration");
    close.write("close.toml", toml.replace("2026-10-31", "2026-11-30"));
    close.close().with(0);
    let rows = crate::support::rows_of(&close.at("out/2026-11/data/allowance_rollforward.csv"));
    assert_eq!(told(&rows, &["opening", "opening_from", "write_offs"]), ["686.50 | run 2026-10 | 0.00"]);
    let rows = crate::support::rows_of(&close.at("out/2026-11/data/allowance_test.csv"));
    assert_eq!(told(&rows, &["as_of", "allowance", "net_loss"]), ["2026-10-31 | 686.50 | 0.00"]);
}

#[test]
fn a_rate_of_no_bucket_stops_the_run_before_anything_is_written() {
    let close = close_with(&SECTIONS.replace("\"over 120\"", "\"over 90\""));
    close.close().with(2).says(&["error[T3703]", "over 120", "nothing was written"]);
    assert!(close.files("out").is_empty());
}
