import { expect, test } from 'vitest'
import { bucketGrid, bucketOf, bucketSpan, gridEnd, gridServes, totals } from './bucket-grid'
import { panned, span } from './time-scale'

const AT = Date.UTC(2026, 3, 11, 14)

test('a grid covers what is visible with bars of at least four pixels', () => {
  for (let length = 40; length < 4e10; length *= 2.7) {
    const visible = span(AT, AT + Math.round(length))
    const grid = bucketGrid(visible, 1_400, 1)
    expect(grid.from).toBeLessThanOrEqual(visible.from)
    expect(gridEnd(grid)).toBeGreaterThanOrEqual(visible.until)
    expect(grid.buckets).toBeLessThanOrEqual(4_000)
    expect(gridServes(grid, visible, 1_400)).toBe(true)
  }
})

test('small pans keep the grid, long ones and zooms do not', () => {
  const visible = span(AT, AT + 900_000)
  const grid = bucketGrid(visible, 1_400, 1)
  expect(gridServes(grid, panned(visible, 0.4), 1_400)).toBe(true)
  expect(gridServes(grid, panned(visible, 2.5), 1_400)).toBe(false)
  expect(gridServes(grid, span(AT, AT + 90_000), 1_400)).toBe(false)
})

test('bars are aligned to the epoch', () => {
  const grid = bucketGrid(span(AT + 777, AT + 900_777), 1_400, 0)
  expect(grid.from % grid.widthMillis).toBe(0)
  expect(bucketSpan(grid, bucketOf(grid, AT + 5_000)).from).toBeLessThanOrEqual(AT + 5_000)
})

test('totals add the lanes', () => {
  const grid = { from: 0, widthMillis: 10, buckets: 3 }
  expect([...totals({ grid, lanes: [4, 9], counts: Uint32Array.of(1, 2, 3, 10, 20, 30) })]).toEqual([11, 22, 33])
})
