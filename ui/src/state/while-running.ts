// Asks again while something runs, whenever it is heard that something moved on, and not at all while nothing runs. One
// question at a time.

/** So long a ping that was lost goes unnoticed. */
const UNHEARD_MILLIS = 2_000

export class WhileRunning {
  #timer: ReturnType<typeof setTimeout> | null = null
  #busy = false
  #running = false
  #stopped = true
  /** Something was started, or moved on, while a question was under way. */
  #woken = false

  /** Answers whether to ask again. */
  constructor(readonly question: () => Promise<boolean>) {}

  /** Something was started: ask now, and go on while it runs. */
  wake(): void {
    this.#stopped = false
    if (this.#busy) this.#woken = true
    else void this.#run()
  }

  /** Something moved on: perhaps what is asked about. */
  heard(): void {
    if (!this.#stopped && (this.#running || this.#busy)) this.wake()
  }

  stop(): void {
    this.#stopped = true
    this.#rest()
  }

  #rest(): void {
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
  }

  async #run(): Promise<void> {
    this.#rest()
    this.#busy = true
    this.#woken = false
    this.#running = false
    try {
      this.#running = await this.question()
    } finally {
      this.#busy = false
    }
    if (this.#stopped) return
    if (this.#woken) void this.#run()
    else if (this.#running) this.#timer = setTimeout(() => void this.#run(), UNHEARD_MILLIS)
  }
}
