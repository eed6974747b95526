// How the stream of the open record is read: its pinned layers and the schemas there are. What changed is shown by the
// inspector, which asks for its record again.
import { asFault, type Backend, type CommandFault, type LayerStep, type StreamDecoding } from '../backend'

export class Decoding {
  value = $state.raw<StreamDecoding | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  busy = $state(false)
  #arn: string | null = null

  constructor(
    readonly backend: Backend,
    readonly changed: () => void,
  ) {}

  /** Asks how this stream is read. */
  async look(arn: string): Promise<void> {
    if (arn !== this.#arn) this.value = null
    this.#arn = arn
    await this.#ask(() => this.backend.decoding.streamDecoding(arn))
  }

  /** Null: each layer by its content. Answers whether it was kept. */
  async pin(arn: string, pinned: LayerStep[] | null): Promise<boolean> {
    this.#arn = arn
    const kept = await this.#ask(() => this.backend.decoding.pinDecoding(arn, pinned))
    if (kept) this.changed()
    return kept
  }

  /** A native dialog asks for the files. */
  async addSchema(arn: string, id: string | null): Promise<void> {
    const kept = await this.#ask(async () => {
      const added = await this.backend.decoding.addSchema(id)
      return added === null ? this.value : this.backend.decoding.streamDecoding(arn)
    })
    if (kept) this.changed()
  }

  async forget(arn: string, id: string): Promise<void> {
    if (await this.#ask(() => this.backend.decoding.forgetSchema(arn, id))) this.changed()
  }

  async #ask(asked: () => Promise<StreamDecoding | null>): Promise<boolean> {
    const arn = this.#arn
    this.busy = true
    this.fault = null
    try {
      const value = await asked()
      if (arn === this.#arn) this.value = value
      return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    } finally {
      this.busy = false
    }
  }
}
