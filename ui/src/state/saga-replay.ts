// What of a saga is replayed: each of its own records once. What was delivered again, and what a replay wrote, would come
// twice; where a replay wrote all of it, that is what it is made of.
import type { SagaEvent } from '../backend/sagas'

type Told = Pick<SagaEvent, 'record' | 'effective' | 'replayed'>

export interface ReplayedSaga {
  /** In the saga's order, each once. */
  readonly records: readonly string[]
  /** Records that are left out. */
  readonly leftOut: number
}

export function replayedSaga(events: readonly Told[]): ReplayedSaga {
  const counted = events.filter((event) => event.effective)
  const own = counted.filter((event) => !event.replayed)
  const records = new Set((own.length > 0 ? own : counted).map((event) => event.record))
  const all = new Set(events.map((event) => event.record))
  return { records: [...records], leftOut: all.size - records.size }
}
