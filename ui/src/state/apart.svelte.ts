// The inspector's own window, as both windows see it. While it is open the main window docks no inspector, and the other one
// follows the record that is selected in the tab with the keyboard. One that was open when the program ended is opened again.
import { asFault, type CommandFault, type InspectorWindow, type InspectorWord } from '../backend'

const KEPT = 'kinescope.apart'

export interface ApartHands {
  readonly tell: (fault: CommandFault) => void
  /** Selects the record so many rows on. */
  readonly move: (rows: number) => void
}

export class Apart {
  open = $state(false)
  #shown: string | null = null

  constructor(
    readonly commands: InspectorWindow | null,
    readonly hands: ApartHands,
    /** This page is that window's. */
    readonly own = false,
  ) {}

  get offered(): boolean {
    return this.commands !== null && !this.own
  }

  /** Opens it on a record, if one is selected; where it is open it comes to the front. */
  async take(record: string | null): Promise<void> {
    this.#shown = record
    await this.#ask((commands) => commands.open(record, (word) => this.#hear(word)))
  }

  /** As the last run of the program left it. */
  async again(record: string | null): Promise<void> {
    if (this.offered && wasOpen()) await this.take(record)
  }

  /** Another record is selected, or none. */
  follow(record: string | null): void {
    if (!this.open || record === this.#shown) return
    this.#shown = record
    void this.#ask((commands) => commands.show(record))
  }

  /** From its own window: another record. */
  async step(forward: boolean): Promise<void> {
    await this.#ask((commands) => commands.step(forward))
  }

  async leave(): Promise<void> {
    await this.#ask((commands) => commands.close())
  }

  #hear(word: InspectorWord): void {
    if (word === 'previous' || word === 'next') return this.hands.move(word === 'next' ? 1 : -1)
    this.open = word === 'opened'
    keep(this.open)
  }

  async #ask(act: (commands: InspectorWindow) => Promise<void>): Promise<void> {
    if (!this.commands) return
    try {
      await act(this.commands)
    } catch (thrown) {
      this.hands.tell(asFault(thrown))
    }
  }
}

function keep(open: boolean): void {
  try {
    if (open) localStorage.setItem(KEPT, 'open')
    else localStorage.removeItem(KEPT)
  } catch {
    // without storage the next start opens the main window only
  }
}

function wasOpen(): boolean {
  try {
    return localStorage.getItem(KEPT) === 'open'
  } catch {
    return false
  }
}
