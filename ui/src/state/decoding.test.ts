// How a stream is read, while answers about another are late.
import { expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { Decoding } from './decoding.svelte'

function made(): { decoding: Decoding; changed: () => number } {
  let changed = 0
  return { decoding: new Decoding(memoryBackend({ records: 0 }), () => (changed += 1)), changed: () => changed }
}

test('what failed or is still asked about another stream is not shown of the one in front', async () => {
  const { decoding } = made()
  const { decoding: backend } = decoding.backend
  let refuse!: (cause: Error) => void
  vi.spyOn(backend, 'pinDecoding').mockReturnValueOnce(new Promise((_, reject) => (refuse = reject)))
  const pinned = decoding.pin('arn:a', [])
  expect(decoding.busy).toBe(true)
  await decoding.look('arn:b')
  expect(decoding.busy).toBe(false)
  refuse(new Error('no such layer'))
  // who asked hears of it
  expect((await pinned)?.message).toBe('no such layer')
  expect([decoding.fault, decoding.busy]).toEqual([null, false])
  expect(decoding.value?.schemas).toHaveLength(1)
})

test('it is busy until the last of two questions is answered', async () => {
  const { decoding } = made()
  const { decoding: backend } = decoding.backend
  let answer!: () => void
  const value = await backend.streamDecoding('arn:a')
  vi.spyOn(backend, 'streamDecoding').mockReturnValueOnce(new Promise((resolve) => (answer = () => resolve(value))))
  const looked = decoding.look('arn:a')
  await decoding.pin('arn:a', [])
  expect(decoding.busy).toBe(true)
  answer()
  await looked
  expect(decoding.busy).toBe(false)
})

test('a schema that takes the place of another of its id is told apart from a new one', async () => {
  const { decoding, changed } = made()
  expect(await decoding.addSchema('arn:a', 'confluent:7')).toMatchObject({ schema: { id: 'confluent:7' }, replaced: false })
  expect(await decoding.addSchema('arn:a', 'confluent:7')).toMatchObject({ replaced: true })
  expect(changed()).toBe(2)
  vi.spyOn(decoding.backend.decoding, 'addSchema').mockResolvedValueOnce(null)
  expect(await decoding.addSchema('arn:a', null)).toBeNull()
  expect(changed()).toBe(2)
})
