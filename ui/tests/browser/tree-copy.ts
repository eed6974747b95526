// Values and parts of a record onto the clipboard, with the paths in the forms of other tools; a text looked for in Text and Raw; the
// way to the records of the same key.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow, type Memory } from './lib/page'

const underCursor = (): string => element('tree-path').textContent.trim()
const keyOf = (row: Element): string => row.querySelector('[data-column="key"]')?.textContent.trim() ?? ''
const selectedRow = (): Element => document.querySelector('[data-testid=record-row][aria-selected=true]') ?? expect.fail('none')
const copied = (): { mock: { calls: unknown[][] } } => vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()

async function opened(theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow({}, theme)
  await byId('record-row').nth(3).click()
  await expect.element(byId('json-tree')).toBeVisible()
  return backend
}
async function at(path: string, text: string): Promise<void> {
  await byId('tree-find').fill(text)
  await vi.waitFor(() => expect(underCursor()).toBe(path))
  element('json-tree').focus()
}

test('a value is copied as it is, and what is under a name as JSON, by key', async () => {
  const written = copied()
  await opened()
  await at('$.payload.currency', 'currency')
  await userEvent.keyboard('{Control>}c{/Control}')
  await vi.waitFor(() => expect(written.mock.calls).toEqual([['EUR']]))
  await at('$.payload.amount', 'amount')
  await byId('tree-copy-value').click()
  await vi.waitFor(() => expect(written.mock.calls[1]?.[0]).toMatch(/^5129900000000000001\.\d\d$/))
  await at('$.payload.lines[0].sku', 'sku')
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}')
  await vi.waitFor(() => expect(underCursor()).toMatch(/^\$\.payload\.lines/))
  element('json-tree').focus()
  await userEvent.keyboard('{Control>}c{/Control}')
  await vi.waitFor(() => expect(written.mock.calls).toHaveLength(3))
  expect(JSON.stringify(JSON.parse(String(written.mock.calls[2]?.[0])))).toContain('"sku"')
  await userEvent.keyboard('{Control>}{Shift>}c{/Shift}{/Control}')
  await vi.waitFor(() => expect(written.mock.calls[3]?.[0]).toBe(underCursor()))
})

test('a path is copied for jq, JMESPath and SQL', async () => {
  const written = copied()
  await opened()
  await at('$.payload.lines[0].sku', 'sku')
  const forms = {
    jsonpath: '$.payload.lines[0].sku',
    jq: '.payload.lines[0].sku',
    jmespath: 'payload.lines[0].sku',
    sql: "json_extract(json, '$.payload.lines[0].sku')",
  }
  for (const [form, text] of Object.entries(forms)) {
    const line = document.querySelector('#' + CSS.escape(element('json-tree').getAttribute('aria-activedescendant') ?? ''))
    line?.dispatchEvent(new MouseEvent('contextmenu', { bubbles: true, cancelable: true, clientX: 900, clientY: 300 }))
    await byId(`tree-path-${form}`).click()
    await vi.waitFor(() => expect(written.mock.calls.at(-1)).toEqual([text]))
  }
})

test.each(['light', 'dark'] as const)('a text is found in the text and in the raw bytes, in %s', async (theme) => {
  await opened(theme)
  await byId('tab-text').click()
  await expect.element(byId('text-view')).toBeVisible()
  await userEvent.keyboard('{Control>}f{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('text-find')))
  await userEvent.keyboard('SKU')
  await vi.waitFor(() => expect(element('text-found').textContent).toMatch(/^1 \/ \d+$/))
  const front = (): string => [...element('text-view').querySelectorAll('.front')].map((one) => one.textContent).join('')
  expect(front().toLowerCase()).toBe('sku')
  expect(await accessibilityFaults()).toEqual([])
  const total = Number(element('text-found').textContent.split('/')[1])
  expect(element('text-view').querySelectorAll('.hit').length).toBeGreaterThanOrEqual(total)
  await userEvent.keyboard('{Shift>}{Enter}{/Shift}')
  await vi.waitFor(() => expect(element('text-found').textContent).toBe(`${total} / ${total}`))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('text-view')))
  await vi.waitFor(() => expect(element('text-view').querySelector('.hit')).toBeNull())
  await byId('tab-raw').click()
  await vi.waitFor(() => expect(document.activeElement).not.toBe(element('text-find')))
  await userEvent.keyboard('{Control>}f{/Control}')
  await userEvent.keyboard('nothing like this')
  await vi.waitFor(() => expect(element('text-found').textContent).toBe('no match'))
})

test('keys lead to the next record of the same key, and to the one before', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(5))
  await userEvent.keyboard('gg')
  await expect.element(byId('inspector-type')).toBeVisible()
  const facts = (): string => document.querySelector('.facts')?.textContent ?? ''
  const key = (): string => document.querySelector('.facts .payload.cut')?.textContent ?? ''
  const [first, own] = [facts(), key()]
  expect(own).not.toBe('')
  await userEvent.keyboard('}')
  await vi.waitFor(() => expect(facts()).not.toBe(first))
  expect(key()).toBe(own)
  expect(Number(selectedRow().getAttribute('aria-rowindex'))).toBeGreaterThan(2)
  await userEvent.keyboard('{{')
  await vi.waitFor(() => expect(facts()).toBe(first))
  await userEvent.keyboard('{{')
  await vi.waitFor(() => expect(document.body.textContent).toContain('No earlier record shown has this key.'))
  expect(keyOf(selectedRow())).toMatch(new RegExp(`^(${own})?$`))
})
