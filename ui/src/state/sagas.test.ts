// Going from saga to saga while the list moves: the next one is always another one. And a board that is opened again,
// because its definition says something else: it is asked for what was asked before.
import { expect, test, vi } from 'vitest'
import { CommandFault } from '../backend'
import { memoryBackend } from '../backend/memory'
import type { SagaRow } from '../backend/sagas'
import type { Kinescope } from './kinescope.svelte'
import { SagaDesk } from './sagas.svelte'

/** A desk with its first rows, of which `rows` are in sight. */
async function desk(rows: number): Promise<{ desk: SagaDesk; listed: readonly SagaRow[] }> {
  const backend = memoryBackend({ records: 600, sagas: {} })
  const sagas = backend.sagas ?? expect.fail('no sagas')
  const explorer = { scope: [], selection: { record: null, saga: null }, selectRecord: () => undefined }
  const desk = new SagaDesk(sagas, { explorer, backend } as unknown as Kinescope)
  await desk.enter()
  desk.board.want(0, rows)
  const listed = Array.from({ length: rows + 3 }, (_, index) => desk.board.pages.row(index) ?? expect.fail(`no row ${index}`))
  return { desk, listed }
}

/** As many sagas have begun since. */
function grow({ board }: SagaDesk, listed: readonly SagaRow[], by: number): void {
  const begun = Array.from({ length: by }, (_, index): SagaRow => ({ ...(listed[0] ?? expect.fail()), key: `begun-${index}` }))
  board.total += by
  board.pages.adopt(new Map([[0, [...begun, ...listed]]]))
}

const opened = (desk: SagaDesk): string | undefined => desk.one.opened?.key

test('what was opened at the lower edge is left also when new sagas have pushed it out of sight', async () => {
  const { desk: moving, listed } = await desk(4)
  await moving.openRow(3)
  grow(moving, listed, 1)
  await moving.step(1)
  expect(opened(moving)).toBe(listed[4]?.key)
  await moving.step(-1)
  expect(opened(moving)).toBe(listed[3]?.key)
  moving.stop()
})

test('also when one has scrolled far away meanwhile', async () => {
  const { desk: moving, listed } = await desk(4)
  await moving.openRow(3)
  moving.board.want(500, 504)
  grow(moving, listed, 1)
  await moving.step(1)
  expect(opened(moving)).toBe(listed[4]?.key)
  moving.stop()
})

/** A desk on a definition of one's own, with a saga open on the tab of its state. */
async function ownBoard(): Promise<{ desk: SagaDesk; change: () => Promise<void> }> {
  const { desk: own } = await desk(4)
  const shipped = await own.sagas.readSagaDefinition('order-fulfilment')
  const text = shipped.replace('saga: order-fulfilment', 'saga: mine')
  await own.sagas.saveSagaDefinition('mine', text)
  await own.openDefinition('mine')
  const change = async (): Promise<void> => void (await own.sagas.saveSagaDefinition('mine', `${text}\n# and more`))
  return { desk: own, change }
}

test('a board whose definition changed is opened again with its filters, its list, and the open saga', async () => {
  const { desk: own, change } = await ownBoard()
  const [variant] = await own.sagas.sagaVariants(own.board.status?.id ?? expect.fail('a board'))
  own.board.listVariant(variant ?? expect.fail('a variant'))
  own.board.find({ status: ['completed'] })
  own.board.show('durations')
  await own.openRow(0)
  own.one.show('state')
  const { key, board } = own.one.opened ?? expect.fail('an open saga')
  const query = own.board.query
  await change()
  await own.board.look()
  await vi.waitFor(() => expect(own.one.opened?.board).not.toBe(board))
  await vi.waitFor(() => expect(own.one.detail.busy || own.one.state.busy).toBe(false))
  expect(own.one.opened).toEqual({ key, life: 0, board: own.board.status?.id })
  expect(own.one.detail.fault).toBeNull()
  expect(own.one.state.value).not.toBeNull()
  expect([own.board.query, own.board.list, own.board.variant]).toEqual([query, 'durations', variant])
  expect(own.board.fault).toBeNull()
  own.stop()
})

test('a saga that is asked for on a board that is gone is found on the one that takes its place', async () => {
  const { desk: own, change } = await ownBoard()
  await own.openRow(0)
  const first = own.one.opened ?? expect.fail('an open saga')
  await change()
  await own.one.refresh()
  expect(own.one.detail.fault?.code).toBe('gone')
  await own.openAgain()
  expect(own.one.detail.fault).toBeNull()
  expect(own.one.opened?.board).not.toBe(first.board)
  await change()
  own.one.close()
  await own.openSaga(first)
  await vi.waitFor(() => expect(own.one.detail.fault).toBeNull())
  expect(own.one.detail.value?.row.key).toBe(first.key)
  own.stop()
})

test('a detail that comes late is known to be of its board, whoever asks again meanwhile', async () => {
  const { desk: own, change } = await ownBoard()
  await own.openRow(0)
  own.one.show('state')
  await vi.waitFor(() => expect(own.one.state.value).not.toBeNull())
  const stale = own.one.state.value
  await change()
  const openSaga = own.sagas.openSaga
  let letGo: () => void = () => undefined
  const held = new Promise<void>((resolve) => (letGo = resolve))
  const asked = vi.fn(async (...saga: Parameters<typeof openSaga>) => {
    await held
    return openSaga(...saga)
  })
  Object.assign(own.sagas, { openSaga: asked })
  await own.board.look()
  const board = own.board.status?.id ?? expect.fail('a board')
  // the first question on the new board is on its way, and more was captured
  const moving = own.one.refresh(board)
  const again = own.one.refresh(board)
  letGo()
  await Promise.all([moving, again])
  expect(asked.mock.calls.map(([id]) => id)).toContain(board)
  expect(own.one.opened?.board).toBe(board)
  expect(own.one.state.value, 'the state is the new board’s too').not.toBe(stale)
  expect(own.one.state.value).toEqual(stale)
  own.stop()
})

/** A record of a saga that stands on the board. */
async function someRecord(desk: SagaDesk): Promise<{ key: string; record: string }> {
  const row = desk.board.pages.row(2) ?? expect.fail('a row')
  const { events } = await desk.sagas.openSaga(desk.board.status?.id ?? 0, row.key, row.life)
  return { key: row.key, record: events[1]?.record ?? expect.fail('an event') }
}

test('a record leads to its saga also on a board that is gone, and beside another question for the definitions', async () => {
  const { desk: own, change } = await ownBoard()
  const { key, record } = await someRecord(own)
  await change()
  await own.openSagaOf(record)
  await vi.waitFor(() => expect(opened(own)).toBe(key))

  const { sagas, kinescope } = own
  const fresh = new SagaDesk(sagas, kinescope)
  await Promise.all([fresh.openSagaOf(record), fresh.enter()])
  await vi.waitFor(() => expect(opened(fresh)).toBe(key))
  expect([fresh.place, fresh.missed]).toEqual(['board', null])
  own.stop()
  fresh.stop()
})

test('a board that cannot be opened is not taken for the one before it', async () => {
  const { desk: own } = await ownBoard()
  const { record } = await someRecord(own)
  await own.follow(record, '$.sagaId')
  const asked = vi.fn(own.sagas.sagaOfRecord)
  const failing = (): Promise<never> => Promise.reject(new CommandFault('failed', 'It cannot be opened.', null))
  Object.assign(own.sagas, { sagaOfRecord: asked, openSagas: failing })
  await own.openSagaOf(record)
  expect(asked).not.toHaveBeenCalled()
  expect(own.board.fault?.message).toBe('It cannot be opened.')
  own.stop()
})

test('what was listed by a variant is called by its way, and its id says nothing', async () => {
  const { desk: own } = await ownBoard()
  const variants = await own.sagas.sagaVariants(own.board.status?.id ?? expect.fail('a board'))
  expect(variants.every(({ id }) => /^\d{10,20}$/.test(id))).toBe(true)
  const variant = variants[0] ?? expect.fail('a variant')
  const page = await own.sagas.sagaRows(own.board.status?.id ?? 0, { ...own.board.query, variant: variant.id }, 0, 1)
  expect(page.total).toBe(variant.count)
  own.stop()
})

test('commands without an answer are listed anew while they are in sight', async () => {
  const { desk: own } = await ownBoard()
  const all = own.sagas.unansweredCommands
  let hidden = 1
  Object.assign(own.sagas, {
    unansweredCommands: async (board: number, first: number, count: number) => {
      const page = await all(board, first, count)
      return { total: page.total - hidden, rows: page.rows.slice(hidden) }
    },
    sagaBoard: async (id: number) => ({ ...(own.board.status ?? expect.fail('a board')), id, revision: 99 - hidden }),
  })
  own.board.show('unanswered')
  await vi.waitFor(() => expect(own.board.commands.row(0)).toBeDefined())
  const before = own.board.unansweredTotal
  hidden = 0
  await own.board.look()
  expect(own.board.unansweredTotal).toBe(before + 1)
  own.stop()
})

test('a followed value opens its saga also where the board before it has something new meanwhile', async () => {
  const { desk: live, listed } = await desk(4)
  const { sagas, board } = live
  const { key, record } = await someRecord(live)
  const follow = sagas.followValue.bind(sagas)
  const look = sagas.sagaBoard.bind(sagas)
  let found = (): void => undefined
  vi.spyOn(sagas, 'followValue').mockImplementation(async (...asked) => {
    await new Promise<void>((done) => (found = done))
    return follow(...asked)
  })
  vi.spyOn(sagas, 'sagaBoard').mockImplementation(async (id) => ({ ...(await look(id)), revision: 1_000 }))
  const following = live.follow(record, '$.sagaId')
  await board.look()
  await vi.waitFor(() => expect(sagas.followValue).toHaveBeenCalled())
  found()
  await following
  await vi.waitFor(() => expect(live.one.opened?.board).toBe(board.status?.id))
  await vi.waitFor(() => expect(live.one.detail.busy).toBe(false))
  expect([opened(live), live.one.detail.fault]).toEqual([key, null])
  expect(listed.length).toBeGreaterThan(1)
  live.stop()
})
