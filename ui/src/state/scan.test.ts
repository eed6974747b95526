// A filter's look that is stopped and gone on with, and the gaps beside it.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CommandFault } from '../backend'
import { memoryBackend, type MemoryOptions } from '../backend/memory'
import { Explorer } from './explorer.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const moments = (millis = 250): Promise<unknown> => vi.advanceTimersByTimeAsync(millis)

async function explorer(options: Partial<MemoryOptions> = {}): Promise<Explorer> {
  const made = new Explorer(memoryBackend({ records: 1_000, scanStep: 100, ...options }))
  await made.start()
  made.table.happened('captureStarted')
  made.timeline.resized(500)
  made.table.resized(240)
  return made
}

test('a scan that is stopped stays where it is, keeps what it found, and goes on from there', async () => {
  const e = await explorer()
  e.apply('type:ORDER_CREATED')
  await moments(220)
  e.scan.halt()
  await moments()
  const { scanned = 0, matched = 0, complete } = e.status ?? {}
  expect(complete).toBe(false)
  expect(scanned).toBeGreaterThan(0)
  expect(scanned).toBeLessThan(900)
  const asked = vi.spyOn(e.backend, 'viewStatus')
  e.stir()
  await moments(5_000)
  expect(asked).not.toHaveBeenCalled()
  expect(e.status).toMatchObject({ scanned, matched })
  expect(e.table.rows).toBe(matched)
  e.scan.goOn()
  await moments(5_000)
  expect(e.status?.complete).toBe(true)
  expect(e.status?.scanned).toBe(e.status?.total)
  expect(e.table.rows).toBeGreaterThanOrEqual(matched)
  e.stop()
})

test('another filter is looked for from its beginning, stopped or not', async () => {
  const e = await explorer()
  e.apply('type:ORDER_CREATED')
  await moments()
  e.scan.halt()
  e.apply('type:ORDER_*')
  await moments(5_000)
  expect(e.scan.stopped).toBe(false)
  expect(e.status?.complete).toBe(true)
  e.stop()
})

test('the gaps of the view in front are known, and why where they are not', async () => {
  const e = await explorer({ gap: 'trimmed' })
  await moments()
  expect(e.scan.gaps.count).toBe(e.status?.lanes.length)
  expect(e.scan.gaps.gaps[0]?.until).toBeGreaterThan(e.scan.gaps.gaps[0]?.from ?? Infinity)
  vi.spyOn(e.backend, 'viewGaps').mockRejectedValue(new CommandFault('failed', 'the disk is gone', null))
  e.apply('type:ORDER_CREATED')
  await moments()
  expect(e.scan.gaps.count).toBe(0)
  expect(e.scan.fault?.message).toBe('the disk is gone')
  e.stop()
})
