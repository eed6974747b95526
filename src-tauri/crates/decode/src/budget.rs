//! What taking a record apart may cost: a clock-free budget that the caller gives, and what it has
//! left. Nothing here measures time; bytes read and written stand for it.

use crate::report::Reason;
use std::fmt;

/// Bounds for one record. Whatever reaches one is cut there, and that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// What all unpacked layers of the record may hold together, and as much again what of it is
    /// converted into JSON.
    pub out_bytes: usize,
    /// How many times its input one decompression may make; the first [`FREE_RATIO_BYTES`] are free.
    pub ratio: usize,
    /// How deep values may be nested in a converted document.
    pub depth: usize,
    /// How many layers may lie within each other.
    pub layers: usize,
    /// How many events one record may show.
    pub events: usize,
    /// Bytes read and written by all attempts, failed ones too.
    pub work_bytes: u64,
}

/// Small records may compress well: below this size the ratio is not asked for.
pub const FREE_RATIO_BYTES: usize = 1 << 20;

/// Deflate makes at most 1,032 bytes of one. A record has at most 10 MiB (`UpdateMaxRecordSize`).
impl Default for Budget {
    fn default() -> Self {
        Self {
            out_bytes: 16 << 20,
            ratio: 1_100,
            depth: 512,
            layers: 12,
            events: 10_000,
            work_bytes: 128 << 20,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Bound {
    OutBytes,
    Ratio,
    Depth,
    Layers,
    Events,
    Work,
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OutBytes => "the most bytes that are unpacked of one record",
            Self::Ratio => "the most that is unpacked of so little",
            Self::Depth => "the deepest nesting",
            Self::Layers => "the most layers within each other",
            Self::Events => "the most events of one record",
            Self::Work => "the most work for one record",
        })
    }
}

/// What was cut, and where: bytes of a layer's output, or a count of events.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Truncated {
    pub at: usize,
    pub bound: Bound,
}

impl fmt::Display for Truncated {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = if self.bound == Bound::Events {
            "events"
        } else {
            "bytes"
        };
        write!(f, "truncated at {} {unit}: {}", self.at, self.bound)
    }
}

/// The budget as it is used up.
#[derive(Debug)]
pub(crate) struct Meter {
    pub budget: Budget,
    unpack_left: usize,
    convert_left: usize,
    work_left: u64,
}

impl Meter {
    pub fn new(budget: Budget) -> Self {
        Self {
            budget,
            unpack_left: budget.out_bytes,
            convert_left: budget.out_bytes,
            work_left: budget.work_bytes,
        }
    }

    /// Takes what reading `bytes` costs. Refused where no work is left.
    pub fn work(&mut self, bytes: usize) -> Result<(), Reason> {
        let left = self.work_left.checked_sub(bytes as u64);
        self.work_left = left.unwrap_or(0);
        left.map(|_| ()).ok_or(Reason::OutOfWork)
    }

    /// How much a conversion may write, and what bounds it.
    pub fn room(&self) -> (usize, Bound) {
        self.within_work(self.convert_left)
    }

    fn within_work(&self, out_left: usize) -> (usize, Bound) {
        let work_left = usize::try_from(self.work_left).unwrap_or(usize::MAX);
        if work_left < out_left {
            (work_left, Bound::Work)
        } else {
            (out_left, Bound::OutBytes)
        }
    }

    /// How much a decompression of `size_in` bytes may write, and what bounds it.
    pub fn unpack_room(&self, size_in: usize) -> (usize, Bound) {
        let by_ratio = size_in
            .saturating_mul(self.budget.ratio)
            .max(FREE_RATIO_BYTES);
        let (room, bound) = self.within_work(self.unpack_left);
        if by_ratio < room {
            (by_ratio, Bound::Ratio)
        } else {
            (room, bound)
        }
    }

    /// Takes what writing `bytes` has cost, kept or not.
    pub fn wrote(&mut self, bytes: usize) {
        self.work_left = self.work_left.saturating_sub(bytes as u64);
    }

    /// Takes the room of what was converted and is kept.
    pub fn keep(&mut self, bytes: usize) {
        self.convert_left = self.convert_left.saturating_sub(bytes);
    }

    /// Takes the room of what was unpacked and is kept.
    pub fn keep_unpacked(&mut self, bytes: usize) {
        self.unpack_left = self.unpack_left.saturating_sub(bytes);
    }
}
