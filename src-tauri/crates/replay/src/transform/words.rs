//! The words of a member's name: `createdAt`, `created_at` and `X-Created-At` alike.

/// In lower case.
pub(crate) fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_open = false;
    for c in name.chars() {
        if !c.is_alphanumeric() {
            is_open = false;
            was_lower = false;
            continue;
        }
        if !is_open || (was_lower && c.is_uppercase()) {
            words.push(String::new());
        }
        is_open = true;
        was_lower = c.is_lowercase() || c.is_numeric();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

/// A name that says that its value is a moment.
pub(crate) fn is_time(name: &str) -> bool {
    let words = words(name);
    let says_so = |word: &String| {
        matches!(
            word.as_str(),
            "time" | "timestamp" | "date" | "ts" | "datetime" | "millis"
        )
    };
    words.iter().any(says_so) || words.last().is_some_and(|word| word == "at")
}

/// A name that says that its value is an id.
pub(crate) fn is_id(name: &str) -> bool {
    words(name)
        .last()
        .is_some_and(|word| word == "id" || word == "ids" || word == "uuid")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_by_their_words() {
        assert_eq!(words("X-Amzn-traceId2"), ["x", "amzn", "trace", "id2"]);
        for name in [
            "timestamp",
            "createdAt",
            "created_at",
            "event.time",
            "ts",
            "eventDate",
            "TIMESTAMP",
        ] {
            assert!(is_time(name), "{name}");
        }
        for name in ["timeout", "flat", "latitude", "runtime", "status", ""] {
            assert!(!is_time(name), "{name}");
        }
        for name in [
            "id", "orderId", "order_id", "ORDER-ID", "sagaID", "eventIds",
        ] {
            assert!(is_id(name), "{name}");
        }
        for name in ["paid", "valid", "idle", "", "idempotent"] {
            assert!(!is_id(name), "{name}");
        }
    }
}
