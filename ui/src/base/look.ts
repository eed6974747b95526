// What reopens a view of the explorer: which captures, through which filter, in which range and window of time, and at which
// record. Kept tabs and links are read here, and nothing that is not such a look is taken.
import { span, type TimeSpan } from './time-scale'

export type WindowMode = { readonly kind: 'last'; readonly millis: number } | { readonly kind: 'all' } | { readonly kind: 'fixed' }

export interface Look {
  /** None: the whole workspace. */
  readonly captures: readonly string[]
  readonly filter: string
  readonly range: TimeSpan | null
  readonly mode: WindowMode
  /** Only where the mode is fixed: the others move with the clock. */
  readonly window: TimeSpan | null
  readonly record: string | null
}

export const USUAL_LOOK: Look = {
  captures: [],
  filter: '',
  range: null,
  mode: { kind: 'last', millis: 900_000 },
  window: null,
  record: null,
}

const MOST_CAPTURES = 64
const LONGEST_NAME = 200
const LONGEST_FILTER = 10_000
/** As far as a date reaches. */
const LAST_MILLIS = 8.64e15

const isTime = (value: unknown): value is number => Number.isSafeInteger(value) && Math.abs(value as number) <= LAST_MILLIS
const isName = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && value.length <= LONGEST_NAME && !/\p{Cc}/u.test(value)

/** Null: no span of time. */
export function spanOf(from: unknown, until: unknown): TimeSpan | null {
  return isTime(from) && isTime(until) && from < until ? span(from, until) : null
}

const fields = (value: unknown): Record<string, unknown> => (typeof value === 'object' && value !== null ? { ...value } : {})

function modeOf(value: unknown): WindowMode | null {
  const { kind, millis } = fields(value)
  if (kind === 'all' || kind === 'fixed') return { kind }
  return kind === 'last' && isTime(millis) && millis > 0 ? { kind, millis } : null
}

function optionalSpan(value: unknown): TimeSpan | null | undefined {
  if (value === null) return null
  const { from, until } = fields(value)
  return spanOf(from, until) ?? undefined
}

/** Whatever was kept, if it is a look; null if anything of it is not. */
export function lookOf(value: unknown): Look | null {
  const { captures, filter, record, ...rest } = fields(value)
  const [range, window, mode] = [optionalSpan(rest['range']), optionalSpan(rest['window']), modeOf(rest['mode'])]
  if (!Array.isArray(captures) || captures.length > MOST_CAPTURES || !captures.every(isName)) return null
  if (typeof filter !== 'string' || filter.length > LONGEST_FILTER) return null
  if (record !== null && !isName(record)) return null
  if (range === undefined || window === undefined || mode === null || (mode.kind === 'fixed') !== (window !== null)) return null
  return { captures, filter, range, mode, window, record }
}
