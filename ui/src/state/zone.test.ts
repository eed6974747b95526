import { expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { Kinescope } from './kinescope.svelte'

test('texts are read in the zone that is shown, from before the first filter, and again when it changes', async () => {
  const backend = memoryBackend({ records: 50, now: Date.now })
  const told = vi.spyOn(backend, 'useLocalTime')
  const opened = vi.spyOn(backend, 'openView')
  const kinescope = new Kinescope(backend)
  await kinescope.tellZone('utc')
  expect(told).not.toHaveBeenCalled()
  await kinescope.start(async () => {})
  expect(told.mock.calls).toEqual([[true]])
  expect(told.mock.invocationCallOrder[0]).toBeLessThan(opened.mock.invocationCallOrder[0] ?? 0)

  await kinescope.explorer.restore([], 'type:OrderShipped', null)
  const before = opened.mock.calls.length
  await kinescope.tellZone('utc')
  await kinescope.tellZone('utc')
  expect(told.mock.calls).toEqual([[true], [false]])
  expect(opened.mock.calls.slice(before).map((call) => call[2])).toEqual(['type:OrderShipped'])
  kinescope.stop()
})
