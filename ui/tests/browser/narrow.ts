// Small windows: nothing sticks out, nothing lies over something else, in light and in dark.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { byId, element, elements, openWindow } from './lib/page'

afterEach(() => page.viewport(1280, 800))

/** Texts and controls that end beyond the window. The record table has its own way to the side. */
function sticksOut(): string[] {
  const seen = [...document.querySelectorAll<HTMLElement>('button, input, select, h1, h2, h3, dt, dd, footer .item')]
  return seen
    .filter((one) => one.offsetParent !== null && one.closest('[role="grid"]') === null)
    .filter((one) => one.getBoundingClientRect().right > window.innerWidth + 0.5)
    .map((one) => `${one.tagName} ${one.textContent ?? ''}`.slice(0, 120))
}

/** Items of the status bar, side by side. */
function overlaps(): string[] {
  const items = [...document.querySelectorAll<HTMLElement>('footer .item')]
    .filter((one) => one.offsetParent !== null)
    .map((one) => ({ one, box: one.getBoundingClientRect() }))
  return items.flatMap(({ one, box }, i) => {
    const next = items[i + 1]
    return next && box.right > next.box.left + 0.5 ? [`${one.textContent} / ${next.one.textContent}`] : []
  })
}

test.each(['light', 'dark'] as const)('at 900 px every screen fits in %s', async (theme) => {
  await page.viewport(900, 700)
  await openWindow({}, theme)
  for (const screen of ['explore', 'streams', 'captures', 'connections']) {
    await byId(`activity-${screen}`).click()
    await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull())
    expect(sticksOut(), screen).toEqual([])
    expect(overlaps(), screen).toEqual([])
  }
})

test.each(['light', 'dark'] as const)('at the smallest size every screen fits in %s, and records stay in sight', async (theme) => {
  await page.viewport(640, 420)
  await openWindow({}, theme)
  for (const screen of ['streams', 'captures', 'connections', 'explore']) {
    await byId(`activity-${screen}`).click()
    await vi.waitFor(() => expect(document.querySelector('main')).not.toBeNull())
    expect(sticksOut(), screen).toEqual([])
    expect(overlaps(), screen).toEqual([])
  }
  const inSight = (): number => elements('record-row').filter((row) => row.getBoundingClientRect().top < 380).length
  await vi.waitFor(() => expect(inSight()).toBeGreaterThan(3))
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  await vi.waitFor(() => expect(document.querySelector('[data-testid=record-row][aria-selected=true]')).not.toBeNull())
  expect(sticksOut()).toEqual([])
})

test('of three doors two stand side by side at 900 px, and the third has a row of its own', async () => {
  await page.viewport(900, 700)
  await openWindow({ fresh: true, records: 0 })
  await vi.waitFor(() => expect(elements('doors')).toHaveLength(1))
  const [first, second, third] = [...element('doors').querySelectorAll('.door')].map((door) => door.getBoundingClientRect())
  if (!first || !second || !third) expect.fail('three doors')
  expect(second.top).toBe(first.top)
  expect(third.left).toBe(first.left)
  expect(third.right).toBeCloseTo(second.right, 0)
  expect(sticksOut()).toEqual([])
})

test('no label of the time axis is cut by the word for now', async () => {
  await openWindow()
  for (const width of [1280, 1180, 1080, 980, 900]) {
    await page.viewport(width, 800)
    await vi.waitFor(() => expect(elements('histogram')).toHaveLength(1))
    const now = element('histogram').querySelector('.now span')?.getBoundingClientRect()
    const labels = [...element('histogram').querySelectorAll('.tick')].filter((tick) => tick.textContent !== '')
    if (!now) expect.fail('now is in sight')
    expect(labels.length).toBeGreaterThan(1)
    for (const label of labels) {
      const range = document.createRange()
      range.selectNodeContents(label)
      const box = range.getBoundingClientRect()
      expect(box.right <= now.left || box.left >= now.right, `${label.textContent} at ${width} px`).toBe(true)
    }
  }
})
