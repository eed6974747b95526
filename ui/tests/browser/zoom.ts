// How large the window is drawn: by key and in the settings, kept, and told to the program; and every screen in the room that
// is left of 1280 x 800 at 200 %.
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { memoryBackend } from '../../src/backend/memory'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

beforeEach(() => sessionStorage.clear())
afterEach(() => page.viewport(1280, 800))

const kept = (): unknown => (JSON.parse(localStorage.getItem('kinescope.window') ?? '{}') as Record<string, unknown>)['zoomPercent']

async function openZoomed(): Promise<number[]> {
  const told: number[] = []
  const backend = memoryBackend({ records: 2_000 })
  backend.zoomWindow = async (percent) => void told.push(percent)
  await openWindow({}, 'light', backend)
  return told
}

test('keys zoom the window a step at a time, and back to its usual size', async () => {
  const told = await openZoomed()
  expect(told, 'a window opens at its usual size').toEqual([])
  await userEvent.keyboard('{Control>}={/Control}')
  await vi.waitFor(() => expect(told).toEqual([110]))
  await userEvent.keyboard('{Control>}{Shift>}+{/Shift}{/Control}')
  await vi.waitFor(() => expect(told).toEqual([110, 125]))
  await userEvent.keyboard('{Control>}-{/Control}')
  await vi.waitFor(() => expect(told).toEqual([110, 125, 110]))
  expect(kept()).toBe(110)
  element('filter-input').focus()
  await userEvent.keyboard('{Control>}0{/Control}')
  await vi.waitFor(() => expect(told).toEqual([110, 125, 110, 100]))
})

test('the settings have each size, and another window takes it over', async () => {
  const told = await openZoomed()
  await userEvent.keyboard('g,')
  await byId('settings-zoom-200').click()
  await vi.waitFor(() => expect(told).toEqual([200]))
  expect(kept()).toBe(200)
  localStorage.setItem('kinescope.window', JSON.stringify({ zoomPercent: 80 }))
  window.dispatchEvent(new StorageEvent('storage', { key: 'kinescope.window' }))
  await vi.waitFor(() => expect(told).toEqual([200, 80]))
  expect(await accessibilityFaults()).toEqual([])
})

test('where the window cannot be zoomed, that is said', async () => {
  const backend = memoryBackend({ records: 100 })
  backend.zoomWindow = () => Promise.reject(new Error('no such view'))
  await openWindow({}, 'light', backend)
  await userEvent.keyboard('{Control>}={/Control}')
  await vi.waitFor(() => expect(document.body.textContent).toContain('no such view'))
})

test('at 200 % of 1280 x 800 every setting can be reached', async () => {
  await page.viewport(640, 400)
  await openWindow()
  await userEvent.keyboard('g,')
  await vi.waitFor(() => expect(elements('settings-about')).toHaveLength(1))
  const dialog = element('window-settings')
  for (const one of dialog.querySelectorAll<HTMLElement>('input, button')) {
    one.scrollIntoView({ block: 'nearest' })
    const box = one.getBoundingClientRect()
    const name = one.dataset['testid'] ?? one.textContent
    expect([box.left >= 0, box.right <= 640.5, box.top >= -0.5, box.bottom <= 400.5], name).toEqual([true, true, true, true])
  }
})
