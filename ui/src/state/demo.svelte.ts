// The demo's order flow, where it runs: its rate and what it has played.
import { asFault, type Backend, type CommandFault, type DemoStatus } from '../backend'

export const DEMO_RATES = [1, 5, 20, 100, 500, 1_000, 2_000, 5_000] as const

export class Demo {
  status = $state.raw<DemoStatus | null>(null)
  fault = $state.raw<CommandFault | null>(null)

  constructor(readonly backend: Backend) {}

  async refresh(): Promise<void> {
    await this.#take(this.backend.demoStatus())
  }

  async setRate(eventsPerSecond: number): Promise<void> {
    await this.#take(this.backend.setDemoRate(eventsPerSecond))
  }

  async #take(asked: Promise<DemoStatus | null>): Promise<void> {
    try {
      this.status = await asked
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }
}
