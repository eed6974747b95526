import { expect, test } from 'vitest'
import { nameChart, placeAt, timeChart, valueTicks } from './chart-layout'

const of = (...values: (number | null)[]): { values: (number | null)[] } => ({ values })

test('values are marked at round steps, with 0 among them', () => {
  expect(valueTicks([of(0, 7, 19)])).toEqual([0, 5, 10, 15, 20])
  expect(valueTicks([of(-3, null, 4)])).toEqual([-4, -2, 0, 2, 4])
  expect(valueTicks([of(120, 130)])).toEqual([0, 50, 100, 150])
  expect(valueTicks([of(null)])).toEqual([0, 0.5, 1])
  expect(valueTicks([of(5_129_900_000_000)])).toHaveLength(4)
})

test('one series over time is bars as wide as their bins, with room for the missing ones', () => {
  const chart = timeChart([0, 60, 180], [of(4, 8, null)], 400, 100)
  expect(chart.lines).toEqual([])
  expect(chart.bars.map((bar) => [bar.place, bar.xPx + bar.widthPx / 2, bar.widthPx, bar.yPx, bar.heightPx])).toEqual([
    [0, 50, 40, 50, 50],
    [1, 150, 40, 0, 100],
  ])
  expect(placeAt(chart.xPx, 160)).toBe(1)
  expect(placeAt([], 0)).toBeNull()
})

test('several series over time are lines that break where nothing is, and dots where a line would be lost', () => {
  const chart = timeChart([0, 1, 2, 3], [of(0, 10, null, 5), of(null, 0, 10, 10)], 40, 10)
  expect(chart.bars).toEqual([])
  expect(chart.lines).toEqual(['M5.0 10.0L15.0 0.0M35.0 5.0', 'M15.0 10.0L25.0 0.0L35.0 0.0'])
  expect(chart.lone).toEqual([[{ place: 3, xPx: 35, yPx: 5 }], []])
})

test('one time alone is drawn in the middle', () => {
  expect(timeChart([5], [of(2), of(1)], 100, 10).xPx).toEqual([50])
})

test('names have a bar for each series, to both sides of 0', () => {
  const chart = nameChart(2, [of(10, -10), of(null, 5)], 200, 10)
  expect(chart.heightPx).toBe(52)
  expect(chart.bars).toEqual([
    { series: 0, place: 0, xPx: 100, yPx: 3, widthPx: 100, heightPx: 8 },
    { series: 0, place: 1, xPx: 0, yPx: 29, widthPx: 100, heightPx: 8 },
    { series: 1, place: 1, xPx: 100, yPx: 39, widthPx: 50, heightPx: 8 },
  ])
})
