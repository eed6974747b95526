// The keys that a person chose, kept beside the window's other settings; several windows agree on them. The registry works
// by them, and what shows a command's keys asks here.
import { parseKeys } from '../base/key-text'
import type { KeyLine, Keymap } from '../base/keymap'

const KEPT = 'kinescope.keys'
/** Of one command. */
export const MOST_KEYS = 4

type Own = ReadonlyMap<string, readonly string[]>

export class Keys {
  #own = $state.raw<Own>(new Map())

  constructor(readonly keymap: Keymap) {
    this.#take(read())
  }

  /** How many commands have other keys than usual. */
  get changed(): number {
    return this.#own.size
  }

  isChanged(line: KeyLine): boolean {
    return this.#own.has(line.id)
  }

  all(line: KeyLine): readonly string[] {
    return this.#own.get(line.id) ?? line.keys
  }

  /** What a tooltip or a menu shows: the first ones. A command of another screen is named by its id. */
  of(line: KeyLine | string): string | undefined {
    const own = this.#own
    if (typeof line !== 'string') return (own.get(line.id) ?? line.keys)[0]
    return (own.get(line) ?? this.keymap.find(line)?.keys ?? [])[0]
  }

  /** None at all is a choice too. Its usual keys are no choice. */
  set(line: KeyLine, keys: readonly string[]): void {
    const own = new Map(this.#own)
    if (keys.join('\n') === line.keys.join('\n')) own.delete(line.id)
    else own.set(line.id, keys.slice(0, MOST_KEYS))
    this.#keep(own)
  }

  reset(line: KeyLine): void {
    this.set(line, line.keys)
  }

  resetAll(): void {
    this.#keep(new Map())
  }

  /** Hears what another window keeps; the answer stops it. */
  watch(): () => void {
    const take = (event: StorageEvent): void => {
      if (event.key === KEPT || event.key === null) this.#take(read())
    }
    window.addEventListener('storage', take)
    return () => window.removeEventListener('storage', take)
  }

  #keep(own: Own): void {
    this.#take(own)
    try {
      localStorage.setItem(KEPT, JSON.stringify(Object.fromEntries(own)))
    } catch {
      // without storage the choice lasts as long as the window
    }
  }

  #take(own: Own): void {
    this.#own = own
    this.keymap.remap(own)
  }
}

/** What was kept, as far as it is keys: another version's, or somebody's by hand, may be anything. */
function read(): Own {
  const own = new Map<string, readonly string[]>()
  try {
    const found: unknown = JSON.parse(localStorage.getItem(KEPT) ?? '{}')
    if (typeof found !== 'object' || found === null) return own
    for (const [id, keys] of Object.entries(found)) {
      if (!Array.isArray(keys) || keys.length > MOST_KEYS) continue
      const texts: readonly unknown[] = keys
      const read = texts.filter((text): text is string => typeof text === 'string' && parseKeys(text) !== null)
      if (read.length === texts.length) own.set(id, read)
    }
  } catch {
    // unreadable keys are the usual ones
  }
  return own
}
