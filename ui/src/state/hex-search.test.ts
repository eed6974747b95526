import { expect, test, vi } from 'vitest'
import type { Inspector } from './inspector.svelte'
import { HexSearch } from './hex-search.svelte'

/** Some bytes, of which each part is answered when the test says so. */
function held(all: readonly number[]): { inspector: Inspector; answer: () => Promise<void> } {
  const waiting: (() => void)[] = []
  const someBytes = (first: number, count: number): Promise<Uint8Array> =>
    new Promise((resolve) => waiting.push(() => resolve(Uint8Array.from(all.slice(first, first + count)))))
  const answer = async (): Promise<void> => {
    await vi.waitFor(() => expect(waiting).not.toEqual([]))
    waiting.shift()?.()
  }
  return { inspector: { hexBytes: all.length, someBytes } as unknown as Inspector, answer }
}

test('a search goes on behind the cursor, and from the beginning again', async () => {
  const { inspector, answer } = held([1, 2, 3, 1])
  const search = new HexSearch(inspector)
  search.type('01')
  const first = search.next(0)
  await answer()
  expect(await first).toEqual({ from: 3, until: 4 })
  const again = search.next(3)
  await answer()
  expect(await again).toEqual({ from: 0, until: 1 })
})

test('a search that was stopped, as another event was opened, finds nothing in it', async () => {
  const { inspector, answer } = held([1, 2, 3])
  const search = new HexSearch(inspector)
  search.type('02')
  const found = search.next(null)
  expect(search.state).toBe('looking')
  search.stop()
  await answer()
  expect(await found).toBeNull()
  expect(search.state).toBe('nothing asked')
})
