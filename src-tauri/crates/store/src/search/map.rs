//! A finished file of search text in memory, read only. The one place of this crate with unsafe code.
//! It does not know what the bytes mean.

use memmap2::Mmap;
use std::{fs::File, io, path::Path};

/// The file is never written again after it was mapped, and is removed rather than cut: pages stay
/// readable as long as the map does.
#[derive(Debug)]
pub(crate) struct MappedFile {
    file: File,
    map: Mmap,
}

impl MappedFile {
    #[allow(unsafe_code)]
    pub fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        // SAFETY: the bytes may change only if another program of the same user writes into this
        // file. We never do: it was finished before it got its name, is readable by the user alone,
        // and lies beside a workspace that is locked. `bytes` gives nothing of a file that became shorter.
        let map = unsafe { Mmap::map(&file)? };
        Ok(Self { file, map })
    }

    /// Nothing if the file is shorter than it was: touching the pages that it lost would end the
    /// process. Ask once a search.
    pub fn bytes(&self) -> Option<&[u8]> {
        let len = self.file.metadata().ok()?.len();
        (len >= self.map.len() as u64).then_some(&self.map)
    }
}
