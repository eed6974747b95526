// What a record is made of, in the inspector: its layers, its events, and why it could not be read.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

const steps = (): string[] => [...element('layer-way').querySelectorAll('.step')].map((step) => step.textContent.trim())

test('a record of plain JSON has one quiet line, and nothing else', async () => {
  await openWindow()
  await byId('record-row').nth(3).click()
  await expect.element(byId('json-tree')).toBeVisible()
  expect(steps().length).toBe(2)
  expect(steps()[0]).toMatch(/^raw \d+ B$/)
  expect(steps()[1]).toBe('JSON')
  expect(elements('event-bar')).toEqual([])
  await userEvent.keyboard('4')
  await expect.element(byId('hex-view')).toBeVisible()
  expect(elements('hex-of')).toEqual([])
})

test.each(['light', 'dark'] as const)('layers, events and facts stand without fault in %s', async (theme) => {
  await openWindow({ layers: 'logs' }, theme)
  await byId('record-row').nth(3).click()
  await expect.element(byId('layer-way')).toBeVisible()
  expect(steps().map((step) => step.replace(/[\d.]+ (B|KB)/, 'N'))).toEqual(['raw N', 'gzip N', 'CloudWatch Logs N', 'JSON'])
  await byId('layer-way').click()
  await expect.element(byId('layer-table')).toHaveTextContent('/aws/lambda/checkout, DATA_MESSAGE, 3 log events')
  await byId('event-facts').click()
  await expect.element(byId('event-facts')).toHaveTextContent('/aws/lambda/<b>checkout</b>')
  expect(element('inspector').querySelector('b b, dd b')).toBeNull()
  expect(await accessibilityFaults()).toEqual([])
})

test('the events of a record are gone through by key and by number, each with its own tree and text', async () => {
  await openWindow({ layers: 'logs' })
  await userEvent.keyboard('gg')
  await expect.element(byId('event-count')).toHaveTextContent('of 3')
  const line = (): string => element('json-tree').textContent.match(/line\D{0,6}(\d)/)?.[1] ?? ''
  await vi.waitFor(() => expect(line()).toBe('0'))
  await userEvent.keyboard(']')
  await vi.waitFor(() => expect(line()).toBe('1'))
  await expect.element(byId('event-number')).toHaveValue(2)
  await byId('event-number').fill('3')
  await userEvent.keyboard('{Tab}')
  await vi.waitFor(() => expect(line()).toBe('2'))
  await byId('tab-text').click()
  await expect.element(byId('text-view')).toHaveTextContent('"line": 2')
  await byId('event-previous').click()
  await expect.element(byId('text-view')).toHaveTextContent('"line": 1')
  await byId('tab-raw').click()
  await expect.element(byId('text-view')).not.toHaveTextContent('"line"')
})

test('the bytes of the event, and those of the record', async () => {
  const backend = await openWindow({ layers: 'logs' })
  const asked = vi.spyOn(backend, 'recordBytes')
  await userEvent.keyboard('gg')
  await expect.element(byId('event-count')).toBeVisible()
  await userEvent.keyboard('4')
  const first = (): string => element('hex-view').querySelector('.ascii')?.textContent ?? ''
  await vi.waitFor(() => expect(first()).toContain('{"level"'))
  await byId('hex-of-record').click()
  await vi.waitFor(() => expect(first()).toContain('{"event'))
  expect(asked.mock.calls.map((call) => call[1])).toEqual([0, null])
})

test('a field is filtered by where it is stored, and one that was unpacked is not', async () => {
  const backend = await openWindow({ layers: 'change' })
  const asked = vi.spyOn(backend, 'narrowFilter').mockResolvedValue('')
  await userEvent.keyboard('gg')
  await expect.element(byId('json-tree')).toBeVisible()
  element('json-tree').focus()
  await userEvent.keyboard('{ArrowDown}')
  await byId('tree-filter').click()
  expect(asked.mock.calls[0]?.slice(2)).toEqual([0, '$.detail.eventId', false])
  expect(elements('tree-unpacked')).toEqual([])
})

test('of several events the one on the screen is filtered by, and followed', async () => {
  const backend = await openWindow({ layers: 'lines' })
  const asked = vi.spyOn(backend, 'narrowFilter').mockResolvedValue('')
  await userEvent.keyboard('gg')
  await expect.element(byId('event-count')).toHaveTextContent('of 3')
  await userEvent.keyboard(']')
  await expect.element(byId('event-number')).toHaveValue(2)
  await vi.waitFor(() => expect(element('json-tree').textContent).toMatch(/line\D{0,6}1/))
  element('json-tree').focus()
  await userEvent.keyboard('{ArrowDown}')
  await byId('tree-filter').click()
  await byId('tree-exclude').click()
  expect(asked.mock.calls.map((call) => call.slice(2))).toEqual([
    [1, '$.level', false],
    [1, '$.level', true],
  ])
})

test('no filter is offered for what no filter finds', async () => {
  await openWindow({ layers: 'logs' })
  await userEvent.keyboard('gg')
  await expect.element(byId('json-tree')).toBeVisible()
  element('json-tree').focus()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(byId('tree-unpacked')).toBeVisible()
  expect([...elements('tree-filter'), ...elements('tree-exclude'), ...elements('tree-replay')]).toEqual([])
  await expect.element(byId('tree-copy')).toBeVisible()
})

test('where nothing could be read further it says what was tried, and why not', async () => {
  await openWindow({ layers: 'broken' })
  await userEvent.keyboard('gg')
  await expect.element(byId('refusals')).toHaveTextContent('Nothing was read after gzip')
  await expect.element(byId('refusals')).toHaveTextContent('12 bytes are left over after it')
  expect(await accessibilityFaults()).toEqual([])
})

test('the number of an event is brought within what there is, and what is none is not kept', async () => {
  await openWindow({ layers: 'logs' })
  await userEvent.keyboard('gg')
  await byId('event-number').fill('999')
  await userEvent.keyboard('{Tab}')
  await expect.element(byId('event-number')).toHaveValue(3)
  await byId('event-number').fill('')
  await userEvent.keyboard('{Tab}')
  await expect.element(byId('event-number')).toHaveValue(3)
})
