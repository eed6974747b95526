// Streams that are made and removed in memory, and made-up permissions: the made-up connection may do all but list tags.
import { CommandFault } from './backend'
import type { CallPermissions, StreamDetails, StreamRow } from './bindings'
import { arnOf } from './fixture-places'

const READS = [
  'ListStreams',
  'DescribeStreamSummary',
  'ListShards',
  'ListStreamConsumers',
  'ListTagsForStream',
  'GetShardIterator',
  'GetRecords',
]

export function madeUpPermissions(stream: string): CallPermissions {
  const refused = 'not allowed: kinesis:ListTagsForStream is missing (AccessDeniedException: User is not authorized.)'
  return {
    stream,
    arn: arnOf(stream),
    operations: [
      ...READS.map((operation) => ({
        operation,
        action: `kinesis:${operation}`,
        allowed: operation === 'ListTagsForStream' ? ('no' as const) : ('yes' as const),
        why: operation === 'ListTagsForStream' ? refused : '',
      })),
      ...['PutRecord', 'PutRecords'].map((operation) => ({
        operation,
        action: `kinesis:${operation}`,
        allowed: 'notTried' as const,
        why: '',
      })),
    ],
  }
}

/** The streams of the made-up connection: those it has, those that were made here, without those that were removed. */
export function memoryStreams(had: () => readonly string[], createdAt: number) {
  const made: string[] = []
  const removed = new Set<string>()
  const names = (): string[] => [...had(), ...made].filter((name) => !removed.has(name))
  const details = (name: string): StreamDetails => ({
    name,
    arn: arnOf(name),
    status: 'ACTIVE',
    mode: 'PROVISIONED',
    createdAt,
    openShards: 4,
    retentionHours: 24,
    encryption: 'none',
    consumers: 0,
    maxRecordSizeKib: 1024,
  })
  return {
    connectionPermissions: async (_connection: string, stream: string | null): Promise<CallPermissions> =>
      madeUpPermissions(stream ?? names()[0] ?? ''),
    listStreams: async (): Promise<StreamRow[]> =>
      names().map((name) => ({ name, arn: arnOf(name), status: 'ACTIVE', mode: 'PROVISIONED', createdAt })),
    streamDetails: async (_connection: string, name: string): Promise<StreamDetails> => details(name),
    createStream: async (_connection: string, name: string, shards: number): Promise<StreamDetails> => {
      if (names().includes(name)) {
        throw new CommandFault('failed', `CreateStream was refused: ResourceInUseException: Stream ${name} already exists.`, null)
      }
      removed.delete(name)
      if (!had().includes(name)) made.push(name)
      return { ...details(name), openShards: shards }
    },
    deleteStream: async (_connection: string, name: string, typed: string): Promise<void> => {
      if (typed !== name) throw new CommandFault('invalid', 'the stream’s name was not typed as it is', null)
      removed.add(name)
    },
  }
}
