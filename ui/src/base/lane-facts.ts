// What lanes tell beside their records: which shard came out of which, and when; and which get far more than the others.
// Pure; from counts alone.
import { bucketOf, bucketStart, gridEnd, type LaneCounts } from './bucket-grid'
import type { TimeSpan } from './time-scale'

export interface FactLane {
  readonly lane: number
  readonly stream: string
  readonly shard: string
  readonly parents: readonly string[]
}

/** A shard that came out of another: where its records begin, and where the other's end. */
export interface Branch {
  readonly parent: number
  readonly child: number
  readonly end: number | null
  readonly start: number
}

/** How far a shard stands out in a time. */
export interface Heat {
  /** In its fullest second or bucket. */
  readonly peakPerSecond: number
  /** Of what a shard takes in a second. */
  readonly share: number
  /** Of the mean of its stream's shards. */
  readonly times: number
}

/** https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html: records a second into one shard. */
export const WRITES_PER_SECOND = 1_000
/** The same page: bytes a second into one shard. */
export const BYTES_PER_SECOND = 1024 * 1024
const HOT_SHARE = 0.6
const HOT_TIMES = 1.75
/** Fewer say nothing of how they are spread. */
const LEAST_RECORDS = 200

/** Of what a shard takes, by records or by bytes, whichever is nearer to its limit; and whether that is hot. */
export function loadOf(recordsPerSecond: number, bytesPerSecond: number): { readonly share: number; readonly hot: boolean } {
  const share = Math.max(recordsPerSecond / WRITES_PER_SECOND, bytesPerSecond / BYTES_PER_SECOND)
  return { share, hot: share >= HOT_SHARE }
}

type Some = LaneCounts | null

/** Splits and merges of which both sides are lanes; `overview` is of all time, `counts` finer, of a part of it. */
export function branchesOf(lanes: readonly FactLane[], overview: Some, counts: Some): Branch[] {
  const named = new Map(lanes.map((lane) => [`${lane.stream} ${lane.shard}`, lane]))
  return lanes.flatMap((child) =>
    child.parents.flatMap((name): Branch[] => {
      const parent = named.get(`${child.stream} ${name}`)
      const start = edge(child.lane, overview, counts, 'first')
      if (!parent || start === null) return []
      const end = edge(parent.lane, overview, counts, 'last')
      return [{ parent: parent.lane, child: child.lane, start, end: end === null ? null : Math.min(end, start) }]
    }),
  )
}

/** The lanes that are hot in a time. */
export function hotLanes(lanes: readonly FactLane[], counts: LaneCounts, time: TimeSpan): ReadonlyMap<number, Heat> {
  const found = new Map(lanes.map((lane) => [lane, seenIn(counts, lane.lane, time)]))
  const streams = new Map<string, { records: number; busy: number }>()
  for (const [lane, { records }] of found) {
    const known = streams.get(lane.stream) ?? { records: 0, busy: 0 }
    streams.set(lane.stream, { records: known.records + records, busy: known.busy + (records > 0 ? 1 : 0) })
  }
  const hot = new Map<number, Heat>()
  for (const [lane, { records, peakPerSecond }] of found) {
    const { records: all, busy } = streams.get(lane.stream) ?? { records: 0, busy: 0 }
    const mean = all / Math.max(1, busy)
    const share = peakPerSecond / WRITES_PER_SECOND
    const times = mean === 0 ? 0 : records / mean
    if (share >= HOT_SHARE || (busy > 1 && times >= HOT_TIMES && records >= LEAST_RECORDS))
      hot.set(lane.lane, { peakPerSecond, share, times })
  }
  return hot
}

/** The lanes with the most records in a time first; those of as many in their own order. */
export function hottestFirst<Lane extends FactLane>(lanes: readonly Lane[], counts: LaneCounts, time: TimeSpan): Lane[] {
  const records = new Map(lanes.map((lane) => [lane.lane, seenIn(counts, lane.lane, time).records]))
  return [...lanes].sort((one, other) => (records.get(other.lane) ?? 0) - (records.get(one.lane) ?? 0))
}

function seenIn(counts: LaneCounts, lane: number, time: TimeSpan): { records: number; peakPerSecond: number } {
  const { grid } = counts
  const row = counts.lanes.indexOf(lane) * grid.buckets
  const perSecond = Math.max(1, Math.round(1_000 / grid.widthMillis))
  let [records, peak] = [0, 0]
  if (row < 0) return { records, peakPerSecond: 0 }
  const first = Math.max(0, bucketOf(grid, time.from))
  const until = Math.min(grid.buckets, bucketOf(grid, time.until - 1) + 1)
  for (let from = first; from < until; from += perSecond) {
    let sum = 0
    for (let bucket = from; bucket < Math.min(until, from + perSecond); bucket += 1) sum += counts.counts[row + bucket] ?? 0
    records += sum
    peak = Math.max(peak, sum)
  }
  return { records, peakPerSecond: (peak * 1_000) / (perSecond * grid.widthMillis) }
}

/** Where a lane's records begin or end: from the overview, and finer where the finer counts reach there. */
function edge(lane: number, overview: Some, counts: Some, which: 'first' | 'last'): number | null {
  const rough = overview && edgeIn(overview, lane, which)
  const fine = counts && edgeIn(counts, lane, which)
  if (!rough) return fine ? fine.at : null
  const reaches = counts !== null && counts.grid.from <= rough.from && gridEnd(counts.grid) >= rough.until
  return reaches && fine && counts.grid.widthMillis < rough.until - rough.from ? fine.at : rough.at
}

function edgeIn(
  { grid, lanes, counts }: LaneCounts,
  lane: number,
  which: 'first' | 'last',
): { at: number; from: number; until: number } | null {
  const row = lanes.indexOf(lane) * grid.buckets
  if (row < 0) return null
  for (let step = 0; step < grid.buckets; step += 1) {
    const bucket = which === 'first' ? step : grid.buckets - 1 - step
    if ((counts[row + bucket] ?? 0) === 0) continue
    const [from, until] = [bucketStart(grid, bucket), bucketStart(grid, bucket + 1)]
    return { at: which === 'first' ? from : until, from, until }
  }
  return null
}
