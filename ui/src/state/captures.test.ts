import { expect, test } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { Captures } from './captures.svelte'

test('captures of one shard cost together and share its budget', async () => {
  const backend = memoryBackend({ records: 200 })
  const [row = expect.fail('no capture')] = await backend.listCaptures()
  const reading = async (ids: readonly string[]) => {
    const captures = new Captures({
      ...backend,
      listCaptures: async () => ids.map((id) => ({ ...row, id })),
      captureStatus: async (id) => ({ ...(await backend.captureStatus(row.id)), capture: { ...row, id } }),
    })
    await captures.refresh()
    return captures.reading
  }
  const one = await reading(['a'])
  expect(one).toMatchObject({ shards: 10, behind: 1, callsBudget: 14, bytesBudget: 18_000_000 })
  const two = await reading(['a', 'b'])
  expect(two).toMatchObject({ shards: 10, behind: 1, callsBudget: 14, bytesBudget: 18_000_000 })
  expect(two.callsPerSecond).toBeCloseTo(2 * one.callsPerSecond)
  expect(two.bytesPerSecond).toBeCloseTo(2 * one.bytesPerSecond)
})
