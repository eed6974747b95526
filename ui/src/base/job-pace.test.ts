import { expect, test } from 'vitest'
import { paceOf, sampled, type JobSample } from './job-pace'

const at = (atMillis: number, done: number): JobSample => ({ atMillis, done })
const after = (...samples: JobSample[]): readonly JobSample[] => samples.reduce<readonly JobSample[]>(sampled, [])

test('rate and time left follow from the first and the last of ten seconds', () => {
  expect(paceOf(after(at(0, 0), at(2_000, 500), at(4_000, 2_000)), 1_000)).toEqual({ perSecond: 500, etaMillis: 2_000 })
  // a fast start is forgotten
  expect(paceOf(after(at(0, 0), at(1_000, 90_000), at(12_000, 90_110)), 100)).toEqual({ perSecond: 10, etaMillis: 10_000 })
})

test('one sample, and a job that stands still, tell no time', () => {
  expect(paceOf(after(at(0, 10)), 5)).toEqual({ perSecond: 0, etaMillis: null })
  expect(paceOf(after(at(0, 10), at(5_000, 10)), 5)).toEqual({ perSecond: 0, etaMillis: null })
  expect(paceOf([], 5).etaMillis).toBeNull()
})

test('what goes backwards begins anew', () => {
  const samples = after(at(0, 900), at(1_000, 1_000), at(2_000, 10))
  expect(samples).toEqual([at(2_000, 10)])
})

test('samples are few however long a job takes', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => at(i * 500, i)).reduce<readonly JobSample[]>(sampled, [])
  expect(many.length).toBeLessThan(30)
})
