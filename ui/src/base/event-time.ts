// The time that an event says of itself, out of a value of its payload: ISO 8601, or a count since 1970 in seconds,
// milliseconds, microseconds or nanoseconds. Pure; where the value stands is chosen elsewhere.
import { millis, type Millis } from './brands'
import { timeFromText } from './time-text'

const DATED = /^(\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2})?)(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d{2}:?\d{2})?$/i
/** By their digits, from 2001 to 2286. */
const UNITS: Readonly<Record<number, number>> = { 10: 1_000, 13: 1, 16: 1 / 1_000, 19: 1 / 1_000_000 }

/** Null where the text is no time. A time without a zone is in UTC. */
export function eventTime(text: string): Millis | null {
  const typed = text.trim()
  const counted = /^([1-9]\d*)(?:\.(\d+))?$/.exec(typed)
  if (counted) return sinceEpoch(counted[1] ?? '', counted[2] ?? '')
  const dated = DATED.exec(typed)
  if (!dated) return null
  const [, whole = '', fraction = '', zone = 'Z'] = dated
  const clock = /:\d{2}:\d{2}$/.test(whole) ? whole : `${whole}:00`
  return timeFromText(`${clock}.${fraction.slice(0, 3).padEnd(1, '0')}${zone}`, 0, 'utc')
}

function sinceEpoch(digits: string, fraction: string): Millis | null {
  const unit = UNITS[digits.length]
  if (unit === undefined) return null
  if (unit < 1) return millis(Number(digits.slice(0, 13)))
  return millis(Math.floor(Number(digits) * unit + Number(`0.${fraction || '0'}`) * unit))
}
