// The command palette and "copy as", by keyboard: found by a few letters, run in their place, and refused where they cannot be.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import { copiedTexts } from './lib/clipboard'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

afterEach(() => page.viewport(1280, 800))

const titles = (): string[] => elements('palette-entry').map((one) => one.querySelector('.title')?.textContent ?? '')
const chosen = (): string => document.querySelector('[data-testid=palette-entry][aria-selected=true] .title')?.textContent ?? ''

async function openPalette(): Promise<void> {
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
}

test.each(['light', 'dark'] as const)('no accessibility fault in %s, wide and narrow', async (theme) => {
  await openWindow({}, theme)
  await openPalette()
  await vi.waitFor(() => expect(elements('palette-entry').length).toBeGreaterThan(20))
  expect(await accessibilityFaults()).toEqual([])
  await page.viewport(640, 420)
  expect(await accessibilityFaults()).toEqual([])
  expect(element('palette').getBoundingClientRect().bottom).toBeLessThanOrEqual(420)
})

test('a few letters find a command, its keys are told, and Enter runs it where the focus was', async () => {
  await openWindow()
  await openPalette()
  await userEvent.keyboard('sidebar')
  expect(chosen()).toBe('Show or hide the side bar')
  expect(document.querySelector('[data-testid=palette-entry][aria-selected=true]')?.textContent).toContain('Ctrl+B')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('palette')).toEqual([]))
  await vi.waitFor(() => expect(elements('side-bar')).toEqual([]))
  // also from a text field
  await userEvent.keyboard('/')
  await vi.waitFor(() => expect(document.activeElement?.tagName).toBe('INPUT'))
  const field = document.activeElement
  await openPalette()
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(document.activeElement).toBe(field))
})

test('arrows go round, and what matches nothing says so', async () => {
  await openWindow()
  await openPalette()
  const first = chosen()
  await userEvent.keyboard('{ArrowUp}')
  expect(chosen()).toBe(titles().at(-1))
  await userEvent.keyboard('{ArrowDown}')
  expect(chosen()).toBe(first)
  await userEvent.keyboard('qqqq')
  await expect.element(byId('palette')).toHaveTextContent('Nothing is called that')
  await userEvent.keyboard('{Enter}')
  expect(elements('palette')).toHaveLength(1)
})

test('streams, captures and themes are places of it too', async () => {
  await openWindow()
  await openPalette()
  await userEvent.keyboard('order-ev')
  expect(chosen()).toBe('order-events')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('streams-view')).toBeVisible()
  await expect.element(byId('streams-view')).toHaveTextContent('arn:aws:kinesis:eu-west-1:000000000000:stream/order-events')
  await openPalette()
  await userEvent.keyboard('appearance dark')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(document.documentElement.dataset['theme']).toBe('dark'))
})

test('commands that cannot be run now are not offered', async () => {
  await openWindow()
  await openPalette()
  await userEvent.keyboard('copy as curl')
  await vi.waitFor(() => expect(titles()).toEqual([]))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('palette')).toEqual([]))
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  await openPalette()
  await userEvent.keyboard('curl')
  expect(chosen()).toBe('Copy as curl command')
})

test('a record is copied in the form that was asked for, by keys and by the inspector’s menu', async () => {
  const copied = copiedTexts()
  const backend = await openWindow()
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  await userEvent.keyboard('yl')
  await vi.waitFor(() => expect(copied).toHaveLength(1))
  expect(copied[0]).toMatch(/^lambdaEvent of \{/)
  await byId('copy-as').click()
  await byId('copy-hex').click()
  await vi.waitFor(() => expect(copied).toHaveLength(2))
  expect(copied[1]).toMatch(/^hex of /)

  backend.recordCopy = () => Promise.reject(new CommandFault('invalid', 'the payload is not text: copy it as Base64 or hex', null))
  await userEvent.keyboard('yy')
  await vi.waitFor(() => expect(document.body.textContent).toContain('copy it as Base64 or hex'))
  expect(copied).toHaveLength(2)
})

test('the clipboard is asked while the key is handled, and the text follows', async () => {
  const copied = copiedTexts()
  const backend = await openWindow()
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  let give: (text: string) => void = () => undefined
  backend.recordCopy = () => new Promise((resolve) => (give = resolve))
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'y', bubbles: true }))
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'y', bubbles: true }))
  expect(navigator.clipboard.write, 'before the program has answered').toHaveBeenCalledOnce()
  expect(copied).toEqual([])
  give('at last')
  await vi.waitFor(() => expect(copied).toEqual(['at last']))
  await vi.waitFor(() => expect(document.body.textContent).toContain('Copied'))
})
