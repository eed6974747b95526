// Rows that live elsewhere, page by page: fetches what is visible and one page on each side, keeps fifty pages, and
// lets the newest wish win. It knows neither records nor scrolling.
import { SvelteMap } from 'svelte/reactivity'
import { asFault, type CommandFault } from '../backend'

const MOST_PAGES = 50
const AT_ONCE = 2

export type FetchRows<Row> = (first: number, count: number) => Promise<readonly Row[]>

export class Paged<Row> {
  fault = $state.raw<CommandFault | null>(null)
  readonly #pages = new SvelteMap<number, readonly Row[]>()
  /** Pages that are as they should be, the least recently wanted first. */
  readonly #fresh = new Set<number>()
  readonly #underWay = new Set<number>()
  #wanted: number[] = []
  #epoch = 0
  #fetch: FetchRows<Row> | null = null

  constructor(readonly pageRows: number) {}

  /** Forgets everything; rows come from `fetch` from now on. */
  open(fetch: FetchRows<Row> | null): void {
    this.#epoch += 1
    this.#fetch = fetch
    this.#pages.clear()
    this.#fresh.clear()
    this.#underWay.clear()
    this.#wanted = []
    this.fault = null
  }

  row(index: number): Row | undefined {
    return this.#pages.get(Math.floor(index / this.pageRows))?.[index % this.pageRows]
  }

  /** The rows `first` to `until` (exclusive) are visible: get what is missing or stale, then the neighbours. */
  want(first: number, until: number, total: number): void {
    const last = Math.max(0, Math.ceil(Math.min(until, total) / this.pageRows) - 1)
    const visible: number[] = []
    for (let page = Math.floor(first / this.pageRows); page <= last; page += 1) visible.push(page)
    for (const page of visible) if (this.#fresh.delete(page)) this.#fresh.add(page)
    const beside = [(visible[0] ?? 0) - 1, last + 1].filter((page) => page >= 0 && page * this.pageRows < total)
    this.#wanted = [...visible, ...beside].filter((page) => !this.#fresh.has(page))
    this.#pump()
  }

  /** What is shown stays until it is fetched again. */
  invalidate(): void {
    this.#epoch += 1
    this.#underWay.clear()
    this.#fresh.clear()
  }

  /** Fetches the pages of a range without showing them, for a change that must appear at once. */
  async ahead(first: number, until: number): Promise<ReadonlyMap<number, readonly Row[]>> {
    const found = new Map<number, readonly Row[]>()
    const fetch = this.#fetch
    if (!fetch || until <= first) return found
    const pages = range(Math.floor(first / this.pageRows), Math.ceil(until / this.pageRows))
    await Promise.all(pages.map(async (page) => void found.set(page, await fetch(page * this.pageRows, this.pageRows))))
    return found
  }

  /** Everything is stale but these pages, which are shown now. */
  adopt(pages: ReadonlyMap<number, readonly Row[]>): void {
    this.invalidate()
    for (const [page, rows] of pages) this.#keep(page, rows)
  }

  /** One row, wherever it is. */
  async find(index: number): Promise<Row | undefined> {
    const known = this.row(index)
    if (known !== undefined) return known
    const page = Math.floor(index / this.pageRows)
    const epoch = this.#epoch
    const rows = await this.#fetch?.(page * this.pageRows, this.pageRows)
    if (rows && epoch === this.#epoch) this.#keep(page, rows)
    return rows?.[index % this.pageRows]
  }

  /** The rows `first` to `until` (exclusive), wherever they are; none of them is kept. Null: others came in the meantime. */
  async between(first: number, until: number): Promise<readonly Row[] | null> {
    const epoch = this.#epoch
    const found: Row[] = []
    for (let page = Math.floor(first / this.pageRows); page * this.pageRows < until; page += 1) {
      const from = page * this.pageRows
      const rows = this.#fresh.has(page) ? this.#pages.get(page) : await this.#fetch?.(from, this.pageRows)
      if (!rows || epoch !== this.#epoch) return null
      found.push(...rows.slice(Math.max(0, first - from), until - from))
    }
    return found
  }

  #pump(): void {
    while (this.#underWay.size < AT_ONCE) {
      const page = this.#wanted.find((wanted) => !this.#underWay.has(wanted))
      if (page === undefined || !this.#fetch) return
      this.#wanted = this.#wanted.filter((wanted) => wanted !== page)
      void this.#load(page, this.#fetch, this.#epoch)
    }
  }

  async #load(page: number, fetch: FetchRows<Row>, epoch: number): Promise<void> {
    this.#underWay.add(page)
    try {
      const rows = await fetch(page * this.pageRows, this.pageRows)
      if (epoch !== this.#epoch) return
      this.#keep(page, rows)
      this.fault = null
    } catch (thrown) {
      const fault = asFault(thrown)
      if (epoch === this.#epoch && fault.code !== 'superseded') this.fault = fault
    } finally {
      if (epoch === this.#epoch) {
        this.#underWay.delete(page)
        this.#pump()
      }
    }
  }

  #keep(page: number, rows: readonly Row[]): void {
    this.#pages.set(page, rows)
    this.#fresh.delete(page)
    this.#fresh.add(page)
    while (this.#pages.size > MOST_PAGES) {
      const stale = [...this.#pages.keys()].find((known) => !this.#fresh.has(known))
      const oldest = stale ?? [...this.#fresh][0]
      if (oldest === undefined) return
      this.#pages.delete(oldest)
      this.#fresh.delete(oldest)
    }
  }
}

const range = (from: number, until: number): number[] => Array.from({ length: Math.max(0, until - from) }, (_, i) => from + i)
