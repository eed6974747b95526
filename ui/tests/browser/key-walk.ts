// Each screen by key alone: Tab comes to everything that can be pressed, and out of it again. What takes no Tab of its own stands in
// a list, a table or a bar of tabs whose arrows lead to it, or has a key in the registry.
import axe from 'axe-core'
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { byId, elements, openWindow } from './lib/page'
import { listed, LOADING } from './lib/sagas'

afterEach(() => page.viewport(1280, 800))

const PRESSED = 'button, a[href], input, select, textarea, summary, [role=button], [role=slider], [role=separator][aria-valuenow]'
/** Whose own arrows move within it. */
const COMPOSITE =
  '[role=grid], [role=tree], [role=tablist], [role=listbox], [role=menu], input[type=radio], ul:has([tabindex="0"]):has([tabindex="-1"])'
const MOST_STEPS = 400

const isSeen = (one: HTMLElement): boolean =>
  one.checkVisibility({ visibilityProperty: true }) && !one.matches(':disabled') && one.closest('[aria-hidden=true], [inert]') === null
const told = (one: HTMLElement): string =>
  one.dataset['testid'] ?? one.getAttribute('aria-label') ?? `${one.tagName} ${one.className} ${one.textContent.slice(0, 40)}`

/** Everything that has the focus on the way by Tab from the window's first button until it leaves the window. */
async function walked(): Promise<Set<Element>> {
  const first = elements('side-bar-toggle')[0] ?? expect.fail('no first button')
  const met = new Set<Element>([first])
  first.focus()
  for (let step = 0; ; step += 1) {
    expect(step, 'Tab is caught in something').toBeLessThan(MOST_STEPS)
    await userEvent.keyboard('{Tab}')
    const at = document.activeElement
    if (!at || at === document.body || at === first) break
    met.add(at)
    expect(at.checkVisibility({ visibilityProperty: true }), `${told(at as HTMLElement)} has the focus and is not seen`).toBe(true)
  }
  return met
}

type Screen = 'explore' | 'streams' | 'questions' | 'sagas' | 'publish' | 'replays' | 'captures' | 'connections' | 'activity'
const SCREENS: readonly Screen[] = ['explore', 'streams', 'questions', 'sagas', 'publish', 'replays', 'captures', 'connections', 'activity']

/** The screen with something in it that can be pressed. */
async function filled(screen: Screen): Promise<void> {
  await openWindow({ targets: ['order-slow'], sagas: {} })
  await byId(`activity-${screen}`).click()
  await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull(), LOADING)
  if (screen === 'explore') {
    await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
    await userEvent.keyboard('k')
    await expect.element(byId('inspector-type')).toBeVisible()
    await userEvent.keyboard('{Control>}t{/Control}')
    await vi.waitFor(() => expect(elements('tab')).toHaveLength(2))
    await userEvent.keyboard('{Control>}1{/Control}')
    await expect.element(byId('inspector-type')).toBeVisible()
  }
  if (screen === 'streams') await byId('stream-row').first().click()
  if (screen === 'sagas') {
    await listed()
    await byId('saga-row').first().click()
    await vi.waitFor(() => expect(elements('saga-sentence')).toHaveLength(1))
  }
  if (screen === 'activity') {
    await vi.waitFor(() => expect(elements('activity-row').length).toBeGreaterThan(3))
    await byId('activity-row').first().click()
    // it goes on filling, and what comes would be met by nobody
    await byId('activity-held').click()
  }
}

test.each(SCREENS)('%s', async (screen) => {
  await filled(screen)
  const pressed = [...document.querySelectorAll<HTMLElement>(PRESSED)].filter(isSeen)
  expect(pressed.length).toBeGreaterThan(10)
  const met = await walked()
  const missed = pressed.filter((one) => one.isConnected && isSeen(one) && !met.has(one) && one.closest(COMPOSITE) === null)
  expect(missed.map(told)).toEqual([])
})

test('jobs: Tab goes round everything in the panel, and Escape leads back', async () => {
  await openWindow()
  await userEvent.keyboard('gj')
  await expect.element(byId('jobs')).toBeVisible()
  const panel = elements('jobs')[0] ?? expect.fail('no panel')
  await vi.waitFor(() => expect(panel.contains(document.activeElement)).toBe(true))
  const pressed = [...panel.querySelectorAll<HTMLElement>(PRESSED)].filter(isSeen)
  expect(pressed.length).toBeGreaterThan(0)
  const met = new Set<Element | null>([document.activeElement])
  for (let step = 0; step < pressed.length + 1; step += 1) {
    await userEvent.keyboard('{Tab}')
    expect(panel.contains(document.activeElement)).toBe(true)
    met.add(document.activeElement)
  }
  expect(pressed.filter((one) => !met.has(one)).map(told)).toEqual([])
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('jobs')).toEqual([]))
})

test.each(SCREENS)('%s: what is pressed is 24 pixels high and wide, or stands apart', async (screen) => {
  await filled(screen)
  const { violations } = await axe.run(document, { runOnly: { type: 'rule', values: ['target-size'] } })
  expect(violations.flatMap(({ nodes }) => nodes.map((node) => `${node.html.slice(0, 140)} ${node.failureSummary ?? ''}`))).toEqual([])
})
