// Times as people type or paste them: now, now-15m, 14:03, yesterday 9:00, 2026-04-11T14:03:22.118Z, epoch seconds or
// milliseconds. Pure: the clock and the zone are arguments. It reads no words in other languages.
import { millis, type Millis } from './brands'
import { offsetMillis, wallClock, type Zone } from './zone'

const UNIT_MILLIS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const DAY_MILLIS = 86_400_000

/** The time that the text names, or null where it names none. A time without a zone is in `zone`. */
export function timeFromText(text: string, now: number, zone: Zone): Millis | null {
  const typed = text.trim()
  return relative(typed, now) ?? epoch(typed) ?? clock(typed, now, zone) ?? calendar(typed, zone)
}

function relative(typed: string, now: number): Millis | null {
  const found = /^now(?:\s*([+-])\s*(\d{1,9})\s*(ms|s|m|h|d))?$/i.exec(typed)
  if (!found) return null
  const length = Number(found[2] ?? 0) * (UNIT_MILLIS[(found[3] ?? 's').toLowerCase()] ?? 0)
  return millis(now + (found[1] === '-' ? -length : length))
}

/** 10 digits are seconds, 13 are milliseconds: both reach from 2001 to 2286. */
function epoch(typed: string): Millis | null {
  if (/^[1-9]\d{9}$/.test(typed)) return millis(Number(typed) * 1_000)
  return /^[1-9]\d{12}$/.test(typed) ? millis(Number(typed)) : null
}

const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,3}))?)?`

function clock(typed: string, now: number, zone: Zone): Millis | null {
  const found = new RegExp(`^(?:(today|yesterday)\\s+)?${CLOCK}$`, 'i').exec(typed)
  if (!found) return null
  const day = wallClock(found[1]?.toLowerCase() === 'yesterday' ? now - DAY_MILLIS : now, zone)
  return atWall([day.year, day.month, day.day], found.slice(2), zone)
}

function calendar(typed: string, zone: Zone): Millis | null {
  const found = new RegExp(`^(\\d{4})-(\\d{2})-(\\d{2})(?:[T ]${CLOCK})?\\s*(Z|UTC|[+-]\\d{2}:?\\d{2})?$`, 'i').exec(typed)
  if (!found) return null
  const date = found.slice(1, 4).map(Number)
  const named = found[8]
  const wall = atWall([date[0] ?? 0, date[1] ?? 0, date[2] ?? 0], found.slice(4, 8), named === undefined ? zone : 'utc')
  return wall === null || named === undefined ? wall : millis(wall - namedOffset(named))
}

function namedOffset(named: string): number {
  const found = /^([+-])(\d{2}):?(\d{2})$/.exec(named)
  if (!found) return 0
  return (found[1] === '-' ? -1 : 1) * (Number(found[2]) * 60 + Number(found[3])) * 60_000
}

/** Null for a 30 February or a 25:00, which Date would silently move. */
function atWall([year, month, day]: readonly [number, number, number], clock: readonly (string | undefined)[], zone: Zone): Millis | null {
  const [hour, minute, second] = [Number(clock[0] ?? 0), Number(clock[1] ?? 0), Number(clock[2] ?? 0)]
  const milli = Number((clock[3] ?? '').padEnd(3, '0'))
  if (hour > 23 || minute > 59 || second > 59) return null
  const wall = Date.UTC(year, month - 1, day, hour, minute, second, milli)
  const made = new Date(wall)
  if (made.getUTCMonth() !== month - 1 || made.getUTCDate() !== day) return null
  return millis(wall - offsetMillis(wall - offsetMillis(wall, zone), zone))
}
