// A running capture of the made-up records, as the list of captures tells it.
import type { CaptureRow, ShardProgress } from './bindings'
import type { FixtureLane, FixtureRecords } from './fixture'
import { arnOf } from './fixture-places'

/** A capture of all that the fixture holds of these streams. */
export function captureRow(
  records: FixtureRecords,
  live: number,
  id: string,
  name: string,
  streams: string[],
  createdAt: number,
): CaptureRow {
  return {
    id,
    name,
    state: 'running',
    reason: null,
    hint: null,
    connection: 'Demo · eu-west-1',
    connectionId: 'demo',
    createdAt,
    records: records.length,
    streams: streams.map((stream) => ({
      name: stream,
      arn: arnOf(stream),
      shards: records.lanes.filter((lane) => lane.stream === stream).length,
    })),
    troubles: [],
    gaps: 0,
    lagMillis: 412,
    expiresAt: null,
    recordsPerSecond: live,
  }
}

/** How its shards are read. */
export function madeUpProgress(lanes: readonly FixtureLane[], running: boolean, eventsPerSecond: number): ShardProgress[] {
  return lanes.map((lane): ShardProgress => ({
    lane: lane.lane,
    stream: lane.stream,
    shard: lane.shard,
    short: lane.short,
    state: !running ? 'paused' : lane.lane === 5 ? 'catchingUp' : 'live',
    lagMillis: lane.lane === 5 ? 3_400 : 80 + lane.lane * 37,
    expiresAt: null,
    recordsPerSecond: running ? (eventsPerSecond * lane.share) / 9.5 : 0,
    bytesPerSecond: eventsPerSecond * 60,
    isRateOfWriting: running && lane.lane !== 5,
    callsPerSecond: !running ? 0 : lane.lane === 5 ? 4.5 : 0.95,
    bytesBudget: running ? 1_800_000 : null,
    callsBudget: !running ? null : lane.lane === 5 ? 5 : 1,
    throttles: lane.lane === 5 ? 3 : 0,
    retries: lane.lane === 5 ? 17 : 0,
    error: null,
    hint: null,
    retryAt: null,
  }))
}
