// Wall-clock fields of an instant in the two zones that the window offers: the machine's and UTC.
// Dates go through the platform's Date; no other calendar, no other zone.

export type Zone = 'local' | 'utc'

export interface WallClock {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly milli: number
}

export function wallClock(at: number, zone: Zone): WallClock {
  const date = new Date(at + offsetMillis(at, zone))
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    milli: date.getUTCMilliseconds(),
  }
}

/** How far the zone's clocks are ahead of UTC at that instant. */
export function offsetMillis(at: number, zone: Zone): number {
  return zone === 'utc' ? 0 : -new Date(at).getTimezoneOffset() * 60_000
}

/** `UTC`, `UTC+7`, `UTC−3:30`. */
export function zoneLabel(at: number, zone: Zone): string {
  const minutes = Math.round(offsetMillis(at, zone) / 60_000)
  if (minutes === 0) return 'UTC'
  const sign = minutes < 0 ? '−' : '+'
  const hours = Math.floor(Math.abs(minutes) / 60)
  const rest = Math.abs(minutes) % 60
  return `UTC${sign}${hours}${rest === 0 ? '' : `:${String(rest).padStart(2, '0')}`}`
}
