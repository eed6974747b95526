// How the tests of the saga screens get to a board and to one of its sagas.
import { expect, vi } from 'vitest'
import type { MemoryOptions } from '../../../src/backend/memory'
import { byId, elements, openWindow, type Memory } from './page'

/** The first screen of a run is loaded when it is first shown. */
export const LOADING = { timeout: 15_000 }

export async function openBoard(options: Partial<MemoryOptions> = {}, theme: 'light' | 'dark' = 'light'): Promise<Memory> {
  const backend = await openWindow({ sagas: {}, ...options }, theme)
  await byId('activity-sagas').click()
  await vi.waitFor(() => expect(elements('sagas-view')).toHaveLength(1), LOADING)
  return backend
}
export async function listed(): Promise<void> {
  await vi.waitFor(() => expect(elements('saga-row').length).toBeGreaterThan(0))
}
/** The newest saga of a status. */
export async function openSaga(status: string): Promise<void> {
  await listed()
  const all = elements('saga-row').length
  await byId(`status-${status}`).click()
  await vi.waitFor(() => expect(elements('saga-row').length).toBeLessThan(all))
  await byId('saga-row').first().click()
  await vi.waitFor(() => expect(elements('saga-sentence')).toHaveLength(1))
}
