// The look at a view's records: it goes on as long as it is asked, so that not asking stops it; and where nothing was
// captured, of what the view's filter asks about. It holds no record.
import { asFault, type Backend, type CommandFault, type ViewGaps } from '../backend'
import { Pulse } from './pulse'

const REST_MILLIS = 2_000
const NONE: ViewGaps = { gaps: [], count: 0 }

export class Scan {
  /** By a person: what was found stays, and nothing more is looked at, new records neither. */
  stopped = $state(false)
  gaps = $state.raw<ViewGaps>(NONE)
  /** Why the gaps are not known. */
  fault = $state.raw<CommandFault | null>(null)
  #view: number | null = null
  readonly #pulse = new Pulse(() => this.#look(), REST_MILLIS)

  constructor(
    readonly backend: Backend,
    readonly goesOn: () => void,
  ) {}

  /** Another view: it is looked at from its beginning. */
  open(view: number | null): void {
    this.#view = view
    this.stopped = false
    this.gaps = NONE
    this.fault = null
    if (view !== null) void this.#look()
  }

  /** The view took something in: what is covered may have grown. */
  took(): void {
    this.#pulse.beat()
  }

  halt(): void {
    this.stopped = true
  }

  goOn(): void {
    this.stopped = false
    this.goesOn()
  }

  /** Nobody looks any more. */
  stop(): void {
    this.#pulse.stop()
  }

  async #look(): Promise<void> {
    const view = this.#view
    if (view === null) return
    try {
      const gaps = await this.backend.viewGaps(view)
      if (view !== this.#view) return
      this.gaps = gaps
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (view === this.#view && fault.code !== 'superseded' && fault.code !== 'gone') this.fault = fault
    }
  }
}
