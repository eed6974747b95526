// The table's place among rows and the lines of gaps between them: what must not move does not move.
import { describe, expect, test } from 'vitest'
import { Table, type PlacedGap } from './table.svelte'

const ROW_PX = 26
const gapBefore = (row: number): PlacedGap => ({ row, gap: { at: row, from: 0, until: row, lanes: [], reason: null } })

function over(rows: number): Table {
  const table = new Table(() => undefined)
  table.rowHeightPx = ROW_PX
  table.viewportPx = 10 * ROW_PX
  table.reset(0, rows)
  return table
}
/** How far below the table's top a row stands. */
const topOf = (table: Table, viewRow: number): number => table.lines.lineOf(viewRow - table.first) * ROW_PX - table.offsetPx

describe('gaps between the rows', () => {
  test('are lines of their own, and no rows', () => {
    const table = over(100)
    table.placeGaps([gapBefore(0), gapBefore(40), gapBefore(100)])
    expect(table.rows).toBe(100)
    expect(table.scroll.rows).toBe(103)
    expect(table.lines.at(0)).toEqual({ other: 0 })
    expect(table.lines.at(41)).toEqual({ other: 1 })
  })

  test('that come to be known above do not move what is looked at', () => {
    const table = over(100)
    table.centre(60)
    const [row] = [table.visible.first]
    const before = topOf(table, row)
    table.placeGaps([gapBefore(10), gapBefore(20)])
    expect(topOf(table, row)).toBe(before)
    table.cursor = 62
    const selected = topOf(table, 62)
    table.placeGaps([gapBefore(10), gapBefore(61)])
    expect(topOf(table, 62)).toBe(selected)
    table.placeGaps([])
    expect(topOf(table, 62)).toBe(selected)
  })

  test('stay before their rows when rows come above', () => {
    const table = over(100)
    table.placeGaps([gapBefore(40)])
    table.centre(60)
    const before = topOf(table, 60)
    table.changed(0, 130, 30)
    expect(topOf(table, 90)).toBe(before)
    expect(table.gaps.map(({ row }) => row)).toEqual([70])
  })

  test('outside of the rows that are shown are not there', () => {
    const table = over(100)
    table.placeGaps([gapBefore(10), gapBefore(50)])
    table.reset(40, 20)
    table.placeGaps([gapBefore(10), gapBefore(50)])
    expect(table.gaps.map(({ row }) => row)).toEqual([50])
    expect(table.visible).toEqual({ first: 50, until: 60 })
  })

  test('a row is brought wholly into sight past them', () => {
    const table = over(100)
    table.placeGaps([gapBefore(5), gapBefore(50)])
    table.reveal(60)
    const top = topOf(table, 60)
    expect(top).toBeGreaterThanOrEqual(0)
    expect(top).toBeLessThanOrEqual(9 * ROW_PX)
  })
})
