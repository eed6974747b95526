// Changing keys by key alone: recorded, refused, taken from another command, told by sheet, palette and tooltips, kept, and reset.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { EVERY_KEY } from '../../src/every-key'
import { conflictsOf } from '../../src/base/key-conflicts'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

afterEach(() => page.viewport(1280, 800))

const kept = (): unknown => JSON.parse(localStorage.getItem('kinescope.keys') ?? '{}')
const capsOf = (id: string): string[] =>
  [...document.querySelectorAll(`[data-line="${id}"] [data-testid=remap-key]`)].map((key) => key.textContent.replaceAll(/\s/g, ''))

async function openSettings(): Promise<void> {
  await userEvent.keyboard('gk')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('remap-search')))
}

/** Records over the first key of a command, or as one more; the keys are pressed, not yet taken. */
async function record(id: string, which: 'remap-key' | 'remap-add', keys: string): Promise<void> {
  const button = document.querySelector<HTMLElement>(`[data-line="${id}"] [data-testid=${which}]`) ?? expect.fail(id)
  button.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('key-box')))
  if (keys !== '') await userEvent.keyboard(keys)
}

test('a key is changed, works at once, and is told by palette, sheet and tooltip', async () => {
  await openWindow()
  await openSettings()
  await record('window.side-bar', 'remap-key', '{Control>}{Shift>}l{/Shift}{/Control}')
  expect(element('key-box').textContent).toContain('Ctrl+Shift+L')
  expect(element('key-told').textContent).toBe('Nothing else has these keys.')
  await byId('key-take').click()
  await vi.waitFor(() => expect(capsOf('window.side-bar')).toEqual(['Ctrl+Shift+L']))
  expect(kept()).toEqual({ 'window.side-bar': ['Mod+Shift+l'] })
  expect(element('remap-changed').textContent).toBe('1 command has other keys than usual.')
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('key-settings')).toEqual([]))

  await userEvent.keyboard('{Control>}b{/Control}')
  expect(elements('side-bar')).toHaveLength(1)
  await userEvent.keyboard('{Control>}{Shift>}l{/Shift}{/Control}')
  await vi.waitFor(() => expect(elements('side-bar')).toEqual([]))
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
  await userEvent.keyboard('sidebar')
  expect(document.querySelector('[data-testid=palette-entry][aria-selected=true]')?.textContent).toContain('Ctrl+Shift+L')
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('palette')).toEqual([]))
  await userEvent.keyboard('?')
  await expect.element(byId('shortcut-sheet')).toHaveTextContent(/Show or hide the side bar ?Ctrl\+Shift\+L/)
  await userEvent.keyboard('{Escape}')
  await byId('side-bar-toggle').hover()
  await vi.waitFor(() => expect(document.querySelector('.tip')?.textContent).toContain('Ctrl+Shift+L'))
})

test('what is taken says by whom, and is taken over only when that is asked for', async () => {
  await openWindow()
  await openSettings()
  await record('explore.newest', 'remap-key', 'g')
  expect(element('key-told').textContent).toContain('g e is taken: Explore (Window).')
  expect(element('key-told').textContent).toContain('… and 10 more.')
  await byId('key-again').click()
  element('key-box').focus()
  await userEvent.keyboard('j')
  expect(element('key-told').textContent).toBe('j is taken: Next record (Records).')
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('key-change')).toEqual([]))
  expect(kept()).toEqual({})
  expect(elements('key-settings')).toHaveLength(1)

  await record('explore.newest', 'remap-key', 'j')
  await byId('key-take').click()
  await vi.waitFor(() => expect(capsOf('explore.newest')).toEqual(['j', 'End']))
  expect(capsOf('explore.next')).toEqual([])
  expect(kept()).toEqual({ 'explore.newest': ['j', 'End'], 'explore.next': [] })
  // one at a time, then all
  await document.querySelector<HTMLElement>('[data-line="explore.next"] [data-testid=remap-reset]')?.click()
  await vi.waitFor(() => expect(capsOf('explore.next')).toEqual(['j']))
  await byId('remap-reset-all').click()
  await vi.waitFor(() => expect(capsOf('explore.newest')).toEqual(['G', 'End']))
  expect(kept()).toEqual({})
  expect(element('remap-changed').textContent).toBe('All shortcuts are the usual ones.')
})

test('a sequence is recorded, a key is added, removed, and there again in the next window', async () => {
  await openWindow()
  await openSettings()
  await record('window.zone', 'remap-add', 'qz')
  expect(element('key-box').textContent.replaceAll(/\s/g, '')).toBe('qz')
  await byId('key-take').click()
  await vi.waitFor(() => expect(capsOf('window.zone')).toEqual(['u', 'qz']))
  await record('window.zone', 'remap-key', '')
  await byId('key-remove').click()
  await vi.waitFor(() => expect(capsOf('window.zone')).toEqual(['qz']))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('key-settings')).toEqual([]))
  const zone = (): string => (JSON.parse(localStorage.getItem('kinescope.window') ?? '{}') as { zone: string }).zone
  const before = zone()
  await userEvent.keyboard('u')
  expect(zone()).toBe(before)
  await userEvent.keyboard('qz')
  await vi.waitFor(() => expect(zone()).not.toBe(before))
})

test('keys that were kept are there from the start, and what is no key is not taken', async () => {
  localStorage.setItem(
    'kinescope.keys',
    JSON.stringify({ 'window.zone': ['z z z'], 'window.side-bar': ['<b>'], 'explore.live': 'l', 'window.keys': ['Mod+h'], gone: ['x'] }),
  )
  await openWindow()
  await userEvent.keyboard('{Control>}h{/Control}')
  await expect.element(byId('shortcut-sheet')).toBeVisible()
  await byId('keys-change').click()
  await vi.waitFor(() => expect(capsOf('window.keys')).toEqual(['Ctrl+H']))
  expect([capsOf('window.zone'), capsOf('window.side-bar'), capsOf('explore.live')]).toEqual([['u'], ['Ctrl+B'], ['l']])
})

test('every command that any screen has can be changed, and the usual keys get into nobody’s way', async () => {
  await openWindow()
  for (const screen of elements('activity-explore')[0]?.parentElement?.querySelectorAll('button') ?? []) {
    screen.click()
    await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull())
    await userEvent.keyboard('?')
    await expect.element(byId('shortcut-sheet')).toBeVisible()
    const titles = [...element('shortcut-sheet').querySelectorAll('.line')].map((line) => line.querySelector('span')?.textContent ?? '')
    const known = new Set(EVERY_KEY.map((line) => line.title()))
    expect(titles.length).toBeGreaterThan(10)
    expect(titles.filter((title) => !known.has(title))).toEqual([])
    await userEvent.keyboard('{Escape}')
    await vi.waitFor(() => expect(elements('shortcut-sheet')).toEqual([]))
  }
  const clashes = EVERY_KEY.flatMap((line) =>
    line.keys.flatMap((keys) =>
      conflictsOf(EVERY_KEY, (one) => one.keys, line, keys).map((other) => `${line.id} ${keys} ${other.line.id}`),
    ),
  )
  // stepping out of a saga comes before stepping out of what is behind it
  expect(clashes.sort()).toEqual(['sagas.close Escape window.leave', 'window.leave Escape sagas.close'])
  expect(new Set(EVERY_KEY.map((line) => line.id)).size).toBe(EVERY_KEY.length)
})

test.each(['light', 'dark'] as const)('no accessibility fault in %s, wide and narrow', async (theme) => {
  await openWindow({}, theme)
  await openSettings()
  await record('explore.newest', 'remap-key', 'j')
  expect(await accessibilityFaults()).toEqual([])
  await page.viewport(640, 420)
  expect(await accessibilityFaults()).toEqual([])
  const box = element('key-settings')
  expect(box.scrollWidth).toBeLessThanOrEqual(box.clientWidth)
})
