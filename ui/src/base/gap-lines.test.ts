import { describe, expect, test } from 'vitest'
import type { Coverage } from './coverage'
import { gapLines, type DeclaredGap } from './gap-lines'
import { span } from './time-scale'

const lane = (n: number) => ({ lane: n, stream: 'orders', shard: `shard-${n}` })
const covered = (...parts: [number, number][]): Coverage => ({ covered: parts.map(([from, until]) => span(from, until)), readOnFrom: null })

function told(coverage: Coverage[], declared: DeclaredGap<string>[] = []): string[] {
  const lines = gapLines(
    coverage.map((_, i) => lane(i)),
    new Map(coverage.map((one, i) => [i, one])),
    declared,
  )
  return lines.map(({ at, from, until, reason, lanes }) =>
    `${at}: ${from}-${until} of ${lanes.map((one) => one.lane).join('+')} ${reason ?? ''}`.trim(),
  )
}

describe('what was not captured', () => {
  test('holes of one time stand together, in the order of time', () => {
    expect(told([covered([0, 10], [20, 30], [50, 60]), covered([5, 10], [20, 60])])).toEqual(['20: 10-20 of 0+1', '50: 30-50 of 0'])
  })

  test('before the first and after the last nothing is missing', () => {
    expect(told([covered([100, 200]), covered()])).toEqual([])
  })

  test('a capture says why', () => {
    const why = { lane: 0, from: 10, until: 20, reason: 'trimmed' }
    expect(told([covered([0, 10], [20, 30])], [why])).toEqual(['20: 10-20 of 0 trimmed'])
  })

  test('a gap at the beginning or without an end is told by itself', () => {
    const beginning = { lane: 0, from: null, until: 5, reason: 'trimmed' }
    const open = { lane: 0, from: 30, until: null, reason: 'streamGone' }
    expect(told([covered([5, 30])], [beginning, open])).toEqual(['5: null-5 of 0 trimmed', '31: 30-null of 0 streamGone'])
  })

  test('what another capture holds is no gap', () => {
    expect(told([covered([0, 40])], [{ lane: 0, from: 10, until: 20, reason: 'trimmed' }])).toEqual([])
  })

  test('what meets within a millisecond leaves nothing out', () => {
    expect(told([covered([0, 10], [11, 20])])).toEqual([])
  })
})
