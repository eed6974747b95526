import { expect, test, vi } from 'vitest'
import type { RecordPage } from '../backend'
import { span } from '../base/time-scale'
import { nearestTo } from './nearest'

/** A view of records that arrived at these times, oldest first. */
const view = (arrivals: readonly number[]) => ({
  viewRowAt: vi.fn(async (_view: number, time: number) => {
    const found = arrivals.findIndex((arrival) => arrival >= time)
    return found === -1 ? arrivals.length : found
  }),
  viewPage: vi.fn(async (_view: number, first: number, count: number) => {
    return { rows: arrivals.slice(first, first + count).map((arrival) => ({ arrival })) } as RecordPage
  }),
})
const range = span(1_000, 2_000)

test('the nearer of the two at its sides, and a range of the same length around it', async () => {
  expect(await nearestTo(view([100, 900, 2_500]), 1, range)).toEqual({ arrival: 900, distance: -100, range: { from: -99, until: 901 } })
  expect(await nearestTo(view([100, 2_050]), 1, range)).toEqual({ arrival: 2_050, distance: 50, range: { from: 2_050, until: 3_050 } })
})

test('at the ends of the view there is one side only, and in an empty one there is none', async () => {
  expect((await nearestTo(view([50]), 1, range))?.arrival).toBe(50)
  expect((await nearestTo(view([9_000]), 1, range))?.arrival).toBe(9_000)
  expect(await nearestTo(view([]), 1, range)).toBeNull()
})
