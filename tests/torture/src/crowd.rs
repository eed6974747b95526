//! Cases side by side: most of a case waits for a process, a disk or a moment.

use crate::Suite;
use rand::rngs::StdRng;
use std::time::Duration;
use tokio::task::{JoinError, JoinSet};

/// No case takes longer unless it is broken.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came of one case: how many faults happened to it, and which invariant did not hold.
pub type Tried = (u64, Result<(), String>);

impl Suite {
    /// Tries all cases, at most so many at a time. One that panics or does not end is a broken one. Where a seeded
    /// bug is looked for, the first broken case is enough.
    pub async fn side_by_side<F>(&mut self, at_once: usize, try_one: impl Fn(u64, StdRng) -> F)
    where
        F: Future<Output = Tried> + Send + 'static,
    {
        let mut running = JoinSet::new();
        for case in self.cases() {
            if running.len() >= at_once {
                self.next_of(&mut running).await;
            }
            if self.has_found_its_mutant() {
                break;
            }
            let tried = tokio::spawn(tokio::time::timeout(
                PATIENCE,
                try_one(case, self.random(case)),
            ));
            running.spawn(async move { (case, flat(tried.await)) });
        }
        while !running.is_empty() {
            self.next_of(&mut running).await;
        }
    }

    async fn next_of(&mut self, running: &mut JoinSet<(u64, Tried)>) {
        if let Some(Ok((case, (fired, outcome)))) = running.join_next().await {
            self.tried(case, fired, outcome);
        }
    }
}

fn flat(ended: Result<Result<Tried, tokio::time::error::Elapsed>, JoinError>) -> Tried {
    match ended {
        Ok(Ok(tried)) => tried,
        Ok(Err(_)) => (0, Err(format!("not over after {PATIENCE:?}"))),
        Err(panic) => (0, Err(format!("it panicked: {}", said(panic)))),
    }
}

fn said(panic: JoinError) -> String {
    let Ok(payload) = panic.try_into_panic() else {
        return "it was cancelled".to_owned();
    };
    let text = payload.downcast_ref::<String>().map(String::as_str);
    let text = text.or_else(|| payload.downcast_ref::<&str>().copied());
    text.unwrap_or("without words").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Counts;

    #[tokio::test]
    async fn every_case_is_told_and_a_panic_is_a_broken_case() {
        let counts = Counts { full: 9, short: 9 };
        let mut suite = Suite::begin("side-by-side", counts);
        let cases = suite.cases().count() as u64;
        suite
            .side_by_side(4, |case, _| async move {
                assert!(case != 3, "three");
                (
                    2,
                    if case == 5 {
                        Err("five".into())
                    } else {
                        Ok(())
                    },
                )
            })
            .await;
        let (tried, fired, broken) = suite.so_far();
        assert_eq!((tried, fired), (cases, (cases - 1) * 2));
        assert!(
            broken
                .iter()
                .any(|line| line.ends_with("it panicked: three"))
        );
        assert!(broken.iter().any(|line| line.ends_with("five")));
    }
}
