// A filter of records as it is typed into a field of its own: its parts, what may stand at the cursor, and where it cannot be
// read. It is applied after a short rest, by whoever it is for; what is not readable is never applied.
import { asFault, type Backend, type FilterFault } from '../backend'
import { FilterTyping } from './filter-typing.svelte'
import { Latest } from './latest'

const TYPING_REST_MILLIS = 180

export class RecordFilter {
  draft = $state('')
  fault = $state.raw<FilterFault | null>(null)
  readonly typing: FilterTyping
  #rest: ReturnType<typeof setTimeout> | null = null
  readonly #reading = new Latest<string>((text) => this.#read(text))

  constructor(
    readonly backend: Backend,
    captures: () => readonly string[],
    readonly apply: (text: string) => void,
  ) {
    this.typing = new FilterTyping(backend, captures)
  }

  type(text: string): void {
    this.draft = text
    this.#stop()
    this.#rest = setTimeout(() => this.#reading.ask(text), TYPING_REST_MILLIS)
  }

  /** Applied at once. */
  ask(text: string): void {
    this.draft = text
    this.#stop()
    this.#reading.ask(text)
  }

  /** Another one is applied, not by this field. */
  shows(text: string): void {
    this.#stop()
    this.draft = text
    this.fault = null
  }

  #stop(): void {
    if (this.#rest !== null) clearTimeout(this.#rest)
    this.#rest = null
  }

  async #read(text: string): Promise<void> {
    try {
      const { fault } = await this.backend.checkFilter(text)
      if (text !== this.draft) return
      this.fault = fault
      if (!fault) this.apply(text.trim())
    } catch (thrown) {
      const { message } = asFault(thrown)
      this.fault = { start: 0, end: text.length, message }
    }
  }
}
