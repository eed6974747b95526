// Where a write goes, in words and in colour: this machine, an endpoint elsewhere, or something that looks like production.
import { hashShare, type HashRange } from '../../base/hash-ranges'
import { shortShard } from '../../base/words'
import { m } from '../../paraglide/messages.js'
import type { TargetFacts, TargetShard } from '../../state/words'

export interface PlaceMark {
  readonly tone: 'good' | 'warn' | 'bad'
  readonly word: string
}

const LOOPBACK = /^https?:\/\/(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?(?:\/|$)/i

export const isLoopback = (endpoint: string): boolean => LOOPBACK.test(endpoint)

export function placeMark(facts: Pick<TargetFacts, 'endpoint' | 'looksLikeProduction'>): PlaceMark {
  if (facts.looksLikeProduction) return { tone: 'bad', word: m.place_production() }
  return isLoopback(facts.endpoint) ? { tone: 'good', word: m.place_local() } : { tone: 'warn', word: m.place_remote() }
}

export function rangesOf(shards: readonly TargetShard[]): HashRange[] {
  return shards.flatMap(({ shard, startHash, endHash }): HashRange[] => {
    const [start, end] = [hashShare(startHash), hashShare(endHash)]
    return start === null || end === null ? [] : [{ id: shard, short: shortShard(shard), open: true, start, end }]
  })
}
