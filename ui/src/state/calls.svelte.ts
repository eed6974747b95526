// What was asked of the open connections' endpoints, attempt by attempt: kept by the program, fetched while somebody looks,
// four times a second at most. It shows no payload and knows no token.
import { asFault, type Backend, type CommandFault, type Connection, type EndpointCall } from '../backend'
import type { Kinescope } from './kinescope.svelte'
import { Pulse } from './pulse'

export interface CallLine extends EndpointCall {
  readonly id: string
  readonly connection: Connection
}

export const MOST_LINES = 2_000
const REST_MILLIS = 250

export class Calls {
  /** The newest first. */
  lines = $state.raw<readonly CallLine[]>([])
  fault = $state.raw<CommandFault | null>(null)
  operation = $state<string | null>(null)
  /** Only what failed, was throttled, or was tried again. */
  troubled = $state(false)
  held = $state(false)
  chosen = $state<string | null>(null)
  #known = new Map<string, number>()
  #looking = false
  readonly #pulse = new Pulse(() => this.#turn(), REST_MILLIS)

  operations = $derived(
    [...new Set([...this.lines.map((line) => line.operation), ...(this.operation === null ? [] : [this.operation])])].sort(),
  )
  shown = $derived(
    this.lines.filter((line) => (this.operation === null || line.operation === this.operation) && (!this.troubled || isTroubled(line))),
  )

  constructor(
    readonly backend: Backend,
    readonly connections: () => readonly Connection[],
  ) {}

  /** Somebody looks; the answer ends it. */
  look(): () => void {
    this.#looking = true
    this.#pulse.beat()
    return () => {
      this.#looking = false
      this.#pulse.stop()
    }
  }

  /** What is listed goes; what comes is listed. */
  clear(): void {
    this.lines = []
    this.chosen = null
  }

  async #turn(): Promise<void> {
    if (!this.#looking) return
    if (!this.held && !document.hidden) await this.#fetch()
    if (this.#looking) this.#pulse.beat()
  }

  async #fetch(): Promise<void> {
    let fault: CommandFault | null = null
    const refused = (thrown: unknown): CallLine[] => {
      const told = asFault(thrown)
      // a connection that was just closed has nothing to tell
      if (told.code !== 'gone') fault = told
      return []
    }
    const found = await Promise.all(this.connections().map((connection) => this.#callsOf(connection).catch(refused)))
    this.fault = fault
    const fresh = found.flat()
    if (fresh.length === 0) return
    fresh.sort((one, other) => other.at - one.at || other.number - one.number)
    this.lines = [...fresh, ...this.lines].slice(0, MOST_LINES)
  }

  async #callsOf(connection: Connection): Promise<CallLine[]> {
    const calls = await this.backend.connectionCalls(connection.id, this.#known.get(connection.id) ?? 0)
    const last = calls.at(-1)
    if (last) this.#known.set(connection.id, last.number)
    return calls.map((call) => ({ ...call, id: `${connection.id} ${call.number}`, connection }))
  }
}

export const isTroubled = (call: EndpointCall): boolean => call.outcome !== 'answered' || call.attempt > 1

const made = new WeakMap<Kinescope, Calls>()

/** Made when the screen is opened first, and kept for the life of the window. */
export function callsOf(kinescope: Kinescope): Calls {
  const calls = made.get(kinescope) ?? new Calls(kinescope.backend, () => kinescope.connections.open)
  made.set(kinescope, calls)
  return calls
}
