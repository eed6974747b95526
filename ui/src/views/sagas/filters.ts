// The filters of the saga list as menus: what can be chosen, what is, and how a choice is told. Words of what the board
// holds now come from its status, so that nothing is offered that finds nothing.
import { count, duration } from '../../base/formats'
import { m } from '../../paraglide/messages.js'
import type { Board } from '../../state/saga-board.svelte'
import { FINDING_KINDS, type SagaQuery } from '../../state/saga-words'
import type { MenuEntry } from '../../widgets/menu'
import { findingWord, FLAGS, flagWord, STATUSES, statusMark } from './words'

export interface FilterMenu {
  readonly id: string
  readonly name: string
  /** What stands beside the name while it filters. */
  readonly on: string
  readonly entries: readonly MenuEntry[]
}

const MINUTE_MILLIS = 60_000
const STARTED_MINUTES = [5, 15, 60, 24 * 60] as const
const LEAST_EVENTS = [2, 5, 10, 20] as const
const PLAIN_DURATIONS = [1_000, 10_000, 60_000, 600_000] as const

interface Choice {
  readonly id: string
  readonly label: string
  readonly note?: string
  readonly checked: boolean
  readonly run: () => void
}

const entry = ({ id, ...rest }: Choice): MenuEntry => ({ id, ...rest, testid: `filter-${id}` })
const howMany = (chosen: number): string => (chosen > 0 ? count(chosen) : '')

/** Choosing what is chosen takes it back. */
function one<K extends 'waitingFor' | 'stream' | 'minEvents' | 'minDurationMillis'>(
  board: Board,
  key: K,
  value: NonNullable<SagaQuery[K]>,
  id: string,
  label: string,
  note?: string,
): MenuEntry {
  const checked = board.query[key] === value
  return entry({ id, label, ...(note === undefined ? {} : { note }), checked, run: () => board.find({ [key]: checked ? null : value }) })
}

/** Filters of what was judged: without steps there are none. */
function judged(board: Board): FilterMenu[] {
  const { query, status } = board
  const choice = (id: string, label: string, checked: boolean, run: () => void): MenuEntry => entry({ id, label, checked, run })
  return [
    {
      id: 'status',
      name: m.sagas_filter_status(),
      on: howMany(query.status.length),
      entries: STATUSES.map((one) => choice(one, statusMark(one).word, query.status.includes(one), () => board.toggleStatus(one))),
    },
    {
      id: 'flags',
      name: m.sagas_filter_flags(),
      on: howMany(query.flags.length),
      entries: FLAGS.map((one) => choice(one, flagWord(one), query.flags.includes(one), () => board.toggleFlag(one))),
    },
    {
      id: 'findings',
      name: m.sagas_filter_findings(),
      on: howMany(query.findings.length),
      entries: FINDING_KINDS.map((one) => choice(one, findingWord(one), query.findings.includes(one), () => board.toggleFinding(one))),
    },
    {
      id: 'waiting',
      name: m.sagas_filter_waiting(),
      on: query.waitingFor ?? '',
      entries: withChosen(status?.waiting ?? [], query.waitingFor).map(({ eventType, count: sagas }) =>
        one(board, 'waitingFor', eventType, `waiting-${eventType}`, eventType, count(sagas)),
      ),
    },
  ]
}

/** What is chosen can be taken back also when nothing waits for it any more. */
function withChosen(waiting: readonly { eventType: string; count: number }[], chosen: string | null): typeof waiting {
  return chosen === null || waiting.some((one) => one.eventType === chosen) ? waiting : [...waiting, { eventType: chosen, count: 0 }]
}

function durations(board: Board): FilterMenu {
  const { status, query } = board
  const percentiles = [
    ['p50', status?.p50Millis],
    ['p95', status?.p95Millis],
    ['p99', status?.p99Millis],
  ] as const
  const own = percentiles.flatMap(([id, millis]) => (typeof millis === 'number' && millis > 0 ? [{ id, millis }] : []))
  const chosen = query.minDurationMillis
  const known = [...own.map(({ millis }) => millis), ...PLAIN_DURATIONS]
  return {
    id: 'duration',
    name: m.sagas_filter_duration(),
    on: chosen === null ? '' : `≥ ${duration(chosen)}`,
    entries: [
      ...own.map(({ id, millis }) => one(board, 'minDurationMillis', millis, `duration-${id}`, `≥ ${duration(millis)}`, id)),
      ...PLAIN_DURATIONS.map((millis) => one(board, 'minDurationMillis', millis, `duration-${millis}`, `≥ ${duration(millis)}`)),
      // a live board's percentiles move on
      ...(chosen === null || known.includes(chosen)
        ? []
        : [one(board, 'minDurationMillis', chosen, 'duration-chosen', `≥ ${duration(chosen)}`)]),
    ],
  }
}

function started(board: Board, now: () => number): FilterMenu {
  const { startedFrom } = board.query
  const since = (minutes: number): MenuEntry =>
    entry({
      id: `started-${minutes}`,
      label: m.sagas_filter_last({ length: duration(minutes * MINUTE_MILLIS) }),
      checked: false,
      run: () => board.find({ startedFrom: now() - minutes * MINUTE_MILLIS }),
    })
  const any = entry({
    id: 'started-any',
    label: m.sagas_filter_any_time(),
    checked: false,
    run: () => board.find({ startedFrom: null }),
  })
  return {
    id: 'started',
    name: m.sagas_filter_started(),
    on: startedFrom === null ? '' : m.sagas_filter_since({ length: duration(Math.max(0, now() - startedFrom)) }),
    entries: [...STARTED_MINUTES.map(since), ...(startedFrom === null ? [] : [any])],
  }
}

export function filterMenus(board: Board, now: () => number): FilterMenu[] {
  const { query, status } = board
  // two streams may have one name, and one that is only named by the definition has no events
  const captured = (status?.coverage ?? []).filter((one) => one.until !== null)
  const streams = [...new Set(captured.map((one) => one.stream))]
  const menus: FilterMenu[] = [
    ...(status?.hasSteps ? judged(board) : []),
    {
      id: 'stream',
      name: m.sagas_filter_stream(),
      on: query.stream ?? '',
      entries: streams.map((stream) => one(board, 'stream', stream, `stream-${stream}`, stream)),
    },
    started(board, now),
    durations(board),
    {
      id: 'events',
      name: m.sagas_filter_events(),
      on: query.minEvents === null ? '' : `≥ ${count(query.minEvents)}`,
      entries: LEAST_EVENTS.map((least) => one(board, 'minEvents', least, `events-${least}`, `≥ ${count(least)}`)),
    },
  ]
  return menus.filter((menu) => menu.entries.length > 0)
}
