import { expect, test } from 'vitest'
import { dotAt, scatterLayout } from './scatter'

test('time to the right, lengths upward by factors of ten', () => {
  const layout = scatterLayout(
    [
      { startedAt: 0, durationMillis: 100 },
      { startedAt: 50, durationMillis: 1_000 },
      { startedAt: 100, durationMillis: 10_000 },
    ],
    200,
    100,
  )
  expect(layout.dots).toEqual([
    { xPx: 0, yPx: 100 },
    { xPx: 100, yPx: 50 },
    { xPx: 200, yPx: 0 },
  ])
  expect(layout.lengths.map((tick) => tick.at)).toEqual([100, 1_000, 10_000])
})

test('the nearest dot is found, and none where none is near', () => {
  const layout = scatterLayout(
    [
      { startedAt: 0, durationMillis: 100 },
      { startedAt: 100, durationMillis: 10_000 },
    ],
    200,
    100,
  )
  expect(dotAt(layout, 196, 4)).toBe(1)
  expect(dotAt(layout, 3, 97)).toBe(0)
  expect(dotAt(layout, 100, 50)).toBeNull()
})

test('one saga, sagas of no length, and none at all have a place', () => {
  expect(scatterLayout([{ startedAt: 5, durationMillis: 0 }], 200, 100).dots).toEqual([{ xPx: 100, yPx: 100 }])
  expect(scatterLayout([], 200, 100).dots).toEqual([])
})

test('five thousand dots stay within the frame', () => {
  const points = Array.from({ length: 5_000 }, (_, i) => ({ startedAt: i * 17, durationMillis: (i * 7_919) % 400_000 }))
  expect(scatterLayout(points, 640, 240).dots.every((dot) => dot.xPx >= 0 && dot.xPx <= 640 && dot.yPx >= 0 && dot.yPx <= 240)).toBe(true)
})
