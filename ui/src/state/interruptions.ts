// Which captures run and are not read: the network is gone, somebody has to sign in, an endpoint is down. A refusal that
// is over within seconds is none.
import type { CaptureStatus, ShardProgress } from '../backend'

export interface Interruption {
  readonly capture: string
  /** Of the capture. */
  readonly name: string
  /** Shards that are not read, and all that should be. */
  readonly shards: number
  readonly all: number
  /** It is tried again all the same. */
  readonly needsPerson: boolean
  /** The page's clock, in milliseconds since 1970. */
  readonly since: number
  readonly message: string
  readonly hint: string | null
  /** When the first of them is tried again. */
  readonly retryAt: number | null
}

/** What passes sooner, such as a throttle, is told by the shard alone. */
const TELLS_AFTER_MILLIS = 5_000

const isRead = (shard: ShardProgress): boolean => shard.state === 'live' || shard.state === 'catchingUp' || shard.state === 'starting'
const isHeld = (shard: ShardProgress): boolean => (shard.state === 'backingOff' || shard.state === 'blocked') && shard.error !== null

/** Remembers since when. */
export class Interruptions {
  readonly #since = new Map<string, number>()

  /** `now` in milliseconds since 1970. */
  of(statuses: readonly CaptureStatus[], now: number): readonly Interruption[] {
    const told: Interruption[] = []
    const held = new Set<string>()
    for (const { capture, shards } of statuses) {
      const stopped = capture.state === 'running' ? shards.filter(isHeld) : []
      const worst = stopped.find((shard) => shard.state === 'blocked') ?? stopped[0]
      // one of many that is throttled is no interruption of the capture
      if (!worst || (worst.state !== 'blocked' && shards.some(isRead))) continue
      held.add(capture.id)
      const since = this.#since.get(capture.id) ?? now
      this.#since.set(capture.id, since)
      if (worst.state !== 'blocked' && now - since < TELLS_AFTER_MILLIS) continue
      const retries = stopped.flatMap((shard) => (shard.retryAt === null ? [] : [shard.retryAt]))
      told.push({
        capture: capture.id,
        name: capture.name,
        shards: stopped.length,
        all: stopped.length + shards.filter(isRead).length,
        needsPerson: worst.state === 'blocked',
        since,
        message: worst.error ?? '',
        hint: worst.hint,
        retryAt: retries.length > 0 ? Math.min(...retries) : null,
      })
    }
    for (const id of this.#since.keys()) if (!held.has(id)) this.#since.delete(id)
    return told
  }
}
