// A text that leads to a screen, and on the explorer's to a view: `kinescope://explore?in=…&filter=…`. It names no connection and
// carries no credentials. Whoever wrote one may mean harm: what is not written so as a whole is no link.
import { lookOf, spanOf, type Look, type WindowMode } from './look'
import type { TimeSpan } from './time-scale'

export interface Link {
  readonly screen: string
  /** Only on the explorer's screen. */
  readonly view: { readonly workspace: string; readonly look: Look } | null
}

export const SCHEME = 'kinescope:'
const LONGEST_LINK = 16_384
const VIEW_SCREEN = 'explore'
const NAMES = new Set(['in', 'capture', 'filter', 'range', 'window', 'last', 'record'])
/** May be there more than once. */
const MANY = 'capture'

export const isLink = (text: string): boolean => text.trimStart().toLowerCase().startsWith(SCHEME)

export function linkText({ screen, view }: Link): string {
  const address = `${SCHEME}//${screen}`
  if (!view) return address
  const { captures, filter, range, mode, window, record } = view.look
  const parts: [string, string][] = [['in', view.workspace], ...captures.map((id): [string, string] => [MANY, id])]
  if (filter !== '') parts.push(['filter', filter])
  if (range) parts.push(['range', spanText(range)])
  if (window) parts.push(['window', spanText(window)])
  else if (mode.kind === 'last') parts.push(['last', String(mode.millis)])
  if (record !== null) parts.push(['record', record])
  return `${address}?${new URLSearchParams(parts).toString()}`
}

/** Null: no link, or not one that this program writes. */
export function readLink(text: string): Link | null {
  const trimmed = text.trim()
  const found = trimmed.length > LONGEST_LINK ? null : /^kinescope:\/\/([a-z]{1,20})\/?(?:\?([^#\s]*))?$/i.exec(trimmed)
  const screen = found?.[1]?.toLowerCase()
  if (screen === undefined) return null
  const query = found?.[2]
  if (screen !== VIEW_SCREEN) return query === undefined || query === '' ? { screen, view: null } : null
  if (query === undefined) return { screen, view: null }
  const params = new URLSearchParams(query)
  const names = [...params.keys()]
  if (names.some((name, i) => !NAMES.has(name) || (name !== MANY && names.indexOf(name) !== i))) return null
  const workspace = params.get('in')
  const look = lookFrom(params)
  return workspace === null || workspace === '' || look === null ? null : { screen, view: { workspace, look } }
}

function lookFrom(params: URLSearchParams): Look | null {
  const [range, window] = [spanFrom(params.get('range')), spanFrom(params.get('window'))]
  if (range === undefined || window === undefined) return null
  const last = params.get('last')
  if (last !== null && (window !== null || !/^[1-9]\d{0,15}$/.test(last))) return null
  const mode: WindowMode = window ? { kind: 'fixed' } : last === null ? { kind: 'all' } : { kind: 'last', millis: Number(last) }
  return lookOf({ captures: params.getAll(MANY), filter: params.get('filter') ?? '', range, mode, window, record: params.get('record') })
}

const spanText = ({ from, until }: TimeSpan): string => `${from}..${until}`

/** Undefined: something else stands there. */
function spanFrom(text: string | null): TimeSpan | null | undefined {
  if (text === null) return null
  const found = /^(-?\d{1,16})\.\.(-?\d{1,16})$/.exec(text)
  return (found && spanOf(Number(found[1]), Number(found[2]))) ?? undefined
}
