import { describe, expect, test } from 'vitest'
import type { LaneCounts } from './bucket-grid'
import { branchesOf, hotLanes, type FactLane } from './lane-facts'
import { span } from './time-scale'

const lane = (n: number, parents: number[] = [], stream = 'orders'): FactLane => ({
  lane: n,
  stream,
  shard: `shard-${n}`,
  parents: parents.map((one) => `shard-${one}`),
})
const counts = (from: number, widthMillis: number, rows: number[][]): LaneCounts => ({
  grid: { from, widthMillis, buckets: rows[0]?.length ?? 0 },
  lanes: rows.map((_, i) => i),
  counts: Uint32Array.from(rows.flat()),
})

describe('which shard came out of which', () => {
  const overview = counts(0, 100, [
    [1, 1, 0, 0],
    [0, 0, 1, 1],
    [0, 0, 0, 1],
  ])

  test('a split and a merge, from where records end to where they begin', () => {
    expect(branchesOf([lane(0), lane(1, [0]), lane(2, [0, 1])], overview, null)).toEqual([
      { parent: 0, child: 1, end: 200, start: 200 },
      { parent: 0, child: 2, end: 200, start: 300 },
      { parent: 1, child: 2, end: 300, start: 300 },
    ])
  })

  test('finer counts say it better where they reach', () => {
    const fine = counts(100, 10, [
      Array.from({ length: 30 }, (_, i) => (i < 8 ? 1 : 0)),
      Array.from({ length: 30 }, (_, i) => (i > 12 ? 1 : 0)),
    ])
    expect(branchesOf([lane(0), lane(1, [0])], overview, fine)).toEqual([{ parent: 0, child: 1, end: 180, start: 230 }])
    const elsewhere = counts(250, 10, [[0], [1]])
    expect(branchesOf([lane(0), lane(1, [0])], overview, elsewhere)[0]?.start).toBe(200)
  })

  test('a parent that is no lane, or a child without records, is not drawn', () => {
    expect(branchesOf([lane(1, [0])], overview, null)).toEqual([])
    const silent = counts(0, 100, [[1], [0]])
    expect(branchesOf([lane(0), lane(1, [0])], silent, null)).toEqual([])
  })
})

describe('which shards are hot', () => {
  const time = span(0, 4_000)

  test('one that gets far more than the others of its stream', () => {
    const hot = hotLanes(
      [lane(0), lane(1), lane(2)],
      counts(0, 1_000, [
        [90, 90, 90, 90],
        [20, 20, 20, 20],
        [20, 20, 20, 20],
      ]),
      time,
    )
    expect([...hot.keys()]).toEqual([0])
    expect(hot.get(0)?.times).toBeCloseTo(2.08, 2)
    expect(hot.get(0)?.share).toBeCloseTo(0.09)
  })

  test('one near the write limit, even alone, in any width of bucket', () => {
    const second = hotLanes([lane(0)], counts(0, 1_000, [[700]]), time)
    expect(second.get(0)?.peakPerSecond).toBe(700)
    const tenths = hotLanes([lane(0)], counts(0, 100, [[0, 0, 0, 0, 0, 0, 0, 0, 300, 400]]), time)
    expect(tenths.get(0)?.peakPerSecond).toBe(700)
    const longer = hotLanes([lane(0)], counts(0, 2_000, [[1_400]]), time)
    expect(longer.get(0)?.peakPerSecond).toBe(700)
  })

  test('few records, an even spread and another stream make none', () => {
    expect(hotLanes([lane(0), lane(1)], counts(0, 1_000, [[90], [1]]), time).size).toBe(0)
    expect(hotLanes([lane(0), lane(1)], counts(0, 1_000, [[300], [290]]), time).size).toBe(0)
    expect(hotLanes([lane(0), lane(1, [], 'payments')], counts(0, 1_000, [[300], [3]]), time).size).toBe(0)
    expect(hotLanes([lane(0), lane(1)], counts(0, 1_000, [[300], [3]]), span(5_000, 6_000)).size).toBe(0)
  })
})
