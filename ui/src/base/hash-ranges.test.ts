import { expect, test } from 'vitest'
import { hashShare, rangeRows, type HashRange } from './hash-ranges'

const range = (short: string, start: number, end: number, open = true): HashRange => ({ id: `shardId-${short}`, short, open, start, end })

function drawn(ranges: readonly HashRange[], widthPx = 100, mostRows?: number): string {
  const { bars, leftOut } = rangeRows(ranges, widthPx, mostRows)
  const lines = bars.map((bar) => `${bar.row} ${bar.short || `${bar.ids.length} shards`} ${Math.round(bar.xPx)}+${Math.round(bar.widthPx)}`)
  return [...lines, ...(leftOut > 0 ? [`${leftOut} left out`] : [])].join('\n')
}

test('open shards lie in one row, in the order of their ranges', () => {
  expect(drawn([range('001', 0.5, 1), range('000', 0, 0.5)])).toBe('0 000 0+50\n0 001 50+50')
})

test('a closed parent lies below its children, a grandparent below the parent', () => {
  const ranges = [
    range('000', 0, 1, false),
    range('001', 0, 0.5, false),
    range('002', 0.5, 1),
    range('003', 0, 0.25),
    range('004', 0.25, 0.5),
  ]
  expect(drawn(ranges)).toBe('0 003 0+25\n0 004 25+25\n0 002 50+50\n1 001 0+50\n2 000 0+100')
})

test('both parents of a merge share a row', () => {
  expect(drawn([range('000', 0, 0.5, false), range('001', 0.5, 1, false), range('002', 0, 1)])).toBe('0 002 0+100\n1 000 0+50\n1 001 50+50')
})

test('what lies too deep is counted, not drawn', () => {
  const ranges = Array.from({ length: 5 }, (_, i) => range(`00${i}`, 0, 1, i === 4))
  expect(drawn(ranges, 100, 3)).toBe('0 004 0+100\n1 003 0+100\n2 002 0+100\n2 left out')
})

test('five thousand shards become at most a bar for each two pixels, and none is lost', () => {
  const many = Array.from({ length: 5_000 }, (_, i) => range(String(i), i / 5_000, (i + 1) / 5_000))
  const { bars } = rangeRows(many, 800)
  expect(bars.length).toBeLessThanOrEqual(401)
  expect(bars.flatMap((bar) => bar.ids)).toHaveLength(5_000)
})

test('no shards, no bars', () => {
  expect(rangeRows([], 100)).toEqual({ bars: [], rows: 1, leftOut: 0 })
})

test('the place of a hash key in the space', () => {
  expect(hashShare('0')).toBe(0)
  expect(hashShare('170141183460469231731687303715884105728')).toBe(0.5)
  expect(hashShare('340282366920938463463374607431768211455')).toBe(1)
  expect(hashShare('abc')).toBeNull()
  expect(hashShare('')).toBeNull()
})
