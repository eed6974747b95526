//! From what a person wants to what `replay` plans: texts are read, the selection is pinned, the target
//! is asked for its shards. Nothing is sent but questions.

use super::wanted::{
    KeptInto, ReplayInto, ReplaySetup, WantedChange, WantedChoice, WantedRecords, WantedReplay,
    WantedRule,
};
use crate::{
    ConnectionId, Engine, EngineError,
    connections::Origin,
    engine::{blocking, now},
    sequence_number,
    streams::stream_name,
};
use decode::Path;
use kinesis::{FunctionName, RecordDistribution, RuntimeEmulator, WriteError};
use publish::Limits;
use query::{Clock, Filter};
use record::{HashKey, Millis, StreamIdentity};
use replay::{
    Chosen, FileTarget, LambdaTarget, PinnedSelection, Recipe, ReplayRequest, Selection,
    TargetShards,
    transform::{JsonValue, NamedRule, Places, Rule, Seed},
};
use std::{fmt::Display, str::FromStr};
use store::{CaptureId, Payloads, RecordId, ShardKey, Store};

/// A target as it was found.
pub(super) struct FoundTarget {
    pub kept: KeptInto,
    pub stream: Option<StreamIdentity>,
    pub shards: Option<TargetShards>,
    pub limits: Limits,
}

impl FoundTarget {
    fn function(kept: KeptInto) -> Self {
        Self {
            kept,
            stream: None,
            shards: None,
            limits: LambdaTarget::LIMITS,
        }
    }
}

impl Engine {
    /// Looks at the target: a stream's incarnation, open shards and limits.
    pub(super) async fn find_target(&self, into: &ReplayInto) -> Result<FoundTarget, EngineError> {
        match into {
            ReplayInto::Stream { connection, stream } => {
                self.find_stream(*connection, stream).await
            }
            ReplayInto::File { path, format } => Ok(FoundTarget {
                kept: KeptInto::File {
                    path: path.clone(),
                    format: *format,
                },
                stream: None,
                shards: None,
                limits: FileTarget::LIMITS,
            }),
            ReplayInto::Function {
                connection,
                function,
            } => {
                let opened = self.connection(*connection)?;
                input(function.parse::<FunctionName>())?;
                Ok(FoundTarget::function(KeptInto::Function {
                    through: Origin::of(&opened),
                    function: function.clone(),
                }))
            }
            ReplayInto::LocalFunction { address } => {
                let address: RuntimeEmulator = address.parse()?;
                Ok(FoundTarget::function(KeptInto::LocalFunction {
                    address: address.to_string(),
                }))
            }
        }
    }

    async fn find_stream(
        &self,
        connection: ConnectionId,
        stream: &str,
    ) -> Result<FoundTarget, EngineError> {
        let opened = self.connection(connection)?;
        let name = stream_name(stream)?;
        let summary = opened.connection.stream(&name).await?;
        let shards = opened.connection.shards(&name).await?;
        // a stream that distributes records by itself looks at no key: no shard is foreseen
        let shards = if summary.distribution == RecordDistribution::ByKey {
            let open = shards.iter().filter(|shard| shard.is_open());
            let open = open.map(|shard| (shard.id.clone(), shard.hash_range));
            Some(TargetShards::new(open)?)
        } else {
            None
        };
        Ok(FoundTarget {
            kept: KeptInto::Stream {
                through: Origin::of(&opened),
                stream: stream.to_owned(),
            },
            stream: Some(summary.identity),
            shards,
            limits: Limits::of_stream(summary.max_record_kib),
        })
    }

    /// The request of `wanted` into `target`, with the selection pinned now or before.
    pub(super) async fn request(
        &self,
        wanted: &WantedReplay,
        target: &FoundTarget,
        pinned: Option<PinnedSelection>,
    ) -> Result<ReplayRequest, EngineError> {
        let setup = wanted.setup.clone();
        let seed = self.replays().seed(setup.seed.as_deref());
        let (shards, limits, stream) =
            (target.shards.clone(), target.limits, target.stream.clone());
        let store = self.store().clone();
        let clock = self.clock();
        blocking(move || {
            let selection = match pinned {
                Some(pinned) => pinned,
                None => pin(&store, &setup.source, clock)?,
            };
            let selection = without_target(&store, selection, stream.as_ref())?;
            Ok(ReplayRequest {
                recipe: recipe(&store, &setup, &selection, seed)?,
                pacing: setup.pacing.pacing(),
                targets: shards,
                limits: limits.into(),
                selection,
            })
        })
        .await?
    }
}

pub(super) fn pin(
    store: &Store,
    source: &WantedRecords,
    clock: Clock,
) -> Result<PinnedSelection, EngineError> {
    let selection = Selection {
        captures: source.captures.iter().copied().map(CaptureId).collect(),
        chosen: chosen(&source.chosen, clock)?,
    };
    Ok(selection.pin(store)?)
}

/// A stream is never its own target: a selection that reaches into it is cut.
///
/// # Errors
/// [`WriteError::SourceIsTarget`] where nothing else is left.
fn without_target(
    store: &Store,
    selection: PinnedSelection,
    target: Option<&StreamIdentity>,
) -> Result<PinnedSelection, EngineError> {
    let streams = store.streams()?;
    let own = streams
        .into_iter()
        .find(|stream| Some(&stream.stream.identity) == target);
    let Some(own) = own else {
        return Ok(selection);
    };
    let shards = store.shards(own.key)?;
    let cut = selection.without(|shard| shards.iter().any(|own| own.key == shard));
    if cut.shards().next().is_none() {
        let stream = own.stream.name;
        return Err(WriteError::SourceIsTarget { stream }.into());
    }
    Ok(cut)
}

fn chosen(choice: &WantedChoice, clock: Clock) -> Result<Chosen, EngineError> {
    Ok(match choice {
        WantedChoice::Sequences {
            shard, first, last, ..
        } => Chosen::Sequences {
            shard: ShardKey(*shard),
            first: sequence_number(first)?,
            last: sequence_number(last)?,
        },
        WantedChoice::Time { from, until } => Chosen::Time {
            from: from.map(Millis),
            until: until.map(Millis),
        },
        WantedChoice::Filter {
            filter,
            from,
            until,
        } => {
            let filter = query::parse(filter, clock).map_err(|error| EngineError::Filter {
                at: error.at,
                message: error.message,
            })?;
            let within = match (from, until) {
                (None, None) => Filter::Everything,
                _ => Filter::Time {
                    from: from.map(Millis),
                    until: until.map(Millis),
                },
            };
            Chosen::Filter(filter.and(within))
        }
        WantedChoice::Picked { records } => {
            Chosen::Picked(records.iter().copied().map(RecordId).collect())
        }
        WantedChoice::Carrying { path, value } => Chosen::Carrying {
            path: input(path.parse())?,
            value: value.clone(),
        },
    })
}

fn recipe(
    store: &Store,
    setup: &ReplaySetup,
    selection: &PinnedSelection,
    seed: Seed,
) -> Result<Recipe, EngineError> {
    let is_open_shift = |rule: &WantedRule| {
        matches!(
            rule.change,
            WantedChange::ShiftTime {
                delta_millis: None,
                ..
            }
        )
    };
    let first = if setup.rules.iter().any(is_open_shift) {
        let mut reader = selection.read(store, Payloads::Without)?;
        reader.next_record()?.map(|selected| selected.at)
    } else {
        None
    };
    let rule = |wanted: &WantedRule| -> Result<NamedRule, EngineError> {
        let rule = rule(&wanted.change, first).map_err(|error| match error {
            EngineError::Input(why) => EngineError::Input(format!("{}: {why}", wanted.name)),
            other => other,
        });
        // a rule that is off may be unfinished
        let rule = if wanted.on {
            rule?
        } else {
            rule.unwrap_or(Rule::StripTrace)
        };
        Ok(NamedRule {
            name: wanted.name.clone(),
            is_on: wanted.on,
            rule,
        })
    };
    Ok(Recipe {
        rules: setup.rules.iter().map(rule).collect::<Result<_, _>>()?,
        seed,
        placement: setup.placement,
    })
}

fn rule(change: &WantedChange, first: Option<Millis>) -> Result<Rule, EngineError> {
    Ok(match change {
        WantedChange::ShiftTime {
            delta_millis,
            paths,
        } => Rule::ShiftTime {
            // whole seconds, so that moments of every precision keep their distances
            delta_millis: delta_millis.unwrap_or_else(|| {
                let now = now();
                now.since(first.unwrap_or(now)).div_euclid(1_000) * 1_000
            }),
            at: places(paths)?,
        },
        WantedChange::NewIds { paths, and_key } => Rule::NewIds {
            at: places(paths)?,
            and_key: *and_key,
        },
        WantedChange::Set { path, value } => Rule::Set {
            path: input(path.parse())?,
            value: json_value(value)?,
        },
        WantedChange::Remove { path } => Rule::Remove {
            path: input(path.parse())?,
        },
        WantedChange::Rename { path, name } => Rule::Rename {
            path: input(path.parse())?,
            name: name.clone(),
        },
        WantedChange::StripTrace => Rule::StripTrace,
        WantedChange::Mask { paths, and_key } => Rule::Mask {
            paths: each_path(paths)?,
            and_key: *and_key,
        },
        WantedChange::PartitionKey { expression } => Rule::PartitionKey {
            key: input(expression.parse())?,
        },
    })
}

fn places(paths: &[String]) -> Result<Places, EngineError> {
    if paths.is_empty() {
        return Ok(Places::Detected);
    }
    Ok(Places::Paths(each_path(paths)?))
}

fn each_path(paths: &[String]) -> Result<Vec<Path>, EngineError> {
    paths.iter().map(|path| input(path.parse())).collect()
}

fn json_value(text: &str) -> Result<JsonValue, EngineError> {
    match JsonValue::from_str(text) {
        Ok(value) => Ok(value),
        Err(_) => input(serde_json::Value::from(text).to_string().parse()),
    }
}

pub(super) fn input<T>(parsed: Result<T, impl Display>) -> Result<T, EngineError> {
    parsed.map_err(|error| EngineError::Input(error.to_string()))
}

/// The same seed for the same text, on every machine.
pub(super) fn seed_of(text: &str) -> Seed {
    Seed(HashKey::of_partition_key(text).0 as u64)
}
