// Made-up orders for memory-sagas.ts: what happens in each kind of saga, and what the program would say of it. Times are
// milliseconds since the start. Verdicts are written down here, not worked out. Nothing of it reaches a release build.
import type { SagaFinding, SagaFlags, SagaRole, SagaStatus } from './sagas'

export interface ScriptEvent {
  readonly type: string
  readonly atMillis: number
  /** Where it reached the stream later than it happened. */
  readonly arrivesMillis: number
  /** A repetition that changes nothing. */
  readonly repeated: boolean
}

export interface Script {
  readonly id: string
  /** How many of a hundred sagas go this way on a large board. */
  readonly share: number
  /** How long ago it began, for those whose verdict depends on it. */
  readonly ageMillis: number | null
  readonly events: readonly ScriptEvent[]
  readonly status: SagaStatus
  readonly flags: SagaFlags
  readonly waitingFor: string | null
  /** {due} and {at} become times. */
  readonly findings: readonly SagaFinding[]
  readonly sentence: string
  readonly unknowns: readonly string[]
  /** The step whose command has no answer. */
  readonly unanswered: string | null
  readonly key: string | null
}

export interface StepWords {
  readonly id: string
  readonly after: string | null
  readonly request: string | null
  readonly success: string
  readonly failure: string | null
  readonly undo: { readonly request: string; readonly success: string; readonly failure: string } | null
  readonly optional: boolean
}

export const TIMEOUT_MILLIS = 5_000
export const COORDINATOR = 'order-service'

export const STEPS: readonly StepWords[] = [
  {
    id: 'inventory',
    after: null,
    request: 'RESERVE_INVENTORY',
    success: 'INVENTORY_RESERVED',
    failure: 'INVENTORY_REJECTED',
    undo: { request: 'RELEASE_INVENTORY', success: 'INVENTORY_RELEASED', failure: 'RELEASE_REJECTED' },
    optional: false,
  },
  {
    id: 'payment',
    after: 'inventory',
    request: 'PROCESS_PAYMENT',
    success: 'PAYMENT_PROCESSED',
    failure: 'PAYMENT_FAILED',
    undo: { request: 'REFUND_PAYMENT', success: 'PAYMENT_REFUNDED', failure: 'REFUND_REJECTED' },
    optional: false,
  },
  {
    id: 'shipping',
    after: 'payment',
    request: 'SHIP_ORDER',
    success: 'ORDER_SHIPPED',
    failure: 'SHIPPING_FAILED',
    undo: null,
    optional: false,
  },
  { id: 'notify', after: 'shipping', request: null, success: 'CUSTOMER_NOTIFIED', failure: null, undo: null, optional: true },
]

const SERVICES: Readonly<Record<string, string>> = {
  inventory: 'inventory-service',
  payment: 'payment-service',
  shipping: 'shipping-service',
  notify: 'notification-service',
}
export const serviceOf = (step: string | null): string => SERVICES[step ?? ''] ?? COORDINATOR

const ROLES = new Map<string, { readonly step: string | null; readonly role: SagaRole }>([
  ['ORDER_CREATED', { step: null, role: 'start' }],
  ['ORDER_CANCELLED', { step: null, role: 'abort' }],
  ['ORDER_COMPLETED', { step: null, role: 'completed' }],
  ['ORDER_FAILED', { step: null, role: 'failed' }],
  ...STEPS.flatMap(({ id, request, success, failure, undo }) => {
    const named = (type: string | null | undefined, role: SagaRole): [string, { step: string; role: SagaRole }][] =>
      type ? [[type, { step: id, role }]] : []
    return [
      ...named(request, 'request'),
      ...named(success, 'success'),
      ...named(failure, 'failure'),
      ...named(undo?.request, 'undoRequest'),
      ...named(undo?.success, 'undoSuccess'),
      ...named(undo?.failure, 'undoFailure'),
    ]
  }),
])
export const roleOf = (type: string): { readonly step: string | null; readonly role: SagaRole } =>
  ROLES.get(type) ?? { step: null, role: 'other' }

/** "TYPE@at", "TYPE@at>arrival", "~TYPE@at" for a repetition. */
function events(line: string): ScriptEvent[] {
  return line.split(/\s+/).map((word) => {
    const [, mark, type = '', at, arrives] = /^(~?)(.+)@(\d+)(?:>(\d+))?$/.exec(word) ?? []
    return { type, atMillis: Number(at), arrivesMillis: Number(arrives ?? at), repeated: mark === '~' }
  })
}

const NO_FLAGS: SagaFlags = { overdue: false, stuck: false, late: false, orphan: false, unknown: false }
const found = (
  kind: string,
  severity: SagaFinding['severity'],
  text: string,
  at: number[],
  confidence: SagaFinding['confidence'] = null,
): SagaFinding => ({
  kind,
  severity,
  confidence,
  text,
  events: at,
})

const START = 'ORDER_CREATED@0 RESERVE_INVENTORY@42'
const RESERVED = `${START} INVENTORY_RESERVED@388 PROCESS_PAYMENT@410`
const PAID = `${RESERVED} PAYMENT_PROCESSED@1290 SHIP_ORDER@1322`
const SHIPPED = `${PAID} ORDER_SHIPPED@2104 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`
const UNSHIPPED = `${PAID} SHIPPING_FAILED@2900 REFUND_PAYMENT@2940`

type Plain = Pick<Script, 'id' | 'status' | 'sentence'> &
  Partial<Omit<Script, 'events' | 'flags'>> & { line: string; flags?: Partial<SagaFlags> }

const script = ({ line, flags, ...rest }: Plain): Script => ({
  share: 0.5,
  ageMillis: null,
  waitingFor: null,
  findings: [],
  unknowns: [],
  unanswered: null,
  key: null,
  ...rest,
  events: events(line),
  flags: { ...NO_FLAGS, ...flags },
})

export const SCRIPTS: readonly Script[] = [
  script({
    id: 'happy',
    share: 79,
    line: SHIPPED,
    status: 'completed',
    sentence: 'Completed: 4 of 4 steps done, {took} after ORDER_CREATED.',
  }),
  script({
    id: 'waiting',
    share: 0,
    ageMillis: 2_600,
    line: RESERVED,
    status: 'running',
    waitingFor: 'PAYMENT_PROCESSED or PAYMENT_FAILED',
    sentence: 'Running: payment was asked for and is due by {due}.',
  }),
  script({
    id: 'stuck',
    share: 0.6,
    ageMillis: 190_000,
    line: RESERVED,
    status: 'running',
    flags: { overdue: true, stuck: true },
    waitingFor: 'PAYMENT_PROCESSED or PAYMENT_FAILED',
    unanswered: 'payment',
    sentence: 'Running, and stuck: payment was due by {due}, and nothing has happened since {last}.',
    findings: [
      found('step-timed-out', 'warning', 'payment was due by {due} and was not answered', [3]),
      found('stuck', 'warning', 'nothing has happened since {last}, and no deadline explains it', [3]),
    ],
  }),
  script({
    id: 'paymentFailed',
    share: 6,
    line: `${RESERVED} PAYMENT_FAILED@1300 RELEASE_INVENTORY@1330 INVENTORY_RELEASED@1702 ORDER_FAILED@1730`,
    status: 'compensated',
    sentence: 'Compensated: 1 of 1 completed step undone, 402 ms after PAYMENT_FAILED.',
  }),
  script({
    id: 'shippingFailed',
    share: 3,
    line: `${UNSHIPPED} PAYMENT_REFUNDED@4700 RELEASE_INVENTORY@4740 INVENTORY_RELEASED@7100 ORDER_FAILED@7130`,
    status: 'compensated',
    sentence: 'Compensated: 2 of 2 completed steps undone, in reverse order, 4.2 s after SHIPPING_FAILED.',
  }),
  script({
    id: 'rejected',
    share: 4,
    line: `${START} INVENTORY_REJECTED@350 ORDER_FAILED@380`,
    status: 'failed',
    sentence: 'Failed: INVENTORY_REJECTED, and there was nothing to undo.',
  }),
  script({
    id: 'cancelled',
    share: 2,
    line: `${RESERVED} PAYMENT_PROCESSED@1290 ORDER_CANCELLED@1900 REFUND_PAYMENT@1950 PAYMENT_REFUNDED@2600 RELEASE_INVENTORY@2650 INVENTORY_RELEASED@3010`,
    status: 'compensated',
    sentence: 'Compensated: 2 of 2 completed steps undone, in reverse order, 1.1 s after ORDER_CANCELLED.',
  }),
  script({
    id: 'compensating',
    share: 0,
    ageMillis: 4_200,
    line: UNSHIPPED,
    status: 'compensating',
    waitingFor: 'PAYMENT_REFUNDED',
    sentence: 'Compensating: 0 of 2 completed steps undone since SHIPPING_FAILED; payment is being undone, inventory is still held.',
  }),
  script({
    id: 'partial',
    line: `${UNSHIPPED} PAYMENT_REFUNDED@4700 RELEASE_INVENTORY@4740 ORDER_FAILED@13200`,
    status: 'partiallyCompensated',
    flags: { overdue: true },
    unanswered: 'inventory',
    sentence: 'Partially compensated: 1 of 2 completed steps undone; inventory is still held.',
    findings: [found('partially-compensated', 'error', 'not undone: inventory', [9, 10])],
  }),
  script({
    id: 'undoFailed',
    line: `${UNSHIPPED} REFUND_REJECTED@3480 ORDER_FAILED@3520`,
    status: 'compensationFailed',
    sentence: 'Compensation failed: undoing payment failed with REFUND_REJECTED; payment and inventory are still held.',
    findings: [found('compensation-failed', 'error', 'undoing payment failed', [7, 8])],
  }),
  script({
    id: 'redelivered',
    share: 1.2,
    line: `${RESERVED} ~INVENTORY_RESERVED@388>970 PAYMENT_PROCESSED@1290 SHIP_ORDER@1322 ORDER_SHIPPED@2104 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`,
    status: 'completed',
    sentence: 'Completed: 4 of 4 steps done, {took} after ORDER_CREATED.',
    findings: [found('redelivery', 'note', 'the same event was delivered 2 times', [2, 4])],
  }),
  script({
    id: 'chargedTwice',
    line: `${RESERVED} PAYMENT_PROCESSED@1290 SHIP_ORDER@1322 ~PAYMENT_PROCESSED@1500 ORDER_SHIPPED@2104 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`,
    status: 'completedWithFindings',
    sentence: 'Completed, with findings: payment was done 2 times.',
    findings: [found('logical-duplicate', 'error', 'payment was done 2 times', [4, 6])],
  }),
  script({
    id: 'latePayment',
    share: 1,
    line: `${RESERVED} PAYMENT_PROCESSED@9610 SHIP_ORDER@9650 ORDER_SHIPPED@10400 CUSTOMER_NOTIFIED@10700 ORDER_COMPLETED@10740`,
    status: 'completedWithFindings',
    flags: { late: true },
    sentence: 'Completed, with findings: payment came late by 4.2 s.',
    findings: [found('late-step', 'warning', 'payment came late by 4.2 s', [3, 4])],
  }),
  script({
    id: 'shippedUnpaid',
    line: `${RESERVED} SHIP_ORDER@700 ORDER_SHIPPED@1160 PAYMENT_PROCESSED@1800 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`,
    status: 'completedWithFindings',
    sentence: 'Completed, with findings: shipping came before payment.',
    findings: [found('out-of-order', 'error', 'shipping came before payment: the order of the steps was broken', [5, 6], 'certain')],
  }),
  script({
    id: 'arrivedLate',
    line: `${RESERVED} PAYMENT_PROCESSED@1290>2300 SHIP_ORDER@1322 ORDER_SHIPPED@2104 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`,
    status: 'completedWithFindings',
    sentence: 'Completed, with findings: shipping came before payment.',
    findings: [found('out-of-order', 'warning', 'shipping came before payment: it arrived late', [4, 6], 'likely')],
  }),
  script({
    id: 'wrongOrder',
    line: `${PAID} SHIPPING_FAILED@2900 RELEASE_INVENTORY@2940 INVENTORY_RELEASED@3300 REFUND_PAYMENT@3340 PAYMENT_REFUNDED@3900 ORDER_FAILED@3930`,
    status: 'compensated',
    sentence: 'Compensated: 2 of 2 completed steps undone, not in reverse order, 1.0 s after SHIPPING_FAILED.',
    findings: [found('wrong-order-compensation', 'error', 'inventory was undone before payment', [8, 10], 'certain')],
  }),
  script({
    id: 'orphan',
    line: 'PAYMENT_PROCESSED@0 SHIP_ORDER@34',
    status: 'running',
    ageMillis: 400_000,
    flags: { orphan: true, overdue: true },
    waitingFor: 'ORDER_SHIPPED or SHIPPING_FAILED',
    unanswered: 'shipping',
    sentence: 'Running: it has no start, and shipping was due by {due}.',
    findings: [
      found('orphan', 'warning', 'it has no start', [0]),
      found('step-timed-out', 'warning', 'shipping was due by {due} and was not answered', [1]),
    ],
  }),
  script({
    id: 'unknown',
    line: RESERVED,
    status: 'running',
    ageMillis: 1_500_000,
    flags: { unknown: true },
    waitingFor: 'PAYMENT_PROCESSED or PAYMENT_FAILED',
    unanswered: 'payment',
    sentence:
      'Running, as far as is known: payment was due by {due}, and whether it was answered is unknown (no data after {last} on order-events).',
    unknowns: ['unknown (no data after {last} on order-events)'],
  }),
  script({
    id: 'hostile',
    share: 0,
    line: `RESERVE_INVENTORY@0 INVENTORY_RESERVED@388 <script>alert(1)</script>@401 PROCESS_PAYMENT@410 PAYMENT_PROCESSED@1290 SHIP_ORDER@1322 ORDER_SHIPPED@2104 CUSTOMER_NOTIFIED@2390 ORDER_COMPLETED@2420`,
    status: 'completed',
    key: 'saga-<img src=x onerror=alert(1)>',
    sentence: 'Completed: 4 of 4 steps done; its start was not captured.',
    findings: [found('start-not-captured', 'note', 'its start was not captured', [0])],
  }),
]
