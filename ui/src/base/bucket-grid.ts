// Which buckets to ask for: a round width, aligned to the epoch so that bars do not shimmer while the window slides,
// over more than is visible so that panning does not ask again. Pure.
import { roundStep } from './ticks'
import { lengthMillis, span, type TimeSpan } from './time-scale'

export interface BucketGrid {
  readonly from: number
  readonly widthMillis: number
  readonly buckets: number
}

const NARROWEST_BAR_PX = 4
const MOST_BUCKETS = 4_000

export const gridEnd = (grid: BucketGrid): number => grid.from + grid.widthMillis * grid.buckets
export const bucketOf = (grid: BucketGrid, at: number): number => Math.floor((at - grid.from) / grid.widthMillis)
export const bucketStart = (grid: BucketGrid, bucket: number): number => grid.from + bucket * grid.widthMillis
export const bucketSpan = (grid: BucketGrid, bucket: number): TimeSpan => span(bucketStart(grid, bucket), bucketStart(grid, bucket + 1))
export const sameGrid = (a: BucketGrid, b: BucketGrid): boolean =>
  a.from === b.from && a.widthMillis === b.widthMillis && a.buckets === b.buckets

/** The grid for a visible span, with `margin` times that span on each side. */
export function bucketGrid(visible: TimeSpan, widthPx: number, margin: number): BucketGrid {
  const length = lengthMillis(visible)
  const widthMillis = roundStep((length / Math.max(1, widthPx)) * NARROWEST_BAR_PX)
  // the margin moves in steps of half a span, so that small pans keep the same grid
  const stride = margin === 0 ? widthMillis : Math.max(widthMillis, Math.ceil(length / 2 / widthMillis) * widthMillis)
  const from = Math.floor((visible.from - length * margin) / stride) * stride
  const until = Math.ceil((visible.until + length * margin) / stride) * stride
  const buckets = Math.min(MOST_BUCKETS, Math.max(1, Math.ceil((until - from) / widthMillis)))
  return { from, widthMillis, buckets }
}

/** Whether a fetched grid can draw the visible span at the width that it should have now. */
export function gridServes(grid: BucketGrid, visible: TimeSpan, widthPx: number): boolean {
  const wanted = bucketGrid(visible, widthPx, 0)
  return grid.widthMillis === wanted.widthMillis && grid.from <= visible.from && gridEnd(grid) >= visible.until
}

/** Counts of lanes and buckets, lane after lane. */
export interface LaneCounts {
  readonly grid: BucketGrid
  /** The lane numbers, in the order in which `counts` holds them. */
  readonly lanes: readonly number[]
  readonly counts: Uint32Array
}

/** The sum over all lanes, a figure for each bucket. */
export function totals(counts: LaneCounts): Uint32Array {
  const { buckets } = counts.grid
  const out = new Uint32Array(buckets)
  for (let lane = 0; lane < counts.lanes.length; lane += 1) {
    const row = lane * buckets
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      out[bucket] = (out[bucket] ?? 0) + (counts.counts[row + bucket] ?? 0)
    }
  }
  return out
}
