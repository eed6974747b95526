// Records into a file, over Tauri's commands. Nothing is decided here.
import { answered, nothing } from './answered'
import { commands } from './bindings'
import type { ExportCommands } from './exports'

export function tauriExports(): ExportCommands {
  return {
    start: (source, format) => answered(commands.exportRecords(source, format)),
    status: (id) => answered(commands.exportStatus(id)),
    cancel: (id) => nothing(commands.cancelExport(id)),
  }
}
