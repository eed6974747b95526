// The settings of the window in one place, by key alone and in every theme; and high contrast, which keeps more than the others.
import axe from 'axe-core'
import { expect, onTestFinished, test, vi } from 'vitest'
import { cdp, userEvent } from 'vitest/browser'
import { memoryBackend } from '../../src/backend/memory'
import { THEMES } from '../../src/state/settings.svelte'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

const kept = (): Record<string, unknown> => JSON.parse(localStorage.getItem('kinescope.window') ?? '{}') as Record<string, unknown>
const chosen = (group: string): string =>
  element(group).querySelector('input:checked')?.closest('label')?.textContent.trim() ?? expect.fail(group)

async function openSettings(): Promise<void> {
  await userEvent.keyboard('{Control>},{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('settings-search')))
}

test.each(THEMES)('no accessibility fault in %s', async (theme) => {
  await openWindow()
  await openSettings()
  await byId(`settings-theme-${theme}`).click()
  expect(document.documentElement.dataset['theme']).toBe(theme)
  expect(kept()['theme']).toBe(theme)
  expect(await accessibilityFaults()).toEqual([])
})

test.each(['contrast-light', 'contrast-dark'] as const)('texts of the whole window keep 7:1 in %s', async (theme) => {
  await openWindow()
  await openSettings()
  await byId(`settings-theme-${theme}`).click()
  const faults = async (): Promise<string[]> => {
    const { violations } = await axe.run(document, { runOnly: { type: 'rule', values: ['color-contrast-enhanced'] } })
    return violations.flatMap(({ nodes }) => nodes.map((node) => `${node.html.slice(0, 120)} ${node.failureSummary ?? ''}`))
  }
  expect(await faults()).toEqual([])
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('window-settings')).toEqual([]))
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(3))
  await byId('record-row').nth(2).click()
  await expect.element(byId('json-tree')).toBeVisible()
  expect(await faults()).toEqual([])
  expect(getComputedStyle(document.body).backgroundColor).toBe(theme === 'contrast-dark' ? 'rgb(0, 0, 0)' : 'rgb(255, 255, 255)')
})

test('a system that asks for more contrast gets it, and no other', async () => {
  const asked = async (value: string): Promise<void> => {
    await cdp().send('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-contrast', value }] })
  }
  onTestFinished(() => asked('no-preference'))
  await openWindow()
  const worn = (): string | undefined => document.documentElement.dataset['contrast']
  expect(worn()).toBe('no-preference')
  const usual = getComputedStyle(document.body).color
  await asked('more')
  await vi.waitFor(() => expect(worn()).toBe('more'))
  expect(getComputedStyle(document.body).color).toBe('rgb(0, 0, 0)')
  await asked('no-preference')
  await vi.waitFor(() => expect(getComputedStyle(document.body).color).toBe(usual))
})

test('theme, rows, zone and letters are set by key alone, at once, and kept', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(3))
  await openSettings()
  element('settings-density-default').focus()
  await userEvent.keyboard('{ArrowRight}')
  await vi.waitFor(() => expect(elements('record-row')[0]?.getBoundingClientRect().height).toBe(32))
  element('settings-zone-utc').focus()
  await userEvent.keyboard('{ArrowLeft}')
  expect(kept()).toMatchObject({ density: 'comfortable', zone: 'local' })
  await vi.waitFor(() => expect(element('status-zone').textContent).toBe('UTC+7'))
  element('settings-single').focus()
  await userEvent.keyboard(' ')
  expect(kept()['singleKeys']).toBe(false)
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('window-settings')).toEqual([]))
  await userEvent.keyboard('g,')
  expect(elements('window-settings')).toEqual([])
})

test('the letters lead to the settings, too, and keys have their own', async () => {
  await openWindow()
  await userEvent.keyboard('g,')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('settings-search')))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('window-settings')).toEqual([]))
  await userEvent.keyboard('gk')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('remap-search')))
  expect(elements('window-settings')).toEqual([])
})

test('the native dialogs are told the language, at the start and with every choice', async () => {
  const backend = memoryBackend({ records: 200 })
  const told: string[] = []
  backend.speakLanguage = async (choice) => void told.push(choice)
  await openWindow({}, 'light', backend)
  await openSettings()
  await byId('settings-language-nl').click()
  await vi.waitFor(() => expect(told).toEqual(['system', 'nl']))
  await byId('settings-language-system').click()
  await vi.waitFor(() => expect(told).toEqual(['system', 'nl', 'system']))
})

test('another language is spoken at once, and the settings stay open', async () => {
  await openWindow()
  await openSettings()
  await byId('settings-language-nl').click()
  await vi.waitFor(() => expect(document.querySelector('[role=dialog] h2')?.textContent).toBe('Instellingen'))
  expect(chosen('settings-language')).toBe('Nederlands')
  await byId('settings-language-en').click()
  await vi.waitFor(() => expect(document.querySelector('[role=dialog] h2')?.textContent).toBe('Settings'))
})

test('a word finds its setting, and what there is none of is said', async () => {
  await openWindow()
  await openSettings()
  await userEvent.keyboard('contrast')
  await vi.waitFor(() => expect(elements('settings-theme')).toHaveLength(1))
  expect(elements('settings-density')).toEqual([])
  expect(elements('settings-about')).toEqual([])
  await byId('settings-search').fill('zzz')
  await expect.element(byId('window-settings')).toHaveTextContent('No setting is called that')
})

test('keys and masking rules are a step from it, and the program says what it is', async () => {
  await openWindow()
  await byId('appearance').click()
  await byId('settings-open').click()
  await expect.element(byId('settings-about')).toHaveTextContent(/Kinescope \d+\.\d+\.\d+, with SQLite \d/)
  await expect.element(byId('window-settings')).toHaveTextContent('kinescope --safe-rendering')
  await byId('settings-keys').click()
  await vi.waitFor(() => expect(document.activeElement).toBe(element('remap-search')))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('key-settings')).toEqual([]))
  expect(elements('window-settings')).toHaveLength(1)
  await byId('settings-mask').click()
  await expect.element(byId('mask-settings')).toBeVisible()
})
