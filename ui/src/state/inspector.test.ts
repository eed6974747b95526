// The open record while answers are late: what is shown is always of the record and event in front.
import { expect, test, vi } from 'vitest'
import type { Backend } from '../backend'
import { memoryBackend } from '../backend/memory'
import { EVERY_DEPTH, Inspector } from './inspector.svelte'

type Tree = Awaited<ReturnType<Backend['recordTree']>>

async function opened(): Promise<Inspector> {
  const made = new Inspector(memoryBackend({ records: 10, layers: 'logs' }))
  made.open('1')
  await vi.waitFor(() => expect(made.treeRows).toBeGreaterThan(0))
  return made
}

/** The next call is answered when `answer` is called. */
function held<Value>(): { promise: Promise<Value>; answer: (value: Value) => void; fail: (cause: unknown) => void } {
  let answer!: (value: Value) => void
  let fail!: (cause: unknown) => void
  const promise = new Promise<Value>((resolve, reject) => {
    answer = resolve
    fail = reject
  })
  return { promise, answer, fail }
}
const settled = (): Promise<void> => new Promise((done) => setTimeout(done))
const shown = (made: Inspector): string => JSON.stringify([0, 1, 2, 3, 4].map((row) => made.tree.row(row)?.text))

test('a late tree of another event is not shown under the event in front', async () => {
  const made = await opened()
  const late = held<Tree>()
  const old = await made.backend.recordTree('1', 0, { depth: EVERY_DEPTH, toggled: [], first: 0, count: 500 })
  vi.spyOn(made.backend, 'recordTree').mockReturnValueOnce(late.promise)
  made.expandTo(EVERY_DEPTH)
  made.step(1)
  await vi.waitFor(() => expect([made.event?.index, made.treeRows > 0]).toEqual([1, true]))
  const before = shown(made)
  late.answer(old)
  await settled()
  expect(shown(made)).toBe(before)
})

test('a late answer to an earlier depth is not shown', async () => {
  const made = await opened()
  const late = held<Tree>()
  const old = await made.backend.recordTree('1', 0, { depth: EVERY_DEPTH, toggled: [], first: 0, count: 500 })
  vi.spyOn(made.backend, 'recordTree').mockReturnValueOnce(late.promise)
  made.expandTo(EVERY_DEPTH)
  made.expandTo(1)
  await settled()
  const rows = made.treeRows
  expect(rows).toBeLessThan(old.total)
  late.answer(old)
  await settled()
  expect(made.treeRows).toBe(rows)
})

test('steps pressed quickly all count, and what is in front is not asked for again', async () => {
  const made = await opened()
  const asked = vi.spyOn(made.backend, 'recordEvent')
  made.step(1)
  made.step(1)
  await vi.waitFor(() => expect(made.event?.index).toBe(2))
  made.choose(2)
  made.step(1)
  await settled()
  expect(asked.mock.calls.map((call) => call[1])).toEqual([1, 2])
})

test('a step that waits is not taken in the record that is opened after it', async () => {
  const made = await opened()
  const event = await made.backend.recordEvent('1', 1)
  const late = held<typeof event>()
  const asked = vi.spyOn(made.backend, 'recordEvent').mockReturnValueOnce(late.promise)
  made.step(1)
  made.step(1)
  made.open('2')
  await vi.waitFor(() => expect(made.details?.row.id).toBe('2'))
  late.answer(event)
  await settled()
  expect(made.event?.index).toBe(0)
  expect(asked.mock.calls.length).toBe(1)
})

test('while another record loads its tabs ask for nothing, and a fault goes with the next event', async () => {
  const made = await opened()
  const details = await made.backend.openRecord('2')
  const late = held<typeof details>()
  vi.spyOn(made.backend, 'openRecord').mockReturnValueOnce(late.promise)
  const text = vi.spyOn(made.backend, 'recordText')
  made.open('2')
  made.show('text')
  expect(text).not.toHaveBeenCalled()
  late.answer(details)
  await vi.waitFor(() => expect(text.mock.calls).toEqual([['2', 0, 'content']]))
  vi.spyOn(made.backend, 'recordEvent').mockRejectedValueOnce(new Error('no'))
  made.step(1)
  await vi.waitFor(() => expect(made.fault).not.toBeNull())
  made.step(1)
  await vi.waitFor(() => expect(made.event?.index).toBe(1))
  expect(made.fault).toBeNull()
})

test('a comparison that takes long does not hold up the next record, nor the question for its own', async () => {
  const made = new Inspector(memoryBackend({ records: 10 }))
  const late = held<null>()
  const asked = vi.spyOn(made.backend, 'earlierRecord').mockReturnValue(late.promise)
  made.show('diff')
  made.open('3')
  await vi.waitFor(() => expect(asked.mock.calls.map(([id]) => id)).toEqual(['3']))
  made.open('4')
  made.open('5')
  await vi.waitFor(() => expect(made.details?.row.id).toBe('5'))
  await vi.waitFor(() => expect(asked.mock.calls.at(-1)?.[0]).toBe('5'))
  expect(made.comparison.asking).toBe(true)
  late.answer(null)
  await vi.waitFor(() => expect(made.comparison.asking).toBe(false))
})

test('the raw text of an earlier record that is late leaves that of the one in front', async () => {
  const made = new Inspector(memoryBackend({ records: 10 }))
  const late = held<Awaited<ReturnType<Backend['recordRaw']>>>()
  vi.spyOn(made.backend, 'recordRaw').mockReturnValueOnce(late.promise)
  made.show('raw')
  made.open('3')
  await vi.waitFor(() => expect(made.details?.row.id).toBe('3'))
  made.open('4')
  await vi.waitFor(() => expect(made.raw?.text).toBeTruthy())
  const text = made.raw?.text
  late.answer({ text: 'of another record', truncated: null })
  await settled()
  expect(made.raw?.text).toBe(text)
})

test('a record whose schema is being asked for is looked at again until it is there, and not once another is open', async () => {
  vi.useFakeTimers()
  try {
    const made = new Inspector(memoryBackend({ records: 10 }))
    const plain = await made.backend.openRecord('1')
    const asking = { ...plain, layers: { ...plain.layers, schemas: [{ id: 'confluent:7', host: 'registry.corp:443', failure: null }] } }
    const opening = vi.spyOn(made.backend, 'openRecord')
    for (let times = 0; times < 3; times += 1) opening.mockResolvedValueOnce(asking)
    made.open('1')
    await vi.advanceTimersByTimeAsync(2_500)
    expect([opening.mock.calls.length, made.details?.layers.schemas.length]).toEqual([3, 1])
    await vi.advanceTimersByTimeAsync(1_000)
    // it is there, and shown
    expect([opening.mock.calls.length, made.details?.layers.schemas.length]).toEqual([5, 0])
    opening.mockResolvedValueOnce({ ...asking, row: { ...plain.row, id: '2' } })
    made.open('2')
    await vi.advanceTimersByTimeAsync(100)
    made.open('3')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(opening.mock.calls.length).toBe(7)
  } finally {
    vi.useRealTimers()
  }
})
