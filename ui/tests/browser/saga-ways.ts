// Ways to look at a saga: its graph made larger and smaller and moved, its time on three scales, what carries its ids; and
// what the preview of a definition says of the records.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { byId, element, elements } from './lib/page'
import { listed, openBoard, openSaga } from './lib/sagas'

afterEach(() => page.viewport(1280, 800))

const scale = (): number => Number(element('saga-graph').dataset.scale)
const box = (id: string): DOMRect => document.querySelector(`[data-node="${id}"]`)?.getBoundingClientRect() ?? expect.fail(id)

function wheel(deltaY: number, clientX: number, clientY: number, shiftKey = false): void {
  const event = new WheelEvent('wheel', { deltaY, clientX, clientY, shiftKey, bubbles: true, cancelable: true })
  element('saga-graph').dispatchEvent(event)
  expect(event.defaultPrevented).toBe(true)
}
function pointer(type: string, target: Element, clientX: number, clientY: number): void {
  const buttons = type === 'pointerup' ? 0 : 1
  target.dispatchEvent(new PointerEvent(type, { pointerId: 1, button: 0, buttons, clientX, clientY, bubbles: true }))
}

test('the graph grows at the cursor, is dragged without choosing, and keys do the same', async () => {
  await openBoard()
  await openSaga('compensated')
  await userEvent.keyboard('3')
  await vi.waitFor(() => expect(elements('graph-node').length).toBeGreaterThan(4))
  const node = element('graph-node').dataset.node ?? ''
  const before = box(node)
  const [x, y] = [before.left + 20, before.top + 10]
  wheel(-120, x, y)
  await vi.waitFor(() => expect(box(node).width).toBeGreaterThan(before.width))
  const grown = box(node)
  expect(grown.left + (20 * grown.width) / before.width).toBeCloseTo(x, 0)
  expect(grown.top + (10 * grown.height) / before.height).toBeCloseTo(y, 0)

  const target = element('graph-node')
  vi.spyOn(Element.prototype, 'setPointerCapture').mockImplementation(() => undefined)
  pointer('pointerdown', target, x, y)
  pointer('pointermove', target, x + 30, y + 12)
  pointer('pointerup', target, x + 30, y + 12)
  target.click()
  await vi.waitFor(() => expect(box(node).left).toBeCloseTo(grown.left + 30, 0))
  expect(box(node).top).toBeCloseTo(grown.top + 12, 0)
  expect(elements('event-record')).toEqual([])
  target.click()
  await vi.waitFor(() => expect(elements('event-record')).toHaveLength(1))

  element('saga-graph').focus()
  const [seen, at] = [scale(), box(node)]
  await userEvent.keyboard('-')
  await vi.waitFor(() => expect(scale()).toBeLessThan(seen))
  await userEvent.keyboard('+')
  await vi.waitFor(() => expect(scale()).toBe(seen))
  await userEvent.keyboard('{ArrowRight}{ArrowDown}')
  await vi.waitFor(() => expect(box(node).left).toBeLessThan(at.left - 40))
  expect(box(node).top).toBeLessThan(at.top - 40)
  await userEvent.keyboard('0')
  await vi.waitFor(() => expect(box(node).left).toBeGreaterThanOrEqual(element('saga-graph').getBoundingClientRect().left))
  await byId('zoom-in').click()
  await byId('zoom-out').click()
  await byId('zoom-all').click()
  expect(document.querySelector('[data-testid="zoom-scale"]')?.textContent).toMatch(/^\d+ %$/)
})

test('two hundred steps are all in sight once asked for, and each that takes the focus comes into sight', async () => {
  const nodes = Array.from({ length: 200 }, (_, i) => ({
    id: `step-${i}`,
    label: `Step ${i}`,
    state: 'done' as const,
    column: Math.floor(i / 5),
    row: i % 5,
    undoOf: null,
  }))
  const edges = nodes.slice(5).map((node, i) => ({ from: `step-${i}`, to: node.id, kind: 'after' as const }))
  const backend = await openBoard()
  const sagas = backend.sagas ?? expect.fail('no sagas')
  const open = sagas.openSaga.bind(sagas)
  vi.spyOn(sagas, 'openSaga').mockImplementation(async (...asked) => ({ ...(await open(...asked)), graph: { nodes, edges } }))
  await openSaga('compensated')
  await userEvent.keyboard('3')
  await vi.waitFor(() => expect(elements('graph-node')).toHaveLength(200))
  const room = (): DOMRect => element('saga-graph').getBoundingClientRect()
  const last = elements('graph-node').at(-1) ?? expect.fail('a box')
  expect(last.getBoundingClientRect().left).toBeGreaterThan(room().right)
  await byId('zoom-all').click()
  await vi.waitFor(() => expect(last.getBoundingClientRect().right).toBeLessThanOrEqual(room().right))
  expect(box('step-0').left).toBeGreaterThanOrEqual(room().left)
  const begun = performance.now()
  for (let turn = 0; turn < 30; turn += 1) wheel(turn % 2 === 0 ? -600 : 560, room().left + 5, room().top + 5)
  await new Promise(requestAnimationFrame)
  expect(performance.now() - begun).toBeLessThan(1_000)
  element('graph-node').focus()
  await userEvent.keyboard('{Shift>}{Tab}{/Shift}{Tab}{Tab}')
  await vi.waitFor(() => expect(document.activeElement).toBe(elements('graph-node')[1]))
  await vi.waitFor(() => expect(box('step-1').left).toBeGreaterThanOrEqual(room().left))
  expect(box('step-1').right).toBeLessThanOrEqual(room().right + 1)
})

test('the id of a saga, and each of its others, leads to every event that carries it', async () => {
  await openBoard()
  await openSaga('compensated')
  const key = element('saga-detail').dataset.key ?? ''
  const alias = element('saga-alias').textContent.trim()
  await byId('saga-alias').first().click()
  await vi.waitFor(() => expect(element('saga-followed').textContent).toContain('orderId'))
  await vi.waitFor(() => expect(alias).toContain(element('saga-detail').dataset.key ?? 'nothing'))
  await byId('saga-follow-end').click()
  await openSaga('compensated')
  await userEvent.keyboard('f')
  await vi.waitFor(() => expect(element('saga-followed').textContent).toContain('$.sagaId'))
  await vi.waitFor(() => expect(element('saga-detail').dataset.key).toBe(key))
})

test('time is laid out with waits collapsed, evenly, or by decades, by choice and by key', async () => {
  await openBoard()
  await listed()
  await byId('flag-stuck').click()
  await vi.waitFor(() => expect(elements('saga-row').length).toBeLessThan(19))
  await byId('saga-row').first().click()
  await vi.waitFor(() => expect(elements('timeline-event').length).toBeGreaterThan(2))
  const places = (): number[] => elements('timeline-event').map((one) => Math.round(one.getBoundingClientRect().left))
  const folds = (): number => document.querySelectorAll('[data-testid="saga-timeline"] .fold').length
  const seen = new Map<string, number[]>()
  for (const scale of ['collapsed', 'linear', 'log']) {
    await byId('saga-scale').selectOptions(scale)
    await vi.waitFor(() => expect(element('saga-scale')).toHaveProperty('value', scale))
    await vi.waitFor(() => expect(folds() > 0).toBe(scale === 'collapsed'))
    const lefts = places()
    seen.set(scale, lefts)
  }
  expect(seen.get('log')).not.toEqual(seen.get('linear'))
  element('saga-timeline').closest<HTMLElement>('[tabindex]')?.focus()
  await userEvent.keyboard('i')
  await vi.waitFor(() => expect(element('saga-scale')).toHaveProperty('value', 'collapsed'))
})

test('the preview of a definition says what belongs to a saga, what shares an id, and what has no start', async () => {
  const backend = await openBoard()
  const sagas = backend.sagas ?? expect.fail('no sagas')
  const open = sagas.openSagas.bind(sagas)
  vi.spyOn(sagas, 'openSagas').mockImplementation(async (...asked) => {
    const board = await open(...asked)
    return { ...board, unrelated: Math.floor(board.scanned / 4), colliding: 4 }
  })
  await byId('place-definitions').click()
  await byId('definition-learn').click()
  await vi.waitFor(() => expect(element('definition-coverage').textContent).toContain('75'), { timeout: 8_000 })
  expect(element('definition-coverage').textContent).toContain('of the records belong to a saga')
  expect(element('definition-colliding').textContent).toMatch(/share an id with another saga\s*4/)
  expect(element('definition-counts').textContent).toMatch(/orphan\s*1/)
})

test('the lists that no filter narrows say so, as long as there is one', async () => {
  await openBoard()
  await listed()
  await byId('list-variants').click()
  await vi.waitFor(() => expect(elements('variant-row').length).toBeGreaterThan(6))
  expect(elements('list-unfiltered')).toEqual([])
  await byId('saga-search').fill('no such thing')
  await vi.waitFor(() => expect(elements('list-unfiltered')).toHaveLength(1))
  expect(elements('variant-row').length).toBeGreaterThan(6)
  await byId('list-unanswered').click()
  await vi.waitFor(() => expect(elements('unanswered-row')).toHaveLength(5))
  expect(elements('list-unfiltered')).toHaveLength(1)
  await byId('list-sagas').click()
  await vi.waitFor(() => expect(elements('sagas-no-match')).toHaveLength(1))
  expect(elements('list-unfiltered')).toEqual([])
  await byId('saga-search').fill('')
  await byId('list-unanswered').click()
  await vi.waitFor(() => expect(elements('unanswered-row')).toHaveLength(5))
  await vi.waitFor(() => expect(elements('list-unfiltered')).toEqual([]))
})
