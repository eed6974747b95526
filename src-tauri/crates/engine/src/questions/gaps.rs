//! Where a question looked at nothing because nothing was captured: between the stretches that captures cover, and
//! at the ends of the time that the question names. It says nothing about records.

use crate::{CoveredLane, Engine, EngineError, ViewId, engine::now};
use query::{Bounds, Filter};
use record::Millis;
use store::CaptureId;

/// Time of a shard, in the question's own time, of which nothing is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionGap {
    pub stream: String,
    /// Its short name.
    pub shard: String,
    pub from: Millis,
    pub until: Millis,
}

impl Engine {
    /// Where a view shows nothing because nothing was captured, the earliest first.
    ///
    /// # Errors
    /// [`EngineError::UnknownView`] once it is closed.
    pub async fn view_gaps(&self, id: ViewId) -> Result<Vec<QuestionGap>, EngineError> {
        let (scope, filter) = self.views().asked_of(id)?;
        self.question_gaps(&scope.captures, &filter).await
    }

    pub(super) async fn question_gaps(
        &self,
        captures: &[CaptureId],
        filter: &Filter,
    ) -> Result<Vec<QuestionGap>, EngineError> {
        let lanes = self.coverage_of(captures.to_vec()).await?;
        let names = self.shard_names().await?;
        let bounds = filter.bounds();
        let mut gaps = Vec::new();
        for lane in lanes {
            let Some(name) = names.get(&lane.shard) else {
                continue;
            };
            let shard = &name.stored.shard.id;
            if !bounds.may_be_in(&name.stream, shard) {
                continue;
            }
            gaps.extend(
                gaps_of(&lane, &bounds, now())
                    .into_iter()
                    .map(|(from, until)| QuestionGap {
                        stream: name.stream.to_string(),
                        shard: shard.short().to_owned(),
                        from,
                        until,
                    }),
            );
        }
        gaps.sort_by(|a, b| (a.from, &a.stream, &a.shard).cmp(&(b.from, &b.stream, &b.shard)));
        Ok(gaps)
    }
}

/// What is being read may be behind by so much before that is a gap: polls have a second between them, and a busy shard
/// takes a few more.
const LATE_MILLIS: i64 = 60_000;

/// The holes of a lane. Without a time in the question only those between what is covered; a question of the time since
/// something is one up to now.
fn gaps_of(lane: &CoveredLane, bounds: &Bounds, now: Millis) -> Vec<(Millis, Millis)> {
    let mut gaps = Vec::new();
    let mut known = bounds.from;
    for &(from, until) in &lane.covered {
        if let Some(known) = known.filter(|known| *known < from) {
            gaps.push((known, from));
        }
        known = Some(known.map_or(until, |known| known.max(until)));
    }
    let end = bounds
        .until
        .or(bounds.from.map(|_| now))
        .map(|until| until.min(now));
    if let (Some(known), Some(end)) = (known, end) {
        let is_read = lane.read_on_from.is_some();
        if !is_read || now.since(known) > LATE_MILLIS {
            gaps.push((known, end));
        }
    }
    let first = bounds.from.unwrap_or(Millis::MIN);
    let last = bounds.until.unwrap_or(Millis::MAX);
    let inside = gaps
        .into_iter()
        .map(|(from, until)| (from.max(first), until.min(last)));
    inside.filter(|(from, until)| from < until).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use store::ShardKey;

    fn gaps(covered: &[(i64, i64)], read_on: Option<i64>, filter: &str) -> String {
        let lane = CoveredLane {
            shard: ShardKey(1),
            covered: covered
                .iter()
                .map(|&(from, until)| (Millis(from), Millis(until)))
                .collect(),
            read_on_from: read_on.map(Millis),
        };
        let filter = query::parse(filter, Millis(0)).expect("a filter");
        let gaps = gaps_of(&lane, &filter.bounds(), Millis(1_000)).into_iter();
        let gaps = gaps.map(|(from, until)| format!("{}-{}", from.0, until.0));
        gaps.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_lies_between_two_stretches_is_a_gap() {
        assert_eq!(gaps(&[(10, 20), (30, 40)], None, ""), "20-30");
        assert_eq!(
            gaps(&[(10, 20), (30, 40), (50, 60)], Some(60), ""),
            "20-30 40-50"
        );
        assert_eq!(gaps(&[], None, ""), "");
    }

    #[test]
    fn a_question_of_the_time_since_has_a_gap_up_to_now() {
        let since = "after:1970-01-01T00:00:00.015Z";
        assert_eq!(gaps(&[(10, 20), (30, 40)], None, since), "20-30 40-1000");
        assert_eq!(gaps(&[], None, since), "15-1000");
        // read on, and not much behind
        assert_eq!(gaps(&[(10, 40)], Some(40), since), "");
        assert_eq!(
            gaps(&[(10, 20)], None, "before:1970-01-01T00:00:00.015Z"),
            ""
        );
    }

    #[test]
    fn what_is_read_far_behind_is_a_gap_as_well() {
        let now = Millis(LATE_MILLIS + 1_000);
        let late = |read_to: i64| {
            let lane = CoveredLane {
                shard: ShardKey(1),
                covered: vec![(Millis(0), Millis(read_to))],
                read_on_from: Some(Millis(read_to)),
            };
            let since = query::parse("after:1970-01-01T00:00:00Z", Millis(0)).expect("a filter");
            gaps_of(&lane, &since.bounds(), now)
        };
        assert_eq!(late(900), [(Millis(900), now)]);
        assert_eq!(late(1_001), []);
    }

    #[test]
    fn a_question_of_a_time_has_gaps_up_to_its_ends() {
        let time = "time:1970-01-01T00:00:00.015Z..1970-01-01T00:00:00.050Z";
        assert_eq!(gaps(&[(10, 20), (30, 40)], None, time), "20-30 40-50");
        assert_eq!(gaps(&[(30, 40)], Some(40), time), "15-30");
        assert_eq!(gaps(&[(10, 60)], None, time), "");
        assert_eq!(gaps(&[(60, 70)], None, time), "15-50");
        assert_eq!(gaps(&[(1, 5)], None, time), "15-50");
        let open = "time:1970-01-01T00:00:00.900Z..1970-01-01T00:00:05Z";
        assert_eq!(
            gaps(&[(10, 950)], None, open),
            "950-1000",
            "the future is no gap"
        );
    }
}
