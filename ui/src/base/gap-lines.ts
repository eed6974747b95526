// What was not captured between what was, as lines of a table: the holes of each lane's coverage, those of one time
// together, each with the reason that a capture gave for it. Pure; it asks nobody.
import type { Coverage } from './coverage'
import { uncovered } from './intervals'
import { lengthMillis, span, type TimeSpan } from './time-scale'

export interface GapLane {
  readonly lane: number
  readonly stream: string
  readonly shard: string
}

/** A gap that a capture declared. */
export interface DeclaredGap<Reason> {
  readonly lane: number
  readonly from: number | null
  readonly until: number | null
  readonly reason: Reason
}

export interface GapLine<Reason> {
  /** Where it stands among the records. */
  readonly at: number
  /** Null: from the stream's beginning on, or for as long as it goes on. */
  readonly from: number | null
  readonly until: number | null
  readonly lanes: readonly GapLane[]
  /** Null: nobody captured then. */
  readonly reason: Reason | null
}

const MOST_LINES = 200

/** The latest of them, in the order of time. */
export function gapLines<Reason extends string>(
  lanes: readonly GapLane[],
  coverage: ReadonlyMap<number, Coverage>,
  declared: readonly DeclaredGap<Reason>[],
): GapLine<Reason>[] {
  const lines = new Map<string, GapLine<Reason>>()
  const add = (lane: GapLane, from: number | null, until: number | null, reason: Reason | null): void => {
    const key = `${from} ${until} ${reason}`
    const known = lines.get(key)
    // what is not captured after a record's millisecond stands below that record
    const at = until ?? (from === null ? null : from + 1)
    if (at === null || known?.lanes.includes(lane)) return
    lines.set(key, { at, from, until, reason, lanes: [...(known?.lanes ?? []), lane] })
  }
  for (const lane of lanes) {
    const own = declared.filter((gap) => gap.lane === lane.lane)
    const told = new Set<DeclaredGap<Reason>>()
    for (const hole of holesOf(coverage.get(lane.lane))) {
      const why = own.find((gap) => overlaps(gap, hole))
      if (why) told.add(why)
      add(lane, hole.from, hole.until, why?.reason ?? null)
    }
    const covered = coverage.get(lane.lane)?.covered ?? []
    for (const gap of own) {
      // what another capture holds is no gap any more
      const isFilled = gap.from !== null && gap.until !== null && uncovered(covered, span(gap.from, gap.until)).every(isMoment)
      if (!told.has(gap) && !isFilled) add(lane, gap.from, gap.until, gap.reason)
    }
  }
  return [...lines.values()].sort((a, b) => a.at - b.at).slice(-MOST_LINES)
}

/** Two intervals that meet within a millisecond leave nothing out that could be told. */
const isMoment = (hole: TimeSpan): boolean => lengthMillis(hole) <= 1

/** What lies between two parts that were captured. */
function holesOf(coverage: Coverage | undefined): TimeSpan[] {
  const first = coverage?.covered[0]
  const last = coverage?.covered.at(-1)
  if (!coverage || !first || !last) return []
  return uncovered(coverage.covered, span(first.from, last.until)).filter((hole) => !isMoment(hole))
}

function overlaps(gap: DeclaredGap<string>, hole: TimeSpan): boolean {
  return (gap.from ?? -Infinity) <= hole.until && (gap.until ?? Infinity) >= hole.from
}
