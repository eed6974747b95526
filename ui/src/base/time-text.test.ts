import { expect, test } from 'vitest'
import { timeFromText } from './time-text'

const NOW = Date.UTC(2026, 3, 11, 14, 3, 22, 118)

function read(text: string): string | null {
  const at = timeFromText(text, NOW, 'utc')
  return at === null ? null : new Date(at).toISOString()
}

test.each([
  ['now', '2026-04-11T14:03:22.118Z'],
  ['now-15m', '2026-04-11T13:48:22.118Z'],
  ['NOW - 2h', '2026-04-11T12:03:22.118Z'],
  ['now+1d', '2026-04-12T14:03:22.118Z'],
  ['14:03', '2026-04-11T14:03:00.000Z'],
  ['9:05:07.5', '2026-04-11T09:05:07.500Z'],
  ['yesterday 9:00', '2026-04-10T09:00:00.000Z'],
  ['2026-04-11', '2026-04-11T00:00:00.000Z'],
  ['2026-04-11 14:03:22.118', '2026-04-11T14:03:22.118Z'],
  ['2026-04-11T14:03:22Z', '2026-04-11T14:03:22.000Z'],
  ['2026-04-11T14:03:22+07:00', '2026-04-11T07:03:22.000Z'],
  ['2026-04-11T14:03-0330', '2026-04-11T17:33:00.000Z'],
  ['1775916202', '2026-04-11T14:03:22.000Z'],
  ['1775916202118', '2026-04-11T14:03:22.118Z'],
  [' 2026-04-11 ', '2026-04-11T00:00:00.000Z'],
])('%s', (text, expected) => {
  expect(read(text)).toBe(expected)
})

test.each(['', 'tomorrow', '25:00', '12:60', '2026-02-30', '2026-13-01', '12', 'now-5', 'now-5 parsecs', '2026-04-11T', '99999999999999'])(
  '%s names no time',
  (text) => {
    expect(read(text)).toBeNull()
  },
)

test('a time without a zone is in the zone asked for', () => {
  const local = timeFromText('2026-04-11 14:03', NOW, 'local')
  expect(local).toBe(new Date(2026, 3, 11, 14, 3).getTime())
})
