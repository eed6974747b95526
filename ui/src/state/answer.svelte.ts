// The latest answer to a question that changes: a newer question makes the answers to older ones unheard. What went
// wrong stays where it happened, beside the last good answer to the same question.
import { asFault, type CommandFault } from '../backend'

export class Answer<T> {
  value = $state.raw<T | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  busy = $state(false)
  #asked = 0

  /** A new question: what was there before belongs to another one and goes. */
  ask(question: () => Promise<T>): Promise<void> {
    this.value = null
    this.fault = null
    return this.again(question)
  }

  /** The same question once more: what is shown stays until the new answer comes. */
  async again(question: () => Promise<T>): Promise<void> {
    this.#asked += 1
    const mine = this.#asked
    this.busy = true
    try {
      const value = await question()
      if (mine !== this.#asked) return
      this.value = value
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (mine !== this.#asked || fault.code === 'superseded') return
      this.fault = fault
    } finally {
      if (mine === this.#asked) this.busy = false
    }
  }

  /** No question any more. */
  clear(): void {
    this.#asked += 1
    this.value = null
    this.fault = null
    this.busy = false
  }
}
