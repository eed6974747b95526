// One made-up saga, worked out from its script: events with their records, steps, graph and sequence. The records are
// planted among the made-up records, so that inspector and table show the same events. It judges nothing.
import { mixed, type FixtureRecords } from './fixture'
import { COORDINATOR, roleOf, serviceOf, STEPS, TIMEOUT_MILLIS, type Script, type ScriptEvent } from './fixture-saga-scripts'
import type { SagaDetail, SagaEvent, SagaGraph, SagaRow, SagaSequence, SagaStep, SagaUndo, StepState } from './sagas'

export interface MadeUpSaga {
  readonly script: Script
  readonly number: number
  readonly startedAt: number
  /** Faster or slower than the script. */
  readonly scale: number
}

export const keyOf = ({ script, number }: MadeUpSaga): string => script.key ?? `saga-${mixed(number, 61).toString(16).padStart(8, '0')}`
export const orderOf = ({ number }: MadeUpSaga): string => `ord-${70_000 + number}`
const userOf = ({ number }: MadeUpSaga): string => `user-${1_000 + (mixed(number, 62) % 400)}`

const atOf = (saga: MadeUpSaga, event: ScriptEvent): number => saga.startedAt + Math.round(event.atMillis * saga.scale)
const arrivalOf = (saga: MadeUpSaga, event: ScriptEvent): number => saga.startedAt + Math.round(event.arrivesMillis * saga.scale) + 20

/** What has happened by a time, in the order of arrival. */
const happened = (saga: MadeUpSaga, now: number): ScriptEvent[] => saga.script.events.filter((event) => arrivalOf(saga, event) <= now)

export function rowOf(saga: MadeUpSaga, now: number): SagaRow {
  const { script } = saga
  const events = happened(saga, now)
  const whole = events.length === script.events.length
  const lastAt = Math.max(saga.startedAt, ...events.map((event) => atOf(saga, event)))
  return {
    key: keyOf(saga),
    life: 0,
    type: 'order-fulfilment',
    status: whole ? script.status : 'running',
    flags: { ...script.flags },
    waitingFor: whole ? script.waitingFor : waitsFor(events),
    startedAt: saga.startedAt,
    durationMillis: lastAt - saga.startedAt,
    ended: whole && script.status !== 'running' && script.status !== 'compensating',
    events: events.length,
    streams: [...new Set(events.map((event) => streamOf(event.type)))],
    findings: whole ? script.findings.length : 0,
    steps: stepsOf(
      saga,
      events.map((event, i) => ({ ...shapeOf(saga, event, i), record: '' })),
      now,
    ).map((step) => step.state),
  }
}

function waitsFor(events: readonly ScriptEvent[]): string | null {
  const last = events.at(-1)
  const { step, role } = roleOf(last?.type ?? '')
  const words = STEPS.find((one) => one.id === step)
  return role === 'request' && words
    ? [words.success, words.failure].filter((type) => type !== null).join(' or ')
    : 'ORDER_COMPLETED or ORDER_FAILED'
}

/** Marks of what happened, as the program writes a variant. */
export function pathOf(script: Script): string[] {
  return script.events.flatMap((event) => {
    const { step, role } = roleOf(event.type)
    if (event.repeated) return []
    if (role === 'success') return [step ?? '']
    if (role === 'failure') return [`${step} ✕`]
    if (role === 'undoSuccess') return [`${step} ↺`]
    if (role === 'undoFailure') return [`${step} ↺✕`]
    return role === 'abort' ? ['aborted'] : role === 'completed' || role === 'failed' ? [role] : []
  })
}

export function detailOf(saga: MadeUpSaga, records: FixtureRecords, now: number): SagaDetail {
  const events = happened(saga, now).map((event, i) => {
    const shape = shapeOf(saga, event, i)
    return { ...shape, ...recordOf(saga, event, shape, records) }
  })
  const row = rowOf(saga, now)
  const whole = events.length === saga.script.events.length
  const steps = stepsOf(saga, events, now)
  const said = (text: string): string => filled(text, events, steps, row)
  return {
    row,
    sentence: whole ? said(saga.script.sentence) : `Running: ${row.waitingFor ?? ''} is awaited.`,
    aliases: [{ name: 'orderId', value: orderOf(saga) }],
    unknowns: whole ? saga.script.unknowns.map(said) : [],
    startCaptured: events[0]?.role === 'start',
    events,
    steps,
    obligations: obligationsOf(row, events, steps, now),
    findings: whole ? saga.script.findings.map((finding) => ({ ...finding, text: said(finding.text) })) : [],
    sequence: sequenceOf(events),
    graph: graphOf(steps),
  }
}

/** Their records among the made-up ones, in the order of time. */
export function plantSagas(sagas: readonly MadeUpSaga[], records: FixtureRecords, now: number): void {
  const all = sagas.flatMap((saga) => happened(saga, now).map((event, i) => ({ saga, event, shape: shapeOf(saga, event, i) })))
  all.sort((a, b) => a.shape.arrival - b.shape.arrival)
  for (const { saga, event, shape } of all) recordOf(saga, event, shape, records)
}

const iso = (at: number | null | undefined): string => new Date(at ?? 0).toISOString()

function filled(text: string, events: readonly SagaEvent[], steps: readonly SagaStep[], row: SagaRow): string {
  const due = steps.find((step) => step.answeredAt === null && step.dueAt !== null)?.dueAt
  return text
    .replaceAll('{due}', iso(due))
    .replaceAll('{last}', iso(events.at(-1)?.at))
    .replaceAll('{took}', `${(row.durationMillis / 1_000).toFixed(1)} s`)
}

const streamOf = (type: string): string => (['request', 'undoRequest'].includes(roleOf(type).role) ? 'order-commands' : 'order-events')

function shapeOf(saga: MadeUpSaga, event: ScriptEvent, index: number): Omit<SagaEvent, 'record'> {
  const { step, role } = roleOf(event.type)
  const stream = streamOf(event.type)
  return {
    index,
    type: event.type,
    source: stream === 'order-commands' ? COORDINATOR : serviceOf(step),
    stream,
    shard: '',
    sequence: '',
    sub: 0,
    part: null,
    at: atOf(saga, event),
    arrival: arrivalOf(saga, event),
    step,
    role,
    effective: !event.repeated,
    replayed: false,
    linked: '$.sagaId',
  }
}

function recordOf(
  saga: MadeUpSaga,
  event: ScriptEvent,
  shape: Omit<SagaEvent, 'record'>,
  records: FixtureRecords,
): Pick<SagaEvent, 'record' | 'shard' | 'sequence' | 'arrival'> {
  const command = shape.stream === 'order-commands'
  const key = command ? orderOf(saga) : userOf(saga)
  const repeats = event.repeated && event.arrivesMillis !== event.atMillis
  const index = records.plant(`${keyOf(saga)} ${shape.index}`, {
    stream: shape.stream,
    key,
    eventType: event.type,
    arrival: shape.arrival,
    payload: payloadOf(saga, shape, command, repeats),
  })
  const row = records.row(index)
  return { record: row.id, shard: row.shard, sequence: row.sequence, arrival: row.arrival }
}

function payloadOf(saga: MadeUpSaga, event: Omit<SagaEvent, 'record'>, command: boolean, repeats: boolean): string {
  const ids = { sagaId: keyOf(saga), timestamp: iso(event.at) }
  const order = { orderId: orderOf(saga), userId: userOf(saga) }
  const said = newsOf(saga, event.type)
  if (command) return JSON.stringify({ commandType: event.type, ...ids, ...order, requestedBy: COORDINATOR, ...said })
  const eventId = `${mixed(saga.number, 70 + event.index - (repeats ? 2 : 0)).toString(16)}-${event.type.toLowerCase()}`
  return JSON.stringify({ eventId, eventType: event.type, ...ids, payload: { ...order, service: event.source, ...said } })
}

/** What an event adds to what is known of the order. */
function newsOf({ number }: MadeUpSaga, type: string): Record<string, unknown> {
  const id = mixed(number, 81) % 100_000
  const amount = 20 + (mixed(number, 82) % 40_000) / 100
  const news: Readonly<Record<string, Record<string, unknown>>> = {
    ORDER_CREATED: { status: 'created', amount, currency: 'EUR', lines: [{ sku: `SKU-${id % 90}`, quantity: 1 + (id % 4) }] },
    INVENTORY_RESERVED: { status: 'reserved', reservationId: `res-${id}` },
    INVENTORY_REJECTED: { status: 'rejected', reason: 'out of stock' },
    PROCESS_PAYMENT: { amount, currency: 'EUR' },
    PAYMENT_PROCESSED: { status: 'paid', paymentId: `pay-${id}` },
    PAYMENT_FAILED: { status: 'unpaid', reason: 'card declined' },
    ORDER_SHIPPED: { status: 'shipped', trackingNumber: `1Z${id}` },
    SHIPPING_FAILED: { status: 'unshipped', reason: 'address unknown' },
    PAYMENT_REFUNDED: { status: 'refunded', paymentId: null },
    REFUND_REJECTED: { status: 'refund rejected', reason: 'account closed' },
    INVENTORY_RELEASED: { status: 'released', reservationId: null },
    CUSTOMER_NOTIFIED: { notified: true },
    ORDER_COMPLETED: { status: 'completed' },
    ORDER_FAILED: { status: 'failed' },
    ORDER_CANCELLED: { status: 'cancelled', reason: 'changed my mind' },
  }
  return news[type] ?? {}
}

function stepsOf(saga: MadeUpSaga, events: readonly SagaEvent[], now: number): SagaStep[] {
  const unwinds = events.some((event) => event.effective && (event.role === 'failure' || event.role === 'abort'))
  const over = events.some((event) => event.role === 'completed' || event.role === 'failed')
  const unknown = saga.script.flags.unknown
  const awaited = (dueAt: number): StepState => (now > dueAt && !unknown ? 'overdue' : 'pending')
  return STEPS.map((words): SagaStep => {
    const mine = events.filter((event) => event.step === words.id)
    const at = (...roles: string[]): number | null => mine.find((event) => event.effective && roles.includes(event.role))?.at ?? null
    const requestedAt = at('request')
    const answeredAt = at('success', 'failure')
    const dueAt = requestedAt === null ? null : requestedAt + TIMEOUT_MILLIS
    const undo = undoOf(words.undo !== null, at, awaited)
    const done = at('success') !== null
    const state = (): StepState => {
      if (at('failure') !== null) return 'failed'
      if (done && undo && unwinds) return undo.state === 'undone' || undo.state === 'undoFailed' ? undo.state : 'held'
      if (done) return 'done'
      if (dueAt !== null) return awaited(dueAt)
      return over && words.optional && !unwinds ? 'skipped' : 'notReached'
    }
    return {
      id: words.id,
      state: state(),
      optional: words.optional,
      requestedAt,
      answeredAt,
      dueAt,
      undo,
      events: mine.map((event) => event.index),
    }
  })
}

function undoOf(undoable: boolean, at: (...roles: string[]) => number | null, awaited: (dueAt: number) => StepState): SagaUndo | null {
  if (!undoable) return null
  const requestedAt = at('undoRequest')
  const answeredAt = at('undoSuccess', 'undoFailure')
  const dueAt = requestedAt === null ? null : requestedAt + TIMEOUT_MILLIS
  const state: StepState =
    at('undoSuccess') !== null ? 'undone' : at('undoFailure') !== null ? 'undoFailed' : dueAt === null ? 'notReached' : awaited(dueAt)
  return { state, requestedAt, answeredAt, dueAt }
}

function obligationsOf(row: SagaRow, events: readonly SagaEvent[], steps: readonly SagaStep[], now: number): SagaDetail['obligations'] {
  if (row.ended) return []
  const open = steps.flatMap((step): SagaDetail['obligations'] => {
    const words = STEPS.find((one) => one.id === step.id)
    if (step.undo?.requestedAt && step.undo.answeredAt === null)
      return [
        {
          step: step.id,
          awaited: 'undo',
          types: [words?.undo?.success ?? ''],
          openedAt: step.undo.requestedAt,
          dueAt: step.undo.dueAt,
          overdue: step.undo.state === 'overdue',
          optional: false,
        },
      ]
    if (step.requestedAt === null || step.answeredAt !== null) return []
    const types = [words?.success, words?.failure].filter((type): type is string => typeof type === 'string')
    return [
      {
        step: step.id,
        awaited: 'answer',
        types,
        openedAt: step.requestedAt,
        dueAt: step.dueAt,
        overdue: step.state === 'overdue',
        optional: step.optional,
      },
    ]
  })
  const dueAt = row.startedAt + 60_000
  return [
    ...open,
    {
      step: null,
      awaited: 'outcome',
      types: ['ORDER_COMPLETED', 'ORDER_FAILED'],
      openedAt: events[0]?.at ?? row.startedAt,
      dueAt,
      overdue: now > dueAt && !row.flags.unknown,
      optional: false,
    },
  ]
}

function sequenceOf(events: readonly SagaEvent[]): SagaSequence {
  const ends = (event: SagaEvent): readonly [string, string] =>
    event.stream === 'order-commands' ? [event.source, serviceOf(event.step)] : [event.source, COORDINATOR]
  const lifelines = [...new Set([COORDINATOR, ...events.flatMap((event) => [...ends(event)])])]
  return {
    lifelines,
    messages: events.map((event) => {
      const [from, to] = ends(event)
      const failed = ['failure', 'undoFailure', 'failed', 'abort'].includes(event.role)
      const kind = failed ? 'failure' : event.role.startsWith('undo') ? 'undo' : event.role === 'request' ? 'command' : 'event'
      return { from: lifelines.indexOf(from), to: lifelines.indexOf(to), event: event.index, kind }
    }),
  }
}

function graphOf(steps: readonly SagaStep[]): SagaGraph {
  return {
    nodes: steps.flatMap((step, column) => [
      { id: step.id, label: step.id, state: step.state, column, row: 0, undoOf: null },
      ...(step.undo
        ? [{ id: `undo ${step.id}`, label: STEPS[column]?.undo?.request ?? '', state: step.undo.state, column, row: 1, undoOf: step.id }]
        : []),
    ]),
    edges: STEPS.flatMap((words) => [
      ...(words.after === null ? [] : [{ from: words.after, to: words.id, kind: 'after' as const }]),
      ...(words.undo === null ? [] : [{ from: words.id, to: `undo ${words.id}`, kind: 'undo' as const }]),
    ]),
  }
}
