// A stretch of time in words: by key or from the menu of ranges, understood in both zones before it is shown, and brushed then.
import { beforeEach, expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

const NOW = Date.UTC(2026, 3, 11, 7, 3, 22, 118)
beforeEach(() => sessionStorage.clear())

const rows = (): number => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount'))

async function openDialog(theme: 'light' | 'dark' = 'light'): Promise<void> {
  await openWindow({ now: () => NOW }, theme)
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(3))
  await userEvent.keyboard('i')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('range-text')))
}

test('by key: what is typed is understood in both zones, and then shown', async () => {
  await openDialog()
  const all = rows()
  await userEvent.keyboard('now-15m')
  await vi.waitFor(() => expect(element('range-read-utc').textContent).toBe('2026-04-11 06:48:22.118 UTC – 2026-04-11 07:03:22.118 UTC'))
  expect(element('range-read-local').textContent).toBe('2026-04-11 13:48:22.118 UTC+7 – 2026-04-11 14:03:22.118 UTC+7')
  expect(rows(), 'nothing is shown before it was asked for').toBe(all)
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('range-dialog')).toEqual([]))
  await vi.waitFor(() => expect(rows()).toBeLessThan(all))
  expect(element('brush-chip').textContent).toContain('06:48:22 – 07:03:22')
})

test('what cannot be read is said, and not shown', async () => {
  await openDialog()
  await userEvent.keyboard('soon{Enter}')
  await vi.waitFor(() => expect(element('range-read').textContent).toContain('No time can be read'))
  expect(element('range-text').getAttribute('aria-invalid')).toBe('true')
  expect((element('range-show') as HTMLButtonElement).disabled).toBe(true)
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('range-dialog')).toEqual([]))
  expect(elements('brush-chip')).toEqual([])
})

test('a time in which nothing was captured is said to be one', async () => {
  await openDialog()
  await userEvent.keyboard('2020-01-01T00:00:00Z..2020-01-02T00:00:00Z')
  await expect.element(byId('range-outside')).toBeVisible()
})

test.each(['light', 'dark'] as const)('from the menu, without accessibility faults in %s', async (theme) => {
  await openWindow({ now: () => NOW }, theme)
  await byId('range').click()
  await byId('range-typed').click()
  await vi.waitFor(() => expect(document.activeElement).toBe(element('range-text')))
  await byId('range-text').fill('now-15m')
  await expect.element(byId('range-read-utc')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})
