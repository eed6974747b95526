// Everything of the window that replays: there only where the program offers it. It sends nothing by itself.
import type { RecordRow, ReplayCommands, ReplayedRow } from '../backend'
import type { Zone } from '../base/zone'
import { Answer } from './answer.svelte'
import type { Grants } from './grants.svelte'
import { ReplayWizard } from './replay-wizard.svelte'
import { Replays } from './replays.svelte'

export interface Provenance {
  readonly original: ReplayedRow | null
  readonly copies: readonly ReplayedRow[]
}

export class Replaying {
  readonly replays: Replays
  readonly wizard: ReplayWizard
  /** Records picked by hand, in the order of picking. */
  picked = $state.raw<ReadonlyMap<string, RecordRow>>(new Map())
  /** What was picked when the range was begun that is being picked. */
  #beside: ReadonlyMap<string, RecordRow> | null = null
  readonly provenance = new Answer<Provenance>()
  #provenanceOf: string | null = null

  constructor(
    readonly commands: ReplayCommands,
    readonly grants: Grants,
    zone: () => Zone,
  ) {
    this.replays = new Replays(commands)
    this.wizard = new ReplayWizard(commands, grants, zone, (row) => this.replays.took(row))
  }

  async start(): Promise<void> {
    await this.replays.refresh()
  }

  /** Something was sent. */
  heard(): void {
    this.replays.heard()
  }

  stop(): void {
    this.replays.stop()
    this.wizard.stop()
  }

  togglePick(record: RecordRow): void {
    const next = new Map(this.picked)
    if (!next.delete(record.id)) next.set(record.id, record)
    this.#beside = null
    this.picked = next
  }

  /** A range is begun: what is picked now stays, whatever the range becomes. */
  beginRange(): void {
    this.#beside = this.picked
  }

  /** The range as it is now, beside what was picked before it. */
  pickRange(records: readonly RecordRow[]): void {
    this.picked = new Map([...(this.#beside ?? this.picked), ...records.map((record) => [record.id, record] as const)])
  }

  clearPicks(): void {
    this.#beside = null
    this.picked = new Map()
  }

  /** Where a record came from and what it became, asked once for each record that is looked at. */
  trace(record: string): void {
    if (record === this.#provenanceOf) return
    this.#provenanceOf = record
    void this.provenance.ask(() => this.commands.recordReplays(record))
  }
}
