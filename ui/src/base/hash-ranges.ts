// Where the shards' hash ranges lie on a line as wide as the picture: the open shards in one row, the closed ones in rows
// below, each under what came after it. Pure; it draws nothing and knows no colours.

export interface HashRange {
  readonly id: string
  readonly short: string
  readonly open: boolean
  /** Shares of the whole space, 0 to 1. */
  readonly start: number
  readonly end: number
}

export interface RangeBar {
  /** The shards it stands for: one, or neighbours that are too narrow to be told apart. */
  readonly ids: readonly string[]
  readonly short: string
  readonly share: number
  readonly row: number
  readonly xPx: number
  readonly widthPx: number
}

export interface RangeRows {
  readonly bars: readonly RangeBar[]
  /** 1 for the open row alone. */
  readonly rows: number
  /** Closed shards so deep below that they are in the table only. */
  readonly leftOut: number
}

const NARROWEST_PX = 2
/** Shares are 128-bit figures squeezed into doubles: neighbours may seem to overlap by this much. */
const SLACK = 1e-9

/** `mostRows` counts the open row. */
export function rangeRows(ranges: readonly HashRange[], widthPx: number, mostRows = 6): RangeRows {
  const open = ranges.filter((range) => range.open)
  const placed: { readonly range: HashRange; readonly row: number }[] = open.map((range) => ({ range, row: 0 }))
  const stacked: { range: HashRange; row: number }[] = []
  let leftOut = 0
  const newestFirst = ranges.filter((range) => !range.open).sort((a, b) => (a.id < b.id ? 1 : -1))
  for (const range of newestFirst) {
    const row = stacked.reduce((deepest, above) => (overlap(above.range, range) ? Math.max(deepest, above.row + 1) : deepest), 1)
    if (row >= mostRows) leftOut += 1
    else stacked.push({ range, row })
  }
  const all = [...placed, ...stacked]
  const rows = all.reduce((most, one) => Math.max(most, one.row + 1), 1)
  const bars: RangeBar[] = []
  for (let row = 0; row < rows; row += 1) {
    bars.push(
      ...rowBars(
        all.filter((one) => one.row === row).map((one) => one.range),
        row,
        widthPx,
      ),
    )
  }
  return { bars, rows, leftOut }
}

/** Bars of one row from left to right; neighbours that are too narrow become one. */
function rowBars(ranges: readonly HashRange[], row: number, widthPx: number): RangeBar[] {
  const bars: RangeBar[] = []
  for (const range of [...ranges].sort((a, b) => a.start - b.start)) {
    const xPx = range.start * widthPx
    const ownPx = (range.end - range.start) * widthPx
    const last = bars.at(-1)
    if (last && ownPx < NARROWEST_PX && last.widthPx < NARROWEST_PX) {
      bars[bars.length - 1] = {
        ...last,
        ids: [...last.ids, range.id],
        short: '',
        share: last.share + range.end - range.start,
        widthPx: xPx + ownPx - last.xPx,
      }
    } else {
      bars.push({ ids: [range.id], short: range.short, share: range.end - range.start, row, xPx, widthPx: ownPx })
    }
  }
  return bars
}

const overlap = (a: HashRange, b: HashRange): boolean => a.start < b.end - SLACK && b.start < a.end - SLACK

const SPACE = 2 ** 128

/** A hash key's place in the whole space, 0 to 1; null for text that is none. */
export const hashShare = (hashKey: string): number | null => (/^\d{1,39}$/.test(hashKey) ? Math.min(1, Number(hashKey) / SPACE) : null)
