// The inspector's own window, as both windows see it. While it is open the main window docks no inspector, and the other one
// follows the record that is selected in the tab with the keyboard.
import { asFault, type CommandFault, type InspectorWindow } from '../backend'

export class Apart {
  open = $state(false)
  #shown: string | null = null

  constructor(
    readonly commands: InspectorWindow | null,
    readonly tell: (fault: CommandFault) => void,
    /** This page is that window's. */
    readonly own = false,
  ) {}

  get offered(): boolean {
    return this.commands !== null && !this.own
  }

  /** Opens it on a record; where it is open it comes to the front. */
  async take(record: string): Promise<void> {
    this.#shown = record
    await this.#ask((commands) => commands.open(record, (open) => (this.open = open)))
  }

  /** Another record is selected, or none. */
  follow(record: string | null): void {
    if (!this.open || record === this.#shown) return
    this.#shown = record
    void this.#ask((commands) => commands.show(record))
  }

  async leave(): Promise<void> {
    await this.#ask((commands) => commands.close())
  }

  async #ask(act: (commands: InspectorWindow) => Promise<void>): Promise<void> {
    if (!this.commands) return
    try {
      await act(this.commands)
    } catch (thrown) {
      this.tell(asFault(thrown))
    }
  }
}
