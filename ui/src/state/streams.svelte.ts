// The stream that is looked at: its details, shards, consumers and tags, and where a partition key lands. Each is asked
// for on its own, so that one missing permission hides one thing. The lists of streams are in connections.svelte.ts.
import { asFault, type Backend, type Consumer, type KeyPlacement, type Shard, type StreamDetails, type Tag } from '../backend'
import { Answer } from './answer.svelte'
import { Latest } from './latest'

const TYPING_REST_MILLIS = 200

export interface StreamAddress {
  readonly connection: string
  readonly stream: string
}

export class Streams {
  /** The connection whose streams are listed; null is that of the chosen stream, or else the first. */
  connection = $state<string | null>(null)
  chosen = $state.raw<StreamAddress | null>(null)
  readonly details = new Answer<StreamDetails>()
  readonly shards = new Answer<readonly Shard[]>()
  readonly consumers = new Answer<readonly Consumer[]>()
  readonly tags = new Answer<readonly Tag[]>()
  readonly placement = new Answer<KeyPlacement>()
  partitionKey = $state('')
  readonly #keys = new Latest<string>((key) => this.#place(key))
  #typing: ReturnType<typeof setTimeout> | null = null

  constructor(readonly backend: Backend) {}

  choose(address: StreamAddress | null): void {
    if (address?.connection === this.chosen?.connection && address?.stream === this.chosen?.stream) return
    this.chosen = address
    if (address) this.connection = address.connection
    this.partitionKey = ''
    this.placement.clear()
    for (const answer of [this.details, this.shards, this.consumers, this.tags]) answer.clear()
    void this.refresh()
  }

  /** Makes a stream and looks at it. */
  async create({ connection, stream }: StreamAddress, shards: number): Promise<void> {
    try {
      await this.backend.createStream(connection, stream, shards)
    } catch (thrown) {
      throw asFault(thrown)
    }
    this.choose({ connection, stream })
  }

  /** For ever; `typed` is its name as the person typed it. */
  async remove({ connection, stream }: StreamAddress, typed: string): Promise<void> {
    try {
      await this.backend.deleteStream(connection, stream, typed)
    } catch (thrown) {
      throw asFault(thrown)
    }
    if (this.chosen?.connection === connection && this.chosen.stream === stream) this.choose(null)
  }

  async refresh(): Promise<void> {
    if (!this.chosen) return
    const { connection, stream } = this.chosen
    await Promise.all([
      this.details.again(() => this.backend.streamDetails(connection, stream)),
      this.shards.again(() => this.backend.streamShards(connection, stream)),
      this.consumers.again(() => this.backend.streamConsumers(connection, stream)),
      this.tags.again(() => this.backend.streamTags(connection, stream)),
    ])
  }

  /** Where the key lands, after a short rest; while one is being asked about, only the latest waits. */
  askKey(partitionKey: string): void {
    this.partitionKey = partitionKey
    if (this.#typing !== null) clearTimeout(this.#typing)
    if (partitionKey === '') this.placement.clear()
    else this.#typing = setTimeout(() => this.#keys.ask(partitionKey), TYPING_REST_MILLIS)
  }

  async #place(partitionKey: string): Promise<void> {
    const chosen = this.chosen
    if (!chosen || partitionKey !== this.partitionKey) return
    await this.placement.again(() => this.backend.shardOfKey(chosen.connection, chosen.stream, partitionKey))
  }
}
