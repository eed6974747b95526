// Picking many records in the table: a range from where it was begun to the keyboard's row, single rows beside it, all that are
// shown. What was picked before stays picked; what is done with the picks is not here.
import { asFault, type CommandFault } from '../backend'
import type { Explorer } from './explorer.svelte'
import { Latest } from './latest'
import type { Replaying } from './replaying.svelte'

/** Of one range; picks are held in the window, with what stands in their rows. */
export const MOST_PICKED = 10_000
/** Rows that change while they are fetched are fetched again so often. */
const MOST_TRIES = 5

interface Rows {
  readonly first: number
  readonly until: number
}
interface Told {
  readonly tooMany: () => void
  readonly fail: (fault: CommandFault) => void
}
interface Question {
  readonly explorer: Explorer
  /** Where the range is now: rows may come before it while it is fetched. */
  readonly rows: () => Rows
}

export class Picking {
  readonly #ranges = new Latest<Question>((question) => this.#pick(question))

  constructor(
    readonly replaying: Replaying,
    readonly told: Told,
  ) {}

  /** The keyboard goes by so many rows, and takes the picks with it. */
  extend(explorer: Explorer, rows: number): void {
    const { cursor, visible } = explorer.table
    this.extendTo(explorer, cursor === null ? (rows > 0 ? visible.first : visible.until - 1) : cursor + rows)
  }

  /** From where the range began, or else from the keyboard's row, to this one. */
  extendTo(explorer: Explorer, viewRow: number): void {
    const { table } = explorer
    if (table.rows === 0) return
    const row = Math.min(table.first + table.rows - 1, Math.max(table.first, viewRow))
    const anchor = table.anchor ?? table.cursor ?? row
    if (table.anchor === null) this.replaying.beginRange()
    void explorer.select(row)
    table.anchor = anchor
    this.#ask(explorer, () => between(table.anchor ?? anchor, table.cursor ?? row))
  }

  /** One row more, or less; the next range begins at it. */
  async toggle(explorer: Explorer, viewRow: number): Promise<void> {
    try {
      const record = await explorer.pages.find(viewRow)
      if (!record) return
      this.replaying.togglePick(record)
      await explorer.select(viewRow)
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  all(explorer: Explorer): void {
    const { table } = explorer
    if (table.rows === 0) return
    this.replaying.beginRange()
    this.#ask(explorer, () => ({ first: table.first, until: table.first + table.rows }))
  }

  #ask(explorer: Explorer, rows: () => Rows): void {
    const { first, until } = rows()
    if (until - first > MOST_PICKED) this.told.tooMany()
    else this.#ranges.ask({ explorer, rows })
  }

  async #pick({ explorer, rows }: Question): Promise<void> {
    try {
      for (let tries = 0; tries < MOST_TRIES; tries += 1) {
        const { first, until } = rows()
        const found = await explorer.pages.between(first, Math.min(until, first + MOST_PICKED))
        if (found) return this.replaying.pickRange(found)
      }
    } catch (thrown) {
      this.#failed(thrown)
    }
  }

  #failed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code !== 'superseded' && fault.code !== 'gone') this.told.fail(fault)
  }
}

const between = (one: number, other: number): Rows => ({ first: Math.min(one, other), until: Math.max(one, other) + 1 })
