//! The entries of a plan for a delivery: read and composed ahead on a thread of their own, a few
//! pages at a time.
//!
//! It ends well only if it gave what was planned. A capture that lost records meanwhile, or a thread
//! that died, is an error and never a short replay.

use crate::{Composer, Plan, ReplayError, SelectionReader, Tally, plan::ReplayRequest};
use publish::{Planned, PublishError, Source};
use std::{collections::VecDeque, sync::Arc};
use store::{Payloads, Store};
use tokio::sync::mpsc;

/// Pages that wait for the delivery: with their sizes below, at most 8 MiB and one record.
const PAGES: usize = 4;
const PAGE_RECORDS: usize = 512;
const PAGE_BYTES: usize = 2 << 20;

#[derive(Debug)]
pub struct ReplaySource {
    pages: mpsc::Receiver<Page>,
    rest: VecDeque<Planned>,
    has_ended: bool,
}

#[derive(Debug)]
enum Page {
    Entries(Vec<Planned>),
    Failed(ReplayError),
    End,
}

/// What the reading thread holds.
struct Reading {
    reader: SelectionReader,
    composer: Composer,
    request: ReplayRequest,
    planned: Tally,
    pages: mpsc::Sender<Page>,
}

impl ReplaySource {
    /// Begins to read. Must be called within a tokio runtime.
    pub fn open(store: &Store, plan: &Plan) -> Result<Self, ReplayError> {
        let request = plan.request.clone();
        let (sender, pages) = mpsc::channel(PAGES);
        let reading = Reading {
            reader: request.selection.read(store, Payloads::With)?,
            composer: request.composer(store)?,
            request,
            planned: plan.tally.clone(),
            pages: sender,
        };
        tokio::task::spawn_blocking(move || reading.run());
        Ok(Self {
            pages,
            rest: VecDeque::new(),
            has_ended: false,
        })
    }
}

impl Source for ReplaySource {
    async fn pull(&mut self, max: usize) -> Result<Vec<Planned>, PublishError> {
        if self.rest.is_empty() && !self.has_ended {
            match self.pages.recv().await {
                Some(Page::Entries(entries)) => self.rest = entries.into(),
                Some(Page::End) => self.has_ended = true,
                Some(Page::Failed(error)) => return Err(failed(error)),
                None => return Err(failed(ReplayError::ReaderEnded)),
            }
        }
        let count = max.min(self.rest.len());
        Ok(self.rest.drain(..count).collect())
    }
}

fn failed(error: ReplayError) -> PublishError {
    match error {
        ReplayError::Store(error) => error.into(),
        error => PublishError::Source(Arc::new(error)),
    }
}

impl Reading {
    fn run(mut self) {
        let last = match self.read() {
            Ok(true) => Page::End,
            // nobody pulls any more
            Ok(false) => return,
            Err(error) => Page::Failed(error),
        };
        // whoever is gone needs no last word
        let _ = self.pages.blocking_send(last);
    }

    fn read(&mut self) -> Result<bool, ReplayError> {
        let targets = self.request.targets.clone();
        let mut tally = Tally::new(self.request.recipe.rules.len(), targets.as_ref());
        let (mut page, mut page_bytes) = (Vec::new(), 0);
        let mut first_at = None;
        while let Some(selected) = self.reader.next_record()? {
            let composed = self.composer.compose(&selected.record);
            if let Err(unfit) = self.composer.check(&composed) {
                tally.left_out(&unfit);
                continue;
            }
            tally.sent(&composed, targets.as_ref());
            page_bytes += composed.size_bytes;
            let first_at = *first_at.get_or_insert(selected.at);
            page.push(Planned {
                position: selected.position,
                at_millis: selected.at.since(first_at),
                entry: composed.into_entry(&selected.record),
            });
            if page.len() >= PAGE_RECORDS || page_bytes >= PAGE_BYTES {
                page_bytes = 0;
                if !self.send(std::mem::take(&mut page)) {
                    return Ok(false);
                }
            }
        }
        if !page.is_empty() && !self.send(page) {
            return Ok(false);
        }
        self.require_the_plan(&tally)
    }

    fn send(&self, page: Vec<Planned>) -> bool {
        self.pages.blocking_send(Page::Entries(page)).is_ok()
    }

    fn require_the_plan(&self, tally: &Tally) -> Result<bool, ReplayError> {
        let (planned, found) = (self.planned.records, tally.records);
        let is_planned = planned == found
            && self.planned.bytes == tally.bytes
            && self.planned.shards == tally.shards;
        if is_planned {
            Ok(true)
        } else {
            Err(ReplayError::SelectionChanged { planned, found })
        }
    }
}
