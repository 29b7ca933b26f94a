//! tieout: the reconciliation work of a month-end close, from plain files, offline, to the cent.
//!
//! ```text
//! files ─▶ load ─▶ normalise ─▶ match + reconcile ─▶ measure ─▶ report ─▶ write ─▶ xlsx, csv, parquet, json
//!         raw cells   tables         outcome           figures     sheets     (staged, then renamed into place)
//! ```
//!
//! One direction: a room leans only on rooms to its left, and on [`model`] and [`diag`].
#![forbid(unsafe_code)]
#![warn(missing_docs)]

pub mod cli;
pub mod close;
pub mod config;
pub mod credit;
pub mod demo;
pub mod diag;
pub mod letters;
pub mod load;
pub mod matching;
pub mod measure;
pub mod model;
pub mod normalise;
pub mod reconcile;
pub mod report;
pub mod write;
