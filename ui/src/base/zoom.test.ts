import { expect, test } from 'vitest'
import { knownZoom, nextZoom, USUAL_ZOOM, ZOOMS } from './zoom'

test('from the smallest to the largest and back, a step at a time', () => {
  const steps = (from: number, step: 1 | -1): number[] => {
    const seen = [from]
    for (let at = from; nextZoom(at, step) !== at; at = nextZoom(at, step)) seen.push(nextZoom(at, step))
    return seen
  }
  expect(steps(80, 1)).toEqual([...ZOOMS])
  expect(steps(200, -1)).toEqual([...ZOOMS].reverse())
  expect(nextZoom(nextZoom(USUAL_ZOOM, 1), -1)).toBe(USUAL_ZOOM)
})

test('what was kept by hand is no step, and is not taken', () => {
  expect([80, 125, 200].map(knownZoom)).toEqual([80, 125, 200])
  expect([0, 79, 101, 1e9, NaN].map(knownZoom)).toEqual([100, 100, 100, 100, 100])
})
