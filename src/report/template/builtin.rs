//! The templates that are compiled in.

/// Name and text of each sheet of the workpaper.
pub(super) const WORKPAPER: &[(&str, &str)] = &[
    ("aging", include_str!("../../../templates/workpaper/aging.toml")),
    ("bank", include_str!("../../../templates/workpaper/bank.toml")),
    ("cash_candidates", include_str!("../../../templates/workpaper/cash_candidates.toml")),
    ("checks", include_str!("../../../templates/workpaper/checks.toml")),
    ("cover", include_str!("../../../templates/workpaper/cover.toml")),
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
    ("rollback", include_str!("../../../templates/workpaper/rollback.toml")),
    ("rollforward", include_str!("../../../templates/workpaper/rollforward.toml")),
    ("sources", include_str!("../../../templates/workpaper/sources.toml")),
    ("unapplied", include_str!("../../../templates/workpaper/unapplied.toml")),
];
