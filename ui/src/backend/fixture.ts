// Made-up records for memory.ts: an order flow over three streams and nine shards, each record computed from its index,
// so that a million need a few megabytes. The same seed gives the same records. Nothing of it reaches a release build.
import type { Lane, RecordRow } from './bindings'

const STREAMS = [
  { name: 'order-commands', shards: 4 },
  { name: 'order-events', shards: 5 },
  { name: 'user-events', shards: 1 },
] as const

const EVENTS = [
  'ORDER_CREATED',
  'INVENTORY_RESERVED',
  'PAYMENT_PROCESSED',
  'ORDER_SHIPPED',
  'CUSTOMER_NOTIFIED',
  'ORDER_COMPLETED',
  'PAYMENT_FAILED',
  'INVENTORY_RELEASED',
  'ORDER_CANCELLED',
  'SHIPPING_FAILED',
] as const
const COMMANDS = ['RESERVE_INVENTORY', 'PROCESS_PAYMENT', 'SHIP_ORDER', 'RELEASE_INVENTORY'] as const

/** What is odd about a record, so that every state of the window can be seen. */
const HOSTILE_KEYS = ['user-\u202Eevil', '<img src=x onerror=alert(1)>', 'NUL␀key'] as const

export interface FixtureLane extends Lane {
  share: number
}

/** A record that says something of its own, in the place of a made-up one. */
export interface PlantedRecord {
  readonly stream: string
  readonly key: string
  readonly eventType: string
  readonly arrival: number
  readonly payload: string
}

export function fixtureLanes(): FixtureLane[] {
  const lanes: FixtureLane[] = []
  for (const stream of STREAMS) {
    for (let shard = 0; shard < stream.shards; shard += 1) {
      const child = stream.name === 'order-events' && shard === 4
      lanes.push({
        lane: lanes.length,
        stream: stream.name,
        shard: `shardId-${String(shard).padStart(12, '0')}`,
        short: String(shard),
        parents: child ? ['shardId-000000000001'] : [],
        closed: false,
        records: 0,
        share: stream.name === 'user-events' ? 0.3 : shard === 2 ? 2.4 : 1,
      })
    }
  }
  return lanes
}

/** A hash of an integer, spread over 32 bits. */
export function mixed(n: number, salt = 0): number {
  let h = (n ^ Math.imul(salt + 1, 0x9e3779b9)) >>> 0
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0
  return (h ^ (h >>> 16)) >>> 0
}

/** The records, by index in the order of arrival. */
export class FixtureRecords {
  readonly lanes = fixtureLanes()
  arrivals: Float64Array
  laneOf: Uint8Array
  length = 0
  readonly planted = new Map<number, PlantedRecord>()
  readonly #plantedAs = new Map<string, number>()
  readonly #shares: number[] = []

  constructor(capacity: number) {
    this.arrivals = new Float64Array(Math.max(1024, capacity))
    this.laneOf = new Uint8Array(Math.max(1024, capacity))
    let sum = 0
    for (const lane of this.lanes) this.#shares.push((sum += lane.share))
  }

  append(arrival: number): void {
    if (this.length === this.arrivals.length) this.#grow()
    const index = this.length
    this.arrivals[index] = arrival
    const lane = this.#laneFor(index)
    this.laneOf[index] = lane
    const counted = this.lanes[lane]
    if (counted) counted.records += 1
    this.length += 1
  }

  /** Takes the place of the first made-up record at or after its time, once for each name; answers the index. */
  plant(name: string, record: PlantedRecord): number {
    const known = this.#plantedAs.get(name)
    if (known !== undefined) return known
    let index = this.rowAt(record.arrival)
    if (this.planted.has(index) && index > 0 && !this.planted.has(index - 1)) index -= 1
    while (this.planted.has(index)) index += 1
    if (index >= this.length) this.append(record.arrival)
    this.arrivals[index] = Math.max(record.arrival, this.arrivals[index - 1] ?? 0)
    const lanes = this.lanes.filter((lane) => lane.stream === record.stream)
    const lane = lanes[mixed(record.key.length + (record.key.codePointAt(record.key.length - 1) ?? 0), 5) % lanes.length]
    const before = this.lanes[this.laneOf[index] ?? 0]
    if (before) before.records -= 1
    if (lane) {
      lane.records += 1
      this.laneOf[index] = lane.lane
    }
    this.planted.set(index, record)
    this.#plantedAs.set(name, index)
    return index
  }

  /** History at an uneven rate: a slow wave, a burst, and a stretch without any. */
  fill(count: number, from: number, until: number): void {
    const steps = 720
    const weight = (step: number): number => {
      const at = step / steps
      if (at > 0.41 && at < 0.47) return 0
      const burst = Math.exp(-(((at - 0.71) / 0.018) ** 2)) * 6
      return 1.2 + Math.sin(at * 21) * 0.5 + Math.sin(at * 67) * 0.3 + burst + (mixed(step, 3) % 100) / 160
    }
    let whole = 0
    for (let step = 0; step < steps; step += 1) whole += weight(step)
    let debt = 0
    for (let step = 0; step < steps; step += 1) {
      debt += (weight(step) / whole) * count
      const here = Math.min(Math.floor(debt), count - this.length)
      debt -= here
      const start = from + ((until - from) * step) / steps
      const gap = (until - from) / steps / Math.max(1, here)
      for (let i = 0; i < here; i += 1) this.append(Math.floor(start + gap * i))
    }
  }

  /** The first index at or after a time. */
  rowAt(time: number): number {
    let low = 0
    let high = this.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((this.arrivals[middle] ?? 0) < time) low = middle + 1
      else high = middle
    }
    return low
  }

  eventType(index: number): string | null {
    const planted = this.planted.get(index)
    if (planted) return planted.eventType
    const lane = this.lanes[this.laneOf[index] ?? 0]
    const pick = mixed(index, 7) % 1000
    if (mixed(index, 11) % 997 === 0) return null
    if (lane?.stream === 'user-events') return 'USER_REGISTERED'
    if (lane?.stream === 'order-commands') return COMMANDS[pick < 940 ? pick % 3 : 3] ?? null
    return EVENTS[pick < 930 ? pick % 6 : 6 + (pick % 4)] ?? null
  }

  row(index: number): RecordRow {
    const lane = this.lanes[this.laneOf[index] ?? 0]
    const binary = this.eventType(index) === null
    const payload = this.payload(index)
    return {
      id: String(index + 1),
      arrival: this.arrivals[index] ?? 0,
      lane: lane?.lane ?? 0,
      stream: lane?.stream ?? '',
      shard: lane?.shard ?? '',
      sequence: `4965960001234567890123456789012345678901${String(index).padStart(16, '0')}`,
      subSequence: !this.planted.has(index) && mixed(index, 17) % 41 === 0 ? mixed(index, 18) % 12 : null,
      partitionKey: this.partitionKey(index),
      eventType: this.eventType(index),
      sizeBytes: binary ? 88 : payload.length,
      format: binary ? 'binary' : 'json',
      preview: binary
        ? '0a 0c 6f 72 64 2d 37 39 31 39 12 04 53 4b 55 31 1a 08 00 00 00 00 40 8f 52 c0 22'
        : payload.replace(/\s+/g, ' ').slice(0, 256),
      outsideRange: !this.planted.has(index) && mixed(index, 23) % 523 === 0,
      damagedAggregate: !this.planted.has(index) && mixed(index, 29) % 1511 === 0,
      replayed: false,
    }
  }

  partitionKey(index: number): string {
    const planted = this.planted.get(index)
    if (planted) return planted.key
    const odd = mixed(index, 13) % 1201
    return HOSTILE_KEYS[odd] ?? `user-${1000 + (mixed(index, 5) % 400)}`
  }

  payload(index: number): string {
    const planted = this.planted.get(index)
    if (planted) return planted.payload
    const order = `ord-${7000 + (mixed(index, 9) % 3000)}`
    const lines = Array.from(
      { length: 1 + (mixed(index, 31) % 4) },
      (_, line) =>
        `{"sku":"SKU-${mixed(index + line, 37) % 90}","quantity":${1 + (mixed(line, index) % 5)},"price":${(mixed(index + line, 41) % 20000) / 100}}`,
    )
    const at = new Date(this.arrivals[index] ?? 0).toISOString()
    return `{"eventId":"${mixed(index, 43).toString(16)}-${mixed(index, 47).toString(16)}","eventType":"${this.eventType(index) ?? 'UNKNOWN'}","timestamp":"${at}","sagaId":"saga-${order}","payload":{"orderId":"${order}","userId":"${this.partitionKey(index).replace(/[<>"]/g, '')}","amount":5129900000000000001.${String(index % 100).padStart(2, '0')},"currency":"EUR","express":${index % 3 === 0},"coupon":null,"lines":[${lines.join(',')}]}}`
  }

  #laneFor(index: number): number {
    const total = this.#shares.at(-1) ?? 1
    const at = (mixed(index, 1) / 2 ** 32) * total
    return Math.max(
      0,
      this.#shares.findIndex((share) => at < share),
    )
  }

  #grow(): void {
    const arrivals = new Float64Array(this.arrivals.length * 2)
    arrivals.set(this.arrivals)
    this.arrivals = arrivals
    const lanes = new Uint8Array(this.laneOf.length * 2)
    lanes.set(this.laneOf)
    this.laneOf = lanes
  }
}

/** Streams that nothing is written to. */
export const idleNames = (count: number): string[] =>
  Array.from({ length: count }, (_, i) => `team-${i % 40}-stream-${String(i).padStart(4, '0')}`)
