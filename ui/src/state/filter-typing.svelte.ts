// What helps while a filter is typed: the kinds of its parts, and what may stand at the cursor. It applies nothing.
import type { Backend, FilterOffer, FilterToken } from '../backend'
import { Latest } from './latest'

interface Offered {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly offers: readonly FilterOffer[]
}

/** The text and the cursor after an offer was taken. */
export interface Taken {
  readonly text: string
  readonly cursor: number
}

export class FilterTyping {
  /** The text that the tokens are of. */
  known = $state.raw('')
  tokens = $state.raw<readonly FilterToken[]>([])
  /** The offer under the keyboard; none is -1. */
  chosen = $state(-1)
  #offered = $state.raw<Offered | null>(null)
  /** What stands in the bar now. */
  #text = ''
  readonly #reading = new Latest<string>((text) => this.#read(text))
  readonly #offering = new Latest<number>((cursor) => this.#offer(cursor))

  constructor(
    readonly backend: Backend,
    readonly captures: () => readonly string[],
  ) {}

  get offers(): readonly FilterOffer[] {
    return this.#offered?.offers ?? []
  }

  /** The bar shows another text. */
  shows(text: string): void {
    this.#text = text
    if (text !== this.known) this.#reading.ask(text)
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
    // a name is followed by its value, anything else by the next condition
    const space = offer.text.endsWith(':') || after.startsWith(' ') ? '' : ' '
    const before = offered.text.slice(0, offered.start) + offer.text + space
    this.close()
    return { text: before + after, cursor: before.length }
  }

  async #read(text: string): Promise<void> {
    try {
      const check = await this.backend.checkFilter(text)
      this.known = text
      this.tokens = check.tokens
    } catch {
      // the filter itself says what is wrong when it is applied
      this.tokens = []
    }
  }

  async #offer(cursor: number): Promise<void> {
    const text = this.#text
    try {
      const { start, end, offers } = await this.backend.completeFilter([...this.captures()], text, cursor)
      if (text !== this.#text) return
      const word = text.slice(start, end)
      const news = offers.filter((offer) => offer.text !== word)
      this.#offered = news.length > 0 ? { text, start, end, offers: news } : null
      this.chosen = -1
    } catch {
      this.close()
    }
  }
}
