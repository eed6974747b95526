// What the window may ask about the columns of the record table. The types are the generated ones.
import type { ColumnLayout, FieldsSeen } from './bindings'

export interface ColumnCommands {
  /** What was chosen for the streams of a view, when they are looked at together. */
  keptColumns(view: number): Promise<ColumnLayout>
  /** In the place of what was chosen before; no columns forget it. */
  keepColumns(layout: ColumnLayout): Promise<void>
  /** A typed path as it is written in full, from `$` on. */
  readPath(text: string): Promise<string>
  /** The fields that the records of a view have; of a sample where there are many. */
  seenFields(view: number): Promise<FieldsSeen>
}
