import { expect, test } from 'vitest'
import { memoryBackend } from './memory'
import { tauriPublishing } from './tauri-publishing'
import { tauriReplays } from './tauri-replays'

test('the made-up backend answers the same functions', () => {
  const served = { ...tauriPublishing(), ...tauriReplays() }
  expect(Object.keys(memoryBackend({ records: 0 }).replays ?? {}).sort()).toEqual(Object.keys(served).sort())
})
