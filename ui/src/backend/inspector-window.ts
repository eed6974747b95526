// The inspector's own window. The main window opens it and says which record it shows; its page hears that, and asks for nothing
// else than what reads a record.
import type { Backend } from './backend'

export interface InspectorWindow {
  /** Opens it on a record, or brings it to the front; `hear` is told whether it is there, for as long as it is. */
  open(record: string, hear: (open: boolean) => void): Promise<void>
  /** The record that it shows from now on; null while none is selected. */
  show(record: string | null): Promise<void>
  close(): Promise<void>
  /** For its page: the record to show, now and whenever another is selected. */
  watch(hear: (record: string | null) => void): Promise<void>
}

/** What its page has of the backend: the program refuses it the rest. */
export function readingOnly(backend: Backend): Backend {
  const own: { -readonly [Name in keyof Backend]: Backend[Name] } = { ...backend }
  delete own.asking
  delete own.columns
  delete own.publishing
  delete own.replays
  delete own.sagas
  return own
}
