import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { WhileRunning } from './while-running'

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('asks while something runs, then never again until it is woken', async () => {
  const answers = [true, true, false]
  const question = vi.fn(async () => answers.shift() ?? false)
  const following = new WhileRunning(question)
  await vi.advanceTimersByTimeAsync(5_000)
  expect(question).not.toHaveBeenCalled()
  following.wake()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(question).toHaveBeenCalledTimes(3)
  following.wake()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(question).toHaveBeenCalledTimes(4)
})

test('what is started while a question is under way is not missed', async () => {
  const ends: ((running: boolean) => void)[] = []
  const question = vi.fn(() => new Promise<boolean>((end) => ends.push(end)))
  const following = new WhileRunning(question)
  following.wake()
  following.wake()
  expect(question).toHaveBeenCalledTimes(1)
  ends[0]?.(false)
  await vi.advanceTimersByTimeAsync(1_000)
  expect(question).toHaveBeenCalledTimes(2)
})

test('stopped, it asks no more', async () => {
  const question = vi.fn(async () => true)
  const following = new WhileRunning(question)
  following.wake()
  await vi.advanceTimersByTimeAsync(1_000)
  const asked = question.mock.calls.length
  following.stop()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(question).toHaveBeenCalledTimes(asked)
})

test('what is heard is asked about at once while something runs, and not when nothing does', async () => {
  const answers = [true, true, false]
  const question = vi.fn(async () => answers.shift() ?? false)
  const following = new WhileRunning(question)
  following.heard()
  expect(question).not.toHaveBeenCalled()
  following.wake()
  await vi.advanceTimersByTimeAsync(1)
  following.heard()
  await vi.advanceTimersByTimeAsync(1)
  following.heard()
  await vi.advanceTimersByTimeAsync(1)
  expect(question).toHaveBeenCalledTimes(3)
  following.heard()
  await vi.advanceTimersByTimeAsync(5_000)
  expect(question).toHaveBeenCalledTimes(3)
})
