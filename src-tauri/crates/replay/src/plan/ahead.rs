//! A selection read ahead on another thread while its records are counted: reading and counting cost about
//! the same.

use crate::{ReplayError, SelectedRecord, SelectionReader};
use std::{
    sync::mpsc::{IntoIter, SyncSender, sync_channel},
    thread::Scope,
};

const PAGES: usize = 4;
const PAGE_RECORDS: usize = 1_024;
const PAGE_BYTES: usize = 4 << 20;

type Page = Result<Vec<SelectedRecord>, ReplayError>;

/// The selection's records in their order. Whoever stops listening ends the reading.
pub(super) fn pages<'scope>(
    scope: &'scope Scope<'scope, '_>,
    reader: SelectionReader,
) -> IntoIter<Page> {
    let (sender, pages) = sync_channel(PAGES);
    scope.spawn(move || read(reader, &sender));
    pages.into_iter()
}

fn read(mut reader: SelectionReader, pages: &SyncSender<Page>) {
    loop {
        let page = next_page(&mut reader);
        let is_last = page.as_ref().map_or(true, Vec::is_empty);
        // nobody listens any more
        if pages.send(page).is_err() || is_last {
            return;
        }
    }
}

/// Empty at the end.
fn next_page(reader: &mut SelectionReader) -> Page {
    let (mut page, mut bytes) = (Vec::new(), 0);
    while page.len() < PAGE_RECORDS && bytes < PAGE_BYTES {
        let Some(selected) = reader.next_record()? else {
            break;
        };
        bytes += selected.record.payload.len();
        page.push(selected);
    }
    Ok(page)
}
