//! Event types and sources by number. The definition's types have the first numbers.

use crate::event::NameKey;
use foldhash::fast::FixedState;
use hashbrown::HashMap;

/// A stream has few types and sources; what names more of them names something else. Those beyond share one name.
const MAX_NAMES: usize = 4_096;
const OTHER: &str = "(other)";

#[derive(Clone, Debug)]
pub(crate) struct Names {
    names: Vec<Box<str>>,
    numbers: HashMap<Box<str>, NameKey, FixedState>,
}

impl Names {
    pub fn new(first: &[String]) -> Self {
        let mut names = Self {
            names: Vec::new(),
            numbers: HashMap::with_hasher(FixedState::default()),
        };
        for name in first {
            names.key(name);
        }
        names
    }

    pub fn key(&mut self, name: &str) -> NameKey {
        if let Some(&key) = self.numbers.get(name) {
            return key;
        }
        let name = if self.names.len() < MAX_NAMES {
            name
        } else {
            OTHER
        };
        let next = NameKey(self.names.len() as u32);
        let key = *self.numbers.entry(name.into()).or_insert(next);
        if key == next {
            self.names.push(name.into());
        }
        key
    }

    pub fn find(&self, name: &str) -> Option<NameKey> {
        self.numbers.get(name).copied()
    }

    /// Empty for [`NameKey::NONE`].
    pub fn text(&self, key: NameKey) -> &str {
        self.names.get(key.0 as usize).map_or("", |name| name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_numbered_once_and_bounded() {
        let mut names = Names::new(&["a".to_owned(), "b".to_owned()]);
        assert_eq!(names.key("b"), NameKey(1));
        assert_eq!(names.key("c"), NameKey(2));
        let last = (0..10_000)
            .map(|number| names.key(&format!("n{number}")))
            .last();
        assert_eq!(last.map(|key| names.text(key)), Some(OTHER));
        assert!(names.names.len() <= MAX_NAMES + 1);
        assert_eq!(names.text(NameKey::NONE), "");
    }
}
