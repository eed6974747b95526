// What a column of the record grid is, which columns fit, and where they stand. Pure; the grid draws them.

/** What a click means: the row alone, one more or less, or all from where a range began. */
export type PickHow = 'one' | 'more' | 'range'

export interface Cell {
  readonly text: string
  /** Before the text, in a series colour. */
  readonly mark?: { readonly series: number; readonly glyph: string } | undefined
  /** Before the text, in a frame. */
  readonly tag?: string | undefined
  /** "word" is what stands for nothing or for something that is no text: null, "", true. */
  readonly tone?: 'dim' | 'warn' | 'bad' | 'word' | undefined
  /** At the right, whatever the column's other cells do. */
  readonly end?: boolean
  /** More than there is room for, under the pointer. */
  readonly title?: string | undefined
}

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly widthPx: number
  readonly align?: 'end'
  readonly mono?: boolean
  /** Other people's text: kept in its own direction. */
  readonly payload?: boolean
  /** The head too. */
  readonly payloadTitle?: boolean
  /** Takes the rest of the width. */
  readonly grows?: boolean
  /** Stays in sight while the others move sideways. */
  readonly pinned?: boolean
  /** Left out first where the grid is narrow: the larger, the earlier. */
  readonly expendable?: number
  /** No head to act on. */
  readonly fixed?: boolean
  readonly cell: (row: Row, index: number) => Cell
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>
  /** From 1, as they stand. */
  readonly number: number
  /** From the left of the pinned ones, or of those that move. */
  readonly leftPx: number
  readonly widthPx: number
}

export interface Placement<Row> {
  readonly pinned: readonly PlacedColumn<Row>[]
  readonly moving: readonly PlacedColumn<Row>[]
  readonly pinnedPx: number
  /** The room for those that move, and what they need. */
  readonly roomPx: number
  readonly movingPx: number
}

/** With less room than this beside them, pinned columns move with the others. */
const LEAST_ROOM_PX = 160

/** Columns from left to right, the pinned first; the growing one takes what is left, and the expendable go where it would be too narrow. */
export function placed<Row>(columns: readonly Column<Row>[], availablePx: number): Placement<Row> {
  const kept = fitting(columns, availablePx)
  const sum = (some: readonly Column<Row>[]): number => some.reduce((total, column) => total + column.widthPx, 0)
  const spare = Math.max(0, availablePx - sum(kept))
  const wantedPx = sum(kept.filter((column) => column.pinned))
  const pins = wantedPx > 0 && wantedPx + LEAST_ROOM_PX <= availablePx
  const one = kept.filter((column) => pins && column.pinned)
  const other = kept.filter((column) => !pins || !column.pinned)
  const pinned = inRow(one, spare, 1)
  const moving = inRow(other, spare, one.length + 1)
  const pinnedPx = endOf(pinned)
  return { pinned, moving, pinnedPx, roomPx: Math.max(0, availablePx - pinnedPx), movingPx: endOf(moving) }
}

/** Those of the moving columns that are in sight. */
export function inSight<Row>({ moving, roomPx }: Placement<Row>, xPx: number): PlacedColumn<Row>[] {
  return moving.filter(({ leftPx, widthPx }) => leftPx + widthPx > xPx && leftPx < xPx + roomPx)
}

/** How far to the side a column stands in sight, if it is not already. */
export function revealing<Row>({ moving, roomPx }: Placement<Row>, id: string, xPx: number): number {
  const found = moving.find(({ column }) => column.id === id)
  if (!found) return xPx
  return Math.max(0, Math.min(found.leftPx, Math.max(xPx, found.leftPx + Math.min(found.widthPx, roomPx) - roomPx)))
}

function fitting<Row>(columns: readonly Column<Row>[], availablePx: number): Column<Row>[] {
  let kept = [...columns]
  const total = (): number => kept.reduce((sum, column) => sum + column.widthPx, 0)
  while (total() > availablePx) {
    const victim = kept.reduce<Column<Row> | null>(
      (worst, column) => ((column.expendable ?? 0) > (worst?.expendable ?? 0) ? column : worst),
      null,
    )
    if (!victim) break
    kept = kept.filter((column) => column !== victim)
  }
  return kept
}

function inRow<Row>(columns: readonly Column<Row>[], sparePx: number, firstNumber: number): PlacedColumn<Row>[] {
  let leftPx = 0
  return columns.map((column, i) => {
    const widthPx = column.widthPx + (column.grows ? sparePx : 0)
    const place = { column, number: firstNumber + i, leftPx, widthPx }
    leftPx += widthPx
    return place
  })
}

const endOf = <Row>(columns: readonly PlacedColumn<Row>[]): number => {
  const last = columns.at(-1)
  return last ? last.leftPx + last.widthPx : 0
}
