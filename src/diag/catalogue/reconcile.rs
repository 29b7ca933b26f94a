//! Findings of this part.

use super::Entry;

/// Code, title, explanation with an example, and remedy.
pub(super) const CODES: &[Entry] = &[];
