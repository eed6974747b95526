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

export class Columns {
  /** Null where nothing was chosen. */
  chosen = $state.raw<ColumnChoices | null>(null)
  several = $state(false)
  /** The names of the streams that `chosen` is for. */
  streams = $state('')
  /** The list to choose from is open. */
  choosing = $state(false)
  /** Why a path or a choice was not taken. */
  fault = $state.raw<CommandFault | null>(null)
  readonly defaults = $derived<ColumnChoices>(OWN_COLUMNS.map((id) => column(id, id !== 'stream' || this.several)))
  /** Shown or not, in their order. */
  readonly all = $derived<ColumnChoices>(this.chosen === null ? known(this.defaults, this.defaults) : known(this.chosen, this.defaults))
  readonly shown = $derived(this.all.filter((one) => one.shown))
  readonly paths = $derived(pathsOf(this.all))
  #streams: readonly string[] = []
  #names: string | null = null
  /** What is to be kept next. */
  #unkept: ColumnLayout | null = null
  readonly #keeping = new Pulse(() => this.#keepNow(), KEEPING_REST_MILLIS)

  constructor(
    readonly backend: ColumnCommands | undefined,
    /** Other paths are shown: rows must bring their values. */
    readonly repathed: () => void,
  ) {}

  /** The streams of a view: its own set of columns. Answers at once where they are the same as before. */
  async look(status: ViewStatus): Promise<void> {
    const names = [...new Set(status.lanes.map((lane) => lane.stream))].sort()
    const key = names.join(' ')
    if (key === this.#names) return
    await this.#keepNow()
    this.#names = key
    this.several = names.length > 1
    try {
      const layout = await this.backend?.keptColumns(status.view)
      this.#streams = layout?.streams ?? []
      this.chosen = layout && layout.columns.length > 0 ? layout.columns : null
      this.fault = null
    } catch (thrown) {
      // for streams that are not known nothing is kept
      this.#streams = []
      this.chosen = null
      this.fault = asFault(thrown)
    }
    this.streams = key
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

  toggle(path: string): void {
    if (this.has(path)) this.change((choices) => without(choices, path))
    else this.add(path)
  }

  has(path: string): boolean {
    return this.paths.includes(path)
  }

  /** A path as the program writes it. */
  add(path: string): void {
    if (isPath(path) && this.paths.length < MOST_PATHS) this.change((choices) => withPath(choices, path, LAST))
  }

  /** A path as a person types it; whether it is one. */
  async addTyped(text: string): Promise<boolean> {
    if (!this.backend) return false
    try {
      this.add(await this.backend.readPath(text))
      this.fault = null
      return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
  }

  #keep(choices: ColumnChoices): void {
    if (this.#streams.length === 0) return
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
      this.fault = asFault(thrown)
    }
  }
}
