// Lines on top of each other that are not all of one height: where each begins, and which stands at a place. Pure: the
// list measures its lines and says how far it is scrolled.

export class RowStack {
  /** Where each line begins, and last the height of all. */
  readonly #topsPx: Float64Array

  constructor(
    readonly rows: number,
    heightPx: (row: number) => number,
  ) {
    this.#topsPx = new Float64Array(rows + 1)
    for (let row = 0; row < rows; row += 1) this.#topsPx[row + 1] = this.topPx(row) + heightPx(row)
  }

  get heightPx(): number {
    return this.topPx(this.rows)
  }

  topPx(row: number): number {
    return this.#topsPx[Math.min(this.rows, Math.max(0, row))] ?? 0
  }

  /** The line that stands at a place; the first above all, the last below all. */
  rowAt(px: number): number {
    let low = 0
    let high = Math.max(0, this.rows - 1)
    while (low < high) {
      const middle = (low + high + 1) >>> 1
      if (this.topPx(middle) <= px) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The nearest place to scroll to at which the line is wholly in sight, or its beginning where it is too high. */
  revealing(row: number, scrolledPx: number, viewportPx: number): number {
    const topPx = this.topPx(row)
    const bottomPx = this.topPx(row + 1)
    if (topPx < scrolledPx || bottomPx - topPx > viewportPx) return topPx
    return bottomPx > scrolledPx + viewportPx ? bottomPx - viewportPx : scrolledPx
  }
}
