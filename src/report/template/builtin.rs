//! The templates that are compiled in.

/// Name and text of each sheet of the workpaper.
pub(super) const WORKPAPER: &[(&str, &str)] = &[
    ("aging", include_str!("../../../templates/workpaper/aging.toml")),
    ("allowance", include_str!("../../../templates/workpaper/allowance.toml")),
    ("allowance_rollforward", include_str!("../../../templates/workpaper/allowance_rollforward.toml")),
    ("allowance_test", include_str!("../../../templates/workpaper/allowance_test.toml")),
    ("bank", include_str!("../../../templates/workpaper/bank.toml")),
    ("cash_candidates", include_str!("../../../templates/workpaper/cash_candidates.toml")),
    ("checks", include_str!("../../../templates/workpaper/checks.toml")),
    ("cover", include_str!("../../../templates/workpaper/cover.toml")),
    ("dispute_log", include_str!("../../../templates/workpaper/dispute_log.toml")),
    ("divergence", include_str!("../../../templates/workpaper/divergence.toml")),
    ("documents", include_str!("../../../templates/workpaper/documents.toml")),
    ("findings", include_str!("../../../templates/workpaper/findings.toml")),
    ("items", include_str!("../../../templates/workpaper/items.toml")),
    ("lead", include_str!("../../../templates/workpaper/lead.toml")),
    ("lead_bank", include_str!("../../../templates/workpaper/lead_bank.toml")),
    ("left_out", include_str!("../../../templates/workpaper/left_out.toml")),
    ("legend", include_str!("../../../templates/workpaper/legend.toml")),
    ("match_rates", include_str!("../../../templates/workpaper/match_rates.toml")),
    ("matches", include_str!("../../../templates/workpaper/matches.toml")),
    ("open_items", include_str!("../../../templates/workpaper/open_items.toml")),
    ("reconciliation", include_str!("../../../templates/workpaper/reconciliation.toml")),
    ("rejects", include_str!("../../../templates/workpaper/rejects.toml")),
    ("rollforward", include_str!("../../../templates/workpaper/rollforward.toml")),
    ("sources", include_str!("../../../templates/workpaper/sources.toml")),
    ("unapplied", include_str!("../../../templates/workpaper/unapplied.toml")),
    ("write_off_candidates", include_str!("../../../templates/workpaper/write_off_candidates.toml")),
    ("write_offs", include_str!("../../../templates/workpaper/write_offs.toml")),
];

/// Name and text of each sheet of the KPI workbook.
pub(super) const KPI: &[(&str, &str)] = &[
    ("aging", include_str!("../../../templates/kpi/aging.toml")),
    ("billing", include_str!("../../../templates/kpi/billing.toml")),
    ("call_list", include_str!("../../../templates/kpi/call_list.toml")),
    ("credit_memos", include_str!("../../../templates/kpi/credit_memos.toml")),
    ("dashboard", include_str!("../../../templates/kpi/dashboard.toml")),
    ("definitions", include_str!("../../../templates/kpi/definitions.toml")),
    ("disputes", include_str!("../../../templates/kpi/disputes.toml")),
    ("disputes_by_reason", include_str!("../../../templates/kpi/disputes_by_reason.toml")),
    ("dso_bridge", include_str!("../../../templates/kpi/dso_bridge.toml")),
    ("figures", include_str!("../../../templates/kpi/figures.toml")),
    ("top_customers", include_str!("../../../templates/kpi/top_customers.toml")),
    ("trend", include_str!("../../../templates/kpi/trend.toml")),
    ("unapplied", include_str!("../../../templates/kpi/unapplied.toml")),
];
