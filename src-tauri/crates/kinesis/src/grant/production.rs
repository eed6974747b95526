//! What looks like production. Pure; it only ever makes the question harder.

use crate::Tag;
use std::fmt;

/// Words by which people name production. A pattern fits a whole word of a name, in any case and with
/// any number behind it: `prod` fits `orders-prod` and `PROD2`, and not `products`. `*` stands for any
/// characters, and a pattern with characters that end words, such as `acme-live`, fits the whole name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProductionPatterns {
    words: Vec<String>,
    is_marked: bool,
}

impl ProductionPatterns {
    pub fn new(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        let trimmed = patterns.into_iter();
        let trimmed = trimmed.map(|pattern| pattern.as_ref().trim().to_lowercase());
        Self {
            words: trimmed.filter(|pattern| !pattern.is_empty()).collect(),
            is_marked: false,
        }
    }

    /// For a connection that a person said to lead to production: everything there is.
    #[must_use]
    pub fn marked(self) -> Self {
        Self {
            is_marked: true,
            ..self
        }
    }

    /// Whether one of them fits this name.
    pub(crate) fn fit(&self, text: &str) -> bool {
        self.words.iter().any(|pattern| pattern_fits(pattern, text))
    }
}

impl Default for ProductionPatterns {
    fn default() -> Self {
        Self::new(["prod", "production", "prd", "live"])
    }
}

/// What looks like production. As text it is English; the dialogs have words of their own for each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProductionSign {
    /// A person said so of the connection.
    MarkedConnection,
    Stream(String),
    Function(String),
    Account(String),
    Profile(String),
    Tag {
        key: String,
        value: String,
    },
    /// They may say so.
    UnreadableTags,
}

impl fmt::Display for ProductionSign {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MarkedConnection => f.write_str("the connection, which is marked as production"),
            Self::Stream(name) => write!(f, "the stream {name}"),
            Self::Function(name) => write!(f, "the function {name}"),
            Self::Account(account) => write!(f, "the account {account}"),
            Self::Profile(name) => write!(f, "the profile {name}"),
            Self::Tag { key, value } => write!(f, "the tag {key}={value}"),
            Self::UnreadableTags => f.write_str("its tags, which cannot be read"),
        }
    }
}

/// What looks like production; `None` where nothing does. Tags count by their values: `env=prod`.
pub fn looks_like_production(
    patterns: &ProductionPatterns,
    account: &str,
    profile: Option<&str>,
    stream: &str,
    tags: &[Tag],
) -> Option<ProductionSign> {
    if patterns.is_marked {
        return Some(ProductionSign::MarkedConnection);
    }
    let fits = |text: &str| patterns.fit(text);
    if fits(stream) {
        return Some(ProductionSign::Stream(stream.to_owned()));
    }
    if fits(account) {
        return Some(ProductionSign::Account(account.to_owned()));
    }
    if let Some(profile) = profile.filter(|profile| fits(profile)) {
        return Some(ProductionSign::Profile(profile.to_owned()));
    }
    let tag = tags.iter().find(|tag| fits(&tag.value));
    tag.map(|tag| ProductionSign::Tag {
        key: tag.key.clone(),
        value: tag.value.clone(),
    })
}

fn pattern_fits(pattern: &str, text: &str) -> bool {
    let text = text.to_lowercase();
    let words = text.split(|c: char| !c.is_alphanumeric());
    glob_fits(pattern, &text)
        || words.filter(|word| !word.is_empty()).any(|word| {
            let bare = word.trim_end_matches(|c: char| c.is_ascii_digit());
            glob_fits(pattern, word) || (!bare.is_empty() && glob_fits(pattern, bare))
        })
}

/// `*` is any characters, also none. The pieces between the stars are looked for from left to right.
fn glob_fits(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else {
        return pattern == text;
    };
    let Some(mut text) = text.strip_prefix(head) else {
        return false;
    };
    let (middle, tail) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match text.find(piece) {
            Some(at) => text = &text[at + piece.len()..],
            None => return false,
        }
    }
    text.ends_with(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream(name: &str) -> bool {
        looks_like_production(
            &ProductionPatterns::default(),
            "123456789012",
            None,
            name,
            &[],
        )
        .is_some()
    }

    #[test]
    fn whole_words_in_any_case() {
        for name in [
            "prod",
            "orders-prod",
            "PROD2.orders",
            "eu_Production",
            "live-orders",
        ] {
            assert!(stream(name), "{name}");
        }
        for name in [
            "products",
            "delivery",
            "orders",
            "prod-uct".replace('-', "").as_str(),
        ] {
            assert!(!stream(name), "{name}");
        }
    }

    #[test]
    fn account_profile_and_tags_count_too() {
        let patterns = ProductionPatterns::new(["prod", "99999999*", "  "]);
        let sign = |account: &str, profile: Option<&str>, tag: &str| {
            let tags = [Tag {
                key: "env".into(),
                value: tag.into(),
            }];
            looks_like_production(&patterns, account, profile, "orders", &tags)
                .map(|sign| sign.to_string())
        };
        assert_eq!(sign("111111111111", Some("dev"), "test"), None);
        assert_eq!(
            sign("999999990001", None, "test").as_deref(),
            Some("the account 999999990001")
        );
        assert_eq!(
            sign("111111111111", Some("acme-prod"), "test").as_deref(),
            Some("the profile acme-prod")
        );
        assert_eq!(
            sign("111111111111", None, "Prod").as_deref(),
            Some("the tag env=Prod")
        );
    }

    #[test]
    fn stars_stand_for_anything() {
        assert!(glob_fits("a*c*e", "abcde") && glob_fits("*", "") && glob_fits("a*", "a"));
        assert!(!glob_fits("a*c*e", "abde") && !glob_fits("ab*ba", "aba"));
    }
}
