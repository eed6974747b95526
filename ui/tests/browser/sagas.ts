// The saga screens over made-up sagas: what the list finds, what one saga shows, and that its events are the records that
// the explorer shows.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import { CommandFault } from '../../src/backend/backend'
import { TARGET_STREAMS } from '../../src/backend/memory-writes'
import { chooseTarget } from './lib/writing'
import { byId, element, elements, openWindow } from './lib/page'
import { LOADING, listed, openBoard, openSaga } from './lib/sagas'

afterEach(() => page.viewport(1280, 800))

const text = (id: string): string => element(id).textContent?.trim() ?? ''
const rowNames = (): (string | undefined)[] => elements('saga-row').map((row) => row.dataset.name)

test('without sagas in the program there is no screen of them, and nothing that leads there', async () => {
  await openWindow()
  expect(elements('activity-sagas')).toEqual([])
  await byId('record-row')
    .first()
    .click({ button: 'right', position: { x: 300, y: 8 } })
  await vi.waitFor(() => expect(document.querySelector('[role="menu"]')).not.toBeNull())
  expect([...elements('row-follow'), ...elements('row-saga')]).toEqual([])
})

test('the list: every status in words, filters that add up, a search by alias', async () => {
  await openBoard()
  await listed()
  const statuses = new Set(
    [...document.querySelectorAll<HTMLElement>('[data-testid="saga-list"] [data-status]')].map((one) => one.dataset.status),
  )
  expect(statuses.size).toBe(8)
  expect(text('saga-count')).toBe('19 sagas')
  await byId('status-compensated').click()
  await vi.waitFor(() => expect(text('saga-count')).toBe('4 of 19 sagas'))
  await byId('saga-filter-findings').click()
  await byId('filter-wrong-order-compensation').click()
  await vi.waitFor(() => expect(text('saga-count')).toBe('1 of 19 sagas'))
  await byId('saga-filters-clear').click()
  await byId('saga-filter-waiting').click()
  const offered = (): HTMLElement | null => document.querySelector('[data-testid^="filter-waiting-"]')
  await vi.waitFor(() => expect(offered()).not.toBeNull())
  const [awaited = '', many = ''] = [offered()?.dataset.testid ?? '', /\d+$/.exec(offered()?.textContent.trim() ?? '')?.[0]]
  await byId(awaited).click()
  await vi.waitFor(() => expect(text('saga-count')).toBe(`${many} of 19 sagas`))
  expect(element('saga-filter-waiting').textContent).toContain(`Waiting for: ${awaited.slice('filter-waiting-'.length)}`)
  await byId('saga-filters-clear').click()
  for (const [menu, choice] of [
    ['duration', 'duration-10000'],
    ['events', 'events-10'],
    ['started', 'started-5'],
  ]) {
    await byId(`saga-filter-${menu}`).click()
    await byId(`filter-${choice}`).click()
    await vi.waitFor(() => expect(text('saga-count')).toMatch(/^\d+ of 19 sagas$/))
    await byId('saga-filters-clear').click()
    await vi.waitFor(() => expect(text('saga-count')).toBe('19 sagas'))
  }
  await byId('saga-search').fill('ord-70004')
  await vi.waitFor(() => expect(elements('saga-row')).toHaveLength(1))
  await byId('saga-search').fill('no such thing')
  await vi.waitFor(() => expect(elements('sagas-no-match')).toHaveLength(1))
})

test('by keys alone: to the sagas, into the list, through sagas, tabs and events', async () => {
  await openWindow({ sagas: {} })
  await userEvent.keyboard('gt')
  await vi.waitFor(() => expect(elements('saga-row').length).toBeGreaterThan(0), LOADING)
  await vi.waitFor(() => expect(elements('saga-list')).toHaveLength(1))
  await userEvent.keyboard(']')
  await vi.waitFor(() => expect(elements('saga-sentence')).toHaveLength(1))
  const first = element('saga-detail').dataset.key
  await userEvent.keyboard(']')
  await vi.waitFor(() => expect(element('saga-detail').dataset.key).not.toBe(first))
  await userEvent.keyboard('[[')
  await vi.waitFor(() => expect(element('saga-detail').dataset.key).toBe(first))
  await userEvent.keyboard('4jj')
  await vi.waitFor(() =>
    expect(document.querySelector('[data-testid="saga-events"] [aria-selected="true"]')?.getAttribute('aria-rowindex')).toBe('3'),
  )
  await userEvent.keyboard('k')
  await vi.waitFor(() => expect(text('saga-event-told')).toContain('Event 1 of'))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('event-record')).toEqual([]))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('saga-detail')).toEqual([]))
})

test('the chosen event is the selected record: in the saga, in the inspector and in the table', async () => {
  await openBoard()
  await openSaga('compensationFailed')
  await byId('saga-tab-events').click()
  await userEvent.keyboard('jjjj')
  await vi.waitFor(() => expect(element('event-record').textContent).toContain('PROCESS_PAYMENT'))
  const key = element('saga-detail').dataset.key ?? ''
  await vi.waitFor(() => expect(element('event-record').textContent).toContain(key))
  await userEvent.keyboard('ge')
  await vi.waitFor(() => expect(text('inspector-type')).toBe('PROCESS_PAYMENT'))
  await vi.waitFor(() =>
    expect(document.querySelector('[data-testid="record-row"][aria-selected="true"]')?.textContent).toContain('PROCESS_PAYMENT'),
  )
  await vi.waitFor(() => expect(text('saga-chip')).toContain(`${key}: 10 events`))
  expect(elements('histogram-mark').length).toBeGreaterThan(0)
  await userEvent.keyboard('gt')
  await vi.waitFor(() => expect(element('event-record').textContent).toContain('PROCESS_PAYMENT'))
})

test('timeline: a row for each step, the compensation under its step, the missed deadline', async () => {
  await openBoard()
  await openSaga('partiallyCompensated')
  const rows = elements('timeline-row').map((row) => row.dataset.row)
  expect(rows).toEqual(['saga ', 'step inventory', 'undo inventory', 'step payment', 'undo payment', 'step shipping', 'step notify'])
  expect(elements('timeline-event')).toHaveLength(11)
  expect(elements('deadline')).toHaveLength(1)
  expect(text('saga-sentence')).toContain('inventory is still held')
})

test('sequence: commands solid, events dashed, failures crossed', async () => {
  await openBoard()
  await openSaga('failed')
  await byId('saga-tab-sequence').click()
  await vi.waitFor(() => expect(elements('sequence-message')).toHaveLength(4))
  const dashes = elements('sequence-message').map((message) => {
    const line = message.querySelector('.line')
    return [message.dataset.kind, line ? getComputedStyle(line).strokeDasharray !== 'none' : null, message.querySelector('.fail') !== null]
  })
  expect(dashes).toEqual([
    ['event', true, false],
    ['command', false, false],
    ['failure', true, true],
    ['failure', true, true],
  ])
})

test('graph: each step says its state in a word', async () => {
  await openBoard()
  await openSaga('compensating')
  await byId('saga-tab-graph').click()
  await vi.waitFor(() => expect(elements('graph-node')).toHaveLength(6))
  expect(elements('graph-node').map((node) => node.textContent?.replace(/\s+/g, ' ').trim())).toEqual([
    'inventory ◉done, to be undone',
    '↺ RELEASE_INVENTORY ·not reached',
    'payment ◉done, to be undone',
    '↺ REFUND_PAYMENT ○pending',
    'shipping ✕failed',
    'notify ·not reached',
  ])
})

test('findings lead to their records, and what is not known is said', async () => {
  await openBoard()
  await listed()
  await byId('flag-unknown').click()
  await vi.waitFor(() => expect(elements('saga-row')).toHaveLength(1))
  await byId('saga-row').first().click()
  await byId('saga-tab-findings').click()
  await vi.waitFor(() => expect(text('saga-unknown')).toMatch(/^unknown \(no data after .* on order-events\)$/))
  await byId('flag-unknown').click()
  await byId('flag-late').click()
  await vi.waitFor(() => expect(elements('saga-row')).toHaveLength(1))
  await byId('saga-row').first().click()
  await vi.waitFor(() => expect(element('finding').dataset.kind).toBe('late-step'))
  await byId('finding-record').nth(1).click()
  await vi.waitFor(() => expect(element('event-record').textContent).toContain('PAYMENT_PROCESSED'))
})

test('state and comparison: what each event changed, and where two sagas part', async () => {
  await openBoard()
  await openSaga('failed')
  await byId('saga-tab-state').click()
  await vi.waitFor(() => expect(elements('state-step')).toHaveLength(4))
  expect(elements('state-step')[2]?.textContent).toContain('"rejected"')
  await byId('saga-tab-compare').click()
  await vi.waitFor(() => expect(elements('compare-row').length).toBeGreaterThan(8))
  // what both did is in both, though the usual way has no times
  expect(elements('compare-row')[0]?.textContent).toContain('there')
  expect(elements('compare-row')[0]?.textContent).not.toContain('only here')
  await byId('saga-keep').click()
  await byId('saga-filters-clear').click()
  await vi.waitFor(() => expect(elements('saga-row').length).toBeGreaterThan(4))
  await byId('saga-row').nth(2).click()
  await vi.waitFor(() => expect(element('compare-with')).toHaveProperty('value', 'kept'))
})

test('text of payloads stays text, in keys and in types', async () => {
  await openBoard()
  await byId('saga-search').fill('img')
  await vi.waitFor(() => expect(rowNames()).toEqual(['saga-<img src=x onerror=alert(1)>']))
  await byId('saga-row').first().click()
  for (const tab of ['sequence', 'events', 'timeline', 'state']) {
    await byId(`saga-tab-${tab}`).click()
    await vi.waitFor(() => expect(element('saga-content').textContent).toContain(tab === 'timeline' ? 'inventory' : 'alert(1)'))
  }
  expect(document.querySelector('main img, main script')).toBeNull()
})

test('variants, durations as chart and table, and commands without an answer', async () => {
  await openBoard()
  await listed()
  await byId('list-variants').click()
  await vi.waitFor(() => expect(elements('variant-row').length).toBeGreaterThan(6))
  await byId('variant-row').first().click()
  await vi.waitFor(() => expect(elements('saga-variant-drop')).toHaveLength(1))
  expect(text('saga-variant')).toMatch(/inventory →/)
  await byId('saga-variant-drop').click()
  await byId('list-variants').click()
  element('variant-list').focus()
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await vi.waitFor(() => expect(elements('saga-variant-drop')).toHaveLength(1))
  await byId('saga-variant-drop').click()
  await byId('list-durations').click()
  await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="scatter"] path[data-status]')).toHaveLength(8))
  await byId('scatter-table').click()
  await vi.waitFor(() => expect(element('scatter-rows').getAttribute('aria-rowcount')).toBe('20'))
  await byId('list-unanswered').click()
  await vi.waitFor(() => expect(elements('unanswered-row')).toHaveLength(5))
  const rows = elements('unanswered-row').map((row) => row.textContent ?? '')
  expect(rows.filter((row) => row.includes('unknown, not captured'))).toHaveLength(1)
  expect(rows.find((row) => row.includes('answered late'))).toContain('4.2 s')
  await byId('unanswered-row')
    .nth(rows.findIndex((row) => row.includes('RELEASE_INVENTORY')))
    .click()
  await vi.waitFor(() => expect(element('event-record').textContent).toContain('RELEASE_INVENTORY'))
})

test('without steps there are ways and durations, and nothing that only steps can tell', async () => {
  const backend = await openWindow({ sagas: {} })
  const sagas = backend.sagas ?? expect.fail('no sagas')
  const shipped = await sagas.readSagaDefinition('order-fulfilment')
  const flow = shipped
    .slice(0, shipped.indexOf('steps:'))
    .replace('saga: order-fulfilment', 'saga: flow')
    .replace(/^start:.*\n/m, '')
  await sagas.saveSagaDefinition('flow', flow)
  await byId('activity-sagas').click()
  await vi.waitFor(() => expect(elements('sagas-view')).toHaveLength(1), LOADING)
  await byId('saga-definition').selectOptions('flow')
  await vi.waitFor(() => expect(elements('list-unanswered')).toEqual([]))
  await byId('list-variants').click()
  await vi.waitFor(() => expect(elements('variant-row').length).toBeGreaterThan(1))
  await byId('list-durations').click()
  await vi.waitFor(() => expect(elements('scatter')).toHaveLength(1))
})

test('a saga is replayed as what it is made of: exactly its records', async () => {
  const backend = await openBoard({ targets: TARGET_STREAMS })
  await openSaga('compensated')
  const board = backend.sagas ?? expect.fail('no sagas')
  const own = await board.openSagas('another', { kind: 'saved', name: 'order-fulfilment' }, [])
  const saga = await board.openSaga(own.id, element('saga-detail').dataset.key ?? '', 0)
  const records = saga.events.filter((event) => event.effective).map((event) => event.record)
  const planned = vi.spyOn(backend.replays ?? expect.fail('no replays'), 'planReplay')
  await byId('saga-replay').click()
  await expect.element(byId('wizard')).toBeVisible()
  await byId('step-next').click()
  await chooseTarget('wizard-stream', 'order-test')
  for (let step = 0; step < 3; step += 1) await byId('step-next').click()
  await vi.waitFor(() => expect(planned).toHaveBeenCalled(), LOADING)
  const { source } = planned.mock.lastCall?.[1] ?? expect.fail('a request')
  expect(source.chosen).toEqual({ kind: 'picked', records })
})

test('exports say where they went, and traces how many were taken', async () => {
  await openBoard()
  await openSaga('failed')
  await byId('saga-export').click()
  await byId('saga-export-mermaid').click()
  await vi.waitFor(() => expect(document.body.textContent).toMatch(/Saved as \/home\/you\/saga-\w+\.mmd/))
  await byId('saga-otlp').click()
  await byId('otlp-endpoint').fill('collector')
  await byId('otlp-send').click()
  await vi.waitFor(() => expect(text('otlp-fault')).toContain('not an HTTP address'))
  await byId('otlp-endpoint').fill('http://localhost:4318/v1/traces')
  await byId('otlp-send').click()
  await vi.waitFor(() => expect(text('otlp-told')).toBe('1 trace was sent.'))
})

test('a record leads to its saga, by the inspector and by a key; one that has none says so', async () => {
  await openBoard()
  await openSaga('compensated')
  const key = element('saga-detail').dataset.key ?? ''
  await userEvent.keyboard('j')
  await byId('activity-explore').click()
  await vi.waitFor(() => expect(elements('inspector-saga')).toHaveLength(1))
  await byId('activity-sagas').click()
  await byId('saga-filters-clear').click()
  await vi.waitFor(() => expect(text('saga-count')).toBe('19 sagas'))
  await openSaga('completed')
  expect(element('saga-detail').dataset.key).not.toBe(key)
  await byId('activity-explore').click()
  await vi.waitFor(() => expect(elements('inspector-saga')).toHaveLength(1))
  await byId('inspector-saga').click()
  await vi.waitFor(() => expect(element('saga-detail').dataset.key).toBe(key))

  // the first records of the made-up hour belong to no saga
  await byId('activity-explore').click()
  await userEvent.keyboard('gg')
  await vi.waitFor(() => expect(text('inspector')).toContain('1 /'))
  await userEvent.keyboard('t')
  await vi.waitFor(() => expect(document.body.textContent).toContain('this record belongs to no saga'))
})

test('a value is followed from the table and from the tree, and the way back leads to the definition', async () => {
  await openWindow({ sagas: {} })
  await byId('record-row')
    .first()
    .click({ button: 'right', position: { x: 300, y: 8 } })
  await byId('row-follow').click()
  await vi.waitFor(() => expect(text('saga-sentence')).toMatch(/events carry \S+-\d+/))
  expect(elements('saga-tab-graph')).toEqual([])
  await byId('saga-follow-end').click()
  await listed()
  await vi.waitFor(() => expect(text('saga-count')).toBe('19 sagas'))
  await openSaga('completed')
  await userEvent.keyboard('j')
  await vi.waitFor(() => expect(document.querySelectorAll('[data-testid="event-record"] [role="treeitem"]').length).toBeGreaterThan(4))
  const key = element('saga-detail').dataset.key ?? ''
  const line = [...document.querySelectorAll<HTMLElement>('[data-testid="event-record"] [role="treeitem"]')].find((one) =>
    one.textContent?.includes(key),
  )
  line?.click()
  await byId('event-follow').click()
  await vi.waitFor(() => expect(text('saga-followed')).toContain('$.sagaId'))
  expect(element('saga-detail').dataset.key).toBe(key)
})

test('definitions: problems at their lines, a preview as one types, a proposal, and a file saved under its own name', async () => {
  await openBoard()
  await byId('place-definitions').click()
  await page.getByText('refunds', { exact: true }).click()
  await vi.waitFor(() => expect(elements('problem-line').map((one) => one.textContent)).toEqual(['Line 10', 'Line 16']))
  await byId('definition-learn').click()
  await vi.waitFor(() => expect(text('definition-name')).toBe('learned-orders'))
  await vi.waitFor(() => expect(text('definition-found')).toContain('19 sagas'))
  await vi.waitFor(() => expect(element('definition-text').dataset.loaded).toBe('true'), LOADING)
  await byId('definition-save').click()
  await vi.waitFor(() => expect(elements('definition').map((one) => one.dataset.name)).toContain('learned-orders'))
  const content = element('definition-text').querySelector<HTMLElement>('.cm-content')
  content?.focus()
  await userEvent.keyboard('{Tab}')
  expect(content?.contains(document.activeElement)).toBe(false)
  await byId('definition-use').click()
  await listed()
  expect(element('saga-definition')).toHaveProperty('value', 'learned-orders')
})

test('the state of an entity moves with the slider, and so does the selected record', async () => {
  await openBoard()
  await byId('place-entity').click()
  await byId('entity-key').fill('ord-70004')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(text('entity-told')).toContain('Event 7 of 7: ORDER_FAILED'))
  element('entity-slider').focus()
  await userEvent.keyboard('{Home}')
  await vi.waitFor(() => expect(text('entity-state')).toContain('"created"'))
  await userEvent.keyboard('ge')
  await vi.waitFor(() => expect(text('inspector-type')).toBe('ORDER_CREATED'))
})

test('of a hundred thousand sagas only the visible are in the page, and the last one can be reached', async () => {
  await openBoard({ sagas: { count: 100_000 } })
  await listed()
  expect(elements('saga-row').length).toBeLessThan(60)
  expect(element('saga-list').getAttribute('aria-rowcount')).toBe('100001')
  element('saga-list').focus()
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(elements('saga-row').at(-1)?.getAttribute('aria-rowindex')).toBe('100001'))
  await vi.waitFor(() => expect(elements('saga-sentence')).toHaveLength(1))
})

test('the board takes in sagas that begin while it is open, and its list stays', async () => {
  let now = Date.UTC(2026, 3, 11, 7, 10)
  const backend = await openBoard({ sagas: { everySeconds: 1 }, now: () => now })
  await listed()
  await openSaga('failed')
  now += 5_000
  backend.grow(5)
  await vi.waitFor(() => expect(text('saga-count')).toBe('1 of 24 sagas'), { timeout: 3_000 })
  expect(elements('saga-sentence')).toHaveLength(1)
})

test('nothing found is said so', async () => {
  await openBoard({ records: 0 })
  await vi.waitFor(() => expect(elements('sagas-none')).toHaveLength(1))
})

test('a board that cannot be opened says why, and so does one that is still being looked through', async () => {
  await openBoard({ sagas: { faults: { openSagas: new CommandFault('failed', 'The records cannot be read.', 'Look at the disk.') } } })
  await vi.waitFor(() => expect(text('board-fault')).toContain('The records cannot be read.'))
  cleanup()
  await openBoard({ sagas: { slow: true } })
  await vi.waitFor(() => expect(text('saga-scan')).toContain('Looking through the records'))
  await vi.waitFor(() => expect(elements('saga-scan')).toEqual([]), { timeout: 5_000 })
})
