// Records into a file of a person's choice, as the window asks for it and hears how far it is.
import type { RecordExport, RecordFileFormat, ReplaySource } from './bindings'

export interface ExportCommands {
  /** Native dialogs; null: the user left them. */
  start(source: ReplaySource, format: RecordFileFormat): Promise<RecordExport | null>
  status(id: number): Promise<RecordExport>
  /** Nothing is left of its file. */
  cancel(id: number): Promise<void>
}
