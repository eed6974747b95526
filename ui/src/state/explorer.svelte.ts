// The explorer: one view of the records through one filter, and table, timeline and inspector over it. It keeps them
// together; how each is drawn is theirs.
import { takesInNews } from '../base/follow'
import { contains, sameSpan, type TimeSpan } from '../base/time-scale'
import { asFault, type Backend, type CommandFault, type FilterFault, type RecordRow, type ViewStatus } from '../backend'
import { Columns } from './columns.svelte'
import { Fields } from './fields.svelte'
import { Inspector } from './inspector.svelte'
import type { KnownTexts } from './known-texts.svelte'
import { Latest } from './latest'
import { Paged } from './paged.svelte'
import { Pulse } from './pulse'
import { Scan } from './scan.svelte'
import { Selection } from './selection.svelte'
import { Table } from './table.svelte'
import { Timeline } from './timeline.svelte'
import { anchorOf, rowsIn, rowsOf, type TableRow } from './view-rows'

const PAGE_ROWS = 200
const TYPING_REST_MILLIS = 180

export type { TableRow } from './view-rows'
type ExplorerShares = { readonly slot?: string; readonly filters?: KnownTexts | null; readonly share?: Columns['share'] }

export class Explorer {
  /** The captures that are looked at; none is the whole workspace. */
  scope = $state.raw<readonly string[]>([])
  /** What stands in the filter bar, and what is applied of it. */
  draft = $state('')
  filter = $state('')
  filterFault = $state.raw<FilterFault | null>(null)
  checking = $state(false)
  status = $state.raw<ViewStatus | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  /** A lane that somebody asked for from elsewhere, until it is shown. */
  laneAsked = $state<number | null>(null)

  /** Filters that were asked before or saved, where the program keeps them. */
  readonly filters: KnownTexts | null
  readonly selection = new Selection()
  readonly pages = new Paged<TableRow>(PAGE_ROWS)
  readonly columns: Columns
  readonly fields: Fields
  readonly timeline: Timeline
  readonly inspector: Inspector
  /** How far the records were looked at, and where nothing was captured. */
  readonly scan: Scan
  readonly table = new Table(() => this.#wantVisible())
  readonly #slot: string
  readonly #pulse = new Pulse(() => this.#catchUp())
  readonly #opening = new Latest<string>((text) => this.#applyNow(text))
  readonly #framing = new Latest<TimeSpan | null>((range) => this.#reframe(range))
  #typing: ReturnType<typeof setTimeout> | null = null
  /** The text that a person asked for, and did not just pass while typing. */
  #meant: string | null = null
  /** The record that another screen named last. */
  #asked: string | null = null
  #changed = Promise.resolve()

  /** `tell` is given what has no place of its own. No two explorers have the same slot: a view in it ends the one before. */
  constructor(
    readonly backend: Backend,
    tell: (fault: CommandFault) => void = () => undefined,
    { slot = 'explore', filters = null, share }: ExplorerShares = {},
  ) {
    this.filters = filters
    this.#slot = slot
    this.columns = new Columns(backend.columns, () => this.#repathed(), tell, share)
    this.fields = new Fields(backend.columns, () => this.status?.view)
    this.timeline = new Timeline(backend)
    this.inspector = new Inspector(backend)
    this.scan = new Scan(backend, () => this.stir())
  }

  async start(): Promise<void> {
    await this.#openView('')
  }

  stop(): void {
    this.columns.stop()
    this.#pulse.stop()
    this.timeline.stop()
    this.scan.stop()
    if (this.#typing !== null) clearTimeout(this.#typing)
  }

  /** Gives its view up, which costs the program memory; `again` opens it as it was. */
  rest(): void {
    this.stop()
    const { status } = this
    if (!status) return
    this.status = null
    this.timeline.open(null, null)
    this.scan.open(null)
    this.table.reset(0, 0)
    void this.backend.closeView(status.view).catch(() => undefined)
  }

  /** Something was committed: look at it soon. */
  stir(): void {
    if (!this.scan.stopped) this.#pulse.beat()
  }

  async show(captures: readonly string[]): Promise<void> {
    this.scope = captures
    this.selection.range = null
    await this.#openView(this.filter)
  }

  /** As it was: captures, filter and range at once. */
  async restore(captures: readonly string[], filter: string, range: TimeSpan | null): Promise<void> {
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.scope = captures
    this.draft = filter
    this.filterFault = null
    this.selection.range = range
    await this.#openView(filter)
  }

  /** Brings a shard's lane to the front, in the whole workspace where the shown captures have none for it. */
  async askLane(lane: number): Promise<void> {
    if (this.status?.lanes.every((one) => one.lane !== lane)) await this.show([])
    this.laneAsked = lane
  }

  /** Brings a record to the front wherever it is: filter, range and captures give way where they hide it. */
  async showRecord(id: string): Promise<void> {
    try {
      const row = this.status === null ? null : await this.backend.viewRowOf(this.status.view, id)
      const hidden = row === null || row < this.table.first || row >= this.table.first + this.table.rows
      if (!hidden) return await this.select(row)
      this.scope = []
      this.draft = ''
      this.selection.range = null
      await this.#openView('')
      const place = this.status === null ? null : await this.backend.viewRowOf(this.status.view, id)
      if (place !== null) await this.select(place)
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  async again(): Promise<void> {
    await this.#openView(this.filter)
  }

  /** The filter bar changed: applied after a short rest, if it can be read. */
  type(text: string): void {
    this.draft = text
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = setTimeout(() => this.#opening.ask(text), TYPING_REST_MILLIS)
  }

  /** Applied at once. */
  apply(text: string): void {
    this.draft = text
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#opening.ask(text)
  }

  /** Applied at once, and meant: it is asked again some day. */
  ask(text: string): void {
    this.#meant = text
    this.apply(text)
  }

  /** Adds conditions, or takes them out where all of them must hold already. */
  async toggleTerm(conditions: string): Promise<void> {
    await this.#change(async (text) => this.apply(await this.backend.toggleFilter(text, conditions)))
  }

  /** Only records with the value that this one has in a field, or without it; `event`: the one of its events that has it. */
  async narrow(record: string, field: string, exclude: boolean, event: number | null = null): Promise<void> {
    await this.#change(async (text) => this.ask(await this.backend.narrowFilter(text, record, event, field, exclude)))
  }

  /** Selects a row of the view: by hand, so the table stays where it is. */
  async select(viewRow: number): Promise<void> {
    const { table } = this
    if (table.rows === 0) return
    const row = Math.min(table.first + table.rows - 1, Math.max(table.first, viewRow))
    table.cursor = row
    table.anchor = null
    table.happened('movedAway')
    table.reveal(row)
    try {
      const record = await this.pages.find(row)
      if (record && table.cursor === row) this.#opened(record)
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** Selects a record that another screen names; one that the filter hides is opened all the same. */
  async selectRecord(id: string): Promise<void> {
    this.#asked = id
    const view = this.status?.view
    try {
      const [details, row] = await Promise.all([this.backend.openRecord(id), view === undefined ? null : this.backend.viewRowOf(view, id)])
      if (this.#asked !== id) return
      this.table.happened('movedAway')
      this.table.cursor = row
      if (row !== null) this.table.centre(row)
      this.#opened(details.row)
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** Opens the later of two records with what it has, and what it has not, of the earlier. */
  async compare(one: RecordRow, other: RecordRow): Promise<void> {
    const [before, after] = other.arrival < one.arrival ? [other, one] : [one, other]
    this.inspector.comparison.pick(after.id, before)
    await this.selectRecord(after.id)
    this.inspector.show('diff')
  }

  move(rows: number): void {
    const from = this.table.cursor ?? (rows > 0 ? this.table.visible.first - 1 : this.table.visible.until)
    void this.select(from + rows)
  }

  toOldest(): void {
    this.table.toStart()
    void this.select(this.table.first)
  }

  toNewest(): void {
    if (this.table.state === 'stopped') void this.select(this.table.first + this.table.rows - 1)
    else this.table.cursor = null
    this.table.toTail()
  }

  clearSelection(): void {
    this.selection.record = null
    this.table.cursor = null
    this.inspector.clear()
  }

  /** The table shows only what arrived in this range. */
  brush(range: TimeSpan | null): void {
    if (sameSpan(range, this.selection.range)) return
    this.selection.range = range
    if (range) this.table.happened('movedAway')
    this.#framing.ask(range)
  }

  togglePause(): void {
    this.table.happened('pauseToggled')
    if (takesInNews(this.table.state)) this.stir()
  }

  /** The inspector over the record under the keyboard. */
  openSelected(): void {
    const { cursor } = this.table
    if (this.selection.record) this.inspector.shown = true
    else if (cursor !== null) void this.select(cursor)
  }

  async #reframe(range: TimeSpan | null): Promise<void> {
    const status = this.status
    if (!status) return
    const kept = this.selection.record
    const stays = kept !== null && (range === null || contains(range, kept.arrival))
    try {
      const [rows, row] = await Promise.all([
        rowsIn(this.backend, status, range),
        stays ? this.backend.viewRowOf(status.view, kept.id) : null,
      ])
      if (status.view !== this.status?.view) return
      this.table.reset(rows.first, rows.until - rows.first)
      this.table.cursor = row
      if (row !== null) this.table.centre(row)
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  /** What is being typed and cannot be read is not what the table shows. One change after the other: each adds to the last. */
  #change(change: (text: string) => Promise<void>): Promise<void> {
    const next = this.#changed.then(() => change(this.filterFault === null ? this.draft : this.filter))
    return (this.#changed = next.catch((thrown: unknown) => this.#failed(thrown)))
  }

  #failed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code !== 'superseded') this.fault = fault
  }

  async #applyNow(text: string): Promise<void> {
    this.checking = true
    try {
      const check = await this.backend.checkFilter(text)
      this.filterFault = check.fault
      if (check.fault) return
      if (text === this.#meant) this.filters?.remember(text)
      if (text.trim() === this.filter.trim()) return
      await this.#openView(text)
    } catch (thrown) {
      this.#failed(thrown)
    } finally {
      this.checking = false
    }
  }

  async #openView(filter: string): Promise<void> {
    try {
      const status = await this.backend.openView(this.#slot, [...this.scope], filter)
      this.filter = filter
      this.fault = null
      const rows = await rowsIn(this.backend, status, this.selection.range)
      this.status = status
      this.fields.forget()
      await this.columns.look(status)
      if (status.view !== this.status.view) return
      this.pages.open((first, count) => rowsOf(this.backend, status.view, first, count, this.columns.asked))
      this.table.reset(rows.first, rows.until - rows.first)
      this.timeline.open(status.view, status)
      this.scan.open(status.view)
      await this.#followSelected(status)
      if (!status.complete) this.stir()
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  async #followSelected(status: ViewStatus): Promise<void> {
    const record = this.selection.record
    if (!record) return
    const row = await this.backend.viewRowOf(status.view, record.id)
    this.table.cursor = row
    if (row !== null && !this.table.followsTail) this.table.centre(row)
  }

  /** What is shown stays until it is there with its other values. */
  #repathed(): void {
    this.pages.invalidate()
    this.#wantVisible()
  }

  /** Takes in what was committed: first everything that is needed, then all of it at once, so that nothing flickers. */
  async #catchUp(): Promise<void> {
    const known = this.status
    if (!known || this.scan.stopped || !takesInNews(this.table.state)) return
    try {
      const status = await this.backend.viewStatus(known.view)
      if (known.view !== this.status?.view) return
      if (status.revision !== known.revision || status.matched !== known.matched) await this.#takeIn(known, status)
      else this.status = status
      this.timeline.took(status)
      this.scan.took()
      // the scan goes on as long as somebody asks
      if (!status.complete) this.stir()
    } catch (thrown) {
      const fault = asFault(thrown)
      if (known.view !== this.status?.view) return
      if (fault.code === 'gone') await this.#openView(this.filter)
      else this.#failed(fault)
    }
  }

  async #takeIn(known: ViewStatus, status: ViewStatus): Promise<void> {
    const { table, pages } = this
    const before = this.columns.asked
    await this.columns.look(status)
    const { asked: paths } = this.columns
    if (known.view === this.status?.view && paths !== before) this.#repathed()
    const anchor = table.followsTail ? undefined : anchorOf(table, pages)
    const [rows, anchorRow] = await Promise.all([
      rowsIn(this.backend, status, this.selection.range),
      anchor ? this.backend.viewRowOf(status.view, anchor.id) : null,
    ])
    const shift = anchor && anchorRow !== null ? anchorRow - rows.first - (anchor.row - table.first) : 0
    const size = table.visible.until - table.visible.first + 1
    const top = table.followsTail ? Math.max(rows.first, rows.until - table.scroll.visibleRows) : table.visible.first + shift
    const fresh = await pages.ahead(top, Math.min(rows.until, top + Math.max(size, table.scroll.visibleRows)))
    if (known.view !== this.status?.view) return
    pages.adopt(fresh)
    if (paths !== this.columns.asked) this.#repathed()
    this.status = status
    table.changed(rows.first, rows.until - rows.first, shift)
    this.fault = null
  }

  #opened(record: RecordRow): void {
    this.selection.record = record
    this.inspector.shown = true
    this.inspector.open(record.id)
  }

  #wantVisible(): void {
    const { first, until } = this.table.visible
    if (until > first) this.pages.want(first, until, this.table.first + this.table.rows)
  }
}
