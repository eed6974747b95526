// The rules of a replay, applied to made-up records, so that before and after can be looked at. Rust holds the real ones.
import { atPath, filled, keyFrom, parsed, pathParts, textHash } from './memory-draft'
import type { ReplayRule, Rule } from './bindings'

const TRACE_FIELDS = ['traceparent', 'tracestate', 'traceId', 'spanId', 'X-Amzn-Trace-Id', 'sagaId'] as const
const ID_PATHS = ['$.eventId', '$.sagaId', '$.payload.orderId'] as const
const TIME_PATHS = ['$.timestamp'] as const
/** Longer than a double holds: kept as text while the JSON is open. */
const LONG_NUMBER = /(?<=[:[,]\s*)-?\d[\d.]{15,}(?=\s*[,\]}])/g
const KEPT = /"\u0001([^"]*)"/g

export interface Ruled {
  readonly text: string
  readonly key: string | null
  /** The names of the rules that changed something. */
  readonly by: readonly string[]
}

export interface RuledRecord {
  readonly text: string
  readonly key: string | null
  /** For a shift that makes the first record now. */
  readonly shiftMillis: number
  readonly seed: string
}

export function ruled(record: RuledRecord, rules: readonly ReplayRule[]): Ruled {
  let { text, key } = record
  const by: string[] = []
  for (const { name, on, rule } of rules) {
    if (!on) continue
    const next = once({ ...record, text, key }, rule)
    if (next.text !== text || next.key !== key) by.push(name)
    text = next.text
    key = next.key
  }
  return { text, key, by }
}

function once(record: RuledRecord, rule: Rule): { text: string; key: string | null } {
  const { text, key, seed } = record
  if (rule.kind === 'partitionKey') {
    const made = keyFrom(filled(rule.expression, 0, 0).text, parsed(text))
    return { text, key: made.missing === null ? made.key : key }
  }
  const value: unknown = parsed(text.replace(LONG_NUMBER, (number) => `"\\u0001${number}"`))
  const renamed = (old: string): string => newId(old, seed)
  const masked = (old: string): string => `masked-${textHash(old, 31).toString(16)}`
  const newKey =
    key === null ? null : rule.kind === 'newIds' && rule.andKey ? renamed(key) : rule.kind === 'mask' && rule.andKey ? masked(key) : key
  if (typeof value !== 'object' || value === null) return { text, key: newKey }
  const root = value as Record<string, unknown>
  switch (rule.kind) {
    case 'shiftTime':
      change(root, rule.paths.length > 0 ? rule.paths : TIME_PATHS, (old) => {
        const at = Date.parse(String(old))
        return Number.isNaN(at) ? old : new Date(at + (rule.deltaMillis ?? record.shiftMillis)).toISOString()
      })
      break
    case 'newIds':
      change(root, rule.paths.length > 0 ? rule.paths : ID_PATHS, (old) => renamed(String(old)))
      break
    case 'mask':
      change(root, rule.paths, (old) => masked(String(old)))
      break
    case 'set':
      put(root, rule.path, parsed(rule.value) ?? rule.value)
      break
    case 'remove':
      take(root, rule.path)
      break
    case 'rename': {
      const old = take(root, rule.path)
      const parent = pathParts(rule.path).slice(0, -1)
      if (old !== undefined) put(root, ['$', ...parent, rule.name].join('.'), old)
      break
    }
    case 'stripTrace':
      TRACE_FIELDS.slice(0, -1).forEach((field) => take(root, `$.${field}`))
      break
  }
  const changed = JSON.stringify(root)
    .replace(KEPT, '$1')
    .replace(/"\\u0001([^"]*)"/g, '$1')
  return { text: changed, key: newKey }
}

/** The prefix stays, so that a person sees what kind of id it is. */
function newId(old: string, seed: string): string {
  const prefix = /^([a-z]+-)+/i.exec(old)?.[0] ?? ''
  return `${prefix}${textHash(old + seed, 29)
    .toString(16)
    .padStart(8, '0')}`
}

function change(root: Record<string, unknown>, paths: readonly string[], to: (old: unknown) => unknown): void {
  for (const path of paths) {
    const old = atPath(root, path)
    if (old !== undefined && typeof old !== 'object') put(root, path, to(old))
  }
}

function put(root: Record<string, unknown>, path: string, value: unknown): void {
  const parts = pathParts(path)
  const last = parts.pop()
  if (last === undefined) return
  let at = root
  for (const part of parts) {
    if (typeof at[part] !== 'object' || at[part] === null) at[part] = {}
    at = at[part] as Record<string, unknown>
  }
  at[last] = value
}

function take(root: Record<string, unknown>, path: string): unknown {
  const parts = pathParts(path)
  const last = parts.pop() ?? ''
  const parent = parts.length === 0 ? root : atPath(root, parts.join('.'))
  if (typeof parent !== 'object' || parent === null) return undefined
  const held = parent as Record<string, unknown>
  const old = held[last]
  Reflect.deleteProperty(held, last)
  return old
}
