// The fields that the records of the view have, as they were when somebody last asked; and the times at which they changed, for
// the timeline. A look costs about a second at ten million records, so it is made when it is asked for.
import { asFault, type ColumnCommands, type CommandFault, type FieldsSeen } from '../backend'

export class Fields {
  /** Absent until they were looked for, and again with another view. */
  seen = $state.raw<FieldsSeen | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  looking = $state(false)
  /** The list of fields is open. */
  shown = $state(false)
  readonly changes = $derived<readonly number[]>([...new Set((this.seen?.drift ?? []).map((drift) => drift.at))])
  #asked = 0

  constructor(
    readonly backend: ColumnCommands | undefined,
    readonly view: () => number | undefined,
  ) {}

  get offered(): boolean {
    return this.backend !== undefined
  }

  open(): void {
    this.shown = true
    void this.look()
  }

  /** Other records are looked at. */
  forget(): void {
    this.#asked += 1
    this.seen = null
    this.fault = null
    this.looking = false
    if (this.shown) void this.look()
  }

  async look(): Promise<void> {
    const view = this.view()
    if (!this.backend || view === undefined) return
    const asked = (this.#asked += 1)
    this.looking = true
    try {
      const seen = await this.backend.seenFields(view)
      if (asked !== this.#asked) return
      this.seen = seen
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (asked === this.#asked && fault.code !== 'superseded') this.fault = fault
    } finally {
      if (asked === this.#asked) this.looking = false
    }
  }
}
