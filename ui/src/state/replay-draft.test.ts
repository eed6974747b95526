import { expect, test } from 'vitest'
import { checkedReplay, draftOfRequest, draftRule, EMPTY_REPLAY, moved, otherPace, type ReplayDraft } from './replay-draft'

const NOW = Date.UTC(2026, 3, 11, 14, 3, 22, 118)
const stream = { connection: 'demo', stream: 'order-test' }
const checked = (changes: Partial<ReplayDraft>, target: typeof stream | null = stream) =>
  checkedReplay({ ...EMPTY_REPLAY, ...changes }, target, NOW, 'utc')
const faults = (changes: Partial<ReplayDraft>, target: typeof stream | null = stream): unknown => checked(changes, target).faults

test('the least: everything, in its own time, in order per key', () => {
  expect(checked({}).request).toEqual({
    name: null,
    source: { captures: [], chosen: { kind: 'filter', filter: '', from: null, until: null } },
    target: { kind: 'stream', target: stream },
    rules: [],
    order: 'keyed',
    placement: 'byKey',
    pacing: { kind: 'original', speed: 1, longestGapMillis: null },
    afterUnclear: 'retry',
    seed: null,
    captureTarget: false,
  })
})

test('every step says what is missing in it, all at once', () => {
  const rule = draftRule({ name: 'Set', on: true, rule: { kind: 'set', path: '', value: '1' } })
  expect(faults({ from: 'picked', rules: [rule], speedText: '0' }, null)).toEqual({
    source: 'noRecords',
    target: 'noStream',
    rules: 'ruleUnfinished',
    pace: 'notASpeed',
  })
  expect(faults({ rules: [{ ...rule, on: false }] })).toEqual({})
})

test('each source', () => {
  expect(faults({ sinceText: 'soon' })).toEqual({ source: 'notATime' })
  expect(faults({ sinceText: 'now-1h', untilText: 'now-2h' })).toEqual({ source: 'untilBefore' })
  expect(faults({ from: 'sequences' })).toEqual({ source: 'noShard' })
  expect(faults({ from: 'sequences', lane: 2, firstSequence: '1', lastSequence: 'x' })).toEqual({ source: 'notASequence' })
  expect(faults({ from: 'carrying', path: 'sagaId' })).toEqual({ source: 'noPath' })
  expect(faults({ from: 'carrying' })).toEqual({ source: 'noValue' })
  expect(checked({ from: 'carrying', value: 'saga-1' }).request?.source.chosen).toEqual({
    kind: 'carrying',
    path: '$.sagaId',
    value: 'saga-1',
  })
})

test('each target and pace', () => {
  expect(faults({ into: 'file' }, null)).toEqual({ target: 'noFile' })
  expect(faults({ into: 'lambda', lambdaConnection: 'demo' }, null)).toEqual({ target: 'noFunction' })
  expect(checked({ into: 'file', file: '/a' }, null).request?.target).toEqual({ kind: 'file', path: '/a', format: 'ndjson' })
  for (const lambdaAddress of [
    '',
    'localhost:9000',
    'http://10.0.0.1:9000',
    'http://localhost.example.com',
    'https://example.com/localhost',
  ])
    expect(faults({ into: 'localLambda', lambdaAddress }, null), lambdaAddress).toEqual({ target: 'noLocalAddress' })
  for (const lambdaAddress of ['http://localhost:9000', 'http://127.0.0.1:9000/', 'http://[::1]:9000'])
    expect(checked({ into: 'localLambda', lambdaAddress }, null).request?.target).toEqual({ kind: 'localLambda', address: lambdaAddress })
  expect(faults({ speedText: '101' })).toEqual({ pace: 'notASpeed' })
  expect(faults({ gapText: 'x' })).toEqual({ pace: 'notAGap' })
  expect(faults({ pace: 'fixed', rateText: '' })).toEqual({ pace: 'notARate' })
  // whole milliseconds, whatever the product's last digit is
  expect(checked({ gapText: '1.001' }).request?.pacing).toEqual({ kind: 'original', speed: 1, longestGapMillis: 1_001 })
  expect(checked({ speedText: '0.5', gapText: '2' }).request?.pacing).toEqual({ kind: 'original', speed: 0.5, longestGapMillis: 2_000 })
})

test('a saved request comes back as it was', () => {
  const drafts: Partial<ReplayDraft>[] = [
    { from: 'filter', filter: 'type:A', sinceText: '2026-04-11 09:00:00.118', untilText: '2026-04-11 10:00:00', name: 'one' },
    { from: 'carrying', value: 'x', into: 'file', file: '/a', fileFormat: 'ferrokinesis', pace: 'fixed', rateText: '12.5' },
    {
      from: 'picked',
      picked: ['3', '4'],
      pace: 'step',
      order: 'strict',
      placement: 'shardFaithful',
      seed: 's',
      afterUnclear: 'stop',
      captureTarget: true,
      rules: [draftRule({ name: 'Trace', on: true, rule: { kind: 'stripTrace' } })],
    },
    { into: 'localLambda', lambdaAddress: 'http://127.0.0.1:9001' },
    {
      from: 'sequences',
      lane: 1,
      shard: 's-1',
      firstSequence: '1',
      lastSequence: '9',
      gapText: '1.5',
      into: 'lambda',
      lambdaConnection: 'demo',
      lambda: 'f',
    },
  ]
  for (const draft of drafts) {
    const { request } = checked(draft)
    expect(request).not.toBeNull()
    if (request) expect(checkedReplay(draftOfRequest(request, 'utc'), stream, NOW, 'utc').request).toEqual(request)
  }
})

test('slower and faster', () => {
  expect(otherPace({ kind: 'original', speed: 1, longestGapMillis: 5 }, 2, 0)).toEqual({ kind: 'original', speed: 2, longestGapMillis: 5 })
  expect(otherPace({ kind: 'original', speed: 100, longestGapMillis: null }, 2, 0)).toBeNull()
  expect(otherPace({ kind: 'original', speed: 0.1, longestGapMillis: null }, 0.5, 0)).toBeNull()
  expect(otherPace({ kind: 'fixed', recordsPerSecond: 10 }, 0.5, 0)).toEqual({ kind: 'fixed', recordsPerSecond: 5 })
  expect(otherPace({ kind: 'atOnce' }, 2, 900)).toBeNull()
  expect(otherPace({ kind: 'atOnce' }, 0.5, 900)).toEqual({ kind: 'fixed', recordsPerSecond: 450 })
  expect(otherPace({ kind: 'step' }, 2, 0)).toBeNull()
})

test('a rule moves among the others', () => {
  expect(moved(['a', 'b', 'c'], 0, 2)).toEqual(['b', 'c', 'a'])
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b'])
  expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b'])
  expect(moved(['a', 'b'], 1, 2)).toEqual(['a', 'b'])
})
