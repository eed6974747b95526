// Looking for a text in the open event's tree: what holds it, and which of those is in front. The tree itself is the
// inspector's; it unfolds where this leads.
import { asFault, type Backend, type CommandFault, type TreeFound, type TreeTarget } from '../backend'

const TYPING_REST_MILLIS = 120
const NOTHING: TreeFound = { nodes: [], total: 0 }

export class TreeSearch {
  text = $state('')
  found = $state.raw<TreeFound>(NOTHING)
  /** The one in front, counted in what is listed. */
  at = $state(-1)
  fault = $state.raw<CommandFault | null>(null)
  /** For drawing: which nodes hold the text. */
  nodes = $derived<ReadonlySet<number>>(new Set(this.found.nodes))
  #of: { readonly record: string; readonly event: number } | null = null
  #question = 0
  #typing: ReturnType<typeof setTimeout> | null = null

  constructor(
    readonly backend: Backend,
    readonly reveal: (target: TreeTarget) => Promise<unknown>,
  ) {}

  /** Another event is in front: what is looked for stays. */
  open(record: string, event: number): void {
    if (this.#of?.record === record && this.#of.event === event) return
    this.#of = { record, event }
    void this.#ask(false)
  }

  type(text: string): void {
    this.text = text
    this.stop()
    this.#typing = setTimeout(() => void this.#ask(true), TYPING_REST_MILLIS)
  }

  /** To the next that holds it, or the one before; after the last comes the first. */
  async step(by: 1 | -1): Promise<void> {
    const { nodes } = this.found
    if (nodes.length === 0) return
    this.at = this.at < 0 ? (by > 0 ? 0 : nodes.length - 1) : (this.at + by + nodes.length) % nodes.length
    await this.#go()
  }

  stop(): void {
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = null
  }

  async #ask(leads: boolean): Promise<void> {
    const of = this.#of
    const question = (this.#question += 1)
    this.fault = null
    if (of === null || this.text === '') {
      this.found = NOTHING
      this.at = -1
      return
    }
    try {
      const found = await this.backend.relating.findInTree(of.record, of.event, this.text)
      if (question !== this.#question) return
      this.found = found
      this.at = leads && found.nodes.length > 0 ? 0 : -1
      if (this.at === 0) await this.#go()
    } catch (thrown) {
      if (question !== this.#question) return
      this.found = NOTHING
      this.fault = asFault(thrown)
    }
  }

  async #go(): Promise<void> {
    const node = this.found.nodes[this.at]
    if (node !== undefined) await this.reveal({ kind: 'node', node })
  }
}
