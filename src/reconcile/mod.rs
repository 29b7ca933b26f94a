//! The reconciliations: two balances that should agree, their variance, and the items that explain it.

pub mod results;
