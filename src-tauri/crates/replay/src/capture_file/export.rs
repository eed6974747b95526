//! A selection as a capture file, as it was captured: no rules, no journal.

use crate::{PinnedSelection, ReplayError, names::shard_names};
use exchange::{CapturedPut, PutOperation, write_captured_put};
use std::{io::Write, path::Path};
use store::{Payloads, Store};

/// Writes the selection's records and says how many. A file that is there already is replaced.
pub fn export_capture_file(
    store: &Store,
    selection: &PinnedSelection,
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
            partition_key: record.partition_key.unwrap_or_default(),
            data: record.payload,
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
