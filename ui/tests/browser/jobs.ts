// The panel of long work: everything that goes on is in it with how far, how fast and how long, and can be paused and ended.
import { expect, test, vi } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import type { Backend } from '../../src/backend/backend'
import type { CaptureStatus, ExportedCapture, PublishRow } from '../../src/backend/bindings'
import { browsingBackend, NOW } from './lib/browsing-fixture'
import { accessibilityFaults, byId, element, elements, openWindow } from './lib/page'
import { open } from './lib/screens'

const PATIENT = { timeout: 8_000 }
const IMPORT: PublishRow = {
  id: 'p1',
  at: NOW,
  stream: 'order-slow',
  caller: null,
  kind: 'import',
  state: 'running',
  sent: 250,
  refused: 3,
  unclear: 0,
  total: 1_000,
  sizeBytes: 90_000,
  results: [],
  ratePerSecond: 40,
  etaMillis: 18_700,
  message: null,
  hint: null,
  canGoOn: false,
  file: null,
  writesTo: null,
}

/** A capture that is an hour behind and catches up, an import under way, and an export whose dialog is open. */
function working(): Backend & { finish: () => void; said: string[] } {
  const backend = browsingBackend({ writes: { seeded: false } })
  const said: string[] = []
  let row = IMPORT
  let finish = (): void => undefined
  let lagMillis = 3_600_000
  const captureStatus = async (capture: string): Promise<CaptureStatus> => {
    const status = await backend.captureStatus(capture)
    lagMillis -= 20_000
    return { ...status, shards: status.shards.map((shard) => ({ ...shard, state: 'catchingUp', lagMillis, recordsPerSecond: 100 })) }
  }
  const publishing = backend.publishing ?? expect.fail('no publishing')
  return {
    ...backend,
    said,
    captureStatus,
    finish: () => finish(),
    exportCapture: () => new Promise<ExportedCapture | null>((done) => (finish = () => done(null))),
    pauseCapture: async (capture) => void said.push(`pause ${capture}`),
    publishing: {
      ...publishing,
      publishHistory: async () => ({ total: 1, rows: [row] }),
      pausePublish: async () => void (row = { ...row, state: 'paused' }),
      resumePublish: async () => void (row = { ...row, state: 'running' }),
      cancelPublish: async () => void (row = { ...row, state: 'cancelled' }),
    },
  }
}

const kinds = (): (string | undefined)[] => elements('job').map((one) => one.dataset['kind'])
const job = (kind: string): HTMLElement => elements('job').find((one) => one.dataset['kind'] === kind) ?? expect.fail(`no ${kind}`)
const figures = (kind: string): string => job(kind).querySelector('[data-testid=job-figures]')?.textContent ?? ''
const hand = (kind: string, act: string) => page.elementLocator(job(kind).querySelector(`[data-testid=job-${act}]`) ?? expect.fail(act))

test.each(['light', 'dark'] as const)(
  'all that goes on is listed in %s, with figures, and without an accessibility fault',
  async (theme) => {
    const backend = working()
    await open('captures', {}, theme, backend)
    await byId('capture-row').first().click()
    await byId('export-capture').click()
    await vi.waitFor(() => expect(element('jobs-open').textContent).toContain('3'), PATIENT)
    expect(element('jobs-open').getAttribute('aria-label')).toBe('Jobs: 3 go on')
    await userEvent.keyboard('{Escape}gj')
    await vi.waitFor(() => expect(kinds().sort()).toEqual(['captureExport', 'import', 'reading']), PATIENT)
    expect(figures('import')).toBe('25.3 % · 253 of 1,000 records · 40 rec/s · 18 s left')
    expect(job('import').querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('25')
    // its lag shrinks: the time left follows from how fast
    await vi.waitFor(() => expect(figures('reading')).toMatch(/behind · .*rec\/s · \d+ (s|min) left$/), PATIENT)
    expect(figures('captureExport')).toBe('how far it is, is not told')
    expect(await accessibilityFaults()).toEqual([])
    await page.viewport(640, 420)
    expect(await accessibilityFaults()).toEqual([])
    await page.viewport(1280, 800)
    backend.finish()
    await vi.waitFor(() => expect(kinds()).not.toContain('captureExport'))
  },
)

test('a job is paused, goes on and is ended from the panel, and its screen is one step away', async () => {
  const backend = working()
  await open('captures', {}, 'light', backend)
  await byId('jobs-open').click()
  await vi.waitFor(() => expect(kinds()).toContain('import'), PATIENT)
  await hand('import', 'pause').click()
  await vi.waitFor(() => expect(figures('import')).toBe('paused · 25.3 % · 253 of 1,000 records'), PATIENT)
  await hand('import', 'resume').click()
  await vi.waitFor(() => expect(figures('import')).toContain('40 rec/s'), PATIENT)
  await hand('import', 'cancel').click()
  await vi.waitFor(() => expect(kinds()).not.toContain('import'), PATIENT)
  await vi.waitFor(() => expect(kinds()).toContain('reading'), PATIENT)
  await hand('reading', 'pause').click()
  await vi.waitFor(() => expect(backend.said.join()).toContain('pause'))
  await page.elementLocator(job('reading').querySelector('[data-testid=job-go]') ?? expect.fail('no way')).click()
  await vi.waitFor(() => expect(elements('jobs')).toEqual([]))
  expect(elements('captures-view')).toHaveLength(1)
})

test('a board of sagas that is still being read is a job, also from another screen', async () => {
  const backend = await openWindow({ sagas: {} })
  const sagas = backend.sagas ?? expect.fail('no sagas')
  const board = sagas.sagaBoard.bind(sagas)
  const begin = sagas.openSagas.bind(sagas)
  let scanned = 0
  let read = false
  vi.spyOn(sagas, 'openSagas').mockImplementation(async (...asked) => ({ ...(await begin(...asked)), complete: false, scanned }))
  vi.spyOn(sagas, 'sagaBoard').mockImplementation(async (id) => {
    const now = await board(id)
    scanned = Math.min(now.total - 1, scanned + 100)
    return read ? now : { ...now, complete: false, scanned }
  })
  await byId('activity-sagas').click()
  await vi.waitFor(() => expect(elements('sagas-view')).toHaveLength(1), PATIENT)
  await byId('activity-captures').click()
  await userEvent.keyboard('gj')
  await vi.waitFor(() => expect(kinds()).toContain('sagas'), PATIENT)
  const before = figures('sagas')
  await vi.waitFor(() => expect(figures('sagas')).toMatch(/^\d+(\.\d)? % · [\d,]+ of [\d,]+ records · .* rec\/s · .* left$/), PATIENT)
  await vi.waitFor(() => expect(figures('sagas')).not.toBe(before), PATIENT)
  read = true
  await vi.waitFor(() => expect(kinds()).not.toContain('sagas'), PATIENT)
})

test('search text that is far behind is a job until it is built', async () => {
  const backend = browsingBackend({})
  let records = 400_000
  backend.searchText = async () => ({ records, total: 1_000_000, sizeBytes: 1 })
  await open('captures', {}, 'light', backend)
  await userEvent.keyboard('gj')
  await vi.waitFor(() => expect(figures('searchText')).toBe('40 % · 400,000 of 1,000,000 records'), PATIENT)
  records = 999_000
  await vi.waitFor(() => expect(kinds()).not.toContain('searchText'), { timeout: 15_000 })
})

test('where nothing goes on, that is said', async () => {
  await openWindow()
  await userEvent.keyboard('gj')
  await expect.element(page.getByText('Nothing takes long now')).toBeVisible()
  expect(element('jobs-open').getAttribute('aria-label')).toBe('Jobs')
  expect(await accessibilityFaults()).toEqual([])
})
