// What the made-up records add up to: the state of one saga, of any entity, and two sagas side by side. Payloads are
// parsed as plain JSON here; the program keeps numbers as they were written.
import type { FixtureRecords } from './fixture'
import { SCRIPTS } from './fixture-saga-scripts'
import { pathOf } from './fixture-sagas'
import type { FoldedEvent, Reducer, SagaComparison, SagaDetail, SagaStateStep, StateChange } from './sagas'

type Json = Record<string, unknown>

/** Leaves of an object by their paths, as JSON text. */
function leaves(value: unknown, path: string, into: Map<string, string>): Map<string, string> {
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, child] of Object.entries(value)) leaves(child, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, into)
  } else into.set(path, JSON.stringify(value))
  return into
}

export function changesBetween(before: unknown, after: unknown): StateChange[] {
  const [old, fresh] = [leaves(before, '$', new Map()), leaves(after, '$', new Map())]
  const paths = [...new Set([...old.keys(), ...fresh.keys()])].filter((path) => old.get(path) !== fresh.get(path))
  return paths.filter((path) => path !== '$').map((path) => ({ path, before: old.get(path) ?? null, after: fresh.get(path) ?? null }))
}

function parsed(text: string): Json | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Json) : null
  } catch {
    return null
  }
}

/** The value at a plain path: $.payload.orderId. */
export function valueAt(payload: unknown, path: string): unknown {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((key) => key !== '')
    .reduce<unknown>((value, key) => (typeof value === 'object' && value !== null ? (value as Json)[key] : undefined), payload)
}

const ENVELOPE = ['eventId', 'eventType', 'commandType', 'sagaId', 'timestamp', 'requestedBy']

export function sagaState(detail: SagaDetail, records: FixtureRecords): SagaStateStep[] {
  let state: Json = {}
  return detail.events.map((event): SagaStateStep => {
    const payload = parsed(records.payload(Number(event.record) - 1)) ?? {}
    const news = Object.fromEntries(
      Object.entries((payload.payload as Json | undefined) ?? payload).filter(([key]) => !ENVELOPE.includes(key)),
    )
    const after = event.effective ? { ...state, ...news } : state
    const changes = changesBetween(state, after)
    state = after
    return { event: event.index, changes }
  })
}

export function foldedState(records: FixtureRecords, keyPath: string, key: string, reducers: readonly Reducer[]): FoldedEvent[] {
  const events: FoldedEvent[] = []
  let state: Json = {}
  for (let index = 0; index < records.length; index += 1) {
    const text = records.payload(index)
    if (!text.includes(key)) continue
    const payload = parsed(text)
    if (payload === null || String(valueAt(payload, keyPath)) !== key) continue
    const type = String(payload.eventType ?? payload.commandType ?? '')
    const after = reduced(
      state,
      payload,
      reducers.find((reducer) => reducer.type === type),
    )
    const at = Date.parse(String(payload.timestamp)) || (records.arrivals[index] ?? 0)
    events.push({ record: String(index + 1), type, at, changes: changesBetween(state, after), state: JSON.stringify(after, null, 2) })
    state = after
  }
  return events
}

/** Types without a rule of their own are merged. */
function reduced(state: Json, payload: Json, rule: Reducer | undefined): Json {
  const path = rule?.path ?? '$.payload'
  const value = rule?.path === undefined || rule.path === null ? (payload.payload ?? payload) : valueAt(payload, path)
  // a value has the place in the state that it has in the event, whose payload is the state
  const way = path.split('.').filter((key, place) => key !== '$' && !(place === 1 && key === 'payload'))
  switch (rule?.how ?? 'merge') {
    case 'replace':
      return placed(state, way, () => value)
    case 'merge':
      return placed(state, way, (old) => (isObject(value) ? { ...(isObject(old) ? old : {}), ...value } : value))
    case 'append':
      return placed(state, way, (old) => [...(Array.isArray(old) ? (old as unknown[]) : []), value])
    case 'remove':
      return placed(state, way, () => undefined)
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The state with another value at a place; none there for undefined. */
function placed(state: Json, [key, ...rest]: readonly string[], change: (old: unknown) => unknown): Json {
  if (key === undefined) {
    const whole = change(state)
    return isObject(whole) ? whole : {}
  }
  const old = state[key]
  const value = rest.length === 0 ? change(old) : placed(isObject(old) ? old : {}, rest, change)
  const others = Object.fromEntries(Object.entries(state).filter(([name]) => name !== key))
  return value === undefined ? others : { ...others, [key]: value }
}

interface Marked {
  readonly mark: string
  readonly at: number
  readonly event: number
}

const marked = (detail: SagaDetail): Marked[] =>
  detail.events
    .filter((event) => event.effective)
    .map((event) => ({ mark: event.type, at: event.at - detail.row.startedAt, event: event.index }))

/** The longest common run of marks stands side by side; the rest stands alone. */
export function compared(a: SagaDetail, b: SagaDetail | null): SagaComparison {
  const usual = SCRIPTS[0]
  const right: Marked[] = b ? marked(b) : (usual?.events.map((event, i) => ({ mark: event.type, at: event.atMillis, event: i })) ?? [])
  const left = marked(a)
  const longest = left.map(() => right.map(() => 0))
  const at = (i: number, j: number): number => longest[i]?.[j] ?? 0
  for (let i = left.length - 1; i >= 0; i -= 1)
    for (let j = right.length - 1; j >= 0; j -= 1)
      longest[i]?.splice(j, 1, left[i]?.mark === right[j]?.mark ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1)))
  const rows: SagaComparison['rows'] = []
  for (let i = 0, j = 0; i < left.length || j < right.length;) {
    const [one, two] = [left[i], right[j]]
    const same = one !== undefined && two !== undefined && one.mark === two.mark
    const takesLeft = one !== undefined && (same || two === undefined || at(i + 1, j) >= at(i, j + 1))
    const takesRight = two !== undefined && (same || !takesLeft)
    rows.push({
      mark: (takesLeft ? one : two)?.mark ?? '',
      a: takesLeft ? one.event : null,
      b: takesRight ? two.event : null,
      aMillis: takesLeft ? one.at : null,
      // the usual way has an order, and no times of its own
      bMillis: takesRight && b ? two.at : null,
    })
    if (takesLeft) i += 1
    if (takesRight) j += 1
  }
  return { label: b ? b.row.key : usual ? pathOf(usual).join(' → ') : '', rows }
}
