// A backend for the screens of connections, streams and captures: the made-up one, with a resharded stream, thousands of
// streams, gaps, and endpoints that fail in the ways that the program names.
import { CommandFault, type Backend } from '../../../src/backend/backend'
import type { Connection, Consumer, GapRow, KeyPlacement, OpenConnection, Shard, StreamRow } from '../../../src/backend/bindings'
import { memoryBackend, type MemoryOptions } from '../../../src/backend/memory'

export const NOW = Date.UTC(2026, 3, 11, 7, 3, 22, 118)
const SPACE = 1n << 128n

function shard(number: number, from: number, until: number, more: Partial<Shard> = {}): Shard {
  const at = (share: number): bigint => (SPACE / 1000n) * BigInt(Math.round(share * 1000))
  return {
    id: `shardId-${String(number).padStart(12, '0')}`,
    short: String(number),
    open: true,
    parent: null,
    adjacentParent: null,
    hashKeyStart: String(at(from)),
    hashKeyEnd: String(until === 1 ? SPACE - 1n : at(until) - 1n),
    hashShareStart: from,
    hashShareEnd: until,
    sequenceStart: `4965960001234567890123456789012345678901234500000000${String(number).padStart(4, '0')}`,
    sequenceEnd: null,
    ...more,
  }
}
const id = (number: number): string => `shardId-${String(number).padStart(12, '0')}`
const closed = { open: false, sequenceEnd: '49659600012345678901234567890123456789012345999999999999' } as const

/** 000 and 003 as they were; 001 split into 004 and 005; 002 merged from 006 and 007, which are closed. */
export const RESHARDED: readonly Shard[] = [
  shard(0, 0, 0.25),
  shard(1, 0.25, 0.5, closed),
  shard(2, 0.5, 0.75, { parent: id(6), adjacentParent: id(7) }),
  shard(3, 0.75, 1),
  shard(4, 0.25, 0.375, { parent: id(1) }),
  shard(5, 0.375, 0.5, { parent: id(1) }),
  shard(6, 0.5, 0.625, closed),
  shard(7, 0.625, 0.75, closed),
]

export const CONSUMERS: readonly Consumer[] = [
  {
    name: 'billing-service',
    arn: 'arn:aws:kinesis:eu-west-1:000000000000:stream/order-events/consumer/billing-service:1',
    status: 'ACTIVE',
    createdAt: NOW - 9e8,
  },
]
export const GAPS: readonly GapRow[] = [
  {
    lane: 4,
    stream: 'order-events',
    shard: id(1),
    from: NOW - 1_800_000,
    until: NOW - 1_745_000,
    reason: 'trimmed',
  },
  {
    lane: 2,
    stream: 'order-commands',
    shard: id(2),
    from: null,
    until: null,
    reason: 'continuityUnproven',
  },
]

export const manyStreams = (count: number): StreamRow[] =>
  Array.from({ length: count }, (_, i) => ({
    name:
      i === 2
        ? 'a-stream-with-a-name-that-is-as-long-as-kinesis-allows-it-which-is-one-hundred-and-twenty-eight-characters-of-letters-and-digits'
        : `stream-${String(i).padStart(4, '0')}`,
    arn: null,
    status: i % 97 === 3 ? 'UPDATING' : 'ACTIVE',
    mode: i % 3 === 0 ? 'ON_DEMAND' : 'PROVISIONED',
    createdAt: NOW - i * 86_400_000,
  }))

/** As an endpoint tells them whose ListStreams gives names only. */
export const onlyNames = (count: number): StreamRow[] =>
  manyStreams(count).map(({ name }) => ({ name, arn: null, status: null, mode: null, createdAt: null }))

/** An endpoint that is not one of AWS's is opened once it is trusted; everything else but the demo fails as AWS would. */
async function openOther(request: OpenConnection, open: (connection: Connection) => void): Promise<Connection> {
  if (request.source.kind === 'profile') {
    throw new CommandFault(
      'signIn',
      'the credentials have expired: the SSO session is over',
      `Run: aws sso login --profile ${request.source.name}`,
    )
  }
  const endpoint = request.endpoint ?? 'https://kinesis.eu-west-1.amazonaws.com'
  const host = new URL(endpoint).host
  if (host.startsWith('localhost')) {
    throw new CommandFault(
      'failed',
      `nothing answers at ${host}: connection refused`,
      `Check that the endpoint runs, and the network, VPN and region: ${host} must be reachable.`,
    )
  }
  if (!request.askTrust) {
    throw new CommandFault(
      'untrustedEndpoint',
      `${host} is neither AWS nor this machine, and nobody has confirmed it yet`,
      `Confirm ${host} if you know it: requests signed with your credentials will go there.`,
    )
  }
  const connection: Connection = {
    id: 'other',
    label: host,
    source: request.source,
    chosenRegion: request.region,
    chosenEndpoint: request.endpoint,
    region: request.region ?? 'us-east-1',
    endpoint,
    endpointSource: { kind: 'entered' },
    endpointFlags: [],
    identity: { kind: 'unknown', why: 'This endpoint does not offer GetCallerIdentity.' },
    trusted: { credentials: 'placeholders', host: `${host}:443` },
    local: false,
    keptStreams: [],
    features: [
      { kind: 'streamSummary', offered: 'yes', why: '' },
      { kind: 'shardList', offered: 'unknown', why: 'ListShards got no answer from kinesis.corp.example:443 in time' },
      { kind: 'consumers', offered: 'no', why: 'this endpoint does not offer ListStreamConsumers (UnknownOperationException)' },
      { kind: 'lag', offered: 'unknown', why: 'nothing has been read yet' },
    ],
  }
  open(connection)
  return connection
}

export interface BrowsingOptions extends Partial<MemoryOptions> {
  readonly streams?: number
}

export function browsingBackend({ streams = 0, ...options }: BrowsingOptions = {}): Backend {
  const memory = memoryBackend({ now: () => NOW, records: 2_000, ...options })
  const others: Connection[] = []
  const shards: readonly Shard[] = streams > 100 ? Array.from({ length: 1_000 }, (_, i) => shard(i, i / 1_000, (i + 1) / 1_000)) : RESHARDED
  const backend: Backend = {
    ...memory,
    listConnections: async () => {
      const choices = await memory.listConnections()
      return { ...choices, open: [...choices.open, ...others] }
    },
    openConnection: (request) =>
      request.source.kind === 'demo' ? memory.openConnection(request) : openOther(request, (one) => void others.push(one)),
    streamShards: async () => [...shards],
    streamConsumers: async () => [...CONSUMERS],
    shardOfKey: async (): Promise<KeyPlacement> => ({ hashKey: String(SPACE / 3n), hashShare: 1 / 3, shard: id(4) }),
    listCaptures: async () => (await memory.listCaptures()).map((capture) => ({ ...capture, gaps: GAPS.length })),
    captureStatus: async (capture) => ({ ...(await memory.captureStatus(capture)), gaps: [...GAPS] }),
    ...(streams > 0 ? { listStreams: async () => manyStreams(streams) } : {}),
  }
  for (const [name, fault] of Object.entries(options.faults ?? {})) Object.assign(backend, { [name]: () => Promise.reject(fault) })
  return backend
}
