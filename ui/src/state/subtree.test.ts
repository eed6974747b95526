import { expect, test } from 'vitest'
import type { RecordEvent, TreeRow } from '../backend'
import type { Backend } from '../backend/backend'
import { fixtureTreePage } from '../backend/fixture-tree'
import { subtreeText } from './subtree'

const TEXT = '{"id":123456789012345678901234567890,"lines":[{"sku":"A","qty":1.50},{}],"empty":[],"note":"x"}'

function made(format: RecordEvent['format'], cut = ''): { backend: Backend; node: (path: string) => TreeRow; event: RecordEvent } {
  const every = { depth: 100_000, toggled: [], first: 0, count: 100_000 }
  const rows = fixtureTreePage(TEXT, every).rows
  const event = { index: 0, format, stored: false, contentAt: 7, contentInRecord: null } as unknown as RecordEvent
  const backend = {
    recordBytes: async (_: string, __: number | null, first: number, count: number) =>
      new TextEncoder().encode(`0123456${TEXT}`).slice(first, first + count),
    recordTree: async (_: string, __: number, request: typeof every) => {
      const page = fixtureTreePage(TEXT, { ...request, count: Math.min(2, request.count) })
      return { ...page, rows: page.rows.map((row) => ({ ...row, cut: row.path === cut })) }
    },
    relating: {
      placeInTree: async (_: string, __: number, ___: number, ____: number[], target: { node: number }) => ({
        row: rows.findIndex((row) => row.node === target.node),
        toggled: [],
        node: target.node,
      }),
    },
  } as unknown as Backend
  return { backend, event, node: (path) => rows.find((row) => row.path === path) ?? expect.fail(path) }
}

test('JSON is copied as it is written, its numbers too', async () => {
  const { backend, event, node } = made('json')
  expect(await subtreeText(backend, 'r', event, node('$'))).toBe(TEXT)
  expect(await subtreeText(backend, 'r', event, node('$.lines'))).toBe('[{"sku":"A","qty":1.50},{}]')
  expect(await subtreeText(backend, 'r', event, node('$.id'))).toBe('123456789012345678901234567890')
})

test('of any other format it is put together, over pages, with exact numbers', async () => {
  const { backend, event, node } = made('avro')
  expect(await subtreeText(backend, 'r', event, node('$.lines'))).toBe('[\n  {\n    "sku": "A",\n    "qty": 1.50\n  },\n  {}\n]')
  const whole = await subtreeText(backend, 'r', event, node('$'))
  expect(whole).toContain('"id": 123456789012345678901234567890')
  expect(JSON.parse(whole ?? '')).toEqual(JSON.parse(TEXT))
  expect(await subtreeText(backend, 'r', event, node('$.empty'))).toBe('[]')
})

test('what is not all there is not copied as if it were', async () => {
  const { backend, event, node } = made('avro', '$.lines[0].sku')
  expect(await subtreeText(backend, 'r', event, node('$.lines'))).toBeNull()
  const { backend: json, event: source, node: of } = made('json', '$.lines[0].sku')
  expect(await subtreeText(json, 'r', source, of('$.lines'))).toBe('[{"sku":"A","qty":1.50},{}]')
})
