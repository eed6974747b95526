// Pins, schemas and registries for memory.ts: kept as long as the page. They change nothing in the made-up records.
import type { LayerStep, RegistryChoice, RegistryRow, SchemaRow, StreamDecoding } from './bindings'
import type { DecodingCommands } from './decoding'

export function memoryDecoding(): DecodingCommands {
  const pins = new Map<string, LayerStep[]>()
  let schemas: SchemaRow[] = [{ id: 'file:orders.avsc', kind: 'avro', files: ['orders.avsc'] }]
  const registries = new Map<string, RegistryRow>()
  const of = (streamArn: string): StreamDecoding => ({
    pinned: pins.get(streamArn) ?? null,
    schemas,
    registry: registries.get(streamArn) ?? null,
  })
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
    useRegistry: async (streamArn, choice) => {
      registries.set(streamArn, chosen(choice))
      return of(streamArn)
    },
    leaveRegistry: async (streamArn) => {
      registries.delete(streamArn)
      return of(streamArn)
    },
    askRegistryAgain: async (streamArn) => of(streamArn),
  }
}

function chosen(choice: RegistryChoice): RegistryRow {
  if (choice.kind === 'glue') {
    return { kind: 'glue', host: 'glue.eu-west-1.amazonaws.com:443', url: null, user: null, signedIn: true }
  }
  const { url, user } = choice
  return { kind: 'confluent', host: `${new URL(url).hostname}:443`, url, user, signedIn: true }
}
