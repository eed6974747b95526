// What may stand at the cursor while a text is typed, and which of the offers is chosen. It takes nothing by itself.
import type { FilterCompletion, FilterOffer } from '../backend'
import { Latest } from './latest'

interface Offered extends FilterCompletion {
  readonly text: string
}

/** The text and the cursor after an offer was taken. */
export interface Taken {
  readonly text: string
  readonly cursor: number
}

export class Offers {
  /** The offer under the keyboard; none is -1. */
  chosen = $state(-1)
  #offered = $state.raw<Offered | null>(null)
  /** What stands there now. */
  #text = ''
  readonly #offering = new Latest<number>((cursor) => this.#offer(cursor))

  /** `spaced`: what is taken is followed by a space, unless it asks for more itself. */
  constructor(
    readonly complete: (text: string, cursor: number) => Promise<FilterCompletion>,
    readonly spaced: boolean,
  ) {}

  get offers(): readonly FilterOffer[] {
    return this.#offered?.offers ?? []
  }

  /** Where the word begins that an offer replaces. */
  get start(): number {
    return this.#offered?.start ?? 0
  }

  /** Another text is there. */
  shows(text: string): void {
    this.#text = text
    if (text !== this.#offered?.text) this.close()
  }

  /** A person typed, and the cursor is here. */
  typed(text: string, cursor: number): void {
    this.shows(text)
    this.#offering.ask(cursor)
  }

  move(step: number): void {
    const count = this.offers.length
    if (count > 0) this.chosen = this.chosen < 0 && step < 0 ? count - 1 : (this.chosen + step + count) % count
  }

  close(): void {
    this.#offered = null
    this.chosen = -1
  }

  /** Null where there is no such offer. */
  take(place: number): Taken | null {
    const offered = this.#offered
    const offer = offered?.offers[place]
    if (!offered || !offer) return null
    const after = offered.text.slice(offered.end)
    const taken = after.startsWith(' ') ? offer.text.trimEnd() : offer.text
    // a name is followed by its value, anything else by the next condition
    const space = !this.spaced || taken.endsWith(':') || after.startsWith(' ') ? '' : ' '
    const before = offered.text.slice(0, offered.start) + taken + space
    this.close()
    return { text: before + after, cursor: before.length }
  }

  /** What a key does to the offers; null where it is not about them. A number is the place of the one to be taken. */
  steered(event: KeyboardEvent): number | 'moved' | null {
    if (this.offers.length === 0 || event.ctrlKey || event.metaKey || event.altKey) return null
    if (event.key === 'Tab' && !event.shiftKey) return Math.max(0, this.chosen)
    if (event.key === 'Enter' && this.chosen >= 0) return this.chosen
    if (event.key === 'ArrowDown') this.move(1)
    else if (event.key === 'ArrowUp') this.move(-1)
    else if (event.key === 'Escape') this.close()
    else return null
    return 'moved'
  }

  async #offer(cursor: number): Promise<void> {
    const text = this.#text
    try {
      const { start, end, offers } = await this.complete(text, cursor)
      if (text !== this.#text) return
      const word = text.slice(start, end)
      const news = offers.filter((offer) => offer.text.trimEnd() !== word)
      this.#offered = news.length > 0 ? { text, start, end, offers: news } : null
      this.chosen = -1
    } catch {
      this.close()
    }
  }
}
