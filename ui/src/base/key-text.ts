// How keys are written: "g", "G", "?", "Mod+k", "Mod+Shift+z", "Shift+F6", "ArrowUp", and sequences with blanks between.
// What is kept of a person's keys is read here; everything that is not written so is refused.

export interface Stroke {
  readonly key: string
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
}

/** Strokes of one sequence. */
export const MOST_STROKES = 2

/** Shift is named only where the key itself does not tell it. */
export function strokeText(stroke: Stroke): string {
  const named = stroke.key.length > 1
  const letters = stroke.mod || stroke.alt
  const key = named ? stroke.key : stroke.key === ' ' ? 'Space' : letters ? stroke.key.toLowerCase() : stroke.key
  const shift = stroke.shift && (named || letters || stroke.key === ' ')
  return `${stroke.mod ? 'Mod+' : ''}${stroke.alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`
}

/** Keys that only change what others mean, and what a keyboard says while it has not made up its mind. */
const NO_STROKES = new Set(
  `Alt AltGraph CapsLock Control Dead Fn FnLock Hyper Meta Mod NumLock OS Process ScrollLock Shift Super Symbol SymbolLock
  Unidentified`.split(/\s+/),
)
const HELD = [
  ['Mod+', 'mod'],
  ['Alt+', 'alt'],
  ['Shift+', 'shift'],
] as const

/** Null: not written as `strokeText` writes it. */
export function parseStroke(text: string): Stroke | null {
  const held = { mod: false, alt: false, shift: false }
  let rest = text
  for (const [word, name] of HELD) {
    if (!rest.startsWith(word) || rest.length === word.length) continue
    held[name] = true
    rest = rest.slice(word.length)
  }
  const single = [...rest].length === 1 && !/[\s\p{C}]/u.test(rest)
  const named = /^[A-Z][A-Za-z0-9]{1,24}$/.test(rest) && !NO_STROKES.has(rest)
  if (!single && !named) return null
  const stroke = { ...held, key: rest === 'Space' ? ' ' : rest }
  return strokeText(stroke) === text ? stroke : null
}

/** A sequence; null where a stroke of it cannot be read, or where there are none or too many. */
export function parseKeys(text: string): Stroke[] | null {
  const strokes = text.split(' ').map(parseStroke)
  return strokes.length <= MOST_STROKES && strokes.every((stroke) => stroke !== null) ? strokes : null
}

/** A stroke as it is written if a command can have it; null for Shift alone and the like. */
export function recordable(stroke: Stroke): string | null {
  const text = strokeText(stroke)
  return parseStroke(text) === null ? null : text
}

const SYMBOLS: Readonly<Record<string, string>> = {
  ArrowUp: '↑',
  ArrowDown: '↓',
  ArrowLeft: '←',
  ArrowRight: '→',
  Escape: 'Esc',
  Enter: '⏎',
  PageUp: 'PgUp',
  PageDown: 'PgDn',
}

/** For people, a cap for each stroke: ["Ctrl+K"] or ["g", "g"]. */
export function keyCaps(keys: string, mac: boolean): string[] {
  return keys.split(' ').map((stroke) => {
    const parts = stroke.split(/\+(?=.)/)
    const last = parts.pop() ?? ''
    const key = SYMBOLS[last] ?? (parts.length > 0 && last.length === 1 ? last.toUpperCase() : last)
    const modifiers = parts.map((part) =>
      part === 'Mod' ? (mac ? '⌘' : 'Ctrl') : part === 'Alt' && mac ? '⌥' : part === 'Shift' && mac ? '⇧' : part,
    )
    return mac ? [...modifiers, key].join('') : [...modifiers, key].join('+')
  })
}
