import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { StreamFacts } from './stream-facts.svelte'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

const names = (from: number, until: number): string[] => Array.from({ length: until - from }, (_, i) => `stream-${from + i}`)

/** When each stream was asked about; each answer takes a while. */
function asking(answerMillis: number): { facts: StreamFacts; asked: { at: number; stream: string }[]; most: () => number } {
  const backend = memoryBackend({ records: 0 })
  const asked: { at: number; stream: string }[] = []
  let under = 0
  let most = 0
  const whole = backend.streamDetails
  backend.streamDetails = async (connection, stream) => {
    asked.push({ at: Date.now(), stream })
    under += 1
    most = Math.max(most, under)
    await new Promise((done) => setTimeout(done, answerMillis))
    under -= 1
    return whole(connection, stream)
  }
  return { facts: new StreamFacts(backend, () => Date.now()), asked, most: () => most }
}

test('three thousand rows in the page would be asked about ten a second, four at a time', async () => {
  const { facts, asked, most } = asking(30)
  facts.show('1', names(0, 3_000))
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked.length).toBeGreaterThan(560)
  expect(most()).toBeLessThanOrEqual(4)
  for (const { at } of asked) expect(asked.filter((other) => other.at >= at && other.at < at + 1_000).length).toBeLessThanOrEqual(10)
})

test('rows that were scrolled past before their turn are not asked about', async () => {
  const { facts, asked } = asking(30)
  for (let first = 0; first < 3_000; first += 30) facts.show('1', names(first, first + 30))
  await vi.advanceTimersByTimeAsync(20_000)
  expect(asked.length).toBeLessThan(40)
  expect(facts.of('1', 'stream-2999')?.details?.openShards).toBe(4)
  expect(facts.of('1', 'stream-1500')).toBeUndefined()
})

test('a slow endpoint gets no more than four questions at a time', async () => {
  const { facts, asked } = asking(60_000)
  facts.show('1', names(0, 100))
  await vi.advanceTimersByTimeAsync(30_000)
  expect(asked).toHaveLength(4)
})

test('one connection’s list that is loaded anew leaves what is known of others', async () => {
  const { facts, asked } = asking(1)
  facts.show('1', names(0, 2))
  await vi.advanceTimersByTimeAsync(5_000)
  facts.show('11', names(0, 2))
  await vi.advanceTimersByTimeAsync(5_000)
  asked.length = 0
  facts.renew('1')
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked).toEqual([])
  expect(facts.of('1', 'stream-0')?.details).not.toBeNull()
  facts.show('1', names(0, 2))
  await vi.advanceTimersByTimeAsync(5_000)
  expect(asked.map((one) => one.stream)).toEqual(names(0, 2))
})
