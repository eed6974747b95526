//! What a disk may hold after a power cut: all that was synced, and of the rest whatever the disk had got to.
//!
//! The model is a strict one. A file's bytes are durable once a sync of that file ended well, its name once a sync of its
//! folder did. Writes that wait may be there in any selection, torn at any sector. A sync that failed has lost what it
//! was to write, and later ones say nothing of it: that is how Linux' page cache behaves (`fsyncgate`, 2018).

use crate::syscalls::Call;
use rand::{Rng, rngs::StdRng};
use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

const SECTOR: u64 = 512;

/// The disk while the recording is played to it.
#[derive(Clone, Debug, Default)]
pub struct Disk {
    files: BTreeMap<PathBuf, File>,
    /// Of calls so far, to tell what came first.
    calls: usize,
}

#[derive(Clone, Debug, Default)]
struct File {
    durable: Vec<u8>,
    waiting: Vec<(usize, Change)>,
    has_durable_name: bool,
    is_unlinked: bool,
}

#[derive(Clone, Debug)]
enum Change {
    Write { at: u64, bytes: Vec<u8> },
    Truncate { length: u64 },
}

/// What became of the writes that waited.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Nothing,
    Everything,
    /// What was called before this, and a part of the last.
    Before(usize),
    /// Each write with this probability in percent.
    Some(u32),
    /// Each sector.
    Sectors(u32),
}

impl Fate {
    /// Whether all of a call came to the disk that was the `called`th after the last sync.
    fn is_whole(self, called: usize, random: &mut StdRng) -> bool {
        match self {
            Self::Everything => true,
            Self::Before(limit) => called < limit,
            Self::Some(percent) => random.random_range(0..100) < percent,
            Self::Nothing | Self::Sectors(_) => false,
        }
    }
}

impl Disk {
    pub fn play(&mut self, call: &Call) {
        self.calls += 1;
        let now = self.calls;
        match call {
            Call::Created(path) => {
                let file = self.files.entry(path.clone()).or_default();
                if file.is_unlinked {
                    *file = File::default();
                }
            }
            Call::Written { path, at, bytes } => {
                let (at, bytes) = (*at, bytes.clone());
                self.wait(path, now, Change::Write { at, bytes });
            }
            Call::Truncated { path, length } => {
                self.wait(path, now, Change::Truncate { length: *length });
            }
            Call::Synced { path, is_done } => self.sync(path, *is_done),
            Call::Unlinked(path) => {
                if let Some(file) = self.files.get_mut(path) {
                    file.is_unlinked = true;
                }
            }
            Call::Renamed { from, to } => {
                if let Some(mut file) = self.files.remove(from) {
                    file.has_durable_name = false;
                    self.files.insert(to.clone(), file);
                }
            }
            Call::Said(_) => {}
        }
    }

    fn wait(&mut self, path: &Path, now: usize, change: Change) {
        let file = self.files.entry(path.to_owned()).or_default();
        file.waiting.push((now, change));
    }

    fn sync(&mut self, path: &Path, is_done: bool) {
        if let Some(file) = self.files.get_mut(path) {
            for (_, change) in std::mem::take(&mut file.waiting) {
                if is_done {
                    change.apply(&mut file.durable);
                }
            }
            return;
        }
        if is_done {
            self.files
                .retain(|name, file| !(file.is_unlinked && name.parent() == Some(path)));
            let inside = self.files.iter_mut();
            inside
                .filter(|(name, _)| name.parent() == Some(path))
                .for_each(|(_, file)| file.has_durable_name = true);
        }
    }

    /// How many writes wait.
    pub fn waiting(&self) -> usize {
        self.files.values().map(|file| file.waiting.len()).sum()
    }

    /// What is found after a power cut now: names of files of `folder`, and what is in them.
    pub fn after_power_cut(
        &self,
        folder: &Path,
        random: &mut StdRng,
    ) -> BTreeMap<PathBuf, Vec<u8>> {
        let fate = self.fate(random);
        let mut image = BTreeMap::new();
        for (path, file) in &self.files {
            let is_kept = (file.has_durable_name || random.random())
                && (!file.is_unlinked || random.random());
            let Some(name) = path.strip_prefix(folder).ok().filter(|_| is_kept) else {
                continue;
            };
            let mut bytes = file.durable.clone();
            for (called, change) in &file.waiting {
                change.maybe(*called, fate, &mut bytes, random);
            }
            image.insert(name.to_owned(), bytes);
        }
        image
    }

    fn fate(&self, random: &mut StdRng) -> Fate {
        let called = self
            .files
            .values()
            .flat_map(|file| file.waiting.iter().map(|(called, _)| *called));
        let (first, last) = (called.clone().min(), called.max());
        match (random.random_range(0..8), first.zip(last)) {
            (0, _) | (_, None) => Fate::Nothing,
            (1, _) => Fate::Everything,
            (2 | 3, Some((first, last))) => Fate::Before(random.random_range(first..=last)),
            (4 | 5, _) => Fate::Some(random.random_range(5..95)),
            _ => Fate::Sectors(random.random_range(5..95)),
        }
    }
}

impl Change {
    fn apply(&self, file: &mut Vec<u8>) {
        match self {
            Self::Write { at, bytes } => put(file, *at, bytes),
            Self::Truncate { length } => file.resize(*length as usize, 0),
        }
    }

    fn maybe(&self, called: usize, fate: Fate, file: &mut Vec<u8>, random: &mut StdRng) {
        let percent = match fate {
            Fate::Before(limit) if called == limit => return self.begin(file, random),
            Fate::Sectors(percent) => percent,
            fate if fate.is_whole(called, random) => 100,
            _ => return,
        };
        let Self::Write { at, bytes } = self else {
            if random.random_range(0..100) < percent {
                self.apply(file);
            }
            return;
        };
        for (at, sector) in sectors(*at, bytes) {
            if random.random_range(0..100) < percent {
                put(file, at, sector);
            }
        }
    }

    /// Up to some byte of it.
    fn begin(&self, file: &mut Vec<u8>, random: &mut StdRng) {
        if let Self::Write { at, bytes } = self {
            put(file, *at, &bytes[..random.random_range(0..=bytes.len())]);
        }
    }
}

fn put(file: &mut Vec<u8>, at: u64, bytes: &[u8]) {
    let (start, end) = (at as usize, at as usize + bytes.len());
    if file.len() < end {
        file.resize(end, 0);
    }
    file[start..end].copy_from_slice(bytes);
}

/// A write cut where the disk's sectors end.
fn sectors(at: u64, bytes: &[u8]) -> Vec<(u64, &[u8])> {
    let (mut found, mut at, mut rest) = (Vec::new(), at, bytes);
    while !rest.is_empty() {
        let room = (SECTOR - at % SECTOR) as usize;
        let (sector, others) = rest.split_at(room.min(rest.len()));
        found.push((at, sector));
        (at, rest) = (at + sector.len() as u64, others);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;

    fn disk(calls: &[Call]) -> Disk {
        let mut disk = Disk::default();
        for call in calls {
            disk.play(call);
        }
        disk
    }

    fn images(disk: &Disk) -> Vec<Option<Vec<u8>>> {
        let image = |seed| {
            let mut random = StdRng::seed_from_u64(seed);
            disk.after_power_cut(Path::new("/d"), &mut random)
                .remove(Path::new("f"))
        };
        (0..200).map(image).collect()
    }

    fn write(at: u64, bytes: &[u8]) -> Call {
        Call::Written {
            path: "/d/f".into(),
            at,
            bytes: bytes.to_vec(),
        }
    }

    fn sync(path: &str, is_done: bool) -> Call {
        Call::Synced {
            path: path.into(),
            is_done,
        }
    }

    #[test]
    fn what_was_synced_is_there_and_the_rest_may_be() {
        let created = Call::Created("/d/f".into());
        let calls = [
            created,
            write(0, b"safe"),
            sync("/d/f", true),
            sync("/d", true),
            write(4, &[1; 2_000]),
        ];
        let found = images(&disk(&calls));
        assert!(
            found
                .iter()
                .flatten()
                .all(|bytes| bytes.starts_with(b"safe"))
                && !found.contains(&None)
        );
        let lengths: std::collections::BTreeSet<_> = found.iter().flatten().map(Vec::len).collect();
        assert!(
            lengths.contains(&4) && lengths.contains(&2_004) && lengths.len() > 5,
            "{lengths:?}"
        );
    }

    #[test]
    fn a_name_needs_its_folder_and_a_failed_sync_loses() {
        let unnamed = [
            Call::Created("/d/f".into()),
            write(0, b"x"),
            sync("/d/f", true),
        ];
        assert!(images(&disk(&unnamed)).contains(&None));
        let mut lost = unnamed.to_vec();
        lost.extend([
            sync("/d", true),
            write(0, b"y"),
            sync("/d/f", false),
            sync("/d/f", true),
        ]);
        assert!(
            images(&disk(&lost))
                .iter()
                .all(|bytes| bytes.as_deref() == Some(b"x"))
        );
    }
}
