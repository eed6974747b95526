import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CommandFault, type EndpointCall } from '../backend'
import { DEMO } from '../backend/fixture-places'
import { memoryBackend } from '../backend/memory'
import { Calls } from './calls.svelte'

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('document', { hidden: false })
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

const call = (number: number): EndpointCall => ({
  number,
  at: number,
  tookMillis: 1,
  operation: 'GetRecords',
  stream: 'orders',
  shard: null,
  options: [],
  outcome: 'answered',
  why: null,
  attempt: 1,
  bytesReceived: 0,
})

/** One more call with each question; it takes 50 ms to be answered. */
function asked() {
  const told: EndpointCall[] = []
  const connectionCalls = vi.fn(async (connection: string, after: number) => {
    await new Promise((done) => setTimeout(done, 50))
    if (connection === 'broken') throw new CommandFault('failed', 'no', null)
    told.push(call(told.length + 1))
    return told.filter((one) => one.number > after)
  })
  let open = [{ ...DEMO, id: 'a' }]
  const calls = new Calls({ ...memoryBackend(), connectionCalls }, () => open)
  const connect = (ids: readonly string[]): void => void (open = ids.map((id) => ({ ...DEMO, id })))
  return { calls, connectionCalls, connect }
}

test('who leaves and comes back while an answer is under way finds every call once', async () => {
  const { calls, connectionCalls } = asked()
  const leave = calls.look()
  await vi.advanceTimersByTimeAsync(20)
  leave()
  const leaveAgain = calls.look()
  await vi.advanceTimersByTimeAsync(1_000)
  const questions = connectionCalls.mock.calls.length
  expect(questions).toBeGreaterThan(2)
  expect(questions).toBeLessThanOrEqual(5)
  const numbers = calls.lines.map((line) => line.number)
  expect(numbers.length).toBeGreaterThan(2)
  expect(numbers).toEqual([...new Set(numbers)].sort((one, other) => other - one))
  leaveAgain()
  await vi.advanceTimersByTimeAsync(100)
  connectionCalls.mockClear()
  await vi.advanceTimersByTimeAsync(2_000)
  expect(connectionCalls).not.toHaveBeenCalled()
})

test('what one connection cannot say is said until it can, whatever another says', async () => {
  const { calls, connect } = asked()
  connect(['broken', 'a'])
  const leave = calls.look()
  await vi.advanceTimersByTimeAsync(1_000)
  expect(calls.fault?.message).toBe('no')
  expect(calls.lines.length).toBeGreaterThan(0)
  connect(['a'])
  await vi.advanceTimersByTimeAsync(600)
  expect(calls.fault).toBeNull()
  leave()
})

test('the operation that was chosen stays to be chosen when nothing of it is listed', async () => {
  const { calls } = asked()
  calls.operation = 'ListShards'
  const leave = calls.look()
  await vi.advanceTimersByTimeAsync(400)
  leave()
  expect(calls.operations).toEqual(['GetRecords', 'ListShards'])
  expect(calls.shown).toEqual([])
})
