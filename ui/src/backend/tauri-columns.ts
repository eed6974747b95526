// Columns, over Tauri's commands. Nothing is decided here.
import { answered, nothing } from './answered'
import { commands } from './bindings'
import type { ColumnCommands } from './columns'

export function tauriColumns(): ColumnCommands {
  return {
    keptColumns: (view) => answered(commands.keptColumns(view)),
    keepColumns: (layout) => nothing(commands.keepColumns(layout)),
    readPath: (text) => answered(commands.readPath(text)),
    seenFields: (view) => answered(commands.seenFields(view)),
  }
}
