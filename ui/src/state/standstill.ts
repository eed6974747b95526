// A clock that should beat once a second and did not: the machine slept, or the program was held.

export interface Standstill {
  /** Milliseconds since 1970. */
  readonly from: number
  readonly until: number
}

/** A webview that is busy, or hidden, beats late too; never by so much while it is shown. */
const LEAST_MILLIS = 60_000

export class Beat {
  #last: number | null = null

  /** `now` in milliseconds since 1970; hidden pages beat as they like. */
  at(now: number, isHidden: boolean): Standstill | null {
    const last = this.#last
    this.#last = isHidden ? null : now
    return last !== null && !isHidden && now - last >= LEAST_MILLIS ? { from: last, until: now } : null
  }

  /** Nothing beats for now. */
  rest(): void {
    this.#last = null
  }
}
