// Scrolling through any number of rows without an element as high as all of them: browsers cap an element's height
// at 33.5 million pixels (1.4 million rows). The offset is our own number; the scroll bar is a fraction of it.
// Pure: the grid feeds it wheel, keys and thumb, and paints what it says.

export interface Thumb {
  readonly topPx: number
  readonly heightPx: number
}

const SMALLEST_THUMB_PX = 28

export class RowScroll {
  constructor(
    readonly rows: number,
    readonly rowHeightPx: number,
    readonly viewportPx: number,
  ) {}

  get contentPx(): number {
    return this.rows * this.rowHeightPx
  }

  get maxOffsetPx(): number {
    return Math.max(0, this.contentPx - this.viewportPx)
  }

  get scrollable(): boolean {
    return this.maxOffsetPx > 0
  }

  get rowsPerPage(): number {
    return Math.max(1, Math.floor(this.viewportPx / this.rowHeightPx) - 1)
  }

  clamped(offsetPx: number): number {
    return Math.min(this.maxOffsetPx, Math.max(0, Math.round(offsetPx)))
  }

  /** The first row that is at least partly visible. */
  firstRow(offsetPx: number): number {
    return Math.min(Math.max(0, this.rows - 1), Math.floor(offsetPx / this.rowHeightPx))
  }

  /** How many rows can be partly visible at once. */
  get visibleRows(): number {
    return Math.ceil(this.viewportPx / this.rowHeightPx) + 1
  }

  /** Within one row of the end. */
  atEnd(offsetPx: number): boolean {
    return this.maxOffsetPx - offsetPx <= this.rowHeightPx
  }

  /** The nearest offset at which the row is wholly visible; its beginning, where there is less room than one row. */
  revealing(row: number, offsetPx: number): number {
    const topPx = row * this.rowHeightPx
    if (topPx < offsetPx) return this.clamped(topPx)
    const bottomPx = topPx + this.rowHeightPx
    if (bottomPx > offsetPx + this.viewportPx) return this.clamped(Math.min(topPx, bottomPx - this.viewportPx))
    return this.clamped(offsetPx)
  }

  centred(row: number): number {
    return this.clamped(row * this.rowHeightPx - (this.viewportPx - this.rowHeightPx) / 2)
  }

  thumb(offsetPx: number): Thumb {
    const share = this.contentPx === 0 ? 1 : Math.min(1, this.viewportPx / this.contentPx)
    const heightPx = Math.min(this.viewportPx, Math.max(SMALLEST_THUMB_PX, this.viewportPx * share))
    const room = this.viewportPx - heightPx
    const topPx = this.maxOffsetPx === 0 ? 0 : (offsetPx / this.maxOffsetPx) * room
    return { topPx, heightPx }
  }

  offsetFromThumb(topPx: number): number {
    const room = this.viewportPx - this.thumb(0).heightPx
    return room <= 0 ? 0 : this.clamped((topPx / room) * this.maxOffsetPx)
  }
}
