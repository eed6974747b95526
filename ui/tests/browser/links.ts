// Links to views: copied, pasted into the palette, followed in a tab of their own; and those that lead nowhere change nothing.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { cleanup } from 'vitest-browser-svelte'
import type { Ping } from '../../src/backend'
import { memoryBackend } from '../../src/backend/memory'
import { copiedTexts } from './lib/clipboard'
import { byId, element, elements, openWindow } from './lib/page'

const filter = (): string => (element('filter-input') as HTMLInputElement).value
/** The records that the table shows: its rows are those and the gaps between them. */
const rows = (): number => Number(document.querySelector('[data-testid=filter-result]')?.textContent.replaceAll(',', '').match(/\d+/)?.[0])

async function follow(text: string): Promise<void> {
  await userEvent.keyboard('{Control>}k{/Control}')
  await vi.waitFor(() => expect(document.activeElement).toBe(element('palette-search')))
  await byId('palette-search').fill(text)
  expect(elements('palette-entry')).toHaveLength(1)
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('palette')).toEqual([]))
}
async function copied(): Promise<string> {
  const texts = copiedTexts()
  await userEvent.keyboard('yu')
  await vi.waitFor(() => expect(texts).toHaveLength(1))
  return texts[0] ?? ''
}

test('a link leads back to filter, range, time and record, from another screen too', async () => {
  await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  await byId('filter-input').fill('stream:order-commands')
  await userEvent.keyboard('{Enter}{Escape}')
  await vi.waitFor(() => expect(rows()).toBeLessThan(2_000))
  const commands = rows()
  await userEvent.keyboard('k')
  await expect.element(byId('inspector-type')).toBeVisible()
  const type = element('inspector-type').textContent
  const link = await copied()
  expect(link).toMatch(/^kinescope:\/\/explore\?in=[^&]+&filter=stream%3Aorder-commands&(last=\d+&)?record=\w+$/)
  expect(document.body.textContent).toContain('Copied the link')

  await byId('filter-clear').click()
  await vi.waitFor(() => expect(filter()).toBe(''))
  await byId('activity-captures').click()
  await follow(link)
  await vi.waitFor(() => expect(elements('tab')).toHaveLength(2))
  await vi.waitFor(() => expect([filter(), rows()]).toEqual(['stream:order-commands', commands]))
  await vi.waitFor(() => expect(element('inspector-type').textContent).toBe(type))
})

test('a link to a screen leads there', async () => {
  await openWindow()
  await byId('activity-captures').click()
  await expect.element(byId('captures-view')).toBeVisible()
  const link = await copied()
  expect(link).toBe('kinescope://captures')
  await byId('activity-explore').click()
  await follow(link)
  await expect.element(byId('captures-view')).toBeVisible()
})

test('the program is started with a link, and with one that leads nowhere', async () => {
  await openWindow({ link: 'kinescope://captures' })
  await expect.element(byId('captures-view')).toBeVisible()
  await cleanup()
  await openWindow({ link: 'kinescope://explore?in=other.kscope&filter=x' })
  await vi.waitFor(() => expect(document.body.textContent).toContain('of another workspace: other.kscope'))
  expect(filter()).toBe('')
})

test('a link from a later start is followed as a pasted one, also when it comes before the window is ready', async () => {
  const memory = memoryBackend({ records: 2_000 })
  let heard: (ping: Ping) => void = () => undefined
  const subscribe = async (hear: (ping: Ping) => void): Promise<void> => {
    heard = hear
    // it waited for this page
    hear({ kind: 'link', link: 'kinescope://captures' })
    await memory.subscribe(hear)
  }
  await openWindow({}, 'light', { ...memory, subscribe })
  await expect.element(byId('captures-view')).toBeVisible()
  heard({ kind: 'link', link: 'kinescope://explore?in=fixture.kscope&filter=stream%3Aorder-commands' })
  await vi.waitFor(() => expect(elements('tab')).toHaveLength(2))
  await vi.waitFor(() => expect(filter()).toBe('stream:order-commands'))
  heard({ kind: 'link', link: 'kinescope:javascript:alert(1)' })
  await vi.waitFor(() => expect(document.body.textContent).toContain('That is no link that Kinescope can read.'))
  expect(elements('tab')).toHaveLength(2)
})

const HERE = 'in=WORKSPACE'
test.each([
  ['kinescope://explore?in=', 'That is no link that Kinescope can read.'],
  ['kinescope:javascript:alert(1)', 'That is no link that Kinescope can read.'],
  ['kinescope://settings', 'a screen that is not there: settings'],
  ['kinescope://explore?in=other.kscope', 'of another workspace: other.kscope'],
  [`kinescope://explore?${HERE}&capture=no%20such`, 'a capture that is not in this workspace'],
  [`kinescope://explore?${HERE}&filter=amont%3A%3E`, 'cannot be read'],
  [`kinescope://explore?${HERE}&record=../../etc/passwd`, 'record of the link is not there'],
])('%s changes nothing, and says why', async (text, why) => {
  const backend = await openWindow()
  await vi.waitFor(() => expect(elements('record-row').length).toBeGreaterThan(0))
  const openRecord = backend.openRecord.bind(backend)
  backend.openRecord = (id) => (/^\d+$/.test(id) ? openRecord(id) : Promise.reject(new Error('no record')))
  const name = (await backend.appInfo()).workspacePath.split('/').at(-1) ?? ''
  const opened = vi.spyOn(backend, 'openView')
  await follow(text.replace('WORKSPACE', encodeURIComponent(name)))
  await vi.waitFor(() => expect(document.body.textContent).toContain(why))
  expect([elements('tab').length, filter(), opened.mock.calls.length]).toEqual([0, '', 0])
})
