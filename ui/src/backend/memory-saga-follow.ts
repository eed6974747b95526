// Every made-up record that carries one value, as a saga without steps: what belongs together, and nothing judged.
import type { FixtureRecords } from './fixture'
import type { SagaDetail, SagaEvent } from './sagas'

const MOST_EVENTS = 10_000

export function followed(value: string, path: string, records: FixtureRecords): SagaDetail {
  const quoted = JSON.stringify(value)
  const events: SagaEvent[] = []
  for (let index = 0; index < records.length && events.length < MOST_EVENTS; index += 1) {
    const payload = records.payload(index)
    const byKey = records.partitionKey(index) === value
    if (byKey || payload.includes(quoted)) events.push(eventOf(index, events.length, payload, byKey ? '@partitionKey' : path, records))
  }
  const sources = [...new Set(events.map((event) => event.source))]
  const first = events[0]
  const last = events.at(-1)
  return {
    row: {
      key: value,
      life: 0,
      type: path,
      status: 'running',
      flags: { overdue: false, stuck: false, late: false, orphan: false, unknown: false },
      waitingFor: null,
      startedAt: first?.at ?? 0,
      durationMillis: (last?.at ?? 0) - (first?.at ?? 0),
      ended: false,
      events: events.length,
      streams: [...new Set(events.map((event) => event.stream))],
      findings: 0,
      steps: [],
    },
    sentence: `${events.length} events carry ${value}.`,
    aliases: [],
    unknowns: [],
    startCaptured: true,
    events,
    steps: [],
    obligations: [],
    findings: [],
    sequence: {
      lifelines: sources,
      messages: events.map((event, i) => ({
        from: sources.indexOf(event.source),
        to: sources.indexOf(events[i + 1]?.source ?? event.source),
        event: event.index,
        kind: event.stream === 'order-commands' ? 'command' : 'event',
      })),
    },
    graph: { nodes: [], edges: [] },
  }
}

function eventOf(index: number, place: number, payload: string, linked: string, records: FixtureRecords): SagaEvent {
  const row = records.row(index)
  return {
    index: place,
    record: row.id,
    type: row.eventType ?? '',
    source: /"(?:service|requestedBy)":"([^"]+)"/.exec(payload)?.[1] ?? row.stream,
    stream: row.stream,
    shard: row.shard,
    sequence: row.sequence,
    sub: row.subSequence ?? 0,
    part: null,
    at: row.arrival,
    arrival: row.arrival,
    step: null,
    role: 'other',
    effective: true,
    replayed: false,
    linked,
  }
}
