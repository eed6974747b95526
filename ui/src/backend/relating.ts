// What the window may ask about what belongs together: places in a record's tree, records that have something in common,
// and a view's records by type or key. The types are the generated ones.
import type { GroupBy, GroupCounts, PossibleRelation, RelatedRecords, Relation, TreeFound, TreePlace, TreeTarget } from './bindings'

export interface RelatingCommands {
  /** The nodes of an event's tree whose name or value holds a text, in any case. */
  findInTree(record: string, event: number, text: string): Promise<TreeFound>
  /** The row of a node once all around it is unfolded; null where there is none. */
  placeInTree(record: string, event: number, depth: number, toggled: number[], target: TreeTarget): Promise<TreePlace | null>
  /** What others may have in common with an event of this record; nothing is looked for yet. */
  possibleRelations(record: string, event: number): Promise<PossibleRelation[]>
  /** Those of all captured records that have this in common with one. A later question ends this one. */
  relatedRecords(record: string, relation: Relation): Promise<RelatedRecords>
  /** Counts for a time cut into even parts, of the `most` commonest types or keys and of the rest. */
  viewGroups(view: number, by: GroupBy, from: number, until: number, buckets: number, most: number): Promise<GroupCounts>
}
