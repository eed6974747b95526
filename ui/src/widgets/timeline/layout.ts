// Where histogram and lanes draw what: counts to rectangles, times to stretches. Pure; no canvas, no colours.
import { bucketOf, bucketStart, gridEnd, type BucketGrid, type LaneCounts } from '../../base/bucket-grid'
import { niceCeiling } from '../../base/ticks'
import { TimeScale, type TimeSpan } from '../../base/time-scale'

export interface Rect {
  readonly xPx: number
  readonly yPx: number
  readonly widthPx: number
  readonly heightPx: number
}

export interface Bars {
  readonly rects: readonly Rect[]
  /** The top of the count axis. */
  readonly ceiling: number
}

/** Bars from the ground of `heightPx` upwards, one for each bucket that holds something and can be seen. */
export function barsOf(grid: BucketGrid, sums: Uint32Array, time: TimeSpan, widthPx: number, heightPx: number): Bars {
  const scale = new TimeScale(time, widthPx)
  const [first, last] = visibleBuckets(grid, time)
  let largest = 0
  for (let bucket = first; bucket <= last; bucket += 1) largest = Math.max(largest, sums[bucket] ?? 0)
  const ceiling = niceCeiling(largest)
  const rects: Rect[] = []
  const pitchPx = grid.widthMillis / scale.millisPerPx
  const gapPx = pitchPx >= 3 ? 1 : 0
  for (let bucket = first; bucket <= last; bucket += 1) {
    const sum = sums[bucket] ?? 0
    if (sum === 0) continue
    const left = Math.round(scale.xFromTime(bucketStart(grid, bucket)))
    const right = Math.round(scale.xFromTime(bucketStart(grid, bucket + 1)))
    const barPx = Math.max(1.5, (sum / ceiling) * heightPx)
    rects.push({ xPx: left, yPx: heightPx - barPx, widthPx: Math.max(1, right - left - gapPx), heightPx: barPx })
  }
  return { rects, ceiling }
}

/** First and last bucket of a grid that a span touches; the last is before the first where there is none. */
export function visibleBuckets(grid: BucketGrid, time: TimeSpan): [number, number] {
  return [Math.max(0, bucketOf(grid, time.from)), Math.min(grid.buckets - 1, bucketOf(grid, time.until - 1))]
}

/** The bucket at a time, where the grid has one. */
export function bucketAt(grid: BucketGrid, at: number): number | null {
  return at < grid.from || at >= gridEnd(grid) ? null : bucketOf(grid, at)
}

/** Intervals as stretches of x within the width, at least a pixel wide. */
export function stretches(intervals: readonly TimeSpan[], time: TimeSpan, widthPx: number): { xPx: number; widthPx: number }[] {
  const scale = new TimeScale(time, widthPx)
  return intervals
    .filter((interval) => interval.until > time.from && interval.from < time.until)
    .map((interval) => {
      const left = Math.max(0, scale.xFromTime(interval.from))
      const right = Math.min(widthPx, scale.xFromTime(interval.until))
      return { xPx: left, widthPx: Math.max(1, right - left) }
    })
}

/** The count of one lane's bucket. */
export function laneCount(counts: LaneCounts, lane: number, bucket: number): number {
  const row = counts.lanes.indexOf(lane)
  return row === -1 ? 0 : (counts.counts[row * counts.grid.buckets + bucket] ?? 0)
}

/** The largest count in any visible cell: the top of the heat scale. */
export function hottest(counts: LaneCounts, time: TimeSpan): number {
  const [first, last] = visibleBuckets(counts.grid, time)
  let largest = 0
  for (let row = 0; row < counts.lanes.length; row += 1) {
    const start = row * counts.grid.buckets
    for (let bucket = first; bucket <= last; bucket += 1) largest = Math.max(largest, counts.counts[start + bucket] ?? 0)
  }
  return largest
}

/** How many records stand in a span, by whole buckets. */
export function sumIn(grid: BucketGrid, sums: Uint32Array, time: TimeSpan): number {
  const [first, last] = visibleBuckets(grid, time)
  let sum = 0
  for (let bucket = first; bucket <= last; bucket += 1) sum += sums[bucket] ?? 0
  return sum
}

/** A record on its own in a lane. */
export interface Single {
  readonly lane: number
  readonly at: number
  /** 0 to 5, by its type. */
  readonly series: number
}

/** The record nearest to a time in a lane, within so many milliseconds; its place in the list. */
export function nearestSingle(singles: readonly Single[], lane: number, at: number, withinMillis: number): number | null {
  let best: number | null = null
  let apart = withinMillis
  singles.forEach((single, index) => {
    const distance = Math.abs(single.at - at)
    if (single.lane !== lane || distance > apart) return
    best = index
    apart = distance
  })
  return best
}

/** A way from one lane down or up to another, as points of a line in pixels. */
export function branchPoints(
  rows: { readonly parent: number; readonly child: number },
  x: { readonly endPx: number | null; readonly startPx: number },
  rowPx: number,
): string {
  const [from, to] = [(rows.parent + 0.5) * rowPx, (rows.child + 0.5) * rowPx]
  const begin = x.endPx === null ? x.startPx : Math.min(x.endPx, x.startPx)
  return `${begin},${from} ${x.startPx},${from} ${x.startPx},${to}`
}
