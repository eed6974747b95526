import { expect, test } from 'vitest'
import { memoryBackend } from './memory'
import type { SagaQuery, Sagas } from './sagas'
import bindings from './bindings.ts?raw'
import { tauriSagas } from './tauri-sagas'

const EVERY_SAGA: SagaQuery = {
  search: '',
  records: '',
  status: [],
  flags: [],
  findings: [],
  variant: null,
  waitingFor: null,
  stream: null,
  minEvents: null,
  minDurationMillis: null,
  startedFrom: null,
  startedUntil: null,
  sort: 'started',
  descending: true,
}
const NOW = Date.UTC(2026, 3, 11, 7, 10)
const made = (options = {}): { sagas: Sagas; backend: ReturnType<typeof memoryBackend> } => {
  const backend = memoryBackend({ records: 3_000, now: () => NOW, sagas: options })
  return { sagas: backend.sagas ?? expect.fail('sagas'), backend }
}
const snakeCase = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

test('every function asks the command of its own name, with every argument that it was given', async () => {
  const asked: { command: string; args: unknown[] }[] = []
  const sagas = tauriSagas(async <T>(command: string, args?: Record<string, unknown>) => {
    asked.push({ command, args: Object.values(args ?? {}) })
    return null as T
  })
  for (const [name, call] of Object.entries(sagas) as [string, (...args: unknown[]) => Promise<unknown>][]) {
    const given = Array.from({ length: call.length }, (_, i) => `${name} ${i}`)
    await call(...given)
    expect(asked.at(-1)).toEqual({ command: snakeCase(name), args: given })
  }
  expect(asked.map((one) => one.command)).toHaveLength(23)
  expect(Object.keys(made().sagas).sort()).toEqual(Object.keys(sagas).sort())
})

test('what is asked is served, with these arguments', async () => {
  const asked: string[] = []
  const sagas = tauriSagas(async <T>(command: string, args?: Record<string, unknown>) => {
    asked.push(`__TAURI_INVOKE("${command}"${args ? `, { ${Object.keys(args).join(', ')} }` : ''})`)
    return null as T
  })
  for (const call of Object.values(sagas) as (() => Promise<unknown>)[]) await call()
  expect(asked.filter((call) => !bindings.includes(call))).toEqual([])
})

test('without being asked for, there are no sagas: as in a program that does not serve them', () => {
  expect(memoryBackend({ records: 0 }).sagas).toBeUndefined()
})

test('one of each kind: every status, and the flags that the definition can raise', async () => {
  const { sagas } = made()
  const board = await sagas.openSagas('s', { kind: 'saved', name: 'order-fulfilment' }, [])
  expect(board.byStatus.every((one) => one.count > 0)).toBe(true)
  expect(Object.values(board.flags).every((count) => count > 0)).toBe(true)
  const { rows, total } = await sagas.sagaRows(board.id, EVERY_SAGA, 0, 100)
  expect(rows).toHaveLength(total)
  expect(rows.map((row) => row.startedAt)).toEqual(rows.map((row) => row.startedAt).sort((a, b) => b - a))
})

test('the events of a saga are records that the explorer shows: same type, same time, the key in the payload', async () => {
  const { sagas, backend } = made()
  const board = await sagas.openSagas('s', { kind: 'saved', name: 'order-fulfilment' }, [])
  const { rows } = await sagas.sagaRows(board.id, EVERY_SAGA, 0, 100)
  for (const row of rows) {
    const detail = await sagas.openSaga(board.id, row.key, row.life)
    expect(detail.events).toHaveLength(row.events)
    expect(detail.steps.map((step) => step.state)).toEqual(row.steps)
    for (const event of detail.events) {
      const { row: record } = await backend.openRecord(event.record)
      expect([record.eventType, record.arrival, record.stream]).toEqual([event.type, event.arrival, event.stream])
      expect((await backend.recordRaw(event.record)).text).toContain(JSON.stringify(row.key))
    }
    for (const finding of detail.findings) for (const index of finding.events) expect(detail.events[index]).toBeDefined()
    expect(detail.sentence + detail.findings.map((finding) => finding.text).join()).not.toMatch(/\{\w+\}/)
  }
})

test('a hundred thousand sagas can be searched, ordered and paged', async () => {
  const { sagas } = made({ count: 100_000 })
  const board = await sagas.openSagas('s', { kind: 'saved', name: 'order-fulfilment' }, [])
  expect(board.sagas).toBe(100_000)
  const slow = await sagas.sagaRows(board.id, { ...EVERY_SAGA, status: ['completed'], sort: 'duration' }, 500, 50)
  expect(slow.rows).toHaveLength(50)
  expect(slow.rows.every((row, i) => row.durationMillis <= (slow.rows[i - 1]?.durationMillis ?? Infinity))).toBe(true)
  const scatter = await sagas.sagaScatter(board.id, EVERY_SAGA)
  expect(scatter).toMatchObject({ total: 100_000, sampled: true })
  expect(scatter.points).toHaveLength(5_000)
  const variants = await sagas.sagaVariants(board.id)
  expect(variants.reduce((sum, one) => sum + one.count, 0)).toBe(100_000)
  const [first] = variants
  const listed = await sagas.sagaRows(board.id, { ...EVERY_SAGA, variant: first?.id ?? null }, 0, 1)
  expect(listed.total).toBe(first?.count)
})

test('following a value finds every record that carries it, whatever its stream', async () => {
  const { sagas } = made()
  const board = await sagas.openSagas('s', { kind: 'saved', name: 'order-fulfilment' }, [])
  const { rows } = await sagas.sagaRows(board.id, { ...EVERY_SAGA, status: ['compensationFailed'] }, 0, 1)
  const key = rows[0]?.key ?? ''
  const detail = await sagas.openSaga(board.id, key, 0)
  const followed = await sagas.followValue('s', detail.events[3]?.record ?? '', null, '$.sagaId', [])
  const one = await sagas.openSaga(followed.id, key, 0)
  expect(one.events.map((event) => event.record).sort()).toEqual(detail.events.map((event) => event.record).sort())
  expect([followed.hasSteps, one.row.streams.sort()]).toEqual([false, ['order-commands', 'order-events']])
})

test('definitions: problems name their lines, what ships cannot be written over', async () => {
  const { sagas } = made()
  expect(await sagas.checkSagaDefinition('saga: x\ncorrelate:\nsteps:\n  - id: a\n  - id: a\n    after: [b]\n')).toMatchObject([
    { line: 5, message: 'two steps are called a' },
    { line: 6, message: 'there is no step called b' },
  ])
  await expect(sagas.saveSagaDefinition('order-fulfilment', 'saga: order-fulfilment')).rejects.toThrow('ships with the program')
  await expect(sagas.openSagas('s', { kind: 'saved', name: 'refunds' }, [])).rejects.toThrow('Line 10')
})

test('the state of an order after each of its events', async () => {
  const { sagas } = made()
  const { events } = await sagas.foldState([], '$.payload.orderId', 'ord-70004', [
    { type: 'INVENTORY_RELEASED', how: 'remove', path: '$.payload.status' },
  ])
  expect(events.map((event) => event.type)).toContain('SHIPPING_FAILED')
  expect(events[0]?.changes).toContainEqual({ path: '$.status', before: null, after: '"created"' })
  const released = events.find((event) => event.type === 'INVENTORY_RELEASED')
  expect(released?.changes).toContainEqual({ path: '$.status', before: '"refunded"', after: null })
})

test('commands without an answer, and those of which it is not known', async () => {
  const { sagas } = made()
  const board = await sagas.openSagas('s', { kind: 'saved', name: 'order-fulfilment' }, [])
  const { rows } = await sagas.unansweredCommands(board.id, 0, 10)
  expect(rows.map((row) => [row.type, row.known, row.lateByMillis])).toEqual([
    ['PROCESS_PAYMENT', true, null],
    ['RELEASE_INVENTORY', true, null],
    ['PROCESS_PAYMENT', true, 4_200],
    ['SHIP_ORDER', true, null],
    ['PROCESS_PAYMENT', false, null],
  ])
})
