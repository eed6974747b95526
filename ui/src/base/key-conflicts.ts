// Which commands keys would get into the way of: those that can be asked for at the same place with the same keys, or with
// keys that begin with them.
import type { KeyLine } from './keymap'

export interface KeyConflict {
  readonly line: KeyLine
  /** Those of its keys that are in the way. */
  readonly keys: string
}

/** Places within another; every other place is a screen of its own. */
const WITHIN: Readonly<Record<string, string>> = { grid: 'explore', timeline: 'explore', inspector: 'explore' }
/** A dialog keeps the window's keys out. */
const ALONE = new Set(['wizard'])

const screenOf = (scope: string): string => WITHIN[scope] ?? scope

export function meet(one: string, other: string): boolean {
  if (ALONE.has(one) || ALONE.has(other)) return one === other
  return one === 'window' || other === 'window' || screenOf(one) === screenOf(other)
}

/** `g` hides `g g`, and is hidden by nothing of its own. */
const clash = (one: string, other: string): boolean => one === other || one.startsWith(`${other} `) || other.startsWith(`${one} `)

/** The commands that would lose keys, or would keep these from working, if `line` had `keys`. */
export function conflictsOf(
  lines: readonly KeyLine[],
  keysOf: (line: KeyLine) => readonly string[],
  line: KeyLine,
  keys: string,
): KeyConflict[] {
  return lines
    .filter((other) => other.id !== line.id && meet(line.scope, other.scope))
    .flatMap((other) =>
      keysOf(other)
        .filter((theirs) => clash(keys, theirs))
        .map((theirs) => ({ line: other, keys: theirs })),
    )
}
