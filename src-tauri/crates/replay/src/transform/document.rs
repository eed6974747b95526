//! A JSON payload as places in its source, for edits that leave every other byte as it was.
//!
//! Duplicate keys are all there, and a path leads to each of them: a rule that masks must not miss
//! the second one. Nothing is decoded but the keys that are asked for.

use decode::{JsonEvent, Path, Segment, json_events, string_text};
use std::ops::Range;

/// More values than this are not taken apart: 24 MiB of places. A record has at most 10 MiB.
const MAX_NODES: usize = 1 << 20;
const NONE: u32 = u32::MAX;

/// Why a payload cannot be edited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unreadable {
    NotJson,
    TooLarge,
}

/// Nodes are numbered in the order of the source, from 0 for the whole document.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    source: &'a [u8],
    nodes: Vec<Node>,
}

#[derive(Clone, Copy, Debug)]
struct Node {
    start: u32,
    end: u32,
    key_start: u32,
    key_end: u32,
    parent: u32,
    /// The node after all that is within this one.
    next: u32,
}

impl<'a> Document<'a> {
    pub fn read(source: &'a [u8]) -> Result<Self, Unreadable> {
        if source.len() >= NONE as usize {
            return Err(Unreadable::TooLarge);
        }
        let mut nodes: Vec<Node> = Vec::with_capacity(source.len() / 24);
        let (mut parent, mut key) = (NONE, NONE..NONE);
        for event in json_events(source) {
            match event.map_err(|_| Unreadable::NotJson)? {
                JsonEvent::Key(span) => key = span.start as u32..span.end as u32,
                JsonEvent::Scalar(span) => {
                    push(
                        &mut nodes,
                        &span,
                        std::mem::replace(&mut key, NONE..NONE),
                        parent,
                    );
                }
                JsonEvent::Open(at) => {
                    let open = nodes.len() as u32;
                    push(
                        &mut nodes,
                        &(at..at + 1),
                        std::mem::replace(&mut key, NONE..NONE),
                        parent,
                    );
                    parent = open;
                }
                JsonEvent::Close(at) => {
                    let next = nodes.len() as u32;
                    let node = &mut nodes[parent as usize];
                    node.end = at as u32 + 1;
                    node.next = next;
                    parent = node.parent;
                }
            }
            if nodes.len() > MAX_NODES {
                return Err(Unreadable::TooLarge);
            }
        }
        Ok(Self { source, nodes })
    }

    pub fn nodes(&self) -> Range<u32> {
        0..self.nodes.len() as u32
    }

    /// The bytes of a value as they are in the document.
    pub fn value(&self, node: u32) -> &'a [u8] {
        &self.source[self.value_span(node)]
    }

    pub fn value_span(&self, node: u32) -> Range<usize> {
        let node = &self.nodes[node as usize];
        node.start as usize..node.end as usize
    }

    /// The key of a member, quotes included; `None` for elements and for the document.
    pub fn key_span(&self, node: u32) -> Option<Range<usize>> {
        let node = &self.nodes[node as usize];
        (node.key_start != NONE).then_some(node.key_start as usize..node.key_end as usize)
    }

    pub fn key(&self, node: u32) -> Option<std::borrow::Cow<'a, str>> {
        self.key_span(node)
            .map(|span| string_text(&self.source[span]))
    }

    pub fn is_object(&self, node: u32) -> bool {
        self.value(node).starts_with(b"{")
    }

    pub fn is_scalar(&self, node: u32) -> bool {
        !self.is_object(node) && !self.value(node).starts_with(b"[")
    }

    pub fn children(&self, parent: u32) -> impl Iterator<Item = u32> + '_ {
        let end = self.nodes[parent as usize].next;
        let child = move |at: u32| (at < end).then_some(at);
        std::iter::successors(child(parent + 1), move |&at| {
            child(self.nodes[at as usize].next)
        })
    }

    pub fn parent(&self, node: u32) -> Option<u32> {
        let parent = self.nodes[node as usize].parent;
        (parent != NONE).then_some(parent)
    }

    /// A value and everything within it.
    pub fn within(&self, node: u32) -> Range<u32> {
        node..self.nodes[node as usize].next
    }

    /// Every value at a path: more than one where keys are repeated.
    pub fn at(&self, path: &Path) -> Vec<u32> {
        let mut found = vec![0];
        for segment in path.segments() {
            found = found
                .into_iter()
                .flat_map(|parent| self.steps(parent, segment))
                .collect();
        }
        found
    }

    fn steps(&self, parent: u32, segment: &Segment) -> Vec<u32> {
        match segment {
            Segment::Index(index) if self.value(parent).starts_with(b"[") => {
                self.children(parent).nth(*index).into_iter().collect()
            }
            Segment::Key(name) if self.is_object(parent) => self.members(parent, name),
            _ => Vec::new(),
        }
    }

    /// The members of an object with this name.
    pub fn members(&self, object: u32, name: &str) -> Vec<u32> {
        self.children(object)
            .filter(|&child| self.key(child).is_some_and(|key| key == name))
            .collect()
    }
}

fn push(nodes: &mut Vec<Node>, span: &Range<usize>, key: Range<u32>, parent: u32) {
    nodes.push(Node {
        start: span.start as u32,
        end: span.end as u32,
        key_start: key.start,
        key_end: key.end,
        parent,
        next: nodes.len() as u32 + 1,
    });
}
