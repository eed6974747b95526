// What each open connection has asked of its endpoint, while somebody looks: at most once a second, and only after
// something happened.
import type { Backend, ReadMeter } from '../backend'
import { Answer } from './answer.svelte'
import { Pulse } from './pulse'

const REST_MILLIS = 1_000

export class Meter {
  readonly answer = new Answer<ReadMeter>()
  #connection: string | null = null
  readonly #pulse = new Pulse(() => this.#refresh(), REST_MILLIS)

  constructor(readonly backend: Backend) {}

  /** Null: nobody looks. */
  watch(connection: string | null): void {
    if (connection === this.#connection) return
    this.#connection = connection
    this.answer.clear()
    if (connection === null) this.#pulse.stop()
    else void this.#refresh()
  }

  /** Something was asked or committed: ask again soon. */
  stir(): void {
    if (this.#connection !== null) this.#pulse.beat()
  }

  async #refresh(): Promise<void> {
    const connection = this.#connection
    if (connection !== null) await this.answer.again(() => this.backend.connectionMeter(connection))
  }
}
