// A span of time laid over a width in pixels: time to x and back, zoom at a point, pan. Pure and immutable.
// It knows no data, no ticks and no zone.
import { millis, type Millis } from './brands'

/** Half open: `from` is inside, `until` is not. */
export interface TimeSpan {
  readonly from: Millis
  readonly until: Millis
}

const SHORTEST_MILLIS = 20
const LONGEST_MILLIS = 400 * 24 * 3_600_000

export const span = (from: number, until: number): TimeSpan => ({ from: millis(from), until: millis(until) })
export const lengthMillis = (time: TimeSpan): number => time.until - time.from
export const contains = (time: TimeSpan, at: number): boolean => at >= time.from && at < time.until
export const sameSpan = (a: TimeSpan | null, b: TimeSpan | null): boolean =>
  a === b || (a !== null && b !== null && a.from === b.from && a.until === b.until)

export class TimeScale {
  constructor(
    readonly time: TimeSpan,
    readonly widthPx: number,
  ) {}

  get millisPerPx(): number {
    return lengthMillis(this.time) / Math.max(1, this.widthPx)
  }

  xFromTime(at: number): number {
    return (at - this.time.from) / this.millisPerPx
  }

  timeFromX(xPx: number): Millis {
    return millis(this.time.from + xPx * this.millisPerPx)
  }
}

/** The span that shows `factor` times as much, with the time under `fraction` (0 left, 1 right) staying where it is. */
export function zoomed(time: TimeSpan, factor: number, fraction: number): TimeSpan {
  const length = lengthMillis(time)
  const wanted = Math.min(LONGEST_MILLIS, Math.max(SHORTEST_MILLIS, length * factor))
  const fixed = time.from + length * fraction
  const from = Math.round(fixed - wanted * fraction)
  return span(from, from + Math.round(wanted))
}

/** The span moved by a share of its own length; positive is later. */
export function panned(time: TimeSpan, share: number): TimeSpan {
  const by = Math.round(lengthMillis(time) * share)
  return span(time.from + by, time.until + by)
}

/** A span in either direction becomes one that runs forward and is at least a millisecond long. */
export function ordered(a: number, b: number): TimeSpan {
  const from = Math.floor(Math.min(a, b))
  return span(from, Math.max(from + 1, Math.ceil(Math.max(a, b))))
}

/** `time` with a margin on both sides, for "fit". */
export function padded(time: TimeSpan, share = 0.03): TimeSpan {
  const margin = Math.max(500, Math.round(lengthMillis(time) * share))
  return span(time.from - margin, time.until + margin)
}
