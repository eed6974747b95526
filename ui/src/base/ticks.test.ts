import { expect, test } from 'vitest'
import { niceCeiling, roundStep, timeTicks } from './ticks'
import { span, TimeScale } from './time-scale'

const AT = Date.UTC(2026, 3, 11, 13, 50)
const labels = (minutes: number, widthPx: number): string[] =>
  timeTicks(new TimeScale(span(AT, AT + minutes * 60_000), widthPx), 'utc').map((tick) => tick.label)

test('ticks stand on round times', () => {
  expect(labels(15, 400)).toEqual(['13:50', '13:55', '14:00'])
  expect(labels(1, 400)).toEqual(['13:50:00', '13:50:15', '13:50:30', '13:50:45'])
})

test('the first tick of a new day carries the date', () => {
  expect(labels(24 * 60, 500)).toEqual(['18:00', '2026-04-12', '06:00', '12:00'])
})

test('ticks keep their distance at every zoom', () => {
  for (let length = 40; length < 4e10; length *= 3) {
    const ticks = timeTicks(new TimeScale(span(AT, AT + length), 1_200), 'utc')
    for (let i = 1; i < ticks.length; i += 1) {
      expect((ticks[i]?.xPx ?? 0) - (ticks[i - 1]?.xPx ?? 0)).toBeGreaterThanOrEqual(96)
    }
  }
})

test('steps and ceilings are round', () => {
  expect([0.4, 3, 700, 61_000].map(roundStep)).toEqual([1, 5, 1_000, 120_000])
  expect([0, 1, 3, 12, 180, 501].map(niceCeiling)).toEqual([1, 1, 5, 20, 200, 1_000])
})
