// Made-up definitions of sagas: files in a folder, what is wrong with a text, words for completion, and a proposal.
// It reads only as much YAML as its own checks need.
import { CommandFault } from './backend'
import type { FixtureRecords } from './fixture'
import type { DefinitionProblem, DefinitionRow, LearnedDefinition, SagaDefinitions, SagaWords } from './sagas'

const ORDER = `# The order saga that the demo plays.
apiVersion: kinescope/v1
saga: order-fulfilment
version: 1
streams: [order-commands, order-events]
clock: { time: event, skew: 100ms }
event:
  type:   ["$.eventType", "$.commandType"]
  id:     ["$.eventId"]
  time:   ["$.timestamp"]
  source: ["$.payload.service", "$.requestedBy", "@stream"]
correlate:
  key: sagaId
  paths:
    - { at: "$.sagaId" }
  aliases:
    - { name: orderId, at: ["$.payload.orderId", "$.orderId"] }
  reuse: new-after-terminal
start: { on: ORDER_CREATED }
steps:
  - id: inventory
    request: RESERVE_INVENTORY
    success: INVENTORY_RESERVED
    failure: [INVENTORY_REJECTED]
    timeout: 5s
    undo: { request: RELEASE_INVENTORY, success: INVENTORY_RELEASED, failure: RELEASE_REJECTED, timeout: 5s }
  - id: payment
    after: [inventory]
    request: PROCESS_PAYMENT
    success: PAYMENT_PROCESSED
    failure: [PAYMENT_FAILED]
    timeout: 5s
    undo: { request: REFUND_PAYMENT, success: PAYMENT_REFUNDED, failure: REFUND_REJECTED, timeout: 5s }
  - id: shipping
    after: [payment]
    request: SHIP_ORDER
    success: ORDER_SHIPPED
    failure: [SHIPPING_FAILED]
    timeout: 5s
  - id: notify
    after: [shipping]
    success: CUSTOMER_NOTIFIED
    optional: true
abort: { on: [ORDER_CANCELLED] }
outcomes:
  completed: { on: ORDER_COMPLETED }
  failed:    { on: ORDER_FAILED }
compensation: { order: reverse-completion, covers: completed }
limits: { saga: 60s, stuckAfter: 10s }
`

const BROKEN = `apiVersion: kinescope/v1
saga: refunds
version: 2
streams: [order-events]
event:
  type: ["$.eventType"]
correlate:
  key: orderId
  paths:
    - { at: "" }
start: { on: REFUND_ASKED }
steps:
  - id: review
    success: REFUND_APPROVED
  - id: pay
    after: [reveiw]
    success: PAYMENT_REFUNDED
`

const FOLDER = '/home/you/sagas'

interface File {
  readonly file: string | null
  text: string
}

export class MadeUpDefinitions {
  readonly #files = new Map<string, File>([
    ['order-fulfilment', { file: null, text: ORDER }],
    ['refunds', { file: `${FOLDER}/refunds.saga.yaml`, text: BROKEN }],
  ])

  constructor(readonly records: FixtureRecords) {}

  list(): SagaDefinitions {
    return { folder: FOLDER, definitions: [...this.#files].map(([name, { file, text }]) => rowOf(name, file, text)) }
  }

  read(name: string): string {
    const known = this.#files.get(name)
    if (!known) throw new CommandFault('gone', `There is no definition called ${name}.`, 'Choose another one, or the folder that it is in.')
    return known.text
  }

  save(name: string, text: string): DefinitionRow {
    const known = this.#files.get(name)
    if (known?.file === null)
      throw new CommandFault('invalid', `${name} ships with the program and cannot be changed.`, 'Save it under another name.')
    const file = known?.file ?? `${FOLDER}/${name}.saga.yaml`
    this.#files.set(name, { file, text })
    return rowOf(name, file, text)
  }

  words(): SagaWords {
    const counts = new Map<string, number>()
    for (let i = 0; i < Math.min(this.records.length, 5_000); i += 1) {
      const type = this.records.eventType(i)
      if (type !== null) counts.set(type, (counts.get(type) ?? 0) + 1)
    }
    const shares = {
      '$.sagaId': 1,
      '$.timestamp': 1,
      '$.eventType': 0.7,
      '$.eventId': 0.7,
      '$.payload.orderId': 0.7,
      '$.payload.userId': 0.7,
      '$.commandType': 0.3,
      '$.orderId': 0.3,
    }
    return {
      types: [...counts].map(([type, count]) => ({ type, count })).sort((a, b) => b.count - a.count),
      paths: Object.entries(shares).map(([path, share]) => ({ path, share })),
    }
  }

  learn(): LearnedDefinition {
    return {
      text: ORDER.replace(
        '# The order saga that the demo plays.',
        '# Learned from what was captured: read it before you rely on it.',
      ).replace('saga: order-fulfilment', 'saga: learned-orders'),
      notes: [
        { code: 'keyTaken', paths: '$.sagaId', sagas: 16 },
        { code: 'otherFields', names: 'orderId, customerId' },
        { code: 'follows', first: 'RESERVE_INVENTORY', then: 'INVENTORY_RESERVED', times: 14 },
      ],
    }
  }
}

function rowOf(name: string, file: string | null, text: string): DefinitionRow {
  const streams = /^streams:\s*\[(.*)\]/m.exec(text)?.[1]
  const version = /^version:\s*(\d+)/m.exec(text)?.[1]
  return {
    name,
    file,
    shipped: file === null,
    problems: problemsOf(text),
    version: version === undefined ? null : Number(version),
    streams: streams?.split(',').map((stream) => stream.trim()) ?? [],
    steps: stepIds(text).length,
  }
}

const stepIds = (text: string): string[] => [...text.matchAll(/^\s*- id:\s*(\S+)/gm)].map((found) => found[1] ?? '')

export function problemsOf(text: string): DefinitionProblem[] {
  const ids = stepIds(text)
  const seen = new Set<string>()
  const problems: DefinitionProblem[] = []
  text.split('\n').forEach((line, i) => {
    const say = (part: string, message: string, hint: string | null = null): void => {
      problems.push({ line: i + 1, column: line.indexOf(part) + 1, message, hint })
    }
    if (line.includes('\t')) say('\t', 'a tab stands where YAML wants blanks', 'Use blanks.')
    if (/at:\s*""/.test(line)) say('""', 'a path is expected here, and there is none', 'Such as "$.sagaId".')
    const id = /^\s*- id:\s*(\S+)/.exec(line)?.[1]
    if (id !== undefined) {
      if (seen.has(id)) say(id, `two steps are called ${id}`)
      seen.add(id)
    }
    for (const after of /^\s*after:\s*\[(.*)\]/.exec(line)?.[1]?.split(',') ?? [])
      if (!ids.includes(after.trim())) say(after.trim(), `there is no step called ${after.trim()}`, `Steps are ${ids.join(', ')}.`)
  })
  if (!/^saga:\s*\S/m.test(text))
    problems.push({ line: 1, column: 1, message: 'the saga has no name', hint: 'Such as saga: order-fulfilment.' })
  if (!/^correlate:/m.test(text))
    problems.push({
      line: null,
      column: null,
      message: 'nothing says which events belong together',
      hint: 'Add correlate with a key and its paths.',
    })
  return problems
}
