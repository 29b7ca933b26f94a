//! The queries that are compiled in.

/// Name and text of each.
pub(super) const ALL: &[(&str, &str)] = &[
    ("aging/by_bucket", include_str!("../../../queries/aging/by_bucket.sql")),
    ("aging/by_customer", include_str!("../../../queries/aging/by_customer.sql")),
    ("aging/unapplied", include_str!("../../../queries/aging/unapplied.sql")),
    ("cash/hit_rates", include_str!("../../../queries/cash/hit_rates.sql")),
    ("cash/research", include_str!("../../../queries/cash/research.sql")),
    ("cash/unapplied_by_cause", include_str!("../../../queries/cash/unapplied_by_cause.sql")),
    ("cash/unapplied_split", include_str!("../../../queries/cash/unapplied_split.sql")),
    ("charts/aging", include_str!("../../../queries/charts/aging.sql")),
    ("charts/past_due", include_str!("../../../queries/charts/past_due.sql")),
    ("charts/unapplied", include_str!("../../../queries/charts/unapplied.sql")),
    ("charts/variance_causes", include_str!("../../../queries/charts/variance_causes.sql")),
    ("charts/variances", include_str!("../../../queries/charts/variances.sql")),
    ("evidence/checks_to_look_at", include_str!("../../../queries/evidence/checks_to_look_at.sql")),
    ("evidence/completeness", include_str!("../../../queries/evidence/completeness.sql")),
    ("evidence/rejects_by_reason", include_str!("../../../queries/evidence/rejects_by_reason.sql")),
    ("ledger/postings_by_source", include_str!("../../../queries/ledger/postings_by_source.sql")),
    ("ledger/register_by_type", include_str!("../../../queries/ledger/register_by_type.sql")),
    ("reconciliation/bank_summary", include_str!("../../../queries/reconciliation/bank_summary.sql")),
    ("reconciliation/divergence", include_str!("../../../queries/reconciliation/divergence.sql")),
    ("reconciliation/documents_that_differ", include_str!("../../../queries/reconciliation/documents_that_differ.sql")),
    ("reconciliation/items_by_cause", include_str!("../../../queries/reconciliation/items_by_cause.sql")),
    ("reconciliation/items_without_owner", include_str!("../../../queries/reconciliation/items_without_owner.sql")),
    ("reconciliation/summary", include_str!("../../../queries/reconciliation/summary.sql")),
];
