// What the window may ask about how a stream's records are read: pinned layers, and schemas.
import type { LayerStep, SchemaRow, StreamDecoding } from './bindings'

export interface DecodingCommands {
  streamDecoding(streamArn: string): Promise<StreamDecoding>
  /** Null: each layer by its content. */
  pinDecoding(streamArn: string, pinned: LayerStep[] | null): Promise<StreamDecoding>
  /** A native dialog asks for the files. Known by `id`, such as a registry's, or by its file; null: the user left it. */
  addSchema(id: string | null): Promise<SchemaRow | null>
  forgetSchema(streamArn: string, id: string): Promise<StreamDecoding>
}
