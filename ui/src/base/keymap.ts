// The one registry of keys: commands with a scope, a title and their strokes, single ("/", "Mod+K") or in sequence
// ("g g"), which a person may change. Menus, tooltips, palette and the shortcut sheet read it; the window feeds it key
// events. It touches no DOM.
import { strokeText, type Stroke } from './key-text'

/** What is known of a command before its screen is there: its words, and the keys that it has if nobody chose others. */
export interface KeyLine {
  readonly id: string
  /** Where it works; "window" is everywhere. */
  readonly scope: string
  readonly title: () => string
  readonly group: () => string
  /** Strokes separated by blanks; several texts are alternatives. */
  readonly keys: readonly string[]
}

export interface Command extends KeyLine {
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

/** A command's own keys, by its id. */
export type OwnKeys = ReadonlyMap<string, readonly string[]>

/** The lines of one scope and group: title and usual keys under each id. */
export function keyLines<Id extends string>(
  scope: string,
  group: () => string,
  lines: Readonly<Record<Id, readonly [title: () => string, ...keys: string[]]>>,
): Readonly<Record<Id, KeyLine>> {
  const entries = Object.entries<readonly [() => string, ...string[]]>(lines)
  const made = entries.map(([id, [title, ...keys]]): [string, KeyLine] => [id, { id, scope, group, title, keys }])
  return Object.fromEntries(made) as Record<Id, KeyLine>
}

const SEQUENCE_PATIENCE_MILLIS = 1_200

export class Keymap {
  /** With their usual keys, and with those that they have. */
  #registered: readonly Command[] = []
  #commands: readonly Command[] = []
  #own: OwnKeys = new Map()
  #begun: { readonly text: string; readonly atMillis: number } | null = null
  #singleKeys = true

  /** Adds commands; the answer takes them out again. An id can be registered once. */
  register(commands: readonly Command[]): () => void {
    for (const command of commands) {
      if (this.#registered.some((known) => known.id === command.id)) throw new Error(`two commands are called ${command.id}`)
    }
    this.#take([...this.#registered, ...commands])
    return () => this.#take(this.#registered.filter((command) => !commands.includes(command)))
  }

  /** The keys that a person chose: commands that are not named have their usual ones. */
  remap(own: OwnKeys): void {
    this.#own = own
    this.#begun = null
    this.#take(this.#registered)
  }

  #take(registered: readonly Command[]): void {
    this.#registered = registered
    this.#commands = registered.map((command) => ({ ...command, keys: this.#own.get(command.id) ?? command.keys }))
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

/** A printable key without Ctrl, Cmd or Alt. */
const isTyping = (stroke: Stroke): boolean => stroke.key.length === 1 && !stroke.mod && !stroke.alt

/** Keys that a text field needs for itself, its own undoing among them; Escape and F-keys stay commands. */
const isFieldKey = (stroke: Stroke): boolean =>
  stroke.mod ? /^[zy]$/i.test(stroke.key) : !stroke.alt && /^(Arrow|Home|End|Page|Enter|Backspace|Delete|Tab)/.test(stroke.key)
