//! The texts of a row as they are, for files: an answer holds their beginnings only. It decides nothing about which rows
//! there are.

use super::{
    Question,
    plan::{Kept, RowStep, TableStep},
    value::Value,
};
use crate::Subject;

/// A row's cells, and the places of those that are cut for all that.
#[derive(Clone, Debug, PartialEq)]
pub struct WholeRow {
    pub cells: Vec<Value>,
    pub cut: Vec<usize>,
}

impl Question {
    /// The cells of the row that an event of a record is, each text as long as it is but for `most_bytes`. Nothing where
    /// rows are no events.
    pub fn whole_row(
        &self,
        subject: &Subject<'_>,
        event: u32,
        most_bytes: usize,
    ) -> Option<WholeRow> {
        let plan = &self.plan;
        if matches!(plan.kept, Kept::Groups(_)) {
            return None;
        }
        let mut found = None;
        let mut fill = |subject: &Subject<'_>, mut cells: Vec<Value>| {
            for step in &plan.before {
                again(step, Some(subject), &mut cells);
            }
            found = Some(cells);
        };
        let none = vec![Value::Missing; plan.width];
        if plan.is_of_events() {
            subject.each_event(|one, number| {
                if number == event {
                    let mut cells = none.clone();
                    plan.fields.fill(one, &mut cells, most_bytes);
                    fill(&one.subject, cells);
                }
            });
        } else {
            let mut cells = none;
            plan.fields.fill_own(subject, &mut cells);
            fill(subject, cells);
        }
        let mut cells = found?;
        for step in &plan.after {
            match step {
                TableStep::Row(step) => again(step, None, &mut cells),
                TableStep::Groups(_) => return None,
                TableStep::Sort(_) | TableStep::Limit(_) | TableStep::Distinct(_) => {}
            }
        }
        let shown = plan.columns.iter();
        let shown = shown.map(|(_, slot)| cells.get(*slot).cloned().unwrap_or_default());
        let mut cells: Vec<Value> = shown.collect();
        let cut = (0..).zip(&mut cells);
        let cut = cut.filter_map(|(place, cell)| cell.cut_and_marked(most_bytes).then_some(place));
        Some(WholeRow {
            cut: cut.collect(),
            cells,
        })
    }
}

/// The row stayed when it was made.
fn again(step: &RowStep, subject: Option<&Subject<'_>>, cells: &mut Vec<Value>) {
    if !matches!(step, RowStep::Keep(_)) {
        step.take(subject, cells);
    }
}
