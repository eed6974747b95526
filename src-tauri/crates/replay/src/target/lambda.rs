//! A Lambda function as a target, or one in a runtime interface emulator: the very event that an event source mapping would hand over.
//!
//! As there, an event holds records of one shard of one stream, with their own sequence numbers, and a
//! function may answer with `batchItemFailures`: then the first of those and all after it are to be tried again. A
//! function that fails leaves open how far it came; what was in such an event is then handed over record by record, so
//! that one that it cannot take fails alone.

use exchange::{BatchFailures, LambdaRecord, LambdaSource, emulated_failure, lambda_event};
use kinesis::{Function, Invocation};
use publish::{Entry, Limits, Origin, Outcome, PublishError, Refusal, Target};
use record::{SequenceNumber, ShardId, StreamArn, SubSequence};
use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard, PoisonError},
};
use store::{ShardKey, Store, StoreError};

/// `Invoke` takes 6 MB; base64 makes four bytes of three, and a record's frame has some 700.
const LIMITS: Limits = Limits {
    request_records: 100,
    request_bytes: 4 << 20,
    record_bytes: 4 << 20,
};

pub struct LambdaTarget {
    function: Function,
    shards: HashMap<ShardKey, SourceShard>,
    invoke_identity_arn: String,
    /// Records of events with which the function failed.
    suspects: Mutex<HashSet<Suspect>>,
}

/// A record's shard, number and place in its aggregate.
type Suspect = (ShardKey, SequenceNumber, SubSequence);

struct SourceShard {
    id: ShardId,
    stream: StreamArn,
}

impl LambdaTarget {
    /// What it takes in one event.
    pub const LIMITS: Limits = LIMITS;

    /// The source streams' names are those in `store`. `invoke_identity_arn` is what events say about
    /// who polled: a role's ARN, by custom.
    pub fn new(
        function: Function,
        store: &Store,
        invoke_identity_arn: String,
    ) -> Result<Self, StoreError> {
        let mut shards = HashMap::new();
        for stream in store.streams()? {
            for shard in store.shards(stream.key)? {
                let source = SourceShard {
                    id: shard.shard.id,
                    stream: stream.stream.identity.arn.clone(),
                };
                shards.insert(shard.key, source);
            }
        }
        Ok(Self {
            function,
            shards,
            invoke_identity_arn,
            suspects: Mutex::default(),
        })
    }

    /// Records of one shard in their order: together, but each suspect in an event of its own.
    async fn invoke_all(&self, entries: &[(&Entry, Origin)], shard: &SourceShard) -> Vec<Outcome> {
        let is_suspect: Vec<bool> = {
            let suspects = self.suspects();
            let each = entries.iter();
            each.map(|(_, origin)| suspects.contains(&suspect(origin)))
                .collect()
        };
        let (mut outcomes, mut first) = (Vec::with_capacity(entries.len()), 0);
        while first < entries.len() {
            let mut end = first + 1;
            while !is_suspect[first] && end < entries.len() && !is_suspect[end] {
                end += 1;
            }
            let event = &entries[first..end];
            let came = self.invoke(event, shard).await;
            let mut suspects = self.suspects();
            for ((_, origin), outcome) in event.iter().zip(&came) {
                match outcome {
                    Outcome::Unclear { .. } => suspects.insert(suspect(origin)),
                    Outcome::Acknowledged { .. } => suspects.remove(&suspect(origin)),
                    Outcome::Refused { .. } => false,
                };
            }
            drop(suspects);
            outcomes.extend(came);
            first = end;
        }
        outcomes
    }

    fn suspects(&self) -> MutexGuard<'_, HashSet<Suspect>> {
        self.suspects.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Records of one shard, in one event.
    async fn invoke(&self, entries: &[(&Entry, Origin)], shard: &SourceShard) -> Vec<Outcome> {
        let source = LambdaSource {
            stream: shard.stream.clone(),
            invoke_identity_arn: self.invoke_identity_arn.clone(),
        };
        let records: Vec<LambdaRecord<'_>> = entries
            .iter()
            .map(|(entry, origin)| record_of(entry, origin, &shard.id))
            .collect();
        let all = |outcome: Outcome| vec![outcome; entries.len()];
        let event = match lambda_event(&source, &records) {
            Ok(event) => event,
            Err(error) => return all(barred("Event", error.to_string())),
        };
        let failed = |kind: String| {
            all(Outcome::Unclear {
                cause: format!("the function failed: {kind}"),
            })
        };
        match self.function.invoke(event).await {
            Invocation::Answered(answer) => match self.failure(&answer) {
                Some(kind) => failed(kind),
                None => answered(&answer, entries, &shard.id),
            },
            Invocation::Failed { kind } => failed(kind),
            Invocation::Undelivered(outcome) => all(outcome),
        }
    }

    fn failure(&self, answer: &[u8]) -> Option<String> {
        let told = self
            .function
            .is_emulated()
            .then(|| emulated_failure(answer));
        told.flatten()
    }
}

impl Target for LambdaTarget {
    fn limits(&self) -> Limits {
        LIMITS
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        Ok(self.function.require_same().await?)
    }

    async fn send(&self, entries: &[Entry], _after: Option<SequenceNumber>) -> Vec<Outcome> {
        let mut outcomes: Vec<Option<Outcome>> = vec![None; entries.len()];
        let mut by_shard: Vec<(ShardKey, Vec<usize>)> = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let Some(origin) = entry.origin else {
                let message = "only captured records can be handed to a function";
                outcomes[place] = Some(barred("NoOrigin", message.into()));
                continue;
            };
            match by_shard
                .iter_mut()
                .find(|(shard, _)| *shard == origin.shard())
            {
                Some((_, places)) => places.push(place),
                None => by_shard.push((origin.shard(), vec![place])),
            }
        }
        for (key, places) in by_shard {
            let mut group: Vec<(usize, (&Entry, Origin))> = places
                .iter()
                .filter_map(|&place| Some((place, (&entries[place], entries[place].origin?))))
                .collect();
            // as they lie on the shard, whichever lanes they came from
            group.sort_by_key(|(_, (_, origin))| (origin.sequence, origin.sub));
            let (places, group): (Vec<usize>, Vec<_>) = group.into_iter().unzip();
            let answers = match self.shards.get(&key) {
                Some(shard) => self.invoke_all(&group, shard).await,
                None => vec![barred("UnknownShard", key.to_string()); group.len()],
            };
            for (place, outcome) in places.into_iter().zip(answers) {
                outcomes[place] = Some(outcome);
            }
        }
        let unknown = || Outcome::Unclear {
            cause: "the entry was in no event".into(),
        };
        outcomes
            .into_iter()
            .map(|outcome| outcome.unwrap_or_else(unknown))
            .collect()
    }
}

fn suspect(origin: &Origin) -> Suspect {
    (origin.shard(), origin.sequence, origin.sub)
}

fn record_of<'a>(entry: &'a Entry, origin: &Origin, shard: &'a ShardId) -> LambdaRecord<'a> {
    LambdaRecord {
        partition_key: &entry.key,
        sequence: origin.sequence,
        shard,
        arrival: origin.arrival,
        data: &entry.data,
    }
}

fn answered(answer: &[u8], entries: &[(&Entry, Origin)], shard: &ShardId) -> Vec<Outcome> {
    let failures = match BatchFailures::read(answer) {
        Ok(failures) => failures.sequences,
        Err(error) => {
            let cause = error.to_string();
            return vec![Outcome::Unclear { cause }; entries.len()];
        }
    };
    let is_failed = |origin: &Origin| failures.contains(&origin.sequence.to_string());
    let first_failed = match entries.iter().position(|(_, origin)| is_failed(origin)) {
        Some(place) => place,
        // an identifier that is none of the batch's fails all of it
        None if !failures.is_empty() => 0,
        None => entries.len(),
    };
    let outcome = |(place, (_, origin)): (usize, &(&Entry, Origin))| {
        if place < first_failed {
            Outcome::Acknowledged {
                shard: shard.clone(),
                sequence: origin.sequence,
            }
        } else {
            Outcome::Refused {
                refusal: Refusal::Passing,
                code: "BatchItemFailure".into(),
                message: "the function asked for the record again".into(),
            }
        }
    };
    entries.iter().enumerate().map(outcome).collect()
}

fn barred(code: &str, message: String) -> Outcome {
    Outcome::Refused {
        refusal: Refusal::Barred,
        code: code.into(),
        message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use record::Millis;
    use store::RecordId;

    fn told(answer: &str) -> String {
        let entries: Vec<Entry> = (1..=3)
            .map(|n| Entry {
                key: "k".into(),
                explicit_hash_key: None,
                data: Bytes::new(),
                origin: Some(Origin {
                    record: RecordId(n),
                    sequence: n.to_string().parse().expect("a sequence number"),
                    sub: 0,
                    arrival: Millis(0),
                }),
            })
            .collect();
        let with: Vec<_> = entries
            .iter()
            .map(|entry| (entry, entry.origin.expect("an origin")))
            .collect();
        let shard = "shardId-000000000000".parse().expect("a shard id");
        let word = |outcome: &Outcome| match outcome {
            Outcome::Acknowledged { .. } => 'a',
            Outcome::Refused { .. } => 'r',
            Outcome::Unclear { .. } => 'u',
        };
        answered(answer.as_bytes(), &with, &shard)
            .iter()
            .map(word)
            .collect()
    }

    #[test]
    fn the_first_failed_record_and_all_after_it_are_tried_again() {
        let failed = |id: &str| format!(r#"{{"batchItemFailures":[{{"itemIdentifier":"{id}"}}]}}"#);
        assert_eq!(told("null"), "aaa");
        assert_eq!(told(&failed("2")), "arr");
        assert_eq!(told(&failed("3")), "aar");
        assert_eq!(told(&failed("")), "rrr");
        assert_eq!(told(&failed("77")), "rrr");
        assert_eq!(told(r#"{"batchItemFailures":3}"#), "uuu");
    }
}
