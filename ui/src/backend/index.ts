// Which backend the page talks to. The made-up one is reachable only from Vite's own server and from the `looks` build
// that screenshots are taken of; a release build does not contain it.
import type { Backend } from './backend'
import { tauriBackend } from './tauri'

export async function chosenBackend(): Promise<Backend> {
  if ((import.meta.env.DEV || import.meta.env.MODE === 'looks') && !('__TAURI_INTERNALS__' in window)) {
    const { backendFromAddress } = await import('./memory-address')
    return backendFromAddress(location.search)
  }
  return tauriBackend()
}

export { asFault, CommandFault, type Backend, type BucketAnswer } from './backend'
export type * from './bindings'
export type { Asking } from './asking'
export type { ColumnCommands } from './columns'
export type { DecodingCommands } from './decoding'
export type { ExportCommands } from './exports'
export type { MaskCommands } from './masks'
export { readingOnly, type InspectorWindow } from './inspector-window'
export type { RelatingCommands } from './relating'
export * from './writes'
