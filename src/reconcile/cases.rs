//! What the status of a dispute says.

/// Words by which a system says that a case is over.
const OVER: [&str; 14] = [
    "closed",
    "resolved",
    "solved",
    "done",
    "complete",
    "completed",
    "settled",
    "won",
    "lost",
    "cancelled",
    "canceled",
    "withdrawn",
    "rejected",
    "written",
];

/// Whether a status says that the case is over: "Closed", "closed - won", "written off"; not "unresolved" or "not
/// closed".
pub fn is_over(status: &str) -> bool {
    let status = status.to_lowercase();
    let mut words = status.split(|c: char| !c.is_alphanumeric());
    words.clone().all(|word| word != "not") && words.any(|word| OVER.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::is_over;

    #[test]
    fn whole_words_say_that_a_case_is_over() {
        for status in ["Closed", "closed - won", "RESOLVED", "written off", "Cancelled by customer"] {
            assert!(is_over(status), "{status}");
        }
        for status in ["", "open", "unresolved", "not closed", "Unsolved", "in progress", "reopened"] {
            assert!(!is_over(status), "{status}");
        }
    }
}
