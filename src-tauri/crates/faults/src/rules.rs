//! Rules: which requests are spoiled. Counting is exact, and chance is a function of the seed.

use crate::{Action, asked::Asked};
use std::collections::HashMap;

/// Requests that fit, and what becomes of those that it picks.
#[derive(Clone, Debug)]
pub struct Rule {
    operation: Option<String>,
    stream: Option<String>,
    shard: Option<String>,
    access_key: Option<String>,
    calls: Calls,
    chance: Option<(f64, u64)>,
    action: Action,
}

/// Which of the fitting requests, counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Calls {
    All,
    Nth(u64),
    First(u64),
    /// All but so many.
    After(u64),
    Every(u64),
}

/// A rule of one proxy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RuleId(pub(crate) usize);

impl Rule {
    /// Every call of an operation, as in `GetRecords`, until narrowed.
    pub fn on(operation: &str, action: Action) -> Self {
        Self {
            operation: Some(operation.to_owned()),
            ..Self::always(action)
        }
    }

    /// Every request.
    pub fn always(action: Action) -> Self {
        Self {
            operation: None,
            stream: None,
            shard: None,
            access_key: None,
            calls: Calls::All,
            chance: None,
            action,
        }
    }

    /// Only requests that name this stream, by name, ARN or iterator.
    #[must_use]
    pub fn stream(mut self, name: &str) -> Self {
        self.stream = Some(name.to_owned());
        self
    }

    /// Only requests that name this shard, by id or iterator. Puts name none: see [`crate::Entries`].
    #[must_use]
    pub fn shard(mut self, id: &str) -> Self {
        self.shard = Some(id.to_owned());
        self
    }

    /// Only requests that these credentials signed.
    #[must_use]
    pub fn signed_by(mut self, access_key: &str) -> Self {
        self.access_key = Some(access_key.to_owned());
        self
    }

    #[must_use]
    pub fn calls(mut self, calls: Calls) -> Self {
        self.calls = calls;
        self
    }

    /// Each of the requests with this probability. The n-th request of a shard falls the same way with the
    /// same seed, however the shards' requests interleave.
    #[must_use]
    pub fn chance(mut self, probability: f64, seed: u64) -> Self {
        self.chance = Some((probability, seed));
        self
    }

    fn fits(&self, asked: &Asked) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| found == Some(wanted))
        };
        is(&self.operation, Some(&asked.operation))
            && is(&self.stream, asked.stream.as_deref())
            && is(&self.shard, asked.shard.as_deref())
            && is(&self.access_key, asked.access_key.as_deref())
    }
}

impl Calls {
    fn include(self, nth: u64) -> bool {
        match self {
            Self::All => true,
            Self::Nth(only) => nth == only,
            Self::First(count) => nth <= count,
            Self::After(count) => nth > count,
            Self::Every(every) => nth.is_multiple_of(every),
        }
    }
}

/// The rules of a proxy, in the order in which they were added.
#[derive(Debug, Default)]
pub(crate) struct Rules(Vec<Counted>);

#[derive(Debug)]
struct Counted {
    rule: Rule,
    is_on: bool,
    seen: u64,
    seen_of_shard: HashMap<String, u64>,
    fired: u64,
}

/// What is to be done with one request.
#[derive(Clone, Debug)]
pub(crate) struct Verdict {
    pub rule: RuleId,
    pub action: Action,
    /// The rule's count of fitting requests, this one included.
    pub nth: u64,
}

impl Rules {
    pub fn add(&mut self, rule: Rule) -> RuleId {
        self.0.push(Counted {
            rule,
            is_on: true,
            seen: 0,
            seen_of_shard: HashMap::new(),
            fired: 0,
        });
        RuleId(self.0.len() - 1)
    }

    /// The rule picks no more; its counts stay.
    pub fn switch_off(&mut self, id: RuleId) {
        self.0[id.0].is_on = false;
    }

    pub fn switch_all_off(&mut self) {
        self.0.iter_mut().for_each(|counted| counted.is_on = false);
    }

    pub fn seen(&self, id: RuleId) -> u64 {
        self.0[id.0].seen
    }

    pub fn fired(&self, id: RuleId) -> u64 {
        self.0[id.0].fired
    }

    /// Every rule that is on counts the request if it fits; the first that picks it has it.
    pub fn judge(&mut self, asked: &Asked) -> Option<Verdict> {
        let mut verdict = None;
        for (place, counted) in self.0.iter_mut().enumerate() {
            if !counted.is_on || !counted.rule.fits(asked) {
                continue;
            }
            let picks = counted.count(asked);
            if picks && verdict.is_none() {
                counted.fired += 1;
                verdict = Some(Verdict {
                    rule: RuleId(place),
                    action: counted.rule.action.clone(),
                    nth: counted.seen,
                });
            }
        }
        verdict
    }
}

impl Counted {
    fn count(&mut self, asked: &Asked) -> bool {
        self.seen += 1;
        let shard = asked.shard.clone().unwrap_or_default();
        let shard_hash = shard.bytes().fold(0, |hash: u64, byte| {
            hash.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        let of_shard = self.seen_of_shard.entry(shard).or_default();
        *of_shard += 1;
        let falls = |(probability, seed)| share(&[seed, shard_hash, *of_shard]) < probability;
        self.rule.calls.include(self.seen) && self.rule.chance.is_none_or(falls)
    }
}

/// A number in [0, 1) that depends on the words alone: `SplitMix64` (Steele, Lea, Flood, 2014) over them.
pub(crate) fn share(words: &[u64]) -> f64 {
    let mixed = words.iter().fold(0u64, |state, word| {
        let mut z = (state ^ word).wrapping_add(0x9e37_79b9_7f4a_7c15);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    });
    (mixed >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::action::Fields;

    fn asked(operation: &str, shard: &str) -> Asked {
        Asked {
            operation: operation.to_owned(),
            stream: Some("orders".to_owned()),
            shard: Some(shard.to_owned()),
            access_key: Some("test".to_owned()),
            fields: Fields::new(),
            entries: 0,
            entry_bytes: 0,
        }
    }

    /// Which of ten reads the rule picks.
    fn picks(calls: Calls) -> Vec<u64> {
        let mut rules = Rules::default();
        rules.add(Rule::on("GetRecords", Action::throttled()).calls(calls));
        let read = asked("GetRecords", "0");
        (1..=10).filter(|_| rules.judge(&read).is_some()).collect()
    }

    #[test]
    fn calls_are_counted_from_one() {
        assert_eq!(picks(Calls::Nth(3)), [3]);
        assert_eq!(picks(Calls::First(2)), [1, 2]);
        assert_eq!(picks(Calls::After(8)), [9, 10]);
        assert_eq!(picks(Calls::Every(4)), [4, 8]);
        assert_eq!(picks(Calls::All).len(), 10);
    }

    #[test]
    fn every_rule_counts_and_the_first_has_it() {
        let mut rules = Rules::default();
        let first = rules.add(Rule::on("GetRecords", Action::throttled()).calls(Calls::Nth(2)));
        let second = rules.add(Rule::always(Action::reset_before()).shard("0"));
        for operation in ["GetRecords", "GetRecords", "PutRecord"] {
            rules.judge(&asked(operation, "0"));
        }
        rules.judge(&asked("GetRecords", "1"));
        let counts = |id| (rules.seen(id), rules.fired(id));
        assert_eq!((counts(first), counts(second)), ((3, 1), (3, 2)));
    }

    #[test]
    fn a_rule_can_be_one_signer_s() {
        let mut rules = Rules::default();
        rules.add(Rule::always(Action::throttled()).signed_by("other"));
        assert!(rules.judge(&asked("GetRecords", "0")).is_none());
        rules.add(Rule::always(Action::throttled()).signed_by("test"));
        assert!(rules.judge(&asked("GetRecords", "0")).is_some());
    }

    #[test]
    fn chance_depends_on_the_seed_and_the_shard_not_on_the_interleaving() {
        let falls = |seed, order: &[&str]| {
            let mut rules = Rules::default();
            rules.add(Rule::always(Action::throttled()).chance(0.3, seed));
            let mut fallen: Vec<(String, usize)> = Vec::new();
            let mut counts = HashMap::<&str, usize>::new();
            for shard in order {
                let count = counts.entry(shard).or_default();
                *count += 1;
                if rules.judge(&asked("GetRecords", shard)).is_some() {
                    fallen.push(((*shard).to_owned(), *count));
                }
            }
            fallen.sort();
            fallen
        };
        let in_turn: Vec<&str> = (0..400).map(|n| ["0", "1"][n % 2]).collect();
        let mut one_after_the_other = in_turn.clone();
        one_after_the_other.sort_unstable();
        let fallen = falls(7, &in_turn);
        assert_eq!(fallen, falls(7, &one_after_the_other));
        assert_ne!(fallen, falls(8, &in_turn));
        assert!((90..150).contains(&fallen.len()), "{}", fallen.len());
    }
}
