import { expect, test } from 'vitest'
import { span } from '../../base/time-scale'
import { barsOf, bucketAt, hottest, laneCount, stretches, sumIn, visibleBuckets } from './layout'

const grid = { from: 0, widthMillis: 100, buckets: 10 }
const sums = Uint32Array.of(0, 5, 0, 20, 0, 0, 0, 0, 0, 40)

test('bars stand on the ground, highest at the round ceiling', () => {
  const { rects, ceiling } = barsOf(grid, sums, span(0, 1_000), 100, 50)
  expect(ceiling).toBe(50)
  expect(rects).toEqual([
    { xPx: 10, yPx: 45, widthPx: 9, heightPx: 5 },
    { xPx: 30, yPx: 30, widthPx: 9, heightPx: 20 },
    { xPx: 90, yPx: 10, widthPx: 9, heightPx: 40 },
  ])
})

test('what is out of sight does not set the ceiling', () => {
  expect(barsOf(grid, sums, span(100, 400), 300, 50).ceiling).toBe(20)
  expect(visibleBuckets(grid, span(-500, 5_000))).toEqual([0, 9])
  expect(barsOf(grid, sums, span(2_000, 3_000), 100, 50).rects).toEqual([])
})

test('buckets under a time, counts of lanes, sums of spans', () => {
  const counts = { grid: { ...grid, buckets: 2 }, lanes: [7, 3], counts: Uint32Array.of(1, 2, 30, 4) }
  expect([bucketAt(grid, -1), bucketAt(grid, 350), bucketAt(grid, 1_000)]).toEqual([null, 3, null])
  expect([laneCount(counts, 3, 0), laneCount(counts, 7, 1), laneCount(counts, 99, 0)]).toEqual([30, 2, 0])
  expect(hottest(counts, span(0, 200))).toBe(30)
  expect(hottest(counts, span(100, 200))).toBe(4)
  expect(sumIn(grid, sums, span(100, 400))).toBe(25)
})

test('stretches are cut to the width and never vanish', () => {
  expect(stretches([span(-100, 50), span(500, 501), span(2_000, 3_000)], span(0, 1_000), 100)).toEqual([
    { xPx: 0, widthPx: 5 },
    { xPx: 50, widthPx: 1 },
  ])
})
