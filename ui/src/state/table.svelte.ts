// The record table's position: which rows it is over, where it is scrolled to, and whether it follows the newest.
// Rows are counted in the view; the table shows `first` to `first + rows`. It fetches nothing.
import { followed, type FollowEvent, type FollowState } from '../base/follow'
import { RowScroll } from '../base/row-scroll'

export class Table {
  first = $state(0)
  rows = $state(0)
  offsetPx = $state(0)
  viewportPx = $state(0)
  rowHeightPx = $state(26)
  /** The row under the keyboard, counted in the view. */
  cursor = $state<number | null>(null)
  state = $state<FollowState>('stopped')
  /** How many rows there were when the tail was left. */
  #rowsWhenLeft = $state(0)

  scroll = $derived(new RowScroll(this.rows, this.rowHeightPx, this.viewportPx))
  newRows = $derived(this.state === 'held' || this.state === 'paused' ? Math.max(0, this.rows - this.#rowsWhenLeft) : 0)

  /** Rows came to be shown: fetch them. */
  constructor(readonly moved: () => void) {}

  get visible(): { readonly first: number; readonly until: number } {
    const top = this.scroll.firstRow(this.offsetPx)
    return { first: this.first + top, until: this.first + Math.min(this.rows, top + this.scroll.visibleRows) }
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
    this.offsetPx = this.scroll.revealing(viewRow - this.first, this.offsetPx)
    this.moved()
  }

  centre(viewRow: number): void {
    this.offsetPx = this.scroll.centred(viewRow - this.first)
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
    this.first = first
    this.rows = rows
    this.offsetPx += shift * this.rowHeightPx
    if (this.cursor !== null) this.cursor += shift
    this.#settle()
  }

  /** Other rows altogether: at the newest where it follows or nothing is captured, else at the start. */
  reset(first: number, rows: number): void {
    this.first = first
    this.rows = rows
    this.cursor = null
    this.offsetPx = this.state === 'stopped' ? this.scroll.maxOffsetPx : 0
    this.#rowsWhenLeft = rows
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
