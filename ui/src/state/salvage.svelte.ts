// A damaged workspace: what is whole in it goes into a new file, which the program's own dialog asks for.
import { asFault, type Backend, type CommandFault, type SalvagedWorkspace } from '../backend'

export class Salvage {
  busy = $state(false)
  fault = $state.raw<CommandFault | null>(null)
  /** What became of it; the new file is the one that is opened from then on. */
  done = $state.raw<SalvagedWorkspace | null>(null)

  constructor(readonly backend: Backend) {}

  async begin(): Promise<void> {
    this.busy = true
    this.fault = null
    try {
      this.done = await this.backend.salvageWorkspace()
    } catch (thrown) {
      this.fault = asFault(thrown)
    } finally {
      this.busy = false
    }
  }
}
