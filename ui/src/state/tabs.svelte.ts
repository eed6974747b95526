// The tabs of the explorer: which there are, which is in front, or which two are side by side, and which were closed. They are
// kept for the next start of the program over the same workspace. Only those in front hear of news; of the others a few keep
// their views open.
import type { ColumnChoices } from '../base/column-choices'
import type { FollowEvent } from '../base/follow'
import { lookOf, USUAL_LOOK, type Look } from '../base/look'
import { Pulse } from './pulse'
import { Tab, type TabMakings } from './tab.svelte'

export const MOST_TABS = 24
/** Views that stay open, those in front among them. */
const MOST_AWAKE = 4
const MOST_CLOSED = 20
const KEPT = 'kinescope.tabs'
const KEEPING_REST_MILLIS = 1_000

export interface TabSettings {
  readonly rowHeightPx: number
}

interface Kept {
  readonly looks: readonly Look[]
  /** The places of those in front. */
  readonly shown: readonly number[]
  readonly side: number
}

export class Tabs {
  list = $state.raw<readonly Tab[]>([])
  /** One, or two side by side. */
  shown = $state.raw<readonly Tab[]>([])
  /** Which of those has the keyboard. */
  side = $state(0)
  /** Looks of closed tabs, with the place that each had; the newest is last. */
  closed = $state.raw<readonly { readonly look: Look; readonly at: number }[]>([])
  #made = 0
  #workspace: string | null = null
  #lastHappened: FollowEvent = 'captureEnded'
  /** Those whose views are open; who was in front last is first. */
  #awake: readonly Tab[] = []
  #unkept = ''
  readonly #keeping = new Pulse(async () => this.keepNow(), KEEPING_REST_MILLIS)

  constructor(
    readonly makings: Omit<TabMakings, 'share'>,
    readonly settings: TabSettings,
  ) {
    const first = this.#make(USUAL_LOOK)
    this.list = this.shown = [first]
  }

  get current(): Tab {
    const tab = this.shown[this.side] ?? this.shown[0]
    if (!tab) throw new Error('no tab')
    return tab
  }

  get split(): boolean {
    return this.shown.length > 1
  }

  get canAdd(): boolean {
    return this.list.length < MOST_TABS
  }

  /** The tabs that were there when the program ended, as far as their captures still are, and the first view. */
  async start(workspace: string, isCapture: (id: string) => boolean): Promise<void> {
    const again = this.#workspace === workspace
    this.#workspace = workspace
    const kept = again ? null : read(workspace)
    const usable = kept?.looks.map((look) => ({ ...look, captures: look.captures.filter(isCapture) }))
    if (kept && usable) {
      const tabs = usable.map((look, i) => (look.captures.length === kept.looks[i]?.captures.length ? this.#make(look) : null))
      const list = tabs.filter((tab) => tab !== null)
      const shown = kept.shown.flatMap((place) => tabs[place] ?? [])
      if (list[0]) {
        this.list = list
        this.shown = shown.length > 0 ? shown : [list[0]]
        this.side = kept.side < this.shown.length ? kept.side : 0
      }
    }
    await this.#wakeShown()
  }

  /** A new tab in front: of everything, or of a look. */
  add(look: Look = USUAL_LOOK, at = this.list.indexOf(this.current) + 1): void {
    if (!this.canAdd) return
    const tab = this.#make(look)
    this.list = this.list.toSpliced(at, 0, tab)
    this.show(tab)
  }

  /** The one that is left of it, else right of it, takes its place. The last one stays. */
  close(tab: Tab = this.current): void {
    const at = this.list.indexOf(tab)
    if (at < 0 || this.list.length === 1) return
    this.closed = [...this.closed, { look: tab.look, at }].slice(-MOST_CLOSED)
    this.list = this.list.filter((one) => one !== tab)
    const place = this.shown.indexOf(tab)
    const next = [...this.list.slice(0, at).reverse(), ...this.list.slice(at)].find((one) => !this.shown.includes(one))
    if (place >= 0) {
      this.#front(next ? this.shown.with(place, next) : this.shown.filter((one) => one !== tab), next ? this.side : 0)
    }
    this.#awake = this.#awake.filter((one) => one !== tab)
    tab.rest()
    tab.explorer.stop()
    void this.#wakeShown()
  }

  closeOthers(): void {
    const { current } = this
    for (const tab of this.list) if (tab !== current) this.close(tab)
  }

  reopen(): void {
    const last = this.closed.at(-1)
    if (!last || !this.canAdd) return
    this.closed = this.closed.slice(0, -1)
    this.add(last.look, last.at)
  }

  /** To the front, where the keyboard is; one that is beside it takes the keyboard. */
  show(tab: Tab): void {
    const beside = this.shown.indexOf(tab)
    if (beside >= 0) {
      this.side = beside
    } else {
      this.#front(this.shown.with(this.side, tab), this.side)
      void this.#wakeShown()
    }
  }

  step(step: -1 | 1): void {
    const { list } = this
    const tab = list[(list.indexOf(this.current) + step + list.length) % list.length]
    if (tab) this.show(tab)
  }

  /** Two side by side: the next tab, or where there is none the same view again; or only the one with the keyboard. */
  toggleSplit(): void {
    const { current, list } = this
    if (this.split) return this.#front([current], 0)
    if (list.length === 1) {
      const twin = this.#make(current.look)
      this.list = [current, twin]
      this.#front([current, twin], 1)
    } else {
      const at = list.indexOf(current)
      const other = list[at + 1] ?? list[at - 1]
      if (!other) return
      this.#front(list[at + 1] ? [current, other] : [other, current], list[at + 1] ? 0 : 1)
    }
    void this.#wakeShown()
  }

  /** Something was committed. */
  stir(): void {
    for (const { explorer } of this.shown) explorer.stir()
  }

  tick(): void {
    for (const { explorer } of this.shown) explorer.timeline.slide()
    this.stir()
  }

  happened(event: FollowEvent): void {
    this.#lastHappened = event
    for (const { explorer } of this.list) explorer.table.happened(event)
  }

  resizedRows(): void {
    for (const { explorer } of this.list) explorer.table.resizedRows(this.settings.rowHeightPx)
  }

  /** Reads all that is kept, for an effect that calls this when anything of it changed. */
  keep(): void {
    const kept: Kept = {
      looks: this.list.map((tab) => tab.look),
      shown: this.shown.map((tab) => this.list.indexOf(tab)),
      side: this.side,
    }
    if (this.#workspace === null) return
    this.#unkept = JSON.stringify({ workspace: this.#workspace, ...kept })
    this.#keeping.beat()
  }

  stop(): void {
    this.keepNow()
    this.#keeping.stop()
    for (const { explorer } of this.list) explorer.stop()
  }

  #make(look: Look): Tab {
    this.#made += 1
    const tab = new Tab(this.#made, { ...this.makings, share: (streams, chosen) => this.#share(streams, chosen) }, look)
    tab.explorer.table.rowHeightPx = this.settings.rowHeightPx
    tab.explorer.table.happened(this.#lastHappened)
    return tab
  }

  /** The tab that it comes from has it already. */
  #share(streams: readonly string[], chosen: ColumnChoices | null): void {
    for (const { explorer } of this.list) if (explorer.columns.chosen !== chosen) explorer.columns.adopt(streams, chosen)
  }

  #front(shown: readonly Tab[], side: number): void {
    this.shown = shown
    this.side = side
  }

  async #wakeShown(): Promise<void> {
    const { shown } = this
    this.#awake = [...shown, ...this.#awake.filter((tab) => !shown.includes(tab))]
    for (const tab of this.#awake.slice(MOST_AWAKE)) tab.rest()
    this.#awake = this.#awake.slice(0, MOST_AWAKE)
    await Promise.all(shown.map((tab) => tab.wake()))
  }

  keepNow(): void {
    if (this.#unkept === '') return
    try {
      localStorage.setItem(KEPT, this.#unkept)
    } catch {
      // without storage the tabs last as long as the window
    }
    this.#unkept = ''
  }
}

/** What was kept over this workspace; null where nothing usable was. */
function read(workspace: string): Kept | null {
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? 'null')
    if (typeof found !== 'object' || found === null) return null
    const { workspace: of, looks, shown, side }: Record<string, unknown> = { ...found }
    if (of !== workspace || !Array.isArray(looks) || !Array.isArray(shown)) return null
    const read = looks.slice(0, MOST_TABS).map(lookOf)
    const places = [...new Set(shown.filter((place): place is number => Number.isInteger(place)))].slice(0, 2)
    return { looks: read.map((look) => look ?? USUAL_LOOK), shown: places, side: side === 1 ? 1 : 0 }
  } catch {
    // unreadable tabs are none
    return null
  }
}
