// Where the explorer was: captures, filter, range and time window, with the way back and forward; and what of it, and of
// the columns, can be undone. It watches the explorer and changes nothing by itself.
import type { ColumnChoices } from '../base/column-choices'
import type { WindowMode } from '../base/look'
import { sameSpan, type TimeSpan } from '../base/time-scale'
import { replaced, stepped, trailFrom, visited, type Trail } from '../base/trail'
import type { Explorer } from './explorer.svelte'

interface View {
  readonly captures: readonly string[]
  readonly filter: string
  readonly range: TimeSpan | null
  readonly mode: WindowMode
  /** Only where the mode is fixed: the others move with the clock. */
  readonly window: TimeSpan | null
}

/** What one state of the explorer is for undoing: its view, and its columns with the streams that they are of. */
interface Choices {
  readonly view: View
  readonly columns: ColumnChoices | null
  readonly columnsOf: string
}

/** What changes so soon after another change follows from it: captures bring their time. */
const SAME_ACT_MILLIS = 300
/** What goes on changing is one: a filter that is typed, a wheel that turns. */
const PASSING_MILLIS = 1_000

export class ViewHistory {
  #views = $state.raw<Trail<View> | null>(null)
  #choices = $state.raw<Trail<Choices> | null>(null)
  #changedAt = 0
  /** The changes that are seen next are those of a step, and no new ones. */
  #stepping = false

  canGoBack = $derived((this.#views?.behind.length ?? 0) > 0)
  canGoForward = $derived((this.#views?.ahead.length ?? 0) > 0)
  canUndo = $derived((this.#choices?.behind.length ?? 0) > 0)
  canRedo = $derived((this.#choices?.ahead.length ?? 0) > 0)

  constructor(readonly explorer: Explorer) {}

  /** Reads all that is watched, for an effect that calls `look`. */
  watched(): void {
    viewOf(this.explorer)
    void this.explorer.columns.chosen
    void this.explorer.columns.streams
  }

  /** Called whenever anything of it may have changed, with the time of now. */
  look(now: number): void {
    const view = viewOf(this.explorer)
    const choices = { view, columns: this.explorer.columns.chosen, columnsOf: this.explorer.columns.streams }
    const since = now - this.#changedAt
    if (this.#views === null || this.#choices === null) {
      this.#views = trailFrom(view)
      this.#choices = trailFrom(choices)
      this.#changedAt = now
      return
    }
    if (this.#stepping) return
    const before = this.#choices.here
    const moved = !sameView(view, this.#views.here)
    const sameStreams = choices.columnsOf === before.columnsOf
    const columned = sameStreams && choices.columns !== before.columns
    // other streams have other columns: nobody changed any
    if (!sameStreams) this.#choices = replaced(this.#choices, { ...before, columns: choices.columns, columnsOf: choices.columnsOf })
    if (!moved && !columned) return
    this.#changedAt = now
    const goesOn = since < SAME_ACT_MILLIS || (since < PASSING_MILLIS && (!moved || isRefined(before.view, view)))
    const take = goesOn ? replaced : visited
    if (moved) this.#views = take(this.#views, view)
    this.#choices = take(this.#choices, choices)
  }

  /** Where one was before (-1), or after (1). */
  async go(step: -1 | 1): Promise<void> {
    const next = this.#views && stepped(this.#views, step)
    if (!next) return
    this.#views = next
    await this.#step(() => this.#show(next.here))
    // the step can itself be undone
    if (this.#choices) this.#choices = visited(this.#choices, { ...this.#choices.here, view: next.here })
  }

  /** Takes the last change of filter, range, window, captures or columns back (-1), or makes it again (1). */
  async undo(step: -1 | 1): Promise<void> {
    const next = this.#choices && stepped(this.#choices, step)
    if (!next) return
    const { view, columns, columnsOf } = next.here
    this.#choices = next
    await this.#step(async () => {
      await this.#show(view)
      if (columnsOf === this.explorer.columns.streams && columns !== this.explorer.columns.chosen) this.explorer.columns.restore(columns)
    })
    if (this.#views && !sameView(view, this.#views.here)) this.#views = visited(this.#views, view)
  }

  async #step(act: () => Promise<void>): Promise<void> {
    this.#stepping = true
    try {
      await act()
    } finally {
      this.#stepping = false
      this.#changedAt = Date.now()
    }
  }

  async #show(view: View): Promise<void> {
    const { explorer } = this
    const opens = view.filter !== explorer.filter || view.captures.join('\n') !== explorer.scope.join('\n')
    explorer.timeline.place(view.mode, view.window)
    if (opens) await explorer.restore(view.captures, view.filter, view.range)
    else if (!sameSpan(view.range, explorer.selection.range)) explorer.brush(view.range)
  }
}

function viewOf({ scope, filter, selection, timeline }: Explorer): View {
  const { mode } = timeline
  return { captures: scope, filter, range: selection.range, mode, window: mode.kind === 'fixed' ? timeline.window : null }
}

const sameMode = (one: View, other: View): boolean =>
  one.mode.kind === other.mode.kind &&
  (one.mode.kind !== 'last' || other.mode.kind !== 'last' || one.mode.millis === other.mode.millis) &&
  sameSpan(one.window, other.window)

const sameView = (one: View, other: View): boolean =>
  one.filter === other.filter &&
  one.captures.join('\n') === other.captures.join('\n') &&
  sameSpan(one.range, other.range) &&
  sameMode(one, other)

/** Only the filter, or only the window, went on changing. */
function isRefined(before: View, after: View): boolean {
  const sameRest = before.captures.join('\n') === after.captures.join('\n') && sameSpan(before.range, after.range)
  if (!sameRest) return false
  const filtered = before.filter !== after.filter
  return filtered
    ? before.filter !== '' && after.filter !== '' && sameMode(before, after)
    : before.mode.kind === 'fixed' && after.mode.kind === 'fixed'
}
