//! Records made of one message, one after the other, as they are asked for. What chance and time put into them
//! is a [`Moment`]: one that was looked at is sent as it was seen.

use crate::{
    Entry, Limits, Made, Planned, Problem, PublishError, Recipe, Source, Variables,
    clock::time_of_day,
};
use rand::{Rng, SeedableRng, rngs::StdRng};
use record::Millis;
use std::{collections::VecDeque, fmt, str::FromStr, sync::Arc};

/// Made at a time, at most; one record is made whatever its size.
const BYTES_TOGETHER: usize = 4 << 20;

/// Chance and time of a message's variables: the same moment makes the same records again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    seed: u64,
    now: Millis,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no moment of a preview")]
pub struct MomentError;

impl Moment {
    /// Another one each time.
    pub fn draw() -> Self {
        Self {
            seed: StdRng::from_os_rng().random(),
            now: time_of_day(),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.seed, self.now.0)
    }
}

impl FromStr for Moment {
    type Err = MomentError;

    fn from_str(text: &str) -> Result<Self, MomentError> {
        let (seed, now) = text.split_once('@').ok_or(MomentError)?;
        Ok(Self {
            seed: seed.parse().map_err(|_| MomentError)?,
            now: Millis(now.parse().map_err(|_| MomentError)?),
        })
    }
}

#[derive(Debug)]
pub struct Compositions {
    recipe: Recipe,
    limits: Limits,
    random: StdRng,
    now: Millis,
    /// Between the times of two records.
    every_millis: i64,
    /// Of all, those still to be made.
    left: u64,
    made: u64,
    /// Made, and not pulled yet.
    ahead: VecDeque<Entry>,
}

impl Compositions {
    /// `count` records, each with variables of its own.
    pub fn new(recipe: Recipe, limits: Limits, count: u64, moment: Moment) -> Self {
        Self {
            recipe,
            limits,
            random: StdRng::seed_from_u64(moment.seed),
            now: moment.now,
            every_millis: 0,
            left: count,
            made: 0,
            ahead: VecDeque::new(),
        }
    }

    /// For records that leave so many milliseconds after one another: the time in each is as much later. A record is
    /// made by its place, so that the same one is made again at any time.
    #[must_use]
    pub fn every(mut self, millis: u32) -> Self {
        self.every_millis = millis.into();
        self
    }

    /// Makes the first ones now: they are what will be sent.
    ///
    /// # Errors
    /// The first problem of the first record that has one.
    pub fn first(&mut self, count: usize) -> Result<&VecDeque<Entry>, Problem> {
        while self.left > 0 && self.ahead.len() < count {
            let entry = self.make()?;
            self.ahead.push_back(entry);
        }
        Ok(&self.ahead)
    }

    /// All at once, as long as they have at most so many bytes; `None` where they have more.
    ///
    /// # Errors
    /// The first problem of the first record that has one.
    pub fn all(mut self, most_bytes: usize) -> Result<Option<Vec<Entry>>, Problem> {
        let mut entries = Vec::from(std::mem::take(&mut self.ahead));
        let mut bytes: usize = entries.iter().map(Entry::size_bytes).sum();
        while self.left > 0 && bytes <= most_bytes {
            let entry = self.make()?;
            bytes += entry.size_bytes();
            entries.push(entry);
        }
        Ok((bytes <= most_bytes).then_some(entries))
    }

    /// The first of them, with its problems.
    pub fn preview(mut self) -> Made {
        self.next()
    }

    /// As many as have so many bytes, at most; one is made whatever its size. Those with a problem are left out.
    pub fn sample(mut self, most_bytes: usize) -> Vec<Entry> {
        let mut entries: Vec<Entry> = Vec::new();
        let mut bytes = 0;
        while self.left > 0 && bytes < most_bytes {
            let made = self.next();
            (self.left, self.made) = (self.left - 1, self.made + 1);
            bytes += made.entry.size_bytes().max(1);
            if made.problems.is_empty() {
                entries.push(made.entry);
            }
        }
        entries
    }

    fn make(&mut self) -> Result<Entry, Problem> {
        let mut made = self.next();
        if !made.problems.is_empty() {
            return Err(made.problems.swap_remove(0));
        }
        self.made += 1;
        self.left -= 1;
        Ok(made.entry)
    }

    fn next(&mut self) -> Made {
        let made = i64::try_from(self.made).unwrap_or(i64::MAX);
        let later = self.every_millis.saturating_mul(made);
        let mut variables = Variables {
            now: self.now.saturating_add(later),
            seq: self.made + 1,
            random: &mut self.random,
        };
        self.recipe.make(&mut variables, &self.limits)
    }
}

impl Source for Compositions {
    async fn pull(&mut self, max: usize) -> Result<Vec<Planned>, PublishError> {
        let mut planned = Vec::new();
        let mut bytes = 0;
        while planned.len() < max && bytes < BYTES_TOGETHER {
            let position = self.made - self.ahead.len() as u64;
            let entry = match self.ahead.pop_front() {
                Some(entry) => entry,
                None if self.left == 0 => break,
                None => self
                    .make()
                    .map_err(|problem| PublishError::Source(Arc::new(problem)))?,
            };
            bytes += entry.size_bytes();
            planned.push(Planned {
                position,
                at_millis: 0,
                entry,
            });
        }
        Ok(planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Encoding, Message, MessageFormat};

    fn of(text: &str, count: u64) -> Compositions {
        let message = Message {
            text: text.to_owned(),
            format: MessageFormat::Text,
            key: "k-{{seq}}".to_owned(),
            explicit_hash_key: None,
            is_literal: false,
            encoding: Encoding::None,
        };
        let recipe = message.read().expect("a recipe");
        Compositions::new(recipe, Limits::of_stream(None), count, Moment::draw())
    }

    #[tokio::test]
    async fn what_was_looked_at_is_what_is_sent_and_no_two_are_alike() {
        let mut source = of("{{uuid}}", 700);
        let first: Vec<Entry> = source.first(3).expect("three").iter().cloned().collect();
        let mut pulled = Vec::new();
        loop {
            let more = source.pull(300).await.expect("entries");
            if more.is_empty() {
                break;
            }
            pulled.extend(more);
        }
        let positions: Vec<u64> = pulled.iter().map(|planned| planned.position).collect();
        assert_eq!(positions, (0..700).collect::<Vec<_>>());
        assert!(
            first
                .iter()
                .eq(pulled.iter().take(3).map(|planned| &planned.entry))
        );
        assert_eq!(pulled[699].entry.key, "k-700");
        let payloads: std::collections::HashSet<_> =
            pulled.iter().map(|planned| &planned.entry.data).collect();
        assert_eq!(payloads.len(), 700);
    }

    #[tokio::test]
    async fn large_records_are_made_a_few_at_a_time() {
        let mut source = of(&"x".repeat(1 << 19), 20);
        assert_eq!(source.pull(512).await.expect("some").len(), 8);
        assert!(
            of(&"x".repeat(1 << 19), 20)
                .all(4 << 20)
                .expect("sound")
                .is_none()
        );
        assert_eq!(
            of("x", 20)
                .all(4 << 20)
                .expect("sound")
                .map(|all| all.len()),
            Some(20)
        );
    }

    #[test]
    fn records_that_leave_later_bear_later_times() {
        let made = of("{{now}}", 3).every(60_000).all(1 << 20);
        let made = made.expect("sound").expect("small");
        let time = |entry: &Entry| {
            let text = str::from_utf8(&entry.data).expect("text");
            text.parse::<jiff::Timestamp>().expect("a time")
        };
        let times: Vec<_> = made.iter().map(time).collect();
        for pair in times.windows(2) {
            assert_eq!(
                (pair[1] - pair[0]).total(jiff::Unit::Minute).ok(),
                Some(1.0)
            );
        }
    }

    #[test]
    fn a_moment_makes_the_same_records_again_and_another_one_others() {
        let moment = Moment::draw();
        assert_eq!(moment.to_string().parse(), Ok(moment));
        assert_eq!("7".parse::<Moment>(), Err(MomentError));
        let message = Message {
            text: "{{uuid}} {{now}}".to_owned(),
            format: MessageFormat::Text,
            key: "{{uuid}}-{{random:1..1000}}".to_owned(),
            explicit_hash_key: None,
            is_literal: false,
            encoding: Encoding::None,
        };
        let all = |moment| {
            let recipe = message.read().expect("a recipe");
            let made = Compositions::new(recipe, Limits::of_stream(None), 5, moment);
            made.all(1 << 20).expect("sound").expect("small")
        };
        assert_eq!(all(moment), all(moment));
        assert_ne!(all(moment), all(Moment::draw()));
    }
}
