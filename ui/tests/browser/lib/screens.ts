// Opening one of the window's screens on a backend, and finding what stands in it by name.
import { expect, vi } from 'vitest'
import { page } from 'vitest/browser'
import { render } from 'vitest-browser-svelte'
import App from '../../../src/App.svelte'
import type { Backend } from '../../../src/backend/backend'
import { browsingBackend, type BrowsingOptions } from './browsing-fixture'
import { byId, elements } from './page'

type Screen = 'streams' | 'captures' | 'connections'

export async function open(
  screen: Screen,
  options: BrowsingOptions = {},
  theme: 'light' | 'dark' = 'light',
  backend: Backend = browsingBackend(options),
): Promise<Backend> {
  localStorage.setItem('kinescope.window', JSON.stringify({ theme, zone: 'utc', sideBarShown: false }))
  document.body.style.height = '100vh'
  const view = await render(App, { props: { backend } })
  view.container.style.height = '100vh'
  await vi.waitFor(() => expect(document.documentElement.hasAttribute('data-ready')).toBe(true))
  await byId(`activity-${screen}`).click()
  await expect.element(byId(`${screen}-view`)).toBeVisible()
  return backend
}

export const named = (testid: string, name: string): ReturnType<typeof page.getByTestId> =>
  page.elementLocator(document.querySelector(`[data-testid="${testid}"][data-name="${name}"]`) ?? expect.fail(`no ${testid} ${name}`))
export const row = (testid: string, name: string): HTMLElement | undefined => elements(testid).find((one) => one.dataset['name'] === name)
export const text = (testid: string): string => (elements(testid)[0]?.textContent ?? '').replace(/\s+/g, ' ').trim()
