import { expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { FilterTyping } from './filter-typing.svelte'

function typing(): FilterTyping {
  return new FilterTyping(memoryBackend({ records: 10, now: () => 0 }), () => [])
}

test('offers are for the word at the cursor, and taking one puts it there', async () => {
  const made = typing()
  made.typed('stream:x st', 11)
  await vi.waitFor(() => expect(made.offers.map((offer) => offer.text)).toEqual(['stream:']))
  made.move(1)
  expect(made.take(made.chosen)).toEqual({ text: 'stream:x stream:', cursor: 16 })
  expect(made.offers).toEqual([])
  expect(made.take(0)).toBeNull()
})

test('another text takes the offers away', async () => {
  const made = typing()
  made.typed('st', 2)
  await vi.waitFor(() => expect(made.offers.length).toBe(1))
  made.shows('')
  expect(made.offers).toEqual([])
})

test('an answer for a text that is not there any more is dropped', async () => {
  const made = typing()
  made.typed('st', 2)
  made.typed('size:1', 6)
  await vi.waitFor(() => expect(made.known).toBe('size:1'))
  expect(made.offers).toEqual([])
})

test('keys apply what is typed, take an offer, or leave the field', async () => {
  const made = typing()
  const asked: string[] = []
  const typist = { draft: '', type: (text: string) => void (typist.draft = text), ask: (text: string) => void asked.push(text) }
  const leave = vi.fn()
  const press = (key: string): { taken: number | null; kept: boolean } => {
    const preventDefault = vi.fn()
    const event = { key, preventDefault, stopPropagation: vi.fn() } as unknown as KeyboardEvent
    return { taken: made.keyFor(typist, event, leave), kept: preventDefault.mock.calls.length > 0 }
  }
  made.typedFor(typist, 'st', 2)
  expect(typist.draft).toBe('st')
  await vi.waitFor(() => expect(made.offers.length).toBe(1))
  expect(press('ArrowDown')).toEqual({ taken: null, kept: true })
  const tab = press('Tab')
  expect(tab.taken).toBe(0)
  expect(tab.kept).toBe(true)
  expect(made.takeFor(typist, 0)).toEqual({ text: 'stream:', cursor: 7 })
  expect(typist.draft).toBe('stream:')
  expect(press('Enter').kept).toBe(false)
  expect(asked).toEqual(['stream:'])
  press('Escape')
  expect(leave).toHaveBeenCalledOnce()
  expect(made.takeFor(typist, 5)).toBeNull()
})
