// What a made-up replay would do, found without sending anything: which records its source names, and its plan.
import { CommandFault } from './backend'
import { mixed, type FixtureRecords } from './fixture'
import { fixtureTest, checkedFixtureFilter } from './fixture-filter'
import { pretty } from './fixture-places'
import { atPath, evenShards, hashKeyOf, parsed, shardOfHash, sizeOf } from './memory-draft'
import { ruled, type Ruled } from './memory-rules'
import type { ReplayPacing, ReplayPlan, ReplayPreview, ReplayRequest, ReplaySource } from './bindings'

const SHARD_BYTES_PER_SECOND = 1_048_576
const SHARD_RECORDS_PER_SECOND = 1_000

export interface PlanWorld {
  readonly records: FixtureRecords
  readonly now: () => number
}

export function checkTarget({ target, source }: ReplayRequest, records: FixtureRecords): void {
  if (target.kind !== 'stream') return
  const streams = new Set(chosenIndexes(source, records).map((index) => records.lanes[records.laneOf[index] ?? 0]?.stream))
  if (streams.has(target.target.stream))
    throw new CommandFault('invalid', 'the source stream can never be its own target', 'Choose another stream, or create one for tests.')
}

export function chosenIndexes({ chosen }: ReplaySource, records: FixtureRecords): number[] {
  const all = Array.from({ length: records.length }, (_, index) => index)
  const within = (from: number | null, until: number | null) => (index: number) =>
    (from === null || (records.arrivals[index] ?? 0) >= from) && (until === null || (records.arrivals[index] ?? 0) < until)
  switch (chosen.kind) {
    case 'picked':
      return chosen.records.map((record) => Number(record) - 1).sort((a, b) => a - b)
    case 'time':
      return all.filter(within(chosen.from, chosen.until))
    case 'filter': {
      const check = checkedFixtureFilter(chosen.filter)
      if (check.fault) throw new CommandFault('invalid', check.fault.message, null)
      const test = fixtureTest(chosen.filter)
      return all.filter((index) => within(chosen.from, chosen.until)(index) && (test === null || test(records, index)))
    }
    case 'sequences':
      return all.filter((index) => {
        if (records.laneOf[index] !== chosen.lane) return false
        const { sequence } = records.row(index)
        return sequence >= chosen.first && sequence <= chosen.last
      })
    case 'carrying':
      return all.filter((index) => String(atPath(parsed(records.payload(index)), chosen.path)) === chosen.value)
  }
}

function ruledAt(request: ReplayRequest, index: number, first: number, { records, now }: PlanWorld): Ruled {
  return ruled(
    {
      text: records.payload(index),
      key: records.partitionKey(index),
      shiftMillis: now() - (records.arrivals[first] ?? 0),
      seed: request.seed ?? '',
    },
    request.rules,
  )
}

export function madePlan(request: ReplayRequest, indexes: readonly number[], world: PlanWorld, before: ReadonlySet<number>): ReplayPlan {
  const { records } = world
  const open = evenShards(4)
  const shares = new Map(open.map(({ shard }) => [shard, { records: 0, sizeBytes: 0 }]))
  const targets = new Map<string, Set<string>>()
  const first = indexes[0] ?? 0
  const changed = new Map(request.rules.filter((rule) => rule.on).map((rule) => [rule.name, 0]))
  let sizeBytes = 0
  for (const index of indexes) {
    const made = ruledAt(request, index, first, world)
    const key = made.key ?? ''
    const shard = shares.get(shardOfHash(open, hashKeyOf(key)) ?? '')
    const size = sizeOf(made.text)
    sizeBytes += size
    if (shard) {
      shard.records += 1
      shard.sizeBytes += size
    }
    made.by.forEach((name) => changed.set(name, (changed.get(name) ?? 0) + 1))
    targets.set(key, (targets.get(key) ?? new Set()).add(records.partitionKey(index)))
  }
  const shards = [...shares].map(([shard, one]) => ({
    shard,
    ...one,
    share: one.records / indexes.length,
  }))
  const collisions = [...targets].filter(([, from]) => from.size > 1)
  const firstAt = records.arrivals[first] ?? null
  const lastAt = records.arrivals[indexes.at(-1) ?? 0] ?? null
  const atQuota = (one: (typeof shards)[number]): number =>
    Math.max(one.sizeBytes / SHARD_BYTES_PER_SECOND, one.records / SHARD_RECORDS_PER_SECOND) * 1_000
  const byQuotaMillis = Math.max(...shards.map(atQuota))
  const byPaceMillis = paceMillis(request.pacing, indexes.length, (lastAt ?? 0) - (firstAt ?? 0))
  const oversize = indexes.filter((index) => mixed(index, 51) % 4_001 === 0)
  return {
    id: '',
    records: indexes.length - oversize.length,
    sizeBytes,
    unique: { keys: targets.size },
    shards,
    firstAt,
    lastAt,
    byPaceMillis,
    byQuotaMillis,
    expectedMillis: Math.max(byPaceMillis, byQuotaMillis),
    leftOut: {
      oversize: oversize.length,
      withoutKey: 0,
      examples: oversize.slice(0, 5).map((index) => ({ record: String(index + 1), message: '1.4 MB: the stream takes 1 MB a record' })),
    },
    keyCollisions: {
      groups: collisions.length,
      examples: collisions.slice(0, 3).map(([to, from]) => ({ to, from: [...from].slice(0, 4) })),
    },
    replayedBefore: indexes.filter((index) => before.has(index)).length,
    changed: [...changed].map(([rule, count]) => ({ rule, records: count })),
    warnings: request.order === 'fast' ? ['Records of one key may arrive in another order than they had.'] : [],
  }
}

function paceMillis(pacing: ReplayPacing, records: number, spanMillis: number): number {
  if (pacing.kind === 'original') return spanMillis / pacing.speed
  return pacing.kind === 'fixed' ? (records / pacing.recordsPerSecond) * 1_000 : 0
}

export function previewOf(request: ReplayRequest, position: number, world: PlanWorld): ReplayPreview {
  const { records } = world
  const indexes = chosenIndexes(request.source, records)
  const index = indexes[position]
  if (index === undefined) throw new CommandFault('invalid', 'the source holds no records', 'Choose another source.')
  const made = ruledAt(request, index, indexes[0] ?? 0, world)
  const before = records.payload(index)
  return {
    position,
    total: indexes.length,
    record: String(index + 1),
    keyBefore: records.partitionKey(index),
    keyAfter: made.key ?? '',
    shardAfter: request.target.kind === 'stream' ? shardOfHash(evenShards(4), hashKeyOf(made.key ?? '')) : null,
    before: pretty(before),
    after: pretty(made.text),
    changed: made.by.length > 0,
    rules: [...made.by],
    problem: null,
  }
}
