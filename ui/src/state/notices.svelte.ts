// What the window has to say at its edge: short, announced politely, gone by itself or by hand. Errors that belong to a
// place are shown in that place, not here.
import type { CommandFault } from '../backend'

export interface Notice {
  readonly id: number
  readonly tone: 'plain' | 'error'
  readonly message: string
  readonly hint: string | null
}

const PLAIN_MILLIS = 5_000
const MOST_NOTICES = 4

export class Notices {
  list = $state.raw<readonly Notice[]>([])
  #next = 1

  say(message: string): void {
    const id = this.#add({ tone: 'plain', message, hint: null })
    setTimeout(() => this.dismiss(id), PLAIN_MILLIS)
  }

  /** Stays until it is closed. */
  fail(fault: CommandFault): void {
    if (fault.code === 'superseded') return
    if (this.list.some((notice) => notice.message === fault.message)) return
    this.#add({ tone: 'error', message: fault.message, hint: fault.hint })
  }

  /** Stays too: what was asked for was not done. */
  warn(message: string): void {
    if (this.list.every((notice) => notice.message !== message)) this.#add({ tone: 'error', message, hint: null })
  }

  /** No fault, and stays: it happened while nobody looked. */
  tell(message: string, hint: string): void {
    this.#add({ tone: 'plain', message, hint })
  }

  dismiss(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id)
  }

  #add(notice: Omit<Notice, 'id'>): number {
    const id = this.#next
    this.#next += 1
    this.list = [...this.list, { ...notice, id }].slice(-MOST_NOTICES)
    return id
  }
}
