// Where there is nothing to show, the window says why and offers the way out.
import { expect, test, vi } from 'vitest'
import type { ViewStatus } from '../../src/backend/bindings'
import { browsingBackend } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { open, text } from './lib/screens'

test('an emulator that answers on this machine is found, and stands before one that does not', async () => {
  await open('connections', { fresh: true })
  const local = (): string[] => elements('open-door').flatMap((one) => one.dataset['name'] ?? [])
  expect(local().indexOf('LocalStack')).toBeLessThan(local().indexOf('moto'))
  expect(elements('door-found')).toHaveLength(1)
  expect(elements('door-absent')).toHaveLength(1)
  expect(text('door-found')).toBe('Found: something answers there')
})

test('an empty range leads to the nearest record', async () => {
  const backend = browsingBackend()
  // nothing arrived in the first half of what the timeline shows: the records begin later than they are said to
  const { openView, viewStatus } = backend
  const earlier = (told: ViewStatus): ViewStatus => ({
    ...told,
    from: told.from === null || told.until === null ? null : told.from - (told.until - told.from),
  })
  backend.openView = async (slot, captures, filter) => earlier(await openView(slot, captures, filter))
  backend.viewStatus = async (view) => earlier(await viewStatus(view))
  await open('streams', {}, 'light', backend)
  await byId('activity-explore').click()
  await byId('range').click()
  await byId('range-all').click()
  const box = element('histogram').getBoundingClientRect()
  const at = (share: number): PointerEventInit => ({
    clientX: box.left + box.width * share,
    clientY: box.top + 50,
    pointerId: 1,
    bubbles: true,
    button: 0,
  })
  element('histogram').setPointerCapture = () => undefined
  element('histogram').dispatchEvent(new PointerEvent('pointerdown', at(0.1)))
  element('histogram').dispatchEvent(new PointerEvent('pointermove', at(0.2)))
  element('histogram').dispatchEvent(new PointerEvent('pointerup', at(0.2)))
  await expect.element(byId('empty-range')).toBeVisible()
  await expect.element(byId('nearest-record')).toHaveTextContent(/^Nearest record: .+ later$/)
  expect(await accessibilityFaults()).toEqual([])
  await byId('nearest-record').click()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await expect.element(byId('brush-chip')).toBeVisible()
})

test('a capture that stopped before any record can go on, or another one begins', async () => {
  const backend = browsingBackend({ records: 0 })
  const row = (await browsingBackend({ records: 10 }).listCaptures())[0] ?? expect.fail('a capture')
  let state: 'paused' | 'running' | 'stopped' = 'paused'
  backend.listCaptures = async () => [{ ...row, name: 'orders', records: 0, state }]
  backend.captureStatus = async () => ({ capture: { ...row, state }, shards: [], gaps: [], covered: false })
  const resumed = vi.spyOn(backend, 'resumeCapture').mockImplementation(async () => void (state = 'running'))
  await open('captures', {}, 'light', backend)
  await byId('activity-explore').click()
  await expect.element(byId('empty-capture')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
  await byId('empty-go-on').click()
  expect(resumed).toHaveBeenCalledWith(row.id, false)
  await expect.element(byId('empty-waiting')).toBeVisible()
})

test('one that is stopped for good leaves the choice of another', async () => {
  const backend = browsingBackend({ records: 0 })
  const row = (await browsingBackend({ records: 10 }).listCaptures())[0] ?? expect.fail('a capture')
  backend.listCaptures = async () => [{ ...row, records: 0, state: 'stopped' }]
  await open('captures', {}, 'light', backend)
  await byId('activity-explore').click()
  await byId('empty-new-capture').click()
  await expect.element(byId('start-capture-dialog')).toBeVisible()
})
