// What stands around an opened record: what is related to it, where a text and a byte are in it, gaps between the records,
// and time measured from it.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { MemoryOptions } from '../../src/backend/memory'
import { timeOfDay } from '../../src/base/formats'
import { accessibilityFaults, byId, element, elements, openWindow, selectedTime, type Memory } from './lib/page'

const fields = (): string[] => [...element('json-tree').querySelectorAll('[role="treeitem"]')].map((line) => line.textContent.trim())
const underCursor = (): string => element('tree-path').textContent.trim()
const relatedRows = (): HTMLElement[] => elements('related-row')
const type = (): string => element('inspector-type').textContent.trim()

async function opened(options: Parameters<typeof openWindow>[0] = {}, theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow(options, theme)
  await byId('record-row').nth(3).click()
  await expect.element(byId('json-tree')).toBeVisible()
  return backend
}

test.each(['light', 'dark'] as const)('the related records of a record have no accessibility fault in %s', async (theme) => {
  await opened({}, theme)
  await userEvent.keyboard('7')
  await vi.waitFor(() => expect(relatedRows().length).toBeGreaterThan(1))
  await vi.waitFor(() => expect(elements('relation-count').map((one) => one.textContent)).not.toContain('…'))
  expect(await accessibilityFaults()).toEqual([])
})

test('records of the same key are gone to, and the list stays', async () => {
  const backend = await opened()
  const asked = vi.spyOn(backend.relating, 'relatedRecords')
  await userEvent.keyboard('7')
  await vi.waitFor(() => expect(relatedRows().length).toBeGreaterThan(1))
  const own = relatedRows().findIndex((row) => row.textContent.includes('this record'))
  const before = relatedRows().length
  const other = own === 0 ? 1 : own - 1
  await vi.waitFor(() => expect(asked.mock.calls.length).toBeGreaterThan(2))
  const calls = asked.mock.calls.filter(([, relation]) => relation.kind === 'key').length
  relatedRows()[other]?.click()
  await vi.waitFor(() => expect(relatedRows().findIndex((row) => row.textContent.includes('this record'))).toBe(other))
  expect(relatedRows().length).toBe(before)
  expect(asked.mock.calls.filter(([, relation]) => relation.kind === 'key').length).toBe(calls)
  expect(elements('related-compare')).toEqual([])
})

test('an id is followed under any name, narrows the list and shows what differs', async () => {
  const backend = await opened()
  await userEvent.keyboard('7')
  await expect.element(byId('relation-id').first()).toBeInTheDocument()
  const toggled = vi.spyOn(backend, 'toggleFilter')
  elements('relation-id')[1]?.click()
  await vi.waitFor(() => expect(relatedRows().length).toBeGreaterThan(0))
  await byId('related-filter').click()
  expect(toggled.mock.calls[0]?.[1]).toMatch(/^".+"$/)
})

test('the only record with its bytes says so', async () => {
  await opened()
  await userEvent.keyboard('7')
  await expect.element(byId('relation-bytes')).toBeInTheDocument()
  elements('relation-bytes')[0]?.click()
  await expect.element(byId('related-only')).toBeVisible()
})

test('a relation that fails says why, and can be asked for again', async () => {
  const backend = await opened()
  vi.spyOn(backend.relating, 'possibleRelations').mockRejectedValueOnce(new Error('the disk is gone'))
  await userEvent.keyboard('7')
  await expect.element(byId('related-pane')).toHaveTextContent('the disk is gone')
  element('related-pane').querySelector('button')?.click()
  await vi.waitFor(() => expect(relatedRows().length).toBeGreaterThan(1))
})

test('a text is found in what is folded, and the keys go from one to the next', async () => {
  await opened()
  const shown = fields().length
  await userEvent.keyboard('{Control>}f{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('tree-find')))
  await userEvent.keyboard('SKU')
  await vi.waitFor(() => expect(element('tree-found').textContent).toMatch(/^1 \/ /))
  await vi.waitFor(() => expect(underCursor()).toBe('$.payload.lines[0].sku'))
  expect(fields().length).toBeGreaterThan(shown)
  const total = Number(element('tree-found').textContent.split('/')[1])
  await userEvent.keyboard('{Shift>}{Enter}{/Shift}')
  await vi.waitFor(() => expect(element('tree-found').textContent).toBe(`${total} / ${total}`))
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(underCursor()).toBe('$.payload.lines[0].sku'))
  expect(await accessibilityFaults()).toEqual([])
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(element('tree-found').textContent).toBe(''))
  expect(document.activeElement).toBe(element('json-tree'))
})

test('what is nowhere in the record is said', async () => {
  await opened()
  await byId('tree-find').fill('nothing like this')
  await vi.waitFor(() => expect(element('tree-found').textContent).toBe('no match'))
})

test('the bytes of a field are marked, and a byte leads back to its field', async () => {
  await opened()
  await byId('tree-find').fill('currency')
  await vi.waitFor(() => expect(underCursor()).toBe('$.payload.currency'))
  await byId('tab-hex').click()
  await vi.waitFor(() =>
    expect(
      elements('hex-marked')
        .map((part) => part.textContent)
        .join(''),
    ).toBe('"EUR"'),
  )
  expect(element('hex-path').textContent).toBe('$.payload.currency')
  element('hex-view').focus()
  await userEvent.keyboard('{Home}{ArrowRight}{ArrowRight}')
  await vi.waitFor(() => expect(element('hex-path').textContent).toBe('$.eventId'))
  expect(element('hex-byte').textContent).toBe('byte at 00000002: 0x65 = 101')
  expect(await accessibilityFaults()).toEqual([])
  await byId('hex-path').click()
  await vi.waitFor(() => expect(underCursor()).toBe('$.eventId'))
})

/** So few records that the line of the gap is a page away. */
async function atGap(options: Partial<MemoryOptions> = {}): Promise<Memory> {
  const backend = await openWindow({ records: 60, ...options })
  await userEvent.keyboard('gg')
  await byId('record-row').first().click()
  await userEvent.keyboard('{PageDown}')
  // how far down depends on what stands above the table
  for (let steps = 0; elements('gap-line').length === 0 && steps < 60; steps += 1) await userEvent.keyboard('j')
  await expect.element(byId('gap-line')).toBeVisible()
  return backend
}

test('what was not captured stands between the records, and is captured on demand', async () => {
  const backend = await atGap()
  const started = vi.spyOn(backend, 'startCapture')
  const { view } = await backend.openView('test', [], '')
  const [lane] = await backend.viewCoverage(view)
  const [before, after] = lane?.covered ?? []
  await expect.element(byId('gap-line')).toHaveTextContent('Nothing was capturing then.')
  expect(element('gap-line').textContent).toMatch(/gap of [\d.]+ (min|s)/)
  const line = element('gap-line').closest('[role="row"]')
  const below = line?.getBoundingClientRect().bottom ?? 0
  const next = elements('record-row').find((row) => Math.abs(row.getBoundingClientRect().top - below) < 1)
  const first = await backend.viewRowAt(view, after?.from ?? 0)
  expect(next?.querySelector('[data-column="time"]')?.textContent).toBe(
    timeOfDay((await backend.viewPage(view, first, 1, [])).rows[0]?.arrival ?? 0, 'utc'),
  )
  expect(await accessibilityFaults()).toEqual([])
  await byId('gap-backfill').click()
  await vi.waitFor(() => expect(started).toHaveBeenCalledOnce())
  // what is made up moves on with the clock
  const near = (time: number | undefined): unknown => ({
    asymmetricMatch: (at: unknown) => typeof at === 'number' && Math.abs(at - (time ?? 0)) < 60_000,
  })
  expect(started.mock.calls[0]?.[0]).toMatchObject({
    connection: 'demo',
    untilTime: near(after?.from),
    streams: [{ stream: 'order-commands', start: { kind: 'atTimestamp', at: near(before?.until) } }, {}, {}],
  })
  await expect.element(byId('gap-backfill')).toBeDisabled()
})

test('keys pass over a gap, and a row keeps its number', async () => {
  await atGap()
  const line = Number(element('gap-line').closest('[role="row"]')?.getAttribute('aria-rowindex'))
  const selected = (): number =>
    Number(document.querySelector('[data-testid="record-row"][aria-selected="true"]')?.getAttribute('aria-rowindex'))
  const above = elements('record-row').find((row) => Number(row.getAttribute('aria-rowindex')) === line - 1)
  above?.click()
  await vi.waitFor(() => expect(selected()).toBe(line - 1))
  await userEvent.keyboard('j')
  await vi.waitFor(() => expect(selected()).toBe(line + 1))
  await userEvent.keyboard('k')
  await vi.waitFor(() => expect(selected()).toBe(line - 1))
})

test('what the stream has dropped is not captured, and that is said, by key as by the pointer', async () => {
  const now = Date.now() - 3 * 86_400_000
  const backend = await atGap({ now: () => now })
  const started = vi.spyOn(backend, 'startCapture')
  element('gap-backfill').focus()
  // among the records Enter opens one, but not from a button
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(document.body.textContent).toContain('It cannot be captured any more'))
  expect(started).not.toHaveBeenCalled()
})

test('a gap that a capture declared says why', async () => {
  await atGap({ gap: 'trimmed' })
  await expect.element(byId('gap-line')).toHaveTextContent("The stream's retention ended")
})

test('time is measured from a record, and from the one before again', async () => {
  await openWindow()
  await byId('record-row').nth(5).click()
  const deltas = (): string[] => elements('record-row').map((row) => row.querySelector('[data-column="delta"]')?.textContent.trim() ?? '')
  await vi.waitFor(() => expect(selectedTime()).not.toBe(''))
  const before = deltas()
  await userEvent.keyboard('T')
  await expect.element(byId('reference-chip')).toBeVisible()
  expect(deltas().filter((text) => text === '⚑ 0')).toHaveLength(1)
  expect(deltas().some((text) => text.startsWith('−'))).toBe(true)
  expect(await accessibilityFaults()).toEqual([])
  await byId('reference-clear').click()
  expect(deltas()).toEqual(before)
})

test('the inspector is docked where a person wants it, and stays there', async () => {
  await opened()
  const places = (): [number, number] => [
    element('inspector').getBoundingClientRect().left,
    element('inspector').getBoundingClientRect().top,
  ]
  const [left, top] = places()
  await byId('inspector-dock').click()
  await vi.waitFor(() => expect(places()[1]).toBeGreaterThan(top + 100))
  expect(type()).not.toBe('')
  await byId('inspector-dock').click()
  await vi.waitFor(() => expect(places()).toEqual([left, top]))
})

test('lanes by type: a lane narrows the list, and the table says the same figures', async () => {
  const backend = await openWindow()
  await byId('range').click()
  await byId('range-all').click()
  await expect.element(byId('lanes')).toBeVisible()
  await byId('lanes-by').click()
  await byId('lanes-by-type').click()
  const names = (): string[] => elements('lane-label').map((label) => label.querySelector('.name')?.textContent ?? '')
  await vi.waitFor(() => expect(names()).toContain('USER_REGISTERED'))
  expect(await accessibilityFaults()).toEqual([])
  const toggled = vi.spyOn(backend, 'toggleFilter')
  const first = names()[0] ?? ''
  elements('lane-label')[0]?.click()
  await vi.waitFor(() => expect(toggled.mock.calls[0]?.[1]).toBe(`type:${first}`))
  await byId('lanes-table').click()
  await expect.element(byId('lanes-cells')).toBeVisible()
  expect(elements('lanes-cell').length).toBeGreaterThan(0)
  expect(await accessibilityFaults()).toEqual([])
})

test('the lanes as a table lead to a bucket, and say what was not captured', async () => {
  await openWindow()
  await byId('range').click()
  await byId('range-all').click()
  await byId('lanes-table').click()
  await expect.element(byId('lanes-table-dialog')).toHaveTextContent('Not captured:')
  await expect.element(byId('lanes-table-dialog')).toHaveTextContent('1,999 records')
  element('lanes-cells').focus()
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await expect.element(byId('brush-chip')).toBeVisible()
  await vi.waitFor(() => expect(elements('lanes-table-dialog')).toEqual([]))
})

test('a shard that came out of another is drawn from it, and hot ones are marked in words', async () => {
  await openWindow()
  await byId('range').click()
  await byId('range-all').click()
  await vi.waitFor(() => expect(element('lane-branches').querySelectorAll('polyline')).toHaveLength(1))
  await vi.waitFor(() => expect(elements('lane-hot').map((mark) => mark.textContent)).toContain('hot'))
  const titles = (): string[] => elements('lane-label').map((one) => one.title)
  expect(titles().filter((title) => title.includes('from 001'))).toHaveLength(1)
  expect(titles().filter((title) => title.includes('went into 004'))).toHaveLength(1)
  expect(elements('lane-hot')[0]?.closest('button')?.title).toMatch(/hot: [\d.]+ times the mean/)
})

test('zoomed in, each record is seen, said and selected', async () => {
  await openWindow()
  await byId('record-row').nth(3).click()
  await expect.element(byId('json-tree')).toBeVisible()
  const time = selectedTime()
  await userEvent.keyboard('f')
  const plot = (): HTMLElement => element('lanes')
  await vi.waitFor(() => expect(plot().querySelector('.dot')).not.toBeNull())
  const dot = (): { clientX: number; clientY: number } => {
    const box = plot().querySelector('.dot')?.getBoundingClientRect() ?? new DOMRect()
    return { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 }
  }
  await vi.waitFor(() => {
    plot().dispatchEvent(new PointerEvent('pointermove', { ...dot(), bubbles: true }))
    expect(plot().querySelector('.read')?.textContent).toMatch(/ · .* · .* (B|KB)/)
  })
  const at = dot()
  await byId('record-row').nth(7).click()
  await vi.waitFor(() => expect(selectedTime()).not.toBe(time))
  plot().dispatchEvent(new PointerEvent('pointermove', { ...at, bubbles: true }))
  plot().dispatchEvent(new MouseEvent('click', { ...at, bubbles: true }))
  await vi.waitFor(() => expect(selectedTime()).toBe(time))
})

test('the event’s own time is shown where its field is named, and arrival again', async () => {
  await opened()
  await byId('tree-find').fill('timestamp')
  await vi.waitFor(() => expect(underCursor()).toBe('$.timestamp'))
  const line = document.querySelector('#' + CSS.escape(element('json-tree').getAttribute('aria-activedescendant') ?? ''))
  line?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 900, clientY: 400 }))
  await byId('tree-event-time').click()
  const head = (): string => elements('column-head').map((one) => one.textContent.trim())[0] ?? ''
  await vi.waitFor(() => expect(head()).toContain('Event'))
  const titles = (): string[] => elements('record-row').map((row) => row.querySelector<HTMLElement>('[data-column="time"]')?.title ?? '')
  await vi.waitFor(() => expect(titles().some((title) => title.startsWith('arrived 0 ms later'))).toBe(true))
  expect(await accessibilityFaults()).toEqual([])
})
