// A running capture of the made-up records, as the list of captures tells it.
import type { CaptureRow } from './bindings'
import type { FixtureRecords } from './fixture'
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
    recordsPerSecond: live,
  }
}
