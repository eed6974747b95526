// How numbers, sizes, times and durations are written. Figures follow the user's language; timestamps are always
// ISO-like with milliseconds, because they are compared with logs. Nothing here asks the platform for its locale:
// under LANG=C it answers "C", on which Intl throws.
import { wallClock, zoneLabel, type Zone } from './zone'

const ENGLISH_UNITS = { ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' }
/** Units of time as they are written beside figures, where that is not as in English. */
const UNITS: Readonly<Record<string, typeof ENGLISH_UNITS>> = {
  id: { ms: 'md', s: 'dtk', min: 'mnt', h: 'jam', d: 'hari' },
  nl: { ...ENGLISH_UNITS, h: 'u' },
}

let locale = 'en-US'
let units = ENGLISH_UNITS
let whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 })
let tenth = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
let short = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 })

/** Takes a locale that Rust resolved or a person chose; one that Intl refuses gives English figures. */
export function setFormatLocale(tag: string): void {
  try {
    useLocale(tag)
  } catch {
    useLocale('en-US')
  }
}

function useLocale(tag: string): void {
  whole = new Intl.NumberFormat(tag, { maximumFractionDigits: 0 })
  tenth = new Intl.NumberFormat(tag, { maximumFractionDigits: 1 })
  short = new Intl.NumberFormat(tag, { notation: 'compact', maximumSignificantDigits: 3 })
  locale = tag
  units = UNITS[tag.split('-')[0] ?? ''] ?? ENGLISH_UNITS
}

export const formatLocale = (): string => locale

/** 2,103,887 */
export const count = (n: number): string => whole.format(n)

/** 1.2K: for places where the exact figure stands elsewhere. */
export const compactCount = (n: number): string => (Math.abs(n) < 1000 ? whole.format(n) : short.format(n))

/** A rate a second: 0, 0.4, 19, 1.9K. */
export function rate(perSecond: number): string {
  if (perSecond !== 0 && Math.abs(perSecond) < 10) return tenth.format(perSecond)
  return compactCount(perSecond)
}

const SIZE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const

/** 612 B, 1.1 KB, 1.8 GB: powers of 1,024. */
export function bytes(sizeBytes: number): string {
  let size = sizeBytes
  let unit = 0
  while (size >= 1023.5 && unit < SIZE_UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  const figure = unit === 0 || size >= 99.95 ? whole.format(size) : tenth.format(size)
  return `${figure} ${SIZE_UNITS[unit]}`
}

/** 412 ms, 3.2 s, 12 min, 5 h, 3 d: one unit, for lags and ages. */
export function duration(lengthMillis: number): string {
  const size = Math.abs(lengthMillis)
  const sign = lengthMillis < 0 ? '−' : ''
  if (size < 1_000) return `${sign}${whole.format(size)} ${units.ms}`
  if (size < 10_000) return `${sign}${tenth.format(Math.floor(size / 100) / 10)} ${units.s}`
  if (size < 120_000) return `${sign}${whole.format(Math.floor(size / 1_000))} ${units.s}`
  if (size < 7_200_000) return `${sign}${whole.format(Math.floor(size / 60_000))} ${units.min}`
  if (size < 172_800_000) return `${sign}${whole.format(Math.floor(size / 3_600_000))} ${units.h}`
  return `${sign}${whole.format(Math.floor(size / 86_400_000))} ${units.d}`
}

/** How long there is still: as a duration, from two hours on with its minutes. */
export function timeLeft(lengthMillis: number): string {
  const minutes = Math.floor((lengthMillis % 3_600_000) / 60_000)
  if (lengthMillis < 7_200_000 || lengthMillis >= 172_800_000 || minutes === 0) return duration(lengthMillis)
  return `${duration(lengthMillis)} ${whole.format(minutes)} ${units.min}`
}

/** The time since the record before: +0, +13 ms, +3.2 s. */
export const delta = (lengthMillis: number): string =>
  lengthMillis === 0 ? '+0' : `${lengthMillis > 0 ? '+' : ''}${duration(lengthMillis)}`

const two = (n: number): string => (n < 10 ? `0${n}` : String(n))
const three = (n: number): string => (n < 10 ? `00${n}` : n < 100 ? `0${n}` : String(n))

/** 14:03:22.118 */
export function timeOfDay(at: number, zone: Zone): string {
  const c = wallClock(at, zone)
  return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}.${three(c.milli)}`
}

/** 14:03:22 */
export const clockTime = (at: number, zone: Zone): string => timeOfDay(at, zone).slice(0, 8)

/** 2026-04-11 */
export function isoDate(at: number, zone: Zone): string {
  const c = wallClock(at, zone)
  return `${String(c.year).padStart(4, '0')}-${two(c.month)}-${two(c.day)}`
}

/** 04-11 14:03:22.118: for tables over several days. */
export const monthDayTime = (at: number, zone: Zone): string => `${isoDate(at, zone).slice(5)} ${timeOfDay(at, zone)}`

/** 2026-04-11 14:03:22.118 UTC+7 */
export const fullTime = (at: number, zone: Zone): string => `${isoDate(at, zone)} ${timeOfDay(at, zone)} ${zoneLabel(at, zone)}`

/** 14:03:05 – 14:04:10, with the date where the two differ or `withDate` asks for it. */
export function timeRange(from: number, until: number, zone: Zone): string {
  const fine = until - from < 10_000 && (from % 1_000 !== 0 || until % 1_000 !== 0)
  const one = (at: number): string => (fine ? timeOfDay(at, zone) : clockTime(at, zone))
  if (isoDate(from, zone) === isoDate(until, zone)) return `${one(from)} – ${one(until)}`
  return `${isoDate(from, zone)} ${one(from)} – ${isoDate(until, zone)} ${one(until)}`
}

/** A share of a whole: 12.5 %. */
export const percent = (share: number): string => `${tenth.format(share * 100)} %`
