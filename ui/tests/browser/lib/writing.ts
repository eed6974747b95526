// How the tests of publishing and of replays get to their screens.
import { expect, vi } from 'vitest'
import { page } from 'vitest/browser'
import { TARGET_STREAMS } from '../../../src/backend/memory-writes'
import type { MemoryOptions } from '../../../src/backend/memory'
import { byId, element, elements, openWindow, type Memory } from './page'

export type Theme = 'light' | 'dark'
export const PATIENT = { timeout: 8_000 }

export async function open(options: Partial<MemoryOptions> = {}, theme: Theme = 'light'): Promise<Memory> {
  return openWindow({ records: 1_200, targets: TARGET_STREAMS, ...options }, theme)
}
export async function publishing(stream: string | null, options: Partial<MemoryOptions> = {}, theme: Theme = 'light'): Promise<Memory> {
  const backend = await open(options, theme)
  await byId('activity-publish').click()
  await expect.element(byId('publish-view')).toBeVisible()
  await vi.waitFor(() => expect(element('payload').dataset['loaded']).toBe('true'), PATIENT)
  if (stream !== null) await chooseTarget('target-stream', stream)
  return backend
}
export async function chooseTarget(testid: string, stream: string): Promise<void> {
  await byId(testid).selectOptions(stream)
  await expect.element(byId('target-card').last()).toHaveTextContent(stream)
}
export async function template(name: string): Promise<void> {
  await byId('templates').click()
  await page.getByText(name, { exact: true }).click()
}
export async function allow(): Promise<void> {
  await byId('ask-grant').click()
  await vi.waitFor(() => expect(element('permission').dataset['state']).toBe('granted'))
}
export const sends = (backend: Memory) => vi.spyOn(backend.publishing ?? expect.fail('no writes'), 'publishDraft')
export const ready = (): Promise<void> =>
  vi.waitFor(() => expect(element('publish-go').getAttribute('aria-disabled')).toBe('false'), PATIENT) as Promise<void>
export const text = (testid: string): string => (elements(testid)[0]?.textContent ?? '').replace(/\s+/g, ' ').trim()
