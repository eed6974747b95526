import { expect, test } from 'vitest'
import { checked, emptyDraft, onlyShard, type CaptureDraft } from './draft'

const NOW = Date.UTC(2026, 3, 11, 14, 3, 22, 118)
const draft = (changes: Partial<CaptureDraft>): CaptureDraft => ({ ...emptyDraft('c1', ['orders']), ...changes })
const faults = (changes: Partial<CaptureDraft>): unknown => checked(draft(changes), NOW, 'utc').faults
const capture = (changes: Partial<CaptureDraft>): unknown => checked(draft(changes), NOW, 'utc').capture

test('the least that can be started: one stream, from now on, all shards', () => {
  expect(capture({})).toEqual({
    connection: 'c1',
    name: null,
    streams: [{ stream: 'orders', shards: null, start: { kind: 'latest' } }],
    untilTime: null,
    untilCount: null,
  })
})

test('everything said', () => {
  expect(
    capture({
      streams: ['orders', 'payments'],
      shards: { payments: ['shardId-000000000001'] },
      start: 'atTimestamp',
      timeText: 'now-1h',
      untilTimeText: '14:00',
      name: ' friday ',
    }),
  ).toEqual({
    connection: 'c1',
    name: 'friday',
    untilTime: NOW - 202_118,
    untilCount: null,
    streams: [
      { stream: 'orders', shards: null, start: { kind: 'atTimestamp', at: NOW - 3_600_000 } },
      { stream: 'payments', shards: ['shardId-000000000001'], start: { kind: 'atTimestamp', at: NOW - 3_600_000 } },
    ],
  })
})

test('a sequence number needs one shard of one stream', () => {
  const sequence = '49659600012345678901234567890123456789010000000000000042'
  const one = { start: 'atSequenceNumber', sequenceText: sequence, shards: { orders: ['shardId-000000000000'] } } as const
  expect(capture(one)).toMatchObject({ streams: [{ start: { kind: 'atSequenceNumber', sequence } }] })
  expect(faults({ ...one, shards: {} })).toEqual({ shards: 'oneShardOnly' })
  expect(faults({ ...one, shards: { orders: ['a', 'b'] } })).toEqual({ shards: 'oneShardOnly' })
  expect(faults({ ...one, streams: ['orders', 'payments'] })).toEqual({ shards: 'oneShardOnly' })
  expect(faults({ ...one, sequenceText: '0x12' })).toEqual({ sequence: 'notASequenceNumber' })
  expect(faults({ ...one, sequenceText: '012' })).toEqual({ sequence: 'notASequenceNumber' })
  expect(faults({ ...one, sequenceText: '1'.repeat(130) })).toEqual({ sequence: 'notASequenceNumber' })
  expect(onlyShard(draft(one))).toBe('shardId-000000000000')
})

test('every fault is found at once, each at its field', () => {
  expect(faults({ streams: [], start: 'atTimestamp', timeText: 'soon', untilTimeText: 'later', untilCountText: '-3' })).toEqual({
    streams: 'noStream',
    time: 'notATime',
    untilTime: 'untilNotATime',
    untilCount: 'notACount',
  })
})

test('times that cannot be', () => {
  expect(faults({ start: 'atTimestamp', timeText: 'now+1m' })).toEqual({ time: 'timeAhead' })
  expect(faults({ start: 'atTimestamp', timeText: 'now-1h', untilTimeText: 'now-2h' })).toEqual({ untilTime: 'untilBeforeStart' })
  expect(faults({ untilTimeText: 'now-2h' })).toEqual({ untilTime: 'untilBeforeStart' })
  expect(faults({ start: 'trimHorizon', untilTimeText: 'now-2h' })).toBeNull()
})

test('chosen shards must be at least one, and a count at least one', () => {
  expect(faults({ shards: { orders: [] } })).toEqual({ shards: 'noShard' })
  expect(faults({ untilCountText: '0' })).toEqual({ untilCount: 'notACount' })
  expect(faults({ untilCountText: '1e9' })).toEqual({ untilCount: 'notACount' })
})

test('a capture ends at a time or after a count, not both', () => {
  expect(capture({ untilCountText: '10,000' })).toMatchObject({ untilTime: null, untilCount: 10_000 })
  const both = { untilTimeText: 'now+1h', untilCountText: '10,000' }
  expect(faults(both)).toEqual({ untilCount: 'twoEnds' })
  // both are refused in their own right first
  expect(faults({ ...both, untilTimeText: 'soon' })).toEqual({ untilTime: 'untilNotATime', untilCount: 'twoEnds' })
})
