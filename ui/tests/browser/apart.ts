// The inspector's own window: the main window opens it by key, docks none while it is there, and says which record is selected;
// its page shows that record with the same tabs, and offers nothing that only the main window can do.
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { cleanup, render } from 'vitest-browser-svelte'
import { readingOnly, type InspectorWindow, type InspectorWord } from '../../src/backend'
import { CommandFault } from '../../src/backend/backend'
import { memoryBackend, type MemoryOptions } from '../../src/backend/memory'
import InspectorApp from '../../src/InspectorApp.svelte'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'

/** What a program with such a window would do, told: what was asked, and its words: that it is there or gone, and what is asked for there. */
function told(): {
  readonly asked: string[]
  readonly commands: InspectorWindow
  say: (word: InspectorWord) => void
  show: (id: string | null) => void
} {
  const asked: string[] = []
  let heard: (word: InspectorWord) => void = () => undefined
  let shown: (record: string | null) => void = () => undefined
  const commands: InspectorWindow = {
    open: async (record, hear) => {
      asked.push(`open ${record}`)
      heard = hear
      hear('opened')
    },
    show: async (record) => void asked.push(`show ${record ?? 'none'}`),
    close: async () => void asked.push('close'),
    watch: async (hear) => void (shown = hear),
    step: async (forward) => void asked.push(forward ? 'next' : 'previous'),
  }
  return { asked, commands, say: (word) => heard(word), show: (id) => shown(id) }
}

beforeEach(() => localStorage.removeItem('kinescope.apart'))

async function openOwn(theme: 'light' | 'dark' = 'light', more: Partial<MemoryOptions> = {}): Promise<ReturnType<typeof told>> {
  localStorage.setItem('kinescope.window', JSON.stringify({ theme, zone: 'utc' }))
  const program = told()
  const backend = memoryBackend({ records: 2_000, inspectorWindow: program.commands, sagas: {}, ...more })
  onTestFinished(() => backend.close())
  const view = await render(InspectorApp, { props: { backend: readingOnly(backend) } })
  view.container.style.height = '100vh'
  await vi.waitFor(() => expect(elements('inspector-window')).toHaveLength(1))
  return program
}

test('one key opens it on the selected record, and no inspector is docked while it is there', async () => {
  const program = told()
  await openWindow({ inspectorWindow: program.commands })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await userEvent.keyboard('o')
  expect(program.asked, 'nothing is selected').toEqual([])
  await userEvent.keyboard('k')
  await expect.element(byId('inspector')).toBeVisible()
  await userEvent.keyboard('o')
  await vi.waitFor(() => expect(elements('inspector')).toEqual([]))
  expect(program.asked).toHaveLength(1)
  await userEvent.keyboard('k')
  await vi.waitFor(() => expect(program.asked).toHaveLength(2))
  const [opened, followed] = program.asked.map((line) => line.split(' '))
  expect([opened?.[0], followed?.[0]]).toEqual(['open', 'show'])
  expect(followed?.[1]).not.toBe(opened?.[1])
  // the keys of its tabs are that window's now
  await userEvent.keyboard('5')
  expect(elements('inspector')).toEqual([])
  // Enter brings it to the front, from the table
  document.querySelector<HTMLElement>('[data-scope=grid]')?.focus()
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(program.asked[2]).toBe(`open ${followed?.[1] ?? ''}`))
  // and the records before and after are asked for there
  program.say('previous')
  await vi.waitFor(() => expect(program.asked).toHaveLength(4))
  program.say('next')
  await vi.waitFor(() => expect(program.asked[4]).toBe(`show ${followed?.[1] ?? ''}`))
  program.say('closed')
  await expect.element(byId('inspector')).toBeVisible()
  await userEvent.keyboard('k')
  await vi.waitFor(() => expect(element('inspector-type').textContent).not.toBe(''))
  expect(program.asked, 'one that is gone follows nothing').toHaveLength(5)
})

test('one that was open when the program ended is opened again, and no other', async () => {
  const first = told()
  await openWindow({ inspectorWindow: first.commands })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await userEvent.keyboard('ko')
  await vi.waitFor(() => expect(first.asked).toHaveLength(1))
  await cleanup()
  const again = told()
  await openWindow({ inspectorWindow: again.commands })
  await vi.waitFor(() => expect(again.asked, 'on the record that is selected again').toEqual(first.asked))
  again.say('closed')
  await cleanup()
  const last = told()
  await openWindow({ inspectorWindow: last.commands })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  expect(last.asked).toEqual([])
})

test('it is found in the palette, and its button says its key', async () => {
  const program = told()
  await openWindow({ inspectorWindow: program.commands })
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-apart')).toBeVisible()
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
  await userEvent.keyboard('own window')
  await vi.waitFor(() =>
    expect(document.querySelector('[data-testid=palette-entry][aria-selected=true]')?.textContent).toContain(
      'Open the inspector in its own window',
    ),
  )
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(program.asked).toHaveLength(1))
})

test('where the program has no such window nothing offers it', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await userEvent.keyboard('ko')
  await expect.element(byId('inspector')).toBeVisible()
  expect(elements('inspector-apart')).toEqual([])
})

test('its page shows the record that is named, tab by tab, and offers only what reads', async () => {
  const program = await openOwn()
  await expect.element(byId('inspector-window')).toHaveTextContent('No record is selected')
  program.show('5')
  await expect.element(byId('json-tree')).toBeVisible()
  for (const gone of ['inspector-dock', 'inspector-apart', 'inspector-saga', 'inspector-publish', 'tree-filter', 'tree-exclude', 'decoder'])
    expect(elements(gone), gone).toEqual([])
  const first = element('inspector').querySelector('.facts')?.textContent
  for (const [key, id] of [
    ['3', 'text-view'],
    ['4', 'hex-view'],
    ['7', 'related-pane'],
  ] as const) {
    await userEvent.keyboard(key)
    await expect.element(byId(id)).toBeVisible()
  }
  // a record that is related comes into this window
  await vi.waitFor(() => expect(elements('related-row').length).toBeGreaterThan(1))
  elements('related-row')
    .find((row) => !row.textContent.includes('this record'))
    ?.click()
  await vi.waitFor(() => expect(element('inspector').querySelector('.facts')?.textContent).not.toBe(first))
  expect(elements('related-filter')).toEqual([])
  await userEvent.keyboard('k')
  element('inspector-next').click()
  expect(program.asked, 'the main window moves on').toEqual(['previous', 'next'])
  expect(document.title).toBe('Kinescope – Inspector')
  program.show(null)
  await expect.element(byId('inspector-window')).toHaveTextContent('No record is selected')
  await userEvent.keyboard('{Escape}')
  expect(program.asked).toEqual(['previous', 'next', 'close'])
})

test('a record that cannot be read is told, and asked for again', async () => {
  const program = await openOwn('light', { faults: { openRecord: new CommandFault('gone', 'The record is not there any more.', null) } })
  program.show('5')
  await expect.element(byId('error-panel')).toHaveTextContent('The record is not there any more.')
})

test.each(['light', 'dark'] as const)('its page has no accessibility fault in %s', async (theme) => {
  const program = await openOwn(theme)
  program.show('5')
  await expect.element(byId('json-tree')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})
