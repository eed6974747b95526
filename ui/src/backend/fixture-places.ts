// Where the made-up records of memory.ts come from: a connection, what else could be opened, and small facts of both.
import type { TimeSpan } from '../base/time-scale'
import type { Connection, ConnectionChoices, CopyForm, GapReason, GapRow, LaneCoverage, ReadMeter, ViewGaps } from './bindings'

export const DEMO: Connection = {
  id: 'demo',
  label: 'Demo',
  source: { kind: 'demo' },
  chosenRegion: null,
  chosenEndpoint: null,
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:40411',
  endpointSource: { kind: 'entered' },
  endpointFlags: [],
  identity: { kind: 'known', account: '000000000000', arn: 'arn:aws:iam::000000000000:root' },
  trusted: null,
  local: true,
  keptStreams: [],
  features: [
    { kind: 'callerIdentity', offered: 'yes', why: '' },
    { kind: 'streamSummary', offered: 'yes', why: '' },
    { kind: 'shardList', offered: 'yes', why: '' },
    { kind: 'consumers', offered: 'yes', why: '' },
    { kind: 'tags', offered: 'yes', why: '' },
    { kind: 'lag', offered: 'yes', why: '' },
    { kind: 'childShards', offered: 'unknown', why: 'no shard’s end has been read yet' },
    { kind: 'subscriptions', offered: 'unused', why: 'not asked about: records are read with GetRecords' },
  ],
}

/** What could be opened; what is open is memory.ts's. */
export const CHOICES: Omit<ConnectionChoices, 'open' | 'known'> = {
  presets: [
    { source: { kind: 'demo' }, name: 'Demo', endpoint: null, region: 'eu-west-1', listens: null },
    { source: { kind: 'local' }, name: 'LocalStack', endpoint: 'http://localhost:4566', region: 'us-east-1', listens: true },
    { source: { kind: 'local' }, name: 'moto', endpoint: 'http://localhost:5000', region: 'us-east-1', listens: false },
  ],
  profiles: [
    { name: 'dev-sso', region: 'eu-west-1', endpoint: null, credentials: 'sso' },
    { name: 'prod-readonly', region: 'eu-west-1', endpoint: null, credentials: 'assumeRole' },
  ],
  profilesFault: null,
  trusted: [],
}

/** The calls of the connection. */
export const METER: ReadMeter = {
  operations: [{ operation: 'GetRecords', calls: 9_120, retries: 3, throttles: 3, errors: 0, bytesReceived: 8_123_456 }],
  calls: 9_180,
  retries: 3,
  throttles: 3,
  errors: 0,
  bytesReceived: 8_123_456,
}

/** How far what was read lies behind now. */
export const READ_MARGIN_MILLIS = 1_200

/** Everything but a part in the middle; what is running reads on. */
export function madeUpCoverage(lanes: readonly { lane: number }[], read: TimeSpan, running: boolean): LaneCoverage[] {
  const length = read.until - read.from
  return lanes.map(({ lane }) => ({
    lane,
    covered: [
      { from: read.from, until: read.from + length * 0.41 },
      { from: read.from + length * 0.47, until: read.until },
    ],
    readOnFrom: running ? read.until : null,
  }))
}

/** The part in the middle as a capture declares it. */
export function madeUpGaps(
  lanes: readonly { lane: number; stream: string; shard: string }[],
  read: TimeSpan,
  reason: GapReason | null,
): GapRow[] {
  if (reason === null) return []
  const length = read.until - read.from
  return lanes.map(({ lane, stream, shard }) => ({
    lane,
    stream,
    shard,
    from: read.from + length * 0.41,
    until: read.from + length * 0.47,
    reason,
  }))
}

/** The same, as an answer tells them. */
export function answerGaps(gaps: readonly GapRow[]): ViewGaps {
  const told = gaps.map(({ stream, shard, from, until }) => ({
    stream,
    shard: shard.replace(/^shardId-0*(?=\d)/, ''),
    from: from ?? 0,
    until: until ?? 0,
  }))
  return { gaps: told, count: told.length }
}

/** Text forms are the payload; what a program makes of it is only named. */
export function madeUpCopy(payload: string, form: CopyForm): string {
  if (form === 'json') return pretty(payload)
  return form === 'text' ? payload : `${form} of ${payload}`
}

export const arnOf = (stream: string): string => `arn:aws:kinesis:eu-west-1:000000000000:stream/${stream}`

/** Line breaks around brackets and commas outside strings; number text stays as it is. */
export function pretty(json: string): string {
  let depth = 0
  return json.replace(/"(?:[^"\\]|\\.)*"|[{[]|[}\]]|,|:/g, (part) => {
    const line = (by: number): string => `\n${'  '.repeat((depth += by))}`
    if (part === '{' || part === '[') return part + line(1)
    if (part === '}' || part === ']') return line(-1) + part
    if (part === ',') return part + line(0)
    return part === ':' ? ': ' : part
  })
}
