// One question at a time, the newest wins: while one is being answered, later ones replace each other.

export class Latest<Question> {
  #busy = false
  #waiting: { readonly question: Question } | null = null

  constructor(readonly answer: (question: Question) => Promise<void>) {}

  ask(question: Question): void {
    if (this.#busy) {
      this.#waiting = { question }
      return
    }
    void this.#run(question)
  }

  async #run(question: Question): Promise<void> {
    this.#busy = true
    try {
      await this.answer(question)
    } finally {
      this.#busy = false
      const next = this.#waiting
      this.#waiting = null
      if (next) void this.#run(next.question)
    }
  }
}
