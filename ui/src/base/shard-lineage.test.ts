import { expect, test } from 'vitest'
import { childrenOf, lineageOf, type LineageShard } from './shard-lineage'

const shard = (id: string, hashShareStart: number, parents: readonly string[] = [], open = true): LineageShard => ({
  id,
  open,
  parent: parents[0] ?? null,
  adjacentParent: parents[1] ?? null,
  hashShareStart,
})
const drawn = (shards: readonly LineageShard[]): string[] =>
  lineageOf(shards)
    .nodes.map((node) => `${node.id} ${node.column},${node.row}`)
    .sort()

test('a split has its halves side by side, and a shard of no family is not drawn', () => {
  const shards = [shard('0', 0), shard('1', 0.5, [], false), shard('2', 0.5, ['1']), shard('3', 0.75, ['1'])]
  expect(drawn(shards)).toEqual(['1 0,0.5', '2 1,0', '3 1,1'])
  expect(lineageOf(shards)).toMatchObject({ columns: 2, rows: 2, splits: 1, merges: 0, leftOut: 0 })
  expect(childrenOf(shards).get('1')).toEqual(['2', '3'])
})

test('a merge has both its parents, none upon the other', () => {
  const shards = [shard('6', 0.5, [], false), shard('7', 0.625, [], false), shard('2', 0.5, ['6', '7'])]
  expect(drawn(shards)).toEqual(['2 1,0', '6 0,0', '7 0,1'])
  expect(lineageOf(shards)).toMatchObject({ splits: 0, merges: 1 })
})

test('what is split and merged again is as many generations', () => {
  const shards = [shard('a', 0, [], false), shard('b', 0, ['a'], false), shard('c', 0.5, ['a'], false), shard('d', 0, ['b', 'c'])]
  expect(drawn(shards)).toEqual(['a 0,0', 'b 1,0', 'c 1,1', 'd 2,0'])
})

test('no two shards stand at one place, and none is lost, whatever was resharded', () => {
  let seed = 7
  const random = (most: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31) % most
  for (let round = 0; round < 200; round += 1) {
    const shards: LineageShard[] = [shard('000', 0)]
    for (let i = 1; i < 3 + random(60); i += 1) {
      const parents = [...new Set([shards[random(shards.length)]?.id ?? '000', shards[random(shards.length)]?.id ?? '000'])]
      shards.push(shard(String(i).padStart(3, '0'), random(100) / 100, parents.slice(0, 1 + random(2)), random(2) === 0))
    }
    const { nodes, rows, columns } = lineageOf(shards)
    expect(nodes).toHaveLength(shards.length)
    expect(new Set(nodes.map((node) => `${node.column} ${node.row}`)).size).toBe(nodes.length)
    for (const node of nodes) {
      expect(node.column).toBeLessThan(columns)
      expect(node.row).toBeLessThan(rows)
      for (const parent of node.parents) expect(nodes.find(({ id }) => id === parent)?.column).toBeLessThan(node.column)
    }
  }
})

test('a family that contradicts itself ends, and a large one leaves out its oldest', () => {
  expect(lineageOf([shard('a', 0, ['b']), shard('b', 0, ['a']), shard('c', 0, ['c'])]).nodes.map(({ id }) => id)).toEqual(['a', 'b'])
  const many = Array.from({ length: 300 }, (_, i) => shard(String(i).padStart(4, '0'), i / 300, i === 0 ? [] : ['0000'], i > 250))
  const { nodes, leftOut } = lineageOf(many)
  expect(nodes).toHaveLength(120)
  expect(leftOut).toBe(180)
  expect(nodes.filter((node) => node.open)).toHaveLength(49)
})
