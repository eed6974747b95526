import { expect, test, vi } from 'vitest'
import { CommandFault } from '../backend'
import { memoryBackend } from '../backend/memory'
import { RangeTyping } from './range-typing.svelte'

const NOW = Date.UTC(2026, 3, 11, 10, 30)

test('what is typed is read, and what means no time is none', async () => {
  const typing = new RangeTyping(memoryBackend({ records: 0, now: () => NOW }))
  typing.type('now-15m')
  expect(typing.range).toBeUndefined()
  await vi.waitFor(() => expect(typing.range).toEqual({ from: NOW - 900_000, until: NOW }))
  typing.type('soon')
  expect(typing.range).toBeUndefined()
  await vi.waitFor(() => expect(typing.range).toBeNull())
})

test('an answer that comes late says nothing of a later text', async () => {
  const backend = memoryBackend({ records: 0, now: () => NOW })
  const answers: ((read: { from: number; until: number } | null) => void)[] = []
  const asked = vi.fn((_text: string) => new Promise<{ from: number; until: number } | null>((answer) => answers.push(answer)))
  const typing = new RangeTyping({ ...backend, readTimeRange: asked })
  typing.type('14:0')
  typing.type('14:03')
  answers[0]?.({ from: 1, until: 2 })
  await vi.waitFor(() => expect(asked).toHaveBeenLastCalledWith('14:03'))
  expect(typing.range).toBeUndefined()
  answers[1]?.({ from: 3, until: 4 })
  await vi.waitFor(() => expect(typing.range).toEqual({ from: 3, until: 4 }))
})

test('where the program does not answer, that is said', async () => {
  const fault = new CommandFault('failed', 'The workspace is closed.', null)
  const typing = new RangeTyping({ ...memoryBackend({ records: 0 }), readTimeRange: () => Promise.reject(fault) })
  typing.type('14:03')
  await vi.waitFor(() => expect(typing.fault).toBe(fault))
  expect(typing.range).toBeNull()
})
