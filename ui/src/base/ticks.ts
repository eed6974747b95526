// Where an axis is marked: round times for a time axis, round counts for a count axis. Pure; draws nothing.
import { lengthMillis, type TimeScale } from './time-scale'
import { clockTime, isoDate, timeOfDay } from './formats'
import { offsetMillis, type Zone } from './zone'

export interface Tick {
  readonly at: number
  readonly xPx: number
  readonly label: string
  /** The first tick of a day carries its date. */
  readonly strong: boolean
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Steps that a person reads without calculating. */
export const ROUND_STEPS_MILLIS: readonly number[] = [
  1,
  2,
  5,
  10,
  20,
  50,
  100,
  200,
  500,
  SECOND,
  2 * SECOND,
  5 * SECOND,
  10 * SECOND,
  15 * SECOND,
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
]

/** The smallest round step that is at least so long. */
export function roundStep(atLeastMillis: number): number {
  return ROUND_STEPS_MILLIS.find((step) => step >= atLeastMillis) ?? 30 * DAY
}

/** Ticks at least `apartPx` from each other. */
export function timeTicks(scale: TimeScale, zone: Zone, apartPx = 96): Tick[] {
  const step = roundStep(scale.millisPerPx * apartPx)
  const offset = offsetMillis(scale.time.from, zone)
  const ticks: Tick[] = []
  const first = Math.ceil((scale.time.from + offset) / step) * step - offset
  let day = isoDate(scale.time.from, zone)
  for (let at = first; at < scale.time.until; at += step) {
    const date = isoDate(at, zone)
    const strong = date !== day
    day = date
    ticks.push({ at, xPx: scale.xFromTime(at), label: strong ? date : tickLabel(at, step, zone), strong })
  }
  return ticks
}

function tickLabel(at: number, step: number, zone: Zone): string {
  if (step >= DAY) return isoDate(at, zone).slice(5)
  if (step < SECOND) return timeOfDay(at, zone).slice(3)
  if (step < MINUTE) return clockTime(at, zone)
  return clockTime(at, zone).slice(0, 5)
}

/** The smallest of 1, 2, 5 × 10ⁿ that holds `largest`: the top of a count axis. */
export function niceCeiling(largest: number): number {
  if (largest <= 1) return 1
  const power = 10 ** Math.floor(Math.log10(largest))
  const lead = largest / power
  return (lead <= 1 ? 1 : lead <= 2 ? 2 : lead <= 5 ? 5 : 10) * power
}

/** Whether a span is long enough that times alone would be ambiguous. */
export const spansDays = (scale: TimeScale): boolean => lengthMillis(scale.time) >= DAY
