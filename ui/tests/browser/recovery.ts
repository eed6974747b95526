// What a person meets when something outside fails: each state says what happened, what is safe, and what to do.
import { expect, test, vi } from 'vitest'
import { userEvent } from 'vitest/browser'
import { CommandFault } from '../../src/backend/backend'
import type { ShardProgress } from '../../src/backend/bindings'
import { memoryBackend } from '../../src/backend/memory'
import { browsingBackend } from './lib/browsing-fixture'
import { accessibilityFaults, byId, elements, openWindow } from './lib/page'
import { open } from './lib/screens'

const NOW = 1_750_000_000_000

function backendWithShards(change: (shard: ShardProgress, at: number) => ShardProgress) {
  const backend = browsingBackend()
  const status = backend.captureStatus
  backend.captureStatus = async (capture) => {
    const told = await status(capture)
    return { ...told, shards: told.shards.map(change) }
  }
  return backend
}

test('credentials that expire while capturing: said at once, in the status bar and with the capture, until somebody signed in', async () => {
  let isSignedIn = false
  const blocked = { state: 'blocked', error: 'the credentials have expired: the SSO session is over', retryAt: NOW + 15_000 } as const
  const backend = backendWithShards((shard) =>
    isSignedIn ? shard : { ...shard, ...blocked, hint: 'Sign in: `aws sso login --profile dev`.' },
  )
  vi.setSystemTime(NOW)
  try {
    await open('streams', {}, 'light', backend)
    await expect.element(byId('status-interrupted')).toHaveTextContent('is not read')
    await byId('status-interrupted').click()
    const note = byId('capture-interrupted')
    await expect.element(note).toHaveTextContent('The credentials have expired')
    await expect.element(note).toHaveTextContent('aws sso login --profile dev')
    await expect.element(note).toHaveTextContent('Nothing of this capture is read, since')
    await expect.element(note).toHaveTextContent('All that was read is stored')
    await expect.element(byId('interrupted-again')).toHaveTextContent('15:06:55')
    expect(await accessibilityFaults()).toEqual([])
    isSignedIn = true
    await vi.waitFor(() => expect(elements('capture-interrupted')).toEqual([]), { timeout: 5_000 })
    expect(elements('status-interrupted')).toEqual([])
  } finally {
    vi.useRealTimers()
  }
})

test('a network that is gone is told after seconds, and one throttled shard among others is not', async () => {
  const held = { state: 'backingOff', error: 'kinesis.eu-west-1.amazonaws.com cannot be reached', hint: null } as const
  let gone = (at: number): boolean => at === 0
  const backend = backendWithShards((shard, at) => (gone(at) ? { ...shard, ...held } : shard))
  vi.setSystemTime(NOW)
  try {
    await open('captures', {}, 'light', backend)
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    vi.setSystemTime(NOW + 10_000)
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(elements('capture-interrupted')).toEqual([])
    gone = () => true
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(elements('capture-interrupted')).toEqual([])
    vi.setSystemTime(NOW + 20_000)
    await expect.element(byId('capture-interrupted'), { timeout: 5_000 }).toHaveTextContent('cannot be reached')
  } finally {
    vi.useRealTimers()
  }
})

test('after the machine slept the window says from when to when nothing was read, and what is safe', async () => {
  vi.setSystemTime(NOW)
  try {
    await openWindow()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    vi.setSystemTime(NOW + 8 * 3_600_000)
    await expect.element(byId('notices'), { timeout: 5_000 }).toHaveTextContent('this machine slept')
    await expect.element(byId('notices')).toHaveTextContent('go on after their last stored record')
    await new Promise((resolve) => setTimeout(resolve, 2_500))
    expect(byId('notices').element().textContent?.match(/slept/g)).toHaveLength(1)
  } finally {
    vi.useRealTimers()
  }
})

test('a damaged workspace: what is whole goes into a new file, which is opened then', async () => {
  const backend = memoryBackend({ records: 2_000 })
  const { appInfo, salvageWorkspace } = backend
  let saved = false
  backend.appInfo = async () => {
    if (!saved) throw new CommandFault('damaged', 'the workspace is damaged: its header is', 'Salvage what is whole.')
    return appInfo()
  }
  let answers: (() => Promise<Awaited<ReturnType<typeof salvageWorkspace>>>)[] = [
    // the dialog was left
    async () => null,
    async () => Promise.reject(new CommandFault('failed', '/media/x.kscope cannot be used', 'Choose another.')),
    async () => {
      saved = true
      return { path: '/home/ada/work-salvaged.kscope', records: 12_000, lostRecords: 300, gaps: 2 }
    },
  ]
  backend.salvageWorkspace = async () => {
    const [next = salvageWorkspace, ...rest] = answers
    answers = rest
    return next()
  }
  await openWindow({}, 'light', backend)
  await expect.element(byId('start-fault')).toHaveTextContent('the workspace is damaged')
  await expect.element(byId('salvage')).toHaveTextContent('The damaged file is only read')
  await byId('salvage-begin').click()
  await vi.waitFor(() => expect(answers).toHaveLength(2))
  expect(elements('salvage-fault')).toEqual([])
  await byId('salvage-begin').click()
  await expect.element(byId('salvage-fault')).toHaveTextContent('cannot be used')
  await byId('salvage-begin').click()
  await expect.element(byId('salvaged')).toHaveTextContent(/Saved 12.000 records into \/home\/ada\/work-salvaged\.kscope/)
  await expect.element(byId('salvage')).toHaveTextContent('Missing: 300 records and 2 gaps')
  await byId('salvage-open').click()
  await expect.element(byId('record-grid')).toBeVisible()
  expect(elements('start-fault')).toEqual([])
})

test('a workspace that was salvaged before names the file where the rest is, and opens it', async () => {
  const backend = memoryBackend({ records: 2_000 })
  const { appInfo } = backend
  const rest = '/home/ada/work-salvaged.kscope'
  let tries = 0
  let isThere = false
  backend.appInfo = async () => {
    if (!isThere) throw new CommandFault('damaged', 'the workspace is damaged: its header is', 'Salvage what is whole.')
    return appInfo()
  }
  backend.salvagedBefore = async () => rest
  backend.openSalvaged = async () => {
    tries += 1
    if (tries === 1) throw new CommandFault('invalid', 'it was not salvaged before', null)
    isThere = true
  }
  await openWindow({}, 'light', backend)
  await expect.element(byId('salvaged-before')).toHaveTextContent(`saved before, into ${rest}`)
  await byId('salvaged-open').click()
  await expect.element(byId('salvage-fault')).toHaveTextContent('was not salvaged before')
  await byId('salvaged-open').click()
  await expect.element(byId('record-grid')).toBeVisible()
  expect(elements('start-fault')).toEqual([])
})

test('the workspace that is open can be salvaged from the palette', async () => {
  await openWindow()
  await userEvent.keyboard('{Control>}k{/Control}')
  await byId('palette-search').fill('salvage the workspace')
  await vi.waitFor(() => expect(elements('palette-entry')[0]?.textContent).toContain('Salvage the workspace into a new file'))
  await userEvent.keyboard('{Enter}')
  await expect.element(byId('salvage-dialog')).toHaveTextContent('The workspace is closed for it')
  await byId('salvage-begin').click()
  await expect.element(byId('salvaged')).toBeVisible()
})
