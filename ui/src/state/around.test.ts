// Lanes by type or key, single records, related records and what is found in a tree, over made-up records.
import { expect, test, vi } from 'vitest'
import { gridEnd } from '../base/bucket-grid'
import { span } from '../base/time-scale'
import { memoryBackend } from '../backend/memory'
import { Inspector } from './inspector.svelte'
import { LaneGroups } from './lane-groups.svelte'
import { Related } from './related.svelte'
import { Singles } from './singles.svelte'
import { TreeSearch } from './tree-search.svelte'

const NOW = Date.UTC(2026, 3, 11, 7, 10)
const made = () => memoryBackend({ records: 3_000, now: () => NOW })

test('the lanes by type hold every record once', async () => {
  const backend = made()
  const { view } = await backend.openView('test', [], '')
  const grid = { from: NOW - 3_600_000, widthMillis: 60_000, buckets: 61 }
  const groups = new LaneGroups(backend)
  const asked = vi.spyOn(backend.relating, 'viewGroups')
  groups.look(view, 1, grid)
  expect(asked).not.toHaveBeenCalled()
  groups.choose('type')
  await vi.waitFor(() => expect(groups.counts).not.toBeNull())
  const all = await backend.viewBuckets(view, grid.from, gridEnd(grid), 1)
  const sum = (counts: Iterable<number>): number => [...counts].reduce((a, b) => a + b, 0)
  expect(sum(groups.counts?.counts ?? [])).toBe(sum(all.counts))
  expect(groups.lanes.map((lane) => lane.records)).toEqual([...groups.lanes.map((lane) => lane.records)].sort((a, b) => b - a))
  expect(groups.lanes.at(-1)?.value).toBeNull()
  groups.choose('key')
  await vi.waitFor(() => expect(groups.lanes.length).toBeGreaterThan(20))
  expect(groups.lanes.at(-1)?.isOthers).toBe(true)
  expect(groups.otherValues).toBeGreaterThan(100)
  groups.stop()
})

test('single records are asked for only where there are few', async () => {
  const backend = made()
  const { view } = await backend.openView('test', [], '')
  const page = vi.spyOn(backend, 'viewPage')
  const singles = new Singles(backend)
  const all = span(NOW - 3_600_000, NOW)
  singles.look(view, 1, all, 3_000)
  singles.look(view, 1, all, null)
  expect(page).not.toHaveBeenCalled()
  const minute = span(NOW - 60_000, NOW)
  singles.look(view, 1, minute, 50)
  await vi.waitFor(() => expect(singles.rows?.length).toBeGreaterThan(0))
  singles.look(view, 1, span(NOW - 50_000, NOW - 10_000), 30)
  await new Promise((done) => setTimeout(done))
  expect(page).toHaveBeenCalledOnce()
  singles.look(view, 1, all, 3_000)
  expect(singles.rows).toBeNull()
})

test('a relation that is looked at goes before the others, and a late answer is not shown', async () => {
  const backend = made()
  const related = new Related(backend)
  const asked: string[] = []
  let release!: () => void
  const held = new Promise<void>((done) => (release = done))
  const answer = backend.relating.relatedRecords.bind(backend.relating)
  vi.spyOn(backend.relating, 'relatedRecords').mockImplementation(async (record, relation) => {
    asked.push(relation.kind)
    if (asked.length === 1) await held
    return answer(record, relation)
  })
  void related.open('20', 0)
  await vi.waitFor(() => expect(asked).toEqual(['key']))
  related.choose(related.possible.length - 1)
  expect(asked).toEqual(['key', 'bytes'])
  release()
  await vi.waitFor(() => expect(related.shown?.total).toBe(1))
  await vi.waitFor(() => expect(related.asking).toBeNull())
  expect(asked.length).toBe(related.possible.length + 1)
  expect(related.answers.size).toBe(related.possible.length)
})

test('what was found of one record serves the others that were found with it', async () => {
  const backend = made()
  const related = new Related(backend)
  await related.open('20', 0)
  const key = related.answers.get(0)
  const other = key?.rows.find((row) => row.id !== '20')?.id ?? ''
  const asked = vi.spyOn(backend.relating, 'relatedRecords')
  await related.open(other, 0)
  expect(related.answers.get(0)).toBe(key)
  expect(asked.mock.calls.some(([, relation]) => relation.kind === 'key')).toBe(false)
})

test('what is looked for is led to, and looked for again in the next event', async () => {
  const backend = memoryBackend({ records: 10, layers: 'logs', now: () => NOW })
  const inspector = new Inspector(backend)
  inspector.open('1')
  await vi.waitFor(() => expect(inspector.treeRows).toBeGreaterThan(0))
  const search = new TreeSearch(backend, (target) => inspector.reveal(target))
  search.open('1', 0)
  search.type('orderid')
  await vi.waitFor(() => expect(inspector.tree.row(inspector.treeCursor)?.key).toBe('orderId'))
  expect([search.at, search.found.total]).toEqual([0, 1])
  inspector.step(1)
  await vi.waitFor(() => expect(inspector.event?.index).toBe(1))
  search.open('1', 1)
  await vi.waitFor(() => expect([search.at, search.found.total]).toEqual([-1, 1]))
  search.type('')
  await vi.waitFor(() => expect(search.found.total).toBe(0))
})

test('a byte of the event leads to its field, and one outside of it to none', async () => {
  const backend = memoryBackend({ records: 10, now: () => NOW })
  const inspector = new Inspector(backend)
  inspector.open('1')
  await vi.waitFor(() => expect(inspector.treeRows).toBeGreaterThan(0))
  const text = (await backend.recordRaw('1')).text
  await inspector.markByte(text.indexOf('"EUR"') + 2)
  expect(inspector.tree.row(inspector.treeCursor)?.key).toBe('currency')
  expect(inspector.marked).toEqual({ from: text.indexOf('"EUR"'), until: text.indexOf('"EUR"') + 5 })
  await inspector.markByte(text.length + 100)
  expect(inspector.tree.row(inspector.treeCursor)?.key).toBe('currency')
})
