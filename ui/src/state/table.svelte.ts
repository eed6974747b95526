// The record table's position: which rows it is over, where it is scrolled to, and whether it follows the newest.
// Rows are counted in the view; the table shows `first` to `first + rows`. Between them stand the lines of gaps, which are
// counted in what is scrolled and are no rows. It fetches nothing.
import { followed, type FollowEvent, type FollowState } from '../base/follow'
import type { GapLine } from '../base/gap-lines'
import { LineMap } from '../base/line-map'
import { RowScroll } from '../base/row-scroll'
import type { GapReason } from '../backend'

/** A gap that stands before a row of the view. */
export interface PlacedGap {
  readonly row: number
  readonly gap: GapLine<GapReason>
}

export class Table {
  first = $state(0)
  rows = $state(0)
  offsetPx = $state(0)
  viewportPx = $state(0)
  rowHeightPx = $state(26)
  /** The row under the keyboard, counted in the view. */
  cursor = $state<number | null>(null)
  /** Where the range of rows began that is being picked, counted in the view. */
  anchor: number | null = null
  state = $state<FollowState>('stopped')
  #gaps = $state.raw<readonly PlacedGap[]>([])
  /** How many rows there were when the tail was left. */
  #rowsWhenLeft = $state(0)

  /** The gaps among the rows that it is over. */
  gaps = $derived(this.rows === 0 ? [] : this.#gaps.filter(({ row }) => row >= this.first && row <= this.first + this.rows))
  lines = $derived(
    new LineMap(
      this.rows,
      this.gaps.map(({ row }) => row - this.first),
    ),
  )
  scroll = $derived(new RowScroll(this.lines.lines, this.rowHeightPx, this.viewportPx))
  newRows = $derived(this.state === 'held' || this.state === 'paused' ? Math.max(0, this.rows - this.#rowsWhenLeft) : 0)

  /** Rows came to be shown: fetch them. */
  constructor(readonly moved: () => void) {}

  get visible(): { readonly first: number; readonly until: number } {
    const top = this.scroll.firstRow(this.offsetPx)
    const { lines } = this
    return { first: this.first + lines.rowFrom(top), until: this.first + Math.min(this.rows, lines.rowFrom(top + this.scroll.visibleRows)) }
  }

  get followsTail(): boolean {
    return this.state === 'follow'
  }

  happened(event: FollowEvent): void {
    const before = this.state
    this.state = followed(before, event)
    if (before === 'follow' && this.state !== 'follow') this.#rowsWhenLeft = this.rows
    if (this.state === 'follow') this.#pin()
  }

  /** A wheel or a touch pad: down is positive. */
  wheel(deltaPx: number): void {
    if (!this.scroll.scrollable || deltaPx === 0) return
    this.#goTo(this.offsetPx + deltaPx, deltaPx < 0)
  }

  dragTo(offsetPx: number): void {
    this.#goTo(offsetPx, offsetPx < this.offsetPx)
  }

  page(pages: number): void {
    this.#goTo(this.offsetPx + pages * this.scroll.rowsPerPage * this.rowHeightPx, pages < 0)
  }

  reveal(viewRow: number): void {
    this.offsetPx = this.scroll.revealing(this.lines.lineOf(viewRow - this.first), this.offsetPx)
    this.moved()
  }

  centre(viewRow: number): void {
    this.offsetPx = this.scroll.centred(this.lines.lineOf(viewRow - this.first))
    this.moved()
  }

  toStart(): void {
    this.#goTo(0, true)
  }

  toTail(): void {
    this.#goTo(this.scroll.maxOffsetPx, false)
  }

  /** A selected row that was in sight stays in sight. */
  resized(viewportPx: number): void {
    if (viewportPx === this.viewportPx) return
    const { first, until } = this.visible
    const kept = this.cursor !== null && this.cursor >= first && this.cursor < until ? this.cursor : null
    this.viewportPx = viewportPx
    this.#settle()
    if (kept !== null && !this.followsTail) this.reveal(kept)
  }

  /** Rows became higher or lower; the first visible one stays the first. */
  resizedRows(rowHeightPx: number): void {
    const top = this.offsetPx / this.rowHeightPx
    this.rowHeightPx = rowHeightPx
    this.offsetPx = top * rowHeightPx
    this.#settle()
  }

  /** The rows changed. `shift` is how many came before the row that must not move. */
  changed(first: number, rows: number, shift: number): void {
    const moved = shift + first - this.first
    this.#keepingPlace(shift, () => {
      this.first = first
      this.rows = rows
      if (moved !== 0) this.#gaps = this.#gaps.map((placed) => ({ ...placed, row: placed.row + moved }))
      if (this.cursor !== null) this.cursor += moved
      if (this.anchor !== null) this.anchor += moved
    })
  }

  /** The gaps that are known now, in the order of their rows. */
  placeGaps(gaps: readonly PlacedGap[]): void {
    if (!sameGaps(gaps, this.#gaps)) this.#keepingPlace(0, () => (this.#gaps = gaps))
  }

  /** Other rows altogether: at the newest where it follows or nothing is captured, else at the start. */
  reset(first: number, rows: number): void {
    this.first = first
    this.rows = rows
    this.cursor = null
    this.anchor = null
    this.#gaps = []
    this.offsetPx = this.state === 'stopped' ? this.scroll.maxOffsetPx : 0
    this.#rowsWhenLeft = rows
    this.#settle()
  }

  /** The row that must not move stays where it is, whatever comes above it: the one under the keyboard, else the topmost. */
  #keepingPlace(shift: number, change: () => void): void {
    const { first, until } = this.visible
    const kept = (this.cursor !== null && this.cursor >= first && this.cursor < until ? this.cursor : first) - this.first
    const standsPx = this.lines.lineOf(kept) * this.rowHeightPx - this.offsetPx
    change()
    this.offsetPx = this.lines.lineOf(kept + shift) * this.rowHeightPx - standsPx
    this.#settle()
  }

  #goTo(offsetPx: number, back: boolean): void {
    const target = this.scroll.clamped(offsetPx)
    if (back && target < this.offsetPx) this.happened('movedAway')
    this.offsetPx = target
    if (!back && this.scroll.atEnd(target)) this.happened('reachedTail')
    this.moved()
  }

  #settle(): void {
    this.offsetPx = this.followsTail ? this.scroll.maxOffsetPx : this.scroll.clamped(this.offsetPx)
    this.moved()
  }

  #pin(): void {
    this.offsetPx = this.scroll.maxOffsetPx
    this.moved()
  }
}

const sameGaps = (a: readonly PlacedGap[], b: readonly PlacedGap[]): boolean =>
  a.length === b.length &&
  a.every(({ row, gap }, i) => {
    const other = b[i]
    return row === other?.row && gap.at === other.gap.at && gap.reason === other.gap.reason && gap.lanes.length === other.gap.lanes.length
  })
