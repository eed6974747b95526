// The board in front: one definition, or one followed value, over captures. Its rows come page by page through one query,
// and it takes in what was captured since. It opens no saga.
import { asFault, type CommandFault } from '../backend'
import type {
  SagaBoard,
  SagaFlag,
  SagaPage,
  SagaQuery,
  SagaRow,
  Sagas,
  SagaScatter,
  SagaSearch,
  SagaSort,
  SagaStatus,
  SagaSubject,
  SagaVariant,
  UnansweredCommand,
} from '../backend/sagas'
import { Answer } from './answer.svelte'
import { Latest } from './latest'
import { Paged } from './paged.svelte'
import { Pulse } from './pulse'

const SLOT = 'sagas'
const PAGE_ROWS = 100
const TYPING_REST_MILLIS = 180
const LIVE_REST_MILLIS = 500
export const LISTS = ['sagas', 'variants', 'durations', 'unanswered'] as const
export type SagaList = (typeof LISTS)[number]

export const EVERY_SAGA: SagaQuery = {
  search: '',
  records: '',
  status: [],
  flags: [],
  findings: [],
  variant: null,
  waitingFor: null,
  stream: null,
  minEvents: null,
  minDurationMillis: null,
  startedFrom: null,
  startedUntil: null,
  sort: 'started',
  descending: true,
}

/** A value at a path of a record, or of one of the events that lie in it. */
export interface FollowedValue {
  readonly kind: 'value'
  readonly record: string
  readonly event: number | null
  readonly path: string
}
export type BoardSubject = SagaSubject | FollowedValue

export class Board {
  subject = $state.raw<BoardSubject | null>(null)
  status = $state.raw<SagaBoard | null>(null)
  fault = $state.raw<CommandFault | null>(null)
  opening = $state(false)
  query = $state.raw<SagaQuery>(EVERY_SAGA)
  total = $state(0)
  list = $state<SagaList>('sagas')
  /** The variant of the query, as it was when it was chosen. */
  variant = $state.raw<SagaVariant | null>(null)
  /** How far the filter of records was looked at; null without one. */
  searched = $state.raw<SagaSearch | null>(null)
  /** By a person: what was found stays, and no more records are looked at but by asking for rows. */
  searchStopped = $state(false)
  unansweredTotal = $state(0)
  readonly pages = new Paged<SagaRow>(PAGE_ROWS)
  readonly commands = new Paged<UnansweredCommand>(PAGE_ROWS)
  readonly variants = new Answer<readonly SagaVariant[]>()
  readonly scatter = new Answer<SagaScatter>()
  #visible = { first: 0, until: PAGE_ROWS }
  #commandsInSight = { first: 0, until: PAGE_ROWS }
  #captures: readonly string[] = []
  #typing: ReturnType<typeof setTimeout> | null = null
  readonly #asking = new Latest<SagaQuery>((query) => this.#ask(query))
  readonly #pulse = new Pulse(() => this.#catchUp(), LIVE_REST_MILLIS)
  readonly #searching = new Pulse(() => this.#searchOn())

  constructor(
    readonly sagas: Sagas,
    /** The board holds something else now. */
    readonly changed: () => void,
  ) {}

  get filtered(): boolean {
    const { sort, descending } = this.query
    return JSON.stringify(this.query) !== JSON.stringify({ ...EVERY_SAGA, sort, descending })
  }

  /** Whether the board in front is this one over these captures. */
  shows(subject: BoardSubject, captures: readonly string[]): boolean {
    return JSON.stringify([this.subject, this.#captures]) === JSON.stringify([subject, captures])
  }

  async open(subject: BoardSubject, captures: readonly string[]): Promise<void> {
    this.query = EVERY_SAGA
    this.list = 'sagas'
    this.variant = null
    this.searched = null
    this.searchStopped = false
    await this.#open(subject, captures)
  }

  /** The same once more, as it is asked for now: a definition may say something else. */
  async again(): Promise<void> {
    if (this.subject) await this.#open(this.subject, this.#captures)
  }

  async #open(subject: BoardSubject, captures: readonly string[]): Promise<void> {
    this.subject = subject
    this.#captures = captures
    this.opening = true
    try {
      const status =
        subject.kind === 'value'
          ? await this.sagas.followValue(SLOT, subject.record, subject.event, subject.path, [...captures])
          : await this.sagas.openSagas(SLOT, subject, [...captures])
      if (!this.shows(subject, captures)) return
      this.fault = null
      this.status = status
      if (!status.hasSteps) this.#withoutVerdicts()
      await this.#ask(this.query)
      this.changed()
      // what was committed meanwhile was not looked at
      this.stir()
    } catch (thrown) {
      if (this.shows(subject, captures)) this.#failed(thrown)
    } finally {
      this.opening = false
    }
  }

  /** Filters and lists that only steps can fill. */
  #withoutVerdicts(): void {
    this.query = { ...this.query, status: [], flags: [], findings: [], waitingFor: null }
    if (this.list === 'unanswered') this.list = 'sagas'
  }

  /** Something was committed: look at it soon. */
  stir(): void {
    if (this.status) this.#pulse.beat()
  }

  /** Whether the board is still there; one that is not is opened again. */
  async look(): Promise<void> {
    await this.#catchUp()
  }

  stop(): void {
    this.#pulse.stop()
    this.#searching.stop()
    if (this.#typing !== null) clearTimeout(this.#typing)
  }

  find(changes: Partial<SagaQuery>): void {
    if ('records' in changes) this.searchStopped = false
    this.query = { ...this.query, ...changes }
    if (this.#typing !== null) clearTimeout(this.#typing)
    this.#typing = setTimeout(() => this.#asking.ask(this.query), 'search' in changes ? TYPING_REST_MILLIS : 0)
  }

  toggleStatus(status: SagaStatus): void {
    this.find({ status: toggled(this.query.status, status) })
  }
  toggleFlag(flag: SagaFlag): void {
    this.find({ flags: toggled(this.query.flags, flag) })
  }
  toggleFinding(kind: string): void {
    this.find({ findings: toggled(this.query.findings, kind) })
  }
  /** The same column again turns its order round; times and sizes begin with the largest. */
  sortBy(sort: SagaSort): void {
    this.find({ sort, descending: this.query.sort === sort ? !this.query.descending : sort !== 'key' && sort !== 'status' })
  }
  /** Lists the sagas that took this way. */
  listVariant(variant: SagaVariant): void {
    this.variant = variant
    this.find({ variant: variant.id })
    this.show('sagas')
  }
  clearFilters(): void {
    this.find({ ...EVERY_SAGA, sort: this.query.sort, descending: this.query.descending })
  }

  /** What was found stays. */
  stopSearch(): void {
    this.searchStopped = true
    this.#searching.stop()
  }
  goOnSearching(): void {
    this.searchStopped = false
    this.#searching.beat()
  }

  show(list: SagaList): void {
    this.list = list
    void this.#fill()
  }

  want(first: number, until: number): void {
    this.#visible = { first, until }
    this.pages.want(first, until, this.total)
  }

  wantCommands(first: number, until: number): void {
    this.#commandsInSight = { first, until }
    this.commands.want(first, until, this.unansweredTotal)
  }

  /** Where a saga stands among the rows in sight and those beside them: a live list moves what is open out of sight. */
  placeOf(key: string, life: number): number | null {
    const { first, until } = this.#visible
    for (let index = Math.max(0, first - PAGE_ROWS); index < until + PAGE_ROWS; index += 1) {
      const row = this.pages.row(index)
      if (row?.key === key && row.life === life) return index
    }
    return null
  }

  async #ask(query: SagaQuery): Promise<void> {
    const board = this.status?.id
    if (board === undefined) return
    try {
      const page = await this.sagas.sagaRows(board, query, 0, PAGE_ROWS)
      if (board !== this.status?.id || query !== this.query) return
      this.fault = null
      this.#took(page)
      this.pages.open(async (first, count) => {
        const answer = await this.sagas.sagaRows(board, query, first, count)
        if (query === this.query) this.#took(answer)
        return answer.rows
      })
      this.pages.adopt(new Map([[0, page.rows]]))
      await this.#fill()
    } catch (thrown) {
      if (board !== this.status?.id) return
      if (asFault(thrown).code === 'gone' && !this.opening) await this.again()
      else this.#failed(thrown)
    }
  }

  #took({ total, search }: SagaPage): void {
    this.total = total
    this.searched = search
    // the look at the records goes on as long as somebody asks
    if (search && !search.complete && !this.searchStopped) this.#searching.beat()
  }

  /** Looks at some more records, and shows what they let through. */
  async #searchOn(): Promise<void> {
    const [board, { query }] = [this.status?.id, this]
    if (board === undefined || this.searchStopped || this.searched === null) return
    try {
      const { first, until } = this.#visible
      const before = this.total
      const page = await this.sagas.sagaRows(board, query, 0, PAGE_ROWS)
      if (board !== this.status?.id || query !== this.query) return
      this.#took(page)
      if (page.total === before) return
      this.pages.invalidate()
      this.want(first, until)
      await this.#fill()
    } catch (thrown) {
      if (board === this.status?.id && query === this.query) this.#failed(thrown)
    }
  }

  /** What the list in front needs beside the rows. */
  async #fill(): Promise<void> {
    const board = this.status?.id
    if (board === undefined) return
    const { query } = this
    if (this.list === 'variants') await this.variants.again(() => this.sagas.sagaVariants(board))
    if (this.list === 'durations') await this.scatter.again(() => this.sagas.sagaScatter(board, query))
    if (this.list === 'unanswered') {
      this.commands.open(async (first, count) => {
        const page = await this.sagas.unansweredCommands(board, first, count)
        this.unansweredTotal = page.total
        return page.rows
      })
      this.commands.adopt(await this.commands.ahead(0, 1))
    }
  }

  /** What was listed stays in sight until it is known anew. */
  async #listAgain(): Promise<void> {
    if (this.list !== 'unanswered') return this.#fill()
    const { first, until } = this.#commandsInSight
    // there may be none in sight yet, and some by now
    this.commands.adopt(await this.commands.ahead(first, Math.max(first + 1, Math.min(until, this.unansweredTotal))))
  }

  async #catchUp(): Promise<void> {
    const known = this.status
    // while another board is opened, the one that it takes the place of says nothing more
    if (!known || this.opening) return
    try {
      const status = await this.sagas.sagaBoard(known.id)
      if (known.id !== this.status?.id || this.opening) return
      // the first rows come with the first count: before, there were none to ask for
      const begins = status.complete && !known.complete
      if (begins) await this.#ask(this.query)
      if (known.id !== this.status?.id) return
      this.status = status
      if (begins) this.changed()
      else if (status.revision !== known.revision) {
        this.pages.invalidate()
        this.want(this.#visible.first, this.#visible.until)
        this.changed()
        await this.#listAgain()
      }
      if (!status.complete) this.stir()
    } catch (thrown) {
      if (known.id !== this.status?.id || this.opening) return
      if (asFault(thrown).code === 'gone') await this.again()
      else this.#failed(thrown)
    }
  }

  #failed(thrown: unknown): void {
    const fault = asFault(thrown)
    if (fault.code !== 'superseded') this.fault = fault
  }
}

const toggled = <T>(list: readonly T[], one: T): T[] => (list.includes(one) ? list.filter((other) => other !== one) : [...list, one])
