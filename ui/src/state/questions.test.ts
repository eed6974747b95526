import { expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import type { Asking } from '../backend'
import { Questions } from './questions.svelte'

function made(changes: Partial<Asking> = {}): Questions {
  const { asking } = memoryBackend({ records: 500 })
  return new Questions({ ...(asking ?? expect.fail('questions')), ...changes }, () => ['7'])
}

test('an answer is followed until it is complete; its rows and its chart come with it', async () => {
  const questions = made()
  questions.type('stats count(*) by type')
  await questions.ask()
  expect(questions.answer?.state).toBe('running')
  questions.want(0, 5)
  await vi.waitFor(() => expect(questions.answer?.state).toBe('complete'))
  await vi.waitFor(() => expect(questions.rows.row(0)?.cells).toHaveLength(2))
  expect(questions.chart?.series).toHaveLength(1)
  expect(questions.texts.value.asked).toEqual(['stats count(*) by type'])
  questions.stop()
})

test('captures go with the question; what cannot be read is not asked', async () => {
  const askQuestion = vi.fn<Asking['askQuestion']>(() => Promise.reject(new Error('nobody answers')))
  const questions = made({ askQuestion })
  questions.type('nothing')
  await questions.ask()
  expect(askQuestion).not.toHaveBeenCalled()
  expect(questions.typedFault?.message).toContain('expected a step')
  questions.type('limit 5')
  await questions.ask()
  expect(askQuestion).toHaveBeenCalledWith('questions', ['7'], 'limit 5')
  expect(questions.fault?.message).toBe('nobody answers')
  expect(questions.texts.value.asked).toEqual([])
})

test('while nothing is written nothing is wrong', async () => {
  const questions = made()
  questions.type('x')
  await vi.waitFor(() => expect(questions.typedFault).not.toBeNull())
  questions.type(' ')
  await vi.waitFor(() => expect(questions.typedFault).toBeNull())
})

test('a search that is stopped keeps what it found', async () => {
  const { asking } = memoryBackend({ records: 500 })
  if (!asking) expect.fail('questions')
  let stopped = false
  const questions = made({
    ...asking,
    questionStatus: async (question) => ({
      ...(await asking.questionStatus(question)),
      state: stopped ? 'stopped' : 'running',
      searched: 10,
    }),
    stopQuestion: async () => {
      stopped = true
    },
  })
  questions.type('stats count(*) by type')
  await questions.ask()
  await questions.end()
  await vi.waitFor(() => expect(questions.answer?.state).toBe('stopped'))
  expect(questions.answer?.searched).toBe(10)
  expect(questions.answer?.rows).toBeGreaterThan(3)
  questions.stop()
})

test.each(['questionStatus', 'questionChart'] as const)('one failed %s does not end the looking', async (call) => {
  const { asking } = memoryBackend({ records: 500 })
  if (!asking) expect.fail('questions')
  let failures = 1
  const failing = async (question: number): Promise<unknown> => {
    if (failures > 0) {
      failures -= 1
      throw new Error('busy')
    }
    return asking[call](question)
  }
  const questions = made({ ...asking, [call]: failing })
  questions.type('stats count(*) by type')
  await questions.ask()
  await vi.waitFor(() => expect(questions.fault?.message).toBe('busy'))
  await vi.waitFor(() => expect(questions.answer?.state).toBe('complete'))
  await vi.waitFor(() => expect(questions.chart?.series).toHaveLength(1))
  expect(questions.fault).toBeNull()
  questions.stop()
})

test('a question that could not be asked stays told while the answer before it comes', async () => {
  const questions = made()
  questions.type('stats count(*) by type')
  await questions.ask()
  const refused = vi.spyOn(questions.backend, 'askQuestion').mockRejectedValueOnce(new Error('nobody answers'))
  questions.type('limit 5')
  await questions.ask()
  await vi.waitFor(() => expect(questions.answer?.state).toBe('complete'))
  expect(refused).toHaveBeenCalledOnce()
  expect(questions.fault?.message).toBe('nobody answers')
  questions.stop()
})
