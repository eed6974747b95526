//! New ids for old ones: the same new one for the same old one, and never one for two.
//!
//! * A UUID becomes a UUID of the same version, in the same case, also within a longer text.
//! * A text that ends in digits keeps what is before them; its number becomes one of 15 digits, or of
//!   one digit more where it had 15 or more. Within a length that is a permutation (a Feistel network
//!   as in NIST SP 800-38G, over SHA-256), so two ids cannot meet, and a new one is longer than any old one that
//!   could be in its way. The number alone decides: `ord-7919` and `7919` stay each other's.
//! * Any other text gets eight hexadecimal digits of the seed behind it.

use super::fake::{Purpose, Seed};

const UUID_LEN: usize = 36;
/// What JavaScript holds exactly; it is also what short numbers are widened to.
const WIDE: usize = 15;
/// Digits beyond are kept as they are: two halves of 19 digits fit in 128 bits with room to add.
const MAX_PERMUTED: usize = 38;
const ROUNDS: u32 = 10;

/// The new id of a text. An empty one stays empty.
pub(crate) fn new_id(seed: Seed, old: &str) -> String {
    if old.is_empty() {
        return String::new();
    }
    if let Some(new) = new_uuids(seed, old) {
        return new;
    }
    let digits = old.bytes().rev().take_while(u8::is_ascii_digit).count();
    let (prefix, number) = old.split_at(old.len() - digits);
    if number.is_empty() {
        let mark = seed.number(Purpose::Id, 1, b"") as u32;
        format!("{old}-{mark:08x}")
    } else {
        format!("{prefix}{}", new_number(seed, number))
    }
}

/// The text with each UUID in it replaced; `None` if there is none.
pub(crate) fn new_uuids(seed: Seed, text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut new = String::new();
    let (mut copied, mut at) = (0, 0);
    while at + UUID_LEN <= bytes.len() {
        let is_free = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        let ends = bytes
            .get(at + UUID_LEN)
            .is_none_or(|b| !b.is_ascii_alphanumeric());
        if is_free && ends && is_uuid(&bytes[at..at + UUID_LEN]) {
            new.push_str(&text[copied..at]);
            new.push_str(&new_uuid(seed, &text[at..at + UUID_LEN]));
            at += UUID_LEN;
            copied = at;
        } else {
            at += 1;
        }
    }
    if copied == 0 {
        return None;
    }
    new.push_str(&text[copied..]);
    Some(new)
}

fn is_dash(place: usize) -> bool {
    matches!(place, 8 | 13 | 18 | 23)
}

fn is_uuid(bytes: &[u8]) -> bool {
    bytes.iter().enumerate().all(|(place, byte)| {
        if is_dash(place) {
            *byte == b'-'
        } else {
            byte.is_ascii_hexdigit()
        }
    })
}

/// Version and variant stay: the digits behind the second and the third dash.
fn new_uuid(seed: Seed, old: &str) -> String {
    let lower = old.to_ascii_lowercase();
    let digest = seed.digest(Purpose::Id, 0, lower.as_bytes());
    let nibbles = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    let is_upper = old.bytes().any(|b| b.is_ascii_uppercase());
    lower
        .char_indices()
        .zip(nibbles)
        .map(|((place, old), nibble)| {
            if is_dash(place) || place == 14 || place == 19 {
                old
            } else {
                char::from_digit(nibble.into(), 16).unwrap_or('0')
            }
        })
        .map(|c| if is_upper { c.to_ascii_uppercase() } else { c })
        .collect()
}

/// The new number of a text of digits: longer, and without a zero in front.
pub(crate) fn new_number(seed: Seed, old: &str) -> String {
    let mut digits: Vec<u8> = if old.len() < WIDE {
        // numbers of fewer digits are counted before those of more, so that 42 and 042 stay two
        let shorter: u64 = (1..old.len() as u32).map(|len| 10u64.pow(len)).sum();
        let value = old
            .bytes()
            .fold(0, |value, b| value * 10 + u64::from(b - b'0'));
        format!("1{:0>width$}", shorter + value, width = WIDE - 1).into_bytes()
    } else {
        format!("1{old}").into_bytes()
    };
    let kept = digits.len().saturating_sub(MAX_PERMUTED);
    loop {
        permute(seed, &mut digits[kept..]);
        // walking on from here leads back to a number of this kind, so it stays a permutation
        if kept > 0 || digits[0] != b'0' {
            break;
        }
    }
    String::from_utf8_lossy(&digits).into_owned()
}

/// A permutation of the texts of this many digits, at least two.
fn permute(seed: Seed, digits: &mut [u8]) {
    let half = digits.len() / 2;
    let (mut left, mut right) = (digits[..half].to_vec(), digits[half..].to_vec());
    for round in 0..ROUNDS {
        let modulus = 10u128.pow(left.len() as u32);
        let mixed = seed.number(Purpose::Digits, round, &right) % modulus;
        let value = left
            .iter()
            .fold(0u128, |value, b| value * 10 + u128::from(b - b'0'));
        let sum = (value + mixed) % modulus;
        let moved = format!("{sum:0>width$}", width = left.len());
        left = std::mem::replace(&mut right, moved.into_bytes());
    }
    digits[..left.len()].copy_from_slice(&left);
    let half = left.len();
    digits[half..].copy_from_slice(&right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashSet;

    const SEED: Seed = Seed(7);

    #[test]
    fn the_shape_stays() {
        let uuid = "6F9619FF-8B86-4D01-B42D-00CF4FC964FF";
        let new = new_id(SEED, uuid);
        assert!(is_uuid(new.as_bytes()) && new != uuid, "{new}");
        assert_eq!(new, new.to_uppercase());
        assert_eq!(
            (&new[14..15], &new[19..20]),
            ("4", "B"),
            "version and variant"
        );
        assert_eq!(new_id(SEED, &uuid.to_lowercase()), new.to_lowercase());

        let within = new_id(SEED, &format!("order/{uuid}/line"));
        assert_eq!(within, format!("order/{new}/line"));

        let order = new_id(SEED, "ord-7919");
        assert_eq!(order.len(), "ord-".len() + 15);
        assert_eq!(order.strip_prefix("ord-"), Some(&new_id(SEED, "7919")[..]));
        assert_eq!(new_id(SEED, ""), "");
        assert!(new_id(SEED, "alice").starts_with("alice-"));
        assert_ne!(new_id(SEED, "ord-7919"), new_id(Seed(8), "ord-7919"));
    }

    #[test]
    fn all_short_numbers_stay_apart() {
        let olds = (1..=4).flat_map(|len| {
            (0..10usize.pow(len)).map(move |n| format!("{n:0>len$}", len = len as usize))
        });
        let olds: Vec<String> = olds.collect();
        let news: HashSet<String> = olds.iter().map(|old| new_id(SEED, old)).collect();
        assert_eq!(news.len(), olds.len());
        assert!(
            news.iter()
                .all(|new| new.len() == 15 && !new.starts_with('0'))
        );
    }

    #[test]
    fn permuting_two_digits_is_a_permutation() {
        let all: HashSet<String> = (0..100)
            .map(|n| {
                let mut digits = format!("{n:02}").into_bytes();
                permute(SEED, &mut digits);
                String::from_utf8(digits).expect("digits")
            })
            .collect();
        assert_eq!(all.len(), 100);
    }

    proptest! {
        #[test]
        fn two_ids_never_meet(a in ".{0,8}[0-9]{0,45}", b in ".{0,8}[0-9]{0,45}", seed in any::<u64>()) {
            let (new_a, new_b) = (new_id(Seed(seed), &a), new_id(Seed(seed), &b));
            prop_assert_eq!(new_a == new_b, a == b, "{} {}", new_a, new_b);
            prop_assert!(a.is_empty() || new_a != a);
        }
    }
}
