// Sagas made up in memory, over the made-up records: one of each kind, or a large board. As in the program, a board
// changes as records arrive, and what was not captured is not known.
import { CommandFault } from './backend'
import type { FixtureRecords } from './fixture'
import { SCRIPTS } from './fixture-saga-scripts'
import { detailOf, plantSagas, type MadeUpSaga } from './fixture-sagas'
import { fewSagas, MadeUpBoard, manySagas } from './memory-saga-board'
import { MadeUpDefinitions, problemsOf } from './memory-saga-definitions'
import { compared, foldedState, sagaState, valueAt } from './memory-saga-folds'
import { followed } from './memory-saga-follow'
import type { SagaBoard, SagaDetail, SagaExportFormat, Sagas, SagaSearch, SagaSubject } from './sagas'

const ENDINGS: Record<SagaExportFormat, string> = { json: 'json', mermaid: 'mmd', html: 'html', htmlMasked: 'html' }

export interface SagasOptions {
  /** None: one of each kind. */
  count: number | null
  /** The first answer about a board comes before all of it was looked at. */
  slow: boolean
  /** How often a filter of records must be asked until it has looked at all of them. */
  searchSteps: number
  /** Seconds between sagas that start while the window is open; none start where it is absent. */
  everySeconds: number | null
  /** How the user answers native dialogs. */
  dialog: 'yes' | 'no'
  faults: Partial<Record<keyof Sagas, CommandFault>>
}

export const SAGAS_DEFAULTS: SagasOptions = { count: null, slow: false, searchSteps: 1, everySeconds: null, dialog: 'yes', faults: {} }

export interface SagaPlace {
  readonly records: FixtureRecords
  readonly now: () => number
  readonly historyMillis: number
}

interface OpenBoard {
  readonly board: MadeUpBoard
  readonly steps: boolean
  /** What was followed, where the board is of one value. */
  readonly followed: SagaDetail | null
  /** The definition's name and what it said, where it is a saved one. */
  readonly saved: { readonly name: string; readonly text: string } | null
  asked: number
}

export function memorySagas(place: SagaPlace, wanted: Partial<SagasOptions> = {}): Sagas {
  const options = { ...SAGAS_DEFAULTS, ...wanted }
  const { records } = place
  const begun = place.now()
  const definitions = new MadeUpDefinitions(records)
  const sagas =
    records.length === 0 ? [] : options.count === null ? fewSagas(begun) : manySagas(options.count, begun - place.historyMillis, begun)
  if (options.count === null) plantSagas(sagas, records, begun)
  const open = new Map<number, OpenBoard>()
  const slots = new Map<string, number>()
  let nextBoard = 1

  /** New ones begin all the time, and go well. */
  function begin(now: number): void {
    const happy = SCRIPTS[0]
    if (options.everySeconds === null || !happy) return
    const due = Math.floor((now - begun) / (options.everySeconds * 1_000))
    const first = options.count ?? SCRIPTS.length
    while (sagas.length < first + due) {
      const number = sagas.length
      sagas.push({ script: happy, number, startedAt: begun + (number - first) * options.everySeconds * 1_000, scale: 2 })
    }
  }

  let sought = ''
  let asked = 0
  /** Goes on with each question, and begins again with another filter. */
  function searchOf(text: string): SagaSearch | null {
    if (text === '') return null
    asked = text === sought ? asked + 1 : 1
    sought = text
    const searched = Math.min(records.length, Math.ceil((records.length * asked) / options.searchSteps))
    return { searched, total: records.length, complete: searched === records.length }
  }

  function boardOf(id: number): OpenBoard {
    const known = open.get(id)
    if (!known) throw new CommandFault('gone', 'This board is closed.', null)
    return known
  }
  function findSaga(known: OpenBoard, key: string): MadeUpSaga {
    const saga = known.board.find(key)
    if (!saga) throw new CommandFault('gone', 'This saga is not on the board any more.', null)
    return saga
  }
  const detail = (id: number, key: string): SagaDetail => {
    const known = boardOf(id)
    return known.followed ?? detailOf(findSaga(known, key), records, place.now())
  }

  function tell(id: number): SagaBoard {
    const known = boardOf(id)
    const now = place.now()
    if (!known.followed) {
      begin(now)
      known.board.catchUp(now)
    }
    known.asked += 1
    const complete = !options.slow || known.asked > 2
    const one = known.followed
    const facts = one ? factsOf(one) : known.board.facts()
    return {
      id,
      revision: records.length + sagas.length + known.asked * Number(!complete),
      complete,
      scanned: complete ? records.length : Math.floor(records.length * 0.4),
      total: records.length,
      unrelated: one ? 0 : Math.min(12, records.length),
      // each made-up saga has ids of its own
      colliding: 0,
      ...facts,
      ...(known.steps ? {} : { byStatus: [], waiting: [], p50Millis: null, p95Millis: null, p99Millis: null }),
      coverage: ['order-commands', 'order-events'].map((stream, i) => ({
        stream,
        until: now - 412 - i * 90,
        complete: !facts.flags.unknown || i === 0,
      })),
      notes: one || records.length === 0 ? [] : [{ code: 'unrelated', records: 12, key: 'sagaId' }],
      hasSteps: known.steps,
    }
  }

  function take(slot: string, made: OpenBoard): SagaBoard {
    const before = slots.get(slot)
    if (before !== undefined) open.delete(before)
    const id = nextBoard
    nextBoard += 1
    open.set(id, made)
    slots.set(slot, id)
    return tell(id)
  }

  /** What a definition said before is nobody's verdict any more. */
  function closeChanged(): void {
    for (const [id, { saved }] of open) if (saved && definitions.read(saved.name) !== saved.text) open.delete(id)
  }

  function subjectText(subject: SagaSubject): string {
    const text = subject.kind === 'saved' ? definitions.read(subject.name) : subject.text
    const problem = problemsOf(text)[0]
    if (problem) throw new CommandFault('invalid', `Line ${problem.line ?? 1}: ${problem.message}.`, problem.hint)
    return text
  }
  const saved = (name: string): string | null => (options.dialog === 'yes' ? `/home/you/${name.replace(/[^\w.-]/g, '_')}` : null)

  const commands: Sagas = {
    sagaDefinitions: async () => definitions.list(),
    chooseSagaFolder: async () => (options.dialog === 'yes' ? '/home/you/sagas' : null),
    readSagaDefinition: async (name) => definitions.read(name),
    checkSagaDefinition: async (text) => problemsOf(text),
    saveSagaDefinition: async (name, text) => {
      const row = definitions.save(name, text)
      closeChanged()
      return row
    },
    sagaWords: async () => definitions.words(),
    learnSagaDefinition: async () => definitions.learn(),

    openSagas: async (slot, subject) => {
      const text = subjectText(subject)
      return take(slot, {
        board: new MadeUpBoard(sagas),
        steps: /^steps:/m.test(text),
        followed: null,
        saved: subject.kind === 'saved' ? { name: subject.name, text } : null,
        asked: 0,
      })
    },
    sagaBoard: async (id) => tell(id),
    closeSagas: async (id) => void open.delete(id),
    sagaRows: async (id, query, first, count) => {
      const { board, followed: one } = boardOf(id)
      const search = searchOf(query.records)
      if (one) return { revision: records.length, total: 1, of: 1, search, rows: [one.row].slice(first) }
      const found = board.rows(query)
      // the first to be found are the first of the list, as if the rest was not looked at yet
      const rows = search && !search.complete ? found.slice(0, Math.ceil((found.length * search.searched) / search.total)) : found
      return {
        revision: records.length + sagas.length,
        total: rows.length,
        of: sagas.length,
        search,
        rows: rows.slice(first, first + count),
      }
    },
    sagaVariants: async (id) => boardOf(id).board.variants(),
    sagaScatter: async (id, query) => boardOf(id).board.scatter(query),
    sendSagaTraces: async (id, saga, query, endpoint) => {
      if (!/^https?:\/\/\S+$/.test(endpoint))
        throw new CommandFault('invalid', 'This is not an HTTP address.', 'Such as http://localhost:4318/v1/traces.')
      const sent = saga !== null || boardOf(id).followed ? 1 : boardOf(id).board.rows(query).length
      return { sent, refusedSpans: 0, message: null }
    },

    openSaga: async (id, key) => detail(id, key),
    sagaOfRecord: async (id, record) => {
      const known = boardOf(id)
      const holds = (one: SagaDetail): boolean => one.events.some((event) => event.record === record)
      const all = known.followed ? [known.followed] : known.board.sagas.map((saga) => detailOf(saga, records, place.now()))
      const row = all.find(holds)?.row
      return row ? { key: row.key, life: row.life } : null
    },
    placeOfSagaId: async (id, key, _life, alias) => {
      const { row, events } = detail(id, key)
      const paths = alias ? [`$.${alias.name}`, `$.payload.${alias.name}`] : ['$.sagaId', row.type]
      const wanted = alias?.value ?? key
      for (const { record } of events) {
        const payload: unknown = JSON.parse(records.payload(Number(record) - 1))
        const path = paths.find((one) => one.startsWith('$') && valueAt(payload, one) === wanted)
        if (path) return { record, event: null, path }
      }
      return null
    },
    sagaState: async (id, key) => sagaState(detail(id, key), records),
    compareSagas: async (id, a, b) => compared(detail(id, a.key), b ? detail(id, b.key) : null),
    exportSaga: async (id, key, _life, format) => saved(`${detail(id, key).row.key}.${ENDINGS[format]}`),

    followValue: async (slot, record, _event, path) => {
      const index = Number(record) - 1
      const value = path === '@partitionKey' ? records.partitionKey(index) : valueAt(JSON.parse(records.payload(index)), path)
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new CommandFault('invalid', `${path} holds no text and no number.`, 'Follow a value, not an object.')
      return take(slot, {
        board: new MadeUpBoard([]),
        steps: false,
        followed: followed(String(value), path, records),
        saved: null,
        asked: 0,
      })
    },
    unansweredCommands: async (id, first, count) => {
      const all = boardOf(id).board.unanswered((saga, index) => detailOf(saga, records, place.now()).events[index]?.record ?? '')
      return { total: all.length, rows: all.slice(first, first + count) }
    },
    foldState: async (_captures, keyPath, key, reducers) => ({ events: foldedState(records, keyPath, key, reducers), truncated: false }),
  }
  for (const [name, fault] of Object.entries(options.faults)) Object.assign(commands, { [name]: () => Promise.reject(fault) })
  return commands
}

const factsOf = (
  one: SagaDetail,
): Pick<SagaBoard, 'events' | 'sagas' | 'byStatus' | 'flags' | 'waiting' | 'p50Millis' | 'p95Millis' | 'p99Millis'> => ({
  events: one.events.length,
  sagas: 1,
  byStatus: [{ status: 'running', count: 1 }],
  flags: { overdue: 0, stuck: 0, late: 0, orphan: 0, unknown: 0 },
  waiting: [],
  p50Millis: null,
  p95Millis: null,
  p99Millis: null,
})
