//! Several paths looked up in one pass over a document, for who reads the same few fields of every record.
//!
//! Gives what [`find`](crate::find) gives for each path alone. It builds no tree, does not recurse, and stops
//! where everything is found.

use crate::{
    Path, Scalar, Segment, inside,
    json::{skim::Skim, string::has_text},
    path::scalar,
};

/// Paths as one tree, so that common beginnings are walked once.
#[derive(Clone, Debug)]
pub struct PathSet {
    nodes: Vec<Node>,
    paths: usize,
}

#[derive(Clone, Debug, Default)]
struct Node {
    keys: Vec<(String, usize)>,
    indexes: Vec<(usize, usize)>,
    /// The numbers of the paths that end here.
    ends: Vec<usize>,
}

/// A container that is being walked, and where it began: what breaks off within it is passed over as a whole.
struct Frame<'a> {
    node: usize,
    start: Skim<'a>,
    is_object: bool,
    next_index: usize,
}

/// Where a value begins.
#[derive(Clone, Copy)]
pub(crate) struct Place<'t> {
    at: usize,
    /// The document from there on; of a value below a string, the document in that string.
    pub rest: &'t [u8],
    /// It is below a string, which is there to its end.
    pub is_in_string: bool,
}

type Found<'f, 'a> = &'f mut dyn FnMut(usize, Scalar<'a>, Place<'_>);

impl PathSet {
    /// A path's number is its place in `paths`.
    pub fn new<'p>(paths: impl IntoIterator<Item = &'p Path>) -> Self {
        let mut set = Self {
            nodes: vec![Node::default()],
            paths: 0,
        };
        for path in paths {
            let end = path
                .segments()
                .iter()
                .fold(0, |node, segment| set.child(node, segment));
            set.nodes[end].ends.push(set.paths);
            set.paths += 1;
        }
        set
    }

    pub fn len(&self) -> usize {
        self.paths
    }

    pub fn is_empty(&self) -> bool {
        self.paths == 0
    }

    /// Says the number and the value of each path that leads to one, in the order of the document. The first
    /// of duplicate keys counts. Gives the byte after the document, where that was walked to its end.
    pub fn find<'a>(
        &self,
        json: &'a [u8],
        mut found: impl FnMut(usize, Scalar<'a>),
    ) -> Option<usize> {
        self.find_placed(json, |path, value, _| found(path, value))
    }

    /// The same, with where each value begins.
    pub(crate) fn find_placed<'a>(
        &self,
        json: &'a [u8],
        mut found: impl FnMut(usize, Scalar<'a>, Place<'_>),
    ) -> Option<usize> {
        let mut walk = Walk {
            set: self,
            skim: Skim::new(json),
            frames: Vec::new(),
            seen: vec![false; self.nodes.len()],
            missing: self.paths,
            breaks_off: false,
            json,
            depth: 0,
        };
        walk.visit(0, &mut found)?;
        while walk.missing > 0 && walk.step(&mut found).is_some() {}
        (walk.frames.is_empty() && !walk.breaks_off).then(|| walk.skim.at())
    }

    fn child(&mut self, node: usize, segment: &Segment) -> usize {
        let known = match segment {
            Segment::Key(key) => self.nodes[node]
                .keys
                .iter()
                .find(|(k, _)| k == key)
                .map(|&(_, child)| child),
            Segment::Index(index) => self.nodes[node]
                .indexes
                .iter()
                .find(|(i, _)| i == index)
                .map(|&(_, child)| child),
        };
        known.unwrap_or_else(|| {
            let child = self.nodes.len();
            self.nodes.push(Node::default());
            match segment {
                Segment::Key(key) => self.nodes[node].keys.push((key.clone(), child)),
                Segment::Index(index) => self.nodes[node].indexes.push((*index, child)),
            }
            child
        })
    }
}

struct Walk<'s, 'a> {
    set: &'s PathSet,
    skim: Skim<'a>,
    frames: Vec<Frame<'a>>,
    seen: Vec<bool>,
    missing: usize,
    /// The document has no end.
    breaks_off: bool,
    json: &'a [u8],
    /// Below how many strings this is.
    depth: usize,
}

impl<'a> Walk<'_, 'a> {
    /// The next member or element of the innermost container. `None` at the end of all that can be read.
    fn step(&mut self, found: Found<'_, 'a>) -> Option<()> {
        let frame = self.frames.last_mut()?;
        let node = &self.set.nodes[frame.node];
        let child = if frame.is_object {
            match self.skim.next_key() {
                Some(key) => node.keys.iter().find(|(name, _)| has_text(key, name)),
                None => return self.leave(b'}'),
            }
            .map(|&(_, child)| child)
        } else {
            if self.skim.next_element().is_none() {
                return self.leave(b']');
            }
            let index = frame.next_index;
            frame.next_index += 1;
            node.indexes
                .iter()
                .find(|(wanted, _)| *wanted == index)
                .map(|&(_, child)| child)
        };
        let passed = match child {
            Some(child) if !self.seen[child] => self.visit(child, found),
            _ => self.skim.skip_value(),
        };
        passed.or_else(|| self.pass_over())
    }

    /// Takes the value that starts here, and walks into it if a path does.
    fn visit(&mut self, node: usize, found: Found<'_, 'a>) -> Option<()> {
        self.seen[node] = true;
        let wanted = &self.set.nodes[node];
        self.skim.peek()?;
        if !wanted.ends.is_empty()
            && let Some(value) = scalar(&mut self.skim.clone())
        {
            self.missing -= wanted.ends.len();
            let at = self.skim.at();
            let place = Place {
                at,
                rest: &self.json[at..],
                is_in_string: self.depth > 0,
            };
            for &path in &wanted.ends {
                found(path, value.clone(), place);
            }
        }
        self.open(node, found)
    }

    /// Walks into the value that starts here if a path does, and passes over it otherwise.
    fn open(&mut self, node: usize, found: Found<'_, 'a>) -> Option<()> {
        let wanted = &self.set.nodes[node];
        let start = self.skim.clone();
        let opens = match self.skim.peek()? {
            bracket @ b'{' if !wanted.keys.is_empty() => Some(bracket),
            bracket @ b'[' if !wanted.indexes.is_empty() => Some(bracket),
            b'"' if node > 0 && !(wanted.keys.is_empty() && wanted.indexes.is_empty()) => {
                self.look_below(node, found);
                None
            }
            _ => None,
        };
        let Some(bracket) = opens else {
            return self.skim.skip_value();
        };
        self.skim.enter(bracket)?;
        self.frames.push(Frame {
            node,
            start,
            is_object: bracket == b'{',
            next_index: 0,
        });
        Some(())
    }

    /// What the paths of a node lead to below the string that starts here.
    fn look_below(&mut self, node: usize, found: Found<'_, 'a>) {
        let mut skim = self.skim.clone();
        let raw = skim.string().filter(|_| self.depth < inside::MAX_DEPTH);
        let Some((raw, text)) = raw.and_then(|raw| Some((raw, inside::document(raw)?))) else {
            return;
        };
        let start = skim.at() - raw.len() - 1;
        let mut places = inside::SourcePlaces::new(raw);
        let mut take = |path: usize, value: Scalar<'_>, place: Place<'_>| {
            let at = places.of(place.at);
            if let Some(value) = inside::of_source(value, raw, at) {
                let at = start + at;
                found(path, value, Place { at, ..place });
            }
        };
        let mut walk = Walk {
            set: self.set,
            skim: Skim::new(text.as_bytes()),
            frames: Vec::new(),
            seen: std::mem::take(&mut self.seen),
            missing: self.missing,
            breaks_off: false,
            json: text.as_bytes(),
            depth: self.depth + 1,
        };
        if walk.open(node, &mut take).is_some() {
            while walk.missing > 0 && walk.step(&mut take).is_some() {}
        }
        self.missing = walk.missing;
        self.seen = walk.seen;
    }

    /// Steps out of the innermost container, whose end should be here.
    fn leave(&mut self, bracket: u8) -> Option<()> {
        match self.skim.enter(bracket) {
            Some(()) => self.frames.pop().map(|_| ()),
            None => self.pass_over(),
        }
    }

    /// Passes over a container that breaks off, as a search for what comes after it does.
    fn pass_over(&mut self) -> Option<()> {
        loop {
            let Some(frame) = self.frames.pop() else {
                self.breaks_off = true;
                return None;
            };
            self.skim = frame.start;
            if self.skim.skip_value().is_some() {
                return Some(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::find;
    use proptest::prelude::*;

    fn all<'a>(json: &'a [u8], paths: &[Path]) -> Vec<Option<Scalar<'a>>> {
        let mut values = vec![None; paths.len()];
        PathSet::new(paths).find(json, |path, value| {
            assert!(values[path].is_none(), "path {path} was found twice");
            values[path] = Some(value);
        });
        values
    }

    fn paths(texts: &[&str]) -> Vec<Path> {
        texts
            .iter()
            .map(|text| Path::parse(text).expect("a path"))
            .collect()
    }

    #[track_caller]
    fn check(json: &str, texts: &[&str]) {
        let paths = paths(texts);
        let alone: Vec<_> = paths
            .iter()
            .map(|path| find(json.as_bytes(), path))
            .collect();
        assert_eq!(all(json.as_bytes(), &paths), alone, "{json}");
    }

    const PATHS: [&str; 8] = ["a", "a.b", "a.b.c", "a[1]", "a[1].b", "b", "c[0]", "$"];

    #[test]
    fn finds_what_each_path_finds_alone() {
        for json in [
            r#"{"a":{"b":{"c":1},"x":[{}]},"b":"t","c":[7]}"#,
            r#"{"b":2,"a":[0,{"b":3}],"c":[]}"#,
            r#"{"a":1,"a":{"b":2},"c":[[1]],"b":null}"#,
            r#"[{"a":1}]"#,
            r#""text""#,
            "",
        ] {
            check(json, &PATHS);
        }
    }

    #[test]
    fn what_breaks_off_within_a_container_hides_nothing_behind_it() {
        check(r#"{"a":{"b" 1},"b":2}"#, &PATHS);
        check(r#"{"a":{"b":01},"b":2}"#, &PATHS);
        check(r#"{"a":{"b":{"c":1"#, &PATHS);
        check(r#"{"a":[0,{"b":5"#, &PATHS);
    }

    #[test]
    fn the_end_is_known_of_a_document_that_was_walked_to_it() {
        let end = |json: &str| PathSet::new(&paths(&["a.b", "c"])).find(json.as_bytes(), |_, _| {});
        assert_eq!(end(r#"{"a":{"b":1}}"#), Some(13));
        assert_eq!(end(r#"{"a":1} {"c":2}"#), Some(7));
        assert_eq!(end(r#"{"x":[1,{}]}  "#), Some(12));
        assert_eq!(end("[]"), Some(2));
        // it breaks off, or everything was found before
        assert_eq!(end(r#"{"a":{"b":1"#), None);
        assert_eq!(end(r#"{"x""#), None);
        assert_eq!(end(r#"{"a":{"b":1},"c":2,"x":3}"#), None);
        assert_eq!(end(""), None);
    }

    #[test]
    fn the_same_path_twice_is_found_for_both() {
        check(r#"{"a":{"b":1}}"#, &["a.b", "$.a['b']"]);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        use serde_json::Value;
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<i32>().prop_map(Value::from),
            "[abc\"]{0,3}".prop_map(Value::from)
        ];
        leaf.prop_recursive(4, 40, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::btree_map("[abc]", inner, 0..4)
                    .prop_map(|map| Value::Object(map.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn a_pass_is_as_good_as_single_looks(json in json(), cut in 0usize..400) {
            let text = json.to_string();
            let paths = paths(&PATHS);
            let bytes = &text.as_bytes()[..text.len().min(cut)];
            let alone: Vec<_> = paths.iter().map(|path| find(bytes, path)).collect();
            prop_assert_eq!(all(bytes, &paths), alone);
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in any::<Vec<u8>>(), text in r#"[\{\}\[\]",:ab1 ]{0,40}"#) {
            all(&bytes, &paths(&PATHS));
            all(text.as_bytes(), &paths(&PATHS));
        }
    }
}
