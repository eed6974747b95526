// Everything of the window that writes: there only where the program offers it. It sends nothing by itself.
import { isReplayed, type RecordRow, type ReplayedRow, type Writes } from '../backend'
import type { Zone } from '../base/zone'
import { Answer } from './answer.svelte'
import { Grants } from './grants.svelte'
import { Publish } from './publish.svelte'
import { ReplayWizard } from './replay-wizard.svelte'
import { Replays } from './replays.svelte'

export interface Provenance {
  readonly original: ReplayedRow | null
  readonly copies: readonly ReplayedRow[]
}

export class Writing {
  readonly grants: Grants
  readonly publish: Publish
  readonly replays: Replays
  readonly wizard: ReplayWizard
  /** Records picked by hand, in the order of picking. */
  picked = $state.raw<ReadonlyMap<string, RecordRow>>(new Map())
  readonly provenance = new Answer<Provenance>()
  #provenanceOf: string | null = null

  constructor(
    readonly writes: Writes,
    zone: () => Zone,
  ) {
    this.grants = new Grants(writes)
    this.publish = new Publish(writes, this.grants)
    this.replays = new Replays(writes)
    this.wizard = new ReplayWizard(writes, this.grants, zone, (row) => this.replays.took(row))
  }

  async start(): Promise<void> {
    await Promise.all([this.grants.refresh(), this.replays.refresh()])
  }

  stop(): void {
    this.grants.stop()
    this.publish.stop()
    this.replays.stop()
    this.wizard.stop()
  }

  togglePick(record: RecordRow): void {
    const next = new Map(this.picked)
    if (!next.delete(record.id)) next.set(record.id, record)
    this.picked = next
  }

  clearPicks(): void {
    this.picked = new Map()
  }

  /** Where a record came from and what it became, asked once for each record that is looked at. */
  trace(record: string): void {
    if (record === this.#provenanceOf) return
    this.#provenanceOf = record
    void this.provenance.ask(() => this.writes.recordReplays(record))
  }
}

export { isReplayed }
