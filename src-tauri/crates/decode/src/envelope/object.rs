//! The members of one JSON object, as places in its source.

use crate::json::{
    skim::Skim,
    string::{string_text, unescape},
};
use std::{borrow::Cow, ops::Range};

/// Envelopes have a few dozen members; what comes later is not one's.
const MAX_MEMBERS: usize = 256;

pub(super) struct Object<'a> {
    source: &'a [u8],
    members: Vec<(Cow<'a, str>, Range<usize>)>,
}

impl<'a> Object<'a> {
    /// `None` where no object begins. Of one that breaks off, what was whole.
    pub fn read(source: &'a [u8]) -> Option<Self> {
        let mut skim = Skim::new(source);
        skim.enter(b'{')?;
        let mut members = Vec::new();
        while members.len() < MAX_MEMBERS
            && let Some(key) = skim.next_key()
            && skim.peek().is_some()
        {
            let start = skim.at();
            if skim.skip_value().is_none() {
                break;
            }
            members.push((unescape(key), start..skim.at()));
        }
        Some(Self { source, members })
    }

    pub fn has(&self, name: &str) -> bool {
        self.range(name).is_some()
    }

    /// Where the first member of this name has its value.
    pub fn range(&self, name: &str) -> Option<Range<usize>> {
        let member = self.members.iter().find(|(key, _)| key == name)?;
        Some(member.1.clone())
    }

    pub fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.range(name).map(|range| &self.source[range])
    }

    pub fn object(&self, name: &str) -> Option<Object<'a>> {
        Object::read(self.get(name)?)
    }

    /// A string's text, or the token of anything else but null.
    pub fn text(&self, name: &str) -> Option<String> {
        let token = self.get(name).filter(|token| *token != b"null")?;
        Some(string_text(token).into_owned())
    }
}

/// The places of an array's elements, at most `most`. Empty for anything else.
pub(super) fn elements(source: &[u8], most: usize) -> Vec<Range<usize>> {
    let mut skim = Skim::new(source);
    let mut elements = Vec::new();
    if skim.enter(b'[').is_none() {
        return elements;
    }
    while elements.len() < most && skim.next_element().is_some() && skim.peek().is_some() {
        let start = skim.at();
        if skim.skip_value().is_none() {
            break;
        }
        elements.push(start..skim.at());
    }
    elements
}
