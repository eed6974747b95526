//! Patterns with `*`, matched in one pass without going back.

/// The texts between the stars. The first is at the start and the last at the end.
#[derive(Clone, Debug)]
pub(crate) struct Pattern {
    pub(crate) parts: Vec<String>,
}

impl Pattern {
    /// `*` stands for any text; a backslash takes its special meaning away.
    pub fn new(pattern: &str) -> Self {
        let mut parts = vec![String::new()];
        let mut chars = pattern.chars();
        while let Some(c) = chars.next() {
            let literal = match c {
                '*' => {
                    parts.push(String::new());
                    continue;
                }
                '\\' => chars.next().unwrap_or('\\'),
                c => c,
            };
            if let Some(part) = parts.last_mut() {
                part.push(literal);
            }
        }
        Self { parts }
    }

    pub fn accepts(&self, text: &str) -> bool {
        let [first, middle @ .., last] = &self.parts[..] else {
            return self.parts.iter().all(|only| only == text);
        };
        let Some(mut rest) = text.strip_prefix(first.as_str()) else {
            return false;
        };
        // The leftmost place for each part leaves the most room for those after it.
        for part in middle {
            match rest.find(part.as_str()) {
                Some(at) => rest = &rest[at + part.len()..],
                None => return false,
            }
        }
        rest.ends_with(last.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stars_stand_for_any_text() {
        let accepts = |pattern: &str, text: &str| Pattern::new(pattern).accepts(text);
        assert!(accepts("Order*", "OrderPlaced") && accepts("Order*", "Order"));
        assert!(accepts("*Placed", "OrderPlaced") && accepts("O*e*d", "OrderPlaced"));
        assert!(accepts("*", "") && accepts("", "") && accepts("**", "x"));
        assert!(!accepts("Order", "OrderPlaced") && !accepts("order*", "OrderPlaced"));
        assert!(!accepts("ab*ba", "aba") && accepts("a*a*a", "aaa"));
        assert!(accepts(r"\*\\*", r"*\x") && !accepts(r"\*", "x"));
    }

    /// The textbook's definition, exponential and obviously right.
    fn reference(pattern: &[char], text: &[char]) -> bool {
        match pattern.split_first() {
            None => text.is_empty(),
            Some(('*', rest)) => (0..=text.len()).any(|at| reference(rest, &text[at..])),
            Some((c, rest)) => text.first() == Some(c) && reference(rest, &text[1..]),
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_definition(pattern in "[ab*]{0,7}", text in "[ab]{0,8}") {
            let chars = |text: &str| text.chars().collect::<Vec<_>>();
            let expected = reference(&chars(&pattern), &chars(&text));
            prop_assert_eq!(Pattern::new(&pattern).accepts(&text), expected);
        }
    }
}
