// Which endpoints are open and can be opened, and the streams of the open ones. It reads no records.
import {
  asFault,
  type Backend,
  type CommandFault,
  type Connection,
  type ConnectionChoices,
  type KnownConnection,
  type OpenConnection,
  type StreamRow,
  type TrustedEndpoint,
} from '../backend'

export interface StreamList {
  readonly rows: readonly StreamRow[]
  readonly fault: CommandFault | null
  readonly asked: boolean
}

type Chosen = Pick<KnownConnection, 'source' | 'region' | 'endpoint'>

/** Two of the same words open one connection. */
const wordsOf = ({ source, region, endpoint }: Chosen): string =>
  JSON.stringify([source.kind, source.kind === 'profile' ? source.name : '', region, endpoint])

export const choiceOf = (connection: Connection): Chosen => ({
  source: connection.source,
  region: connection.chosenRegion,
  endpoint: connection.chosenEndpoint,
})

const NOT_ASKED: StreamList = { rows: [], fault: null, asked: false }

export class Connections {
  choices = $state.raw<ConnectionChoices | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  /** The request that is being opened, for its button. */
  opening = $state.raw<OpenConnection | null>(null)
  #streams = $state.raw<Readonly<Record<string, StreamList>>>({})

  constructor(readonly backend: Backend) {}

  get open(): readonly Connection[] {
    return this.choices?.open ?? []
  }

  get known(): readonly KnownConnection[] {
    return this.choices?.known ?? []
  }

  /** What the person keeps of an open connection's choice. */
  knownOf(connection: Connection): KnownConnection | undefined {
    const words = wordsOf(choiceOf(connection))
    return this.known.find((known) => wordsOf(known) === words)
  }

  openOf(known: KnownConnection): Connection | undefined {
    return this.open.find((one) => wordsOf(choiceOf(one)) === wordsOf(known))
  }

  /** The person's own name for it, or what it was chosen by. */
  nameOf(connection: Connection): string {
    return this.knownOf(connection)?.name ?? connection.label
  }

  streamsOf(connection: string): StreamList {
    return this.#streams[connection] ?? NOT_ASKED
  }

  async refresh(): Promise<void> {
    try {
      this.choices = await this.backend.listConnections()
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
      return
    }
    await Promise.all(this.open.filter((one) => !this.streamsOf(one.id).asked).map((one) => this.refreshStreams(one.id)))
  }

  async refreshStreams(connection: string): Promise<void> {
    try {
      const rows = await this.backend.listStreams(connection)
      this.#keep(connection, { rows, fault: null, asked: true })
    } catch (thrown) {
      this.#keep(connection, { rows: this.streamsOf(connection).rows, fault: asFault(thrown), asked: true })
    }
  }

  /** Opens a connection; a failure is thrown to the place that asked for it. */
  async openConnection(request: OpenConnection): Promise<Connection> {
    this.opening = request
    try {
      const connection = await this.backend.openConnection(request)
      await this.refresh()
      return connection
    } catch (thrown) {
      throw asFault(thrown)
    } finally {
      this.opening = null
    }
  }

  async close(connection: string): Promise<void> {
    await this.#then(this.backend.closeConnection(connection))
  }

  /** The endpoint will be asked about again; connections to it are closed. */
  async withdraw(endpoint: TrustedEndpoint): Promise<void> {
    await this.#then(this.backend.withdrawTrust(endpoint))
  }

  /** Asks again who we are there and what the endpoint offers. */
  async probe(connection: string): Promise<void> {
    await this.#then(this.backend.probeConnection(connection))
  }

  async keep(known: KnownConnection): Promise<void> {
    await this.#then(this.backend.keepConnection(known))
  }

  async forget(known: KnownConnection): Promise<void> {
    await this.#then(this.backend.forgetConnection(known))
  }

  /** How many milliseconds it takes to answer. */
  async test(connection: string): Promise<number> {
    try {
      return await this.backend.testConnection(connection)
    } catch (thrown) {
      throw asFault(thrown)
    }
  }

  async #then(asked: Promise<unknown>): Promise<void> {
    try {
      await asked
    } catch (thrown) {
      throw asFault(thrown)
    }
    await this.refresh()
    const open = new Set(this.open.map((one) => one.id))
    this.#streams = Object.fromEntries(Object.entries(this.#streams).filter(([connection]) => open.has(connection)))
  }

  #keep(connection: string, list: StreamList): void {
    this.#streams = { ...this.#streams, [connection]: list }
  }
}
