// The list of calls: it fills while it is looked at, can be narrowed and held, and gives a line for the AWS CLI.
import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import { accessibilityFaults, byId, element, elements, openWindow, type Memory } from './lib/page'

const PATIENT = { timeout: 15_000 }
const count = (): number => Number(/\d+/.exec(element('activity-count').textContent ?? '')?.[0])
const operations = (): Set<string | undefined> => new Set(elements('activity-row').map((one) => one.dataset['name']))

async function look(theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow({}, theme)
  await userEvent.keyboard('ga')
  await vi.waitFor(() => expect(elements('activity-row').length).toBeGreaterThan(10), PATIENT)
  return backend
}

test.each(['light', 'dark'] as const)('no accessibility fault in %s, wide and narrow', async (theme) => {
  await look(theme)
  await byId('activity-row').first().click()
  expect(await accessibilityFaults()).toEqual([])
  await page.viewport(640, 420)
  expect(await accessibilityFaults()).toEqual([])
  await page.viewport(1280, 800)
})

test('it fills while it is in front, is held, and nothing is asked when it is not', async () => {
  const backend = await look()
  const before = count()
  await vi.waitFor(() => expect(count()).toBeGreaterThan(before))
  await byId('activity-held').click()
  const held = count()
  await new Promise((done) => setTimeout(done, 800))
  expect(count()).toBe(held)
  await byId('activity-held').click()
  const asked = vi.spyOn(backend, 'connectionCalls')
  await vi.waitFor(() => expect(count()).toBeGreaterThan(held))
  // at most four times a second
  expect(asked.mock.calls.length).toBeLessThan(12)
  await userEvent.keyboard('ge')
  await vi.waitFor(() => expect(elements('activity-view')).toEqual([]))
  asked.mockClear()
  await new Promise((done) => setTimeout(done, 700))
  expect(asked).not.toHaveBeenCalled()
})

test('it is narrowed to an operation and to trouble', async () => {
  await look()
  await byId('activity-operation').selectOptions('GetShardIterator')
  await vi.waitFor(() => expect(operations()).toEqual(new Set(['GetShardIterator'])))
  await byId('activity-operation').selectOptions('')
  await byId('activity-troubled').click()
  await vi.waitFor(() => expect(elements('activity-outcome').every((one) => !one.textContent?.includes('answered'))).toBe(true))
  await byId('activity-clear').click()
  await vi.waitFor(() => expect(elements('activity-none').length + elements('activity-row').length).toBeGreaterThan(0))
})

test('by keyboard: a call is chosen, and its line holds no secret', async () => {
  await look()
  const copied: string[] = []
  vi.spyOn(navigator.clipboard, 'writeText').mockImplementation(async (text) => void copied.push(text))
  await byId('activity-operation').selectOptions('GetShardIterator')
  await vi.waitFor(() => expect(operations()).toEqual(new Set(['GetShardIterator'])))
  expect(elements('activity-options').every((one) => one.textContent === 'shard-iterator-type LATEST')).toBe(true)
  element('activity-table').focus()
  await userEvent.keyboard('{ArrowDown}')
  await expect.element(byId('activity-line')).toBeVisible()
  await byId('activity-copy').click()
  await vi.waitFor(() => expect(copied).toHaveLength(1))
  expect(copied[0]).toMatch(
    /^aws kinesis get-shard-iterator --stream-name [\w-]+ --shard-id shardId-\d{12} --shard-iterator-type LATEST --region /,
  )
  expect(copied[0]).not.toMatch(/profile|key|token|secret/i)
})

test('what cannot be asked says why', async () => {
  await openWindow({ faults: { connectionCalls: new CommandFault('failed', 'The program does not answer.', null) } })
  await userEvent.keyboard('ga')
  await expect.element(byId('activity-fault')).toHaveTextContent('The program does not answer.')
})
