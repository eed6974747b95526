// The columns of the streams that are looked at: whose they are, while answers are late or fail.
import { expect, test, vi } from 'vitest'
import { MOST_PATHS, moved } from '../base/column-choices'
import { CommandFault, type ColumnLayout, type ViewStatus } from '../backend'
import { Columns } from './columns.svelte'

/** Lanes of shards by `stream@region`; the name alone does not tell streams apart. */
const LANES = ['a@eu', 'b@eu', 'a@us']
const view = (number: number, ...streams: string[]): ViewStatus => ({
  view: number,
  revision: 1,
  matched: 0,
  scanned: 0,
  total: 0,
  inPart: 0,
  complete: true,
  from: null,
  until: null,
  lanes: streams.map((stream) => ({
    lane: LANES.indexOf(stream),
    stream: stream.split('@')[0] ?? '',
    shard: '0',
    short: '0',
    parents: [],
    closed: false,
    records: 0,
  })),
  scanMillis: 0,
})

interface Desk {
  readonly columns: Columns
  readonly kept: Map<string, ColumnLayout['columns']>
  readonly repathed: () => number
  readonly asked: () => number
  readonly told: string[]
  readonly backend: NonNullable<Columns['backend']>
}

const STREAMS = new Map([
  [1, ['a@eu']],
  [2, ['b@eu']],
  [3, ['a@eu', 'b@eu']],
  [4, ['a@us']],
])

function desk(): Desk {
  const kept = new Map<string, ColumnLayout['columns']>()
  const told: string[] = []
  let [repathed, asked] = [0, 0]
  const backend: Desk['backend'] = {
    keptColumns: async (number) => {
      asked += 1
      const streams = STREAMS.get(number)
      if (!streams) throw new Error('no such view')
      return { streams, columns: kept.get(streams.join()) ?? [] }
    },
    keepColumns: async (layout) => void kept.set(layout.streams.join(), layout.columns),
    readPath: async (text) => `$.${text}`,
    seenFields: async () => expect.fail('nobody asks'),
  }
  const columns = new Columns(
    backend,
    () => (repathed += 1),
    (fault) => told.push(fault.message),
  )
  return { columns, kept, repathed: () => repathed, asked: () => asked, told, backend }
}

test('each set of streams has its own columns, and a choice is kept before another set is shown', async () => {
  const { columns, kept, asked } = desk()
  await columns.look(view(1, 'a@eu'))
  columns.add('$.amount')
  columns.add('$.id')
  await columns.look(view(3, 'b@eu', 'a@eu', 'b@eu'))
  expect(columns.chosen).toBeNull()
  expect(columns.shown.map(({ id }) => id)).toContain('stream')
  expect(
    kept
      .get('a@eu')
      ?.filter(({ id }) => id.startsWith('$'))
      .map(({ id }) => id),
  ).toEqual(['$.amount', '$.id'])
  await columns.look(view(1, 'a@eu'))
  expect(columns.paths).toEqual(['$.amount', '$.id'])
  expect(columns.shown.map(({ id }) => id)).not.toContain('stream')
  const before = asked()
  await columns.look(view(7, 'a@eu'))
  expect(asked()).toBe(before)
})

test('rows are asked for anew where other paths are shown, and not for a width', async () => {
  const { columns, kept, repathed } = desk()
  await columns.look(view(1, 'a@eu'))
  expect(await columns.addTyped('amount')).toBe(true)
  expect(repathed()).toBe(1)
  columns.change((choices) => choices.map((one) => ({ ...one, widthPx: 99 })))
  columns.change((choices) => moved(choices, 'key', -1))
  expect(repathed()).toBe(1)
  columns.reset()
  expect(repathed()).toBe(2)
  columns.stop()
  await vi.waitFor(() => expect(kept.get('a@eu')).toEqual([]))
})

test('for streams that could not be asked nothing is kept, and it is told once a view', async () => {
  const { columns, kept, told } = desk()
  await columns.look(view(1, 'a@eu'))
  await columns.look(view(9, 'b@eu'))
  await columns.look(view(9, 'b@eu'))
  expect(told).toEqual(['no such view'])
  columns.add('$.amount')
  expect(columns.paths).toEqual(['$.amount'])
  columns.stop()
  await Promise.resolve()
  expect(kept.size).toBe(0)
  // the next view of them may be answered
  await columns.look(view(2, 'b@eu'))
  expect(columns.chosen).toBeNull()
  columns.add('$.id')
  columns.stop()
  await vi.waitFor(() => expect([...kept.keys()]).toEqual(['b@eu']))
})

test('two streams of one name have columns of their own', async () => {
  const { columns, kept } = desk()
  await columns.look(view(1, 'a@eu'))
  columns.add('$.amount')
  await columns.look(view(4, 'a@us'))
  expect(columns.chosen).toBeNull()
  columns.add('$.id')
  await columns.look(view(1, 'a@eu'))
  expect(columns.paths).toEqual(['$.amount'])
  const paths = (streams: string): string[] => (kept.get(streams) ?? []).map(({ id }) => id).filter((id) => id.startsWith('$'))
  expect([paths('a@eu'), paths('a@us')]).toEqual([['$.amount'], ['$.id']])
})

test('an answer for a view that another has replaced changes nothing, whether it is late or refused', async () => {
  const { columns, kept, backend } = desk()
  kept.set('b@eu', [{ id: '$.late', widthPx: null, pinned: false, shown: true }])
  await columns.look(view(1, 'a@eu'))
  columns.add('$.amount')
  for (const end of ['answered', 'refused'] as const) {
    let done!: () => void
    const late = new Promise<ColumnLayout>((resolve, reject) => {
      done = () => {
        if (end === 'answered') resolve({ streams: ['b@eu'], columns: kept.get('b@eu') ?? [] })
        else reject(new CommandFault('superseded', 'another view took its place', null))
      }
    })
    vi.spyOn(backend, 'keptColumns').mockReturnValueOnce(late)
    const first = columns.look(view(2, 'b@eu'))
    await vi.waitFor(() => expect(backend.keptColumns).toHaveBeenCalled())
    await columns.look(view(1, 'a@eu'))
    done()
    await first
    expect(columns.paths).toEqual(['$.amount'])
    vi.restoreAllMocks()
  }
  // and the view that took its place gets its own
  await columns.look(view(2, 'b@eu'))
  expect(columns.paths).toEqual(['$.late'])
})

test('two looks at one view wait for one answer', async () => {
  const { columns, kept, asked } = desk()
  kept.set('b@eu', [{ id: '$.late', widthPx: null, pinned: false, shown: true }])
  const first = columns.look(view(2, 'b@eu'))
  await columns.look(view(2, 'b@eu'))
  expect(columns.paths).toEqual(['$.late'])
  await first
  expect(asked()).toBe(1)
})

test('what cannot be kept is told where nobody has the list of columns open', async () => {
  const { columns, backend, told } = desk()
  await columns.look(view(1, 'a@eu'))
  vi.spyOn(backend, 'keepColumns').mockRejectedValue(new Error('the disk is full'))
  columns.add('$.amount')
  columns.stop()
  await vi.waitFor(() => expect(told).toEqual(['the disk is full']))
})

test('beyond the most paths none is taken', async () => {
  const { columns } = desk()
  await columns.look(view(1, 'a@eu'))
  for (let path = 0; path < MOST_PATHS; path += 1) expect(await columns.addTyped(`p${path}`)).toBe(true)
  expect(columns.full).toBe(true)
  expect(await columns.addTyped('one.more')).toBe(false)
  expect([columns.add('$.other'), columns.toggle('$.other')]).toEqual([false, false])
  expect(columns.paths).toHaveLength(MOST_PATHS)
  expect(columns.toggle('$.p3')).toBe(true)
  expect(columns.toggle('$.other')).toBe(true)
})
