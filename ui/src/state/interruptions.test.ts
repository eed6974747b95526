import { expect, test } from 'vitest'
import type { CaptureStatus, ShardProgress } from '../backend'
import { memoryBackend } from '../backend/memory'
import { Interruptions } from './interruptions'
import { Beat } from './standstill'

async function statusWith(...shards: Partial<ShardProgress>[]): Promise<CaptureStatus> {
  const backend = memoryBackend({ records: 200 })
  const [row = expect.fail('no capture')] = await backend.listCaptures()
  const status = await backend.captureStatus(row.id)
  const [shard = expect.fail('no shard')] = status.shards
  return { ...status, shards: shards.map((change) => ({ ...shard, state: 'live', error: null, hint: null, retryAt: null, ...change })) }
}
const DOWN = { state: 'backingOff', error: 'it cannot be reached' } as const

test('who has to sign in is told at once, and who is only refused after some seconds', async () => {
  const interruptions = new Interruptions()
  const blocked = await statusWith({ state: 'blocked', error: 'expired', hint: 'Sign in.', retryAt: 900 }, {}, { ...DOWN, retryAt: 700 })
  expect(interruptions.of([blocked], 100)).toMatchObject([
    { needsPerson: true, shards: 2, all: 3, since: 100, message: 'expired', hint: 'Sign in.', retryAt: 700 },
  ])
  const down = await statusWith(DOWN, DOWN)
  expect(interruptions.of([], 200)).toEqual([])
  expect(interruptions.of([down], 300)).toEqual([])
  expect(interruptions.of([down], 5_299)).toEqual([])
  expect(interruptions.of([down], 5_300)).toMatchObject([{ needsPerson: false, shards: 2, all: 2, since: 300 }])
})

test('what is read by other shards, went on in between, or is paused, is not interrupted', async () => {
  const interruptions = new Interruptions()
  const [down, partly] = [await statusWith(DOWN), await statusWith(DOWN, {})]
  expect(interruptions.of([partly], 0)).toEqual([])
  expect(interruptions.of([partly], 60_000)).toEqual([])
  expect(interruptions.of([down], 60_000)).toEqual([])
  expect(interruptions.of([await statusWith({})], 62_000)).toEqual([])
  expect(interruptions.of([down], 66_000)).toEqual([])
  const paused = { ...down, capture: { ...down.capture, state: 'paused' as const } }
  expect(interruptions.of([paused], 90_000)).toEqual([])
})

test('a clock that stood still is told once, and a hidden or resting page is none', () => {
  const beat = new Beat()
  expect(beat.at(1_000, false)).toBeNull()
  expect(beat.at(60_999, false)).toBeNull()
  expect(beat.at(120_999, false)).toEqual({ from: 60_999, until: 120_999 })
  expect(beat.at(121_999, false)).toBeNull()
  expect(beat.at(300_000, true)).toBeNull()
  expect(beat.at(600_000, false)).toBeNull()
  beat.rest()
  expect(beat.at(900_000, false)).toBeNull()
  // a clock that was set back
  expect(beat.at(1_000, false)).toBeNull()
})
