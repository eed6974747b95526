//! Where a walk through a JSON document is, for who names what it meets: so deep and no deeper, and of a list only into the
//! first element.

use decode::{Path, Segment};
use std::borrow::Cow;

const MAX_DEPTH: usize = 8;

#[derive(Default)]
pub(crate) struct Place {
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
    pub fn open(&mut self, is_array: bool) -> bool {
        let wanted = self.skipped == 0 && self.frames.len() < MAX_DEPTH && self.begin_value();
        if !wanted {
            self.skipped += 1;
        } else if is_array {
            self.frames.push(Frame::Array(0));
        } else {
            self.frames.push(Frame::Object(None));
        }
        wanted
    }

    pub fn close(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
        } else {
            self.frames.pop();
        }
    }

    pub fn key(&mut self, key: Cow<'_, str>) {
        if self.skipped == 0
            && let Some(Frame::Object(last)) = self.frames.last_mut()
        {
            *last = Some(key.into_owned());
        }
    }

    /// The path of a value that begins here, if it is of interest.
    pub fn scalar(&mut self) -> Option<Path> {
        let wanted = self.skipped == 0 && !self.frames.is_empty() && self.begin_value();
        wanted.then(|| path(&self.frames))
    }

    /// The path of the container that was just opened; none for the whole document.
    pub fn container(&self) -> Option<Path> {
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
