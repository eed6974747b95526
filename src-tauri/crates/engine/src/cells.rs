//! What some paths lead to in a record, for a row of the table: in all of its events, as filters read them.

use crate::{Engine, shown, shown_said, views::PREVIEW_CHARS};
use decode::{Cell, PathSet, SaidEvent, cells_of_events};
use store::{Reading, searched_text};

/// So much of a payload is looked at for the cells of its row, so that a page of large ones stays quick; what may lie
/// beyond is said to be not read.
const LOOK_BYTES: usize = 64 * 1024;

impl Engine {
    pub(crate) fn cells(&self, payload: &[u8], reading: &Reading, paths: &PathSet) -> Vec<Cell> {
        if paths.is_empty() {
            return Vec::new();
        }
        let text = searched_text(payload, reading);
        let masks = self.masks();
        let said = match &text {
            Some(text) => shown_said(text, &masks),
            None => shown(payload, &masks),
        };
        let look = &said[..said.len().min(LOOK_BYTES)];
        let events = SaidEvent::all(look, text.is_some());
        cells_of_events(events, look.len() < said.len(), paths, PREVIEW_CHARS)
    }
}
