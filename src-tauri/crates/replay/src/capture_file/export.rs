//! A selection as a capture file, as it was captured and may be shown: no rules, no journal.

use crate::{PinnedSelection, ReplayError, names::shard_names};
use exchange::{CapturedPut, PutOperation, write_captured_put};
use std::{borrow::Cow, io::Write, path::Path};
use store::{Payloads, Store};

/// What may leave of a record.
pub struct ExportShown<'s> {
    pub payload: &'s dyn for<'p> Fn(&'p [u8]) -> Cow<'p, [u8]>,
    pub key: &'s dyn for<'k> Fn(&'k str) -> Cow<'k, str>,
}

impl Default for ExportShown<'_> {
    /// All.
    fn default() -> Self {
        Self {
            payload: &|payload| Cow::Borrowed(payload),
            key: &|key| Cow::Borrowed(key),
        }
    }
}

/// Writes the selection's records and says how many. A file that is there already is replaced.
pub fn export_capture_file(
    store: &Store,
    selection: &PinnedSelection,
    shows: &ExportShown<'_>,
    path: &Path,
) -> Result<u64, ReplayError> {
    let failed = |source| ReplayError::File {
        path: path.to_owned(),
        source,
    };
    let names = shard_names(store)?;
    let mut file = std::io::BufWriter::new(std::fs::File::create(path).map_err(failed)?);
    let mut reader = selection.read(store, Payloads::With)?;
    let mut count = 0;
    while let Some(selected) = reader.next_record()? {
        let record = selected.record;
        let (stream, shard) = names
            .get(&record.id.shard())
            .ok_or(ReplayError::UnknownShard(record.id.shard()))?;
        let line = write_captured_put(&CapturedPut {
            operation: PutOperation::PutRecords,
            arrival: record.arrival,
            stream: stream.to_string(),
            partition_key: (shows.key)(record.partition_key.as_deref().unwrap_or_default())
                .into_owned(),
            data: (shows.payload)(&record.payload).into_owned(),
            explicit_hash_key: record.explicit_hash_key,
            sequence_number: record.sequence.to_string(),
            shard_id: shard.to_string(),
        })?;
        file.write_all(line.as_bytes()).map_err(failed)?;
        count += 1;
    }
    let file = file.into_inner().map_err(|e| failed(e.into_error()))?;
    file.sync_all().map_err(failed)?;
    Ok(count)
}
