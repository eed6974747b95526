// Looking for a text in a text that is shown line by line: what holds it, and which of those is in front.
import { findInText, NOTHING_FOUND, type FoundText } from '../base/text-find'
import type { ShownText } from './inspector.svelte'

const TYPING_REST_MILLIS = 120

export class TextSearch {
  text = $state('')
  matches = $state.raw<FoundText>(NOTHING_FOUND)
  /** The one in front, counted in what is listed. */
  at = $state(-1)
  readonly fault = null
  found = $derived({ nodes: this.matches.lines, total: this.matches.total })
  /** The shown line of the one in front. */
  line = $derived(this.matches.lines[this.at] ?? null)
  #of: ShownText | null = null
  #typing: ReturnType<typeof setTimeout> | null = null

  /** Another text is in front: what is looked for stays. */
  open(shown: ShownText): void {
    if (this.#of === shown) return
    this.#of = shown
    this.#look(false)
  }

  type(text: string): void {
    this.text = text
    this.stop()
    if (text === '') this.#look(false)
    else this.#typing = setTimeout(() => this.#look(true), TYPING_REST_MILLIS)
  }

  /** To the next that holds it, or the one before; after the last comes the first. */
  step(by: 1 | -1): void {
    const { lines } = this.matches
    if (lines.length > 0) this.at = this.at < 0 ? (by > 0 ? 0 : lines.length - 1) : (this.at + by + lines.length) % lines.length
  }

  stop(): void {
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = null
  }

  #look(leads: boolean): void {
    const of = this.#of
    this.matches = of && this.text !== '' ? findInText(of.text, of.lines, this.text) : NOTHING_FOUND
    this.at = leads && this.matches.lines.length > 0 ? 0 : -1
  }
}
