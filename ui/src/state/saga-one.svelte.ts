// The saga that is open: what is known of it, which tab is in front, and which of its events is chosen. Choosing an event
// selects its record, so that inspector and timeline show the same.
import type { SagaComparison, SagaDetail, SagaEvent, SagaName, Sagas, SagaStateStep } from '../backend/sagas'
import { SCALES, type TimeScale } from '../base/time-ruler'
import { Answer } from './answer.svelte'

export const SAGA_TABS = ['timeline', 'sequence', 'graph', 'events', 'state', 'findings', 'compare'] as const
export type SagaTab = (typeof SAGA_TABS)[number]

export interface OpenedSaga extends SagaName {
  readonly board: number
}

const SAME = (a: SagaName | null, b: SagaName | null): boolean => a?.key === b?.key && a?.life === b?.life

export class OneSaga {
  opened = $state.raw<OpenedSaga | null>(null)
  tab = $state<SagaTab>('timeline')
  /** The place of the chosen event in the saga's list. */
  event = $state<number | null>(null)
  scale = $state<TimeScale>('collapsed')
  /** Null: the usual path. */
  other = $state.raw<SagaName | null>(null)
  /** A saga that was put aside to be compared with. */
  kept = $state.raw<SagaName | null>(null)
  readonly detail = new Answer<SagaDetail>()
  readonly state = new Answer<readonly SagaStateStep[]>()
  readonly comparison = new Answer<SagaComparison>()
  /** What `detail` shows is of this board. */
  #shownBoard: number | null = null

  constructor(
    readonly sagas: Sagas,
    readonly select: (record: string) => void,
    /** Another saga is open, or more of it is known. */
    readonly shown: (detail: SagaDetail | null) => void,
  ) {}

  isOf(saga: SagaName): boolean {
    return SAME(this.opened, saga)
  }

  /** `record`: what is selected elsewhere, which may be one of its events. */
  async open(saga: OpenedSaga, record: string | null): Promise<void> {
    const same = this.opened?.board === saga.board && SAME(this.opened, saga)
    this.opened = saga
    if (same) return
    this.event = null
    this.#shownBoard = null
    this.state.clear()
    this.comparison.clear()
    this.other = this.kept && !SAME(this.kept, saga) ? this.kept : null
    await this.detail.ask(() => this.sagas.openSaga(saga.board, saga.key, saga.life))
    if (this.opened !== saga) return
    this.#noteBoard(saga)
    this.meet(record)
    this.shown(this.detail.value)
    await this.#fill()
  }

  /** More was captured, or another board took the place of its own: what is shown stays until the new answer is there. */
  async refresh(board: number | null = null): Promise<void> {
    const before = this.opened
    if (!before) return
    const saga = { ...before, board: board ?? before.board }
    const events = this.detail.value?.events.length
    this.opened = saga
    await this.detail.again(() => this.sagas.openSaga(saga.board, saga.key, saga.life))
    if (this.opened !== saga) return
    // the one before it may have been on its way to this board, and its answer is not heard
    const moves = saga.board !== this.#shownBoard
    this.#noteBoard(saga)
    // the new definition finds no such saga: an old verdict would say what it does not
    if (moves && this.detail.fault?.code === 'gone') this.close()
    else if (moves || this.detail.value?.events.length !== events) {
      this.shown(this.detail.value)
      this.state.clear()
      if (moves) this.comparison.clear()
      await this.#fill()
    }
  }

  close(): void {
    this.opened = null
    this.#shownBoard = null
    this.event = null
    this.detail.clear()
    this.state.clear()
    this.comparison.clear()
    this.shown(null)
  }

  show(tab: SagaTab): void {
    this.tab = tab
    void this.#fill()
  }

  get chosen(): SagaEvent | null {
    return this.event === null ? null : (this.detail.value?.events[this.event] ?? null)
  }

  choose(event: number): void {
    const record = this.detail.value?.events[event]?.record
    if (record === undefined) return
    this.event = event
    this.select(record)
  }

  move(by: 1 | -1): void {
    const events = this.detail.value?.events.length ?? 0
    if (events === 0) return
    this.choose(this.event === null ? (by === 1 ? 0 : events - 1) : Math.min(events - 1, Math.max(0, this.event + by)))
  }

  /** The record that is selected elsewhere is the chosen event, if it is one of this saga's. */
  meet(record: string | null): void {
    const at = this.detail.value?.events.findIndex((event) => event.record === record) ?? -1
    if (at !== -1) this.event = at
  }

  /** The next way to lay out time. */
  turnScale(): void {
    this.scale = SCALES[(SCALES.indexOf(this.scale) + 1) % SCALES.length] ?? 'linear'
  }

  compareWith(other: SagaName | null): void {
    this.other = other
    this.comparison.clear()
    this.show('compare')
  }

  /** Puts this saga aside; the next one that is opened is compared with it. */
  keep(): void {
    this.kept = this.opened && { key: this.opened.key, life: this.opened.life }
  }

  #noteBoard({ board }: OpenedSaga): void {
    if (!this.detail.fault) this.#shownBoard = board
  }

  async #fill(): Promise<void> {
    const saga = this.opened
    if (!saga) return
    const { tab, other } = this
    if (tab === 'state' && !this.state.value) await this.state.again(() => this.sagas.sagaState(saga.board, saga.key, saga.life))
    if (tab === 'compare' && !this.comparison.value)
      await this.comparison.again(() => this.sagas.compareSagas(saga.board, { key: saga.key, life: saga.life }, other))
  }
}
