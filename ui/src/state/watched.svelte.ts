// An answer about one thing while somebody looks at it: asked at most once a second, and only after something happened.
// The view that shows it says when it starts and stops looking.
import { Answer } from './answer.svelte'
import { Pulse } from './pulse'

const REST_MILLIS = 1_000

export class Watched<T> {
  readonly answer = new Answer<T>()
  #id: string | null = null
  readonly #pulse = new Pulse(() => this.#refresh(), REST_MILLIS)

  constructor(readonly question: (id: string) => Promise<T>) {}

  /** Null: nobody looks. */
  watch(id: string | null): void {
    if (id === this.#id) return
    this.#id = id
    this.answer.clear()
    if (id === null) this.#pulse.stop()
    else void this.#refresh()
  }

  /** Something happened: ask again soon. */
  stir(): void {
    if (this.#id !== null) this.#pulse.beat()
  }

  async #refresh(): Promise<void> {
    const id = this.#id
    if (id !== null) await this.answer.again(() => this.question(id))
  }
}
