// Pins and schemas for memory.ts: kept as long as the page. They change nothing in the made-up records.
import type { LayerStep, SchemaRow, StreamDecoding } from './bindings'
import type { DecodingCommands } from './decoding'

export function memoryDecoding(): DecodingCommands {
  const pins = new Map<string, LayerStep[]>()
  let schemas: SchemaRow[] = [{ id: 'file:orders.avsc', kind: 'avro', files: ['orders.avsc'] }]
  const of = (streamArn: string): StreamDecoding => ({ pinned: pins.get(streamArn) ?? null, schemas })
  return {
    streamDecoding: async (streamArn) => of(streamArn),
    pinDecoding: async (streamArn, pinned) => {
      if (pinned) pins.set(streamArn, pinned)
      else pins.delete(streamArn)
      return of(streamArn)
    },
    addSchema: async (id) => {
      const added: SchemaRow = { id: id ?? 'file:shop.proto', kind: 'protobuf', files: ['shop.proto', 'common/money.proto'] }
      schemas = [...schemas.filter((one) => one.id !== added.id), added]
      return added
    },
    forgetSchema: async (streamArn, id) => {
      schemas = schemas.filter((one) => one.id !== id)
      return of(streamArn)
    },
  }
}
