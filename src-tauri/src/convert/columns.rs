//! Columns: the words of the wire for what the engine keeps and finds.

use crate::wire::{ColumnLayout, FieldCell, FieldKind, KeptColumn};
use engine::{Cell, CellKind};

impl From<engine::ColumnLayout> for ColumnLayout {
    fn from(layout: engine::ColumnLayout) -> Self {
        let column = |column: engine::KeptColumn| KeptColumn {
            id: column.id,
            width_px: column.width_px,
            pinned: column.is_pinned,
            shown: column.is_shown,
        };
        Self {
            streams: layout.streams,
            columns: layout.columns.into_iter().map(column).collect(),
        }
    }
}

impl From<ColumnLayout> for engine::ColumnLayout {
    fn from(layout: ColumnLayout) -> Self {
        let column = |column: KeptColumn| engine::KeptColumn {
            id: column.id,
            width_px: column.width_px,
            is_pinned: column.pinned,
            is_shown: column.shown,
        };
        Self {
            streams: layout.streams,
            columns: layout.columns.into_iter().map(column).collect(),
        }
    }
}

impl From<Cell> for FieldCell {
    fn from(cell: Cell) -> Self {
        Self {
            kind: match cell.kind {
                CellKind::Missing => FieldKind::Missing,
                CellKind::NotRead => FieldKind::NotRead,
                CellKind::Null => FieldKind::Null,
                CellKind::Bool => FieldKind::Bool,
                CellKind::Number => FieldKind::Number,
                CellKind::String => FieldKind::String,
                CellKind::Object => FieldKind::Object,
                CellKind::Array => FieldKind::Array,
            },
            text: cell.text,
            cut: cell.is_cut,
            others: cell.others,
        }
    }
}
