//! What a regular expression compiles to, and how a look for it is ended while nobody waits any more.
//!
//! The regex crate is fast on what people write, and on anything takes a time that grows with the text times the program. That
//! is minutes for `a[ab]{1000}[^ab]` in a few megabytes, and nothing ends it. So what could take long is walked here by the
//! same engine's lazy automaton, with a look at whether to go on every few milliseconds.

use regex_automata::{
    Input,
    hybrid::dfa::{Cache, DFA},
    nfa::thompson,
    util::syntax,
};
use std::{
    cell::{Cell, RefCell},
    fmt,
    sync::{Arc, OnceLock},
};

/// Whether to end.
pub type Stop = Arc<dyn Fn() -> bool + Send + Sync>;

/// Shorter texts are never walked here: no program takes long in them.
const SHORT_TEXT_BYTES: usize = 2 * 1024;
/// Of states at bytes: that many take some milliseconds in the worst case.
const QUICK_STEPS: usize = 2_000_000;

thread_local! {
    static STOP: RefCell<Option<Stop>> = const { RefCell::new(None) };
    static WAS_ENDED: Cell<bool> = const { Cell::new(false) };
}

/// Does some work of this thread, in which regular expressions end when `stop` says so. Nothing where one did: it
/// answered "no" for what it had not looked at, so that nothing of the work may be used.
pub fn unless_stopped<T>(stop: &Stop, work: impl FnOnce() -> T) -> Option<T> {
    struct Before(Option<Stop>, bool);
    impl Drop for Before {
        fn drop(&mut self) {
            STOP.set(self.0.take());
            WAS_ENDED.set(self.1);
        }
    }
    let _before = Before(
        STOP.replace(Some(Arc::clone(stop))),
        WAS_ENDED.replace(false),
    );
    let done = work();
    (!WAS_ENDED.get()).then_some(done)
}

/// Whether the work that this thread does must end.
pub(crate) fn must_end() -> bool {
    let ends = STOP.with_borrow(|stop| stop.as_ref().is_some_and(|stop| stop()));
    if ends {
        WAS_ENDED.set(true);
    }
    ends
}

fn is_watched() -> bool {
    STOP.with_borrow(Option::is_some)
}

/// A compiled regular expression over bytes.
pub struct Program {
    pattern: String,
    any_case: bool,
    quick: regex::bytes::Regex,
    /// Made when the first long text comes; nothing if the engine has none.
    lazy: OnceLock<Option<Box<DFA>>>,
}

impl Program {
    /// `most_bytes`: of the compiled program.
    ///
    /// # Errors
    /// The engine's, for a pattern that cannot be read or is too large.
    pub fn new(
        pattern: &str,
        any_case: bool,
        most_bytes: usize,
        nesting: u32,
    ) -> Result<Self, regex::Error> {
        let quick = regex::bytes::RegexBuilder::new(pattern)
            .case_insensitive(any_case)
            .size_limit(most_bytes)
            .nest_limit(nesting)
            .build()?;
        Ok(Self {
            pattern: pattern.to_owned(),
            any_case,
            quick,
            lazy: OnceLock::new(),
        })
    }

    /// Whether it is found anywhere in the text; "no" if the work was ended meanwhile ([`unless_stopped`]).
    pub fn is_in(&self, text: &[u8]) -> bool {
        if !is_watched() {
            return self.quick.is_match(text);
        }
        if must_end() {
            return false;
        }
        let walked = self.lazy_for(text).and_then(|lazy| walk(lazy, text));
        walked.unwrap_or_else(|| self.quick.is_match(text))
    }

    pub(super) fn quick(&self) -> &regex::bytes::Regex {
        &self.quick
    }

    /// What to walk a text with if it could take long.
    fn lazy_for(&self, text: &[u8]) -> Option<&DFA> {
        if text.len() <= SHORT_TEXT_BYTES {
            return None;
        }
        let lazy = self.lazy.get_or_init(|| self.make_lazy().map(Box::new));
        let lazy = lazy.as_deref()?;
        (steps(lazy).saturating_mul(text.len()) > QUICK_STEPS).then_some(lazy)
    }

    fn make_lazy(&self) -> Option<DFA> {
        let syntax = syntax::Config::new()
            .utf8(false)
            .case_insensitive(self.any_case);
        let nfa = thompson::Config::new()
            .utf8(false)
            .which_captures(thompson::WhichCaptures::None);
        let lazy = DFA::config()
            .unicode_word_boundary(true)
            .skip_cache_capacity_check(true);
        let mut builder = DFA::builder();
        builder.configure(lazy).syntax(syntax).thompson(nfa);
        builder.build(&self.pattern).ok()
    }
}

/// In the worst case, for a byte.
fn steps(lazy: &DFA) -> usize {
    lazy.get_nfa().states().len()
}

/// Nothing where the automaton cannot tell: words in letters beyond ASCII have ends that it does not know.
fn walk(lazy: &DFA, text: &[u8]) -> Option<bool> {
    let mut cache = Cache::new(lazy);
    let mut state = lazy
        .start_state_forward(&mut cache, &Input::new(text))
        .ok()?;
    for piece in text.chunks(QUICK_STEPS.div_ceil(steps(lazy))) {
        if must_end() {
            return Some(false);
        }
        for &byte in piece {
            state = lazy.next_state(&mut cache, state, byte).ok()?;
            if state.is_tagged() {
                if state.is_match() || state.is_dead() {
                    return Some(state.is_match());
                }
                if state.is_quit() {
                    return None;
                }
            }
        }
    }
    let last = lazy.next_eoi_state(&mut cache, state).ok()?;
    Some(last.is_match())
}

impl fmt::Debug for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Program({})", self.pattern)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::{
        sync::atomic::{AtomicBool, Ordering},
        thread,
        time::{Duration, Instant},
    };

    fn program(pattern: &str) -> Program {
        Program::new(pattern, false, 1 << 20, 50).expect(pattern)
    }

    /// No two stretches of a thousand are alike, so that every byte leads to a new state.
    fn unruly(bytes: usize) -> Vec<u8> {
        let mut seed = 7_u64;
        let letters = (0..bytes).map(|_| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            b"ab"[(seed >> 63) as usize]
        });
        letters.collect()
    }

    fn never() -> Stop {
        Arc::new(|| false)
    }

    #[test]
    fn a_long_look_ends_when_it_is_told_to() {
        let (program, text) = (program("a[ab]{1000}[^ab]"), unruly(10 << 20));
        let stopped = Arc::new(AtomicBool::new(false));
        let seen = Arc::clone(&stopped);
        let stop: Stop = Arc::new(move || seen.load(Ordering::Acquire));
        thread::scope(|threads| {
            let looking = threads.spawn(|| unless_stopped(&stop, || program.is_in(&text)));
            // there is nothing to wait for but the time
            thread::sleep(Duration::from_millis(200));
            assert!(
                !looking.is_finished(),
                "it takes no time: make the text longer"
            );
            stopped.store(true, Ordering::Release);
            let asked = Instant::now();
            assert_eq!(looking.join().expect("a thread"), None);
            let took = asked.elapsed();
            assert!(took < Duration::from_secs(1), "{took:?}");
        });
    }

    #[test]
    fn work_that_was_ended_gives_nothing_and_the_next_begins_anew() {
        let program = program("b");
        let ended: Stop = Arc::new(|| true);
        assert_eq!(unless_stopped(&ended, || program.is_in(b"abc")), None);
        assert_eq!(
            unless_stopped(&never(), || program.is_in(b"abc")),
            Some(true)
        );
        let inner = || unless_stopped(&ended, || program.is_in(b"b"));
        assert_eq!(unless_stopped(&never(), inner), Some(None));
        assert!(program.is_in(b"abc"));
        // nothing was asked of an expression
        assert_eq!(unless_stopped(&ended, || 7), Some(7));
    }

    #[test]
    fn long_texts_are_told_apart_as_by_the_other_engine() {
        let filler = unruly(200_000);
        for (pattern, end) in [
            ("a[ab]{1000}[^ab]", "c"),
            (r"\bword\b", " word "),
            (r"\bword\b", " wörd word"),
            (r"\w+é$", "é"),
            (r"^a.*c\z", "c"),
            (r"(?m)^x", "\nx"),
            ("[^ab]c{3}", "ccccd"),
            ("zz", ""),
        ] {
            let program = program(pattern);
            for end in [end, ""] {
                let text = [&filler[..], end.as_bytes()].concat();
                let walked = unless_stopped(&never(), || program.is_in(&text));
                assert_eq!(walked, Some(program.quick.is_match(&text)), "{pattern}");
            }
        }
    }

    proptest! {
        #[test]
        fn walking_finds_what_the_other_engine_finds(
            pattern in r"(\^|a|b|\.|é|\\w|\\d|\[\^a\]|\(a\|b\)|\\b|\*|\+|\{2,3\}|\$){1,6}",
            text in "[ab1é\n ]{0,30}",
        ) {
            if let Ok(program) = Program::new(&pattern, true, 1 << 20, 50)
                && let Some(lazy) = program.make_lazy()
                && let Some(found) = walk(&lazy, text.as_bytes())
            {
                prop_assert_eq!(found, program.quick.is_match(text.as_bytes()));
            }
        }
    }
}
