import { expect, test } from 'vitest'
import { eventTime } from './event-time'

const AT = Date.UTC(2026, 3, 11, 7, 3, 22, 118)

test.each([
  ['2026-04-11T07:03:22.118Z', AT],
  ['2026-04-11T14:03:22.118+07:00', AT],
  ['2026-04-11 07:03:22.118', AT],
  ['2026-04-11T07:03:22.118456789Z', AT],
  ['2026-04-11T07:03:22,1Z', AT - 18],
  ['2026-04-11T07:03Z', AT - 22_118],
  [String(AT), AT],
  [String(Math.floor(AT / 1_000)), AT - 118],
  [`${Math.floor(AT / 1_000)}.118`, AT],
  [`${AT}456`, AT],
  [`${AT}456789`, AT],
])('%s is a time', (text, at) => expect(eventTime(text)).toBe(at))

test.each(['', 'now', '14:03', '2026-02-30T07:03:22Z', '2026-04-11', '42', '17.5', 'ord-7919', '2026-04-11T25:03:22Z'])(
  '%s is none',
  (text) => expect(eventTime(text)).toBeNull(),
)
