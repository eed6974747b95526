//! A JSON document as a tree to browse: one flat list of nodes, each a place in the source.
//!
//! It keeps what a person must not lose: number text, duplicate keys, escapes, invalid bytes. It
//! holds no values; what is shown is cut from the source when a page of rows is asked for.

use super::{
    JsonFault, Pretty,
    pretty::pretty,
    reader::{Event, JsonProblem, Reader},
    string::{has_text, unescape},
};
use crate::{Path, Segment};
use rows::Flattening;
use std::{
    ops::Range,
    sync::{Arc, Mutex},
};

mod find;
mod rows;

pub use find::{Found, Place};
pub use rows::{Expansion, NodeKind, TreeRow, TreeRows};

/// How much of a document is taken into a tree. What is beyond is left out, and that is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caps {
    pub nodes: usize,
    pub depth: usize,
    pub bytes: usize,
}

/// A million values take 32 MiB: ten megabytes of events are half of it. A record of Kinesis has
/// at most 10 MiB (`UpdateMaxRecordSize`), more only after it was unpacked.
impl Default for Caps {
    fn default() -> Self {
        Self {
            nodes: 1 << 20,
            depth: 1 << 17,
            bytes: 1 << 26,
        }
    }
}

/// Where a tree ends before its document does, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    pub at: usize,
    pub limit: Limit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Limit {
    Nodes,
    Depth,
    Bytes,
}

/// Nodes are numbered in the order of the source, from 0 for the whole document.
#[derive(Debug)]
pub struct JsonTree {
    bytes: Arc<[u8]>,
    nodes: Vec<Node>,
    stop: Option<Stop>,
    /// The rows last asked for: scrolling asks for the same ones again and again.
    flattening: Mutex<Option<Arc<Flattening>>>,
}

/// A value in 32 bytes. Its kind is told by the source's byte at `start`.
#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    /// Where the key's opening quote is, or [`NONE`].
    key_start: u32,
    /// [`NONE`] for the document.
    parent: u32,
    /// Its place among its parent's children.
    ordinal: u32,
    /// The node after all that is within this one.
    next: u32,
    children: u32,
    depth: u32,
}

const NONE: u32 = u32::MAX;

impl JsonTree {
    /// # Errors
    /// [`JsonFault`] where the text is no JSON. A document that is larger than the caps is no
    /// error: see [`stop`](Self::stop).
    pub fn parse(bytes: impl Into<Arc<[u8]>>, caps: Caps) -> Result<Self, JsonFault> {
        let bytes = bytes.into();
        // places are kept in 32 bits
        let max_bytes = caps.bytes.min(NONE as usize - 1);
        let (nodes, stop) = read(
            &bytes[..bytes.len().min(max_bytes)],
            bytes.len() > max_bytes,
            caps,
        )?;
        Ok(Self {
            bytes,
            nodes,
            stop,
            flattening: Mutex::new(None),
        })
    }

    pub fn node_count(&self) -> usize {
        self.nodes.len()
    }

    /// Where the tree ends before its document, if it does.
    pub fn stop(&self) -> Option<Stop> {
        self.stop
    }

    /// Indented text of about `max_bytes`.
    pub fn pretty(&self, max_bytes: usize) -> Pretty {
        pretty(&self.bytes, max_bytes)
    }

    /// The bytes of a node's value as they are in the document.
    pub fn source(&self, node: u32) -> Option<&[u8]> {
        self.nodes
            .get(node as usize)
            .map(|node| &self.bytes[node.span()])
    }

    /// The way to a node. Of duplicate keys it leads to the first.
    pub fn path(&self, node: u32) -> Option<Path> {
        self.nodes.get(node as usize)?;
        self.path_within(node, usize::MAX)
    }

    /// The node whose value begins at this byte.
    pub fn beginning_at(&self, at: usize) -> Option<u32> {
        let start = |node: &Node| node.start as usize;
        let found = self.nodes.binary_search_by_key(&at, start).ok()?;
        Some(found as u32)
    }

    /// The node at a path.
    pub fn lookup(&self, path: &Path) -> Option<u32> {
        let mut at = 0;
        self.nodes.first()?;
        for segment in path.segments() {
            at = self
                .children(at)
                .find(|&child| self.is_at(child, segment))?;
        }
        Some(at)
    }

    fn is_at(&self, child: u32, segment: &Segment) -> bool {
        let node = self.node(child);
        match (segment, self.raw_key(&node)) {
            (Segment::Key(key), Some(raw)) => has_text(raw, key),
            (Segment::Index(index), None) => node.ordinal as usize == *index,
            _ => false,
        }
    }

    fn children(&self, parent: u32) -> impl Iterator<Item = u32> {
        let end = self.node(parent).next;
        let child = move |at: u32| (at < end).then_some(at);
        std::iter::successors(child(parent + 1), move |&at| child(self.node(at).next))
    }

    fn node(&self, node: u32) -> Node {
        self.nodes[node as usize]
    }

    /// What is between the quotes of a node's key.
    fn raw_key(&self, node: &Node) -> Option<&[u8]> {
        let from = (node.key_start != NONE).then_some(node.key_start as usize + 1)?;
        let mut skim = super::skim::Skim::new(&self.bytes[from - 1..]);
        skim.string()
    }

    /// `None` where the path's names have more than `max_bytes` in the source.
    fn path_within(&self, node: u32, max_bytes: usize) -> Option<Path> {
        let mut segments = Vec::new();
        let mut used = 0;
        let mut node = self.node(node);
        while node.parent != NONE {
            let raw = self.raw_key(&node);
            used += raw.map_or(0, <[u8]>::len) + 3;
            if used > max_bytes {
                return None;
            }
            segments.push(match raw {
                Some(raw) => Segment::Key(unescape(raw).into_owned()),
                None => Segment::Index(node.ordinal as usize),
            });
            node = self.node(node.parent);
        }
        segments.reverse();
        Some(Path::new(segments))
    }
}

impl Node {
    fn span(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Reads all that the caps allow.
fn read(bytes: &[u8], is_cut: bool, caps: Caps) -> Result<(Vec<Node>, Option<Stop>), JsonFault> {
    let mut reader = Reader::new(bytes);
    let mut builder = Builder {
        nodes: Vec::new(),
        parent: NONE,
        key_start: NONE,
        caps,
    };
    loop {
        let stop = match reader.next() {
            Ok(Some(event)) => match event {
                // a number may have gone on behind the cut
                Event::Scalar(span) if is_cut && span.end == bytes.len() => Some(Stop {
                    at: span.start,
                    limit: Limit::Bytes,
                }),
                event => builder.add(event),
            },
            Ok(None) => return Ok((builder.nodes, None)),
            Err(fault) if is_cut && fault.what == JsonProblem::EndsEarly => Some(Stop {
                at: bytes.len(),
                limit: Limit::Bytes,
            }),
            Err(fault) => return Err(fault),
        };
        if let Some(stop) = stop {
            builder.close_all(stop.at);
            return Ok((builder.nodes, Some(stop)));
        }
    }
}

struct Builder {
    nodes: Vec<Node>,
    parent: u32,
    key_start: u32,
    caps: Caps,
}

impl Builder {
    fn add(&mut self, event: Event) -> Option<Stop> {
        match event {
            Event::Key(span) => {
                self.key_start = span.start as u32;
                None
            }
            Event::Scalar(span) => self.push(span),
            Event::Open(at) => {
                let node = self.nodes.len() as u32;
                let stop = self.push(at..at + 1);
                if stop.is_none() {
                    self.parent = node;
                }
                stop
            }
            Event::Close(at) => {
                self.close(at + 1);
                None
            }
        }
    }

    fn push(&mut self, span: Range<usize>) -> Option<Stop> {
        let count = self.nodes.len();
        let parent = self.nodes.get_mut(self.parent as usize);
        let depth = parent.as_ref().map_or(0, |parent| parent.depth + 1);
        let limit = if count >= self.caps.nodes.min(NONE as usize) {
            Some(Limit::Nodes)
        } else {
            (depth as usize >= self.caps.depth).then_some(Limit::Depth)
        };
        if let Some(limit) = limit {
            return Some(Stop {
                at: span.start,
                limit,
            });
        }
        let ordinal = parent.map_or(0, |parent| {
            parent.children += 1;
            parent.children - 1
        });
        self.nodes.push(Node {
            start: span.start as u32,
            end: span.end as u32,
            key_start: std::mem::replace(&mut self.key_start, NONE),
            parent: self.parent,
            ordinal,
            next: count as u32 + 1,
            children: 0,
            depth,
        });
        None
    }

    fn close(&mut self, end: usize) {
        let next = self.nodes.len() as u32;
        if let Some(node) = self.nodes.get_mut(self.parent as usize) {
            node.end = end as u32;
            node.next = next;
            self.parent = node.parent;
        }
    }

    fn close_all(&mut self, end: usize) {
        while self.parent != NONE {
            self.close(end);
        }
    }
}

#[cfg(test)]
mod finding;
#[cfg(test)]
mod tests;
