// What belongs together, over Tauri's commands. Nothing is decided here.
import { answered } from './answered'
import { commands } from './bindings'
import type { RelatingCommands } from './relating'

export function tauriRelating(): RelatingCommands {
  return {
    findInTree: (record, event, text) => answered(commands.findInTree(record, event, text)),
    placeInTree: (record, event, depth, toggled, target) => answered(commands.placeInTree(record, event, depth, toggled, target)),
    possibleRelations: (record, event) => answered(commands.possibleRelations(record, event)),
    relatedRecords: (record, relation) => answered(commands.relatedRecords(record, relation)),
    viewGroups: (view, by, from, until, buckets, most) => answered(commands.viewGroups(view, by, from, until, buckets, most)),
  }
}
