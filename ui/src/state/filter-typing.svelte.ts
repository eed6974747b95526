// What helps while a filter is typed: the kinds of its parts, and what may stand at the cursor. It applies nothing.
import type { Backend, FilterToken } from '../backend'
import { Latest } from './latest'
import { Offers } from './offers.svelte'

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
