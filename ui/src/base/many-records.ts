// Several records as one text for other tools: lines of JSON, a table with commas, one Lambda event. Pure: what stands in
// the records comes from elsewhere, as text, and no number of a payload passes through a number here.

export interface RecordFacts {
  readonly arrival: number
  readonly stream: string
  readonly shard: string
  readonly sequence: string
  readonly partitionKey: string | null
  readonly eventType: string | null
  readonly sizeBytes: number
}

/** `json`: the payload where it is JSON; else its bytes in base64. */
export type ManyPayload = { readonly json: string } | { readonly base64: string }

/** JSON on one line: blanks outside strings are left out, and nothing else is touched. */
export const onOneLine = (json: string): string => json.replace(/("(?:[^"\\]|\\.)*")|\s+/g, (_, quoted: string | undefined) => quoted ?? '')

/** One object a record, as a line with its end. */
export function recordLine(facts: RecordFacts, payload: ManyPayload): string {
  const { arrival, stream, shard, sequence, partitionKey, eventType } = facts
  const told = { arrival: new Date(arrival).toISOString(), stream, shard, sequenceNumber: sequence, partitionKey, eventType }
  const data = 'json' in payload ? `"data":${onOneLine(payload.json)}` : `"dataBase64":${JSON.stringify(payload.base64)}`
  return `${JSON.stringify(told).slice(0, -1)},${data}}\n`
}

const HEAD = ['arrival', 'stream', 'shard', 'sequence number', 'partition key', 'type', 'size bytes', 'data'] as const

/** A table after RFC 4180, with the payloads' texts as its last column. */
export function recordTable(records: readonly { readonly facts: RecordFacts; readonly text: string }[]): string {
  const rows = records.map(({ facts, text }) => [
    new Date(facts.arrival).toISOString(),
    facts.stream,
    facts.shard,
    facts.sequence,
    facts.partitionKey ?? '',
    facts.eventType ?? '',
    String(facts.sizeBytes),
    text,
  ])
  return [HEAD, ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('')
}

/** What a spreadsheet would take for a formula is marked as text, as in every table that the program writes. */
function cell(value: string): string {
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

/** The events of single records as one event of all of them. */
export function lambdaEventOf(events: readonly string[]): string {
  const records = events.flatMap((text) => (JSON.parse(text) as { Records: unknown[] }).Records)
  return JSON.stringify({ Records: records })
}
