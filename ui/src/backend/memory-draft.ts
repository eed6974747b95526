// How memory-writes.ts reads a message: variables, keys out of the payload, and a made-up hash in place of MD5. The
// program's own reading is in Rust; this only lets the page be tried without it.
import { mixed } from './fixture'
import type { Draft, DraftEncoding, DraftPreview, DraftProblem, TargetShard } from './bindings'

export const HASH_SPACE = 1n << 128n
export const RECORD_LIMIT_BYTES = 1_048_576
export const PUT_UNIT_BYTES = 25_600
const KEY_LIMIT = 256
/** About what packing makes of a payload. */
const SIZES_AFTER: Readonly<Record<DraftEncoding, number>> = { none: 1, gzip: 0.6, zlib: 0.58, zstd: 0.55, base64: 4 / 3 }
const VARIABLE = /\{\{([^{}]*)\}\}/g

export const sizeOf = (text: string): number => new TextEncoder().encode(text).length

/** 32 bits out of a text. */
export function textHash(text: string, salt = 0): number {
  let hash = mixed(text.length, salt)
  for (let i = 0; i < text.length; i += 1) hash = mixed(hash ^ text.charCodeAt(i), salt)
  return hash
}

export function hashKeyOf(key: string): string {
  let hash = 0n
  for (let part = 0; part < 4; part += 1) hash = (hash << 32n) | BigInt(textHash(key, 100 + part))
  return String(hash)
}

export function evenShards(count: number): TargetShard[] {
  const at = (i: number): bigint => (HASH_SPACE * BigInt(i)) / BigInt(count)
  return Array.from({ length: count }, (_, i) => ({
    shard: `shardId-${String(i).padStart(12, '0')}`,
    startHash: String(at(i)),
    endHash: String(at(i + 1) - 1n),
  }))
}

export const shardOfHash = (shards: readonly TargetShard[], hash: string): string | null =>
  shards.find((one) => BigInt(one.startHash) <= BigInt(hash) && BigInt(hash) <= BigInt(one.endHash))?.shard ?? null

export function filled(text: string, index: number, now: number): { text: string; unknown: string | null } {
  let place = 0
  let unknown: string | null = null
  const made = text.replace(VARIABLE, (whole, inside: string) => {
    const value = variable(inside.trim(), index, now, place)
    if (value === null) unknown ??= whole
    place += 1
    return value ?? whole
  })
  return { text: made, unknown }
}

function variable(name: string, index: number, now: number, place: number): string | null {
  if (name === 'seq') return String(index + 1)
  if (name === 'uuid') {
    const hex = [0, 1, 2, 3]
      .map((part) =>
        mixed(index * 7 + place, 200 + part)
          .toString(16)
          .padStart(8, '0'),
      )
      .join('')
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-9${hex.slice(17, 20)}-${hex.slice(20)}`
  }
  const time = /^now(?:([+-])(\d+)(ms|s|m|h|d))?$/.exec(name)
  if (time) {
    const unit = { ms: 1, s: 1e3, m: 6e4, h: 3.6e6, d: 8.64e7 }[time[3] ?? 's'] ?? 0
    return new Date(now + Number(time[2] ?? 0) * unit * (time[1] === '-' ? -1 : 1)).toISOString()
  }
  const random = /^random:(-?\d+)\.\.(-?\d+)$/.exec(name)
  if (!random) return null
  const [low, high] = [Number(random[1]), Number(random[2])]
  return String(low + (mixed(index + place, 211) % Math.max(1, high - low + 1)))
}

/** `{$.payload.orderId}` in a key, taken out of the payload. */
export function keyFrom(pattern: string, payload: unknown): { key: string; missing: string | null } {
  let missing: string | null = null
  const key = pattern.replace(/\{(\$[^{}]*)\}/g, (_, path: string) => {
    const found = atPath(payload, path)
    if (found === undefined || found === null || typeof found === 'object') missing ??= path
    return String(found)
  })
  return { key, missing }
}

export const pathParts = (path: string): string[] =>
  path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((part) => part !== '')

export function atPath(value: unknown, path: string): unknown {
  return pathParts(path).reduce<unknown>(
    (at, part) => (typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[part] : undefined),
    value,
  )
}

export function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export function previewed(draft: Draft, shards: readonly TargetShard[], now: number, index = 0): DraftPreview {
  const problems: DraftProblem[] = []
  const problem = (field: DraftProblem['field'], message: string, at: { line: number; column: number } | null = null): void => {
    problems.push({ field, message, line: at?.line ?? null, column: at?.column ?? null })
  }
  const body = draft.asItIs ? { text: draft.text, unknown: null } : filled(draft.text, index, now)
  if (body.unknown) problem('text', `There is no variable ${body.unknown}.`, placeOf(draft.text, draft.text.indexOf(body.unknown)))
  if (draft.format === 'json') {
    const fault = jsonFault(body.text)
    if (fault) problem('text', fault.message, fault.at)
  }
  if (draft.format === 'base64' && !/^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(body.text)) problem('text', 'This is not base64.')
  const plainBytes = draft.format === 'base64' ? Math.floor((body.text.replace(/[\s=]/g, '').length * 3) / 4) : sizeOf(body.text)
  const keyText = draft.asItIs ? { text: draft.key, unknown: null } : filled(draft.key, index, now)
  const { key, missing } = draft.asItIs ? { key: draft.key, missing: null } : keyFrom(keyText.text, parsed(body.text))
  if (keyText.unknown) problem('key', `There is no variable ${keyText.unknown}.`)
  if (missing) problem('key', `The payload has no text or number at ${missing}.`)
  else if (key === '') problem('key', 'A record needs a partition key.')
  else if (key.length > KEY_LIMIT) problem('key', `The key has ${key.length} characters; Kinesis takes ${KEY_LIMIT}.`)
  const explicit = draft.explicitHashKey
  const explicitFits = explicit !== null && /^\d{1,39}$/.test(explicit) && BigInt(explicit) < HASH_SPACE
  if (explicit !== null && !explicitFits) problem('hashKey', 'A hash key is a number from 0 to 2¹²⁸ − 1.')
  const sizeBytes = Math.ceil(plainBytes * SIZES_AFTER[draft.encoding]) + sizeOf(key)
  if (sizeBytes > RECORD_LIMIT_BYTES) problem('text', 'The record is larger than the stream takes.')
  const hashKey = explicitFits && explicit !== null ? explicit : hashKeyOf(key)
  const single = Math.ceil(Math.max(1, sizeBytes) / PUT_UNIT_BYTES) * draft.repeat
  const putUnits = draft.aggregate ? Math.ceil((sizeBytes * draft.repeat) / PUT_UNIT_BYTES) : single
  return {
    text: body.text,
    key,
    hashKey,
    shard: shardOfHash(shards, hashKey),
    sizeBytes,
    plainBytes,
    limitBytes: RECORD_LIMIT_BYTES,
    problems,
    putUnits,
    putUnitsSaved: single - putUnits,
    moment: String(now),
  }
}

function jsonFault(text: string): { message: string; at: { line: number; column: number } } | null {
  try {
    JSON.parse(text)
    return null
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : ''
    const position = Number(/position (\d+)/.exec(said)?.[1] ?? text.length)
    const what = said
      .replace(/ in JSON at position.*/s, '')
      .replace(/,? ?"[^"]*".*is not valid JSON/s, '')
      .replace(/[,.\s]+$/, '')
    return { message: `Not JSON: ${what === '' ? 'it ends too early' : what}.`, at: placeOf(text, position) }
  }
}

function placeOf(text: string, position: number): { line: number; column: number } {
  const before = text.slice(0, position).split('\n')
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 }
}
