// Many records picked at once, by keys and by the pointer: a range that grows and shrinks, single records beside it, all that are
// shown, and what is done with them.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { copiedTexts } from './lib/clipboard'
import { accessibilityFaults, element, elements, openWindow } from './lib/page'

const rowAt = (index: number): HTMLElement =>
  document.querySelector<HTMLElement>(`[data-testid="record-row"][data-index="${index}"]`) ?? expect.fail(`no row ${index}`)
const pickedRows = (): number[] =>
  elements('record-row')
    .filter((row) => row.classList.contains('picked'))
    .map((row) => Number(row.dataset['index']))
    .sort((one, other) => one - other)
const told = (): string => elements('picks')[0]?.querySelector('[role=status]')?.textContent ?? ''
const press = (index: number, held: MouseEventInit = {}): boolean =>
  rowAt(index).dispatchEvent(new MouseEvent('click', { bubbles: true, ...held }))

async function shown(theme: 'light' | 'dark' = 'light'): Promise<void> {
  await openWindow({}, theme)
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(8))
  await userEvent.keyboard('gg')
  await vi.waitFor(() => expect(rowAt(0).getAttribute('aria-selected')).toBe('true'))
}

test.each(['light', 'dark'] as const)(
  'Shift and an arrow pick a range that shrinks again, without accessibility fault in %s',
  async (theme) => {
    await shown(theme)
    rowAt(0).focus()
    await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{ArrowDown}{/Shift}')
    await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1, 2, 3]))
    expect(told()).toBe('4 records picked')
    expect(element('record-grid').getAttribute('aria-multiselectable')).toBe('true')
    expect(elements('record-row').filter((row) => row.getAttribute('aria-selected') === 'true')).toHaveLength(4)
    expect(document.activeElement).toBe(rowAt(3))
    expect(await accessibilityFaults()).toEqual([])
    await userEvent.keyboard('{Shift>}{ArrowUp}{ArrowUp}{/Shift}')
    await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1]))
    // an arrow alone ends the range, and the next one leaves it as it is
    await userEvent.keyboard('{ArrowDown}{ArrowDown}{Shift>}{ArrowDown}{/Shift}')
    await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1, 3, 4]))
  },
)

test('J and K do the same from anywhere on the screen', async () => {
  await shown()
  await userEvent.keyboard('JJ')
  await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1, 2]))
  await userEvent.keyboard('K')
  await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1]))
})

test('Shift and a click pick a range, Ctrl and a click one more or less', async () => {
  await shown()
  press(2)
  press(6, { shiftKey: true })
  await vi.waitFor(() => expect(pickedRows()).toEqual([2, 3, 4, 5, 6]))
  press(1, { shiftKey: true })
  await vi.waitFor(() => expect(pickedRows()).toEqual([1, 2]))
  press(5, { ctrlKey: true })
  await vi.waitFor(() => expect(pickedRows()).toEqual([1, 2, 5]))
  press(2, { metaKey: true })
  await vi.waitFor(() => expect(pickedRows()).toEqual([1, 5]))
})

test('Escape steps out of the inspector and then clears the picks', async () => {
  await shown()
  await userEvent.keyboard('J')
  await vi.waitFor(() => expect(pickedRows()).toEqual([0, 1]))
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('inspector-type')).toEqual([]))
  expect(pickedRows()).toEqual([0, 1])
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('picks')).toEqual([]))
  expect(pickedRows()).toEqual([])
})

test('all records shown are picked across pages, and copied as one text', async () => {
  const copied = copiedTexts()
  const backend = await openWindow({ records: 450 })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(8))
  const { matched: rows } = await backend.openView('counted', [], '')
  expect(rows).toBeGreaterThan(400)
  // rows come and go while the records are counted, and the focus with them
  await vi.waitFor(
    async () => {
      elements('record-row')[0]?.focus()
      await userEvent.keyboard('{Control>}a{/Control}')
      expect(told()).toBe(`${rows} records picked`)
    },
    { timeout: 20_000, interval: 300 },
  )
  await userEvent.keyboard('yn')
  await vi.waitFor(() => expect(copied).toHaveLength(1))
  expect(copied[0]?.trim().split('\n')).toHaveLength(rows)
})

test('more than a window can hold are refused in words', async () => {
  await openWindow({ records: 10_500 })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(8))
  // rows come and go while the records are counted, and the focus with them
  await vi.waitFor(
    async () => {
      elements('record-row')[0]?.focus()
      await userEvent.keyboard('{Control>}a{/Control}')
      expect(document.body.textContent).toContain('At most 10,000 records can be picked at once')
    },
    { timeout: 20_000, interval: 300 },
  )
  expect(elements('picks')).toEqual([])
})
