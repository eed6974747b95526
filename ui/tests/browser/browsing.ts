// Connections, streams and captures as a person uses them: by keyboard, with what goes wrong, over made-up answers.
import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import App from '../../src/App.svelte'
import { CommandFault, type Backend } from '../../src/backend/backend'
import type { NewCapture } from '../../src/backend/bindings'
import { memoryBackend } from '../../src/backend/memory'
import { browsingBackend, type BrowsingOptions } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import realFaults from './real-faults.json'

type Screen = 'streams' | 'captures' | 'connections'

async function open(
  screen: Screen,
  options: BrowsingOptions = {},
  theme: 'light' | 'dark' = 'light',
  backend: Backend = browsingBackend(options),
): Promise<Backend> {
  localStorage.setItem('kinescope.window', JSON.stringify({ theme, zone: 'utc', sideBarShown: false }))
  document.body.style.height = '100vh'
  const view = await render(App, { props: { backend } })
  view.container.style.height = '100vh'
  await vi.waitFor(() => expect(document.documentElement.hasAttribute('data-ready')).toBe(true))
  await byId(`activity-${screen}`).click()
  await expect.element(byId(`${screen}-view`)).toBeVisible()
  return backend
}

const named = (testid: string, name: string): ReturnType<typeof page.getByTestId> =>
  page.elementLocator(document.querySelector(`[data-testid="${testid}"][data-name="${name}"]`) ?? expect.fail(`no ${testid} ${name}`))
const row = (testid: string, name: string): HTMLElement | undefined => elements(testid).find((one) => one.dataset['name'] === name)
const text = (testid: string): string => (elements(testid)[0]?.textContent ?? '').replace(/\s+/g, ' ').trim()
const denied = new CommandFault(
  'failed',
  'not allowed: kinesis:ListTagsForStream is missing (AccessDeniedException)',
  'Ask for kinesis:ListTagsForStream in your IAM policy.',
)

test.each(['light', 'dark'] as const)('no accessibility fault in %s: connections', async (theme) => {
  await open('connections', { fresh: true }, theme)
  expect(await accessibilityFaults()).toEqual([])
  await byId('custom-endpoint').fill('https://kinesis.corp.example')
  await byId('custom-open').click()
  await expect.element(byId('trust-question')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
  await byId('trust-open').click()
  await expect.element(byId('meter')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test.each(['light', 'dark'] as const)('no accessibility fault in %s: streams and the start of a capture', async (theme) => {
  await open('streams', {}, theme)
  expect(await accessibilityFaults()).toEqual([])
  await named('stream-row', 'order-events').click()
  await expect.element(byId('hash-map')).toBeVisible()
  await byId('key-field').fill('user-42')
  await expect.element(byId('key-mark')).toBeInTheDocument()
  expect(await accessibilityFaults()).toEqual([])
  await byId('start-capture').click()
  await byId('start-atSequenceNumber').click()
  await byId('shards-some').click()
  await byId('start-submit').click()
  expect(await accessibilityFaults()).toEqual([])
})

test.each(['light', 'dark'] as const)('no accessibility fault in %s: captures', async (theme) => {
  await open('captures', {}, theme)
  await vi.waitFor(() => expect(elements('gap-row')).toHaveLength(2))
  expect(await accessibilityFaults()).toEqual([])
  await byId('row-delete').click()
  await expect.element(byId('delete-dialog')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
})

test('the first run has three doors; the demo opens by key', async () => {
  await open('connections', { fresh: true })
  expect(text('doors')).toContain('Local emulator')
  expect(text('doors')).toContain('prod-readonly')
  expect(document.activeElement).toBe(element('start-demo'))
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('connection-details')).toBeVisible()
  await expect.element(byId('account')).toHaveTextContent('000000000000')
  await expect.element(byId('meter-calls')).toHaveTextContent('9,180')
  await byId('close-connection').click()
  await expect.element(byId('start-demo')).toBeVisible()
})

test('an expired sign-in says which line to type, where the profile stands', async () => {
  await open('connections', { fresh: true })
  await named('open-door', 'dev-sso').click()
  await expect.element(byId('open-fault')).toHaveTextContent('The credentials have expired')
  expect(element('open-fault').querySelector('code')?.textContent).toBe('aws sso login --profile dev-sso')
  const copied = vi.spyOn(navigator.clipboard, 'writeText').mockResolvedValue()
  await byId('copy-line').click()
  expect(copied).toHaveBeenCalledWith('aws sso login --profile dev-sso')
  await named('open-door', 'LocalStack').click()
  await expect.element(byId('open-fault')).toHaveTextContent('Nothing answers at localhost:4566')
})

test('a foreign endpoint is asked about once, then opened; a placeholder needs an endpoint', async () => {
  const backend = browsingBackend({ fresh: true })
  const asked = vi.spyOn(backend, 'openConnection')
  await open('connections', {}, 'light', backend)
  await byId('custom-open').click()
  expect(asked).not.toHaveBeenCalled()
  await byId('custom-endpoint').fill('https://kinesis.corp.example')
  await byId('custom-region').fill('eu-central-1')
  await byId('custom-open').click()
  await byId('trust-open').click()
  await expect.element(byId('identity-unknown')).toHaveTextContent('does not offer GetCallerIdentity')
  expect(asked.mock.calls.map(([request]) => request.trusted)).toEqual([false, true])
  const state = (kind: string): string => (row('feature', kind)?.textContent ?? '').replace(/\s+/g, ' ').trim()
  expect(state('streamSummary')).toMatch(/^Stream details ?offered/)
  expect(state('consumers')).toMatch(/^Registered consumers ?not offered ?this endpoint does not offer ListStreamConsumers/)
  expect(state('shardList')).toMatch(/^List of shards ?not known yet ?ListShards got no answer/)
  const probed = vi.spyOn(backend, 'probeConnection')
  await byId('probe').click()
  expect(probed).toHaveBeenCalledWith('other')
})

test('streams by keyboard alone: list, details, key, search, capture', async () => {
  await open('streams')
  expect(document.activeElement).toBe(element('stream-list'))
  await userEvent.keyboard('{ArrowDown}{ArrowDown}')
  await expect.element(byId('stream-details')).toHaveAccessibleName('order-events')
  await expect.element(byId('stream-arn')).toHaveTextContent('stream/order-events')
  await vi.waitFor(() => expect(elements('shard-row')).toHaveLength(8))
  expect(text('stream-details')).toContain('5 open, 3 closed')
  expect(row('shard-row', '002')?.textContent).toContain('006 + 007')
  await userEvent.keyboard('h')
  expect(document.activeElement).toBe(element('key-field'))
  await userEvent.keyboard('user-42')
  await expect.element(byId('key-lands')).toHaveTextContent(/MD5 5{32} → shard 004/)
  expect(row('shard-row', '004')?.getAttribute('aria-selected')).toBe('true')
  expect(text('shard-facts')).toContain('shardId-000000000004')
  element('stream-list').focus()
  await userEvent.keyboard('/')
  await userEvent.keyboard('user')
  await vi.waitFor(() => expect(elements('stream-row').map((one) => one.dataset['name'])).toEqual(['user-events']))
  await expect.element(byId('streams-told')).toHaveTextContent('1 of 3 streams')
  await userEvent.keyboard('{Escape}{ArrowDown}')
  expect(document.activeElement).toBe(element('stream-list'))
  await userEvent.keyboard('c')
  await expect.element(byId('start-capture-dialog')).toBeVisible()
  await userEvent.keyboard('{Escape}')
  await vi.waitFor(() => expect(elements('start-capture-dialog')).toEqual([]))
})

test('five thousand streams: only the visible rows exist, and all can be reached', async () => {
  await open('streams', { streams: 5_000 })
  expect(elements('stream-row').length).toBeLessThan(60)
  expect(element('stream-list').getAttribute('aria-rowcount')).toBe('5001')
  await userEvent.keyboard('{End}')
  await vi.waitFor(() => expect(row('stream-row', 'stream-4999')?.getAttribute('aria-selected')).toBe('true'))
  expect(elements('stream-row').length).toBeLessThan(60)
  await byId('stream-search').fill('4711')
  await vi.waitFor(() => expect(elements('stream-row').map((one) => one.dataset['name'])).toEqual(['stream-4711']))
  await byId('stream-search').fill('no such stream')
  await expect.element(byId('streams-no-match')).toBeVisible()
  await vi.waitFor(() => expect(elements('shard-row').length).toBeGreaterThan(0))
  expect(elements('shard-row').length).toBeLessThan(40)
})

test('what cannot be listed says so in its place; what is not offered is absent and says why', async () => {
  const notOffered = new CommandFault('notOffered', 'this endpoint does not offer ListStreamConsumers (UnknownOperationException)', null)
  await open('streams', { faults: { streamTags: denied, streamConsumers: notOffered } })
  await named('stream-row', 'order-events').click()
  await expect.element(byId('consumers-absent')).toHaveTextContent('does not offer ListStreamConsumers')
  await expect.element(byId('tags-fault')).toHaveTextContent('Ask for kinesis:ListTagsForStream')
  await expect.element(byId('hash-map')).toBeVisible()
})

test('a list that fails keeps its place, its cause and another try', async () => {
  const backend = browsingBackend()
  const whole = backend.listStreams
  backend.listStreams = () => Promise.reject(new CommandFault('signIn', 'the credentials have expired', 'Run: aws sso login --profile dev'))
  await open('streams', {}, 'light', backend)
  await expect.element(byId('streams-fault')).toHaveTextContent('aws sso login --profile dev')
  backend.listStreams = whole
  await byId('streams-fault').getByRole('button', { name: 'Try again' }).click()
  await vi.waitFor(() => expect(elements('stream-row')).toHaveLength(3))
  expect(elements('streams-fault')).toEqual([])
})

test('a capture is checked in place, then started as it was drafted', async () => {
  const backend = browsingBackend()
  const started = vi.spyOn(backend, 'startCapture')
  await open('captures', {}, 'light', backend)
  await userEvent.keyboard('n')
  await expect.element(byId('start-capture-dialog')).toBeVisible()
  await byId('start-atSequenceNumber').click()
  await byId('start-until-time').fill('soon')
  await byId('start-until-count').fill('none')
  await byId('start-submit').click()
  for (const message of [
    'Choose at least one stream',
    'A sequence number has digits only',
    'This names no time',
    'a whole number from 1',
  ]) {
    await expect.element(byId('start-capture-dialog')).toHaveTextContent(message)
  }
  expect(started).not.toHaveBeenCalled()
  await named('start-stream', 'order-events').click()
  await expect.element(byId('start-cost')).toHaveTextContent('5 GetRecords calls a second for 5 shards')
  await expect.element(byId('start-capture-dialog')).toHaveTextContent('choose one stream and one shard')
  await byId('shards-some').click()
  await vi.waitFor(() => expect(elements('shard-box')).toHaveLength(8))
  await named('shard-box', '004').click()
  await expect.element(byId('start-cost')).toHaveTextContent('1 GetRecords call a second for one shard')
  await byId('start-sequence').fill('49659600012345678901234567890123456789012345000000000004')
  await byId('start-until-time').fill('')
  await byId('start-until-count').fill('10,000')
  await byId('start-name').fill('the poison record')
  await userEvent.keyboard('{Enter}')
  await vi.waitFor(() => expect(elements('start-capture-dialog')).toEqual([]))
  const expected: NewCapture = {
    connection: 'demo',
    name: 'the poison record',
    untilTime: null,
    untilCount: 10_000,
    streams: [
      {
        stream: 'order-events',
        shards: ['shardId-000000000004'],
        start: { kind: 'atSequenceNumber', sequence: '49659600012345678901234567890123456789012345000000000004' },
      },
    ],
  }
  expect(started).toHaveBeenCalledWith(expected)
  await vi.waitFor(() => expect(row('capture-row', 'the poison record')).toBeDefined())
})

test('what the program refuses is shown in the dialog, and nothing that was typed is lost', async () => {
  await open('streams', {
    faults: { startCapture: new CommandFault('gone', 'not found in region eu-west-1: Stream order-events', 'Check the name.') },
  })
  await named('stream-row', 'order-events').click()
  await byId('start-capture').click()
  await byId('start-name').fill('kept')
  await byId('start-submit').click()
  await expect.element(byId('start-fault')).toHaveTextContent('Not found in region eu-west-1')
  await expect.element(byId('start-name')).toHaveValue('kept')
})

test('captures by keyboard alone: pause, resume, stop, rename, delete with what is lost', async () => {
  await open('captures')
  const state = (): string => text('capture-row-state')
  expect(document.activeElement).toBe(element('capture-table'))
  await userEvent.keyboard('p')
  await vi.waitFor(() => expect(state()).toBe('paused'))
  await userEvent.keyboard('p')
  await vi.waitFor(() => expect(state()).toBe('running'))
  await userEvent.keyboard('s')
  await vi.waitFor(() => expect(state()).toBe('stopped'))
  await userEvent.keyboard('{F2}')
  await userEvent.keyboard('friday{Enter}')
  await vi.waitFor(() => expect(row('capture-row', 'friday')).toBeDefined())
  await userEvent.keyboard('{Delete}')
  await expect.element(byId('delete-dialog')).toHaveTextContent('1,999 records of order-commands, order-events, user-events')
  await byId('delete-confirm').click()
  await expect.element(byId('captures-none')).toBeVisible()
})

test('a capture shows its shards, their budget, its gaps and why, and opens in the Explorer', async () => {
  await open('captures')
  await vi.waitFor(() => expect(elements('progress-row').length).toBe(10))
  expect(row('progress-row', 'order-events 001')?.textContent?.replace(/\s+/g, ' ')).toMatch(/catching up.*3\.4 s.*of 5.*3/)
  await vi.waitFor(() => expect(elements('gap-row')[0]?.textContent).toContain('retention ended before these records were read'))
  await byId('row-explore').click()
  await expect.element(byId('record-grid')).toBeVisible()
})

test('a capture that stopped for trust asks for it in its own place, and goes on', async () => {
  const backend = memoryBackend({ records: 2_000 })
  const [row, asked] = [(await backend.listCaptures())[0] ?? expect.fail(), vi.fn()]
  const told = { reason: 'not one of AWS’s', hint: 'Confirm it.' }
  let state: 'failed' | 'running' = 'failed'
  backend.listCaptures = async () => [{ ...row, ...(state === 'failed' ? told : {}), state }]
  backend.resumeCapture = async (id, trusted) => {
    asked(id, trusted)
    if (!trusted)
      throw new CommandFault('untrustedEndpoint', 'kinesis.corp.example:443 is not one of AWS’s', 'Open it only if you know it.')
    state = 'running'
  }
  await open('captures', {}, 'light', backend)
  await byId('activity-explore').click()
  await byId('side-bar-toggle').click()
  await expect.element(byId('capture-fault')).toHaveTextContent('not one of AWS’s')
  await byId('capture-resume').click()
  await expect.element(byId('captures-view')).toBeVisible()
  await expect.element(byId('trust-question')).toHaveTextContent('kinesis.corp.example:443')
  expect(await accessibilityFaults()).toEqual([])
  await byId('trust-cancel').click()
  await byId('reason-resume').click()
  await byId('trust-resume').click()
  await vi.waitFor(() => expect(text('capture-row-state')).toBe('running'))
  expect(elements('trust-question')).toEqual([])
  expect(asked.mock.calls).toEqual([
    ['1', false],
    ['1', false],
    ['1', true],
  ])
})

test('what a capture refuses is shown above the list', async () => {
  await open('captures', { faults: { pauseCapture: new CommandFault('failed', 'the disk is full', 'Free some space, then resume.') } })
  await byId('row-pause').click()
  await expect.element(byId('captures-fault')).toHaveTextContent('Free some space')
})

test('closing a connection names the captures that it would stop, and asks', async () => {
  const backend = browsingBackend()
  const closed = vi.spyOn(backend, 'closeConnection')
  await open('connections', {}, 'light', backend)
  await byId('close-connection').click()
  await expect.element(byId('closing-dialog')).toHaveTextContent('It stops a capture that runs through this connection')
  expect(elements('closing-capture').map((one) => one.textContent)).toEqual(['demo'])
  expect(await accessibilityFaults()).toEqual([])
  await byId('closing-cancel').click()
  await vi.waitFor(() => expect(elements('closing-dialog')).toEqual([]))
  expect(closed).not.toHaveBeenCalled()
  await byId('close-connection').click()
  await byId('closing-confirm').click()
  await expect.element(byId('start-demo')).toBeVisible()
  await byId('activity-captures').click()
  await vi.waitFor(() => expect(text('capture-row-state')).toBe('stopped'))
})

test('a connection that nothing runs through closes without a question', async () => {
  await open('connections', { records: 0 })
  await byId('close-connection').click()
  await expect.element(byId('start-demo')).toBeVisible()
  expect(elements('closing-dialog')).toEqual([])
})

test('trust is told where it is used and among the doors, and can be withdrawn', async () => {
  const endpoint = { credentials: 'placeholders', host: 'kinesis.corp.example:443' }
  const backend = browsingBackend({ fresh: true })
  const list = backend.listConnections
  backend.listConnections = async () => ({ ...(await list()), trusted: [endpoint] })
  const withdrawn = vi.spyOn(backend, 'withdrawTrust')
  await open('connections', {}, 'light', backend)
  await expect.element(byId('trusted-list')).toHaveTextContent('kinesis.corp.example:443 placeholders')
  await byId('withdraw').click()
  await vi.waitFor(() => expect(withdrawn).toHaveBeenCalledWith(endpoint))
  expect(elements('closing-dialog')).toEqual([])

  await byId('custom-endpoint').fill('https://kinesis.corp.example')
  await byId('custom-open').click()
  await expect.element(byId('trust-question')).toHaveTextContent('It is remembered for this host and these credentials')
  await byId('trust-open').click()
  await expect.element(byId('trusted')).toHaveTextContent('You confirmed kinesis.corp.example:443 for placeholders')
  await byId('withdraw').click()
  await expect.element(byId('closing-dialog')).toHaveTextContent('Its connections are closed')
  await byId('closing-confirm').click()
  await vi.waitFor(() => expect(withdrawn).toHaveBeenCalledTimes(2))
})

test('the demo says in words how its sagas go', async () => {
  await open('connections')
  await expect.element(byId('demo-sagas')).toHaveTextContent('Stuck: the payment is never answered')
  expect(text('demo-sagas')).toContain('Payment fails')
})

test('the gaps in the status bar lead to their list, with the keys in it', async () => {
  await open('streams')
  await expect.element(byId('status-gaps')).toHaveTextContent('2 gaps')
  await byId('status-gaps').click()
  await vi.waitFor(() => expect(elements('gap-row')).toHaveLength(2))
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('data-testid')).toBe('gap-table'))
  await expect.element(byId('gap-table')).toBeInViewport()
})

/** As the program says them: written by the engine's test of connections that cannot be opened. */
test.each(Object.entries(realFaults))('a connection that fails by %s says cause and next step', async (_name, fault) => {
  const backend = browsingBackend({ fresh: true })
  backend.openConnection = () => Promise.reject(new CommandFault('failed', fault.message, fault.hint))
  await open('connections', {}, 'light', backend)
  await named('open-door', 'dev-sso').click()
  await expect.element(byId('open-fault')).toBeVisible()
  const said = text('open-fault')
  const sentence = fault.message.charAt(0).toUpperCase() + fault.message.slice(1)
  expect(said.startsWith(sentence)).toBe(true)
  const line = element('open-fault').querySelector('code')?.textContent
  if (line) expect(fault.hint).toContain(line)
  else expect(said).toContain(fault.hint)
  expect(element('open-fault').scrollWidth).toBeLessThanOrEqual(element('open-fault').clientWidth)
})
