// The way back through what was looked at, and undoing: by keys, by a mouse's side buttons, and never in a text field.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { byId, element, elements, openWindow } from './lib/page'

const filter = (): string => (element('filter-input') as HTMLInputElement).value
const rows = (): number => Number(document.querySelector('[role=grid]')?.getAttribute('aria-rowcount'))
/** Longer than what is one act with what came before. */
const rest = (): Promise<void> => new Promise((done) => setTimeout(done, 1_100))

async function ask(text: string): Promise<void> {
  await rest()
  const before = rows()
  await byId('filter-input').fill(text)
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(rows()).not.toBe(before))
  element('filter-input').blur()
}

test('Alt and the arrows lead back and forward through filters and ranges', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  const all = rows()
  await ask('stream:order-commands')
  const commands = rows()
  await ask('stream:order-events')
  const events = rows()
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}')
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-commands', commands]))
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}')
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['', all]))
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}')
  await userEvent.keyboard('{Alt>}{ArrowRight}{/Alt}')
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-commands', commands]))
  // the side buttons of a mouse
  const side = (button: number): boolean => element('filter-input').dispatchEvent(new MouseEvent('mouseup', { button, bubbles: true }))
  side(4)
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-events', events]))
  side(3)
  await vi.waitFor(() => expect(filter()).toBe('stream:order-commands'))
})

test('a filter that is typed letter by letter is one step', async () => {
  await openWindow()
  await rest()
  await byId('filter-input').click()
  for (const letter of 'user') {
    await userEvent.keyboard(letter)
    await new Promise((done) => setTimeout(done, 250))
  }
  await vi.waitFor(() => expect(filter()).toBe('user'))
  await new Promise((done) => setTimeout(done, 400))
  element('filter-input').blur()
  await userEvent.keyboard('{Alt>}{ArrowLeft}{/Alt}')
  await vi.waitFor(() => expect(filter()).toBe(''))
})

test('Ctrl+Z takes back a filter, then the column before it, and Ctrl+Shift+Z makes both again', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await rest()
  const heads = (): number => elements('column-head').length
  const before = heads()
  await byId('columns-open').click()
  await byId('columns-path').fill('payload.orderId')
  await byId('columns-add').click()
  await vi.waitFor(() => expect(heads()).toBe(before + 1))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('columns')).toEqual([]))
  await ask('stream:order-events')
  await userEvent.keyboard('{Control>}z{/Control}')
  await vi.waitFor(() => expect(filter()).toBe(''))
  expect(heads()).toBe(before + 1)
  await userEvent.keyboard('{Control>}z{/Control}')
  await vi.waitFor(() => expect(heads()).toBe(before))
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
  await vi.waitFor(() => expect(heads()).toBe(before + 1))
  await userEvent.keyboard('{Control>}{Shift>}z{/Shift}{/Control}')
  await vi.waitFor(() => expect(filter()).toBe('stream:order-events'))
  // a text field undoes its own text
  await byId('filter-input').click()
  await userEvent.keyboard('x{Control>}z{/Control}')
  expect(heads()).toBe(before + 1)
  expect(rows()).toBeGreaterThan(0)
})
