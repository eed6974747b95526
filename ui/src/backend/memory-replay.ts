// Replays made up in memory: which records a source names, a plan that sends nothing, and jobs that go on by themselves.
import { CommandFault } from './backend'
import { mixed, type FixtureRecords } from './fixture'
import { arnOf } from './fixture-places'
import { evenShards } from './memory-draft'
import { MadeUpJob, usualRate } from './memory-jobs'
import { checkTarget, chosenIndexes, madePlan, previewOf } from './memory-plan'
import { sentRow } from './memory-publish'
import type { CaptureBeside, ReplayedRow, ReplayPacing, ReplayPlan, ReplayRequest, ReplayRow, ReplayShard, ReplayVerdict } from './bindings'
import type { Writes } from './writes'

const COPY_DISTANCE = 480

/** Whether a made-up record of the workspace was written by a replay of it: once replays are seeded, one in some thirty. */
export const isMadeUpCopy = (index: number): boolean => index >= COPY_DISTANCE && mixed(index, 61) % 29 === 0

interface Planned {
  readonly plan: ReplayPlan
  readonly request: ReplayRequest
  readonly indexes: readonly number[]
}

interface Replay {
  readonly id: string
  readonly planned: Planned
  readonly job: MadeUpJob
  readonly startedAt: number
  readonly target: string
  pacing: ReplayPacing
}

type ReplayPart = Pick<
  Writes,
  | 'planReplay'
  | 'previewReplay'
  | 'savePlan'
  | 'loadPlan'
  | 'pickReplayFile'
  | 'startReplay'
  | 'listReplays'
  | 'replayStatus'
  | 'pauseReplay'
  | 'resumeReplay'
  | 'stepReplay'
  | 'cancelReplay'
  | 'setReplayPace'
  | 'replayRecords'
  | 'exportReplayReport'
  | 'verifyReplay'
  | 'recordReplays'
>

export interface ReplayWorld {
  readonly records: FixtureRecords
  readonly now: () => number
  readonly moved: () => void
  readonly checkGrant: (grant: string, stream: string) => void
  readonly seeded: boolean
}

export function memoryReplay(world: ReplayWorld): ReplayPart & { stop(): void } {
  const { records, now } = world
  const plans = new Map<string, Planned>()
  const replays: Replay[] = []
  const started = new Map<string, string>()
  let saved: Planned | null = null

  function plan(request: ReplayRequest): Planned {
    checkTarget(request, records)
    const indexes = chosenIndexes(request.source, records)
    if (indexes.length === 0) throw new CommandFault('invalid', 'the source holds no records', 'Choose another source.')
    const made = { plan: { ...madePlan(request, indexes, world, done()), id: `plan-${plans.size + 1}` }, request, indexes }
    plans.set(made.plan.id, made)
    return made
  }
  const done = (): Set<number> => new Set(replays.flatMap((one) => one.planned.indexes.slice(0, one.job.done)))
  function begin(planned: Planned, seeded = false): Replay {
    const { request } = planned
    const target = targetName(request)
    const rate = rateOf(request.pacing, planned, target)
    const job = new MadeUpJob(target, planned.indexes.length, rate, request.afterUnclear, now, world.moved)
    const replay: Replay = { id: `r${replays.length + 1}`, planned, job, startedAt: now(), target, pacing: request.pacing }
    replays.push(replay)
    if (!seeded) job.start()
    if (request.pacing.kind === 'step') job.pause()
    return replay
  }
  function find(id: string): Replay {
    const found = replays.find((one) => one.id === id)
    if (!found) throw new CommandFault('gone', 'This replay is not there any more.', null)
    return found
  }
  const planOf = (id: string): Planned => {
    const found = plans.get(id)
    if (!found) throw new CommandFault('gone', 'This plan is not there any more.', 'Plan it again.')
    return found
  }
  const rowAt = (replay: Replay, place: number): ReplayedRow => replayedRow(replay.job, replay.planned, place, records)

  if (world.seeded) seed(plan, begin)

  return {
    planReplay: async (_slot, request) => plan(request).plan,
    previewReplay: async (request, position) => previewOf(request, position, world),
    savePlan: async (id) => {
      saved = planOf(id)
      return '/home/ada/order-flow.plan.json'
    },
    loadPlan: async () => saved && { request: saved.request, plan: saved.plan },
    pickReplayFile: async (format) => (format === 'ndjson' ? '/home/ada/replayed.ndjson' : '/home/ada/capture.ferro.ndjson'),
    startReplay: async (id, grant) => {
      const known = started.get(id)
      if (known !== undefined) return rowOf(find(known), records)
      const planned = planOf(id)
      if (planned.request.target.kind === 'stream') world.checkGrant(grant ?? '', planned.request.target.target.stream)
      const replay = begin(planned)
      started.set(id, replay.id)
      return rowOf(replay, records)
    },
    listReplays: async () => [...replays].reverse().map((one) => rowOf(one, records)),
    replayStatus: async (id) => rowOf(find(id), records),
    pauseReplay: async (id) => find(id).job.pause(),
    resumeReplay: async (id, grant) => {
      const { job, planned } = find(id)
      if (planned.request.target.kind === 'stream') world.checkGrant(grant ?? '', planned.request.target.target.stream)
      job.start()
    },
    stepReplay: async (id) => find(id).job.step(),
    cancelReplay: async (id) => find(id).job.cancel(),
    setReplayPace: async (id, pacing) => {
      const replay = find(id)
      replay.pacing = pacing
      replay.job.perSecond = rateOf(pacing, replay.planned, replay.target)
    },
    replayRecords: async (id, which, first, count) => {
      const replay = find(id)
      const places = replay.planned.indexes.map((_, place) => place)
      const wanted = (place: number): boolean => {
        if (which === 'mayBeDoubled') return place < replay.job.done && replay.job.doubledAt(place)
        return which === 'all' || replay.job.outcomeAt(place) === which
      }
      const found = which === 'all' ? places : places.filter(wanted)
      return { total: found.length, rows: found.slice(first, first + count).map((place) => rowAt(replay, place)) }
    },
    exportReplayReport: async (id, format) => `/home/ada/${find(id).planned.request.name ?? 'replay'}.report.${format}`,
    verifyReplay: async (id) => verdictOf(find(id), rowAt),
    recordReplays: async (record) => provenance(Number(record) - 1, world),
    stop: () => replays.forEach((one) => one.job.stop()),
  }
}

function seed(plan: (request: ReplayRequest) => Planned, begin: (planned: Planned, seeded: boolean) => Replay): void {
  const request = (name: string, stream: string, filter: string): ReplayRequest => ({
    name,
    source: { captures: [], chosen: { kind: 'filter', filter, from: null, until: null } },
    target: { kind: 'stream', target: { connection: 'demo', stream } },
    rules: [],
    order: 'keyed',
    placement: 'byKey',
    pacing: { kind: 'original', speed: 10, longestGapMillis: null },
    afterUnclear: 'retry',
    seed: null,
    captureTarget: false,
  })
  const done = begin(plan(request('failed payments', 'order-test', 'type:PAYMENT_FAILED')), true)
  done.job.advance(done.job.total)
  const doubled = begin(plan(request('order flow into the flaky stream', 'order-flaky', 'stream:order-events')), true)
  doubled.job.advance(doubled.job.total)
  const cut = begin(plan(request('all commands', 'order-test', 'stream:order-commands')), true)
  cut.job.advance(Math.floor(cut.job.total * 0.37))
  cut.job.interrupt('the program ended while this replay ran', 'Resume it: it goes on after the last record that is certain.')
}

export function targetName({ target }: ReplayRequest): string {
  switch (target.kind) {
    case 'stream':
      return target.target.stream
    case 'file':
      return target.path
    case 'lambda':
      return target.function
    case 'localLambda':
      return target.address
  }
}

function rateOf(pacing: ReplayPacing, { plan }: Planned, target: string): number {
  const most = usualRate(target)
  if (pacing.kind === 'fixed') return Math.min(most, pacing.recordsPerSecond)
  if (pacing.kind !== 'original') return most
  return Math.min(most, (plan.records / Math.max(1, (plan.lastAt ?? 0) - (plan.firstAt ?? 0))) * 1_000 * pacing.speed)
}

function rowOf({ id, planned, job, startedAt, target, pacing }: Replay, records: FixtureRecords): ReplayRow {
  const { request } = planned
  const next = planned.indexes[job.done]
  const waiting = job.state === 'paused' || job.state === 'running'
  return {
    id,
    name: request.name ?? `${job.total} records to ${target}`,
    state: job.state,
    target,
    startedAt,
    endedAt: job.endedAt,
    planned: job.total,
    acknowledged: job.counts.acknowledged,
    inFlight: job.inFlight,
    shards: request.target.kind === 'stream' ? shardsOf(job, planned.plan) : [],
    shardsTotal: request.target.kind === 'stream' ? planned.plan.shards.length : 0,
    refused: job.counts.refused,
    unclear: job.counts.unclear,
    mayBeDoubled: job.mayBeDoubled,
    ratePerSecond: job.state === 'running' ? job.perSecond : 0,
    etaMillis: job.etaMillis,
    retries: job.counts.refused * 4,
    throttles: job.counts.refused * 2,
    skewMillis: pacing.kind === 'original' && job.state === 'running' ? 12 : null,
    message: job.message,
    hint: job.hint,
    pacing,
    canVerify: request.target.kind === 'stream' && (job.state === 'finished' || job.state === 'cancelled'),
    next: waiting && next !== undefined ? { record: records.row(next).id, dueMillis: pacing.kind === 'step' ? null : 400 } : null,
    writesTo: request.target.kind === 'stream' ? request.target.target : null,
    beside: request.captureTarget ? besideOf(job) : null,
  }
}

/** Each shard is as far as the whole. */
function shardsOf({ counts, total, inFlight }: MadeUpJob, plan: ReplayPlan): ReplayShard[] {
  const part = (figure: number, records: number): number => Math.floor((figure * records) / Math.max(1, total))
  return plan.shards.map(({ shard, records }) => ({
    shard,
    planned: records,
    acknowledged: part(counts.acknowledged, records),
    inFlight: part(inFlight, records),
  }))
}

/** It reads what is written at once, and ends with the job. */
function besideOf({ state, counts }: MadeUpJob): CaptureBeside {
  const reading = state === 'running' || state === 'paused'
  return { capture: '1', records: counts.acknowledged, state: reading ? 'reading' : 'read' }
}

function replayedRow(job: MadeUpJob, { indexes }: Pick<Planned, 'indexes'>, place: number, records: FixtureRecords): ReplayedRow {
  const row = records.row(indexes[place] ?? 0)
  const { index: _, ...sent } = sentRow(job, place, row.partitionKey ?? '', evenShards(4))
  return {
    record: row.id,
    originalStream: row.stream,
    originalShard: row.shard,
    originalSequence: row.sequence,
    sub: row.subSequence ?? 0,
    ...sent,
    copy: null,
  }
}

function verdictOf(replay: Replay, rowAt: (replay: Replay, place: number) => ReplayedRow): ReplayVerdict {
  const { job } = replay
  const flaky = job.mayBeDoubled > 0
  const { acknowledged, unclear } = job.counts
  const extra = Math.floor(job.mayBeDoubled / 2)
  const example = (what: 'missing' | 'extra', place: number): ReplayVerdict['examples'][number] => {
    const row = rowAt(replay, place)
    return { what, record: row.record, found: what === 'extra' ? `${arnOf(replay.target).split('/')[1]} 002` : null, key: row.key }
  }
  return {
    compared: acknowledged,
    identical: acknowledged,
    missing: job.total - acknowledged - unclear,
    extra,
    changed: 0,
    outOfOrder: flaky ? 2 : 0,
    inDoubt: unclear,
    covered: !flaky,
    notes: flaky ? ['The capture of the target began 4 s after the first record was written.'] : [],
    examples: flaky ? [example('missing', 7), example('extra', 31)] : [],
  }
}

/** A copy stands some way behind its original. */
function provenance(index: number, { records, seeded, now }: ReplayWorld): { original: ReplayedRow | null; copies: ReplayedRow[] } {
  if (!seeded) return { original: null, copies: [] }
  const job = new MadeUpJob('order-test', records.length, 0, 'retry', now)
  job.advance(records.length)
  const line = (original: number): ReplayedRow => ({
    ...replayedRow(job, { indexes: records.lanes.length > 0 ? [original] : [] }, 0, records),
    shard: records.row(original + COPY_DISTANCE).shard,
    sequence: records.row(original + COPY_DISTANCE).sequence,
    copy: String(original + COPY_DISTANCE + 1),
  })
  const copied = index + COPY_DISTANCE < records.length && isMadeUpCopy(index + COPY_DISTANCE)
  return { original: isMadeUpCopy(index) ? line(index - COPY_DISTANCE) : null, copies: copied ? [line(index)] : [] }
}
