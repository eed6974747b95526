// Which words fit where the cursor stands in a saga's definition: event types, paths, or keys of the format. It reads
// the line before the cursor only, and knows no editor.

export type WantedWords = { readonly kind: 'type' | 'path' | 'key' | 'step'; readonly from: number }

const TYPE_KEYS = /(?:^|[\s{,])(?:request|success|failure|on)\s*:\s*\[?(?:[^[\]{}:]*,)?\s*([\w.\-:/]*)$/
const PATH_START = /"(\$?[^"]*)$/
const STEP_KEYS = /(?:^|[\s{,])(?:after)\s*:\s*\[?(?:[^[\]{}:]*,)?\s*([\w-]*)$/
const KEY_START = /^\s*(?:- )?(\w*)$/

/** `from` is where the word begins in the line. */
export function wordsWanted(lineBeforeCursor: string): WantedWords | null {
  const at = (found: RegExpExecArray | null, kind: WantedWords['kind']): WantedWords | null =>
    found ? { kind, from: lineBeforeCursor.length - (found[1] ?? '').length } : null
  if (/^\s*#/.test(lineBeforeCursor)) return null
  return (
    at(PATH_START.exec(lineBeforeCursor), 'path') ??
    at(STEP_KEYS.exec(lineBeforeCursor), 'step') ??
    at(TYPE_KEYS.exec(lineBeforeCursor), 'type') ??
    at(KEY_START.exec(lineBeforeCursor), 'key')
  )
}

/** The format's own keys, as the published schema has them. */
export const DEFINITION_KEYS = [
  'apiVersion',
  'saga',
  'version',
  'description',
  'streams',
  'clock',
  'event',
  'correlate',
  'start',
  'steps',
  'abort',
  'outcomes',
  'compensation',
  'limits',
  'id',
  'after',
  'request',
  'success',
  'failure',
  'timeout',
  'retry',
  'count',
  'optional',
  'undo',
  'key',
  'paths',
  'aliases',
  'reuse',
  'type',
  'time',
  'cause',
  'source',
  'completed',
  'failed',
] as const

export const BUILT_IN_PATHS = ['@stream', '@shard', '@partitionKey', '@arrival'] as const

/** The steps that a text names. */
export const stepIdsOf = (text: string): string[] => [...text.matchAll(/^\s*- id:\s*([\w-]+)/gm)].map((found) => found[1] ?? '')

/** The name that a text gives its saga. */
export const sagaNameOf = (text: string): string | null => /^saga:\s*(["']?)([\w-]+)\1/m.exec(text)?.[2] ?? null
