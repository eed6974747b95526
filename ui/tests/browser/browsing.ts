// Connections and streams as a person uses them: by keyboard, with what goes wrong, over made-up answers.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import type { Connection } from '../../src/backend/bindings'
import { browsingBackend, onlyNames } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { named, open, row, text } from './lib/screens'
import realFaults from './real-faults.json'

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
  await expect.element(byId('endpoint')).toHaveTextContent('https://kinesis.corp.example')
  expect(text('connection-details')).toContain('The choice of the emulator, or what was typed')
  expect(asked.mock.calls.map(([request]) => request.askTrust)).toEqual([false, true])
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
  const arn = row('stream-row', 'user-events')?.querySelector<HTMLElement>('.name')?.title ?? ''
  expect(arn).toMatch(/^arn:aws:kinesis:.*stream\/user-events$/)
  await byId('stream-search').fill(arn)
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

test('rows that are in the page are asked about, each once, and show what they are; others are not', async () => {
  const backend = browsingBackend()
  backend.listStreams = async () => onlyNames(3_000)
  const details = backend.streamDetails
  const asked = vi.fn(details)
  backend.streamDetails = async (connection, stream) => ({
    ...(await asked(connection, stream)),
    status: 'UPDATING',
    mode: 'ON_DEMAND',
    openShards: 12,
    retentionHours: 168,
    encryption: 'alias/aws/kinesis',
  })
  await open('streams', {}, 'light', backend)
  await vi.waitFor(() => expect(row('stream-row', 'stream-0000')?.textContent).toMatch(/Updating\s*12\s*7 days\s*On-demand\s*KMS\s*\d{4}-/))
  expect(elements('stream-row').length).toBeLessThan(60)
  // rows that are scrolled past are not asked about
  for (let top = 2_000; top <= 60_000; top += 2_000) {
    element('stream-list').scrollTop = top
    await new Promise(requestAnimationFrame)
  }
  await byId('stream-search').fill('2999')
  await vi.waitFor(() => expect(row('stream-row', 'stream-2999')?.textContent).toContain('7 days'), 5_000)
  const names = asked.mock.calls.map(([, stream]) => stream)
  expect(new Set(names).size).toBe(names.length)
  expect(names.length).toBeLessThan(90)

  // known ones are not asked about again, until the list is loaded anew
  asked.mockClear()
  await byId('stream-search').fill('stream-0000')
  await vi.waitFor(() => expect(elements('stream-row')).toHaveLength(1))
  expect(text('stream-row')).toContain('7 days')
  expect(asked).not.toHaveBeenCalled()
  await byId('streams-reload').click()
  await vi.waitFor(() => expect(asked).toHaveBeenCalledWith('demo', 'stream-0000'))
  expect(text('stream-row')).toContain('7 days')
})

test('a row says that it is not answered yet, and that it could not be', async () => {
  const backend = browsingBackend()
  backend.listStreams = async () => onlyNames(1)
  let refuse: (fault: CommandFault) => void = () => undefined
  backend.streamDetails = () => new Promise((_, reject) => (refuse = reject))
  await open('streams', {}, 'light', backend)
  await vi.waitFor(() => expect(elements('stream-fact-waiting').length).toBeGreaterThan(3))
  refuse(new CommandFault('failed', 'not allowed: kinesis:DescribeStreamSummary is missing', 'Ask for it in your IAM policy.'))
  await vi.waitFor(() => expect(elements('stream-fact-failed').length).toBeGreaterThan(3))
  expect(elements('stream-fact-waiting')).toEqual([])
  expect(element('stream-fact-failed').title).toContain('kinesis:DescribeStreamSummary is missing')
  expect(await accessibilityFaults()).toEqual([])
})

test('an endpoint that describes no streams is not asked to', async () => {
  const backend = browsingBackend()
  const list = backend.listConnections
  backend.listConnections = async () => {
    const choices = await list()
    const features = [{ kind: 'streamSummary' as const, offered: 'no' as const, why: 'it does not offer DescribeStreamSummary' }]
    return { ...choices, open: choices.open.map((one) => ({ ...one, features })) }
  }
  backend.listStreams = async () => onlyNames(3)
  const asked = vi.spyOn(backend, 'streamDetails')
  await open('streams', {}, 'light', backend)
  await vi.waitFor(() => expect(elements('stream-row')).toHaveLength(3))
  expect(elements('stream-fact-waiting')).toEqual([])
  expect(asked).not.toHaveBeenCalled()
})

test('a lag that the endpoint may not know is unknown and not zero', async () => {
  const backend = browsingBackend()
  const [list, status] = [backend.listCaptures, backend.captureStatus]
  backend.listCaptures = async () => (await list()).map((capture) => ({ ...capture, lagMillis: null }))
  backend.captureStatus = async (capture) => {
    const told = await status(capture)
    return { ...told, shards: told.shards.map((shard) => ({ ...shard, lagMillis: null })) }
  }
  await open('captures', {}, 'light', backend)
  await vi.waitFor(() => expect(text('capture-row')).toContain('unknown here'))
  await named('capture-row', 'demo').click()
  await vi.waitFor(() => expect(text('progress-row')).toContain('unknown here'))
})

test('an endpoint says which settings made it another one of AWS’s', async () => {
  const backend = browsingBackend()
  const list = backend.listConnections
  backend.listConnections = async () => {
    const choices = await list()
    const flags: Connection['endpointFlags'] = [
      { kind: 'fips', source: { kind: 'variable', name: 'AWS_USE_FIPS_ENDPOINT' } },
      { kind: 'dualStack', source: { kind: 'profile', profile: 'gov' } },
    ]
    const aws = {
      endpoint: 'https://kinesis-fips.us-east-1.api.aws',
      endpointSource: { kind: 'awsDefault' as const },
      endpointFlags: flags,
    }
    return { ...choices, open: choices.open.map((one) => ({ ...one, ...aws })) }
  }
  await open('connections', {}, 'light', backend)
  await expect.element(byId('endpoint')).toHaveTextContent('kinesis-fips.us-east-1.api.aws')
  await expect
    .element(byId('endpoint-source'))
    .toHaveTextContent('· FIPS by environment variable AWS_USE_FIPS_ENDPOINT · dual-stack by profile gov')
  const unused = elements('feature').find((one) => one.dataset['name'] === 'subscriptions')
  expect(unused?.textContent).toContain('not used')
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
