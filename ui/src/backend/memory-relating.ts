// What belongs together among the made-up records of memory.ts. How it is found in real ones is Rust's.
import type { GroupBy, GroupCounts, PossibleRelation, RecordGroup, RecordRow, Relation, TreeRow } from './bindings'
import type { FixtureRecords } from './fixture'
import { fixtureTreePage } from './fixture-tree'
import type { RelatingCommands } from './relating'

const MOST_BESIDE = 60
const EVERY_DEPTH = 100_000

interface Made {
  readonly records: FixtureRecords
  /** The content of an event, as its tree is made of. */
  readonly content: (index: number, event: number) => string
  readonly row: (index: number) => RecordRow
  /** Indexes of the records of a view that arrived in a time. */
  readonly within: (view: number, from: number, until: number) => readonly number[]
}

const indexOf = (record: string): number => Number(record) - 1

export function memoryRelating({ records, content, row, within }: Made): RelatingCommands {
  const rowsOf = (text: string, depth: number, toggled: number[]): TreeRow[] =>
    fixtureTreePage(text, { depth, toggled, first: 0, count: EVERY_DEPTH }).rows

  function alike(index: number, relation: Relation): (other: number) => boolean {
    if (relation.kind === 'key') return (other) => records.partitionKey(other) === records.partitionKey(index)
    if (relation.kind === 'bytes') return (other) => records.payload(other) === records.payload(index)
    const found = rowsOf(content(index, relation.event), EVERY_DEPTH, []).find((one) => one.path === relation.path)
    const token = found?.text ?? '\0'
    return (other) => records.payload(other).includes(token)
  }

  return {
    findInTree: async (record, event, text) => {
      const wanted = text.toLowerCase()
      const holds = (one: TreeRow): boolean => `${one.key ?? ''}\n${one.text}`.toLowerCase().includes(wanted)
      const found = text === '' ? [] : rowsOf(content(indexOf(record), event), EVERY_DEPTH, []).filter(holds)
      return { nodes: found.map((one) => one.node), total: found.length }
    },
    placeInTree: async (record, event, depth, toggled, target) => {
      const text = content(indexOf(record), event)
      const all = rowsOf(text, EVERY_DEPTH, [])
      const begin = (one: TreeRow): number => one.start - (one.key === null ? 0 : one.key.length + 3)
      const node = target.kind === 'node' ? target.node : all.filter((one) => begin(one) <= target.at && target.at < one.end).at(-1)?.node
      const place = all.findIndex((one) => one.node === node)
      const found = all[place]
      if (!found) return null
      const open = new Set(toggled)
      let above = found.depth
      for (const one of all.slice(0, place).reverse()) {
        if (one.depth >= above) continue
        above = one.depth
        if (one.depth < depth === open.has(one.node) && !open.delete(one.node)) open.add(one.node)
      }
      const rows = rowsOf(text, depth, [...open])
      return { node: found.node, toggled: [...open], row: rows.findIndex((one) => one.node === found.node) }
    },
    possibleRelations: async (record, event) => {
      const index = indexOf(record)
      const ids = rowsOf(content(index, event), 4, []).filter((one) => /Id$/.test(one.key ?? '') && one.kind === 'string')
      const of = (relation: Relation, value: string): PossibleRelation => ({ relation, value })
      return [
        of({ kind: 'key' }, records.partitionKey(index)),
        ...ids.map((one) => of({ kind: 'id', event, path: one.path ?? '' }, one.text.slice(1, -1))),
        of({ kind: 'bytes' }, ''),
      ]
    },
    relatedRecords: async (record, relation) => {
      const index = indexOf(record)
      const test = alike(index, relation)
      const found = Array.from({ length: records.length }, (_, other) => other).filter(test)
      const before = Math.max(0, found.indexOf(index) - MOST_BESIDE)
      return { rows: found.slice(before, before + 2 * MOST_BESIDE + 1).map(row), before, total: found.length, complete: true }
    },
    viewGroups: async (view, by, from, until, buckets, most) =>
      grouped(
        within(view, from, until).map((index) => ({ value: valueOf(records, index, by), at: records.arrivals[index] ?? 0 })),
        {
          from,
          width: (until - from) / buckets,
          buckets,
          most,
        },
      ),
  }
}

const valueOf = (records: FixtureRecords, index: number, by: GroupBy): string | null =>
  by === 'type' ? records.eventType(index) : records.partitionKey(index)

interface Cut {
  readonly from: number
  readonly width: number
  readonly buckets: number
  readonly most: number
}

function grouped(found: readonly { value: string | null; at: number }[], { from, width, buckets, most }: Cut): GroupCounts {
  const groups = new Map<string | null, RecordGroup>()
  for (const { value, at } of found) {
    const group = groups.get(value) ?? { value, records: 0, buckets: new Array<number>(buckets).fill(0) }
    const bucket = Math.floor((at - from) / width)
    group.records += 1
    group.buckets[bucket] = (group.buckets[bucket] ?? 0) + 1
    groups.set(value, group)
  }
  const ordered = [...groups.values()].filter((group) => group.value !== null).sort((a, b) => b.records - a.records)
  const rest = ordered.slice(most)
  const none = groups.get(null)
  const others = rest.reduce<RecordGroup>(
    (sum, group) => ({
      value: null,
      records: sum.records + group.records,
      buckets: sum.buckets.map((count, i) => count + (group.buckets[i] ?? 0)),
    }),
    { value: null, records: 0, buckets: new Array<number>(buckets).fill(0) },
  )
  return {
    groups: [...ordered.slice(0, most), ...(none ? [none] : [])],
    others: rest.length > 0 ? others : null,
    otherValues: rest.length,
    complete: true,
  }
}
