//! What a reader asks for: its turn, iterators, pages, and what only the stream's task knows. What follows from the
//! answers is not decided here.

use super::{
    look::is_same,
    reader::Reader,
    stream::{Ask, Question},
};
use crate::{
    shard::{EndCheck, Page, StreamCheck},
    turns::Turn,
};
use kinesis::{Connection, KinesisError, RecordsPage, ShardIterator, Start};
use record::{StreamIdentity, StreamName};
use std::{future::Future, pin::Pin, sync::Arc};
use tokio::sync::{OwnedSemaphorePermit, oneshot};

pub(super) type Request = Pin<Box<dyn Future<Output = Answer> + Send>>;

pub(super) enum Answer {
    Turn(Leave),
    Iterator(Result<ShardIterator, KinesisError>),
    Page(Result<RecordsPage, KinesisError>),
    /// There was no iterator to read with.
    Lost,
    End(EndCheck),
    Stream(StreamCheck),
}

/// What a read goes out with: its turn at the shard, and one of the run's calls at once.
pub(super) struct Leave {
    turn: Option<Turn>,
    call: Option<OwnedSemaphorePermit>,
}

impl Reader {
    pub(super) fn iterator(&self, start: Start) -> Request {
        let connection = self.shared.connection.clone();
        let (stream, shard) = (self.stream.clone(), self.shard.clone());
        Box::pin(
            async move { Answer::Iterator(connection.iterator(&stream, &shard, &start).await) },
        )
    }

    /// At the shard, among all captures that read it; and then one of this run's calls at once.
    pub(super) fn turn(&self) -> Request {
        let reads = Arc::clone(&self.shared.reads);
        let call = move || {
            let reads = Arc::clone(&reads);
            // never closed: the run holds it
            async move { reads.acquire_owned().await.ok() }
        };
        let Some(seat) = &self.seat else {
            return Box::pin(async move {
                let call = call().await;
                Answer::Turn(Leave { turn: None, call })
            });
        };
        let turn = seat.turn(call);
        Box::pin(async move {
            let (turn, call) = turn.await;
            let turn = Some(turn);
            Answer::Turn(Leave { turn, call })
        })
    }

    pub(super) fn page(&self, iterator: ShardIterator, limit: u32, leave: Leave) -> Request {
        let (shared, stream) = (Arc::clone(&self.shared), self.stream.clone());
        let identity = self.identity.clone();
        Box::pin(async move {
            let Leave { turn, call: _call } = leave;
            let page = shared.connection.records(&iterator, limit).await;
            if let Some(turn) = turn {
                turn.answered(page.as_ref().map_or(0, |page| page.bytes));
            }
            Answer::Page(match page {
                Ok(page)
                    if !page.records.is_empty() && shared.connection.endpoint().is_custom() =>
                {
                    same_stream(&shared.connection, &stream, &identity)
                        .await
                        .map(|()| page)
                }
                page => page,
            })
        })
    }

    /// Asks the stream's task, which alone lists and describes.
    pub(super) fn ask<T: Default + Send + 'static>(
        &self,
        ask: impl FnOnce(oneshot::Sender<T>) -> Ask,
        answer: impl FnOnce(T) -> Answer + Send + 'static,
    ) -> Request {
        let (reply, answered) = oneshot::channel();
        let question = Question {
            shard: self.shard.clone(),
            ask: ask(reply),
        };
        let questions = self.questions.clone();
        Box::pin(async move {
            // without an answer the stream's task is on its way out, and this one will be told
            let _ = questions.send(question).await;
            answer(answered.await.unwrap_or_default())
        })
    }
}

/// Imitations reuse a name at once, and some take an old iterator for the new stream: only the
/// creation time tells. On AWS a deleted stream's iterators fail long before its name is free, and
/// descriptions are rationed.
async fn same_stream(
    connection: &Connection,
    stream: &StreamName,
    identity: &StreamIdentity,
) -> Result<(), KinesisError> {
    let summary = connection.stream(stream).await?;
    if is_same(&summary.identity, identity) {
        return Ok(());
    }
    Err(KinesisError::NotFound {
        operation: kinesis::Operation::GetRecords,
        region: connection.region().name.clone(),
        cause: format!("the stream {stream} was deleted and created again"),
    })
}

pub(super) fn page_of(page: RecordsPage) -> Page {
    Page {
        has_next: page.next.is_some(),
        children: page
            .child_shards
            .into_iter()
            .map(|child| child.id)
            .collect(),
        millis_behind: page.millis_behind_latest,
        server_time: page.server_time,
        bytes: page.bytes,
        records: page.records,
        left: None,
    }
}
