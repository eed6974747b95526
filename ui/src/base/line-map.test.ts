import { describe, expect, test } from 'vitest'
import { LineMap } from './line-map'

describe('rows with other lines between them', () => {
  const map = new LineMap(5, [0, 2, 2, 5])

  test('every line holds a row or one of the others', () => {
    const told = Array.from({ length: map.lines }, (_, line) => {
      const found = map.at(line)
      return 'row' in found ? String(found.row) : `other ${found.other}`
    })
    expect(told).toEqual(['other 0', '0', '1', 'other 1', 'other 2', '2', '3', '4', 'other 3'])
  })

  test('a row is found on the line it stands on', () => {
    for (let row = 0; row < map.rows; row += 1) expect(map.at(map.lineOf(row))).toEqual({ row })
  })

  test('from a line on, the next row is meant', () => {
    expect([0, 3, 4, 5, 8].map((line) => map.rowFrom(line))).toEqual([0, 2, 2, 2, 5])
  })

  test('without others a line is its row', () => {
    const plain = new LineMap(100_000_000, [])
    expect([plain.lines, plain.lineOf(99_999_999), plain.rowFrom(12)]).toEqual([100_000_000, 99_999_999, 12])
    expect(plain.at(7)).toEqual({ row: 7 })
  })
})
