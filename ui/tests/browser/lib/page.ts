// Helpers of the component tests: the whole window over made-up records, keys, and the accessibility check.
import axe from 'axe-core'
import { expect, onTestFinished, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import App from '../../../src/App.svelte'
import { memoryBackend, type MemoryOptions } from '../../../src/backend/memory'

export type Memory = ReturnType<typeof memoryBackend>

export async function openWindow(
  options: Partial<MemoryOptions> = {},
  theme: 'light' | 'dark' = 'light',
  backend = memoryBackend({ records: 2_000, ...options }),
): Promise<Memory> {
  localStorage.setItem('kinescope.window', JSON.stringify({ theme, zone: 'utc' }))
  document.body.style.height = '100vh'
  const view = await render(App, { props: { backend } })
  view.container.style.height = '100vh'
  onTestFinished(() => backend.close())
  await vi.waitFor(() => expect(document.documentElement.hasAttribute('data-ready')).toBe(true))
  return backend
}

export const byId = (id: string): ReturnType<typeof page.getByTestId> => page.getByTestId(id)
export const element = (id: string): HTMLElement => document.querySelector<HTMLElement>(`[data-testid="${id}"]`) ?? expect.fail(`no ${id}`)
export const elements = (id: string): HTMLElement[] => [...document.querySelectorAll<HTMLElement>(`[data-testid="${id}"]`)]

/** Axe's findings as lines; none is right. A screen that is still being loaded is waited for. */
export async function accessibilityFaults(): Promise<string[]> {
  await vi.waitFor(() => expect(document.querySelector('main'), 'a screen').not.toBeNull(), { timeout: 8_000 })
  const result = await axe.run(document, {
    runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    rules: { region: { enabled: false } },
  })
  return result.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.html.slice(0, 160)} ${node.failureSummary ?? ''}`),
  )
}

export const selectedTime = (): string => document.querySelector('[aria-selected="true"] [data-column="time"]')?.textContent ?? ''
