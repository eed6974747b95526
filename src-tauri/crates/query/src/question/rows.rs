//! Rows on their way to an answer, and the first so many of them in an order.

use super::value::Value;
use std::cmp::Ordering;

#[derive(Clone, Debug)]
pub(super) struct Row {
    pub cells: Vec<Value>,
    /// The event that it is: its record's arrival and handle, and its number there. Absent where it is a group.
    pub record: Option<(i64, u64, u32)>,
}

/// Columns, and whether each is descending.
pub(super) type Order = Vec<(usize, bool)>;

/// By the columns, then the newest record first.
pub(super) fn compare(order: &Order, a: &Row, b: &Row) -> Ordering {
    by_columns(order, a, b).then_with(|| b.record.cmp(&a.record))
}

pub(super) fn by_columns(order: &Order, a: &Row, b: &Row) -> Ordering {
    static MISSING: Value = Value::Missing;
    for &(slot, is_descending) in order {
        let [a, b] = [a, b].map(|row| row.cells.get(slot).unwrap_or(&MISSING));
        let ordering = a.cmp(b);
        let ordering = if is_descending {
            ordering.reverse()
        } else {
            ordering
        };
        if ordering.is_ne() {
            return ordering;
        }
    }
    Ordering::Equal
}

#[derive(Clone, Debug)]
pub(super) struct FirstRows {
    order: Order,
    most: usize,
    rows: Vec<Row>,
    taken: u64,
}

impl FirstRows {
    pub fn new(order: Order, most: usize) -> Self {
        Self {
            order,
            most,
            rows: Vec::new(),
            taken: 0,
        }
    }

    pub fn push(&mut self, row: Row) {
        self.taken += 1;
        self.rows.push(row);
        if self.rows.len() > self.most.saturating_mul(2).max(64) {
            self.settle();
        }
    }

    pub fn merge(&mut self, other: Self) {
        self.taken += other.taken;
        self.rows.extend(other.rows);
        self.settle();
    }

    pub fn rows(&self) -> Vec<Row> {
        let mut settled = self.clone();
        settled.settle();
        settled.rows
    }

    /// How many rows there were.
    pub fn taken(&self) -> u64 {
        self.taken
    }

    fn settle(&mut self) {
        let order = &self.order;
        self.rows.sort_unstable_by(|a, b| compare(order, a, b));
        self.rows.truncate(self.most);
    }
}
