// Sets of time as sorted, disjoint, half-open intervals: union and complement, for what was captured and what was not.
import { span, type TimeSpan } from './time-scale'

/** All times that are in any of the sets. */
export function union(sets: readonly (readonly TimeSpan[])[]): TimeSpan[] {
  const all = sets.flat().sort((a, b) => a.from - b.from)
  const out: TimeSpan[] = []
  for (const next of all) {
    const last = out.at(-1)
    if (last && next.from <= last.until) {
      if (next.until > last.until) out[out.length - 1] = span(last.from, next.until)
    } else {
      out.push(next)
    }
  }
  return out
}

/** The parts of `within` that are in none of the sorted, disjoint `covered`. */
export function uncovered(covered: readonly TimeSpan[], within: TimeSpan): TimeSpan[] {
  const out: TimeSpan[] = []
  let at: number = within.from
  for (const interval of covered) {
    if (interval.until <= at) continue
    if (interval.from >= within.until) break
    if (interval.from > at) out.push(span(at, interval.from))
    at = interval.until
  }
  if (at < within.until) out.push(span(at, within.until))
  return out
}
