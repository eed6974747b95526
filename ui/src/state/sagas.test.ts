// Going from saga to saga while the list moves: the next one is always another one.
import { expect, test } from 'vitest'
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
