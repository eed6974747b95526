// What was published, the newest first, page by page.
import { asFault, type CommandFault, type PublishRow, type PublishCommands } from '../backend'
import { Paged } from './paged.svelte'

const PAGE_ROWS = 100

export class PublishHistory {
  total = $state(0)
  chosen = $state.raw<PublishRow | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  loaded = $state(false)
  readonly pages = new Paged<PublishRow>(PAGE_ROWS)

  constructor(readonly writes: PublishCommands) {
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
    } catch (thrown) {
      this.fault = asFault(thrown)
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
