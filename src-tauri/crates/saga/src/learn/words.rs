//! What the names of event types say: `RESERVE_INVENTORY` asks for what `InventoryReserved` answers.

/// A type's words in lower case: `ORDER_CREATED`, `OrderCreated`, `order.created` and `order-created` are the same.
pub(super) fn words(kind: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut was_lower = false;
    let mut is_new = true;
    for c in kind.chars() {
        if !c.is_alphanumeric() {
            is_new = true;
            continue;
        }
        if is_new || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        is_new = false;
        was_lower = c.is_lowercase();
        if let Some(word) = words.last_mut() {
            word.extend(c.to_lowercase());
        }
    }
    words
}

const FAILED: [&str; 9] = [
    "failed", "rejected", "declined", "denied", "refused", "error", "errored", "expired", "failure",
];
const COMPLETED: [&str; 7] = [
    "completed",
    "finished",
    "done",
    "fulfilled",
    "closed",
    "succeeded",
    "settled",
];
const ABORTED: [&str; 5] = [
    "cancelled",
    "canceled",
    "aborted",
    "withdrawn",
    "terminated",
];

/// A verb and what takes it back.
const ANTONYMS: [(&str, &str); 24] = [
    ("reserve", "release"),
    ("process", "refund"),
    ("charge", "refund"),
    ("capture", "refund"),
    ("pay", "refund"),
    ("authorize", "void"),
    ("book", "cancel"),
    ("create", "delete"),
    ("create", "cancel"),
    ("open", "close"),
    ("lock", "unlock"),
    ("allocate", "deallocate"),
    ("allocate", "free"),
    ("debit", "credit"),
    ("credit", "debit"),
    ("add", "remove"),
    ("ship", "return"),
    ("hold", "release"),
    ("assign", "unassign"),
    ("enable", "disable"),
    ("subscribe", "unsubscribe"),
    ("register", "unregister"),
    ("block", "unblock"),
    ("grant", "revoke"),
];

pub(super) fn is_failure(words: &[String]) -> bool {
    ends_in(words, &FAILED)
}

pub(super) fn is_completion(words: &[String]) -> bool {
    ends_in(words, &COMPLETED)
}

pub(super) fn is_abort(words: &[String]) -> bool {
    ends_in(words, &ABORTED)
}

fn ends_in(words: &[String], known: &[&str]) -> bool {
    words
        .last()
        .is_some_and(|last| known.contains(&last.as_str()))
}

/// Whether a past form is this verb's: `shipped` is `ship`'s, `released` is `release`'s, `notified` is `notify`'s.
pub(super) fn is_past_of(past: &str, verb: &str) -> bool {
    const IRREGULAR: [(&str, &str); 8] = [
        ("pay", "paid"),
        ("send", "sent"),
        ("hold", "held"),
        ("buy", "bought"),
        ("sell", "sold"),
        ("set", "set"),
        ("put", "put"),
        ("withdraw", "withdrawn"),
    ];
    let stem = verb
        .strip_suffix('e')
        .or(verb.strip_suffix('y'))
        .unwrap_or(verb);
    let is_regular = past
        .strip_prefix(stem)
        .is_some_and(|end| end.ends_with("ed") && end.len() <= 3 && stem.len() >= 2);
    is_regular || IRREGULAR.contains(&(verb, past))
}

/// Whether `undo` takes back what `verb` did.
pub(super) fn is_antonym(verb: &str, undo: &str) -> bool {
    let prefixed = ["un", "de", "dis", "re"]
        .iter()
        .take(3)
        .any(|prefix| undo.strip_prefix(prefix) == Some(verb));
    prefixed
        || ANTONYMS.contains(&(verb, undo))
        || undo == "undo"
        || undo == "compensate"
        || undo == "revert"
}

/// Whether two words are of one family: `ship` and `shipping`.
pub(super) fn is_kin(a: &str, b: &str) -> bool {
    const LEAST: usize = 4;
    let common = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    a == b || common >= LEAST.max(a.len().min(b.len()).saturating_sub(2))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_all_fashions_have_the_same_words() {
        for name in [
            "ORDER_CREATED",
            "OrderCreated",
            "order.created",
            "order-created",
        ] {
            assert_eq!(words(name), ["order", "created"], "{name}");
        }
    }

    #[test]
    fn past_forms_lead_to_their_verbs() {
        for (past, verb) in [
            ("shipped", "ship"),
            ("released", "release"),
            ("notified", "notify"),
            ("paid", "pay"),
            ("processed", "process"),
        ] {
            assert!(is_past_of(past, verb), "{past} of {verb}");
        }
        assert!(!is_past_of("shipping", "ship") && !is_past_of("refunded", "release"));
    }

    #[test]
    fn antonyms_take_back() {
        assert!(
            is_antonym("reserve", "release")
                && is_antonym("lock", "unlock")
                && is_antonym("allocate", "deallocate")
        );
        assert!(!is_antonym("reserve", "ship"));
        assert!(is_kin("ship", "shipping") && !is_kin("order", "payment"));
    }
}
