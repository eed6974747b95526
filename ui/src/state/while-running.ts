// Asks again and again while something runs, and not at all while nothing does. One question at a time.

const VISIBLE_MILLIS = 400
const HIDDEN_MILLIS = 2_000

export class WhileRunning {
  #timer: ReturnType<typeof setTimeout> | null = null
  #busy = false
  #stopped = true
  /** Something was started while a question was under way. */
  #woken = false

  /** Answers whether to ask again. */
  constructor(readonly question: () => Promise<boolean>) {}

  /** Something was started: ask now, and go on while it runs. */
  wake(): void {
    this.#stopped = false
    if (this.#busy) this.#woken = true
    else void this.#run()
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
    let again = false
    try {
      again = await this.question()
    } finally {
      this.#busy = false
    }
    if (this.#stopped || !(again || this.#woken)) return
    const hidden = typeof document !== 'undefined' && document.hidden
    this.#timer = setTimeout(() => void this.#run(), hidden ? HIDDEN_MILLIS : VISIBLE_MILLIS)
  }
}
