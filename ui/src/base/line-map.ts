// Rows of a table with other lines between them, such as those of gaps: which line a row stands on, and what stands on a
// line. Pure.

export type LineAt = { readonly row: number } | { readonly other: number }

export class LineMap {
  /** `before` says of each other line before which row it stands, in order; `rows` itself is after the last. */
  constructor(
    readonly rows: number,
    readonly before: readonly number[],
  ) {}

  get lines(): number {
    return this.rows + this.before.length
  }

  lineOf(row: number): number {
    return row + this.#othersUpTo(row)
  }

  at(line: number): LineAt {
    let low = 0
    let high = this.before.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.before[middle] ?? 0) + middle <= line) low = middle + 1
      else high = middle
    }
    const other = low - 1
    if (other >= 0 && (this.before[other] ?? 0) + other === line) return { other }
    return { row: line - low }
  }

  /** The row on a line, or the next one below it. */
  rowFrom(line: number): number {
    const found = this.at(line)
    return 'row' in found ? found.row : (this.before[found.other] ?? 0)
  }

  /** How many others stand above a row. */
  #othersUpTo(row: number): number {
    let low = 0
    let high = this.before.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.before[middle] ?? 0) <= row) low = middle + 1
      else high = middle
    }
    return low
  }
}
