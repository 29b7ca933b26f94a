//! Queries, good and bad, over a few rows.

use super::*;
use crate::model::{Cell, Date, Money, SourceRow};
use crate::normalise::tables::{AR_ITEMS, GL_LINES};
use crate::reconcile::results::{AGING, DIVERGENCE, OPEN_ITEMS};
use rust_decimal::Decimal;

struct Few {
    tables: Vec<Arc<Table>>,
    sources: Vec<String>,
}

impl Tables for Few {
    fn table(&self, name: &str) -> Option<Arc<Table>> {
        self.tables.iter().find(|table| table.def.name == name).cloned()
    }
    fn names(&self) -> Vec<&'static str> {
        self.tables.iter().map(|table| table.def.name).collect()
    }
    fn sources(&self) -> &[String] {
        &self.sources
    }
}

fn row<'a>(table: &mut Table, cells: &[(&str, Cell<'a>)]) {
    let named: Vec<Cell<'a>> = table
        .def
        .columns
        .iter()
        .map(|column| cells.iter().find(|(name, _)| *name == column.name).map_or(Cell::Null, |(_, cell)| *cell))
        .collect();
    table.push(&named);
}

fn money(units: i64) -> Cell<'static> {
    Cell::Money(Money::from_units(units))
}

fn few() -> Few {
    let mut aging = Table::new(&AGING);
    for (customer, bucket, units, items) in
        [("C1", "current", 10_001, 1), ("C1", "1-30", 20_002, 2), ("", "1-30", -5_000, 1), ("C2", "1-30", 1, 1)]
    {
        row(
            &mut aging,
            &[
                ("entity", Cell::Text("US01")),
                ("currency", Cell::Text("USD")),
                ("customer_id", Cell::text(customer)),
                ("bucket", Cell::Text(bucket)),
                ("open_amount", money(units)),
                ("items", Cell::Int(items)),
            ],
        );
    }
    let mut gl = Table::new(&GL_LINES);
    for (line, source, units) in [(1_i64, "AR", 100_i64), (2, "MANUAL", 200), (3, "AR", -50)] {
        row(
            &mut gl,
            &[
                ("entity", Cell::Text("US01")),
                ("account", Cell::Text("1200")),
                ("journal_id", Cell::Text("J1")),
                ("line_no", Cell::Int(line)),
                ("source", Cell::Text(source)),
                ("posting_date", Cell::date(Date::from_ymd(2026, 10, line as u32))),
                ("amount", money(units)),
                ("exchange_rate", Cell::Decimal(Decimal::new(11, 1))),
            ],
        );
        gl.places.push(SourceRow { source: (line % 2) as u32, row: line as u32 + 1 });
    }
    let tables =
        vec![Arc::new(aging), Arc::new(gl), Arc::new(Table::new(&AR_ITEMS)), Arc::new(Table::new(&OPEN_ITEMS))];
    Few { tables, sources: vec!["gl_a.csv".into(), "gl_b.csv".into()] }
}

fn lines(grid: &Grid) -> Vec<String> {
    let line = |row| (0..grid.columns.len()).map(|column| grid.cell(row, column).plain()).collect::<Vec<_>>().join("|");
    (0..grid.len()).map(line).collect()
}

fn ask(sql: &str) -> Vec<String> {
    lines(&run_sql(sql, &few()).unwrap_or_else(|problem| panic!("{sql}: {problem}")))
}

fn code(sql: &str) -> &'static str {
    run_sql(sql, &few()).expect_err(sql).findings[0].code
}

#[test]
fn every_built_in_query_runs_and_keeps_its_promise() {
    let library = Library::built_in().expect("sound queries");
    assert!(library.iter().count() >= 12);
    for query in library.iter() {
        query.run(&few()).unwrap_or_else(|problem| panic!("{}: {problem}", query.name));
        for input in &query.inputs {
            assert!(query.text.contains(input) && empty(input).is_some(), "{}: {input}", query.name);
        }
    }
    let grid = library.get("aging/by_customer").expect("it is there").run(&few()).expect("it runs");
    assert_eq!(lines(&grid), ["US01|USD|C1||3.0003|3", "US01|USD|C2||0.0001|1", "US01|USD|||-0.50|1"]);
}

#[test]
fn amounts_stay_exact_and_blank_keys_survive() {
    let sums = "select customer_id, sum(open_amount) as s, count(*) as n from aging group by customer_id \
                order by customer_id nulls last";
    assert_eq!(ask(sums), ["C1|3.0003|2", "C2|0.0001|1", "|-0.50|1"]);
    let grid = run_sql(sums, &few()).expect("it runs");
    assert_eq!(grid.columns.iter().map(|c| c.kind).collect::<Vec<_>>(), [Kind::Text, Kind::Money, Kind::Int]);
}

#[test]
fn a_one_row_sum_beside_other_rows_stays_one_row() {
    // The engine's optimiser once gave a row for each row of the sum where none of its columns was asked for.
    let last = "with last as (select max(line_no) as last_line from gl_lines) ";
    assert_eq!(
        ask(&format!("{last}select count(*) as n, sum(open_amount) as s from aging cross join last order by n")),
        ["4|2.5004"]
    );
    let either = "select sum(open_amount) as s, sum(case when last_line = 3 then 1 else 0 end) as n from aging";
    assert_eq!(ask(&format!("{last}, both as ({either} cross join last) select s from both order by s")), ["2.5004"]);
}

#[test]
fn the_portable_subset_works() {
    assert_eq!(
        ask("with a as (select source, sum(amount) as s from gl_lines group by source) \
             select a.source, a.s, count(g.line_no) as n from a join gl_lines g on g.source = a.source \
             group by a.source, a.s order by a.source"),
        ["AR|0.005|2", "MANUAL|0.02|1"]
    );
    assert_eq!(
        ask("select line_no, row_number() over (partition by source order by line_no) as n, \
             lag(amount) over (partition by source order by line_no) as before, \
             sum(amount) over (partition by source order by line_no) as running \
             from gl_lines order by line_no"),
        ["1|1||0.01", "2|1||0.02", "3|2|0.01|0.005"]
    );
    assert_eq!(
        ask("select g.line_no, case when g.amount < 0 then 'credit' else 'debit' end as side from gl_lines g \
             where not exists (select 1 from aging a where a.customer_id = g.customer_id) order by g.line_no"),
        ["1|debit", "2|debit", "3|credit"]
    );
    assert_eq!(
        ask("select bucket as k, open_amount as v from aging where bucket = 'current' \
             union all select source as k, amount as v from gl_lines where line_no = 2 order by k"),
        ["MANUAL|0.02", "current|1.0001"]
    );
    assert_eq!(
        ask("select sum(case when source = 'AR' then amount else 0 end) as s, min(posting_date) as d, \
             max(exchange_rate) as r from gl_lines order by s"),
        ["0.005|2026-10-01|1.1000000000"]
    );
    assert_eq!(
        ask("select line_no, source, source_file, source_row from gl_lines order by line_no"),
        ["1|AR|gl_b.csv|2", "2|MANUAL|gl_a.csv|3", "3|AR|gl_b.csv|4"]
    );
    assert_eq!(ask("select * from aging where customer_id = 'C2' order by bucket"), ["US01|C2||USD|1-30|0.0001|1"]);
    assert_eq!(ask("select count(*) as n from gl_lines order by n"), ["3"]);
}

#[test]
fn what_is_no_plain_question_is_refused() {
    for sql in [
        "drop table aging",
        "select 1 as a from aging order by a; drop table aging",
        "select * from read_csv('/etc/passwd') order by 1",
        "select entity from aging",
        "select row_number() over (order by entity) as n from aging",
        "create table x as select * from aging order by 1",
        "with x as (delete from aging) select * from x order by 1",
    ] {
        assert_eq!(code(sql), "T4002", "{sql}");
    }
    assert!(run_sql("select entity from aging -- ; drop\n order by entity;", &few()).is_ok());
    assert!(run_sql("select entity, ';' as semicolon from aging order by entity", &few()).is_ok());
}

#[test]
fn mistakes_are_named_with_the_nearest_name() {
    let help = |sql: &str| {
        let finding = run_sql(sql, &few()).expect_err(sql).findings.remove(0);
        (finding.code, finding.remedy)
    };
    assert_eq!(help("select entity from agin order by entity"), ("T4004", "did you mean \"aging\"?".into()));
    let wrong = "select open_amnt from aging order by open_amnt";
    assert_eq!(help(wrong), ("T4003", "did you mean \"open_amount\"?".into()));
    assert_eq!(code("select open_amount * 0.5 as half from aging order by half"), "T4005");
    assert_eq!(code("select avg(open_amount) as a from aging order by a"), "T4002");
    assert_eq!(code("select open_amount / 7 as a from aging order by a"), "T4002");
    assert!(Library::built_in().expect("sound").get("aging/by_custmer").is_err());
}

#[test]
fn headers_bind_what_comes_out() {
    let text = |output: &str| {
        format!(
            "-- name: mine\n-- question: What?\n-- inputs: aging\n-- output: {output}\n\
             select bucket, sum(open_amount) as open from aging group by bucket order by bucket"
        )
    };
    let run = |output: &str| Query::parse(&text(output), "mine", "mine.sql").and_then(|query| query.run(&few()));
    assert_eq!(lines(&run("bucket text,\n--   open money").expect("it runs")), ["1-30|1.5003", "current|1.0001"]);
    for (output, expected) in [
        ("bucket text", "T4005"),
        ("bucket text, open int", "T4005"),
        ("bucket text, open cash", "T4001"),
        ("", "T4001"),
    ] {
        assert_eq!(run(output).expect_err(output).findings[0].code, expected, "{output}");
    }
    assert_eq!(Query::parse(&text("a int"), "other", "x").expect_err("another name").findings[0].code, "T4001");
}

#[test]
fn a_project_folder_overrides_and_adds() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("aging")).expect("a folder");
    let mine = |name: &str| {
        format!(
            "-- name: {name}\n-- question: Mine?\n-- inputs: aging\n-- output: bucket text\n\
             select distinct bucket from aging order by bucket\n"
        )
    };
    std::fs::write(folder.path().join("aging/by_bucket.sql"), mine("aging/by_bucket")).expect("a file");
    std::fs::write(folder.path().join("mine.sql"), mine("mine")).expect("a file");
    let library = Library::with_folder(folder.path(), &[]).expect("sound queries");
    assert_eq!(library.get("aging/by_bucket").expect("there").question, "Mine?");
    assert_eq!(lines(&library.get("mine").expect("there").run(&few()).expect("it runs")), ["1-30", "current"]);
    assert!(Library::with_folder(&folder.path().join("none"), &[]).is_ok());
}

#[test]
fn a_sum_beyond_an_amount_is_an_error_not_a_wrong_number() {
    let mut divergence = Table::new(&DIVERGENCE);
    for _ in 0..100 {
        row(&mut divergence, &[("rec_id", Cell::Text("r")), ("gl", money(crate::model::money::AMOUNT_LIMIT))]);
    }
    let tables = Few { tables: vec![Arc::new(divergence)], sources: Vec::new() };
    let problem = run_sql("select sum(gl) as s from divergence order by s", &tables).expect_err("too large");
    assert_eq!(problem.findings[0].code, "T4006");
}
