import { expect, test, vi } from 'vitest'
import { moved } from '../base/column-choices'
import type { ColumnLayout, ViewStatus } from '../backend'
import { Columns } from './columns.svelte'

const view = (number: number, ...streams: string[]): ViewStatus => ({
  view: number,
  revision: 1,
  matched: 0,
  scanned: 0,
  total: 0,
  complete: true,
  from: null,
  until: null,
  lanes: streams.map((stream, lane) => ({ lane, stream, shard: '0', short: '0', parents: [], closed: false, records: 0 })),
  scanMillis: 0,
})

function desk(): { columns: Columns; kept: Map<string, ColumnLayout['columns']>; repathed: () => number; asked: () => number } {
  const kept = new Map<string, ColumnLayout['columns']>()
  const streamsOf = new Map([
    [1, ['a']],
    [2, ['b']],
    [3, ['a', 'b']],
  ])
  let [repathed, asked] = [0, 0]
  const columns = new Columns(
    {
      keptColumns: async (number) => {
        asked += 1
        const streams = streamsOf.get(number)
        if (!streams) throw new Error('no such view')
        return { streams, columns: kept.get(streams.join()) ?? [] }
      },
      keepColumns: async (layout) => void kept.set(layout.streams.join(), layout.columns),
      readPath: async (text) => `$.${text}`,
      seenFields: async () => expect.fail('nobody asks'),
    },
    () => (repathed += 1),
  )
  return { columns, kept, repathed: () => repathed, asked: () => asked }
}

test('each set of streams has its own columns, and a choice is kept before another set is shown', async () => {
  const { columns, kept, asked } = desk()
  await columns.look(view(1, 'a'))
  columns.add('$.amount')
  columns.add('$.id')
  await columns.look(view(3, 'b', 'a', 'b'))
  expect(columns.chosen).toBeNull()
  expect(columns.shown.map(({ id }) => id)).toContain('stream')
  expect(
    kept
      .get('a')
      ?.filter(({ id }) => id.startsWith('$'))
      .map(({ id }) => id),
  ).toEqual(['$.amount', '$.id'])
  await columns.look(view(1, 'a'))
  expect(columns.paths).toEqual(['$.amount', '$.id'])
  expect(columns.shown.map(({ id }) => id)).not.toContain('stream')
  const before = asked()
  await columns.look(view(1, 'a', 'a'))
  expect(asked()).toBe(before)
})

test('rows are asked for anew where other paths are shown, and not for a width', async () => {
  const { columns, kept, repathed } = desk()
  await columns.look(view(1, 'a'))
  expect(await columns.addTyped('amount')).toBe(true)
  expect(repathed()).toBe(1)
  columns.change((choices) => choices.map((one) => ({ ...one, widthPx: 99 })))
  columns.change((choices) => moved(choices, 'key', -1))
  expect(repathed()).toBe(1)
  columns.reset()
  expect(repathed()).toBe(2)
  columns.stop()
  await vi.waitFor(() => expect(kept.get('a')).toEqual([]))
})

test('for streams that could not be asked nothing is kept', async () => {
  const { columns, kept } = desk()
  await columns.look(view(1, 'a'))
  await columns.look(view(9, 'x'))
  expect(columns.fault?.message).toBe('no such view')
  columns.add('$.amount')
  expect(columns.paths).toEqual(['$.amount'])
  columns.stop()
  await Promise.resolve()
  expect(kept.size).toBe(0)
})
