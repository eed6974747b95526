// Columns for memory.ts: kept in the page's own session, so that a window that is opened anew has them again. Values are read with
// JSON.parse, but for numbers, whose text is kept. The real ones come from Rust.
import { CommandFault } from './backend'
import type { ColumnLayout, FieldCell, FieldSeen, FieldsSeen, TypeFields } from './bindings'
import type { ColumnCommands } from './columns'
import type { FixtureRecords } from './fixture'

const KEY = 'kinescope.made-up-columns'
const MOST_CHARS = 256
const PATH = /^\$?(?:\.?[^.[\]\s]+|\[\d+\]|\['[^']+'\])(?:\.[^.[\]\s]+|\[\d+\]|\['[^']+'\])*$/
const SEGMENT = /\[(\d+)\]|\['([^']+)'\]|\.?([^.[\]]+)/g

export function memoryColumns(records: FixtureRecords, arnOf: (stream: string) => string): ColumnCommands {
  const read = (): ColumnLayout[] => JSON.parse(sessionStorage.getItem(KEY) ?? '[]') as ColumnLayout[]
  return {
    keptColumns: async () => {
      const streams = [...new Set(records.lanes.map((lane) => arnOf(lane.stream)))].sort()
      return read().find((one) => one.streams.join() === streams.join()) ?? { streams, columns: [] }
    },
    keepColumns: async (layout) => {
      const others = read().filter((one) => one.streams.join() !== layout.streams.join())
      sessionStorage.setItem(KEY, JSON.stringify(layout.columns.length > 0 ? [...others, layout] : others))
    },
    readPath: async (text) => {
      const typed = text.trim()
      if (!PATH.test(typed)) throw new CommandFault('invalid', 'expected a field name after 0 characters', null)
      return typed.startsWith('$') ? typed : `$.${typed}`
    },
    seenFields: async () => seenFields(records),
  }
}

const FIELDS = [
  'eventId',
  'eventType',
  'payload',
  'payload.amount',
  'payload.coupon',
  'payload.express',
  'payload.lines',
  'payload.lines[0].sku',
  'payload.orderId',
  'sagaId',
  'timestamp',
] as const

/** By the last thousand records. The two changes are made up. */
function seenFields(records: FixtureRecords): FieldsSeen {
  const types = new Map<string, TypeFields>()
  const begun = Math.max(0, records.length - 1_000)
  for (let index = begun; index < records.length; index += 1) {
    const stream = records.lanes[records.laneOf[index] ?? 0]?.stream ?? ''
    const eventType = records.eventType(index)
    const type = types.get(`${stream} ${eventType}`) ?? { stream, eventType, records: 0, fields: [] }
    types.set(`${stream} ${eventType}`, type)
    type.records += 1
    if (eventType !== null) for (const name of FIELDS) take(type.fields, name, records, index)
  }
  const [first] = [...types.values()].filter((type) => type.eventType !== null)
  const drift = { stream: first?.stream ?? '', eventType: first?.eventType ?? null, before: [], after: [] }
  const at = (share: number): number => records.arrivals[Math.floor(begun + (records.length - begun) * share)] ?? 0
  return {
    lookedAt: records.length - begun,
    total: records.length,
    leftOut: 0,
    cut: false,
    types: [...types.values()],
    drift: first
      ? [
          { ...drift, name: 'payload.express', path: '$.payload.express', change: 'appeared', at: at(0.3) },
          {
            ...drift,
            name: 'payload.coupon',
            path: '$.payload.coupon',
            change: 'kinds',
            before: ['string'],
            after: ['null', 'string'],
            at: at(0.6),
          },
        ]
      : [],
  }
}

function take(fields: FieldSeen[], name: string, records: FixtureRecords, index: number): void {
  const { kind } = fixtureCell(records.payload(index), `$.${name}`)
  if (kind === 'missing') return
  const at = records.arrivals[index] ?? 0
  const known = fields.find((field) => field.name === name) ?? { name, path: `$.${name}`, records: 0, kinds: [], first: at, last: at }
  if (known.records === 0) fields.push(known)
  known.records += 1
  known.last = at
  const same = known.kinds.find((one) => one.kind === kind)
  if (same) same.records += 1
  else known.kinds.push({ kind, records: 1 })
}

/** What a path leads to in a payload. */
export function fixtureCell(payload: string, path: string): FieldCell {
  let value: unknown
  try {
    value = JSON.parse(payload.replace(/":(-?\d+(?:\.\d+)?)/g, '":{"number":"$1"}'))
  } catch {
    return cell('missing', '')
  }
  for (const [, index, quoted, name] of path.slice(1).matchAll(SEGMENT)) {
    const key = index ?? quoted ?? name ?? ''
    value = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined
  }
  if (value === undefined) return cell('missing', '')
  if (value === null) return cell('null', 'null')
  if (typeof value === 'boolean') return cell('bool', String(value))
  if (typeof value === 'string') return cell('string', value)
  const { number } = value as { number?: unknown }
  if (typeof number === 'string') return cell('number', number)
  const text = JSON.stringify(value).replace(/\{"number":"([^"]*)"\}/g, '$1')
  return cell(Array.isArray(value) ? 'array' : 'object', text)
}

const cell = (kind: FieldCell['kind'], text: string): FieldCell => ({
  kind,
  text: text.slice(0, MOST_CHARS),
  cut: text.length > MOST_CHARS,
  others: 0,
})
