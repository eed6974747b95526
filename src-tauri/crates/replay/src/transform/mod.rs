//! What is changed in records on their way: named rules, each of which can be off.
//!
//! Rules edit JSON payloads by places in their source. What no rule touches keeps its exact bytes,
//! records and parts of records alike; what is no JSON is left as it is and counted. Everything is a
//! function of the rules, the seed and the record: a plan, a preview and a run see the same.

mod document;
mod edits;
mod fake;
mod ids;
mod mask;
mod members;
mod rules;
mod times;
mod words;

#[cfg(test)]
mod tests;

pub use fake::Seed;
pub use rules::{JsonValue, NamedRule, Places, Rule};

use document::Document;
use std::borrow::Cow;

/// More rules than this cannot be told apart in [`Touched`].
pub const MAX_RULES: usize = 64;

/// The rules made ready. Cheap to ask for a record, not to make.
#[derive(Clone, Debug)]
pub struct Transform {
    seed: Seed,
    rules: Vec<(usize, Rule)>,
}

/// A record after the rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transformed<'a> {
    pub key: Cow<'a, str>,
    pub data: Cow<'a, [u8]>,
    pub touched: Touched,
    /// A rule wanted to look into the payload and could not: it is no JSON, or too large to take
    /// apart.
    pub is_unreadable: bool,
}

/// Which rules changed something, by their places in the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Touched(u64);

impl Touched {
    pub fn by(self, rule: usize) -> bool {
        rule < MAX_RULES && self.0 >> rule & 1 == 1
    }

    pub fn is_untouched(self) -> bool {
        self.0 == 0
    }

    fn mark(&mut self, rule: usize) {
        if rule < MAX_RULES {
            self.0 |= 1 << rule;
        }
    }
}

impl Transform {
    /// Takes the rules that are on, in their order.
    pub fn new(rules: &[NamedRule], seed: Seed) -> Self {
        let on = rules.iter().enumerate().filter(|(_, rule)| rule.is_on);
        Self {
            seed,
            rules: on
                .map(|(place, named)| (place, named.rule.clone()))
                .collect(),
        }
    }

    /// Nothing is ever changed: payloads need not be read to know what is sent.
    pub fn is_identity(&self) -> bool {
        self.rules.is_empty()
    }

    /// Whether a record may get another partition key.
    pub fn changes_keys(&self) -> bool {
        self.rules.iter().any(|(_, rule)| rule.changes_keys())
    }

    pub fn apply<'a>(&self, key: &'a str, payload: &'a [u8]) -> Transformed<'a> {
        let mut record = Transformed {
            key: Cow::Borrowed(key),
            data: Cow::Borrowed(payload),
            touched: Touched::default(),
            is_unreadable: false,
        };
        for (place, rule) in &self.rules {
            let (new_data, new_key) = {
                let document = Document::read(&record.data);
                record.is_unreadable |= document.is_err();
                let data = document
                    .as_ref()
                    .ok()
                    .and_then(|document| rule.edit(self.seed, document).apply(&record.data));
                let key = rule.new_key(self.seed, &record.key, &record.data);
                (data, key.filter(|new| *new != record.key))
            };
            if new_data.is_some() || new_key.is_some() {
                record.touched.mark(*place);
            }
            if let Some(data) = new_data {
                record.data = Cow::Owned(data);
            }
            if let Some(key) = new_key {
                record.key = Cow::Owned(key);
            }
        }
        record
    }
}
