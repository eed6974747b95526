//! The containers that are open while counted items are read (`MessagePack`, CBOR).

use super::JsonWriter;

#[derive(Debug, Default)]
pub(super) struct Frames {
    stack: Vec<Frame>,
}

#[derive(Debug)]
struct Frame {
    is_map: bool,
    at_key: bool,
    /// Items still to come, keys among them; `None` until a break.
    left: Option<u64>,
}

impl Frames {
    pub fn is_empty(&self) -> bool {
        self.stack.is_empty()
    }

    /// Whether the next item is a key.
    pub fn at_key(&self) -> bool {
        self.stack.last().is_some_and(|frame| frame.at_key)
    }

    pub fn open(&mut self, is_map: bool, left: Option<u64>) {
        self.stack.push(Frame {
            is_map,
            at_key: is_map,
            left,
        });
    }

    /// An item is done.
    pub fn count(&mut self) {
        if let Some(frame) = self.stack.last_mut() {
            frame.left = frame.left.map(|left| left - 1);
            frame.at_key = frame.is_map && !frame.at_key;
        }
    }

    /// Ends the innermost container that has no length. `None` where nothing can end.
    pub fn end(&mut self, writer: &mut JsonWriter) -> Option<()> {
        let frame = self.stack.last()?;
        if frame.left.is_some() || frame.is_map != frame.at_key {
            return None;
        }
        self.stack.pop();
        writer.close();
        self.count();
        Some(())
    }

    /// Closes what is complete, from the inside out. Says whether the whole value is.
    pub fn close_full(&mut self, writer: &mut JsonWriter) -> bool {
        while self.stack.last().is_some_and(|frame| frame.left == Some(0)) {
            self.stack.pop();
            writer.close();
            self.count();
        }
        self.stack.is_empty()
    }
}
