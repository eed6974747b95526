// How the saga screens look: nothing sticks out of a narrow window, and axe finds nothing wrong in light and in dark.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { nameOf } from '../../src/views/sagas/words'
import { LOADING, listed, openBoard, openSaga } from './lib/sagas'

afterEach(() => page.viewport(1280, 800))

test('at 900 px nothing sticks out of the saga screens', async () => {
  await page.viewport(900, 700)
  await openBoard()
  await openSaga('compensated')
  await userEvent.keyboard('j')
  for (const place of ['board', 'definitions', 'entity']) {
    await byId(`place-${place}`).click()
    const out = [...document.querySelectorAll<HTMLElement>('main button, main input, main select, main h2')]
      .filter(
        (one) =>
          one.offsetParent !== null && one.closest('[data-testid="saga-graph"]') === null && one.getBoundingClientRect().right > 900.5,
      )
      .map((one) => one.textContent)
    expect(out, place).toEqual([])
  }
})

test.each(['light', 'dark'] as const)('axe finds nothing wrong on any saga screen in %s', async (theme) => {
  await openBoard({}, theme)
  await listed()
  expect(await accessibilityFaults(), 'list').toEqual([])
  for (const list of ['variants', 'durations', 'unanswered']) {
    await byId(`list-${list}`).click()
    expect(await accessibilityFaults(), list).toEqual([])
  }
  await byId('list-sagas').click()
  await openSaga('completedWithFindings')
  await userEvent.keyboard('jjj')
  for (const tab of ['timeline', 'sequence', 'graph', 'events', 'state', 'findings', 'compare']) {
    await byId(`saga-tab-${tab}`).click()
    await vi.waitFor(() => expect(elements('saga-content')[0]?.textContent).not.toBe(''))
    expect(await accessibilityFaults(), tab).toEqual([])
  }
  await byId('saga-otlp').click()
  await vi.waitFor(() => expect(elements('saga-otlp-dialog')).toHaveLength(1))
  expect(await accessibilityFaults(), 'otlp').toEqual([])
  await userEvent.keyboard('{Escape}')
  await byId('place-definitions').click()
  await page.getByText('refunds', { exact: true }).click()
  await vi.waitFor(() => expect(element('definition-text').dataset.loaded).toBe('true'), LOADING)
  expect(await accessibilityFaults(), 'definitions').toEqual([])
  await byId('place-entity').click()
  await byId('entity-key').fill('ord-70004')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('entity-slider')).toHaveLength(1))
  expect(await accessibilityFaults(), 'entity').toEqual([])
})

test('a key that was used again is told apart from its first use', () => {
  expect(nameOf({ key: 'ord-7', life: 0 })).toBe('ord-7')
  expect(nameOf({ key: 'ord-7', life: 1 })).toBe('ord-7 (use 2)')
})
