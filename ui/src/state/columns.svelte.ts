// The columns of the record table: what a person chose for the streams that are looked at, kept by the program. What a column
// shows of a record is the view's affair.
import { column, isPath, known, MOST_PATHS, pathsOf, without, withPath, type ColumnChoices } from '../base/column-choices'
import { asFault, type ColumnCommands, type ColumnLayout, type CommandFault, type ViewStatus } from '../backend'
import { Pulse } from './pulse'

export const OWN_COLUMNS = ['time', 'delta', 'stream', 'shard', 'key', 'type', 'size', 'preview'] as const
export type OwnColumn = (typeof OWN_COLUMNS)[number]
const LAST: OwnColumn = 'preview'
/** While an edge is dragged, a width is not kept at every step. */
const KEEPING_REST_MILLIS = 400

interface Looking {
  readonly view: number
  readonly lanes: string
  done: Promise<void>
}

export class Columns {
  /** Null where nothing was chosen. */
  chosen = $state.raw<ColumnChoices | null>(null)
  several = $state(false)
  /** The lanes of the streams that `chosen` is for. */
  streams = $state('')
  /** The list to choose from is open. */
  choosing = $state(false)
  /** Why a typed path was not taken. */
  fault = $state.raw<CommandFault | null>(null)
  readonly defaults = $derived<ColumnChoices>(OWN_COLUMNS.map((id) => column(id, id !== 'stream' || this.several)))
  /** Shown or not, in their order. */
  readonly all = $derived<ColumnChoices>(this.chosen === null ? known(this.defaults, this.defaults) : known(this.chosen, this.defaults))
  readonly shown = $derived(this.all.filter((one) => one.shown))
  readonly paths = $derived(pathsOf(this.all))
  /** Paths that are asked for besides, for what other columns show. */
  #besides = $state.raw<readonly string[]>([])
  /** What rows must bring. */
  readonly asked = $derived<string[]>([...new Set([...this.paths, ...this.#besides])].slice(0, MOST_PATHS))
  readonly full = $derived(this.paths.length >= MOST_PATHS)
  #streams: readonly string[] = []
  /** The lanes of `#streams`. Another stream may have the same name, and a lane is of one stream only. */
  #lanes: string | null = null
  /** The look that counts: an earlier one that is answered later changes nothing. */
  #looking: Looking | null = null
  /** What is to be kept next. */
  #unkept: ColumnLayout | null = null
  readonly #keeping = new Pulse(() => this.#keepNow(), KEEPING_REST_MILLIS)

  constructor(
    readonly backend: ColumnCommands | undefined,
    /** Other paths are shown: rows must bring their values. */
    readonly repathed: () => void,
    /** Why columns were not read or kept: the list to choose from is seldom open by then. */
    readonly tell: (fault: CommandFault) => void,
    /** They were changed here: other tabs over the same streams have them too. */
    readonly share: (streams: readonly string[], chosen: ColumnChoices | null) => void = () => undefined,
  ) {}

  /** The streams of a view: their own set of columns. Answers at once where they are the same as before. */
  look(status: ViewStatus): Promise<void> {
    const lanes = status.lanes
      .map(({ lane }) => lane)
      .toSorted((a, b) => a - b)
      .join(' ')
    const under = this.#looking
    if (under?.view === status.view && under.lanes === lanes) return under.done
    this.#looking = null
    if (lanes === this.#lanes) return Promise.resolve()
    const looking: Looking = { view: status.view, lanes, done: Promise.resolve() }
    this.#looking = looking
    looking.done = this.#look(looking, new Set(status.lanes.map((lane) => lane.stream)).size > 1)
    return looking.done
  }

  async #look(looking: Looking, several: boolean): Promise<void> {
    await this.#keepNow()
    try {
      const layout = await this.backend?.keptColumns(looking.view)
      if (looking !== this.#looking) return
      this.#looking = null
      this.#lanes = looking.lanes
      this.several = several
      // of the same streams they may have been changed meanwhile
      if (!layout || layout.streams.join('\n') !== this.#streams.join('\n')) {
        this.#streams = layout?.streams ?? []
        this.chosen = layout && layout.columns.length > 0 ? layout.columns : null
      }
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      // the view that took this one's place asks for itself
      if (looking !== this.#looking || fault.code === 'superseded') return
      // for streams that are not known nothing is kept; the next view asks again
      this.#lanes = null
      this.several = several
      this.#streams = []
      this.chosen = null
      this.tell(fault)
    }
    this.streams = looking.lanes
  }

  /** Values that are no columns of their own. */
  askBesides(paths: readonly string[]): void {
    if (paths.join('\n') === this.#besides.join('\n')) return
    this.#besides = paths
    this.repathed()
  }

  stop(): void {
    this.#keeping.stop()
    void this.#keepNow()
  }

  /** One change of what is shown, at once and for the next time. */
  change(next: (choices: ColumnChoices) => ColumnChoices): void {
    const before = this.paths.join('\n')
    this.chosen = next(this.all)
    this.#keep(this.chosen)
    if (this.paths.join('\n') !== before) this.repathed()
  }

  /** As the product has them. */
  reset(): void {
    const before = this.paths.length
    this.chosen = null
    this.#keep([])
    if (before > 0) this.repathed()
  }

  /** As they were chosen before. */
  restore(chosen: ColumnChoices | null): void {
    if (chosen === null) this.reset()
    else this.change(() => chosen)
  }

  /** Whether it is as wanted: there may be no room for one more. */
  toggle(path: string): boolean {
    if (!this.has(path)) return this.add(path)
    this.change((choices) => without(choices, path))
    return true
  }

  has(path: string): boolean {
    return this.paths.includes(path)
  }

  /** A path as the program writes it; whether it is a column now. */
  add(path: string): boolean {
    if (!isPath(path) || (this.full && !this.has(path))) return false
    this.change((choices) => withPath(choices, path, LAST))
    return true
  }

  /** A path as a person types it; whether it is a column now. */
  async addTyped(text: string): Promise<boolean> {
    if (!this.backend) return false
    try {
      const path = await this.backend.readPath(text)
      this.fault = null
      return this.add(path)
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
  }

  /** What was chosen in another tab, where that is over the same streams. */
  adopt(streams: readonly string[], chosen: ColumnChoices | null): void {
    if (streams.join('\n') !== this.#streams.join('\n')) return
    const before = this.paths.join('\n')
    this.chosen = chosen
    if (this.paths.join('\n') !== before) this.repathed()
  }

  #keep(choices: ColumnChoices): void {
    if (this.#streams.length === 0) return
    this.share(this.#streams, this.chosen)
    this.#unkept = { streams: [...this.#streams], columns: choices.map((one) => ({ ...one })) }
    this.#keeping.beat()
  }

  async #keepNow(): Promise<void> {
    const layout = this.#unkept
    this.#unkept = null
    if (!layout) return
    try {
      await this.backend?.keepColumns(layout)
    } catch (thrown) {
      this.tell(asFault(thrown))
    }
  }
}
