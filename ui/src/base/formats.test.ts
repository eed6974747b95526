import { afterEach, expect, test } from 'vitest'
import * as f from './formats'
import { zoneLabel } from './zone'

afterEach(() => f.setFormatLocale('en-US'))

const AT = Date.UTC(2026, 3, 11, 7, 3, 22, 118)

test('timestamps are ISO-like with milliseconds', () => {
  expect(f.fullTime(AT, 'utc')).toBe('2026-04-11 07:03:22.118 UTC')
  expect(f.timeOfDay(AT, 'utc')).toBe('07:03:22.118')
  expect(f.monthDayTime(AT, 'utc')).toBe('04-11 07:03:22.118')
})

test('the local zone agrees with the platform', () => {
  const local = new Date(AT)
  expect(f.timeOfDay(AT, 'local').slice(0, 2)).toBe(String(local.getHours()).padStart(2, '0'))
  expect(zoneLabel(AT, 'utc')).toBe('UTC')
})

test('sizes are in powers of 1,024', () => {
  expect([0, 612, 1_023, 1_024, 1_126, 1_048_576, 1_932_735_283].map(f.bytes)).toEqual([
    '0 B',
    '612 B',
    '1,023 B',
    '1 KB',
    '1.1 KB',
    '1 MB',
    '1.8 GB',
  ])
})

test('durations have one unit', () => {
  expect([0, 412, 1_000, 3_250, 59_000, 119_999, 720_000, 18_000_000, 259_200_000].map(f.duration)).toEqual([
    '0 ms',
    '412 ms',
    '1 s',
    '3.2 s',
    '59 s',
    '119 s',
    '12 min',
    '5 h',
    '3 d',
  ])
  expect([0, 13, 3_200, -40].map(f.delta)).toEqual(['+0', '+13 ms', '+3.2 s', '−40 ms'])
})

test('what is left is told with its minutes from two hours on', () => {
  expect([45_000, 7_140_000, 7_980_000, 10_800_000, 259_200_000].map(f.timeLeft)).toEqual(['45 s', '119 min', '2 h 13 min', '3 h', '3 d'])
})

test('counts follow the language, and a locale that Intl refuses gives English figures', () => {
  f.setFormatLocale('nl')
  expect(f.count(1_234_567)).toBe('1.234.567')
  f.setFormatLocale('C')
  expect(f.count(1_234_567)).toBe('1,234,567')
  expect(f.formatLocale()).toBe('en-US')
})

test('rates show a decimal only where it matters', () => {
  expect([0, 0.4, 9.96, 19.4, 1_900].map(f.rate)).toEqual(['0', '0.4', '10', '19', '1.9K'])
})

test('a range within a day names times only', () => {
  expect(f.timeRange(AT, AT + 65_000, 'utc')).toBe('07:03:22 – 07:04:27')
  expect(f.timeRange(AT, AT + 500, 'utc')).toBe('07:03:22.118 – 07:03:22.618')
  expect(f.timeRange(AT, AT + 86_400_000, 'utc')).toBe('2026-04-11 07:03:22 – 2026-04-12 07:03:22')
})

test.each([
  ['en-GB', '3.2 s', '5 h', '1,234'],
  ['nl', '3,2 s', '5 u', '1.234'],
  ['id-ID', '3,2 dtk', '5 jam', '1.234'],
])('durations and figures in %s', (tag, seconds, hours, figure) => {
  f.setFormatLocale(tag)
  expect(f.duration(3_200)).toBe(seconds)
  expect(f.duration(18_000_000)).toBe(hours)
  expect(f.count(1_234)).toBe(figure)
})
