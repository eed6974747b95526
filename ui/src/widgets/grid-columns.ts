// What a column of the record grid is, and which columns fit. Pure; the grid draws them.

export interface Cell {
  readonly text: string
  /** Before the text, in a series colour. */
  readonly mark?: { readonly series: number; readonly glyph: string } | undefined
  /** Before the text, in a frame. */
  readonly tag?: string | undefined
  readonly tone?: 'dim' | 'warn' | 'bad' | undefined
}

export interface Column<Row> {
  readonly id: string
  readonly title: string
  readonly widthPx: number
  readonly align?: 'end'
  readonly mono?: boolean
  /** Other people's text: kept in its own direction. */
  readonly payload?: boolean
  /** Takes the rest of the width. */
  readonly grows?: boolean
  /** Left out first where the grid is narrow: the larger, the earlier. */
  readonly expendable?: number
  readonly cell: (row: Row, index: number) => Cell
}

export interface PlacedColumn<Row> {
  readonly column: Column<Row>
  readonly leftPx: number
  readonly widthPx: number
}

/** Columns from left to right; the growing one takes what is left, and the expendable go where it would be too narrow. */
export function placed<Row>(columns: readonly Column<Row>[], availablePx: number): PlacedColumn<Row>[] {
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
  const spare = Math.max(0, availablePx - total())
  let leftPx = 0
  return kept.map((column) => {
    const widthPx = column.widthPx + (column.grows ? spare : 0)
    const place = { column, leftPx, widthPx }
    leftPx += widthPx
    return place
  })
}
