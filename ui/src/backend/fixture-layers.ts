// What the made-up records of memory.ts are made of: plain JSON, or one of a few that say what a layer may. Taking real
// payloads apart is Rust's.
import type { EventLayer, EventPart, LayerKind, Likeness, RecordDetails, RecordEvent } from './bindings'
import type { FixtureRecords } from './fixture'
import { arnOf, pretty } from './fixture-places'

/** What every record is: plain, documents one a line, compressed logs that pinned layers open, a changed row within an envelope,
 *  or cut off in the middle. */
export type MadeUpLayers = 'plain' | 'lines' | 'logs' | 'change' | 'broken'

const LOG_EVENTS = 3
const PACKED_SHARE = 0.31

const layer = (kind: LayerKind, sizeIn: number, sizeOut: number, detail = '', confidence = 99): EventLayer => ({
  kind,
  sizeIn,
  sizeOut,
  detail,
  confidence,
  truncated: null,
})

const hasEvents = (layers: MadeUpLayers): boolean => layers === 'logs' || layers === 'lines'

/** The text of an event, or of a change's image. */
export function madeUpContent(records: FixtureRecords, index: number, event: number, layers: MadeUpLayers, part: EventPart): string {
  const payload = records.payload(index)
  if (part === 'before') return '{"orderId":"ord-7919","state":"OPEN","total":5129900000000000001.50}'
  if (part === 'after') return '{"orderId":"ord-7919","state":"PAID","total":5129900000000000001.50}'
  return hasEvents(layers) ? `{"level":"ERROR","line":${event},"record":${payload}}` : payload
}

export const madeUpText = (records: FixtureRecords, index: number, event: number, layers: MadeUpLayers, part: EventPart): string =>
  pretty(madeUpContent(records, index, event, layers, part))

export function madeUpEvent(records: FixtureRecords, index: number, event: number, layers: MadeUpLayers): RecordEvent {
  const content = madeUpContent(records, index, event, layers, 'content')
  const size = content.length
  const packed = Math.round(size * PACKED_SHARE)
  const isJson = records.row(index).format === 'json'
  const plain: RecordEvent = {
    index: event,
    eventType: records.eventType(index),
    format: isJson ? 'json' : 'binary',
    trail: [layer(isJson ? 'json' : 'binary', size, size, '', isJson ? 99 : 0)],
    facts: [],
    sourceBytes: size,
    stored: true,
    contentAt: isJson ? 0 : null,
    contentInRecord: isJson ? 0 : null,
    hasBefore: false,
    hasAfter: false,
    failure: null,
    treeFault: isJson ? null : 'not JSON: expected a value at byte 0',
    storedAt: isJson ? '$' : null,
  }
  switch (layers) {
    case 'plain':
      return plain
    case 'lines':
      return {
        ...plain,
        format: 'json',
        treeFault: null,
        trail: [layer('jsonDocuments', size * LOG_EVENTS, size * LOG_EVENTS, `${LOG_EVENTS} documents`, 95), layer('json', size, size)],
        stored: false,
        contentAt: 0,
        contentInRecord: event * size,
        storedAt: '$',
      }
    case 'logs':
      return {
        ...plain,
        format: 'json',
        treeFault: null,
        trail: [
          layer('gzip', packed, size * LOG_EVENTS),
          layer('cloudWatchLogs', size * LOG_EVENTS, size * LOG_EVENTS, '/aws/lambda/checkout, DATA_MESSAGE, 3 log events'),
          layer('json', size, size),
        ],
        facts: [
          { name: 'id', value: `3719${event}` },
          { name: 'time', value: '1761825600123' },
          { name: 'log group', value: '/aws/lambda/<b>checkout</b>' },
          { name: 'log stream', value: '2026/04/11/[$LATEST]' },
        ],
        stored: false,
        contentAt: 0,
        contentInRecord: null,
        storedAt: null,
      }
    case 'change':
      return {
        ...plain,
        trail: [layer('eventBridge', size + 210, size, 'detail-type Order Placed', 97), layer('json', size, size)],
        facts: [{ name: 'operation', value: 'MODIFY' }],
        stored: false,
        storedAt: '$.detail',
        hasBefore: true,
        hasAfter: true,
      }
    case 'broken':
      return {
        ...plain,
        format: 'binary',
        trail: [layer('gzip', packed, size), layer('binary', size, size, '', 0)],
        stored: false,
        storedAt: null,
        treeFault: 'not JSON: expected a value at byte 0',
        failure: {
          after: 'gzip',
          candidates: [
            { kind: 'kpl', reason: 'it does not begin like one' },
            { kind: 'json', reason: 'not JSON: expected a value at byte 0' },
            { kind: 'messagePack', reason: '12 bytes are left over after it' },
            { kind: 'protobuf', reason: 'there is no schema for it' },
          ],
        },
      }
  }
}

/** The last one before it in its stream with its key or its type. */
export function earlierIndex(records: FixtureRecords, index: number, likeness: Likeness): number | null {
  const of = records.row(index)
  for (let other = index - 1; other >= 0; other -= 1) {
    const row = records.row(other)
    const alike = likeness === 'key' ? row.partitionKey === of.partitionKey : row.eventType === of.eventType
    if (alike && row.stream === of.stream) return other
  }
  return null
}

export function madeUpDetails(records: FixtureRecords, index: number, layers: MadeUpLayers): Omit<RecordDetails, 'row'> {
  const row = records.row(index)
  return {
    streamArn: arnOf(row.stream),
    hashKey: '126431983475091234509182734509182734509',
    explicitHashKey: null,
    aggregateBytes: row.subSequence === null ? null : 18_220,
    shownBytes: row.sizeBytes,
    isMasked: false,
    aggregateFault: row.damagedAggregate ? 'The MD5 trailer does not match.' : null,
    layers: {
      events: hasEvents(layers) ? LOG_EVENTS : 1,
      truncated: null,
      pinned: null,
      schemas: [],
      first: madeUpEvent(records, index, 0, layers),
    },
  }
}
