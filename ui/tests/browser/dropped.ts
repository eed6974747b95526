// A file that is dropped on the window: the program opens a workspace in a window of its own, and the page says what became of it.
import { expect, onTestFinished, test, vi } from 'vitest'
import { render } from 'vitest-browser-svelte'
import App from '../../src/App.svelte'
import type { Ping } from '../../src/backend'
import { memoryBackend } from '../../src/backend/memory'
import { accessibilityFaults } from './lib/page'

async function openHearing(): Promise<(ping: Ping) => void> {
  const memory = memoryBackend({ records: 200 })
  onTestFinished(() => memory.close())
  let heard: ((ping: Ping) => void) | null = null
  const backend = { ...memory, subscribe: async (hear: (ping: Ping) => void) => void (heard = hear) }
  const view = await render(App, { props: { backend } })
  view.container.style.height = '100vh'
  await vi.waitFor(() => expect(heard).not.toBeNull())
  await vi.waitFor(() => expect(document.documentElement.hasAttribute('data-ready')).toBe(true))
  return (ping) => heard?.(ping)
}

const said = (): string => document.body.textContent

test('a workspace is said to open, and what is none is said to be none, as plain text', async () => {
  const ping = await openHearing()
  ping({ kind: 'dropped', name: 'lost orders.kscope', opened: true })
  await vi.waitFor(() => expect(said()).toContain('lost orders.kscope opens in a window of its own.'))
  ping({ kind: 'dropped', name: '<img src=x onerror=alert(1)>.csv', opened: false })
  await vi.waitFor(() => expect(said()).toContain('<img src=x onerror=alert(1)>.csv is no workspace of this program'))
  expect(document.querySelector('img')).toBeNull()
  expect(await accessibilityFaults()).toEqual([])
})
