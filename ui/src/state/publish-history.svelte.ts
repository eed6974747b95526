// What was published, the newest first, page by page.
import { asFault, type CommandFault, type PublishRow, type PublishCommands } from '../backend'
import type { Grants } from './grants.svelte'
import { Paged } from './paged.svelte'
import { WhileRunning } from './while-running'

const PAGE_ROWS = 100

export class PublishHistory {
  total = $state(0)
  chosen = $state.raw<PublishRow | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  loaded = $state(false)
  acting = $state(false)
  readonly #following = new WhileRunning(() => this.#follow())
  readonly pages = new Paged<PublishRow>(PAGE_ROWS)

  constructor(
    readonly writes: PublishCommands,
    readonly grants: Grants,
  ) {
    this.pages.open((first, count) => this.#page(first, count))
  }

  async refresh(): Promise<void> {
    try {
      const rows = await this.#page(0, PAGE_ROWS)
      this.pages.adopt(new Map([[0, rows]]))
      this.fault = null
      await this.choose(this.chosen)
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
    this.loaded = true
  }

  /** One of them, with what became of its records. */
  async choose(row: PublishRow | null): Promise<void> {
    this.chosen = row
    if (row === null) return
    try {
      const whole = await this.writes.publishStatus(row.id)
      if (this.chosen?.id === row.id) this.chosen = whole
      if (whole.state === 'running') this.#following.wake()
    } catch (thrown) {
      this.fault = asFault(thrown)
    }
  }

  /** What was cut off, under the permission that holds for its stream; its file may lie elsewhere by now. */
  async goOn(row: PublishRow, elsewhere = false): Promise<void> {
    const grant = this.grants.of(row.writesTo)
    if (grant === null || this.acting) return
    await this.#act(() => this.writes.goOnPublish(row.id, grant.id, elsewhere))
    void this.grants.refresh()
  }

  async act(row: PublishRow, act: 'pause' | 'resume' | 'cancel'): Promise<void> {
    const call = { pause: this.writes.pausePublish, resume: this.writes.resumePublish, cancel: this.writes.cancelPublish }[act]
    if (!this.acting) await this.#act(() => call(row.id))
  }

  /** Something that writes moved on. */
  heard(): void {
    this.#following.heard()
  }

  stop(): void {
    this.#following.stop()
  }

  /** The chosen one, while it runs; its end is the list's, too. */
  async #follow(): Promise<boolean> {
    const { chosen } = this
    if (chosen === null) return false
    try {
      const now = await this.writes.publishStatus(chosen.id)
      if (this.chosen?.id !== chosen.id) return this.chosen?.state === 'running'
      this.chosen = now
      if (now.state === 'running') return true
    } catch (thrown) {
      this.fault = asFault(thrown)
      return false
    }
    void this.refresh()
    return false
  }

  async #act(act: () => Promise<unknown>): Promise<void> {
    this.acting = true
    this.fault = null
    try {
      await act()
      await this.refresh()
    } catch (thrown) {
      this.fault = asFault(thrown)
    } finally {
      this.acting = false
    }
  }

  want(first: number, until: number): void {
    this.pages.want(first, until, this.total)
  }

  async #page(first: number, count: number): Promise<readonly PublishRow[]> {
    const page = await this.writes.publishHistory(first, count)
    this.total = page.total
    return page.rows
  }
}
