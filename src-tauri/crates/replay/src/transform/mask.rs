//! Fake values that look like the real ones: letters for letters, digits for digits, the rest as it is.
//!
//! The same value always has the same fake, so that masked records still belong together. `true`,
//! `false` and `null` stay: there is nothing in them to hide that their place does not tell.

use super::fake::{Purpose, Seed};

pub(crate) fn mask_text(seed: Seed, text: &str) -> String {
    let random = seed.bytes(Purpose::Mask, text.as_bytes());
    text.chars()
        .zip(random)
        .map(|(c, random)| fake_char(c, random))
        .collect()
}

fn fake_char(c: char, random: u8) -> char {
    let letter = |first: u8| char::from(first + random % 26);
    match c {
        '0'..='9' => char::from(b'0' + random % 10),
        'A'..='Z' => letter(b'A'),
        'a'..='z' => letter(b'a'),
        c if c.is_uppercase() => letter(b'A'),
        c if c.is_alphanumeric() => letter(b'a'),
        c => c,
    }
}

/// A JSON number of the same length: sign, point and exponent stay, and so does a zero in front.
pub(crate) fn mask_number(seed: Seed, token: &str) -> String {
    let random = seed.bytes(Purpose::Mask, token.as_bytes());
    let exponent = token.find(['e', 'E']).unwrap_or(token.len());
    let first = token.find(|c: char| c.is_ascii_digit()).unwrap_or(0);
    let digit = |(place, c): (usize, char), random: u8| match c {
        '0' if place == first => '0',
        '1'..='9' if place == first => char::from(b'1' + random % 9),
        '0'..='9' if place < exponent => char::from(b'0' + random % 10),
        c => c,
    };
    token
        .char_indices()
        .zip(random)
        .map(|(c, random)| digit(c, random))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_look_stays() {
        let fake = mask_text(Seed(1), "Jane.Doe+7@example.com \u{1F600}Ünïcode");
        let look: String = fake
            .chars()
            .map(|c| match c {
                'A'..='Z' => 'A',
                'a'..='z' => 'a',
                '0'..='9' => '0',
                c => c,
            })
            .collect();
        assert_eq!(look, "Aaaa.Aaa+0@aaaaaaa.aaa \u{1F600}Aaaaaaa");
        assert_ne!(
            fake,
            mask_text(Seed(2), "Jane.Doe+7@example.com \u{1F600}Ünïcode")
        );
    }

    proptest! {
        #[test]
        fn a_number_stays_a_number(token in "-?(0|[1-9][0-9]{0,20})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?", seed in any::<u64>()) {
            let fake = mask_number(Seed(seed), &token);
            prop_assert!(decode::is_number(&fake), "{token} {fake}");
            prop_assert_eq!(fake.len(), token.len());
            prop_assert_eq!(mask_number(Seed(seed), &token), fake);
        }
    }
}
