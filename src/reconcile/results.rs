//! The result tables of a run (contract, section 5): which columns they have, in the order they are written.

use crate::model::{ColumnDef, Kind, TableDef};
use crate::normalise::tables::columns;

/// One row a reconciliation.
pub static RECONCILIATIONS: TableDef = TableDef {
    name: "reconciliations",
    columns: columns![
        rec_id: Word, kind: Word, entity: Word, account: Word, currency: Word, gl_balance: Money,
        subledger_balance: Money, variance: Money, explained: Money, unexplained: Money, tolerance: Money,
        status: Word, items: Int, limitation: Text, prior_period: Word, prior_gl_balance: Money,
        prior_subledger_balance: Money,
    ],
};

/// One row a reconciling item.
pub static RECONCILING_ITEMS: TableDef = TableDef {
    name: "reconciling_items",
    columns: columns![
        item_key: Text, rec_id: Word, cause: Word, cause_code: Word, amount: Money, document_id: Text,
        journal_id: Text, customer_id: Word, posting_date: Date, gl_amount: Money, subledger_amount: Money,
        gl_source: Word, gl_source_row: Text, subledger_source: Word, subledger_source_row: Text, also_fits: Word,
        first_seen: Word, age_days: Int, explanation: Text, suggested_action: Word, annotation: Text, owner: Word,
        disposition: Word,
    ],
};

/// One row a document of a control account: its two sides and what became of it. Every row of both sides is here.
pub static DOCUMENTS: TableDef = TableDef {
    name: "documents",
    columns: columns![
        rec_id: Word, document_id: Text, item_type: Word, customer_id: Text, posting_date: Date, gl_amount: Money,
        subledger_amount: Money, difference: Money, outcome: Word, gl_lines: Int, subledger_rows: Int,
    ],
};

/// Matches between the two sides that are more than one document's own (summary postings, netted pairs).
pub static MATCHES: TableDef = TableDef {
    name: "matches",
    columns: columns![
        match_id: Text, rule: Word, confidence: Decimal, left_ids: Text, right_ids: Text, left_amount: Money,
        right_amount: Money, difference: Money, difference_cause: Word,
    ],
};

/// What payments settle: what the system posted, and what research proposes.
pub static ALLOCATIONS: TableDef = TableDef {
    name: "allocations",
    columns: columns![
        receipt_id: Text, invoice_id: Text, amount: Money, discount: Money, short_pay: Money, short_pay_code: Word,
        rule: Word, confidence: Decimal, alternatives: Int, status: Word, entity: Word, customer_id: Text,
        currency: Word, x12_reason: Word,
    ],
};

/// Money that came in and is not applied, and why.
pub static UNAPPLIED: TableDef = TableDef {
    name: "unapplied",
    columns: columns![
        receipt_id: Text, entity: Word, customer_id: Text, receipt_date: Date, currency: Word, open_amount: Money,
        cause: Word, cause_code: Word, proposed_customer_id: Text, proposed_invoice_ids: Text, confidence: Decimal,
        age_days: Int, explanation: Text, status: Word, payer: Text, reference: Text, text: Text, decision: Word,
        note: Text,
    ],
};

/// Every answer that fits a payment, the proposed one first.
pub static CASH_CANDIDATES: TableDef = TableDef {
    name: "cash_candidates",
    columns: columns![
        receipt_id: Text, entity: Word, rank: Int, rule: Word, status: Word, confidence: Decimal, customer_id: Text,
        invoice_ids: Text, credit_ids: Text, settles: Money, difference: Money, difference_cause: Word,
        agrees: Word, against: Text, alternatives: Int,
    ],
};

/// How many payments each rule answers, and how surely.
pub static MATCH_RATES: TableDef = TableDef {
    name: "match_rates",
    columns: columns![
        rule: Word, status: Word, receipts: Int, allocations: Int, amount: Money, share_percent: Decimal,
        currency: Word,
    ],
};

/// Open items by customer and bucket.
pub static AGING: TableDef = TableDef {
    name: "aging",
    columns: columns![
        entity: Word, customer_id: Word, customer_name: Word, currency: Word, bucket: Word, open_amount: Money,
        items: Int,
    ],
};

/// Open items, one row each, at the period end.
pub static OPEN_ITEMS: TableDef = TableDef {
    name: "open_items",
    columns: columns![
        entity: Word, account: Word, item_id: Text, item_type: Word, customer_id: Text, customer_name: Text,
        document_date: Date, posting_date: Date, due_date: Date, currency: Word, register_open_amount: Money,
        rolled_back: Money, document_open_amount: Money, open_amount: Money, age_days: Int, bucket: Word,
        source: Word, source_row: Int,
    ],
};

/// From the open amounts of the register as extracted to those of the period end: one row for the documents of an
/// account that are the same on both days, one for each that is not. Functional amounts.
pub static ROLLBACK: TableDef = TableDef {
    name: "rollback",
    columns: columns![
        rec_id: Word, entity: Word, account: Word, currency: Word, item_id: Text, item_type: Word, customer_id: Text,
        posting_date: Date, why: Word, documents: Int, register_open_amount: Money, rolled_back: Money,
        open_amount: Money, source: Word, source_row: Int,
    ],
};

/// Cases in dispute, and what became of their documents.
pub static DISPUTE_LOG: TableDef = TableDef {
    name: "dispute_log",
    columns: columns![
        case_id: Text, entity: Word, customer_id: Text, customer_name: Text, document_id: Text, opened_date: Date,
        closed_date: Date, state: Word, age_days: Int, sla_days: Int, in_sla: Word, reason_code: Word, owner: Word,
        status: Word, currency: Word, amount: Money, document_amount: Money, open_amount: Money, paid: Money,
        credited: Money, written_off: Money, outcome: Word, next_step: Text, source: Word, source_row: Int,
    ],
};

/// Whom to call about what is past due, the most urgent first.
pub static CALL_LIST: TableDef = TableDef {
    name: "call_list",
    columns: columns![
        entity: Word, customer_id: Text, customer_name: Text, currency: Word, open_amount: Money, past_due: Money,
        oldest_days: Int, disputed: Money, unapplied: Money, to_collect: Money, credit_limit: Money,
        over_limit: Money, priority: Int, reason: Text, collector: Word, broken_promises: Int, promised_for: Date,
    ],
};

/// What customers promised to pay, and whether it came in by then.
pub static PROMISE_LOG: TableDef = TableDef {
    name: "promise_log",
    columns: columns![
        promise_id: Text, entity: Word, customer_id: Text, made_date: Date, promised_date: Date, currency: Word,
        amount: Money, received: Money, state: Word, status: Word, owner: Word, source: Word, source_row: Int,
    ],
};

/// What was written off in the period and what its tests found; what could be written off, and who may.
pub static WRITE_OFFS: TableDef = TableDef {
    name: "write_offs",
    columns: columns![
        kind: Word, entity: Word, customer_id: Text, customer_name: Text, write_off_id: Text, document_id: Text,
        date: Date, age_days: Int, currency: Word, amount: Money, customer_total: Money, reason: Text,
        approver: Word, created_by: Word, approved_by: Word, exceptions: Word, explanation: Text, source: Word,
        source_row: Int,
    ],
};

/// The allowance for expected credit losses by pool and bucket.
pub static ALLOWANCE: TableDef = TableDef {
    name: "allowance",
    columns: columns![
        entity: Word, currency: Word, pool: Word, bucket: Word, customer_id: Text, balance: Money,
        historical_percent: Decimal, conditions_percent: Decimal, forecast_percent: Decimal, rate_percent: Decimal,
        individual_amount: Money, allowance: Money, reason: Text,
    ],
};

/// The allowance from opening to closing, and against the ledger.
pub static ALLOWANCE_ROLLFORWARD: TableDef = TableDef {
    name: "allowance_rollforward",
    columns: columns![
        entity: Word, currency: Word, opening: Money, provision: Money, write_offs: Money, recoveries: Money,
        closing: Money, opening_from: Word, gl_account: Word, gl_balance: Money, to_book: Money,
    ],
};

/// Earlier allowances against the write-offs since.
pub static ALLOWANCE_TEST: TableDef = TableDef {
    name: "allowance_test",
    columns: columns![
        entity: Word, currency: Word, as_of: Date, allowance: Money, known_from: Word, written_off: Money,
        recovered: Money, net_loss: Money, left: Money, used_percent: Decimal, verdict: Text,
    ],
};

/// From opening to closing balance, both sides.
pub static ROLLFORWARD: TableDef = TableDef {
    name: "rollforward",
    columns: columns![
        entity: Word, account: Word, currency: Word, line: Word, subledger_amount: Money, gl_amount: Money,
        difference: Money, mark: Word, note: Text,
    ],
};

/// The running difference by month.
pub static DIVERGENCE: TableDef = TableDef {
    name: "divergence",
    columns: columns![
        rec_id: Word, period: Word, gl: Money, subledger: Money, difference: Money, first_document: Text,
    ],
};

/// Every KPI of every scope and month, with what it is formed of: numerator / denominator x factor.
pub static KPIS: TableDef = TableDef {
    name: "kpis",
    columns: columns![
        kpi: Word, scope: Word, currency: Word, period: Word, value: Decimal, unit: Word, numerator: Decimal,
        denominator: Decimal, formula: Word, factor: Decimal, rows: Int, status: Word, target: Decimal, rating: Word,
        note: Text,
    ],
};

/// What each KPI is.
pub static KPI_DEFINITIONS: TableDef = TableDef {
    name: "kpi_definitions",
    columns: columns![
        kpi: Word, title: Word, topic: Word, unit: Word, direction: Word, target: Decimal, formula: Word,
        numerator: Word, denominator: Word, source: Word, position: Int,
    ],
};

/// Why the simple DSO moved since the month before, a row a step.
pub static DSO_BRIDGE: TableDef = TableDef {
    name: "dso_bridge",
    columns: columns![
        scope: Word, currency: Word, period: Word, step_no: Int, step: Word, days: Decimal, balance_change: Money,
        explanation: Word,
    ],
};

/// The sums behind the KPIs: open at each month end, moved in each month.
pub static MONTHLY_FACTS: TableDef = TableDef {
    name: "monthly_facts",
    columns: columns![
        entity: Word, currency: Word, period: Word, kind: Word, measure: Word, part: Word, amount: Money, items: Int,
    ],
};

/// The months that the KPIs are formed of, the last one up to the period end.
pub static KPI_MONTHS: TableDef =
    TableDef { name: "kpi_months", columns: columns![period: Word, first_day: Date, last_day: Date, days: Int] };

/// What each reason code of credit memos, debit memos and cases was taken for.
pub static REASON_CLASSES: TableDef = TableDef {
    name: "reason_classes",
    columns: columns![reason_code: Word, class: Word, counts_as: Word, documents: Int, cases: Int],
};

/// Every invariant with its two figures.
pub static CHECKS: TableDef = TableDef {
    name: "checks",
    columns: columns![check: Text, left: Decimal, right: Decimal, difference: Decimal, outcome: Word, detail: Text],
};

/// Rows that could not be loaded.
pub static REJECTS: TableDef = TableDef {
    name: "rejects",
    columns: columns![source: Word, sheet: Word, row: Int, column: Word, value: Text, code: Word, reason: Word],
};

/// Rows that are no data: totals, page heads, footers, exclusions.
pub static LEFT_OUT: TableDef =
    TableDef { name: "left_out", columns: columns![source: Word, sheet: Word, row: Int, kind: Word, text: Text] };

/// Every input file with its proof of completeness.
pub static SOURCES: TableDef = TableDef {
    name: "sources",
    columns: columns![
        source: Word, sheet: Word, table: Word, profile: Word, format: Word, encoding: Word, bytes: Int, sha256: Word,
        rows_read: Int, rows_loaded: Int, rows_left_out: Int, rows_rejected: Int, control_column: Word,
        control_total: Money, debit_total: Money, credit_total: Money, first_date: Date, last_date: Date,
        expected_rows: Int, expected_total: Money,
    ],
};

/// What the run noticed.
pub static FINDINGS: TableDef = TableDef {
    name: "findings",
    columns: columns![code: Word, severity: Word, place: Text, message: Text, remedy: Word],
};

/// Every result table, in the order in which they are written.
pub static ALL: &[&TableDef] = &[
    &RECONCILIATIONS,
    &RECONCILING_ITEMS,
    &DOCUMENTS,
    &MATCHES,
    &ALLOCATIONS,
    &UNAPPLIED,
    &CASH_CANDIDATES,
    &MATCH_RATES,
    &AGING,
    &OPEN_ITEMS,
    &ROLLBACK,
    &DISPUTE_LOG,
    &CALL_LIST,
    &PROMISE_LOG,
    &WRITE_OFFS,
    &ALLOWANCE,
    &ALLOWANCE_ROLLFORWARD,
    &ALLOWANCE_TEST,
    &ROLLFORWARD,
    &DIVERGENCE,
    &KPIS,
    &KPI_DEFINITIONS,
    &DSO_BRIDGE,
    &MONTHLY_FACTS,
    &KPI_MONTHS,
    &REASON_CLASSES,
    &CHECKS,
    &SOURCES,
    &REJECTS,
    &LEFT_OUT,
    &FINDINGS,
];
