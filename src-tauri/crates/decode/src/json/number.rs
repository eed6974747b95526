//! The grammar of JSON numbers (RFC 8259, section 6).

/// How many bytes at the start of `bytes` are a number. `None` where none starts, or one starts
/// and breaks off.
pub(crate) fn number_len(bytes: &[u8]) -> Option<usize> {
    let digits = |at: usize| {
        bytes[at..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let mut at = usize::from(bytes.first() == Some(&b'-'));
    match (bytes.get(at)?, digits(at)) {
        (_, 0) => return None,
        (b'0', _) => at += 1,
        (_, count) => at += count,
    }
    if bytes.get(at) == Some(&b'.') {
        match digits(at + 1) {
            0 => return None,
            count => at += 1 + count,
        }
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        match digits(at + 1 + sign) {
            0 => return None,
            count => at += 1 + sign + count,
        }
    }
    Some(at)
}

pub(crate) fn is_number(bytes: &[u8]) -> bool {
    number_len(bytes) == Some(bytes.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_the_grammar_allows_and_no_more() {
        for text in ["0", "-0", "12", "1.5", "-0.25e+10", "1E400", "9e-0"] {
            assert!(is_number(text.as_bytes()), "{text}");
        }
        for text in [
            "", "-", "+1", "01", "1.", ".5", "1e", "1e+", "0x1", "NaN", "--1",
        ] {
            assert!(!is_number(text.as_bytes()), "{text}");
        }
    }
}
