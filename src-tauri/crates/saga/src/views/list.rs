//! The list of sagas: filtered, searched, sorted, a page at a time.
//!
//! Filters and orders use what is kept of each saga; only the rows of the page are judged anew.

use crate::{
    engine::Engine,
    event::ShortHash,
    finding::FindingKind,
    saga::{NamedId, Saga, SagaId, key},
    summary::{Summary, Waiting},
    verdict::{Awaited, Flags, Status, StepState},
};
use record::Millis;
use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

/// Which sagas; what is not asked for does not matter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFilter {
    /// Any of these.
    pub statuses: Vec<Status>,
    /// All flags that are set here.
    pub flags: Flags,
    /// Any of these codes of findings.
    pub findings: Vec<String>,
    /// What is awaited, as the list shows it: an event type.
    pub waiting_for: Option<String>,
    /// A stream that has events of the saga.
    pub stream: Option<String>,
    pub min_events: Option<u32>,
    pub variant: Option<u64>,
    /// From this start, and before the other.
    pub started_from: Option<Millis>,
    pub started_before: Option<Millis>,
    pub min_duration_millis: Option<i64>,
    pub max_duration_millis: Option<i64>,
    /// Occurs in the key or an alias, in capital letters or not.
    pub text: String,
    /// Only these, as the engine has them at this moment: found out by what lies behind their events.
    pub only: Option<Arc<HashSet<SagaId>>>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SortBy {
    #[default]
    Started,
    Last,
    Duration,
    Status,
    Key,
    Events,
    Findings,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListRow {
    pub id: SagaId,
    pub key: NamedId,
    pub life: u32,
    pub status: Status,
    pub flags: Flags,
    pub waiting_for: Option<String>,
    pub started: Millis,
    pub ended: Option<Millis>,
    pub last: Millis,
    pub duration_millis: i64,
    pub events: u32,
    pub streams: Vec<String>,
    pub findings: u32,
    pub variant: u64,
    pub steps: Vec<StepState>,
    /// The type of its last event.
    pub last_event: String,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListPage {
    /// How many pass the filter.
    pub total: usize,
    pub rows: Vec<ListRow>,
}

pub fn list(
    engine: &Engine,
    filter: &ListFilter,
    sort: SortBy,
    descending: bool,
    range: Range<usize>,
) -> ListPage {
    let mut matching: Vec<(SagaId, &Summary)> = matching(engine, filter).collect();
    sort_rows(engine, &mut matching, sort, descending);
    let end = range.end.min(matching.len());
    let page = &matching[range.start.min(end)..end];
    ListPage {
        total: matching.len(),
        rows: page
            .iter()
            .map(|&(id, summary)| row(engine, id, summary))
            .collect(),
    }
}

/// Every saga as a row, in the order of the engine, from what is kept of it: nothing is judged, and the states of its
/// steps are left out. Ends once `take` wants no more.
pub fn kept_rows(engine: &Engine, mut take: impl FnMut(ListRow) -> bool) {
    let mut of_group = (u32::MAX, Vec::new());
    for (id, summary) in engine.summaries() {
        if of_group.0 != id.group {
            of_group = (id.group, engine.last_events(id.group));
        }
        let row = ListRow {
            last_event: of_group
                .1
                .get(id.part as usize)
                .copied()
                .unwrap_or_default()
                .to_owned(),
            ..told(
                engine,
                None,
                id,
                key(engine, id.group, summary.key),
                summary,
            )
        };
        if !take(row) {
            return;
        }
    }
}

/// The names of all sagas that pass a filter: keys and lives, which stay when more events come in.
pub fn names(engine: &Engine, filter: &ListFilter) -> Vec<(String, u32)> {
    let name = |(id, _)| engine.name_of(id).map(|(key, life)| (key.text, life));
    matching(engine, filter).filter_map(name).collect()
}

/// The sagas that pass a filter, in the order of the engine.
pub(crate) fn matching<'a>(
    engine: &'a Engine,
    filter: &ListFilter,
) -> impl Iterator<Item = (SagaId, &'a Summary)> + use<'a> {
    let test = Test::new(engine, filter);
    engine
        .summaries()
        .filter(move |&(id, summary)| test.passes(id, summary))
}

/// A filter, made ready for many sagas.
struct Test {
    filter: ListFilter,
    finding_kinds: u32,
    waiting_for: Option<Vec<Waiting>>,
    streams: u64,
    carriers: Option<HashMap<u32, Carriers>>,
    can_match: bool,
}

impl Test {
    fn new(engine: &Engine, filter: &ListFilter) -> Self {
        let bit = |code: &String| FindingKind::CODES.iter().position(|known| known == code);
        let finding_kinds = filter
            .findings
            .iter()
            .filter_map(bit)
            .fold(0, |kinds, bit| kinds | 1 << bit);
        let waiting_for = filter
            .waiting_for
            .as_deref()
            .map(|text| awaited_as(engine, text));
        let named = filter.stream.as_deref().map(|name| {
            engine
                .streams()
                .named(name)
                .fold(0u64, |streams, stream| streams | 1 << stream.0.min(63))
        });
        let text = filter.text.trim();
        Self {
            can_match: waiting_for.as_ref().is_none_or(|ways| !ways.is_empty())
                && named != Some(0)
                && (filter.findings.is_empty() || finding_kinds != 0),
            finding_kinds,
            waiting_for,
            streams: named.unwrap_or(0),
            carriers: (!text.is_empty()).then(|| carriers(engine, text)),
            filter: filter.clone(),
        }
    }

    fn passes(&self, id: SagaId, summary: &Summary) -> bool {
        let filter = &self.filter;
        let (wanted, set) = (filter.flags, summary.flags);
        let has_flags = (!wanted.overdue || set.overdue)
            && (!wanted.stuck || set.stuck)
            && (!wanted.late || set.late)
            && (!wanted.orphan || set.orphan)
            && (!wanted.unknown || set.unknown);
        let is_one_of =
            |ways: &Vec<Waiting>| summary.waiting.is_some_and(|one| ways.contains(&one));
        let duration = summary.duration_millis();
        self.can_match
            && has_flags
            && filter.only.as_ref().is_none_or(|only| only.contains(&id))
            && (filter.statuses.is_empty() || filter.statuses.contains(&summary.status))
            && (self.finding_kinds == 0 || self.finding_kinds & summary.finding_kinds != 0)
            && (self.streams == 0 || self.streams & summary.streams != 0)
            && self.waiting_for.as_ref().is_none_or(is_one_of)
            && filter
                .variant
                .is_none_or(|variant| variant == summary.variant)
            && filter
                .started_from
                .is_none_or(|from| summary.started >= from)
            && filter
                .started_before
                .is_none_or(|before| summary.started < before)
            && filter
                .min_events
                .is_none_or(|least| summary.events >= least)
            && filter
                .min_duration_millis
                .is_none_or(|least| duration >= least)
            && filter
                .max_duration_millis
                .is_none_or(|most| duration <= most)
            && self
                .carriers
                .as_ref()
                .is_none_or(|groups| carries(groups.get(&id.group), id.part))
    }
}

/// Which sagas of a group carry an id that is looked for.
enum Carriers {
    All,
    Parts(Vec<u32>),
}

fn carriers(engine: &Engine, text: &str) -> HashMap<u32, Carriers> {
    let mut found: HashMap<u32, Vec<ShortHash>> = HashMap::new();
    for (group, id) in engine.groups().search(text) {
        found.entry(group).or_default().push(id);
    }
    let of_group = |(group, ids): (u32, Vec<ShortHash>)| {
        let carriers = if engine.sagas_in(group) > 1 {
            Carriers::Parts(engine.parts_with(group, &ids))
        } else {
            Carriers::All
        };
        (group, carriers)
    };
    found.into_iter().map(of_group).collect()
}

fn carries(group: Option<&Carriers>, part: u32) -> bool {
    group.is_some_and(|carriers| match carriers {
        Carriers::All => true,
        Carriers::Parts(parts) => parts.contains(&part),
    })
}

fn sort_rows(engine: &Engine, rows: &mut [(SagaId, &Summary)], sort: SortBy, descending: bool) {
    if sort == SortBy::Key {
        rows.sort_by_cached_key(|&(id, summary)| (key(engine, id.group, summary.key).text, id));
        if descending {
            rows.reverse();
        }
        return;
    }
    let by = |a: &Summary, b: &Summary| -> Ordering {
        match sort {
            SortBy::Started | SortBy::Key => a.started.cmp(&b.started),
            SortBy::Last => a.last.cmp(&b.last),
            SortBy::Duration => a.duration_millis().cmp(&b.duration_millis()),
            SortBy::Status => a.status.cmp(&b.status),
            SortBy::Events => a.events.cmp(&b.events),
            SortBy::Findings => a.findings.cmp(&b.findings),
        }
    };
    rows.sort_unstable_by(|(a_id, a), (b_id, b)| {
        let order = by(a, b).then(a_id.cmp(b_id));
        if descending { order.reverse() } else { order }
    });
}

/// A saga of the engine as a row. It is judged for it, so that the row and the saga say the same.
pub fn row_of(saga: &Saga<'_>) -> ListRow {
    let summary = Summary::new(
        &saga.judgement,
        saga.events(),
        saga.streams(),
        (0, saga.life),
    );
    let engine = saga.engine();
    told(engine, Some(saga), saga.id, saga.key.clone(), &summary)
}

fn row(engine: &Engine, id: SagaId, summary: &Summary) -> ListRow {
    let key = key(engine, id.group, summary.key);
    let saga = engine.saga(id);
    // more came in since: one row says one thing
    if let Some(saga) = saga.as_ref().filter(|_| engine.is_to_be_judged(id)) {
        return row_of(saga);
    }
    told(engine, saga.as_ref(), id, key, summary)
}

fn told(
    engine: &Engine,
    saga: Option<&Saga<'_>>,
    id: SagaId,
    key: NamedId,
    summary: &Summary,
) -> ListRow {
    let last = saga.and_then(|saga| {
        let event = saga.events().last()?;
        Some(saga.kind(event).to_owned())
    });
    let streams = engine.streams();
    let used = streams
        .all()
        .filter(|stream| summary.streams & (1 << stream.0.min(63)) != 0);
    ListRow {
        id,
        key,
        life: summary.life,
        status: summary.status,
        flags: summary.flags,
        waiting_for: summary.waiting.map(|waiting| waiting_text(engine, waiting)),
        started: summary.started,
        ended: summary.ended,
        last: summary.last,
        duration_millis: summary.duration_millis(),
        events: summary.events,
        streams: used.map(|stream| streams.name(stream).to_owned()).collect(),
        findings: summary.findings,
        variant: summary.variant,
        steps: saga.map_or_else(Vec::new, |saga| saga.judgement.steps.clone()),
        last_event: last.unwrap_or_default(),
    }
}

/// Everything whose text is this one: several steps may await events of one type.
fn awaited_as(engine: &Engine, text: &str) -> Vec<Waiting> {
    let steps = (0..engine.definition().steps.len()).map(|step| u8::try_from(step).ok());
    let ways = steps.chain([None]).flat_map(|step| {
        let of_step = [
            Awaited::Request,
            Awaited::Answer,
            Awaited::Undo,
            Awaited::Outcome,
        ];
        of_step.map(|awaited| Waiting { step, awaited })
    });
    ways.filter(|&way| waiting_text(engine, way) == text)
        .collect()
}

/// The event type that is awaited.
pub(super) fn waiting_text(engine: &Engine, waiting: Waiting) -> String {
    let definition = engine.definition();
    let step = waiting
        .step
        .and_then(|step| definition.steps.get(usize::from(step)));
    let first = |types: &Vec<String>| types.first().cloned();
    let awaited = match (waiting.awaited, step) {
        (Awaited::Request, Some(step)) => first(&step.request),
        (Awaited::Answer, Some(step)) => first(&step.success),
        (Awaited::Undo, Some(step)) => step.undo.as_ref().and_then(|undo| first(&undo.success)),
        _ => match &definition.outcomes.completed {
            crate::definition::Completed::On(types) => first(types),
            crate::definition::Completed::AllRequiredSteps => None,
        },
    };
    awaited.unwrap_or_else(|| "an outcome".to_owned())
}
