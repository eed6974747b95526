//! A file as a target: one line a record, durable before it is acknowledged.
//!
//! A torn last line, from a crash within a write, is cut off when the file is opened again. The file
//! acknowledges with its name as the shard and the line as the sequence number.

use crate::{ReplayError, ledger::sent_records};
use exchange::{CapturedPut, PutOperation, payload_line, write_captured_put};
use publish::{Entry, Limits, Outcome, PublishError, Refusal, Target};
use record::{Millis, SequenceNumber, ShardId, StreamName};
use serde::{Deserialize, Serialize};
use std::{
    collections::HashMap,
    fs::{File, OpenOptions},
    io::{BufRead, BufReader, Seek, SeekFrom, Write},
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};
use store::{DeliveryId, ShardKey, Store};

/// Of one batch of lines: kept small, so that a pause is not waited for.
const LIMITS: Limits = Limits {
    request_records: 500,
    request_bytes: 8 << 20,
    record_bytes: 16 << 20,
};

/// What a line of the file is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FileFormat {
    /// The payload, as JSON.
    #[default]
    Ndjson,
    /// The capture format of ferrokinesis.
    Ferrokinesis,
}

pub struct FileTarget {
    format: FileFormat,
    sources: HashMap<ShardKey, (StreamName, ShardId)>,
    /// For entries that never arrived anywhere.
    now: fn() -> Millis,
    lines: Arc<Mutex<Lines>>,
}

struct Lines {
    file: File,
    path: PathBuf,
    /// Bytes and lines that are whole and durable.
    bytes: u64,
    count: u64,
    shard: ShardId,
}

/// What a replay's journal says that its file holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WrittenLines {
    /// The last line that was acknowledged.
    count: u64,
    /// More lines may be there, of records that are in doubt.
    has_doubts: bool,
}

impl WrittenLines {
    /// Of a delivery into a file.
    pub fn of_delivery(store: &Store, delivery: DeliveryId) -> Result<Self, ReplayError> {
        let sent = sent_records(store, delivery)?;
        let lines = sent.iter().filter_map(|sent| sent.place.as_ref());
        let lines = lines.filter_map(|(_, line)| line.to_string().parse().ok());
        Ok(Self {
            count: lines.max().unwrap_or(0),
            has_doubts: sent
                .iter()
                .any(|sent| sent.place.is_none() && sent.may_be_doubled),
        })
    }

    fn fits(self, lines: u64) -> bool {
        lines == self.count || self.has_doubts && lines > self.count
    }

    fn changed(self, path: &Path, lines: u64) -> ReplayError {
        ReplayError::FileChanged {
            path: path.to_owned(),
            lines,
            written: self.count,
        }
    }
}

impl FileTarget {
    /// What it takes in one write.
    pub const LIMITS: Limits = LIMITS;

    /// Makes the file anew: what it held is gone. `sources` names the source shards.
    pub fn create(
        path: &Path,
        format: FileFormat,
        sources: impl IntoIterator<Item = (ShardKey, (StreamName, ShardId))>,
        now: fn() -> Millis,
    ) -> Result<Self, ReplayError> {
        File::create(path).map_err(|source| ReplayError::File {
            path: path.to_owned(),
            source,
        })?;
        Self::go_on(path, format, sources, now, WrittenLines::default())
    }

    /// Opens the file to go on after its last whole line; makes it where nothing was written yet.
    ///
    /// # Errors
    /// [`ReplayError::FileChanged`], with the file left as it is, where it does not hold what was written.
    pub fn go_on(
        path: &Path,
        format: FileFormat,
        sources: impl IntoIterator<Item = (ShardKey, (StreamName, ShardId))>,
        now: fn() -> Millis,
        written: WrittenLines,
    ) -> Result<Self, ReplayError> {
        let lines = Lines::open(path, written)?;
        Ok(Self {
            format,
            sources: sources.into_iter().collect(),
            now,
            lines: Arc::new(Mutex::new(lines)),
        })
    }

    fn line(&self, entry: &Entry) -> Result<String, exchange::ExchangeError> {
        if self.format == FileFormat::Ndjson {
            return Ok(payload_line(&entry.data));
        }
        let origin = entry.origin.as_ref();
        let source = origin.and_then(|origin| self.sources.get(&origin.shard()));
        let (stream, shard) = source.map_or_else(Default::default, |(stream, shard)| {
            (stream.to_string(), shard.to_string())
        });
        write_captured_put(&CapturedPut {
            operation: PutOperation::PutRecords,
            arrival: origin.map_or_else(self.now, |origin| origin.arrival),
            stream,
            partition_key: entry.key.clone(),
            data: entry.data.to_vec(),
            explicit_hash_key: entry.explicit_hash_key,
            sequence_number: origin.map_or_else(String::new, |o| o.sequence.to_string()),
            shard_id: shard,
        })
    }
}

impl Target for FileTarget {
    fn limits(&self) -> Limits {
        LIMITS
    }

    async fn confirm(&self) -> Result<(), PublishError> {
        Ok(())
    }

    async fn send(&self, entries: &[Entry], _after: Option<SequenceNumber>) -> Vec<Outcome> {
        let count = entries.len();
        let text: Result<String, _> = entries.iter().map(|entry| self.line(entry)).collect();
        let text = match text {
            Ok(text) => text,
            Err(error) => return vec![refused(&error); count],
        };
        let lines = Arc::clone(&self.lines);
        let written = tokio::task::spawn_blocking(move || {
            let mut lines = lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.append(&text, count)
        });
        written.await.unwrap_or_else(|error| {
            let cause = error.to_string();
            vec![Outcome::Unclear { cause }; count]
        })
    }
}

impl Lines {
    fn open(path: &Path, written: WrittenLines) -> Result<Self, ReplayError> {
        let fault = |source| ReplayError::File {
            path: path.to_owned(),
            source,
        };
        // a program that ended before it made the file has written nothing into it
        let is_new = written.count == 0;
        let mut options = OpenOptions::new();
        options
            .read(true)
            .write(true)
            .create(is_new)
            .truncate(false);
        let mut file = match options.open(path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !is_new => {
                return Err(written.changed(path, 0));
            }
            opened => opened.map_err(fault)?,
        };
        let (bytes, count) = whole_lines(&file).map_err(fault)?;
        if !written.fits(count) {
            return Err(written.changed(path, count));
        }
        file.set_len(bytes).map_err(fault)?;
        file.seek(SeekFrom::Start(bytes)).map_err(fault)?;
        Ok(Self {
            file,
            path: path.to_owned(),
            bytes,
            count,
            shard: "file".parse().expect("a valid shard id"),
        })
    }

    fn append(&mut self, text: &str, count: usize) -> Vec<Outcome> {
        let written = self
            .file
            .write_all(text.as_bytes())
            .and_then(|()| self.file.sync_data());
        if let Err(error) = written {
            return vec![self.undo(&error); count];
        }
        self.bytes += text.len() as u64;
        let first = self.count + 1;
        self.count += count as u64;
        (first..=self.count)
            .map(|line| self.acknowledged(line))
            .collect()
    }

    fn acknowledged(&self, line: u64) -> Outcome {
        match line.to_string().parse() {
            Ok(sequence) => Outcome::Acknowledged {
                shard: self.shard.clone(),
                sequence,
            },
            Err(_) => Outcome::Unclear {
                cause: format!("line {line} of {}", self.path.display()),
            },
        }
    }

    /// What was written in part goes again; where it does not, nobody knows what the file holds.
    fn undo(&mut self, error: &std::io::Error) -> Outcome {
        let whole = self.bytes;
        let cut = self
            .file
            .set_len(whole)
            .and_then(|()| self.file.seek(SeekFrom::Start(whole)));
        let cause = format!("{} could not be written: {error}", self.path.display());
        match cut {
            Ok(_) => Outcome::Refused {
                refusal: Refusal::Barred,
                code: "File".into(),
                message: cause,
            },
            Err(_) => Outcome::Unclear { cause },
        }
    }
}

/// Bytes and count of the lines that have an end.
fn whole_lines(file: &File) -> std::io::Result<(u64, u64)> {
    let mut reader = BufReader::new(file);
    let (mut bytes, mut count) = (0, 0);
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        if line.ends_with(b"\n") {
            bytes += line.len() as u64;
            count += 1;
        }
        line.clear();
    }
    Ok((bytes, count))
}

fn refused(error: &exchange::ExchangeError) -> Outcome {
    Outcome::Refused {
        refusal: Refusal::Barred,
        code: "Line".into(),
        message: error.to_string(),
    }
}

#[cfg(test)]
mod tests;
