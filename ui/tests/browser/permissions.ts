// What may be called through a connection, streams of this machine that are made and removed, and the alarm of records
// that expire unread.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault, type Backend } from '../../src/backend/backend'
import type { Connection } from '../../src/backend/bindings'
import { browsingBackend, NOW } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { named, open, row, text } from './lib/screens'

test.each(['light', 'dark'] as const)('no accessibility fault in %s: permissions and the dialogs of a stream', async (theme) => {
  await open('connections', {}, theme)
  await byId('ask-permissions').click()
  await expect.element(byId('permissions')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
  await byId('activity-streams').click()
  await byId('stream-new').click()
  await byId('new-stream-go').click()
  expect(await accessibilityFaults()).toEqual([])
  await byId('new-stream-cancel').click()
  await named('stream-row', 'order-events').click()
  await byId('stream-delete').click()
  await expect.element(byId('delete-stream')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('permissions are asked for when a person wants it, and a policy for what is refused can be copied', async () => {
  const backend = browsingBackend()
  const asked = vi.spyOn(backend, 'connectionPermissions')
  await open('connections', {}, 'light', backend)
  expect(asked).not.toHaveBeenCalled()
  expect(elements('permissions')).toEqual([])
  await byId('permission-stream').fill('user-events')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('permissions-told')).toHaveTextContent('Asked about user-events')
  expect(asked).toHaveBeenCalledWith('demo', 'user-events')
  const said = (operation: string): string => (row('permission', operation)?.textContent ?? '').replace(/\s+/g, ' ').trim()
  expect(said('GetRecords')).toMatch(/^GetRecords ?allowed$/)
  expect(said('ListTagsForStream')).toMatch(/^ListTagsForStream ?refused ?not allowed: kinesis:ListTagsForStream is missing/)
  expect(said('PutRecords')).toMatch(/^PutRecords ?not tried ?It writes/)
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await byId('copy-policy').click()
  const policy = String(copied.mock.calls[0]?.[0])
  expect(policy).toContain('"kinesis:ListTagsForStream"')
  expect(policy).toContain(':stream/user-events"')
  expect(policy).not.toContain('GetRecords')
})

test('a stream is made by keyboard and looked at; a name that cannot be is told before anything is asked', async () => {
  const backend = browsingBackend()
  const made = vi.spyOn(backend, 'createStream')
  await open('streams', {}, 'light', backend)
  await userEvent.keyboard('n')
  await expect.element(byId('new-stream')).toBeVisible()
  await vi.waitFor(() => expect(document.activeElement).toBe(element('new-stream-name')))
  await userEvent.keyboard('two words{Enter}')
  expect(element('new-stream-name').getAttribute('aria-invalid')).toBe('true')
  expect(made).not.toHaveBeenCalled()
  await byId('new-stream-name').fill('order-events')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('new-stream-fault')).toHaveTextContent('Stream order-events already exists')
  await byId('new-stream-name').fill('refunds')
  await byId('new-stream-shards').fill('3')
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('stream-details')).toHaveAccessibleName('refunds')
  expect(made).toHaveBeenLastCalledWith('demo', 'refunds', 3)
  await vi.waitFor(() => expect(row('stream-row', 'refunds')).toBeDefined())
})

test('a stream is deleted only once its name is typed, and the dialog says what ends', async () => {
  const backend = browsingBackend()
  const removed = vi.spyOn(backend, 'deleteStream')
  await open('streams', {}, 'light', backend)
  await named('stream-row', 'user-events').click()
  await byId('stream-delete').click()
  expect(text('delete-stream')).toContain('cannot be undone')
  expect(text('delete-stream')).toContain('this capture ends with it')
  const go = element('delete-stream-go') as HTMLButtonElement
  for (const typed of ['', 'user-event', 'User-events', 'user-events ']) {
    await byId('delete-stream-typed').fill(typed)
    expect(go.disabled, typed).toBe(true)
  }
  await userEvent.keyboard('{Enter}')
  expect(removed).not.toHaveBeenCalled()
  await byId('delete-stream-typed').fill('user-events')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('delete-stream')).toEqual([]))
  expect(removed).toHaveBeenCalledWith('demo', 'user-events', 'user-events')
  await vi.waitFor(() => expect(row('stream-row', 'user-events')).toBeUndefined())
})

/** The demo's connection with other facts. */
function backendWith(facts: Partial<Connection>): Backend {
  const backend = browsingBackend()
  const list = backend.listConnections
  backend.listConnections = async () => {
    const choices = await list()
    return { ...choices, open: choices.open.map((one) => ({ ...one, ...facts })) }
  }
  return backend
}

test('elsewhere than on this machine, streams are neither made nor deleted', async () => {
  await open('streams', {}, 'light', backendWith({ local: false }))
  await named('stream-row', 'user-events').click()
  await expect.element(byId('stream-details')).toBeVisible()
  expect(elements('stream-delete')).toEqual([])
  expect(elements('stream-new')).toEqual([])
  element('stream-list').focus()
  await userEvent.keyboard('n')
  expect(elements('new-stream')).toEqual([])
})

test('the streams that the demo plays on are not offered to be deleted', async () => {
  await open('streams', {}, 'light', backendWith({ keptStreams: ['user-events'] }))
  await named('stream-row', 'user-events').click()
  await expect.element(byId('stream-details')).toHaveAccessibleName('user-events')
  expect(elements('stream-delete')).toEqual([])
  await named('stream-row', 'order-events').click()
  await expect.element(byId('stream-delete')).toBeVisible()
})

test('records that expire unread are told in the status bar and with the capture, with the time that is left', async () => {
  vi.setSystemTime(NOW)
  try {
    const backend = browsingBackend()
    const status = backend.captureStatus
    let left = 7_990_000
    const list = backend.listCaptures
    backend.listCaptures = async () => (await list()).map((capture) => ({ ...capture, expiresAt: NOW + left }))
    backend.captureStatus = async (capture) => {
      const told = await status(capture)
      const shards = told.shards.map((shard) => ({ ...shard, expiresAt: shard.lane === 3 ? NOW + left : null }))
      return { ...told, shards }
    }
    await open('captures', {}, 'light', backend)
    await expect.element(byId('status-expiring')).toHaveTextContent('Unread records expire in 2 h 13 min')
    await expect.element(byId('capture-row-expiring')).toBeVisible()
    await byId('status-expiring').click()
    await expect.element(byId('capture-expiring')).toHaveTextContent(/The oldest record of .+ that was not captured expires in 2 h 13 min/)
    expect(await accessibilityFaults()).toEqual([])
    left = -1_000
    await byId('row-pause').click()
    await expect.element(byId('status-expiring')).toHaveTextContent('Unread records are expiring')
    await expect.element(byId('capture-expiring')).toHaveTextContent('expire before they are captured')
  } finally {
    vi.useRealTimers()
  }
})

test('without an alarm nothing is said, and what fails is told in its place', async () => {
  const denied = new CommandFault('gone', 'connection 1 is closed', 'Open the connection again, then repeat this.')
  await open('connections', { faults: { connectionPermissions: denied } })
  expect(elements('status-expiring')).toEqual([])
  await byId('ask-permissions').click()
  await expect.element(byId('permissions-fault')).toHaveTextContent('Connection 1 is closed')
})
