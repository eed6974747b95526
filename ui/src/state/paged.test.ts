import { expect, test, vi } from 'vitest'
import { CommandFault } from '../backend/backend'
import { Paged, type FetchRows } from './paged.svelte'

const settled = (): Promise<void> => new Promise((done) => setTimeout(done, 0))

/** A source of numbered rows that remembers what it was asked. */
function source(): { fetch: FetchRows<string>; asked: number[] } {
  const asked: number[] = []
  return {
    asked,
    fetch: async (first, count) => {
      asked.push(first)
      return Array.from({ length: count }, (_, i) => `row ${first + i}`)
    },
  }
}

test('the visible page comes first, then one on each side, each once', async () => {
  const paged = new Paged<string>(10)
  const { fetch, asked } = source()
  paged.open(fetch)
  paged.want(25, 30, 1_000)
  await settled()
  paged.want(26, 30, 1_000)
  await settled()
  expect(asked).toEqual([20, 10, 30])
  expect(paged.row(25)).toBe('row 25')
})

test('what was wished in between is not fetched', async () => {
  const paged = new Paged<string>(10)
  const asked: number[] = []
  const waiting: (() => void)[] = []
  paged.open((first, count) => {
    asked.push(first)
    return new Promise((done) => waiting.push(() => done(Array.from({ length: count }, () => 'row'))))
  })
  for (const first of [0, 5_000, 9_000, 70_000]) paged.want(first, first + 5, 100_000)
  waiting.splice(0).forEach((done) => done())
  await settled()
  expect(asked).toEqual([0, 10, 70_000, 69_990])
})

test('stale rows stay until they are fetched again', async () => {
  const paged = new Paged<string>(10)
  const { fetch, asked } = source()
  paged.open(fetch)
  paged.want(0, 5, 10)
  await settled()
  paged.invalidate()
  expect(paged.row(0)).toBe('row 0')
  paged.want(0, 5, 10)
  await settled()
  expect(asked).toEqual([0, 0])
})

test('an answer for another source is dropped', async () => {
  const paged = new Paged<string>(10)
  let answer: (rows: string[]) => void = () => undefined
  paged.open(
    () =>
      new Promise((done) => {
        answer = done
      }),
  )
  paged.want(0, 5, 10)
  paged.open(async () => ['new'])
  answer(['old'])
  paged.want(0, 1, 1)
  await settled()
  expect(paged.row(0)).toBe('new')
})

test('fifty pages are kept', async () => {
  const paged = new Paged<string>(1)
  const { fetch } = source()
  paged.open(fetch)
  for (let row = 0; row < 120; row += 3) {
    paged.want(row, row + 1, 1_000)
    await settled()
  }
  const kept = Array.from({ length: 200 }, (_, row) => paged.row(row)).filter((row) => row !== undefined)
  expect(kept).toHaveLength(50)
  expect(paged.row(117)).toBe('row 117')
})

test('a failure is kept, a superseded question is none', async () => {
  const paged = new Paged<string>(10)
  const fail = vi
    .fn<FetchRows<string>>()
    .mockRejectedValueOnce(new CommandFault('superseded', 'newer', null))
    .mockRejectedValue(new CommandFault('failed', 'disk', 'free some'))
  paged.open(fail)
  paged.want(0, 5, 10)
  await settled()
  expect(paged.fault).toBeNull()
  paged.want(0, 5, 10)
  await settled()
  expect(paged.fault?.message).toBe('disk')
})
