import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { ColumnLayout } from '../backend'
import { memoryBackend } from '../backend/memory'
import { unknownIn } from '../base/coverage'
import { Explorer } from './explorer.svelte'

const START = Date.UTC(2026, 3, 11, 7)

beforeEach(() => {
  vi.useFakeTimers({ now: START })
})
afterEach(() => {
  vi.useRealTimers()
})

async function explorer(records: number): Promise<{ explorer: Explorer; grow: (count: number) => Promise<void> }> {
  const backend = memoryBackend({ records, now: Date.now })
  const made = new Explorer(backend)
  await made.start()
  made.table.happened('captureStarted')
  made.table.resized(260)
  await vi.runAllTimersAsync()
  return {
    explorer: made,
    grow: async (count) => {
      vi.advanceTimersByTime(1_000)
      backend.grow(count)
      made.stir()
      await vi.runAllTimersAsync()
    },
  }
}

test('following, the newest row is the last visible one', async () => {
  const { explorer: e, grow } = await explorer(1_000)
  await grow(25)
  expect(e.table.visible.until).toBe(e.status?.matched)
  expect(e.pages.row(e.table.visible.until - 1)).toBeDefined()
})

test('held, what is visible stays where it is and what is new is counted', async () => {
  const { explorer: e, grow } = await explorer(1_000)
  e.table.wheel(-130)
  const before = e.table.visible
  await grow(25)
  expect(e.table.visible).toEqual(before)
  expect(e.table.newRows).toBe(25)
  e.toNewest()
  expect(e.table.state).toBe('follow')
  expect(e.table.newRows).toBe(0)
})

test('records that arrive before the held row move everything but that row', async () => {
  const { explorer: e } = await explorer(1_000)
  await e.select(500)
  const record = e.selection.record
  const top = e.table.offsetPx - 500 * e.table.rowHeightPx
  vi.spyOn(e.backend, 'viewRowOf').mockResolvedValue(503)
  const known = e.status
  vi.spyOn(e.backend, 'viewStatus').mockImplementation(async () => ({
    ...(known ?? expect.fail()),
    revision: 1e6,
    matched: (known?.matched ?? 0) + 3,
  }))
  e.stir()
  await vi.runAllTimersAsync()
  expect(e.table.cursor).toBe(503)
  expect(e.table.offsetPx - 503 * e.table.rowHeightPx).toBe(top)
  expect(e.selection.record).toEqual(record)
})

test('a paused view takes nothing in until it goes on', async () => {
  const { explorer: e, grow } = await explorer(1_000)
  const rows = e.table.rows
  e.togglePause()
  await grow(40)
  expect(e.table.rows).toBe(rows)
  e.togglePause()
  await vi.runAllTimersAsync()
  expect(e.table.rows).toBe(rows + 40)
})

test('a range shows its records only, and the selected one if it is among them', async () => {
  const { explorer: e } = await explorer(1_000)
  await e.select(900)
  const at = e.selection.record?.arrival ?? 0
  e.brush({ from: at - 60_000, until: at + 60_000 } as never)
  await vi.runAllTimersAsync()
  expect(e.table.rows).toBeGreaterThan(1)
  expect(e.table.rows).toBeLessThan(200)
  expect(e.table.cursor).toBe(900)
  e.brush({ from: at - 600_000, until: at - 500_000 } as never)
  await vi.runAllTimersAsync()
  expect(e.table.cursor).toBeNull()
})

test('a filter that cannot be read changes nothing', async () => {
  const { explorer: e } = await explorer(1_000)
  e.apply('nofield:1')
  await vi.runAllTimersAsync()
  expect(e.filterFault?.message).toContain('nofield')
  expect(e.filter).toBe('')
  e.apply('type:ORDER_CREATED')
  await vi.runAllTimersAsync()
  expect(e.filterFault).toBeNull()
  expect(e.table.rows).toBe(e.status?.matched)
  expect(e.table.rows).toBeLessThan(500)
})

test('conditions are added to what is applied, one after the other, and never to a text that cannot be read', async () => {
  const { explorer: e } = await explorer(100)
  const asked = vi.spyOn(e.backend, 'toggleFilter')
  asked.mockImplementation(async (text, conditions) => (text === '' ? conditions : `(${text}) ${conditions}`))
  await Promise.all([e.toggleTerm('key:a'), e.toggleTerm('key:b')])
  expect(e.draft).toBe('(key:a) key:b')
  await vi.runAllTimersAsync()
  e.type('nothing:here')
  await vi.runAllTimersAsync()
  expect(e.filterFault).not.toBeNull()
  await e.toggleTerm('size:>1')
  expect(asked.mock.calls.at(-1)).toEqual(['(key:a) key:b', 'size:>1'])
  asked.mockRejectedValueOnce(new Error('it cannot be read'))
  await e.toggleTerm('key:c')
  expect(e.fault?.message).toBe('it cannot be read')
})

test('a view that another replaced while its columns were asked for opens no rows', async () => {
  const { explorer: e } = await explorer(100)
  const columns = e.backend.columns ?? expect.fail('columns')
  const layout = (path: string): ColumnLayout => ({ streams: [path], columns: [{ id: path, widthPx: null, pinned: false, shown: true }] })
  let late!: (layout: ColumnLayout) => void
  vi.spyOn(columns, 'keptColumns')
    .mockReturnValueOnce(new Promise((resolve) => (late = resolve)))
    .mockResolvedValueOnce(layout('$.second'))
  const asked = vi.spyOn(e.backend, 'viewPage')
  const first = e.show([])
  await vi.runAllTimersAsync()
  const second = e.show([])
  await vi.runAllTimersAsync()
  late(layout('$.first'))
  await Promise.all([first, second])
  await vi.runAllTimersAsync()
  expect(e.columns.paths).toEqual(['$.second'])
  expect(new Set(asked.mock.calls.map(([view]) => view))).toEqual(new Set([e.status?.view]))
  expect(asked.mock.calls.every(([, , , paths]) => paths.join() === '$.second')).toBe(true)
})

test('a capture that ended long ago is shown whole', async () => {
  const backend = memoryBackend({ records: 500, now: () => START - 86_400_000 })
  const e = new Explorer(backend)
  await e.start()
  expect(e.timeline.mode.kind).toBe('all')
  expect(e.timeline.window.from).toBeLessThan(START - 86_400_000)
})

test('while a capture runs, the live edge is not read yet, also where nothing arrives, and never missing', async () => {
  const { explorer: e } = await explorer(1_000)
  const { timeline } = e
  const atEdge = (): ReturnType<typeof unknownIn> => {
    timeline.slide()
    return unknownIn(timeline.known ?? expect.fail(), timeline.window, timeline.now)
  }
  vi.advanceTimersByTime(9_000)
  const stale = atEdge()
  expect(stale.unread.at(-1)?.until).toBe(timeline.now)
  expect(stale.missing.every((gap) => gap.until < timeline.now - 60_000)).toBe(true)

  e.stir()
  await vi.runAllTimersAsync()
  const { unread } = atEdge()
  expect(unread).toHaveLength(1)
  expect(timeline.now - (unread[0]?.from ?? 0)).toBeLessThan(3_000)
})

test('when the capture stops, what it did not read is missing', async () => {
  const { explorer: e } = await explorer(1_000)
  await e.backend.stopCapture('1')
  e.stir()
  await vi.runAllTimersAsync()
  const { missing, unread } = unknownIn(e.timeline.known ?? expect.fail(), e.timeline.window, e.timeline.now)
  expect(unread).toEqual([])
  expect(missing.at(-1)?.until).toBe(e.timeline.now)
})
