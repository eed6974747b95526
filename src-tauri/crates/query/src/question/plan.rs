//! From steps to what is done with each record, what is kept of them, and what is done with that.
//!
//! Steps up to the first `limit`, `dedup` or `stats` run on each record as it comes; there the rows
//! are kept, bounded; the steps behind run on what was kept whenever an answer is asked for.

use super::{
    formula::Formula,
    groups::Stats,
    pattern::Extract,
    record_fields::{RecordFields, Source},
    row_filter::{self, RowFilter},
    rows::Order,
    steps::{Column, Expression, Name, Step},
    syntax::MAX_ROWS,
    value::Value,
};
use crate::{Filter, FilterError, Number, display::field_text};
use decode::{Path, Segment};
use std::ops::Range;

#[derive(Debug)]
pub(super) struct Plan {
    /// Conditions on records alone.
    pub filter: Filter,
    pub fields: RecordFields,
    /// Cells of a row before it is kept.
    pub width: usize,
    pub before: Vec<RowStep>,
    pub kept: Kept,
    pub after: Vec<TableStep>,
    pub columns: Vec<(String, usize)>,
    /// The columns of the last `by`.
    pub groups: Vec<String>,
    /// A further `filter` looks at records, and not at rows that were kept.
    pub is_open: bool,
}

#[derive(Debug)]
pub(super) enum RowStep {
    Set(usize, Formula),
    Extract {
        from: Formula,
        extract: Extract,
        first: usize,
    },
    Keep(Box<RowFilter>),
}

#[derive(Debug)]
pub(super) enum Kept {
    First(Order, usize),
    /// The first row of each combination of cells.
    Distinct(Vec<usize>, Order),
    Groups(Stats),
}

#[derive(Debug)]
pub(super) enum TableStep {
    Row(RowStep),
    Sort(Order),
    Limit(usize),
    Distinct(Vec<usize>),
    Groups(Stats),
}

/// A plan in the making.
struct Planner {
    filter: Vec<Filter>,
    sources: Vec<(Source, usize)>,
    width: usize,
    /// Cells of the rows that are planned for now.
    cells: usize,
    before: Vec<RowStep>,
    order: Order,
    kept: Option<Kept>,
    after: Vec<TableStep>,
    /// Columns that were computed, the latest last.
    computed: Vec<(String, usize)>,
    /// After `stats` there are no records any more.
    is_grouped: bool,
    groups: Vec<String>,
    visible: Vec<(String, usize)>,
    has_fields: bool,
}

impl Plan {
    /// Whether records are looked into, and not only at what is known of them.
    pub fn needs_payload(&self) -> bool {
        let keeps = |step: &RowStep| matches!(step, RowStep::Keep(_));
        self.filter.needs_payload()
            || self.fields.needs_payload()
            // such a filter may ask for anything
            || self.before.iter().any(keeps)
    }

    pub fn new(steps: Vec<Step>) -> Result<Self, FilterError> {
        let mut planner = Planner {
            filter: Vec::new(),
            sources: Vec::new(),
            width: 0,
            cells: 0,
            before: Vec::new(),
            order: Order::new(),
            kept: None,
            after: Vec::new(),
            computed: Vec::new(),
            is_grouped: false,
            groups: Vec::new(),
            visible: Vec::new(),
            has_fields: false,
        };
        for step in steps {
            planner.step(step)?;
        }
        Ok(planner.finish())
    }
}

impl Planner {
    fn step(&mut self, step: Step) -> Result<(), FilterError> {
        match step {
            Step::Fields(columns) => {
                self.has_fields = true;
                for column in columns {
                    let slot = self.column(&column)?;
                    self.show(column.name, slot);
                }
            }
            Step::Display(names) => {
                self.has_fields = true;
                self.visible.clear();
                for (name, at) in names {
                    let slot = self.resolve(&name, &at)?;
                    self.show(field_text(&name.path), slot);
                }
            }
            Step::Filter(filter, at) => self.keep(filter, &at)?,
            Step::Parse {
                from,
                extract,
                names,
            } => self.parse(from, extract, names)?,
            Step::Sort(keys) => {
                let mut order = Order::new();
                for (expression, is_descending) in keys {
                    order.push((self.cell(&expression)?, is_descending));
                }
                self.sort(order);
            }
            Step::Limit(most) => match self.kept {
                None => self.kept = Some(Kept::First(std::mem::take(&mut self.order), most)),
                Some(_) => self.after.push(TableStep::Limit(most)),
            },
            Step::Dedup(columns) => {
                let mut slots = Vec::new();
                for column in &columns {
                    slots.push(self.column(column)?);
                }
                match self.kept {
                    None => {
                        self.kept = Some(Kept::Distinct(slots, std::mem::take(&mut self.order)));
                    }
                    Some(_) => self.after.push(TableStep::Distinct(slots)),
                }
            }
            Step::Stats { aggregates, by } => {
                let mut stats = Stats {
                    by: Vec::new(),
                    aggregates: Vec::new(),
                    names: Vec::new(),
                };
                for column in by {
                    stats.by.push(self.formula(&column.expression)?);
                    stats.names.push(column.name);
                }
                for (aggregate, of, name) in aggregates {
                    let of = of.map(|of| self.formula(&of)).transpose()?;
                    stats.aggregates.push((aggregate, of));
                    stats.names.push(name);
                }
                self.group(stats);
            }
        }
        Ok(())
    }

    /// The latest `sort` decides, and what it leaves undecided the one before it.
    fn sort(&mut self, mut order: Order) {
        if self.kept.is_some() {
            self.after.push(TableStep::Sort(order));
        } else {
            order.append(&mut self.order);
            self.order = order;
        }
    }

    fn group(&mut self, stats: Stats) {
        self.order.clear();
        self.groups = stats.names[..stats.by.len()].to_vec();
        self.computed = stats.names.iter().cloned().zip(0..).collect();
        self.visible = self.computed.clone();
        if !self.is_grouped {
            self.width = self.cells;
        }
        self.cells = self.computed.len();
        self.is_grouped = true;
        self.has_fields = true;
        match self.kept {
            None => self.kept = Some(Kept::Groups(stats)),
            Some(_) => self.after.push(TableStep::Groups(stats)),
        }
    }

    fn parse(
        &mut self,
        from: Option<Expression>,
        extract: Extract,
        names: Vec<String>,
    ) -> Result<(), FilterError> {
        let message = || Expression::Name(Name::own("@message"), 0..0);
        let from = self.formula(&from.unwrap_or_else(message))?;
        let first = self.cells;
        for name in names {
            let slot = self.new_cell();
            self.computed.push((name.clone(), slot));
            self.show(name, slot);
        }
        self.push(RowStep::Extract {
            from,
            extract,
            first,
        });
        Ok(())
    }

    fn keep(&mut self, filter: Filter, at: &Range<usize>) -> Result<(), FilterError> {
        let filter = row_filter::on_records(filter);
        let is_on_rows = self.kept.is_some();
        let is_computed = |path: &&Path| self.computed_slot(path).is_some();
        if !is_on_rows && !row_filter::paths(&filter).iter().any(is_computed) {
            self.filter.push(filter);
            return Ok(());
        }
        let filter = if is_on_rows {
            row_filter::on_columns(&filter).ok_or_else(|| FilterError {
                at: at.clone(),
                message: "after limit, dedup and stats a filter looks at columns only".to_owned(),
            })?
        } else {
            filter
        };
        let mut columns: Vec<(Path, usize)> = Vec::new();
        for path in row_filter::paths(&filter) {
            if columns.iter().any(|(known, _)| known == path) {
                continue;
            }
            let slot = match self.computed_slot(path) {
                Some(slot) => slot,
                // before anything is kept, the payload itself is at hand
                None if !is_on_rows => continue,
                None => {
                    let name = Name {
                        path: path.clone(),
                        is_rooted: false,
                    };
                    self.resolve(&name, at)?
                }
            };
            columns.push((path.clone(), slot));
        }
        self.push(RowStep::Keep(Box::new(RowFilter::new(&filter, columns))));
        Ok(())
    }

    /// The cell of a column; one that computes something, or gives another name, is a new one.
    fn column(&mut self, column: &Column) -> Result<usize, FilterError> {
        let slot = self.cell(&column.expression)?;
        let is_plain = matches!(column.expression, Expression::Name(..));
        if column.is_named || !is_plain {
            self.computed.push((column.name.clone(), slot));
        }
        Ok(slot)
    }

    fn cell(&mut self, expression: &Expression) -> Result<usize, FilterError> {
        match self.formula(expression)? {
            Formula::Cell(slot) => Ok(slot),
            formula => {
                let slot = self.new_cell();
                self.push(RowStep::Set(slot, formula));
                Ok(slot)
            }
        }
    }

    fn formula(&mut self, expression: &Expression) -> Result<Formula, FilterError> {
        Ok(match expression {
            Expression::Name(name, at) => Formula::Cell(self.resolve(name, at)?),
            Expression::Number(text) => {
                Formula::Constant(Number::parse(text).map_or(Value::Missing, Value::Number))
            }
            Expression::Text(text) => Formula::Constant(Value::Text(text.clone())),
            Expression::Bin(time, bins) => {
                Formula::Bin(Box::new(self.formula(time)?), bins.clone())
            }
            Expression::Call(function, arguments) => {
                let arguments: Result<_, _> =
                    arguments.iter().map(|part| self.formula(part)).collect();
                Formula::Call(*function, arguments?)
            }
        })
    }

    /// The cell that a name means: a computed column, else a field of the record.
    fn resolve(&mut self, name: &Name, at: &Range<usize>) -> Result<usize, FilterError> {
        if !name.is_rooted
            && let Some(slot) = self.computed_slot(&name.path)
        {
            return Ok(slot);
        }
        if self.is_grouped {
            let names: Vec<_> = self
                .computed
                .iter()
                .map(|(name, _)| name.as_str())
                .collect();
            return Err(FilterError {
                at: at.clone(),
                message: format!("expected a column of stats: {}", names.join(", ")),
            });
        }
        let source = Source::named(name);
        if let Some((_, slot)) = self.sources.iter().find(|(known, _)| *known == source) {
            return Ok(*slot);
        }
        let slot = self.new_cell();
        self.sources.push((source, slot));
        Ok(slot)
    }

    fn computed_slot(&self, path: &Path) -> Option<usize> {
        let text = field_text(path);
        let key = match path.segments() {
            [Segment::Key(key)] => key.as_str(),
            _ => text.as_str(),
        };
        let mut latest_first = self.computed.iter().rev();
        let found = latest_first.find(|(name, _)| *name == text || name == key);
        found.map(|(_, slot)| *slot)
    }

    fn new_cell(&mut self) -> usize {
        self.cells += 1;
        self.cells - 1
    }

    fn push(&mut self, step: RowStep) {
        if self.kept.is_some() {
            self.after.push(TableStep::Row(step));
        } else {
            self.before.push(step);
        }
    }

    /// A later column of the same name takes the place of the earlier one.
    fn show(&mut self, name: String, slot: usize) {
        match self.visible.iter_mut().find(|(known, _)| *known == name) {
            Some(shown) => shown.1 = slot,
            None => self.visible.push((name, slot)),
        }
    }

    fn finish(mut self) -> Plan {
        if !self.has_fields {
            let parsed = std::mem::take(&mut self.visible);
            for name in ["@timestamp", "@message"] {
                // no column was computed under these names, else it would be shown
                if let Ok(slot) = self.resolve(&Name::own(name), &(0..0)) {
                    self.show(name.to_owned(), slot);
                }
            }
            self.visible.extend(parsed);
        }
        if !self.is_grouped {
            self.width = self.cells;
        }
        let (order, is_open) = (self.order, self.kept.is_none());
        Plan {
            filter: Filter::all(self.filter),
            fields: RecordFields::new(&self.sources),
            width: self.width,
            before: self.before,
            kept: self.kept.unwrap_or(Kept::First(order, MAX_ROWS)),
            after: self.after,
            columns: self.visible,
            groups: self.groups,
            is_open,
        }
    }
}
