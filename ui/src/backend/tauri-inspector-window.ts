// The inspector's own window, over Tauri's commands. Nothing is decided here.
import { Channel } from '@tauri-apps/api/core'
import { nothing } from './answered'
import { commands, type InspectedRecord, type InspectorWord } from './bindings'
import type { InspectorWindow } from './inspector-window'

export function tauriInspectorWindow(): InspectorWindow {
  return {
    open: (record, hear) => nothing(commands.openInspectorWindow(record, new Channel<InspectorWord>(hear))),
    show: (record) => nothing(commands.showInInspectorWindow(record)),
    close: () => nothing(commands.closeInspectorWindow()),
    watch: (hear) => nothing(commands.watchInspectorWindow(new Channel<InspectedRecord>(({ record }) => hear(record)))),
    step: (forward) => nothing(commands.stepFromInspectorWindow(forward)),
  }
}
