// Pinned layers and schemas, over Tauri's commands. Nothing is decided here.
import { answered } from './answered'
import { commands } from './bindings'
import type { DecodingCommands } from './decoding'

export function tauriDecoding(): DecodingCommands {
  return {
    streamDecoding: (streamArn) => answered(commands.streamDecoding(streamArn)),
    pinDecoding: (streamArn, pinned) => answered(commands.pinDecoding(streamArn, pinned)),
    addSchema: (id) => answered(commands.addSchema(id)),
    forgetSchema: (streamArn, id) => answered(commands.forgetSchema(streamArn, id)),
    useRegistry: (streamArn, choice) => answered(commands.useRegistry(streamArn, choice)),
    leaveRegistry: (streamArn) => answered(commands.leaveRegistry(streamArn)),
    askRegistryAgain: (streamArn) => answered(commands.askRegistryAgain(streamArn)),
  }
}
