// One record, opened: of the event in front its tree, text and bytes, and the record's own bytes, each asked for when its
// tab is looked at. It selects nothing.
import { HEX_COLUMNS } from '../base/hex'
import { textLines, type TextLine } from '../base/text-lines'
import {
  asFault,
  type Backend,
  type CommandFault,
  type CopyForm,
  type RecordDetails,
  type RecordEvent,
  type RecordText,
  type TreeRow,
  type TreeTarget,
} from '../backend'
import { Comparison } from './comparison.svelte'
import { Decoding } from './decoding.svelte'
import { Latest } from './latest'
import { Paged } from './paged.svelte'

export const TABS = ['tree', 'text', 'raw', 'hex', 'details', 'diff', 'related'] as const
export type InspectorTab = (typeof TABS)[number]

export interface ShownText {
  readonly lines: readonly TextLine[]
  readonly text: string
  readonly truncated: string | null
}

/** How soon, and how often, a record is looked at again while a registry is asked for its schemas. */
const SCHEMA_LOOK_MILLIS = 1_000
const MOST_SCHEMA_LOOKS = 15
const TREE_PAGE_ROWS = 500
const HEX_PAGE_ROWS = 256
const FIRST_DEPTH = 2
export const EVERY_DEPTH = 100_000

export class Inspector {
  shown = $state(false)
  tab = $state<InspectorTab>('tree')
  details = $state.raw<RecordDetails | null>(null)
  /** The one in front of the events that the record holds. */
  event = $state.raw<RecordEvent | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  text = $state.raw<ShownText | null>(null)
  raw = $state.raw<ShownText | null>(null)
  treeRows = $state(0)
  treeTruncated = $state<string | null>(null)
  treeDepth = $state(FIRST_DEPTH)
  treeCursor = $state(0)
  /** Counts who asked for the field that looks for a text, until it has the focus. */
  findAsked = $state(0)
  hexBytes = $state(0)
  hexRows = $state(0)
  /** The record's own bytes, and not the event's. */
  hexRaw = $state(false)
  readonly tree = new Paged<TreeRow>(TREE_PAGE_ROWS)
  readonly hex = new Paged<Uint8Array>(HEX_PAGE_ROWS)
  readonly decoding: Decoding
  readonly comparison: Comparison

  #id: string | null = null
  #toggled: number[] = []
  /** Counts what the tree was asked for: an answer to an earlier question is not shown. */
  #treeQuestion = 0
  /** The event that is asked for, until it is in front or failed. */
  #wanted: { readonly id: string; readonly index: number } | null = null
  readonly #opening = new Latest<string>((id) => this.#load(id))
  readonly #choosing = new Latest<{ readonly id: string; readonly index: number }>((event) => this.#choose(event))

  constructor(readonly backend: Backend) {
    this.decoding = new Decoding(backend, () => this.again())
    this.comparison = new Comparison(backend)
  }

  open(id: string): void {
    if (id === this.#id && !this.fault) return
    this.#id = id
    this.#treeQuestion += 1
    this.#opening.ask(id)
  }

  again(): void {
    const id = this.#id
    if (id !== null) this.#opening.ask(id)
  }

  clear(): void {
    this.#id = null
    this.#treeQuestion += 1
    this.details = null
    this.event = null
    this.fault = null
    this.shown = false
  }

  /** Another of the record's events. */
  choose(index: number): void {
    const [id, details] = [this.#id, this.details]
    if (id === null || details?.row.id !== id || !Number.isInteger(index) || index < 0 || index >= details.layers.events) return
    this.#wanted = { id, index }
    this.#choosing.ask(this.#wanted)
  }

  /** So many events on, from the one that was asked for last. */
  step(events: number): void {
    const from = this.#wanted?.id === this.#id ? this.#wanted?.index : this.event?.index
    this.choose((from ?? 0) + events)
  }

  /** A path of the tree as filters read it in the stored payload; null where they cannot. */
  storedPath(path: string): string | null {
    const root = this.event?.storedAt ?? null
    return root === null ? null : `${root}${path.slice(1)}`
  }

  /** Where a path of the tree is followed from: in the record as it is stored, else, or where it holds more than one, in the event
   *  that lies in it. */
  followedAt(path: string): { readonly path: string; readonly event: number | null } {
    const stored = this.storedPath(path)
    const isOneOfMany = (this.details?.layers.events ?? 1) > 1
    return stored === null || isOneOfMany ? { path, event: this.event?.index ?? 0 } : { path: stored, event: null }
  }

  /** The record's own bytes in hexadecimal, or the event's. */
  showHex(raw: boolean): void {
    this.hexRaw = raw
    this.#openHex()
  }

  /** Some of the bytes in hexadecimal, as they may be shown: at most 1 MiB at once, less at the end. */
  async someBytes(first: number, count: number): Promise<Uint8Array> {
    const [id, event] = [this.#id, this.event]
    if (id === null || !event) return new Uint8Array()
    return this.backend.recordBytes(id, this.hexRaw || event.stored ? null : event.index, first, count)
  }

  show(tab: InspectorTab): void {
    this.tab = tab
    this.shown = true
    void this.#fill()
  }

  /** A record for the clipboard. */
  async copyOf(id: string, form: CopyForm): Promise<string> {
    try {
      return await this.backend.recordCopy(id, form)
    } catch (thrown) {
      throw asFault(thrown)
    }
  }

  toggleNode(row: TreeRow): void {
    if (row.children === 0) return
    this.#toggled = this.#toggled.includes(row.node) ? this.#toggled.filter((node) => node !== row.node) : [...this.#toggled, row.node]
    this.#treeQuestion += 1
    void this.#reflowTree()
  }

  expandTo(depth: number): void {
    this.treeDepth = depth
    this.#toggled = []
    this.#treeQuestion += 1
    void this.#reflowTree()
  }

  /** Looks for a text in the text or the bytes where they are in front, else in the event's tree; where it has none, in its bytes. */
  askFind(): void {
    const isText = this.tab === 'text' || this.tab === 'raw' || this.tab === 'hex'
    const hasTree = this.event !== null && this.event.treeFault === null && this.event.failure === null
    this.show(isText ? this.tab : hasTree ? 'tree' : 'raw')
    this.findAsked += 1
  }

  /** The bytes of the field under the cursor among those that are shown in hexadecimal; null where it stands nowhere in them. */
  get marked(): { readonly from: number; readonly until: number } | null {
    const at = this.#contentAt
    const node = this.tree.row(this.treeCursor)
    return at === null || !node ? null : { from: at + node.start, until: at + node.end }
  }

  /** The field that a byte of those in hexadecimal belongs to comes under the cursor; whether it did. */
  async markByte(byte: number): Promise<boolean> {
    const at = this.#contentAt
    return at !== null && byte >= at && (await this.reveal({ kind: 'byte', at: byte - at }))
  }

  /** Puts a node of the tree under the cursor; what is folded around it unfolds. Whether it did. */
  async reveal(target: TreeTarget): Promise<boolean> {
    const [id, event] = [this.#id, this.event]
    if (id === null || !event || event.treeFault !== null) return false
    const question = (this.#treeQuestion += 1)
    try {
      const place = await this.backend.relating.placeInTree(id, event.index, this.treeDepth, [...this.#toggled], target)
      if (!place || question !== this.#treeQuestion) return false
      this.#toggled = place.toggled
      this.treeCursor = place.row
      await this.#reflowTree()
      return true
    } catch (thrown) {
      if (question === this.#treeQuestion) this.fault = asFault(thrown)
      return false
    }
  }

  get #contentAt(): number | null {
    const { event } = this
    if (!event) return null
    return this.hexRaw || event.stored ? event.contentInRecord : event.contentAt
  }

  async #load(id: string): Promise<void> {
    try {
      const details = await this.backend.openRecord(id)
      if (id !== this.#id) return
      this.details = details
      this.raw = null
      this.#wanted = null
      if (isAsking(details)) void this.#lookForSchemas(details)
      // what its tab asks for, such as a comparison, does not hold up the next record
      void this.#opened(id, details.layers.first)
    } catch (thrown) {
      if (id === this.#id) this.fault = asFault(thrown)
    }
  }

  /** What was asked for is there, or was refused, some time after the record was opened. */
  async #lookForSchemas(of: RecordDetails): Promise<void> {
    for (let looks = 0; looks < MOST_SCHEMA_LOOKS; looks += 1) {
      await new Promise((resolve) => setTimeout(resolve, SCHEMA_LOOK_MILLIS))
      if (this.details !== of) return
      try {
        const details = await this.backend.openRecord(of.row.id)
        if (isAsking(details)) continue
      } catch {
        // whoever opens it is told why
      }
      if (this.details === of) this.again()
      return
    }
  }

  async #choose(wanted: { readonly id: string; readonly index: number }): Promise<void> {
    const { id, index } = wanted
    if (wanted !== this.#wanted || id !== this.#id || index === this.event?.index) return
    try {
      const event = await this.backend.recordEvent(id, index)
      if (id !== this.#id || id !== this.#wanted?.id) return
      // what is asked of it does not hold up the next step
      void this.#opened(id, event)
    } catch (thrown) {
      if (wanted !== this.#wanted || id !== this.#id) return
      this.#wanted = null
      this.fault = asFault(thrown)
    }
  }

  async #opened(id: string, event: RecordEvent): Promise<void> {
    this.event = event
    this.fault = null
    this.text = null
    this.treeDepth = FIRST_DEPTH
    this.treeCursor = 0
    this.#toggled = []
    this.#treeQuestion += 1
    this.treeRows = 0
    this.treeTruncated = null
    this.tree.open((first, count) => this.#treePage(id, event.index, first, count))
    this.hexRaw = false
    this.#openHex()
    await this.#fill()
  }

  #openHex(): void {
    const [id, details, event] = [this.#id, this.details, this.event]
    if (id === null || details?.row.id !== id || !event) return
    const of = this.hexRaw || event.stored ? null : event.index
    this.hexBytes = of === null ? details.shownBytes : event.sourceBytes
    this.hexRows = Math.ceil(this.hexBytes / HEX_COLUMNS)
    this.hex.open((first, count) => this.#hexPage(id, of, first, count))
  }

  /** What the tab in front needs and has not got. */
  async #fill(): Promise<void> {
    const [id, details, event] = [this.#id, this.details, this.event]
    if (id === null || details?.row.id !== id || !event) return
    try {
      if (this.tab === 'diff') await this.comparison.show(details, event)
      if (this.tab === 'text' && !this.text) {
        const text = shownText(await this.backend.recordText(id, event.index, 'content'))
        if (id === this.#id && event === this.event) this.text = text
      }
      if (this.tab === 'raw' && !this.raw) {
        const raw = shownText(await this.backend.recordRaw(id))
        if (id === this.#id) this.raw = raw
      }
      if ((this.tab === 'tree' || this.tab === 'hex') && this.treeRows === 0 && event.treeFault === null) await this.#reflowTree()
    } catch (thrown) {
      if (id === this.#id && event === this.event) this.fault = asFault(thrown)
    }
  }

  /** The first page decides how many rows there are; what is shown stays until it is there. */
  async #reflowTree(): Promise<void> {
    const question = this.#treeQuestion
    try {
      const around = Math.max(0, this.treeCursor)
      const pages = await this.tree.ahead(around, around + 1)
      if (question === this.#treeQuestion) this.tree.adopt(pages)
    } catch (thrown) {
      if (question === this.#treeQuestion) this.fault = asFault(thrown)
    }
  }

  async #treePage(id: string, event: number, first: number, count: number): Promise<readonly TreeRow[]> {
    const question = this.#treeQuestion
    const page = await this.backend.recordTree(id, event, { depth: this.treeDepth, toggled: this.#toggled, first, count })
    if (question === this.#treeQuestion) {
      this.treeRows = page.total
      this.treeTruncated = page.truncated
    }
    return page.rows
  }

  async #hexPage(id: string, event: number | null, first: number, count: number): Promise<readonly Uint8Array[]> {
    const bytes = await this.backend.recordBytes(id, event, first * HEX_COLUMNS, count * HEX_COLUMNS)
    return Array.from({ length: Math.ceil(bytes.length / HEX_COLUMNS) }, (_, row) =>
      bytes.subarray(row * HEX_COLUMNS, (row + 1) * HEX_COLUMNS),
    )
  }
}

const shownText = ({ text, truncated }: RecordText): ShownText => ({ lines: textLines(text), text, truncated })

const isAsking = ({ layers }: RecordDetails): boolean => layers.schemas.some((report) => report.failure === null)
