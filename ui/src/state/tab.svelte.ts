// One tab of the explorer: a view with its own filter, range, time and selection, and its own way back. Its slot is its own,
// so that no tab ends another's questions.
import type { ColumnChoices } from '../base/column-choices'
import { USUAL_LOOK, type Look } from '../base/look'
import type { Backend, CommandFault } from '../backend'
import { createContext } from 'svelte'
import { Explorer } from './explorer.svelte'
import type { KnownTexts } from './known-texts.svelte'
import { ViewHistory } from './view-history.svelte'

export interface TabMakings {
  readonly backend: Backend
  /** Asked and saved filters belong to the person, not to a tab. */
  readonly filters: KnownTexts | null
  readonly tell: (fault: CommandFault) => void
  /** Columns belong to streams: every tab over them has the same. */
  readonly share: (streams: readonly string[], chosen: ColumnChoices | null) => void
}

export class Tab {
  readonly explorer: Explorer
  readonly history: ViewHistory
  /** What it shows once it is opened; null when it was. */
  #look: Look | null
  #resting = false

  constructor(
    readonly id: number,
    { backend, filters, tell, share }: TabMakings,
    look: Look = USUAL_LOOK,
  ) {
    this.explorer = new Explorer(backend, tell, { slot: `explore-${id}`, filters, share })
    this.history = new ViewHistory(this.explorer)
    this.#look = look
    this.explorer.draft = this.explorer.filter = look.filter
    this.explorer.scope = look.captures
  }

  get look(): Look {
    return this.#look ?? lookAt(this.explorer)
  }

  /** It comes to the front: its view is opened, where it is not open. */
  async wake(): Promise<void> {
    const look = this.#look
    if (look) {
      this.#look = null
      await showLook(this.explorer, look)
    } else if (this.#resting || this.explorer.status === null) {
      this.#resting = false
      await this.explorer.again()
    } else {
      // what was committed while it was behind the others
      this.explorer.stir()
    }
  }

  /** Gives up what the program holds for its view, until it comes to the front again. */
  rest(): void {
    if (this.#look !== null || this.#resting) return
    this.#resting = true
    this.explorer.rest()
  }
}

export function lookAt({ scope, filter, selection, timeline }: Explorer): Look {
  const { mode } = timeline
  return {
    captures: scope,
    filter,
    range: selection.range,
    mode,
    window: mode.kind === 'fixed' ? timeline.window : null,
    record: selection.record?.id ?? null,
  }
}

/** Shows what a look was of. A filter that this version cannot read stands in its field, and nothing is hidden; a record
    that is gone is not looked for. */
export async function showLook(explorer: Explorer, { captures, filter, range, mode, window, record }: Look): Promise<void> {
  explorer.timeline.place(mode, window)
  const check = filter === '' ? null : await explorer.backend.checkFilter(filter).catch(() => null)
  await explorer.restore(captures, check?.fault ? '' : filter, range)
  if (check?.fault) {
    explorer.draft = filter
    explorer.filterFault = check.fault
  }
  if (record === null) return
  const isThere = await explorer.backend.openRecord(record).then(
    () => true,
    () => false,
  )
  if (isThere) await explorer.selectRecord(record)
}

export const [useTab, setTab] = createContext<Tab>()
