use crate::wire::{
    BadLine, BesideState, CaptureBeside, ImportedCapture, JobState, NextRecord, Number,
    RecordReplays, ReplayDifference, ReplayFinding, ReplayRow, ReplayShard, ReplayVerdict,
    ReplayedPage, ReplayedRow, ReplayedWhich, ReportFormat, SentOutcome, WriteTarget,
};
use engine::{ReplayOverview, ReplayState, ReplayedRecord, Settled};

impl From<ReplayOverview> for ReplayRow {
    fn from(replay: ReplayOverview) -> Self {
        let count = Number::from_u64;
        let counts = replay.counts;
        Self {
            id: replay.id.to_string(),
            name: replay.name,
            state: replay.state.into(),
            target: replay.target,
            started_at: Number::from_i64(replay.started_at.0),
            ended_at: replay.ended_at.map(|at| Number::from_i64(at.0)),
            planned: count(replay.planned),
            acknowledged: count(counts.acknowledged),
            in_flight: count(replay.in_flight),
            shards: replay.shards.into_iter().map(ReplayShard::from).collect(),
            shards_total: count(replay.shards_total as u64),
            refused: count(counts.refused),
            unclear: count(counts.unclear),
            may_be_doubled: count(counts.may_be_doubled),
            rate_per_second: Number::from_rate(replay.records_per_second),
            eta_millis: replay.left_millis.map(count),
            retries: count(counts.retries),
            throttles: count(counts.throttles),
            skew_millis: replay.late_millis.map(count),
            message: replay.message,
            hint: replay.hint,
            pacing: replay.pacing.into(),
            can_verify: replay.can_verify,
            next: replay.next.map(|(record, due)| NextRecord {
                record: record.to_string(),
                due_millis: due.map(count),
            }),
            writes_to: replay.writes_to.map(|(connection, stream)| WriteTarget {
                connection: connection.to_string(),
                stream,
            }),
            beside: replay.beside.map(CaptureBeside::from),
        }
    }
}

impl From<engine::ReplayShard> for ReplayShard {
    fn from(shard: engine::ReplayShard) -> Self {
        Self {
            shard: shard.shard.to_string(),
            planned: Number::from_u64(shard.planned),
            acknowledged: Number::from_u64(shard.acknowledged),
            in_flight: Number::from_u64(shard.in_flight),
        }
    }
}

impl From<engine::CaptureBeside> for CaptureBeside {
    fn from(beside: engine::CaptureBeside) -> Self {
        Self {
            capture: beside.capture.map(|capture| capture.to_string()),
            records: Number::from_u64(beside.records),
            state: match beside.state {
                engine::BesideState::Reading => BesideState::Reading,
                engine::BesideState::Read => BesideState::Read,
                engine::BesideState::Short => BesideState::Short,
            },
        }
    }
}

impl From<ReplayState> for JobState {
    fn from(state: ReplayState) -> Self {
        match state {
            ReplayState::Running => Self::Running,
            ReplayState::Paused => Self::Paused,
            ReplayState::Finished => Self::Finished,
            ReplayState::Cancelled => Self::Cancelled,
            ReplayState::Failed => Self::Failed,
            ReplayState::Interrupted => Self::Interrupted,
        }
    }
}

impl From<ReplayedWhich> for engine::ReplayedWhich {
    fn from(which: ReplayedWhich) -> Self {
        match which {
            ReplayedWhich::All => Self::All,
            ReplayedWhich::Acknowledged => Self::Acknowledged,
            ReplayedWhich::Refused => Self::Refused,
            ReplayedWhich::Unclear => Self::Unclear,
            ReplayedWhich::MayBeDoubled => Self::MayBeDoubled,
            ReplayedWhich::InFlight => Self::InFlight,
        }
    }
}

impl From<ReportFormat> for engine::ReportFormat {
    fn from(format: ReportFormat) -> Self {
        match format {
            ReportFormat::Json => Self::Json,
            ReportFormat::Csv => Self::Csv,
        }
    }
}

impl From<engine::ReplayedRecords> for ReplayedPage {
    fn from(page: engine::ReplayedRecords) -> Self {
        Self {
            total: Number::from_u64(page.total),
            rows: page.rows.into_iter().map(ReplayedRow::from).collect(),
        }
    }
}

impl From<ReplayedRecord> for ReplayedRow {
    fn from(record: ReplayedRecord) -> Self {
        let (shard, sequence) = record.place.unzip();
        Self {
            record: record.record.to_string(),
            original_stream: record.original_stream,
            original_shard: record.original_shard,
            original_sequence: record.original_sequence.to_string(),
            sub: record.sub,
            key: record.key,
            outcome: match record.outcome {
                Settled::Waiting => SentOutcome::Waiting,
                Settled::InFlight => SentOutcome::InFlight,
                Settled::Acknowledged => SentOutcome::Acknowledged,
                Settled::Refused => SentOutcome::Refused,
                Settled::Unclear => SentOutcome::Unclear,
            },
            shard: shard.map(|shard| shard.to_string()),
            sequence: sequence.map(|sequence| sequence.to_string()),
            attempts: record.attempts,
            message: record.message,
            copy: record.copy.map(|copy| copy.to_string()),
        }
    }
}

impl From<engine::RecordReplays> for RecordReplays {
    fn from(found: engine::RecordReplays) -> Self {
        Self {
            original: found.original.map(ReplayedRow::from),
            copies: found.copies.into_iter().map(ReplayedRow::from).collect(),
        }
    }
}

impl From<engine::ReplayVerdict> for ReplayVerdict {
    fn from(verdict: engine::ReplayVerdict) -> Self {
        let count = Number::from_u64;
        let finding = |example: engine::VerdictExample| ReplayFinding {
            what: match example.what {
                engine::ReplayDifference::Missing => ReplayDifference::Missing,
                engine::ReplayDifference::Extra => ReplayDifference::Extra,
                engine::ReplayDifference::Changed => ReplayDifference::Changed,
                engine::ReplayDifference::OutOfOrder => ReplayDifference::OutOfOrder,
            },
            record: example.original.map(|record| record.to_string()),
            found: Some(example.found),
            key: example.key,
        };
        Self {
            compared: count(verdict.compared),
            identical: count(verdict.identical),
            missing: count(verdict.missing),
            extra: count(verdict.extra),
            changed: count(verdict.changed),
            out_of_order: count(verdict.out_of_order),
            in_doubt: count(verdict.in_doubt),
            covered: verdict.is_covered,
            notes: verdict.notes,
            examples: verdict.examples.into_iter().map(finding).collect(),
        }
    }
}

impl ImportedCapture {
    pub fn of(path: &std::path::Path, imported: engine::ImportedCapture) -> Self {
        let bad = |line: engine::BadCaptureLine| BadLine {
            line: Number::from_u64(line.line),
            message: engine::safe_text(&line.reason).into_owned(),
        };
        Self {
            path: path.display().to_string(),
            capture: imported.capture.map(|capture| capture.to_string()),
            records: Number::from_u64(imported.records),
            shared_numbers: Number::from_u64(imported.shared_numbers),
            repeated: Number::from_u64(imported.repeated),
            bad_lines: Number::from_u64(imported.bad_lines),
            bad: imported.named_lines.into_iter().map(bad).collect(),
        }
    }
}
