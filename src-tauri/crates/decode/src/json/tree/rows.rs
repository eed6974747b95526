//! The rows of a tree that are seen: what is unfolded, a page at a time.

use super::{JsonTree, NONE, Node, Stop};
use crate::{
    preview::{cut_to_chars, json_line},
    text::push_safe_bytes,
};
use std::{
    collections::HashSet,
    ops::Range,
    sync::{Arc, PoisonError},
};

/// Longer keys and values are cut; the whole is in the source under the row's span.
const MAX_ROW_CHARS: usize = 1_024;
/// The glance into an object or array that is folded.
const MAX_GLANCE_CHARS: usize = 80;
/// A longer path is not put into every row.
const MAX_ROW_PATH_BYTES: usize = 2_048;

/// Which objects and arrays are unfolded.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expansion {
    /// Those above this depth; 0 folds even the document.
    pub depth: usize,
    /// The nodes for which it is the other way round.
    pub toggled: HashSet<u32>,
}

impl Expansion {
    pub fn to_depth(depth: usize) -> Self {
        Self {
            depth,
            toggled: HashSet::new(),
        }
    }
}

/// A page of rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRows {
    /// How many rows there are with this expansion.
    pub total: usize,
    pub rows: Vec<TreeRow>,
    /// Where the tree ends before its document, if it does.
    pub stop: Option<Stop>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TreeRow {
    pub node: u32,
    pub depth: usize,
    /// As it is written between its quotes, escapes and all, safe to show.
    pub key: Option<String>,
    /// The place in an array.
    pub index: Option<usize>,
    pub kind: NodeKind,
    /// A scalar's own token, safe to show; of what is folded a glance, of what is unfolded nothing.
    pub text: String,
    /// Whether the key or a scalar's text was cut.
    pub is_cut: bool,
    pub children: usize,
    pub expanded: bool,
    /// The `JSONPath`; `None` where it is very long: see [`JsonTree::path`].
    pub path: Option<String>,
    /// The bytes of the value in the document.
    pub span: Range<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NodeKind {
    Object,
    Array,
    String,
    Number,
    Bool,
    Null,
}

/// The nodes that are seen with one expansion.
#[derive(Debug)]
pub(super) struct Flattening {
    expansion: Expansion,
    visible: Vec<u32>,
}

impl JsonTree {
    /// `count` rows from row `first`. Quick for any page: the list of what is seen is kept until
    /// another expansion is asked for.
    pub fn rows(&self, expansion: &Expansion, first: usize, count: usize) -> TreeRows {
        let flattening = self.flattening(expansion);
        let visible = &flattening.visible;
        let page = visible.iter().skip(first).take(count);
        let rows = page.map(|&node| self.row(node, expansion)).collect();
        TreeRows {
            total: visible.len(),
            rows,
            stop: self.stop,
        }
    }

    /// The row of a node that is seen.
    pub(super) fn row_of(&self, node: u32, expansion: &Expansion) -> Option<usize> {
        let visible = &self.flattening(expansion).visible;
        visible.binary_search(&node).ok()
    }

    fn flattening(&self, expansion: &Expansion) -> Arc<Flattening> {
        // a list left behind by a panic is whole: it is only ever replaced
        let mut kept = self
            .flattening
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match &*kept {
            Some(flattening) if flattening.expansion == *expansion => Arc::clone(flattening),
            _ => {
                let visible = self.visible(expansion);
                let flattening = Arc::new(Flattening {
                    expansion: expansion.clone(),
                    visible,
                });
                *kept = Some(Arc::clone(&flattening));
                flattening
            }
        }
    }

    /// In the order of the source: what is folded is passed over in one step.
    fn visible(&self, expansion: &Expansion) -> Vec<u32> {
        let mut toggled: Vec<u32> = expansion.toggled.iter().copied().collect();
        toggled.sort_unstable();
        let mut toggled = toggled.into_iter().peekable();
        let mut visible = Vec::new();
        let mut at = 0;
        while let Some(node) = self.nodes.get(at as usize) {
            visible.push(at);
            while toggled.next_if(|&toggled| toggled < at).is_some() {}
            let is_expanded = is_above(node, expansion) != (toggled.peek() == Some(&at));
            at = if is_expanded { at + 1 } else { node.next };
        }
        visible
    }

    fn row(&self, at: u32, expansion: &Expansion) -> TreeRow {
        let node = self.node(at);
        let kind = self.kind(&node);
        let is_container = matches!(kind, NodeKind::Object | NodeKind::Array);
        let expanded =
            is_container && is_above(&node, expansion) != expansion.toggled.contains(&at);
        let source = &self.bytes[node.span()];
        let (text, is_text_cut) = match (is_container, expanded) {
            (true, true) => (String::new(), false),
            (true, false) => (json_line(source, MAX_GLANCE_CHARS), false),
            (false, _) => token(source),
        };
        let (key, is_key_cut) = self.raw_key(&node).map(token).unzip();
        let is_element = key.is_none() && node.parent != NONE;
        TreeRow {
            node: at,
            depth: node.depth as usize,
            key,
            index: is_element.then_some(node.ordinal as usize),
            kind,
            text,
            is_cut: is_text_cut || is_key_cut.unwrap_or(false),
            children: node.children as usize,
            expanded,
            path: self
                .path_within(at, MAX_ROW_PATH_BYTES)
                .map(|path| path.to_string()),
            span: node.span(),
        }
    }

    fn kind(&self, node: &Node) -> NodeKind {
        match self.bytes[node.start as usize] {
            b'{' => NodeKind::Object,
            b'[' => NodeKind::Array,
            b'"' => NodeKind::String,
            b't' | b'f' => NodeKind::Bool,
            b'n' => NodeKind::Null,
            _ => NodeKind::Number,
        }
    }
}

fn is_above(node: &Node, expansion: &Expansion) -> bool {
    (node.depth as usize) < expansion.depth
}

/// A token safe to show, and whether it was cut.
fn token(source: &[u8]) -> (String, bool) {
    let start = &source[..source.len().min(MAX_ROW_CHARS * 4)];
    let mut text = String::with_capacity(start.len());
    push_safe_bytes(&mut text, start);
    let is_cut = cut_to_chars(&mut text, MAX_ROW_CHARS) || start.len() < source.len();
    (text, is_cut)
}
