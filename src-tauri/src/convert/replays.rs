use crate::wire::{
    AfterUnclear, CommandError, Number, Placement, ReplayChosen, ReplayFileFormat, ReplayPacing,
    ReplayRequest, ReplayRule, ReplaySource, ReplayTarget, Rule, WriteTarget,
};
use engine::{
    ConnectionId, FileFormat, Rate, ReplayInto, ReplaySetup, Speed, WantedChange, WantedChoice,
    WantedPacing, WantedRecords, WantedReplay, WantedRule,
};

type Checked<T> = Result<T, CommandError>;

fn handle(text: &str) -> Checked<i64> {
    text.parse()
        .map_err(|_| CommandError::invalid(format!("“{text}” is no handle of this workspace")))
}

fn connection(text: &str) -> Checked<ConnectionId> {
    Ok(ConnectionId(handle(text)?.unsigned_abs()))
}

impl TryFrom<ReplayRequest> for WantedReplay {
    type Error = CommandError;

    fn try_from(request: ReplayRequest) -> Checked<Self> {
        Ok(Self {
            into: into(request.target)?,
            setup: ReplaySetup {
                name: request.name,
                source: source(request.source)?,
                rules: request.rules.into_iter().map(WantedRule::from).collect(),
                order: request.order.into(),
                placement: match request.placement {
                    Placement::ByKey => engine::Placement::ByKey,
                    Placement::ShardFaithful => engine::Placement::ShardFaithful,
                },
                pacing: request.pacing.try_into()?,
                after_unclear: match request.after_unclear {
                    AfterUnclear::Retry => engine::AfterUnclear::Retry,
                    AfterUnclear::Stop => engine::AfterUnclear::Stop,
                },
                seed: request.seed,
                capture_target: request.capture_target,
            },
        })
    }
}

fn into(target: ReplayTarget) -> Checked<ReplayInto> {
    Ok(match target {
        ReplayTarget::Stream { target } => ReplayInto::Stream {
            connection: connection(&target.connection)?,
            stream: target.stream,
        },
        ReplayTarget::File { path, format } => ReplayInto::File {
            path: path.into(),
            format: format.into(),
        },
        ReplayTarget::Lambda {
            connection: through,
            function,
        } => ReplayInto::Function {
            connection: connection(&through)?,
            function,
        },
        ReplayTarget::LocalLambda { address } => ReplayInto::LocalFunction { address },
    })
}

pub(crate) fn source(source: ReplaySource) -> Checked<WantedRecords> {
    let handles = |texts: Vec<String>| -> Checked<Vec<i64>> {
        texts.iter().map(|text| handle(text)).collect()
    };
    let time = |time: Option<Number>| time.map(Number::as_i64);
    Ok(WantedRecords {
        captures: handles(source.captures)?,
        chosen: match source.chosen {
            ReplayChosen::Sequences {
                lane,
                shard,
                first,
                last,
            } => WantedChoice::Sequences {
                shard: lane.into(),
                name: shard,
                first,
                last,
            },
            ReplayChosen::Time { from, until } => WantedChoice::Time {
                from: time(from),
                until: time(until),
            },
            ReplayChosen::Filter {
                filter,
                from,
                until,
            } => WantedChoice::Filter {
                filter,
                from: time(from),
                until: time(until),
            },
            ReplayChosen::Picked { records } => WantedChoice::Picked {
                records: handles(records)?,
            },
            ReplayChosen::Carrying { path, value } => WantedChoice::Carrying { path, value },
        },
    })
}

impl From<ReplayRule> for WantedRule {
    fn from(rule: ReplayRule) -> Self {
        let change = match rule.rule {
            Rule::ShiftTime {
                delta_millis,
                paths,
            } => WantedChange::ShiftTime {
                delta_millis: delta_millis.map(Number::as_i64),
                paths,
            },
            Rule::NewIds { paths, and_key } => WantedChange::NewIds { paths, and_key },
            Rule::Set { path, value } => WantedChange::Set { path, value },
            Rule::Remove { path } => WantedChange::Remove { path },
            Rule::Rename { path, name } => WantedChange::Rename { path, name },
            Rule::StripTrace => WantedChange::StripTrace,
            Rule::Mask { paths, and_key } => WantedChange::Mask { paths, and_key },
            Rule::PartitionKey { expression } => WantedChange::PartitionKey { expression },
        };
        Self {
            name: rule.name,
            on: rule.on,
            change,
        }
    }
}

impl TryFrom<ReplayPacing> for WantedPacing {
    type Error = CommandError;

    fn try_from(pacing: ReplayPacing) -> Checked<Self> {
        Ok(match pacing {
            ReplayPacing::Original {
                speed,
                longest_gap_millis,
            } => Self::Original {
                speed: Speed::try_from(speed.as_f64())
                    .map_err(|error| CommandError::invalid(error.to_string()))?,
                longest_wait_millis: longest_gap_millis.map(Number::as_u64),
            },
            ReplayPacing::Fixed { records_per_second } => Self::Fixed {
                rate: Rate::try_from(records_per_second.as_f64())
                    .map_err(|error| CommandError::invalid(error.to_string()))?,
            },
            ReplayPacing::AtOnce => Self::AtOnce,
            ReplayPacing::Step => Self::Step,
        })
    }
}

impl From<ReplayFileFormat> for FileFormat {
    fn from(format: ReplayFileFormat) -> Self {
        match format {
            ReplayFileFormat::Ndjson => Self::Ndjson,
            ReplayFileFormat::Ferrokinesis => Self::Ferrokinesis,
        }
    }
}

impl From<WantedPacing> for ReplayPacing {
    fn from(pacing: WantedPacing) -> Self {
        match pacing {
            WantedPacing::Original {
                speed,
                longest_wait_millis,
            } => Self::Original {
                speed: Number::from_rate(speed.into()),
                longest_gap_millis: longest_wait_millis.map(Number::from_u64),
            },
            WantedPacing::Fixed { rate } => Self::Fixed {
                records_per_second: Number::from_rate(rate.into()),
            },
            WantedPacing::AtOnce => Self::AtOnce,
            WantedPacing::Step => Self::Step,
        }
    }
}

impl From<WantedReplay> for ReplayRequest {
    fn from(wanted: WantedReplay) -> Self {
        let setup = wanted.setup;
        Self {
            name: setup.name,
            source: setup.source.into(),
            target: wanted.into.into(),
            rules: setup.rules.into_iter().map(ReplayRule::from).collect(),
            order: setup.order.into(),
            placement: match setup.placement {
                engine::Placement::ByKey => Placement::ByKey,
                engine::Placement::ShardFaithful => Placement::ShardFaithful,
            },
            pacing: setup.pacing.into(),
            after_unclear: match setup.after_unclear {
                engine::AfterUnclear::Stop => AfterUnclear::Stop,
                // a replay keeps no record in doubt: there is no such choice in the window
                engine::AfterUnclear::Retry | engine::AfterUnclear::Keep => AfterUnclear::Retry,
            },
            seed: setup.seed,
            capture_target: setup.capture_target,
        }
    }
}

impl From<ReplayInto> for ReplayTarget {
    fn from(into: ReplayInto) -> Self {
        match into {
            ReplayInto::Stream { connection, stream } => Self::Stream {
                target: WriteTarget {
                    connection: connection.to_string(),
                    stream,
                },
            },
            ReplayInto::File { path, format } => Self::File {
                path: path.display().to_string(),
                format: match format {
                    FileFormat::Ndjson => ReplayFileFormat::Ndjson,
                    FileFormat::Ferrokinesis => ReplayFileFormat::Ferrokinesis,
                },
            },
            ReplayInto::Function {
                connection,
                function,
            } => Self::Lambda {
                connection: connection.to_string(),
                function,
            },
            ReplayInto::LocalFunction { address } => Self::LocalLambda { address },
        }
    }
}

impl From<WantedRecords> for ReplaySource {
    fn from(source: WantedRecords) -> Self {
        let texts = |handles: Vec<i64>| handles.iter().map(ToString::to_string).collect();
        let time = |time: Option<i64>| time.map(Number::from_i64);
        Self {
            captures: texts(source.captures),
            chosen: match source.chosen {
                WantedChoice::Sequences {
                    shard,
                    name,
                    first,
                    last,
                } => ReplayChosen::Sequences {
                    lane: shard as u32,
                    shard: name,
                    first,
                    last,
                },
                WantedChoice::Time { from, until } => ReplayChosen::Time {
                    from: time(from),
                    until: time(until),
                },
                WantedChoice::Filter {
                    filter,
                    from,
                    until,
                } => ReplayChosen::Filter {
                    filter,
                    from: time(from),
                    until: time(until),
                },
                WantedChoice::Picked { records } => ReplayChosen::Picked {
                    records: texts(records),
                },
                WantedChoice::Carrying { path, value } => ReplayChosen::Carrying { path, value },
            },
        }
    }
}

impl From<WantedRule> for ReplayRule {
    fn from(wanted: WantedRule) -> Self {
        let rule = match wanted.change {
            WantedChange::ShiftTime {
                delta_millis,
                paths,
            } => Rule::ShiftTime {
                delta_millis: delta_millis.map(Number::from_i64),
                paths,
            },
            WantedChange::NewIds { paths, and_key } => Rule::NewIds { paths, and_key },
            WantedChange::Set { path, value } => Rule::Set { path, value },
            WantedChange::Remove { path } => Rule::Remove { path },
            WantedChange::Rename { path, name } => Rule::Rename { path, name },
            WantedChange::StripTrace => Rule::StripTrace,
            WantedChange::Mask { paths, and_key } => Rule::Mask { paths, and_key },
            WantedChange::PartitionKey { expression } => Rule::PartitionKey { expression },
        };
        Self {
            name: wanted.name,
            on: wanted.on,
            rule,
        }
    }
}
