// What the explorer shows, as the source of a replay. It starts none.
import { isoDate, timeOfDay } from '../../base/formats'
import { filterValue } from '../../base/words'
import type { Zone } from '../../base/zone'
import type { Explorer } from '../../state/explorer.svelte'
import type { ReplayDraft } from '../../state/replay-draft'
import type { RecordRow, TreeRow } from '../../state/words'

export type AskedReplay = Partial<ReplayDraft>

const at = (time: number, zone: Zone): string => `${isoDate(time, zone)} ${timeOfDay(time, zone)}`

/** Filter, captures and selected range together: the rows of the table. */
export function shownSource({ filter, scope, selection }: Explorer, zone: Zone): AskedReplay {
  const { range, record } = selection
  return {
    from: 'filter',
    filter,
    captures: scope,
    sinceText: range ? at(range.from, zone) : '',
    untilText: range ? at(range.until, zone) : '',
    ...(record ? { lane: record.lane, shard: record.shard, firstSequence: record.sequence, lastSequence: '' } : {}),
  }
}

export const pickedSource = (records: Iterable<string>): AskedReplay => ({ from: 'picked', picked: [...records] })

export const keySource = (key: string, scope: readonly string[]): AskedReplay => ({
  from: 'filter',
  filter: `key:${filterValue(key)}`,
  captures: scope,
  sinceText: '',
  untilText: '',
})

/** All records that carry the value that stands in this line of the tree. */
export function carryingSource(node: TreeRow, record: RecordRow, scope: readonly string[]): AskedReplay | null {
  if (node.path === null || node.cut || node.kind === 'object' || node.kind === 'array') return null
  const one = { from: 'carrying', path: node.path, captures: scope, picked: [record.id] } as const
  return { ...one, value: node.kind === 'string' ? unquoted(node.text) : node.text }
}

function unquoted(text: string): string {
  try {
    return String(JSON.parse(text))
  } catch {
    return text
  }
}
