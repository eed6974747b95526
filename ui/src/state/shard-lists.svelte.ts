// The shards of several streams, each asked for once, for as long as somebody chooses among them.
import { SvelteMap } from 'svelte/reactivity'
import type { Backend, Shard } from '../backend'
import { Answer } from './answer.svelte'

export class ShardLists {
  readonly #lists = new SvelteMap<string, Answer<readonly Shard[]>>()

  constructor(
    readonly backend: Backend,
    readonly connection: string,
  ) {}

  /** What is known; undefined before `want`. */
  of(stream: string): Answer<readonly Shard[]> | undefined {
    return this.#lists.get(stream)
  }

  want(stream: string): void {
    if (this.#lists.has(stream)) return
    const list = new Answer<readonly Shard[]>()
    this.#lists.set(stream, list)
    this.again(stream)
  }

  again(stream: string): void {
    void this.#lists.get(stream)?.again(() => this.backend.streamShards(this.connection, stream))
  }
}
