use super::saga::{changes, millis, number, safe};
use crate::wire::{
    CommandError, FoldedEvent, Number, Reducer, ReducerHow, SagaBoard, SagaCoverage, SagaFlag,
    SagaFlagCounts, SagaFlags, SagaNote, SagaPage, SagaPoint, SagaQuery, SagaRow, SagaScatter,
    SagaSearch, SagaSort, SagaStatus, SagaStatusCount, SagaSubject, SagaVariant, SagaWaiting,
    SentTraces, StepState, UnansweredCommand, UnansweredPage,
};
use engine::{
    BoardNote, BoardOverview, EntityRule, ListFilter, ListRow, Points, Reduce, SagaFilter, SortBy,
    Variant,
};
use record::Millis;

impl From<SagaSubject> for engine::SagaSubject {
    fn from(subject: SagaSubject) -> Self {
        match subject {
            SagaSubject::Saved { name } => Self::Saved(name),
            SagaSubject::Text { text } => Self::Text(text),
        }
    }
}

macro_rules! both_ways {
    ($wire:ident, $engine:path, $($variant:ident),+) => {
        impl From<$engine> for $wire {
            fn from(value: $engine) -> Self {
                match value {
                    $(<$engine>::$variant => Self::$variant,)+
                }
            }
        }

        impl From<$wire> for $engine {
            fn from(value: $wire) -> Self {
                match value {
                    $($wire::$variant => Self::$variant,)+
                }
            }
        }
    };
}

both_ways!(
    SagaStatus,
    engine::SagaStatus,
    Running,
    Completed,
    CompletedWithFindings,
    Failed,
    Compensating,
    Compensated,
    PartiallyCompensated,
    CompensationFailed
);
both_ways!(ReducerHow, Reduce, Replace, Merge, Append, Remove);

impl From<engine::SagaFlags> for SagaFlags {
    fn from(flags: engine::SagaFlags) -> Self {
        Self {
            overdue: flags.overdue,
            stuck: flags.stuck,
            late: flags.late,
            orphan: flags.orphan,
            unknown: flags.unknown,
        }
    }
}

impl From<BoardOverview> for SagaBoard {
    fn from(board: BoardOverview) -> Self {
        let sagas = board.sagas;
        let durations = sagas.durations.filter(|_| board.has_steps);
        let count = |(status, count): (engine::SagaStatus, usize)| SagaStatusCount {
            status: status.into(),
            count: number(count),
        };
        let waiting = |(event_type, count): (String, usize)| SagaWaiting {
            event_type: safe(event_type),
            count: number(count),
        };
        let coverage = |one: engine::CapturedUntil| SagaCoverage {
            stream: one.stream,
            until: one.until.map(millis),
            complete: one.is_whole,
        };
        Self {
            id: board.id.0,
            revision: Number::from_u64(board.revision),
            complete: board.is_complete,
            scanned: Number::from_u64(board.scanned),
            total: Number::from_u64(board.total),
            unrelated: Number::from_u64(board.unrelated),
            events: number(sagas.events),
            sagas: number(sagas.sagas),
            colliding: number(sagas.colliding),
            by_status: if board.has_steps {
                sagas.statuses.into_iter().map(count).collect()
            } else {
                Vec::new()
            },
            flags: SagaFlagCounts {
                overdue: number(sagas.overdue),
                stuck: number(sagas.stuck),
                late: number(sagas.late),
                orphan: number(sagas.orphan),
                unknown: number(sagas.unknown),
            },
            waiting: sagas.waiting.into_iter().map(waiting).collect(),
            p50_millis: durations.map(|durations| Number::from_i64(durations.p50)),
            p95_millis: durations.map(|durations| Number::from_i64(durations.p95)),
            p99_millis: durations.map(|durations| Number::from_i64(durations.p99)),
            coverage: board.captured.into_iter().map(coverage).collect(),
            notes: board.notes.into_iter().map(SagaNote::from).collect(),
            has_steps: board.has_steps,
        }
    }
}

impl From<BoardNote> for SagaNote {
    fn from(note: BoardNote) -> Self {
        match note {
            BoardNote::OwnFieldOnly { value, key } => Self::OwnFieldOnly {
                value: safe(value),
                key: safe(key),
            },
            BoardNote::IdsLeftOut { value } => Self::IdsLeftOut { value: safe(value) },
            BoardNote::Unrelated { records, key } => Self::Unrelated {
                records: Number::from_u64(records),
                key: safe(key),
            },
        }
    }
}

impl SagaQuery {
    /// What passes, and in which order.
    ///
    /// # Errors
    /// A variant that is no handle.
    pub fn parts(self) -> Result<(SagaFilter, (SortBy, bool)), CommandError> {
        let has = |flag: SagaFlag| self.flags.contains(&flag);
        let flags = engine::SagaFlags {
            overdue: has(SagaFlag::Overdue),
            stuck: has(SagaFlag::Stuck),
            late: has(SagaFlag::Late),
            orphan: has(SagaFlag::Orphan),
            unknown: has(SagaFlag::Unknown),
        };
        let variant = |text: String| {
            text.parse()
                .map_err(|_| CommandError::invalid(format!("“{text}” is no variant")))
        };
        let sort = match self.sort {
            SagaSort::Started => SortBy::Started,
            SagaSort::Duration => SortBy::Duration,
            SagaSort::Events => SortBy::Events,
            SagaSort::Findings => SortBy::Findings,
            SagaSort::Status => SortBy::Status,
            SagaSort::Key => SortBy::Key,
        };
        let list = ListFilter {
            statuses: self.status.into_iter().map(Into::into).collect(),
            flags,
            findings: self.findings,
            variant: self.variant.map(variant).transpose()?,
            waiting_for: self.waiting_for,
            stream: self.stream,
            min_events: self.min_events,
            min_duration_millis: self.min_duration_millis.map(Number::as_i64),
            started_from: self.started_from.map(|time| Millis(time.as_i64())),
            started_before: self.started_until.map(|time| Millis(time.as_i64())),
            text: self.search,
            max_duration_millis: None,
            only: None,
        };
        let filter = SagaFilter {
            list,
            records: self.records,
        };
        Ok((filter, (sort, self.descending)))
    }
}

impl From<engine::SagaSearch> for SagaSearch {
    fn from(search: engine::SagaSearch) -> Self {
        Self {
            searched: Number::from_u64(search.searched),
            total: Number::from_u64(search.total),
            complete: search.is_complete,
        }
    }
}

impl From<engine::SagaPage> for SagaPage {
    fn from(answer: engine::SagaPage) -> Self {
        let row = |row| SagaRow::of(row, &answer.saga);
        Self {
            revision: Number::from_u64(answer.revision),
            total: number(answer.page.total),
            of: number(answer.of),
            search: answer.search.map(SagaSearch::from),
            rows: answer.page.rows.into_iter().map(row).collect(),
        }
    }
}

impl SagaRow {
    pub fn of(row: ListRow, saga: &str) -> Self {
        Self {
            key: safe(row.key.text),
            life: row.life,
            saga: safe(saga.to_owned()),
            status: row.status.into(),
            flags: row.flags.into(),
            waiting_for: row.waiting_for.map(safe),
            started_at: millis(row.started),
            duration_millis: Number::from_i64(row.duration_millis),
            ended: row.ended.is_some(),
            events: Number::from_u64(row.events.into()),
            streams: row.streams,
            findings: Number::from_u64(row.findings.into()),
            steps: row.steps.into_iter().map(StepState::from).collect(),
        }
    }
}

impl SagaVariant {
    pub fn all(variants: Vec<Variant>) -> Vec<Self> {
        let sagas: usize = variants.iter().map(|variant| variant.sagas).sum();
        let row = |variant: Variant| Self {
            id: variant.variant.to_string(),
            path: variant.path.0.into_iter().map(safe).collect(),
            count: number(variant.sagas),
            share: Number::from_rate(variant.sagas as f64 / sagas.max(1) as f64),
            p50_millis: Number::from_i64(variant.durations.p50),
            p95_millis: Number::from_i64(variant.durations.p95),
            p99_millis: Number::from_i64(variant.durations.p99),
        };
        variants.into_iter().map(row).collect()
    }
}

impl From<engine::SentTraces> for SentTraces {
    fn from(sent: engine::SentTraces) -> Self {
        Self {
            sent: Number::from_u64(sent.sagas as u64),
            refused_spans: Number::from_u64(sent.rejected_spans),
            message: sent.message,
        }
    }
}

impl From<Points> for SagaScatter {
    fn from(points: Points) -> Self {
        let point = |point: engine::Point| SagaPoint {
            key: safe(point.key.text),
            life: point.life,
            started_at: millis(point.started),
            duration_millis: Number::from_i64(point.duration_millis),
            status: point.status.into(),
        };
        Self {
            sampled: points.points.len() < points.total,
            total: number(points.total),
            points: points.points.into_iter().map(point).collect(),
        }
    }
}

impl From<engine::UnansweredPage> for UnansweredPage {
    fn from(page: engine::UnansweredPage) -> Self {
        let row = |row: engine::UnansweredCommand| UnansweredCommand {
            record: row.record.0.to_string(),
            event_type: safe(row.kind),
            key: safe(row.key.text),
            life: row.life,
            at: millis(row.sent),
            due_at: millis(row.due),
            stream: row.stream,
            known: row.is_known,
            late_by_millis: row.late_by_millis.map(Number::from_i64),
        };
        Self {
            total: number(page.total),
            rows: page.rows.into_iter().map(row).collect(),
        }
    }
}

impl From<Reducer> for EntityRule {
    fn from(reducer: Reducer) -> Self {
        Self {
            kind: reducer.event_type,
            reduce: reducer.how.into(),
            path: reducer.path,
        }
    }
}

impl From<engine::FoldedEvent> for FoldedEvent {
    fn from(event: engine::FoldedEvent) -> Self {
        Self {
            record: event.record.0.to_string(),
            event_type: safe(event.kind),
            at: millis(event.at),
            changes: changes(event.changes),
            state: event.state,
        }
    }
}
