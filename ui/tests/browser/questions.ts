// Questions as a person asks them, filters from cells and fields, and what was asked before; over made-up records.
import { afterEach, expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

afterEach(() => page.viewport(1280, 800))

const filterText = (): string => (element('filter-input') as HTMLInputElement).value

async function ask(text: string): Promise<void> {
  await byId('activity-questions').click()
  await byId('question-text').fill(text)
  await userEvent.keyboard('{Control>}{Enter}{/Control}')
  await vi.waitFor(() => expect(element('question-searched').dataset['state']).toBe('complete'))
}

async function menuOn(one: Element): Promise<void> {
  const box = one.getBoundingClientRect()
  one.dispatchEvent(
    new MouseEvent('contextmenu', { bubbles: true, cancelable: true, button: 2, clientX: box.left + 10, clientY: box.top + 5 }),
  )
}

test('an example is asked with one click; its answer says what it rests on', async () => {
  await openWindow()
  await byId('activity-questions').click()
  await byId('question-example').first().click()
  await expect.element(byId('question-searched')).toHaveTextContent(/(1,999|2,000) of \1 records searched/)
  await expect.element(byId('question-gaps')).toHaveTextContent('order-events 002 has a gap')
  await vi.waitFor(() => expect(document.querySelectorAll('[data-testid=answer-chart] path').length).toBeGreaterThan(3))
  await vi.waitFor(() => expect(elements('answer-row').length).toBeGreaterThan(5))
  expect((element('question-text') as HTMLTextAreaElement).value).toContain('bin(1m)')
})

test('a question that cannot be read says where, and is not asked', async () => {
  await openWindow()
  await byId('activity-questions').click()
  await byId('question-text').fill('count it')
  await expect.element(byId('question-fault')).toHaveTextContent('expected a step')
  await byId('question-ask').click()
  expect(elements('question-searched')).toEqual([])
})

test('by keyboard alone: there, into the question, asked, and away again', async () => {
  await openWindow()
  await userEvent.keyboard('gq')
  await vi.waitFor(() => expect(elements('question-text')).toHaveLength(1))
  await userEvent.keyboard('/')
  await userEvent.keyboard('limit 5{Control>}{Enter}{/Control}')
  await vi.waitFor(() => expect(element('question-searched').dataset['state']).toBe('complete'))
  await userEvent.keyboard('{Escape}gc')
  await expect.element(byId('capture-table')).toBeVisible()
})

test('steps, functions, fields and types are offered while a question is typed', async () => {
  await openWindow()
  await byId('activity-questions').click()
  await byId('question-text').click()
  const question = (): string => (element('question-text') as HTMLTextAreaElement).value
  const offered = (): string[] => elements('question-offer').map((one) => one.querySelector('span')?.textContent ?? '')
  await userEvent.keyboard('st')
  await vi.waitFor(() => expect(offered()).toEqual(['stats ']))
  await userEvent.keyboard('{Tab}')
  expect(question()).toBe('stats ')
  // the fields of the records are there at once, with how many have them
  await vi.waitFor(() => expect(offered()).toContain('payload.amount'))
  await userEvent.keyboard('av')
  await vi.waitFor(() => expect(offered()).toEqual(['avg(']))
  await userEvent.keyboard('{ArrowDown}{Enter}payload.am')
  await vi.waitFor(() => expect(offered()).toEqual(['payload.amount']))
  const list = document.querySelector('#question-offers') ?? expect.fail('a list')
  const box = element('question-text').getBoundingClientRect()
  expect(list.textContent).toContain('300')
  // below the word, and not below the field
  expect(list.getBoundingClientRect().top - box.top).toBeLessThan(60)
  expect(list.getBoundingClientRect().left - box.left).toBeGreaterThan(60)
  expect(await accessibilityFaults()).toEqual([])
  await byId('question-offer').first().click()
  expect(question()).toBe('stats avg(payload.amount')
  await userEvent.keyboard(') by type{Enter}| filter ty')
  await vi.waitFor(() => expect(offered()).toEqual(['type:']))
  // Escape puts the offers away and leaves the field
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(offered()).toEqual([]))
  expect(document.activeElement).toBe(element('question-text'))
  await userEvent.keyboard('{Control>} {/Control}')
  await vi.waitFor(() => expect(offered()).toEqual(['type:']))
  await userEvent.keyboard('{Tab}ORDER_CREATED{Control>}{Enter}{/Control}')
  await vi.waitFor(() => expect(element('question-searched').dataset['state']).toBe('complete'))
  expect(question()).toBe('stats avg(payload.amount) by type\n| filter type:ORDER_CREATED')
  expect(offered()).toEqual([])
})

test('groups without a time are bars beside their names, and the chart can be put away', async () => {
  await openWindow()
  await ask('stats count(*) by type')
  await vi.waitFor(() => expect(document.querySelectorAll('[data-testid=answer-chart] rect').length).toBeGreaterThan(5))
  const svg = element('answer-chart')
  const box = svg.getBoundingClientRect()
  svg.dispatchEvent(new PointerEvent('pointermove', { bubbles: true, clientX: box.left + 300, clientY: box.top + 20 }))
  await vi.waitFor(() => expect(svg.querySelectorAll('rect.lit').length).toBe(1))
  await byId('question-chart').click()
  expect(elements('answer-chart')).toEqual([])
})

test('answers are exported, and where to is told', async () => {
  await openWindow()
  await ask('stats count(*) by type')
  await byId('question-export').click()
  await byId('export-lines').click()
  await expect.element(page.getByText('Written to /home/ada/answer.ndjson')).toBeVisible()
})

test('a question is saved under a name, asked again by it, and forgotten', async () => {
  await openWindow()
  await ask('stats count(*) by type')
  await byId('known-texts').click()
  await byId('text-save').click()
  await byId('text-name').fill('by type')
  await byId('text-keep').click()
  await vi.waitFor(() => expect(elements('save-text')).toEqual([]))
  await byId('question-text').fill('limit 3')
  await byId('known-texts').click()
  await byId('text-saved').click()
  await vi.waitFor(() => expect((element('question-text') as HTMLTextAreaElement).value).toBe('stats count(*) by type'))
  await byId('known-texts').click()
  await byId('text-save').click()
  await byId('text-forget').click()
  await vi.waitFor(() => expect(elements('text-forget')).toEqual([]))
})

test('a cell is filtered by its value, or excluded, from its menu', async () => {
  await openWindow()
  const cell = elements('record-row')[3]?.querySelector('[data-column=type]') ?? expect.fail('a cell')
  const type = /[A-Z_]{4,}/.exec(cell.textContent ?? '')?.[0] ?? expect.fail('a type')
  await menuOn(cell)
  await byId('narrow-type').click()
  await vi.waitFor(() => expect(filterText()).toBe(`type:${type}`))
  await vi.waitFor(() => expect(elements('record-row').every((row) => row.textContent?.includes(type))).toBe(true))
  await menuOn(elements('record-row')[2]?.querySelector('[data-column=type]') ?? expect.fail('a cell'))
  await byId('narrow-not-type').click()
  await vi.waitFor(() => expect(filterText()).toBe(`-type:${type}`))
})

test('a cell of an answer narrows its question', async () => {
  await openWindow()
  await ask('stats count(*) by type')
  await vi.waitFor(() => expect(elements('answer-row').length).toBeGreaterThan(5))
  const cell = elements('answer-row')[2]?.querySelector('[role=gridcell] span') ?? expect.fail('a cell')
  await menuOn(cell)
  await byId('answer-not').click()
  const question = (): string => (element('question-text') as HTMLTextAreaElement).value
  await vi.waitFor(() => expect(question()).toContain(`| filter -type:${cell.textContent ?? ''}`))
})

test('beside the cells of an answer no menu is about an earlier cell, and another answer has no chosen row', async () => {
  await openWindow()
  await ask('stats count(*) by type')
  await vi.waitFor(() => expect(elements('answer-row').length).toBeGreaterThan(5))
  const chosen = (): number => elements('answer-row').filter((row) => row.ariaSelected === 'true').length
  const table = element('answer-table')
  elements('answer-row')[2]?.click()
  await vi.waitFor(() => expect(chosen()).toBe(1))
  await menuOn(elements('answer-row')[2]?.querySelector('[role=gridcell] span') ?? expect.fail('a cell'))
  await expect.element(byId('answer-only')).toBeVisible()
  // it is there a moment before it has the keys
  await vi.waitFor(() => expect(document.activeElement?.closest('[role=menu]')).toBeTruthy())
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('answer-only')).toEqual([]))
  await menuOn(table.querySelector('[role=columnheader]') ?? expect.fail('a head'))
  await vi.waitFor(() => expect(chosen()).toBe(0))
  expect(elements('answer-only')).toEqual([])
  // and none comes up with the next choice
  elements('answer-row')[1]?.click()
  await vi.waitFor(() => expect(chosen()).toBe(1))
  expect(elements('answer-only')).toEqual([])
  await byId('question-ask').click()
  await vi.waitFor(() => expect(chosen()).toBe(0))
})

test('a field of the record is filtered by its value from the tree', async () => {
  await openWindow()
  await byId('record-row').nth(4).click()
  await vi.waitFor(() => expect(document.querySelectorAll('[role=treeitem]').length).toBeGreaterThan(3))
  const field = [...document.querySelectorAll('[role=treeitem]')].find((one) => one.textContent?.includes('sagaId'))
  await menuOn(field ?? expect.fail('a field'))
  await byId('tree-only').click()
  await vi.waitFor(() => expect(filterText()).toContain('saga-ord'))
})

test('filters that were asked are in the history', async () => {
  await openWindow()
  await byId('filter-input').fill('type:ORDER_CREATED')
  await userEvent.keyboard('{Enter}')
  await byId('filter-clear').click()
  await byId('known-texts').click()
  await expect.element(byId('text-asked')).toHaveTextContent('type:ORDER_CREATED')
  await byId('text-asked').click()
  await vi.waitFor(() => expect(filterText()).toBe('type:ORDER_CREATED'))
})

test.each(['light', 'dark'] as const)('the questions have no accessibility fault in %s, and fit 800 px', async (theme) => {
  await page.viewport(800, 700)
  await openWindow({}, theme)
  await byId('activity-questions').click()
  expect(await accessibilityFaults()).toEqual([])
  for (const text of ['stats count(*) by bin(1m), type', 'stats count(*) by type']) {
    await ask(text)
    await vi.waitFor(() => expect(elements('answer-chart')).toHaveLength(1))
    expect(await accessibilityFaults()).toEqual([])
    const beyond = [...document.querySelectorAll('main button, main textarea')].filter(
      (one) => one.getBoundingClientRect().right > window.innerWidth + 0.5,
    )
    expect(beyond).toEqual([])
  }
})

test('a statement is run from an example; NULL and bytes are shown as such, and a mistake at its place', async () => {
  await openWindow()
  await byId('activity-questions').click()
  await byId('question-language-sql').click()
  await byId('question-example').first().click()
  await vi.waitFor(() => expect(element('question-searched').dataset['state']).toBe('complete'))
  await expect.element(byId('question-searched')).toHaveTextContent(/(1,999|2,000) of \1 records read/)
  await vi.waitFor(() => expect(elements('answer-row').at(-1)?.textContent).toMatch(/NULL\s*x'00ff12… 2048 bytes/))
  await vi.waitFor(() => expect(document.querySelector('[data-testid=sql-text] .cm-content')).not.toBeNull())
  const editor = (): HTMLElement => document.querySelector<HTMLElement>('[data-testid=sql-text] .cm-content') ?? expect.fail('an editor')
  editor().focus()
  await userEvent.keyboard('{Control>}a{/Control}SELECT absent FROM records{Control>}{Enter}{/Control}')
  await expect.element(byId('sql-fault')).toHaveTextContent('Line 1, character 8: no such column: absent')
  await vi.waitFor(() => expect(document.querySelector('.cm-lintRange-error')?.textContent).toContain('absent'))
  await byId('question-language-question').click()
  expect(elements('question-searched')).toEqual([])
  await byId('question-language-sql').click()
  await expect.element(byId('sql-fault')).toBeVisible()
})

test('words of the views are completed, and written by a click on them', async () => {
  await openWindow()
  await byId('activity-questions').click()
  await byId('question-language-sql').click()
  await vi.waitFor(() => expect(document.querySelector('[data-testid=sql-text] .cm-content')).not.toBeNull())
  document.querySelector<HTMLElement>('[data-testid=sql-text] .cm-content')?.focus()
  await userEvent.keyboard('SELECT event_t')
  await vi.waitFor(() => expect(document.querySelector('.cm-tooltip-autocomplete li')?.textContent).toContain('event_type'))
  await userEvent.click(document.querySelector('.cm-tooltip-autocomplete li') ?? expect.fail('an offer'))
  await userEvent.keyboard(', ')
  await userEvent.click(document.querySelector('[data-testid=sql-view] summary') ?? expect.fail('a view'))
  await byId('sql-column').nth(1).click()
  await vi.waitFor(() => expect(document.querySelector('.cm-content')?.textContent).toBe('SELECT event_type, stream'))
  await byId('sql-help-toggle').click()
  expect(elements('sql-help')).toEqual([])
})

test.each(['light', 'dark'] as const)('SQL has no accessibility fault in %s, and fits 800 px', async (theme) => {
  await page.viewport(800, 700)
  await openWindow({}, theme)
  await byId('activity-questions').click()
  await byId('question-language-sql').click()
  await vi.waitFor(() => expect(document.querySelector('[data-testid=sql-text] .cm-content')).not.toBeNull())
  await userEvent.click(document.querySelector('[data-testid=sql-view] summary') ?? expect.fail('a view'))
  expect(await accessibilityFaults()).toEqual([])
  await byId('question-example').first().click()
  await vi.waitFor(() => expect(elements('answer-row').length).toBeGreaterThan(3))
  expect(await accessibilityFaults()).toEqual([])
})

test('it says what a row is, and how much could be searched in part only', async () => {
  const backend = await openWindow()
  const { asking } = backend
  if (!asking) expect.fail('questions')
  const status = asking.questionStatus.bind(asking)
  const told = { events: null as number | null, inPart: 0 }
  vi.spyOn(asking, 'questionStatus').mockImplementation(async (question) => ({ ...(await status(question)), ...told }))
  const first = asking.askQuestion.bind(asking)
  vi.spyOn(asking, 'askQuestion').mockImplementation(async (...about) => ({ ...(await first(...about)), ...told }))
  await ask('stats count(*) by type')
  await expect.element(byId('question-rows')).toHaveTextContent('Rows are whole records')
  expect(elements('question-in-part')).toEqual([])
  Object.assign(told, { events: 1_204_331, inPart: 12 })
  await ask('stats count(*) by level')
  await expect.element(byId('question-rows')).toHaveTextContent('Rows are events: 1,204,331 in')
  await expect.element(byId('question-in-part')).toHaveTextContent('12 of them in part')
})
