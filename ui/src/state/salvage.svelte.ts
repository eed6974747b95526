// A damaged workspace: what is whole in it goes into a new file, which the program's own dialog asks for.
import { asFault, type Backend, type CommandFault, type SalvagedWorkspace } from '../backend'

export class Salvage {
  busy = $state(false)
  salvaging = $state(false)
  fault = $state.raw<CommandFault | null>(null)
  /** What became of it; the new file is the one that is opened from then on. */
  done = $state.raw<SalvagedWorkspace | null>(null)

  /** Where what was whole in this workspace went at an earlier time. */
  before = $state.raw<string | null>(null)

  constructor(readonly backend: Backend) {}

  async look(): Promise<void> {
    try {
      this.before = await this.backend.salvagedBefore()
    } catch {
      // it can be salvaged again all the same
    }
  }

  /** Whether the file of before is the workspace now. */
  async goThere(): Promise<boolean> {
    this.busy = true
    this.fault = null
    try {
      await this.backend.openSalvaged()
      return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    } finally {
      this.busy = false
    }
  }

  async begin(): Promise<void> {
    this.busy = this.salvaging = true
    this.fault = null
    try {
      this.done = await this.backend.salvageWorkspace()
    } catch (thrown) {
      this.fault = asFault(thrown)
    } finally {
      this.busy = this.salvaging = false
    }
  }
}
