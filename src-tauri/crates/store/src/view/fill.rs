//! Filling a view's lanes on every core: each takes the lane that is due next, and steps it. What a step
//! takes in is `scan`'s affair.

use super::{Cancel, View, scan::LaneCursor};
use crate::StoreError;
use query::{Stop, unless_stopped};
use std::{
    panic::resume_unwind,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Instant,
};

/// Steps until nothing is left, it is cancelled, or `until` has come; at least once. Gives whether every step is whole: one
/// that was cancelled in the middle of a long payload has left out what nobody knows.
pub(super) fn fill(
    view: &View,
    lanes: &mut [LaneCursor],
    cancel: &Cancel,
    until: Option<Instant>,
) -> Result<bool, StoreError> {
    let open = lanes.iter().filter(|lane| !lane.is_complete()).count();
    let asked = cancel.clone();
    let filling = Filling {
        view,
        cancel,
        stop: Arc::new(move || asked.is_cancelled()),
        until,
        was_ended: AtomicBool::new(false),
        idle: Mutex::new(lanes.iter_mut().enumerate().collect()),
    };
    // most questions of a running capture end here, before another thread would be there
    if !filling.step()? || filling.is_over() {
        return Ok(filling.is_whole());
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    thread::scope(|scope| {
        let others: Vec<_> = (1..cores.min(open))
            .map(|_| scope.spawn(|| filling.run()))
            .collect();
        let mine = filling.run();
        others
            .into_iter()
            .map(|other| other.join().unwrap_or_else(|panic| resume_unwind(panic)))
            .fold(mine, Result::and)
    })?;
    Ok(filling.is_whole())
}

struct Filling<'v> {
    view: &'v View,
    cancel: &'v Cancel,
    stop: Stop,
    until: Option<Instant>,
    was_ended: AtomicBool,
    /// The lanes that nobody steps now, with their places.
    idle: Mutex<Vec<(usize, &'v mut LaneCursor)>>,
}

impl<'v> Filling<'v> {
    fn run(&self) -> Result<(), StoreError> {
        while !self.is_over() && self.step()? {}
        Ok(())
    }

    fn is_whole(&self) -> bool {
        !self.was_ended.load(Ordering::Acquire)
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// Whether there was a lane to step.
    fn step(&self) -> Result<bool, StoreError> {
        let Some((place, lane)) = self.take() else {
            return Ok(false);
        };
        let stepped = unless_stopped(&self.stop, || self.view.step_lane(place, lane));
        self.idle().push((place, lane));
        let Some(stepped) = stepped else {
            self.was_ended.store(true, Ordering::Release);
            return Ok(false);
        };
        stepped.map(|()| true)
    }

    /// The lane that lags behind what is committed, else the one with the newest records left.
    fn take(&self) -> Option<(usize, &'v mut LaneCursor)> {
        if self.cancel.is_cancelled() {
            return None;
        }
        let mut idle = self.idle();
        let due = idle
            .iter()
            .enumerate()
            .filter(|(_, (_, lane))| !lane.is_complete())
            .max_by_key(|(_, (_, lane))| (lane.is_behind(), lane.frontier))
            .map(|(at, _)| at)?;
        Some(idle.swap_remove(due))
    }

    fn idle(&self) -> MutexGuard<'_, Vec<(usize, &'v mut LaneCursor)>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
