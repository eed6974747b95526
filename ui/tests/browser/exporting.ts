// What is shown, or what was picked, into a file: from the menu and by keys, as a job with its figures that can be cancelled.
import { beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import type { ExportCommands } from '../../src/backend'
import type { RecordExport, ReplaySource } from '../../src/backend/bindings'
import { memoryBackend } from '../../src/backend/memory'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

beforeEach(() => sessionStorage.clear())

interface Told {
  readonly asked: { source: ReplaySource; format: string }[]
  readonly cancelled: number[]
  now: RecordExport
}

/** A program that says of every file what it is told to. */
async function openExporting(theme: 'light' | 'dark' = 'light'): Promise<Told> {
  const told: Told = {
    asked: [],
    cancelled: [],
    now: { id: 1, path: '/home/ada/records.csv', records: 0, state: 'running', fault: null },
  }
  const exports: ExportCommands = {
    start: async (source, format) => {
      told.asked.push({ source, format })
      return { ...told.now }
    },
    status: async () => ({ ...told.now }),
    cancel: async (id) => void told.cancelled.push(id),
  }
  await openWindow({}, theme, Object.assign(memoryBackend({ records: 2_000 }), { exports }))
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(3))
  return told
}

test('the menu exports what filter and range show, and the end of it is said', async () => {
  const told = await openExporting()
  await byId('filter-input').fill('stream:order-events')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('filter-result')).toHaveTextContent(/ of /)
  await byId('export').click()
  await byId('export-shown-csv').click()
  await vi.waitFor(() => expect(told.asked).toHaveLength(1))
  expect(told.asked[0]).toEqual({
    source: { captures: [], chosen: { kind: 'filter', filter: 'stream:order-events', from: null, until: null } },
    format: 'csv',
  })
  told.now = { ...told.now, records: 700, state: 'written' }
  await vi.waitFor(() => expect(document.body.textContent).toContain('700 records written to /home/ada/records.csv'))
})

test('by keys, those that were picked', async () => {
  const told = await openExporting()
  await userEvent.keyboard('en')
  expect(told.asked, 'nothing is picked').toEqual([])
  await userEvent.keyboard('kxkx')
  await vi.waitFor(() => expect(elements('picks')).toHaveLength(1))
  await userEvent.keyboard('en')
  await vi.waitFor(() => expect(told.asked).toHaveLength(1))
  expect(told.asked[0]?.format).toBe('lines')
  expect(told.asked[0]?.source.chosen).toMatchObject({ kind: 'picked' })
  const { chosen } = told.asked[0]?.source ?? expect.fail('nothing was asked')
  expect(chosen.kind === 'picked' ? chosen.records : []).toHaveLength(2)
  await byId('picks-export').click()
  await byId('export-picked-capture').click()
  await vi.waitFor(() => expect(told.asked).toHaveLength(2))
})

test.each(['light', 'dark'] as const)('it is a job with its figures, which can be cancelled, in %s', async (theme) => {
  const told = await openExporting(theme)
  await userEvent.keyboard('Ef')
  await vi.waitFor(() => expect(told.asked).toHaveLength(1))
  told.now = { ...told.now, records: 500 }
  await userEvent.keyboard('gj')
  await vi.waitFor(() => expect(element('job-figures').textContent).toContain('500 of 1,999'))
  expect(await accessibilityFaults()).toEqual([])
  await byId('job-cancel').click()
  await vi.waitFor(() => expect(told.cancelled).toEqual([1]))
  told.now = { ...told.now, state: 'cancelled' }
  await vi.waitFor(() => expect(elements('job')).toEqual([]))
})
