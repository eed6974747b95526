//! Replacements of places in a payload, applied in one pass. What lies outside them is copied as it is.

use super::document::Document;
use std::ops::Range;

#[derive(Debug, Default)]
pub(crate) struct Edits {
    replaced: Vec<(Range<usize>, Vec<u8>)>,
}

impl Edits {
    /// The places of one set of edits do not overlap.
    pub fn replace(&mut self, span: Range<usize>, with: impl Into<Vec<u8>>) {
        self.replaced.push((span, with.into()));
    }

    pub fn insert(&mut self, at: usize, text: impl Into<Vec<u8>>) {
        self.replace(at..at, text);
    }

    /// Takes values out of their objects and arrays, with the commas that stood for them. What is
    /// within a value that goes, goes with it; the document itself stays.
    pub fn remove(&mut self, document: &Document<'_>, values: &[u32]) {
        let mut gone = values.to_vec();
        gone.sort_unstable();
        gone.dedup();
        let mut end = 0;
        gone.retain(|&node| {
            let is_outermost = node >= end && node != 0;
            if is_outermost {
                end = document.within(node).end;
            }
            is_outermost
        });
        let mut parents: Vec<u32> = gone
            .iter()
            .filter_map(|&node| document.parent(node))
            .collect();
        parents.sort_unstable();
        parents.dedup();
        for parent in parents {
            self.remove_from(document, parent, &gone);
        }
    }

    /// After a sibling that stays, a value goes with the comma before it, else with the one after it.
    fn remove_from(&mut self, document: &Document<'_>, parent: u32, gone: &[u32]) {
        let mut siblings = document.children(parent).peekable();
        let (mut before, mut kept_before) = (None, false);
        while let Some(node) = siblings.next() {
            let span = member_span(document, node);
            let next = siblings
                .peek()
                .map(|&next| member_span(document, next).start);
            if gone.binary_search(&node).is_err() {
                kept_before = true;
            } else if kept_before {
                self.replace(before.unwrap_or(span.start)..span.end, Vec::new());
            } else {
                self.replace(span.start..next.unwrap_or(span.end), Vec::new());
            }
            before = Some(span.end);
        }
    }

    /// The payload with the edits made; `None` if they change nothing.
    pub fn apply(mut self, source: &[u8]) -> Option<Vec<u8>> {
        self.replaced
            .retain(|(span, with)| source[span.clone()] != with[..]);
        if self.replaced.is_empty() {
            return None;
        }
        self.replaced.sort_by_key(|(span, _)| span.start);
        let mut edited = Vec::with_capacity(source.len() + 64);
        let mut at = 0;
        for (span, with) in self.replaced {
            edited.extend_from_slice(&source[at..span.start]);
            edited.extend_from_slice(&with);
            at = span.end;
        }
        edited.extend_from_slice(&source[at..]);
        Some(edited)
    }
}

fn member_span(document: &Document<'_>, node: u32) -> Range<usize> {
    let value = document.value_span(node);
    document.key_span(node).map_or(value.start, |key| key.start)..value.end
}
