// Filters or questions that were asked before, and those saved under a name. What they mean is not its affair.
import { asFault, type Asking, type CommandFault, type KnownTexts as Known, type TextKind } from '../backend'

export class KnownTexts {
  value = $state.raw<Known>({ asked: [], saved: [] })
  /** Why the last change was not kept. */
  fault = $state.raw<CommandFault | null>(null)

  constructor(
    readonly backend: Asking,
    readonly kind: TextKind,
  ) {}

  load(): Promise<boolean> {
    return this.#take(this.backend.knownTexts(this.kind))
  }

  /** Was asked just now. */
  remember(text: string): void {
    if (text.trim() !== '' && text.trim() !== this.value.asked[0]) void this.#take(this.backend.rememberText(this.kind, text))
  }

  /** Whether it is kept. */
  save(name: string, text: string): Promise<boolean> {
    return this.#take(this.backend.saveText(this.kind, name, text))
  }

  forget(name: string): Promise<boolean> {
    return this.#take(this.backend.forgetText(this.kind, name))
  }

  async #take(answer: Promise<Known>): Promise<boolean> {
    try {
      this.value = await answer
      this.fault = null
      return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
  }
}
