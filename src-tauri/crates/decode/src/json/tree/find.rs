//! Finding a node by a text or by a byte, and the row in which it then stands.

use super::{Expansion, JsonTree, NONE, Node};
use crate::json::string_text;

/// What holds a text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// In the order of the document, the first of them.
    pub nodes: Vec<u32>,
    /// How many there are in all.
    pub total: usize,
}

/// Where a node stands once all around it is unfolded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub node: u32,
    /// What else has to be toggled for it to be seen, and what was before.
    pub expansion: Expansion,
    pub row: usize,
}

impl JsonTree {
    /// Nodes whose name or own value holds a text, upper and lower case alike. An empty text is nowhere.
    pub fn find(&self, text: &str, most: usize) -> Found {
        let needle = Needle::new(text);
        let mut found = Found::default();
        if text.is_empty() {
            return found;
        }
        for (at, node) in (0..).zip(&self.nodes) {
            let is_scalar = !matches!(self.bytes[node.start as usize], b'{' | b'[');
            let holds = self.raw_key(node).is_some_and(|key| needle.is_in(key))
                || (is_scalar && needle.is_in(&self.bytes[node.span()]));
            if holds {
                found.total += 1;
                if found.nodes.len() < most {
                    found.nodes.push(at);
                }
            }
        }
        found
    }

    /// The innermost node that a byte of the document belongs to; a name belongs to its value.
    pub fn node_at(&self, byte: usize) -> Option<u32> {
        let begin = |node: &Node| {
            if node.key_start == NONE {
                node.start
            } else {
                node.key_start
            }
        };
        let after = self
            .nodes
            .partition_point(|node| begin(node) as usize <= byte);
        let mut at = u32::try_from(after).ok()?.checked_sub(1)?;
        while self.node(at).end as usize <= byte {
            at = self.node(at).parent;
            if at == NONE {
                return None;
            }
        }
        Some(at)
    }

    /// The row of a node where everything around it is unfolded, and else nothing is changed.
    pub fn place(&self, expansion: &Expansion, node: u32) -> Option<Place> {
        self.nodes.get(node as usize)?;
        let mut expansion = expansion.clone();
        let mut at = self.node(node).parent;
        while at != NONE {
            let around = self.node(at);
            let is_open =
                ((around.depth as usize) < expansion.depth) != expansion.toggled.contains(&at);
            if !is_open && !expansion.toggled.remove(&at) {
                expansion.toggled.insert(at);
            }
            at = around.parent;
        }
        let row = self.row_of(node, &expansion)?;
        Some(Place {
            node,
            expansion,
            row,
        })
    }
}

/// A text to look for in any case.
struct Needle {
    folded: String,
    /// Its first byte in both cases, where every character is one byte.
    first: Option<[u8; 2]>,
}

impl Needle {
    fn new(text: &str) -> Self {
        let folded = text.to_lowercase();
        let first = folded
            .bytes()
            .next()
            .filter(|_| folded.is_ascii())
            .map(|first| [first, first.to_ascii_uppercase()]);
        Self { folded, first }
    }

    /// In a token as it is written; escapes stand for their characters.
    fn is_in(&self, token: &[u8]) -> bool {
        match self.first {
            Some(first) if memchr::memchr(b'\\', token).is_none() => {
                let inner = token.strip_prefix(b"\"").unwrap_or(token);
                self.is_in_plain(first, inner.strip_suffix(b"\"").unwrap_or(inner))
            }
            _ => string_text(token).to_lowercase().contains(&self.folded),
        }
    }

    fn is_in_plain(&self, [lower, upper]: [u8; 2], token: &[u8]) -> bool {
        let length = self.folded.len();
        let mut rest = token;
        while let Some(at) = memchr::memchr2(lower, upper, rest) {
            match rest.get(at..at + length) {
                Some(part) if part.eq_ignore_ascii_case(self.folded.as_bytes()) => return true,
                Some(_) => rest = &rest[at + 1..],
                None => return false,
            }
        }
        false
    }
}
