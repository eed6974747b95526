// How the stream of the open record is read: its pinned layers, the schemas there are and the registry. What changed is shown by the
// inspector, which asks for its record again.
import {
  asFault,
  type Backend,
  type CommandFault,
  type LayerStep,
  type RegistryChoice,
  type SchemaRow,
  type StreamDecoding,
} from '../backend'

export interface AddedSchema {
  readonly schema: SchemaRow
  /** There was one of the same id. */
  readonly replaced: boolean
}

export class Decoding {
  value = $state.raw<StreamDecoding | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  busy = $state(false)
  /** The stream in front, and how much is asked about it. What comes of an earlier one is not shown. */
  #front = { arn: '', asked: 0 }

  constructor(
    readonly backend: Backend,
    readonly changed: () => void,
  ) {}

  /** Asks how this stream is read. */
  async look(arn: string): Promise<void> {
    await this.#ask(arn, () => this.backend.decoding.streamDecoding(arn))
  }

  /** Null layers: each by its content. Answers why it was not kept, or null. */
  async pin(arn: string, pinned: LayerStep[] | null): Promise<CommandFault | null> {
    const fault = await this.#ask(arn, () => this.backend.decoding.pinDecoding(arn, pinned))
    if (!fault) this.changed()
    return fault
  }

  /** A native dialog asks for the files. Null: nothing was added. */
  async addSchema(arn: string, id: string | null): Promise<AddedSchema | null> {
    const { decoding } = this.backend
    let added = null as AddedSchema | null
    await this.#ask(arn, async () => {
      const before = await decoding.streamDecoding(arn)
      const schema = await decoding.addSchema(id)
      if (schema === null) return before
      added = { schema, replaced: before.schemas.some((one) => one.id === schema.id) }
      return decoding.streamDecoding(arn)
    })
    // also where what there is now could not be asked
    if (added) this.changed()
    return added
  }

  async forget(arn: string, id: string): Promise<void> {
    if (!(await this.#ask(arn, () => this.backend.decoding.forgetSchema(arn, id)))) this.changed()
  }

  /** A native dialog asks whether this one may be asked. False: nothing changed. */
  async useRegistry(arn: string, choice: RegistryChoice): Promise<boolean> {
    const { decoding } = this.backend
    let used = false
    await this.#ask(arn, async () => {
      const value = await decoding.useRegistry(arn, choice)
      used = value !== null
      return value ?? (await decoding.streamDecoding(arn))
    })
    if (used) this.changed()
    return used
  }

  async leaveRegistry(arn: string): Promise<void> {
    if (!(await this.#ask(arn, () => this.backend.decoding.leaveRegistry(arn)))) this.changed()
  }

  /** The record is opened again, which asks the registry. */
  async askAgain(arn: string): Promise<CommandFault | null> {
    const fault = await this.#ask(arn, () => this.backend.decoding.askRegistryAgain(arn))
    if (!fault) this.changed()
    return fault
  }

  async #ask(arn: string, asked: () => Promise<StreamDecoding | null>): Promise<CommandFault | null> {
    if (arn !== this.#front.arn) {
      this.#front = { arn, asked: 0 }
      this.value = null
    }
    const front = this.#front
    front.asked += 1
    this.busy = true
    this.fault = null
    try {
      const value = await asked()
      if (front === this.#front) this.value = value
      return null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (front === this.#front) this.fault = fault
      return fault
    } finally {
      front.asked -= 1
      if (front === this.#front) this.busy = front.asked > 0
    }
  }
}
