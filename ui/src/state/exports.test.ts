import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CommandFault } from '../backend'
import { memoryExports } from '../backend/memory-exports'
import { Exports, type ExportWords } from './exports.svelte'
import { Notices } from './notices.svelte'

const SOURCE = { captures: [], chosen: { kind: 'filter', filter: 'type:Order*', from: null, until: null } } as const
const WORDS: ExportWords = {
  written: (records, path) => `${records} in ${path}`,
  cancelled: (path) => `no ${path}`,
  failed: (path, why) => `${path}: ${why}`,
}
const said = ({ list }: Notices): string[] => list.map((notice) => notice.message)
const source = (): { captures: string[]; chosen: (typeof SOURCE)['chosen'] } => ({ captures: [], chosen: SOURCE.chosen })

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

test('it is asked how far it is until it is written, and that is said once', async () => {
  const notices = new Notices()
  const exports = new Exports(
    memoryExports(() => 12, 5),
    notices,
  )
  await exports.start(source(), 'csv', 10, WORDS)
  expect(exports.running).toEqual([{ id: 1, path: '/home/ada/records.csv', done: 0, total: 10 }])
  await vi.advanceTimersByTimeAsync(300)
  expect(exports.running).toMatchObject([{ done: 5, total: 10 }])
  await vi.advanceTimersByTimeAsync(300)
  expect(exports.running).toMatchObject([{ done: 10, total: 10 }])
  await vi.advanceTimersByTimeAsync(300)
  expect(exports.running).toEqual([])
  expect(said(notices)).toEqual(['12 in /home/ada/records.csv'])
  expect(vi.getTimerCount(), 'nobody asks any more: only the notice goes').toBe(1)
})

test('one that is cancelled ends, and the other goes on', async () => {
  const notices = new Notices()
  const exports = new Exports(
    memoryExports(() => 12, 5),
    notices,
  )
  await exports.start(source(), 'lines', 12, WORDS)
  await exports.start(source(), 'capture', 12, WORDS)
  await exports.cancel(1)
  await vi.advanceTimersByTimeAsync(300)
  expect(exports.running).toMatchObject([{ id: 2 }])
  expect(said(notices)).toEqual(['no /home/ada/records.ndjson'])
})

test('who leaves the dialog begins nothing, and a disk that is full is told', async () => {
  const notices = new Notices()
  const commands = memoryExports(() => 12, 5)
  const left = new Exports({ ...commands, start: async () => null }, notices)
  await left.start(source(), 'csv', 12, WORDS)
  expect(left.running).toEqual([])
  const failing = new Exports(
    { ...commands, status: async (id) => ({ id, path: '/a.csv', records: 3, state: 'failed', fault: 'no space is left' }) },
    notices,
  )
  await failing.start(source(), 'csv', 12, WORDS)
  await vi.advanceTimersByTimeAsync(300)
  expect(said(notices)).toEqual(['/a.csv: no space is left'])
})

test('where nothing can begin, the program says why', async () => {
  const notices = new Notices()
  const fault = new CommandFault('failed', 'A dialog is open already.', null)
  const exports = new Exports({ ...memoryExports(() => 12), start: () => Promise.reject(fault) }, notices)
  await exports.start(source(), 'csv', 12, WORDS)
  expect(said(notices)).toEqual(['A dialog is open already.'])
})
