//! Where a walk through a JSON document is, for who names what it meets: so deep and no deeper, and of a list only into the
//! first element.

use decode::{JsonEvent, Path, Segment, document_in_string, json_events, string_text};
use std::borrow::Cow;

const MAX_DEPTH: usize = 8;

/// As deep as paths go below strings.
const MAX_STRINGS: usize = 4;

/// Gives the path of each value of a document that is of interest, with its token; of a list or an object, its bracket.
/// A string that is JSON itself is looked into, as paths lead below it.
pub(crate) fn each_value(json: &[u8], take: &mut dyn FnMut(&Path, &[u8])) {
    walk(json, &mut Place::default(), 0, take);
}

fn walk(json: &[u8], place: &mut Place, strings: usize, take: &mut dyn FnMut(&Path, &[u8])) {
    let mut is_within_string = strings > 0;
    for event in json_events(json).map_while(Result::ok) {
        match event {
            // the string has its path and was counted as a value
            JsonEvent::Open(at) if std::mem::take(&mut is_within_string) => {
                place.push(json[at] == b'[');
            }
            JsonEvent::Open(at) => {
                let is_wanted = place.open(json[at] == b'[');
                if let Some(path) = is_wanted.then(|| place.container()).flatten() {
                    take(&path, &json[at..=at]);
                }
            }
            JsonEvent::Close(_) => place.close(),
            JsonEvent::Key(at) => place.key(string_text(&json[at])),
            JsonEvent::Scalar(at) => {
                let token = &json[at];
                let Some(path) = place.scalar() else { continue };
                take(&path, token);
                if strings < MAX_STRINGS
                    && place.has_room()
                    && let Some(text) = document_in_string(token)
                {
                    walk(text.as_bytes(), place, strings + 1, take);
                }
            }
        }
    }
}

#[derive(Default)]
struct Place {
    frames: Vec<Frame>,
    /// Containers that are not looked into, within one another.
    skipped: usize,
}

enum Frame {
    Object(Option<String>),
    /// Elements so far.
    Array(usize),
}

impl Place {
    /// Whether the container is looked into.
    fn open(&mut self, is_array: bool) -> bool {
        let wanted = self.skipped == 0 && self.has_room() && self.begin_value();
        if wanted {
            self.push(is_array);
        } else {
            self.skipped += 1;
        }
        wanted
    }

    fn push(&mut self, is_array: bool) {
        self.frames.push(if is_array {
            Frame::Array(0)
        } else {
            Frame::Object(None)
        });
    }

    fn has_room(&self) -> bool {
        self.frames.len() < MAX_DEPTH
    }

    fn close(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else {
            self.frames.pop();
        }
    }

    fn key(&mut self, key: Cow<'_, str>) {
        if self.skipped == 0
            && let Some(Frame::Object(last)) = self.frames.last_mut()
        {
            *last = Some(key.into_owned());
        }
    }

    /// The path of a value that begins here, if it is of interest.
    fn scalar(&mut self) -> Option<Path> {
        let wanted = self.skipped == 0 && !self.frames.is_empty() && self.begin_value();
        wanted.then(|| path(&self.frames))
    }

    /// The path of the container that was just opened; none for the whole document.
    fn container(&self) -> Option<Path> {
        let (_, around) = self.frames.split_last()?;
        (!around.is_empty()).then(|| path(around))
    }

    /// Counts an element; only the first of a list is of interest.
    fn begin_value(&mut self) -> bool {
        match self.frames.last_mut() {
            Some(Frame::Array(elements)) => {
                *elements += 1;
                *elements == 1
            }
            _ => true,
        }
    }
}

fn path(frames: &[Frame]) -> Path {
    let segment = |frame: &Frame| match frame {
        Frame::Object(key) => key.clone().map(Segment::Key),
        Frame::Array(_) => Some(Segment::Index(0)),
    };
    Path::new(frames.iter().filter_map(segment).collect())
}
