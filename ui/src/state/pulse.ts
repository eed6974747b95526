// Beats at most ten times a second, twice when the window is hidden, and never while the last beat's work still runs.
// It starts no timer unless something asked for a beat.

const VISIBLE_MILLIS = 100
const HIDDEN_MILLIS = 500

export class Pulse {
  #timer: ReturnType<typeof setTimeout> | null = null
  #busy = false
  #again = false
  #lastMillis = 0

  constructor(
    readonly work: () => Promise<void>,
    readonly restMillis = VISIBLE_MILLIS,
  ) {}

  beat(): void {
    if (this.#busy) {
      this.#again = true
      return
    }
    if (this.#timer !== null) return
    const rest = typeof document !== 'undefined' && document.hidden ? Math.max(HIDDEN_MILLIS, this.restMillis) : this.restMillis
    const wait = Math.max(0, this.#lastMillis + rest - Date.now())
    this.#timer = setTimeout(() => void this.#run(), wait)
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #run(): Promise<void> {
    this.#timer = null
    this.#busy = true
    this.#again = false
    this.#lastMillis = Date.now()
    try {
      await this.work()
    } finally {
      this.#busy = false
      if (this.#again) this.beat()
    }
  }
}
