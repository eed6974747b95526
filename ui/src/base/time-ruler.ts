// Times laid over a width: evenly, or with long stretches in which nothing happens folded to a narrow mark, or ever more
// closely the longer it takes. Pure; it draws nothing and knows no sagas. Between folds, time is even: what is twice as long
// is twice as wide.

export interface RulerPart {
  readonly from: number
  readonly until: number
  readonly xPx: number
  readonly widthPx: number
  /** Nothing happens in it: its width says nothing of its length. */
  readonly folded: boolean
}

export interface TimeRuler {
  readonly parts: readonly RulerPart[]
  readonly widthPx: number
  /** Never falls as the time grows; times outside stick to the ends. */
  readonly x: (at: number) => number
}

export const SCALES = ['collapsed', 'linear', 'log'] as const
export type TimeScale = (typeof SCALES)[number]

export const FOLD_PX = 52
/** On the logarithmic scale: up to about here time is even, and the first part ends a decade later. */
const LOG_UNIT_MILLIS = 10
/** A stretch is idle where it is at least so long, so many times longer than usual, and such a share of everything. */
const TIMES_USUAL = 10
const SHARE_OF_ALL = 0.3
const LEAST_MILLIS = 3_000
/** What is left for what happens, however narrow the place is. */
const LEAST_BUSY_SHARE = 0.4

export function timeRuler(times: readonly number[], widthPx: number, scale: TimeScale): TimeRuler {
  const sorted = [...new Set(times)].sort((a, b) => a - b)
  if (scale === 'log') return logRuler(sorted[0] ?? 0, sorted.at(-1) ?? 0, Math.max(1, widthPx))
  const stretches = joined(scale === 'collapsed' ? idle(sorted) : [], sorted)
  const parts = placed(stretches, Math.max(1, widthPx))
  return { parts, widthPx: Math.max(1, widthPx), x: (at) => xIn(parts, at) }
}

/** A part for each decade. */
function logRuler(first: number, last: number, widthPx: number): TimeRuler {
  const whole = last - first
  const most = Math.log1p(whole / LOG_UNIT_MILLIS)
  const x = (at: number): number =>
    whole === 0 ? 0 : (Math.log1p(Math.min(whole, Math.max(0, at - first)) / LOG_UNIT_MILLIS) / most) * widthPx
  const ends: number[] = []
  for (let decade = LOG_UNIT_MILLIS * 10; decade < whole; decade *= 10) ends.push(first + decade)
  const parts = [...ends, last].map((until, i): RulerPart => {
    const from = ends[i - 1] ?? first
    return { from, until, xPx: x(from), widthPx: x(until) - x(from), folded: false }
  })
  return { parts, widthPx, x }
}

interface Stretch {
  readonly from: number
  readonly until: number
  readonly folded: boolean
}

function idle(sorted: readonly number[]): Stretch[] {
  const gaps = sorted.slice(1).map((until, i): Stretch => ({ from: sorted[i] ?? until, until, folded: true }))
  const lengths = gaps.map((gap) => gap.until - gap.from).sort((a, b) => a - b)
  const usual = lengths[Math.floor((lengths.length - 1) / 2)] ?? 0
  const whole = (sorted.at(-1) ?? 0) - (sorted[0] ?? 0)
  const least = Math.max(LEAST_MILLIS, usual * TIMES_USUAL, whole * SHARE_OF_ALL)
  return gaps.filter((gap) => gap.until - gap.from >= least)
}

/** The idle stretches with the busy ones between them. */
function joined(folded: readonly Stretch[], sorted: readonly number[]): Stretch[] {
  const first = sorted[0] ?? 0
  const last = sorted.at(-1) ?? 0
  const out: Stretch[] = []
  let at = first
  for (const gap of folded) {
    if (gap.from > at) out.push({ from: at, until: gap.from, folded: false })
    out.push(gap)
    at = gap.until
  }
  if (last > at || out.length === 0) out.push({ from: at, until: last, folded: false })
  return out
}

function placed(stretches: readonly Stretch[], widthPx: number): RulerPart[] {
  const folds = stretches.filter((one) => one.folded).length
  const foldPx = folds === 0 ? 0 : Math.min(FOLD_PX, (widthPx * (1 - LEAST_BUSY_SHARE)) / folds)
  const busyMillis = stretches.reduce((sum, one) => sum + (one.folded ? 0 : one.until - one.from), 0)
  const busyPx = widthPx - folds * foldPx
  let xPx = 0
  return stretches.map((one): RulerPart => {
    const share = busyMillis === 0 ? 0 : (one.until - one.from) / busyMillis
    const part = { ...one, xPx, widthPx: one.folded ? (busyMillis === 0 ? widthPx / folds : foldPx) : busyPx * share }
    xPx += part.widthPx
    return part
  })
}

function xIn(parts: readonly RulerPart[], at: number): number {
  for (const part of parts) {
    if (at > part.until) continue
    const length = part.until - part.from
    return part.xPx + (length === 0 ? 0 : (Math.max(0, at - part.from) / length) * part.widthPx)
  }
  const last = parts.at(-1)
  return last ? last.xPx + last.widthPx : 0
}
