//! What is whole in a damaged workspace, taken over into a new one. The damaged file is read and never changed.
//!
//! Records are taken block by block, each only as it verifies. What is missing between them becomes a gap of the
//! captures that had it, and captures go on, if somebody resumes them, from the last record that was saved. The journal
//! of deliveries stays behind: nobody should go on with a delivery whose journal may have lost what was sent.

mod copy;
mod remains;
mod write;

use crate::{Store, StoreError, files};
use std::path::Path;

/// What a salvage saved.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Salvaged {
    pub records: u64,
    /// Of those that the workspace counted; more may be missing where the counts themselves were damaged.
    pub lost_records: u64,
    /// Where something is missing, each now a gap of its capture.
    pub gaps: u64,
}

impl Store {
    /// Reads what is whole in the workspace at `damaged` into a new one at `into`, and closes that.
    ///
    /// # Errors
    /// [`StoreError::InUse`] if the damaged one is open, [`StoreError::File`] if there is a file at `into` already,
    /// [`StoreError::Damaged`] if not even the tables can be found; nothing is left at `into` then.
    pub fn salvage(damaged: &Path, into: &Path) -> Result<Salvaged, StoreError> {
        let _lock = files::lock(damaged)?;
        if into.exists() {
            return Err(StoreError::File {
                path: into.to_owned(),
                source: std::io::ErrorKind::AlreadyExists.into(),
            });
        }
        let copy = copy::Copy::of(damaged, into)?;
        let remains = remains::Remains::of(copy.connection()?)?;
        let store = Store::open(into)?;
        let salvaged = write::Writing::of(copy.connection()?, &store).write(&remains)?;
        store.close()?;
        Ok(salvaged)
    }
}
