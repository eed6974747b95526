// What a person's words for a stretch of time mean, while they are typed: the program reads them. It shows no records.
import { span, type TimeSpan } from '../base/time-scale'
import { asFault, type Backend, type CommandFault } from '../backend'
import { Latest } from './latest'

export class RangeTyping {
  text = $state('')
  /** What the text means; null where it means nothing, and undefined until the program said. */
  range = $state.raw<TimeSpan | null | undefined>(null)
  fault = $state.raw<CommandFault | null>(null)
  readonly #reading = new Latest<string>((text) => this.#read(text))

  constructor(readonly backend: Backend) {}

  type(text: string): void {
    this.text = text
    this.range = undefined
    this.#reading.ask(text)
  }

  async #read(text: string): Promise<void> {
    try {
      const read = text.trim() === '' ? null : await this.backend.readTimeRange(text)
      if (text !== this.text) return
      this.range = read && span(read.from, read.until)
      this.fault = null
    } catch (thrown) {
      if (text !== this.text) return
      this.range = null
      this.fault = asFault(thrown)
    }
  }
}
