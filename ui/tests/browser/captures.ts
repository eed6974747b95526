// Captures as a person starts, watches and ends them, over made-up answers: by keyboard, with what goes wrong.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import type { NewCapture } from '../../src/backend/bindings'
import { memoryBackend } from '../../src/backend/memory'
import { browsingBackend } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements } from './lib/page'
import { named, open, row, text } from './lib/screens'

test.each(['light', 'dark'] as const)('no accessibility fault in %s: captures', async (theme) => {
  await open('captures', {}, theme)
  await vi.waitFor(() => expect(elements('gap-row')).toHaveLength(2))
  expect(await accessibilityFaults()).toEqual([])
  await byId('row-delete').click()
  await expect.element(byId('delete-dialog')).toBeVisible()
  expect(await accessibilityFaults()).toEqual([])
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
  expect(row('progress-row', 'order-events 001')?.textContent?.replace(/\s+/g, ' ')).toMatch(/catching up.*3\.4 s.*of 1\.7 MB.*of 5.*3 ?17/)
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
  backend.resumeCapture = async (id, askTrust) => {
    asked(id, askTrust)
    if (!askTrust)
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

test('the gaps in the status bar lead to their list, with the keys in it', async () => {
  await open('streams')
  await expect.element(byId('status-gaps')).toHaveTextContent('2 gaps')
  await byId('status-gaps').click()
  await vi.waitFor(() => expect(elements('gap-row')).toHaveLength(2))
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('data-testid')).toBe('gap-table'))
  await expect.element(byId('gap-table')).toBeInViewport()
})

test('gaps of captures at rest are counted too, and lead to their list', async () => {
  await open('captures')
  await byId('row-stop').click()
  await vi.waitFor(() => expect(text('capture-row-state')).toBe('stopped'))
  await byId('activity-streams').click()
  await expect.element(byId('status-gaps')).toHaveTextContent('2 gaps')
  await byId('status-gaps').click()
  await vi.waitFor(() => expect(document.activeElement?.getAttribute('data-testid')).toBe('gap-table'))
})

test('a capture that cannot reach its stream says why where it is shown, and claims nothing of gaps', async () => {
  const backend = memoryBackend({ records: 2_000 })
  const [row] = await backend.listCaptures()
  const trouble = { message: 'nothing answers at localhost:4566: connection refused', hint: 'Check that the endpoint runs.' }
  const troubles = ['order-events', 'gone-with-the-list'].map((stream) => ({ ...trouble, stream }))
  const capture = { ...(row ?? expect.fail()), gaps: 0, troubles }
  backend.listCaptures = async () => [capture]
  backend.captureStatus = async () => ({ capture, shards: [], gaps: [], covered: false })
  await open('captures', {}, 'light', backend)
  const isSaid = (): void => {
    const said = elements('stream-trouble').map((one) => (one.textContent ?? '').replace(/\s+/g, ' ').trim())
    expect(said).toHaveLength(2)
    for (const [place, { stream, message, hint }] of troubles.entries()) {
      expect(said[place]).toContain(`Nothing of ${stream} is read now: ${message}`)
      expect(said[place]).toContain(hint)
    }
  }
  await vi.waitFor(isSaid)
  expect(text('gaps-unknown')).toContain('nothing is known of gaps')
  expect(elements('gaps-none')).toEqual([])
  expect(await accessibilityFaults()).toEqual([])
  await byId('activity-explore').click()
  await byId('side-bar-toggle').click()
  await vi.waitFor(isSaid)
  expect(element('side-streams').textContent, 'it is the capture’s trouble, not the stream’s').not.toContain('is read now')
})

test('of two captures of one stream each tells its own trouble', async () => {
  const backend = memoryBackend({ records: 2_000 })
  const [row] = await backend.listCaptures()
  const [first, second] = ['refused', 'timed out'].map((message, place) => ({
    ...(row ?? expect.fail()),
    id: `one-of-two-${place}`,
    troubles: ['order-events', 'a', 'b', 'c', 'd'].slice(0, 1 + 4 * place).map((stream) => ({ stream, message, hint: null })),
  }))
  const rows = [first ?? expect.fail(), second ?? expect.fail()]
  backend.listCaptures = async () => rows
  backend.captureStatus = async (id) => ({
    capture: rows.find((one) => one.id === id) ?? expect.fail(),
    shards: [],
    gaps: [],
    covered: false,
  })
  await open('captures', {}, 'light', backend)
  await byId('activity-explore').click()
  await byId('side-bar-toggle').click()
  await vi.waitFor(() => expect(elements('capture')).toHaveLength(2))
  const said = elements('capture').map((line) => line.closest('li')?.textContent ?? '')
  expect(said.map((one) => [one.includes('refused'), one.includes('timed out')])).toEqual([
    [true, false],
    [false, true],
  ])
  expect(elements('stream-trouble')).toHaveLength(1 + 3)
  await expect.element(byId('more-troubles')).toHaveTextContent('Nothing of 2 more streams is read now.')
  await byId('more-troubles').getByRole('button').click()
  await vi.waitFor(() => expect(elements('stream-trouble')).toHaveLength(5))
})
