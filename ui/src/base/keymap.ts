// The one registry of keys: commands with a scope, a title and their strokes, single ("/", "Mod+K") or in sequence
// ("g g"). Menus, tooltips and the shortcut sheet read it; the window feeds it key events. It touches no DOM.

export interface Stroke {
  readonly key: string
  readonly mod: boolean
  readonly alt: boolean
  readonly shift: boolean
}

export interface Command {
  readonly id: string
  /** Where it works; "window" is everywhere. */
  readonly scope: string
  readonly title: () => string
  readonly group: () => string
  /** Strokes separated by blanks; several texts are alternatives. */
  readonly keys: readonly string[]
  readonly run: () => void
  /** Absent: always. */
  readonly enabled?: () => boolean
}

export interface KeyPress {
  readonly stroke: Stroke
  /** From the innermost to "window". */
  readonly scopes: readonly string[]
  readonly inTextField: boolean
  readonly atMillis: number
}

export type Outcome = { readonly kind: 'none' } | { readonly kind: 'pending' } | { readonly kind: 'command'; readonly command: Command }

const SEQUENCE_PATIENCE_MILLIS = 1_200

export class Keymap {
  #commands: Command[] = []
  #begun: { readonly text: string; readonly atMillis: number } | null = null
  #singleKeys = true

  /** Adds commands; the answer takes them out again. An id can be registered once. */
  register(commands: readonly Command[]): () => void {
    for (const command of commands) {
      if (this.#commands.some((known) => known.id === command.id)) throw new Error(`two commands are called ${command.id}`)
    }
    this.#commands = [...this.#commands, ...commands]
    return () => {
      this.#commands = this.#commands.filter((command) => !commands.includes(command))
    }
  }

  get commands(): readonly Command[] {
    return this.#commands
  }

  find(id: string): Command | undefined {
    return this.#commands.find((command) => command.id === id)
  }

  /** Off: keys without Ctrl, Cmd or Alt do nothing (WCAG 2.1.4), except Escape, arrows and other named keys. */
  setSingleKeys(on: boolean): void {
    this.#singleKeys = on
  }

  press(press: KeyPress): Outcome {
    const begun = this.#begun
    this.#begun = null
    const typed = strokeText(press.stroke)
    if (isTyping(press.stroke) && (press.inTextField || !this.#singleKeys)) return { kind: 'none' }
    if (press.inTextField && isFieldKey(press.stroke)) return { kind: 'none' }
    const candidates: string[] = []
    if (begun && press.atMillis - begun.atMillis <= SEQUENCE_PATIENCE_MILLIS) candidates.push(`${begun.text} ${typed}`)
    candidates.push(typed)
    for (const text of candidates) {
      for (const scope of press.scopes) {
        const command = this.#commands.find((c) => c.scope === scope && c.keys.includes(text) && (c.enabled?.() ?? true))
        if (command) return { kind: 'command', command }
      }
      if (this.#begins(text, press.scopes)) {
        this.#begun = { text, atMillis: press.atMillis }
        return { kind: 'pending' }
      }
    }
    return { kind: 'none' }
  }

  #begins(text: string, scopes: readonly string[]): boolean {
    return this.#commands.some((c) => scopes.includes(c.scope) && c.keys.some((keys) => keys.startsWith(`${text} `)))
  }
}

/** The registry's spelling: `g`, `G`, `?`, `Mod+k`, `Mod+Shift+z`, `Shift+F6`, `ArrowUp`. */
export function strokeText(stroke: Stroke): string {
  const named = stroke.key.length > 1
  const letters = stroke.mod || stroke.alt
  const key = named ? stroke.key : stroke.key === ' ' ? 'Space' : letters ? stroke.key.toLowerCase() : stroke.key
  const shift = stroke.shift && (named || letters || stroke.key === ' ')
  return `${stroke.mod ? 'Mod+' : ''}${stroke.alt ? 'Alt+' : ''}${shift ? 'Shift+' : ''}${key}`
}

/** A printable key without Ctrl, Cmd or Alt. */
const isTyping = (stroke: Stroke): boolean => stroke.key.length === 1 && !stroke.mod && !stroke.alt

/** Keys that a text field needs for itself, its own undoing among them; Escape and F-keys stay commands. */
const isFieldKey = (stroke: Stroke): boolean =>
  stroke.mod ? /^[zy]$/i.test(stroke.key) : !stroke.alt && /^(Arrow|Home|End|Page|Enter|Backspace|Delete|Tab)/.test(stroke.key)

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
