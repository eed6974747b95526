import { expect, test } from 'vitest'
import { lengthMillis, ordered, padded, panned, span, TimeScale, zoomed } from './time-scale'

const HOUR = 3_600_000

test('time to x and back is the same time', () => {
  const scale = new TimeScale(span(1_000, 1_000 + HOUR), 1_400)
  for (const x of [0, 1, 333, 1_399.5]) expect(scale.xFromTime(scale.timeFromX(x))).toBeCloseTo(x, 6)
})

test('zooming keeps the time under the cursor where it is', () => {
  const before = span(0, HOUR)
  for (const fraction of [0, 0.25, 0.5, 1]) {
    const after = zoomed(before, 0.5, fraction)
    const under = (time: typeof before): number => time.from + lengthMillis(time) * fraction
    expect(Math.abs(under(after) - under(before))).toBeLessThanOrEqual(1)
    expect(lengthMillis(after)).toBe(HOUR / 2)
  }
})

test('zoom stops at 20 ms and at 400 days', () => {
  expect(lengthMillis(zoomed(span(0, 25), 0.1, 0.5))).toBe(20)
  expect(lengthMillis(zoomed(span(0, 300 * 24 * HOUR), 10, 0.5))).toBe(400 * 24 * HOUR)
})

test('panning moves both ends alike', () => {
  expect(panned(span(1_000, 2_000), -0.5)).toEqual(span(500, 1_500))
})

test('a brush drawn backwards runs forward, and is never empty', () => {
  expect(ordered(20.4, 10.6)).toEqual(span(10, 21))
  expect(ordered(7, 7)).toEqual(span(7, 8))
})

test('fit leaves a margin', () => {
  expect(padded(span(0, 100_000))).toEqual(span(-3_000, 103_000))
})
