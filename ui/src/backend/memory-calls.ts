// The calls of a made-up connection: reads of its shards four times a second, some of them throttled, refused or repeated.
import { mixed } from './fixture'
import type { EndpointCall } from './bindings'

const EVERY_MILLIS = 250
const MOST = 2_000

/** What was called since the page was opened, `age` ago at `begun`, after this number. */
export function madeUpCalls(age: number, begun: number, after: number): EndpointCall[] {
  const last = Math.floor(age / EVERY_MILLIS) + 40
  const first = Math.max(after, last - MOST)
  return Array.from({ length: Math.max(0, last - first) }, (_, i) => callAt(first + i + 1, begun))
}

function callAt(number: number, begun: number): EndpointCall {
  const chance = mixed(number, 17) % 100
  const browsing = number <= 6
  const outcome = chance < 4 ? 'throttled' : chance < 7 ? 'failed' : 'answered'
  return {
    number,
    at: begun + (number - 40) * EVERY_MILLIS,
    tookMillis: 3 + (mixed(number, 19) % (outcome === 'answered' ? 40 : 900)),
    operation: browsing ? (number === 1 ? 'ListStreams' : 'DescribeStreamSummary') : number % 25 === 0 ? 'GetShardIterator' : 'GetRecords',
    stream: number === 1 ? null : (['order-commands', 'order-events', 'user-events'][number % 3] ?? null),
    shard: browsing ? null : `shardId-00000000000${number % 4}`,
    options: number % 25 === 0 ? [{ name: 'shard-iterator-type', value: 'LATEST' }] : [{ name: 'limit', value: '10000' }],
    outcome,
    why: outcome === 'failed' ? 'ResourceNotFoundException' : null,
    attempt: chance === 3 ? 2 : 1,
    bytesReceived: outcome === 'answered' ? mixed(number, 23) % 60_000 : 81,
  }
}
