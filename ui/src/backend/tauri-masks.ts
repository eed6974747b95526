// Masking rules, over Tauri's commands. Nothing is decided here.
import { answered } from './answered'
import { commands } from './bindings'
import type { MaskCommands } from './masks'

export function tauriMasks(): MaskCommands {
  return {
    masking: () => answered(commands.masking()),
    addMask: (kind, text) => answered(commands.addMask(kind, text)),
    switchMaskOn: (kind, text) => answered(commands.switchMaskOn(kind, text)),
    maskAgain: () => answered(commands.maskAgain()),
    unmask: (what) => answered(commands.unmask(what)),
  }
}
