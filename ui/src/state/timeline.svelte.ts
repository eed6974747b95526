// The time that histogram and lanes show, and the counts behind them. One window for both; live, everything, or fixed by
// zoom and pan, with a way back. It selects no records.
import { bucketGrid, gridServes, totals, type BucketGrid, type LaneCounts } from '../base/bucket-grid'
import { together, type Coverage } from '../base/coverage'
import type { WindowMode } from '../base/look'
import { lengthMillis, padded, panned, sameSpan, span, zoomed, type TimeSpan } from '../base/time-scale'
import { asFault, type Backend, type CommandFault, type ViewStatus } from '../backend'
import { Latest } from './latest'
import { Pulse } from './pulse'

export const RANGES_MILLIS = [60_000, 300_000, 900_000, 3_600_000, 21_600_000, 86_400_000] as const
const MOST_STEPS_BACK = 50
const OVERVIEW_WIDTH_PX = 1_200
const MARGIN = 1

interface Place {
  readonly mode: WindowMode
  readonly window: TimeSpan
}

export class Timeline {
  mode = $state.raw<WindowMode>({ kind: 'last', millis: 900_000 })
  window = $state.raw<TimeSpan>(span(Date.now() - 900_000, Date.now()))
  now = $state(Date.now())
  /** A person wants to say in words which time to show. */
  typing = $state(false)
  widthPx = $state(0)
  counts = $state.raw<LaneCounts | null>(null)
  overview = $state.raw<LaneCounts | null>(null)
  /** What is known of each lane's time; null until the program was asked. */
  coverage = $state.raw<ReadonlyMap<number, Coverage> | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  /** First to last arrival of what the view holds. */
  extent = $state.raw<TimeSpan | null>(null)

  sums = $derived(this.counts ? totals(this.counts) : null)
  overviewSums = $derived(this.overview ? totals(this.overview) : null)
  /** What is known of at least one lane's time. */
  known = $derived(this.coverage && together([...this.coverage.values()]))

  #view: number | null = null
  #before = $state.raw<readonly Place[]>([])
  #after = $state.raw<readonly Place[]>([])
  #revision = -1
  readonly #counts = new Latest<BucketGrid>((grid) => this.#fetchCounts(grid))
  readonly #whole = new Pulse(() => this.#fetchWhole(), 1_000)
  readonly #edge = new Pulse(() => this.#fetchCoverage(), 1_000)

  constructor(readonly backend: Backend) {}

  get canGoBack(): boolean {
    return this.#before.length > 0
  }
  get canGoForward(): boolean {
    return this.#after.length > 0
  }

  /** Another view: the old one's counts stay on screen for the moment until its own are there. */
  open(view: number | null, status: ViewStatus | null): void {
    this.#view = view
    this.#revision = -1
    this.extent = null
    if (!status) return
    this.took(status)
    void this.#fetchWhole()
    void this.#fetchCoverage()
    // what ended long ago is not in the last minutes
    if (this.mode.kind === 'last' && status.until !== null && status.until < this.window.from) {
      this.mode = { kind: 'all' }
      this.slide()
    }
  }

  /** The view moved on to this state. */
  took(status: ViewStatus): void {
    this.extent = status.from === null || status.until === null ? null : span(status.from, status.until + 1)
    const moved = status.revision !== this.#revision
    this.#revision = status.revision
    this.slide()
    if (moved) {
      this.#ask(true)
      this.#whole.beat()
    }
    this.#edge.beat()
  }

  /** The clock moved: a window that follows it moves too. */
  slide(): void {
    this.now = Date.now()
    const place = this.#placed(this.mode)
    if (place && !sameSpan(place, this.window)) {
      this.window = place
      this.#ask(false)
    }
  }

  resized(widthPx: number): void {
    this.widthPx = widthPx
    this.#ask(false)
  }

  showLast(millis: number): void {
    this.#remember()
    this.mode = { kind: 'last', millis }
    this.slide()
  }

  showAll(): void {
    this.#remember()
    this.mode = { kind: 'all' }
    this.slide()
  }

  fit(time: TimeSpan): void {
    this.#remember()
    this.#fix(padded(time))
  }

  /** `fraction` of the width stays where it is. */
  zoom(factor: number, fraction: number): void {
    this.#rememberOnce()
    this.#fix(zoomed(this.window, factor, fraction))
  }

  pan(share: number): void {
    this.#rememberOnce()
    this.#fix(panned(this.window, share))
  }

  panTo(from: number): void {
    this.#rememberOnce()
    this.#fix(span(Math.round(from), Math.round(from) + lengthMillis(this.window)))
  }

  back(): void {
    const place = this.#before.at(-1)
    if (!place) return
    this.#after = [...this.#after, this.#here]
    this.#before = this.#before.slice(0, -1)
    this.#go(place)
  }

  /** To where `back` came from, until something else was looked at. */
  forward(): void {
    const place = this.#after.at(-1)
    if (!place) return
    this.#before = [...this.#before, this.#here]
    this.#after = this.#after.slice(0, -1)
    this.#go(place)
  }

  /** As it was some time before, without a step back. */
  place(mode: WindowMode, window: TimeSpan | null): void {
    this.mode = mode
    if (window) this.window = window
    this.slide()
    this.#ask(false)
  }

  stop(): void {
    this.#whole.stop()
    this.#edge.stop()
  }

  #fix(window: TimeSpan): void {
    this.mode = { kind: 'fixed' }
    this.window = window
    this.#ask(false)
  }

  #placed(mode: WindowMode): TimeSpan | null {
    if (mode.kind === 'fixed') return null
    if (mode.kind === 'all') return this.extent ? padded(this.extent, 0.01) : null
    // a little room after now, so that the newest bar is not at the very edge
    const until = Math.max(this.now, this.extent?.until ?? 0) + Math.round(mode.millis * 0.02)
    return span(until - mode.millis, until)
  }

  get #here(): Place {
    return { mode: this.mode, window: this.window }
  }

  #go(place: Place): void {
    this.mode = place.mode
    this.window = place.window
    this.slide()
    this.#ask(false)
  }

  #remember(): void {
    this.#before = [...this.#before, this.#here].slice(-MOST_STEPS_BACK)
    this.#after = []
  }

  /** A run of wheel steps is one step back. */
  #rememberOnce(): void {
    if (this.mode.kind !== 'fixed' || this.#after.length > 0) this.#remember()
  }

  #ask(changed: boolean): void {
    if (this.#view === null || this.widthPx <= 0) return
    if (!changed && this.counts && gridServes(this.counts.grid, this.window, this.widthPx)) return
    // a window that follows the clock needs nothing after now
    this.#counts.ask(bucketGrid(this.window, this.widthPx, this.mode.kind === 'fixed' ? MARGIN : 0.25))
  }

  async #fetchCounts(grid: BucketGrid): Promise<void> {
    const counts = await this.#bucketsOf(grid)
    if (counts) this.counts = counts
  }

  async #fetchWhole(): Promise<void> {
    const view = this.#view
    if (view === null) return
    if (!this.extent) {
      this.overview = null
      return
    }
    const overview = await this.#bucketsOf(bucketGrid(this.extent, OVERVIEW_WIDTH_PX, 0))
    if (overview) this.overview = overview
  }

  async #fetchCoverage(): Promise<void> {
    const view = this.#view
    if (view === null) return
    try {
      const lanes = await this.backend.viewCoverage(view)
      if (view !== this.#view) return
      this.coverage = new Map(
        lanes.map(({ lane, covered, readOnFrom }) => [lane, { covered: covered.map((part) => span(part.from, part.until)), readOnFrom }]),
      )
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  async #bucketsOf(grid: BucketGrid): Promise<LaneCounts | null> {
    const view = this.#view
    if (view === null) return null
    try {
      const answer = await this.backend.viewBuckets(view, grid.from, grid.from + grid.buckets * grid.widthMillis, grid.buckets)
      if (view !== this.#view) return null
      this.fault = null
      return { grid, ...answer }
    } catch (thrown) {
      this.#failed(thrown)
      return null
    }
  }

  #failed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code !== 'superseded' && fault.code !== 'gone') this.fault = fault
  }
}
