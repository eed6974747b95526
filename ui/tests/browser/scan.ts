// The look of a filter at the records: stopped, gone on with, and what was not captured beside what it found; and the same
// filter over the saga list.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'
import { listed, openBoard } from './lib/sagas'

const text = (id: string): string => element(id).textContent?.trim() ?? ''
const result = (): string => text('filter-result')

test('a filter is stopped by hand, says how much was searched, and goes on', async () => {
  await openWindow({ records: 20_000, scanStep: 500 })
  await byId('filter-input').fill('type:PAYMENT_FAILED')
  await byId('filter-stop').click()
  await vi.waitFor(() => expect(element('filter-stopped').textContent).toMatch(/^stopped: [\d,]+ of [\d,]+ records searched$/))
  const stopped = result()
  await new Promise((done) => setTimeout(done, 600))
  expect(result()).toBe(stopped)
  expect(await accessibilityFaults()).toEqual([])
  await byId('filter-go-on').click()
  await vi.waitFor(() => expect(result()).toMatch(/^[1-9][\d,]* of 20K\s*42 ms$/), { timeout: 20_000 })
  expect(elements('filter-stop')).toEqual([])
})

test.each(['light', 'dark'] as const)('gaps stand beside the result, and each leads to its time by keyboard, in %s', async (theme) => {
  await openWindow({ gap: 'trimmed' }, theme)
  await vi.waitFor(() => expect(element('filter-gaps').textContent).toMatch(/^order-\w+ \d{3} has a gap \d\d:\d\d.*and \d+ more$/))
  expect(await accessibilityFaults()).toEqual([])
  element('filter-gaps').focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('filter-gap').length).toBeGreaterThan(3))
  expect(element('filter-gap').textContent).toContain('has a gap')
  expect(await accessibilityFaults()).toEqual([])
  const before = element('range').textContent
  await userEvent.keyboard('{ArrowDown}{Enter}')
  await vi.waitFor(() => expect(elements('filter-gap')).toEqual([]))
  await vi.waitFor(() => expect(element('range').textContent).not.toBe(before))
})

test('one filter language: sagas with an event in a record that matches, stopped and gone on with', async () => {
  await openBoard({ records: 2_000, sagas: { searchSteps: 40 } })
  await listed()
  const all = text('saga-count')
  await byId('saga-records').fill('type:PAYMENT_*')
  await vi.waitFor(() => expect(text('saga-searched')).toMatch(/^Found so far: [\d,]+ of [\d,]+ records searched/))
  await byId('saga-search-stop').click()
  await vi.waitFor(() => expect(text('saga-searched')).toMatch(/^Stopped: [\d,]+ of [\d,]+ records searched, more sagas may match/))
  const stopped = text('saga-searched')
  await new Promise((done) => setTimeout(done, 700))
  expect(text('saga-searched')).toBe(stopped)
  expect(await accessibilityFaults()).toEqual([])
  await byId('saga-search-go-on').click()
  await vi.waitFor(() => expect(text('saga-searched')).toMatch(/^With at least one event in a record that matches: ([\d,]+) of \1/), {
    timeout: 10_000,
  })
  const found = Number(/^\d+/.exec(text('saga-count'))?.[0])
  expect(found).toBeGreaterThan(0)
  await vi.waitFor(() => expect(elements('saga-row')).toHaveLength(Math.min(found, elements('saga-row').length)))
  await byId('saga-records').fill('type:NOBODY_SENDS_THIS')
  await vi.waitFor(() => expect(elements('sagas-no-match')).toHaveLength(1), { timeout: 10_000 })
  await byId('saga-records').fill('amont:5')
  await expect.element(byId('saga-records-fault')).toHaveTextContent('amont')
  await byId('saga-records-clear').click()
  await vi.waitFor(() => expect(text('saga-count')).toBe(all))
  expect(elements('saga-searched')).toEqual([])
})
