// Tabs of the explorer, by key alone: each with its own filter, range and record; closed, reopened, side by side, and there again
// in the next window.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

afterEach(() => page.viewport(1280, 800))

const filter = (): string => (element('filter-input') as HTMLInputElement).value
/** The records that the table shows: its rows are those and the gaps between them. */
const rows = (): number => Number(document.querySelector('[data-testid=filter-result]')?.textContent.replaceAll(',', '').match(/\d+/)?.[0])
const titles = (): string[] => elements('tab').map((tab) => tab.textContent.trim())
const front = (): string => document.querySelector('[data-testid=tab][aria-current]')?.textContent.trim() ?? ''
const ctrl = (keys: string): Promise<void> => userEvent.keyboard(`{Control>}${keys}{/Control}`)

async function ask(text: string): Promise<void> {
  const before = rows()
  await userEvent.keyboard('/')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('filter-input')))
  await userEvent.keyboard(`${text}{Enter}{Escape}`)
  await vi.waitFor(() => expect(rows()).not.toBe(before))
}
async function newTab(count: number): Promise<void> {
  await ctrl('t')
  await vi.waitFor(() => expect(titles()).toHaveLength(count))
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
}

test('each tab has its own filter, rows and record, and no tab ends what another asks', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  const all = rows()
  expect(elements('tab-bar')).toEqual([])
  await ask('stream:order-commands')
  const commands = rows()
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  const type = element('inspector-type').textContent

  await newTab(2)
  expect(titles()).toEqual(['stream:order-commands', 'All captures'])
  expect([filter(), rows(), elements('inspector-type').length]).toEqual(['', all, 0])
  await ask('stream:order-events')
  const events = rows()
  expect(events).not.toBe(commands)

  await ctrl('{Tab}')
  await vi.waitFor(() => expect([front(), filter(), rows()]).toEqual(['stream:order-commands', 'stream:order-commands', commands]))
  await vi.waitFor(() => expect(element('inspector-type').textContent).toBe(type))
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await ctrl('2')
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-events', events]))
  expect(elements('inspector-type')).toEqual([])
  await ctrl('{Shift>}{Tab}{/Shift}')
  await vi.waitFor(() => expect(front()).toBe('stream:order-commands'))
})

test('a closed tab comes back as it was, at its place; the last one stays', async () => {
  await openWindow()
  await newTab(2)
  await ask('stream:order-commands')
  await newTab(3)
  await ctrl('2')
  await ctrl('w')
  await vi.waitFor(() => expect(titles()).toEqual(['All captures', 'All captures']))
  await ctrl('{Shift>}t{/Shift}')
  await vi.waitFor(() => expect(titles()).toEqual(['All captures', 'stream:order-commands', 'All captures']))
  await vi.waitFor(() => expect(filter()).toBe('stream:order-commands'))
  expect(front()).toBe('stream:order-commands')
  for (const left of [2, 1]) {
    await ctrl('w')
    await vi.waitFor(() => expect(elements('tab').length).toBe(left === 1 ? 0 : left))
  }
  await ctrl('w')
  await vi.waitFor(() => expect(elements('explore-pane')).toHaveLength(1))
})

test('a tab is closed by its cross and by Delete, and the keyboard stays in the bar', async () => {
  await openWindow()
  await newTab(2)
  await newTab(3)
  elements('tab')[1]?.focus()
  await userEvent.keyboard('{Delete}')
  await vi.waitFor(() => expect(titles()).toHaveLength(2))
  await vi.waitFor(() => expect(document.activeElement).toBe(elements('tab')[1]))
  elements('tab-close')[0]?.click()
  await vi.waitFor(() => expect(elements('tab-bar')).toEqual([]))
})

test('more tabs than views stay open: those that rest are opened again as they were', async () => {
  const backend = await openWindow()
  const closed = vi.spyOn(backend, 'closeView')
  await ask('stream:order-commands')
  const commands = rows()
  for (const count of [2, 3, 4, 5, 6]) await newTab(count)
  expect(closed).toHaveBeenCalled()
  await ctrl('1')
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-commands', commands]))
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
})

test('two tabs stand side by side, each with its own view, and keys act where the keyboard is', async () => {
  await page.viewport(1600, 900)
  await openWindow()
  await ask('stream:order-commands')
  await newTab(2)
  await ctrl('\\')
  await vi.waitFor(() => expect(elements('explore-pane')).toHaveLength(2))
  const inputs = (): string[] => elements('filter-input').map((input) => (input as HTMLInputElement).value)
  await vi.waitFor(() => expect(inputs()).toEqual(['stream:order-commands', '']))
  elements('filter-input')[0]?.focus()
  await vi.waitFor(() => expect(front()).toBe('stream:order-commands'))
  await userEvent.keyboard('{Escape}k')
  const panes = elements('explore-pane')
  await vi.waitFor(() => expect(panes[0]?.querySelector('[data-testid=inspector-type]')).not.toBeNull())
  expect(panes[1]?.querySelector('[data-testid=inspector-type]')).toBeNull()
  elements('filter-input')[1]?.focus()
  await userEvent.keyboard('{Escape}k')
  await vi.waitFor(() => expect(panes[1]?.querySelector('[data-testid=inspector-type]')).not.toBeNull())
  expect(await accessibilityFaults()).toEqual([])
  await ctrl('\\')
  await vi.waitFor(() => expect(elements('explore-pane')).toHaveLength(1))
  expect(titles()).toHaveLength(2)
})

test('the next window has the tabs again, with filter, record and split; those of another workspace are none of it', async () => {
  await openWindow()
  await ask('stream:order-commands')
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  await newTab(2)
  await ask('stream:order-events')
  await ctrl('1')
  await vi.waitFor(() => expect(front()).toBe('stream:order-commands'))
  await cleanup()
  const kept = localStorage.getItem('kinescope.tabs') ?? ''
  await openWindow()
  await vi.waitFor(() => expect(titles()).toEqual(['stream:order-commands', 'stream:order-events']))
  await vi.waitFor(() => expect([front(), filter()]).toEqual(['stream:order-commands', 'stream:order-commands']))
  await expect.element(byId('inspector-type')).toBeVisible()
  await cleanup()
  localStorage.setItem('kinescope.tabs', kept.replace(/"workspace":"[^"]*"/, '"workspace":"/elsewhere.kscope"'))
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  expect([elements('tab-bar').length, filter()]).toEqual([0, ''])
})

test('tabs that were spoilt are left out', async () => {
  localStorage.setItem('kinescope.tabs', '{"workspace":"/w","looks":[{"captures":"all"}],"shown":[9],"side":4}')
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  expect(elements('tab-bar')).toEqual([])
})

test.each(['light', 'dark'] as const)('no accessibility fault in %s, wide and narrow', async (theme) => {
  await openWindow({}, theme)
  await newTab(2)
  await ask('stream:order-commands')
  await newTab(3)
  expect(await accessibilityFaults()).toEqual([])
  await page.viewport(640, 420)
  expect(await accessibilityFaults()).toEqual([])
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(640)
})
