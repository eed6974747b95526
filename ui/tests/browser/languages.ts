// The window in Indonesian and Dutch: chosen at run time and kept, every screen wholly in it and without a fault, figures too.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { TARGET_STREAMS } from '../../src/backend/memory-writes'
import type { MemoryOptions } from '../../src/backend/memory'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'
import { clipped, untranslated } from './lib/untranslated'

afterEach(() => page.viewport(1280, 800))

const kept = (): unknown => (JSON.parse(localStorage.getItem('kinescope.window') ?? '{}') as { language?: unknown }).language
const rail = (): string | null => element('activity-explore').getAttribute('aria-label')
const everything: Partial<MemoryOptions> = { sagas: {}, targets: TARGET_STREAMS, writes: { seeded: true } }

async function choose(language: string): Promise<void> {
  await byId('appearance').click()
  await byId(`language-${language}`).click()
  await vi.waitFor(() => expect(document.activeElement).toBe(element('appearance')))
}

test('a language is chosen in the menu, spoken at once, kept, and the work stays as it was', async () => {
  await openWindow()
  await byId('record-row').nth(3).click()
  await expect.element(byId('inspector')).toBeVisible()
  await choose('nl')
  expect(document.documentElement.lang).toBe('nl')
  expect(rail()).toBe('Verkennen')
  expect(kept()).toBe('nl')
  await expect.element(byId('inspector')).toBeVisible()
  expect(document.querySelectorAll('[aria-selected="true"] [data-column="time"]')).toHaveLength(1)
  await vi.waitFor(() => expect(document.body.textContent).toMatch(/[12]\.\d{3} records/))
  await choose('id')
  expect(rail()).toBe('Jelajahi')
  expect(document.documentElement.lang).toBe('id')
  await choose('system')
  expect(rail()).toBe('Explore')
  expect(kept()).toBe('system')
  expect(document.body.textContent).toMatch(/[12],\d{3} records/)
})

test('by keyboard alone: the palette finds a language by its own name', async () => {
  await openWindow()
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
  await userEvent.keyboard('bahasa indonesia{Enter}')
  await vi.waitFor(() => expect(document.documentElement.lang).toBe('id'))
  expect(rail()).toBe('Jelajahi')
  // and its commands are found in the new language
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
  await userEvent.keyboard('bilah samping{Enter}')
  await vi.waitFor(() => expect(elements('side-bar')).toEqual([]))
})

test.each([
  ['nl-BE', 'Verkennen', /[12]\.\d{3} records/],
  ['id-ID', 'Jelajahi', /[12]\.\d{3} record/],
  ['de-DE', 'Explore', /[12]\.\d{3} records/],
  ['C', 'Explore', /[12],\d{3} records/],
])('a system of %s is spoken to in its language, or in English with its figures', async (locale, name, figure) => {
  await openWindow({ locale })
  expect(rail()).toBe(name)
  await vi.waitFor(() => expect(document.body.textContent).toMatch(figure))
})

const SCREENS = ['explore', 'streams', 'questions', 'sagas', 'publish', 'replays', 'captures', 'connections'] as const

test.each(['nl', 'id'] as const)('every screen is in %s: nothing English, nothing cut off, no accessibility fault', async (language) => {
  await openWindow({ locale: language, ...everything })
  await byId('record-row').nth(3).click()
  for (const screen of SCREENS) {
    await byId(`activity-${screen}`).click()
    const shown = screen === 'explore' ? 'record-row' : screen === 'questions' ? 'question-text' : `${screen}-view`
    await vi.waitFor(() => expect(elements(shown)).not.toEqual([]), { timeout: 15_000 })
    for (const [width, height] of [
      [1280, 800],
      [900, 700],
    ] as const) {
      await page.viewport(width, height)
      expect(untranslated(language), `${screen} at ${width}`).toEqual([])
      expect(clipped(), `${screen} at ${width}`).toEqual([])
      expect(await accessibilityFaults(), `${screen} at ${width}`).toEqual([])
    }
    await page.viewport(1280, 800)
  }
})

test.each(['nl', 'id'] as const)('menus, sheets and the first run are in %s', async (language) => {
  const first = await openWindow({ locale: language, fresh: true })
  expect(untranslated(language), 'first run').toEqual([])
  first.close()
  await byId('shortcuts').click()
  await vi.waitFor(() => expect(document.querySelector('[role=dialog]')).not.toBeNull())
  expect(untranslated(language), 'shortcuts').toEqual([])
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(document.querySelector('[role=dialog]')).toBeNull())
  await byId('appearance').click()
  expect(untranslated(language), 'appearance').toEqual([])
})
