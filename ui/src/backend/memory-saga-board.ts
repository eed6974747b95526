// A made-up board: its sagas, what a query finds among them, and what is said of all of them. A hundred thousand fit.
import { mixed } from './fixture'
import { SCRIPTS, STEPS, TIMEOUT_MILLIS, type Script } from './fixture-saga-scripts'
import { keyOf, orderOf, pathOf, rowOf, type MadeUpSaga } from './fixture-sagas'
import type { SagaBoard, SagaFlag, SagaPoint, SagaQuery, SagaRow, SagaScatter, SagaStatus, SagaVariant, UnansweredCommand } from './sagas'

const MOST_POINTS = 5_000
const SCALED = new Set(['happy', 'rejected', 'redelivered'])
export const STATUSES: readonly SagaStatus[] = [
  'running',
  'completed',
  'completedWithFindings',
  'failed',
  'compensating',
  'compensated',
  'partiallyCompensated',
  'compensationFailed',
]
const FLAGS: readonly SagaFlag[] = ['overdue', 'stuck', 'late', 'orphan', 'unknown']

/** One saga of each script, the last minutes before `now`. */
export function fewSagas(now: number): MadeUpSaga[] {
  return SCRIPTS.map((script, i) => ({ script, number: i, startedAt: now - (script.ageMillis ?? 60_000 + i * 37_000), scale: 1 }))
}

/** A large board over a stretch of time, with the scripts in their shares. */
export function manySagas(count: number, from: number, until: number): MadeUpSaga[] {
  const settled = SCRIPTS.filter((script) => script.share > 0 && !['orphan', 'unknown'].includes(script.id))
  const whole = settled.reduce((sum, script) => sum + script.share, 0)
  const pick = (n: number): Script | undefined => {
    let at = ((mixed(n, 91) % 100_000) / 100_000) * whole
    return settled.find((script) => (at -= script.share) < 0)
  }
  const waiting = SCRIPTS.find((script) => script.id === 'waiting')
  return Array.from({ length: count }, (_, number) => number).flatMap((number): MadeUpSaga[] => {
    const startedAt = Math.floor(from + ((until - from) * number) / count)
    const script = startedAt > until - 4_000 ? waiting : pick(number)
    if (!script) return []
    const slow = 1 + (mixed(number, 92) % 1_000) / 700 + (mixed(number, 93) % 40 === 0 ? 6 : 0)
    return [{ script, number, startedAt, scale: SCALED.has(script.id) ? slow : 1 }]
  })
}

interface Entry {
  readonly saga: MadeUpSaga
  readonly row: SagaRow
  readonly way: string
}

const SETTLED_MILLIS = 20_000

export class MadeUpBoard {
  #asked = ''
  #found: readonly Entry[] = []
  #entries: readonly Entry[] | null = null
  #now = 0
  readonly #templates = new Map<Script, SagaRow>()

  constructor(readonly sagas: MadeUpSaga[]) {}

  /** Sagas change as time passes, where anything is still to come. */
  catchUp(now: number): void {
    if (this.#entries?.length === this.sagas.length && this.sagas.every((saga) => saga.startedAt + SETTLED_MILLIS < this.#now)) return
    this.#now = now
    this.#entries = null
    this.#asked = ''
  }

  get #all(): readonly Entry[] {
    this.#entries ??= this.sagas.map((saga) => ({ saga, row: this.#rowOf(saga), way: wayOf(saga.script) }))
    return this.#entries
  }

  /** Sagas of one script differ in key, time and length only, once everything has happened. */
  #rowOf(saga: MadeUpSaga): SagaRow {
    if (saga.startedAt + SETTLED_MILLIS > this.#now) return rowOf(saga, this.#now)
    const template = this.#templates.get(saga.script) ?? rowOf({ ...saga, scale: 1 }, this.#now)
    this.#templates.set(saga.script, template)
    return { ...template, key: keyOf(saga), startedAt: saga.startedAt, durationMillis: Math.round(template.durationMillis * saga.scale) }
  }

  find(key: string): MadeUpSaga | undefined {
    return this.sagas.find((saga) => keyOf(saga) === key)
  }

  /** What a query finds, in its order. */
  rows(query: SagaQuery): SagaRow[] {
    return this.#search(query).map((entry) => entry.row)
  }

  #search(query: SagaQuery): readonly Entry[] {
    const asked = JSON.stringify(query)
    if (asked === this.#asked) return this.#found
    const by = orderBy(query)
    const sign = query.descending ? -1 : 1
    this.#found = this.#all.filter(testOf(query)).sort((a, b) => sign * by(a.row, b.row))
    this.#asked = asked
    return this.#found
  }

  facts(): Pick<SagaBoard, 'events' | 'sagas' | 'byStatus' | 'flags' | 'waiting' | 'p50Millis' | 'p95Millis' | 'p99Millis'> {
    const rows = this.#all.map((entry) => entry.row)
    const count = (test: (row: SagaRow) => boolean): number => rows.reduce((sum, row) => sum + (test(row) ? 1 : 0), 0)
    const [p50Millis = null, p95Millis = null, p99Millis = null] = percentiles(rows.filter((row) => row.ended))
    return {
      events: rows.reduce((sum, row) => sum + row.events, 0),
      sagas: rows.length,
      byStatus: STATUSES.map((status) => ({ status, count: count((row) => row.status === status) })),
      flags: Object.fromEntries(FLAGS.map((flag) => [flag, count((row) => row.flags[flag])])) as SagaBoard['flags'],
      waiting: awaitedBy(rows),
      p50Millis,
      p95Millis,
      p99Millis,
    }
  }

  variants(): SagaVariant[] {
    const groups = new Map<string, SagaRow[]>()
    for (const { way, row } of this.#all) {
      const members = groups.get(way)
      if (members) members.push(row)
      else groups.set(way, [row])
    }
    const variants = [...groups].map(([way, members]): SagaVariant => {
      const [p50Millis = 0, p95Millis = 0, p99Millis = 0] = percentiles(members)
      const path = way === '' ? [] : way.split(ARROW)
      return { id: idOf(way), path, count: members.length, share: members.length / this.sagas.length, p50Millis, p95Millis, p99Millis }
    })
    return variants.sort((a, b) => b.count - a.count || a.id.localeCompare(b.id))
  }

  scatter(query: SagaQuery): SagaScatter {
    const rows = this.rows(query)
    const step = Math.max(1, rows.length / MOST_POINTS)
    const points = rows
      .filter((_, i) => Math.floor(i / step) !== Math.floor((i - 1) / step))
      .slice(0, MOST_POINTS)
      .map(({ key, life, startedAt, durationMillis, status }): SagaPoint => ({ key, life, startedAt, durationMillis, status }))
    return { points, total: rows.length, sampled: points.length < rows.length }
  }

  unanswered(recordOf: (saga: MadeUpSaga, index: number) => string): UnansweredCommand[] {
    return this.sagas.flatMap((saga): UnansweredCommand[] => {
      const { script } = saga
      const words = STEPS.find((step) => step.id === script.unanswered)
      const [asked, answered] = script.findings.find((finding) => finding.kind === 'late-step')?.events ?? []
      const index = asked ?? script.events.findLastIndex((event) => event.type === words?.request || event.type === words?.undo?.request)
      const event = script.events[index]
      const answer = script.events[answered ?? -1]
      if (!event) return []
      const at = saga.startedAt + event.atMillis
      return [
        {
          record: recordOf(saga, index),
          type: event.type,
          key: keyOf(saga),
          life: 0,
          at,
          dueAt: at + TIMEOUT_MILLIS,
          stream: 'order-commands',
          known: !script.flags.unknown,
          lateByMillis: answer ? saga.startedAt + answer.atMillis - at - TIMEOUT_MILLIS : null,
        },
      ]
    })
  }
}

const ARROW = ' → '
const wayOf = (script: Script): string => pathOf(script).join(ARROW)
/** A number that says nothing to a person, as the program's are (64-bit FNV-1a). */
const idOf = (way: string): string => {
  const hash = (sum: bigint, char: string): bigint => BigInt.asUintN(64, (sum ^ BigInt(char.codePointAt(0) ?? 0)) * 0x100_0000_01b3n)
  return String([...way].reduce(hash, 0xcbf2_9ce4_8422_2325n))
}

/** Of filters only `type:` is known here, with `*` in it: whether an event of the script has such a type. */
function typesTest(records: string): (script: Script) => boolean {
  if (records === '') return () => true
  const wanted = /^type:(\S+)$/.exec(records)?.[1]
  if (wanted === undefined) return () => false
  const pattern = new RegExp(`^${wanted.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`)
  return (script) => script.events.some((event) => pattern.test(event.type))
}

function testOf(query: SagaQuery): (entry: Entry) => boolean {
  const sought = query.search.trim().toLowerCase()
  const passes = typesTest(query.records)
  const ids = new Map<string, string>()
  const idOnce = (way: string): string => {
    const id = ids.get(way) ?? idOf(way)
    ids.set(way, id)
    return id
  }
  return ({ saga, row, way }) =>
    (sought === '' || row.key.toLowerCase().includes(sought) || orderOf(saga).includes(sought)) &&
    passes(saga.script) &&
    (query.status.length === 0 || query.status.includes(row.status)) &&
    query.flags.every((flag) => row.flags[flag]) &&
    (query.findings.length === 0 || (row.findings > 0 && saga.script.findings.some((finding) => query.findings.includes(finding.kind)))) &&
    (query.variant === null || idOnce(way) === query.variant) &&
    (query.waitingFor === null || row.waitingFor === query.waitingFor) &&
    (query.stream === null || row.streams.includes(query.stream)) &&
    (query.minEvents === null || row.events >= query.minEvents) &&
    (query.minDurationMillis === null || row.durationMillis >= query.minDurationMillis) &&
    (query.startedFrom === null || row.startedAt >= query.startedFrom) &&
    (query.startedUntil === null || row.startedAt < query.startedUntil)
}

function awaitedBy(rows: readonly SagaRow[]): SagaBoard['waiting'] {
  const counts = new Map<string, number>()
  for (const { waitingFor } of rows) if (waitingFor !== null) counts.set(waitingFor, (counts.get(waitingFor) ?? 0) + 1)
  return [...counts].map(([eventType, count]) => ({ eventType, count })).sort((a, b) => b.count - a.count)
}

function orderBy({ sort }: SagaQuery): (a: SagaRow, b: SagaRow) => number {
  switch (sort) {
    case 'started':
      return (a, b) => a.startedAt - b.startedAt
    case 'duration':
      return (a, b) => a.durationMillis - b.durationMillis
    case 'events':
      return (a, b) => a.events - b.events
    case 'findings':
      return (a, b) => a.findings - b.findings
    case 'status':
      return (a, b) => STATUSES.indexOf(a.status) - STATUSES.indexOf(b.status)
    case 'key':
      return (a, b) => (a.key < b.key ? -1 : 1)
  }
}

/** What half, 19 of 20 and 99 of 100 did not exceed; nothing of nothing. */
function percentiles(rows: readonly SagaRow[]): number[] {
  const lengths = rows.map((row) => row.durationMillis).sort((a, b) => a - b)
  return [0.5, 0.95, 0.99].flatMap((share) => lengths[Math.min(lengths.length - 1, Math.floor(share * lengths.length))] ?? [])
}
