// The records that are shown are those of the replay in front, also when it has just been started.
import { expect, test, vi } from 'vitest'
import { memoryBackend } from '../backend/memory'
import { Grants } from './grants.svelte'
import { EMPTY_REPLAY, checkedReplay } from './replay-draft'
import { Replays } from './replays.svelte'
import { ReplayWizard } from './replay-wizard.svelte'

test('a replay that was just started shows its own records, not those of the one before', async () => {
  const backend = memoryBackend({ records: 600, writes: { seeded: true } })
  const writes = backend.replays ?? expect.fail('no replays')
  const replays = new Replays(writes)
  const grants = new Grants(backend.publishing ?? expect.fail('no grants'))
  await replays.refresh()
  replays.openRecords()
  await vi.waitFor(() => expect(replays.pages.row(0)?.originalStream).toBe('order-commands'))
  const target = { connection: 'demo', stream: 'order-slow' }
  const grant = await grants.ask(target, null)
  const { request } = checkedReplay({ ...EMPTY_REPLAY, filter: 'stream:user-events' }, target, Date.now(), 'utc')
  const plan = await writes.planReplay('test', request ?? expect.fail('no request'))
  const row = await writes.startReplay(plan.id, grant?.id ?? null)
  replays.took(row)
  expect(replays.chosen?.id).toBe(row.id)
  await vi.waitFor(() => expect(replays.pages.row(0)?.originalStream).toBe('user-events'))
  expect(await writes.startReplay(plan.id, grant?.id ?? null)).toMatchObject({ id: row.id })
  await replays.cancel(row.id)
  expect(replays.chosen?.state).toBe('cancelled')
  replays.stop()
  grants.stop()
})

test('no replay is started or resumed without a permission for its stream', async () => {
  const writes = memoryBackend({ records: 600, writes: { seeded: true } }).replays ?? expect.fail('no writes')
  const replays = new Replays(writes)
  await replays.refresh()
  const cut = replays.rows.find((row) => row.state === 'interrupted') ?? expect.fail('no interrupted replay')
  await replays.resume(cut.id, null)
  expect(replays.trouble?.message).toContain('permission')
  expect(replays.rows.find((row) => row.id === cut.id)?.state).toBe('interrupted')
  replays.stop()
})

test('a file that was chosen is written by one replay', async () => {
  const backend = memoryBackend({ records: 600, writes: { seeded: true } })
  const writes = backend.replays ?? expect.fail('no replays')
  const grants = new Grants(backend.publishing ?? expect.fail('no grants'))
  const wizard = new ReplayWizard(writes, grants, () => 'utc', vi.fn())
  wizard.open({ filter: 'stream:user-events', into: 'file', file: '/chosen.ndjson', speedText: '100' })
  wizard.wantPlan()
  await vi.waitFor(() => expect(wizard.planned).toBe(true))
  const row = await wizard.start()
  expect(wizard.fault).toBeNull()
  expect(row?.target).toBe('/chosen.ndjson')
  expect([wizard.draft.file, wizard.draft.speedText]).toEqual([null, '100'])
  wizard.stop()
  grants.stop()
})
