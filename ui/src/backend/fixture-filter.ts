// A small reading of the filter's language for memory.ts: type:, key:, shard:, stream:, size:>, a minus sign and plain words.
// The real grammar and its one evaluator are in Rust; this only lets the page be tried without it.
import { filterValue, shortShard } from '../base/words'
import type { FilterCheck, FilterCompletion, RecordRow } from './bindings'
import type { FixtureRecords } from './fixture'

type Test = (records: FixtureRecords, index: number) => boolean

const TERM = /(-?)(?:(\w+):)?("[^"]*"|\S+)/g
const FIELDS = ['type', 'key', 'shard', 'stream', 'size'] as const
const KNOWN: readonly string[] = [...FIELDS, 'has']
const PATHS: readonly string[] = ['payload.amount', 'payload.coupon', 'payload.lines[0].sku', 'payload.orderId', 'sagaId', 'timestamp']

const STEPS: readonly string[] = ['fields', 'display', 'filter', 'stats', 'sort', 'limit', 'dedup', 'parse']
const CALLS: readonly string[] = ['count(*)', 'avg(', 'pct(', 'bin(1m)', 'strlen(', 'by']

export function checkedFixtureFilter(text: string): FilterCheck {
  for (const match of text.matchAll(TERM)) {
    const field = match[2]
    if (field !== undefined && !KNOWN.includes(field)) {
      return {
        canonical: null,
        fault: { start: match.index, end: match.index + field.length + 1, message: `There is no field called “${field}”.` },
        tokens: [],
      }
    }
    if ((match[3] ?? '').startsWith('"') && (match[3] ?? '').length === 1) {
      return { canonical: null, fault: { start: match.index, end: text.length, message: 'The quotation is not closed.' }, tokens: [] }
    }
  }
  return { canonical: text.trim().replace(/\s+/g, ' '), fault: null, tokens: [...fixtureTokens(text)] }
}

function* fixtureTokens(text: string): Generator<FilterCheck['tokens'][number]> {
  for (const match of text.matchAll(TERM)) {
    const [whole, minus = '', field] = match
    let start = match.index
    if (minus) yield { start, end: (start += 1), kind: 'keyword' }
    if (field !== undefined) {
      yield { start, end: (start += field.length), kind: 'attribute' }
      yield { start, end: (start += 1), kind: 'operator' }
    }
    yield { start, end: match.index + whole.length, kind: whole.endsWith('"') ? 'quoted' : 'text' }
  }
}

/** Offers the names of fields for the word before the cursor. */
export function fixtureCompletion(text: string, cursor: number): FilterCompletion {
  const start = text.lastIndexOf(' ', cursor - 1) + 1
  const typed = text.slice(start, cursor)
  const asked = /^has:(.*)$/.exec(typed)?.[1]
  if (asked !== undefined) {
    const offers = PATHS.filter((path) => path.toLowerCase().includes(asked.toLowerCase()))
    return { start: cursor - asked.length, end: cursor, offers: offers.map((path) => ({ text: path, kind: 'field', records: 300 })) }
  }
  const names = FIELDS.map((field) => `${field}:`).filter((name) => typed !== '' && name.startsWith(typed) && name !== typed)
  return { start, end: cursor, offers: names.map((name) => ({ text: name, kind: 'attribute', records: 0 })) }
}

/** Steps at their beginning, a filter's own in a filter, else fields and what is called. */
export function fixtureQuestionCompletion(text: string, cursor: number): FilterCompletion {
  const before = text.slice(0, cursor)
  const filter = /(?:^|\|)\s*filter\s([^|]*)$/.exec(before)?.[1]
  if (filter !== undefined) {
    const moved = cursor - filter.length
    const { start, offers } = fixtureCompletion(filter, filter.length)
    return { start: moved + start, end: cursor, offers }
  }
  const typed = /[\w.@]*$/.exec(before)?.[0] ?? ''
  const rest = before.slice(0, before.length - typed.length).trimEnd()
  const isStep = rest === '' || rest.endsWith('|')
  const words = isStep ? STEPS : [...CALLS, ...PATHS]
  const offers = words
    .filter((word) => word.startsWith(typed))
    .map((word) => ({
      text: isStep ? `${word} ` : word,
      kind: PATHS.includes(word) ? ('field' as const) : ('keyword' as const),
      records: PATHS.includes(word) ? 300 : 0,
    }))
  return { start: cursor - typed.length, end: cursor, offers }
}

/** A path's value is found as a word, as this reading knows no fields. */
export function fixtureNarrowed(text: string, record: RecordRow, field: string, exclude: boolean): string {
  const value = { '@type': record.eventType, '@key': record.partitionKey, '@stream': record.stream, '@shard': shortShard(record.shard) }[
    field
  ]
  const name = value === undefined ? '' : `${field.slice(1)}:`
  const word = value ?? new RegExp(`"${field.split('.').at(-1)}":"?([^",}]*)`).exec(record.preview)?.[1] ?? ''
  const term = `${name}${filterValue(word)}`
  const others = text.split(' ').filter((one) => one !== '' && one !== term && one !== `-${term}`)
  return [...others, `${exclude ? '-' : ''}${term}`].join(' ')
}

/** As terms between blanks, which is all that this reading knows. */
export function fixtureToggled(text: string, conditions: string): string {
  const [standing, wanted] = [text, conditions].map((one) => [...one.matchAll(TERM)].map(([term]) => term)) as [string[], string[]]
  const next = wanted.every((term) => standing.includes(term))
    ? standing.filter((term) => !wanted.includes(term))
    : [...standing, ...wanted.filter((term) => !standing.includes(term))]
  return next.join(' ')
}

/** Null matches everything. */
export function fixtureTest(text: string): Test | null {
  const tests: Test[] = []
  for (const [, minus, field, raw = ''] of text.matchAll(TERM)) {
    const test = term(field, raw.replace(/^"|"$/g, ''))
    tests.push(minus === '-' ? (records, index) => !test(records, index) : test)
  }
  return tests.length === 0 ? null : (records, index) => tests.every((test) => test(records, index))
}

function term(field: string | undefined, value: string): Test {
  const like = (text: string | null): boolean => (value.endsWith('*') ? (text ?? '').startsWith(value.slice(0, -1)) : text === value)
  switch (field) {
    case 'type':
      return (records, index) => like(records.eventType(index))
    case 'key':
      return (records, index) => like(records.partitionKey(index))
    case 'stream':
      return (records, index) => like(records.lanes[records.laneOf[index] ?? 0]?.stream ?? '')
    case 'shard':
      return (records, index) =>
        value.split(',').some((shard) => Number(records.lanes[records.laneOf[index] ?? 0]?.short) === Number(shard))
    case 'size':
      return (records, index) => records.payload(index).length > Number(value.replace(/\D/g, ''))
    case 'has':
      return (records, index) => records.payload(index).includes(`"${value.split('.').at(-1) ?? ''}":`)
    default:
      return (records, index) => records.payload(index).toLowerCase().includes(value.toLowerCase())
  }
}
