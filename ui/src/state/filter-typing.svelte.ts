// What helps while a filter is typed: the kinds of its parts, and what may stand at the cursor. It applies nothing.
import type { Backend, FilterToken } from '../backend'
import { Latest } from './latest'
import { Offers, type Taken } from './offers.svelte'

/** Whose text is typed. */
export interface Typist {
  readonly draft: string
  type(text: string): void
  /** Applies it at once. */
  ask(text: string): void
}

export class FilterTyping extends Offers {
  /** The text that the tokens are of. */
  known = $state.raw('')
  tokens = $state.raw<readonly FilterToken[]>([])
  readonly #reading = new Latest<string>((text) => this.#read(text))

  constructor(
    readonly backend: Backend,
    captures: () => readonly string[],
  ) {
    super((text, cursor) => backend.completeFilter([...captures()], text, cursor), true)
  }

  override shows(text: string): void {
    if (text !== this.known) this.#reading.ask(text)
    super.shows(text)
  }

  /** A person typed, and the text is the typist's. */
  typedFor(typist: Typist, text: string, cursor: number): void {
    typist.type(text)
    this.typed(text, cursor)
  }

  /** An offer is the typist's text. */
  takeFor(typist: Typist, place: number): Taken | null {
    const taken = this.take(place)
    if (taken) typist.type(taken.text)
    return taken
  }

  /** A key of the field: about the offers, applying, leaving. A number is the place of the offer that it took. */
  keyFor(typist: Typist, event: KeyboardEvent, leave: () => void): number | null {
    const steered = this.steered(event)
    if (steered !== null) {
      event.preventDefault()
      event.stopPropagation()
      return steered === 'moved' ? null : steered
    }
    if (event.key === 'Enter') {
      this.close()
      typist.ask(typist.draft)
    } else if (event.key === 'Escape') {
      // letters are keys of the window again
      event.stopPropagation()
      leave()
    }
    return null
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
}
