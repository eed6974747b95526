// The lanes by something else than their shards: the commonest types or keys of a view, counted over the same time.
import { gridEnd, type BucketGrid, type LaneCounts } from '../base/bucket-grid'
import { asFault, type Backend, type CommandFault, type GroupBy, type GroupCounts, type RecordGroup } from '../backend'
import { Pulse } from './pulse'

export type LaneBy = 'shard' | GroupBy

/** A lane of records that have a value in common. */
export interface GroupLane {
  readonly lane: number
  /** Null: those that have none, or all others together. */
  readonly value: string | null
  readonly isOthers: boolean
  readonly records: number
}

const REST_MILLIS = 1_500
const MOST_GROUPS = 24
/** What the program counts at once. */
const MOST_BUCKETS = 2_048

interface Look {
  readonly view: number
  readonly revision: number
  readonly grid: BucketGrid
}

export class LaneGroups {
  by = $state<LaneBy>('shard')
  lanes = $state.raw<readonly GroupLane[]>([])
  counts = $state.raw<LaneCounts | null>(null)
  /** How many values the others have. */
  otherValues = $state(0)
  /** All records of that time were counted. */
  complete = $state(true)
  fault = $state.raw<CommandFault | null>(null)
  #wanted: Look | null = null
  #done: { readonly look: Look; readonly by: LaneBy } | null = null
  readonly #pulse = new Pulse(() => this.#ask(), REST_MILLIS)

  constructor(readonly backend: Backend) {}

  choose(by: LaneBy): void {
    if (by === this.by) return
    this.by = by
    this.lanes = []
    this.counts = null
    this.fault = null
    void this.#ask()
  }

  look(view: number, revision: number, grid: BucketGrid): void {
    this.#wanted = { view, revision, grid }
    if (this.by !== 'shard') this.#pulse.beat()
  }

  stop(): void {
    this.#pulse.stop()
  }

  async #ask(): Promise<void> {
    const { by } = this
    const look = this.#wanted
    if (by === 'shard' || !look || look.grid.buckets > MOST_BUCKETS) return
    const { view, revision, grid } = look
    const done = this.#done
    if (done?.by === by && done.look.view === view && done.look.revision === revision && done.look.grid === grid && !this.fault) return
    try {
      const answer = await this.backend.relating.viewGroups(view, by, grid.from, gridEnd(grid), grid.buckets, MOST_GROUPS)
      if (by !== this.by || view !== this.#wanted?.view) return
      this.#done = { look, by }
      this.#take(answer, grid)
    } catch (thrown) {
      const fault = asFault(thrown)
      if (by === this.by && fault.code !== 'superseded' && fault.code !== 'gone') this.fault = fault
    }
  }

  #take(answer: GroupCounts, grid: BucketGrid): void {
    const all: readonly RecordGroup[] = answer.others ? [...answer.groups, answer.others] : answer.groups
    const counts = new Uint32Array(all.length * grid.buckets)
    all.forEach((group, lane) => counts.set(group.buckets, lane * grid.buckets))
    this.lanes = all.map((group, lane) => ({ lane, value: group.value, isOthers: group === answer.others, records: group.records }))
    this.counts = { grid, lanes: this.lanes.map((one) => one.lane), counts }
    this.otherValues = answer.otherValues
    this.complete = answer.complete
    this.fault = null
  }
}
