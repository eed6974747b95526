// What helps while the path of a column is typed: the fields that were seen in some of the records. It adds nothing.
import type { Backend } from '../backend'
import { Latest } from './latest'

const MOST_OFFERS = 12
/** The filter's own name for "has this field": what may follow it are fields. */
const ASKING = 'has:'

export class PathTyping {
  text = $state('')
  /** Paths as the filter's language writes them. */
  offers = $state.raw<readonly string[]>([])
  readonly #asking = new Latest<string>((text) => this.#ask(text))

  constructor(
    readonly backend: Backend,
    readonly captures: () => readonly string[],
  ) {}

  type(text: string): void {
    this.text = text
    this.#asking.ask(text)
  }

  async #ask(text: string): Promise<void> {
    const asked = ASKING + text
    try {
      const { offers } = await this.backend.completeFilter([...this.captures()], asked, asked.length)
      if (text !== this.text) return
      this.offers = offers
        .filter((offer) => offer.kind === 'field')
        .slice(0, MOST_OFFERS)
        .map((offer) => offer.text)
    } catch {
      this.offers = []
    }
  }
}
