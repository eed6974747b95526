// What is known of a stretch of time: captured, not captured, or not read yet. Pure; it draws nothing.
import { uncovered, union } from './intervals'
import { span, type TimeSpan } from './time-scale'

export interface Coverage {
  /** Sorted and disjoint. */
  readonly covered: readonly TimeSpan[]
  /** Somebody still reads: what is later and not covered is not read yet. Null while nobody does. */
  readonly readOnFrom: number | null
}

export interface Unknown {
  /** Nobody captured it. */
  readonly missing: readonly TimeSpan[]
  /** Somebody is about to. */
  readonly unread: readonly TimeSpan[]
}

/** What is not known of `within`, up to now: what is to come is neither. */
export function unknownIn(coverage: Coverage, within: TimeSpan, now: number): Unknown {
  const until = Math.min(within.until, now)
  const turn = Math.max(within.from, Math.min(until, coverage.readOnFrom ?? until))
  const lacking = (from: number, to: number): TimeSpan[] => (to > from ? uncovered(coverage.covered, span(from, to)) : [])
  return { missing: lacking(within.from, turn), unread: lacking(turn, until) }
}

/** Times that are known of at least one of them. */
export function together(all: readonly Coverage[]): Coverage {
  const reading = all.flatMap((one) => one.readOnFrom ?? [])
  return { covered: union(all.map((one) => one.covered)), readOnFrom: reading.length === 0 ? null : Math.min(...reading) }
}
