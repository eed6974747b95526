// The inspector's own window. The main window opens it and says which record it shows; its page hears that, and asks for nothing
// else than what reads a record.
import type { Backend } from './backend'
import type { InspectorWord } from './bindings'

export interface InspectorWindow {
  /** Opens it on a record, if one is selected, or brings it to the front; `hear` is told of it for as long as it is there. */
  open(record: string | null, hear: (word: InspectorWord) => void): Promise<void>
  /** The record that it shows from now on; null while none is selected. */
  show(record: string | null): Promise<void>
  close(): Promise<void>
  /** For its page: the record to show, now and whenever another is selected. */
  watch(hear: (record: string | null) => void): Promise<void>
  /** From its page: the main window is to select the record after this one, or the one before. */
  step(forward: boolean): Promise<void>
}

/** What its page has of the backend: the program refuses it the rest. */
export function readingOnly(backend: Backend): Backend {
  const own: { -readonly [Name in keyof Backend]: Backend[Name] } = { ...backend }
  delete own.asking
  delete own.columns
  delete own.exports
  delete own.publishing
  delete own.replays
  delete own.sagas
  return own
}
