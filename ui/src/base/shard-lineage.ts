// Which shards came out of which, laid out to be drawn: generations side by side, what belongs together on one height. Pure; a
// list that contradicts itself, with a shard that is its own parent, is laid out all the same.

export interface LineageShard {
  readonly id: string
  readonly open: boolean
  readonly parent: string | null
  readonly adjacentParent: string | null
  /** Where its hash range begins, 0 to 1. */
  readonly hashShareStart: number | null
}

export interface LineageNode {
  readonly id: string
  readonly open: boolean
  /** Generations from the left, and rows from the top; rows may be halves. */
  readonly column: number
  readonly row: number
  readonly parents: readonly string[]
  readonly children: readonly string[]
}

export interface Lineage {
  readonly nodes: readonly LineageNode[]
  readonly columns: number
  readonly rows: number
  readonly splits: number
  readonly merges: number
  /** Of a family, but too many to be drawn: the oldest closed ones. */
  readonly leftOut: number
}

/** So many nodes can still be told apart. */
const MOST_NODES = 120

const parentsOf = (shard: LineageShard): string[] =>
  [shard.parent, shard.adjacentParent].filter((id): id is string => id !== null && id !== shard.id)

/** The shards that came out of each, in the order of the list. */
export function childrenOf(shards: readonly LineageShard[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>()
  for (const shard of shards) for (const parent of new Set(parentsOf(shard))) found.set(parent, [...(found.get(parent) ?? []), shard.id])
  return found
}

export function lineageOf(shards: readonly LineageShard[]): Lineage {
  const known = new Set(shards.map((shard) => shard.id))
  const allChildren = childrenOf(shards)
  const family = shards.filter((shard) => allChildren.has(shard.id) || parentsOf(shard).some((id) => known.has(id)))
  const drawn = newest(family)
  const here = new Set(drawn.map((shard) => shard.id))
  const parents = new Map(drawn.map((shard) => [shard.id, parentsOf(shard).filter((id) => here.has(id))]))
  const children = new Map(drawn.map((shard) => [shard.id, (allChildren.get(shard.id) ?? []).filter((id) => here.has(id))]))
  const columns = generations(drawn, parents)
  const rows = placed(drawn, columns, children)
  const nodes = drawn.map((shard): LineageNode => ({
    id: shard.id,
    open: shard.open,
    column: columns.get(shard.id) ?? 0,
    row: rows.get(shard.id) ?? 0,
    parents: parents.get(shard.id) ?? [],
    children: children.get(shard.id) ?? [],
  }))
  return {
    nodes,
    columns: 1 + Math.max(-1, ...nodes.map((node) => node.column)),
    rows: 1 + Math.max(-1, ...nodes.map((node) => node.row)),
    splits: nodes.filter((node) => node.children.length > 1).length,
    merges: nodes.filter((node) => node.parents.length > 1).length,
    leftOut: family.length - drawn.length,
  }
}

/** Open ones first, then the latest; in the order of the hash space. */
function newest(family: readonly LineageShard[]): LineageShard[] {
  const byAge = [...family].sort((one, other) => Number(other.open) - Number(one.open) || (one.id < other.id ? 1 : -1))
  return byAge
    .slice(0, MOST_NODES)
    .sort((one, other) => (one.hashShareStart ?? 0) - (other.hashShareStart ?? 0) || (one.id < other.id ? -1 : 1))
}

type Links = ReadonlyMap<string, readonly string[]>

/** The longest way from a shard without parents; one that is its own ancestor stays where it is met. */
function generations(shards: readonly LineageShard[], parents: Links): ReadonlyMap<string, number> {
  const found = new Map<string, number>()
  const columnOf = (id: string): number => {
    const known = found.get(id)
    if (known !== undefined) return known
    found.set(id, 0)
    const column = Math.max(-1, ...(parents.get(id) ?? []).map(columnOf)) + 1
    found.set(id, column)
    return column
  }
  for (const shard of shards) columnOf(shard.id)
  return found
}

/** Each beside the middle of what came out of it, and none upon another. */
function placed(shards: readonly LineageShard[], columns: ReadonlyMap<string, number>, children: Links): ReadonlyMap<string, number> {
  const wanted = new Map<string, number>()
  const leaves = shards.filter((shard) => (children.get(shard.id) ?? []).length === 0)
  leaves.forEach((shard, row) => wanted.set(shard.id, row))
  const wish = (id: string): number => {
    const known = wanted.get(id)
    if (known !== undefined) return known
    wanted.set(id, 0)
    const rows = (children.get(id) ?? []).map(wish)
    const row = rows.reduce((sum, one) => sum + one, 0) / Math.max(1, rows.length)
    wanted.set(id, row)
    return row
  }
  const found = new Map<string, number>()
  const last = new Map<number, number>()
  const order = shards.map((shard) => ({ id: shard.id, row: wish(shard.id) })).sort((one, other) => one.row - other.row)
  for (const { id, row } of order) {
    const column = columns.get(id) ?? 0
    const free = Math.max(row, (last.get(column) ?? -1) + 1)
    found.set(id, free)
    last.set(column, free)
  }
  return found
}
