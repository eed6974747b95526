use crate::wire::{
    CoverageInterval, FieldCell, Lane, LaneCoverage, Number, PayloadFormat, RecordPage, RecordRow,
    ViewStatus,
};
use engine::{CoveredLane, LaneOverview, Page, PageRow, RecordFlags, ViewOverview};
use record::Millis;

fn time(time: Millis) -> Number {
    Number::from_i64(time.0)
}

impl From<ViewOverview> for ViewStatus {
    fn from(view: ViewOverview) -> Self {
        Self {
            view: view.id.0,
            revision: Number::from_u64(view.revision),
            matched: Number::from_u64(view.matched),
            scanned: Number::from_u64(view.scanned),
            total: Number::from_u64(view.total),
            in_part: Number::from_u64(view.in_part),
            complete: view.complete,
            from: view.extent.map(|(first, _)| time(first)),
            until: view.extent.map(|(_, last)| time(last)),
            lanes: view.lanes.into_iter().map(Lane::from).collect(),
            scan_millis: Number::from_rate(view.scan.as_secs_f64() * 1000.0),
        }
    }
}

impl From<LaneOverview> for Lane {
    fn from(lane: LaneOverview) -> Self {
        let stored = lane.shard.stored;
        let shard = stored.shard;
        Self {
            lane: stored.key.0 as u32,
            stream: lane.shard.stream.to_string(),
            short: shard.id.short().to_owned(),
            parents: shard.parents.iter().map(ToString::to_string).collect(),
            closed: shard.closed,
            shard: shard.id.to_string(),
            records: Number::from_u64(lane.records),
        }
    }
}

impl From<CoveredLane> for LaneCoverage {
    fn from(lane: CoveredLane) -> Self {
        let interval = |(from, until): (Millis, Millis)| CoverageInterval {
            from: time(from),
            until: time(until),
        };
        Self {
            lane: lane.shard.0 as u32,
            covered: lane.covered.into_iter().map(interval).collect(),
            read_on_from: lane.read_on_from.map(time),
        }
    }
}

impl From<Page> for RecordPage {
    fn from(page: Page) -> Self {
        Self {
            revision: Number::from_u64(page.revision),
            first: Number::from_u64(page.first),
            total: Number::from_u64(page.total),
            rows: page.rows.into_iter().map(RecordRow::from).collect(),
            cells: page
                .cells
                .into_iter()
                .map(|row| row.into_iter().map(FieldCell::from).collect())
                .collect(),
        }
    }
}

impl From<PageRow> for RecordRow {
    fn from(page_row: PageRow) -> Self {
        let PageRow {
            row,
            stream,
            shard,
            preview,
            is_replayed,
        } = page_row;
        Self {
            id: row.id.0.to_string(),
            arrival: time(row.arrival),
            lane: row.shard.0 as u32,
            stream,
            shard,
            sequence: row.sequence.to_string(),
            sub_sequence: row.flags.has(RecordFlags::KPL_PART).then_some(row.sub),
            partition_key: row
                .partition_key
                .as_deref()
                .map(|key| engine::safe_text(key).into_owned()),
            event_type: row
                .event_type
                .as_deref()
                .map(|name| engine::safe_text(name).into_owned()),
            size_bytes: Number::from_u64(row.size_bytes),
            format: match preview.format {
                engine::Format::Empty => PayloadFormat::Empty,
                engine::Format::Json => PayloadFormat::Json,
                engine::Format::Text => PayloadFormat::Text,
                engine::Format::Binary => PayloadFormat::Binary,
            },
            preview: preview.text,
            outside_range: row.flags.has(RecordFlags::OUTSIDE_RANGE),
            damaged_aggregate: row.flags.has(RecordFlags::DAMAGED_AGGREGATE),
            replayed: is_replayed,
        }
    }
}
