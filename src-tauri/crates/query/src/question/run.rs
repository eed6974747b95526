//! A question on its way through records: pushed one by one, on several threads if need be, and
//! merged; answered at any moment.

use super::{
    Question,
    capped::Capped,
    groups::{Groups, MAX_GROUPS, Stats},
    plan::{Kept, Plan, RowStep, TableStep},
    record_fields::MAX_TEXT_BYTES,
    rows::{FirstRows, Order, Row, by_columns, compare},
    syntax::MAX_ROWS,
    table::{Note, Table, TableRow},
    value::Value,
};
use crate::{Filter, Marks, Matcher, Subject, matcher::events::Event};
use record::{Millis, SequenceNumber, ShardId};
use std::{collections::HashSet, sync::Arc};

/// What is shown of one text.
pub(super) const MAX_CELL_BYTES: usize = 4 * 1024;

#[derive(Clone, Debug)]
pub struct Run {
    plan: Arc<Plan>,
    asked: Arc<Asked>,
    kept: Keeping,
    records: u64,
    matched: u64,
    /// Rows that were made of them.
    events: u64,
}

/// The question's filter, made ready.
#[derive(Debug)]
struct Asked {
    /// What holds of a record or does not, whichever of its events is looked at.
    of_records: Matcher,
    of_events: Matcher,
    /// A record that the second does not take as a whole has no event that it takes.
    rules_out_records: bool,
}

impl Plan {
    /// Whether rows are a record's events: something in payloads is asked for.
    pub fn is_of_events(&self) -> bool {
        let looks =
            |step: &RowStep| matches!(step, RowStep::Keep(filter) if filter.looks_into_events);
        self.filter.looks_into_events()
            || self.fields.needs_payload()
            || self.before.iter().any(looks)
    }
}

impl Asked {
    fn new(filter: &Filter, is_of_events: bool) -> Self {
        let parts = match filter {
            Filter::All(parts) => parts.clone(),
            one => vec![one.clone()],
        };
        let is_of_one = |part: &Filter| part.looks_into_events() || part.asks_for_types();
        let (of_events, of_records) = parts
            .into_iter()
            .partition(|part| is_of_events && is_of_one(part));
        let of_events = Filter::All(of_events);
        Self {
            of_records: Filter::All(of_records).compile(),
            rules_out_records: !denies(&of_events),
            of_events: of_events.compile(),
        }
    }
}

/// Whether an event may pass because something is not in it that another event of its record has.
fn denies(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) | Filter::Any(parts) => parts.iter().any(denies),
        Filter::Not(inner) => inner.looks_into_events() || inner.asks_for_types(),
        _ => false,
    }
}

#[derive(Clone, Debug)]
enum Keeping {
    First(FirstRows),
    Distinct(Capped<Row>),
    Groups(Groups),
}

impl Run {
    pub fn new(question: &Question) -> Self {
        let plan = Arc::clone(&question.plan);
        let kept = match &plan.kept {
            Kept::First(order, most) => Keeping::First(FirstRows::new(order.clone(), *most)),
            Kept::Distinct(..) => Keeping::Distinct(Capped::new(MAX_GROUPS)),
            Kept::Groups(stats) => Keeping::Groups(Groups::new(stats)),
        };
        Self {
            asked: Arc::new(Asked::new(&plan.filter, plan.is_of_events())),
            plan,
            kept,
            records: 0,
            matched: 0,
            events: 0,
        }
    }

    /// Takes in a record under a handle of the caller's choice, which differs from all others and
    /// decides between records of the same arrival.
    pub fn push(&mut self, subject: &Subject<'_>, handle: u64) {
        self.records += 1;
        let asked = Arc::clone(&self.asked);
        if !asked.of_records.matches(subject) {
            return;
        }
        let before = self.events;
        if !self.plan.is_of_events() {
            let mut cells = vec![Value::Missing; self.plan.width];
            self.plan.fields.fill_own(subject, &mut cells);
            self.push_row(subject, cells, (handle, 0));
        } else if !asked.rules_out_records || asked.of_events.matches(subject) {
            subject.each_event(|event, number| {
                // the record was asked before, and is no more than this event
                let is_known = asked.rules_out_records && event.is_all;
                if is_known || asked.of_events.matches(&event.subject) {
                    self.push_event(event, (handle, number));
                }
            });
        }
        self.matched += u64::from(self.events > before);
    }

    fn push_event(&mut self, event: &Event<'_>, place: (u64, u32)) {
        let mut cells = vec![Value::Missing; self.plan.width];
        self.plan.fields.fill(event, &mut cells, MAX_TEXT_BYTES);
        self.push_row(&event.subject, cells, place);
    }

    fn push_row(
        &mut self,
        subject: &Subject<'_>,
        mut cells: Vec<Value>,
        (handle, number): (u64, u32),
    ) {
        for step in &self.plan.before {
            if !step.take(Some(subject), &mut cells) {
                return;
            }
        }
        self.events += 1;
        let row = |cells| Row {
            cells,
            record: Some((subject.arrival.0, handle, number)),
        };
        match &mut self.kept {
            Keeping::Groups(groups) => groups.push(&cells),
            Keeping::First(rows) => rows.push(row(cut(cells))),
            Keeping::Distinct(rows) => {
                if let Kept::Distinct(slots, order) = &self.plan.kept {
                    let key = key(&cells, slots);
                    let row = row(cut(cells));
                    rows.update(key, || row.clone(), |kept| keep_first(order, kept, &row));
                }
            }
        }
    }

    /// Takes in what another run of the same question took in.
    pub fn merge(&mut self, other: Self) {
        self.records += other.records;
        self.matched += other.matched;
        self.events += other.events;
        match (&mut self.kept, other.kept) {
            (Keeping::First(ours), Keeping::First(theirs)) => ours.merge(theirs),
            (Keeping::Groups(ours), Keeping::Groups(theirs)) => ours.merge(theirs),
            (Keeping::Distinct(ours), Keeping::Distinct(theirs)) => {
                if let Kept::Distinct(_, order) = &self.plan.kept {
                    ours.merge(theirs, |ours, theirs| keep_first(order, ours, &theirs));
                }
            }
            // both are of one question
            _ => {}
        }
    }

    /// The answer for what was taken in so far.
    pub fn answer(&self) -> Table {
        let mut notes = Vec::new();
        let mut rows = self.kept_rows(&mut notes);
        for step in &self.plan.after {
            take_table(step, &mut rows, &mut notes);
        }
        if rows.len() > MAX_ROWS {
            notes.push(Note::RowsLeftOut {
                shown: MAX_ROWS,
                of: rows.len() as u64,
            });
            rows.truncate(MAX_ROWS);
        }
        let mut is_cut = false;
        let rows = rows.into_iter().map(|row| {
            let cell = |slot: usize| row.cells.get(slot).cloned().unwrap_or_default();
            let mut cells: Vec<Value> = self
                .plan
                .columns
                .iter()
                .map(|(_, slot)| cell(*slot))
                .collect();
            let places = (0..).zip(&mut cells);
            let cut: Vec<usize> = places
                .filter_map(|(place, cell)| cell.cut_and_marked(MAX_CELL_BYTES).then_some(place))
                .collect();
            is_cut |= !cut.is_empty();
            TableRow {
                cells,
                record: row.record.map(|(_, handle, _)| handle),
                event: row.record.map_or(0, |(_, _, number)| number),
                cut,
            }
        });
        let rows = rows.collect();
        if is_cut {
            notes.push(Note::TextsCut {
                at_bytes: MAX_CELL_BYTES,
            });
        }
        Table {
            columns: self
                .plan
                .columns
                .iter()
                .map(|(name, _)| name.clone())
                .collect(),
            groups: self.plan.groups.clone(),
            rows,
            records: self.records,
            matched: self.matched,
            events: self.plan.is_of_events().then_some(self.events),
            notes,
        }
    }

    fn kept_rows(&self, notes: &mut Vec<Note>) -> Vec<Row> {
        match (&self.kept, &self.plan.kept) {
            (Keeping::First(first), Kept::First(_, most)) => {
                let rows = first.rows();
                // a limit that was asked for hides nothing
                if *most == MAX_ROWS && first.taken() > rows.len() as u64 {
                    notes.push(Note::RowsLeftOut {
                        shown: rows.len(),
                        of: first.taken(),
                    });
                }
                rows
            }
            (Keeping::Distinct(distinct), Kept::Distinct(_, order)) => {
                let mut rows: Vec<Row> = distinct.values().cloned().collect();
                rows.sort_unstable_by(|a, b| compare(order, a, b));
                if distinct.left_out() > 0 {
                    notes.push(Note::GroupsLeftOut {
                        kept: distinct.len(),
                        records: distinct.left_out(),
                    });
                }
                rows
            }
            (Keeping::Groups(groups), _) => grouped(groups, notes),
            // the run was made for its plan
            _ => Vec::new(),
        }
    }
}

fn grouped(groups: &Groups, notes: &mut Vec<Note>) -> Vec<Row> {
    if let Some((kept, records)) = groups.left_out() {
        notes.push(Note::GroupsLeftOut { kept, records });
    }
    for (column, error) in groups.estimates() {
        notes.push(Note::Estimated { column, error });
    }
    let rows = groups.rows().into_iter();
    rows.map(|cells| Row {
        cells,
        record: None,
    })
    .collect()
}

fn take_table(step: &TableStep, rows: &mut Vec<Row>, notes: &mut Vec<Note>) {
    match step {
        TableStep::Row(step) => rows.retain_mut(|row| step.take(None, &mut row.cells)),
        TableStep::Sort(order) => rows.sort_by(|a, b| by_columns(order, a, b)),
        TableStep::Limit(most) => rows.truncate(*most),
        TableStep::Distinct(slots) => {
            let mut seen = HashSet::new();
            rows.retain(|row| seen.insert(key(&row.cells, slots)));
        }
        TableStep::Groups(stats) => {
            let groups = group(stats, rows);
            *rows = grouped(&groups, notes);
        }
    }
}

fn group(stats: &Stats, rows: &[Row]) -> Groups {
    let mut groups = Groups::new(stats);
    for row in rows {
        groups.push(&row.cells);
    }
    groups
}

fn keep_first(order: &Order, kept: &mut Row, row: &Row) {
    if compare(order, row, kept).is_lt() {
        kept.clone_from(row);
    }
}

fn key(cells: &[Value], slots: &[usize]) -> Vec<u8> {
    let mut key = Vec::new();
    for &slot in slots {
        cells
            .get(slot)
            .unwrap_or(&Value::Missing)
            .write_key(&mut key);
    }
    key
}

/// Rows wait in memory: each of their texts is at most a little longer than what is shown.
pub(super) fn cut(mut cells: Vec<Value>) -> Vec<Value> {
    for cell in &mut cells {
        cell.cut_to(MAX_CELL_BYTES + 1);
    }
    cells
}

impl RowStep {
    /// Whether the row stays. Without a subject the row is no record any more.
    pub(super) fn take(&self, subject: Option<&Subject<'_>>, cells: &mut Vec<Value>) -> bool {
        match self {
            Self::Set(slot, formula) => set(cells, *slot, formula.value(cells)),
            Self::Extract {
                from,
                extract,
                first,
            } => {
                let from = from.value(cells);
                let text = if from.is_there() {
                    from.to_string()
                } else {
                    String::new()
                };
                for (part, value) in extract.values(&text).into_iter().enumerate() {
                    set(cells, first + part, value);
                }
            }
            Self::Keep(filter) => match subject {
                Some(subject) => return filter.takes(subject, cells),
                None => return takes_row(filter, cells),
            },
        }
        true
    }
}

/// A filter on columns alone looks at nothing of this subject.
fn takes_row(filter: &super::row_filter::RowFilter, cells: &[Value]) -> bool {
    let (Ok(shard), Ok(sequence)) = ("-".parse::<ShardId>(), "0".parse::<SequenceNumber>()) else {
        return false;
    };
    let nothing = Subject {
        arrival: Millis(0),
        stream: "",
        shard: &shard,
        partition_key: None,
        event_type: None,
        size_bytes: 0,
        sequence: &sequence,
        marks: Marks::NONE,
        payload: &[],
        text: None,
        read_by: None,
    };
    filter.takes(&nothing, cells)
}

fn set(cells: &mut Vec<Value>, slot: usize, value: Value) {
    if cells.len() <= slot {
        cells.resize(slot + 1, Value::Missing);
    }
    cells[slot] = value;
}
