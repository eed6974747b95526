// Bytes that are looked for among those that the inspector shows in hexadecimal, a part at a time, as they may be shown: what is
// masked is not found. It moves no cursor.
import { indexOfBytes, soughtBytes } from '../base/byte-texts'
import { asFault } from '../backend'
import type { Inspector } from './inspector.svelte'

/** What is looked for, as it is typed; far less than one answer holds. */
export const LONGEST_SOUGHT = 4_096
/** One answer holds no more. */
const PART_BYTES = 1024 * 1024

export type HexFound = 'nothing asked' | 'unreadable' | 'looking' | 'found' | 'none' | 'failed'

export class HexSearch {
  text = $state('')
  state = $state<HexFound>('nothing asked')
  /** Why it failed. */
  why = $state('')
  /** Counts what was asked: an earlier question's answer is none. */
  #question = 0

  constructor(readonly inspector: Inspector) {}

  type(text: string): void {
    this.#question += 1
    this.text = text
    this.state = text.trim() === '' ? 'nothing asked' : soughtBytes(text) === null ? 'unreadable' : 'nothing asked'
  }

  /** What is under way finds nothing any more. */
  stop(): void {
    this.#question += 1
    if (this.state === 'looking') this.state = 'nothing asked'
  }

  /** The next place behind a byte, or from the beginning again where there is none behind it; null: nowhere, or asked anew
   *  meanwhile. The range is of what was looked for. */
  async next(after: number | null): Promise<{ from: number; until: number } | null> {
    const sought = soughtBytes(this.text)
    if (sought === null) {
      this.state = this.text.trim() === '' ? 'nothing asked' : 'unreadable'
      return null
    }
    const question = (this.#question += 1)
    this.state = 'looking'
    try {
      const from = after === null ? 0 : after + 1
      const all = this.inspector.hexBytes
      const found =
        (await this.#look(sought, from, all, question)) ?? (await this.#look(sought, 0, Math.min(all, from + sought.length - 1), question))
      if (question !== this.#question) return null
      this.state = found === null ? 'none' : 'found'
      return found === null ? null : { from: found, until: found + sought.length }
    } catch (thrown) {
      if (question === this.#question) {
        this.state = 'failed'
        this.why = asFault(thrown).message
      }
      return null
    }
  }

  /** From a byte to another, parts that overlap by what is looked for. */
  async #look(sought: Uint8Array, from: number, until: number, question: number): Promise<number | null> {
    for (let at = from; at + sought.length <= until; at += PART_BYTES - sought.length + 1) {
      const bytes = await this.inspector.someBytes(at, Math.min(PART_BYTES, until - at))
      if (question !== this.#question) return null
      const found = indexOfBytes(bytes, sought)
      if (found >= 0) return at + found
    }
    return null
  }
}
