// How a stream is read (its menu and dialog), and the tab that compares a record with another.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

test('what was found is pinned for the stream from the end of the trail, and let go of there', async () => {
  const backend = await openWindow({ layers: 'logs' })
  const pinned = vi.spyOn(backend.decoding, 'pinDecoding')
  await userEvent.keyboard('gg')
  await expect.element(byId('decoder')).toHaveTextContent('Auto')
  await byId('decoder').click()
  await expect.element(byId('decoder-pin')).toHaveTextContent('gzip → CloudWatch Logs → JSON')
  await byId('decoder-pin').click()
  await expect.element(byId('decoder')).toHaveTextContent('Pinned')
  expect(pinned.mock.calls[0]?.[1]?.map((step) => step.layer)).toEqual(['gzip', 'cloudWatchLogs', 'json'])
  await byId('decoder').click()
  await byId('decoder-auto').click()
  await expect.element(byId('decoder')).toHaveTextContent('Auto')
  expect(pinned.mock.calls[1]?.[1]).toBeNull()
})

test('the dialog keeps chosen layers, and says why they were refused', async () => {
  const backend = await openWindow({ layers: 'logs' })
  const pinned = vi.spyOn(backend.decoding, 'pinDecoding')
  await userEvent.keyboard('gg')
  await byId('decoder').click()
  await byId('decoder-choose').click()
  await expect.element(byId('decoder-dialog')).toBeVisible()
  await expect.element(byId('schema')).toHaveTextContent('file:orders.avsc')
  await byId('decoder-mode').getByText('By these layers').click()
  expect(elements('decoder-step').length).toBe(3)
  expect(await accessibilityFaults()).toEqual([])
  pinned.mockRejectedValueOnce(new CommandFault('invalid', 'nothing follows a format', null))
  await byId('decoder-keep').click()
  await expect.element(byId('error-panel')).toHaveTextContent('nothing follows a format')
  await byId('decoder-keep').click()
  await vi.waitFor(() => expect(elements('decoder-dialog')).toEqual([]))
  await expect.element(byId('decoder')).toHaveTextContent('Pinned')
})

test('a record beside the one before it with its key; the first one says there is none', async () => {
  const backend = await openWindow()
  const earlier = vi.spyOn(backend, 'earlierRecord')
  await userEvent.keyboard('gg')
  await byId('tab-diff').click()
  await expect.element(byId('diff-none')).toHaveTextContent('None before it was captured')
  earlier.mockImplementation(async () => (await backend.openRecord('1')).row)
  await userEvent.keyboard('jj')
  await expect.element(byId('diff-told')).toHaveTextContent('earlier')
  await expect.element(byId('record-diff')).toBeVisible()
  expect(earlier.mock.calls.at(-1)?.[1]).toBe('key')
  expect(await accessibilityFaults()).toEqual([])
})

test('two picked records are compared, the later with the earlier', async () => {
  await openWindow()
  await userEvent.keyboard('gg')
  await userEvent.keyboard('xjjx')
  await byId('picks-compare').click()
  await expect.element(byId('diff-with')).toHaveValue('picked')
  await expect.element(byId('record-diff')).toBeVisible()
  expect(element('diff-told').textContent).toMatch(/earlier|at the same time/)
})
