//! A cell of a CSV file that no spreadsheet takes for a formula.
//!
//! The rule is OWASP's (CSV Injection): a cell that starts with one of `= + - @`, a tab or a carriage
//! return is prefixed with a quote. Quoting for commas and line ends is the CSV writer's.

use std::borrow::Cow;

/// The text as it may stand in a cell.
pub fn cell(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn formulas_are_prefixed_and_nothing_else() {
        for text in [
            "=1+1",
            "+1",
            "-1",
            "@SUM(A1)",
            "\tx",
            "\rx",
            "=",
            "-",
            "=cmd|' /C calc'!A0",
        ] {
            assert_eq!(cell(text), format!("'{text}"));
        }
        for text in ["", "1", "a=b", " =1", "'=1", "4965", "ä"] {
            assert_eq!(cell(text), text);
        }
    }

    proptest! {
        #[test]
        fn no_cell_starts_a_formula(text in any::<String>()) {
            let written = cell(&text);
            let first = written.chars().next();
            prop_assert!(!first.is_some_and(|c| "=+-@\t\r".contains(c)));
            prop_assert!(written.ends_with(&text));
        }
    }
}
