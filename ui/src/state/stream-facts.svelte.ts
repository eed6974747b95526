// What DescribeStreamSummary says of the streams in a list: asked for the rows that are in the page and for no others, a
// few at a time, and kept until the list is loaded anew. An account has 20 such calls a second for all its tools
// (API_DescribeStreamSummary), so that no more than ten of them are ours. The one stream that is looked at is in
// streams.svelte.ts.
import { SvelteMap } from 'svelte/reactivity'
import { asFault, type Backend, type CommandFault, type StreamDetails } from '../backend'

export interface StreamFact {
  readonly details: StreamDetails | null
  /** Of the last question; what was answered before it stays. */
  readonly fault: CommandFault | null
}

const AT_ONCE = 4
const PER_SECOND = 10
const SECOND_MILLIS = 1_000

export class StreamFacts {
  readonly #facts = new SvelteMap<string, StreamFact>()
  /** Streams that were asked about since the list was loaded, answered or not. */
  readonly #asked = new Set<string>()
  #connection: string | null = null
  #wanted: readonly string[] = []
  #underWay = 0
  #begun: number[] = []
  #rest: ReturnType<typeof setTimeout> | null = null

  constructor(
    readonly backend: Backend,
    readonly now: () => number = () => performance.now(),
  ) {}

  /** Undefined before it was answered. */
  of(connection: string, stream: string): StreamFact | undefined {
    return this.#facts.get(key(connection, stream))
  }

  /** These rows are in the page now: others that were waiting are not asked about any more. */
  show(connection: string, streams: readonly string[]): void {
    this.#connection = connection
    this.#wanted = streams
    this.#ask()
  }

  /** The list was loaded anew: what is shown is asked about again and stays until then. */
  renew(connection: string): void {
    for (const one of this.#asked) if (one.startsWith(key(connection, ''))) this.#asked.delete(one)
    this.#ask()
  }

  #ask(): void {
    const connection = this.#connection
    if (connection === null || this.#rest !== null || this.#underWay >= AT_ONCE) return
    const stream = this.#wanted.find((one) => !this.#asked.has(key(connection, one)))
    if (stream === undefined) return
    const now = this.now()
    this.#begun = this.#begun.filter((at) => now - at < SECOND_MILLIS)
    const oldest = this.#begun[0]
    if (oldest !== undefined && this.#begun.length >= PER_SECOND) {
      this.#rest = setTimeout(
        () => {
          this.#rest = null
          this.#ask()
        },
        SECOND_MILLIS - (now - oldest),
      )
      return
    }
    this.#begun.push(now)
    void this.#one(connection, stream)
    this.#ask()
  }

  async #one(connection: string, stream: string): Promise<void> {
    const mine = key(connection, stream)
    this.#asked.add(mine)
    this.#underWay += 1
    try {
      const details = await this.backend.streamDetails(connection, stream)
      this.#facts.set(mine, { details, fault: null })
    } catch (thrown) {
      this.#facts.set(mine, { details: this.#facts.get(mine)?.details ?? null, fault: asFault(thrown) })
    } finally {
      this.#underWay -= 1
      this.#ask()
    }
  }
}

/** Connections have numbers, and stream names no spaces. */
const key = (connection: string, stream: string): string => `${connection} ${stream}`
