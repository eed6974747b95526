// The replays of the workspace: how each goes, what became of each record, and what can be done with it.
import {
  asFault,
  type CommandFault,
  type ReplayedRow,
  type ReplayedWhich,
  type ReplayPacing,
  type ReplayRow,
  type ReplayVerdict,
  type ReplayCommands,
} from '../backend'
import { Answer } from './answer.svelte'
import { Paged } from './paged.svelte'
import { WhileRunning } from './while-running'

const PAGE_ROWS = 100

export class Replays {
  rows = $state.raw<readonly ReplayRow[]>([])
  fault = $state.raw<CommandFault | null>(null)
  /** What was tried last and could not be done. */
  trouble = $state.raw<CommandFault | null>(null)
  loaded = $state(false)
  looked = $state<string | null>(null)
  which = $state<ReplayedWhich>('all')
  records = $state(0)
  readonly pages = new Paged<ReplayedRow>(PAGE_ROWS)
  readonly verdict = new Answer<ReplayVerdict>()
  exported = $state<string | null>(null)
  /** The replay that was compared by itself. */
  #compared: string | null = null
  #visible: readonly [number, number] = [0, 0]
  readonly #following = new WhileRunning(() => this.#follow())

  chosen = $derived(this.rows.find((row) => row.id === this.looked) ?? this.rows[0] ?? null)
  running = $derived(this.rows.filter((row) => row.state === 'running'))
  /** Something runs, or a target is still being read after its replay. */
  moving = $derived(this.running.length > 0 || this.rows.some((row) => row.beside?.state === 'reading' && row.state !== 'paused'))

  constructor(readonly writes: ReplayCommands) {}

  async refresh(): Promise<void> {
    try {
      this.rows = await this.writes.listReplays()
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.loaded = true
    if (this.moving) this.#following.wake()
  }

  /** A replay that was just started comes to the front. */
  took(row: ReplayRow): void {
    this.rows = [row, ...this.rows.filter((known) => known.id !== row.id)]
    this.look(row.id)
    void this.refresh()
  }

  look(id: string | null): void {
    if (id === this.looked) return
    this.looked = id
    this.which = 'all'
    this.verdict.clear()
    this.#compared = null
    this.exported = null
    this.trouble = null
    this.openRecords()
  }

  show(which: ReplayedWhich): void {
    this.which = which
    this.openRecords()
  }

  /** The records of the chosen replay, from the start. */
  openRecords(): void {
    const id = this.chosen?.id
    const which = this.which
    this.records = 0
    if (id === undefined) {
      this.pages.open(null)
      return
    }
    this.pages.open(async (first, count) => {
      const page = await this.writes.replayRecords(id, which, first, count)
      if (id === this.chosen?.id && which === this.which) this.records = page.total
      return page.rows
    })
    this.pages.want(0, 1, PAGE_ROWS)
  }

  want(first: number, until: number): void {
    this.#visible = [first, until]
    this.pages.want(first, until, this.records)
  }

  pause(id: string): Promise<void> {
    return this.#then(this.writes.pauseReplay(id))
  }
  resume(id: string, grant: string | null): Promise<void> {
    return this.#then(this.writes.resumeReplay(id, grant))
  }
  step(id: string): Promise<void> {
    return this.#then(this.writes.stepReplay(id))
  }
  cancel(id: string): Promise<void> {
    return this.#then(this.writes.cancelReplay(id))
  }
  setPace(id: string, pacing: ReplayPacing): Promise<void> {
    return this.#then(this.writes.setReplayPace(id, pacing))
  }

  /** What was captured beside it is compared by itself when all of it is there. */
  compareOnce(id: string): void {
    if (id === this.#compared) return
    this.#compared = id
    void this.verify(id)
  }

  async verify(id: string): Promise<void> {
    await this.verdict.again(() => this.writes.verifyReplay(id))
    // what was captured for it can now be gone to
    if (id === this.chosen?.id) await this.#refreshRecords()
  }

  async export(id: string, format: 'json' | 'csv'): Promise<void> {
    this.exported = null
    try {
      this.exported = await this.writes.exportReplayReport(id, format)
    } catch (thrown) {
      this.trouble = asFault(thrown)
    }
  }

  /** Something that writes moved on. */
  heard(): void {
    this.#following.heard()
  }

  stop(): void {
    this.#following.stop()
  }

  async #then(asked: Promise<void>): Promise<void> {
    this.trouble = null
    try {
      await asked
    } catch (thrown) {
      this.trouble = asFault(thrown)
    }
    await this.#follow()
    if (this.moving) this.#following.wake()
  }

  async #follow(): Promise<boolean> {
    const before = this.chosen
    try {
      this.rows = await this.writes.listReplays()
      this.fault = null
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
    const now = this.chosen
    if (now?.id !== before?.id) this.openRecords()
    else if (now && before && told(now) !== told(before)) await this.#refreshRecords()
    return this.moving
  }

  /** What is shown stays until it is there anew. */
  async #refreshRecords(): Promise<void> {
    const [first, until] = this.#visible
    try {
      this.pages.adopt(await this.pages.ahead(first, Math.max(first + 1, until)))
    } catch (thrown) {
      this.trouble = asFault(thrown)
    }
  }
}

/** What changes the table of records. */
const told = (row: ReplayRow): string =>
  [row.state, row.acknowledged, row.refused, row.unclear, row.inFlight, row.beside?.records].join(' ')
