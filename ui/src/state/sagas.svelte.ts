// The saga screens' state: which of them is in front, the board, the saga that is open, definitions, and the state of one
// entity. Made when the screens are first opened; it outlives them, so that one comes back to what one left.
import { asFault } from '../backend'
import type { SagaAlias, SagaExportFormat, Sagas, SagaRow, SentTraces } from '../backend/sagas'
import { Board, type BoardSubject } from './saga-board.svelte'
import { Definitions } from './saga-definitions.svelte'
import { EntityState } from './entity-state.svelte'
import type { Kinescope } from './kinescope.svelte'
import { OneSaga } from './saga-one.svelte'

export type SagaPlace = 'board' | 'definitions' | 'entity'

export class SagaDesk {
  place = $state<SagaPlace>('board')
  /** A record whose saga was asked for has none by this definition, or there is none to ask; to be said once. */
  missed = $state.raw<{ readonly definition: string | null } | null>(null)
  /** The row under the keyboard. */
  cursor = $state<number | null>(null)
  #definitions = 0
  #inFront = false
  /** The latest row that was asked for wins, and the list does not move the cursor from it meanwhile. */
  #wish = 0
  #opening = false
  /** The board's one saga is to be opened once it is found. */
  #opensFirst = false
  /** The saga that holds this record is to be opened once the board has read everything. */
  #opensHolder: { readonly record: string; readonly definition: string } | null = null
  readonly board: Board
  readonly one: OneSaga
  readonly definitions: Definitions
  readonly entity: EntityState

  constructor(
    readonly sagas: Sagas,
    readonly kinescope: Kinescope,
  ) {
    const captures = (): readonly string[] => kinescope.explorer.scope
    this.board = new Board(sagas, () => this.#boardChanged())
    this.one = new OneSaga(
      sagas,
      (record) => void kinescope.explorer.selectRecord(record),
      (detail) => {
        kinescope.explorer.selection.saga = detail && { key: detail.row.key, arrivals: detail.events.map((event) => event.arrival) }
      },
    )
    this.definitions = new Definitions(sagas, captures)
    this.entity = new EntityState(sagas, captures)
  }

  /** The screen comes to the front: what it shows belongs to the captures that are looked at. */
  async enter(): Promise<void> {
    this.#inFront = true
    await this.definitions.refresh()
    const first = this.definitions.first
    const subject: BoardSubject | null = this.board.subject ?? (first ? { kind: 'saved', name: first.name } : null)
    if (subject === null) return
    if (this.board.status && this.board.shows(subject, this.#captures)) {
      this.board.stir()
      this.one.meet(this.#selected)
    } else await this.#open(subject)
  }

  /** Another screen comes to the front: nobody asks the board until this one is back. */
  leave(): void {
    this.#inFront = false
  }

  /** The board took something in, or files of definitions changed. */
  hear(definitions: number): void {
    if (this.#inFront) this.board.stir()
    if (definitions === this.#definitions) return
    this.#definitions = definitions
    void this.definitions.refresh()
  }

  stop(): void {
    this.board.stop()
    this.definitions.stop()
  }

  async openDefinition(name: string): Promise<void> {
    this.#opensFirst = false
    this.#opensHolder = null
    this.place = 'board'
    await this.#open({ kind: 'saved', name })
  }

  /** The saga that the record belongs to, by the definition in front or else the first one. */
  async openSagaOf(record: string): Promise<void> {
    const { board } = this
    this.#opensFirst = false
    this.#opensHolder = null
    this.place = 'board'
    try {
      const name = board.subject?.kind === 'saved' ? board.subject.name : (await this.definitions.askFirst())?.name
      if (name === undefined) {
        this.place = 'definitions'
        this.missed = { definition: null }
        return
      }
      const subject: BoardSubject = { kind: 'saved', name }
      const captures = this.#captures
      if (board.status && board.shows(subject, captures)) await board.look()
      else await this.#open(subject)
      // it could not be opened, or another one was meanwhile
      if (board.fault || !board.shows(subject, captures)) return
      this.#opensHolder = { record, definition: name }
      await this.#openHolder()
    } catch (thrown) {
      this.kinescope.notices.fail(asFault(thrown))
    }
  }

  /** Every event that carries the value that the record, or one of the events that lie in it, has at the path. */
  async follow(record: string, path: string, event: number | null = null): Promise<void> {
    this.#opensHolder = null
    this.place = 'board'
    this.#opensFirst = true
    await this.#open({ kind: 'value', record, event, path })
  }

  /** Every event that carries an id of the open saga: one of its aliases, or its key. False where no event of it does. */
  async followId(alias: SagaAlias | null): Promise<boolean> {
    const { opened } = this.one
    if (!opened) return false
    try {
      const place = await this.sagas.placeOfSagaId(opened.board, opened.key, opened.life, alias)
      if (place && opened === this.one.opened) await this.follow(place.record, place.path, place.event)
      return place !== null
    } catch (thrown) {
      this.kinescope.notices.fail(asFault(thrown))
      return true
    }
  }

  /** `onwards`: where to look on, should the row be of the saga that is open already. */
  async openRow(index: number, onwards: 1 | -1 | 0 = 0): Promise<void> {
    const board = this.board.status?.id
    if (board === undefined) return
    this.#wish += 1
    const wish = this.#wish
    this.#opening = true
    try {
      this.cursor = index
      let row = await this.board.pages.find(index)
      if (wish !== this.#wish) return
      if (row && onwards !== 0 && this.one.isOf(row)) {
        this.cursor = this.#inside(index + onwards)
        row = await this.board.pages.find(this.cursor)
      }
      if (row && wish === this.#wish) await this.openSaga(row)
    } finally {
      if (wish === this.#wish) this.#opening = false
    }
  }

  async openSaga({ key, life }: Pick<SagaRow, 'key' | 'life'>): Promise<void> {
    const board = this.board.status?.id
    if (board === undefined) return
    await this.one.open({ board, key, life }, this.#selected)
    if (this.one.detail.fault?.code === 'gone') await this.board.look()
  }

  /** Asks for the open saga once more, on the board that there is now. */
  async openAgain(): Promise<void> {
    await this.board.look()
    await this.one.refresh(this.board.status?.id)
  }

  /** The saga beside the open one in the list. */
  async step(by: 1 | -1): Promise<void> {
    const { total } = this.board
    if (total === 0) return
    // the list moves while it is live: beside means beside the saga, wherever it stands now
    const { opened } = this.one
    const place = (opened && this.board.placeOf(opened.key, opened.life)) ?? this.cursor
    await this.openRow(this.#inside((place ?? (by === 1 ? -1 : total)) + by), by)
  }

  /** The file, or null where none was chosen. */
  async exportOpened(format: SagaExportFormat): Promise<string | null> {
    const { opened } = this.one
    if (!opened) return null
    try {
      return await this.sagas.exportSaga(opened.board, opened.key, opened.life, format)
    } catch (thrown) {
      this.kinescope.notices.fail(asFault(thrown))
      return null
    }
  }

  /** The open saga, or all that the list shows. */
  async sendTraces(which: 'one' | 'listed', endpoint: string): Promise<SentTraces> {
    const { opened } = this.one
    const board = this.board.status?.id
    const saga = which === 'one' && opened ? { key: opened.key, life: opened.life } : null
    try {
      if (board === undefined) return { sent: 0, refusedSpans: 0, message: null }
      return await this.sagas.sendSagaTraces(board, saga, this.board.query, endpoint)
    } catch (thrown) {
      throw asFault(thrown)
    }
  }

  /** The nearest row that there is. */
  #inside(index: number): number {
    return Math.min(this.board.total - 1, Math.max(0, index))
  }

  get #captures(): readonly string[] {
    return this.kinescope.explorer.scope
  }
  get #selected(): string | null {
    return this.kinescope.explorer.selection.record?.id ?? null
  }

  async #open(subject: BoardSubject): Promise<void> {
    this.one.close()
    this.cursor = null
    await this.board.open(subject, this.#captures)
  }

  /** A board that takes this one's place asks for itself, once it has read everything. */
  async #openHolder(): Promise<void> {
    const asked = this.#opensHolder
    const board = this.board.status
    if (!asked || !board?.complete) return
    const isOver = (): boolean => asked !== this.#opensHolder || board.id !== this.board.status?.id
    try {
      const saga = await this.sagas.sagaOfRecord(board.id, asked.record)
      if (isOver()) return
      this.#opensHolder = null
      if (saga) await this.openSaga(saga)
      else this.missed = { definition: asked.definition }
    } catch (thrown) {
      if (isOver()) return
      const fault = asFault(thrown)
      // it is opened again, and asks then
      if (fault.code === 'gone') return this.board.look()
      this.#opensHolder = null
      this.kinescope.notices.fail(fault)
    }
  }

  #boardChanged(): void {
    if (this.#opensFirst && this.board.total > 0) {
      this.#opensFirst = false
      void this.openRow(0)
      return
    }
    if (this.#opensHolder && this.board.status?.complete) {
      void this.#openHolder()
      return
    }
    // before everything was read there are no sagas
    if (this.board.status?.complete) void this.one.refresh(this.board.status.id)
    const { opened } = this.one
    if (opened && !this.#opening) this.cursor = this.board.placeOf(opened.key, opened.life) ?? this.cursor
  }
}

/** The one desk of the window; null where the program has no sagas. */
export function sagaDesk(kinescope: Kinescope): SagaDesk | null {
  const { sagas } = kinescope.backend
  if (sagas) kinescope.sagas ??= new SagaDesk(sagas, kinescope)
  return kinescope.sagas
}
