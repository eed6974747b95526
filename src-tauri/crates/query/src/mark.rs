//! Marks: what is known of a record beyond its fields, each asked for as `is:NAME`.

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mark {
    /// The same partition key and payload were stored before from the same shard: a producer's retry,
    /// most likely.
    Duplicate,
    /// This program wrote it: a replay, or something composed.
    Replayed,
    /// Its bytes could not be read to the end, whatever they are.
    Undecoded,
    /// A user record out of a KPL aggregate.
    Aggregated,
    /// It says that it is a KPL aggregate and is not a sound one.
    Damaged,
    /// Its partition key does not lead to its shard.
    Outside,
}

impl Mark {
    pub const ALL: [Self; 6] = [
        Self::Duplicate,
        Self::Replayed,
        Self::Undecoded,
        Self::Aggregated,
        Self::Damaged,
        Self::Outside,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Replayed => "replayed",
            Self::Undecoded => "undecoded",
            Self::Aggregated => "aggregated",
            Self::Damaged => "damaged",
            Self::Outside => "outside",
        }
    }

    /// By the name, as it is or as an error of decoding is also called.
    pub fn named(name: &str) -> Option<Self> {
        let same = |mark: &Self| mark.name().eq_ignore_ascii_case(name);
        let other = name
            .eq_ignore_ascii_case("error")
            .then_some(Self::Undecoded);
        Self::ALL.into_iter().find(same).or(other)
    }
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The marks of one record, as whoever stores it knows them. [`Mark::Undecoded`] is not among them:
/// the matcher finds it out by the payload.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Marks(u8);

impl Marks {
    pub const NONE: Self = Self(0);

    #[must_use]
    pub fn with(self, mark: Mark) -> Self {
        Self(self.0 | 1 << mark as u8)
    }

    /// With the mark where the condition holds.
    #[must_use]
    pub fn with_if(self, condition: bool, mark: Mark) -> Self {
        if condition { self.with(mark) } else { self }
    }

    pub fn has(self, mark: Mark) -> bool {
        self.0 & 1 << mark as u8 != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_apart() {
        for mark in Mark::ALL {
            let others = Mark::ALL.into_iter().filter(|&other| other != mark);
            let all_others = others.fold(Marks::NONE, Marks::with);
            assert!(!all_others.has(mark) && all_others.with(mark).has(mark));
            assert_eq!(Mark::named(mark.name()), Some(mark));
        }
        assert_eq!(Mark::named("ERROR"), Some(Mark::Undecoded));
        assert_eq!(Mark::named(""), None);
    }
}
