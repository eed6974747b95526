// What the window may ask about how a stream's records are read: pinned layers, schemas, and the registry that is asked for them.
import type { LayerStep, RegistryChoice, SchemaRow, StreamDecoding } from './bindings'

export interface DecodingCommands {
  streamDecoding(streamArn: string): Promise<StreamDecoding>
  /** Null: each layer by its content. */
  pinDecoding(streamArn: string, pinned: LayerStep[] | null): Promise<StreamDecoding>
  /** A native dialog asks for the files. Known by `id`, such as a registry's, or by its file; null: the user left it. */
  addSchema(id: string | null): Promise<SchemaRow | null>
  forgetSchema(streamArn: string, id: string): Promise<StreamDecoding>
  /** A native dialog names the host, and asks for the password where there is a user; null: the user said no. */
  useRegistry(streamArn: string, choice: RegistryChoice): Promise<StreamDecoding | null>
  leaveRegistry(streamArn: string): Promise<StreamDecoding>
  /** What the registry did not give may be asked for again at once. */
  askRegistryAgain(streamArn: string): Promise<StreamDecoding>
}
