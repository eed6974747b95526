use crate::wire::{
    CaptureRow, CaptureStart, CaptureState, CaptureStatus, CaptureStreamRow, CommandError,
    GapReason, GapRow, NewCapture, NewCaptureStream, Number, ShardProgress, ShardProgressState,
    StreamTrouble,
};
use engine::{
    CaptureFrom, CaptureOverview, CaptureProgress, CapturedStream, ConnectionId, GapOverview,
    Phase, RunState, ShardOverview, Until,
};
use record::Millis;

impl TryFrom<NewCapture> for engine::NewCapture {
    type Error = CommandError;

    fn try_from(wanted: NewCapture) -> Result<Self, CommandError> {
        let connection = wanted.connection.parse().map(ConnectionId);
        let until = match (wanted.until_time, wanted.until_count) {
            (None, None) => None,
            (Some(time), None) => Some(Until::Time(Millis(time.as_i64()))),
            (None, Some(count)) => Some(Until::Records(count.as_u64())),
            (Some(_), Some(_)) => {
                return Err(CommandError::invalid(
                    "a capture ends at a time or after a count, not both".to_owned(),
                ));
            }
        };
        Ok(Self {
            connection: connection
                .map_err(|_| CommandError::invalid("no connection was named".to_owned()))?,
            name: wanted
                .name
                .map(|name| name.trim().to_owned())
                .filter(|name| !name.is_empty()),
            streams: wanted
                .streams
                .into_iter()
                .map(TryFrom::try_from)
                .collect::<Result<_, _>>()?,
            until,
        })
    }
}

impl TryFrom<NewCaptureStream> for engine::NewCaptureStream {
    type Error = CommandError;

    fn try_from(wanted: NewCaptureStream) -> Result<Self, CommandError> {
        let start = match wanted.start {
            CaptureStart::TrimHorizon => CaptureFrom::TrimHorizon,
            CaptureStart::Latest => CaptureFrom::Latest,
            CaptureStart::AtTimestamp { at } => CaptureFrom::Timestamp(Millis(at.as_i64())),
            CaptureStart::AtSequenceNumber { sequence } => {
                CaptureFrom::AtSequence(engine::sequence_number(&sequence)?)
            }
            CaptureStart::AfterSequenceNumber { sequence } => {
                CaptureFrom::AfterSequence(engine::sequence_number(&sequence)?)
            }
        };
        Ok(Self {
            stream: wanted.stream,
            shards: wanted.shards,
            start,
        })
    }
}

impl From<CaptureOverview> for CaptureRow {
    fn from(capture: CaptureOverview) -> Self {
        let (state, reason, hint) = match capture.state {
            RunState::Running => (CaptureState::Running, None, None),
            RunState::Paused => (CaptureState::Paused, None, None),
            RunState::Stopped => (CaptureState::Stopped, None, None),
            RunState::Finished => (CaptureState::Finished, None, None),
            RunState::Failed(trouble) => {
                let hint = Some(trouble.next_step).filter(|step| !step.is_empty());
                (CaptureState::Failed, Some(trouble.message), hint)
            }
        };
        Self {
            id: capture.stored.id.0.to_string(),
            name: capture.stored.name,
            state,
            reason,
            hint,
            connection: capture.connection,
            connection_id: capture.connection_id.map(|id| id.to_string()),
            created_at: Number::from_i64(capture.stored.created_at.0),
            records: Number::from_u64(capture.stored.records),
            streams: capture
                .streams
                .into_iter()
                .map(CaptureStreamRow::from)
                .collect(),
            troubles: capture
                .troubles
                .into_iter()
                .map(StreamTrouble::from)
                .collect(),
            gaps: Number::from_u64(capture.gaps),
            lag_millis: capture.lag_millis.map(Number::from_u64),
            expires_at: capture.expires_at.map(|at| Number::from_i64(at.0)),
            records_per_second: Number::from_rate(capture.records_per_second),
        }
    }
}

impl From<CapturedStream> for CaptureStreamRow {
    fn from(stream: CapturedStream) -> Self {
        Self {
            name: stream.name,
            arn: stream.arn,
            shards: Number::from_u64(stream.shards),
        }
    }
}

impl From<engine::StreamTrouble> for StreamTrouble {
    fn from(told: engine::StreamTrouble) -> Self {
        Self {
            stream: told.stream,
            message: told.trouble.message,
            hint: Some(told.trouble.next_step).filter(|step| !step.is_empty()),
        }
    }
}

impl From<CaptureProgress> for CaptureStatus {
    fn from(capture: CaptureProgress) -> Self {
        Self {
            capture: capture.overview.into(),
            shards: capture
                .shards
                .into_iter()
                .map(ShardProgress::from)
                .collect(),
            gaps: capture.gaps.into_iter().map(GapRow::from).collect(),
            covered: capture.is_covered,
        }
    }
}

impl From<ShardOverview> for ShardProgress {
    fn from(shard: ShardOverview) -> Self {
        let status = shard.status;
        Self {
            lane: shard.key.map(|key| key.0 as u32),
            stream: status.stream.to_string(),
            short: status.shard.short().to_owned(),
            shard: status.shard.to_string(),
            state: status.phase.into(),
            lag_millis: status.lag_millis.map(Number::from_u64),
            expires_at: status.expires_at.map(|at| Number::from_i64(at.0)),
            records_per_second: Number::from_rate(status.records_per_second),
            bytes_per_second: Number::from_rate(status.bytes_per_second),
            is_rate_of_writing: status.is_rate_of_writing,
            bytes_budget: status.bytes_per_second_budget.map(Number::from_rate),
            calls_per_second: Number::from_rate(status.calls_per_second),
            calls_budget: status.calls_per_second_budget.map(Number::from_rate),
            throttles: Number::from_u64(status.throttles),
            retries: Number::from_u64(status.retries),
            retry_at: status.backoff_until.map(|at| Number::from_i64(at.0)),
            hint: status
                .last_error
                .as_ref()
                .map(|trouble| trouble.next_step.clone())
                .filter(|step| !step.is_empty()),
            error: status.last_error.map(|trouble| trouble.message),
        }
    }
}

impl From<Phase> for ShardProgressState {
    fn from(phase: Phase) -> Self {
        match phase {
            Phase::Waiting => Self::Waiting,
            Phase::Starting => Self::Starting,
            Phase::CatchingUp => Self::CatchingUp,
            Phase::Live => Self::Live,
            Phase::BackingOff => Self::BackingOff,
            Phase::Blocked => Self::Blocked,
            Phase::Paused => Self::Paused,
            Phase::Finished => Self::Finished,
            Phase::Stopped => Self::Stopped,
            Phase::StreamGone => Self::StreamGone,
            Phase::Failed => Self::Failed,
        }
    }
}

impl From<GapOverview> for GapRow {
    fn from(overview: GapOverview) -> Self {
        let gap = overview.gap;
        Self {
            lane: gap.shard.0 as u32,
            stream: overview.stream,
            shard: overview.shard,
            from: gap.gap.from.map(|at| Number::from_i64(at.0)),
            until: gap.gap.until.map(|at| Number::from_i64(at.0)),
            reason: gap.gap.reason.into(),
        }
    }
}

impl From<engine::GapReason> for GapReason {
    fn from(reason: engine::GapReason) -> Self {
        match reason {
            engine::GapReason::Trimmed => Self::Trimmed,
            engine::GapReason::ContinuityUnproven => Self::ContinuityUnproven,
            engine::GapReason::StreamGone => Self::StreamGone,
            engine::GapReason::ReadRefused => Self::ReadRefused,
            engine::GapReason::Damaged => Self::Damaged,
        }
    }
}
