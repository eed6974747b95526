//! Which schemas were asked for, and what came of it, so that none is asked for twice or in haste. It asks nobody.

use decode::SchemaId;
use record::Millis;
use std::collections::BTreeMap;

/// Before it is asked again; each further failure in a row doubles it.
const FIRST_PAUSE_MILLIS: i64 = 30_000;
const LONGEST_PAUSE_MILLIS: i64 = 15 * 60_000;
/// What a registry does not have now it may have later, and a permission may come.
const PAUSE_OF_ANSWER_MILLIS: i64 = 5 * 60_000;
/// Ids come from records: whoever writes those must not fill the memory.
const MOST_KNOWN: usize = 4_096;

/// Why there is no schema. The window has the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegistryFault {
    /// The caller may not, or its credentials are no good.
    Denied,
    NotFound,
    Unreachable,
    /// It asked to slow down, or is out of order.
    Busy,
    /// It answered something else.
    Refused,
    /// It is another host than the one that was confirmed.
    OtherHost,
    /// No connection of the stream's captures is open.
    NotConnected,
    /// The password was for an earlier run of the program.
    SignIn,
    /// The schema came, and cannot be used.
    Unusable,
}

impl RegistryFault {
    /// Nobody was asked: looking again costs nothing.
    fn is_of_here(self) -> bool {
        matches!(self, Self::OtherHost | Self::NotConnected | Self::SignIn)
    }

    /// It would be the same with any id.
    fn is_of_whole(self) -> bool {
        matches!(self, Self::Denied | Self::Unreachable | Self::Busy)
    }

    fn pause_millis(self, failures: u32) -> i64 {
        if self.is_of_here() {
            0
        } else if self.is_of_whole() && self != Self::Denied {
            let doubled = FIRST_PAUSE_MILLIS << failures.saturating_sub(1).min(8);
            doubled.min(LONGEST_PAUSE_MILLIS)
        } else {
            PAUSE_OF_ANSWER_MILLIS
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaFailure {
    pub fault: RegistryFault,
    /// The registry's or the system's own words; safe to show.
    pub cause: String,
    /// Not before that.
    pub again_at: Millis,
    failures: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SchemaStanding {
    Asking,
    Failed(SchemaFailure),
}

/// By registry and id.
#[derive(Default)]
pub(super) struct Asked {
    by_id: BTreeMap<(String, SchemaId), SchemaStanding>,
    /// What holds for every id of a registry.
    whole: BTreeMap<String, SchemaFailure>,
}

impl Asked {
    /// Whether it is to be asked for now; then [`end`](Self::end) has to follow.
    pub fn begin(&mut self, registry: &str, id: &SchemaId, now: Millis) -> bool {
        let rests = |failure: &SchemaFailure| failure.again_at > now;
        if self.whole.get(registry).is_some_and(rests) {
            return false;
        }
        let key = (registry.to_owned(), id.clone());
        match self.by_id.get(&key) {
            Some(SchemaStanding::Asking) => return false,
            Some(SchemaStanding::Failed(failure)) if rests(failure) => return false,
            _ => {}
        }
        if self.by_id.len() >= MOST_KNOWN {
            self.by_id
                .retain(|_, standing| *standing == SchemaStanding::Asking);
        }
        self.by_id.insert(key, SchemaStanding::Asking);
        true
    }

    /// `failed`: why there is none; nothing where there is one now.
    pub fn end(
        &mut self,
        registry: &str,
        id: &SchemaId,
        failed: Option<(RegistryFault, String)>,
        now: Millis,
    ) {
        let key = (registry.to_owned(), id.clone());
        self.by_id.remove(&key);
        let Some((fault, cause)) = failed else {
            self.whole.remove(registry);
            return;
        };
        let before = self.whole.get(registry).filter(|_| fault.is_of_whole());
        let failures = before.map_or(0, |before| before.failures) + 1;
        let failure = SchemaFailure {
            fault,
            cause,
            again_at: Millis(now.0.saturating_add(fault.pause_millis(failures))),
            failures,
        };
        if fault.is_of_whole() {
            self.whole.insert(registry.to_owned(), failure);
        } else {
            self.by_id.insert(key, SchemaStanding::Failed(failure));
        }
    }

    pub fn of(&self, registry: &str, id: &SchemaId) -> Option<SchemaStanding> {
        let of_id = self.by_id.get(&(registry.to_owned(), id.clone())).cloned();
        let of_whole = || self.whole.get(registry).cloned();
        of_id.or_else(|| of_whole().map(SchemaStanding::Failed))
    }

    /// All may be asked again.
    pub fn forget(&mut self, registry: &str) {
        self.whole.remove(registry);
        self.by_id
            .retain(|(of, _), standing| of != registry || *standing == SchemaStanding::Asking);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEVEN: SchemaId = SchemaId::Confluent(7);
    const EIGHT: SchemaId = SchemaId::Confluent(8);

    fn at(seconds: i64) -> Millis {
        Millis(seconds * 1_000)
    }

    fn failed(fault: RegistryFault) -> (RegistryFault, String) {
        (fault, "cause".to_owned())
    }

    #[test]
    fn what_is_being_asked_for_is_not_asked_for_twice() {
        let mut asked = Asked::default();
        assert!(asked.begin("r", &SEVEN, at(0)));
        assert!(!asked.begin("r", &SEVEN, at(0)));
        assert!(asked.begin("r", &EIGHT, at(0)));
        assert!(asked.begin("other", &SEVEN, at(0)));
        assert_eq!(asked.of("r", &SEVEN), Some(SchemaStanding::Asking));
        asked.end("r", &SEVEN, None, at(1));
        assert_eq!(asked.of("r", &SEVEN), None);
    }

    #[test]
    fn a_registry_that_is_away_rests_for_every_id_and_longer_each_time() {
        let mut asked = Asked::default();
        let mut now = 0;
        for pause in [30, 60, 120, 240, 480, 900, 900] {
            assert!(asked.begin("r", &SEVEN, at(now)));
            asked.end(
                "r",
                &SEVEN,
                Some(failed(RegistryFault::Unreachable)),
                at(now),
            );
            assert!(!asked.begin("r", &EIGHT, at(now + pause - 1)), "{pause}");
            assert!(asked.begin("elsewhere", &SchemaId::Confluent(now as u32), at(now)));
            now += pause;
        }
        assert!(asked.begin("r", &SEVEN, at(now)));
        asked.end("r", &SEVEN, None, at(now));
        assert!(asked.begin("r", &EIGHT, at(now)));
    }

    #[test]
    fn what_it_does_not_have_is_said_of_that_id_alone() {
        let mut asked = Asked::default();
        asked.begin("r", &SEVEN, at(0));
        asked.end("r", &SEVEN, Some(failed(RegistryFault::NotFound)), at(0));
        assert!(!asked.begin("r", &SEVEN, at(299)));
        assert!(asked.begin("r", &EIGHT, at(0)));
        asked.forget("r");
        assert!(asked.begin("r", &SEVEN, at(1)));
        assert!(
            !asked.begin("r", &EIGHT, at(1)),
            "it is still being asked for"
        );
    }

    #[test]
    fn where_nobody_was_asked_it_may_be_tried_at_once() {
        let mut asked = Asked::default();
        asked.begin("r", &SEVEN, at(0));
        asked.end(
            "r",
            &SEVEN,
            Some(failed(RegistryFault::NotConnected)),
            at(0),
        );
        assert!(asked.begin("r", &SEVEN, at(0)));
    }
}
