// Tabs over the made-up backend: slots of their own, views that rest, what is kept, and looks that no longer fit.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { USUAL_LOOK, type Look } from '../base/look'
import { memoryBackend } from '../backend/memory'
import { MOST_TABS, Tabs } from './tabs.svelte'

const RECORDS = 500
const START = Date.UTC(2026, 3, 11, 7)
const store = new Map<string, string>()

beforeEach(() => {
  vi.useFakeTimers({ now: START })
  store.clear()
  const storage = { getItem: (name: string) => store.get(name) ?? null, setItem: (name: string, text: string) => store.set(name, text) }
  vi.stubGlobal('localStorage', storage)
  vi.stubGlobal('sessionStorage', storage)
})
afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

async function opened(workspace = '/w.kscope'): Promise<{ tabs: Tabs; slots: string[]; closed: number[] }> {
  const backend = memoryBackend({ records: RECORDS, now: Date.now })
  const [slots, closed]: [string[], number[]] = [[], []]
  const { openView, closeView } = backend
  backend.openView = (slot, captures, filter) => {
    slots.push(slot)
    return openView(slot, captures, filter)
  }
  backend.closeView = (view) => {
    closed.push(view)
    return closeView(view)
  }
  const tabs = new Tabs({ backend, filters: null, tell: () => undefined }, { rowHeightPx: 26 })
  await tabs.start(workspace, (id) => id !== 'gone')
  await vi.runAllTimersAsync()
  return { tabs, slots, closed }
}
const look = (more: Partial<Look>): Look => ({ ...USUAL_LOOK, ...more })
const settle = (): Promise<unknown> => vi.runAllTimersAsync()
const filters = (tabs: Tabs): string[] => tabs.list.map((tab) => tab.look.filter)

test('each tab asks in a slot of its own, so that both views can be read', async () => {
  const { tabs, slots } = await opened()
  tabs.add(look({ filter: 'stream:order-events' }))
  await settle()
  expect(new Set(slots).size).toBe(2)
  const [one = expect.fail(), other] = tabs.list
  const [first, second] = [one?.explorer.status, other?.explorer.status]
  expect(first && second && first.matched > second.matched).toBe(true)
  tabs.show(one)
  await settle()
  expect([one.explorer.fault, other?.explorer.fault]).toEqual([null, null])
})

test('the fifth view puts the oldest to rest, and it is there again when it comes to the front', async () => {
  const { tabs, closed } = await opened()
  for (let i = 0; i < 4; i += 1) tabs.add(look({ filter: `user-${i}` }))
  await settle()
  const [first = expect.fail()] = tabs.list
  expect(closed).toHaveLength(1)
  expect(first.explorer.status).toBeNull()
  tabs.show(first)
  await settle()
  expect(first.explorer.status?.matched).toBeGreaterThan(RECORDS / 2)
  expect(closed).toHaveLength(2)
})

test('closing leads to the neighbour, reopening to the same look at the same place', async () => {
  const { tabs } = await opened()
  tabs.add(look({ filter: 'one' }))
  tabs.add(look({ filter: 'two' }))
  await settle()
  tabs.step(-1)
  await settle()
  tabs.close()
  await settle()
  expect(filters(tabs)).toEqual(['', 'two'])
  expect(tabs.current.look.filter).toBe('')
  tabs.reopen()
  await settle()
  expect([filters(tabs), tabs.current.look.filter]).toEqual([['', 'one', 'two'], 'one'])
  tabs.closeOthers()
  await settle()
  expect([filters(tabs), tabs.closed.length]).toEqual([['one'], 2])
  tabs.close()
  expect(tabs.list).toHaveLength(1)
})

test('a split shows two different tabs whatever is closed or shown, and the keyboard is in one of them', async () => {
  const { tabs } = await opened()
  let seed = 3
  const random = (below: number): number => (seed = (seed * 48_271) % 2_147_483_647) % below
  for (let i = 0; i < 400; i += 1) {
    const any = tabs.list[random(tabs.list.length)]
    ;[
      () => tabs.add(),
      () => tabs.close(any),
      () => any && tabs.show(any),
      () => tabs.toggleSplit(),
      () => tabs.step(random(2) === 0 ? 1 : -1),
      () => tabs.reopen(),
    ][random(6)]?.()
    expect(tabs.list.length).toBeGreaterThan(0)
    expect(tabs.list.length).toBeLessThanOrEqual(MOST_TABS)
    expect(new Set(tabs.shown).size).toBe(tabs.shown.length)
    expect(tabs.shown.every((tab) => tabs.list.includes(tab))).toBe(true)
    expect(tabs.shown.length === 1 || tabs.shown.length === 2).toBe(true)
    expect(tabs.shown[tabs.side]).toBe(tabs.current)
  }
  await settle()
})

test('what is kept comes back over the same workspace only, without tabs whose captures are gone', async () => {
  const { tabs } = await opened()
  tabs.add(look({ filter: 'stream:order-events', captures: ['2'] }))
  tabs.add(look({ captures: ['gone'] }))
  tabs.step(-1)
  await settle()
  tabs.keep()
  await settle()
  const { tabs: next } = await opened()
  expect(next.list.map((tab) => tab.look.captures)).toEqual([[], ['2']])
  expect(next.current.look.filter).toBe('stream:order-events')
  const { tabs: elsewhere } = await opened('/other.kscope')
  expect(elsewhere.list.map((tab) => tab.look)).toEqual([expect.objectContaining({ captures: [], filter: '' })])
})

test.each([
  'no json',
  '[]',
  '{"workspace":"/w.kscope"}',
  '{"workspace":"/w.kscope","looks":[],"shown":[]}',
  '{"workspace":"/w.kscope","looks":[7,null,{"captures":[1]}],"shown":[-1,9,"0",1e99],"side":"left"}',
])('kept tabs that are none give a window all the same: %s', async (kept) => {
  store.set('kinescope.tabs', kept)
  const { tabs } = await opened()
  expect(tabs.current.explorer.status?.matched).toBeGreaterThan(RECORDS / 2)
})

test('a filter that cannot be read any more stands in its field and hides nothing', async () => {
  const { tabs } = await opened()
  tabs.add(look({ filter: 'amont:>' }))
  await settle()
  const { explorer } = tabs.current
  expect([explorer.draft, explorer.filter]).toEqual(['amont:>', ''])
  expect(explorer.status?.matched).toBeGreaterThan(RECORDS / 2)
  expect(explorer.filterFault).not.toBeNull()
})

test('columns that are changed in one tab are those of the others over the same streams', async () => {
  const { tabs } = await opened()
  tabs.add()
  await settle()
  const [one = expect.fail(), other = expect.fail()] = tabs.list
  expect(other.explorer.columns.add('$.payload.orderId')).toBe(true)
  await settle()
  expect(one.explorer.columns.paths).toEqual(['$.payload.orderId'])
  one.explorer.columns.reset()
  await settle()
  expect(other.explorer.columns.paths).toEqual([])
})
