// The columns of the record table as a person chooses them: from the tree, from a head's menu, by typing, with keys only; and
// as they are after the window was opened anew.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { MOST_PATHS } from '../../src/base/column-choices'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

const AMOUNT = '$.payload.amount'
beforeEach(() => sessionStorage.clear())
afterEach(() => page.viewport(1280, 800))

const heads = (): string[] => elements('column-head').map((head) => head.textContent ?? '')
const head = (title: string): HTMLElement =>
  elements('column-head').find((one) => one.textContent === title) ?? expect.fail(`no column ${title}`)
const cells = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[role="gridcell"][data-column="${id}"]`)]
const widthOf = (title: string): number => head(title).getBoundingClientRect().width

async function addByTyping(...paths: string[]): Promise<void> {
  await byId('columns-open').click()
  for (const path of paths) {
    await byId('columns-path').fill(path)
    await byId('columns-add').click()
    await vi.waitFor(() => expect(element('columns-path')).toHaveValue(''))
  }
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('columns')).toHaveLength(0))
}
function rightClick(target: HTMLElement): void {
  const box = target.getBoundingClientRect()
  target.dispatchEvent(
    new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX: box.left + 10, clientY: box.top + 5 }),
  )
}

test('a field of the tree becomes a column, with exact numbers at the right', async () => {
  await openWindow()
  await byId('record-row').nth(3).click()
  await expect.element(byId('inspector-type')).toBeVisible()
  const line = await vi.waitFor(
    () =>
      [...document.querySelectorAll<HTMLElement>('[role="treeitem"]')].find((one) => one.textContent.includes('amount')) ??
      expect.fail('no amount'),
  )
  rightClick(line)
  await byId('tree-column').click()
  await vi.waitFor(() => expect(cells(AMOUNT).some((cell) => /^5129900000000000001\.\d\d$/.test(cell.textContent))).toBe(true))
  expect(heads().slice(-2)).toEqual(['payload.amount', 'Preview'])
  const [number = expect.fail('no cell')] = cells(AMOUNT).filter((cell) => cell.textContent !== '')
  expect(getComputedStyle(number).textAlign).toBe('end')
})

test('nothing, null and an empty text look different', async () => {
  await openWindow()
  await addByTyping('payload.coupon', 'payload.nowhere')
  await vi.waitFor(() => expect(cells('$.payload.coupon').some((cell) => cell.textContent === 'null')).toBe(true))
  expect(cells('$.payload.coupon').find((cell) => cell.textContent === 'null')?.classList).toContain('word')
  expect(cells('$.payload.nowhere').every((cell) => cell.textContent === '')).toBe(true)
})

test('the menu of a head opens by click, right click and keys, and what is chosen there is there when the window opens again', async () => {
  await openWindow()
  head('Key').focus()
  await userEvent.keyboard('{Shift>}{F10}{/Shift}')
  await byId('column-pin').click()
  await vi.waitFor(() => expect(heads()[0]).toBe('Key'))
  rightClick(head('Size'))
  await byId('column-hide').click()
  await vi.waitFor(() => expect(heads()).not.toContain('Size'))
  head('Type').click()
  await byId('column-move-left').click()
  await vi.waitFor(() => expect(heads().indexOf('Type')).toBe(heads().indexOf('Shard') - 1))
  const chosen = heads()
  const kept = (): string => sessionStorage.getItem('kinescope.made-up-columns') ?? ''
  await vi.waitFor(() => expect(kept().indexOf('"type"')).toBeLessThan(kept().indexOf('"shard"')))
  document.body.replaceChildren()
  await openWindow()
  await vi.waitFor(() => expect(heads()).toEqual(chosen))
})

test('with keys alone a column gets another width and another place, and is told', async () => {
  await openWindow()
  const before = widthOf('Type')
  head('Time UTC').focus()
  await userEvent.keyboard('{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}{ArrowRight}')
  expect(document.activeElement).toBe(head('Type'))
  await userEvent.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}')
  await vi.waitFor(() => expect(widthOf('Type')).toBe(before + 32))
  expect(element('column-told').textContent).toBe(`Type, ${before + 32} pixels wide`)
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}')
  await vi.waitFor(() => expect(heads().indexOf('Type')).toBe(heads().indexOf('Key') - 1))
  await vi.waitFor(() => expect(document.activeElement).toBe(head('Type')))
  expect(elements('column-head').filter((one) => one.tabIndex === 0)).toHaveLength(1)
})

test('after an entry of its menu a head has the focus, wherever it went; after it was hidden, its neighbour has', async () => {
  await openWindow()
  const byKeys = async (title: string, entry: string): Promise<void> => {
    head(title).focus()
    await userEvent.keyboard('{Shift>}{F10}{/Shift}')
    await expect.element(byId(entry)).toBeVisible()
    byId(entry).element().focus()
    await userEvent.keyboard('{Enter}')
    await vi.waitFor(() => expect(elements(entry)).toHaveLength(0))
  }
  const focused = (title: string): Promise<void> => vi.waitFor(() => expect(document.activeElement).toBe(head(title)))
  await byKeys('Key', 'column-pin')
  await vi.waitFor(() => expect(heads()[0]).toBe('Key'))
  await focused('Key')
  await byKeys('Key', 'column-pin')
  await vi.waitFor(() => expect(head('Key').closest('.moving')).not.toBeNull())
  await focused('Key')
  const next = heads()[heads().indexOf('Size') + 1] ?? expect.fail('a neighbour')
  await byKeys('Size', 'column-hide')
  await vi.waitFor(() => expect(heads()).not.toContain('Size'))
  await focused(next)
  await byKeys(next, 'column-hide')
  await focused(heads().at(-1) ?? '')
  // what the menu opens keeps the focus
  await byKeys('Type', 'columns-choose')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('columns-path')))
})

test('an edge is dragged, and a double click gives the column its own width again', async () => {
  await openWindow()
  const before = widthOf('Type')
  const edge = head('Type').parentElement?.querySelector<HTMLElement>('.edge') ?? expect.fail('no edge')
  const x = edge.getBoundingClientRect().left + 4
  const send = (type: string, clientX: number): boolean =>
    edge.dispatchEvent(new PointerEvent(type, { bubbles: true, clientX, pointerId: 1, isPrimary: true }))
  edge.setPointerCapture = (): void => undefined
  send('pointerdown', x)
  send('pointermove', x + 57)
  send('pointerup', x + 57)
  await vi.waitFor(() => expect(widthOf('Type')).toBe(before + 57))
  edge.dispatchEvent(new MouseEvent('dblclick', { bubbles: true }))
  await vi.waitFor(() => expect(widthOf('Type')).toBe(before))
})

test('a path is added by typing or by one of the fields that were seen; what is none says why; reset takes all back', async () => {
  await openWindow()
  const before = heads()
  await byId('columns-open').click()
  await byId('columns-path').fill('a..')
  await byId('columns-add').click()
  await expect.element(page.getByRole('alert')).toHaveTextContent('expected a field name')
  await byId('columns-path').fill('order')
  await vi.waitFor(() => expect(elements('columns-offer').map((offer) => offer.textContent)).toEqual(['payload.orderId']))
  await byId('columns-offer').click()
  await vi.waitFor(() => expect(heads()).toContain('payload.orderId'))
  await byId('columns-density-compact').click()
  await vi.waitFor(() => expect(element('record-row').getBoundingClientRect().height).toBe(22))
  await byId('columns-reset').click()
  await vi.waitFor(() => expect(heads()).toEqual(before))
})

test('where there is no room for one more field as a column, it is said wherever one is added', async () => {
  await openWindow()
  await addByTyping('payload.orderId')
  const stored = (): { columns: { id: string }[] }[] =>
    JSON.parse(sessionStorage.getItem('kinescope.made-up-columns') ?? '[]') as { columns: { id: string }[] }[]
  await vi.waitFor(() => expect(stored()[0]?.columns.map(({ id }) => id)).toContain('$.payload.orderId'))
  const [layout = expect.fail('a layout')] = stored()
  const fields = Array.from({ length: MOST_PATHS - 1 }, (_, n) => ({ id: `$.f${n}`, widthPx: null, pinned: false, shown: true }))
  sessionStorage.setItem('kinescope.made-up-columns', JSON.stringify([{ ...layout, columns: [...layout.columns, ...fields] }]))
  document.body.replaceChildren()
  await openWindow()
  await byId('columns-open').click()
  await expect.element(byId('columns-full')).toHaveTextContent('There are 64 fields as columns')
  await byId('columns-path').fill('sagaId')
  expect(element('columns-add')).toBeDisabled()
  expect(await accessibilityFaults()).toEqual([])
  await byId('columns-fields').click()
  await vi.waitFor(() => expect(elements('fields-line').length).toBeGreaterThan(3))
  const line = elements('fields-line').find((one) => one.textContent.includes('sagaId')) ?? expect.fail('no sagaId')
  line.querySelector<HTMLElement>('[data-testid=fields-column]')?.click()
  await expect.element(byId('notices')).toHaveTextContent('Remove one to add another')
})

test('a cell of several events says how many more have a value there', async () => {
  const several = { kind: 'string', text: 'ord-1', cut: false, others: 2 } as const
  const backend = await openWindow()
  const page = backend.viewPage.bind(backend)
  vi.spyOn(backend, 'viewPage').mockImplementation(async (view, first, count, paths) => {
    const rows = await page(view, first, count, paths)
    return { ...rows, cells: rows.cells.map((cells) => cells.map(() => several)) }
  })
  await addByTyping('payload.orderId')
  const cell = await vi.waitFor(() => cells('$.payload.orderId')[0] ?? expect.fail('no cell'))
  await vi.waitFor(() => expect(cell.textContent).toBe('+2ord-1'))
  expect(cell.querySelector('[title]')?.getAttribute('title') ?? cell.getAttribute('title')).toContain('2 more events of this record')
})

test('the value of a path narrows the filter', async () => {
  await openWindow()
  await addByTyping('payload.orderId')
  const cell = await vi.waitFor(
    () => cells('$.payload.orderId').find((one) => one.textContent.startsWith('ord-')) ?? expect.fail('no order'),
  )
  const order = cell.textContent
  rightClick(cell)
  await byId('narrow-path').click()
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue(order))
})

test('ten columns and more scroll sideways, and the pinned ones stay', async () => {
  await page.viewport(900, 700)
  await openWindow()
  await addByTyping('payload.orderId', 'payload.amount', 'payload.userId', 'payload.lines[0].sku', 'sagaId', 'timestamp')
  // a column that was added is in sight, and so is the one that takes the focus
  expect(head('timestamp').getBoundingClientRect().right).toBeLessThanOrEqual(window.innerWidth)
  head('Time UTC').focus()
  await vi.waitFor(() => expect(head('Time UTC').getBoundingClientRect().left).toBeGreaterThan(0))
  head('Time UTC').click()
  await byId('column-pin').click()
  await vi.waitFor(() => expect(elements('side-scroll')).toHaveLength(1))
  const left = head('Time UTC').getBoundingClientRect().left
  head('timestamp').focus()
  await vi.waitFor(() => expect(head('timestamp').getBoundingClientRect().right).toBeLessThanOrEqual(window.innerWidth))
  await vi.waitFor(() => expect(cells('$.timestamp').length).toBeGreaterThan(3))
  // a head stands over its cells, whatever the browser does with the focus
  const over = (title: string, id: string): number =>
    head(title).getBoundingClientRect().left - (cells(id)[0]?.getBoundingClientRect().left ?? NaN)
  await vi.waitFor(() => expect(over('timestamp', '$.timestamp')).toBeCloseTo(0, 0))
  expect(over('Time UTC', 'time')).toBeCloseTo(0, 0)
  expect(head('Time UTC').getBoundingClientRect().left).toBe(left)
  // what is far to the side is not drawn
  expect(cells('shard')).toHaveLength(0)
  expect(await accessibilityFaults()).toEqual([])
})

test.each(['light', 'dark'] as const)('the list of columns has no accessibility fault in %s', async (theme) => {
  await openWindow({}, theme)
  await addByTyping('payload.orderId')
  await byId('columns-open').click()
  await expect.element(byId('columns')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('the fields that were seen say how many records were looked at; one press makes a column or a filter', async () => {
  await openWindow()
  await userEvent.keyboard('F')
  await expect.element(byId('fields-said')).toHaveTextContent(/^1,000 of [12],\d{3} records looked at\./)
  await byId('fields-find').fill('orderId')
  await vi.waitFor(() => expect(elements('fields-line')).toHaveLength(1))
  expect(element('fields-line').textContent).toContain('100')
  const [column, filter] = element('fields-line').querySelectorAll<HTMLElement>('button')
  column?.click()
  await vi.waitFor(() => expect(heads()).toContain('payload.orderId'))
  expect(column?.getAttribute('aria-pressed')).toBe('true')
  filter?.click()
  await vi.waitFor(() => expect(element('filter-input')).toHaveValue('has:payload.orderId'))
})

test('what changed is listed with its time and marked on the timeline until it is taken off', async () => {
  await openWindow()
  await byId('columns-open').click()
  await byId('columns-fields').click()
  await vi.waitFor(() => expect(elements('fields-change')).toHaveLength(2))
  expect(elements('fields-change').map((line) => line.textContent.replace(/\s+/g, ' '))).toEqual([
    expect.stringContaining('payload.express appeared, in'),
    expect.stringContaining('payload.coupon was text, then null, text, in'),
  ])
  const [when] = element('fields-change').querySelectorAll<HTMLElement>('button')
  when?.click()
  await vi.waitFor(() => expect(elements('histogram-mark').length).toBeGreaterThan(0))
  await page.getByRole('button', { name: 'Take the changes off the timeline' }).click()
  await vi.waitFor(() => expect(elements('histogram-mark')).toHaveLength(0))
})

test.each(['light', 'dark'] as const)('the list of fields has no accessibility fault in %s', async (theme) => {
  await openWindow({}, theme)
  await userEvent.keyboard('F')
  await vi.waitFor(() => expect(elements('fields-line').length).toBeGreaterThan(5))
  expect(await accessibilityFaults()).toEqual([])
})
