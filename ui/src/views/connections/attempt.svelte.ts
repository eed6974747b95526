// One attempt to open a connection: which door asked, how it failed, and the one question about an endpoint that is not
// one of AWS's. It remembers no trust: the program does, for good.
import type { Connections } from '../../state/connections.svelte'
import type { CommandFault, Connection, OpenConnection } from '../../state/words'

export class Attempt {
  /** The door that asked last. */
  door = $state<string | null>(null)
  busy = $state(false)
  fault = $state.raw<CommandFault | null>(null)
  #request: OpenConnection | null = null

  constructor(readonly connections: Connections) {}

  /** Whether the user is asked to confirm this endpoint. */
  get asksTrust(): boolean {
    return this.fault?.code === 'untrustedEndpoint'
  }

  async open(door: string, request: OpenConnection): Promise<Connection | null> {
    if (this.busy) return null
    this.door = door
    this.fault = null
    this.busy = true
    this.#request = request
    try {
      return await this.connections.openConnection(request)
    } catch (thrown) {
      this.fault = thrown as CommandFault
      return null
    } finally {
      this.busy = false
    }
  }

  /** The program asks in a dialog of its own, which no script in the page can answer. */
  async trust(): Promise<Connection | null> {
    return this.door !== null && this.#request ? this.open(this.door, { ...this.#request, askTrust: true }) : null
  }

  async again(): Promise<Connection | null> {
    return this.door !== null && this.#request ? this.open(this.door, this.#request) : null
  }

  dismiss(): void {
    this.fault = null
  }
}
