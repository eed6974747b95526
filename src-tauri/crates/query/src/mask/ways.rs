//! Where in a document paths and names mean.
//!
//! A path counts from the root of the record and from the root of what an envelope carries, in both writings: as a person
//! reads it in the tree of the event, and as it lies in the record. Where it is not known whether an envelope is one, it
//! counts as one: rather too much is masked than too little.

use decode::{Path, Segment};

/// Members under which envelopes carry events, and the members around those.
const CARRIERS: [&str; 18] = [
    "detail",
    "data",
    "data_base64",
    "Message",
    "message",
    "body",
    "requestPayload",
    "before-image",
    "dynamodb",
    "Keys",
    "NewImage",
    "OldImage",
    "keys",
    "new",
    "old",
    "logEvents",
    "Records",
    "Sns",
];
/// How a change is read, and how `DynamoDB` writes it.
const IMAGES: [(&str, &str); 3] = [("new", "NewImage"), ("old", "OldImage"), ("keys", "Keys")];
/// What `DynamoDB` puts around the members of maps and lists.
const TYPES: [&str; 2] = ["M", "L"];

/// Paths in each writing that means the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Ways {
    ways: Vec<Vec<Segment>>,
    /// A path ends at what carries events: they are covered whole, and cannot tell so by themselves.
    covers_carried: bool,
}

impl Ways {
    pub fn add(&mut self, path: &Path) {
        let segments = path.segments();
        self.ways.push(segments.to_vec());
        if let Some(image) = segments.first().and_then(image_of) {
            let mut written = segments.to_vec();
            written[0] = Segment::Key(image.to_owned());
            self.ways.push(written);
        }
        for (at, segment) in segments.iter().enumerate() {
            if !is_carrier(segment) {
                continue;
            }
            let rest = &segments[at + 1..];
            if rest
                .iter()
                .all(|segment| matches!(segment, Segment::Index(_)))
            {
                self.covers_carried = true;
            } else {
                self.ways.push(rest.to_vec());
            }
        }
    }

    pub fn is_empty(&self) -> bool {
        self.ways.is_empty()
    }

    pub fn covers_carried(&self) -> bool {
        self.covers_carried
    }

    /// Whether one of the paths leads to where `way` ends, which begins where `around` ends: from the root or from what is
    /// carried in it.
    pub fn lead_to(&self, around: &[Segment], way: &[Segment]) -> bool {
        let whole = || around.iter().chain(way);
        let begins = whole().enumerate();
        let begins = begins.filter(|(_, segment)| is_carrier(segment));
        let begins = std::iter::once(0).chain(begins.map(|(at, _)| at + 1));
        begins
            .filter(|&begin| begin == 0 || begin < around.len() + way.len())
            .any(|begin| {
                self.ways
                    .iter()
                    .any(|path| leads(path, whole().skip(begin)))
            })
    }

    /// Whether one of the paths ends at a member of this name, in any case.
    pub fn end_at(&self, name: &str) -> bool {
        let ends_so = |path: &Vec<Segment>| {
            let last = path.iter().rev().find_map(|segment| match segment {
                Segment::Key(key) => Some(key),
                Segment::Index(_) => None,
            });
            last.is_some_and(|key| key.eq_ignore_ascii_case(name))
        };
        self.ways.iter().any(ends_so)
    }
}

/// Names in each writing that means the same, in lower case.
pub(super) fn names_of(name: &str) -> impl Iterator<Item = String> {
    let image = image_of(&Segment::Key(name.to_lowercase()));
    std::iter::once(name.to_lowercase()).chain(image.map(str::to_lowercase))
}

pub(super) fn carries(name: &str) -> bool {
    CARRIERS
        .iter()
        .any(|carrier| carrier.eq_ignore_ascii_case(name))
}

fn image_of(segment: &Segment) -> Option<&'static str> {
    let Segment::Key(key) = segment else {
        return None;
    };
    let image = IMAGES.iter().find(|(read, _)| read == key);
    image.map(|(_, written)| *written)
}

fn is_carrier(segment: &Segment) -> bool {
    matches!(segment, Segment::Key(key) if CARRIERS.contains(&key.as_str()))
}

/// A path that names no element means each.
fn leads<'a>(path: &[Segment], way: impl Iterator<Item = &'a Segment>) -> bool {
    let mut wanted = path.iter().peekable();
    for segment in way {
        if wanted.peek() == Some(&segment) {
            wanted.next();
            continue;
        }
        match segment {
            Segment::Index(_) => {}
            Segment::Key(key) if TYPES.contains(&key.as_str()) => {}
            Segment::Key(_) => return false,
        }
    }
    wanted.peek().is_none()
}
