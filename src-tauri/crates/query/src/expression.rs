//! Regular expressions of the language: `/time(d )?out/`, `/paid/i`. One that exists is valid and small.
//!
//! They match bytes and run in linear time; what is no UTF-8 matches no `.`. Whoever wants to end a long look meanwhile says so
//! by [`unless_stopped`].

mod program;

pub(crate) use program::must_end;
pub use program::{Program, Stop, unless_stopped};

use std::{
    fmt::{self, Write},
    ops::Range,
    sync::Arc,
};

/// In characters.
const MAX_PATTERN_CHARS: usize = 1_000;
/// Of the compiled program: far more than a person types, far less than hurts.
const MAX_PROGRAM_BYTES: usize = 1 << 20;
const MAX_NESTING: u32 = 50;

/// A regular expression, found anywhere in a text. Equal if the patterns are written alike.
#[derive(Clone)]
pub struct Regex {
    pattern: String,
    any_case: bool,
    program: Arc<Program>,
}

/// Why a text is no regular expression, and which of its bytes are to blame.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RegexError {
    pub at: Range<usize>,
    pub message: String,
}

impl Regex {
    /// `pattern` as it stands between the slashes, where a slash may be written `\/`.
    ///
    /// # Errors
    /// [`RegexError`] with its place in `pattern`.
    pub fn new(pattern: &str, any_case: bool) -> Result<Self, RegexError> {
        let whole = |message: String| RegexError {
            at: 0..pattern.len(),
            message,
        };
        if pattern.is_empty() {
            return Err(whole("expected a regular expression".to_owned()));
        }
        if pattern.chars().count() > MAX_PATTERN_CHARS {
            return Err(whole(format!(
                "a regular expression has at most {MAX_PATTERN_CHARS} characters"
            )));
        }
        tree(pattern, any_case).map_err(|error| located(&error, pattern))?;
        let normal = normal(pattern);
        let program = Program::new(&normal, any_case, MAX_PROGRAM_BYTES, MAX_NESTING)
            .map_err(|_| whole("this regular expression is too large".to_owned()))?;
        Ok(Self {
            pattern: normal,
            any_case,
            program: Arc::new(program),
        })
    }

    /// The pattern with its slashes bare.
    pub fn pattern(&self) -> &str {
        &self.pattern
    }

    pub fn is_any_case(&self) -> bool {
        self.any_case
    }

    pub fn is_in(&self, bytes: &[u8]) -> bool {
        self.program.is_in(bytes)
    }

    /// The texts of the named groups at the first place where it matches.
    pub(crate) fn captures<'t>(&self, text: &'t str) -> Option<Vec<Option<&'t str>>> {
        let program = self.program.quick();
        let found = program.captures(text.as_bytes())?;
        let groups = program.capture_names().enumerate();
        let named = groups.filter(|(_, name)| name.is_some());
        Some(
            named
                .map(|(group, _)| found.get(group).and_then(|part| text.get(part.range())))
                .collect(),
        )
    }

    pub(crate) fn group_names(&self) -> Vec<String> {
        let names = self.program.quick().capture_names().flatten();
        names.map(str::to_owned).collect()
    }

    /// What it means, for whoever looks for the literals in it.
    pub(crate) fn tree(&self) -> Option<regex_syntax::hir::Hir> {
        tree(&self.pattern, self.any_case).ok()
    }
}

fn tree(pattern: &str, any_case: bool) -> Result<regex_syntax::hir::Hir, Box<regex_syntax::Error>> {
    regex_syntax::ParserBuilder::new()
        .case_insensitive(any_case)
        .utf8(false)
        .nest_limit(MAX_NESTING)
        .build()
        .parse(pattern)
        .map_err(Box::new)
}

fn located(error: &regex_syntax::Error, pattern: &str) -> RegexError {
    let (span, message) = match error {
        regex_syntax::Error::Parse(error) => (error.span(), error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (error.span(), error.kind().to_string()),
        _ => {
            return RegexError {
                at: 0..pattern.len(),
                message: "this is no regular expression".to_owned(),
            };
        }
    };
    RegexError {
        at: span.start.offset..span.end.offset,
        message,
    }
}

/// Slashes bare, and what cannot be seen as its escape, so that a pattern has one way to be written.
fn normal(pattern: &str) -> String {
    let mut normal = String::with_capacity(pattern.len());
    let mut chars = pattern.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some('/') => normal.push('/'),
                escaped => normal.extend(['\\'].into_iter().chain(escaped)),
            },
            c if c.is_control() || decode::is_hidden(c) => {
                // writing to a String cannot fail
                let _ = write!(normal, "\\u{{{:x}}}", u32::from(c));
            }
            c => normal.push(c),
        }
    }
    normal
}

/// As the language writes it.
impl fmt::Display for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(self.pattern.len() + 3);
        let mut chars = self.pattern.chars();
        while let Some(c) = chars.next() {
            match c {
                '\\' => text.extend([c].into_iter().chain(chars.next())),
                '/' => text.push_str("\\/"),
                c => text.push(c),
            }
        }
        let flag = if self.any_case { "i" } else { "" };
        write!(f, "/{text}/{flag}")
    }
}

impl fmt::Debug for Regex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Regex({self})")
    }
}

impl PartialEq for Regex {
    fn eq(&self, other: &Self) -> bool {
        (&self.pattern, self.any_case) == (&other.pattern, other.any_case)
    }
}

impl Eq for Regex {}

impl std::hash::Hash for Regex {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        (&self.pattern, self.any_case).hash(state);
    }
}
