// Masking rules, and whether true values are shown. What they change is everywhere in the window, so it is drawn from the
// beginning once they are as wanted.
import {
  asFault,
  type CommandFault,
  type MaskCommands,
  type MaskKind,
  type MaskRule,
  type Masking as Told,
  type Unmasking,
} from '../backend'

/** What a rule's text must be, and where it is not. */
export interface MaskFault {
  readonly text: string
  readonly start: number
  readonly end: number
  readonly message: string
}

export class Masking {
  told = $state.raw<Told | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  wrong = $state.raw<MaskFault | null>(null)
  busy = $state(false)
  /** What the window shows was asked for under other rules. */
  #stale = false

  constructor(
    readonly commands: MaskCommands,
    readonly redraw: () => void,
  ) {}

  get isOn(): boolean {
    return this.told !== null && !this.told.isLifted && (this.told.problem !== null || this.told.rules.some((rule) => rule.isOn))
  }
  get isLifted(): boolean {
    return this.told?.isLifted === true
  }

  async load(): Promise<void> {
    await this.#ask(async () => this.commands.masking(), false)
  }

  /** Answers whether it is a rule now. */
  async add(kind: MaskKind, text: string): Promise<boolean> {
    this.wrong = null
    await this.#ask(async () => {
      const added = await this.commands.addMask(kind, text)
      this.wrong = added.fault ? { text: text.trim(), ...added.fault } : null
      return added.fault ? null : added.masking
    })
    return this.wrong === null && this.fault === null
  }

  async switchOn(rule: MaskRule): Promise<void> {
    await this.#ask(() => this.commands.switchMaskOn(rule.kind, rule.text))
  }

  async again(): Promise<void> {
    await this.#ask(() => this.commands.maskAgain())
  }

  /** A native dialog asks first. */
  async unmask(what: Unmasking): Promise<void> {
    await this.#ask(() => this.commands.unmask(what))
  }

  /** The settings are closed. */
  settled(): void {
    if (this.#stale) this.redraw()
  }

  async #ask(ask: () => Promise<Told | null>, changes = true): Promise<void> {
    this.fault = null
    this.busy = true
    try {
      const told = await ask()
      if (told !== null) {
        this.told = told
        this.#stale ||= changes
      }
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.busy = false
  }
}
