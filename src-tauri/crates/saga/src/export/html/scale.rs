//! From a time to a place on the timeline: idle stretches are drawn short, everything else by its length.

use crate::views::timeline::{Idle, Timeline};
use record::Millis;

/// How wide an idle stretch is drawn.
const IDLE_PX: f64 = 44.0;

pub(super) struct Scale {
    pieces: Vec<Piece>,
    idle: Vec<Idle>,
    width_px: f64,
}

#[derive(Clone, Copy)]
struct Piece {
    from: Millis,
    until: Millis,
    from_px: f64,
    until_px: f64,
}

impl Scale {
    pub fn new(timeline: &Timeline, width_px: f64) -> Self {
        let (from, until) = (timeline.from, timeline.until.max(timeline.from));
        let idle = idle(timeline);
        let busy_millis = until.since(from) - idle_millis(&idle);
        let busy_px = width_px - IDLE_PX * idle.len() as f64;
        let px_a_milli = busy_px / busy_millis.max(1) as f64;
        let mut scale = Self {
            pieces: Vec::new(),
            idle: Vec::new(),
            width_px,
        };
        let mut at = (from, 0.0);
        for stretch in &idle {
            let busy_end = at.1 + stretch.from.since(at.0) as f64 * px_a_milli;
            scale.add(at, (stretch.from, busy_end));
            at = (stretch.until, busy_end + IDLE_PX);
            scale.add((stretch.from, busy_end), at);
        }
        scale.add(at, (until, width_px));
        scale.idle = idle;
        scale
    }

    /// The stretches that are drawn short.
    pub fn idle(&self) -> &[Idle] {
        &self.idle
    }

    fn add(&mut self, (from, from_px): (Millis, f64), (until, until_px): (Millis, f64)) {
        self.pieces.push(Piece {
            from,
            until,
            from_px,
            until_px,
        });
    }

    /// What lies outside is drawn at the ends.
    pub fn x(&self, time: Millis) -> f64 {
        let Some(piece) = self.pieces.iter().find(|piece| time <= piece.until) else {
            return self.width_px;
        };
        let length = piece.until.since(piece.from);
        let part = time.since(piece.from).clamp(0, length.max(0));
        piece.from_px + (piece.until_px - piece.from_px) * part as f64 / length.max(1) as f64
    }
}

/// Where no step is awaited, if that is most of the time: else the true lengths say more.
fn idle(timeline: &Timeline) -> Vec<Idle> {
    let is_waited_for = |idle: &&Idle| {
        let mut bars = timeline.rows.iter().filter_map(|row| row.bar);
        bars.any(|bar| bar.from <= idle.from && bar.until.is_none_or(|until| until >= idle.until))
    };
    let stretches = timeline.idle.iter().filter(|idle| !is_waited_for(idle));
    let idle: Vec<Idle> = stretches.copied().collect();
    let millis = idle_millis(&idle);
    let busy_millis = timeline.until.since(timeline.from) - millis;
    if millis > busy_millis && busy_millis > 0 {
        idle
    } else {
        Vec::new()
    }
}

fn idle_millis(idle: &[Idle]) -> i64 {
    let lengths = idle.iter().map(|idle| idle.until.since(idle.from));
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scale(from: i64, until: i64, idle: &[(i64, i64)]) -> Scale {
        let idle = idle.iter().map(|&(from, until)| Idle {
            from: Millis(from),
            until: Millis(until),
        });
        let timeline = Timeline {
            rows: Vec::new(),
            idle: idle.collect(),
            from: Millis(from),
            until: Millis(until),
        };
        Scale::new(&timeline, 144.0)
    }

    #[test]
    fn idle_stretches_are_short_and_the_rest_is_linear() {
        let scale = scale(0, 1_100, &[(50, 1_050)]);
        let places = [-5, 0, 25, 50, 1_050, 1_075, 1_100, 9_000].map(|time| scale.x(Millis(time)));
        let expected = [0.0, 0.0, 25.0, 50.0, 94.0, 119.0, 144.0, 144.0];
        for (place, expected) in places.iter().zip(expected) {
            assert!((place - expected).abs() < 1e-9, "{places:?}");
        }
    }

    #[test]
    fn what_is_not_most_of_the_time_keeps_its_length() {
        let scale = scale(0, 144, &[(40, 80)]);
        assert!(scale.idle().is_empty() && (scale.x(Millis(72)) - 72.0).abs() < 1e-9);
    }

    #[test]
    fn a_saga_of_one_moment_or_of_two_has_places_too() {
        assert!(scale(7, 7, &[]).x(Millis(7)).abs() < 1e-9);
        assert!((scale(0, 10, &[(0, 10)]).x(Millis(5)) - 72.0).abs() < 1e-9);
    }
}
